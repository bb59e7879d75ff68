"""The only place that takes over whole catalogues of courses, row by row, as drafts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.language import in_language
from credentials.models import (
    AuditEvent,
    Course,
    CourseVersion,
    Institution,
    LearningOutcome,
    User,
)
from credentials.permissions import can_import_courses
from credentials.search import text_of, words_of
from credentials.services import outcomes
from credentials.services.lifecycle import change, lock, record
from credentials.services.outcomes import OutcomeRow
from credentials.standards.catalogue_files import CourseRow
from credentials.states import PublishingState
from credentials.vocabulary import CourseElement

# The columns of a row that are texts in one language, and what of a version they become.
TEXTS = {
    "aims": "description",
    "summary": "summary",
    "prerequisites": "prerequisites",
    "assessment_criteria": "assessment_criteria",
}
SHOWN = 12


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do: codes of courses, and rows that were refused."""

    rows: int = 0
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    without_outcomes: list[str] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)  # row, code, why
    incomplete: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)  # code, elements

    @property
    def courses(self) -> int:
        """How many different courses were taken from the file."""
        return len(self.created) + len(self.updated) + len(self.unchanged)

    def lines(self) -> Iterator[str]:
        """Yield the report in sentences."""
        yield _("%(rows)s rows, %(courses)s different courses.") % {
            "rows": self.rows,
            "courses": self.courses,
        }
        for text, codes in (
            (_("New drafts: %(number)s."), self.created),
            (_("Drafts brought up to date: %(number)s."), self.updated),
            (_("Already here, nothing to change: %(number)s."), self.unchanged),
        ):
            if codes:
                yield text % {"number": len(codes)}
        for text, codes in (
            (_("Repeated in the file, taken once: %(codes)s."), self.repeated),
            (_("Without learning outcomes: %(codes)s."), self.without_outcomes),
        ):
            if codes:
                yield text % {"codes": _some(codes)}
        yield from self._missing_lines()
        yield from self._refused_lines()

    def _missing_lines(self) -> Iterator[str]:
        for elements, number in Counter(
            missing for _code, missing in self.incomplete
        ).most_common():
            names = ", ".join(str(CourseElement(name).label) for name in elements)
            yield ngettext(
                "%(number)s course stays a draft until it states: %(names)s.",
                "%(number)s courses stay drafts until they state: %(names)s.",
                number,
            ) % {"number": number, "names": names}

    def _refused_lines(self) -> Iterator[str]:
        rows: dict[str, list[str]] = {}
        for number, code, why in self.refused:
            row = _("row %(row)s (%(code)s)") % {"row": number, "code": code}
            rows.setdefault(why, []).append(row)
        for why, named in rows.items():
            yield _("Not taken: %(rows)s: %(why)s") % {"rows": _some(named), "why": why}


def _some(codes: Sequence[str]) -> str:
    counted = [f"{code} (×{n + 1})" if n > 1 else code for code, n in Counter(codes).items()]
    rest = len(counted) - SHOWN
    more = [_("and %(number)s more") % {"number": rest}] if rest > 0 else []
    return ", ".join([*counted[:SHOWN], *more])


@dataclass(slots=True)
class _Taken:
    """A row that fits, what it says, and the newest version of its course (a new one if none)."""

    row: CourseRow
    content: dict[str, Any]
    version: CourseVersion


@change()
def import_rows(
    institution: Institution,
    rows: Sequence[CourseRow],
    *,
    by: User | None = None,
    language: str = "",
    dry_run: bool = False,
) -> ImportReport:
    """Take over courses as drafts of the institution's root unit; the same rows again do nothing.

    `by` None: the command line. `language`: that of the rows' texts, the institution's first
    language unless given. What people here have changed or published since is left as it is, and
    reported. `dry_run` only reports.
    """
    institution = lock(institution)
    if by is not None:
        can_import_courses(by, institution).require()
    language = language or institution.document_languages[0]
    report = ImportReport(rows=len(rows))
    new, changed = [], []
    for taken in _taken(institution, rows, language, report):
        if taken.version.pk is None:
            new.append(taken)
        elif not _says(taken, language):
            changed.append(taken)
        else:
            report.unchanged.append(taken.row.code)
            _note_gaps(taken, report)
    changed = _untouched(changed, report)
    for codes, group in ((report.created, new), (report.updated, changed)):
        for taken in group:
            _apply(taken)
            codes.append(taken.row.code)
            _note_gaps(taken, report)
    if not dry_run:
        _create(new, language, by)
        for taken in changed:
            _update(taken, language, by)
    return report


def _newest_versions(institution: Institution) -> dict[str, CourseVersion]:
    versions = (
        CourseVersion.objects.filter(course__institution=institution)
        .select_related("course")
        .prefetch_related("outcomes")
        .defer("search_text")
        .order_by("number")
    )
    return {version.course.code: version for version in versions}


def _taken(
    institution: Institution,
    rows: Sequence[CourseRow],
    language: str,
    report: ImportReport,
) -> Iterator[_Taken]:
    """Yield the rows that fit, each code once; note the others in the report."""
    names = {" ".join(words_of(name)) for name in [*institution.name.values(), institution.slug]}
    newest = _newest_versions(institution)
    root = institution.units.get(parent=None)
    seen: dict[str, CourseRow] = {}
    for row in rows:
        first = seen.get(row.code)
        try:
            if first is not None and _same(first, row):
                report.repeated.append(row.code)
                continue
            if first is not None:
                raise ValidationError(
                    _("row %(row)s has this code too, with other content; that one was taken.")
                    % {"row": first.number}
                )
            _check_owner(institution, names, row)
            content = _content_of(row, language)
        except ValidationError as problem:
            report.refused.append((row.number, row.code, " ".join(problem.messages)))
            continue
        seen[row.code] = row
        course = Course(institution=institution, unit=root, code=row.code)
        yield _Taken(row, content, newest.get(row.code) or CourseVersion(course=course))


