"""Questions to issuers: by mail with a link without an account, by letter, answered or not."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from credentials.models import Job, JobKind, Mail
from credentials.services import mails
from credentials.verdict import Refused
from recognition.models import IssuerInquiry, IssuerWord, Line
from recognition.permissions import can_ask_information, was_never_answered
from recognition.permissions.information import MOST_ATTEMPTS
from recognition.services import information, inquiries, inquiry_letters, lines
from recognition.services.inquiries import Contact, IssuerAnswer
from recognition.states import LineState, ReviewState
from recognition.vocabulary import Authenticity
from tests.factories.people import make_user
from tests.factories.recognition import Way, answers, make_line

pytestmark = pytest.mark.django_db

CONTACT = Contact("Vistula School", email="registry@vistula.example", language="de")
BY_POST = Contact("Vistula School", postal_address="Long Street 1\nTestheim")
SAID = IssuerAnswer(IssuerWord.CONFIRMED, "Registry, Sam Example", answers("Yes, with 92 %."))


@pytest.fixture(autouse=True)
def no_limits():
    cache.clear()


def registrar_of(line: Line):
    return Way(line).registrar


def asked(line: Line, contact: Contact = CONTACT, **named) -> IssuerInquiry:
    source = line.sources.get()
    named.setdefault("by", registrar_of(line))
    return inquiries.ask(source, ["Was it passed?"], contact, **named)


def link_of(inquiry: IssuerInquiry) -> str:
    body = Mail.objects.filter(recipient=inquiry.email).latest("pk").body
    return reverse("inquiry-answer", args=[body.split("/inquiries/")[1].split("/")[0]])


def fresh(row):
    return type(row).objects.get(pk=row.pk)


# Asking


def test_line_waits_for_the_issuer_and_the_learner_is_charged_no_round():
    line = make_line()

    inquiry = asked(line)

    line.refresh_from_db()
    assert line.state == LineState.INFO_REQUESTED
    assert can_ask_information(registrar_of(line), line)
    assert inquiry.request.source == line.sources.get()


def test_only_the_hash_of_the_link_is_kept():
    inquiry = asked(make_line())
    token = link_of(inquiry).split("/")[2]

    mail = Mail.objects.get(recipient=CONTACT.email)
    mails.send(mail)

    assert inquiry.token_hash == inquiries.hash_of(token)
    assert (len(token), fresh(mail).body) == (32, "")


def test_mail_is_in_the_language_of_the_issuer_and_names_no_learner():
    line = make_line()
    asked(line)

    mail = Mail.objects.get(recipient=CONTACT.email)

    assert line.case.learner.name not in mail.subject + mail.body
    assert line.case.reference not in mail.subject + mail.body


def test_issuer_without_an_address_is_refused():
    with pytest.raises(Refused, match="Give an e-mail address or a postal address"):
        asked(make_line(), Contact("Vistula School"))


def test_issuer_is_asked_once_at_a_time_and_as_often_as_the_rules_allow():
    line = make_line()
    first = asked(line)
    with pytest.raises(Refused, match="asked already"):
        asked(line)
    inquiries.withdraw(first, by=registrar_of(line))
    second = asked(line)
    inquiries.withdraw(second, by=registrar_of(line))

    with pytest.raises(Refused, match="asked 2 times already"):
        asked(line)


def test_nobody_but_those_who_work_on_it_asks_an_issuer():
    line = make_line()

    for user in (line.case.applicant, make_user()):
        with pytest.raises(Refused, match="Only registrars"):
            asked(line, by=user)


def test_letter_is_made_once_and_kept():
    line = make_line()
    inquiry = asked(line, BY_POST)
    job = Job.objects.get(kind=JobKind.ISSUER_LETTER)

    inquiry_letters.run(job)

    letter = fresh(inquiry).letter
    assert (letter.filename, job.results.get()) == (f"{inquiry.number}.pdf", letter)
    assert inquiry_letters.make(fresh(inquiry)) == letter


# Answering by the link


def test_issuer_confirms_without_an_account(client):
    line = make_line()
    inquiry = asked(line)
    url = link_of(inquiry)

    page = client.get(url)
    data = {"word": "confirmed", "answered_by": "Registry", "item-1-text": "Yes."}
    file = SimpleUploadedFile("record.pdf", b"%PDF-1.7 record")
    thanks = client.post(url, {**data, "item-1-files": file})

    assert line.case.learner.name in page.content.decode()
    assert "Thank you for your answer" in thanks.content.decode()
    source, line = line.sources.get(), fresh(line)
    assert (line.state, source.authenticity) == (LineState.FORMAL_CHECK, Authenticity.CONFIRMED)
    assert source.authenticity_note == f"{inquiry.number}: Registry"
    assert [d.filename for d in inquiry.request.items.get().documents.all()] == ["record.pdf"]
    assert client.get(url).status_code == 404


def test_page_of_the_link_tells_nothing_of_the_case_and_leaves_no_trace(client):
    line = make_line()
    page = client.get(link_of(asked(line)))

    text = page.content.decode()
    for secret in (line.case.reference, line.case.applicant.email, str(line.module)):
        assert secret not in text
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"].split(", ")


@pytest.mark.parametrize("word", [IssuerWord.DENIED, IssuerWord.NOT_FOUND])
def test_denial_leaves_the_proof_unconfirmed(word):
    line = make_line()

    inquiries.answer(asked(line), IssuerAnswer(word, "Registry", {}))

    assert line.sources.get().authenticity == Authenticity.UNCONFIRMED
    assert fresh(line).state == LineState.FORMAL_CHECK


def test_signed_proof_stays_signed():
    line = make_line()
    line.sources.update(authenticity=Authenticity.VERIFIED)

    inquiries.answer(asked(line), SAID)

    assert line.sources.get().authenticity == Authenticity.VERIFIED


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (IssuerAnswer("", "Registry", {}), "Say whether you issued it"),
        (IssuerAnswer(IssuerWord.CONFIRMED, " ", {}), "Say who answers"),
    ],
)
def test_answer_says_what_and_who(said, words):
    with pytest.raises(Refused, match=words):
        inquiries.answer(asked(make_line()), said)


def test_link_closes_with_the_due_date(client):
    inquiry = asked(make_line())
    url = link_of(inquiry)
    inquiry.request.due_on = timezone.localdate() - timedelta(days=1)
    inquiry.request.save()

    assert client.get(url).status_code == 404
    assert client.post(url, {"word": "confirmed", "answered_by": "X"}).status_code == 404


def test_link_closes_when_the_question_is_taken_back(client):
    line = make_line()
    inquiry = asked(line)
    url = link_of(inquiry)

    inquiries.withdraw(inquiry, by=registrar_of(line))

    assert client.get(url).status_code == 404
    assert fresh(line).state == LineState.FORMAL_CHECK
    with pytest.raises(Refused, match="link is closed"):
        inquiries.answer(inquiry, SAID)


def test_questions_about_a_line_end_with_its_withdrawal(client):
    line = make_line()
    inquiry = asked(line)
    url = link_of(inquiry)
    question = information.ask(line, ["Grade?"], by=registrar_of(line))

    lines.withdraw(line, by=line.case.applicant)

    page = client.get(url)
    assert (page.status_code, "The question is not needed any more." in page.text) == (404, True)
    assert None not in (fresh(question).closed_at, fresh(inquiry.request).closed_at)
    assert fresh(line).state == LineState.WITHDRAWN
    assert not line.information_requests.open().exists()
    client.force_login(line.case.applicant)
    story = client.get(reverse("case-detail", args=[line.case.uuid])).text
    assert "We went on without an answer" not in story


def test_link_closes_after_too_many_attempts(client):
    url = link_of(asked(make_line()))

    for _attempt in range(MOST_ATTEMPTS):
        cache.clear()
        assert client.post(url, {}).status_code == 200

    assert client.get(url).status_code == 404


def test_guessing_links_is_slowed_down(client):
    codes = {
        client.get(reverse("inquiry-answer", args=[f"guess{n}"])).status_code for n in range(40)
    }

    assert codes == {404, 429}


# Answering by post


def test_registrar_enters_what_came_by_post(client):
    line = make_line()
    inquiry = asked(line, BY_POST)
    client.force_login(registrar_of(line))
    url = reverse("inquiry-enter", args=[inquiry.request.uuid])

    assert inquiry.token_hash == ""
    done = client.post(url, {"word": "confirmed", "answered_by": "Registry"})

    source = line.sources.get()
    assert (done.status_code, source.authenticity) == (302, Authenticity.CONFIRMED)
    assert source.authenticity_by == registrar_of(line)
    check = client.get(reverse("line-check", args=[line.uuid])).content.decode()
    assert "Yes, we issued it" in check


# Several at once


def test_line_goes_on_when_the_last_answer_is_there():
    line = make_line()
    inquiry = asked(line)
    request = information.ask(line, ["Grade?"], by=registrar_of(line))

    inquiries.answer(inquiry, SAID)
    assert fresh(line).state == LineState.INFO_REQUESTED
    information.answer(request, answers("1.3"), by=line.case.applicant)

    assert fresh(line).state == LineState.FORMAL_CHECK


def test_waiting_ends_for_all_once_the_time_of_all_has_passed():
    line = make_line()
    inquiry = asked(line)
    with pytest.raises(Refused, match="issuer still has time"):
        information.stop_waiting(line, by=registrar_of(line))
    line.information_requests.update(due_on=timezone.localdate() - timedelta(days=1))

    information.stop_waiting(line, by=registrar_of(line))

    assert fresh(line).state == LineState.FORMAL_CHECK
    assert fresh(inquiry.request).closed_at is not None


def test_answer_in_deliberation_opens_the_opinions_again():
    line = make_line(LineState.DELIBERATION)

    inquiries.answer(asked(line, by=Way(line).chair), SAID)

    assert fresh(line).state == LineState.UNDER_REVIEW
    assert set(line.reviews.values_list("state", flat=True)) == {ReviewState.AT_WORK}


def test_silence_of_an_issuer_is_not_held_against_the_learner():
    line = make_line(LineState.DELIBERATION)
    asked(line, by=Way(line).chair)
    line.information_requests.update(due_on=timezone.localdate() - timedelta(days=1))
    information.stop_waiting(line, by=registrar_of(line))

    assert was_never_answered(fresh(line)) is False
    assert fresh(line).state == LineState.DELIBERATION


def test_learner_is_told_that_the_issuer_was_asked(client):
    line = make_line()
    asked(line)
    client.force_login(line.case.applicant)

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()

    assert "We wait for the answer of who issued your credential." in page
    assert "We asked who issued it" in page
