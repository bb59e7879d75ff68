"""The only place that takes the applicant out of words and files, for those who must not know.

Who must not is asked in `permissions.may_know_applicant`. Words keep their sense and lose names,
e-mail addresses, numbers and birth dates; what a photograph or a sentence about a life tells
cannot be found by a machine, so files stay closed until a registrar has looked at them.
"""

import mimetypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext as _

from credentials.models import Document, User
from credentials.standards.facts import CredentialFacts
from recognition.models import Line
from recognition.permissions import may_know_applicant
from recognition.sources import facts_of

Words = TypeVar("Words", str, dict)

LANGUAGES = ("en", "de", "fr", "es", "it", "da", "nl", "pl")
# Before a name they tell the sex of who bears it.
TITLES = "Mr|Mrs|Ms|Miss|Mx|Herr|Herrn|Frau|Hr|Fr|Sr|Sra|Srta|Señor|Señora|M|Mme|Mlle|Fru|Pan|Pani"
SHORTEST, AS_WRITTEN = 2, 4


@dataclass(frozen=True, slots=True)
class Mask:
    """Takes what names the applicant out of words; without a pattern it changes nothing."""

    pattern: re.Pattern | None = None
    line: Line | None = None

    @property
    def hides(self) -> bool:
        return self.pattern is not None

    def __call__(self, words: Words) -> Words:
        """Return a text, or a language map of texts, with the applicant taken out."""
        if self.pattern is None or not words:
            return words
        if isinstance(words, str):
            text = unicodedata.normalize("NFC", words)
            return self.pattern.sub(_("[applicant]"), text)
        return {tag: self(text) for tag, text in words.items()}

    def facts(self, facts: CredentialFacts) -> CredentialFacts:
        """Return what a credential says without its holder."""
        if self.pattern is None:
            return facts
        outcomes = tuple(replace(one, text=self(one.text)) for one in facts.outcomes)
        return replace(
            facts,
            holder=None,
            number="",
            awarding_body=replace(facts.awarding_body, name=self(facts.awarding_body.name)),
            title=self(facts.title),
            description=self(facts.description),
            outcomes=outcomes,
            assessment_criteria=self(facts.assessment_criteria),
            further_information=self(facts.further_information),
            prerequisites=self(facts.prerequisites),
        )

    def name_of(self, document: Document) -> str:
        """Return under which name a file is shown and handed out."""
        if self.pattern is None:
            return document.filename
        known = files_of(self.line)
        number = known.index(document.pk) + 1 if document.pk in known else len(known) + 1
        name = _("Document %(number)s") % {"number": number}
        return name + (mimetypes.guess_extension(document.media_type) or "")

    def title_of(self, document: Document) -> str:
        """Return the title of a file; who must not know the applicant reads its number."""
        return document.title if self.pattern is None else self.name_of(document)

    def links(self, links: list[dict]) -> list[dict]:
        """Return the links of a source, those that may say who applied without their address."""
        if self.pattern is None:
            return links
        withheld = {"title": _("A link that may say who applied"), "url": ""}
        return [link if link.get("is_shown") else withheld for link in links]

    def shows(self, document: Document) -> bool:
        return self.pattern is None or document.pk in {one.pk for one in _shown(self.line)}


OPEN = Mask()


def mask_for(user: User, line: Line) -> Mask:
    """Return how a reader of a line reads of its applicant."""
    return OPEN if may_know_applicant(user, line) else mask_of(line)


def mask_of(line: Line) -> Mask:
    """Return what takes the applicant out of words, whoever reads them."""
    return Mask(_pattern(line), line)


def applicant_for(user: User, line: Line) -> str:
    """Return who applied, for a heading."""
    return str(line.case.learner) if may_know_applicant(user, line) else _("Applicant")