def _same(one: CourseRow, other: CourseRow) -> bool:
    return (one.texts, one.outcomes, one.facts) == (other.texts, other.outcomes, other.facts)


def _check_owner(institution: Institution, names: set[str], row: CourseRow) -> None:
    owner, country = row.texts["institution"], row.texts["country"].upper()
    if owner and " ".join(words_of(owner)) not in names:
        raise ValidationError(
            _("it belongs to %(owner)s, not to %(institution)s.")
            % {"owner": owner, "institution": in_language(institution.name)}
        )
    if country and country != institution.country:
        raise ValidationError(
            _("its country is %(country)s, that of %(institution)s is %(own)s.")
            % {
                "country": country,
                "institution": in_language(institution.name),
                "own": institution.country,
            }
        )


def _content_of(row: CourseRow, language: str) -> dict[str, Any]:
    """Return what a version shall say after this row; raises ValidationError naming the column."""
    content: dict[str, Any] = {"title": {language: _title_of(row)}}
    for column, name in TEXTS.items():
        if row.texts[column]:
            content[name] = {language: row.texts[column]}
    if row.texts["semester"]:
        content["term"] = " ".join(row.texts["semester"].split())
    as_published = row.texts["learning_outcomes_as_published"]
    if as_published and not row.outcomes:
        # Nobody can tell where one outcome ends: keep the text for whoever parts it.
        content["further_information"] = {language: as_published}
    for name, value in row.facts.items():
        try:
            content[name] = CourseVersion._meta.get_field(name).clean(value, None)
        except ValidationError as problem:
            raise ValidationError(f"{name}: {' '.join(problem.messages)}") from problem
    return content


def _title_of(row: CourseRow) -> str:
    """Return the title on one line, without the course code that many catalogues put behind it."""
    title = " ".join(row.texts["title"].split())
    return title.removesuffix(row.code).rstrip(" -–,:") or title


def _says(taken: _Taken, language: str) -> bool:
    """Whether the newest version says already all that the row says."""
    version = taken.version
    for name, value in taken.content.items():
        now = getattr(version, name)
        if isinstance(value, dict):
            now, value = now.get(language), value[language]
        if now != value:
            return False
    now = tuple(outcome.text.get(language, "") for outcome in version.outcomes.all())
    return not taken.row.outcomes or now == taken.row.outcomes


def _untouched(changed: list[_Taken], report: ImportReport) -> list[_Taken]:
    """Return those that nobody has worked on since they were imported; note the others."""
    ids = [str(taken.version.uuid) for taken in changed]
    touched = set(
        AuditEvent.objects.filter(thing__in=ids)
        .exclude(action="import")
        .values_list("thing", flat=True)
    )
    kept = []
    for taken in changed:
        version = taken.version
        if str(version.uuid) in touched or version.state != PublishingState.DRAFT:
            why = _("it was changed or published here since; it stays as it is.")
            report.refused.append((taken.row.number, taken.row.code, why))
        elif version.has_applications():
            why = _("learners have applied against its learning outcomes; it stays as it is.")
            report.refused.append((taken.row.number, taken.row.code, why))
        else:
            kept.append(taken)
    return kept


def _note_gaps(taken: _Taken, report: ImportReport) -> None:
    """Note what a draft (as it will be) lacks before it can be published."""
    version = taken.version
    if version.state != PublishingState.DRAFT:
        return
    there = version.outcomes.all() if version.pk else ()
    missing = version.missing_elements(taken.row.outcomes or there)
    if CourseElement.OUTCOMES in missing:
        report.without_outcomes.append(taken.row.code)
    if missing:
        report.incomplete.append((taken.row.code, tuple(missing)))


def _apply(taken: _Taken) -> None:
    for name, value in taken.content.items():
        if isinstance(value, dict):
            value = {**getattr(taken.version, name), **value}
        setattr(taken.version, name, value)


def _create(new: Sequence[_Taken], language: str, by: User | None) -> None:
    """Write all new courses with their drafts and outcomes in three statements."""
    Course.objects.bulk_create(taken.version.course for taken in new)
    written = []
    for taken in new:
        version = taken.version
        found = [
            LearningOutcome(course_version=version, order=order, text={language: text})
            for order, text in enumerate(taken.row.outcomes, start=1)
        ]
        version.search_text = text_of(version, found)
        written += found
    CourseVersion.objects.bulk_create(taken.version for taken in new)
    LearningOutcome.objects.bulk_create(written)
    for taken in new:
        record(taken.version, "import", by=by)


def _update(taken: _Taken, language: str, by: User | None) -> None:
    version = taken.version
    now = list(version.outcomes.all())
    if taken.row.outcomes:
        old = {outcome.text.get(language, ""): outcome for outcome in now}
        now = outcomes.write(
            version, [_row(text, old.get(text), language) for text in taken.row.outcomes]
        )
    version.search_text = text_of(version, now)
    version.save()
    record(version, "import", by=by)


def _row(text: str, old: LearningOutcome | None, language: str) -> OutcomeRow:
    if old is None:
        return OutcomeRow({language: text})
    return OutcomeRow(old.text, old.is_essential, str(old.uuid))
