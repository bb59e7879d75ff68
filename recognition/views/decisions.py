"""The chair's pages of a line, to decide and sign; the registrar's, to send and record."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.models import Job, JobKind
from credentials.verdict import Refused, Stale
from recognition import evidence, grading, guards, ledger, matrix
from recognition.blind import applicant_for
from recognition.documents.letter import letter_context
from recognition.forms.decisions import DecisionForm, DifferenceFormSet, initial_differences
from recognition.forms.reviews import SeenField
from recognition.guards import problems_of
from recognition.models import Decision, Line
from recognition.opinions import counted_reviews, ground_of, target_ects, target_outcomes
from recognition.permissions import (
    can_ask_information,
    can_assign,
    can_close,
    can_decide,
    can_notify,
    can_order_documents,
    can_record,
    can_see_opinions,
    can_sign,
)
from recognition.services import credits, decisions, letters, lines
from recognition.states import DecisionState
from recognition.views.checks import kept_line
from recognition.views.header import case_facts, heading_of, lines_of_case, notices_of
from recognition.vocabulary import DecisionType, Track

LETTER_HEADING = 3


def _visible_line(request, uuid) -> Line:
    return get_object_or_404(Line.objects.visible_to(request.user).with_all(), uuid=uuid)


@login_required
def decide(request, uuid):
    """Opinions, decision and letter on one page; the letter follows what is saved."""
    line = _visible_line(request, uuid)
    if not can_decide(request.user, line):
        return _elsewhere(request, line)
    decision = Decision.objects.draft_of(line)
    outcomes = target_outcomes(line)
    comparison = matrix.comparison_of(
        counted_reviews(line),
        outcomes,
        target_ects(line),
        decision.outcome_ratings if decision else {},
    )
    form = DecisionForm(
        request.POST or None,
        decision=decision,
        comparison=comparison,
        proposals=grading.proposals_of(line),
    )
    differences = DifferenceFormSet(
        request.POST if "differences-TOTAL_FORMS" in request.POST else None,
        prefix="differences",
        initial=initial_differences(decision),
        form_kwargs={"outcomes": outcomes},
    )
    if form.is_bound and form.is_valid() and (not differences.is_bound or differences.is_valid()):
        saved = _save(request, line, form, differences)
        missing = problems_of(saved) if saved and request.POST.get("do") == "sign" else []
        if saved and not missing:
            return _go_on(request, line)
        decision = saved or decision
        form.show(differences.show(missing), decision)
    page = _page(request, line, decision, comparison, form, differences)
    return render(request, "decisions/decide.html", page)


def _elsewhere(request, line):
    """Lead who cannot decide now to what they can see; refuse the others with the reason."""
    seen = can_see_opinions(request.user, line)
    if not seen and can_assign(request.user, line):
        return redirect("line-reviewers", line.uuid)
    seen.require()
    return redirect("line-opinions", line.uuid)


def _save(request, line, form, differences) -> Decision | None:
    """Save the draft; None when it was saved elsewhere meanwhile, which the form then says."""
    draft = form.draft(differences.drafts if differences.is_bound else differences.saved)
    try:
        saved = decisions.save(line, draft, by=request.user, seen=form.cleaned_data["seen"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    saved.line = line
    return saved


def _go_on(request, line):
    if request.POST.get("do") == "sign":
        return redirect("line-sign", line.uuid)
    messages.success(request, _("Saved. Nothing is decided yet."))
    return redirect("line-decide", line.uuid)


def _page(request, line, decision, comparison, form, differences) -> dict:
    ground = ground_of(line, decision.outcome_ratings if decision else {})
    verdicts = guards.possible(ground)
    kind = form["type"].value()
    draft = decision or Decision(line=line, written_by=request.user)
    return {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "lines": lines_of_case(line, request.user, "line-decide"),
        "comparison": comparison,
        "options": _options(ground, verdicts),
        "may_end": guards.can_end_undecided(ground, verdicts),
        "kind": kind,
        "form": form,
        "problem_forms": [form, differences],
        "differences": differences if kind == DecisionType.REFUSAL else None,
        "letter": letter_context(
            letters.draft_facts(line, draft, ground, request.user),
            languages=[request.LANGUAGE_CODE],
            heading=LETTER_HEADING,
        ),
        "may_ask": can_ask_information(request.user, line),
        "may_assign": can_assign(request.user, line),
        "evidence": evidence.evidence_of(line, request.user),
        "answers": evidence.answers_to(line, request.user),
        "track_explanation": Track(line.track).explanation,
        "action": {"label": _("Write decision"), "url": "#h-type"},
    }


def _options(ground, verdicts) -> list[dict]:
    """Return the decisions, those that are possible first, each with what it gives or why not."""
    options = []
    for kind in ground.verdicts:
        verdict = verdicts[kind]
        given = ground.credits[kind]
        options.append(
            {
                "value": kind.value,
                "label": kind.label,
                "verdict": verdict,
                "gives": str(given.explanation) if kind != DecisionType.REFUSAL else "",
            }
        )
    return sorted(options, key=lambda option: not option["verdict"])


def _seen(request) -> datetime | None:
    try:
        return SeenField().clean(request.POST.get("seen"))
    except ValidationError as problem:
        raise Stale(problem.messages[0]) from None


@login_required
def sign(request, uuid):
    """What is signed, once more and whole; then there is no way back."""
    line = _visible_line(request, uuid)
    can_decide(request.user, line).require()
    decision = get_object_or_404(Decision.objects.filter(state=DecisionState.DRAFT), line=line)
    decision.line = line
    ground = ground_of(line, decision.outcome_ratings)
    if request.method == "POST":
        decisions.sign(decision, by=request.user, seen=_seen(request))
        messages.success(request, _("The decision is signed. The registrar sends it."))
        return redirect("line-opinions", line.uuid)
    if problems_of(decision, ground):
        return redirect("line-decide", line.uuid)
    context = {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "applicant": applicant_for(request.user, line),
        "decision": decision,
        "given": ground.credits[DecisionType(decision.type)],
        "verdict": can_sign(request.user, decision),
        "seen": SeenField.shown(decision.updated_at),
        "letter": letter_context(
            letters.draft_facts(line, decision, ground, request.user),
            languages=[request.LANGUAGE_CODE],
            heading=LETTER_HEADING,
        ),
    }
    return render(request, "decisions/sign.html", context)


STEPS = {
    "documents": decisions.order_documents,
    "send": decisions.notify,
    "record": credits.record,
    "close": lines.close,
}
DONE = {
    "documents": gettext_lazy("The documents are being made."),
    "send": gettext_lazy("The decision is sent. The learner has a mail."),
    "record": gettext_lazy("The credits are recorded. The learner has a mail."),
    "close": gettext_lazy("The line is closed."),
}


@login_required
def record(request, uuid):
    """The registrar's last steps: documents, sending, recording, closing."""
    line = kept_line(request, uuid)
    problem = ""
    if request.method == "POST" and request.POST.get("do") in STEPS:
        try:
            STEPS[request.POST["do"]](line, by=request.user)
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, DONE[request.POST["do"]])
            return redirect("line-record", line.uuid)
    decision = line.decision
    if decision is None:
        return redirect("line-check", line.uuid)
    context = {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "lines": lines_of_case(line, request.user, "line-detail"),
        "decision": decision,
        "problem": problem,
        "sources": line.sources.select_related("supplement"),
        "placement": ledger.placement_with(line),
        "job": Job.objects.filter(kind=JobKind.LINE_DOCUMENTS, subject=line.uuid).first(),
        **notices_of(line),
        "can_notify": can_notify(request.user, line),
        "can_record": can_record(request.user, line),
        "can_close": can_close(request.user, line),
        "can_order": can_order_documents(request.user, line),
    }
    return render(request, "decisions/record.html", context)
