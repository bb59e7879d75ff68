"""Pages of conditions: the learner shows that one is met, the university says whether it is."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.services import evidence
from credentials.verdict import Refused
from recognition.forms.conditions import PUT_OFF, SEND_BACK, ProofForm, SettleForm
from recognition.models import Condition, Line
from recognition.permissions import (
    can_declare_missed,
    can_see_conditions,
    can_send_proof,
    can_settle_condition,
    is_condition_open,
)
from recognition.services import conditions
from recognition.states import ConditionState
from recognition.views.header import case_facts, heading_of


@login_required
def prove(request, uuid):
    """The applicant sends a proof, in words or as a file."""
    condition = get_object_or_404(
        Condition.objects.filter(
            decision__line__case__applicant=request.user, decision__notified_at__isnull=False
        ).select_related("decision__line__case"),
        uuid=uuid,
    )
    verdict = can_send_proof(request.user, condition)
    form = ProofForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        verdict.require()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        conditions.send_proof(
            condition,
            form.cleaned_data["answer"],
            [evidence.store_upload(upload, owner=request.user)] if upload else [],
            by=request.user,
        )
        messages.success(request, _("Thank you. Your proof is with the university."))
        return redirect("case-detail", condition.line.case.uuid)
    context = {"form": form, "condition": condition, "verdict": verdict}
    return render(request, "conditions/prove.html", context)


@login_required
def of_line(request, uuid):
    """All conditions of a decision that was sent, with the proofs; for the university."""
    line = _line(request, uuid)
    found = list(line.decision.conditions.prefetch_related("documents").select_related("notice"))
    for condition in found:
        condition.decision = line.decision
    context = {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "conditions": [(one, is_condition_open(one)) for one in found],
    }
    return render(request, "conditions/list.html", context)


def _line(request, uuid) -> Line:
    visible = Line.objects.of_others_visible_to(request.user)
    sent = visible.filter(decision__conditions__isnull=False, decision__notified_at__isnull=False)
    line = get_object_or_404(sent.with_all().select_related("decision").distinct(), uuid=uuid)
    can_see_conditions(request.user, line).require()
    line.decision.line = line
    return line


@login_required
def settle(request, uuid):
    """One condition: met, waived, not shown yet, put off, or missed."""
    condition = get_object_or_404(
        Condition.objects.select_related("decision__line"),
        uuid=uuid,
        decision__line__in=Line.objects.visible_to(request.user).exclude(
            case__applicant=request.user
        ),
        decision__notified_at__isnull=False,
    )
    line = _line(request, condition.line.uuid)
    condition.decision = line.decision
    verdict = can_settle_condition(request.user, condition)
    form = SettleForm(request.POST or None)
    if request.method == "POST":
        verdict.require()
    if request.method == "POST" and form.is_valid():
        try:
            _settle(condition, form.cleaned_data, request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is noted. The learner has been told."))
            return redirect("line-conditions", line.uuid)
    context = {
        "line": line,
        "condition": condition,
        "form": form,
        "verdict": verdict,
        "missed": can_declare_missed(request.user, condition),
    }
    return render(request, "conditions/settle.html", context)


def _settle(condition: Condition, said: dict, user) -> None:
    do, note = said["do"], said["note"]
    if do == SEND_BACK:
        conditions.send_back(condition, note, by=user)
    elif do == PUT_OFF:
        conditions.put_off(condition, said["due_on"], note, by=user)
    elif do == ConditionState.MISSED:
        conditions.declare_missed(condition, note, by=user)
    else:
        conditions.settle(condition, ConditionState(do), note, by=user)
