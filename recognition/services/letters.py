"""The only place that turns a decision into its letter: for the preview, and printed once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from credentials.language import in_language
from credentials.models import Document, DocumentKind, Job, ModulePart, User
from credentials.pdf import PdfProblem, render_pdf
from credentials.services import documents, facts, jobs, numbers
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from credentials.standards.documents import Imprint, in_each
from recognition import blind
from recognition.documents import letter as papers
from recognition.models import Decision, Line, SeatRole, TargetKind
from recognition.opinions import Ground, facts_of, target_ects, target_outcomes
from recognition.permissions import missing_supplements
from recognition.services import supplements
from recognition.states import ReviewState
from recognition.vocabulary import DecisionType

LANGUAGES = [code for code, _name in settings.LANGUAGES]


# Making


def run(job: Job) -> None:
    """Make the documents of a job's line; what was made before a crash is not made again."""
    if not jobs.begin(job):
        return
    try:
        made = []
        for number, document in enumerate(make(Line.objects.with_all().get(uuid=job.subject)), 1):
            jobs.advance(job, number)
            made.append(document)
    except PdfProblem as problem:
        jobs.fail(job, str(problem))
    else:
        jobs.finish(job, *made)


def make(line: Line) -> Iterator[Document]:
    """Make the letter, then a supplement for each external credential that is recognised.

    Raises `PdfProblem` when a document cannot be printed as it should be.
    """
    decision = line.decision
    yield decision.letter or _print(line, decision)
    for source in missing_supplements(line):
        yield supplements.make(source, decision)


def _print(line: Line, decision: Decision) -> Document:
    institution = line.case.institution
    languages = institution.document_languages
    imprint = imprint_of(decision, numbers.new_code(institution))
    context = papers.letter_document_context(
        signed_facts(line, decision, imprint), languages=languages
    )
    data = render_pdf(
        "pdf/decision_letter.html",
        context,
        languages=languages,
        title=context["title"],
        identifier=decision.number,
        created=decision.decided_at,
    )
    return _store(decision, data, title=context["title"], code=imprint.code)


@change()
def _store(decision: Decision, data: bytes, *, title: str, code: str) -> Document:
    decision = lock(decision)
    if decision.letter:
        return decision.letter
    decision.letter = documents.store(
        data,
        kind=DocumentKind.LETTER,
        title=title,
        filename=f"{decision.number}.pdf",
        media_type="application/pdf",
        institution=decision.line.case.institution,
        sniffed="pdf",
        number=decision.number,
        code=code,
        facts={"decision": str(decision.uuid)},
    )
    Decision.objects.filter(pk=decision.pk).update(letter=decision.letter)
    record(decision, "print-letter", by=None)
    return decision.letter


def imprint_of(decision: Decision, code: str) -> Imprint:
    """Return who signs, under which number and when; the code leads to the verification."""
    return Imprint(
        institution=facts.of_institution(decision.line.case.institution),
        number=decision.number,
        created=decision.decided_at,
        code=code,
        verify_url=address("verify-code", code),
        signatory=str(decision.written_by),
        capacity=capacity_of(decision.written_by, decision.line),
    )


def capacity_of(user: User, line: Line) -> dict[str, str]:
    """Return in which capacity somebody signs for the committee."""
    seat = line.committee.seats.filter(user=user).first()
    is_deputy = seat is not None and seat.role == SeatRole.DEPUTY
    return in_each(
        LANGUAGES,
        lambda _l: (
            _("Deputy chair of the recognition committee")
            if is_deputy
            else _("Chair of the recognition committee")
        ),
    )


# What the letter says


def signed_facts(line: Line, decision: Decision, imprint: Imprint) -> papers.LetterFacts:
    """Return what the letter of a signed decision says: what was frozen with the signature."""
    return _facts(
        line,
        decision,
        imprint,
        ratings=decision.outcome_ratings,
        granted=decision.ects,
        effect=decision.ects_explanation,
        parts=decision.parts.all(),
    )


def draft_facts(line: Line, decision: Decision, ground: Ground, by: User) -> papers.LetterFacts:
    """Return what the letter would say if the draft were signed as it is now, by `by`."""
    now = timezone.now()
    imprint = Imprint(
        institution=facts.of_institution(line.case.institution),
        number="",
        created=now,
        code="",
        verify_url="",
        signatory=str(by),
        capacity=capacity_of(by, line),
    )
    given = ground.credits.get(DecisionType(decision.type)) if decision.type else None
    return _facts(
        line,
        decision,
        imprint,
        ratings=ground.opinion.ratings,
        granted=given.amount if given else None,
        effect=given.explanation if given else "",
        parts=ground.parts_met,
        mask=blind.mask_for(by, line),
    )


