"""Pages of a supplementary assessment: ordered by the committee, entered by the assessor."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.verdict import Refused
from recognition import blind
from recognition.forms.assessments import EndForm, OrderForm, ResultForm
from recognition.models import Line, SupplementaryAssessment
from recognition.permissions import (
    can_assess,
    can_cancel_assessment,
    can_order_assessment,
    can_see_assessment,
)
from recognition.services import assessments
from recognition.views.header import case_facts, heading_of
from recognition.views.lines import line_for


@login_required
def order(request, uuid):
    """Which of the outcomes that are not shown are tested, how, by whom and until when."""
    line = line_for(request, Line.objects.of_others_visible_to(request.user), uuid=uuid)
    can_order_assessment(request.user, line).require()
    outcomes = assessments.assessable(line, request.user)
    form = OrderForm(
        request.POST or None,
        outcomes=outcomes,
        people=assessments.assessors_for(line),
        initial=OrderForm.initial_for(line),
    )
    if request.method == "POST" and form.is_valid():
        try:
            assessments.order(line, form.draft, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The assessment is ordered. The clock stands still."))
            return redirect("work")
    context = {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "form": form,
        "outcomes": outcomes,
    }
    return render(request, "assessments/order.html", context)


def _seen(request, uuid) -> SupplementaryAssessment:
    """Return an assessment of one's own, or of a line that one sees, else 404."""
    assessment = get_object_or_404(SupplementaryAssessment, uuid=uuid)
    lines = Line.objects.filter(pk=assessment.line_id)
    if assessment.assessor_id != request.user.pk:
        lines = lines.of_others_visible_to(request.user)
    assessment.line = line_for(request, lines)
    return assessment


@login_required
def detail(request, uuid):
    """What is to be assessed; for the assessor with the form of the result."""
    assessment = _seen(request, uuid)
    can_see_assessment(request.user, assessment).require()
    verdict = can_assess(request.user, assessment)
    form = ResultForm(request.POST or None, assessment=assessment) if verdict else None
    if form and request.method == "POST" and form.is_valid():
        assessments.enter_result(
            assessment,
            form.outcome_results,
            grade=form.cleaned_data.get("grade", ""),
            by=request.user,
        )
        messages.success(request, _("Thank you. The committee goes on with the result."))
        return redirect("assessment-detail", assessment.uuid)
    mask = blind.mask_for(request.user, assessment.line)
    results = assessment.results.select_related("outcome")
    context = {
        "assessment": assessment,
        "line": assessment.line,
        "learner": _learner(request.user, assessment),
        "heading": heading_of(assessment.line, request.user),
        "results": results,
        "found": [(row, mask(row.note)) for row in results],
        "end_note": mask(assessment.end_note),
        "form": form,
        "can_cancel": can_cancel_assessment(request.user, assessment),
    }
    return render(request, "assessments/detail.html", context)


def _learner(user, assessment) -> str:
    """Return who is assessed: the assessor meets the learner, and sees to it that nobody else came.

    The committee of blind review is not told here either.
    """
    if assessment.assessor_id == user.pk:
        return assessment.line.case.learner.name
    return blind.applicant_for(user, assessment.line)


@login_required
def absence(request, uuid):
    """Record that the learner did not come."""
    assessment = _seen(request, uuid)
    can_assess(request.user, assessment).require()
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assessments.note_absence(assessment, form.cleaned_data["note"], by=request.user)
        messages.success(request, _("It is recorded. The line goes on."))
        return redirect("assessment-detail", assessment.uuid)
    return render(request, "assessments/absence.html", {"assessment": assessment, "form": form})


@login_required
def cancel(request, uuid):
    assessment = _seen(request, uuid)
    can_cancel_assessment(request.user, assessment).require()
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assessments.cancel(assessment, form.cleaned_data["note"], by=request.user)
        messages.success(request, _("The assessment is cancelled. The line goes on."))
        return redirect("work")
    return render(request, "assessments/cancel.html", {"assessment": assessment, "form": form})
