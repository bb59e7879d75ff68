"""The only place that keeps people away from lines: they step back, or a challenge is upheld."""

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import User
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import Line, Recusal, RecusalOrigin, Seat
from recognition.services import reviews
from recognition.services.cases import registrars_for


@change()
def step_back(line: Line, reason: str, *, by: User) -> None:
    """Step back as chair, deputy or registrar: no access in any role; others go on."""
    line = lock(line)
    permissions.can_leave(by, line).require()
    reason = clean_text(reason).strip()
    if not reason:
        raise Refused(_("Say in a few words why you step back."))
    was_awaited = by in permissions.presiding(line)
    reviews.keep_away(line, by, reason, by=by)
    others = permissions.presiding(line) if was_awaited else registrars_for(line)
    for person in others:
        context = {"line": line, "url": address("line-detail", line.uuid)}
        mails.write("line_handed_over", person, context)


@change()
def challenge(line: Line, user: User, reason: str, *, by: User) -> Recusal:
    """Let the applicant say that a member of the committee is not impartial, and why.

    Until it is answered nothing is decided; the one who is challenged does not answer it.
    """
    line = lock(line)
    permissions.can_challenge(by, line).require()
    reason = clean_text(reason).strip()
    if not reason:
        raise Refused(_("Say why this person is not impartial."))
    if not Seat.objects.current().filter(committee=line.committee_id, user=user).exists():
        raise Refused(_("%(name)s has no seat on the committee today.") % {"name": user})
    found = line.recusals.filter(user=user)
    if found.waiting().exists():
        raise Refused(_("You have challenged %(name)s already.") % {"name": user})
    if found.standing().exists():
        raise Refused(_("%(name)s does not take part in this.") % {"name": user})
    recusal = Recusal.objects.create(
        line=line,
        user=user,
        origin=RecusalOrigin.CHALLENGED,
        reason=reason,
        raised_at=timezone.now(),
        raised_by=by,
    )
    record(recusal, "challenge", by=by, text=reason)
    answering = permissions.presiding(line, without=user)[:1] or registrars_for(line)
    for person in answering:
        context = {"line": line, "url": address("challenge-answer", recusal.uuid)}
        mails.write("member_challenged", person, context)
    return recusal


@change()
def answer(recusal: Recusal, *, upheld: bool, reason: str, by: User) -> None:
    """Uphold a challenge, which takes the line from the person for good, or reject it.

    The applicant is told, with the reason.
    """
    line = lock(recusal.line)
    recusal = lock(recusal)
    recusal.line = line
    permissions.can_answer_challenge(by, recusal).require()
    reason = clean_text(reason).strip()
    if not reason:
        raise Refused(_("Write the reason. The applicant reads it."))
    recusal.is_upheld, recusal.answer = upheld, reason
    recusal.answered_at, recusal.answered_by = timezone.now(), by
    recusal.save(update_fields=["is_upheld", "answer", "answered_at", "answered_by"])
    record(recusal, "uphold" if upheld else "reject", by=by, text=reason)
    if upheld:
        reviews.keep_away(line, recusal.user, reason, by=by, recusal=recusal)
        mails.write("member_kept_away", recusal.user, {"line": line, "url": address("work")})
    context = {"line": line, "url": address("line-committee", line.uuid)}
    mails.write("challenge_answered", line.case.applicant, context)
