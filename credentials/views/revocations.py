"""Pages that suspend, revoke and correct awards, one or many; and the learner's answer."""

from functools import partial
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from credentials import permissions
from credentials.filters.awards import AwardFilter
from credentials.forms.awards import (
    CorrectionForm,
    HearingForm,
    RevocationForm,
    StatementForm,
    SuspensionForm,
)
from credentials.models import Award, AwardHearing
from credentials.services import accounts, corrections, revocations
from credentials.verdict import Refused

PAGE = 50
VERDICTS = {
    "suspend": "can_suspend_awards",
    "lift": "can_lift_suspensions",
    "revoke": "can_judge_awards",
}


def awards_for(user):
    """Return the awards that somebody may see, with all that their pages show."""
    return (
        Award.objects.visible_to(user)
        .with_standing()
        .select_related(
            "course_version__course__institution",
            "course_version__course__unit",
            "learner__institution",
            "credential",
            "supplement",
            "claim",
            "supersedes",
            "superseded_by",
        )
    )


@login_required
def suspend(request: HttpRequest, uuid: str) -> HttpResponse:
    award = get_object_or_404(awards_for(request.user), uuid=uuid)
    form = SuspensionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        revocations.suspend(award, by=request.user, **form.cleaned_data)
        messages.success(request, _("Suspended. Whoever verifies the credential here sees it."))
        return redirect("award-detail", award.uuid)
    verdict = permissions.can_suspend_award(request.user, award)
    return render(
        request, "awards/suspend.html", {"award": award, "form": form, "verdict": verdict}
    )


@login_required
@require_POST
def lift(request: HttpRequest, uuid: str) -> HttpResponse:
    award = get_object_or_404(awards_for(request.user), uuid=uuid)
    revocations.lift(award, by=request.user)
    messages.success(request, _("The credential is in force again."))
    return redirect("award-detail", award.uuid)


