"""The only place that reads what is counted of lines: time, credits asked and given, questions.

A line counts in a period when in it its first letter was sent, it was found not admissible, or its
day passed and it is open still; time is counted to the first letter, credits are those of the
decision that holds. What a learner took back, and advance information, is not counted.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.days import month_name
from credentials.language import in_language
from credentials.models import ProgrammeVersion
from credentials.templatetags.symbolon import country_name
from credentials.vocabulary import BroadField
from recognition.calendar import Clock
from recognition.models import (
    Decision,
    InformationRequest,
    Line,
    LineSource,
    Objection,
    Purpose,
    TargetKind,
)
from recognition.pauses import pauses_by_line
from recognition.states import CLOCK_RUNS, LineState
from recognition.vocabulary import DecisionType

NOTHING = Decimal(0)
SEVERAL = "*"
UNKNOWN = ""
OPEN = "open"
NOT_ADMISSIBLE = DecisionType.INADMISSIBLE.value
Key = str


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both days included."""

    first: date
    last: date

    def bounds(self) -> tuple[datetime, datetime]:
        """Return the moments between which the period lies, in local time."""
        days = (self.first, time.min), (self.last, time.max)
        first, last = (timezone.make_aware(datetime.combine(*day)) for day in days)
        return first, last


@dataclass(frozen=True, slots=True)
class Source:
    """Whose learning was put forward, and which course: by its code, else its title."""

    issuer: Key
    issuer_name: str
    country: str
    course: str
    title_json: str
    ects: Decimal

    @property
    def title(self) -> str:
        return _text(self.title_json)


def _text(language_map: str | None) -> str:
    """Return the text of a language map that the database handed out as JSON.

    Thousands are handed out and few are shown, so each is read only when it is.
    """
    return in_language(json.loads(language_map)) if language_map else ""


@dataclass(frozen=True, slots=True)
class Place:
    """The programme version that a line aims at, and whose working days count."""

    institution: str
    institution_name: Mapping[str, str]
    country: str
    subdivision: str
    programme: int
    code: str
    title: Mapping[str, str]


@dataclass(slots=True)
class Counted:
    """One line as it is counted.

    `days`: working days from completeness to letter, without those in which the clock stood.
    `is_open`: its day passed and it has no letter. `is_late`: so it is, or its letter took more
    days than its rules give. `decision` is "" without a letter. `asked` and `given` are ECTS.
    `target` names what was asked for, so that equal questions have equal ones. `questions`: how
    often the learner was asked; `objections`: how often the learner objected or appealed.
    """

    uuid: UUID
    name: str
    ended_on: date
    has_letter: bool
    is_open: bool
    is_late: bool
    days: int | None
    place: Place
    field: str
    module: str
    target: tuple
    asked: Decimal
    given: Decimal = NOTHING
    decision: str = ""
    decided_ects: Decimal | None = None
    questions: int = 0
    objections: int = 0
    sources: list[Source] = field(default_factory=list)

    @property
    def institution(self) -> str:
        return self.place.institution

    @property
    def programme(self) -> str:
        return str(self.place.programme)

    @property
    def outcome(self) -> str:
        """What the line came to: a type of decision, OPEN or NOT_ADMISSIBLE."""
        return self.decision or (OPEN if self.is_open else NOT_ADMISSIBLE)

    @property
    def month(self) -> str:
        return f"{self.ended_on.year}-{self.ended_on.month:02}"

    @property
    def issuer(self) -> Key:
        return _one({source.issuer for source in self.sources})

    @property
    def country(self) -> str:
        return _one({source.country for source in self.sources})


def _one(found: set[str]) -> str:
    return found.pop() if len(found) == 1 else SEVERAL if found else UNKNOWN


STILL_OPEN = CLOCK_RUNS | {LineState.OBJECTION, LineState.APPEAL}


