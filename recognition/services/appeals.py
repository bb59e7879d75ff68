"""The only place that decides on appeals, by an appeal body without anybody who decided before."""

from collections.abc import Mapping
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import User
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import (
    AppealVote,
    Committee,
    Decision,
    Line,
    Objection,
    ObjectionKind,
    ObjectionResult,
    ReopeningReason,
    Voice,
)
from recognition.models.committee import DECIDING
from recognition.services import decisions, objections, reopenings
from recognition.services.cases import registrars_for
from recognition.services.committees import body_for

Votes = Mapping[User, Voice]


@change()
def hand_over(objection: Objection, *, by: User) -> Committee:
    """Lead an appeal to the next body above of which enough may decide; also to a first one."""
    line, objection = objections.locked(objection)
    permissions.can_hand_over(by, objection).require()
    body = body_for(line, ObjectionKind(objection.kind), above=objection.body)
    if body is None:
        raise Refused(_("No body above has enough members. Give somebody a seat first."))
    Objection.objects.filter(pk=objection.pk).update(body=body)
    record(objection, "hand-over", by=by, text=str(body))
    objection.body = body
    objections.tell_deciders(objection)
    return body


# What it decides


@change()
def dismiss(objection: Objection, reasons: str, votes: Votes, *, by: User) -> None:
    """Let it stand as it is, with reasons; of a delay: nothing follows from it."""
    line, objection = _decidable(objection, reasons, votes, by=by)
    _drop_draft(line, by=by)
    objections.settle(objection, ObjectionResult.DISMISSED, reasons, by=by)
    move(line, objection.from_state, by=by, text=reasons, held_since=timezone.now())


@change()
def remit(
    objection: Objection,
    reasons: str,
    votes: Votes,
    *,
    due_on: date,
    look_again: str = "",
    by: User,
) -> None:
    """Send it back with a date, and with what must be looked at again.

    A line that was not decided in time goes on where it was; what was decided is opened again.
    """
    line, objection = _decidable(objection, reasons, votes, by=by)
    if due_on <= timezone.localdate():
        raise Refused(_("Set a date that is still to come."))
    is_inaction = objection.kind == ObjectionKind.INACTION
    if not is_inaction and not look_again.strip():
        raise Refused(_("Write what must be looked at again."))
    _drop_draft(line, by=by)
    objections.settle(
        objection,
        ObjectionResult.REMITTED,
        reasons,
        by=by,
        new_due_on=due_on,
        look_again=look_again.strip(),
    )
    if not is_inaction:
        reopenings.open_again(
            line,
            ReopeningReason.OBJECTION,
            look_again,
            by=by,
            due_on=due_on,
            at=objection.decided_at,
        )
        return
    now = timezone.now()
    clock = {"due_on": due_on, "delayed_until": None}
    move(line, objection.from_state, by=by, text=reasons, held_since=now, **clock)
    for registrar in registrars_for(line):
        context = {"line": line, "url": address("line-detail", line.uuid)}
        mails.write("date_set_on_appeal", registrar, context)


@change()
def amend(objection: Objection, reasons: str, votes: Votes, *, by: User) -> Decision:
    """Decide otherwise at once: the decision that was drafted is signed by the appeal body.

    The same rules and guards hold for it. Raises `Refused` with what stands against it.
    """
    line, objection = _decidable(objection, reasons, votes, by=by)
    decision = Decision.objects.select_for_update().draft_of(line)
    if decision is None or decision.body_id != objection.body_id:
        raise Refused(_("Write the decision first."))
    decision.line = line
    lock(line.case.applicant)  # so that two decisions at once do not promise the same credits
    permissions.can_decide(by, line).require()
    decisions.seal(decision, by=by)
    # It is sent in the time for the appeal: that for the first decision was over long ago.
    Line.objects.filter(pk=line.pk).update(due_on=max(line.due_on, objection.due_on))
    objections.settle(objection, ObjectionResult.AMENDED, reasons, by=by)
    return decision


def _decidable(
    objection: Objection, reasons: str, votes: Votes, *, by: User
) -> tuple[Line, Objection]:
    """Return line and appeal, locked, with the votes written down that carry what is decided."""
    line, objection = objections.locked(objection)
    permissions.can_decide_appeal(by, objection).require()
    objections.require_reasons(reasons)
    _require_majority(objection, votes)
    AppealVote.objects.bulk_create(
        AppealVote(objection=objection, member=member, voice=voice)
        for member, voice in votes.items()
    )
    return line, objection


def _require_majority(objection: Objection, votes: Votes) -> None:
    """Raise `Refused` unless a quorum voted and most of it for this; a tie goes to who presides.

    Abstentions count towards the quorum only.
    """
    able = {seat.user_id: seat for seat in permissions.able_seats(objection)}
    for member in votes:
        if member.pk not in able:
            raise Refused(_("%(name)s may not vote on this.") % {"name": member})
    if len(votes) < objection.body.quorum:
        raise Refused(
            _("At least %(quorum)s members must vote.") % {"quorum": objection.body.quorum}
        )
    permissions.has_group(objection.body, [able[member.pk] for member in votes]).require()
    heads = [m for m in votes if able[m.pk].role in DECIDING]
    if not heads:
        raise Refused(_("The chair or a deputy must be among those who vote."))
    head = min(heads, key=lambda member: able[member.pk].role)
    voices = list(votes.values())
    lead = voices.count(Voice.FOR) - voices.count(Voice.AGAINST)
    if lead < 0 or (lead == 0 and votes[head] != Voice.FOR):
        raise Refused(_("Most of the votes are against this."))


def _drop_draft(line: Line, *, by: User) -> None:
    """Delete what an appeal body wrote and did not sign: nobody goes on with it."""
    draft = Decision.objects.draft_of(line)
    if draft and draft.body_id != line.committee_id:
        record(draft, "discard", by=by)
        draft.delete()
