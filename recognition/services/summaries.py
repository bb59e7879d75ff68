"""The only place that counts for the catalogue what was asked and recognised of its courses."""

from django.db.models import F
from django.utils.translation import gettext as _

from credentials.language import LANGUAGES
from credentials.models import RecognitionSummary
from credentials.standards.documents import in_each
from recognition.models import Line, Purpose
from recognition.presented import course_of
from recognition.states import AnnulmentState


def count(line: Line) -> None:
    """Let the catalogue say "recognised before" of the courses that were put forward.

    A line counts once: what a later version decides takes the place of the earlier one.
    """
    if line.case.purpose == Purpose.ADVANCE:
        return
    is_recognised = line.decision.is_recorded
    told = line.decisions.exclude(pk=line.decision.pk).exclude(notified_at=None)
    before = told.exclude(annulments__state=AnnulmentState.DONE).order_by("version").last()
    was_recognised = before is not None and before.is_recorded
    add(line, asked=int(not told.exists()), recognised=is_recognised - was_recognised)


def add(line: Line, *, asked: int, recognised: int) -> None:
    """Add to how often the courses behind a line were asked about, and recognised."""
    target = (
        line.module.title if line.module else in_each(LANGUAGES, lambda _l: _("Free electives"))
    )
    courses = {course_of(source) for source in line.sources.select_related("credential")}
    for course in sorted(courses - {None}, key=lambda one: one.pk):
        summary, _is_new = RecognitionSummary.objects.get_or_create(
            course=course, programme=line.case.programme_version.programme, target=target
        )
        enough = RecognitionSummary.objects.filter(pk=summary.pk, recognised__gte=-recognised)
        enough.update(asked=F("asked") + asked, recognised=F("recognised") + recognised)
