"""Messages on a line: between applicant and registrar, read by the committee without names."""

import pytest
from django.urls import reverse

from credentials.models import Mail
from credentials.verdict import Refused
from recognition.models import Line
from recognition.models.message import LONGEST
from recognition.permissions.information import MOST_MESSAGES
from recognition.services import messages
from recognition.states import LineState
from recognition.work import waiting_for
from tests.factories.people import make_registrar, make_user
from tests.factories.recognition import Way, make_case, make_line

pytestmark = pytest.mark.django_db


def registrar_of(line: Line):
    return Way(line).registrar


def page_of(client, user, line: Line) -> str:
    client.force_login(user)
    return client.get(reverse("message-list", args=[line.uuid])).content.decode()


def labels(user) -> list[str]:
    return [item.label for group in waiting_for(user) for item in group.items]


def test_message_is_mailed_without_its_words_and_marked_until_it_is_read(client):
    line = make_line(LineState.FORMAL_CHECK)
    unread = f"Read a message on {line.case.reference}"

    messages.send(line, "Is my certificate enough?", by=line.case.applicant)

    mail = Mail.objects.latest("pk")
    assert mail.recipient == registrar_of(line).email
    assert "certificate" not in mail.body
    assert unread in labels(registrar_of(line))
    assert "Is my certificate enough?" in page_of(client, registrar_of(line), line)
    assert unread not in labels(registrar_of(line))


def test_answer_waits_for_the_learner(client):
    line = make_line(LineState.FORMAL_CHECK)
    messages.send(line, "It is enough.", by=registrar_of(line))
    client.force_login(line.case.applicant)

    case = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()

    assert "1 new message" in case
    assert f"Read a message on {line.case.reference}" in labels(line.case.applicant)
    page_of(client, line.case.applicant, line)
    assert line.messages.get().read_at is not None


def test_handler_alone_gets_the_mail_once_there_is_one():
    line = make_line(LineState.FORMAL_CHECK)
    make_registrar(line.case.institution)
    Mail.objects.all().delete()

    messages.send(line, "Hello?", by=line.case.applicant)

    assert [mail.recipient for mail in Mail.objects.all()] == [line.handler.email]


def test_messages_move_no_clock_and_no_state():
    line = make_line(LineState.UNDER_REVIEW)

    messages.send(line, "Hello?", by=line.case.applicant)

    after = Line.objects.get(pk=line.pk)
    assert (after.state, after.due_on, after.held_since) == (
        line.state,
        line.due_on,
        line.held_since,
    )


def test_committee_reads_without_names_and_writes_nothing(client):
    line = make_line(LineState.DELIBERATION)
    messages.send(line, "Hello?", by=line.case.applicant)
    chair = Way(line).chair

    page = page_of(client, chair, line)

    assert "Hello?" in page
    assert line.case.applicant.name not in page
    assert line.messages.get().read_at is None
    with pytest.raises(Refused, match="Only the learner and the registrars"):
        messages.send(line, "Hi.", by=chair)


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST + 1)])
def test_message_has_words_and_not_too_many(text):
    line = make_line()

    with pytest.raises(Refused, match="Write"):
        messages.send(line, text, by=line.case.applicant)


def test_ten_a_day_are_enough():
    line = make_line()
    for _number in range(MOST_MESSAGES):
        messages.send(line, "Hello?", by=line.case.applicant)

    with pytest.raises(Refused, match="Go on tomorrow"):
        messages.send(line, "Hello?", by=line.case.applicant)
    messages.send(line, "Please be patient.", by=registrar_of(line))


def test_draft_has_no_messages_and_strangers_see_none(client):
    draft = make_case(submitted=False).lines.get()
    with pytest.raises(Refused, match="Send your application first"):
        messages.send(draft, "Hello?", by=draft.case.applicant)

    client.force_login(make_user())
    line = make_line()
    assert client.get(reverse("message-list", args=[line.uuid])).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_database_the_same_for_any_number(client, number, django_assert_num_queries):
    line = make_line(LineState.FORMAL_CHECK)
    for _message in range(number):
        messages.send(line, "Hello?", by=line.case.applicant)
    client.force_login(registrar_of(line))

    with django_assert_num_queries(11):
        page = client.get(reverse("message-list", args=[line.uuid]))
    assert page.content.decode().count("Hello?") == number
