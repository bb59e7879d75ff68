"""The only place that writes mails; the worker sends them (see `tasks.send_mail`)."""

import smtplib
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from credentials.models import Mail, User
from credentials.services.lifecycle import enqueue


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody without an account to whom a mail is written."""

    name: str
    email: str
    language: str


def write(
    template: str,
    recipient: User | Stranger,
    context: dict | None = None,
    *,
    holds_secret: bool = False,
) -> Mail:
    """Write a mail in the recipient's language, to be sent on commit.

    `template` is the name under templates/emails/ without ".txt"; its first line is the subject.
    Nothing confidential belongs in a mail: it says what happened and where to read it.
    `holds_secret`: a link in it opens something; its text is not kept once it is sent.
    """
    with translation.override(recipient.language):
        text = render_to_string(f"emails/{template}.txt", {**(context or {}), "reader": recipient})
    subject, _, body = text.strip().partition("\n")
    mail = Mail.objects.create(
        recipient=recipient.email,
        subject=subject.strip()[:200],
        body=body.strip() + "\n",
        holds_secret=holds_secret,
    )
    enqueue("credentials.tasks.send_mail", mail.pk)
    return mail


def send(mail: Mail) -> None:
    """Send a mail that was not sent yet; a failure is kept on it and raised again.

    Each attempt is taken before it is made, so that two workers do not send the same mail.
    """
    unsent = Mail.objects.filter(pk=mail.pk, sent_at=None, attempts=mail.attempts)
    if not unsent.update(attempts=F("attempts") + 1):
        return
    try:
        EmailMessage(mail.subject, mail.body, to=[mail.recipient]).send()
    except (OSError, smtplib.SMTPException) as problem:
        Mail.objects.filter(pk=mail.pk).update(error=str(problem)[:300])
        raise
    body = "" if mail.holds_secret else mail.body
    Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), error="", body=body)
