"""Pages of the portfolio: what a learner holds, states and adds."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.models import Award, Credential, Evidence, Origin
from credentials.services import verification
from credentials.standards import facts_json
from credentials.verdict import Refused
from portfolios.forms.credentials import EvidenceForm, FileForm, SelfDeclaredForm, StatementForm
from portfolios.permissions import (
    can_change_credential,
    can_remove_credential,
    can_share_credential,
)
from portfolios.services import credentials


@login_required
def portfolio(request):
    """Seven queries, however much lies in it."""
    held = (
        Credential.objects.visible_to(request.user)
        .in_portfolio()
        .select_related("award", "document")
        .prefetch_related("evidence")
        .annotate(counted=Sum("credit_entries__ects"))
    )
    return render(
        request,
        "portfolio/portfolio.html",
        {
            "entries": [
                (credential, facts_json.from_json(credential.facts)) for credential in held
            ],
            "waiting": Award.objects.awaiting_acceptance_by(request.user).select_related(
                "course_version__course__institution"
            ),
        },
    )


def _entry(credential):
    return {
        "credential": credential,
        "facts": facts_json.from_json(credential.facts),
        "result": _kept_result(credential),
    }


def _kept_result(credential):
    """What was found when the file came in, for reading in today's language."""
    if not credential.verification:
        return None
    return verification.told(credential.verification, credential.verified_at)


@login_required
def add(request):
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            credential = credentials.add_file(form.cleaned_data["file"], by=request.user)
        except Refused as problem:
            form.add_error("file", str(problem))
        else:
            if credential.origin == Origin.IMPORTED:
                messages.success(request, _("We read the file. Please look at what is missing."))
            else:
                messages.success(request, _("We keep the file as it is. Now say what it shows."))
            return redirect("credential-state", credential.uuid)
    return render(request, "portfolio/add.html", {"form": form})


@login_required
def declare(request):
    form = SelfDeclaredForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        credential = credentials.declare(form.cleaned_data, by=request.user)
        messages.success(request, _("It is in your portfolio. Now add what shows it."))
        return redirect("credential-detail", credential.uuid)
    return render(request, "portfolio/declare.html", {"form": form})


def _find(request, uuid):
    return get_object_or_404(
        Credential.objects.visible_to(request.user).in_portfolio().select_related("award"),
        uuid=uuid,
    )


@login_required
def detail(request, uuid):
    credential = _find(request, uuid)
    if credential.origin == Origin.AWARD:
        return redirect("award-detail", credential.award.uuid)
    facts = facts_json.from_json(credential.facts)
    return render(
        request,
        "portfolio/detail.html",
        {
            "credential": credential,
            "facts": facts,
            "result": _kept_result(credential),
            "missing": [name for name in facts.missing_elements() if name != "holder"],
            "evidence": credential.evidence.select_related("document"),
            "shares": credential.shares.all(),
            "can_share": can_share_credential(request.user, credential),
            "can_remove": can_remove_credential(request.user, credential),
        },
    )


@login_required
def state(request, uuid):
    credential = _find(request, uuid)
    can_change_credential(request.user, credential).require()
    facts = facts_json.from_json(credential.facts)
    form = StatementForm(request.POST or None, initial=StatementForm.initial_from(facts))
    if request.method == "POST" and form.is_valid():
        credentials.state(credential, form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("credential-detail", credential.uuid)
    return render(
        request,
        "portfolio/state.html",
        {"form": form, "credential": credential, "provenance": credential.provenance},
    )


@login_required
def add_evidence(request, uuid):
    credential = _find(request, uuid)
    can_change_credential(request.user, credential).require()
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        credentials.add_evidence(
            credential,
            kind=said["kind"],
            title=said["title"],
            url=said["url"],
            upload=said["file"],
            by=request.user,
        )
        messages.success(request, _("Added."))
        return redirect("credential-detail", credential.uuid)
    return render(request, "portfolio/evidence.html", {"form": form, "credential": credential})


@login_required
def remove_evidence(request, uuid):
    evidence = get_object_or_404(
        Evidence.objects.filter(owner=request.user, credential__isnull=False), uuid=uuid
    )
    if request.method == "POST":
        credentials.remove_evidence(evidence, by=request.user)
        messages.success(request, _("Removed."))
        return redirect("credential-detail", evidence.credential.uuid)
    return render(request, "portfolio/remove_evidence.html", {"evidence": evidence})


@login_required
def remove(request, uuid):
    credential = _find(request, uuid)
    if request.method == "POST":
        credentials.remove(credential, by=request.user)
        messages.success(request, _("It is no longer in your portfolio."))
        return redirect("portfolio")
    verdict = can_remove_credential(request.user, credential)
    return render(request, "portfolio/remove.html", {"credential": credential, "verdict": verdict})