def files_of(line: Line) -> list[int]:
    """Return the ids of what the applicant handed in, in an order that stays."""
    cached = getattr(line, "_files", None)
    if cached is None:
        put_forward = line.sources.order_by("position", "pk").values_list("documents", flat=True)
        asked = line.information_requests.order_by("pk", "items__position")
        answers = asked.values_list("items__documents", flat=True)
        objected = line.objections.order_by("pk").values_list("documents", flat=True)
        reopened = line.reopenings.order_by("pk").values_list("documents", flat=True)
        found = dict.fromkeys([*put_forward, *answers, *objected, *reopened])
        cached = line._files = [pk for pk in found if pk]
    return cached


def _shown(line: Line) -> list[Document]:
    cached = getattr(line, "_shown", None)
    if cached is None:
        cached = line._shown = list(line.shown_files.all())
    return cached


# What to look for


def _pattern(line: Line) -> re.Pattern:
    """Match all that names the applicant, longest first, whatever the case and the accents.

    Short names are matched as they are written only: "An" is a name, "an" is none.
    """
    terms = {unicodedata.normalize("NFC", term.strip()) for term in _terms(line)}
    terms |= {_plain(term) for term in terms}
    found = sorted((term for term in terms if len(term) >= SHORTEST), key=len, reverse=True)
    words = "|".join(map(_as_pattern, found))
    # A letter or digit before or after: another word. An underscore joins words in file names.
    one = rf"(?<![^\W_])(?:(?:{TITLES})\.?\s+)?(?:{words})(?![^\W_])"
    return re.compile(rf"{one}(?:[\s,]+{one})*", re.IGNORECASE)


def _as_pattern(term: str) -> str:
    if len(term) < AS_WRITTEN:
        return f"(?-i:{re.escape(term)}|{re.escape(term.upper())})"
    return r"[\s,.\-_]+".join(map(re.escape, term.split()))


def _terms(line: Line) -> Iterator[str]:
    learner, applicant = line.case.learner, line.case.applicant
    names = [applicant.name, learner.name, learner.given_name, learner.family_name]
    emails = [applicant.email, *learner.emails.values_list("email", flat=True)]
    numbers, births = [learner.student_number], [learner.birth_date]
    for source in line.sources.all():
        facts = facts_of(source)
        numbers.append(facts.number)
        if holder := facts.holder:
            names += [holder.name, holder.given_name, holder.family_name]
            emails.append(holder.email)
            numbers += [holder.student_number, holder.id]
            births.append(holder.birth_date)
    for name in filter(None, names):
        yield from _forms_of(name)
    for email in filter(None, emails):
        yield email
        yield email.partition("@")[0]
    yield from (number for number in numbers if len(number) >= AS_WRITTEN)
    for day in filter(None, births):
        yield from _written(day)


def _forms_of(name: str) -> Iterator[str]:
    """Yield a name whole, turned round, written together, and its parts but "de" and "von"."""
    first, _space, last = name.rpartition(" ")
    yield from (name, f"{last} {first}", name.replace(" ", ""))
    yield from (part for part in re.split(r"[\s,.\-]+", name) if not part.islower())


def _written(day: date) -> Iterator[str]:
    """Yield the ways to write a date, in the languages that applications come in."""
    d, m, y = day.day, day.month, day.year
    for sign in "./- ":
        for dd, mm in {(d, m), (f"{d:02}", f"{m:02}")}:
            for yy in (y, f"{y % 100:02}"):
                yield from (f"{dd}{sign}{mm}{sign}{yy}", f"{mm}{sign}{dd}{sign}{yy}")
                yield f"{yy}{sign}{mm}{sign}{dd}"
    yield day.strftime("%Y%m%d")
    for language in LANGUAGES:
        with translation.override(language):
            for month in {str(MONTHS[m]), str(MONTHS_3[m])}:
                yield from (f"{d} {month} {y}", f"{d}. {month} {y}", f"{d}th {month} {y}")
                yield from (f"{d} de {month} de {y}", f"{month} {d}, {y}", f"{month} {d} {y}")


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
