"""The only place that writes and reads the `evidence` of an Open Badge 3.0."""

from django.utils.translation import gettext as _

from credentials.language import in_language
from credentials.standards import values
from credentials.standards.facts import EvidenceFacts

MOST = 50
CORRECTED = "ext:CorrectedCredential"


def write(evidence: tuple[EvidenceFacts, ...], replaces: str, language: str) -> list[dict]:
    """Return what a credential rests on; an identifier that is no address stays in the words.

    `replaces`: the id of the credential that it corrects, for which the standard has no term.
    """
    if replaces:
        corrected = EvidenceFacts({language: _("Corrected credential")}, {}, replaces, CORRECTED)
        evidence = (*evidence, corrected)
    return [
        {
            "id": one.id,
            "type": ["Evidence"],
            "name": in_language(one.name, language) or _("Evidence"),
            "narrative": in_language(one.narrative, language),
            "genre": one.genre,
        }
        for one in evidence
    ]


def read(stated: object, language: str) -> tuple[tuple[EvidenceFacts, ...], str]:
    """Return the evidence that an untrusted credential names, and the id of what it corrects."""
    found = [
        EvidenceFacts(
            name=values.texts(one.get("name"), language),
            narrative=values.texts(one.get("narrative") or one.get("description"), language),
            id=values.identifier(one.get("id")),
            genre=values.line(one.get("genre"), 100),
        )
        for one in values.items(stated)[:MOST]
    ]
    replaces = next((one.id for one in found if one.genre == CORRECTED), "")
    rest = (one for one in found if one.genre != CORRECTED)
    return tuple(one for one in rest if any((one.name, one.narrative, one.id))), replaces
