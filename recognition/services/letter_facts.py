"""The only place that gathers from a decision, signed or not yet, what its letter says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from credentials.language import DOCUMENT_LANGUAGES, in_language
from credentials.models import Document, ModulePart, User
from credentials.services import facts
from credentials.services.facts import address
from credentials.standards.documents import Imprint, in_each
from recognition import blind
from recognition.documents import letter as papers
from recognition.grading import needs_consent
from recognition.models import Condition, Decision, Line, TargetKind
from recognition.opinions import Ground, target_ects, target_outcomes
from recognition.recorded import Recorded, recorded_for
from recognition.rules import is_met
from recognition.services import powers
from recognition.sources import facts_of
from recognition.states import ReviewState
from recognition.vocabulary import (
    BEFORE_REFUSAL,
    BEFORE_REFUSAL_OF_ELECTIVES,
    Authenticity,
    Authority,
    DecisionType,
    Rating,
    TrackReason,
)

FULL = DecisionType.FULL_SUBSTITUTION


def imprint_of(decision: Decision, code: str) -> Imprint:
    """Return who signs, under which number and when; the code leads to the verification."""
    return Imprint(
        institution=facts.of_institution(decision.line.case.institution),
        number=decision.number,
        created=decision.decided_at,
        code=code,
        verify_url=address("verify-code", code),
        signatory=str(decision.written_by),
        capacity=powers.signer_of(decision),
    )


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
        semester=decision.entry_semester,
    )


def draft_facts(
    line: Line, decision: Decision, ground: Ground, by: User, *, reader: User | None = None
) -> papers.LetterFacts:
    """Return what the letter would say if the draft were signed as it is now, by `by`.

    `reader`: who reads it so as to vote on it; it names no applicant whom they must not know.
    """
    is_own = decision.body_id in (None, line.committee_id)
    body = line.committee if is_own else decision.body
    imprint = Imprint(
        institution=facts.of_institution(line.case.institution),
        number="",
        created=timezone.now(),
        code="",
        verify_url="",
        signatory=str(by),
        capacity=powers.capacity_of(by, line, body),
    )
    decision.line, decision.authority = line, powers.power_of(decision, line, by, bool(reader))
    given = ground.gives(decision) if decision.type else None
    return _facts(
        line,
        decision,
        imprint,
        ratings=ground.opinion.ratings,
        granted=given.amount if given else None,
        effect=given.explanation if given else "",
        parts=ground.parts_met,
        semester=ground.placement.semester,
        mask=blind.mask_for(reader or by, line),
        ground=ground,
    )


def notice_facts(condition: Condition, imprint: Imprint, number: str) -> papers.LetterFacts:
    """Return what the notice says that a condition was not met in time."""
    decision, line = condition.decision, condition.line
    said = signed_facts(line, decision, imprint)
    signed = replace(
        imprint,
        number=number,
        created=condition.settled_at,
        signatory=str(condition.settled_by),
        capacity=powers.capacity_of(condition.settled_by, line, line.committee),
    )
    return replace(
        said,
        imprint=signed,
        missed={decision.language: condition.text},
        decided_on=timezone.localdate(condition.settled_at),
        ground="",
        reasons={decision.language: condition.note},
        effect=gettext_lazy("Nothing is recognised by that decision any more."),
        average="",
        placement="",
    )


def _facts(
    line: Line,
    decision: Decision,
    imprint: Imprint,
    *,
    ratings: Mapping[str, str],
    granted: Decimal | None,
    effect: object,
    parts: Iterable[ModulePart],
    semester: int | None,
    mask: blind.Mask = blind.OPEN,
    ground: Ground | None = None,
) -> papers.LetterFacts:
    case, policy = line.case, line.case.policy
    parts, kind = list(parts), decision.type
    outcomes = ground.outcomes if ground else target_outcomes(line)

    def said(text: str) -> dict[str, str]:
        return {decision.language: text} if text else {}

    return papers.LetterFacts(
        imprint=imprint,
        addressee=_("The applicant") if mask.hides else case.learner.name,
        case_reference=case.reference,
        programme=case.programme_version.title,
        lines=(_line(line, decision, granted, parts, semester, mask),),
        remedy=_remedy(line, decision),
        received_on=timezone.localdate(case.submitted_at),
        complete_on=timezone.localdate(line.complete_at) if line.complete_at else None,
        decided_on=timezone.localdate(imprint.created),
        legal_basis=policy.legal_basis,
        policy_version=str(policy.version),
        track=line.track,
        track_reasons=_track_reasons(line),
        evidence=tuple(_evidence(line, mask)),
        accepted_proof=said(decision.accepted_proof if kind == FULL else ""),
        outcomes=tuple(
            papers.LetterOutcome(o.text, o.is_essential, str(ratings.get(str(o.uuid), "")))
            for o in (outcomes if ratings else ())
        ),
        ground=_ground(decision),
        reasons=said(decision.reasons),
        missing=tuple(_missing(line, decision, ratings, outcomes, parts)),
        differences=_differences(decision, said),
        why_not=_why_not(decision, said),
        conditions=_conditions(decision, said),
        later=said(decision.later_measures),
        effect=effect,
        average=_average(decision),
        placement=_placement(line, decision, granted, ground and ground.recorded),
        authority=powers.authority_behind(decision, line),
        precedent=powers.precedent_behind(decision),
        members=tuple(_members(line)),
    )


def _ground(decision: Decision) -> object:
    if decision.type == DecisionType.INADMISSIBLE:
        return decision.ects_explanation
    if decision.reasons or not decision.type:
        return ""
    return papers.GROUNDS.get(DecisionType(decision.type), "")


def _track_reasons(line: Line) -> tuple[object, ...]:
    """Return why the line is on its track: what the register says, and a registrar's own words."""
    found = [TrackReason(code).label for code in line.track_reasons if code in TrackReason.values]
    return (*found, line.track_override_reason) if line.track_override_reason else tuple(found)


