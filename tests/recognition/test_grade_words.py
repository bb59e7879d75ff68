"""A grade that the learner must consent to: asked, taken over, left out, not answered."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from credentials.models import CreditEntry, Mail
from credentials.verdict import Refused
from recognition import work
from recognition.documents.letter import letter_context
from recognition.models import Decision, GradeWord, Line
from recognition.services import (
    archives,
    credits,
    decision_credentials,
    decisions,
    dossiers,
    grade_words,
    letter_facts,
    reopenings,
)
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_institution, make_user
from tests.factories.recognition import Way, make_case, make_line, make_policy, write_decision

pytestmark = pytest.mark.django_db


def graded_way(*, needs_consent: bool = True, grade: str = "1.7") -> Way:
    """A decision that was sent, with a grade that the committee set."""
    institution = make_institution()
    make_policy(institution, grade_methods=["same_scale"], grade_needs_consent=needs_consent)
    module = make_module(make_programme_version(institution))
    line = make_line(
        LineState.DELIBERATION,
        case=make_case(modules=[module]),
        decision=DecisionType.FULL_SUBSTITUTION,
    )
    way = Way(line, decision=DecisionType.FULL_SUBSTITUTION)
    chosen = {"grade_choice": "committee", "grade": grade} if grade else {}
    draft = write_decision(line, DecisionType.FULL_SUBSTITUTION, by=way.chair, **chosen)
    decisions.sign(draft, by=way.chair)
    way.line.refresh_from_db()
    way.notify()
    way.line.refresh_from_db()
    return way


def credential_of(way: Way):
    return decision_credentials.make(Decision.objects.get(pk=way.line.decision_id))


def grade_in(credential) -> str:
    grade = credential.facts.get("grade")
    return grade["value"] if grade else ""


def pass_the_day(way: Way) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Decision.objects.filter(pk=way.line.decision_id).update(grade_until=yesterday)


def test_learner_is_asked_when_the_decision_is_sent():
    way = graded_way()

    decision = way.line.decision

    mail = Mail.objects.filter(user=way.line.case.applicant).last()
    days = timedelta(days=way.line.case.policy.information_days)
    assert decision.grade_until == timezone.localdate() + days
    assert mail.subject == f"Shall the grade count? {way.line.case.reference}"
    assert reverse("grade-answer", args=[way.line.uuid]) in mail.body


@pytest.mark.parametrize("fields", [{"needs_consent": False}, {"grade": ""}])
def test_nobody_is_asked_where_the_rules_do_not_or_without_a_grade(fields):
    way = graded_way(**fields)

    assert way.line.decision.grade_until is None
    way.record()
    assert {entry.grade for entry in CreditEntry.objects.all()} == {fields.get("grade", "1.7")}


def test_letter_says_until_when_and_what_silence_means():
    way = graded_way()
    decision = way.line.decision
    said = letter_facts.signed_facts(way.line, decision, letter_facts.imprint_of(decision, "X"))

    average = letter_context(said, languages=["en", "de"])["letter"].average

    assert average["en"] == (
        "The grade 1.7 counts towards your average if you take it over in the portal within 14 "
        "days. Without your answer the credits count without a grade."
    )


def test_nothing_is_recorded_while_the_learner_may_answer():
    way = graded_way()

    with pytest.raises(Refused, match="the learner may say whether the grade counts"):
        way.record()
    labels = [item.label for group in work.waiting_for(way.registrar) for item in group.items]
    assert labels == []


@pytest.mark.parametrize(
    ("word", "grade"), [(GradeWord.TAKEN, "1.7"), (GradeWord.LEFT, ""), (None, "")]
)
def test_grade_counts_only_when_it_was_taken_over(word, grade):
    way = graded_way()
    if word:
        grade_words.answer(way.line, word, by=way.line.case.applicant)
    else:
        pass_the_day(way)
    way.line = Line.objects.get(pk=way.line.pk)

    credits.record(way.line, by=way.registrar)

    assert [entry.grade for entry in CreditEntry.objects.all()] == [grade]
    assert grade_in(credential_of(way)) == grade


def test_credential_waits_for_the_word():
    way = graded_way()

    assert credential_of(way) is None
    grade_words.answer(way.line, GradeWord.TAKEN, by=way.line.case.applicant)
    assert grade_in(credential_of(way)) == "1.7"


def test_word_is_given_once_in_time_and_by_the_learner():
    way = graded_way()
    learner = way.line.case.applicant

    with pytest.raises(Refused, match="Only the applicant"):
        grade_words.answer(way.line, GradeWord.TAKEN, by=way.registrar)
    grade_words.answer(way.line, GradeWord.LEFT, by=learner)
    with pytest.raises(Refused, match="You have answered already"):
        grade_words.answer(way.line, GradeWord.TAKEN, by=learner)
    Decision.objects.update(grade_word="")
    pass_the_day(way)
    with pytest.raises(Refused, match="The time for this has passed"):
        grade_words.answer(way.line, GradeWord.TAKEN, by=learner)


def test_learner_answers_on_a_page(client):
    way = graded_way()
    client.force_login(way.line.case.applicant)
    url = reverse("grade-answer", args=[way.line.uuid])

    told = client.get(reverse("case-detail", args=[way.line.case.uuid])).content.decode()
    page = client.get(url).content.decode()
    done = client.post(url, {"word": "taken"}, follow=True).content.decode()

    labels = [item.label for group in work.waiting_for(make_user()) for item in group.items]
    assert "It is decided. Say whether the grade shall count." in told
    assert f'href="{url}"' in told
    assert ("Take over the grade" in page, "Record without a grade" in page) == (True, True)
    assert "You take the grade over. It counts towards your average." in done
    assert Decision.objects.get().grade_word == GradeWord.TAKEN
    assert labels == []
    assert "You have answered already." in client.get(url).content.decode()


def test_work_of_the_learner_names_the_question():
    way = graded_way()

    (group,) = work.waiting_for(way.line.case.applicant)

    (item,) = group.items
    assert item.label == f"Say whether the grade of {way.line.case} counts"
    assert item.due == way.line.decision.grade_until


def test_registrar_reads_what_the_learner_said(client):
    way = graded_way()
    client.force_login(way.registrar)
    url = reverse("line-record", args=[way.line.uuid])

    waiting = client.get(url).content.decode()
    grade_words.answer(way.line, GradeWord.LEFT, by=way.line.case.applicant)
    answered = client.get(url).content.decode()

    assert "The learner may say until" in waiting
    assert "Record credits" not in waiting
    assert "Recorded without a grade" in answered
    assert "Record credits" in answered


@pytest.mark.parametrize("reads", ["applicant", "registrar"])
def test_case_file_says_that_nobody_answered_in_time(reads):
    way = graded_way()
    case = way.line.case
    reader = case.applicant if reads == "applicant" else way.registrar

    def said() -> str:
        line = archives.with_files(Line.objects.all()).get(pk=way.line.pk)
        return repr(list(dossiers.sections_of(case, [line], [], reader=reader)))

    waiting = said()
    pass_the_day(way)
    lapsed = said()

    assert "The learner may say until" in waiting
    assert "The learner did not answer: it does not count." in lapsed


def test_german_case_file_says_that_the_grade_does_not_count_and_not_the_person():
    way = graded_way()
    case = way.line.case

    def said() -> str:
        line = archives.with_files(Line.objects.all()).get(pk=way.line.pk)
        return repr(list(dossiers.sections_of(case, [line], [], reader=case.applicant)))

    with translation.override("de"):
        waiting = said()
        pass_the_day(way)
        lapsed = said()

    assert "sagen, ob die Note zählt." in waiting
    assert "Die lernende Person hat nicht geantwortet. Die Note zählt nicht." in lapsed


@pytest.mark.parametrize("is_late", [True, False])
@pytest.mark.parametrize("step", ["reopen", "annul"])
def test_nobody_is_said_to_answer_when_the_decision_does_not_hold(client, step, is_late):
    way = graded_way()
    if is_late:
        pass_the_day(way)
    way.line = Line.objects.get(pk=way.line.pk)
    getattr(way, step)()
    line = archives.with_files(Line.objects.all()).get(pk=way.line.pk)

    file = repr(list(dossiers.sections_of(line.case, [line], [], reader=line.case.applicant)))
    client.force_login(way.registrar)
    page = client.get(reverse("line-record", args=[line.uuid])).text

    told = ("The learner may say", "The learner did not answer")
    assert [words for words in told if words in file + page] == []


def test_case_file_says_nothing_of_answering_on_a_decision_that_was_replaced():
    way = graded_way()
    way.line = Line.objects.get(pk=way.line.pk)
    old = way.line.decision
    way.reopen()
    reopenings.resume(way.line, LineState.DELIBERATION, by=way.registrar)
    way.line.refresh_from_db()
    chosen = {"grade_choice": "committee", "grade": "1.3"}
    draft = write_decision(way.line, DecisionType.FULL_SUBSTITUTION, by=way.chair, **chosen)
    decisions.sign(draft, by=way.chair)
    way.line.refresh_from_db()
    way.notify()
    line = archives.with_files(Line.objects.all()).get(pk=way.line.pk)

    file = repr(list(dossiers.sections_of(line.case, [line], [], reader=line.case.applicant)))

    assert (line.decision != old, file.count("The learner may say")) == (True, 1)


def test_who_objects_may_still_say_that_the_grade_counts():
    way = graded_way()
    applicant = way.line.case.applicant
    way.object()
    line = Line.objects.get(pk=way.line.pk)

    waiting = [item.label for group in work.waiting_for(applicant) for item in group.items]
    grade_words.answer(line, GradeWord.TAKEN, by=applicant)

    assert f"Say whether the grade of {line.case.reference} counts" in waiting
    line.decision.refresh_from_db()
    assert line.decision.counted_grade == "1.7"
