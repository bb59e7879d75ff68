"""The only place that says a degree and its components as credentials, for the twins as data.

A standard that can say a credential can then say what a degree has in common with it; only what
is left over (the sections of the Diploma Supplement) is written for a degree alone.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials import vocabulary
from credentials.language import DOCUMENT_LANGUAGES, LanguageMap, in_language
from credentials.standards.diploma_facts import (
    AccreditationFacts,
    ComponentFacts,
    DegreeFacts,
    GradeDistribution,
    MicroCredentialFacts,
)
from credentials.standards.documents import country_name, in_each, written
from credentials.standards.facts import (
    BodyFacts,
    CredentialFacts,
    EvidenceFacts,
    GradeFacts,
    HolderFacts,
    OutcomeFacts,
)
from credentials.standards.open_badges_alignments import plain
from credentials.vocabulary import CredentialType, Stackability

TRANSCRIPT, INTERIM = "transcript", "interim"
PASSED = "passed"
ORIGINS = {
    "own": gettext_lazy("Recognised from another credential of this institution"),
    "other": gettext_lazy("Recognised from another institution"),
    "prior": gettext_lazy("Recognised from prior learning"),
}
TERM = gettext_lazy("Term")
COMPONENT_TYPES = {
    "core": gettext_lazy("Compulsory"),
    "elective": gettext_lazy("Elective"),
    "thesis": gettext_lazy("Thesis"),
    "internship": gettext_lazy("Internship"),
}


def of_degree(facts: DegreeFacts) -> CredentialFacts:
    """Return the degree as one credential; its credits are those achieved, else the programme's.

    A transcript states no award: it has no day of award and no grade.
    """
    studying = facts.kind == TRANSCRIPT
    certified = facts.certified_on
    total = None if studying else facts.ects_total
    assured = facts.accreditation or AccreditationFacts(BodyFacts({}))
    return CredentialFacts(
        id=facts.id,
        number=facts.number,
        type=CredentialType.DIPLOMA.value,
        title=facts.title,
        awarding_body=facts.awarding_body,
        holder=holder(facts),
        platform=facts.administering_body,
        issued_on=datetime.combine(certified, time(), UTC) if certified else None,
        awarded_on=None if studying else facts.graduated_on,
        activity_from=facts.started_on,
        activity_to=facts.graduated_on,
        outcomes=(OutcomeFacts(facts.outcomes),) if any(facts.outcomes.values()) else (),
        ects=facts.ects_achieved or total,
        eqf_level=facts.eqf_level,
        nqf_level=facts.nqf_level,
        cycle=facts.cycle,
        isced_f=facts.isced_f,
        language=next(iter(facts.languages), ""),
        prerequisites=facts.access,
        quality_assurance=assured.kind,
        quality_agency=next(iter(assured.agency.name.values()), facts.awarding_body.quality_agency),
        quality_url=assured.url,
        grade=None if studying else grade(facts, facts.final_grade or facts.classification),
        stackability=Stackability.STACKABLE.value if facts.kind == INTERIM else "",
        further_information=facts.additional,
        course_code=facts.programme_code,
        course_version=facts.regulations,
        verify_url=facts.verify_url,
    )


def of_component(facts: DegreeFacts, component: ComponentFacts) -> CredentialFacts:
    """Return a component as a credential; what it was recognised from is its evidence."""
    kind = (
        CredentialType.MICROCREDENTIAL if component.is_micro_credential else CredentialType.MODULE
    )
    return CredentialFacts(
        id="",
        type=kind.value,
        title=component.title,
        awarding_body=facts.awarding_body,
        holder=holder(facts),
        awarded_on=component.achieved_on,
        ects=component.ects,
        eqf_level=component.eqf_level,
        grade=grade(facts, component.grade),
        course_code=component.code,
        evidence=recognised_from(component),
        further_information=in_words(facts, lambda tag: _in_lines(component, tag)),
    )


def holder(facts: DegreeFacts) -> HolderFacts:
    """Return the graduate as sections 1.1 to 1.4 have them: without an e-mail address."""
    return replace(facts.holder, email="")


def grade(facts: DegreeFacts, value: str) -> GradeFacts | None:
    """Return a grade on the scale of the programme, None for no grade."""
    return GradeFacts(value, "", facts.grade_scale, facts.passed_from) if value else None


def recognised_from(component: ComponentFacts) -> tuple[EvidenceFacts, ...]:
    """Return what the credits of a component were recognised from, () when it was passed here."""
    if component.origin == PASSED:
        return ()
    said = in_each(_spoken(component.title), lambda tag: _recognised(component, tag))
    name = component.source_title or component.title
    return (EvidenceFacts(name=name, narrative=said, genre=component.origin),)


def _recognised(component: ComponentFacts, language: str) -> str:
    origin = str(ORIGINS.get(component.origin, component.origin))
    body = component.source_body
    return f"{origin}: {in_language(body.name, language)}" if body else origin


def _source(component: ComponentFacts, language: str) -> str:
    """Return what a component was recognised from on one line, "" when it was passed here."""
    if component.origin == PASSED:
        return ""
    title = in_language(component.source_title, language)
    return _recognised(component, language) + (f" ({title})" if title else "")


def _in_lines(component: ComponentFacts, language: str) -> str:
    return "\n".join(line for line in (_about(component), _source(component, language)) if line)


def accredited(facts: AccreditationFacts, language: str) -> str:
    """Return who accredits a programme on one line, such as "Programme accreditation: Agency"."""
    known = facts.kind in vocabulary.QualityAssurance.values
    kind = vocabulary.QualityAssurance(facts.kind).label if known else _("Accreditation")
    name = in_language(facts.agency.name, language)
    country = country_name(facts.agency.country, language) if facts.agency.country else ""
    return f"{kind}: {', '.join(filter(None, (name, country)))}" if name else str(kind)


def micro_credential(facts: MicroCredentialFacts, language: str) -> str:
    """Return one line about a micro-credential earned beside the degree (section 6.1)."""
    parts = [
        in_language(facts.title, language),
        facts.code,
        in_language(facts.body.name, language),
        written(facts.awarded_on, language) if facts.awarded_on else "",
        _credits(facts.ects),
        _("%(hours)s hours") % {"hours": plain(facts.hours)} if facts.hours is not None else "",
        f"EQF {facts.eqf_level}" if facts.eqf_level else "",
        _grade(facts.grade),
    ]
    return ", ".join(part for part in parts if part)


def distribution_in_words(distribution: GradeDistribution, language: str) -> str:
    """Return whose grades a distribution counts, and over which days (section 4.4)."""
    return _("Field %(field)s, %(first)s to %(last)s, %(total)s passing grades") % {
        "field": distribution.isced_f,
        "first": written(distribution.first_day, language),
        "last": written(distribution.last_day, language),
        "total": distribution.total,
    }


def component_line(component: ComponentFacts, language: str) -> str:
    """Return one line about a component (section 4.3)."""
    parts = [
        component.code,
        in_language(component.title, language),
        component.term,
        written(component.achieved_on, language) if component.achieved_on else "",
        _credits(component.ects),
        f"EQF {component.eqf_level}" if component.eqf_level else "",
        _grade(component.grade),
        _about(component),
        _source(component, language),
    ]
    return ", ".join(part for part in parts if part)


def in_words(facts: DegreeFacts, make: Callable[[str], object]) -> dict[str, str]:
    """Return what `make(language)` says in each language of the title that we speak."""
    said = in_each(_spoken(facts.title), make)
    return {tag: text for tag, text in said.items() if text}


def _spoken(texts: LanguageMap) -> list[str]:
    return [tag for tag in texts if tag in DOCUMENT_LANGUAGES] or ["en"]


def _about(component: ComponentFacts) -> str:
    kind = COMPONENT_TYPES.get(component.component_type, component.component_type)
    micro = _("Micro-credential") if component.is_micro_credential else ""
    return ", ".join(part for part in (str(kind), micro, component.work_title) if part)


def _credits(ects: Decimal | None) -> str:
    return f"{plain(ects)} ECTS" if ects is not None else ""


def _grade(value: str) -> str:
    return _("Grade: %(grade)s") % {"grade": value} if value else ""
