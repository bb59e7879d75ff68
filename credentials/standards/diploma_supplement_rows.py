"""The only place that words the items of the Diploma Supplement, one language at a time.

Free of judgement: no equivalence, no suggestion about recognition. An item without information
says why it has none.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials import vocabulary as v
from credentials.language import LanguageMap
from credentials.standards import degree_statements, documents
from credentials.standards.diploma_facts import DegreeFacts, MicroCredentialFacts
from credentials.standards.diploma_sections import heading
from credentials.standards.documents import Imprint, Phrase
from credentials.standards.facts import BodyFacts
from credentials.standards.study_results import distribution_sentence, original_languages
from credentials.standards.supplement_cells import (
    Cell,
    Line,
    OneRow,
    field_of_study,
    in_one_line,
    label_of,
)


@dataclass(frozen=True, slots=True)
class Column:
    """All eight sections in one language; gettext must be switched to it."""

    facts: DegreeFacts
    language: str
    imprint: Imprint
    annex: bool = False
    embedded: tuple[str, ...] = ()

    def sections(self) -> list[tuple[str, list[OneRow]]]:
        rows = (
            *(self._holder(), self._qualification(), self._level(), self._results()),
            *(self._function(), self._additional(), self._certification(), self._system()),
        )
        return [(heading(str(number)), section) for number, section in enumerate(rows, 1)]

    def _holder(self) -> list[OneRow]:
        holder = self.facts.holder
        family = holder.family_name or ("" if holder.given_name else holder.name)
        one_name = _("The institution knows this person by one name only.")
        unknown = _("Not known to the institution.")
        return [
            self._row(heading("1.1"), _name(family), missing=one_name),
            self._row(heading("1.2"), _name(holder.given_name), missing=one_name),
            self._row(heading("1.3"), self._line(holder.birth_date), missing=unknown),
            self._row(
                heading("1.4"),
                self._line(holder.student_number),
                self._line(holder.id, style="code"),
                missing=unknown,
            ),
        ]

    def _qualification(self) -> list[OneRow]:
        facts = self.facts
        other = facts.administering_body
        title, gloss = documents.title_of(facts.title, original_languages(facts), self.language)
        regulations = _("regulations: %(name)s") % {"name": facts.regulations}
        known_as = [facts.programme_code, regulations if facts.regulations else ""]
        spoken = [documents.language_name(tag, self.language) for tag in facts.languages]
        return [
            self._row(
                heading("2.1"),
                self._line(facts.title_conferred, style="strong"),
                self._line(title, gloss=gloss, style="" if facts.title_conferred else "strong"),
                self._line(", ".join(filter(None, known_as))),
            ),
            self._row(heading("2.2"), *self._field()),
            self._row(heading("2.3"), *self._body(facts.awarding_body), *self._accreditation()),
            self._row(
                heading("2.4"),
                *(self._body(other) if other else [Line(_("The same as in 2.3."))]),
            ),
            self._row(heading("2.5"), self._line(", ".join(spoken))),
        ]

    def _field(self) -> list[Line | None]:
        fields = field_of_study(self.facts.isced_f, self.language)
        marks = ["", "ISCED-F 2013: "][-len(fields) :]
        return [Line(f"{m}{text}", tag) for m, (text, tag) in zip(marks, fields, strict=False)]

    def _body(self, body: BodyFacts) -> list[Line | None]:
        own, gloss = documents.name_of(body, self.language)
        place = documents.country_name(body.country, self.language) if body.country else ""
        agency = _("Quality assurance agency: %(agency)s") % {"agency": body.quality_agency}
        unstated = Line(_("The status of this institution is not known."), style="missing")
        return [
            self._line(own, gloss=gloss, style="strong"),
            self._line(", ".join(filter(None, (body.region, place)))),
            self._line(label_of(v.BodyStatus, body.status)) or unstated,
            self._line(agency if body.quality_agency else ""),
            self._line(body.url, style="code"),
        ]

    def _accreditation(self) -> list[Line | None]:
        found = self.facts.accreditation
        if not found:
            return []
        said = degree_statements.accredited(found, self.language)
        return [self._line(said), self._line(found.url, style="code")]

    def _level(self) -> list[OneRow]:
        facts = self.facts
        eqf = _("EQF level %(level)s") % {"level": facts.eqf_level} if facts.eqf_level else ""
        return [
            self._row(
                heading("3.1"),
                *in_one_line(
                    self._line(eqf),
                    self._line(facts.nqf_level),
                    self._line(label_of(v.Cycle, facts.cycle)),
                ),
                missing=self._of_a_part(),
            ),
            self._row(heading("3.2"), *in_one_line(*self._duration()), missing=self._of_a_part()),
            self._free(heading("3.3"), facts.access),
        ]

    def _duration(self) -> list[Line | None]:
        facts = self.facts
        credits = _("%(number)s ECTS credits") % {"number": self._said(facts.ects_total)}
        years = Decimal(facts.semesters or 0) / 2
        semesters = _("%(number)s semesters") % {"number": facts.semesters}
        in_years = ngettext("%(number)s year", "%(number)s years", 1 if years == 1 else 2) % {
            "number": self._said(years)
        }
        return [
            self._line(credits if facts.ects_total is not None else ""),
            self._line(f"{semesters} ({in_years})" if facts.semesters else ""),
        ]

    def _results(self) -> list[OneRow]:
        facts = self.facts
        scale = _("Scale from the worst to the best: %(grades)s") % {
            "grades": ", ".join(facts.grade_scale)
        }
        passed = _("Passed from: %(grade)s") % {"grade": facts.passed_from}
        return [
            self._row(heading("4.1"), self._line(label_of(v.StudyMode, facts.mode))),
            self._free(heading("4.2"), facts.outcomes, missing=self._of_a_part()),
            self._row(
                heading("4.3"),
                *(self._studied() if facts.components else ()),
                missing=_("No results are recorded for this person."),
                table="components" if facts.components else "",
            ),
            self._row(
                heading("4.4"),
                self._line(scale) if facts.grade_scale else Line(self._unstated(), style="missing"),
                self._line(passed if facts.passed_from else ""),
                Line(
                    distribution_sentence(facts.distribution, self.language),
                    style="" if facts.distribution else "missing",
                ),
                table="grades" if facts.distribution else "",
            ),
            self._classification(),
        ]

    def _studied(self) -> list[Line | None]:
        facts = self.facts
        days = {"start": self._said(facts.started_on), "end": self._said(facts.graduated_on)}
        period = _("Studied from %(start)s to %(end)s") % days
        achieved = _("Achieved: %(number)s ECTS credits") % {
            "number": self._said(facts.ects_achieved)
        }
        return [
            self._line(period if facts.started_on and facts.graduated_on else ""),
            self._line(achieved),
        ]

    def _classification(self) -> OneRow:
        facts = self.facts
        reason = _("This qualification has no overall classification.")
        return self._row(
            heading("4.5"),
            self._line(facts.overall, style="strong") or Line(reason, style="missing"),
            self._line(self._phrase(facts.classification_rule)),
        )

    def _function(self) -> list[OneRow]:
        facts = self.facts
        unregulated = _("The institution states no regulated profession for this qualification.")
        return [
            self._free(heading("5.1"), facts.further_study, missing=self._of_a_part()),
            self._free(heading("5.2"), facts.regulated_profession, missing=unregulated),
        ]

    def _additional(self) -> list[OneRow]:
        facts = self.facts
        files = _("Inside this PDF file: %(names)s") % {"names": ", ".join(self.embedded)}
        items = [self._earned(one) for one in facts.micro_credentials]
        said = [self._line(self._phrase(facts.additional))]
        if items:
            said.append(Line(_("Micro-credentials earned beside the degree:")))
        return [
            self._row(
                heading("6.1"),
                *said,
                items=items,
                after=self._pointers(),
                missing=_("There is none."),
            ),
            self._row(
                heading("6.2"),
                self._line(self._phrase(facts.sources)),
                self._line(facts.awarding_body.url),
                self._line(files if self.embedded else ""),
            ),
        ]

    def _earned(self, one: MicroCredentialFacts) -> Line:
        title = documents.original(one.title)
        body, _gloss = documents.name_of(one.body, self.language)
        place = documents.country_name(one.body.country, self.language) if one.body.country else ""
        ects = _("%(number)s ECTS credits") % {"number": self._said(one.ects)}
        hours = _("%(number)s hours of work") % {"number": self._said(one.hours)}
        about = [
            body.text,
            place,
            self._said(one.awarded_on),
            ects if one.ects is not None else hours if one.hours is not None else "",
            _("grade %(grade)s") % {"grade": one.grade} if one.grade else "",
        ]
        language = "" if title.language == self.language else title.language
        gloss = ", ".join(filter(None, about))
        return Line(title.text, language, title.direction, gloss)

    def _pointers(self) -> list[Line]:
        counted = any(one.is_micro_credential for one in self.facts.components)
        inside = Line(_("Micro-credentials that count in the degree stand in 4.3, with a mark."))
        page = Line(
            _("See the page “Micro-credentials earned during the programme” after section 8.")
        )
        return [*([inside] if counted else []), *([page] if self.annex else [])]

    def _certification(self) -> list[OneRow]:
        facts, imprint = self.facts, self.imprint
        undecided = _("Not named when this document was made.")
        seal = [
            Line(
                _("Instead of a stamp: anyone can check this document here, without an account:"),
                style="unsealed",
            ),
            Line(
                _("Anyone can check this document here, without an account:"), style="beside-seal"
            ),
            Line(documents.without_scheme(imprint.verify_url), style="code verify"),
            Line(_("Code %(code)s") % {"code": imprint.code}),
        ]
        draft = Line(_("A draft bears no seal and cannot be verified."), style="missing")
        return [
            self._row(heading("7.1"), self._line(facts.certified_on), missing=undecided),
            self._row(
                heading("7.2"),
                self._line(facts.signatory, style="sign"),
                missing=undecided,
                free=bool(facts.signatory),
            ),
            self._free(heading("7.3"), facts.capacity, missing=undecided),
            self._row(
                heading("7.4"),
                *(seal if imprint.verify_url else [draft]),
                verify=bool(imprint.verify_url),
            ),
        ]

    def _system(self) -> list[OneRow]:
        label = documents.country_name(self.facts.awarding_body.country, self.language)
        reason = _("The institution keeps no text on the system of this country.")
        return [self._free(label, self.facts.education_system, missing=reason)]

    def _unstated(self) -> str:
        return _("The institution has not stated it for this programme.")

    def _of_a_part(self) -> str:
        """Return why an award does not say what the whole programme leads to, "" for a degree."""
        if self.facts.kind != "interim":
            return ""
        return _("Not stated: the award is given for a part of the programme.")

    def _free(self, label: str, texts: LanguageMap, *, missing: str = "") -> OneRow:
        known = self._line(self._phrase(texts))
        return self._row(label, known, missing=missing, free=bool(known))

    def _row(
        self,
        label: str,
        *lines: Line | None,
        missing: str = "",
        items: list[Line] | None = None,
        after: list[Line] | None = None,
        free: bool = False,
        verify: bool = False,
        table: str = "",
    ) -> OneRow:
        known = tuple(line for line in lines if line)
        if not known and not items and not after:
            known = (Line(missing or self._unstated(), style="missing"),)
        cell = Cell(self.language, label, known, tuple(items or ()), after=tuple(after or ()))
        return OneRow(cell, free, verify, table)

    def _line(
        self, value: Phrase | date | str | None, *, gloss: str = "", style: str = ""
    ) -> Line | None:
        if isinstance(value, Phrase):
            language = "" if value.language == self.language else value.language
            text = value.text
            return Line(text, language, value.direction, gloss, style=style) if text else None
        return Line(self._said(value), gloss=gloss, style=style) if value else None

    def _said(self, value: date | Decimal | str | None) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        return documents.written(value, self.language)

    def _phrase(self, texts: LanguageMap) -> Phrase:
        return documents.original(texts, (self.language, *original_languages(self.facts)))


def _name(text: str) -> Line | None:
    """Return a name in its own script; one that is written from right to left says so."""
    if not text:
        return None
    first = next((c for c in text if unicodedata.bidirectional(c) in ("L", "R", "AL")), "L")
    is_left = unicodedata.bidirectional(first) == "L"
    return Line(text, direction="ltr" if is_left else "rtl", style="strong name")
