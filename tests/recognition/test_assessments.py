"""Supplementary assessment: only of what is not shown, by somebody impartial, and what follows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import Mail, Role
from credentials.verdict import Refused
from recognition import evidence
from recognition.models import AssessmentEnd, EvidencePointer, Line, SupplementaryAssessment
from recognition.opinions import target_outcomes
from recognition.pauses import pauses_of
from recognition.permissions import was_never_answered
from recognition.services import assessments, lines, reviews
from recognition.services.assessments import OutcomeResult
from recognition.services.reviews import Citation, OpinionDraft, RatingDraft
from recognition.settled import settled_of, with_opinions
from recognition.states import LineState, ReviewState
from recognition.vocabulary import DecisionType, Rating, Track
from recognition.work import waiting_for
from tests.factories.people import make_staff, make_user
from tests.factories.recognition import (
    Way,
    make_line,
    opinion_of,
    order_assessment,
    write_opinion,
)

pytestmark = pytest.mark.django_db


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def in_assessment() -> tuple[Line, SupplementaryAssessment]:
    line = make_line(LineState.ASSESSMENT)
    return line, line.assessments.get()


def rapporteur_of(line: Line):
    return line.reviews.get(is_rapporteur=True).reviewer


def reviewed(*ratings: Rating, track: Track = Track.RECOGNITION) -> Line:
    """A line under review whose rapporteur has rated, and not handed in."""
    line = make_line(LineState.UNDER_REVIEW)
    Line.objects.filter(pk=line.pk).update(track=track)
    review = line.reviews.get(is_rapporteur=True)
    reviews.declare_no_conflict(review, by=review.reviewer)
    write_opinion(review, ratings=list(ratings))
    return fresh(line)


def met(assessment: SupplementaryAssessment, is_met: bool = True, note: str = "Well explained."):
    return {row.outcome_id: OutcomeResult(is_met, note) for row in assessment.results.all()}


# Ordering


def test_only_outcomes_that_are_not_shown_can_be_assessed():
    line = reviewed(Rating.NOT_EVIDENCED, Rating.PARTIAL, Rating.NOT_MET)

    found = assessments.assessable(line, rapporteur_of(line))

    assert [outcome.order for outcome in found] == [1]


def test_on_validation_also_what_is_shown_in_part():
    line = reviewed(Rating.NOT_EVIDENCED, Rating.PARTIAL, track=Track.VALIDATION)

    found = assessments.assessable(line, rapporteur_of(line))

    assert [outcome.order for outcome in found] == [1, 2]


def test_other_outcomes_are_refused():
    line = reviewed(Rating.NOT_EVIDENCED)
    every = [outcome.pk for outcome in target_outcomes(line)]

    for outcomes in (every, every[1:2], []):
        with pytest.raises(Refused, match="Choose outcomes that are not shown"):
            order_assessment(line, by=rapporteur_of(line), outcomes=outcomes)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"form": "coffee"}, "Choose a form"),
        ({"instructions": " "}, "Write what the learner is asked"),
        ({"due_on": timezone.localdate() - timedelta(days=1)}, "from today on"),
    ],
)
def test_order_that_lacks_something_is_refused(fields, words):
    line = reviewed(Rating.NOT_EVIDENCED)

    with pytest.raises(Refused, match=words):
        order_assessment(line, by=rapporteur_of(line), **fields)


def test_rapporteur_orders_during_review_and_the_chair_when_all_opinions_are_in():
    line = reviewed(Rating.NOT_EVIDENCED)
    with pytest.raises(Refused, match="Opinions stay independent"):
        order_assessment(line, by=Way(line).chair)
    with pytest.raises(Refused, match="Declare first"):
        order_assessment(line, by=Way(line).members[1])
    with pytest.raises(Refused, match="Who reports orders"):
        order_assessment(line, by=Way(line).registrar)

    order_assessment(line, by=rapporteur_of(line))
    assert fresh(line).state == LineState.ASSESSMENT

    decided = make_line(LineState.DELIBERATION, ratings=[Rating.NOT_EVIDENCED])
    order_assessment(decided, by=Way(decided).chair)
    assert fresh(decided).state == LineState.ASSESSMENT


def test_assessor_is_staff_or_of_the_committee_and_impartial():
    line = reviewed(Rating.NOT_EVIDENCED)
    teacher = make_staff(line.case.institution, Role.TEACHER)
    people = set(assessments.assessors_for(line))

    assert {teacher, *Way(line).members} <= people
    for stranger in (make_user(), line.case.applicant):
        with pytest.raises(Refused, match="cannot assess this"):
            order_assessment(line, by=rapporteur_of(line), assessor=stranger)


def test_who_awarded_what_is_put_forward_does_not_assess_it():
    line, assessment = in_assessment()
    line.recusals.create(
        user=assessment.assessor,
        origin="declared",
        raised_at=timezone.now(),
        raised_by=assessment.assessor,
        is_upheld=True,
    )

    assert assessment.assessor not in assessments.assessors_for(line)


def test_learner_and_assessor_are_told_and_the_mail_names_nothing():
    line, assessment = in_assessment()

    told = Mail.objects.filter(subject__icontains=line.case.reference).order_by("-pk")[:2]

    assert {mail.recipient for mail in told} == {
        line.case.applicant.email,
        assessment.assessor.email,
    }
    assert all(assessment.instructions not in mail.body for mail in told)


def test_assessment_waits_in_the_work_of_its_assessor_and_the_clock_stands_still():
    line, assessment = in_assessment()

    (group,) = [g for g in waiting_for(assessment.assessor) if g.title == "As an assessor"]

    assert [item.label for item in group.items] == [f"Assess for {line.case.reference}"]
    assert pauses_of(line) == ((timezone.localdate(), None),)


# Ending


def test_result_opens_the_opinions_and_can_be_cited():
    line = make_line(LineState.DELIBERATION, ratings=[Rating.NOT_EVIDENCED])
    assessment = order_assessment(line, by=Way(line).chair)

    assessments.enter_result(assessment, met(assessment), by=assessment.assessor)

    line = fresh(line)
    assert line.state == LineState.UNDER_REVIEW
    assert set(line.reviews.values_list("state", flat=True)) == {ReviewState.AT_WORK}
    ((_assessment, (passage,)),) = evidence.assessed_passages(line, line.reviews.first().reviewer)
    assert passage.text == "Met. Well explained."
    review = line.reviews.first()
    citation = Citation(None, passage.place, passage.text, passage.result)
    rating = RatingDraft(target_outcomes(line)[0].pk, Rating.FULL, "", (citation,))
    reviews.save(review, OpinionDraft((rating,)), by=review.reviewer, seen=fresh(review).saved_at)
    pointer = EvidencePointer.objects.get(rating__review=review)
    assert (pointer.source, pointer.result_id) == (None, passage.result)


def test_cited_result_stays_chosen_on_the_page(client):
    line, assessment = in_assessment()
    assessments.enter_result(assessment, met(assessment), by=assessment.assessor)
    review = line.reviews.get(is_rapporteur=True)
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])
    seen = fresh(review).saved_at.isoformat()
    assert client.get(url).context["rows"][0].proposal is None

    client.post(url, {"seen": seen, "rate-1": "FULL", "cite-1": "a1-1"})
    page = client.get(url).content.decode()

    assert 'value="a1-1" checked' in page
    assert 'id="passage-a1-1"' in page
    assert EvidencePointer.objects.get(rating__review=review).result.assessment == assessment


def test_applicant_reads_the_result_on_which_the_decision_rests():
    line = make_line(LineState.DELIBERATION, ratings=[Rating.NOT_EVIDENCED])
    way = Way(line, decision=DecisionType.FULL_SUBSTITUTION)
    assessment = order_assessment(line, by=way.chair)
    assessments.enter_result(assessment, met(assessment), by=assessment.assessor)
    ((_assessment, (passage,)),) = evidence.assessed_passages(line, way.chair)
    citation = Citation(None, passage.place, passage.text, passage.result)
    for review in fresh(line).reviews.all():
        first, *others = opinion_of(line).ratings
        ratings = (replace(first, citations=(citation,)), *others)
        draft = replace(opinion_of(line), ratings=ratings)
        reviews.save(review, draft, by=review.reviewer, seen=review.saved_at)
        reviews.submit(review, by=review.reviewer)
    way.sign()
    way.notify()

    told = settled_of(with_opinions(Line.objects.all()).get(pk=line.pk))

    assert told.outcomes[0].passages == ((passage.place, "Met. Well explained."),)


@pytest.mark.parametrize(
    ("results", "words"),
    [({}, "Say whether outcome 1 is met"), (None, "Write what is missing of outcome 1")],
)
def test_result_is_complete_or_refused(results, words):
    _line, assessment = in_assessment()
    results = met(assessment, False, " ") if results is None else results

    with pytest.raises(Refused, match=words):
        assessments.enter_result(assessment, results, by=assessment.assessor)


def test_grade_only_where_the_rules_give_grades():
    line, assessment = in_assessment()
    with pytest.raises(Refused, match="give no grades"):
        assessments.enter_result(assessment, met(assessment), by=assessment.assessor, grade="1.3")
    type(line.case.policy).objects.update(grade_methods=["bavarian"])

    assessments.enter_result(assessment, met(assessment), by=assessment.assessor, grade="1.3")

    assert fresh(assessment).grade == "1.3"


def test_only_the_assessor_enters_a_result_and_only_once():
    line, assessment = in_assessment()
    for user in (Way(line).chair, Way(line).registrar, line.case.applicant):
        with pytest.raises(Refused, match="Only the assessor"):
            assessments.enter_result(assessment, met(assessment), by=user)
    assessments.enter_result(assessment, met(assessment), by=assessment.assessor)

    with pytest.raises(Refused, match="has ended"):
        assessments.enter_result(assessment, met(assessment), by=assessment.assessor)


def test_learner_who_does_not_come_is_recorded_and_the_line_goes_on():
    line = make_line(LineState.DELIBERATION, ratings=[Rating.NOT_EVIDENCED])
    assessment = order_assessment(line, by=Way(line).chair)

    assessments.note_absence(assessment, "Nobody came.", by=assessment.assessor)

    line, assessment = fresh(line), fresh(assessment)
    assert (line.state, assessment.end) == (LineState.DELIBERATION, AssessmentEnd.NOT_TAKEN)
    assert was_never_answered(line) is True


def test_cancelling_needs_a_reason_and_lets_the_line_go_on():
    line, assessment = in_assessment()
    with pytest.raises(Refused, match="Say in a few words why"):
        assessments.cancel(assessment, " ", by=rapporteur_of(line))
    with pytest.raises(Refused, match="Only registrars"):
        assessments.cancel(assessment, "No.", by=line.case.applicant)

    assessments.cancel(assessment, "The room is closed.", by=rapporteur_of(line))

    assert fresh(line).state == LineState.UNDER_REVIEW
    assert was_never_answered(fresh(line)) is False
    assert pauses_of(line) == ((timezone.localdate(),) * 2,)


def test_withdrawn_line_ends_its_assessment_and_leaves_the_work_of_the_assessor(client):
    line, assessment = in_assessment()

    Mail.objects.all().delete()
    lines.withdraw(line, by=line.case.applicant)

    told = set(Mail.objects.values_list("recipient", flat=True))
    assert assessment.assessor.email in told
    assert [g.title for g in waiting_for(assessment.assessor)] == []
    with pytest.raises(Refused, match="This assessment has ended"):
        assessments.enter_result(assessment, met(assessment), by=assessment.assessor)
    assessment.refresh_from_db()
    assert (assessment.end, assessment.ended_at is None) == (AssessmentEnd.CANCELLED, False)
    client.force_login(assessment.assessor)
    page = client.get(reverse("assessment-detail", args=[assessment.uuid])).text
    assert "The applicant took this back. You need do nothing more." in page


# Pages


def test_assessment_is_ordered_on_its_page(client):
    line = reviewed(Rating.NOT_EVIDENCED)
    outcome = target_outcomes(line)[0]
    client.force_login(rapporteur_of(line))
    assessor = Way(line).members[1]

    answer = client.post(
        reverse("assessment-order", args=[line.uuid]),
        {
            "outcomes": [str(outcome.uuid)],
            "form": "oral",
            "instructions": "Explain it.",
            "assessor": str(assessor.uuid),
            "held_at": "2027-01-04T10:30",
            "place": "Room 3",
            "due_on": timezone.localdate() + timedelta(days=9),
        },
    )

    assessment = line.assessments.get()
    assert answer.url == reverse("work")
    assert (assessment.assessor, assessment.form) == (assessor, "oral")
    assert timezone.localtime(assessment.held_at).hour == 10


def test_assessor_enters_the_result_on_the_page(client):
    line, assessment = in_assessment()
    client.force_login(assessment.assessor)
    url = reverse("assessment-detail", args=[assessment.uuid])

    wrong = client.post(url, {"met-1": "no"})
    done = client.post(url, {"met-1": "no", "note-1": "One step was missing."})

    assert wrong.context["form"].errors == {"note-1": ["Write what is missing."]}
    assert (done.url, fresh(line).state) == (url, LineState.UNDER_REVIEW)
    assert "One step was missing." in client.get(url).content.decode()


def test_learner_reads_what_is_assessed_and_how(client):
    line, assessment = in_assessment()
    client.force_login(line.case.applicant)

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()

    assert (assessment.instructions in page, "Room 2.14" in page) == (True, True)
