"""The only place that grades an issuer: accredited, its domain verified, met before, or new.

What counts is what the signature or the place vouches for; what a file says of its issuer does
not. The register and the earlier cases are the caller's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from credentials.standards.facts import Identifier
from credentials.trust.answers import Check
from credentials.trust.words import Outcome
from credentials.vocabulary import BodyStatus


@dataclass(frozen=True, slots=True)
class Record:
    """What the caller knows of an issuer, found by an identifier that is proven.

    `status` is a code of BodyStatus, "" when it is in no register; `register` is whose register,
    `agency` and `source` say where the status is known from; `looked_up` is an ISO date.
    `is_own` marks an institution of this portal, `cases` counts earlier credentials of the issuer.
    """

    name: str = ""
    status: str = ""
    register: str = ""
    agency: str = ""
    source: str = ""
    looked_up: str = ""
    is_own: bool = False
    cases: int = 0


def graded(proven: tuple[Identifier, ...], record: Record) -> Check:
    """Return how well the issuer is known; `proven` as in Findings."""
    if not proven:
        return Check("issuer_known", Outcome.UNKNOWN, "grade_unproven")
    said: Mapping[str, object] = {
        "issuer": record.name,
        "register": record.register,
        "known_from": ", ".join(part for part in (record.agency, record.source) if part),
        "day": record.looked_up,
        "status": record.status,
        "cases": record.cases,
    }
    if record.status == BodyStatus.RECOGNISED:
        key = "grade_accredited_own" if record.is_own else "grade_accredited"
        if not said["known_from"]:
            key += "_unsourced"
        return Check("issuer_known", Outcome.PASS, key, _without_empty(said))
    if record.status == BodyStatus.NOT_RECOGNISED:
        return Check("issuer_known", Outcome.FAIL, "grade_not_recognised", _without_empty(said))
    place = next((named_by(one.value) for one in proven if one.scheme == "did"), "")
    domain = place if any(one.scheme in ("domain", "host") for one in proven) else ""
    if record.status:
        return Check("issuer_known", Outcome.UNKNOWN, "grade_registered", _without_empty(said))
    if domain and record.cases:
        said = {"place": domain, "cases": record.cases}
        return Check("issuer_known", Outcome.UNKNOWN, "grade_domain_and_cases", said)
    if domain:
        return Check("issuer_known", Outcome.UNKNOWN, "grade_domain", {"place": domain})
    if record.cases:
        return Check("issuer_known", Outcome.UNKNOWN, "grade_cases", {"cases": record.cases})
    return Check("issuer_known", Outcome.UNKNOWN, "grade_new")


def _without_empty(said: Mapping[str, object]) -> dict:
    return {name: value for name, value in said.items() if value not in ("", 0)}


def place_of(issuer: str) -> str:
    """Return the host that speaks for a did:web or https identifier, "" for another."""
    if issuer.startswith("did:web:"):
        return unquote(issuer.removeprefix("did:web:").partition(":")[0])
    try:
        return urlsplit(issuer).netloc
    except ValueError:  # such as https://[x
        return ""


def is_same_host(first: str, second: str) -> bool:
    """Return whether two https addresses are of one host, written with www. or without."""
    one, other = (place_of(url).lower().removeprefix("www.") for url in (first, second))
    return bool(one) and one.removesuffix(":443") == other.removesuffix(":443")


def named_by(issuer: str) -> str:
    """Return how to call an issuer of which nothing else is proven: by its domain if it is that.

    Below a domain may be anybody, so there the whole identifier is the name.
    """
    return place_of(issuer) if _is_whole(issuer) else issuer


def _is_whole(issuer: str) -> bool:
    """Return whether an identifier is a whole domain: who may write to its root speaks for it."""
    return issuer.startswith("did:web:") and ":" not in issuer.removeprefix("did:web:")


def proven_by(issuer: str) -> tuple[Identifier, ...]:
    """Return what is proven of an issuer whose own identifier leads to the key that signed."""
    place = place_of(issuer)
    found = Identifier("domain" if _is_whole(issuer) else "host", place) if place else None
    return tuple(one for one in (Identifier("did", issuer), found) if one)
