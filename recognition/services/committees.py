"""The only place that says which committee decides, and changes who sits on it."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import LanguageMap
from credentials.models import Role, Unit, User
from credentials.permissions import holds
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused
from recognition.models import Absence, Committee, CommitteeKind, Line, Seat, SeatRole
from recognition.permissions import can_say_away, can_seat, conflicts


def covering(unit: Unit, kind: CommitteeKind = CommitteeKind.RECOGNITION) -> QuerySet[Committee]:
    """Return the committees that decide for a unit: its own and those above, the nearest first."""
    found = Committee.objects.filter(unit__in=unit.ids_from_root, kind=kind)
    return found.order_by("-unit__path")


def impartial_seats(committee: Committee, line: Line) -> list[Seat]:
    """Return the seats whose holders can take part in a line today.

    They are not away, did not step back, and have no conflict that the portal knows of. A personal
    substitute is among them only when the member is not.
    """
    seats = list(committee.seats.present().select_related("user").order_by("role", "pk"))
    known = {*conflicts(line, [seat.user for seat in seats])}
    known |= set(line.recusals.standing().values_list("user", flat=True))
    able = {seat.pk: seat for seat in seats if seat.user_id not in known}
    return [seat for seat in able.values() if seat.substitute_for_id not in able]


@change()
def create(
    unit: Unit,
    name: LanguageMap,
    *,
    by: User,
    kind: CommitteeKind = CommitteeKind.RECOGNITION,
) -> Committee:
    """Set up the committee of a unit; a unit has one of each kind."""
    if not holds(by, unit, Role.REGISTRAR):
        raise Refused(_("Only registrars of %(unit)s may do this.") % {"unit": unit})
    committee, is_new = Committee.objects.get_or_create(
        unit=unit, kind=kind, defaults={"name": name}
    )
    if is_new:
        record(committee, "create", by=by)
    return committee


@change()
def seat(
    committee: Committee,
    user: User,
    *,
    by: User,
    role: SeatRole = SeatRole.MEMBER,
    group: str = "",
    since: date | None = None,
    until: date | None = None,
    substitute_for: Seat | None = None,
) -> Seat:
    """Give somebody a seat, or another role or term on the seat they have; one chair at a time.

    `substitute_for`: the member whom they stand in for, who is no substitute themselves.
    """
    committee = lock(committee)
    can_seat(by, committee).require()
    others = committee.seats.current().filter(role=SeatRole.CHAIR).exclude(user=user)
    if role == SeatRole.CHAIR and others.exists():
        raise Refused(_("The committee has a chair. End that term first."))
    if substitute_for and not _can_be_substituted(substitute_for, committee, user):
        raise Refused(_("Choose another member of this committee, who is no substitute."))
    place, _is_new = Seat.objects.update_or_create(
        committee=committee,
        user=user,
        defaults={
            "role": role,
            "group": group,
            "since": since,
            "until": until,
            "substitute_for": substitute_for,
        },
    )
    record(committee, "seat", by=by, text=str(place))
    return place


@change()
def end_term(place: Seat, *, by: User) -> None:
    """End a term: from today on the seat no longer counts."""
    committee = lock(place.committee)
    can_seat(by, committee).require()
    Seat.objects.filter(pk=place.pk).update(until=timezone.localdate() - timedelta(days=1))
    record(committee, "end-term", by=by, text=str(place))


def _can_be_substituted(place: Seat, committee: Committee, user: User) -> bool:
    in_committee = place.committee_id == committee.pk and place.user_id != user.pk
    return in_committee and place.substitute_for_id is None


@change()
def say_away(place: Seat, since: date, until: date, *, by: User) -> Absence:
    """Say that somebody is away, both days included: they get no new tasks, a deputy decides."""
    committee = lock(place.committee)
    can_say_away(by, place).require()
    if until < max(since, timezone.localdate()):
        raise Refused(_("The last day away is not before the first, and not over."))
    absence = Absence.objects.create(committee=committee, user=place.user, since=since, until=until)
    record(committee, "away", by=by, text=str(absence))
    return absence


@change()
def end_absence(absence: Absence, place: Seat, *, by: User) -> None:
    """Somebody is there again, or does not go away after all."""
    committee = lock(place.committee)
    can_say_away(by, place).require()
    record(committee, "back", by=by, text=str(absence))
    committee.absences.filter(pk=absence.pk, user=place.user).delete()
