"""May X do Y, and why not? One function per verb; the same reason refuses, disables, explains."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _

from credentials.models import (
    Award,
    Claim,
    Course,
    CourseVersion,
    Institution,
    IssuerKey,
    KeyRequest,
    KeyRequestKind,
    Learner,
    LearnerEmail,
    Membership,
    ProgrammeVersion,
    Role,
    Unit,
    User,
)
from credentials.states import AwardState, ClaimState, PublishingState
from credentials.verdict import ALLOWED, Verdict, no
from credentials.vocabulary import CourseElement


def holds(user: User, unit: Unit, *roles: Role) -> bool:
    """Whether the user has one of the roles on the unit or on a unit above it."""
    return Unit.objects.staffed_by(user, *roles).filter(pk=unit.pk).exists()


def can_keep_records(user: User, institution: Institution) -> Verdict:
    """Learners, awarding bodies and printed pages: registrars of the whole institution."""
    root = institution.units.filter(parent=None).first()
    if root and holds(user, root, Role.REGISTRAR):
        return ALLOWED
    return no(_("Only registrars of %(institution)s may do this.") % {"institution": institution})


# Signing keys ------------------------------------------------------------------------------------


def can_replace_key(user: User, key: IssuerKey) -> Verdict:
    """Retire the active key of an institution and sign with another one."""
    if key.retired_at:
        return no(_("This key signs nothing new any more."))
    return can_keep_records(user, key.institution)


def can_request_for_key(user: User, key: IssuerKey, kind: KeyRequestKind) -> Verdict:
    """Ask for what cannot be undone: somebody else has to be there who can approve it."""
    verdict = can_keep_records(user, key.institution)
    if not verdict:
        return verdict
    if key.requests.unanswered().exists():
        return no(_("Something was asked for this key already. Answer that first."))
    if kind == KeyRequestKind.STOLEN and key.stolen_from:
        return no(_("This key was reported as stolen already."))
    if kind == KeyRequestKind.ERASE and key.wrapped_private is None:
        return no(_("The private half of this key was erased already."))
    if kind == KeyRequestKind.ERASE and key.retired_at is None:
        return no(_("This key is in use. Replace it first."))
    others = Membership.objects.filter(
        unit__institution=key.institution,
        unit__parent=None,
        role=Role.REGISTRAR,
        user__is_active=True,
    )
    if not others.exclude(user=user).exists():
        return no(
            _("A second registrar has to approve this, and there is none. Appoint one first.")
        )
    return ALLOWED


def can_approve_key_request(user: User, asked: KeyRequest) -> Verdict:
    """Approve what another registrar has asked for a key."""
    if asked.answered_at:
        return no(_("This was answered already."))
    if asked.requested_by_id == user.pk:
        return no(_("Another registrar has to approve what you have asked for."))
    return can_keep_records(user, asked.key.institution)


def can_drop_key_request(user: User, asked: KeyRequest) -> Verdict:
    """Turn down, or take back, what was asked for a key."""
    if asked.answered_at:
        return no(_("This was answered already."))
    return can_keep_records(user, asked.key.institution)


# Courses -----------------------------------------------------------------------------------------


def can_keep_catalogue(user: User, unit: Unit) -> Verdict:
    """Create courses and programmes of a unit: its course directors and registrars."""
    if holds(user, unit, Role.REGISTRAR, Role.COURSE_DIRECTOR):
        return ALLOWED
    return no(_("Only course directors and registrars of %(unit)s may do this.") % {"unit": unit})


def can_import_courses(user: User, institution: Institution) -> Verdict:
    """Load a whole catalogue from a file: registrars of the whole institution."""
    return can_keep_records(user, institution)


def can_edit_course(user: User, version: CourseVersion) -> Verdict:
    """Change what a version says: only while it is a draft."""
    if version.state != PublishingState.DRAFT:
        return no(_("What was published stays as it is. Make a new version to change it."))
    return can_keep_catalogue(user, version.course.unit)


def can_reword_outcomes(user: User, version: CourseVersion) -> Verdict:
    """Change, add or remove outcomes: not when learners have applied against them."""
    if version.has_applications():
        return no(
            _(
                "Learners have applied for recognition against these learning outcomes, so they "
                "stay as they are. Publish this version and make a new one to change them."
            )
        )
    return can_edit_course(user, version)


def can_publish_course(user: User, version: CourseVersion) -> Verdict:
    """Publish a draft that states every element which Annex I (2022/C 243/02) asks of a course."""
    if version.state != PublishingState.DRAFT:
        return no(_("This version has been published already."))
    missing = version.missing_elements()
    if missing:
        names = ", ".join(str(CourseElement(name).label) for name in missing)
        return no(_("Not ready to publish. Still missing: %(names)s.") % {"names": names})
    return can_keep_catalogue(user, version.course.unit)


def can_retire_course(user: User, version: CourseVersion) -> Verdict:
    """Take a published version off the catalogue; what was awarded stays valid."""
    if version.state != PublishingState.PUBLISHED:
        return no(_("Only a published version can be taken off the catalogue."))
    return can_keep_catalogue(user, version.course.unit)


def can_renew_course(user: User, version: CourseVersion) -> Verdict:
    """Begin a new version as a copy of this one: one draft of a course at a time."""
    if version.course.versions.filter(state=PublishingState.DRAFT).exists():
        return no(_("There is a draft of this course already."))
    return can_keep_catalogue(user, version.course.unit)


def can_choose_essential(user: User, version: CourseVersion) -> Verdict:
    """Say which outcomes are essential for recognition: course directors, also once published.

    Not while an application lies with a committee, whose members rate by what was essential.
    """
    if version.state == PublishingState.RETIRED:
        return no(_("This version is no longer offered."))
    if version.state == PublishingState.PUBLISHED and _is_compared(version):
        return no(_("A committee is comparing with this course. Wait for its decision."))
    if holds(user, version.course.unit, Role.COURSE_DIRECTOR):
        return ALLOWED
    return no(_("The course director decides which learning outcomes are essential."))


def _is_compared(version: CourseVersion) -> bool:
    with_committee = ("info_requested", "under_review", "deliberation", "decided")
    return version.modules.filter(lines__state__in=with_committee).exists()


def can_schedule_course(user: User, version: CourseVersion) -> Verdict:
    """Say when, where and at what price a version is offered."""
    if version.state == PublishingState.RETIRED:
        return no(_("This version is no longer offered."))
    return can_keep_catalogue(user, version.course.unit)


def can_assign_teachers(user: User, course: Course) -> Verdict:
    """Say who teaches a course, and so awards its credentials."""
    return can_keep_catalogue(user, course.unit)


# Programmes --------------------------------------------------------------------------------------


def can_edit_programme(user: User, version: ProgrammeVersion) -> Verdict:
    """Change regulations, modules and parts: only while they are a draft."""
    if version.state != PublishingState.DRAFT:
        return no(_("Published regulations stay as they are. Make new regulations to change them."))
    return can_keep_catalogue(user, version.programme.unit)


def can_publish_programme(user: User, version: ProgrammeVersion) -> Verdict:
    """Publish regulations with modules; those that can be recognised need learning outcomes."""
    if version.state != PublishingState.DRAFT:
        return no(_("These regulations have been published already."))
    if not any(version.title.values()):
        return no(_("Not ready to publish. Still missing: the title."))
    if not version.modules.exists():
        return no(_("Not ready to publish. There are no modules yet."))
    silent = version.modules.filter(
        is_recognisable=True, course_version__outcomes=None
    ).values_list("course_version__course__code", flat=True)
    if silent:
        return no(
            _(
                "Not ready to publish. These modules have no learning outcomes, so nothing can be "
                "compared with them: %(codes)s. Add outcomes, or say that they cannot be "
                "recognised."
            )
            % {"codes": ", ".join(silent)}
        )
    return can_keep_catalogue(user, version.programme.unit)


def can_retire_programme(user: User, version: ProgrammeVersion) -> Verdict:
    """Close regulations for new applications."""
    if version.state != PublishingState.PUBLISHED:
        return no(_("Only published regulations can be closed."))
    return can_keep_catalogue(user, version.programme.unit)


def can_renew_programme(user: User, version: ProgrammeVersion) -> Verdict:
    """Begin new regulations as a copy of these: one draft of a programme at a time."""
    if version.programme.versions.filter(state=PublishingState.DRAFT).exists():
        return no(_("There is a draft of this programme already."))
    return can_keep_catalogue(user, version.programme.unit)


# Claims and awards -------------------------------------------------------------------------------


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
    return verdict and can_award_course(user, claim.course_version)


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
    held = standing.filter(learner__in=[learner.pk for learner in learners])
    holders = set(held.values_list("learner", flat=True))
    own = _records_of(user, learners)
    return {
        learner.pk: _can_be_awarded(version, learner, own, holders) and course
        for learner in learners
    }


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


def can_revoke_award(user: User, award: Award) -> Verdict:
    """Take a credential back: course directors and registrars of the unit."""
    if not holds(user, award.course_version.course.unit, Role.COURSE_DIRECTOR, Role.REGISTRAR):
        return no(_("Only course directors and registrars may revoke a credential."))
    if award.state == AwardState.SIGNING:
        return no(_("This credential is still being signed. Try again in a minute."))
    if award.state == AwardState.REVOKED:
        return no(_("This credential is revoked already."))
    return ALLOWED


def can_make_supplement(user: User, award: Award) -> Verdict:
    """Print the supplement of an award: whoever may see the award, while it is valid."""
    if not Award.objects.visible_to(user).filter(pk=award.pk).exists():
        return no(_("This award belongs to somebody else."))
    if award.state == AwardState.SIGNING:
        return no(_("This credential is still being signed. Try again in a minute."))
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


def _records_of(user: User, learners: Sequence[Learner]) -> set[int]:
    """Return the primary keys of those learners who are the user, known by account or address."""
    own = {learner.pk for learner in learners if learner.user_id == user.pk}
    addresses = {user.email.lower()}
    addresses |= {address.email.lower() for address in EmailAddress.objects.filter(user=user)}
    unlinked = [learner.pk for learner in learners if learner.user_id is None]
    known = LearnerEmail.objects.filter(learner__in=unlinked).values_list("learner", "email")
    return own | {learner for learner, email in known if email.lower() in addresses}
