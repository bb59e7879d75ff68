"""Questions to the applicant, item by item: asked, answered in parts, late, or never."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from credentials.models import Document
from credentials.verdict import Refused
from recognition.calendar import add_working_days, working_days_between
from recognition.models import InformationRequest, Line
from recognition.pauses import paused_days, pauses_of
from recognition.services import information, lines
from recognition.services.information import ItemAnswer
from recognition.states import LineState
from tests.factories.recognition import Way, answers, make_file, make_line

pytestmark = pytest.mark.django_db


def registrar_of(line: Line):
    return Way(line).registrar


def asked(line: Line, *items: str, **named) -> InformationRequest:
    return information.ask(line, items or ["Grade?", "Exam?"], by=registrar_of(line), **named)


def in_days(days: int):
    return timezone.localdate() + timedelta(days=days)


def test_items_are_asked_one_by_one_and_empty_ones_are_left_out():
    request = asked(make_line(), " Grade? ", "", "Exam?\x00")

    assert [(item.position, item.text) for item in request.items.all()] == [
        (1, "Grade?"),
        (2, "Exam?"),
    ]


@pytest.mark.parametrize("days", [0, -1, 31])
def test_due_date_is_tomorrow_at_the_earliest_and_in_thirty_days_at_the_latest(days):
    with pytest.raises(Refused, match="at most 30 days away"):
        asked(make_line(), due_on=in_days(days))


@pytest.mark.parametrize("days", [1, 30])
def test_asker_chooses_the_due_date(days):
    assert asked(make_line(), due_on=in_days(days)).due_on == in_days(days)


def test_as_many_rounds_as_the_rules_allow_and_no_more():
    line = make_line()
    for _round in range(line.case.policy.information_rounds):
        information.answer(asked(line, "Grade?"), answers("1.3"), by=line.case.applicant)

    with pytest.raises(Refused, match="asked 2 times already"):
        asked(line)


def test_answer_is_kept_in_part_and_sent_when_all_items_are_answered():
    line = make_line()
    request = asked(line)
    nela = line.case.applicant

    information.save(request, {1: ItemAnswer("1.3")}, by=nela)

    line.refresh_from_db()
    assert (information.unanswered(request), line.state) == ([2], LineState.INFO_REQUESTED)
    with pytest.raises(Refused, match="Answer item 2 too"):
        information.answer(request, {}, by=nela)
    information.answer(request, {2: ItemAnswer(documents=(make_file(nela),))}, by=nela)
    line.refresh_from_db()
    assert line.state == LineState.FORMAL_CHECK
    assert [item.answer for item in request.items.all()] == ["1.3", ""]


def test_file_that_is_taken_out_again_is_forgotten():
    line = make_line()
    request = asked(line)
    nela, file = line.case.applicant, make_file(line.case.applicant)
    information.save(request, {1: ItemAnswer(documents=(file,))}, by=nela)

    information.save(request, {1: ItemAnswer(removed=(file.pk,))}, by=nela)

    assert information.unanswered(request) == [1, 2]
    assert not Document.objects.filter(pk=file.pk).exists()


def test_unsent_answer_is_shown_to_nobody_else(client):
    line = make_line()
    request = asked(line)
    information.save(request, {1: ItemAnswer("A secret draft")}, by=line.case.applicant)
    client.force_login(registrar_of(line))

    page = client.get(reverse("line-check", args=[line.uuid])).content.decode()

    assert "A secret draft" not in page


def test_file_of_an_unsent_answer_is_handed_to_nobody_else(client):
    line = make_line()
    request = asked(line, "Exam?")
    nela, file = line.case.applicant, make_file(line.case.applicant)
    information.save(request, {1: ItemAnswer(documents=(file,))}, by=nela)
    client.force_login(registrar_of(line))
    url = reverse("line-document", args=[line.uuid, file.uuid])

    before = client.get(url).status_code
    information.answer(request, {}, by=nela)

    assert (before, client.get(url).status_code) == (404, 200)


def test_applicant_saves_a_file_then_sends_the_rest(client):
    line = make_line()
    url = reverse("information-answer", args=[asked(line).uuid])
    client.force_login(line.case.applicant)

    saved = client.post(
        url, {"do": "save", "item-1-files": SimpleUploadedFile("marks.pdf", b"%PDF-1.7 marks")}
    )
    early = client.post(url, {"do": "send"})
    sent = client.post(url, {"do": "send", "item-2-text": "In writing."})

    assert (saved.url, sent.url) == (url, reverse("case-detail", args=[line.case.uuid]))
    assert "Answer item 2 too" in early.content.decode()
    assert "marks.pdf" in early.content.decode()


def test_rows_are_added_without_a_script(client):
    line = make_line()
    client.force_login(registrar_of(line))
    url = reverse("line-ask", args=[line.uuid])
    rows = {"items-TOTAL_FORMS": "2", "items-INITIAL_FORMS": "0", "items-0-text": "Grade?"}

    more = client.post(url, {**rows, "items-1-text": "Exam?", "due_on": "", "do": "more"})
    page = more.content.decode()
    data = {f"items-{n}-text": f"Question {n}" for n in range(4)}
    sent = client.post(
        url, {**data, "items-TOTAL_FORMS": "4", "items-INITIAL_FORMS": "0", "due_on": in_days(9)}
    )

    assert (page.count("<textarea"), "Grade?" in page, "Exam?" in page) == (4, True, True)
    assert "needs your attention" not in page
    assert sent.status_code == 302
    assert line.information_requests.get().items.count() == 4


def test_empty_question_names_its_first_row(client):
    line = make_line()
    client.force_login(registrar_of(line))
    data = {"items-TOTAL_FORMS": "2", "items-INITIAL_FORMS": "0", "due_on": in_days(9)}

    answer = client.post(reverse("line-ask", args=[line.uuid]), data)

    assert answer.context["items"].forms[0].errors == {"text": ["Write what is missing."]}


# The clock


def test_pauses_are_told_and_change_nothing(django_assert_num_queries):
    line = make_line(LineState.UNDER_REVIEW)
    day = timezone.localdate(line.complete_at)
    request = asked(line)
    line = Line.objects.with_all().get(pk=line.pk)

    with django_assert_num_queries(2):
        assert pauses_of(line) == ((day, None),)
    information.answer(request, answers("1.3") | {2: ItemAnswer("Yes")}, by=line.case.applicant)
    assert pauses_of(line) == ((day, day),)


def test_overlapping_pauses_count_once():
    line = make_line(LineState.UNDER_REVIEW)
    now = timezone.now()
    Line.objects.filter(pk=line.pk).update(complete_at=now - timedelta(days=40))
    line.refresh_from_db()
    for since, to in ((30, 10), (25, 5), (20, 15)):
        request = InformationRequest.objects.create(
            line=line,
            due_on=timezone.localdate(),
            asked_by=registrar_of(line),
            closed_at=now - timedelta(days=to),
        )
        InformationRequest.objects.filter(pk=request.pk).update(
            asked_at=now - timedelta(days=since)
        )
    several = lines.clock_of(line).due_on(timezone.localdate())
    line.information_requests.all().delete()
    one = InformationRequest.objects.create(
        line=line,
        due_on=timezone.localdate(),
        asked_by=registrar_of(line),
        closed_at=now - timedelta(days=5),
    )
    InformationRequest.objects.filter(pk=one.pk).update(asked_at=now - timedelta(days=30))

    assert lines.clock_of(line).due_on(timezone.localdate()) == several


def test_days_on_which_others_are_waited_for_lengthen_the_limit_once():
    line = make_line(LineState.UNDER_REVIEW)
    now = timezone.now()
    Line.objects.filter(pk=line.pk).update(complete_at=now - timedelta(days=40))
    line.refresh_from_db()
    for since, to in ((30, 10), (25, 5)):
        request = InformationRequest.objects.create(
            line=line,
            due_on=timezone.localdate(),
            asked_by=registrar_of(line),
            closed_at=now - timedelta(days=to),
        )
        InformationRequest.objects.filter(pk=request.pk).update(
            asked_at=now - timedelta(days=since)
        )

    assert paused_days(line, timezone.localdate()) == 25
    assert paused_days(line, timezone.localdate() + timedelta(days=9)) == 25


def test_question_puts_off_the_date_that_an_appeal_body_set_and_not_that_of_the_rules():
    line = make_line(LineState.UNDER_REVIEW)
    today, asked_on = timezone.localdate(), timezone.now() - timedelta(days=7)
    set_on = today + timedelta(days=60)
    Line.objects.filter(pk=line.pk).update(due_on=set_on)
    question = information.ask(line, ["How were you assessed?"], by=registrar_of(line))
    Line.objects.filter(pk=line.pk).update(held_since=asked_on)

    information.answer(question, answers("By an examination."), by=line.case.applicant)

    line.refresh_from_db()
    waited = working_days_between(today - timedelta(days=7), today, "DE")
    assert line.due_on == add_working_days(set_on, waited, "DE")


def test_question_does_not_put_off_a_date_that_had_passed():
    line = make_line(LineState.UNDER_REVIEW)
    yesterday = timezone.localdate() - timedelta(days=1)
    Line.objects.filter(pk=line.pk).update(due_on=yesterday)
    question = information.ask(line, ["How were you assessed?"], by=registrar_of(line))

    information.answer(question, answers("By an examination."), by=line.case.applicant)

    line.refresh_from_db()
    assert line.due_on == yesterday
