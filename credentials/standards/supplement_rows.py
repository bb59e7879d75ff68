"""The only place that words the rows of a supplement, one language at a time.

Free of judgement: no equivalence, no suggestion about recognition (Diploma Supplement, preamble).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from babel.languages import get_official_languages
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from credentials import vocabulary as v
from credentials.language import LanguageMap
from credentials.standards import documents
from credentials.standards.documents import Imprint, Phrase, Text
from credentials.standards.facts import BodyFacts, CredentialFacts
from credentials.standards.supplement_cells import (
    Cell,
    Line,
    OneRow,
    field_of_study,
    in_one_line,
    label_of,
    sourced,
)
from credentials.standards.supplement_sizes import size_line

Role = Literal["award", "external"]


@dataclass(frozen=True, slots=True)
class RecognitionNote:
    """The one fact that a supplement may state of a recognition: that it was decided."""

    number: str
    decided_on: date
    institution: BodyFacts


@dataclass(frozen=True, slots=True)
class Column:
    """All eight sections in one language; gettext must be switched to it."""

    facts: CredentialFacts
    language: str
    role: Role
    imprint: Imprint
    provenance: Mapping[str, str] = field(default_factory=dict)

    def sections(
        self, note: RecognitionNote | None, system_note: LanguageMap, embedded: Sequence[str]
    ) -> list[tuple[str, list[OneRow]]]:
        return [
            (pgettext("supplement", "Holder"), self._holder()),
            (pgettext("supplement", "Credential"), self._credential()),
            (pgettext("supplement", "Level and volume"), self._level()),
            (pgettext("supplement", "Content and result"), self._content()),
            (pgettext("supplement", "Function"), self._function()),
            (pgettext("supplement", "Additional information"), self._additional(note, embedded)),
            (pgettext("supplement", "Certification"), self._certification()),
            (pgettext("supplement", "Note on the framework"), self._framework(system_note)),
        ]

    def _holder(self) -> list[OneRow]:
        holder = self.facts.holder
        split = bool(holder and holder.family_name)
        name, birth, number, learner_id = "", None, "", ""
        if holder:
            full = f"{holder.family_name}, {holder.given_name}".removesuffix(", ")
            name = full if split else holder.name
            birth, number, learner_id = holder.birth_date, holder.student_number, holder.id
        return [
            self._row(
                _("Family name, first name") if split else _("Name"),
                self._line(name, "holder", style="strong"),
            ),
            self._row(_("Date of birth"), self._line(birth, "holder.birth_date")),
            self._row(
                _("Student number, learner identifier"),
                self._line(number, "holder.student_number"),
                self._line(learner_id, "holder.id", style="code"),
            ),
        ]

    def _credential(self) -> list[OneRow]:
        facts = self.facts
        spoken = get_official_languages(facts.awarding_body.country, de_facto=True)
        title, gloss = documents.title_of(facts.title, (facts.language, *spoken), self.language)
        joint = [line for one in facts.joint_bodies for line in self._body(one, "joint_bodies")]
        provider = self._body(facts.platform, "platform") if facts.platform else []
        if not provider:
            same = self.role == "award"
            provider = [Line(_("As 2.4") if same else _("None other than 2.4 is stated"))]
        return [
            self._row(
                _("Title in the original language"),
                self._line(title, "title", gloss=gloss, style="strong"),
            ),
            self._row(
                _("Type, identifier"),
                self._coded("type"),
                self._line(facts.number, "number"),
                self._line(facts.id, "id", style="code"),
            ),
            self._row(_("Field (ISCED-F 2013)"), *self._field()),
            self._row(_("Awarding body"), *self._body(facts.awarding_body, "awarding_body")),
            *([self._row(_("Awarded jointly with"), *joint)] if joint else []),
            self._row(_("Provider or platform"), *provider),
            self._row(
                _("Language of instruction"),
                self._line(documents.language_name(facts.language, self.language), "language"),
            ),
        ]

    def _field(self) -> list[Line]:
        source = self._source("isced_f")
        fields = field_of_study(self.facts.isced_f, self.language)
        return [Line(text, language, source=source) for text, language in fields]

    def _body(self, body: BodyFacts, name: str) -> list[Line | None]:
        own, gloss = documents.name_of(body, self.language)
        place = documents.country_name(body.country, self.language)
        agency = _("Quality assurance agency: %(agency)s") % {"agency": body.quality_agency}
        return [
            self._line(own, name, gloss=gloss),
            self._line(", ".join(filter(None, (body.region, place))), f"{name}.country"),
            self._line(label_of(v.BodyStatus, body.status), f"{name}.status"),
            self._line(agency if body.quality_agency else "", f"{name}.quality_agency"),
            self._line(body.url or body.id, f"{name}.url", style="code"),
        ]

    def _level(self) -> list[OneRow]:
        facts = self.facts
        eqf = _("EQF level %(level)s") % {"level": facts.eqf_level} if facts.eqf_level else ""
        return [
            self._row(
                _("Level"),
                *in_one_line(
                    self._line(eqf, "eqf_level"),
                    self._line(facts.nqf_level, "nqf_level"),
                    self._coded("cycle"),
                ),
            ),
            self._row(_("Volume"), *self._volume()),
            self._row(_("Duration"), self._line(self._period(), "activity_from")),
            self._free(_("Access requirements"), "prerequisites"),
        ]

    def _volume(self) -> list[Line | None]:
        facts = self.facts
        ects = _("%(number)s ECTS credits") % {"number": self._said(facts.ects)}
        hours = _("%(number)s hours of work") % {"number": self._said(facts.hours)}
        per = _("%(number)s hours for each credit") % {"number": self._said(facts.hours_per_ects)}
        return [
            *in_one_line(
                self._line(ects if facts.ects is not None else "", "ects"),
                self._line(hours if facts.hours is not None else "", "hours"),
                self._line(per if facts.hours_per_ects is not None else "", "hours_per_ects"),
            ),
            self._line(size_line(facts.ects), "ects"),
        ]

    def _period(self) -> str:
        start, end = self.facts.activity_from, self.facts.activity_to
        if start and end:
            return _("%(start)s to %(end)s") % {"start": self._said(start), "end": self._said(end)}
        if start:
            return _("From %(start)s") % {"start": self._said(start)}
        return _("Until %(end)s") % {"end": self._said(end)} if end else ""

    def _content(self) -> list[OneRow]:
        facts = self.facts
        rows = [
            self._row(_("Form of participation"), self._coded("participation_form")),
            self._outcomes(),
        ]
        if any(facts.description.values()):
            rows.append(self._free(_("Content"), "description"))
        return [
            *rows,
            self._row(_("Type of assessment"), self._coded("assessment_type")),
            self._free(_("Assessment criteria"), "assessment_criteria"),
            self._row(_("Supervision and identity check"), self._coded("supervision")),
            self._row(_("Grade"), *self._grade()),
            self._row(_("Achieved, issued"), *self._dates()),
        ]

    def _dates(self) -> list[Line | None]:
        facts = self.facts
        achieved = _("Achieved on %(date)s") % {"date": self._said(facts.awarded_on)}
        issued = _("Issued on %(date)s") % {"date": self._said(facts.issued_on)}
        unknown = Line(f"{_('Date of issuing')}: {self._unknown()}", style="missing")
        return [
            self._line(achieved if facts.awarded_on else "", "awarded_on"),
            self._line(issued, "issued_on") if facts.issued_on else unknown,
        ]

    def _outcomes(self) -> OneRow:
        items = []
        for outcome in self.facts.outcomes:
            phrase = self._phrase(outcome.text)
            skills = ", ".join(label for _uri, label in outcome.skills if label)
            gloss = _("ESCO: %(skills)s") % {"skills": skills} if skills else ""
            line = self._line(phrase, "outcomes", gloss=gloss)
            items += [line] if line else []
        return self._row(_("Learning outcomes"), items=items, free=bool(items))

    def _grade(self) -> list[Line | None]:
        grade = self.facts.grade
        if not grade or not grade.value:
            return []
        scale = ""
        if grade.scale:
            scale = _("Scale from the worst to the best: %(grades)s") % {
                "grades": ", ".join(grade.scale)
            }
        passed = _("Passed from: %(grade)s") % {"grade": grade.passed_from}
        return [
            self._line(grade.value, "grade", style="strong"),
            self._line(grade.scale_name, "grade"),
            self._line(scale, "grade"),
            self._line(passed if grade.passed_from else "", "grade"),
        ]

    def _function(self) -> list[OneRow]:
        facts = self.facts
        towards = self._phrase(facts.stackable_towards)
        return [
            self._row(
                _("Stackability"),
                self._coded("stackability"),
                self._line(towards, "stackable_towards"),
            ),
            self._row(_("Access to further study or to a profession")),
        ]

    def _additional(self, note: RecognitionNote | None, embedded: Sequence[str]) -> list[OneRow]:
        facts = self.facts
        rows = [
            self._row(
                _("Quality assurance"),
                self._coded("quality_assurance"),
                self._line(facts.quality_agency, "quality_agency"),
                self._line(facts.quality_url, "quality_url", style="code"),
            ),
            self._row(_("Validity"), self._validity()),
        ]
        if any(facts.further_information.values()):
            rows.append(self._free(_("Further information"), "further_information"))
        if facts.course_url:
            rows.append(
                self._row(
                    _("Information source"),
                    self._line(facts.course_url, "course_url", style="code"),
                )
            )
        if embedded:
            text = _("Inside this PDF file: %(names)s") % {"names": ", ".join(embedded)}
            hashed = _("SHA-256: %(hash)s") % {"hash": self.imprint.sha256}
            rows.append(
                self._row(
                    _("The signed credential"),
                    Line(text),
                    Line(hashed, style="code") if self.imprint.sha256 else None,
                )
            )
        if note:
            rows.append(self._row(_("Recognition"), Line(self._recognition(note))))
        return rows

    def _validity(self) -> Line | None:
        if not self.facts.valid_until:
            return Line(_("No expiry") if self.role == "award" else _("No expiry date is stated"))
        until = _("Valid until %(date)s") % {"date": self._said(self.facts.valid_until)}
        return self._line(until, "valid_until")

    def _recognition(self, note: RecognitionNote) -> str:
        own, other = documents.name_of(note.institution, self.language)
        return _(
            "Credits were awarded through recognition: decision no. %(number)s of %(date)s, "
            "%(institution)s."
        ) % {
            "number": note.number,
            "date": self._said(note.decided_on),
            "institution": other or own.text,
        }

    def _certification(self) -> list[OneRow]:
        imprint = self.imprint
        own, gloss = documents.name_of(imprint.institution, self.language)
        capacity = self._phrase(imprint.capacity).text
        maker = Line(own.text, own.language, own.direction, gloss)
        unsigned = _("No signature, stamp or seal on paper: the next row takes their place.")
        unsealed = _("No stamp or seal on paper: the next row takes its place.")
        signatory = ", ".join(filter(None, (imprint.signatory, capacity)))
        verify = [
            Line(_("Anyone can check this document here, without an account:")),
            Line(documents.without_scheme(imprint.verify_url), style="code verify"),
        ]
        return [
            self._row(
                _("Date, issued by") if self.role == "award" else _("Date, put together by"),
                Line(self._said(imprint.created)),
                Line(signatory, style="signs") if signatory else None,
                maker,
                Line(unsealed if signatory else unsigned, style="small unsealed"),
            ),
            self._row(
                pgettext("supplement", "Check"),
                *verify,
                Line(pgettext("supplement", "Code %(code)s") % {"code": imprint.code}),
                verify=True,
            ),
        ]

    def _framework(self, system_note: LanguageMap) -> list[OneRow]:
        context = _(
            "Higher education institutions award credits under the ECTS Users’ Guide. "
            "Micro-credentials follow the Council Recommendation of 16 June 2022 (2022/C 243/02). "
            "They are not degrees; the receiving institution decides on recognition."
        )
        phrase = self._phrase(system_note)
        line = Line(phrase.text, phrase.language, phrase.direction)
        if not phrase.text:
            reason = _("The institution keeps no text on the system of this country.")
            line = Line(reason, style="missing")
        return [
            self._row(_("Context"), Line(context)),
            self._row(_("Higher education system"), line, free=bool(phrase.text)),
        ]

    def _free(self, label: str, name: str) -> OneRow:
        texts = getattr(self.facts, name)
        return self._row(label, self._line(self._phrase(texts), name), free=any(texts.values()))

    def _row(
        self,
        label: str,
        *lines: Line | None,
        items: Sequence[Line] = (),
        free: bool = False,
        verify: bool = False,
    ) -> OneRow:
        known = tuple(line for line in lines if line)
        if not known and not items:
            known = (Line(self._unknown(), style="missing"),)
        source, known, listed = sourced(known, tuple(items))
        return OneRow(Cell(self.language, label, known, listed, source), free, verify)

    def _line(
        self, value: Phrase | date | str | None, name: str, *, gloss: str = "", style: str = ""
    ) -> Line | None:
        if not value or (isinstance(value, Phrase) and not value.text):
            return None
        source = self._source(name)
        if isinstance(value, Phrase):
            language = "" if value.language == self.language else value.language
            return Line(value.text, language, value.direction, gloss, source, style)
        return Line(self._said(value), gloss=gloss, source=source, style=style)

    def _coded(self, name: str) -> Line | None:
        """Return the label of a code; what is no code of its list stays as the source wrote it."""
        return self._line(label_of(v.LIST_OF_FACT[name], getattr(self.facts, name)), name)

    def _source(self, name: str) -> str:
        if self.role == "award":
            return ""
        whole = self.provenance.get(name.partition(".")[0], "stated")
        sources = {
            "signed": _("from the signed file"),
            "register": _("from the institution’s register"),
        }
        return sources.get(self.provenance.get(name, whole), _("stated by the holder"))

    def _unknown(self) -> str:
        if self.role == "award":
            return _("Not stated by the awarding body")
        return _("Not stated in the source documents")

    def _said(self, value: Any) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        return documents.written(value, self.language)

    def _phrase(self, texts: Text) -> Phrase:
        return documents.original(texts, (self.language, self.facts.language))
