"""Who must answer is reminded once, two days before the last day: learners and issuers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent, Mail
from recognition.models import Annulment, InformationRequest, IssuerWord
from recognition.services import annulments, answers_due, clock, information, inquiries, lines
from recognition.services.inquiries import Contact
from recognition.states import LineState
from tests.factories.people import make_registrar
from tests.factories.recognition import Way, answers, make_case, make_line

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
CONTACT = Contact("Unknown Academy", email="registry@academy.example")
BY_POST = Contact("Unknown Academy", postal_address="1 Long Road")


def asked() -> InformationRequest:
    return make_line(LineState.INFO_REQUESTED).information_requests.get()


def inquiry(contact: Contact = CONTACT):
    line = make_case().lines.get()
    by = make_registrar(line.case.institution)
    return inquiries.ask(line.sources.get(), ["Was it passed?"], contact, by=by)


def hearing() -> Annulment:
    annulment = Way(make_line(LineState.RECORDED)).propose_annulment()
    return Annulment.objects.get(pk=annulment.pk)


def told(template_words: str) -> list[str]:
    found = Mail.objects.filter(subject__contains=template_words)
    return list(found.values_list("recipient", flat=True))


@pytest.mark.parametrize(("days_before", "number"), [(3, 0), (2, 1), (1, 1), (0, 1), (-1, 0)])
def test_learner_is_reminded_two_days_before_an_answer_is_due(days_before, number):
    request = asked()

    answers_due.remind(request.due_on - timedelta(days=days_before))

    assert told("Please answer soon") == [request.line.case.applicant.email] * number


def test_reminder_comes_once_and_is_in_the_log():
    request = asked()
    day = request.due_on - timedelta(days=2)

    clock.keep_time(day)
    clock.keep_time(day)
    clock.keep_time(request.due_on)

    events = AuditEvent.objects.filter(thing=str(request.uuid), action="remind")
    assert (len(told("Please answer soon")), events.count()) == (1, 1)


def test_who_was_asked_shortly_before_is_not_reminded():
    line = make_line(LineState.FORMAL_CHECK)
    due_on = TODAY() + timedelta(days=2)
    information.ask(line, ["The grade?"], by=make_registrar(line.case.institution), due_on=due_on)

    assert answers_due.remind(TODAY()) == 0
    assert answers_due.remind(due_on) == 0


def test_who_answered_is_not_reminded():
    request = asked()
    information.answer(request, answers("In writing."), by=request.line.case.applicant)

    assert answers_due.remind(request.due_on) == 0


def test_issuer_is_reminded_with_a_link_that_opens_as_the_first_does(client):
    asked = inquiry()
    first = Mail.objects.get(recipient=CONTACT.email)

    answers_due.remind(asked.request.due_on - timedelta(days=2))

    mail = Mail.objects.filter(recipient=CONTACT.email).last()
    tokens = [one.body.split("/inquiries/")[1].split("/")[0] for one in (first, mail)]
    pages = [client.get(reverse("inquiry-answer", args=[token])) for token in tokens]
    assert "waits for your answer about a credential" in mail.subject
    assert mail.holds_secret
    assert tokens[0] != tokens[1]
    assert [page.status_code for page in pages] == [200, 200]


def test_both_links_of_an_issuer_close_with_its_answer(client):
    asked = inquiry()
    answers_due.remind(asked.request.due_on - timedelta(days=2))
    said = inquiries.IssuerAnswer(IssuerWord.CONFIRMED, "Registry", answers("Yes."))

    inquiries.answer(asked, said)

    bodies = Mail.objects.filter(recipient=CONTACT.email).values_list("body", flat=True)
    tokens = [body.split("/inquiries/")[1].split("/")[0] for body in bodies]
    pages = [client.get(reverse("inquiry-answer", args=[token])) for token in tokens]
    assert [page.status_code for page in pages] == [404, 404]


def test_issuer_that_is_asked_by_post_gets_no_mail():
    asked = inquiry(BY_POST)

    assert answers_due.remind(asked.request.due_on) == 0


def test_learner_is_reminded_of_a_hearing_once():
    annulment = hearing()
    day = annulment.due_on - timedelta(days=2)

    sent = [answers_due.remind(one) for one in (day - timedelta(days=1), day, annulment.due_on)]

    assert sent == [0, 1, 0]
    assert told("Please answer soon") == [annulment.line.case.applicant.email]


def test_learner_who_was_heard_is_not_reminded():
    annulment = hearing()
    annulments.answer(annulment, "I see.", by=annulment.line.case.applicant)

    assert answers_due.remind(annulment.due_on) == 0


def test_who_withdrew_is_not_reminded():
    request = asked()
    lines.withdraw(request.line, by=request.line.case.applicant)

    assert answers_due.remind(request.due_on) == 0