def _remedy(line: Line, decision: Decision) -> papers.Remedy:
    """Return what can be done against a decision: object, appeal, or nothing inside the house."""
    policy = line.case.policy
    if decision.authority == Authority.APPEAL_BODY:
        return papers.Remedy(body="", form=papers.FINAL, period="")
    return papers.Remedy(
        body=policy.appeal_body,
        address=policy.appeal_address,
        form=gettext_lazy("In writing, with the number of this letter and your reasons."),
        period=in_each(
            DOCUMENT_LANGUAGES, lambda _l: _period(policy.objection_days or policy.appeal_days)
        ),
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
    granted: Decimal | None,
    parts: Sequence[ModulePart],
    semester: int | None,
    mask: blind.Mask,
) -> papers.LetterLine:
    kind, other = decision.type, decision.other_module
    named = (DecisionType.PARTIAL, DecisionType.EXEMPTION)
    return papers.LetterLine(
        sources=tuple(
            papers.LetterSource(mask(said.title), said.awarding_body.name, said.ects, said.hours)
            for said in (facts_of(source) for source in line.sources.all())
        ),
        target_title=target_title(line),
        target_code=line.module.code if line.module else "",
        requested_ects=target_ects(line) or None,
        decision=kind,
        granted_ects=granted,
        grade=decision.grade,
        grade_note=decision.grade_explanation,
        note=_parts(parts, kind) if kind in named else {},
        instead={tag: f"{other.code} {title}" for tag, title in other.title.items()}
        if kind == DecisionType.ALTERNATIVE and other
        else "",
        semester=semester if kind == DecisionType.ADVANCED_ENTRY else None,
        expected=decision.expected if kind == DecisionType.ADVANCE_INFO else "",
    )


def _parts(parts: Sequence[ModulePart], kind: str) -> dict[str, str]:
    """Return which parts of a module are recognised, {} when it has none."""
    titles = [part.title for part in parts]
    if not titles:
        return {}

    def named(language: str) -> str:
        names = "; ".join(in_language(title, language) for title in titles)
        if kind == DecisionType.EXEMPTION:
            return _("Exempt from these parts: %(parts)s") % {"parts": names}
        return _("Recognised parts: %(parts)s") % {"parts": names}

    return in_each(DOCUMENT_LANGUAGES, named)


def target_title(line: Line) -> dict[str, str]:
    """Return what a line aims at, with the parts asked for, in all languages of the portal."""
    if line.module is None:
        return in_each(DOCUMENT_LANGUAGES, lambda _l: _("Free electives"))
    if line.target_kind != TargetKind.PARTS:
        return line.module.title
    parts = list(line.parts.all())
    return {
        tag: f"{title} ({', '.join(in_language(part.title, tag) for part in parts)})"
        for tag, title in line.module.title.items()
    }


