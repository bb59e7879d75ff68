"""Delivery reports as mail servers write them: Postfix, Exchange Online, Gmail."""

from credentials.models import Mail, User
from credentials.services import mails
from credentials.standards import delivery_reports

POSTFIX = """\
Return-Path: <>
Date: Mon,  4 May 2026 09:12:07 +0200 (CEST)
From: MAILER-DAEMON@mx.testheim.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounces@testheim.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4Xk1.1777878727/mx.testheim.example"
Message-Id: <20260504071207.4F1E2A0@mx.testheim.example>

This is a MIME-encapsulated message.

--4Xk1.1777878727/mx.testheim.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4Xk1.1777878727/mx.testheim.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.testheim.example
X-Postfix-Queue-ID: 4F1E2A0
Arrival-Date: Mon,  4 May 2026 09:12:05 +0200 (CEST)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.elsewhere.example
Diagnostic-Code: smtp; {words}

--4Xk1.1777878727/mx.testheim.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <bounces@testheim.example>
Subject: Your application
From: Symbolon <noreply@testheim.example>
To: {recipient}
Message-ID: <{uuid}@portal.testheim.example>

--4Xk1.1777878727/mx.testheim.example--
"""
EXCHANGE = """\
From: <postmaster@testheim.example>
To: <bounces@testheim.example>
Date: Mon, 4 May 2026 07:12:07 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="c0ffee41-7b1e-4a0c"
Content-Language: de-DE
Message-ID: <7d5d6a52-3e1f-4f0e-8b1a-0a6f2c9d1e11@AM0EXCH01.testheim.example>
In-Reply-To: <{uuid}@portal.testheim.example>
References: <{uuid}@portal.testheim.example>
Subject: Unzustellbar: Your application
Auto-Submitted: auto-replied
MIME-Version: 1.0

--c0ffee41-7b1e-4a0c
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="inner-41-7b1e"

--inner-41-7b1e
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Ihre Nachricht konnte nicht zugestellt werden.=

--inner-41-7b1e
Content-Type: text/html; charset="us-ascii"

<html><body><img src="https://tracker.example/pixel"><p>Unzustellbar</p></body></html>

--inner-41-7b1e--

--c0ffee41-7b1e-4a0c
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0EXCH01.testheim.example
Received-From-MTA: dns;mx.testheim.example
Arrival-Date: Mon, 4 May 2026 07:12:05 +0000

Final-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp;{words}
X-Display-Name: {recipient}

--c0ffee41-7b1e-4a0c
Content-Type: message/rfc822

Received: from mx.testheim.example by AM0EXCH01.testheim.example
From: Symbolon <noreply@testheim.example>
To: {recipient}
Subject: Your application
Message-ID: <{uuid}@portal.testheim.example>
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

Dear Nela

--c0ffee41-7b1e-4a0c--
"""
GMAIL = """\
Return-Path: <>
MIME-Version: 1.0
From: Mail Delivery Subsystem <mailer-daemon@mail.example>
To: bounces@testheim.example
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: <{uuid}@portal.testheim.example>
In-Reply-To: <{uuid}@portal.testheim.example>
X-Failed-Recipients: {recipient}
Message-ID: <6818.0a.0220.77f1.GMR@mx.mail.example>
Date: Mon, 04 May 2026 00:12:07 -0700 (PDT)
Content-Type: multipart/report; boundary="00000000000041"; report-type=delivery-status

--00000000000041
Content-Type: multipart/related; boundary="00000000000052"

--00000000000052
Content-Type: text/plain; charset="UTF-8"

** Address not found **

--00000000000052
Content-Type: image/png; name="icon.png"
Content-Transfer-Encoding: base64
Content-ID: <icon.png>

iVBORw0KGgo=
--00000000000052--
--00000000000041
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Mon, 04 May 2026 00:12:06 -0700 (PDT)
X-Original-Message-ID: <{uuid}@portal.testheim.example>

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.mail.example. (192.0.2.27, the server for the domain mail.example.)
Diagnostic-Code: smtp; {words}
Last-Attempt-Date: Mon, 04 May 2026 00:12:07 -0700 (PDT)

--00000000000041
Content-Type: message/rfc822

Message-ID: <{uuid}@portal.testheim.example>
From: Symbolon <noreply@testheim.example>
To: {recipient}
Subject: Your application

----- Message truncated -----

--00000000000041--
"""
SHAPES = {"postfix": POSTFIX, "exchange": EXCHANGE, "gmail": GMAIL}


def make_report(
    mail: Mail,
    shape: str = "postfix",
    *,
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "550 5.1.1 <nela@test.example>: Recipient address rejected: User unknown",
) -> bytes:
    return (
        SHAPES[shape]
        .format(uuid=mail.uuid, recipient=mail.recipient, action=action, status=status, words=words)
        .encode()
    )


def make_mail(reader: User, template: str = "claim_denied", **context: object) -> Mail:
    """A mail that says where to read on, and what its template asks for besides."""
    mail = mails.write(template, reader, {"url": "http://localhost:8000/there/", **context})
    assert mail
    return mail


def come_back(mail: Mail, **how: str) -> Mail:
    """Let a mail not arrive, by the report of a mail server."""
    report = delivery_reports.read(make_report(mail, **how))
    assert report
    assert mails.take_report(report)
    return Mail.objects.get(pk=mail.pk)
