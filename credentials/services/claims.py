"""The only place that writes claims: made, withdrawn, denied. Awarding is in `awards`."""

from collections.abc import Sequence

from django.utils import timezone

from credentials import permissions
from credentials.models import Claim, CourseVersion, Learner, Role, User
from credentials.services import accounts, evidence, mails
from credentials.services.evidence import Upload
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.states import ClaimState


def open_claim(version: CourseVersion, user: User) -> Claim | None:
    """Return the claim of a user that waits for an answer; there is at most one per course."""
    return version.claims.filter(claimant=user, state=ClaimState.SUBMITTED).first()


@change()
def submit(
    version: CourseVersion,
    *,
    by: User,
    statement: str = "",
    uploads: Sequence[Upload] = (),
    links: Sequence[str] = (),
    given_name: str = "",
    family_name: str = "",
) -> Claim:
    """Claim the credential of a course; a second claim while one is open is the first one.

    The names are used when the institution does not know the learner yet.
    """
    by = lock(by)
    if claim := open_claim(version, by):
        return claim
    permissions.can_claim(by, version).require()
    claim = Claim.objects.create(
        course_version=version,
        claimant=by,
        learner=_learner(version, by, given_name, family_name),
        statement=statement,
    )
    claim.evidence.set(evidence.keep(uploads, links, owner=by))
    record(claim, "submit", by=by)
    mails.write("claim_submitted", by, _mail(claim))
    for teacher in _teachers(version, besides=by):
        mails.write("claim_received", teacher, _mail(claim))
    return claim


def _learner(version: CourseVersion, user: User, given_name: str, family_name: str) -> Learner:
    institution = version.course.institution
    known = accounts.learner_of(user, institution)
    if known:
        return accounts.link(known, user=user)
    return accounts.enter(
        institution,
        given_name=given_name,
        family_name=family_name or user.name,
        email=next(iter(accounts.confirmed_addresses(user)), ""),
        user=user,
        by=user,
    )


@change()
def withdraw(claim: Claim, *, by: User) -> None:
    """Take a claim back before it is answered."""
    claim = lock(claim)
    permissions.can_withdraw_claim(by, claim).require()
    move(claim, ClaimState.WITHDRAWN, by=by, closed_at=timezone.now(), closed_by=by)


@change()
def deny(claim: Claim, *, by: User, reason: str) -> None:
    """Refuse a claim with a reason that the claimant reads."""
    claim = lock(claim)
    permissions.can_deny(by, claim).require()
    move(
        claim,
        ClaimState.DENIED,
        by=by,
        text=reason,
        reason=reason,
        closed_at=timezone.now(),
        closed_by=by,
    )
    mails.write("claim_denied", claim.claimant, _mail(claim))


def _teachers(version: CourseVersion, *, besides: User) -> list[User]:
    """Return whom a claim is brought to: the course's teachers, else those of its unit."""
    teachers = version.course.teachers.exclude(pk=besides.pk).filter(is_active=True)
    if teachers:
        return list(teachers)
    staff = User.objects.filter(
        memberships__unit__in=version.course.unit.ids_from_root,
        memberships__role__in=(Role.TEACHER, Role.COURSE_DIRECTOR),
        is_active=True,
    )
    return list(staff.exclude(pk=besides.pk).distinct())


def _mail(claim: Claim) -> dict:
    return {"claim": claim, "url": address("claim-detail", claim.uuid)}