def _facts(
    line: Line,
    decision: Decision,
    imprint: Imprint,
    *,
    ratings: Mapping[str, str],
    granted: object,
    effect: object,
    parts: Iterable[ModulePart],
    mask: blind.Mask = blind.OPEN,
) -> papers.LetterFacts:
    case, policy = line.case, line.case.policy

    def said(text: str) -> dict[str, str]:
        return {decision.language: text} if text else {}

    return papers.LetterFacts(
        imprint=imprint,
        addressee=_("The applicant") if mask.hides else case.learner.name,
        case_reference=case.reference,
        programme=case.programme_version.title,
        lines=(_line(line, decision, granted, parts, mask),),
        remedy=papers.Remedy(
            body=policy.appeal_body,
            address=policy.appeal_address,
            form=gettext_lazy("In writing, with the number of this letter and your reasons."),
            period=in_each(LANGUAGES, lambda _l: _period(policy.objection_days)),
        ),
        received_on=timezone.localdate(case.submitted_at),
        complete_on=timezone.localdate(line.complete_at),
        decided_on=timezone.localdate(imprint.created),
        legal_basis=policy.legal_basis,
        policy_version=str(policy.version),
        track=line.track,
        evidence=tuple(_evidence(line, mask)),
        outcomes=tuple(
            papers.LetterOutcome(o.text, o.is_essential, str(ratings.get(str(o.uuid), "")))
            for o in target_outcomes(line)
        ),
        reasons=said(decision.reasons),
        differences=_differences(decision, said),
        alternatives=said(decision.considered),
        later=said(decision.later_measures),
        effect=effect,
        members=tuple(_members(line)),
    )


def _period(days: int) -> str:
    return ngettext(
        "Within %(days)s day of receiving this letter.",
        "Within %(days)s days of receiving this letter.",
        days,
    ) % {"days": days}


def _line(
    line: Line,
    decision: Decision,
    granted: object,
    parts: Iterable[ModulePart],
    mask: blind.Mask,
) -> papers.LetterLine:
    return papers.LetterLine(
        sources=tuple(
            papers.LetterSource(mask(said.title), said.awarding_body.name, said.ects, said.hours)
            for said in (facts_of(source) for source in line.sources.all())
        ),
        target_title=target_title(line),
        target_code=line.module.code if line.module else "",
        requested_ects=target_ects(line) or None,
        decision=decision.type,
        granted_ects=granted,
        grade=decision.grade,
        grade_note=decision.grade_explanation,
        note=_parts(parts) if decision.type == DecisionType.PARTIAL else {},
    )


def _parts(parts: Iterable[ModulePart]) -> dict[str, str]:
    """Return which parts of a module are recognised, {} when it has none."""
    titles = [part.title for part in parts]
    if not titles:
        return {}

    def named(language: str) -> str:
        return "; ".join(in_language(title, language) for title in titles)

    return in_each(LANGUAGES, lambda tag: _("Recognised parts: %(parts)s") % {"parts": named(tag)})


def target_title(line: Line) -> dict[str, str]:
    """Return what a line aims at, with the parts asked for, in all languages of the portal."""
    if line.module is None:
        return in_each(LANGUAGES, lambda _l: _("Free electives"))
    if line.target_kind != TargetKind.PARTS:
        return line.module.title
    parts = list(line.parts.all())
    return {
        tag: f"{title} ({', '.join(in_language(part.title, tag) for part in parts)})"
        for tag, title in line.module.title.items()
    }


def _differences(decision: Decision, said) -> Sequence[papers.LetterDifference]:
    if decision.type != DecisionType.REFUSAL or decision.pk is None:
        return ()
    return tuple(
        papers.LetterDifference(
            element=difference.element,
            missing=said(difference.what_differs),
            examined=said(difference.examined),
            effect=said(difference.why_it_matters),
            outcome=difference.outcome.text if difference.outcome else "",
        )
        for difference in decision.differences.select_related("outcome")
    )


def _evidence(line: Line, mask: blind.Mask):
    for source in line.sources.all():
        yield mask(facts_of(source).title)
        yield from (_title(document, mask) for document in source.documents.all())
        for link in mask.links(source.links):
            yield ": ".join(filter(None, (link["title"], link["url"])))
    for request in line.information_requests.exclude(answered_at=None):
        yield from (_title(document, mask) for document in request.documents.all())


def _title(document: Document, mask: blind.Mask) -> str:
    return mask.name_of(document) if mask.hides else document.title


def _members(line: Line):
    for review in line.reviews.select_related("reviewer"):
        if review.was_released:
            continue
        yield papers.LetterMember(
            name=str(review.reviewer),
            role=gettext_lazy("reported") if review.is_rapporteur else gettext_lazy("reviewed"),
            recused=review.state == ReviewState.RECUSED,
        )
