"""Pages of awards: what was awarded, to be accepted and downloaded."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from credentials import permissions
from credentials.forms.awards import DirectAwardForm
from credentials.models import (
    SIGNED_HERE,
    Award,
    AwardHearing,
    CourseVersion,
    Credential,
    Job,
    JobKind,
    RevocationReason,
    SignedForm,
)
from credentials.services import awards, facts, hand_outs, supplements, verification
from credentials.services.audit import history_of
from credentials.states import AwardState, JobState
from credentials.verdict import Refused
from credentials.views.revocations import awards_for
from credentials.views.timeline import events_of


@login_required
def detail(request: HttpRequest, uuid: str) -> HttpResponse:
    award = get_object_or_404(awards_for(request.user), uuid=uuid)
    jobs = Job.objects.filter(subject=award.uuid).order_by("-created_at", "-pk")
    latest = {kind: next((job for job in jobs if job.kind == kind), None) for kind in JobKind}
    things = [award.claim, award] if award.claim else [award]
    reads_hearings = permissions.can_read_hearings(request.user, award)
    context = {
        "award": award,
        "facts": (stated := facts.of_credential(award.credential)),
        "events": events_of(history_of(*things), in_full=bool(reads_hearings)),
        "reads_hearings": reads_hearings,
        "is_own": award.learner.user_id == request.user.pk,
        "shelved": award.credential if award.accepted_at else None,
        "contacts": [award.course_version.course.institution],
        "is_signed": award.state != AwardState.SIGNING,
        "can_sign_anew": award.is_unproven
        and permissions.can_keep_records(request.user, award.course_version.course.institution),
        "signing": _shown(latest[JobKind.SIGN_AWARD], request.user),
        "printing": _shown(latest[JobKind.AWARD_SUPPLEMENT], request.user),
        "can_accept": permissions.can_accept_award(request.user, award),
        **_changes(request.user, award),
        "can_print": permissions.can_make_supplement(request.user, award),
        "verify_url": facts.address("verify-code", award.code),
        "forms": hand_outs.offered(award.credential, stated, request.user),
    }
    return render(request, "awards/detail.html", context)


def _changes(user, award: Award) -> dict:
    """What may be done to it, and what the learner was told and said."""
    told = Q(award=award) | Q(award=award.supersedes, reason=RevocationReason.SUPERSEDED)
    hearings = AwardHearing.objects.filter(told).select_related("opened_by", "award__learner")
    hearings = list(hearings) if permissions.can_read_hearings(user, award) else []
    to_answer = [one for one in hearings if permissions.can_answer_hearing(user, one)]
    return {
        "can_suspend": permissions.can_suspend_award(user, award),
        "can_lift": permissions.can_lift_suspension(user, award),
        "can_revoke": permissions.can_revoke_award(user, award),
        "can_correct": permissions.can_correct_award(user, award),
        "hearings": [one for one in hearings if one.is_open_or_answered or one in to_answer],
        "to_answer": to_answer,
        "to_decide": [one for one in hearings if permissions.can_drop_hearing(user, one)],
    }


def _shown(job: Job | None, user) -> dict | None:
    """Return how far a job is, and whether this reader may open its page."""
    if job is None:
        return None
    return {
        "job": job,
        "is_own": job.owner_id == user.pk,
        "has_failed": job.state == JobState.FAILED,
        "goes_on": job.state in (JobState.QUEUED, JobState.RUNNING),
    }


@login_required
@never_cache
def progress(request: HttpRequest, uuid: str, job: str) -> HttpResponse:
    """Say to htmx whether a job of the award is over, and the page is to be read anew."""
    award = get_object_or_404(Award.objects.visible_to(request.user), uuid=uuid)
    found = get_object_or_404(Job.objects.filter(subject=award.uuid), uuid=job)
    goes_on = found.state in (JobState.QUEUED, JobState.RUNNING)
    return HttpResponse(headers={} if goes_on else {"HX-Refresh": "true"})


@login_required
def create(request: HttpRequest, uuid: str) -> HttpResponse:
    """Award without a claim; for those who teach the course or keep its records."""
    versions = CourseVersion.objects.visible_to(request.user).with_course()
    version = get_object_or_404(versions, uuid=uuid)
    permissions.can_award_course(request.user, version).require()
    form = DirectAwardForm(request.POST if request.method == "POST" else None, version=version)
    if request.method == "POST" and form.is_valid():
        try:
            award = _award_from(form, version, by=request.user)
        except Refused as refusal:
            form.add_error("who", str(refusal))
        else:
            messages.success(request, _("Awarded. The credential is being signed now."))
            return redirect("award-detail", award.uuid)
    return render(request, "awards/new.html", {"form": form, "version": version})


def _award_from(form: DirectAwardForm, version: CourseVersion, *, by) -> Award:
    said = form.cleaned_data
    grade = said.get("grade", "")
    if form.learner:
        return awards.award_directly(version, form.learner, by=by, grade=grade)
    return awards.award_to_newcomer(
        version,
        email=said["who"],
        given_name=said["given_name"],
        family_name=said["family_name"],
        by=by,
        grade=grade,
    )


@login_required
@require_POST
def accept(request: HttpRequest, uuid: str) -> HttpResponse:
    award = get_object_or_404(awards_for(request.user), uuid=uuid)
    awards.accept(award, by=request.user)
    messages.success(request, _("The credential is in your portfolio now."))
    return redirect("award-detail", award.uuid)


@login_required
@require_POST
def make_supplement(request: HttpRequest, uuid: str) -> HttpResponse:
    award = get_object_or_404(awards_for(request.user), uuid=uuid)
    if award.supplement:
        return redirect("document-download", award.supplement.uuid)
    job = supplements.start(award, by=request.user)
    if job.owner_id == request.user.pk:
        return redirect("job-detail", job.uuid)
    messages.info(request, _("The supplement is being made already. Look again in a moment."))
    return redirect("award-detail", award.uuid)


@login_required
@never_cache
def download(request: HttpRequest, uuid: str) -> HttpResponse:
    """The signed credential as a file to keep, for the learner and the staff of the course."""
    award = get_object_or_404(awards_for(request.user), uuid=uuid)
    response = _signed(award.credential)
    response["Content-Disposition"] = f'attachment; filename="{award.number}.json"'
    return response


@never_cache
def credential(request: HttpRequest, uuid: str) -> HttpResponse:
    """The id of a credential: an answer for its holder and who may see the award, else nothing."""
    held = Credential.objects.visible_to(request.user).filter(origin__in=SIGNED_HERE)
    if found := held.filter(uuid=uuid).first():
        return _signed(found)
    return _signed(get_object_or_404(awards_for(request.user), credential__uuid=uuid).credential)


def _signed(credential: Credential) -> HttpResponse:
    try:
        body = verification.bytes_of(credential)
    except SignedForm.DoesNotExist:
        raise Http404 from None
    return HttpResponse(body, content_type="application/vc")
