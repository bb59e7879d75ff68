"""Conflicts of interest, challenges, absence and substitutes: who takes part, and who decides."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent, Mail, Membership, Role
from credentials.verdict import Refused
from recognition.models import Line, Recusal, Review, SeatRole
from recognition.permissions import conflict_of, presiding
from recognition.services import committees, decisions, lines, recusals, reviews
from recognition.states import LineState, ReviewState
from recognition.vocabulary import DecisionType
from recognition.work import waiting_for
from tests.factories.awards import make_award
from tests.factories.catalogue import make_course_version
from tests.factories.people import make_institution, make_staff, make_user
from tests.factories.recognition import (
    Way,
    make_case,
    make_line,
    seated,
    write_decision,
    write_opinion,
)

pytestmark = pytest.mark.django_db


def way_to(state=LineState.UNDER_REVIEW) -> Way:
    return Way(make_line(state))


def deputy_of(way):
    return seated(way.committee, SeatRole.DEPUTY)[0]


def subjects(user) -> list[str]:
    return list(Mail.objects.filter(user=user).values_list("subject", flat=True))


def away(way, user, *, begin=0, days=3):
    today = timezone.localdate()
    place = way.committee.seats.get(user=user)
    first = today + timedelta(days=begin)
    committees.enter_absence(place, first, first + timedelta(days=days), by=user)
    return place


# What the portal sees by itself


@pytest.mark.parametrize("role", Role)
def test_staff_of_the_unit_that_issued_a_source_are_not_impartial(role):
    issuer = make_institution()
    version = make_course_version(issuer, teachers=[make_staff(issuer, Role.TEACHER)])
    award = make_award(version=version, student=(nela := make_user()))
    line = make_case(applicant=nela, sources=[award.credential]).lines.get()
    way = Way(line)
    Membership.objects.create(user=way.members[0], unit=award.course_version.course.unit, role=role)

    found = conflict_of(way.members[0], line)

    assert found == "Taught or awarded what is put forward here, or works where it was awarded."
    assert conflict_of(way.members[1], line) == ""
    assert conflict_of(make_staff(make_institution(), role), line) == ""


# Challenges


def test_upheld_challenge_takes_a_line_from_a_reviewer_everywhere():
    way = way_to(LineState.DELIBERATION)
    line, member = way.line, way.members[1]
    recusal = recusals.challenge(line, member, "She is my aunt.", by=line.case.applicant)

    recusals.answer(recusal, upheld=True, reason="A relative.", by=way.chair)

    assert not Line.objects.visible_to(member).filter(pk=line.pk).exists()
    assert line.reviews.get(reviewer=member).state == ReviewState.RECUSED
    assert line.reviews.counted().count() == 2
    assert Recusal.objects.get().is_upheld is True
    assert subjects(member)[-1] == f"You no longer take part in {line.case.reference}"
    answered = f"Your challenge in {line.case.reference} is answered"
    assert subjects(line.case.applicant)[-1] == answered
    actions = AuditEvent.objects.filter(noun="recusal").values_list("action", flat=True)
    assert sorted(actions) == ["challenge", "keep-away", "uphold"]


def test_line_waits_again_when_too_few_opinions_are_left():
    way = way_to(LineState.DELIBERATION)
    line, rapporteur = way.line, way.members[0]
    recusal = recusals.challenge(line, rapporteur, "A quarrel.", by=line.case.applicant)

    recusals.answer(recusal, upheld=True, reason="It is known.", by=way.chair)

    line.refresh_from_db()
    assert line.state == LineState.UNDER_REVIEW
    assert subjects(way.registrar)[-1] == f"A reviewer of {line.case.reference} stepped back"
    with pytest.raises(Refused, match="stepped back from this"):
        reviews.assign(line, rapporteur, by=way.registrar)


def test_rejected_challenge_leaves_everything_as_it_was():
    way = way_to()
    recusal = recusals.challenge(
        way.line, way.members[0], "He is strict.", by=way.line.case.applicant
    )

    recusals.answer(recusal, upheld=False, reason="No ground.", by=way.chair)

    recusal.refresh_from_db()
    assert (recusal.is_upheld, recusal.answer, recusal.answered_by) == (
        False,
        "No ground.",
        way.chair,
    )
    assert Line.objects.visible_to(way.members[0]).filter(pk=way.line.pk).exists()
    assert way.line.reviews.counted().count() == 3


def test_deputy_answers_a_challenge_of_the_chair_and_decides_then():
    way = way_to(LineState.DELIBERATION)
    line, deputy = way.line, deputy_of(way)
    recusal = recusals.challenge(line, way.chair, "My neighbour.", by=line.case.applicant)

    with pytest.raises(Refused, match="Nobody answers a challenge of themselves"):
        recusals.answer(recusal, upheld=False, reason="No.", by=way.chair)
    with pytest.raises(Refused, match="answers this"):
        recusals.answer(recusal, upheld=False, reason="No.", by=way.registrar)
    recusals.answer(recusal, upheld=True, reason="They are.", by=deputy)

    assert presiding(line) == [deputy]
    decision = write_decision(line, DecisionType.PARTIAL, by=deputy)
    with pytest.raises(Refused, match="You stepped back from this"):
        decisions.sign(decision, by=way.chair)
    decisions.sign(decision, by=deputy)


def test_registrar_answers_when_nobody_else_can():
    way = way_to()
    place = way.committee.seats.get(user=deputy_of(way))
    committees.end_term(place, by=way.registrar)
    recusal = recusals.challenge(way.line, way.chair, "Reason.", by=way.line.case.applicant)

    recusals.answer(recusal, upheld=True, reason="So it is.", by=way.registrar)

    assert presiding(way.line) == []


def test_nothing_is_signed_while_a_challenge_waits():
    way = way_to(LineState.DELIBERATION)
    decision = write_decision(way.line, DecisionType.PARTIAL, by=way.chair)
    recusals.challenge(way.line, way.members[0], "Reason.", by=way.line.case.applicant)

    with pytest.raises(Refused, match="That is to be answered first"):
        decisions.sign(decision, by=way.chair)


def test_challenge_is_for_the_applicant_with_a_reason_once_and_before_the_decision():
    way = way_to()
    line, member, applicant = way.line, way.members[0], way.line.case.applicant

    with pytest.raises(Refused, match="Only the applicant"):
        recusals.challenge(line, member, "Reason.", by=way.registrar)
    with pytest.raises(Refused, match="Say why"):
        recusals.challenge(line, member, "  ", by=applicant)
    with pytest.raises(Refused, match="has no seat"):
        recusals.challenge(line, make_user(), "Reason.", by=applicant)
    recusals.challenge(line, member, "Reason.", by=applicant)
    with pytest.raises(Refused, match="You have challenged"):
        recusals.challenge(line, member, "Reason.", by=applicant)

    decided = make_line(LineState.DECIDED)
    with pytest.raises(Refused, match="not possible any more"):
        recusals.challenge(decided, member, "Reason.", by=decided.case.applicant)
    new = make_line()
    with pytest.raises(Refused, match="No committee has this yet"):
        recusals.challenge(new, member, "Reason.", by=new.case.applicant)


def test_applicant_challenges_and_chair_answers_on_pages(client):
    way = way_to()
    line, member = way.line, way.members[0]
    client.force_login(line.case.applicant)
    page = reverse("line-committee", args=[line.uuid])

    client.post(page, {"user": member.uuid, "reason": "She is my aunt."})
    recusal = Recusal.objects.get()
    client.force_login(way.chair)
    labels = [item.label for group in waiting_for(way.chair) for item in group.items]
    address = reverse("challenge-answer", args=[recusal.uuid])
    seen = client.get(address).text
    client.post(address, {"upheld": "yes", "reason": "Relatives do not judge."})

    assert labels == [f"Answer a challenge in {line.case.reference}"]
    assert "She is my aunt." in seen
    client.force_login(line.case.applicant)
    shown = client.get(page).text
    assert "Upheld" in shown
    assert "Relatives do not judge." in shown


# Stepping back without a review


@pytest.mark.parametrize("role", ["chair", "registrar"])
def test_chair_and_registrar_step_back_for_good(role):
    way = way_to(LineState.DELIBERATION)
    user = getattr(way, role)

    recusals.step_back(way.line, "A cousin applies.", by=user)

    assert not Line.objects.visible_to(user).filter(pk=way.line.pk).exists()
    assert waiting_for(user) == []
    with pytest.raises(Refused, match="already"):
        recusals.step_back(way.line, "Again.", by=user)


def test_mails_on_a_line_pass_over_a_registrar_who_stepped_back():
    way = way_to(LineState.DELIBERATION)
    other = make_staff(way.institution, Role.REGISTRAR)
    recusals.step_back(way.line, "A cousin applies.", by=way.registrar)
    before = len(subjects(way.registrar))

    decisions.sign(write_decision(way.line, DecisionType.PARTIAL, by=way.chair), by=way.chair)

    assert len(subjects(way.registrar)) == before
    assert Mail.objects.filter(user=other, thing=way.line.uuid).exists()


# Who decides


def test_deputy_decides_only_in_the_chairs_stead():
    way = way_to(LineState.DELIBERATION)
    deputy = deputy_of(way)

    decision = write_decision(way.line, DecisionType.PARTIAL, by=way.chair)
    with pytest.raises(Refused, match="The deputy stands in when the chair cannot"):
        decisions.sign(decision, by=deputy)

    place = away(way, way.chair)
    assert presiding(way.line) == [deputy]
    assert list(Line.objects.awaiting_decision_by(deputy)) == [way.line]
    assert list(Line.objects.awaiting_decision_by(way.chair)) == []
    committees.enter_absence(place, None, None, by=way.chair)
    assert presiding(way.line) == [way.chair]
    assert list(Line.objects.awaiting_decision_by(way.chair)) == [way.line]
    assert list(Line.objects.awaiting_decision_by(deputy)) == []

    committees.end_term(place, by=way.registrar)
    assert presiding(way.line) == [deputy]
    assert list(Line.objects.awaiting_decision_by(deputy)) == [way.line]


def test_chair_hands_a_line_to_a_deputy_and_takes_it_back(client):
    way = way_to(LineState.DELIBERATION)
    deputy = deputy_of(way)
    client.force_login(way.chair)
    page = reverse("line-hand-over", args=[way.line.uuid])

    client.post(page, {"do": "deputy", "deputy": deputy.uuid})
    line = Line.objects.get(pk=way.line.pk)
    assert presiding(line) == [deputy]
    assert list(Line.objects.awaiting_decision_by(deputy)) == [line]
    decision = write_decision(line, DecisionType.PARTIAL, by=way.chair)
    with pytest.raises(Refused, match="The deputy stands in"):
        decisions.sign(decision, by=way.chair)

    client.post(page, {"do": "deputy", "deputy": ""})
    assert presiding(Line.objects.get(pk=line.pk)) == [way.chair]


def test_registrar_gives_a_line_to_another_committee():
    way = way_to(LineState.DELIBERATION)
    line, unit = way.line, way.line.case.programme_version.programme.unit
    child = unit.institution.units.create(parent=unit, name={"en": "Informatics"})
    line.case.programme_version.programme.unit = child
    line.case.programme_version.programme.save()
    other = committees.create(child, {"en": "Nearer"}, by=way.registrar)
    committees.seat(other, way.members[0], by=way.registrar)

    with pytest.raises(Refused, match="Only registrars"):
        lines.change_committee(line, other, "Nearer.", by=way.chair)
    lines.change_committee(line, other, "Nearer.", by=way.registrar)

    line.refresh_from_db()
    assert (line.committee, line.state) == (other, LineState.UNDER_REVIEW)
    assert [one.reviewer for one in line.reviews.counted()] == [way.members[0]]
    assert not Line.objects.visible_to(way.chair).filter(pk=line.pk).exists()


def test_line_goes_on_when_only_those_who_owe_an_opinion_have_no_seat_on_the_other_committee():
    way = way_to(LineState.UNDER_REVIEW)
    line, unit = way.line, way.line.case.programme_version.programme.unit
    child = unit.institution.units.create(parent=unit, name={"en": "Informatics"})
    line.case.programme_version.programme.unit = child
    line.case.programme_version.programme.save()
    other = committees.create(child, {"en": "Nearer"}, by=way.registrar)
    *_waited, last = line.reviews.order_by("pk")
    for review in line.reviews.exclude(pk=last.pk):
        committees.seat(other, review.reviewer, by=way.registrar)
        reviews.declare_no_conflict(review, by=review.reviewer)
        write_opinion(review)
        reviews.submit(review, by=review.reviewer)

    lines.change_committee(line, other, "Nearer.", by=way.registrar)

    line.refresh_from_db()
    assert line.state == LineState.DELIBERATION


# Absence and substitutes


def test_who_is_away_gets_no_new_task():
    way = Way(make_line())
    place = away(way, way.members[0])

    with pytest.raises(Refused, match="is away until"):
        way.complete()
    found = committees.impartial_seats(way.committee, way.line)
    assert way.members[0] not in [seat.user for seat in found]
    committees.enter_absence(place, None, None, by=way.registrar)
    way.complete()


def test_substitute_takes_over_what_an_absent_member_owes(client):
    way = way_to()
    member, stand_in = way.members[0], make_user("Ines Taveira")
    place = way.committee.seats.get(user=member)
    committees.seat(way.committee, stand_in, substitute_for=place, by=way.registrar)
    review = Review.objects.get(line=way.line, reviewer=member)
    client.force_login(stand_in)
    page = reverse("review-pass-on", args=[review.uuid])
    assert client.get(page).status_code == 404

    away(way, member)
    labels = [item.label for group in waiting_for(stand_in) for item in group.items]
    response = client.post(page)

    new = Review.objects.get(line=way.line, reviewer=stand_in)
    assert labels == [f"Take over an opinion on {way.line.case.reference}"]
    assert response.url == reverse("review-conflict", args=[new.uuid])
    assert (new.is_rapporteur, new.state) == (True, ReviewState.ASSIGNED)
    review.refresh_from_db()
    assert (review.state, review.was_released) == (ReviewState.RECUSED, True)


def test_substitute_is_named_only_in_the_stead_of_the_member():
    way = Way(make_line())
    member, stand_in = way.members[0], make_user()
    place = way.committee.seats.get(user=member)
    own = committees.seat(way.committee, stand_in, substitute_for=place, by=way.registrar)

    def people():
        return {seat.user for seat in committees.impartial_seats(way.committee, way.line)}

    assert (member in people(), stand_in in people()) == (True, False)
    away(way, member)
    assert (member in people(), stand_in in people()) == (False, True)
    with pytest.raises(Refused, match="who is no substitute"):
        committees.seat(way.committee, make_user(), substitute_for=own, by=way.registrar)
