"""The only place that compares who a credential names with a person: same, another, or not known.

A name is shared by many and spelled in many ways: alone it shows neither. An identifier, an e-mail
address that the issuer has hashed, or name and day of birth together do.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from credentials.standards.facts import HolderFacts
from credentials.trust.answers import Check
from credentials.trust.words import Outcome


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the caller asks about, as far as the portal has made sure of it itself."""

    names: tuple[str, ...]
    birth_date: date | None = None
    emails: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


def compare(
    person: Person | None,
    holder: HolderFacts | None,
    names_email: Callable[[str], bool] = lambda email: False,
) -> Check:
    """Return whether `holder` of an untrusted credential is `person`."""
    named = {"holder": holder.name} if holder and holder.name else {}
    if person is None:
        key = "holder_unasked" if named else "holder_unasked_unnamed"
        return Check("holder", Outcome.NOT_APPLICABLE, key, named)
    proof = _proof(person, holder, names_email)
    if holder and holder.birth_date and person.birth_date not in (None, holder.birth_date):
        return Check("holder", Outcome.FAIL, "holder_birth_date_differs")
    alike = max((_alike(holder.name, name) for name in person.names), default=0.0) if holder else 0
    if proof:
        if named and not alike:
            return Check("holder", Outcome.UNKNOWN, "holder_other_name", named)
        return Check("holder", Outcome.PASS, proof, named)
    if not named:
        return Check("holder", Outcome.UNKNOWN, "holder_unnamed")
    if not alike:
        return Check("holder", Outcome.FAIL, "holder_differs", named)
    born = holder is not None and holder.birth_date is not None and person.birth_date is not None
    if alike == 1 and born:
        return Check("holder", Outcome.PASS, "holder_birth_date", named)
    key = "holder_name_only" if alike == 1 else "holder_name_partly"
    return Check("holder", Outcome.UNKNOWN, key, named)


def _proof(person: Person, holder: HolderFacts | None, names_email: Callable[[str], bool]) -> str:
    if holder and holder.id and holder.id in person.ids:
        return "holder_id"
    plain = holder.email.strip().casefold() if holder else ""
    known = any(names_email(email) or email.casefold() == plain for email in person.emails)
    return "holder_email" if known else ""


def _alike(one: str, other: str) -> float:
    """Return 1 for the same words in any order and without accents, 0 for none in common."""
    first, second = _words(one), _words(other)
    return len(first & second) / max(len(first | second), 1)


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return set(letters.split())
