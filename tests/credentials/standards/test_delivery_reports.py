"""Reports of mail servers are read for what they say of a mail of ours, whatever else they hold."""

import io
import time
import uuid

import pytest

from credentials.models import BounceReason, Mail
from credentials.standards import delivery_reports
from credentials.standards.delivery_reports import MESSAGE_MAX, Report, messages_in, read
from tests.factories.mails import SHAPES, make_report

MAIL = Mail(uuid=uuid.uuid4(), recipient="nela@test.example")
HEAD = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
STATUS = b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\n"
FAILED = STATUS + b"Action: failed\nStatus: 5.1.1\n\n"
ORIGINAL = (
    f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{MAIL.uuid}@x.example>\n".encode()
)


@pytest.mark.parametrize("shape", SHAPES)
def test_failure_is_read_in_every_shape(shape):
    words = "550 5.1.1 No such user"

    found = read(make_report(MAIL, shape, words=words))

    assert found == Report(MAIL.uuid, True, "unknown", words)


@pytest.mark.parametrize("shape", SHAPES)
def test_delay_is_not_final(shape):
    words = "connect to mail.elsewhere.example: timed out"

    found = read(make_report(MAIL, shape, action="delayed", status="4.4.1", words=words))

    assert found == Report(MAIL.uuid, False, "", f"4.4.1 {words}")


def test_lines_may_end_as_on_the_wire():
    wire = make_report(MAIL).replace(b"\n", b"\r\n")

    assert read(wire) == read(make_report(MAIL))


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.1.1", "unknown"),
        ("5.1.2", "unknown"),
        ("5.1.10", "unknown"),
        ("5.1.8", "other"),  # the sender's address, not the recipient's
        ("5.2.2", "full"),
        ("5.2.1", "closed"),
        ("5.7.1", "refused"),
        ("5.4.4", "late"),
        ("4.4.7", "late"),  # given up after days: it failed, although the status is one of delays
        ("5.0.0", "other"),
        ("9.9.9", "other"),
        ("", "other"),
    ],
)
def test_reason_follows_from_the_status(status, reason):
    found = read(make_report(MAIL, status=status, words="no"))

    assert (found.is_final, found.reason) == (True, reason)
    assert reason in BounceReason.values


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "nonsense"])
def test_other_news_is_no_failure(action):
    assert read(make_report(MAIL, action=action, status="2.0.0")) is None


def test_worst_of_several_recipients_counts():
    delayed = STATUS + b"Action: delayed\nStatus: 4.2.2\n\nAction: failed\nStatus: 5.7.1\n\n"

    found = read(HEAD + delayed + ORIGINAL + b"--b--\n")

    assert (found.is_final, found.reason) == (True, "refused")


def test_words_of_a_server_are_one_short_clean_line():
    found = read(make_report(MAIL, status="5.0.0", words="\x1b[31m\xadno\t way " + "x" * 900))

    assert found.said[:18] == "5.0.0 [31m\ufffd\ufffdno way"
    assert len(found.said) == delivery_reports.SAID_MAX


# What is no report of ours ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\xff\xfe",
        b"hello",
        b"Content-Type: multipart/report",
        HEAD,
        HEAD + FAILED + b"--b--\n",  # no Message-ID at all
        HEAD + FAILED + b"--b\nContent-Type: message/rfc822\n\nMessage-ID: <1@x.example>\n--b--\n",
        HEAD + FAILED + b"--b\nContent-Type: message/rfc822\n\n--b--\n",
        HEAD + STATUS + ORIGINAL + b"--b--\n",  # says nothing of any recipient
        HEAD + b"--b\nContent-Type: message/delivery-status\n--b\n" + ORIGINAL,
        f"In-Reply-To: <{MAIL.uuid}@x.example>\nSubject: Away until May\n\nI am away.".encode(),
        f"Message-ID: <{MAIL.uuid}@x.example>\n\nAction: failed\nStatus: 5.1.1\n".encode(),
        make_report(MAIL).replace(b"message/delivery-status", b"message/delivery-statuses"),
        make_report(MAIL).replace(str(MAIL.uuid).encode(), b"zz" + str(MAIL.uuid).encode()[2:]),
        make_report(MAIL).replace(b"Message-ID: <", b"Message-ID: "),
    ],
    ids=range(15),
)
def test_what_is_no_report_of_ours_says_nothing(data):
    assert read(data) is None


@pytest.mark.parametrize(
    "data",
    [
        make_report(MAIL).replace(b"charset=us-ascii", b"charset=nonsense"),
        make_report(MAIL).replace(b"--4Xk1.1777878727/mx.testheim.example--\n", b""),
        make_report(MAIL).replace(b"I'm sorry", b"\xff\x00\xfe"),
        make_report(MAIL, words="=?utf-8?q?=FF?= \udcff".encode(errors="replace").decode()),
        make_report(MAIL) + b"\nX" * 1000,
        HEAD + FAILED + ORIGINAL,
    ],
    ids=range(6),
)
def test_broken_reports_are_read_as_far_as_they_go(data):
    assert read(data).mail == MAIL.uuid


def deep(levels: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels)
    )


@pytest.mark.parametrize(
    "data",
    [
        deep(8000),
        deep(60) + make_report(MAIL),
        b"Content-Type: message/rfc822\n\n" * 9000,
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\n" * 100_000,
        HEAD + STATUS + b"Action: delayed\n\n" * 20_000,
        b"Subject:" + b" x\n" * 200_000,
        b"Subject: " + b"=?utf-8?q?" * 50_000 + b"\n\n",
        HEAD + FAILED + b"--b\nContent-Type: text/rfc822-headers\n\n" + b"References: <" * 60_000,
        b"Content-Type: multipart/report; " + b"boundary*0*=%" * 30 + b"; x" * 90_000 + b"\n\n",
        b"\n" * 10_000_000,
    ],
    ids=range(10),
)
def test_hostile_messages_cost_little_time_and_say_nothing(data):
    started = time.monotonic()

    assert read(data) is None
    assert time.monotonic() - started < 5


# Files of messages -----------------------------------------------------------------------------


def split(data: bytes) -> list[bytes]:
    return list(messages_in(io.BytesIO(data)))


def test_file_holds_one_message_or_an_mbox():
    assert split(b"") == []
    assert split(b"Subject: a\n\nFrom me\n") == [b"Subject: a\n\nFrom me\n"]
    assert split(b"From a Mon\nSubject: a\n\n1\n\nFrom b Tue\nSubject: b\n") == [
        b"Subject: a\n\n1\n\n",
        b"Subject: b\n",
    ]


def test_long_messages_are_cut_and_read_to_the_end():
    stream = io.BytesIO(b"From a\n" + b"x" * 10_000_000 + b"From c\nFrom b\nSubject: b\n")

    found = [len(one) for one in messages_in(stream)]

    assert (found, stream.read()) == ([MESSAGE_MAX, 11], b"")
