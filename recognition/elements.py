"""The only place that words what the evidence says of each element beside the outcomes."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials import vocabulary as v
from credentials.templatetags.symbolon import ects, number
from recognition.evidence import SourceEvidence, label_of
from recognition.models import Line
from recognition.opinions import credit_rules, ects_of, target_ects
from recognition.rules import elements_to_weigh
from recognition.sources import known_body
from recognition.vocabulary import Element, elements_of


@dataclass(frozen=True, slots=True)
class ElementFact:
    """What is known of an element, one line a source, and why it may need a closer look."""

    element: Element
    lines: tuple[str, ...]
    hint: str = ""


def element_facts(line: Line, evidence: list[SourceEvidence]) -> list[ElementFact]:
    """Return for each other element what the evidence says, beside what the target asks."""
    hints = _hints(line, evidence)
    return [
        ElementFact(
            element,
            tuple(_said_of(element, one, line) or _("Not stated") for one in evidence),
            str(hints.get(element, "")),
        )
        for element in elements_of(line.track)
    ]


def _hints(line: Line, evidence: list[SourceEvidence]) -> dict[Element, str]:
    rules = credit_rules(line)
    levels = [one.facts.eqf_level for one in evidence if one.facts.eqf_level]
    days = [one.facts.awarded_on for one in evidence if one.facts.awarded_on]
    version = line.module.course_version if line.module else None
    return elements_to_weigh(
        rules=rules,
        today=timezone.localdate(),
        target_ects=target_ects(line) if line.module else None,
        source_ects=[ects_of(one.source, rules) for one in evidence],
        target_level=version.eqf_level if version else line.case.programme_version.eqf_level,
        source_level=min(levels, default=None),
        awarded_on=min(days, default=None),
    )


def _said_of(element: Element, one: SourceEvidence, line: Line) -> str:
    facts, body = one.facts, known_body(one.source)
    if element == Element.LEVEL:
        asked = line.module.course_version.eqf_level if line.module else None
        asked = asked or line.case.programme_version.eqf_level
        if not facts.eqf_level:
            return _("Not stated, asked EQF %(asked)s") % {"asked": asked}
        return _("EQF %(level)s, asked %(asked)s") % {"level": facts.eqf_level, "asked": asked}
    if element == Element.WORKLOAD:
        earned = ects(facts.ects) or (
            _("%(hours)s hours") % {"hours": number(facts.hours)} if facts.hours else ""
        )
        asked = ects(target_ects(line) or None)
        if not asked or not earned:
            return earned
        return _("%(earned)s, asked %(asked)s") % {"earned": earned, "asked": asked}
    if element == Element.QUALITY:
        quality = label_of(v.QualityAssurance, facts.quality_assurance)
        known = label_of(v.BodyStatus, body.status) if body.name else ""
        agency = body.quality_agency if body.name else facts.quality_agency
        return ", ".join(filter(None, (known, quality, agency)))
    if element == Element.PROFILE:
        form = label_of(v.ParticipationForm, facts.participation_form)
        kind = label_of(v.CredentialType, facts.type)
        assessed = label_of(v.AssessmentType, facts.assessment_type)
        return ", ".join(filter(None, (kind, assessed, form)))
    if element == Element.AUTHENTICITY:
        return one.standing[0]
    if element in (Element.IDENTITY, Element.RELIABILITY):
        return label_of(v.Supervision, facts.supervision)
    if element == Element.VALIDITY:
        return label_of(v.AssessmentType, facts.assessment_type)
    if element == Element.SUFFICIENCY:
        count = len(facts.outcomes)
        said = ngettext("%(count)s outcome stated", "%(count)s outcomes stated", count)
        return said % {"count": count} if count else ""
    return _age(facts.awarded_on or (facts.issued_on and timezone.localdate(facts.issued_on)))


def _age(day: date | None) -> str:
    if not day:
        return ""
    today = timezone.localdate()
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    if months < 1:
        return _("Less than a month old")
    if months < 24:
        return ngettext("%(count)s month old", "%(count)s months old", months) % {"count": months}
    years = months // 12
    return ngettext("%(count)s year old", "%(count)s years old", years) % {"count": years}
