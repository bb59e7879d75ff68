"""Pages of claims: the student's side and the teacher's."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from credentials import permissions
from credentials.forms.awards import GradeForm
from credentials.forms.claims import ClaimForm, DenialForm
from credentials.models import Claim, CourseVersion
from credentials.services import accounts, awards, claims
from credentials.services.audit import history_of
from credentials.states import ClaimState
from credentials.verdict import Refused
from credentials.views.timeline import events_of

PAGE = 25


def _claims_for(user):
    return Claim.objects.visible_to(user).select_related(
        "course_version__course__institution", "course_version__course__unit", "learner", "claimant"
    )


@login_required
def create(request: HttpRequest, uuid: str) -> HttpResponse:
    versions = CourseVersion.objects.visible_to(request.user).with_course()
    version = get_object_or_404(versions, uuid=uuid)
    if claim := claims.open_claim(version, request.user):
        return redirect("claim-detail", claim.uuid)
    learner = accounts.learner_of(request.user, version.course.institution)
    form = ClaimForm(
        request.POST or None,
        request.FILES or None,
        is_known=learner is not None,
        initial=_name_of(request.user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            claim = claims.submit(version, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your claim is with the teachers of the course."))
            return redirect("claim-detail", claim.uuid)
    verdict = permissions.can_claim(request.user, version)
    context = {"form": form, "version": version, "learner": learner, "verdict": verdict}
    return render(request, "claims/new.html", context)


def _name_of(user) -> dict:
    given, _space, family = user.name.rpartition(" ")
    return {"given_name": given, "family_name": family}


@login_required
def index(request: HttpRequest) -> HttpResponse:
    waiting = Claim.objects.awaiting_award_by(request.user).select_related(
        "course_version__course", "learner"
    )
    own = request.user.claims.select_related("course_version__course").order_by("-submitted_at")
    context = {
        "judges": permissions.judges_claims(request.user),
        "page": Paginator(waiting, PAGE).get_page(request.GET.get("page")),
        "own": own[:PAGE],
    }
    return render(request, "claims/list.html", context)


@login_required
def detail(request: HttpRequest, uuid: str) -> HttpResponse:
    claim = get_object_or_404(_claims_for(request.user), uuid=uuid)
    award = getattr(claim, "award", None)
    things = [claim, award] if award else [claim]
    in_full = award is None or bool(permissions.can_read_hearings(request.user, award))
    context = {
        "claim": claim,
        "award": award,
        "evidence": claim.evidence.select_related("document"),
        "events": events_of(history_of(*things), in_full=in_full),
        "is_own": claim.claimant_id == request.user.pk,
        "can_award": permissions.can_award(request.user, claim),
        "can_deny": permissions.can_deny(request.user, claim),
        "can_claim": permissions.can_claim(request.user, claim.course_version),
        "is_open": claim.state == ClaimState.SUBMITTED,
    }
    return render(request, "claims/detail.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, uuid: str) -> HttpResponse:
    claim = get_object_or_404(_claims_for(request.user), uuid=uuid)
    claims.withdraw(claim, by=request.user)
    messages.success(request, _("You have withdrawn your claim. You can claim again at any time."))
    return redirect("claim-detail", claim.uuid)


@login_required
def award(request: HttpRequest, uuid: str) -> HttpResponse:
    claim = get_object_or_404(_claims_for(request.user), uuid=uuid)
    form = GradeForm(
        request.POST if request.method == "POST" else None, version=claim.course_version
    )
    if form.is_bound:
        permissions.can_deny(request.user, claim).require()
    if form.is_bound and form.is_valid():
        try:
            made = awards.award_claim(claim, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Awarded. The credential is being signed now."))
            return redirect("award-detail", made.uuid)
    verdict = permissions.can_award(request.user, claim)
    return render(request, "claims/award.html", {"claim": claim, "form": form, "verdict": verdict})


@login_required
def deny(request: HttpRequest, uuid: str) -> HttpResponse:
    claim = get_object_or_404(_claims_for(request.user), uuid=uuid)
    form = DenialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        claims.deny(claim, by=request.user, **form.cleaned_data)
        messages.success(request, _("Denied. The student reads your reason."))
        return redirect("claim-detail", claim.uuid)
    verdict = permissions.can_deny(request.user, claim)
    return render(request, "claims/deny.html", {"claim": claim, "form": form, "verdict": verdict})
