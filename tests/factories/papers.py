"""What the worker prints of lines and records, kept as services keep it, a small file for each.

Rendering takes a second or two, and most tests only need that a letter is there. Tests of documents
print for real (`letters.make`, `remedy_letters.make`).
"""

from datetime import date

from credentials.models import Document, DocumentKind, Institution, Learner, User
from credentials.services import documents, numbers
from credentials.services.documents import Printed
from recognition.models import Annulment, Line, Objection
from recognition.permissions import missing_supplements
from recognition.services import letters, remedy_letters, supplements
from recognition.states import AnnulmentState

PAPER = Printed(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", None, "")


def print_papers(line: Line) -> None:
    """Keep the letter of a line's decision, and the supplements of its external sources."""
    line = Line.objects.with_all().get(pk=line.pk)
    decision, institution = line.decision, line.case.institution
    decision.line = line
    if decision.letter is None:
        letters._store(
            decision, PAPER, title="Decision on recognition", code=numbers.new_code(institution)
        )
    for source in missing_supplements(line):
        supplements._store(
            source,
            PAPER,
            title="Supplement",
            number=f"{decision.number}-S{source.position}",
            code=numbers.new_code(institution),
        )


def print_remedy_letter(thing: Objection | Annulment) -> None:
    """Keep the letter that is due on an objection, a hearing or an annulment."""
    is_hearing = isinstance(thing, Annulment) and thing.state != AnnulmentState.DONE
    remedy_letters._store(
        thing,
        "hearing" if is_hearing else "letter",
        PAPER,
        title="Letter",
        number=f"{thing.number}-H" if is_hearing else thing.number,
        code=numbers.new_code(thing.line.case.institution),
    )


def make_printed(
    learner: Learner,
    kind: DocumentKind = DocumentKind.DIPLOMA_SUPPLEMENT,
    dated_on: date | None = None,
) -> Document:
    """A document of a learner's record."""
    number, code = numbers.take(learner.institution, "DS")
    return documents.store_pdf(
        PAPER,
        kind=kind,
        title="Printed",
        institution=learner.institution,
        learner=learner,
        dated_on=dated_on,
        number=number,
        code=code,
    )


def make_print(holder: User) -> Document:
    """A portfolio that its holder had printed, of an institution that knows them."""
    learner = holder.learners.order_by("pk").first()
    number, code = numbers.take(learner.institution, "PF")
    return documents.store_pdf(
        PAPER,
        kind=DocumentKind.PORTFOLIO,
        title=f"Portfolio of {learner}",
        institution=learner.institution,
        owner=holder,
        number=number,
        code=code,
        facts=documents.about(learner.name),
    )


def make_edition(institution: Institution) -> Document:
    """An edition of the public list of what was recognised before."""
    number, code = numbers.take(institution, "PRC")
    return documents.store_pdf(
        PAPER,
        kind=DocumentKind.PRECEDENT_LIST,
        title="Recognised before",
        institution=institution,
        number=number,
        code=code,
        facts={"programme": "", "of": ""},
    )
