"""The only place that suspends and revokes awards, and hears learners on it.

Whoever verifies sees a change at once: the bit of the status list is set in the same transaction.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials import permissions
from credentials.language import clean_text
from credentials.models import (
    HEARD_FIRST,
    Award,
    AwardHearing,
    Credential,
    CreditEntry,
    HearingAbout,
    Learner,
    RevocationReason,
    SuspensionReason,
    User,
)
from credentials.services import accounts, facts, mails, staff, status
from credentials.services.lifecycle import change, lock, move, record
from credentials.states import AwardState
from credentials.verdict import Refused

Done = TypeVar("Done")

# Hearing -----------------------------------------------------------------------------------------


@change()
def announce(
    award: Award,
    *,
    by: User,
    reason: RevocationReason,
    note: str,
    due_on: date | None = None,
    served: str = "",
) -> AwardHearing:
    """Tell the learner that a credential is to be revoked and why; they may answer until a day.

    `served`: how and when a letter reached them; asked for where nobody can be written to here.
    """
    award = lock(award)
    permissions.can_announce_revocation(by, award).require()
    note, served = clean_text(note).strip(), clean_text(served).strip()
    if not note:
        raise Refused(_("Write what is held against it. The learner answers that."))
    due_on = day_to_answer(due_on)
    reader = accounts.addressee(award.learner)
    if reader is None and not served:
        raise Refused(
            _(
                "The learner has neither account nor e-mail address here. Send them a letter, and "
                "write down how and when it reached them."
            )
        )
    hearing = _open(award, HearingAbout.INTENDED, reason, note, by=by, due_on=due_on)
    if served:
        record(award, "serve-hearing", by=by, text=served)
    if reader:
        url = facts.address("hearing-answer", hearing.uuid)
        mails.write("hearing_opened", reader, {"award": award, "hearing": hearing, "url": url})
    return hearing


def day_to_answer(due_on: date | None) -> date:
    """Return the day until which a learner may answer; raises `Refused` for none, or too early."""
    if due_on is None or due_on <= timezone.localdate():
        raise Refused(_("Give the learner until a day from tomorrow on."))
    return due_on


def _open(
    award: Award,
    about: HearingAbout,
    reason: str,
    note: str,
    *,
    by: User,
    due_on: date | None = None,
) -> AwardHearing:
    hearing = AwardHearing.objects.create(
        award=award,
        about=about,
        reason=reason,
        note=note,
        opened_at=timezone.now(),
        opened_by=by,
        due_on=due_on,
    )
    record(award, f"hear-{about}", by=by, text=note)
    return hearing


@change()
def answer(hearing: AwardHearing, statement: str, *, by: User) -> None:
    """Let the learner say what they have to say; those who can decide are told."""
    award = lock(hearing.award)
    hearing = lock(hearing)
    hearing.award = award
    permissions.can_answer_hearing(by, hearing).require()
    statement = clean_text(statement).strip()
    if not statement:
        raise Refused(_("Write what you want to say."))
    hearing.statement, hearing.answered_at = statement, timezone.now()
    hearing.save(update_fields=["statement", "answered_at"])
    record(award, "answer-hearing", by=by)
    context = {"award": award, "url": facts.address("award-detail", award.uuid)}
    people = set(staff.registrars_above(award.course_version.course.unit)) | {hearing.opened_by}
    for person in people:
        mails.write("hearing_answered", person, context)


@change()
def drop(hearing: AwardHearing, *, by: User) -> None:
    """Let a credential stand that was to be revoked; the learner is told."""
    award = lock(hearing.award)
    hearing = lock(hearing)
    hearing.award = award
    permissions.can_drop_hearing(by, hearing).require()
    _close(award, HearingAbout.INTENDED)
    record(award, "drop-hearing", by=by)
    _tell("award_stands", award)


def _close(award: Award, *about: HearingAbout) -> None:
    award.hearings.unclosed().filter(about__in=about).update(closed_at=timezone.now())


@change()
def open_on_correction(award: Award, reason: str, *, by: User) -> AwardHearing:
    """Keep what was wrong with a locked award for its learner, who may answer afterwards."""
    return _open(award, HearingAbout.REVOKED, RevocationReason.SUPERSEDED, reason, by=by)


# Suspending --------------------------------------------------------------------------------------


@change()
def suspend(award: Award, *, by: User, reason: SuspensionReason, note: str = "") -> None:
    """Say for the time being that a credential is not in force; the learner may answer."""
    award = lock(award)
    permissions.can_suspend_award(by, award).require()
    note = clean_text(note).strip()
    move(
        award,
        AwardState.SUSPENDED,
        by=by,
        text=note,
        suspended_at=timezone.now(),
        suspension_reason=reason,
        suspension_note=note,
    )
    status.set_suspended(award.credential, True)
    _open(award, HearingAbout.SUSPENDED, reason, note, by=by)
    _tell("award_suspended", award)
    _tell_of_applications(award)


@change()
def lift(award: Award, *, by: User) -> None:
    """End a suspension: the credential is in force again."""
    award = lock(award)
    permissions.can_lift_suspension(by, award).require()
    move(
        award,
        AwardState.ISSUED,
        by=by,
        suspended_at=None,
        suspension_reason="",
        suspension_note="",
    )
    status.set_suspended(award.credential, False)
    _close(award, HearingAbout.SUSPENDED)
    _tell("award_reinstated", award)


# Revoking ----------------------------------------------------------------------------------------


@change()
def revoke(award: Award, *, by: User, reason: RevocationReason, note: str = "") -> None:
    """Take a credential back for good; for some reasons only after the learner was heard.

    What they were heard on is then the ground; a note may only add to it.
    """
    award = lock(award)
    permissions.can_revoke_award(by, award, reason).require()
    note = clean_text(note).strip()
    if reason in HEARD_FIRST:
        heard = award.hearings.over(timezone.localdate()).get(reason=reason).note
        note = note if note.startswith(heard) else f"{heard}\n\n{note}".strip()
    _revoke(award, by=by, reason=reason, note=note)
    if reason not in HEARD_FIRST:
        _open(award, HearingAbout.REVOKED, reason, note, by=by)
    _tell("award_revoked", award, was_heard=reason in HEARD_FIRST)


@change()
def revoke_or_hear(
    award: Award, *, by: User, reason: RevocationReason, note: str, **hearing: Any
) -> AwardHearing | None:
    """Revoke a credential, or ask the learner first where that has to be; `hearing` as `announce`.

    Returns the hearing that was opened; None when the credential is revoked.
    """
    if permissions.can_revoke_award(by, award, reason) or reason not in HEARD_FIRST:
        revoke(award, by=by, reason=reason, note=note)
        return None
    return announce(award, by=by, reason=reason, note=note, **hearing)


@change()
def supersede(award: Award) -> None:
    """Revoke a locked award whose corrected credential is signed; called by who signs it."""
    note = award.superseded_by.number
    _revoke(award, by=None, reason=RevocationReason.SUPERSEDED, note=note)


def _revoke(award: Award, *, by: User | None, reason: RevocationReason, note: str) -> None:
    move(
        award,
        AwardState.REVOKED,
        by=by,
        text=note,
        revoked_at=timezone.now(),
        revocation_reason=reason,
        revocation_note=note,
    )
    status.set_revoked(award.credential)
    _close(award, HearingAbout.INTENDED, HearingAbout.SUSPENDED)
    if reason != RevocationReason.SUPERSEDED:
        _tell_of_credits(award)
    _tell_of_applications(award)


def _tell(template: str, award: Award, **more: Any) -> None:
    if reader := accounts.addressee(award.learner):
        url = facts.address("award-detail", award.uuid)
        mails.write(template, reader, {"award": award, "url": url} | more)


def _tell_of_credits(award: Award) -> None:
    """Where credits were recognised from a revoked award, the decision is to be taken back."""
    counting = CreditEntry.objects.filter(
        credential__award__in=award.with_corrected, reversed_at=None
    )
    learners = Learner.objects.filter(enrolments__credit_entries__in=counting).distinct()
    for learner in learners.select_related("institution"):
        context = {"learner": learner, "url": facts.address("learner-detail", learner.uuid)}
        for registrar in staff.registrars_of(learner.institution):
            mails.write("credited_award_revoked", registrar, context)


def _tell_of_applications(award: Award) -> None:
    """Where an award that is not in force is put forward, nothing can be recognised from it.

    A copy that somebody added as a file names the award by the same identifier.
    """
    lines = {}
    for credential in Credential.objects.filter(identifier=award.credential.identifier):
        sources = credential.line_sources.of_unfinished_lines()
        for source in sources.select_related("line__case__programme_version__programme__unit"):
            lines[source.line.pk] = source.line
    template = "submitted_award_revoked"
    if award.state == AwardState.SUSPENDED:
        template = "submitted_award_suspended"
    elif award.revocation_reason == RevocationReason.SUPERSEDED:
        template = "submitted_award_corrected"
    for line in lines.values():
        context = {"line": line, "url": facts.address("line-detail", line.uuid)}
        unit = line.case.programme_version.programme.unit
        staff_of_line = staff.registrars_above(unit).exclude(pk=line.case.applicant_id)
        for registrar in staff_of_line:
            mails.write(template, registrar, context)


# Many at once ------------------------------------------------------------------------------------


def for_each(
    awards: Iterable[Award], act: Callable[[Award], Done]
) -> tuple[list[Done], list[tuple[Award, str]]]:
    """Do the same to several awards, each for itself; return what came of it, and the refusals."""
    done, refused = [], []
    for award in awards:
        try:
            done.append(act(award))
        except Refused as refusal:
            refused.append((award, str(refusal)))
    return done, refused
