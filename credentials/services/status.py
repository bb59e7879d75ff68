"""The only place that keeps status lists: gives places, sets bits, publishes the signed list.

A change of a bit and the end of the signed text are one transaction, so a list that is served is
never older than what it says; it is signed anew, outside of transactions, when next asked for.
"""

import json
import secrets
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from credentials.models import (
    Credential,
    Institution,
    IssuerKey,
    KeyType,
    StatusEntry,
    StatusList,
    StatusPurpose,
)
from credentials.models.many import among
from credentials.services import keys
from credentials.services.lifecycle import change, lock
from credentials.standards.values import moment
from credentials.trust import jws, proofs, status_list

COUNTS = timedelta(days=2)


def url_of(kept: StatusList) -> str:
    return f"{settings.ADDRESS}/status/{kept.uuid}"


@change()
def allocate(credential: Credential, institution: Institution) -> StatusEntry:
    """Give a credential a random free place in its issuer's lists, which stay locked.

    The place is the same in the list of suspensions; returned is the one among revocations.
    """
    kept = _open_list(institution)
    used = set(kept.entries.values_list("index", flat=True))
    index = status_list.allocate(used, kept.length)
    entry, _beside = StatusEntry.objects.bulk_create(
        StatusEntry(credential=credential, status_list=one, index=index)
        for one in (kept, kept.suspensions)
    )
    return entry


@change()
def places(institution: Institution, count: int) -> list[tuple[StatusList, int]]:
    """Return random free places for so many new credentials, in the order in which they are given.

    The lists stay locked until the caller has stored the entries, in the same transaction.
    """
    found: list[tuple[StatusList, int]] = []
    while len(found) < count:
        kept = _open_list(institution)
        given = kept.entries.count() + sum(one == kept for one, _index in found)
        if given >= kept.length // 2:
            kept, given = _new_list(institution), 0
        wanted = min(count - len(found), kept.length // 2 - given)
        found += [(kept, index) for index in _free(kept, wanted)]
    return found


def _free(kept: StatusList, count: int) -> list[int]:
    """Return so many random indexes that are not taken; asks only for those that were drawn."""
    free: dict[int, None] = {}  # in the order in which they were drawn: sorted they would tell
    while len(free) < count:
        drawn = [secrets.randbelow(kept.length) for _ in range(count - len(free))]
        taken = set(kept.entries.filter(index__in=among(drawn)).values_list("index", flat=True))
        free |= dict.fromkeys(index for index in drawn if index not in taken)
    return list(free)


def _open_list(institution: Institution) -> StatusList:
    """Return the list with room, locked; a new one when the last is half full or there is none.

    A random place in a half-empty list is found at once and gives nothing away.
    """
    lock(institution)
    lists = institution.status_lists.filter(purpose=StatusPurpose.REVOCATION)
    last = lists.select_for_update().last()
    if last and last.entries.count() < last.length // 2:
        return last
    return _new_list(institution)


def _new_list(institution: Institution) -> StatusList:
    """Return a new list of revocations, with one of suspensions beside it."""
    kept = _empty_list(institution, StatusPurpose.REVOCATION)
    _empty_list(institution, StatusPurpose.SUSPENSION, beside=kept)
    return kept


def _empty_list(
    institution: Institution, purpose: StatusPurpose, beside: StatusList | None = None
) -> StatusList:
    return StatusList.objects.create(
        institution=institution,
        purpose=purpose,
        length=status_list.SHORTEST,
        bits=status_list.empty(),
        beside=beside,
    )


@change()
def set_revoked(credential: Credential) -> None:
    """Set the bit of a credential for good; what was signed before is forgotten with it."""
    _set(credential, StatusPurpose.REVOCATION, True)


@change()
def set_suspended(credential: Credential, value: bool) -> None:
    """Set or clear the bit of a credential among suspensions."""
    _set(credential, StatusPurpose.SUSPENSION, value)


def _set(credential: Credential, purpose: StatusPurpose, value: bool) -> None:
    entries = credential.status_entries.filter(status_list__purpose=purpose)
    for entry in entries.select_related("status_list"):
        kept = lock(entry.status_list)
        kept.bits = status_list.set_bit(bytes(kept.bits), entry.index, value)
        kept.signed = ""
        kept.save(update_fields=["bits", "signed", "changed_at"])


def copies(kept: StatusList) -> tuple[str, str]:
    """Return a list as it is now, to be carried along: a signed document, and the same as JWT.

    Both say since when they are true, and not until when: they are looked at long after. Call
    outside of transactions.
    """
    kept.refresh_from_db()
    now, key = timezone.now(), keys.ensure(kept.institution, KeyType.RSA)
    document = _document(kept, bytes(kept.bits), now)
    text = jws.sign(
        document,
        private_key=keys.private_half(key),
        kid=keys.verification_method(key),
        typ=jws.SECURED,
        created=now,
    )
    return _signed(document, keys.ensure(kept.institution), now), text


def published(kept: StatusList) -> str:
    """Return the signed status list credential as JSON text, signed now if it has to be.

    It counts for `COUNTS`, so that an older one without a bit cannot be shown for long, and is
    signed anew in good time. Its hour is that of the signature: when a bit was set, it hides.
    """
    while not _counts_still(kept):
        bits, key = bytes(kept.bits), keys.ensure(kept.institution)
        hour = timezone.now().replace(minute=0, second=0, microsecond=0)
        until = (hour + COUNTS).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = _signed({**_document(kept, bits, hour), "validUntil": until}, key, hour)
        with transaction.atomic():
            kept = lock(kept)
            # Whoever withdraws a key locks the list after it, so what is read here is the last.
            if bytes(kept.bits) == bits and keys.signs_still(key):
                StatusList.objects.filter(pk=kept.pk).update(signed=text)
                return text
    return kept.signed


def _counts_still(kept: StatusList) -> bool:
    until = moment(json.loads(kept.signed).get("validUntil")) if kept.signed else None
    return until is not None and until - timezone.now() > COUNTS / 2


def _document(kept: StatusList, bits: bytes, since: datetime) -> dict:
    return status_list.credential(
        url=url_of(kept),
        issuer=keys.did_of(kept.institution),
        bits=bits,
        valid_from=since,
        purpose=kept.purpose,
    )


def _signed(document: dict, key: IssuerKey, created: datetime) -> str:
    signed = proofs.sign(
        document,
        private_key=keys.private_half(key),
        verification_method=keys.verification_method(key),
        created=created,
    )
    return json.dumps(signed, ensure_ascii=False)
