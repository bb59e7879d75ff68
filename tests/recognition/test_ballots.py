"""How a committee votes: who may, what counts, how it ends; and what is decided without it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from credentials.models import AuditEvent, Mail, Role
from credentials.verdict import Refused
from recognition.models import (
    Ballot,
    Decision,
    Line,
    Recusal,
    RecusalOrigin,
    SeatRole,
    Vote,
)
from recognition.models.policy import without_vote
from recognition.permissions import (
    can_decide,
    can_open_ballot,
    can_redraft,
    can_see_evidence,
    can_see_votes,
    can_sign,
    voters_of,
)
from recognition.services import (
    ballots,
    committees,
    decisions,
    delegation,
    letter_facts,
    powers,
    recusals,
    reviews,
)
from recognition.services.decisions import DecisionDraft
from recognition.states import BallotState, LineState
from recognition.timeline import stories_of, with_stories
from recognition.vocabulary import Authority, DecisionType
from recognition.work import waiting_for
from tests.factories.ballots import cast, chair_of, deputy_of, make_ballot, make_draft
from tests.factories.catalogue import make_programme_version
from tests.factories.people import make_institution, make_registrar, make_staff, make_user
from tests.factories.recognition import make_case, make_line, make_policy, seated, write_decision

pytestmark = pytest.mark.django_db


def yesterday():
    return timezone.localdate() - timedelta(days=1)


def recuse(line, user):
    Recusal.objects.create(
        line=line,
        user=user,
        origin=RecusalOrigin.CHALLENGED,
        reason="A relative.",
        raised_at=timezone.now(),
        raised_by=line.case.applicant,
        is_upheld=True,
    )


# Delegation --------------------------------------------------------------------------------------


def test_what_is_delegated_is_signed_by_the_chair_alone():
    draft = make_draft(delegated=[DecisionType.PARTIAL])

    decisions.sign(draft, by=chair_of(draft.line))

    draft.refresh_from_db()
    assert draft.authority == Authority.CHAIR


def test_what_is_not_delegated_leads_to_the_vote():
    draft = make_draft(delegated=[DecisionType.FULL_SUBSTITUTION])

    with pytest.raises(Refused, match="The rules leave this to the committee"):
        decisions.sign(draft, by=chair_of(draft.line))


def test_a_refusal_needs_a_vote_unless_the_rules_say_otherwise():
    institution = make_institution()
    make_policy(institution, delegation=without_vote())
    draft = make_draft(institution=institution, decision=DecisionType.REFUSAL)

    assert not can_sign(chair_of(draft.line), draft)


def test_the_deputy_signs_only_when_the_chair_cannot():
    draft = make_draft(delegated=[DecisionType.PARTIAL])
    deputy, place = deputy_of(draft.line), draft.line.committee.seats.get(role=SeatRole.CHAIR)

    refused = can_sign(deputy, draft)
    committees.enter_absence(
        place, timezone.localdate(), timezone.localdate() + timedelta(days=3), by=deputy
    )

    assert refused.reason == "The chair does this. The deputy stands in when the chair cannot."
    assert can_sign(deputy, draft).allowed


def test_the_deputy_signs_for_a_chair_who_is_not_impartial():
    draft = make_draft(delegated=[DecisionType.PARTIAL])
    recuse(draft.line, chair_of(draft.line))

    assert can_sign(deputy_of(draft.line), draft).allowed


def test_a_course_director_signs_what_the_rules_give_them():
    institution = make_institution()
    draft = make_draft(institution=institution, directed=[DecisionType.PARTIAL])
    director = make_staff(institution, Role.COURSE_DIRECTOR)

    decisions.sign(draft, by=director)

    draft.refresh_from_db()
    letter = powers.capacity_of(director, draft.line, draft.body)
    assert (draft.authority, letter["en"]) == (Authority.COURSE_DIRECTOR, "Course director")


def test_a_course_director_signs_nothing_else():
    institution = make_institution()
    draft = make_draft(
        institution=institution,
        directed=[DecisionType.FULL_SUBSTITUTION],
        delegated=[DecisionType.PARTIAL],
    )
    director = make_staff(institution, Role.COURSE_DIRECTOR)

    assert can_decide(director, draft.line).allowed
    assert can_sign(director, draft).reason == (
        "The rules leave this to the committee. Put it to the vote."
    )


def test_a_course_director_without_delegation_sees_nothing():
    institution = make_institution()
    draft = make_draft(institution=institution)
    director = make_staff(institution, Role.COURSE_DIRECTOR)

    assert not can_decide(director, draft.line)
    assert not Line.objects.visible_to(director).exists()


def test_a_member_calls_for_a_vote_and_nobody_decides_alone():
    draft = make_draft(delegated=[DecisionType.PARTIAL])
    member = seated(draft.line.committee)[0]
    Mail.objects.all().delete()

    delegation.call(draft.line, "It is the first of its kind.", by=member)

    draft = Decision.objects.select_related("line").get(pk=draft.pk)
    assert can_sign(chair_of(draft.line), draft).reason == (
        "A vote was called for, so the committee decides. Put it to the vote."
    )
    assert Mail.objects.filter(subject__startswith="A vote is called for").count() == 2


def test_a_vote_is_called_for_after_the_signature_and_before_the_letter():
    draft = make_draft(delegated=[DecisionType.PARTIAL])
    line, member = draft.line, seated(draft.line.committee)[0]
    signed = decisions.sign(draft, by=chair_of(line))

    delegation.call(line, "It is the first of its kind.", by=member)

    line = Line.objects.get(pk=line.pk)
    again = Decision.objects.draft_of(line)
    assert line.state == LineState.DELIBERATION
    assert (again.supersedes, again.version, again.fingerprint) == (signed, 2, signed.fingerprint)
    with pytest.raises(Refused, match="not possible any more"):
        decisions.notify(line, by=make_registrar(line.case.institution))


def test_a_voted_decision_is_signed_after_its_call():
    draft = make_draft(delegated=[DecisionType.PARTIAL])
    delegation.call(draft.line, "Let us all see it.", by=seated(draft.line.committee)[0])

    cast(make_ballot(draft), "yes", "yes", "yes", "no")

    decisions.sign(draft, by=chair_of(draft.line))
    draft.refresh_from_db()
    assert draft.authority == Authority.VOTE


def test_nobody_calls_for_a_vote_on_what_was_sent():
    line = make_line(LineState.NOTIFIED)

    with pytest.raises(Refused, match="not possible any more"):
        delegation.call(line, "Too late.", by=seated(line.committee)[0])


@pytest.mark.parametrize("who", ["applicant", "stranger", "recused"])
def test_only_impartial_members_call_for_a_vote(who):
    draft = make_draft()
    recused = seated(draft.line.committee)[0]
    recuse(draft.line, recused)
    people = {
        "applicant": draft.line.case.applicant,
        "stranger": make_user(),
        "recused": recused,
    }

    with pytest.raises(Refused):
        delegation.call(draft.line, "Please.", by=people[who])


# Who votes ---------------------------------------------------------------------------------------


def test_chair_and_members_are_asked_the_deputy_is_not():
    draft = make_draft()
    Mail.objects.all().delete()

    make_ballot(draft)

    asked = set(Mail.objects.values_list("recipient", flat=True))
    assert asked == {user.email for user in seated(draft.line.committee)}


def test_a_deputy_votes_when_the_chair_is_kept_away():
    draft = make_draft()
    ballot = make_ballot(draft)
    recuse(draft.line, chair_of(draft.line))
    deputy = deputy_of(draft.line)

    ballots.declare_impartial(ballot, by=deputy)
    ballots.vote(ballot, "yes", by=deputy)

    assert Vote.objects.get().member == deputy


def test_a_deputy_does_not_vote_beside_the_chair():
    ballot = make_ballot()

    with pytest.raises(Refused, match="The deputy stands in"):
        ballots.vote(ballot, "yes", by=deputy_of(ballot.line))


def test_nobody_votes_before_declaring_to_be_impartial():
    ballot = make_ballot()

    with pytest.raises(Refused, match="Declare first"):
        ballots.vote(ballot, "yes", by=chair_of(ballot.line))


def test_a_reviewer_has_declared_already():
    ballot = make_ballot()
    member = ballot.line.reviews.first().reviewer

    assert ballots.vote(ballot, "no", by=member).choice == "no"


def test_who_declares_may_read_the_evidence_and_nobody_before():
    ballot = make_ballot()
    institution = ballot.committee.unit.institution
    member = make_user()
    committees.seat(ballot.committee, member, by=make_registrar(institution))
    before = can_see_evidence(member, ballot.line)

    ballots.declare_impartial(ballot, by=member)

    assert (bool(before), bool(can_see_evidence(member, ballot.line))) == (False, True)
    assert ballot.line in Line.objects.visible_to(member)


def test_who_steps_back_sees_nothing_and_is_not_waited_for():
    ballot = cast(make_ballot(), "yes", "yes", "yes", "")
    last = seated(ballot.committee)[-1]

    ballots.step_back(ballot, "A cousin applies.", by=last)

    ballot.refresh_from_db()
    assert ballot.state == BallotState.ADOPTED
    assert not Ballot.objects.visible_to(last).exists()


def test_an_upheld_challenge_takes_the_vote_away():
    ballot = cast(make_ballot(), "no", "yes", "yes", "")
    recuse(ballot.line, seated(ballot.committee)[0])

    ballot = cast(ballot, "", "", "yes")

    assert (ballot.state, ballot.yes, ballot.no) == (BallotState.ADOPTED, 2, 1)


def test_a_vote_is_not_opened_when_too_few_can_vote():
    draft = make_draft()
    for member in seated(draft.line.committee)[:2]:
        recuse(draft.line, member)

    verdict = can_open_ballot(chair_of(draft.line), draft.line, draft.line.committee)

    assert verdict.reason == "Only 2 people can vote on this, and 3 must."


# How it ends -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "state"),
    [
        (("yes", "yes", "no", "abstain"), BallotState.ADOPTED),
        (("yes", "no", "no", "no"), BallotState.REJECTED),
        (("yes", "no", "yes", "no"), BallotState.TIED),
        (("abstain", "abstain", "abstain", "abstain"), BallotState.TIED),
        (("yes", "abstain", "abstain", "abstain"), BallotState.ADOPTED),
    ],
)
def test_the_simple_majority_of_yes_and_no_decides(choices, state):
    ballot = cast(make_ballot(), *choices)

    assert ballot.state == state


@pytest.mark.parametrize(
    ("choices", "state"),
    [
        (("yes", "yes", "", ""), BallotState.NO_QUORUM),
        (("", "yes", "yes", "yes"), BallotState.NO_QUORUM),
        (("yes", "abstain", "abstain", ""), BallotState.ADOPTED),
    ],
)
def test_after_the_last_day_the_quorum_counts(choices, state):
    ballot = cast(make_ballot(), *choices)
    Ballot.objects.filter(pk=ballot.pk).update(due_on=yesterday())

    closed = ballots.settle_due()

    ballot.refresh_from_db()
    assert (closed, ballot.state) == (1, state)


def test_who_is_kept_away_is_not_waited_for():
    ballot = cast(make_ballot(), "yes", "yes", "yes")
    line, missing = ballot.line, voters_of(ballot)[3].user
    challenged = recusals.challenge(line, missing, "He is my brother.", by=line.case.applicant)
    recusals.answer(challenged, upheld=True, reason="So it is.", by=chair_of(line))

    closed = ballots.settle_due()

    ballot.refresh_from_db()
    assert (closed, ballot.state, ballot.yes) == (1, BallotState.ADOPTED, 3)
    assert ballots.settle_due() == 0


def test_who_may_still_vote_is_waited_for():
    ballot = cast(make_ballot(), "yes", "yes", "yes")

    assert ballots.settle_due() == 0
    assert Ballot.objects.get(pk=ballot.pk).is_open


def test_nobody_votes_after_the_last_day():
    ballot = make_ballot()
    Ballot.objects.filter(pk=ballot.pk).update(due_on=yesterday())
    member = ballot.line.reviews.first().reviewer

    with pytest.raises(Refused, match="last day"):
        ballots.vote(ballot, "yes", by=member)


def test_a_vote_can_be_changed_and_each_change_is_traced():
    ballot = make_ballot()
    member = ballot.line.reviews.first().reviewer

    ballots.vote(ballot, "yes", by=member)
    ballots.vote(ballot, "no", by=member)

    events = AuditEvent.objects.filter(thing=str(ballot.uuid), action="change-vote")
    assert [(e.before, e.after) for e in events] == [("yes", "no")]
    assert Vote.objects.get().choice == "no"


def test_a_secret_vote_leaves_only_sums():
    ballot = cast(make_ballot(is_secret=True), "yes", "no", "yes", "abstain")

    events = AuditEvent.objects.filter(thing=str(ballot.uuid), action="vote")
    assert (ballot.yes, ballot.no, ballot.abstained) == (2, 1, 1)
    assert set(ballot.votes.values_list("choice", flat=True)) == {""}
    assert {(e.before, e.after) for e in events} == {("", "")}


@pytest.mark.parametrize("is_secret", [True, False])
def test_votes_are_shown_when_the_vote_is_closed_unless_it_was_secret(is_secret):
    ballot = make_ballot(is_secret=is_secret)
    chair = chair_of(ballot.line)

    before = can_see_votes(chair, ballot).reason
    after = can_see_votes(chair, cast(ballot, "yes", "yes", "yes", "yes")).reason

    never = "Nobody is told how a member voted."
    assert before == (never if is_secret else "You see who voted how when the vote is closed.")
    assert after == (never if is_secret else "")


def test_the_chair_decides_a_tie():
    ballot = cast(make_ballot(), "yes", "no", "yes", "no")
    chair = chair_of(ballot.line)

    with pytest.raises(Refused):
        ballots.decide_tie(ballot, "yes", by=deputy_of(ballot.line))
    with pytest.raises(Refused, match="yes or no"):
        ballots.decide_tie(ballot, "abstain", by=chair)
    ballots.decide_tie(ballot, "yes", by=chair)

    ballot.refresh_from_db()
    assert (ballot.state, ballot.casting_vote, ballot.cast_by) == (
        BallotState.ADOPTED,
        "yes",
        chair,
    )


def test_what_was_adopted_is_signed_by_the_power_of_the_vote():
    draft = make_draft(decision=DecisionType.REFUSAL)
    cast(make_ballot(draft), "yes", "yes", "yes", "yes")

    decisions.sign(draft, by=chair_of(draft.line))

    draft.refresh_from_db()
    assert draft.authority == Authority.VOTE


def test_what_was_rejected_is_not_signed_until_it_is_changed():
    draft = make_draft(delegated=[DecisionType.PARTIAL])
    cast(make_ballot(draft), "no", "no", "no", "yes")

    refused = can_sign(chair_of(draft.line), draft)

    assert refused.reason == (
        "The committee rejected this text. Change it and put it to the vote again."
    )


def test_an_adopted_text_that_is_changed_needs_another_vote():
    draft = make_draft()
    chair = chair_of(draft.line)
    cast(make_ballot(draft), "yes", "yes", "yes", "yes")

    draft.refresh_from_db()
    changed = DecisionDraft(
        type=draft.type,
        reasons="Other reasons.",
        later_measures="Take session block C of the module.",
        accepted_proof="The university has known this issuer for years.",
    )
    draft = decisions.save(draft.line, changed, by=chair, seen=draft.updated_at)

    assert not can_sign(chair, draft)
    assert make_ballot(draft).state == BallotState.OPEN


def test_the_text_is_frozen_while_the_vote_is_open():
    draft = make_draft()
    ballot = make_ballot(draft)
    chair = chair_of(draft.line)
    draft.refresh_from_db()

    with pytest.raises(Refused, match="votes on this text"):
        decisions.save(draft.line, DecisionDraft(), by=chair, seen=draft.updated_at)
    with pytest.raises(Refused, match="Put it to the vote"):
        decisions.sign(draft, by=chair)
    ballots.stop(ballot, by=chair)

    assert decisions.save(draft.line, DecisionDraft(), by=chair, seen=draft.updated_at)


def test_a_text_that_cannot_be_signed_is_not_voted_on():
    draft = make_draft()
    draft.refresh_from_db()
    unready = DecisionDraft(type=DecisionType.PARTIAL)
    draft = decisions.save(draft.line, unready, by=chair_of(draft.line), seen=draft.updated_at)

    with pytest.raises(Refused, match="Write why"):
        make_ballot(draft)


def test_one_vote_is_open_at_a_time():
    draft = make_draft()
    make_ballot(draft)

    with pytest.raises(Refused, match="votes on it already"):
        make_ballot(draft)


def test_a_member_demands_a_meeting_and_the_circular_vote_ends():
    ballot = make_ballot()
    member = ballot.line.reviews.first().reviewer

    ballots.demand_meeting(ballot, "I want to hear the others.", by=member)

    ballot.refresh_from_db()
    assert ballot.state == BallotState.TO_MEETING
    with pytest.raises(Refused, match="closed"):
        ballots.vote(ballot, "yes", by=member)


def test_a_vote_ends_when_the_line_goes_another_way():
    from recognition.services import lines

    ballot = make_ballot()
    lines.withdraw(ballot.line, by=ballot.line.case.applicant)

    ballot = ballots.settle(ballot)

    assert ballot.state == BallotState.DROPPED


def test_a_motion_is_voted_on_without_a_draft():
    draft = make_draft()
    line = draft.line

    ballot = ballots.start(
        line,
        motion="The objection is dismissed.",
        due_on=timezone.localdate(),
        by=chair_of(line),
    )

    assert cast(ballot, "yes", "yes", "yes", "yes").state == BallotState.ADOPTED


# What people see ---------------------------------------------------------------------------------


def labels(user):
    return [item.label for group in waiting_for(user) for item in group.items]


def test_work_says_who_is_to_vote():
    ballot = make_ballot()
    reference = ballot.line.case.reference
    member, deputy = seated(ballot.committee)[0], deputy_of(ballot.line)

    assert labels(member) == [f"Vote on {reference}"]
    assert labels(chair_of(ballot.line)) == [f"Vote on {reference}"]
    assert labels(deputy) == []


@pytest.mark.parametrize(
    ("choices", "label"),
    [
        (("yes", "yes", "yes", "yes"), "Sign what was adopted on %s"),
        (("no", "no", "no", "yes"), "Write anew what was rejected on %s"),
        (("no", "no", "yes", "yes"), "Decide the tie on %s"),
    ],
)
def test_work_says_what_the_chair_does_after_the_vote(choices, label):
    ballot = cast(make_ballot(), *choices)

    assert labels(chair_of(ballot.line)) == [label % ballot.line.case.reference]


def test_the_applicant_learns_that_the_committee_votes_and_nothing_else():
    ballot = cast(make_ballot(), "yes", "no")

    story = stories_of(with_stories(Line.objects.filter(pk=ballot.line_id)))[0]

    assert story.holding.sentence == "All opinions are in. The committee votes."
    names = {seat.user.name for seat in ballot.committee.seats.all()}
    assert not any(name in str(story.events) for name in names)


def page(client, user, url):
    client.force_login(user)
    return client.get(url)


def test_a_member_declares_on_the_page_and_votes(client):
    ballot = make_ballot()
    member = make_user()
    registrar = make_registrar(ballot.committee.unit.institution)
    committees.seat(ballot.committee, member, by=registrar)
    url = f"/ballots/{ballot.uuid}/"

    closed = page(client, member, url).content.decode()
    client.post(url, {"do": "declare"})
    opened = client.get(url).content.decode()
    client.post(url, {"do": "vote", "choice": "yes"})

    assert ("Are you impartial?" in closed, "2 opinions" in closed, "3 opinions" in closed) == (
        True,
        False,
        False,
    )
    assert "Shall the decision be taken as it stands here?" in opened
    assert Vote.objects.get().member == member


def test_the_chair_puts_to_the_vote_stops_and_changes(client):
    draft = make_draft()
    chair, line = chair_of(draft.line), draft.line
    client.force_login(chair)

    sign = client.get(f"/lines/{line.uuid}/sign/").content.decode()
    client.post(
        f"/lines/{line.uuid}/vote/",
        {"due_on": (timezone.localdate() + timedelta(days=5)).isoformat()},
    )
    ballot = Ballot.objects.get()
    led = client.get(f"/lines/{line.uuid}/decide/")
    client.post(f"/ballots/{ballot.uuid}/", {"do": "stop"})

    assert "Put to the vote of the committee" in sign
    assert led.url == f"/ballots/{ballot.uuid}/"
    ballot.refresh_from_db()
    assert ballot.state == BallotState.DROPPED


def test_the_letter_to_be_signed_names_the_vote_and_no_second_one_is_offered(client):
    draft = make_draft(delegated=[DecisionType.PARTIAL])
    line, chair = draft.line, chair_of(draft.line)
    client.force_login(chair)

    before = client.get(f"/lines/{line.uuid}/sign/").content.decode()
    ballot = make_ballot(draft)
    ballots.declare_impartial(ballot, by=chair)
    during = client.get(f"/ballots/{ballot.uuid}/").content.decode()
    cast(ballot, "yes", "yes", "yes", "yes")
    after = client.get(f"/lines/{line.uuid}/sign/").content.decode()
    decisions.sign(draft, by=chair)

    chosen, voted = "its chair, to whom the rules", "by a vote under the rules"
    assert [(chosen in said, voted in said) for said in (before, during, after)] == [
        (True, False),
        (False, True),
        (False, True),
    ]
    second = f"/lines/{line.uuid}/vote/"
    assert (second in before, second in after) == (True, False)
    draft.refresh_from_db()
    said = letter_facts.signed_facts(line, draft, letter_facts.imprint_of(draft, "X"))
    assert voted in said.authority["en"]


def test_the_letter_of_what_is_not_delegated_names_the_vote_that_it_needs(client):
    draft = make_draft()
    client.force_login(chair_of(draft.line))

    said = client.get(f"/lines/{draft.line.uuid}/sign/").content.decode()

    assert "by a vote under the rules" in said


def test_the_page_closes_a_vote_whose_day_has_passed(client):
    ballot = cast(make_ballot(), "yes", "yes", "yes")
    Ballot.objects.filter(pk=ballot.pk).update(due_on=yesterday())

    text = page(client, chair_of(ballot.line), f"/ballots/{ballot.uuid}/").content.decode()

    assert "3 yes, 0 no, 0 abstained" in text
    assert f"/lines/{ballot.line.uuid}/sign/" in text


def test_the_committee_page_lists_what_is_decided_without_a_vote(client):
    draft = make_draft(delegated=[DecisionType.PARTIAL])
    decisions.sign(draft, by=chair_of(draft.line))
    member = seated(draft.line.committee)[0]

    text = page(client, member, f"/committees/{draft.line.committee.uuid}/").content.decode()
    client.post(f"/lines/{draft.line.uuid}/call-vote/", {"why": "Let us see it."})

    assert "The chair, by delegation" in text
    assert Line.objects.get(pk=draft.line_id).vote_called_by == member


@pytest.mark.parametrize("count", [1, 3])
def test_the_committee_page_costs_the_same_for_more(client, count, django_assert_num_queries):
    institution = make_institution()
    for _ in range(count):
        ballot = make_ballot(make_draft(institution=institution))
    client.force_login(seated(ballot.committee)[0])

    with django_assert_num_queries(14):
        client.get(f"/committees/{ballot.committee.uuid}/")


@pytest.mark.parametrize("count", [1, 3])
def test_work_costs_the_same_for_more_votes(count, django_assert_num_queries):
    institution = make_institution()
    for _ in range(count):
        ballot = make_ballot(make_draft(institution=institution))

    with django_assert_num_queries(14):
        waiting_for(seated(ballot.committee)[0])


def test_an_absence_is_entered_by_those_it_concerns():
    draft = make_draft()
    place = draft.line.committee.seats.get(role=SeatRole.CHAIR)
    today = timezone.localdate()

    with pytest.raises(Refused):
        committees.enter_absence(place, today, today, by=seated(draft.line.committee)[0])
    with pytest.raises(Refused, match="both days"):
        committees.enter_absence(place, today, None, by=place.user)
    committees.enter_absence(place, today, today, by=place.user)

    place.refresh_from_db()
    assert place.is_away


def test_drafts_of_the_same_words_have_the_same_fingerprint():
    first = make_draft(decision=DecisionType.REFUSAL)
    version = make_programme_version(make_institution())
    line = make_line(LineState.DELIBERATION, case=make_case(programme_version=version))
    second = write_decision(line, DecisionType.PARTIAL, by=chair_of(line))
    before = first.fingerprint

    first.differences.update(what_differs="Something else.")

    assert len({before, first.fingerprint, second.fingerprint}) == 3


def test_a_condition_is_part_of_what_is_voted_on():
    draft = make_draft()
    before = draft.fingerprint

    draft.conditions.create(text="Show the lab book.", due_on=timezone.localdate())

    assert draft.fingerprint != before


# Who turns out not to be impartial


def test_who_steps_back_from_a_vote_is_not_heard_as_reviewer_either():
    ballot = make_ballot()
    line, reviewer = ballot.line, seated(ballot.committee)[1]

    ballots.step_back(ballot, "A relative.", by=reviewer)

    assert reviewer not in [one.reviewer for one in line.reviews.counted()]
    line.refresh_from_db()
    assert line.state == LineState.DELIBERATION


def test_vote_ends_when_too_few_opinions_are_left():
    ballot = make_ballot()
    rapporteur = ballot.line.reviews.get(is_rapporteur=True).reviewer

    ballots.step_back(ballot, "A relative.", by=rapporteur)

    line = Line.objects.get(pk=ballot.line_id)
    ballot.refresh_from_db()
    assert (line.state, ballot.state) == (LineState.UNDER_REVIEW, BallotState.DROPPED)


def challenged(line: Line) -> None:
    rapporteur = line.reviews.get(is_rapporteur=True).reviewer
    challenge = recusals.challenge(line, rapporteur, "My aunt.", by=line.case.applicant)
    recusals.answer(challenge, upheld=True, reason="She is.", by=chair_of(line))


def reviewed_once_more(line: Line) -> None:
    user = make_user("Ida Lorenz")
    line.committee.seats.create(user=user)
    reviews.assign(line, user, by=chair_of(line))


@pytest.mark.parametrize("change", [challenged, reviewed_once_more])
@pytest.mark.parametrize(
    ("votes", "state"), [([], BallotState.OPEN), (["yes", "yes", "no", "no"], BallotState.TIED)]
)
def test_vote_ends_when_the_line_goes_back_to_review(change, votes, state):
    ballot = cast(make_ballot(), *votes)
    line, voter = ballot.line, seated(ballot.committee)[1]
    assert ballot.state == state

    change(Line.objects.get(pk=line.pk))

    line.refresh_from_db()
    ballot.refresh_from_db()
    assert (line.state, ballot.state) == (LineState.UNDER_REVIEW, BallotState.DROPPED)
    assert Mail.objects.filter(user=voter, subject__endswith="was stopped").count() == 1
    assert can_redraft(chair_of(line), line)


def test_vote_of_somebody_kept_away_afterwards_carries_no_decision():
    ballot = cast(make_ballot(make_draft()), "yes", "yes", "yes", "yes")
    line, voter = ballot.line, seated(ballot.committee)[2]
    challenge = recusals.challenge(line, voter, "My aunt.", by=line.case.applicant)
    recusals.answer(challenge, upheld=True, reason="She is.", by=chair_of(line))

    with pytest.raises(Refused, match="Put it to the vote"):
        decisions.sign(ballot.decision, by=chair_of(line))
