"""The only place that answers "who decides on recognition here?", for a programme's modules."""

from dataclasses import dataclass

from credentials.models import Institution, ProgrammeVersion, Role, User
from recognition.models import Committee, CommitteeKind, Policy, SeatRole
from recognition.services.committees import covering


@dataclass(frozen=True, slots=True)
class Route:
    """Names of people, and the address of the office; nobody's own address.

    `committee`: the nearest one upward from the programme's unit, None when nobody set one up.
    `directors`: course directors, where the rules let them decide something alone.
    """

    institution: Institution
    committee: Committee | None
    chair: str
    directors: tuple[str, ...]
    appeals: Committee | None
    policy: Policy | None


def route_of(version: ProgrammeVersion) -> Route:
    """Return who decides on recognition for a programme; six queries."""
    programme = version.programme
    committee = covering(programme.unit).first()
    policy = Policy.objects.for_programme(programme).first()
    return Route(
        institution=programme.institution,
        committee=committee,
        chair=_chair_of(committee),
        directors=_directors(version, policy),
        appeals=covering(programme.unit, CommitteeKind.APPEAL).first(),
        policy=policy,
    )


def _chair_of(committee: Committee | None) -> str:
    if committee is None:
        return ""
    seat = committee.seats.current().filter(role=SeatRole.CHAIR).select_related("user").first()
    return str(seat.user) if seat else ""


def _directors(version: ProgrammeVersion, policy: Policy | None) -> tuple[str, ...]:
    if policy is None or not policy.delegation.get("course_director"):
        return ()
    found = User.objects.filter(
        memberships__role=Role.COURSE_DIRECTOR,
        memberships__unit__in=version.programme.unit.ids_from_root,
        is_active=True,
    )
    return tuple(str(user) for user in found.distinct().order_by("name"))
