"""Suspending, revoking and correcting awards, and hearing learners."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import (
    HEARD_FIRST,
    Award,
    AwardHearing,
    HearingAbout,
    RevocationReason,
    Role,
    StatusEntry,
    StatusPurpose,
    Unit,
    User,
)
from credentials.models.many import among
from credentials.permissions.awards import can_award_course, records_of
from credentials.permissions.shared import holds
from credentials.states import AwardState
from credentials.verdict import ALLOWED, Verdict, no


def _can_judge_award(user: User, award: Award) -> Verdict:
    """Suspend, revoke, correct: course directors and registrars of the unit, not their own."""
    return can_judge_awards(user, [award])[award.pk]


def can_judge_awards(user: User, awards: Sequence[Award]) -> dict[int, Verdict]:
    """The same for many awards, by their primary keys, in few questions."""
    kept = Unit.objects.staffed_by(user, Role.COURSE_DIRECTOR, Role.REGISTRAR)
    named = among({award.course_version.course.unit_id for award in awards})
    units = set(kept.filter(pk__in=named).values_list("pk", flat=True))
    learners = [one.learner for one in awards if one.course_version.course.unit_id in units]
    own = records_of(user, learners) if learners else set()
    return {award.pk: _can_be_judged(award, units, own) for award in awards}


def _can_be_judged(award: Award, units: set[int], own: set[int]) -> Verdict:
    if award.course_version.course.unit_id not in units:
        return no(_("Only course directors and registrars may do this with a credential."))
    if award.learner_id in own:
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
    return can_suspend_awards(user, [award])[award.pk]


def can_suspend_awards(user: User, awards: Sequence[Award]) -> dict[int, Verdict]:
    """The same for many awards, by their primary keys, in few questions."""
    verdicts = can_judge_awards(user, awards)
    judged = [award.credential_id for award in awards if verdicts[award.pk]]
    places = StatusEntry.objects.filter(status_list__purpose=StatusPurpose.SUSPENSION)
    placed = places.filter(credential__in=among(judged)).values_list("credential", flat=True)
    known = set(placed) if judged else set()
    return {
        award.pk: verdicts[award.pk] and _can_be_suspended(award, award.credential_id in known)
        for award in awards
    }


def _can_be_suspended(award: Award, has_place: bool) -> Verdict:
    if award.state == AwardState.SUSPENDED:
        return no(_("This credential is suspended already."))
    if not has_place:
        return no(_("This credential was signed before suspending was possible. Correct it first."))
    return ALLOWED


def can_lift_suspension(user: User, award: Award) -> Verdict:
    """End a suspension."""
    return can_lift_suspensions(user, [award])[award.pk]


def can_lift_suspensions(user: User, awards: Sequence[Award]) -> dict[int, Verdict]:
    """The same for many awards, by their primary keys, in few questions."""
    verdicts = can_judge_awards(user, awards)
    for award in awards:
        if verdicts[award.pk] and award.state != AwardState.SUSPENDED:
            verdicts[award.pk] = no(_("This credential is not suspended."))
    return verdicts


def can_correct_award(user: User, award: Award) -> Verdict:
    """Replace a credential by a corrected one: once, as long as it is not revoked."""
    verdict = _can_judge_award(user, award)
    if verdict and award.state == AwardState.SUSPENDED:
        return no(_("This credential is suspended. Lift the suspension first."))
    return verdict and can_award_course(user, award.course_version)
