"""Suspending, revoking and correcting awards, and hearing learners."""

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import (
    HEARD_FIRST,
    Award,
    AwardHearing,
    HearingAbout,
    RevocationReason,
    Role,
    StatusPurpose,
    Unit,
    User,
)
from credentials.permissions.awards import can_award_course, records_of
from credentials.permissions.shared import holds
from credentials.states import AwardState
from credentials.verdict import ALLOWED, Verdict, no


def _can_judge_award(user: User, award: Award) -> Verdict:
    """Suspend, revoke, correct: course directors and registrars of the unit, not their own."""
    if not holds(user, award.course_version.course.unit, Role.COURSE_DIRECTOR, Role.REGISTRAR):
        return no(_("Only course directors and registrars may do this with a credential."))
    if records_of(user, [award.learner]):
        return no(_("This is your own credential. Somebody else must do this."))
    if award.state != AwardState.REVOKED and hasattr(award, "superseded_by"):
        return no(_("A corrected credential is being signed already. Wait for it."))
    if award.state == AwardState.SIGNING:
        return no(_("This credential is still being signed. Try again in a minute."))
    if award.revocation_reason == RevocationReason.SUPERSEDED:
        return no(_("A corrected credential has replaced this one."))
    if award.state == AwardState.REVOKED:
        return no(_("This credential is revoked already."))
    return ALLOWED


def can_read_hearings(user: User, award: Award) -> Verdict:
    """Read what is held against a learner and what they say: they, and those who judge it."""
    unit = award.course_version.course.unit
    if award.learner.user_id == user.pk or holds(user, unit, Role.COURSE_DIRECTOR, Role.REGISTRAR):
        return ALLOWED
    return no(_("Only the learner and those who decide on it read this."))


def keeps_awards(user: User) -> bool:
    """Whether somebody suspends, revokes or corrects credentials at all."""
    return Unit.objects.staffed_by(user, Role.COURSE_DIRECTOR, Role.REGISTRAR).exists()


def reads_awards(user: User) -> bool:
    """Whether somebody teaches courses or works for a unit, and so reads what it awarded."""
    return user.courses_taught.exists() or Unit.objects.staffed_by(user, *Role.values).exists()


def can_announce_revocation(user: User, award: Award) -> Verdict:
    """Hear the learner before a credential is revoked: once at a time."""
    if award.hearings.unclosed().filter(about=HearingAbout.INTENDED).exists():
        return no(
            _("The learner was asked already. Wait for the answer, or until the day is over.")
        )
    return _can_judge_award(user, award)


def can_revoke_award(user: User, award: Award, reason: str = "") -> Verdict:
    """Take a credential back for good. For some reasons the learner is heard before."""
    verdict = _can_judge_award(user, award)
    if verdict and reason in HEARD_FIRST:
        heard = award.hearings.over(timezone.localdate()).filter(reason=reason)
        if not heard.exists():
            return no(
                _("The learner has to be heard first: give them a day until which to answer.")
            )
    if verdict and reason == RevocationReason.SUPERSEDED:
        return no(_("Correct the credential instead; that replaces it."))
    return verdict


def can_drop_hearing(user: User, hearing: AwardHearing) -> Verdict:
    """Let a credential stand that was to be revoked."""
    if hearing.closed_at or hearing.about != HearingAbout.INTENDED:
        return no(_("This is settled already."))
    return _can_judge_award(user, hearing.award)


def can_answer_hearing(user: User, hearing: AwardHearing) -> Verdict:
    """Say something to a suspension or revocation: the learner, once."""
    if hearing.award.learner.user_id != user.pk:
        return no(_("Only the learner can answer this."))
    if hearing.answered_at:
        return no(_("You have answered this already."))
    if hearing.closed_at:
        return no(_("This is settled already."))
    return ALLOWED


def can_suspend_award(user: User, award: Award) -> Verdict:
    """Say for the time being that a credential is not in force."""
    verdict = _can_judge_award(user, award)
    if verdict and award.state == AwardState.SUSPENDED:
        return no(_("This credential is suspended already."))
    places = award.credential.status_entries
    if verdict and not places.filter(status_list__purpose=StatusPurpose.SUSPENSION).exists():
        return no(_("This credential was signed before suspending was possible. Correct it first."))
    return verdict


def can_lift_suspension(user: User, award: Award) -> Verdict:
    """End a suspension."""
    verdict = _can_judge_award(user, award)
    if verdict and award.state != AwardState.SUSPENDED:
        return no(_("This credential is not suspended."))
    return verdict


def can_correct_award(user: User, award: Award) -> Verdict:
    """Replace a credential by a corrected one: once, as long as it is not revoked."""
    verdict = _can_judge_award(user, award)
    if verdict and award.state == AwardState.SUSPENDED:
        return no(_("This credential is suspended. Lift the suspension first."))
    return verdict and can_award_course(user, award.course_version)