def _missing(
    line: Line,
    decision: Decision,
    ratings: Mapping[str, str],
    outcomes: Sequence,
    parts: Sequence[ModulePart],
) -> Iterator[object]:
    """Yield what is not recognised: parts of the module, or its outcomes that are not met."""
    if decision.type in ("", DecisionType.FULL_SUBSTITUTION, DecisionType.INADMISSIBLE):
        return
    if decision.type in (DecisionType.PARTIAL, DecisionType.EXEMPTION) and parts:
        wanted = line.parts if line.target_kind == TargetKind.PARTS else line.module.parts
        known = {part.pk for part in parts}
        yield from (part.title for part in wanted.all() if part.pk not in known)
        return
    if decision.type == DecisionType.INCLUSION:
        return
    done = Rating.NOT_APPLICABLE
    for outcome in outcomes:
        rating = ratings.get(str(outcome.uuid))
        if not is_met(rating) and rating != done:
            yield outcome.text


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


def _why_not(decision: Decision, said) -> tuple[tuple[str, object], ...]:
    if decision.type != DecisionType.REFUSAL:
        return ()
    # In the order of the form: a database may keep the entries in another one.
    order = dict.fromkeys((*BEFORE_REFUSAL, *BEFORE_REFUSAL_OF_ELECTIVES))
    texts = ((kind, decision.why_not.get(kind)) for kind in order)
    return tuple((kind, said(text)) for kind, text in texts if text)


def _conditions(decision: Decision, said) -> tuple[papers.LetterCondition, ...]:
    if decision.type != DecisionType.CONDITIONAL or decision.pk is None:
        return ()
    found = decision.conditions.all()
    return tuple(papers.LetterCondition(said(one.text), one.due_on) for one in found)


def _average(decision: Decision) -> object:
    """Return what follows for the average of a decision that gives credits."""
    if not decision.gives_credits:
        return ""
    if not decision.grade:
        return gettext_lazy("It counts without a grade and does not change your average.")
    grade = {"grade": decision.grade}
    if not needs_consent(decision):
        return in_each(
            DOCUMENT_LANGUAGES,
            lambda _l: _("The grade %(grade)s counts towards your average.") % grade,
        )
    days = decision.line.case.policy.information_days

    def said(_language: str) -> str:
        sentence = ngettext(
            "The grade %(grade)s counts towards your average if you take it over in the portal "
            "within %(days)s day. Without your answer the credits count without a grade.",
            "The grade %(grade)s counts towards your average if you take it over in the portal "
            "within %(days)s days. Without your answer the credits count without a grade.",
            days,
        )
        return sentence % {**grade, "days": days}

    return in_each(DOCUMENT_LANGUAGES, said)


def _placement(
    line: Line, decision: Decision, granted: Decimal | None, recorded: Recorded | None
) -> object:
    """Return the semester that follows from all credits, with those of this decision (R11)."""
    if decision.type == DecisionType.ADVANCED_ENTRY:
        return decision.ects_explanation or gettext_lazy(
            "The semester follows from the credits that you have earned."
        )
    if not decision.gives_credits or granted is None:
        return ""
    found = (recorded or recorded_for(line)).placement_with(granted)
    sentence = gettext_noop("With it you are in semester %(semester)s. %(how)s")
    return in_each(
        DOCUMENT_LANGUAGES,
        lambda _l: _(sentence) % {"semester": found.semester, "how": found.explanation},
    )


def _evidence(line: Line, mask: blind.Mask) -> Iterator[papers.LetterEvidence]:
    for source in line.sources.all():
        yield papers.LetterEvidence(
            mask(facts_of(source).title),
            Authenticity(source.authenticity).label,
            mask(source.authenticity_note),
        )
        yield from (papers.LetterEvidence(mask.title_of(one)) for one in source.documents.all())
        for link in mask.links(source.links):
            said = ": ".join(filter(None, (link["title"], link["url"])))
            yield papers.LetterEvidence(said)
    sent = line.information_requests.exclude(answered_at=None).values("items__documents")
    for file in Document.objects.filter(pk__in=sent).order_by("pk"):
        yield papers.LetterEvidence(mask.title_of(file))


def _members(line: Line) -> Iterator[papers.LetterMember]:
    for review in line.reviews.select_related("reviewer"):
        if review.was_released:
            continue
        yield papers.LetterMember(
            name=str(review.reviewer),
            role=gettext_lazy("reported") if review.is_rapporteur else gettext_lazy("reviewed"),
            recused=review.state == ReviewState.RECUSED,
        )
