"""Lines opened again: by whom, with what, and what becomes of the decision and its credits."""

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import CreditEntry
from credentials.verdict import Refused
from recognition import guards, permissions
from recognition.models import Line, ReopeningReason
from recognition.opinions import ground_of
from recognition.services import credits, decisions, lines, recusals, reopenings, reviews
from recognition.states import LineState, ReviewState
from recognition.vocabulary import DecisionType, Rating
from tests.factories.people import make_user
from tests.factories.recognition import (
    WALKED,
    Way,
    make_file,
    make_line,
    write_decision,
    write_opinion,
)

pytestmark = pytest.mark.django_db
REASONS = ReopeningReason


@pytest.mark.parametrize(
    ("state", "applicant", "registrar"),
    [
        (
            state,
            state in ("notified", "condition_pending", "recorded", "closed", "inadmissible"),
            state
            in ("notified", "condition_pending", "recorded", "closed", "inadmissible", "annulled"),
        )
        for state in WALKED
    ],
)
def test_only_what_ended_is_opened_again(state, applicant, registrar):
    line = make_line(state)

    of_applicant = permissions.can_reopen(line.case.applicant, line, REASONS.NEW_EVIDENCE)
    of_registrar = permissions.can_reopen(Way(line).registrar, line, REASONS.ERROR)

    assert (of_applicant.allowed, of_registrar.allowed) == (applicant, registrar)


@pytest.mark.parametrize(
    ("who", "reason", "allowed"),
    [
        ("applicant", REASONS.NEW_EVIDENCE, True),
        ("applicant", REASONS.ERROR, False),
        ("registrar", REASONS.NEW_EVIDENCE, False),
        ("registrar", REASONS.ERROR, True),
        ("registrar", REASONS.OBJECTION, False),
        ("chair", REASONS.CONSISTENCY, True),
        ("member", REASONS.CONSISTENCY, False),
        ("stranger", REASONS.NEW_EVIDENCE, False),
    ],
)
def test_each_reason_belongs_to_somebody(who, reason, allowed):
    line = make_line(LineState.RECORDED)
    way = Way(line)
    people = {
        "applicant": line.case.applicant,
        "registrar": way.registrar,
        "chair": way.chair,
        "member": way.members[0],
        "stranger": make_user(),
    }

    assert permissions.can_reopen(people[who], line, reason).allowed is allowed


def test_what_was_recognised_in_full_needs_no_new_evidence():
    line = make_line(LineState.RECORDED, decision=DecisionType.FULL_SUBSTITUTION)

    verdict = permissions.can_reopen(line.case.applicant, line, REASONS.NEW_EVIDENCE)

    assert verdict.reason == "It was recognised in full. There is nothing more to recognise."


def test_new_evidence_needs_words_and_a_file():
    line = make_line(LineState.NOTIFIED)
    applicant = line.case.applicant

    with pytest.raises(Refused, match="Write why it should be opened again"):
        reopenings.reopen(line, REASONS.NEW_EVIDENCE, "", [make_file(applicant)], by=applicant)
    with pytest.raises(Refused, match="Add the new evidence as a file"):
        reopenings.reopen(line, REASONS.NEW_EVIDENCE, "A new certificate.", by=applicant)


def test_new_clock_runs_and_the_old_decision_holds():
    line = make_line(LineState.RECORDED)
    applicant, before = line.case.applicant, line.decision

    reopenings.reopen(
        line, REASONS.NEW_EVIDENCE, "A certificate.", [make_file(applicant)], by=applicant
    )

    line.refresh_from_db()
    assert (line.state, line.decision) == (LineState.REOPENED, before)
    assert timezone.localdate(line.complete_at) == timezone.localdate()
    assert line.due_on > timezone.localdate()
    assert CreditEntry.objects.get(line=line.uuid).reversed_at is None


def test_reviewers_see_the_new_evidence_and_may_change_their_opinion(client):
    line = make_line(LineState.RECORDED)
    applicant, way = line.case.applicant, Way(line)
    file = make_file(applicant, "certificate.pdf")
    reopenings.reopen(line, REASONS.NEW_EVIDENCE, "A certificate.", [file], by=applicant)
    line.refresh_from_db()

    reopenings.resume(line, LineState.UNDER_REVIEW, by=way.registrar)

    review = line.reviews.first()
    client.force_login(review.reviewer)
    page = client.get(reverse("review-detail", args=[review.uuid])).content.decode()
    assert review.state == ReviewState.AT_WORK
    assert ("A certificate." in page, "certificate.pdf" in page) == (True, True)


