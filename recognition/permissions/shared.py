"""Who sits, chairs, is in conflict or keeps records: what several permissions ask."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from credentials.models import Role, User
from credentials.permissions import holds
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import (
    Committee,
    CommitteeKind,
    Line,
    Objection,
    Review,
    Seat,
    SeatRole,
)
from recognition.models.committee import DECIDING
from recognition.states import TOLD, UNDECIDED, LineState, ReviewState

BEFORE_DECISION = tuple(UNDECIDED)
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
    deciding = Seat.objects.current().filter(
        role__in=DECIDING, committee__kind=CommitteeKind.RECOGNITION
    )
    found = User.objects.filter(
        Q(memberships__role=Role.REGISTRAR) | Q(seats__in=deciding), pk=user.pk
    )
    if found.exists():
        return ALLOWED
    return no(_("Numbers are for registrars and for chairs of committees."))


def chairs(user: User, line: Line) -> bool:
    """Whether the user is chair or deputy of the line's committee today."""
    if line.is_read_by(user):
        return line.reader_chairs
    return (
        Seat.objects.current()
        .filter(
            committee=line.committee_id,
            user=user,
            role__in=DECIDING,
        )
        .exists()
    )


def conflict_of(user: User, line: Line) -> str:
    """Return why the user cannot be impartial as far as the portal knows, "" otherwise."""
    if line.is_read_by(user) and not line.reader_is_biased and line.case.applicant_id != user.pk:
        return ""
    return conflicts(line, [user]).get(user.pk, "")


def conflicts(line: Line, users: list[User]) -> dict[int, str]:
    """Return for each user who cannot be impartial the reason why; one query."""
    found = {}
    known = Exists(line.sources.known_to(OuterRef("pk")))
    biased = User.objects.filter(known, pk__in=[user.pk for user in users])
    for pk in biased.values_list("pk", flat=True):
        found[pk] = _("Taught or awarded what is put forward here, or works where it was awarded.")
    if line.case.applicant_id in {user.pk for user in users}:
        found[line.case.applicant_id] = _("Is the applicant.")
    return found


def stepped_back(user: User, line: Line) -> bool:
    """Whether the user is kept away from a line: they get it back in no other role."""
    if line.is_read_by(user):
        return line.reader_stepped_back
    return line.recusals.standing().filter(user=user).exists()


def presiding(line: Line, *, without: User | None = None) -> list[User]:
    """Return who decides on a line today: its chair, or who stands in for the chair.

    A deputy decides when the chair has no seat, is away, must not take part, reports (who reports
    does not refuse alone, so either of them may sign), or has handed the line over. `without`
    leaves somebody out, as the one who was challenged. Two queries, or three.
    """
    if line.committee_id is None:
        return []
    deciding = Seat.objects.current().there().filter(role__in=DECIDING, committee=line.committee_id)
    seats = list(deciding.select_related("user").order_by("role", "pk"))
    kept_away = set(line.recusals.standing().values_list("user", flat=True))
    kept_away |= {*conflicts(line, [seat.user for seat in seats]), without and without.pk}
    able = [seat for seat in seats if seat.user_id not in kept_away]
    acting = [seat.user for seat in able if seat.user_id == line.acting_chair_id]
    chairs_able = [seat.user for seat in able if seat.role == SeatRole.CHAIR]
    deputies = [seat.user for seat in able if seat.role == SeatRole.DEPUTY]
    if acting or not chairs_able:
        return acting or deputies
    reports = line.reviews.counted().filter(reviewer__in=chairs_able, is_rapporteur=True)
    return chairs_able + (deputies if reports.exists() else [])


def has_seat(user: User, line: Line) -> bool:
    """Whether the user sits on the line's committee today."""
    if line.is_read_by(user):
        return line.reader_has_seat
    return Seat.objects.current().filter(committee=line.committee_id, user=user).exists()


def has_group(committee: Committee, seats: Iterable[Seat]) -> Verdict:
    """Whether one of the group that must take part is among these seats, besides who presides."""
    wanted = committee.required_group.casefold()
    members = (seat for seat in seats if seat.role == SeatRole.MEMBER)
    if not wanted or any(seat.group.casefold() == wanted for seat in members):
        return ALLOWED
    return no(
        _("Besides chair and deputy one of this group must take part: %(group)s.")
        % {"group": committee.required_group}
    )


def may_know_applicant(user: User, line: Line) -> bool:
    """Whether a reader of a line may know who applied.

    Where the rules of the case ask for blind review, its committee is shown no name, sex, birth
    date, nationality or number before the decision was sent. Every page, file, search and mail
    asks here; for many lines at once see `LineQuerySet.applicant_known_to`.
    """
    policy = line.case.policy
    if policy is None or not policy.is_blind or line.case.applicant_id == user.pk:
        return True
    return Line.objects.applicant_known_to(user).filter(pk=line.pk).exists()


def judges(user: User, line: Line) -> bool:
    """Whether the user sits on the body that an objection or appeal on this line came before."""
    if line.is_read_by(user):
        return line.reader_judges
    return Objection.objects.before(user).filter(line=line).exists()


def keeps(user: User, line: Line) -> bool:
    """Whether the user is registrar of the line's programme."""
    if line.is_read_by(user):
        return line.reader_keeps
    return holds(user, line.case.programme_version.programme.unit, Role.REGISTRAR)


def review_of(user: User, line: Line) -> Review | None:
    """Return the user's review of a line, also when they stepped back from it."""
    if line.is_read_by(user):
        return next(iter(line.reviews_of_reader), None)
    return line.reviews.filter(reviewer=user).first()


def reports(user: User, line: Line) -> bool:
    """Whether the user is the rapporteur, and declared to be impartial."""
    own = review_of(user, line)
    if own is None or own.state == ReviewState.RECUSED:
        return False
    return own.is_rapporteur and own.declared_at is not None


def as_registrar(user: User, line: Line, *states: LineState) -> Verdict:
    if not keeps(user, line):
        unit = line.case.programme_version.programme.unit
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
