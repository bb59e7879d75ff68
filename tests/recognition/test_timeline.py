"""What an applicant is told of a line in each state, and what they are not told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recognition import timeline
from recognition.models import Case, Line
from recognition.services import information, letters, reviews
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.awards import make_student
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_institution, make_user
from tests.factories.recognition import WALKED, Way, answers, make_case, make_line, seated

pytestmark = pytest.mark.django_db

SENT = "You sent your application"
COMPLETE = "Your file is complete"
ALL_IN = "All opinions are in"
DECIDED = "The committee has decided"
LETTER = "The decision was sent to you"
RECORDED = "Your credits were recorded"
TOLD = {
    LineState.SUBMITTED: (
        "The registrar has your file. You need do nothing now.",
        [SENT],
        ["The registrar checks whether all is there"],
        ["The committee compares"],
    ),
    LineState.FORMAL_CHECK: (
        "The registrar has your file. You need do nothing now.",
        [SENT],
        ["The registrar checks whether all is there"],
        ["The committee compares"],
    ),
    LineState.INFO_REQUESTED: (
        "We wait for your answer.",
        [SENT, "You were asked a question"],
        ["We wait for your answer"],
        ["The committee compares"],
    ),
    LineState.UNDER_REVIEW: (
        "The committee has your file. You need do nothing now.",
        [SENT, COMPLETE],
        ["3 people compare"],
        ["All opinions are in", "You get the decision"],
    ),
    LineState.ASSESSMENT: (
        "An assessment is to show what your papers do not.",
        [SENT, COMPLETE, "An assessment was ordered"],
        ["You are being assessed"],
        ["The committee goes on"],
    ),
    LineState.DELIBERATION: (
        "All opinions are in. The chair decides.",
        [SENT, COMPLETE, ALL_IN],
        ["The chair writes the decision"],
        ["You get the decision"],
    ),
    LineState.DECIDED: (
        "It is decided. Your letter is being made.",
        [SENT, COMPLETE, ALL_IN, DECIDED],
        ["The registrar sends the letter"],
        ["You get the decision"],
    ),
    LineState.NOTIFIED: (
        "It is decided. Read your letter.",
        [SENT, COMPLETE, ALL_IN, DECIDED, LETTER],
        [],
        [],
    ),
    LineState.RECORDED: (
        "Your credits are recorded.",
        [SENT, COMPLETE, ALL_IN, DECIDED, LETTER, RECORDED],
        [],
        [],
    ),
    LineState.CLOSED: (
        "This is closed.",
        [SENT, COMPLETE, ALL_IN, DECIDED, LETTER, RECORDED, "It was closed"],
        [],
        [],
    ),
    LineState.CONDITION_PENDING: (
        "It is recognised as soon as you meet the condition.",
        [SENT, COMPLETE, ALL_IN, DECIDED, LETTER],
        [],
        [],
    ),
    LineState.OBJECTION: (
        "Your objection is being looked at.",
        [SENT, COMPLETE, ALL_IN, DECIDED, LETTER, "You objected"],
        [],
        [],
    ),
    LineState.APPEAL: (
        "Your appeal is being decided by others.",
        [
            SENT,
            COMPLETE,
            ALL_IN,
            DECIDED,
            LETTER,
            "You objected",
            "Your objection was answered: the decision stands",
            "You appealed",
        ],
        [],
        [],
    ),
    LineState.REOPENED: (
        "Your file was opened again.",
        [SENT, COMPLETE, ALL_IN, DECIDED, LETTER, RECORDED, "Your file was opened again"],
        [],
        ["You get the decision"],
    ),
    LineState.ANNULLED: (
        "The decision was taken back.",
        [SENT, COMPLETE, ALL_IN, DECIDED, LETTER, RECORDED, "The decision was taken back"],
        [],
        [],
    ),
    LineState.INADMISSIBLE: (
        "This could not be examined.",
        [SENT, "It cannot be examined"],
        [],
        [],
    ),
    LineState.WITHDRAWN: ("You withdrew this.", [SENT, "You withdrew it"], [], []),
}


def story_of(line):
    (story,) = timeline.stories_of(timeline.with_stories(Line.objects.filter(pk=line.pk)))
    return story


def titles(story, phase):
    return [event["title"] for event in story.events if event["phase"] == phase]


def page_of(client, line):
    client.force_login(line.case.applicant)
    return client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()


@pytest.mark.parametrize("state", TOLD)
def test_each_state_is_told_in_plain_words(client, state):
    line = make_line(state)

    story = story_of(line)

    told = (story.holding.sentence, *(titles(story, phase) for phase in ("past", "now", "next")))
    assert told == TOLD[state]
    page = page_of(client, line)
    for words in (told[0], *told[1], *told[2], *told[3]):
        assert words in page


def test_every_state_but_the_draft_is_told():
    assert set(TOLD) == set(WALKED) - {LineState.DRAFT}


def test_holder_and_dates_are_those_of_the_line():
    line = make_line(LineState.UNDER_REVIEW)

    holding = story_of(line).holding

    assert (holding.holder, holding.since, holding.until) == (
        str(line.committee),
        line.held_since,
        line.due_on,
    )
    assert holding.is_late is False


def test_nobody_holds_what_is_over():
    assert story_of(make_line(LineState.WITHDRAWN)).holding.holder == ""


def test_question_and_answer_are_told_in_their_order(client):
    line = make_line(LineState.INFO_REQUESTED)
    question = line.information_requests.get()
    information.answer(question, answers("By a project."), by=line.case.applicant)
    line.refresh_from_db()
    registrar = Way(line).registrar
    second = information.ask(line, ["And who saw it?"], by=registrar)
    type(second).objects.filter(pk=second.pk).update(
        due_on=timezone.localdate() - timedelta(days=1)
    )
    line.refresh_from_db()
    information.stop_waiting(line, by=registrar)

    past = [(e["title"], e["text"]) for e in story_of(line).events if e["phase"] == "past"]

    assert past == [
        (SENT, "1 file, kept with its fingerprint."),
        ("You were asked a question", "How were you assessed?"),
        ("You answered", "By a project."),
        ("You were asked a question", "And who saw it?"),
        ("We went on without an answer", ""),
    ]


def test_line_that_is_turned_away_says_why(client):
    page = page_of(client, make_line(LineState.INADMISSIBLE))

    assert "You are not a student or applicant of this programme." in page
    assert "Please enrol first." in page


@pytest.mark.parametrize(
    "state", [LineState.UNDER_REVIEW, LineState.DELIBERATION, LineState.DECIDED]
)
def test_unsent_decision_and_who_thinks_what_stay_with_the_committee(client, state):
    line = make_line(state, decision=DecisionType.REFUSAL)

    page = page_of(client, line)

    for review in line.reviews.all():
        assert review.reviewer.name not in page
    for words in ("Refused", "Time series are missing", "One session", "A careful course"):
        assert words not in page, words
    for chair in seated(line.committee, "chair") + seated(line.committee, "deputy"):
        assert chair.name not in page


def test_case_list_tells_no_unsent_decision(client):
    line = make_line(LineState.DECIDED, decision=DecisionType.REFUSAL)
    client.force_login(line.case.applicant)

    page = client.get(reverse("case-list")).content.decode()

    assert "Letter being made" in page
    assert "Refused" not in page


def test_committee_that_looks_again_names_nobody(client):
    line = make_line(LineState.DELIBERATION)
    chair = seated(line.committee, "chair")[0]
    member = make_user()
    line.committee.seats.create(user=member)
    reviews.assign(line, member, by=chair)

    events = story_of(Line.objects.get(pk=line.pk)).events

    assert [e["by"] for e in events if e["title"] == "The committee looks again"] == [""]


@pytest.mark.parametrize(
    ("decision", "word", "following"),
    [
        (DecisionType.PARTIAL, "Recognised in part", "The registrar records the credits"),
        (DecisionType.REFUSAL, "Refused", ""),
    ],
)
def test_sent_decision_is_shown_with_its_letter(client, decision, word, following):
    line = make_line(LineState.NOTIFIED, decision=decision)

    page = page_of(client, line)

    letter = reverse("line-document", args=[line.uuid, line.decision.letter.uuid])
    assert word in page
    assert letter in page
    assert "Take session block C of the module." in page
    assert "You can object until" in page
    assert reverse("objection-new", args=[line.uuid]) in page
    assert story_of(line).holding.next == following
    assert client.get(letter).content.startswith(b"%PDF-")


def test_letter_is_not_handed_to_the_applicant_before_it_is_sent(client):
    line = make_line(LineState.DECIDED)
    list(letters.make(line))
    line.refresh_from_db()
    client.force_login(line.case.applicant)

    answer = client.get(reverse("line-document", args=[line.uuid, line.decision.letter.uuid]))

    assert answer.status_code in (403, 404)


def test_letter_of_somebody_else_does_not_exist(client):
    line = make_line(LineState.NOTIFIED)
    client.force_login(make_user())

    answer = client.get(reverse("line-document", args=[line.uuid, line.decision.letter.uuid]))

    assert answer.status_code == 404


def test_late_decision_is_admitted_with_what_one_can_do(client):
    line = make_line(LineState.UNDER_REVIEW)
    Line.objects.filter(pk=line.pk).update(due_on=timezone.localdate() - timedelta(days=1))

    assert story_of(line).holding.is_late is True
    assert "We are late." in page_of(client, line)


@pytest.mark.parametrize("number", [1, 3])
def test_stories_ask_the_database_the_same_for_any_number_of_lines(
    client, number, django_assert_num_queries
):
    version = make_programme_version(make_institution())
    nela = make_student("Nela Ardwen")
    case = make_case(applicant=nela, modules=[make_module(version) for _ in range(number)])
    for line in case.lines.all():
        Way(line).to(LineState.DELIBERATION)
    client.force_login(nela)

    with django_assert_num_queries(17):
        timeline.stories_of(timeline.with_stories(Case.objects.get().lines.all()))
    with django_assert_num_queries(28):
        client.get(reverse("case-detail", args=[case.uuid]))
