"""The only place that writes decisions: drafted, signed, sent. A signed one never changes."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import (
    Course,
    CourseVersion,
    JobKind,
    Origin,
    RecognitionSummary,
    User,
)
from credentials.services import jobs, mails, numbers
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.standards.documents import in_each
from credentials.verdict import Refused, Stale
from recognition import grading, permissions
from recognition.guards import problems_of
from recognition.models import Decision, Difference, Line, LineSource, TargetKind
from recognition.opinions import Ground, facts_of, ground_of, target_outcomes
from recognition.refusals import DifferenceDraft
from recognition.services.cases import registrars_for
from recognition.states import DecisionState, LineState
from recognition.vocabulary import DecisionType

SIGNED = "signed"
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """A decision as the chair writes it; `outcome_ratings`: choices where opinions differ.

    `grade_choice`: see `grading.columns_for`; `grade` is one that the committee sets itself.
    """

    type: str = ""
    outcome_ratings: Mapping[str, str] = field(default_factory=dict)
    reasons: str = ""
    considered: str = ""
    later_measures: str = ""
    differences: tuple[DifferenceDraft, ...] = ()
    grade_choice: str = ""
    grade: str = ""
    language: str = "en"


@change()
def save(line: Line, draft: DecisionDraft, *, by: User, seen: datetime | None = None) -> Decision:
    """Keep a decision as far as it is written.

    `seen`: `updated_at` of the draft on the page that was filled in, None when there was none;
    raises `Stale` when chair or deputy saved another one since.
    """
    line = lock(line)
    permissions.can_decide(by, line).require()
    decision = Decision.objects.select_for_update().draft_of(line)
    if (decision.updated_at if decision else None) != seen:
        raise Stale(_("This decision was saved in another window. Load the page again."))
    decision = decision or _next_version(line)
    decision.type = draft.type
    decision.outcome_ratings = dict(draft.outcome_ratings)
    for name in ("reasons", "considered", "later_measures"):
        setattr(decision, name, clean_text(getattr(draft, name)).strip())
    grade = clean_text(draft.grade).strip()
    chosen = grading.columns_for(line, draft.type, draft.grade_choice, grade)
    for name, value in chosen.items():
        setattr(decision, name, value)
    decision.language = draft.language
    decision.written_by = by
    decision.save()
    _write_differences(decision, draft.differences)
    record(decision, "save", by=by)
    return decision


def _next_version(line: Line) -> Decision:
    """Return a new draft; it supersedes the decision that the line has, if it has one."""
    last = line.decisions.order_by("version").last()
    version = last.version + 1 if last else 1
    return Decision(line=line, version=version, supersedes=last, body=line.committee)


def _write_differences(decision: Decision, drafts: tuple[DifferenceDraft, ...]) -> None:
    outcomes = {str(outcome.uuid): outcome for outcome in target_outcomes(decision.line)}
    decision.differences.all().delete()
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


@change()
def sign(decision: Decision, *, by: User, seen: datetime | None = None) -> Decision:
    """Sign: credits are computed and frozen with their explanation, the documents are ordered.

    `seen` as in `save`. Raises `Refused` with the first thing that stands against it.
    """
    line = lock(decision.line)
    decision = lock(decision)
    decision.line = line
    lock(line.case.applicant)  # so that two decisions at once do not promise the same credits
    if seen is not None and decision.updated_at != seen:
        raise Stale(_("This decision was saved in another window. Load the page again."))
    permissions.can_sign(by, decision).require()
    ground = ground_of(line, decision.outcome_ratings)
    found = problems_of(decision, ground)
    if found:
        raise Refused(found[0].sentence)
    _freeze(decision, ground, by)
    move(line, LineState.DECIDED, by=by, held_since=timezone.now(), decision=decision)
    _order_documents(line, by)
    for registrar in registrars_for(line):
        context = {"line": line, "url": address("line-record", line.uuid)}
        mails.write("decision_signed", registrar, context)
    return decision


def _freeze(decision: Decision, ground: Ground, by: User) -> None:
    kind = DecisionType(decision.type)
    given = ground.credits[kind]
    if kind == DecisionType.PARTIAL:
        decision.parts.set(ground.parts_met)
    elif kind == DecisionType.FULL_SUBSTITUTION and decision.line.target_kind == TargetKind.PARTS:
        decision.parts.set(decision.line.parts.all())
    move(
        decision,
        DecisionState.SIGNED,
        by=by,
        number=numbers.next_number(decision.line.case.institution, "DEC"),
        decided_at=timezone.now(),
        written_by=by,
        ects=given.amount,
        ects_explanation=in_each(LANGUAGES, lambda _l: str(given.explanation)),
        outcome_ratings={key: str(value) for key, value in ground.opinion.ratings.items()},
    )


@change()
def order_documents(line: Line, *, by: User) -> None:
    """Have the letter and the missing supplements made once more, after a failure."""
    line = lock(line)
    permissions.can_order_documents(by, line).require()
    _order_documents(line, by)


def _order_documents(line: Line, by: User) -> None:
    total = 1 + permissions.missing_supplements(line).count()
    jobs.start(
        JobKind.LINE_DOCUMENTS, line.uuid, institution=line.case.institution, by=by, total=total
    )


@change()
def notify(line: Line, *, by: User) -> None:
    """Send a decision to the applicant, with its documents; the time to object begins."""
    line = lock(line)
    permissions.can_notify(by, line).require()
    now = timezone.now()
    Decision.objects.filter(pk=line.decision.pk).update(notified_at=now)
    move(line, LineState.NOTIFIED, by=by, held_since=now)
    context = {"line": line, "url": address("case-detail", line.case.uuid)}
    mails.write("decision_sent", line.case.applicant, context)
    _count_for_catalogue(line)


def _count_for_catalogue(line: Line) -> None:
    """Let the catalogue say "recognised before" of the courses that were put forward."""
    is_recognised = line.decision.type != DecisionType.REFUSAL
    target = (
        line.module.title if line.module else in_each(("en", "de"), lambda _l: _("Free electives"))
    )
    courses = {_course_of(source) for source in line.sources.select_related("credential")}
    for course in sorted(courses - {None}, key=lambda one: one.pk):
        summary, _is_new = RecognitionSummary.objects.get_or_create(
            course=course, programme=line.case.programme_version.programme, target=target
        )
        RecognitionSummary.objects.filter(pk=summary.pk).update(
            asked=F("asked") + 1, recognised=F("recognised") + int(is_recognised)
        )


def _course_of(source: LineSource) -> Course | None:
    """Return the course of this portal that a source comes from, as its signed file says."""
    credential = source.credential
    if credential and credential.origin == Origin.AWARD:
        return credential.award.course_version.course
    if source.provenance.get("course_url") != SIGNED:
        return None
    before, _slash, tail = facts_of(source).course_url.rstrip("/").rpartition("/")
    try:
        version = CourseVersion.objects.filter(uuid=uuid.UUID(tail)).first()
    except ValueError:
        return None
    return version.course if version and before.startswith(settings.ADDRESS) else None