def counted_in(lines: QuerySet[Line], period: Period) -> QuerySet[Line]:
    """Return the lines that count in a period, with `letter_at`; over its day is what is so today.

    A line of which nothing was decided can be under appeal for just that.
    """
    bounds, today = period.bounds(), timezone.localdate()
    letters = Decision.objects.filter(line=OuterRef("pk"), notified_at__isnull=False)
    counted = lines.exclude(case__purpose=Purpose.ADVANCE).annotate(
        letter_at=Subquery(letters.order_by("notified_at").values("notified_at")[:1])
    )
    no_letter = Q(letter_at=None)
    return counted.filter(
        Q(letter_at__range=bounds)
        | no_letter & Q(state=LineState.INADMISSIBLE, held_since__range=bounds)
        | no_letter
        & Q(state__in=STILL_OPEN, due_on__range=(period.first, period.last), due_on__lt=today)
    ).order_by()


COLUMNS = {
    "version": F("case__programme_version"),
    "reference": F("case__reference"),
    "isced": F("module__course_version__isced_f"),
    "module_code": F("module__course_version__course__code"),
    "module_ects": F("module__ects"),
    "has_letter": Q(letter_at__isnull=False),
    "ended_at": Coalesce("letter_at", "held_since"),
    "limit": F("case__policy__decision_days"),
}
OWN = ("uuid", "position", "state", "complete_at", "due_on", "target_kind", "requested_ects")


def read(lines: QuerySet[Line]) -> list[Counted]:
    """Read what is counted of lines; nine queries for any number of them."""
    pauses, questions = pauses_by_line(lines), _questions(lines)
    remedies = Objection.objects.filter(line__in=lines.values("pk")).order_by()
    objections = Counter(remedies.values_list("line_id", flat=True))
    parts, places, decisions = _parts(lines), _places(lines), _decisions(lines)
    zone = timezone.get_current_timezone()
    found = {}
    for row in lines.values("pk", "module_id", *OWN, **COLUMNS).iterator():
        pk = row["pk"]
        place = places[row["version"]]
        found[pk] = _counted(row, place, pauses.get(pk, ()), parts.get(pk, ()), zone)
        found[pk].questions = questions.get(pk, 0)
        found[pk].objections = objections.get(pk, 0)
        if pk in decisions:
            _decided(found[pk], row["state"], *decisions[pk])
    for pk, source in _sources(lines):
        if pk in found:
            found[pk].sources.append(source)
    for line in found.values():
        if not line.asked:
            # No limit was set: all that was put forward was asked for.
            line.asked = max(sum((s.ects for s in line.sources), NOTHING), line.given)
    return sorted(found.values(), key=lambda line: (line.ended_on, line.name))


def _counted(
    row: dict, place: Place, pauses: tuple, parts: Iterable[tuple[int, Decimal]], zone: tzinfo
) -> Counted:
    is_open, days = not row["has_letter"] and row["state"] != LineState.INADMISSIBLE, None
    ended_on = row["due_on"] if is_open else row["ended_at"].astimezone(zone).date()
    if row["has_letter"] and row["complete_at"]:
        days = _days(row["complete_at"], ended_on, (place.country, place.subdivision), pauses, zone)
    asked = row["requested_ects"] or row["module_ects"] or NOTHING
    if row["target_kind"] == TargetKind.PARTS:
        asked = sum((ects for _part, ects in parts), NOTHING)
    which = tuple(sorted(part for part, _ects in parts))
    number = f", {row['position']}" if row["position"] > 1 else ""
    return Counted(
        uuid=row["uuid"],
        name=f"{row['reference']}{number}",
        place=place,
        ended_on=ended_on,
        has_letter=row["has_letter"],
        is_open=is_open,
        is_late=is_open or (days is not None and days > row["limit"]),
        days=days,
        field=(row["isced"] or "")[:2],
        module=row["module_code"] or "",
        target=(row["module_id"], row["target_kind"], which),
        asked=asked,
    )


def _days(
    complete_at: datetime, until: date, place: tuple[str, str], pauses: tuple, zone: tzinfo
) -> int:
    return Clock(complete_at.astimezone(zone).date(), 0, *place, pauses).used(until)


