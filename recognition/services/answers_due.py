"""The only place that reminds, once, who must answer soon: learners and issuers."""

import secrets
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from recognition.models import Annulment, InformationRequest, IssuerInquiry
from recognition.permissions import can_answer_by_link
from recognition.services import inquiries
from recognition.states import AnnulmentState, LineState

BEFORE = timedelta(days=2)
"""How long before the last day a reminder comes; who was asked later than that gets none."""


def remind(today: date) -> int:
    """Remind those whose answers are due in two days; return how many. As often as one likes."""
    asked = InformationRequest.objects.open()
    heard = Annulment.objects.exclude(hearing=None).filter(
        state=AnnulmentState.HEARING, heard_at=None
    )
    found = [_remind_of_request(one, today) for one in _due(asked, today)]
    found += [_remind_of_hearing(one, today) for one in _due(heard, today)]
    return sum(found)


def _due(rows: QuerySet, today: date) -> QuerySet:
    return rows.filter(reminded_at=None, due_on__range=(today, today + BEFORE))


def _is_due(thing: InformationRequest | Annulment, began_at, today: date) -> bool:
    first = thing.due_on - BEFORE
    is_new = timezone.localdate(began_at) >= first
    return thing.reminded_at is None and first <= today <= thing.due_on and not is_new


@change()
def _remind_of_request(request: InformationRequest, today: date) -> bool:
    line = lock(request.line)
    request = lock(request)
    is_open = request.answered_at is None and request.closed_at is None
    is_open = is_open and line.state == LineState.INFO_REQUESTED
    if not is_open or not _is_due(request, request.asked_at, today):
        return False
    if request.source_id is None:
        context = {"line": line, "request": request, "url": address("case-detail", line.case.uuid)}
        mails.write("information_due", line.case.applicant, context)
    elif not _remind_issuer(request):
        return False
    _remember(request)
    return True


def _remind_issuer(request: InformationRequest) -> bool:
    """Send a second link, as only the hash of the first is kept, which opens as long as it did.

    Returns whether there is an e-mail address.
    """
    inquiry = IssuerInquiry.objects.select_for_update().get(request=request)
    if not inquiry.email or not can_answer_by_link(inquiry):
        return False
    token = secrets.token_urlsafe(24)
    inquiry.reminder_hash = inquiries.hash_of(token)
    inquiry.save(update_fields=["reminder_hash"])
    inquiries.send_link(inquiry, token, template="issuer_reminded")
    return True


@change()
def _remind_of_hearing(annulment: Annulment, today: date) -> bool:
    line = lock(annulment.line)
    annulment = lock(annulment)
    is_open = annulment.state == AnnulmentState.HEARING and annulment.heard_at is None
    is_open = is_open and line.decision_id == annulment.decision_id
    if not is_open or not _is_due(annulment, annulment.proposed_at, today):
        return False
    url = address("annulment-detail", annulment.uuid)
    context = {"line": line, "annulment": annulment, "url": url}
    mails.write("hearing_due", line.case.applicant, context)
    _remember(annulment)
    return True


def _remember(thing: InformationRequest | Annulment) -> None:
    thing.reminded_at = timezone.now()
    thing.save(update_fields=["reminded_at"])
    record(thing, "remind", by=None)
