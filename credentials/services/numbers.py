"""The only place that makes running numbers and short codes to verify by."""

import re
import secrets
from collections.abc import Iterator

from django.utils import timezone

from credentials.models import Institution, NumberSeries
from credentials.services.lifecycle import change

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE = re.compile(r"[A-Z0-9]{11,16}")


def next_number(institution: Institution, kind: str) -> str:
    """Return the next running number, e.g. "LND-MC-2026-0042"; call inside `change()`."""
    return next_numbers(institution, kind, 1)[0]


def next_numbers(institution: Institution, kind: str, count: int) -> list[str]:
    """Return as many running numbers as are wanted, in order; call inside `change()`."""
    year = timezone.localdate().year
    series, _is_new = NumberSeries.objects.select_for_update().get_or_create(
        institution=institution, kind=kind, year=year
    )
    first = series.last + 1
    series.last += count
    series.save(update_fields=["last"])
    return [
        f"{institution.number_prefix}-{kind}-{year}-{number:04}"
        for number in range(first, series.last + 1)
    ]


def between(first: str, last: str) -> Iterator[str]:
    """Yield the running numbers from `first` to `last`, which `next_numbers` gave in one series."""
    series, _, start = first.rpartition("-")
    _series, _, end = last.rpartition("-")
    return (f"{series}-{number:04}" for number in range(int(start), int(end) + 1))


def new_code(institution: Institution) -> str:
    """Return a random code such as "LND-7F4K-22QX-M3": 10 signs, about 49 bits, no 0/O/1/I/L/U."""
    number, signs = secrets.randbelow(len(ALPHABET) ** 10), ""
    for _ in range(10):
        number, place = divmod(number, len(ALPHABET))
        signs += ALPHABET[place]
    return f"{institution.number_prefix}-{signs[:4]}-{signs[4:8]}-{signs[8:]}"


@change()
def take(institution: Institution, kind: str) -> tuple[str, str]:
    """Return a number and a code for a document that is about to be printed."""
    return next_number(institution, kind), new_code(institution)


def normal_code(typed: str) -> str:
    """Return a code as printed from one as typed: capitals, whatever stands between the signs.

    The last ten signs stand in groups of 4, 4 and 2, and up to six before them. What has fewer or
    more is no code and comes back as it is, in capitals.
    """
    signs = re.sub(r"[\W_]", "", typed.upper())
    if not CODE.fullmatch(signs):
        return typed.strip().upper()
    return "-".join((signs[:-10], signs[-10:-6], signs[-6:-2], signs[-2:]))
