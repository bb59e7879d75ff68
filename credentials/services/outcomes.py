"""What happens to the learning outcomes of a course version: written anew, called essential."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F

from credentials.language import LanguageMap, clean_texts
from credentials.models import CourseVersion, LearningOutcome, User
from credentials.permissions import can_choose_essential
from credentials.services.lifecycle import change, lock, record

OUT_OF_THE_WAY = 1000  # added to order numbers while they are dealt anew: no two may be equal


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One learning outcome as it shall be; `id` is the uuid of the one it was, "" if it is new."""

    text: LanguageMap
    is_essential: bool = True
    id: str = ""


def allowed(version: CourseVersion, rows: Iterable[OutcomeRow], by: User) -> list[OutcomeRow]:
    """Return the rows that say something; only course directors set `is_essential`."""
    old = {str(outcome.uuid): outcome for outcome in version.outcomes.all()}
    directs = bool(can_choose_essential(by, version))
    kept = []
    for row in rows:
        before = old.get(row.id)
        essential = row.is_essential if directs else before.is_essential if before else True
        kept.append(OutcomeRow(clean_texts(row.text), essential, row.id if before else ""))
    return [row for row in kept if row.text]


def differ(version: CourseVersion, rows: Iterable[OutcomeRow]) -> bool:
    """Whether the version's outcomes are not yet what the rows say."""
    now = [(outcome.text, outcome.is_essential) for outcome in version.outcomes.all()]
    return now != [(row.text, row.is_essential) for row in rows]


def write(version: CourseVersion, rows: Sequence[OutcomeRow]) -> list[LearningOutcome]:
    """Make the version's outcomes these rows, in this order; those that stay keep their uuid."""
    version.outcomes.exclude(uuid__in=[row.id for row in rows if row.id]).delete()
    version.outcomes.update(order=F("order") + OUT_OF_THE_WAY)
    old = {str(outcome.uuid): outcome for outcome in version.outcomes.all()}
    written = []
    for order, row in enumerate(rows, start=1):
        outcome = old.get(row.id) or LearningOutcome(course_version=version)
        outcome.order, outcome.text, outcome.is_essential = order, row.text, row.is_essential
        outcome.save()
        written.append(outcome)
    return written


@change()
def choose_essential(version: CourseVersion, essential: Collection[str], *, by: User) -> None:
    """Make exactly the outcomes with these uuids essential; allowed on published versions too."""
    version = lock(version)
    can_choose_essential(by, version).require()
    wanted = set(map(str, essential))
    outcomes = list(version.outcomes.all())
    switched = [o for o in outcomes if o.is_essential != (str(o.uuid) in wanted)]
    for outcome in switched:
        outcome.is_essential = not outcome.is_essential
    if switched:
        LearningOutcome.objects.bulk_update(switched, ["is_essential"])
        now = ", ".join(str(outcome.order) for outcome in outcomes if outcome.is_essential)
        record(version, "choose-essential", by=by, text=now)
