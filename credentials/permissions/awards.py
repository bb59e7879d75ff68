"""Claims and awards."""

from collections.abc import Iterable, Sequence

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _

from credentials.models import (
    Award,
    Claim,
    CourseVersion,
    Learner,
    LearnerEmail,
    Role,
    Unit,
    User,
)
from credentials.models.many import among
from credentials.permissions.shared import holds
from credentials.states import AwardState, ClaimState, PublishingState
from credentials.verdict import ALLOWED, Verdict, no
from credentials.vocabulary import CourseElement


def can_claim(user: User, version: CourseVersion) -> Verdict:
    """Claim the credential of a course: anybody with an account who does not hold it yet."""
    if not user.is_authenticated:
        return no(_("Sign in to claim this credential."))
    if version.state != PublishingState.PUBLISHED:
        return no(_("This course is not offered, so its credential cannot be claimed."))
    held = version.awards.filter(learner__user=user).exclude(state=AwardState.REVOKED)
    if held.exists():
        return no(_("You have this credential already. You find it in your portfolio."))
    return ALLOWED


def can_withdraw_claim(user: User, claim: Claim) -> Verdict:
    """Take a claim back: only the claimant, and only while nobody has answered it."""
    if claim.claimant_id != user.pk:
        return no(_("Only the person who made this claim can withdraw it."))
    return _is_open(claim)


def can_deny(user: User, claim: Claim) -> Verdict:
    """Refuse a claim: whoever teaches the course, but not for themselves."""
    return _is_open(claim) and _can_judge(user, claim)


def can_award(user: User, claim: Claim) -> Verdict:
    """Award what is claimed: whoever teaches the course, but never to themselves."""
    verdict = can_deny(user, claim)
    return verdict and can_award_learner(user, claim.course_version, claim.learner)


def can_award_course(user: User, version: CourseVersion) -> Verdict:
    """Award the credential of a course that states all that a micro-credential must state."""
    teaches = version.course.teachers.filter(pk=user.pk).exists()
    if not teaches and not holds(user, version.course.unit, *Role):
        return no(_("Only teachers of this course and registrars may award its credential."))
    if version.state == PublishingState.DRAFT:
        return no(_("This course is still a draft. Publish it first."))
    missing = [str(CourseElement(name).label) for name in version.missing_elements()]
    institution = version.course.institution
    if not institution.country:
        missing.append(_("Country of the institution"))
    if not any(institution.name.values()):
        missing.append(_("Name of the institution"))
    if missing:
        return no(
            _("A micro-credential must state more than this course does. Missing: %(elements)s.")
            % {"elements": ", ".join(missing)}
        )
    return ALLOWED


def can_award_learner(user: User, version: CourseVersion, learner: Learner) -> Verdict:
    """Award to this learner: never to oneself, and not what they hold already."""
    return can_award_learners(user, version, [learner])[learner.pk]


def can_award_learners(
    user: User, version: CourseVersion, learners: Sequence[Learner]
) -> dict[int, Verdict]:
    """The same for many learners, by their primary keys, in few questions."""
    course = can_award_course(user, version)
    standing = version.awards.exclude(state=AwardState.REVOKED)
    held = standing.filter(learner__in=among(learner.pk for learner in learners))
    holders = set(held.values_list("learner", flat=True))
    own = records_of(user, learners)
    return {
        learner.pk: _can_be_awarded(version, learner, own, holders) and course
        for learner in learners
    }


def can_award_newcomers(user: User, emails: Iterable[str]) -> dict[str, Verdict]:
    """Award to people whom the institution does not know, by their addresses: never to oneself."""
    own = _addresses_of(user)
    oneself = no(_("Nobody can award a credential to themselves."))
    return {email: oneself if email.lower() in own else ALLOWED for email in emails}


def _can_be_awarded(
    version: CourseVersion, learner: Learner, own: set[int], holders: set[int]
) -> Verdict:
    if learner.pk in own:
        return no(_("Nobody can award a credential to themselves."))
    if learner.institution_id != version.course.institution_id:
        return no(_("%(learner)s is a learner of another institution.") % {"learner": learner})
    if learner.pk in holders:
        return no(_("%(learner)s holds this credential already.") % {"learner": learner})
    return ALLOWED


def can_be_learner(user: User, learner: Learner) -> Verdict:
    """Be known as this learner: not when oneself has awarded something to them."""
    if learner.awards.filter(awarded_by=user).exists():
        return no(_("Nobody can award a credential to themselves."))
    return ALLOWED


def can_accept_award(user: User, award: Award) -> Verdict:
    """Take an award into one's portfolio: the learner, once it is signed."""
    if award.learner.user_id != user.pk:
        return no(_("Only the learner can accept this award."))
    if award.state != AwardState.ISSUED:
        return no(_("Only a valid credential can be accepted."))
    if award.accepted_at:
        return no(_("You have accepted this award already."))
    return ALLOWED


def can_make_supplement(user: User, award: Award) -> Verdict:
    """Print the supplement of an award: whoever may see the award, while it is valid."""
    if not Award.objects.visible_to(user).filter(pk=award.pk).exists():
        return no(_("This award belongs to somebody else."))
    if award.state == AwardState.SIGNING:
        return no(_("This credential is still being signed. Try again in a minute."))
    if award.state == AwardState.SUSPENDED:
        return no(_("A suspended credential gets no supplement."))
    if award.state == AwardState.REVOKED:
        return no(_("A revoked credential gets no supplement."))
    return ALLOWED


def judges_claims(user: User) -> bool:
    """Whether claims can come to this user at all."""
    if user.courses_taught.exists():
        return True
    return Unit.objects.staffed_by(user, Role.TEACHER, Role.COURSE_DIRECTOR).exists()


def _is_open(claim: Claim) -> Verdict:
    if claim.state != ClaimState.SUBMITTED:
        return no(_("This claim has been answered already."))
    return ALLOWED


def _can_judge(user: User, claim: Claim) -> Verdict:
    if claim.claimant_id == user.pk:
        return no(_("Nobody can award a credential to themselves."))
    course = claim.course_version.course
    if course.teachers.filter(pk=user.pk).exists() or holds(user, course.unit, *Role):
        return ALLOWED
    return no(_("Only teachers of this course and registrars may answer this claim."))


def records_of(user: User, learners: Sequence[Learner]) -> set[int]:
    """Return the primary keys of those learners who are the user, known by account or address."""
    own = {learner.pk for learner in learners if learner.user_id == user.pk}
    addresses = _addresses_of(user)
    unlinked = [learner.pk for learner in learners if learner.user_id is None]
    known = LearnerEmail.objects.filter(learner__in=among(unlinked)).values_list("learner", "email")
    return own | {learner for learner, email in known if email.lower() in addresses}


def _addresses_of(user: User) -> set[str]:
    """Return the addresses of an account, in small letters."""
    found = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return {user.email.lower(), *(email.lower() for email in found)}
