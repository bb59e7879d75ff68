"""The only place that tells an applicant in words what was asked and assessed meanwhile."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from recognition.models import AssessmentEnd, InformationRequest, Line, SupplementaryAssessment
from recognition.states import LineState


def told(line: Line) -> Iterator[dict]:
    """Yield the questions and assessments of a line as events of its timeline; no query.

    `line` comes from `timeline.with_stories`.
    """
    yield from _questions(line)
    yield from _assessments(line)


def happened(title: str, when: datetime, text: str = "", by: str = "", letter: str = "") -> dict:
    """Return one event of the past, as components/_timeline.html shows it.

    `letter`: the address of what was written about it.
    """
    said = {"title": title, "text": text, "when": when, "by": by}
    return {**said, "letter": letter, "phase": "past"}


def is_open(request: InformationRequest) -> bool:
    """Whether its answer is waited for."""
    return request.answered_at is None and request.closed_at is None


def waits_for_applicant(line: Line) -> bool:
    return any(is_open(r) and r.source_id is None for r in line.information_requests.all())


def assessment_of(line: Line) -> SupplementaryAssessment | None:
    """Return the assessment that is going on."""
    if line.state != LineState.ASSESSMENT:
        return None
    return next((one for one in line.assessments.all() if one.ended_at is None), None)


def _questions(line: Line) -> Iterator[dict]:
    """Yield what applicant and issuers were asked, and their answers; not what an issuer said."""
    withdrawn_at = line.held_since if line.state == LineState.WITHDRAWN else None
    for request in line.information_requests.all():
        is_own = request.source_id is None
        title = _("You were asked a question") if is_own else _("We asked who issued it")
        text = str(request) if is_own else request.inquiry.name
        yield happened(title, request.asked_at, text, letter=_letter_of(request, line))
        if request.closed_at and request.closed_at != withdrawn_at:
            yield happened(_("We went on without an answer"), request.closed_at)
        if request.answered_at and is_own:
            said = "\n".join(item.answer for item in request.items.all() if item.answer)
            yield happened(_("You answered"), request.answered_at, said)
        elif request.answered_at:
            said = request.inquiry.name
            yield happened(_("Who issued it has answered"), request.answered_at, said)


def _letter_of(request: InformationRequest, line: Line) -> str:
    if request.letter is None:
        return ""
    return reverse("line-document", args=[line.uuid, request.letter.uuid])


def _assessments(line: Line) -> Iterator[dict]:
    """Yield assessments and how they ended; the result comes with the decision."""
    ends = {
        AssessmentEnd.ASSESSED: _("You were assessed"),
        AssessmentEnd.NOT_TAKEN: _("You did not take the assessment"),
        AssessmentEnd.CANCELLED: _("The assessment was cancelled"),
    }
    for one in line.assessments.all():
        title, form = _("An assessment was ordered"), str(one.get_form_display())
        yield happened(title, one.ordered_at, form)
        if one.ended_at:
            yield happened(ends[AssessmentEnd(one.end)], one.ended_at, one.end_note)
