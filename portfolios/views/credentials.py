"""Pages of the portfolio: what a learner holds, states and adds."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from credentials.models import (
    SIGNED_HERE,
    Award,
    AwardHearing,
    Credential,
    Document,
    Evidence,
    Origin,
)
from credentials.services import facts, hand_outs, verification
from credentials.states import AwardState
from credentials.verdict import Refused
from credentials.views.verification import refusal_if_too_often
from portfolios import statements
from portfolios.forms.credentials import EvidenceForm, FileForm, SelfDeclaredForm, statement_form
from portfolios.permissions import (
    can_change_credential,
    can_check_credential,
    can_remove_credential,
    can_share_credential,
)
from portfolios.services import credentials, portfolio_documents


@login_required
def portfolio(request):
    """All entries and what is still to do with them; nine queries, however many there are."""
    standing = Sum("credit_entries__ects", filter=Q(credit_entries__reversed_at=None))
    held = (
        Credential.objects.visible_to(request.user)
        .in_portfolio()
        .select_related("award", "document")
        .annotate(counted=standing)
        .with_standing()
        .order_by("-created_at", "-pk")  # grouping drops the order of the model
    )
    entries = [_entry(credential) for credential in held]
    waiting = Award.objects.awaiting_acceptance_by(request.user).select_related(
        "course_version__course__institution"
    )
    context = {
        "entries": entries,
        "verified": sum((e["facts"].ects or Decimal(0) for e in entries if _stands(e)), Decimal(0)),
        "waiting": waiting,
        "to_answer": AwardHearing.objects.awaiting_answer_by(request.user),
        "has_awards": any(
            entry["credential"].origin == Origin.AWARD and _stands(entry) for entry in entries
        ),
        "documents": Document.objects.of_records_of(request.user).select_related(
            "institution", "superseded_by"
        ),
        "prints": portfolio_documents.prints_of(request.user),
        "unfinished": [entry for entry in entries if entry["missing"]],
    }
    return render(request, "portfolio/portfolio.html", context)


def _entry(credential):
    said = facts.of_credential(credential)
    asked = credential.origin in (Origin.IMPORTED, Origin.STATED)
    return {
        "credential": credential,
        "facts": said,
        "result": _kept_result(credential),
        # Who holds it is known: it lies in their portfolio.
        "one_origin": statements.one_origin(credential.provenance),
        "missing": [n for n in said.missing_elements() if asked and n != "holder"],
    }


def _kept_result(credential):
    """What was found when the file was checked, for reading in today's language."""
    if not credential.verification:
        return None
    return verification.told(credential.verification, credential.verified_at)


def _stands(entry):
    credential, result = entry["credential"], entry["result"]
    if credential.origin == Origin.AWARD:
        return credential.award.state == AwardState.ISSUED and not credential.is_unproven
    return result is not None and result.is_valid


@login_required
def add(request):
    if request.method == "POST" and (refused := refusal_if_too_often(request)):
        return refused
    form = FileForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid() and (upload := _upload(form)):
        return _added(request, credentials.add_file(upload, by=request.user))
    return render(request, "portfolio/add.html", {"form": form})


def _added(request, added):
    """Say what came of a file, and lead to what is to be done next."""
    credential = added.credential
    if added.differs:
        told = _("You hold this credential already. Your file differs from it: it was altered.")
        messages.warning(request, told)
    if added.count > 1:
        told = _("All %(number)s credentials of the file are in your portfolio.")
        messages.success(request, told % {"number": added.count})
        return redirect("portfolio")
    if credential.origin == Origin.AWARD:
        if not added.differs:
            messages.info(request, _("This credential was awarded here: you hold it already."))
        return redirect("award-detail", credential.award.uuid)
    if not added.is_new:
        if not added.differs:
            messages.info(request, _("This lies in your portfolio already."))
        return redirect("credential-detail", credential.uuid)
    if credential.origin == Origin.IMPORTED:
        messages.success(request, _("We read the file. Please look at what is missing."))
    else:
        messages.success(request, _("We keep the file as it is. Now say what it shows."))
    return redirect("credential-state", credential.uuid)


def _upload(form):
    """The file, or what lies at the address; None with an error in the form when it is refused."""
    if form.cleaned_data["file"]:
        return form.cleaned_data["file"]
    try:
        return credentials.fetch_upload(form.cleaned_data["address"])
    except Refused as problem:
        form.add_error("address", str(problem))
        return None


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
        Credential.objects.visible_to(request.user)
        .in_portfolio()
        .with_standing()
        .select_related("award", "document"),
        uuid=uuid,
    )


@login_required
def detail(request, uuid):
    """One entry and what can be done with it, also where it was awarded here."""
    credential = _find(request, uuid)
    entry = _entry(credential)
    is_own = credential.origin in SIGNED_HERE
    context = entry | {
        "evidence": credential.evidence.select_related("document"),
        "can_change": can_change_credential(request.user, credential),
        "can_share": can_share_credential(request.user, credential),
        "can_check": can_check_credential(request.user, credential),
        "can_remove": can_remove_credential(request.user, credential),
        "links": credential.shares.open().count(),
        "forms": hand_outs.offered(credential, entry["facts"], request.user) if is_own else [],
    }
    return render(request, "portfolio/detail.html", context)


@login_required
def state(request, uuid):
    credential = _find(request, uuid)
    can_change_credential(request.user, credential).require()
    form = statement_form(credential, request.POST or None)
    if request.method == "POST" and form.is_valid():
        credentials.state(credential, form.cleaned_data, by=request.user)
        messages.success(request, _("Your statement is saved."))
        return redirect("credential-detail", credential.uuid)
    context = {
        "form": form,
        "credential": credential,
        "one_origin": statements.one_origin(credential.provenance),
    }
    return render(request, "portfolio/state.html", context)


@login_required
@require_POST
def check_again(request, uuid):
    if refused := refusal_if_too_often(request):
        return refused
    credential = _find(request, uuid)
    try:
        credentials.check_again(credential, by=request.user)
    except OSError:
        raise Http404 from None
    messages.success(request, _("We have checked it again."))
    return redirect("credential-detail", credential.uuid)


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
        messages.success(request, _("The evidence is added."))
        return redirect("credential-detail", credential.uuid)
    return render(request, "portfolio/evidence.html", {"form": form, "credential": credential})


@login_required
def remove_evidence(request, uuid):
    evidence = get_object_or_404(
        Evidence.objects.filter(credential__holder=request.user).select_related(
            "credential", "document"
        ),
        uuid=uuid,
    )
    if request.method == "POST":
        credentials.remove_evidence(evidence, by=request.user)
        messages.success(request, _("The evidence is removed."))
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
