"""The only place that orders a supplementary assessment of a line, takes its result or ends it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import LearningOutcome, User
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import (
    AssessedOutcome,
    AssessmentEnd,
    AssessmentForm,
    Line,
    OutcomeRating,
    Seat,
    SupplementaryAssessment,
)
from recognition.opinions import target_outcomes
from recognition.services import lines, reviews
from recognition.states import LineState
from recognition.vocabulary import Rating, Track


@dataclass(frozen=True, slots=True)
class AssessmentDraft:
    """What is ordered: outcomes (ids), in which form, when and where, with which instructions.

    `due_on`: until when the assessor gives the result, from today on.
    """

    outcomes: Collection[int]
    form: str
    assessor: User
    due_on: date
    instructions: str
    held_at: datetime | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeResult:
    """Whether one outcome is met; what was missing when it is not."""

    is_met: bool
    note: str = ""


def assessable(line: Line, by: User) -> list[LearningOutcome]:
    """Return the outcomes that a test can settle, as far as the one who orders it may know.

    Those of which the evidence says nothing, on validation also those shown in part: while
    opinions are independent in one's own opinion, afterwards in that of any reviewer.
    """
    wanted = [Rating.NOT_EVIDENCED]
    if line.track == Track.VALIDATION:
        wanted.append(Rating.PARTIAL)
    ratings = OutcomeRating.objects.filter(
        review__in=line.reviews.counted(), rating__in=[rating.value for rating in wanted]
    )
    if line.state != LineState.DELIBERATION:
        ratings = ratings.filter(review__reviewer=by)
    found = set(ratings.values_list("outcome", flat=True))
    return [outcome for outcome in target_outcomes(line) if outcome.pk in found]


def assessors_for(line: Line) -> QuerySet[User]:
    """Return staff of the institution and members of the committee who can be impartial."""
    institution = line.case.institution
    seats = Seat.objects.current().filter(committee=line.committee)
    people = User.objects.filter(
        Q(memberships__unit__institution=institution) | Q(pk__in=seats.values("user")),
        is_active=True,
    ).distinct()
    biased = set(permissions.conflicts(line, list(people)))
    biased |= set(line.recusals.standing().values_list("user", flat=True))
    return people.exclude(pk__in=biased).order_by("name")


@change()
def order(line: Line, draft: AssessmentDraft, *, by: User) -> SupplementaryAssessment:
    """Order an assessment; the clock stands still until it has ended."""
    line = lock(line)
    permissions.can_order_assessment(by, line).require()
    outcomes = [o for o in assessable(line, by) if o.pk in set(draft.outcomes)]
    if not outcomes or len(outcomes) != len(set(draft.outcomes)):
        raise Refused(_("Choose outcomes that are not shown by the evidence, and no others."))
    if draft.form not in AssessmentForm.values:
        raise Refused(_("Choose a form of assessment."))
    if not draft.instructions.strip():
        raise Refused(_("Write what the learner is asked to do, and how it is assessed."))
    if draft.due_on < timezone.localdate():
        raise Refused(_("Choose a day from today on for the result."))
    if draft.assessor not in assessors_for(line):
        raise Refused(_("%(name)s cannot assess this.") % {"name": draft.assessor})
    assessment = SupplementaryAssessment.objects.create(
        line=line,
        form=draft.form,
        assessor=draft.assessor,
        held_at=draft.held_at,
        place=clean_text(draft.place).strip(),
        instructions=clean_text(draft.instructions).strip(),
        due_on=draft.due_on,
        ordered_by=by,
    )
    AssessedOutcome.objects.bulk_create(
        AssessedOutcome(assessment=assessment, outcome=outcome) for outcome in outcomes
    )
    record(assessment, "order", by=by, text=assessment.instructions)
    move(line, LineState.ASSESSMENT, by=by, held_since=timezone.now())
    _tell(assessment)
    return assessment


def _tell(assessment: SupplementaryAssessment) -> None:
    line = assessment.line
    url = address("case-detail", line.case.uuid)
    mails.write("assessment_ordered", line.case.applicant, {"line": line, "url": url})
    url = address("assessment-detail", assessment.uuid)
    context = {"line": line, "assessment": assessment, "url": url}
    mails.write("assessment_assigned", assessment.assessor, context)


@change()
def enter_result(
    assessment: SupplementaryAssessment,
    results: Mapping[int, OutcomeResult],
    *,
    by: User,
    grade: str = "",
) -> None:
    """Enter for each outcome (by its id) whether it is met; opinions are open to change again."""
    line, assessment = _locked(assessment)
    permissions.can_assess(by, assessment).require()
    if grade.strip() and not line.case.policy.grade_methods:
        raise Refused(_("The rules of this case give no grades."))
    for row in assessment.results.select_related("outcome"):
        said = results.get(row.outcome_id)
        number = {"number": row.outcome.order}
        if said is None:
            raise Refused(_("Say whether outcome %(number)s is met.") % number)
        if not said.is_met and not said.note.strip():
            raise Refused(_("Write what is missing of outcome %(number)s.") % number)
        row.is_met, row.note = said.is_met, clean_text(said.note).strip()
        row.save(update_fields=["is_met", "note"])
    _end(assessment, AssessmentEnd.ASSESSED, by=by, grade=clean_text(grade).strip())
    lines.go_on(line, by=by)
    reviews.reopen(line, by=by, template="assessment_result")


@change()
def note_absence(assessment: SupplementaryAssessment, note: str, *, by: User) -> None:
    """Record that the applicant did not come, or handed nothing in; the line goes on."""
    line, assessment = _locked(assessment)
    permissions.can_assess(by, assessment).require()
    _end(assessment, AssessmentEnd.NOT_TAKEN, by=by, note=clean_text(note).strip())
    _go_on(line, by)


@change()
def cancel(assessment: SupplementaryAssessment, reason: str, *, by: User) -> None:
    """Cancel an assessment, with a reason that the applicant reads; the line goes on."""
    line, assessment = _locked(assessment)
    permissions.can_cancel_assessment(by, assessment).require()
    if not reason.strip():
        raise Refused(_("Say in a few words why."))
    _end(assessment, AssessmentEnd.CANCELLED, by=by, note=clean_text(reason).strip())
    told = [(line.case.applicant, address("case-detail", line.case.uuid))]
    if assessment.assessor != by:
        told.append((assessment.assessor, address("assessment-detail", assessment.uuid)))
    for person, url in told:
        mails.write("assessment_cancelled", person, {"line": line, "url": url})
    _go_on(line, by)


def _end(
    assessment: SupplementaryAssessment,
    end: AssessmentEnd,
    *,
    by: User,
    note: str = "",
    grade: str = "",
) -> None:
    assessment.ended_at, assessment.end = timezone.now(), end
    assessment.end_note, assessment.grade = note, grade
    assessment.save(update_fields=["ended_at", "end", "end_note", "grade"])
    record(assessment, f"end-{end}", by=by, text=note)


def _go_on(line: Line, by: User) -> None:
    lines.go_on(line, by=by)
    reviews.pass_on_if_all_in(line, by=by)


def _locked(assessment: SupplementaryAssessment) -> tuple[Line, SupplementaryAssessment]:
    """Lock the line, then the assessment: always in this order."""
    line = lock(assessment.line)
    assessment = lock(assessment)
    assessment.line = line
    return line, assessment
