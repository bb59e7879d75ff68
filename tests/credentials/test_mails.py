"""Mails: what each is about, how it is sent, and what is known of those that came back."""

import io
import mailbox
import smtplib
import sys
import time
import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from credentials.models import Mail, MailRhythm, User
from credentials.services import mails
from credentials.tasks import send_waiting_mails
from tests.factories.awards import make_claim, make_student
from tests.factories.mails import come_back, make_mail, make_report
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail():
    reader = make_student("Nela Ardwen")
    make_claim(student=reader)
    return Mail.objects.get(user=reader)


def now(mail):
    return Mail.objects.get(pk=mail.pk)


# Writing and sending -----------------------------------------------------------------------------


def test_mail_knows_its_reader_and_what_it_is_about():
    reader = make_student()
    claim = make_claim(student=reader)

    mail = Mail.objects.get(user=reader)

    assert (mail.about, mail.thing, mail.recipient) == ("claim", claim.uuid, reader.email)
    assert list(Mail.objects.about(claim)) == list(Mail.objects.order_by("pk"))


def test_mail_to_somebody_without_an_account_has_no_user():
    claim = make_claim()

    mail = make_mail(User(email="tam@later.example", name="Tam"), claim=claim)

    assert (mail.user, mail.reader, mail.thing) == (None, "tam@later.example", claim.uuid)


def test_mail_about_nothing_is_about_nothing():
    mail = make_mail(make_user())

    assert (mail.about, mail.thing) == ("", None)


def test_sent_mail_can_be_named_by_a_report(mail, mailoutbox, settings):
    settings.ADDRESS = "https://credentials.example.edu:8443"
    settings.MAIL_BOUNCES_TO = "bounces@example.edu"

    mails.send(mail)

    (sent,) = mailoutbox
    headers = sent.message()
    assert headers["Message-ID"] == f"<{mail.uuid}@credentials.example.edu>"
    assert (headers["From"], sent.from_email) == (
        settings.DEFAULT_FROM_EMAIL,
        "bounces@example.edu",
    )
    assert headers["Auto-Submitted"] == "auto-generated"


def test_sender_of_the_envelope_is_that_of_the_mail_unless_it_is_set(mail, mailoutbox, settings):
    mails.send(mail)

    assert mailoutbox[0].from_email == settings.DEFAULT_FROM_EMAIL


class Server:
    """A mail server that answers as it is told."""

    answer: Exception | None = None

    def __init__(self, **_options):
        pass

    def send_messages(self, messages):
        if self.answer:
            raise self.answer
        return len(messages)


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    return lambda answer: monkeypatch.setattr(Server, "answer", answer)


def refusal(code, words):
    return smtplib.SMTPRecipientsRefused({"nela@test.example": (code, words)})


def test_refusal_for_ever_is_not_tried_again(mail, server):
    server(refusal(550, b"5.1.1 User unknown"))

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mails.send(mail)
    Mail.objects.filter(pk=mail.pk).update(created_at=timezone.now() - timedelta(hours=1))

    after = now(mail)
    assert (after.bounce_reason, after.error) == ("unknown", "5.1.1 User unknown")
    assert waiting() == []


def waiting():
    """Return which mails the scheduler would try again."""
    tried = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("credentials.tasks.send_mail.delay", tried.append)
        send_waiting_mails()
    return tried


def test_refusal_for_now_is_tried_again(mail, server):
    server(refusal(450, b"4.2.0 Greylisted"))

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mails.send(mail)
    Mail.objects.filter(pk=mail.pk).update(created_at=timezone.now() - timedelta(hours=1))

    assert now(mail).bounced_at is None
    assert waiting() == [mail.pk]


def test_mail_that_could_not_be_sent_at_the_last_attempt_did_not_arrive(mail, server):
    server(ConnectionRefusedError("no server"))
    Mail.objects.filter(pk=mail.pk).update(
        attempts=mails.ATTEMPTS - 1, created_at=timezone.now() - timedelta(hours=1)
    )

    assert waiting() == [mail.pk]
    with pytest.raises(ConnectionRefusedError):
        mails.send(now(mail))
    assert waiting() == []

    after = now(mail)
    assert (after.bounce_reason, after.error) == ("unsent", "no server")


def test_last_attempt_that_succeeds_after_all_counts(mail, mailoutbox):
    Mail.objects.filter(pk=mail.pk).update(attempts=mails.ATTEMPTS)
    mails.give_up()

    mails.send(now(mail))

    after = now(mail)
    assert (after.bounced_at, after.bounce_reason, after.sent_at is None) == (None, "", False)


def test_bounce_without_a_reason_cannot_be_kept(mail):
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(bounced_at=timezone.now())


# What comes back ---------------------------------------------------------------------------------


