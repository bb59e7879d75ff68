"""The only place that writes decisions: drafted, signed, sent. A signed one never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credentials.language import DOCUMENT_LANGUAGES, clean_text
from credentials.models import (
    Document,
    JobKind,
    Module,
    ModulePart,
    User,
)
from credentials.services import jobs, mails, numbers
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.standards.documents import in_each
from credentials.verdict import Refused, Stale
from recognition import grading, permissions
from recognition.guards import asks_proof, problems_of
from recognition.models import (
    Condition,
    Decision,
    Difference,
    Line,
    TargetKind,
)
from recognition.opinions import Ground, ground_for, rates_anew, target_outcomes
from recognition.refusals import DifferenceDraft
from recognition.services import decision_credentials, grade_words, precedents, summaries
from recognition.services.cases import registrars_for
from recognition.states import DecisionState, LineState
from recognition.vocabulary import Authority, DecisionType, InadmissibleReason

WORDS = ("reasons", "later_measures", "accepted_proof", "deviation_reason")


@dataclass(frozen=True, slots=True)
class ConditionDraft:
    """One condition as the chair writes it."""

    text: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """A decision as the chair writes it; `outcome_ratings`: choices where opinions differ.

    `grade_choice`: see `grading.columns_for`; `grade` is one that the committee sets itself. The
    other fields as in `Decision`; those of another type are forgotten when it is signed.
    """

    type: str = ""
    outcome_ratings: Mapping[str, str] = field(default_factory=dict)
    reasons: str = ""
    why_not: Mapping[str, str] = field(default_factory=dict)
    later_measures: str = ""
    accepted_proof: str = ""
    differences: tuple[DifferenceDraft, ...] = ()
    conditions: tuple[ConditionDraft, ...] = ()
    other_module: Module | None = None
    expected: str = ""
    grade_choice: str = ""
    grade: str = ""
    deviation_reason: str = ""
    language: str = "en"


@change()
def save(line: Line, draft: DecisionDraft, *, by: User, seen: datetime | None = None) -> Decision:
    """Keep a decision as far as it is written.

    `seen`: `updated_at` of the draft on the page that was filled in, None when there was none;
    raises `Stale` when chair or deputy saved another one since.
    """
    line = lock(line)
    permissions.can_decide(by, line).require()
    permissions.can_redraft(by, line).require()
    decision = Decision.objects.select_for_update().draft_of(line)
    if (decision.updated_at if decision else None) != seen:
        raise Stale(_("This decision was saved in another window. Load the page again."))
    if decision:
        decision.differences.all().delete()
        decision.conditions.all().delete()
    else:
        decision = _next_version(line)
    decision.body_id, decision.authority = _who_decides(line)
    decision.type = draft.type
    decision.outcome_ratings = dict(draft.outcome_ratings)
    decision.expected, decision.other_module = draft.expected, draft.other_module
    decision.why_not = {str(k): clean_text(text).strip() for k, text in draft.why_not.items()}
    for name in WORDS:
        setattr(decision, name, clean_text(getattr(draft, name)).strip())
    grade = clean_text(draft.grade).strip()
    chosen = grading.columns_for(line, draft.type, draft.grade_choice, grade)
    for name, value in chosen.items():
        setattr(decision, name, value)
    decision.language = draft.language
    decision.written_by = by
    decision.save()
    _write_differences(decision, draft.differences)
    _write_conditions(decision, draft.conditions)
    record(decision, "save", by=by)
    return decision


def _next_version(line: Line) -> Decision:
    """Return a new draft; it supersedes the decision that the line has, if it has one."""
    last = line.decisions.order_by("version").last()
    version = last.version + 1 if last else 1
    return Decision(line=line, version=version, supersedes=last)


def blank(line: Line, *, by: User) -> Decision:
    """Return a decision that nobody has begun, for the page on which it is written; not saved."""
    body, authority = _who_decides(line)
    return Decision(line=line, written_by=by, body_id=body, authority=authority)


def _who_decides(line: Line) -> tuple[int | None, Authority]:
    """Return the body (its pk) that decides now, and by which power: on appeal the appeal body."""
    if line.state == LineState.APPEAL:
        return line.objections.undecided().get().body_id, Authority.APPEAL_BODY
    return line.committee_id, Authority.CHAIR


def _write_differences(decision: Decision, drafts: tuple[DifferenceDraft, ...]) -> None:
    found = target_outcomes(decision.line) if drafts else ()
    outcomes = {str(outcome.uuid): outcome for outcome in found}
    Difference.objects.bulk_create(
        Difference(
            decision=decision,
            element=draft.element,
            outcome=outcomes.get(str(draft.outcome)),
            what_differs=clean_text(draft.what_differs).strip(),
            examined=clean_text(draft.examined).strip(),
            why_it_matters=clean_text(draft.why_it_matters).strip(),
        )
        for draft in drafts
    )


def _write_conditions(decision: Decision, drafts: tuple[ConditionDraft, ...]) -> None:
    Condition.objects.bulk_create(
        Condition(
            decision=decision,
            position=position,
            text=clean_text(draft.text).strip(),
            due_on=draft.due_on,
        )
        for position, draft in enumerate(drafts, start=1)
    )


@change()
def sign(
    decision: Decision, *, by: User, seen: datetime | None = None, lets_stand: bool = False
) -> Decision:
    """Sign: credits are computed and frozen with their explanation, the documents are ordered.

    `lets_stand`: equal cases are from now on decided by it. `seen` as in `save`. Raises
    `Refused` with the first thing that stands against it.
    """
    line = lock(decision.line)
    decision = lock(decision)
    decision.line = line
    lock(line.case.applicant)  # so that two decisions at once do not promise the same credits
    if seen is not None and decision.updated_at != seen:
        raise Stale(_("This decision was saved in another window. Load the page again."))
    permissions.can_sign(by, decision).require()
    seal(decision, by=by)
    if lets_stand:
        precedents.make_standing(line, by=by)
    return decision


def seal(decision: Decision, *, by: User) -> None:
    """Freeze a decision that somebody may sign, and pass its line on; call inside `change()`.

    Line and applicant are locked. Raises `Refused` with the first thing that stands against it.
    """
    line = decision.line
    ground = ground_for(decision)
    found = problems_of(decision, ground)
    if found:
        raise Refused(found[0].sentence)
    _freeze(decision, ground, by)
    move(line, LineState.DECIDED, by=by, held_since=timezone.now(), decision=decision)
    order(line, by=by)
    for registrar in registrars_for(line):
        context = {"line": line, "url": address("line-record", line.uuid)}
        mails.write("decision_signed", registrar, context)


def _freeze(decision: Decision, ground: Ground, by: User) -> None:
    kind, given = DecisionType(decision.type), ground.gives(decision)
    decision.parts.set(_parts_of(kind, ground))
    if kind != DecisionType.REFUSAL:
        decision.differences.all().delete()
    entry = ground.placement.semester
    if kind != DecisionType.CONDITIONAL:
        decision.conditions.all().delete()
    move(
        decision,
        DecisionState.SIGNED,
        by=by,
        number=numbers.next_number(decision.line.case.institution, "DEC"),
        decided_at=timezone.now(),
        authority=_authority(by, decision),
        written_by=by,
        ects=given.amount,
        ects_explanation=in_each(DOCUMENT_LANGUAGES, lambda _l: str(given.explanation)),
        why_not=decision.why_not if kind == DecisionType.REFUSAL else {},
        other_module=decision.other_module if kind == DecisionType.ALTERNATIVE else None,
        expected=decision.expected if kind == DecisionType.ADVANCE_INFO else "",
        accepted_proof=decision.accepted_proof if asks_proof(kind, ground) else "",
        entry_semester=entry if kind == DecisionType.ADVANCED_ENTRY else None,
        outcome_ratings=_settled(ground),
    )


def _authority(by: User, decision: Decision) -> Authority:
    if decision.line.state == LineState.APPEAL:
        return Authority.APPEAL_BODY
    return permissions.authority_of(by, decision)


def _parts_of(kind: DecisionType, ground: Ground) -> Sequence[ModulePart]:
    """Return the parts of the module that a decision is about, () when it is about the whole."""
    is_part = kind == DecisionType.EXEMPTION and ground.opinion.missing
    if kind == DecisionType.PARTIAL or is_part:
        return ground.parts_met
    whole = (DecisionType.FULL_SUBSTITUTION, DecisionType.CONDITIONAL, DecisionType.EXEMPTION)
    if kind in whole and ground.line.target_kind == TargetKind.PARTS:
        return list(ground.line.parts.all())
    return ()


def sign_inadmissible(line: Line, reason: InadmissibleReason, note: str, *, by: User) -> Decision:
    """Sign for a locked line that it is not admissible: a decision with number and letter.

    Only inside a change that moves the line. What was being written is given up for it. The letter
    is sent as soon as it is made (see `letters`).
    """
    decision = Decision.objects.select_for_update().draft_of(line) or _next_version(line)
    is_decider = bool(permissions.can_decide(by, line))
    decision.type = DecisionType.INADMISSIBLE
    decision.authority = Authority.CHAIR if is_decider else Authority.REGISTRAR
    decision.reasons, decision.later_measures = "", clean_text(note).strip()
    decision.language = (get_language() or "en").split("-")[0]
    decision.written_by = by
    decision.save()
    decision.differences.all().delete()
    decision.conditions.all().delete()
    move(
        decision,
        DecisionState.SIGNED,
        by=by,
        number=numbers.next_number(line.case.institution, "DEC"),
        decided_at=timezone.now(),
        ects=Decimal(0),
        ects_explanation=in_each(DOCUMENT_LANGUAGES, lambda _l: reason.label),
    )
    return decision


def _settled(ground: Ground) -> dict[str, str]:
    """Return what the decision rests on: each outcome, on appeal the other elements too."""
    settled = {key: str(value) for key, value in ground.opinion.ratings.items()}
    if rates_anew(ground.line):
        settled |= {key: str(value) for key, value in ground.opinion.elements.items() if value}
    return settled


@change()
def order_documents(line: Line, *, by: User) -> None:
    """Have the letter and the missing supplements made once more, after a failure."""
    line = lock(line)
    permissions.can_order_documents(by, line).require()
    order(line, by=by)


def order(line: Line, *, by: User | None) -> None:
    """Have what is missing of a line's documents made by the worker; once at a time."""
    total = 1 + permissions.missing_supplements(line).count()
    jobs.start(
        JobKind.LINE_DOCUMENTS, line.uuid, institution=line.case.institution, by=by, total=total
    )