@login_required
def revoke(request: HttpRequest, uuid: str) -> HttpResponse:
    """Revoke at once, or tell the learner first where they have to be heard: two forms."""
    award = get_object_or_404(awards_for(request.user), uuid=uuid)
    judged = Award.objects.judged_by(request.user).filter(pk=award.pk)
    hearing = award.hearings.before_revoking().first() if judged.exists() else None
    told, ask = _ways(request.POST if request.method == "POST" else None, award, hearing)
    form = ask if ask and ask.is_bound else told
    verdict = permissions.can_revoke_award(request.user, award)
    if form.is_bound:
        verdict.require()
    if form.is_bound and form.is_valid():
        try:
            asked = revocations.revoke_or_hear(award, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            done = _("The learner is told, and may answer. Then you decide.")
            if asked is None:
                done = _("Revoked. Whoever verifies the credential sees it at once.")
            messages.success(request, done)
            return redirect("award-detail", award.uuid)
    context = {"award": award, "form": form, "at_once": told, "ask": ask, "verdict": verdict}
    return render(request, "awards/revoke.html", context | {"hearing": hearing})


def _ways(posted, award: Award, hearing: AwardHearing | None):
    """Return the form that revokes, and the one that asks first: None while that is under way."""
    is_asking = posted is not None and "due_on" in posted
    heard = hearing if hearing and hearing.is_over else None
    said = {"reason": heard.reason, "note": heard.note} if heard else {}
    told = RevocationForm(
        None if is_asking else posted, heard=heard.reason if heard else "", initial=said
    )
    if hearing:
        return told, None
    by_letter = accounts.addressee(award.learner) is None
    return told, HearingForm(posted if is_asking else None, by_letter=by_letter)


@login_required
@require_POST
def drop(request: HttpRequest, uuid: str) -> HttpResponse:
    """Let a credential stand that was to be revoked."""
    hearing = _hearing(request, uuid)
    revocations.drop(hearing, by=request.user)
    messages.success(request, _("The credential stands. The learner is told."))
    return redirect("award-detail", hearing.award.uuid)


@login_required
def answer(request: HttpRequest, uuid: str) -> HttpResponse:
    """What the learner says to it."""
    hearing = _hearing(request, uuid)
    form = StatementForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        revocations.answer(hearing, form.cleaned_data["statement"], by=request.user)
        messages.success(request, _("Thank you. The institution reads it."))
        return redirect("award-detail", hearing.award.uuid)
    verdict = permissions.can_answer_hearing(request.user, hearing)
    context = {"hearing": hearing, "award": hearing.award, "form": form, "verdict": verdict}
    return render(request, "awards/answer.html", context)


def _hearing(request, uuid) -> AwardHearing:
    seen = AwardHearing.objects.filter(award__in=Award.objects.visible_to(request.user))
    related = ("award__learner__institution", "award__course_version__course__unit")
    hearing = get_object_or_404(seen.select_related(*related), uuid=uuid)
    if not permissions.can_read_hearings(request.user, hearing.award):
        raise Http404
    return hearing


@login_required
def correct(request: HttpRequest, uuid: str) -> HttpResponse:
    award = get_object_or_404(awards_for(request.user), uuid=uuid)
    form = CorrectionForm(request.POST if request.method == "POST" else None, award=award)
    verdict = permissions.can_correct_award(request.user, award)
    if form.is_bound:
        verdict.require()
    if form.is_bound and form.is_valid():
        try:
            said = {"grade": "", **form.cleaned_data}
            corrected = corrections.correct(award, by=request.user, **said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The corrected credential is being signed now."))
            return redirect("award-detail", corrected.uuid)
    return render(
        request, "awards/correct.html", {"award": award, "form": form, "verdict": verdict}
    )


# Many --------------------------------------------------------------------------------------------


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The awards of one's courses and units, to be found, and changed together by who judges."""
    if not permissions.reads_awards(request.user):
        raise Http404
    found = Award.objects.read_by_staff(request.user).with_standing()
    narrowed = AwardFilter(request.GET, queryset=found, request=request)
    found = narrowed.qs.select_related("course_version__course", "learner")
    keeps = permissions.keeps_awards(request.user)
    context = {
        "filter": narrowed,
        "page": Paginator(found.order_by("-awarded_on", "-pk"), PAGE).get_page(
            request.GET.get("page")
        ),
        "keeps": keeps,
        "all_chosen": "all" in request.GET,
    }
    return render(request, "awards/list.html", context)


@login_required
@require_POST
def many(request: HttpRequest, act: str) -> HttpResponse:
    """Ask once more, with a reason; then suspend, reinstate or revoke all that were chosen."""
    if act not in VERDICTS or not permissions.keeps_awards(request.user):
        raise Http404
    valid = [one for one in request.POST.getlist("chosen") if _is_uuid(one)][:PAGE]
    chosen = Award.objects.judged_by(request.user).filter(uuid__in=valid).with_standing()
    related = ("course_version__course__unit", "learner__institution", "superseded_by")
    awards = list(chosen.select_related(*related))
    if not awards:
        messages.error(request, _("Choose at least one credential."))
        return redirect("award-list")
    form, ask = _forms_of_many(act, request.POST)
    sent = ask if ask and ask.is_bound else form
    if sent.is_bound and sent.is_valid():
        done, refused = revocations.for_each(awards, _act(act, sent.cleaned_data, request.user))
        for told in _told(act, done):
            messages.success(request, told)
        for award, reason in refused:
            messages.error(request, f"{award.number}: {reason}")
        return redirect("award-list")
    found = getattr(permissions, VERDICTS[act])(request.user, awards)
    verdicts = [(award, found[award.pk]) for award in awards]
    context = {
        "act": act,
        "awards": [award for award, verdict in verdicts if verdict],
        "left_out": [(award, verdict.reason) for award, verdict in verdicts if not verdict],
        "form": sent,
        "at_once": form,
        "ask": ask,
    }
    return render(request, "awards/many.html", context)


def _forms_of_many(act: str, posted):
    """Return the form to confirm with, and for revoking that which asks the learners first."""
    is_sent, is_asking = "confirm" in posted, "due_on" in posted
    data = posted if is_sent and not is_asking else None
    if act == "revoke":
        return RevocationForm(data), HearingForm(posted if is_sent and is_asking else None)
    return (SuspensionForm if act == "suspend" else forms.Form)(data), None


def _act(act: str, said: dict, user):
    acts = {"suspend": revocations.suspend, "lift": revocations.lift}
    return partial(acts.get(act, revocations.revoke_or_hear), by=user, **said)


def _told(act: str, done: list) -> list[str]:
    """Say what came of it: revoked, or the learner asked, where that comes first."""
    if act != "revoke":
        changed = {
            "suspend": ngettext("%(number)s suspended.", "%(number)s suspended.", len(done)),
            "lift": ngettext(
                "%(number)s is in force again.", "%(number)s are in force again.", len(done)
            ),
        }
        return [changed[act] % {"number": len(done)}] if done else []
    asked = sum(isinstance(one, AwardHearing) for one in done)
    revoked, told = len(done) - asked, []
    if revoked:
        said = ngettext("%(number)s revoked.", "%(number)s revoked.", revoked)
        told.append(said % {"number": revoked})
    if asked:
        said = ngettext(
            "%(number)s learner is asked to answer first; nothing else has happened yet.",
            "%(number)s learners are asked to answer first; nothing else has happened yet.",
            asked,
        )
        told.append(said % {"number": asked})
    return told


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