def test_failure_is_kept_and_the_first_one_stands(mail):
    first = come_back(mail)
    second = come_back(mail, status="5.2.2", words="full")

    assert (first.bounce_reason, second.bounce_reason) == ("unknown", "unknown")
    assert first.bounced_at == second.bounced_at


def test_delay_is_noted_and_does_not_undo_a_failure(mail):
    delayed = come_back(mail, action="delayed", status="4.4.1", words="timed out")
    failed = come_back(mail)
    later = come_back(mail, action="delayed", status="4.4.1", words="timed out")

    assert (delayed.bounced_at, delayed.error) == (None, "4.4.1 timed out")
    assert (later.error, later.bounced_at) == (failed.error, failed.bounced_at)


def test_report_of_an_unknown_mail_changes_nothing(mail):
    foreign = Mail(uuid=uuid.uuid4(), recipient=mail.recipient)

    run_on(make_report(foreign))

    assert now(mail).bounced_at is None


def test_address_stops_bouncing_when_a_later_mail_has_arrived(mail):
    come_back(mail)
    bouncing = [Mail.objects.bounced().count()]
    later = make_mail(mail.user)
    mails.send(later)
    bouncing.append(Mail.objects.bounced().count())
    Mail.objects.filter(pk=later.pk).update(sent_at=timezone.now() - timedelta(days=2))
    bouncing.append(Mail.objects.bounced().count())

    assert bouncing == [1, 1, 0]


# The command -------------------------------------------------------------------------------------


def run_on(data, monkeypatch=None):
    """Return what the command says of what a mail server writes into it."""
    said, stream = io.StringIO(), io.TextIOWrapper(io.BytesIO(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", stream)
        call_command("bounces", "-", stdout=said)
    assert stream.buffer.read() == b""
    return said.getvalue().strip()


def test_command_reads_its_input(mail):
    said = run_on(make_report(mail))

    assert said == "1 did not arrive, 0 delayed, 0 no report of a mail of ours"
    assert now(mail).bounce_reason == "unknown"


def test_command_reads_ten_megabytes_and_more_in_no_time(mail):
    started = time.monotonic()

    said = run_on(b"Subject: " + b"x" * 12_000_000)

    assert said == "0 did not arrive, 0 delayed, 1 no report of a mail of ours"
    assert time.monotonic() - started < 5


def test_command_reads_a_file_and_an_mbox(mail, tmp_path):
    other = make_mail(mail.user)
    single, box = tmp_path / "one.eml", tmp_path / "box"
    single.write_bytes(make_report(mail))
    kept = mailbox.mbox(box)
    kept.add(b"Subject: Hello\n\nNo report.\n")
    kept.add(make_report(other, "gmail", action="delayed", status="4.2.2"))
    kept.close()

    said = [io.StringIO(), io.StringIO()]
    for out, path in zip(said, (single, box), strict=True):
        call_command("bounces", str(path), stdout=out)

    assert [one.getvalue().strip() for one in said] == [
        "1 did not arrive, 0 delayed, 0 no report of a mail of ours",
        "0 did not arrive, 1 delayed, 1 no report of a mail of ours",
    ]


def test_command_takes_each_message_of_a_maildir_once(mail, tmp_path):
    box = mailbox.Maildir(tmp_path / "bounces")
    box.add(make_report(mail, "exchange"))
    (tmp_path / "bounces" / "new" / "link").symlink_to("/etc/hostname")

    said = [io.StringIO(), io.StringIO()]
    for out in said:
        call_command("bounces", str(tmp_path / "bounces"), stdout=out)

    assert [one.getvalue()[:17] for one in said] == ["1 did not arrive,", "0 did not arrive,"]
    assert sorted(message.get_flags() for message in box) == ["", "S"]


def test_command_says_what_it_cannot_read(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("bounces", str(tmp_path / "nothing"))
    with pytest.raises(CommandError, match="is no Maildir"):
        call_command("bounces", str(tmp_path))


def test_mail_server_is_asked_to_come_back_when_the_database_is_down(mail, monkeypatch):
    def fail(_report):
        raise OperationalError("no server")

    monkeypatch.setattr(mails, "take_report", fail)

    with pytest.raises(SystemExit) as ended:
        run_on(make_report(mail))

    assert ended.value.code == 75


# The rhythm --------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", sorted(mails.TASKS))
def test_task_is_no_mail_for_who_reads_a_digest(template):
    reader = make_user(mail_rhythm=MailRhythm.DAILY)

    assert mails.write(template, reader) is None
    assert not Mail.objects.exists()


def test_other_mails_are_never_bundled():
    reader = make_user(mail_rhythm=MailRhythm.DAILY)

    assert make_mail(reader).user == reader