def days_to_letter(lines: QuerySet[Line]) -> list[int]:
    """Return the working days of each line that has a letter, as `read` counts them; two queries.

    Lines that were never examined, as they were not admissible, took none.
    """
    pauses = pauses_by_line(lines)
    zone, place = timezone.get_current_timezone(), "case__programme_version__programme__institution"
    rows = lines.filter(letter_at__isnull=False, complete_at__isnull=False).values_list(
        "pk", "complete_at", "letter_at", f"{place}__country", f"{place}__subdivision"
    )
    return [
        _days(complete_at, letter_at.astimezone(zone).date(), where, pauses.get(pk, ()), zone)
        for pk, complete_at, letter_at, *where in rows.iterator()
    ]


def _decided(line: Counted, state: str, kind: str, ects: Decimal | None) -> None:
    """Say what holds of a line: nothing of a decision that was annulled."""
    line.decision = state if state == LineState.ANNULLED else kind
    line.decided_ects = NOTHING if state == LineState.ANNULLED else ects
    line.given = line.decided_ects or NOTHING


def _decisions(lines: QuerySet[Line]) -> dict[int, tuple[str, Decimal | None]]:
    """Return type and ECTS of the last decision of each line that was sent."""
    sent = Decision.objects.filter(line__in=lines.values("pk"), notified_at__isnull=False)
    rows = sent.order_by("version").values_list("line_id", "type", "ects")
    return {line: (kind, ects) for line, kind, ects in rows.iterator()}


def _places(lines: QuerySet[Line]) -> dict[int, Place]:
    institution = "programme__institution__"
    rows = ProgrammeVersion.objects.filter(cases__lines__in=lines.values("pk")).values_list(
        "pk",
        *(f"{institution}{name}" for name in ("slug", "name", "country", "subdivision")),
        *("programme", "programme__code", "title"),
    )
    return {pk: Place(*values) for pk, *values in rows.order_by().distinct()}


def _questions(lines: QuerySet[Line]) -> Counter[int]:
    """Return how often the learner of each line was asked; issuers are another matter."""
    asked = InformationRequest.objects.to_applicant().filter(line__in=lines.values("pk"))
    return Counter(asked.order_by().values_list("line_id", flat=True))


def _parts(lines: QuerySet[Line]) -> dict[int, list[tuple[int, Decimal]]]:
    found = defaultdict(list)
    asked = lines.filter(parts__isnull=False).values_list("pk", "parts", "parts__ects")
    for line, part, ects in asked.iterator():
        found[line].append((part, ects))
    return found


def _sources(lines: QuerySet[Line]) -> Iterator[tuple[int, Source]]:
    """Yield each line's sources; the issuer as the register has it, else as it is stated."""
    rows = LineSource.objects.filter(line__in=lines.values("pk")).values_list(
        "line_id",
        "awarding_body_id",
        "awarding_body__name",
        "awarding_body__country",
        KT("facts__awarding_body__name"),
        KT("facts__awarding_body__country"),
        KT("facts__course_code"),
        KT("facts__title"),
        KT("facts__ects"),
    )
    for line, pk, name, country, stated, stated_country, code, title, ects in rows.order_by(
        "line", "position"
    ).iterator():
        issuer_name = name or _text(stated)
        yield (
            line,
            Source(
                issuer=f"{pk}" if pk else f"{issuer_name.casefold()}, {stated_country or ''}",
                issuer_name=issuer_name,
                country=country or stated_country or "",
                course=(code or _text(title)).casefold().strip(),
                title_json=title or "",
                ects=_amount(ects),
            ),
        )


def _amount(text: str | None) -> Decimal:
    try:
        return Decimal(text or 0)
    except InvalidOperation:
        return NOTHING


def name_of(line: Counted, by: str) -> str:
    """Return how the group is called in which a line falls `by` one of its properties."""
    key = getattr(line, by)
    if key == SEVERAL:
        return _("Several together")
    if by == "institution":
        return in_language(line.place.institution_name)
    if by == "programme":
        return f"{in_language(line.place.title)} ({line.place.code})"
    if by == "outcome":
        words = {OPEN: _("Still open, over its day"), **dict(DecisionType.choices)}
        return str(words.get(key) or LineState(key).label)
    if by == "field" and key in BroadField:
        return str(BroadField(key).label)
    if by == "issuer" and line.sources:
        return line.sources[0].issuer_name or _("Not stated")
    if by == "month":
        return month_name(line.ended_on)
    if by == "country" and key:
        return country_name(key)
    return key or _("Not stated")
