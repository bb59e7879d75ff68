"""The only place that makes and accepts awards. See `issuing`, `revocations`, `corrections`."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials import permissions
from credentials.models import (
    Award,
    Claim,
    CourseVersion,
    Credential,
    IdentityAssurance,
    JobKind,
    Learner,
    Origin,
    QualificationProfile,
    User,
)
from credentials.models.many import among
from credentials.services import accounts, facts, jobs, keys, numbers, status
from credentials.services.lifecycle import change, lock, move, record
from credentials.standards import facts_json, open_badges
from credentials.states import AwardState, ClaimState
from credentials.trust.canonical import NotCanonical, canonicalise
from credentials.verdict import Refused


def passing_grades(version: CourseVersion | QualificationProfile) -> list[str]:
    """Return the grades of a course or programme that pass, best last; [] when it has no grades."""
    scale = list(version.grade_scale)
    return scale[scale.index(version.passed_from) :] if version.passed_from in scale else scale


@change()
def award_claim(claim: Claim, *, by: User, grade: str = "") -> Award:
    """Award what is claimed; the claimant has asked for it and need not accept it."""
    lock(claim.audit_institution)  # first, as a list of awards does
    claim = lock(claim)
    permissions.can_award(by, claim).require()
    award = _make(claim.course_version, lock(claim.learner), by=by, grade=grade, claim=claim)
    _settle(claim, by=by)
    return award


def open_claims(version: CourseVersion, learners: Iterable[int]) -> QuerySet[Claim]:
    """Return the claims that wait for an answer and that an award to these learners answers."""
    return version.claims.filter(state=ClaimState.SUBMITTED, learner__in=among(learners))


def lock_claims(version: CourseVersion, learners: Iterable[int]) -> list[Claim]:
    """Lock the claims that a batch of awards answers; before the learners, inside a `change`."""
    waiting = open_claims(version, learners).select_related("course_version__course__institution")
    return list(waiting.order_by("pk").select_for_update(of=("self",), no_key=True))


def settle_claims(claims: Iterable[Claim], awarded: Mapping[int, int], *, by: User) -> None:
    """Answer locked claims with the awards that a batch has just made, by their learners."""
    for claim in claims:
        if claim.learner_id in awarded:
            Award.objects.filter(pk=awarded[claim.learner_id]).update(claim=claim)
            _settle(claim, by=by)


def _settle(claim: Claim, *, by: User) -> None:
    move(claim, ClaimState.AWARDED, by=by, closed_at=timezone.now(), closed_by=by)


@change()
def award_directly(
    version: CourseVersion,
    learner: Learner,
    *,
    by: User,
    grade: str = "",
    decision: UUID | None = None,
) -> Award:
    """Award a credential; unless the learner claimed it, it waits until they accept it.

    A claim that waits for an answer is answered by it.
    `decision`: what validated learning from elsewhere; one award for each, see `Award.decision`.
    """
    permissions.can_award_course(by, version).require()
    lock(version.course.institution)  # first, as a list of awards does
    claim = open_claims(version, [learner.pk]).first()
    claim = lock(claim) if claim else None
    if claim and claim.state != ClaimState.SUBMITTED:  # answered or withdrawn meanwhile
        claim = None
    made = _make(version, lock(learner), by=by, grade=grade, claim=claim, decision=decision)
    if claim:
        _settle(claim, by=by)
    return made


@change()
def award_to_newcomer(
    version: CourseVersion,
    *,
    email: str,
    given_name: str,
    family_name: str,
    by: User,
    grade: str = "",
) -> Award:
    """Award to somebody the institution does not know yet; an account can follow later."""
    permissions.can_award_course(by, version).require()
    learner = accounts.enter(
        version.course.institution,
        email=email,
        given_name=given_name,
        family_name=family_name,
        by=by,
    )
    return award_directly(version, learner, by=by, grade=grade)


def _make(
    version: CourseVersion,
    learner: Learner,
    *,
    by: User,
    grade: str,
    claim: Claim | None = None,
    decision: UUID | None = None,
) -> Award:
    permissions.can_award_learner(by, version, learner).require()
    return _write(version, learner, by=by, grade=grade, claim=claim, decision=decision)


@change()
def make_corrected(
    award: Award,
    *,
    holder_name: str,
    grade: str,
    awarded_on: date,
    version: CourseVersion,
    by: User,
) -> Award:
    """Make the award that takes the place of another one; asked for by `corrections`."""
    return _write(
        version,
        award.learner,
        by=by,
        grade=grade,
        holder_name=holder_name,
        awarded_on=awarded_on,
        supersedes=award,
    )


def _write(
    version: CourseVersion, learner: Learner, *, by: User, grade: str, **stated: Any
) -> Award:
    require_grade(version, grade)
    institution = version.course.institution
    credential = Credential.objects.create(
        holder=learner.user,
        origin=Origin.AWARD,
        title=version.title,
        issuer_key=keys.did_of(institution),
    )
    award = Award.objects.create(
        number=numbers.next_number(institution, "MC"),
        code=numbers.new_code(institution),
        course_version=version,
        learner=learner,
        credential=credential,
        identity_assurance=assurance_of(learner),
        grade=grade,
        awarded_by=by,
        **{"holder_name": learner.name, "awarded_on": timezone.localdate()} | stated,
    )
    status.allocate(credential, institution)
    _freeze(award)
    record(award, "make", by=by, after=AwardState.SIGNING.value)
    jobs.start(JobKind.SIGN_AWARD, award.uuid, institution=institution, by=by)
    return award


def require_grade(version: CourseVersion, grade: str) -> None:
    """Raise `Refused` unless a course can be passed with this grade ("" where there are none)."""
    allowed = passing_grades(version)
    if grade not in (allowed or [""]):
        raise Refused(
            _("Choose a grade that passes: %(grades)s.") % {"grades": ", ".join(allowed)}
            if allowed
            else _("This course is not graded.")
        )


def unsignable(problem: NotCanonical) -> Refused:
    """Return the refusal of what no signature would cover in full."""
    return Refused(_("This cannot be signed, so it is not awarded: %(why)s") % {"why": problem})


def _freeze(award: Award) -> None:
    """Keep what the award says for good; course and learner may change afterwards.

    Refuses what no signature would cover in full: it could never be issued.
    """
    stated = facts.facts_of_award(award)
    try:
        canonicalise(open_badges.write(stated))
    except NotCanonical as problem:
        raise unsignable(problem) from problem
    credential = award.credential
    credential.identifier = stated.id
    credential.facts = facts_json.to_json(stated)
    credential.save(update_fields=["identifier", "facts", "updated_at"])


def assurance_of(learner: Learner) -> IdentityAssurance:
    """Return how sure an institution is who a learner is."""
    if learner.student_number:
        return IdentityAssurance.STUDENT_RECORD
    return IdentityAssurance.ACCOUNT


@change()
def accept(award: Award, *, by: User) -> None:
    """Take an award into the learner's portfolio."""
    award = lock(award)
    permissions.can_accept_award(by, award).require()
    award.accepted_at = timezone.now()
    award.save(update_fields=["accepted_at"])
    record(award, "accept", by=by)
