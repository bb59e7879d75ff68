"""The only place that says what this portal knows of an issuer: own, in a register, met before."""

from urllib.parse import urlsplit

from django.db.models import Case, IntegerField, Q, Value, When

from credentials.language import in_language
from credentials.models import AwardingBody, Credential, Institution, Origin
from credentials.services import keys
from credentials.trust import did
from credentials.trust.answers import Findings
from credentials.trust.issuers import Record
from credentials.vocabulary import BodyStatus

MOST_CASES = 1_000


def record_of(findings: Findings) -> Record:
    """Return what is known of whoever is proven to have issued a credential."""
    proven = _by_scheme(findings)
    if own := keys.institution_behind(proven.get("did", "")):
        return record_of_own(own)
    body = body_behind(proven)
    cases = _cases(findings, proven)
    if body is None:
        return Record(cases=cases)
    return Record(
        name=body.name,
        status=str(body.status),
        register=in_language(body.institution.name),
        agency=body.quality_agency,
        source=", ".join(part for part in (body.evidence, _deqar(body)) if part),
        looked_up=body.checked_on.isoformat() if body.checked_on else "",
        cases=cases,
    )


def _by_scheme(findings: Findings) -> dict[str, str]:
    return {one.scheme: one.value for one in findings.proven}


def issuer_behind(findings: Findings) -> Institution | AwardingBody | None:
    """Return who is proven to have issued: one of ours, or one that a register recognises."""
    proven = _by_scheme(findings)
    if own := keys.institution_behind(proven.get("did", "")):
        return own
    body = body_behind(proven)
    return body if body and body.status == BodyStatus.RECOGNISED else None


def body_behind(proven: dict[str, str]) -> AwardingBody | None:
    """Return the entry of a register for what is proven, {scheme: value}; recognised ones first.

    A web address in the register counts only for whoever speaks for the whole domain.
    """
    said = Q(pk__in=[])
    # A bare key may stand in a register; nothing shows that it is the one of that body.
    if proven.get("did") and not did.names_itself(proven["did"]):
        said |= Q(did=proven["did"])
    if proven.get("legal"):
        said |= Q(legal_id=proven["legal"])
    if proven.get("domain"):
        said |= Q(pk__in=_of_domain(proven["domain"]))
    first = Case(
        When(status=BodyStatus.RECOGNISED, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    found = AwardingBody.objects.filter(said).select_related("institution")
    return found.order_by(first, "pk").first()


def _of_domain(domain: str) -> list[int]:
    host = domain.lower().removeprefix("www.")
    found = AwardingBody.objects.filter(url__icontains=host).values_list("pk", "url")
    return [pk for pk, url in found if urlsplit(url).netloc.lower().removeprefix("www.") == host]


def record_of_own(own: Institution) -> Record:
    """Return what is known of an institution of this portal."""
    return Record(
        name=in_language(own.name),
        status=BodyStatus.RECOGNISED.value,
        agency=own.quality_agency,
        source=own.quality_url,
        is_own=True,
    )


def _deqar(body: AwardingBody) -> str:
    return f"DEQAR {body.deqar_id}" if body.deqar_id else ""


def _cases(findings: Findings, proven: dict[str, str]) -> int:
    """Count the other credentials of the same issuer that were found valid here."""
    if not proven.get("did"):
        return 0
    met = Credential.objects.filter(
        issuer_key=proven["did"][:300], origin=Origin.IMPORTED, verification__verdict="valid"
    )
    own = findings.facts.id[:500] if findings.facts else ""
    return met.exclude(identifier=own)[:MOST_CASES].count() if own else met[:MOST_CASES].count()
