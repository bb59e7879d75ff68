"""The only place that words the track of a line: each source, each reason, and on whose word."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials import vocabulary as v
from credentials.days import longdate
from credentials.templatetags.symbolon import country_name, ects, number
from recognition.evidence import SourceEvidence, label_of, who_says
from recognition.rules import TrackProposal
from recognition.sources import KnownBody, known_body, track_of
from recognition.vocabulary import Track, TrackReason

OF_BODY = (
    TrackReason.RECOGNISED_BODY,
    TrackReason.NON_HE_BODY,
    TrackReason.UNKNOWN_BODY,
    TrackReason.NOT_RECOGNISED_BODY,
    TrackReason.PLATFORM,
)
OF_QUALITY = (
    TrackReason.QUALITY_ASSURED,
    TrackReason.QUALITY_UNKNOWN,
    TrackReason.NO_QUALITY_ASSURANCE,
)
OF_LEVEL = (
    TrackReason.HIGHER_EDUCATION,
    TrackReason.LEVEL_UNKNOWN,
    TrackReason.BELOW_HIGHER_EDUCATION,
)


@dataclass(frozen=True, slots=True)
class Point:
    """One reason for a track, on what it rests, and what the registrar can do about it."""

    sentence: str
    evidence: str
    advice: str


@dataclass(frozen=True, slots=True)
class SourceTrack:
    """The track that one source speaks for, and why."""

    title: str
    track: Track
    points: tuple[Point, ...]


def tracks_of(evidence: Sequence[SourceEvidence]) -> list[SourceTrack]:
    """Return the track of each source; without a query when the register came with them."""
    return [_of(one, track_of(one.source)) for one in evidence]


def _of(one: SourceEvidence, proposal: TrackProposal) -> SourceTrack:
    points = (
        Point(str(reason.label), _evidence(one, reason), str(reason.advice))
        for reason in proposal.reasons
    )
    return SourceTrack(one.title, proposal.track, tuple(points))


def why_together(tracks: Sequence[SourceTrack]) -> str:
    """Say why a line with several sources takes its track, "" for a line with one."""
    if len(tracks) < 2:
        return ""
    asking = [one.title for one in tracks if one.track == Track.VALIDATION]
    if not asking:
        return _("All sources speak for it.")
    if len(asking) == len(tracks):
        return _("All sources ask for it.")
    return ngettext(
        "The sources are weighed together, so one that asks for validation takes the line with "
        "it: %(titles)s.",
        "The sources are weighed together, so those that ask for validation take the line with "
        "them: %(titles)s.",
        len(asking),
    ) % {"titles": ", ".join(f"“{title}”" for title in asking)}


def _evidence(one: SourceEvidence, reason: TrackReason) -> str:
    facts, body = one.facts, known_body(one.source)
    if reason in OF_BODY:
        return _register_says(body) if body.name else _named(one)
    if reason in OF_QUALITY:
        if facts.quality_assurance:
            quality = label_of(v.QualityAssurance, facts.quality_assurance)
            return _told(one, "quality_assurance", _joined(quality, facts.quality_agency))
        if body.quality_agency:
            return _("Register: %(said)s") % {"said": body.quality_agency}
        return ""
    if reason in OF_LEVEL:
        level = _("EQF %(level)s") % {"level": facts.eqf_level} if facts.eqf_level else ""
        return _told(one, "eqf_level", level)
    hours = _("%(hours)s hours") % {"hours": number(facts.hours)} if facts.hours else ""
    return _told(one, "ects" if facts.ects is not None else "hours", ects(facts.ects) or hours)


def _told(one: SourceEvidence, name: str, said: str) -> str:
    """Return a fact with who says so, "" when nobody said it."""
    return ". ".join(filter(None, (said, who_says(one.source, name)))) if said else ""


def _register_says(body: KnownBody) -> str:
    """Say what an entry of the register rests on: from where, looked up when and by whom."""
    looked = longdate(body.checked_on) if body.checked_on else _("not looked up yet")
    source = body.evidence or _("no place is named")
    said = _joined(source, looked, body.checked_by)
    return _("Register: %(said)s") % {"said": said}


def _named(one: SourceEvidence) -> str:
    name = _joined(one.body, country_name(one.facts.awarding_body.country))
    return _("Named: %(name)s") % {"name": name} if name else ""


def _joined(*words: str) -> str:
    return ", ".join(filter(None, words))
