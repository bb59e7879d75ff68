"""The only place that makes, opens and withdraws share links."""

import secrets
from datetime import timedelta

from django.utils import timezone

from credentials.models import Credential, User
from credentials.services.lifecycle import change, lock, record
from portfolios.models import Share
from portfolios.permissions import can_share_credential, can_withdraw_share

MAX_DAYS = 365


@change()
def create(credential: Credential, *, label: str, days: int, by: User) -> Share:
    """Make a link that shows this credential to whoever holds it, for 1 to 365 days."""
    can_share_credential(by, credential).require()
    share = Share.objects.create(
        credential=credential,
        label=label,
        token=secrets.token_urlsafe(24),
        expires_at=timezone.now() + timedelta(days=min(max(days, 1), MAX_DAYS)),
    )
    record(share, "create", by=by)
    return share


@change()
def withdraw(share: Share, *, by: User) -> None:
    """Close a link before its time; it cannot be opened again."""
    share = lock(share)
    can_withdraw_share(by, share).require()
    share.withdrawn_at = timezone.now()
    share.save(update_fields=["withdrawn_at"])
    record(share, "withdraw", by=by)


def open_link(token: str) -> Share | None:
    """Return the share of a link that is open; None when there is none."""
    shares = Share.objects.open().filter(token=token)
    return shares.select_related("credential__award", "credential__document").first()
