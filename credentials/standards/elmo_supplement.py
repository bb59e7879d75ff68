"""The only place that writes the element `diplomaSupplement` of ELMO 1.7: eight sections in words.

Numbers and titles are those of the Diploma Supplement as revised in 2018. The element holds text
of one language; a content is one line (xs:token), so that lists and texts of several lines stand
as additional information.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from lxml import etree

from credentials import vocabulary
from credentials.language import in_language, on_paper
from credentials.standards import codes, degree_statements, grading_words
from credentials.standards.diploma_facts import DegreeFacts
from credentials.standards.diploma_sections import TITLES, heading
from credentials.standards.documents import country_name, language_name, written
from credentials.standards.elmo import add
from credentials.standards.elmo_extension import LANG
from credentials.standards.facts import BodyFacts
from credentials.standards.open_badges_alignments import plain

VERSION = "2018"
UNSTATED = gettext_lazy("Not stated by the awarding body")
Said = Callable[[DegreeFacts, str], Iterable[str]]


def add_supplement(
    instance: etree._Element, facts: DegreeFacts, language: str, issued: date
) -> None:
    """Append the supplement of a degree in one language of the portal, as of the day `issued`."""
    language = on_paper(language)
    with override(language):
        root = add(instance, "diplomaSupplement")
        root.set(LANG, language)
        add(root, "version", VERSION)
        add(root, "issueDate", issued.isoformat())
        add(root, "introduction", str(_INTRODUCTION))
        parents: dict[str, etree._Element] = {}
        for number in TITLES:
            inside = parents.get(number.partition(".")[0], root)
            element = parents[number] = add(inside, "section", number=number)
            add(element, "title", heading(number))
            if said := SAID.get(number):
                _fill(element, [text for text in said(facts, language) if text])


def _fill(element: etree._Element, texts: list[str]) -> None:
    """Write texts of which each may have lines: one that does goes along with its lines kept.

    That there is none is no content of a section: it goes along too.
    """
    if not texts:
        add(element, "additionalInformation", str(UNSTATED))
        return
    first, *more = texts
    add(element, "content", re.sub(r"[ \t\n]+", " ", first), type="text/plain")
    if "\n" in first:
        more.insert(0, first)
    for text in more:
        add(element, "additionalInformation", text)


def _names(facts: DegreeFacts, _language: str) -> Iterable[str]:
    holder = facts.holder
    return [holder.family_name if holder.given_name else holder.name]


def _given_names(facts: DegreeFacts, _language: str) -> Iterable[str]:
    return [facts.holder.given_name if facts.holder.family_name else ""]


def _birth(facts: DegreeFacts, language: str) -> Iterable[str]:
    day = facts.holder.birth_date
    return [written(day, language) if day else ""]


def _student(facts: DegreeFacts, _language: str) -> Iterable[str]:
    return [facts.holder.student_number]


def _qualification(facts: DegreeFacts, language: str) -> Iterable[str]:
    title = in_language(facts.title, language)
    yield "; ".join(part for part in (title, facts.title_conferred) if part)
    yield ", ".join(part for part in (facts.programme_code, facts.regulations) if part)
    yield from (text for text in facts.title.values() if text != title)
    if facts.kind == degree_statements.INTERIM:
        yield _("Interim award")


def _field(facts: DegreeFacts, _language: str) -> Iterable[str]:
    code = facts.isced_f
    return [f"{codes.isced_f_name(code)} (ISCED-F {code})".strip() if code else ""]


def _awarding(facts: DegreeFacts, language: str) -> Iterable[str]:
    yield from _body(facts.awarding_body, language)
    if accreditation := facts.accreditation:
        yield degree_statements.accredited(accreditation, language)
        yield accreditation.url


def _administering(facts: DegreeFacts, language: str) -> Iterable[str]:
    body = facts.administering_body
    return _body(body, language) if body else [_("The awarding institution itself")]


def _body(body: BodyFacts, language: str) -> Iterable[str]:
    status = body.status if body.status in vocabulary.BodyStatus.values else ""
    parts = [
        in_language(body.name, language),
        country_name(body.country, language) if body.country else "",
        str(vocabulary.BodyStatus(status).label) if status else "",
    ]
    yield ", ".join(part for part in parts if part)
    yield from (text for text in body.name.values() if text != parts[0])
    yield body.quality_agency
    yield body.url


def _languages(facts: DegreeFacts, language: str) -> Iterable[str]:
    return [", ".join(language_name(tag, language) for tag in facts.languages)]


def _level(facts: DegreeFacts, _language: str) -> Iterable[str]:
    cycle = facts.cycle if facts.cycle in vocabulary.Cycle.values else ""
    parts = [
        facts.nqf_level,
        f"EQF {facts.eqf_level}" if facts.eqf_level else "",
        str(vocabulary.Cycle(cycle).label) if cycle else "",
    ]
    return [", ".join(part for part in parts if part)]


def _duration(facts: DegreeFacts, _language: str) -> Iterable[str]:
    parts = [
        f"{plain(facts.ects_total)} ECTS" if facts.ects_total is not None else "",
        _("%(number)s semesters") % {"number": facts.semesters} if facts.semesters else "",
    ]
    return [", ".join(part for part in parts if part)]


def _mode(facts: DegreeFacts, _language: str) -> Iterable[str]:
    known = facts.mode in vocabulary.StudyMode.values
    return [str(vocabulary.StudyMode(facts.mode).label) if known else ""]


def _programme(facts: DegreeFacts, language: str) -> Iterable[str]:
    if facts.components:
        yield f"{plain(facts.ects_achieved)} ECTS"
    yield from (degree_statements.component_line(one, language) for one in facts.components)
    known = (
        (_("Studies began on %(day)s"), facts.started_on),
        (_("Graduated on %(day)s"), facts.graduated_on),
    )
    for text, day in known:
        if day:
            yield text % {"day": written(day, language)}


def _grading(facts: DegreeFacts, language: str) -> Iterable[str]:
    scale = degree_statements.grade(facts, "-")
    if scale and (scale.scale or scale.passed_from):
        yield grading_words.worded(scale, language, named=False)
    distribution = facts.distribution
    if distribution:
        shares = [f"{share.grade}: {share.count}" for share in distribution.shares]
        about = degree_statements.distribution_in_words(distribution, language)
        yield "\n".join((about, *shares))


def _classification(facts: DegreeFacts, language: str) -> Iterable[str]:
    grades = (facts.final_grade, facts.classification)
    yield ", ".join(part for part in grades if part)
    yield in_language(facts.classification_rule, language)


def _additional(facts: DegreeFacts, language: str) -> Iterable[str]:
    yield in_language(facts.additional, language)
    for one in facts.micro_credentials:
        yield f"{_('Micro-credential')}: {degree_statements.micro_credential(one, language)}"


def _text(name: str) -> Said:
    return lambda facts, language: [in_language(getattr(facts, name), language)]


def _day(facts: DegreeFacts, language: str) -> Iterable[str]:
    return [written(facts.certified_on, language) if facts.certified_on else ""]


def _stamp(facts: DegreeFacts, _language: str) -> Iterable[str]:
    if facts.verify_url:
        yield _("Anyone can check this document: %(address)s") % {"address": facts.verify_url}
    yield facts.number


_INTRODUCTION = gettext_lazy(
    "This supplement describes the nature, level, context, content and result of the studies that "
    "the person named in it has completed. It contains no value judgement, no statement about "
    "equivalence and no suggestion about recognition. Where information is missing, it says so."
)
SAID: dict[str, Said] = {
    "1.1": _names,
    "1.2": _given_names,
    "1.3": _birth,
    "1.4": _student,
    "2.1": _qualification,
    "2.2": _field,
    "2.3": _awarding,
    "2.4": _administering,
    "2.5": _languages,
    "3.1": _level,
    "3.2": _duration,
    "3.3": _text("access"),
    "4.1": _mode,
    "4.2": _text("outcomes"),
    "4.3": _programme,
    "4.4": _grading,
    "4.5": _classification,
    "5.1": _text("further_study"),
    "5.2": _text("regulated_profession"),
    "6.1": _additional,
    "6.2": _text("sources"),
    "7.1": _day,
    "7.2": lambda facts, _language: [facts.signatory],
    "7.3": _text("capacity"),
    "7.4": _stamp,
    "8": _text("education_system"),
}
"""What is said in each item; its first text is the content, the rest goes along."""
