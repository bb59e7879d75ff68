"""Meetings: agenda, attendance, votes entered for those present, minutes, letters sent together."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import number_format

from credentials.days import longdate
from credentials.models import AuditEvent, Document, DocumentKind, Mail
from credentials.services import documents
from credentials.verdict import Refused
from recognition.documents.minutes import minutes_context
from recognition.models import Ballot, Case, Decision, Line, LineSource, Meeting, Presence, Vote
from recognition.services import ballots, decisions, letters, meetings, minutes
from recognition.states import BallotState, LineState, MeetingState
from recognition.vocabulary import Authority, DecisionType
from tests.factories.ballots import (
    cast,
    chair_of,
    close_meeting,
    deputy_of,
    make_ballot,
    make_draft,
    make_meeting,
)
from tests.factories.people import make_institution, make_registrar, make_user
from tests.factories.recognition import make_line, seated
from tests.factories.seals import make_seal, without_seal
from tests.recognition.test_ballots import labels, recuse

pytestmark = pytest.mark.django_db


def enter(meeting, draft, *choices, impartial=True, by=None):
    """Open a vote in a meeting and enter what those present voted, the chair first."""
    chair = by or chair_of(draft.line)
    ballot = ballots.start(draft.line, decision=draft, meeting=meeting, by=chair)
    present = [
        one.member
        for one in meeting.attendances.select_related("member").filter(presence=Presence.PRESENT)
    ]
    ballots.enter(ballot, dict(zip(present, choices, strict=False)), impartial=impartial, by=chair)
    return ballots.close(ballot, by=chair)


def held(draft, *choices, remarks=""):
    """Hold a meeting in which a draft is voted on, and signed when it is adopted."""
    meeting = make_meeting(draft.line.committee, draft.line)
    ballot = enter(meeting, draft, *choices)
    if ballot.state == BallotState.ADOPTED:
        decisions.sign(draft, by=chair_of(draft.line))
    return close_meeting(meeting, remarks)


# Agenda ------------------------------------------------------------------------------------------


def test_a_meeting_has_what_is_ready_and_members_have_a_mail():
    draft = make_draft()
    Mail.objects.all().delete()

    meeting = make_meeting(draft.line.committee, draft.line)

    assert meeting.items.get().line == draft.line
    assert Mail.objects.count() == 4
    assert not meetings.ready_for(draft.line.committee).exists()


def test_what_is_being_voted_on_is_not_ready():
    ballot = make_ballot()

    assert list(meetings.ready_for(ballot.committee)) == []


def test_a_demanded_meeting_puts_the_line_on_the_next_agenda():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee)
    ballot = make_ballot(draft)

    ballots.demand_meeting(ballot, "Let us talk.", by=seated(ballot.committee)[0])

    assert meeting.items.get().line == draft.line


def test_the_agenda_is_arranged():
    institution = make_institution()
    drafts = [make_draft(institution=institution) for _ in range(3)]
    first, second, third = (draft.line for draft in drafts)
    meeting = make_meeting(first.committee, first, second, third)
    chair = chair_of(first)

    meetings.shift(meeting.items.get(line=third), meetings.UP, by=chair)
    meetings.shift(meeting.items.get(line=first), meetings.UP, by=chair)
    meetings.take_off(meeting.items.get(line=first), by=chair)

    assert [(item.position, item.line) for item in meeting.items.all()] == [(1, third), (2, second)]


def test_what_was_voted_on_cannot_be_taken_off_by_who_must_not_see_how(client):
    institution = make_institution()
    drafts = [make_draft(institution=institution) for _ in range(2)]
    voted_on = drafts[0].line
    meeting = make_meeting(voted_on.committee, *(draft.line for draft in drafts))
    enter(meeting, drafts[0], "yes", "yes", "yes", "yes")
    recuse(voted_on, chair_of(voted_on))
    client.force_login(chair_of(voted_on))

    page = client.get(f"/meetings/{meeting.uuid}/").content.decode()

    assert "4 yes" not in page
    assert page.count(">Take off<") == 1


def test_a_meeting_in_the_past_is_not_planned():
    committee = make_draft().line.committee
    chair = committee.seats.get(role="chair").user

    with pytest.raises(Refused, match="still to come"):
        meetings.plan(committee, timezone.now() - timedelta(hours=1), "Room", [], by=chair)


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_only_the_chair_leads(who):
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    user = seated(draft.line.committee)[0] if who == "member" else make_user()

    for act in (
        lambda: meetings.shift(meeting.items.get(), meetings.UP, by=user),
        lambda: meetings.mark(meeting, {user: Presence.PRESENT}, by=user),
        lambda: meetings.begin(meeting, by=user),
        lambda: meetings.close(meeting, "", by=user),
        lambda: meetings.cancel(meeting, by=user),
    ):
        with pytest.raises(Refused, match="Only the chair"):
            act()


# Votes -------------------------------------------------------------------------------------------


def test_the_chair_enters_what_those_present_voted():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line, present=3)

    ballot = enter(meeting, draft, "yes", "yes", "no")

    assert (ballot.state, ballot.yes, ballot.no) == (BallotState.ADOPTED, 2, 1)
    assert {vote.entered_by for vote in Vote.objects.all()} == {chair_of(draft.line)}


def test_who_has_not_declared_has_no_vote_entered():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)

    with pytest.raises(Refused, match="Declare first"):
        enter(meeting, draft, "yes", "yes", "yes", impartial=False)


def test_who_is_absent_or_has_left_does_not_vote():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    chair, member = chair_of(draft.line), seated(draft.line.committee)[0]
    ballot = ballots.start(draft.line, decision=draft, meeting=meeting, by=chair)

    meetings.mark(meeting, {member: Presence.LEFT}, by=chair)

    with pytest.raises(Refused, match="present in the meeting"):
        ballots.vote(ballot, "yes", by=member)


def test_the_vote_of_who_left_afterwards_counts():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line, present=3)
    chair, member = chair_of(draft.line), seated(draft.line.committee)[0]
    ballot = ballots.start(draft.line, decision=draft, meeting=meeting, by=chair)
    ballots.vote(ballot, "yes", by=member)
    meetings.mark(meeting, {member: Presence.LEFT}, by=chair)
    others = {chair: "yes", seated(draft.line.committee)[1]: "no"}

    ballots.enter(ballot, others, impartial=True, by=chair)
    ballot = ballots.close(ballot, by=chair)

    assert (ballot.state, ballot.yes, ballot.no) == (BallotState.ADOPTED, 2, 1)


def test_a_vote_without_enough_present_is_not_opened():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line, present=2)

    with pytest.raises(Refused, match="Only 2 people can vote"):
        enter(meeting, draft, "yes", "yes")


def test_the_deputy_leads_and_votes_when_the_chair_is_absent():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    chair, deputy = chair_of(draft.line), deputy_of(draft.line)
    meetings.mark(meeting, {chair: Presence.ABSENT, deputy: Presence.PRESENT}, by=deputy)

    ballot = enter(meeting, draft, "yes", "yes", "yes", "yes", by=deputy)

    assert (ballot.state, ballot.votes.filter(member=deputy).count()) == (BallotState.ADOPTED, 1)


def test_in_a_secret_vote_nobody_enters_for_others():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    chair = chair_of(draft.line)
    ballot = ballots.start(draft.line, decision=draft, meeting=meeting, is_secret=True, by=chair)

    with pytest.raises(Refused, match="everybody votes for themselves"):
        ballots.enter(ballot, {chair: "yes"}, impartial=True, by=chair)


# The end -----------------------------------------------------------------------------------------


def test_a_meeting_is_not_closed_over_an_open_vote():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    ballots.start(draft.line, decision=draft, meeting=meeting, by=chair_of(draft.line))

    with pytest.raises(Refused, match="vote is still open"):
        meetings.close(meeting, "", by=chair_of(draft.line))


def test_a_meeting_without_its_chair_is_not_closed():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    meetings.mark(meeting, {chair_of(draft.line): Presence.ABSENT}, by=chair_of(draft.line))

    with pytest.raises(Refused, match="who is there"):
        meetings.close(meeting, "", by=chair_of(draft.line))


def test_a_meeting_is_not_closed_before_it_has_begun(client):
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    chair, page = chair_of(draft.line), f"/meetings/{meeting.uuid}/"
    client.force_login(chair)

    early = client.get(page).content.decode()
    with pytest.raises(Refused, match="Press “Begin now” first"):
        meetings.close(meeting, "", by=chair)
    client.post(f"{page}begin/")
    begun = client.get(page).content.decode()
    meeting = meetings.close(meeting, "", by=chair)

    assert ("Begin now" in early, "Close meeting" in early) == (True, False)
    assert ("Begin now" in begun, "Close meeting" in begun) == (False, True)
    assert meeting.begins_at <= meeting.closed_at


def test_a_meeting_begun_long_before_its_hour_is_asked_about_and_keeps_what_it_was_called_for(
    client,
):
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    called_for, page = meeting.begins_at, f"/meetings/{meeting.uuid}/"
    client.force_login(chair_of(draft.line))

    asked = client.post(page, {"do": "begin"})
    question = client.get(asked.url).content.decode()
    meeting.refresh_from_db()
    unchanged = meeting.begins_at
    client.post(asked.url)
    shown = client.get(page).content.decode()
    listed = client.get(f"/committees/{draft.line.committee.uuid}/").content.decode()

    meeting.refresh_from_db()
    assert ("In session" in listed, "Planned" in listed) == (True, False)
    assert (asked.url, unchanged) == (f"{page}begin/", called_for)
    assert f"called for {longdate(timezone.localdate(called_for))}" in question
    event = AuditEvent.objects.get(thing=str(meeting.uuid), action="begin")
    assert (event.before, event.after) == (called_for.isoformat(), meeting.begins_at.isoformat())
    assert meetings.called_for(meeting) == called_for
    assert f"It was called for {longdate(timezone.localdate(called_for))}" in shown
    assert ("In session" in shown, "Planned" in shown) == (True, False)


def test_a_meeting_begins_at_once_in_the_hour_before(client):
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    Meeting.objects.update(begins_at=timezone.now() + timedelta(minutes=50))
    client.force_login(chair_of(draft.line))

    client.post(f"/meetings/{meeting.uuid}/", {"do": "begin"})

    meeting.refresh_from_db()
    assert meeting.is_in_session


def test_a_meeting_in_which_a_vote_was_counted_is_not_called_off(client):
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    chair, page = chair_of(draft.line), f"/meetings/{meeting.uuid}/"
    client.force_login(chair)

    before = client.get(page).content.decode()
    enter(meeting, draft, "yes", "yes", "yes", "yes")
    after = client.get(page).content.decode()

    assert ("Call the meeting off" in before, "Call the meeting off" in after) == (True, False)
    with pytest.raises(Refused, match="so it was held"):
        meetings.cancel(meeting, by=chair)


def test_a_meeting_that_has_begun_keeps_its_time():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    chair = chair_of(draft.line)
    begun = meetings.begin(meeting, by=chair).begins_at

    assert meetings.begin(meeting, by=chair).begins_at == begun


def test_what_was_not_voted_on_waits_for_another_meeting():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)

    close_meeting(meeting)

    assert draft.line in meetings.ready_for(draft.line.committee)


def test_a_meeting_that_is_called_off_frees_its_agenda():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)

    meetings.cancel(meeting, by=chair_of(draft.line))

    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CANCELLED
    assert draft.line in meetings.ready_for(draft.line.committee)


def test_closing_orders_the_minutes_and_they_are_made_once(run_tasks):
    draft = make_draft()

    with run_tasks():
        meeting = held(draft, "yes", "yes", "no", "abstain")

    meeting.refresh_from_db()
    assert meeting.minutes.number == meeting.number
    assert minutes.make(meeting) == meeting.minutes
    assert Document.objects.filter(kind=DocumentKind.MINUTES).count() == 1
    assert Decision.objects.get(pk=draft.pk).authority == Authority.VOTE


def said_in(meeting, languages=("en",)):
    facts = minutes._facts(Meeting.objects.get(pk=meeting.pk), "LND-0000-0000-00")
    context = {**minutes_context(facts, languages=languages), "title": "t", "created": ""}
    page = render_to_string("pdf/minutes.html", context)
    return " ".join(unescape(re.sub("<[^>]*>", " ", page)).split())


def test_minutes_say_who_came_what_was_voted_and_why():
    draft = make_draft()
    recused = seated(draft.line.committee)[2]
    recuse(draft.line, recused)

    meeting = held(draft, "yes", "yes", "no", remarks="The next meeting is in May.")

    text = said_in(meeting)
    draft.refresh_from_db()
    assert "Yes 2, no 1, abstained 0. Adopted." in text
    assert f"Kept away, took no part {recused.name}" in text
    assert f"Decision {draft.number}" in text
    assert "Reasons in short Time series are missing" in text
    assert "The next meeting is in May." in text
    assert " (called for " in text
    assert draft.line.case.learner.name not in text


def test_minutes_name_what_was_to_be_recognised_and_what_it_gives():
    draft = make_draft()
    source = draft.line.sources.get()
    title = source.facts["title"]["en"]
    named = {**source.facts, "title": {"en": f"{title} of {draft.line.case.applicant.name}"}}
    LineSource.objects.filter(pk=source.pk).update(facts=named)

    meeting = held(draft, "yes", "yes", "yes", "yes")

    text = said_in(meeting)
    draft.refresh_from_db()
    given = number_format(draft.ects.normalize())
    assert f"To be recognised {title} of [applicant] Proposal" in text
    assert f"Proposal Recognise in part, {given} ECTS Result Yes 4" in text


def test_minutes_name_the_credits_of_what_is_not_signed_yet():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    enter(meeting, draft, "yes", "yes", "yes", "yes")
    meeting = close_meeting(meeting)
    (before,) = minutes._facts(meeting, "LND-0000-0000-00").items

    decisions.sign(draft, by=chair_of(draft.line))

    (after,) = minutes._facts(meeting, "LND-0000-0000-00").items
    assert before.ects == after.ects
    assert after.ects > 0


def test_minutes_say_the_result_in_the_column_of_each_language():
    meeting = held(make_draft(), "yes", "yes", "yes", "yes")
    facts = minutes._facts(Meeting.objects.get(pk=meeting.pk), "LND-0000-0000-00")
    context = {**minutes_context(facts, languages=("de", "en")), "title": "t", "created": ""}

    page = render_to_string("pdf/minutes.html", context)

    assert re.search(
        '<div class="pair"><p lang="de"[^>]*>Ja 4, .*</p><p lang="en"[^>]*>Yes 4,', page
    )


def test_an_item_of_a_closed_meeting_leads_to_the_signature(client):
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    enter(meeting, draft, "yes", "yes", "yes", "yes")
    close_meeting(meeting)
    client.force_login(chair_of(draft.line))

    page = client.get(f"/meetings/{meeting.uuid}/items/{meeting.items.get().uuid}/")

    assert f'href="/lines/{draft.line.uuid}/sign/"' in page.content.decode()


def test_minutes_tell_a_casting_vote():
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    chair = chair_of(draft.line)
    ballot = enter(meeting, draft, "yes", "no", "yes", "no")
    ballots.decide_tie(ballot, "no", by=chair)

    meeting = close_meeting(meeting)

    said = f"In the tie {chair.name} decided with the casting vote: No. Rejected."
    assert said in said_in(meeting)


@pytest.mark.checkers
def test_minutes_pass_verapdf(verapdf, tmp_path):
    draft = make_draft()
    meeting = held(draft, "yes", "yes", "no", "abstain", remarks="Nothing else.")
    make_seal(meeting.audit_institution)
    data = documents.read(minutes.make(Meeting.objects.get(pk=meeting.pk)))
    paths = [tmp_path / "unsealed.pdf", tmp_path / "sealed.pdf"]
    for path, content in zip(paths, (without_seal(data), data), strict=True):
        path.write_bytes(content)

    assert verapdf(*paths) == []


# Pages -------------------------------------------------------------------------------------------


def test_the_chair_holds_a_meeting_on_its_pages(client, run_tasks):
    draft = make_draft()
    line, chair = draft.line, chair_of(draft.line)
    client.force_login(chair)
    day = (timezone.localdate() + timedelta(days=2)).isoformat()

    client.post(
        f"/committees/{line.committee.uuid}/meetings/new/",
        {"day": day, "time": "14:00", "place": "Room 4", "lines": [line.uuid]},
    )
    meeting = Meeting.objects.get()
    seats = line.committee.seats.exclude(role="deputy").order_by("role", "pk")
    there = {f"presence-{seat.uuid}": "present" for seat in seats}
    client.post(f"/meetings/{meeting.uuid}/", {"do": "mark", **there})
    item = f"/meetings/{meeting.uuid}/items/{meeting.items.get().uuid}/"
    shown = client.get(item).content.decode()
    votes = {f"vote-{seat.uuid}": "yes" for seat in seats}
    client.post(item, {"do": "count", "impartial": "on", "remark": "Talked long.", **votes})
    client.post(item, {"do": "sign"})
    with run_tasks():
        client.post(f"/meetings/{meeting.uuid}/begin/")
        client.post(f"/meetings/{meeting.uuid}/", {"do": "close", "remarks": ""})

    assert "3 opinions" in shown
    assert Ballot.objects.get().state == BallotState.ADOPTED
    assert Line.objects.get(pk=line.pk).state == LineState.DECIDED
    answer = client.get(f"/meetings/{meeting.uuid}/minutes/")
    assert answer.content.startswith(b"%PDF")


def test_what_is_missing_is_said_on_the_item(client):
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    client.force_login(chair_of(draft.line))

    answer = client.post(
        f"/meetings/{meeting.uuid}/items/{meeting.items.get().uuid}/",
        {"do": "count", f"vote-{draft.line.committee.seats.get(role='chair').uuid}": "yes"},
    )

    assert "Declare first that you are impartial." in answer.content.decode()
    assert not Ballot.objects.exists()


def test_members_see_the_agenda_and_no_file(client):
    draft = make_draft()
    meeting = make_meeting(draft.line.committee, draft.line)
    member = seated(draft.line.committee)[0]
    client.force_login(member)

    agenda = client.get(f"/meetings/{meeting.uuid}/")
    item = client.get(f"/meetings/{meeting.uuid}/items/{meeting.items.get().uuid}/")

    assert (agenda.status_code, item.status_code) == (200, 403)
    assert labels(member)[0].startswith("See the agenda of the meeting at")


@pytest.mark.parametrize("count", [1, 3])
def test_the_agenda_costs_the_same_for_more_lines(client, count, django_assert_num_queries):
    institution = make_institution()
    drafts = [make_draft(institution=institution) for _ in range(count)]
    meeting = make_meeting(drafts[0].line.committee, *(draft.line for draft in drafts))
    client.force_login(chair_of(drafts[0].line))

    with django_assert_num_queries(19):
        client.get(f"/meetings/{meeting.uuid}/")


# Letters -----------------------------------------------------------------------------------------


def ready_lines(count):
    """Decided lines of one institution with letters and supplements made."""
    institution, lines = make_institution(), []
    for _ in range(count):
        draft = make_draft(institution=institution, delegated=DecisionType.values)
        decisions.sign(draft, by=chair_of(draft.line))
        list(letters.make(Line.objects.with_all().get(pk=draft.line_id)))
        lines.append(Line.objects.get(pk=draft.line_id))
    return lines, make_registrar(institution)


def test_ticked_letters_are_sent_together(client):
    lines, registrar = ready_lines(3)
    client.force_login(registrar)

    before = labels(registrar)
    client.post("/letters/", {"line": [lines[0].uuid, lines[2].uuid]})

    assert "Inspect and send 3 letters" in before
    states = [Line.objects.get(pk=line.pk).state for line in lines]
    assert states == [LineState.NOTIFIED, LineState.DECIDED, LineState.NOTIFIED]


def test_what_cannot_be_sent_is_said_line_by_line(client):
    lines, registrar = ready_lines(2)
    Decision.objects.filter(pk=lines[0].decision_id).update(letter=None)
    client.force_login(registrar)

    answer = client.post("/letters/", {"line": [line.uuid for line in lines]})

    assert "The letter and the supplements are still being made." in answer.content.decode()
    assert Line.objects.get(pk=lines[1].pk).state == LineState.NOTIFIED


def test_letters_of_one_meeting_stand_apart(client, run_tasks):
    institution = make_institution()
    draft, other = (make_draft(institution=institution) for _ in range(2))
    with run_tasks():
        meeting = held(draft, "yes", "yes", "yes", "yes")
        cast(make_ballot(other), "yes", "yes", "yes", "yes")
        decisions.sign(other, by=chair_of(other.line))
    client.force_login(make_registrar(institution))

    text = client.get(f"/letters/?meeting={meeting.number}").content.decode()

    assert draft.line.case.reference in text
    assert other.line.case.reference not in text


def test_letters_of_others_are_nobody_elses_to_send(client):
    lines, _registrar = ready_lines(1)
    client.force_login(make_registrar(make_institution()))

    client.post("/letters/", {"line": [lines[0].uuid]})

    assert Line.objects.get(pk=lines[0].pk).state == LineState.DECIDED


@pytest.mark.parametrize("count", [1, 3])
def test_the_letters_cost_the_same_for_more(client, count, django_assert_num_queries):
    _lines, registrar = ready_lines(count)
    client.force_login(registrar)

    with django_assert_num_queries(5):
        client.get("/letters/")


@pytest.mark.parametrize("why", ["recused", "applicant"])
def test_who_is_kept_away_from_a_line_does_not_get_minutes_that_name_it(client, run_tasks, why):
    draft = make_draft()
    line, committee = draft.line, draft.line.committee
    with run_tasks():
        meeting = held(draft, "yes", "yes", "yes", "yes")
    member = seated(committee)[1]
    if why == "recused":
        recuse(line, member)
    else:
        Case.objects.filter(pk=line.case_id).update(applicant=member)
    client.force_login(member)

    refused = client.get(f"/meetings/{meeting.uuid}/minutes/")
    page = client.get(f"/meetings/{meeting.uuid}/").content.decode()
    overview = client.get(f"/committees/{committee.uuid}/").content.decode()

    why_not = "The minutes name a line you are kept away from."
    assert (refused.status_code, why_not in refused.content.decode()) == (403, True)
    assert (why_not in page, f"{meeting.uuid}/minutes/" in page + overview) == (True, False)
    assert "4 yes" not in page
    client.force_login(seated(committee)[0])
    assert "4 yes" in client.get(f"/meetings/{meeting.uuid}/").content.decode()


def test_who_only_reads_sees_minutes_of_their_own_committee(client, run_tasks):
    draft = make_draft()
    with run_tasks():
        meeting = held(draft, "yes", "yes", "yes", "yes")
    stranger = make_line(LineState.DELIBERATION)

    for user, code in (
        (seated(draft.line.committee)[0], 200),
        (draft.line.case.applicant, 404),
        (seated(stranger.committee)[0], 404),
    ):
        client.force_login(user)
        assert client.get(f"/meetings/{meeting.uuid}/minutes/").status_code == code
