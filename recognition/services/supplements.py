"""The only place that prints the supplement of an external credential that was recognised.

A file of its own, free of value judgement: the comparison stays in the decision letter (preamble
of the Diploma Supplement). What is not known is named; who said what is printed with it.
"""

from dataclasses import replace

from django.utils import timezone

from credentials.models import Document, DocumentKind
from credentials.services import facts, numbers, printing
from credentials.services.documents import Printed
from credentials.services.facts import address
from credentials.services.lifecycle import change
from credentials.standards.documents import Imprint
from credentials.standards.facts import CredentialFacts, HolderFacts
from credentials.standards.supplement import supplement_context
from credentials.standards.supplement_rows import RecognitionNote
from recognition.models import Decision, LineSource
from recognition.sources import facts_of, known_body

REGISTER = "register"


def make(source: LineSource, decision: Decision) -> Document:
    """Print the supplement of one source; raises `PdfProblem` when it cannot be printed well."""
    institution = decision.line.case.institution
    languages = institution.document_languages
    said, provenance = _as_known(source, decision)
    issuer = facts.of_institution(institution)
    number = f"{decision.number}-S{source.position}"
    code = numbers.new_code(institution)
    context = supplement_context(
        said,
        languages=languages,
        role="external",
        imprint=Imprint(
            institution=issuer,
            number=number,
            created=decision.decided_at,
            code=code,
            verify_url=address("verify-code", code),
        ),
        recognition_note=RecognitionNote(
            decision.number, timezone.localdate(decision.decided_at), issuer
        ),
        provenance=provenance,
        system_note=facts.education_system(institution, said.awarding_body.country),
    )
    data = printing.rendered(
        "supplement", context, institution, number=number, created=decision.decided_at
    )
    return _store(source, data, title=context["title"], number=number, code=code)


def _as_known(source: LineSource, decision: Decision) -> tuple[CredentialFacts, dict[str, str]]:
    """Return the facts with what the records and the register add, and who says which."""
    said, provenance = facts_of(source), dict(source.provenance)
    if "country" in provenance:
        provenance["awarding_body.country"] = provenance["country"]
    if said.holder is None:
        learner = decision.line.case.learner
        said = replace(
            said,
            holder=HolderFacts(
                name=learner.name,
                given_name=learner.given_name,
                family_name=learner.family_name,
                birth_date=learner.birth_date,
                student_number=learner.student_number,
            ),
        )
        provenance["holder"] = REGISTER
    body = known_body(source)
    known = (
        {"status": body.status, "quality_agency": body.quality_agency}
        if body.name and not body.is_platform
        else {"status": ""}
    )
    said = replace(said, awarding_body=replace(said.awarding_body, **known))
    provenance |= {f"awarding_body.{name}": REGISTER for name, value in known.items() if value}
    return said, provenance


@change()
def _store(source: LineSource, data: Printed, *, title: str, number: str, code: str) -> Document:
    document, _is_new = printing.keep(
        source,
        data,
        facts={"source": str(source.uuid)},
        title=title,
        number=number,
        code=code,
        institution=source.line.case.institution,
        column="supplement",
        kind=DocumentKind.SUPPLEMENT,
        log=source.line,
        action="print-supplement",
        holder=source.line.case.learner.name,
    )
    return document