@change()
def notify(line: Line, *, by: User) -> None:
    """Send a decision to the applicant, with its documents; the time to object begins."""
    line = lock(line)
    permissions.can_notify(by, line).require()
    send(line, by=by)


def send(line: Line, *, by: User | None, mail: str = "decision_sent") -> None:
    """Send the decision of a locked line whose documents are made; only inside a change."""
    now = timezone.now()
    decision = line.decision
    Decision.objects.filter(pk=decision.pk).update(notified_at=now)
    replaced = line.decisions.exclude(pk=decision.pk).exclude(letter=None)
    Document.objects.filter(pk__in=replaced.values("letter"), superseded_by=None).update(
        superseded_by=decision.letter
    )
    move(line, LineState.NOTIFIED, by=by, held_since=now)
    if line.decision.conditions.exists():
        move(line, LineState.CONDITION_PENDING, by=by)
    context = {"line": line, "url": address("case-detail", line.case.uuid)}
    mails.write(mail, line.case.applicant, context)
    grade_words.ask(line, by=by)
    summaries.count(line)
    precedents.note(line, by=by)
    if line.decision.supersedes:
        reason = _("Superseded by %(number)s.") % {"number": line.decision.number}
        decision_credentials.revoke_decision_credential(line.decision.supersedes, reason, by=by)
    line.decision.refresh_from_db()
    decision_credentials.start(line, by=by)