def recorded_again(line: Line, decision: DecisionType, ratings) -> Line:
    """Open a recorded line again and carry it to a decision that was sent."""
    way = Way(line)
    way.reopen()
    line.refresh_from_db()
    reopenings.resume(line, LineState.UNDER_REVIEW, by=way.registrar)
    for review in line.reviews.counted():
        write_opinion(review, ratings=ratings)
        reviews.submit(review, by=review.reviewer)
    line = Line.objects.get(pk=line.pk)
    decisions.sign(write_decision(line, decision, by=way.chair), by=way.chair)
    Way(Line.objects.get(pk=line.pk)).notify()
    return Line.objects.get(pk=line.pk)


def test_new_version_replaces_the_credits_in_one_go():
    line = make_line(LineState.RECORDED)
    old = CreditEntry.objects.get(line=line.uuid)

    line = recorded_again(line, DecisionType.FULL_SUBSTITUTION, [])
    entries = credits.record(line, by=Way(line).registrar)

    old.refresh_from_db()
    assert old.reversed_at is not None
    assert [(e.ects, e.decision) for e in entries] == [(line.module.ects, line.decision.uuid)]
    assert CreditEntry.objects.filter(line=line.uuid, reversed_at=None).count() == 1


def test_refusal_after_a_recognition_takes_the_old_credits_back():
    line = make_line(LineState.RECORDED)
    registrar = Way(line).registrar

    line = recorded_again(line, DecisionType.REFUSAL, [Rating.NOT_MET, Rating.NOT_MET])
    closing = permissions.can_close(registrar, line)
    credits.record(line, by=registrar)

    assert closing.reason == "Take the old credits back first."
    assert CreditEntry.objects.filter(line=line.uuid, reversed_at=None).count() == 0
    line = Line.objects.get(pk=line.pk)
    lines.close(line, by=registrar)


def test_line_with_a_decision_does_not_end_without_one():
    line = make_line(LineState.REOPENED)
    reopenings.resume(line, LineState.DELIBERATION, by=Way(line).registrar)
    line = Line.objects.get(pk=line.pk)

    verdict = guards.can_end_undecided(ground_of(line))

    assert (
        verdict.reason
        == "There is a decision already. Another one can replace it, or take it back."
    )


@pytest.mark.parametrize("to", [LineState.FORMAL_CHECK, LineState.DECIDED, LineState.REOPENED])
def test_opened_line_goes_only_where_it_can(to):
    line = make_line(LineState.REOPENED)

    with pytest.raises(Refused, match="Choose who goes on with it"):
        reopenings.resume(line, to, by=Way(line).registrar)


@pytest.mark.parametrize("who", ["applicant", "member", "stranger"])
def test_others_do_not_pass_a_line_on(who):
    line = make_line(LineState.REOPENED)
    people = {
        "applicant": line.case.applicant,
        "member": Way(line).members[0],
        "stranger": make_user(),
    }

    assert not permissions.can_resume(people[who], line)


def test_applicant_sends_new_evidence_on_the_page(client):
    line = make_line(LineState.NOTIFIED)
    client.force_login(line.case.applicant)
    address = reverse("line-reopen", args=[line.uuid])
    file = make_file(line.case.applicant)

    page = client.get(address)
    with file.file.open("rb") as upload:
        answer = client.post(address, {"text": "A certificate.", "files": upload})

    assert page.status_code == 200
    assert answer.url == reverse("line-detail", args=[line.uuid])
    assert line.reopenings.get().documents.count() == 1


def test_registrar_opens_again_on_the_page_and_passes_it_on(client):
    line = make_line(LineState.RECORDED)
    client.force_login(Way(line).registrar)
    address = reverse("line-reopen", args=[line.uuid])

    answer = client.post(address, {"reason": "consistency", "text": "See LND-2026-7."})

    assert answer.url == reverse("line-resume", args=[line.uuid])
    assert client.get(answer.url).status_code == 200
    assert line.reopenings.get().reason == REASONS.CONSISTENCY


def test_chair_goes_on_only_with_enough_opinions():
    way = Way(make_line(LineState.REOPENED))
    line, applicant = way.line, way.line.case.applicant
    before = reopenings.ways_on(line)
    for member in way.members[1:]:
        challenge = recusals.challenge(line, member, "My uncle.", by=applicant)
        recusals.answer(challenge, upheld=True, reason="He is.", by=way.chair)

    assert before == [LineState.UNDER_REVIEW, LineState.DELIBERATION]
    assert reopenings.ways_on(line) == [LineState.UNDER_REVIEW]
