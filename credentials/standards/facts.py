"""Facts: what a credential says, free of any standard and of any database.

Every standard (Open Badges, ELM, ELMO ...) is written from facts and read into facts; PDF
templates read facts too. Field names follow Annex I of the Council Recommendation of 16 June
2022 on a European approach to micro-credentials (2022/C 243/02).
Texts in several languages are language maps, {"en": "...", "de": "..."}.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from credentials.language import LanguageMap


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier and its scheme, such as ("schac", "lindenfeld.example")."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class BodyFacts:
    """An awarding body, a provider or a platform. `country` is ISO 3166-1 alpha-2."""

    name: LanguageMap
    country: str = ""
    region: str = ""
    id: str = ""
    url: str = ""
    identifiers: tuple[Identifier, ...] = ()
    status: str = ""
    quality_agency: str = ""


@dataclass(frozen=True, slots=True)
class HolderFacts:
    """The learner as named at the time of the award. `id` is a DID or URI when one is known."""

    name: str
    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    student_number: str = ""
    email: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """One learning outcome. `skills` are (ESCO URI, label) pairs."""

    text: LanguageMap
    code: str = ""
    url: str = ""
    skills: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class GradeFacts:
    """A grade as given, with its scale from lowest to highest and the lowest pass."""

    value: str
    scale_name: str = ""
    scale: tuple[str, ...] = ()
    passed_from: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """What a credential rests on, in words. `id` is the URI of a source, where it has one."""

    name: LanguageMap
    narrative: LanguageMap = field(default_factory=dict)
    id: str = ""
    genre: str = ""


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """What one credential says. Unknown is None, "" or (); nothing is guessed.

    `awarding_body` issues and signs; `joint_bodies` award it together with that one.
    `replaces`: the id of the first credential that this one corrects.

    Units: `ects` in ECTS credits (halves), `hours` in hours of 60 minutes, `eqf_level` 1 to 8,
    `isced_f` a code of ISCED-F 2013 (2 to 4 digits), `language` BCP 47.
    Closed lists are codes of `credentials.vocabulary`.
    """

    id: str
    title: LanguageMap
    awarding_body: BodyFacts
    holder: HolderFacts | None = None
    number: str = ""
    description: LanguageMap = field(default_factory=dict)
    type: str = ""
    platform: BodyFacts | None = None
    joint_bodies: tuple[BodyFacts, ...] = ()
    issued_on: datetime | None = None
    awarded_on: date | None = None
    valid_until: datetime | None = None
    activity_from: date | None = None
    activity_to: date | None = None
    outcomes: tuple[OutcomeFacts, ...] = ()
    ects: Decimal | None = None
    hours: Decimal | None = None
    hours_per_ects: Decimal | None = None
    eqf_level: int | None = None
    nqf_level: str = ""
    cycle: str = ""
    isced_f: str = ""
    language: str = ""
    assessment_type: str = ""
    assessment_criteria: LanguageMap = field(default_factory=dict)
    participation_form: str = ""
    quality_assurance: str = ""
    quality_agency: str = ""
    quality_url: str = ""
    prerequisites: LanguageMap = field(default_factory=dict)
    supervision: str = ""
    grade: GradeFacts | None = None
    stackability: str = ""
    stackable_towards: LanguageMap = field(default_factory=dict)
    further_information: LanguageMap = field(default_factory=dict)
    evidence: tuple[EvidenceFacts, ...] = ()
    replaces: str = ""
    course_url: str = ""
    course_code: str = ""
    course_version: str = ""
    verify_url: str = ""
    status_url: str = ""
    status_index: int | None = None
    suspension_url: str = ""

    def missing_elements(self) -> tuple[str, ...]:
        """Return the names of the mandatory Annex I elements that are not stated, in its order."""
        present = {
            "holder": bool(self.holder and self.holder.name),
            "title": any(self.title.values()),
            "country": bool(self.awarding_body.country),
            "awarding_body": any(self.awarding_body.name.values()),
            "issued_on": self.issued_on is not None,
            "outcomes": bool(self.outcomes),
            "workload": self.ects is not None or self.hours is not None,
            "level": self.eqf_level is not None or bool(self.nqf_level or self.cycle),
            "assessment_type": bool(self.assessment_type),
            "participation_form": bool(self.participation_form),
            "quality_assurance": bool(self.quality_assurance),
        }
        return tuple(name for name in ANNEX_I if not present[name])

    def main_language(self) -> str:
        """Return the language to write in: that of the course, where the title has it."""
        for language in (self.language, "en", *self.title):
            if language and self.title.get(language):
                return language
        return "en"


ANNEX_I = (
    "holder",
    "title",
    "country",
    "awarding_body",
    "issued_on",
    "outcomes",
    "workload",
    "level",
    "assessment_type",
    "participation_form",
    "quality_assurance",
)
