"""The only place that knows the concepts and nodes of which a European Digital Credential is made.

European Learning Model 3, application profile of European Digital Credentials (EDC). A concept
names the list that it comes from (`inScheme`); what no published list has is a concept of our
own without a list, and `notation` carries the code of `credentials.vocabulary`.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from credentials import vocabulary
from credentials.language import DOCUMENT_LANGUAGES, LanguageMap
from credentials.standards import codes
from credentials.standards.documents import in_each
from credentials.vocabulary import SNB, CredentialType

AUTHORITY = "http://publications.europa.eu/resource/authority/"
ESCO_SKILL = "http://data.europa.eu/esco/skill/"
ESCO_SCHEME = "http://data.europa.eu/esco/concept-scheme/skills"
LIST_OF = "/25831c2"  # how the URI of each list under SNB ends
OWN = "urn:epass:concept:"
LOCAL = "urn:epass:"
ECTS = SNB + "education-credit/6fcec5c5af"
GENERIC_PROFILE = SNB + "credential/e34929035b"
OPPORTUNITY = SNB + "learning-opportunity/"
TYPE_URIS: dict[str, str] = {
    CredentialType.MICROCREDENTIAL: OPPORTUNITY + "74a4a268e8",  # short learning programme
    CredentialType.COURSE: OPPORTUNITY + "05053c1cbe",
    CredentialType.MODULE: OPPORTUNITY + "0f7dac46ca",
    CredentialType.DIPLOMA: OPPORTUNITY + "79343569f3",  # educational programme
}
# Two kinds of supervision share one entry of the list; where the assessment is held tells them.
SUPERVISION_PLACES: dict[str, str] = {
    vocabulary.Supervision.SUPERVISED_ONLINE: vocabulary.ParticipationForm.ONLINE,
    vocabulary.Supervision.SUPERVISED_ONSITE: vocabulary.ParticipationForm.ONSITE,
}
# An identifier that a law gives: its scheme in the facts, and its property.
LEGAL = {
    "eidas": "eIDASIdentifier",
    "national": "registration",
    "vat": "vatIdentifier",
    "tax": "taxIdentifier",
}
EVIDENCE, EVIDENCE_NAME = "evidence", "evidence_name"  # the note tells of it, or only names it
STUDENT_NUMBER = "Student number"
CERTIFICATE_NUMBER = "Certificate number"
COURSE_CODE = "Course code"
GRADING = _("Grading scale")
ASSESSMENT = _("Assessment")


@dataclass(slots=True)
class Nodes:
    """The nodes of one credential, numbered by their class.

    `language` is that of texts for which nobody noted one, `languages` those of the credential;
    texts in other languages are left out when it is `restricted` to these.
    """

    language: str
    languages: tuple[str, ...]
    restricted: bool = False
    _count: Counter = field(default_factory=Counter)
    _kept: dict = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def make(self, kind: str, id: str = "", **properties: object) -> dict:
        """Return a node of a class; properties that say nothing are left out."""
        if not id:
            self._count[kind] += 1
            id = f"{LOCAL}{kind[0].lower()}{kind[1:]}:{self._count[kind]}"
        return {"id": id, "type": kind, **stated(properties)}

    def free(self, id: str) -> str:
        """Return an id for the first thing that has it, "" for others: two would be one node."""
        taken = id in self._taken
        self._taken.add(id)
        return "" if taken else id

    def once(self, key: object, make: Callable[[], dict]) -> dict:
        """Return the node that was made for `key` before, so that one thing stays one node."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def texts(self, texts: LanguageMap) -> dict[str, str]:
        """Return a language map in the languages to write, in any when it has none of them."""
        said = {tag: text for tag, text in texts.items() if text}
        if not self.restricted:
            return said
        return {tag: said[tag] for tag in self.languages if tag in said} or said

    def line(self, text: str) -> dict[str, str]:
        """Return a text without a noted language as a language map."""
        return {self.language: text} if text else {}

    def labels(self, label: object) -> dict[str, str]:
        """Return what gettext says, in those languages of the credential that it knows."""
        spoken = [tag for tag in self.languages if tag in DOCUMENT_LANGUAGES]
        return in_each(spoken or ["en"], lambda _language: label)

    def note(self, texts: LanguageMap, subject: dict | None = None) -> dict:
        """Return a note, {} when it says nothing; `subject` is the concept that it is about."""
        said = self.texts(texts)
        return self.make("Note", noteLiteral=said, subject=subject) if said else {}

    def web(self, url: str, title: object = "") -> dict:
        """Return a page of the web, {} for no address."""
        named = self.labels(title) if title else {}
        return self.make("WebResource", contentURL=url, title=named) if url else {}

    def coded(self, code: str, closed_list: Any, uris: Mapping[Any, str]) -> dict:
        """Return a code of a closed list as its published concept, else as one of our own."""
        if not code:
            return {}
        labels = self.labels(closed_list(code).label)
        uri = uris.get(code)
        published = codes.concept_name(uri) if uri else ""
        if published:
            labels = {**labels, "en": published}
        return concept(uri or f"{OWN}{code}", labels, notation=code)


