"""The only place that reads a source: its facts, what the register says, the track it means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date

from credentials.models import AwardingBody
from credentials.standards import facts_json
from credentials.standards.facts import CredentialFacts
from credentials.vocabulary import BodyKind, BodyStatus, QualityAssurance
from recognition.models import LineSource
from recognition.rules import TrackProposal, derive_track
from recognition.vocabulary import Track, TrackReason


def facts_of(source: LineSource) -> CredentialFacts:
    """Return the facts as they were frozen when the application was sent."""
    return facts_json.from_json(source.facts)


# The register


@dataclass(frozen=True, slots=True)
class KnownBody:
    """What the register says of the awarding body of a source; no name: it says nothing.

    `is_frozen`: as it was when the line was declared complete, whatever the register says today.
    """

    name: str = ""
    country: str = ""
    kind: str = ""
    status: str = BodyStatus.UNKNOWN
    quality_agency: str = ""
    evidence: str = ""
    checked_on: date | None = None
    checked_by: str = ""
    hours_per_ects: Decimal | None = None
    version: int = 0
    is_frozen: bool = False

    @property
    def status_label(self) -> str:
        return str(BodyStatus(self.status).label) if self.status in BodyStatus.values else ""

    @property
    def is_platform(self) -> bool:
        return self.kind == BodyKind.PLATFORM


TEXTS = ("name", "country", "kind", "status", "quality_agency", "evidence")


def known_body(source: LineSource) -> KnownBody:
    """Return what counts for a source: what was frozen, else what the register says now.

    With only a platform known, it is the platform, which can never lead to recognition.
    """
    said = source.body_facts
    if said:
        hours = said.get("hours_per_ects")
        return KnownBody(
            **{name: said.get(name, "") for name in TEXTS},
            checked_on=parse_date(said.get("checked_on", "")),
            checked_by=said.get("checked_by", ""),
            hours_per_ects=Decimal(hours) if hours else None,
            version=said.get("version", 0),
            is_frozen=True,
        )
    return in_register(source)


def in_register(source: LineSource) -> KnownBody:
    """Return what the register says today of who stands behind a source."""
    if source.awarding_body is None and source.platform:
        return replace(
            _as_known(source.platform), kind=BodyKind.PLATFORM, status=BodyStatus.UNKNOWN
        )
    return _as_known(source.awarding_body)


def _as_known(body: AwardingBody | None) -> KnownBody:
    """Return what an entry of the register says now."""
    if body is None:
        return KnownBody()
    return KnownBody(
        **{name: getattr(body, name) for name in TEXTS},
        checked_on=body.checked_on,
        checked_by=body.checked_by.name if body.checked_by else "",
        hours_per_ects=body.hours_per_ects,
        version=body.version,
    )


def as_frozen(source: LineSource) -> dict[str, Any]:
    """Return what is to be kept of the register as `LineSource.body_facts`."""
    known = in_register(source)
    frozen: dict[str, Any] = {name: str(getattr(known, name)) for name in TEXTS}
    frozen |= {"checked_by": known.checked_by, "version": known.version}
    if known.checked_on:
        frozen["checked_on"] = known.checked_on.isoformat()
    if known.hours_per_ects:
        frozen["hours_per_ects"] = str(known.hours_per_ects)
    return frozen


# The track


def track_of(source: LineSource) -> TrackProposal:
    """Propose the track that one source speaks for.

    Whether a body is recognised is read from the register, never from what the applicant states.
    """
    facts, body = facts_of(source), known_body(source)
    quality = facts.quality_assurance
    if not quality and body.quality_agency:
        quality = QualityAssurance.INSTITUTION
    return derive_track(
        body.status,
        quality,
        facts.eqf_level,
        facts.ects if facts.ects is not None else facts.hours,
        is_platform=body.is_platform,
    )


def proposed_track(sources: Sequence[LineSource]) -> TrackProposal:
    """Propose the track of a line: validation as soon as one source asks for it."""
    proposals = [track_of(source) for source in sources]
    tracks = {proposal.track for proposal in proposals}
    track = Track.VALIDATION if Track.VALIDATION in tracks else Track.RECOGNITION
    codes = {code for p in proposals if p.track == track for code in p.reasons}
    return TrackProposal(track, tuple(code for code in TrackReason if code in codes))
