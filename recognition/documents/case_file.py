"""The only place that says how a case file is laid out. Pure: sections in, template context out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credentials.standards import documents
from credentials.standards.documents import Imprint, written


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; the first cell of each row is its heading."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Something below a heading of its own: pairs of label and text, then tables."""

    title: str
    entries: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case from beginning to end, in one language. `for_applicant`: without names of staff."""

    imprint: Imprint
    reference: str
    learner: str
    programme: str
    for_applicant: bool
    sections: tuple[Section, ...]


def case_file_context(file: CaseFile, *, language: str) -> dict:
    """Return the context of `pdf/case_file.html`; `title` names the document.

    Says its words in the language that is active, which is that of the file.
    """
    return {
        **documents.document_context(file.imprint, (language,)),
        "file": file,
        "title": _("Case file") + f" {file.reference}",
    }


def entries(*pairs: tuple[str, object]) -> tuple[tuple[str, str], ...]:
    """Return the pairs that say something."""
    return tuple((str(label), str(text)) for label, text in pairs if text not in (None, ""))


def chunks(items: Sequence, size: int) -> list[Sequence]:
    """Return `items` in pieces, so that a table is never wider than a page."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def quantity(number: Decimal | None, unit: str) -> str:
    """Return a number with its unit as the active language writes it, "" for None."""
    return "" if number is None else f"{written(number, get_language() or 'en')} {unit}"


def said(moment: date | datetime | None) -> str:
    """Return a day, with the time where there is one, in the active language."""
    if moment is None:
        return ""
    day = written(moment, get_language() or "en")
    if isinstance(moment, datetime):
        return f"{day}, {timezone.localtime(moment):%H:%M}"
    return day
