"""The only place that writes mails, and that knows which arrived; the worker sends them.

See `tasks.send_mail`; what comes back is read by `standards.delivery_reports`.
"""

import secrets
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from credentials.models import BounceReason, Mail, MailRhythm, User
from credentials.services import bulk
from credentials.services.lifecycle import enqueue
from credentials.standards import delivery_reports
from credentials.standards.delivery_reports import Report

ATTEMPTS = 10
# What a mail is about, when its writer does not say: the first of these that its words may use.
NOUNS = ("line", "case", "claim", "award", "learner", "job")
# Mails that say no more than "Your work" does. Who has chosen one mail a day gets none of these:
# what they tell of stands in the digest, as long as it waits.
TASKS = frozenset(
    {
        "ballot_closed",
        "ballot_opened",
        "case_received",
        "assessment_assigned",
        "assessment_result",
        "check_overdue",
        "claim_received",
        "decision_signed",
        "files_to_look_at",
        "information_answered",
        "issuer_answered",
        "line_reminder",
        "meeting_called",
        "line_to_resume",
        "member_challenged",
        "opinions_all_in",
        "review_assigned",
    }
)


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody without an account to whom a mail is written."""

    name: str
    email: str
    language: str


def write(
    template: str,
    recipient: User | Stranger,
    context: dict[str, Any] | None = None,
    *,
    about: Any = None,
    holds_secret: bool = False,
) -> Mail | None:
    """Write a mail in the recipient's language, to be sent on commit.

    `template` is the name under templates/emails/ without ".txt"; its first line is the subject.
    Nothing confidential belongs in a mail: it says what happened and where to read it.
    `about` is the thing it tells of, by default one of `NOUNS` in the context. Returns None when
    the recipient reads of it in their digest. `holds_secret`: a link in it opens something; its
    text is not kept once it is sent.
    """
    user = recipient if isinstance(recipient, User) and recipient.pk else None
    if template in TASKS and user and user.mail_rhythm == MailRhythm.DAILY:
        return None
    context = context or {}
    thing = about or next((context[noun] for noun in NOUNS if noun in context), None)
    subject, body = _words(template, {**context, "reader": recipient})
    mail = Mail.objects.create(
        user=user,
        recipient=recipient.email,
        subject=subject[:200],
        body=body,
        about=thing._meta.model_name if thing else "",
        thing=thing.uuid if thing else None,
        holds_secret=holds_secret,
    )
    enqueue("credentials.tasks.send_mail", mail.pk)
    return mail


def _words(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Return subject and body of a mail in the language of its reader."""
    with translation.override(context["reader"].language):
        text = render_to_string(f"emails/{template}.txt", context)
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


class Letter(NamedTuple):
    """One of many mails with the same words: to whom, about which thing, with which link."""

    reader: Stranger
    user: int | None  # the primary key of the reader's account
    thing: UUID
    url: str


def write_alike(
    template: str, letters: Sequence[Letter], context: dict[str, Any], *, about: str
) -> None:
    """Write the same mail to many, each with their own name and link; else as `write`.

    `about`: the noun of the things. The words are made once for each language. Not for mails of
    which some readers want none (`TASKS`).
    """
    if not letters:
        return
    name, url = (secrets.token_hex(16) for _ in "12")
    words: dict[str, tuple[str, str]] = {}
    for language in {letter.reader.language for letter in letters}:
        marked = {**context, "reader": Stranger(name, "", language), "url": url}
        words[language] = _words(template, marked)
    rows = []
    for reader, user, thing, link in letters:
        subject, body = (
            text.replace(name, reader.name).replace(url, link) for text in words[reader.language]
        )
        rows.append((uuid4(), user, reader.email, subject[:200], body, thing))
    names = ("uuid", "user", "recipient", "subject", "body", "thing")
    keys = bulk.insert(Mail(about=about), names, rows)
    enqueue("credentials.tasks.send_mails", keys)


def send(mail: Mail) -> None:
    """Send a mail that was not sent yet; a failure is kept on it and raised again.

    Each attempt is taken before it is made, so that two workers do not send the same mail. A
    server that says at once that it will never take the mail is not asked again.
    """
    unsent = Mail.objects.filter(pk=mail.pk, sent_at=None, attempts=mail.attempts)
    if not unsent.update(attempts=F("attempts") + 1):
        return
    try:
        _message(mail).send()
    except (OSError, smtplib.SMTPException) as problem:
        Mail.objects.filter(pk=mail.pk).update(error=str(problem)[:300])
        if isinstance(problem, smtplib.SMTPRecipientsRefused):
            _take_refusal(mail, problem)
        raise
    Mail.objects.filter(pk=mail.pk).update(
        sent_at=timezone.now(),
        error="",
        bounced_at=None,
        bounce_reason="",
        body="" if mail.holds_secret else mail.body,
    )


def _message(mail: Mail) -> EmailMessage:
    """Return the mail as it is sent; what cannot be delivered goes to the envelope's sender."""
    host = urlsplit(settings.ADDRESS).hostname
    return EmailMessage(
        mail.subject,
        mail.body,
        from_email=settings.MAIL_BOUNCES_TO or settings.DEFAULT_FROM_EMAIL,
        to=[mail.recipient],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": f"<{mail.uuid}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _take_refusal(mail: Mail, refusal: smtplib.SMTPRecipientsRefused) -> None:
    for code, words in refusal.recipients.values():
        if 500 <= code <= 599:
            said = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
            take_report(delivery_reports.of_reply(mail.uuid, said))


def take_report(report: Report) -> bool:
    """Note what a mail server reports of a mail; return whether it is one of ours.

    The first report that a mail does not arrive stands; a delay is noted only.
    """
    found = Mail.objects.filter(uuid=report.mail)
    if report.is_final:
        reason = BounceReason(report.reason)
        found.filter(bounced_at=None).update(
            bounced_at=timezone.now(), bounce_reason=reason, error=report.said
        )
    else:
        found.filter(bounced_at=None).update(error=report.said)
    return found.exists()


def give_up() -> int:
    """Count as undeliverable what could not be sent at the last attempt; return how many."""
    return Mail.objects.filter(sent_at=None, bounced_at=None, attempts__gte=ATTEMPTS).update(
        bounced_at=timezone.now(), bounce_reason=BounceReason.UNSENT
    )
