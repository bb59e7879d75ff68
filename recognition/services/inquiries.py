"""The only place that asks an issuer whether a credential is its own, and takes its word.

Institutions have a duty to inform each other (Lisbon Recognition Convention III.3(4)). An issuer
needs no account: it answers with a link of which only the hash is kept, or the letter.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import JobKind, User
from credentials.services import jobs, mails, numbers
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import (
    Addressee,
    InformationRequest,
    IssuerInquiry,
    IssuerWord,
    Line,
    LineSource,
)
from recognition.services import information
from recognition.services.information import ItemAnswer
from recognition.vocabulary import Authenticity


@dataclass(frozen=True, slots=True)
class Contact:
    """How an issuer is reached: by e-mail, by post, or both; in which language it is written to."""

    name: str
    email: str = ""
    postal_address: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class IssuerAnswer:
    """An issuer's word, who gives it, and its answers to the items, by position."""

    word: str
    answered_by: str
    items: Mapping[int, ItemAnswer]


@change()
def ask(
    source: LineSource,
    items: Sequence[str],
    contact: Contact,
    *,
    by: User,
    due_on: date | None = None,
) -> IssuerInquiry:
    """Ask the issuer of a source; the clock stands still until it answers or nobody waits.

    A letter is made, and with an e-mail address a mail with a link is sent. `due_on` as in
    `information.ask`.
    """
    line = lock(source.line)
    source.line = line
    permissions.can_ask_issuer(by, source).require()
    if not contact.email and not contact.postal_address.strip():
        raise Refused(_("Give an e-mail address or a postal address."))
    request = InformationRequest(line=line, addressee=Addressee.ISSUER, source=source)
    request = information.put(request, items, by=by, due_on=due_on)
    token = secrets.token_urlsafe(24) if contact.email else ""
    inquiry = IssuerInquiry.objects.create(
        request=request,
        name=clean_text(contact.name).strip(),
        email=contact.email,
        postal_address=clean_text(contact.postal_address).strip(),
        language=contact.language,
        number=numbers.next_number(line.case.institution, "INQ"),
        token_hash=hash_of(token) if token else "",
    )
    if token:
        send_link(inquiry, token)
    jobs.start(JobKind.ISSUER_LETTER, request.uuid, institution=line.case.institution, by=by)
    return inquiry


def hash_of(token: str) -> str:
    """Return what is kept of the secret in a link: with 192 random bits it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def send_link(inquiry: IssuerInquiry, token: str, *, template: str = "issuer_asked") -> None:
    """Write an issuer a mail with the link to its answer; inside `change()`."""
    context = {
        "inquiry": inquiry,
        "institution": inquiry.request.line.case.institution,
        "url": address("inquiry-answer", token),
    }
    recipient = mails.Stranger(inquiry.name, inquiry.email, inquiry.language)
    line = inquiry.request.line
    mails.write(template, recipient, context, about=line, holds_secret=True)


def found(token: str) -> IssuerInquiry | None:
    """Return the inquiry that a link belongs to, None when it belongs to none."""
    kept = hash_of(token)
    inquiries = IssuerInquiry.objects.select_related(
        "request__line__case__learner",
        "request__line__case__programme_version__programme__institution",
        "request__source",
    )
    return inquiries.filter(Q(token_hash=kept) | Q(reminder_hash=kept)).first()


def count_attempt(inquiry: IssuerInquiry) -> None:
    """Count an answer that is sent through a link, also one that is not complete."""
    IssuerInquiry.objects.filter(pk=inquiry.pk).update(attempts=F("attempts") + 1)


@change()
def answer(inquiry: IssuerInquiry, said: IssuerAnswer) -> None:
    """Take what an issuer answers through its link."""
    line, request, inquiry = _locked(inquiry)
    permissions.can_answer_by_link(inquiry).require()
    _take(inquiry, request, line, said, by=None)


@change()
def enter(inquiry: IssuerInquiry, said: IssuerAnswer, *, by: User) -> None:
    """Enter what an issuer answered by post or mail; it counts like an answer by the link."""
    line, request, inquiry = _locked(inquiry)
    permissions.can_enter_answer(by, request).require()
    _take(inquiry, request, line, said, by=by)


def _take(
    inquiry: IssuerInquiry,
    request: InformationRequest,
    line: Line,
    said: IssuerAnswer,
    *,
    by: User | None,
) -> None:
    if said.word not in IssuerWord.values:
        raise Refused(_("Say whether you issued it."))
    if not said.answered_by.strip():
        raise Refused(_("Say who answers, and in which function."))
    information.write(request, said.items)
    inquiry.word, inquiry.answered_by = said.word, clean_text(said.answered_by).strip()
    inquiry.save(update_fields=["word", "answered_by"])
    _note_authenticity(lock(request.source), inquiry, by=by)
    information.take(request, line, by=by)
    information.tell(request, line, by=by, template="issuer_answered")


def _note_authenticity(source: LineSource, inquiry: IssuerInquiry, *, by: User | None) -> None:
    """Keep with the credential what its issuer says; a right signature needs no other word."""
    if inquiry.word == IssuerWord.NOT_FOUND or source.authenticity == Authenticity.VERIFIED:
        return
    is_confirmed = inquiry.word == IssuerWord.CONFIRMED
    source.authenticity = Authenticity.CONFIRMED if is_confirmed else Authenticity.UNCONFIRMED
    source.authenticity_note = f"{inquiry.number}: {inquiry.answered_by}"
    source.authenticity_by, source.authenticity_at = by, timezone.now()
    source.save(
        update_fields=[
            "authenticity",
            "authenticity_note",
            "authenticity_by",
            "authenticity_at",
        ]
    )
    record(source.line, f"issuer-{inquiry.word}", by=by, text=source.authenticity_note)


@change()
def withdraw(inquiry: IssuerInquiry, *, by: User) -> None:
    """Take a question to an issuer back: its link is closed at once, and the line goes on."""
    line, request, inquiry = _locked(inquiry)
    permissions.can_withdraw_inquiry(by, request).require()
    IssuerInquiry.objects.filter(pk=inquiry.pk).update(revoked_at=timezone.now())
    information.close(request, line, by=by)


def _locked(inquiry: IssuerInquiry) -> tuple[Line, InformationRequest, IssuerInquiry]:
    """Lock the line, then the request, then the inquiry: always in this order."""
    line = lock(inquiry.request.line)
    request = lock(inquiry.request)
    request.line = line
    inquiry = lock(inquiry)
    inquiry.request = request
    return line, request, inquiry
