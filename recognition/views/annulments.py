"""Pages on which a decision is taken back: proposed, answered by the learner, signed twice."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.services import evidence
from credentials.verdict import Refused
from recognition.forms.remedies import AnnulmentForm, DropForm, StatementForm
from recognition.models import Annulment, AnnulmentGround, Line
from recognition.permissions import (
    can_annul,
    can_answer_annulment,
    can_countersign_annulment,
    can_drop_annulment,
    can_see_annulment,
    can_sign_annulment,
    revocation_of,
)
from recognition.services import annulments
from recognition.views.header import case_facts, heading_of
from recognition.views.lines import line_for


@login_required
def new(request, uuid):
    """Ground and reasons; then a letter hears the learner."""
    line = line_for(request, Line.objects.of_others_visible_to(request.user), uuid=uuid)
    can_annul(request.user, line).require()
    revoked = revocation_of(line)
    initial = {"ground": AnnulmentGround.REVOKED} if revoked else {}
    form = AnnulmentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        ground = AnnulmentGround(said["ground"])
        try:
            proposed = annulments.propose(line, ground, said["reasons"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The learner is heard. Nothing is taken back yet."))
            return redirect("annulment-detail", proposed.uuid)
    context = {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "form": form,
        "revoked": revoked,
    }
    return render(request, "remedies/annul.html", context)


def _annulment(request, uuid) -> Annulment:
    """Return an annulment on a line that the reader may see, else 404."""
    found = Annulment.objects.select_related(
        "decision__letter", "hearing", "letter", "proposed_by", "signed_by", "countersigned_by"
    )
    annulment = get_object_or_404(
        found.filter(line__in=Line.objects.visible_to(request.user)), uuid=uuid
    )
    annulment.line = line_for(request, Line.objects.all(), pk=annulment.line_id)
    can_see_annulment(request.user, annulment).require()
    return annulment


ACTS = {"sign": annulments.sign, "countersign": annulments.countersign}
DONE = {
    "sign": gettext_lazy("You signed. Somebody else must sign too."),
    "countersign": gettext_lazy("The decision is taken back. The learner gets a letter."),
}


@login_required
def detail(request, uuid):
    """How far it is, for learner and staff; two different people sign here."""
    annulment = _annulment(request, uuid)
    act = request.POST.get("do") if request.method == "POST" else None
    problem = ""
    if act in ACTS:
        try:
            ACTS[act](annulment, by=request.user)
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, DONE[act])
            return redirect("annulment-detail", annulment.uuid)
    is_learner = annulment.line.case.applicant_id == request.user.pk
    context = {
        "annulment": annulment,
        "line": annulment.line,
        "heading": heading_of(annulment.line, request.user),
        "facts": None if is_learner else case_facts(annulment.line, request.user),
        "is_learner": is_learner,
        "files": list(annulment.documents.all()),
        "problem": problem,
        "may_answer": can_answer_annulment(request.user, annulment),
        "may_sign": can_sign_annulment(request.user, annulment),
        "may_countersign": can_countersign_annulment(request.user, annulment),
        "may_drop": can_drop_annulment(request.user, annulment),
    }
    return render(request, "remedies/annulment.html", context)


@login_required
def answer(request, uuid):
    """The learner's answer, before anybody signs."""
    annulment = _annulment(request, uuid)
    can_answer_annulment(request.user, annulment).require()
    form = StatementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        annulments.answer(
            annulment,
            said["statement"],
            [evidence.store_upload(one, owner=request.user) for one in said["files"]],
            by=request.user,
        )
        messages.success(request, _("Thank you. Your answer is with the university."))
        return redirect("annulment-detail", annulment.uuid)
    context = {"annulment": annulment, "line": annulment.line, "form": form}
    return render(request, "remedies/statement.html", context)


@login_required
def drop(request, uuid):
    """Let the decision stand, and say why."""
    annulment = _annulment(request, uuid)
    can_drop_annulment(request.user, annulment).require()
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        annulments.drop(annulment, form.cleaned_data["reasons"], by=request.user)
        messages.success(request, _("The decision stands. The learner has been told."))
        return redirect("annulment-detail", annulment.uuid)
    context = {"annulment": annulment, "line": annulment.line, "form": form}
    return render(request, "remedies/drop.html", context)
