"""Facts of a degree: what a transcript and a diploma supplement say, free of page and standard.

Both, and their twins as data, are written from these. Sections are those of the Diploma
Supplement (revised 2018).
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from credentials.language import LanguageMap
from credentials.standards.facts import BodyFacts, HolderFacts


@dataclass(frozen=True, slots=True)
class ComponentFacts:
    """One line of section 4.3. `ects` in ECTS credits (halves); `component_type` as of a module.

    `origin` "passed": achieved in the programme; else credits were recognised: "own" from another
    credential of this institution, "other" of another one, "prior" from prior learning. Then
    `source_title` and `source_body` name what they were recognised from. `work_title`: of a
    thesis, in its original language.
    """

    title: LanguageMap
    code: str = ""
    component_type: str = ""
    term: str = ""
    achieved_on: date | None = None
    ects: Decimal | None = None
    grade: str = ""
    eqf_level: int | None = None
    work_title: str = ""
    origin: str = "passed"
    source_title: LanguageMap = field(default_factory=dict)
    source_body: BodyFacts | None = None
    is_micro_credential: bool = False


@dataclass(frozen=True, slots=True)
class GradeShare:
    """How many passed with a grade; `count` is absolute (ECTS Users' Guide 2015, annex 2)."""

    grade: str
    count: int


@dataclass(frozen=True, slots=True)
class GradeDistribution:
    """The passing grades of a reference group over at least two years, best grade first."""

    isced_f: str
    first_day: date
    last_day: date
    shares: tuple[GradeShare, ...]

    @property
    def total(self) -> int:
        return sum(share.count for share in self.shares)


@dataclass(frozen=True, slots=True)
class MicroCredentialFacts:
    """A micro-credential earned beside the degree (section 6.1). `country` ISO 3166-1 alpha-2."""

    title: LanguageMap
    body: BodyFacts
    awarded_on: date | None = None
    ects: Decimal | None = None
    hours: Decimal | None = None
    eqf_level: int | None = None
    grade: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class AccreditationFacts:
    """Who assures the quality of a programme or of its institution; the agency with its country.

    `kind` is a code of `QualityAssurance`, `url` where to read about it.
    """

    agency: BodyFacts
    kind: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class DegreeFacts:
    """What is known of one graduate and their qualification. Unknown is None, "" or ().

    `title` is that of the programme, `title_conferred` that of the degree, in its original
    language; so are `final_grade` and `classification`. `kind` is "degree" or "interim", or
    "transcript" of one who still studies. `mode` is a code of `StudyMode`, `cycle` of `Cycle`.
    """

    id: str
    kind: str
    number: str
    holder: HolderFacts
    title: LanguageMap
    awarding_body: BodyFacts
    programme_code: str = ""
    regulations: str = ""
    title_conferred: str = ""
    isced_f: str = ""
    administering_body: BodyFacts | None = None
    accreditation: AccreditationFacts | None = None
    languages: tuple[str, ...] = ()
    eqf_level: int | None = None
    nqf_level: str = ""
    cycle: str = ""
    ects_total: Decimal | None = None
    semesters: int | None = None
    access: LanguageMap = field(default_factory=dict)
    mode: str = ""
    outcomes: LanguageMap = field(default_factory=dict)
    started_on: date | None = None
    graduated_on: date | None = None  # of a transcript: when the studies ended
    components: tuple[ComponentFacts, ...] = ()
    grade_scale: tuple[str, ...] = ()
    passed_from: str = ""
    distribution: GradeDistribution | None = None
    final_grade: str = ""
    classification: str = ""
    classification_rule: LanguageMap = field(default_factory=dict)
    further_study: LanguageMap = field(default_factory=dict)
    regulated_profession: LanguageMap = field(default_factory=dict)
    additional: LanguageMap = field(default_factory=dict)
    micro_credentials: tuple[MicroCredentialFacts, ...] = ()
    sources: LanguageMap = field(default_factory=dict)
    certified_on: date | None = None
    signatory: str = ""
    capacity: LanguageMap = field(default_factory=dict)
    education_system: LanguageMap = field(default_factory=dict)
    verify_url: str = ""

    @property
    def ects_achieved(self) -> Decimal:
        """Return the ECTS of all components."""
        return sum((one.ects or Decimal(0) for one in self.components), Decimal(0))

    @property
    def overall(self) -> str:
        """Return the classification, then the final grade unless named in it: "Gut (2,1)"."""
        known = self.classification.replace(",", ".")
        plain = re.escape(self.final_grade.replace(",", "."))
        is_named = re.search(rf"(?<![\d.]){plain}(?!\.?\d)", known)
        grade = "" if is_named else self.final_grade
        return ", ".join(filter(None, (self.classification, grade)))
