"""The only place that gathers for the case file what was asked, written, assessed and voted on.

As in `dossiers.py` the applicant's version names nobody of the committee; results come with the
decision. Of minutes only what is about the line stands here: the rest is about other people.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from credentials.language import in_language
from credentials.models import User
from recognition.documents.case_file import Part, Table, entries, said
from recognition.models import (
    AgendaItem,
    Ballot,
    InformationRequest,
    Line,
    Message,
    SupplementaryAssessment,
)
from recognition.permissions import can_see_votes
from recognition.states import TOLD, BallotState, MeetingState


def parts_of(line: Line, *, for_applicant: bool) -> Iterator[Part]:
    """Yield what happened before the decision; `line` comes from `archives.with_files`."""
    hides = for_applicant and line.state not in TOLD
    if requests := line.information_requests.all():
        yield _questions(requests, hides)
    if messages := line.messages.all():
        yield _messages(messages, for_applicant)
    for assessment in line.assessments.all():
        yield _assessment(assessment, for_applicant, hides)


def votes_of(line: Line, reader: User) -> Iterator[Part]:
    """Yield how the committee talked and voted; the applicant reads it with the decision.

    Who voted how is for those who may read it on the page of the vote.
    """
    for_applicant = line.case.applicant_id == reader.pk
    if for_applicant and line.state not in TOLD:
        return
    for ballot in line.ballots.all():
        yield _ballot(ballot, reader, for_applicant)
    held = [item for item in line.agenda_items.all() if item.meeting.state == MeetingState.HELD]
    for item in held:
        yield _meeting(item, for_applicant)


def _questions(requests: list[InformationRequest], hides: bool) -> Part:
    """`hides`: what an issuer said stays closed until the decision is told."""
    rows = []
    for request in requests:
        inquiry = request.inquiry if request.source_id else None
        is_shown = request.answered_at is not None and not (hides and inquiry)
        whom, asked_at = inquiry.name if inquiry else _("The learner"), said(request.asked_at)
        if inquiry:
            word = f"{inquiry.get_word_display()} ({inquiry.answered_by})" if is_shown else ""
            rows.append((asked_at, whom, _("Did you issue this?"), word))
        for item in request.items.all():
            answer = [item.answer, *(file.filename for file in item.documents.all())]
            rows.append((asked_at, whom, item.text, "\n".join(answer) if is_shown else ""))
    told = tuple((*row[:3], row[3].strip() or _("No answer")) for row in rows)
    head = (_("Asked"), _("Of whom"), _("Question"), _("Answer"))
    return Part(_("Questions and answers"), tables=(Table(head, told),))


def _messages(messages: list[Message], for_applicant: bool) -> Part:
    def writer(message: Message) -> str:
        is_hidden = for_applicant and not message.is_from_applicant
        return _("University") if is_hidden else str(message.author)

    rows = tuple((said(one.sent_at), writer(one), one.text) for one in messages)
    return Part(_("Messages"), tables=(Table((_("When"), _("Who"), _("What")), rows),))


def _assessment(one: SupplementaryAssessment, for_applicant: bool, hides: bool) -> Part:
    words = {True: _("Met"), False: _("Not met"), None: _("not assessed")}
    rows = tuple(
        (
            in_language(result.outcome.text),
            words[None if hides else result.is_met],
            "–" if hides else result.note or "–",
        )
        for result in one.results.all()
    )
    head = (_("Learning outcome"), _("Result"), _("Note"))
    return Part(
        _("Supplementary assessment"),
        entries(
            (_("Form"), one.get_form_display()),
            (_("Assessed by"), "" if for_applicant else one.assessor),
            (_("Ordered"), said(one.ordered_at)),
            (_("Held"), said(one.held_at)),
            (pgettext("meeting", "Place"), one.place),
            (_("Task"), one.instructions),
            (_("Ended"), said(one.ended_at)),
            (_("How it ended"), one.get_end_display()),
            (_("Note"), one.end_note),
            (_("Grade"), "" if hides else one.grade),
        ),
        tables=(Table(head, rows),) if rows else (),
    )


def _ballot(ballot: Ballot, reader: User, for_applicant: bool) -> Part:
    is_counted = ballot.state not in (BallotState.OPEN, BallotState.DROPPED, BallotState.TO_MEETING)
    sums = _("Yes %(yes)s, no %(no)s, abstained %(abstained)s") % {
        "yes": ballot.yes,
        "no": ballot.no,
        "abstained": ballot.abstained,
    }
    named = is_counted and not for_applicant and can_see_votes(reader, ballot)
    votes = ballot.votes.all() if named else ()
    rows = tuple((str(vote.member), str(vote.get_choice_display())) for vote in votes)
    casting = ballot.get_casting_vote_display() if ballot.casting_vote else ""
    return Part(
        _("Vote of %(committee)s") % {"committee": ballot.committee},
        entries(
            (_("Question"), question_of(ballot)),
            (_("How"), ballot.get_kind_display()),
            (_("Secret"), _("Yes") if ballot.is_secret else _("No")),
            (_("Opened"), said(ballot.opened_at)),
            (_("Closed"), said(ballot.closed_at)),
            (_("Votes"), sums if is_counted else ""),
            (_("Casting vote of the chair"), casting),
            (_("Result"), ballot.get_state_display()),
            (_("Remark"), "" if for_applicant else ballot.remark),
        ),
        tables=(Table((_("Member"), _("Vote")), rows),) if rows else (),
    )


def question_of(ballot: Ballot) -> str:
    """Return what a committee was asked, in words."""
    if ballot.motion:
        return ballot.motion
    if ballot.state not in (BallotState.OPEN, BallotState.TIED, BallotState.ADOPTED):
        return _("Shall this be decided as it was drafted then?")  # the draft may be another now
    kind = ballot.decision.get_type_display()
    return _("Shall this be decided as it was drafted: %(kind)s?") % {"kind": kind}


def _meeting(item: AgendaItem, for_applicant: bool) -> Part:
    meeting, minutes = item.meeting, item.meeting.minutes
    return Part(
        _("From the minutes of a meeting"),
        entries(
            (_("Minutes"), meeting.number),
            (_("Committee"), meeting.committee),
            (_("Date"), said(meeting.begins_at)),
            (pgettext("meeting", "Place"), meeting.place),
            (_("Item"), item.position),
            (_("Remark"), "" if for_applicant else item.remark),
            (_("Minutes (SHA-256)"), minutes.sha256 if minutes else ""),
        ),
    )
