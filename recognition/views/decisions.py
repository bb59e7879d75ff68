"""The chair's pages of a line, to decide and sign; the registrar's, to send and record."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.forms.awards import GradeForm
from credentials.models import Job, JobKind
from credentials.verdict import Refused, Stale
from recognition import evidence, grading, guards, matrix
from recognition.aftermath import aftermath_of
from recognition.blind import applicant_for
from recognition.documents.letter import letter_context
from recognition.forms import phrases
from recognition.forms.decisions import (
    ConditionFormSet,
    DecisionForm,
    DifferenceFormSet,
    initial_conditions,
    initial_differences,
)
from recognition.forms.reviews import SeenField
from recognition.guards import problems_of
from recognition.models import Decision, Line
from recognition.opinions import (
    ground_for,
    ground_of,
    rates_anew,
    target_ects,
)
from recognition.permissions import (
    adopted_by,
    award_of,
    can_ask_issuers,
    can_assign,
    can_award_validated,
    can_close,
    can_decide,
    can_notify,
    can_open_ballot,
    can_open_receipt,
    can_order_assessment,
    can_order_documents,
    can_record,
    can_see_opinions,
    can_sign,
    may_stand,
    open_ballot_on,
    still_credited,
)
from recognition.presented import departed_from, near
from recognition.refusals import DifferenceDraft
from recognition.services import credits, decisions, letter_facts, lines, validations
from recognition.services.decisions import ConditionDraft
from recognition.states import DecisionState, LineState
from recognition.views.checks import kept_line
from recognition.views.header import case_facts, heading_of, lines_of_case, notices_of
from recognition.views.lines import line_for
from recognition.vocabulary import GIVES_CREDITS, DecisionType, Track

LETTER_HEADING = 3
ON_OTHER_PAGES = (DecisionType.ADVANCE_INFO, DecisionType.INADMISSIBLE)
NEXT = {
    DecisionType.ALTERNATIVE: gettext_lazy("Save, then choose the module."),
    DecisionType.CONDITIONAL: gettext_lazy("Save, then write the conditions."),
    DecisionType.ADVANCE_INFO: gettext_lazy("Save, then say what the learner can expect."),
    DecisionType.REFUSAL: gettext_lazy("Save, then name the substantial differences."),
}
"""What is asked next of a decision that needs more than reasons."""


@login_required
def decide(request, uuid):
    """Opinions, decision and letter on one page; the letter follows what is saved."""
    line = line_for(request, uuid=uuid)
    if not can_decide(request.user, line):
        return _elsewhere(request, line)
    if ballot := open_ballot_on(line):
        return redirect("ballot-detail", ballot.uuid)
    decision = Decision.objects.draft_of(line)
    known = ground, verdicts = _known(line, decision)
    comparison = matrix.comparison_of(
        ground.reviews,
        ground.outcomes,
        target_ects(line),
        decision.outcome_ratings if decision else {},
        track=line.track,
        anew=rates_anew(line),
    )
    form = DecisionForm(
        request.POST or None,
        decision=decision,
        comparison=comparison,
        ground=ground,
        verdicts=verdicts,
        proposals=grading.proposals_of(line),
    )
    rows = _rows(request, decision, ground.outcomes)
    found = phrases.chosen(line.case.policy, form) if form.is_bound else None
    if found:
        form.insert(*found)
    elif form.is_bound and form.is_valid() and all(one.is_valid() for one in rows if one.is_bound):
        saved = _save(request, line, form, *rows)
        missing = problems_of(saved) if saved and request.POST.get("do") == "sign" else []
        if saved and not missing:
            return _go_on(request, line)
        if saved:
            decision, known = saved, _known(line, saved)
        for one in rows:
            missing = one.show(missing)
        form.show(missing, decision)
    page = _page(request, line, decision, known, form, rows) | {"comparison": comparison}
    return render(request, "decisions/decide.html", page)


def _known(line, decision: Decision | None):
    """Return what the decision rests on, and which types can be signed."""
    if decision is None:
        ground = ground_of(line)
    else:
        decision.line = line
        ground = ground_for(decision)
    return ground, guards.possible(ground, decision)


def _rows(request, decision, outcomes):
    """Return differences and conditions; one that the page did not ask for is not bound."""

    def data(prefix):
        return request.POST if f"{prefix}-TOTAL_FORMS" in request.POST else None

    differences = DifferenceFormSet(
        data("differences"),
        prefix="differences",
        initial=initial_differences(decision),
        form_kwargs={"outcomes": outcomes},
    )
    conditions = ConditionFormSet(
        data("conditions"), prefix="conditions", initial=initial_conditions(decision)
    )
    return differences, conditions


def _elsewhere(request, line):
    """Lead who cannot decide now to what they can see; refuse the others with the reason."""
    seen = can_see_opinions(request.user, line)
    if not seen and can_assign(request.user, line):
        return redirect("line-reviewers", line.uuid)
    seen.require()
    return redirect("line-opinions", line.uuid)


def _save(request, line, form, differences, conditions) -> Decision | None:
    """Save the draft; None when it was saved elsewhere meanwhile, which the form then says."""
    draft = form.draft(differences.kept(DifferenceDraft), conditions.kept(ConditionDraft))
    try:
        saved = decisions.save(line, draft, by=request.user, seen=form.cleaned_data["seen"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    saved.line = line
    return saved


def _go_on(request, line):
    if request.POST.get("do") == "sign":
        return _to_signature(line)
    messages.success(request, _("Saved. Nothing is decided yet."))
    return redirect("line-decide", line.uuid)


def _to_signature(line):
    """Lead on to the signature; an appeal body signs together with its decision on the appeal."""
    appeal = line.objections.undecided().first() if line.state == LineState.APPEAL else None
    return redirect("objection-decide", appeal.uuid) if appeal else redirect("line-sign", line.uuid)


def _page(request, line, decision, known, form, rows) -> dict:
    ground, verdicts = known
    kind = form["type"].value()
    differences, conditions = rows
    draft = decision or decisions.blank(line, by=request.user)
    found = near(line)
    return {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "lines": lines_of_case(line, request.user, "line-decide"),
        "options": _options(ground, verdicts),
        "may_end": guards.can_end_undecided(ground, verdicts),
        "kind": kind,
        "form": form,
        "problem_forms": [form, *rows],
        "differences": differences if kind == DecisionType.REFUSAL else None,
        "conditions": conditions if kind == DecisionType.CONDITIONAL else None,
        "asks_proof": guards.asks_proof(kind, ground),
        "gives_credits": not kind or kind in GIVES_CREDITS,
        "phrases": phrases.of(line.case.policy),
        "letter": letter_context(
            letter_facts.draft_facts(line, draft, ground, request.user),
            languages=[request.LANGUAGE_CODE],
            heading=LETTER_HEADING,
        ),
        "may_ask": can_ask_issuers(request.user, line),
        "may_order": can_order_assessment(request.user, line),
        "assessed": evidence.assessed_passages(line, request.user),
        "may_assign": can_assign(request.user, line),
        "evidence": evidence.evidence_of(line, request.user),
        "answers": evidence.answers_to(line, request.user),
        "later": evidence.added_later(line, request.user),
        "near": found,
        "can_open": True,
        "departs": departed_from(found, decision.type if decision else ""),
        "track_explanation": Track(line.track).explanation,
        "action": {"label": _("Write decision"), "url": "#h-type"},
    }


def _options(ground, verdicts) -> list[dict]:
    """Return the decisions, most favourable first, each with what it gives or why not.

    Who asks in advance gets an information and nothing else, so there is one option only.
    """
    if ground.opinion.in_advance:
        kinds = [DecisionType.ADVANCE_INFO]
    else:
        kinds = [k for k in DecisionType if k not in ON_OTHER_PAGES]
    return [
        {
            "value": kind.value,
            "label": kind.label,
            "verdict": verdicts[kind],
            "gives": NEXT.get(kind) or ground.credits[kind].explanation,
        }
        for kind in kinds
    ]


def _seen(request) -> datetime | None:
    try:
        return SeenField().clean(request.POST.get("seen"))
    except ValidationError as problem:
        raise Stale(problem.messages[0]) from None


@login_required
def detail(request, uuid):
    """One address of a decision for other rooms: leads to the reader's page of its line."""
    visible = Line.objects.visible_to(request.user).values("pk")
    decision = get_object_or_404(Decision, uuid=uuid, line__in=visible)
    return redirect("line-detail", decision.line.uuid)


