"""The only place that takes a student's results and degree out of an untrusted ELMO file (1.7).

What one course says is read by `elmo_read`; here it becomes rows as a list in CSV has them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from credentials.language import DOCUMENT_LANGUAGES
from credentials.standards import elmo_read
from credentials.standards.catalogue_files import UnreadableFile
from credentials.standards.documents import in_each
from credentials.standards.elmo_extension import text_of
from credentials.standards.elmo_supplement import UNSTATED
from credentials.standards.elmo_vocabulary import NAMESPACE
from credentials.standards.facts import BodyFacts, CredentialFacts, HolderFacts
from credentials.standards.record_files import GraduateRow, ResultRow
from credentials.trust.sniff import Malformed, parse_xml
from credentials.vocabulary import CredentialType

MAX_BYTES = 4 * 1024 * 1024
MOST_SECTIONS = 200
MOST_CLASSIFICATION = 120
# Sections of the Diploma Supplement (2018) that are taken over, and the most signs of each.
SECTIONS = {"4.5": 2 * MOST_CLASSIFICATION, "6.1": 2000}


@dataclass(frozen=True, slots=True)
class Stated:
    """A row, and who says so: not every report in a file need be one's own."""

    issuer: BodyFacts
    row: ResultRow | GraduateRow


@dataclass(frozen=True, slots=True)
class StudentRecord:
    """What a file says of one student: results in their order, then the degree."""

    holder: HolderFacts
    stated: tuple[Stated, ...]


def read(data: bytes) -> StudentRecord:
    """Read a file of MAX_BYTES at most, in UTF-8; raises `UnreadableFile`."""
    if len(data) > MAX_BYTES:
        size = MAX_BYTES // 1024 // 1024
        raise UnreadableFile([_("The file is larger than %(size)s MB.") % {"size": size}])
    try:
        data.decode()
        root = parse_xml(data)
    except UnicodeDecodeError:
        raise UnreadableFile([_("The file is not UTF-8 text.")]) from None
    except Malformed as problem:
        raise UnreadableFile([str(problem.reason)]) from None
    if root.tag != f"{{{NAMESPACE}}}elmo":
        raise UnreadableFile([_("This is no ELMO file.")])
    found = elmo_read.read(root)
    holder = next((facts.holder for facts in found if facts.holder), None)
    if holder is None:
        raise UnreadableFile([_("The file names no learner, or nothing that was passed.")])
    texts = _sections(root)
    stated = tuple(
        Stated(facts.awarding_body, _row(number, facts, holder, texts))
        for number, facts in enumerate(found, start=1)
    )
    return StudentRecord(holder, stated)


def _row(
    number: int, facts: CredentialFacts, holder: HolderFacts, texts: dict[str, Any]
) -> ResultRow | GraduateRow:
    grade = facts.grade.value if facts.grade else ""
    student, day = holder.student_number[:40], facts.awarded_on
    problem = "" if day else _("must not be empty.")
    if facts.type == CredentialType.DIPLOMA:
        return GraduateRow(
            number=number,
            student_number=student,
            programme=facts.course_code[:40],
            graduated_on=day,
            final_grade=grade[:20],
            classification=_without_grade(texts.get("4.5", ""), grade)[:MOST_CLASSIFICATION],
            additional=tuple(texts.get("6.1", {}).items()),
            column="" if day else "graduated_on",
            problem=problem,
        )
    return ResultRow(
        number=number,
        student_number=student,
        module=facts.course_code[:40],
        achieved_on=day,
        grade=grade[:20],
        ects=facts.ects,
        column="" if day else "achieved_on",
        problem=problem,
    )


def _without_grade(text: str, grade: str) -> str:
    """Return the classification in section 4.5, where the final grade may stand before it."""
    return "" if text == grade else text.removeprefix(f"{grade}, ") if grade else text


def _sections(root: etree._Element) -> dict[str, Any]:
    """Return the texts of SECTIONS in the first diploma supplement; those of 6.1 by language."""
    found: dict[str, Any] = {}
    supplement = next(root.iter(f"{{{NAMESPACE}}}diplomaSupplement"), None)
    language = elmo_read.language_of(supplement) if supplement is not None else ""
    unstated = {"", *in_each(DOCUMENT_LANGUAGES, lambda _tag: str(UNSTATED)).values()}
    for number, text in _contents(supplement):
        text = text[: SECTIONS[number]]
        if text not in unstated and number not in found:
            found[number] = {language or "en": text} if number == "6.1" else text
    return found


def _contents(supplement: etree._Element | None) -> Iterator[tuple[str, str]]:
    sections = [] if supplement is None else supplement.iter(f"{{{NAMESPACE}}}section")
    for count, section in enumerate(sections):
        if count >= MOST_SECTIONS:
            return
        number = (section.get("number") or "").strip()
        content = section.find(f"{{{NAMESPACE}}}content")
        if number not in SECTIONS or content is None:
            continue
        if (content.get("type") or "text/plain") == "text/plain":
            yield number, " ".join(text_of(content).split())
