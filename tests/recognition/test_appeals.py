"""Appeals: who decides, with how many, what they can decide, and what happens when nobody did."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from credentials.models import Unit
from credentials.services import documents
from credentials.verdict import Refused
from recognition import permissions
from recognition.calendar import add_working_days
from recognition.models import (
    Ballot,
    Case,
    CommitteeKind,
    Decision,
    Line,
    Objection,
    ObjectionKind,
    ObjectionResult,
    Reminder,
    SeatRole,
    Voice,
    VoteChoice,
    first_deciders,
)
from recognition.opinions import ground_of
from recognition.services import (
    appeals,
    ballots,
    clock,
    committees,
    credits,
    decisions,
    letter_facts,
    objections,
    remedy_letters,
    reopenings,
)
from recognition.services.lines import clock_of
from recognition.states import BallotState, LineState
from recognition.vocabulary import Authority, DecisionType, Rating
from tests.factories.histories import Watch
from tests.factories.people import make_registrar, make_user, root_of
from tests.factories.recognition import (
    Way,
    make_appeal_body,
    make_line,
    seated,
    write_decision,
)
from tests.factories.town import Calendar

pytestmark = pytest.mark.django_db
TOMORROW = timezone.localdate() + timedelta(days=1)


def appeal_of(line: Line) -> Objection:
    return line.objections.get(decided_at=None)


def chair_of(appeal: Objection):
    return seated(appeal.body, SeatRole.CHAIR)[0]


def all_for(appeal: Objection) -> dict:
    return {seat.user: Voice.FOR for seat in permissions.able_seats(appeal)}


def overdue(line: Line, days: int = 60) -> Line:
    """Let the date for a decision, or for the check, have passed some days ago."""
    day = timezone.localdate() - timedelta(days=days)
    if line.complete_at:
        Line.objects.filter(pk=line.pk).update(due_on=day)
    else:
        Case.objects.filter(pk=line.case_id).update(check_due_on=day)
    return Line.objects.get(pk=line.pk)


def late_line(state: LineState = LineState.DELIBERATION, **fields) -> Line:
    """A line that nobody decided in time, before an appeal body."""
    line = overdue(make_line(state, **fields))
    make_appeal_body(line.case.institution)
    objections.file(line, "", by=line.case.applicant)
    return Line.objects.get(pk=line.pk)


# Who may decide


def test_appeal_comes_before_the_nearest_appeal_body():
    line = make_line(LineState.APPEAL)

    appeal = appeal_of(line)

    assert (appeal.kind, appeal.body.kind) == (ObjectionKind.APPEAL, CommitteeKind.APPEAL)
    assert appeal.from_state == LineState.NOTIFIED


@pytest.mark.parametrize("who", ["chair", "deputy", "reviewer", "registrar", "applicant"])
def test_nobody_who_took_part_decides_or_sees_it_as_a_member(who):
    line = make_line(LineState.APPEAL)
    appeal, way = appeal_of(line), Way(line)
    person = {
        "chair": way.chair,
        "deputy": seated(line.committee, SeatRole.DEPUTY)[0],
        "reviewer": way.members[0],
        "registrar": line.handler,
        "applicant": line.case.applicant,
    }[who]
    committees.seat(appeal.body, person, by=make_registrar(line.case.institution))

    able = {seat.user for seat in permissions.able_seats(appeal)}

    assert person not in able
    assert not Objection.objects.before(person).filter(pk=appeal.pk).exists()
    with pytest.raises(Refused, match="may not vote on this"):
        appeals.dismiss(appeal, "No.", {**all_for(appeal), person: Voice.FOR}, by=chair_of(appeal))


def test_appeal_body_that_lacks_members_says_so_and_leads_to_the_body_above():
    line = make_line(LineState.NOTIFIED)
    registrar = make_registrar(line.case.institution)
    programme = line.case.programme_version.programme
    unit = Unit.objects.create(
        institution=line.case.institution, parent=root_of(line.case.institution), name={"en": "X"}
    )
    programme.unit = unit
    programme.save()
    small = committees.create(unit, {"en": "Small"}, by=registrar, kind=CommitteeKind.APPEAL)
    for number, role in enumerate((SeatRole.CHAIR, SeatRole.MEMBER, SeatRole.MEMBER)):
        person = Way(line).members[0] if number == 2 else make_user()
        committees.seat(small, person, role=role, by=registrar)
    line = Line.objects.get(pk=line.pk)
    appeal = Objection(line=line, body=small, kind=ObjectionKind.APPEAL)

    verdict = permissions.has_quorum(appeal)
    above = make_appeal_body(line.case.institution)

    assert verdict.reason == "2 members may decide on this, and 3 are needed."
    assert committees.body_for(line, ObjectionKind.APPEAL) == above


def test_appeal_without_any_body_is_filed_and_handed_over_when_there_is_one(client):
    line = overdue(make_line(LineState.UNDER_REVIEW))
    way = Way(line)
    appeal = objections.file(line, "", by=line.case.applicant)
    client.force_login(way.registrar)
    page = client.get(reverse("objection-detail", args=[appeal.uuid])).content.decode()

    body = make_appeal_body(line.case.institution)
    client.post(reverse("objection-hand-over", args=[appeal.uuid]))

    appeal.refresh_from_db()
    assert "No appeal body is set up that could decide." in page
    assert appeal.body == body


def test_appeal_is_not_handed_over_when_its_body_can_decide():
    line = make_line(LineState.APPEAL)

    with pytest.raises(Refused, match="Enough members of this body may decide"):
        appeals.hand_over(appeal_of(line), by=Way(line).registrar)


def test_member_of_the_appeal_body_reads_the_file_and_does_not_decide_alone(client):
    line = make_line(LineState.APPEAL)
    appeal = appeal_of(line)
    member = seated(appeal.body)[0]
    client.force_login(member)

    pages = [
        client.get(reverse(name, args=[key])).status_code
        for name, key in (
            ("objection-detail", appeal.uuid),
            ("line-opinions", line.uuid),
            ("objection-decide", appeal.uuid),
            ("line-check", line.uuid),
        )
    ]

    assert pages == [200, 200, 403, 404]


# The vote


@pytest.mark.parametrize(
    ("voices", "reason"),
    [
        ((Voice.FOR, Voice.FOR), "At least 3 members must vote"),
        ((Voice.FOR, Voice.AGAINST, Voice.AGAINST), "Most of the votes are against this"),
        ((Voice.AGAINST, Voice.FOR, Voice.ABSTAINED), "Most of the votes are against this"),
        ((Voice.FOR, Voice.AGAINST, Voice.ABSTAINED), ""),
        ((Voice.ABSTAINED, Voice.FOR, Voice.ABSTAINED), ""),
    ],
)
def test_majority_of_a_quorum_decides_and_a_tie_goes_to_who_presides(voices, reason):
    line = make_line(LineState.APPEAL)
    appeal = appeal_of(line)
    people = [seat.user for seat in permissions.able_seats(appeal)]
    votes = dict(zip(people, voices, strict=False))

    if reason:
        with pytest.raises(Refused, match=reason):
            appeals.dismiss(appeal, "It stands.", votes, by=chair_of(appeal))
        assert appeal.votes.count() == 0
    else:
        appeals.dismiss(appeal, "It stands.", votes, by=chair_of(appeal))
        assert appeal.votes.count() == 3


def test_chair_or_deputy_must_be_among_those_who_vote():
    line = make_line(LineState.APPEAL)
    appeal = appeal_of(line)
    extra = make_user()
    committees.seat(appeal.body, extra, by=make_registrar(line.case.institution))
    votes = dict.fromkeys(seated(appeal.body), Voice.FOR)

    with pytest.raises(Refused, match="The chair or a deputy must be among those who vote"):
        appeals.dismiss(appeal, "It stands.", votes, by=chair_of(appeal))


# What it decides


def test_dismissed_appeal_is_the_last_word_inside():
    line = make_line(LineState.APPEAL)
    appeal = appeal_of(line)

    appeals.dismiss(appeal, "It stands.", all_for(appeal), by=chair_of(appeal))

    line = Line.objects.get(pk=line.pk)
    assert (line.state, permissions.way_of(line)) == (LineState.NOTIFIED, None)
    reason = permissions.can_object(line.case.applicant, line).reason
    assert reason == "The appeal body has decided. Inside the university nobody else decides."


def test_remitted_appeal_opens_the_line_with_a_date_and_what_to_look_at():
    line = make_line(LineState.APPEAL)
    appeal, due = appeal_of(line), timezone.localdate() + timedelta(days=20)
    chair = chair_of(appeal)

    with pytest.raises(Refused, match="Write what must be looked at again"):
        appeals.remit(appeal, "Not all was read.", all_for(appeal), due_on=due, by=chair)
    appeals.remit(
        appeal, "Not all was read.", all_for(appeal), due_on=due, look_again="Page four.", by=chair
    )

    line = Line.objects.get(pk=line.pk)
    assert (line.state, line.due_on) == (LineState.REOPENED, due)
    assert (line.reopenings.get().text, appeal_result(appeal)) == ("Page four.", "remitted")


def appeal_result(appeal: Objection) -> str:
    return Objection.objects.get(pk=appeal.pk).result


def test_remitting_needs_a_date_to_come():
    line = make_line(LineState.APPEAL)
    appeal = appeal_of(line)

    with pytest.raises(Refused, match="Set a date that is still to come"):
        appeals.remit(
            appeal,
            "Not all was read.",
            all_for(appeal),
            due_on=timezone.localdate(),
            look_again="Page four.",
            by=chair_of(appeal),
        )


def rated_full(line: Line) -> dict[str, str]:
    return {str(o.uuid): Rating.FULL for o in line.module.course_version.outcomes.all()}


def test_amending_appeal_takes_a_decision_of_its_own_by_the_same_rules():
    line = make_line(LineState.APPEAL)
    appeal, first = appeal_of(line), line.decision
    chair = chair_of(appeal)
    write_decision(
        line, DecisionType.FULL_SUBSTITUTION, by=chair, outcome_ratings=rated_full(line), reasons=""
    )

    decision = appeals.amend(appeal, "Page four shows it.", all_for(appeal), by=chair)

    line = Line.objects.get(pk=line.pk)
    decision = Decision.objects.get(pk=decision.pk)
    assert (line.state, line.decision) == (LineState.DECIDED, decision)
    assert (decision.authority, decision.body) == (Authority.APPEAL_BODY, appeal.body)
    assert (decision.version, decision.supersedes) == (2, first)
    assert decision.ects == line.module.ects
    assert appeal_result(appeal) == ObjectionResult.AMENDED


def test_guards_hold_for_the_appeal_body_too():
    line = make_line(LineState.APPEAL)
    appeal = appeal_of(line)
    chair = chair_of(appeal)
    write_decision(line, DecisionType.FULL_SUBSTITUTION, by=chair)

    with pytest.raises(Refused, match="Outcome 2, which is essential, is rated “Partial”"):
        appeals.amend(appeal, "Page four shows it.", all_for(appeal), by=chair)

    assert appeal_result(appeal) == ""


def test_appeal_body_does_not_sign_without_its_votes():
    line = make_line(LineState.APPEAL)
    chair = chair_of(appeal_of(line))
    draft = write_decision(line, DecisionType.PARTIAL, by=chair)

    with pytest.raises(Refused, match="signed together with the decision on the appeal"):
        decisions.sign(draft, by=chair)


def test_amending_needs_a_decision_written_by_the_body():
    line = make_line(LineState.APPEAL)
    appeal = appeal_of(line)

    with pytest.raises(Refused, match="Write the decision first"):
        appeals.amend(appeal, "Page four shows it.", all_for(appeal), by=chair_of(appeal))


def test_first_chair_cannot_write_while_others_decide():
    line = make_line(LineState.APPEAL)

    with pytest.raises(Refused, match="Only the chair of the appeal body"):
        write_decision(line, DecisionType.PARTIAL, by=Way(line).chair)


def test_draft_of_the_appeal_body_is_gone_when_it_is_sent_back():
    line = make_line(LineState.APPEAL)
    appeal = appeal_of(line)
    chair = chair_of(appeal)
    write_decision(line, DecisionType.PARTIAL, by=chair)

    appeals.remit(
        appeal, "Read it.", all_for(appeal), due_on=TOMORROW, look_again="Page 4.", by=chair
    )

    assert Decision.objects.draft_of(line) is None


def test_recorded_credits_are_replaced_when_an_appeal_amends_them():
    line = make_line(LineState.RECORDED)
    way = Way(line)
    old = list(credit_rows(line))
    objections.file(line, "More is shown.", by=line.case.applicant)
    objections.dismiss(line.objections.get(), "It stands.", by=way.chair)
    make_appeal_body(way.institution)
    objections.file(Line.objects.get(pk=line.pk), "Still.", by=line.case.applicant)
    line = Line.objects.get(pk=line.pk)
    appeal = appeal_of(line)
    chair = chair_of(appeal)
    write_decision(line, DecisionType.FULL_SUBSTITUTION, by=chair, outcome_ratings=rated_full(line))

    appeals.amend(appeal, "Page four shows it.", all_for(appeal), by=chair)
    Way(Line.objects.get(pk=line.pk)).notify()
    standing_before = [(e.ects, e.reversed_at) for e in credit_rows(line)]
    credits.record(Line.objects.get(pk=line.pk), by=way.registrar)

    rows = list(credit_rows(line))
    assert standing_before == [(e.ects, None) for e in old]
    assert [e.reversed_at is None for e in rows] == [False] * len(old) + [True]
    assert rows[-1].ects == line.module.ects
    assert rows[-1].fills_module


def credit_rows(line: Line):
    from credentials.models import CreditEntry

    return CreditEntry.objects.filter(line=line.uuid).order_by("pk")


def test_letter_of_an_amended_decision_offers_no_further_remedy_inside(client):
    line = make_line(LineState.APPEAL)
    appeal = appeal_of(line)
    chair = chair_of(appeal)
    write_decision(line, DecisionType.FULL_SUBSTITUTION, by=chair, outcome_ratings=rated_full(line))
    appeals.amend(appeal, "Page four shows it.", all_for(appeal), by=chair)
    line = Line.objects.get(pk=line.pk)

    said = letter_facts.signed_facts(
        line, line.decision, letter_facts.imprint_of(line.decision, "X")
    )

    assert said.remedy.body == ""
    assert said.imprint.capacity["en"] == "Chair of the appeal body"


# Nothing decided in time


@pytest.mark.parametrize(
    "state",
    [
        LineState.SUBMITTED,
        LineState.FORMAL_CHECK,
        LineState.UNDER_REVIEW,
        LineState.DELIBERATION,
        LineState.DECIDED,
        LineState.REOPENED,
    ],
)
def test_delay_opens_the_appeal_and_nothing_else_need_be_shown(state):
    line = make_line(state)
    assert permissions.overdue_since(line) is None

    line = overdue(line)
    appeal = objections.file(line, "", by=line.case.applicant)

    assert (appeal.kind, appeal.from_state) == (ObjectionKind.INACTION, state)
    assert Line.objects.get(pk=line.pk).state == LineState.APPEAL


def test_longest_time_counts_even_when_the_date_was_put_off():
    line = make_line(LineState.UNDER_REVIEW)
    long_ago = timezone.now() - timedelta(days=150)
    Line.objects.filter(pk=line.pk).update(
        complete_at=long_ago, due_on=timezone.localdate() + timedelta(days=30)
    )

    line = Line.objects.get(pk=line.pk)

    assert permissions.way_of(line).kind == ObjectionKind.INACTION


def long_complete(line: Line) -> Line:
    """Let a line be complete for longer than the rules allow a decision to take."""
    Line.objects.filter(pk=line.pk).update(complete_at=timezone.now() - timedelta(days=150))
    return Line.objects.get(pk=line.pk)


def test_decision_on_appeal_is_late_when_its_own_date_has_passed():
    line = long_complete(make_line(LineState.APPEAL))
    appeal = appeal_of(line)
    chair = chair_of(appeal)
    write_decision(line, DecisionType.FULL_SUBSTITUTION, by=chair, outcome_ratings=rated_full(line))
    appeals.amend(appeal, "Page four shows it.", all_for(appeal), by=chair)

    in_time = permissions.overdue_since(Line.objects.get(pk=line.pk))
    line = overdue(line)

    assert (in_time, permissions.overdue_since(line)) == (None, line.due_on)


def test_date_set_on_appeal_counts_when_the_longest_time_is_over():
    line = long_complete(late_line())
    appeal, due = appeal_of(line), timezone.localdate() + timedelta(days=10)

    appeals.remit(appeal, "It is time.", all_for(appeal), due_on=due, by=chair_of(appeal))

    in_time = permissions.overdue_since(Line.objects.get(pk=line.pk))
    line = overdue(line)
    assert (in_time, permissions.overdue_since(line)) == (None, line.due_on)


def test_only_its_own_date_counts_for_what_was_decided_and_sent_back():
    line = make_line(LineState.APPEAL)
    appeal, due = appeal_of(line), timezone.localdate() + timedelta(days=10)
    appeals.remit(
        appeal, "Read it.", all_for(appeal), due_on=due, look_again="All.", by=chair_of(appeal)
    )
    reopenings.resume(Line.objects.get(pk=line.pk), LineState.DELIBERATION, by=Way(line).registrar)
    Line.objects.filter(pk=line.pk).update(complete_at=F("complete_at") - timedelta(days=150))
    Objection.objects.filter(pk=appeal.pk).update(decided_at=F("decided_at") - timedelta(days=150))

    in_time = permissions.overdue_since(Line.objects.get(pk=line.pk))
    line = overdue(line)

    assert (in_time, permissions.overdue_since(line)) == (None, line.due_on)


def test_applicant_who_is_asked_cannot_say_that_others_are_late():
    line = make_line(LineState.INFO_REQUESTED)
    Case.objects.filter(pk=line.case_id).update(check_due_on=timezone.localdate() - timedelta(9))

    line = Line.objects.get(pk=line.pk)

    assert permissions.way_of(line) is None


@pytest.mark.parametrize("is_decided", [True, False])
def test_reminders_count_towards_the_date_that_was_set_on_appeal(is_decided):
    line = make_line(LineState.APPEAL) if is_decided else late_line()
    place = (line.case.institution.country, line.case.institution.subdivision)
    appeal, today = appeal_of(line), timezone.localdate()
    due, half, before = (add_working_days(today, days, *place) for days in (10, 5, 4))
    Reminder.objects.create(
        line=line, share=90, began_at=line.complete_at, sent_at=line.complete_at
    )
    appeals.remit(
        appeal, "Read it.", all_for(appeal), due_on=due, look_again="All.", by=chair_of(appeal)
    )

    shares = []
    for day in (before, half, half, due):
        clock.keep_time(day)
        shares.append(list(line.reminders.exclude(began_at=line.complete_at).values_list("share")))

    assert shares == [[], [(50,)], [(50,)], [(50,), (90,)]]


def test_date_set_on_appeal_begins_the_clock_anew(monkeypatch):
    line, calendar, watch = late_line(), Calendar(), Watch()
    calendar.moment = timezone.now() + timedelta(days=30)
    monkeypatch.setattr(timezone, "now", calendar)
    watch.check()
    appeal = appeal_of(line)
    watch.look("objections.file")
    watch.check()
    due = timezone.localdate() + timedelta(days=10)

    appeals.remit(appeal, "It is time.", all_for(appeal), due_on=due, by=chair_of(appeal))

    watch.look("appeals.remit")
    watch.check()
    line = Line.objects.get(pk=line.pk)
    assert clock_of(line).used(timezone.localdate()) == 0 < clock_of(line).limit


@pytest.mark.parametrize("state", [LineState.FORMAL_CHECK, LineState.DELIBERATION])
def test_last_date_lets_the_line_go_on_where_it_was(state):
    line = late_line(state)
    appeal, due = appeal_of(line), timezone.localdate() + timedelta(days=10)

    appeals.remit(appeal, "It is time.", all_for(appeal), due_on=due, by=chair_of(appeal))

    line = Line.objects.get(pk=line.pk)
    assert (line.state, line.due_on) == (state, due)
    assert permissions.overdue_since(line) is None


def test_appeal_body_decides_itself_when_nobody_did():
    line = late_line(LineState.UNDER_REVIEW)
    appeal = appeal_of(line)
    chair = chair_of(appeal)
    write_decision(line, DecisionType.FULL_SUBSTITUTION, by=chair, outcome_ratings=rated_full(line))

    appeals.amend(appeal, "All is shown.", all_for(appeal), by=chair)

    line = Line.objects.get(pk=line.pk)
    assert (line.state, line.decision.version) == (LineState.DECIDED, 1)
    assert line.decision.authority == Authority.APPEAL_BODY


def test_file_that_was_never_complete_gets_a_date_and_no_decision():
    line = late_line(LineState.FORMAL_CHECK)
    chair = chair_of(appeal_of(line))

    with pytest.raises(Refused, match="The file was never complete"):
        write_decision(line, DecisionType.PARTIAL, by=chair)


def test_opinions_not_handed_in_stay_closed_on_an_appeal_for_delay():
    line = make_line(LineState.UNDER_REVIEW)
    way = Way(line)
    line = overdue(line)
    make_appeal_body(way.institution)
    objections.file(line, "", by=line.case.applicant)
    line = Line.objects.get(pk=line.pk)

    reason = permissions.can_see_opinions(way.members[0], line).reason

    assert reason == "Opinions stay independent: you see them when all are in."
    assert ground_of(line).opinion.ratings == {}
    assert permissions.can_see_opinions(chair_of(appeal_of(line)), line).allowed


def test_vote_that_is_open_ends_when_others_decide():
    line = make_line(LineState.DELIBERATION)
    way = Way(line)
    draft = write_decision(line, DecisionType.PARTIAL, by=way.chair)
    ballot = ballots.start(line, by=way.chair, decision=draft, due_on=TOMORROW)
    line = overdue(line)
    make_appeal_body(way.institution)

    objections.file(line, "", by=line.case.applicant)

    line, ballot = Line.objects.get(pk=line.pk), Ballot.objects.get(pk=ballot.pk)
    assert ballot.state == BallotState.DROPPED
    assert permissions.can_redraft(chair_of(appeal_of(line)), line).allowed


def test_who_voted_before_decides_on_no_appeal():
    line = make_line(LineState.DELIBERATION)
    way = Way(line)
    voter = make_user()
    committees.seat(way.committee, voter, by=way.registrar)
    draft = write_decision(line, DecisionType.PARTIAL, by=way.chair)
    ballot = ballots.start(line, by=way.chair, decision=draft, due_on=TOMORROW)
    ballots.declare_impartial(ballot, by=voter)
    ballots.vote(ballot, VoteChoice.YES, by=voter)

    assert voter.pk in first_deciders(line)


def test_objection_not_answered_in_time_can_be_taken_to_the_appeal_body():
    line = make_line(LineState.OBJECTION)
    make_appeal_body(line.case.institution)
    assert permissions.way_of(line) is None
    line.objections.update(due_on=timezone.localdate() - timedelta(days=1))

    appeal = objections.file(Line.objects.get(pk=line.pk), "Still.", by=line.case.applicant)

    first = line.objections.order_by("pk").first()
    assert (appeal.kind, appeal.from_state) == (ObjectionKind.APPEAL, LineState.NOTIFIED)
    assert first.result == ObjectionResult.PASSED_ON


def test_dismissed_complaint_about_delay_is_not_filed_again_for_the_same_date():
    line = late_line()
    appeal = appeal_of(line)

    appeals.dismiss(appeal, "The date was moved.", all_for(appeal), by=chair_of(appeal))

    line = Line.objects.get(pk=line.pk)
    assert (line.state, permissions.way_of(line)) == (LineState.DELIBERATION, None)


def test_annulled_decision_can_be_appealed_and_decided_again():
    line = make_line(LineState.ANNULLED)
    make_appeal_body(line.case.institution)

    appeal = objections.file(line, "It was no mix-up.", by=line.case.applicant)
    appeals.remit(
        appeal,
        "Look.",
        all_for(appeal),
        due_on=TOMORROW,
        look_again="The files.",
        by=chair_of(appeal),
    )

    line = Line.objects.get(pk=line.pk)
    assert (appeal.from_state, line.state) == (LineState.ANNULLED, LineState.REOPENED)
    assert reopenings.ways_on(line) == [LineState.UNDER_REVIEW, LineState.DELIBERATION]


# The pages


def test_applicant_sees_the_button_on_a_late_line(client):
    line = overdue(make_line(LineState.DELIBERATION))
    client.force_login(line.case.applicant)

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()
    form = client.get(reverse("objection-new", args=[line.uuid])).content.decode()
    client.post(reverse("objection-new", args=[line.uuid]), {"kind": "inaction", "grounds": ""})

    assert reverse("objection-new", args=[line.uuid]) in page
    assert "Appeal: nothing was decided in time" in form
    assert Line.objects.get(pk=line.pk).state == LineState.APPEAL


def test_chair_of_the_appeal_body_writes_votes_and_signs_on_the_pages(client):
    line = make_line(LineState.APPEAL)
    appeal = appeal_of(line)
    chair = chair_of(appeal)
    client.force_login(chair)
    address = reverse("objection-decide", args=[appeal.uuid])
    decide = reverse("line-decide", args=[line.uuid])

    first = client.get(decide)
    settled = {f"settle-{key}": "FULL" for key in rated_full(line)}
    asked = {"type": "full", "seen": "", "do": "sign", "accepted_proof": "Known to all of us."}
    led = client.post(decide, asked | settled)
    page = client.get(address)
    votes = {f"vote-{seat.user.uuid}": "for" for seat in permissions.able_seats(appeal)}
    client.post(address, {"result": "amended", "reasons": "Page four shows it."} | votes)

    assert (first.status_code, page.status_code) == (200, 200)
    assert led.url == address
    assert Line.objects.get(pk=line.pk).state == LineState.DECIDED


@pytest.mark.checkers
def test_letter_of_an_appeal_passes_the_checkers(tmp_path, verapdf):
    line = make_line(LineState.APPEAL)
    appeal = appeal_of(line)
    appeals.dismiss(appeal, "It stands.", all_for(appeal), by=chair_of(appeal))
    appeal = Objection.objects.get(pk=appeal.pk)
    file = tmp_path / "appeal.pdf"
    file.write_bytes(documents.read(remedy_letters.make(appeal)))

    assert verapdf(file) == []


def test_registrar_sets_up_an_appeal_body_on_the_committees_page(client):
    line = make_line()
    institution = line.case.institution
    client.force_login(make_registrar(institution))
    said = {
        "what": "committee",
        "kind": "appeal",
        "unit": root_of(institution).pk,
        "name-en": "Appeals",
        "name_en": "Appeals",
    }

    page = client.get(reverse("committee-list", args=[institution.slug])).content.decode()
    answer = client.post(reverse("committee-list", args=[institution.slug]), said)

    assert 'value="appeal"' in page
    assert answer.status_code == 302
    assert make_committee_kinds(institution) == {"recognition", "appeal"}


def make_committee_kinds(institution) -> set[str]:
    from recognition.models import Committee

    return set(
        Committee.objects.filter(unit__institution=institution).values_list("kind", flat=True)
    )


def test_amended_decision_is_sent_in_the_time_for_the_appeal():
    line = make_line(LineState.APPEAL)
    Line.objects.filter(pk=line.pk).update(due_on=timezone.localdate() - timedelta(days=9))
    appeal = appeal_of(line)
    chair = chair_of(appeal)
    write_decision(
        line, DecisionType.FULL_SUBSTITUTION, by=chair, outcome_ratings=rated_full(line), reasons=""
    )

    appeals.amend(appeal, "Page four shows it.", all_for(appeal), by=chair)
    clock.keep_time()

    line.refresh_from_db()
    assert (line.due_on, line.delays.count()) == (appeal.due_on, 0)
