"""The only place that writes and reads status lists: W3C Bitstring Status List 1.0.

One bit per credential, 0 while it is good; bit 0 is the most significant bit of byte 0.
"""

import base64
import binascii
import gzip
import re
import secrets
import zlib
from collections.abc import Collection
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from credentials.standards.contexts import CREDENTIALS_V2

SHORTEST = 131_072  # entries; section 3.1, so that one credential hides in the herd
LONGEST = 8 * SHORTEST
LONGEST_ENCODED = 400_000
REVOCATION = "revocation"
SUSPENSION = "suspension"
LIST_NAME = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class StatusUnreadable(ValueError):
    """A status list or entry is not what the standard asks for, so it says nothing."""


class ListFull(Exception):
    """No index of a status list is free."""


def empty(length: int = SHORTEST) -> bytes:
    """Return a list of `length` entries that are all good."""
    if length < SHORTEST or length % 8:
        raise ValueError(f"A status list has at least {SHORTEST} entries, in whole bytes.")
    return bytes(length // 8)


def get_bit(bits: bytes, index: int) -> bool:
    """Return whether entry `index` is set; raise StatusUnreadable outside of the list."""
    if not 0 <= index < len(bits) * 8:
        raise StatusUnreadable(_("The credential has no entry in the list."))
    return bool(bits[index // 8] & (0x80 >> index % 8))


def set_bit(bits: bytes, index: int, value: bool = True) -> bytes:
    """Return a copy of `bits` with entry `index` set to `value`."""
    get_bit(bits, index)
    changed, mask = bytearray(bits), 0x80 >> index % 8
    changed[index // 8] = changed[index // 8] | mask if value else changed[index // 8] & ~mask
    return bytes(changed)


def allocate(used: Collection[int], length: int = SHORTEST) -> int:
    """Return a random index that is not in `used`; raise ListFull when there is none.

    Random, so that the order of awards cannot be read from the indexes (section 5.1).
    """
    if len(used) >= length:
        raise ListFull
    if len(used) < length // 2:
        while (index := secrets.randbelow(length)) in used:
            pass
        return index
    return secrets.choice([index for index in range(length) if index not in used])


def encode(bits: bytes) -> str:
    """Return the `encodedList` of a list: GZIP, base64url, multibase prefix u."""
    packed = base64.urlsafe_b64encode(gzip.compress(bits, mtime=0))
    return "u" + packed.decode("ascii").rstrip("=")


def decode(encoded: object) -> bytes:
    """Return the bits of an `encodedList` (untrusted); raise StatusUnreadable."""
    if not isinstance(encoded, str) or not 1 < len(encoded) <= LONGEST_ENCODED:
        raise StatusUnreadable(_("The list has no readable entries."))
    # Lists made for the earlier StatusList2021 lack the multibase prefix; GZIP begins with H4sI.
    text = encoded if encoded.startswith("H4sI") else encoded.removeprefix("u")
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        opener = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        bits = opener.decompress(packed, LONGEST // 8 + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise StatusUnreadable(_("The list has no readable entries.")) from None
    if len(bits) > LONGEST // 8 or len(bits) < SHORTEST // 8 or not opener.eof:
        raise StatusUnreadable(_("The list is too short, too long or cut off."))
    return bits


def credential(
    *, url: str, issuer: str, bits: bytes, valid_from: datetime, purpose: str = REVOCATION
) -> dict:
    """Return the unsigned status list credential that is published at `url`."""
    return {
        "@context": [CREDENTIALS_V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": valid_from.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode(bits),
        },
    }


def entry(*, url: str, index: int, purpose: str = REVOCATION, suspensions: str = "") -> dict:
    """Return the `credentialStatus` of a credential that has entry `index` of the list `url`.

    `suspensions`: the address of a list of suspensions with the same place. It goes where the
    standard has a reference to more on the status (section 2.1), because Open Badges 3.0 allows
    one entry only.
    """
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
        **({"statusReference": suspensions} if suspensions else {}),
    }


def referred(status: object) -> dict | None:
    """Return the entry among suspensions that an entry (untrusted) refers to, None without one.

    Elsewhere a reference leads to a text for people, so only one counts that lies beside the list
    itself and is named by a UUID as it is: that is how this portal names its lists.
    """
    if not isinstance(status, dict):
        return None
    reference, url = status.get("statusReference"), status.get("statusListCredential")
    if not isinstance(reference, str) or not isinstance(url, str):
        return None
    (there, name), (here, own) = (text.rpartition("/")[::2] for text in (reference, url))
    are_lists = LIST_NAME.fullmatch(name) and LIST_NAME.fullmatch(own)
    if status.get("statusPurpose") != REVOCATION or there != here or not are_lists:
        return None
    return {
        **{name: value for name, value in status.items() if name != "statusReference"},
        "statusPurpose": SUSPENSION,
        "statusListCredential": reference,
    }


def value_of(document: dict, status: dict) -> int:
    """Return the value of an entry in a status list credential (both untrusted); 0 is good.

    Most entries have one bit; `statusSize` allows up to eight (section 2.2). The signature of the
    list is the caller's business. Raises StatusUnreadable.
    """
    subject, index = document.get("credentialSubject"), status.get("statusListIndex")
    if not isinstance(subject, dict):
        raise StatusUnreadable(_("The list has no readable entries."))
    purposes = subject.get("statusPurpose")
    if status.get("statusPurpose") not in (purposes if isinstance(purposes, list) else [purposes]):
        raise StatusUnreadable(_("The list is kept for another purpose."))
    size = str(status.get("statusSize", 1))
    if size not in tuple("12345678"):
        raise StatusUnreadable(_("Entries of more than eight bits are not known here."))
    digits = str(index) if isinstance(index, (str, int)) else ""
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise StatusUnreadable(_("The entry has no number."))
    bits, first = decode(subject.get("encodedList")), int(digits) * int(size)
    return int("".join(str(int(get_bit(bits, first + n))) for n in range(int(size))), 2)


def is_set(document: dict, status: dict) -> bool:
    """Return whether an entry is anything but good; as `value_of`."""
    return value_of(document, status) != 0
