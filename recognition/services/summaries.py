"""The only place that counts for the catalogue what was asked and recognised of its courses."""

import uuid

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _

from credentials.models import Course, CourseVersion, Origin, RecognitionSummary
from credentials.standards.documents import in_each
from recognition.models import Line, LineSource, Purpose
from recognition.sources import facts_of
from recognition.states import AnnulmentState

SIGNED = "signed"


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
        line.module.title if line.module else in_each(("en", "de"), lambda _l: _("Free electives"))
    )
    courses = {_course_of(source) for source in line.sources.select_related("credential")}
    for course in sorted(courses - {None}, key=lambda one: one.pk):
        summary, _is_new = RecognitionSummary.objects.get_or_create(
            course=course, programme=line.case.programme_version.programme, target=target
        )
        enough = RecognitionSummary.objects.filter(pk=summary.pk, recognised__gte=-recognised)
        enough.update(asked=F("asked") + asked, recognised=F("recognised") + recognised)


def _course_of(source: LineSource) -> Course | None:
    """Return the course of this portal that a source comes from, as its signed file says."""
    credential = source.credential
    if credential and credential.origin == Origin.AWARD:
        return credential.award.course_version.course
    if source.provenance.get("course_url") != SIGNED:
        return None
    before, _slash, tail = facts_of(source).course_url.rstrip("/").rpartition("/")
    try:
        version = CourseVersion.objects.filter(uuid=uuid.UUID(tail)).first()
    except ValueError:
        return None
    return version.course if version and before.startswith(settings.ADDRESS) else None
