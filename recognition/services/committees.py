"""The only place that says which committee decides, and changes who sits on it."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import LanguageMap, clean_text
from credentials.models import Role, Unit, User
from credentials.permissions import holds
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused
from recognition.models import (
    Committee,
    CommitteeKind,
    Line,
    Objection,
    ObjectionKind,
    Seat,
    SeatRole,
)
from recognition.permissions import can_enter_absence, can_seat, conflicts, has_quorum


def covering(unit: Unit, kind: CommitteeKind = CommitteeKind.RECOGNITION) -> QuerySet[Committee]:
    """Return the committees that decide for a unit: its own and those above, the nearest first."""
    found = Committee.objects.filter(unit__in=unit.ids_from_root, kind=kind)
    return found.order_by("-unit__path")


def body_for(line: Line, kind: ObjectionKind, above: Committee | None = None) -> Committee | None:
    """Return which body an objection or appeal on a line comes before; None when there is none.

    An objection: the committee that has the line. An appeal: the nearest appeal body of which
    enough took no part before, further up than `above`; where none has enough members, the
    nearest of all keeps it until there are.
    """
    unit = line.case.programme_version.programme.unit
    if kind == ObjectionKind.OBJECTION:
        return line.committee or covering(unit).first()
    bodies = list(covering(unit, CommitteeKind.APPEAL))
    if above in bodies:
        bodies = bodies[bodies.index(above) + 1 :]
    able = (body for body in bodies if has_quorum(Objection(line=line, body=body, kind=kind)))
    return next(able, bodies[0] if bodies and above is None else None)


def impartial_seats(committee: Committee, line: Line) -> list[Seat]:
    """Return the seats whose holders can take part in a line today.

    They are not away, did not step back, and have no conflict that the portal knows of. A personal
    substitute is among them only when the member is not.
    """
    seats = list(committee.seats.current().there().select_related("user").order_by("role", "pk"))
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
def set_quorum(committee: Committee, quorum: int, group: str, *, by: User) -> None:
    """Say how many must vote, and of which group one must be among them; "" for none."""
    committee = lock(committee)
    can_seat(by, committee).require()
    group = clean_text(group).strip()
    Committee.objects.filter(pk=committee.pk).update(quorum=quorum, required_group=group)
    before = f"{committee.quorum} {committee.required_group}".strip()
    record(committee, "set-quorum", by=by, before=before, after=f"{quorum} {group}".strip())


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
    place = committee.seats.filter(user=user).first() or Seat(committee=committee, user=user)
    place.role, place.group, place.since, place.until = role, group, since, until
    place.substitute_for = substitute_for
    place.save()
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
def enter_absence(place: Seat, begins: date | None, ends: date | None, *, by: User) -> None:
    """Note from when until when, both included, somebody is away; None for both: not at all."""
    committee = lock(place.committee)
    can_enter_absence(by, place).require()
    if bool(begins) != bool(ends) or (begins and ends < begins):
        raise Refused(_("Give both days, or none."))
    Seat.objects.filter(pk=place.pk).update(away_from=begins, away_until=ends)
    record(committee, "enter-absence", by=by, text=f"{place.user.uuid}: {begins} {ends}")