def stated(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that say something; one entry stands for a list of one."""
    kept = {}
    for name, value in properties.items():
        if isinstance(value, list):
            value = [entry for entry in value if entry not in ("", None, {})]
            value = value[0] if len(value) == 1 else value
        if value not in ("", None, {}, []):
            kept[name] = value
    return kept


def concept(uri: str, labels: LanguageMap, *, notation: str = "") -> dict:
    """Return a concept with the list that its URI belongs to."""
    scheme = ""
    if uri.startswith(SNB):
        scheme = uri.rpartition("/")[0] + LIST_OF
    elif uri.startswith(AUTHORITY):
        scheme = uri.rpartition("/")[0]
    elif uri.startswith(ESCO_SKILL):
        scheme = ESCO_SCHEME
    in_scheme = {"id": scheme, "type": "ConceptScheme"} if scheme else {}
    said = {"inScheme": in_scheme, "prefLabel": dict(labels), "notation": notation}
    return {"id": uri, "type": "Concept", **stated(said)}


def own(name: str, labels: LanguageMap | None = None) -> dict:
    """Return a concept of our own, named like the fact that it stands for."""
    return concept(OWN + name, labels or {}, notation=name)


def reference(node: dict) -> dict:
    """Return a node by its id alone, as it stands in full elsewhere in the document."""
    return {"id": node["id"]}


def published(uri: str) -> dict:
    """Return an entry of one of the short published lists."""
    return concept(uri, {"en": codes.concept_name(uri)})


def country(code: str) -> dict:
    """Return the concept of a country (ISO 3166-1 alpha-2), {} when there is none."""
    alpha3 = codes.country_alpha3(code)
    if not alpha3:
        return {}
    return concept(f"{AUTHORITY}country/{alpha3}", {}, notation="country")


def language(tag: str) -> dict:
    """Return the concept of a language (BCP 47), {} when there is none."""
    alpha3 = codes.language_alpha3(tag)
    if not alpha3:
        return {}
    return concept(f"{AUTHORITY}language/{alpha3}", {}, notation="language")


def duration(hours: Decimal | None) -> str:
    """Return hours as an xsd:duration, to the second: 62.5 gives "PT62H30M"."""
    if hours is None:
        return ""
    whole, seconds = divmod(round(hours * 3600), 3600)
    minutes, seconds = divmod(seconds, 60)
    more = f"{minutes}M" * bool(minutes) + f"{seconds}S" * bool(seconds)
    return f"PT{whole}H{more}"


def hours_of(text: str) -> Decimal | None:
    """Return the hours of an xsd:duration of hours, minutes and seconds, None for others."""
    found = re.fullmatch(
        r"PT(?:([0-9]{1,6}(?:\.[0-9]{1,2})?)H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})S)?", text
    )
    if not found or not any(found.groups()):
        return None
    hours, minutes, seconds = (Decimal(part or 0) for part in found.groups())
    return round(hours + minutes / 60 + seconds / 3600, 2)


def country_of(identifier: str, otherwise: str) -> str:
    """Return the country in an organizationIdentifier ("VATES-A1": ES), else `otherwise`.

    ETSI EN 319 412-1, 5.1.4: three letters for the kind, two for the country, a hyphen. Greece
    writes EL in its VAT numbers.
    """
    found = re.match(r"[A-Z]{3}([A-Z]{2})-", identifier)
    code = {"EL": "GR"}.get(found[1], found[1]) if found else ""
    return code if codes.country_alpha3(code) else otherwise
