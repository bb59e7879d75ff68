"""The only place that says what this portal knows of an issuer: own, in a register, met before."""

from urllib.parse import urlsplit

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from credentials.language import in_language
from credentials.models import AwardingBody, Credential, Institution, Origin, User
from credentials.services import keys
from credentials.trust import did
from credentials.trust.answers import Findings
from credentials.trust.issuers import Record
from credentials.vocabulary import BodyStatus

MOST_CASES = 1_000


def record_of(findings: Findings, reader: User | None = None) -> Record:
    """Return what is known of whoever is proven to have issued a credential.

    The register of the reader's institution is asked first. Where another one says the opposite,
    `source` says so.
    """
    proven = _by_scheme(findings)
    if own := keys.institution_behind(proven.get("did", "")):
        return record_of_own(own)
    cases = _cases(findings, proven)
    body, *others = _bodies_behind(proven, reader) or [None]
    if body is None:
        return Record(cases=cases)
    sources = (body.evidence, _deqar(body), *_contradictions(body, others))
    return Record(
        name=body.name,
        status=str(body.status),
        register=in_language(body.institution.name),
        agency=body.quality_agency,
        source=", ".join(part for part in sources if part),
        looked_up=body.checked_on.isoformat() if body.checked_on else "",
        cases=cases,
    )


def _contradictions(body: AwardingBody, others: list[AwardingBody]) -> list[str]:
    found = []
    for other in others:
        if other.status != body.status and BodyStatus.NOT_RECOGNISED in (other.status, body.status):
            said = {
                "register": in_language(other.institution.name),
                "status": BodyStatus(other.status).label,
            }
            found.append(_("but the register of %(register)s says: %(status)s") % said)
    return found


def _by_scheme(findings: Findings) -> dict[str, str]:
    return {one.scheme: one.value for one in findings.proven}


def issuer_behind(
    findings: Findings, reader: User | None = None
) -> Institution | AwardingBody | None:
    """Return who is proven to have issued, to be named to a reader without saying who says so.

    One of ours, or one that the register of the reader's institution recognises. On a portal with
    one institution its register speaks to everybody.
    """
    proven = _by_scheme(findings)
    if own := keys.institution_behind(proven.get("did", "")):
        return own
    body = next(iter(_bodies_behind(proven, reader)), None)
    if body is None or body.status != BodyStatus.RECOGNISED:
        return None
    speaks = body.institution in _institutions_of(reader) or Institution.objects.count() == 1
    return body if speaks else None


def _institutions_of(reader: User | None) -> list[Institution]:
    if reader is None:
        return []
    staff = Q(units__memberships__user=reader)
    return list(Institution.objects.filter(staff | Q(learners__user=reader)).distinct())


def _bodies_behind(proven: dict[str, str], reader: User | None) -> list[AwardingBody]:
    """Return the entries of registers for what is proven, {scheme: value}; recognised ones first.

    Before them those of the reader's institution. A web address in a register counts only for
    whoever speaks for the whole domain.
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
        When(institution__in=_institutions_of(reader), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    second = Case(
        When(status=BodyStatus.RECOGNISED, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    found = AwardingBody.objects.filter(said).select_related("institution")
    return list(found.order_by(first, second, "pk"))


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
    """Count the people who brought another credential of the same issuer, found valid here.

    People, because one can bring as many as they like.
    """
    if not proven.get("did"):
        return 0
    met = Credential.objects.filter(
        issuer_key=proven["did"][:300], origin=Origin.IMPORTED, verification__verdict="valid"
    )
    if own := findings.facts.id[:500] if findings.facts else "":
        met = met.exclude(identifier=own)
    return met.order_by().values("holder").distinct()[:MOST_CASES].count()