@login_required
def sign(request, uuid):
    """What is signed, once more and whole; then there is no way back."""
    line = line_for(request, uuid=uuid)
    can_decide(request.user, line).require()
    if ballot := open_ballot_on(line):
        return redirect("ballot-detail", ballot.uuid)
    if line.state == LineState.APPEAL:
        return _to_signature(line)
    decision = get_object_or_404(Decision.objects.filter(state=DecisionState.DRAFT), line=line)
    decision.line = line
    ground = ground_for(decision)
    if request.method == "POST":
        decisions.sign(
            decision,
            by=request.user,
            seen=_seen(request),
            lets_stand=request.POST.get("lets_stand") == "on",
        )
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
        "given": ground.gives(decision),
        "verdict": can_sign(request.user, decision),
        "adopted": adopted_by(decision),
        "may_open": can_open_ballot(request.user, line, line.committee),
        "may_stand": may_stand(decision),
        "seen": SeenField.shown(decision.updated_at),
        "letter": letter_context(
            letter_facts.draft_facts(line, decision, ground, request.user),
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
        "receipt": line.case.receipt_id and can_open_receipt(request.user, line.case),
        # read before it is asked whether all are made: the worker may finish in between
        "sources": list(line.sources.select_related("supplement")),
        "placement": decision.letter.facts.get("placement", {}) if decision.letter else {},
        "job": Job.objects.filter(kind=JobKind.LINE_DOCUMENTS, subject=line.uuid).first(),
        **notices_of(line),
        "can_notify": can_notify(request.user, line),
        "can_record": can_record(request.user, line),
        "can_close": can_close(request.user, line),
        "can_order": can_order_documents(request.user, line),
        "can_award": can_award_validated(request.user, line),
        "award": award_of(line),
        "is_reversal": decision.type == DecisionType.REFUSAL and still_credited(line),
        "remedies": aftermath_of(line, request.user),
    }
    return render(request, "decisions/record.html", context)


@login_required
def award(request, uuid):
    """Ask once more before a micro-credential is made of a validated module."""
    line = kept_line(request, uuid)
    can_award_validated(request.user, line).require()
    form = GradeForm(request.POST or None, version=line.module.course_version)
    if request.method == "POST" and form.is_valid():
        validations.award(line, by=request.user, **form.cleaned_data)
        messages.success(request, _("The micro-credential is awarded. It is being signed."))
        return redirect("line-record", line.uuid)
    return render(request, "decisions/award.html", {"line": line, "form": form})
