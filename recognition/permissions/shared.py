"""Who sits, chairs, is in conflict or keeps records: what several permissions ask."""

from django.db.models import Q
from django.utils.translation import gettext as _

from credentials.models import Role, User
from credentials.permissions import holds
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import (
    Line,
    Objection,
    Review,
    Seat,
    SeatRole,
)
from recognition.states import TOLD, UNDECIDED, LineState, ReviewState

BEFORE_DECISION = tuple(UNDECIDED)
TO_CHECK = (LineState.SUBMITTED, LineState.FORMAL_CHECK)
FROM_DELIBERATION = (
    LineState.DELIBERATION,
    LineState.DECIDED,
    LineState.OBJECTION,
    LineState.APPEAL,
    *TOLD,
)


def can_see_numbers(user: User) -> Verdict:
    """See what recognition comes to in numbers: registrars, also of a unit, and chairs; of theirs.

    Which lines those are is said by `Line.objects.counted_for`.
    """
    deciding = Seat.objects.current().filter(role__in=[SeatRole.CHAIR, SeatRole.DEPUTY])
    found = User.objects.filter(
        Q(memberships__role=Role.REGISTRAR) | Q(seats__in=deciding), pk=user.pk
    )
    if found.exists():
        return ALLOWED
    return no(_("Numbers are for registrars and for chairs of committees."))


def chairs(user: User, line: Line) -> bool:
    """Whether the user is chair or deputy of the line's committee today."""
    return (
        Seat.objects.current()
        .filter(
            committee=line.committee_id,
            user=user,
            role__in=[SeatRole.CHAIR, SeatRole.DEPUTY],
        )
        .exists()
    )


def conflict_of(user: User, line: Line) -> str:
    """Return why the user cannot be impartial as far as the portal knows, "" otherwise."""
    return conflicts(line, [user]).get(user.pk, "")


def conflicts(line: Line, users: list[User]) -> dict[int, str]:
    """Return for each user who cannot be impartial the reason why; one query."""
    found = {}
    source = Q(courses_taught__versions__awards__credential__line_sources__line=line)
    awarder = Q(awards_made__credential__line_sources__line=line)
    taught = User.objects.filter(source | awarder, pk__in=[user.pk for user in users])
    for pk in taught.values_list("pk", flat=True).distinct():
        found[pk] = _("Taught or awarded what is put forward here.")
    if line.case.applicant_id in {user.pk for user in users}:
        found[line.case.applicant_id] = _("Is the applicant.")
    return found


def stepped_back(user: User, line: Line) -> bool:
    """Whether the user is kept away from a line: they get it back in no other role."""
    return line.recusals.standing().filter(user=user).exists()


def has_seat(user: User, line: Line) -> bool:
    """Whether the user sits on the line's committee today."""
    return Seat.objects.current().filter(committee=line.committee_id, user=user).exists()


def judges(user: User, line: Line) -> bool:
    """Whether the user sits on the body that an objection or appeal on this line came before."""
    return Objection.objects.before(user).filter(line=line).exists()


def as_registrar(user: User, line: Line, *states: LineState) -> Verdict:
    unit = line.case.programme_version.programme.unit
    if not holds(user, unit, Role.REGISTRAR):
        return no(_("Only registrars of %(unit)s may do this.") % {"unit": unit})
    if line.case.applicant_id == user.pk:
        return no(_("This is your own application. Another registrar must work on it."))
    if stepped_back(user, line):
        return no(_("You stepped back from this. Another registrar must work on it."))
    return in_state(line, *states) if states else ALLOWED


def own_review(user: User, review: Review, *states: ReviewState) -> Verdict:
    verdict = own_task(user, review, *states)
    if verdict and not has_seat(user, review.line):
        return no(_("Your seat on the committee has ended."))
    return verdict


def own_task(user: User, review: Review, *states: ReviewState) -> Verdict:
    if review.reviewer_id != user.pk:
        return no(_("This opinion belongs to somebody else."))
    if review.state not in states:
        return too_late(review)
    return in_state(review.line, LineState.UNDER_REVIEW)


def in_state(line: Line, *states: LineState) -> Verdict:
    return ALLOWED if line.state in states else too_late(line)


def too_late(thing: Line | Review) -> Verdict:
    return no(
        _("This is not possible any more: it is “%(state)s” now.")
        % {"state": thing.get_state_display()}
    )
