"""Pages on who takes part in a line: challenges, stepping back, standing in, handing over."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from credentials.models import Document
from credentials.verdict import Refused
from recognition import blind, evidence
from recognition.forms.recusals import (
    ChallengeAnswerForm,
    ChallengeForm,
    DeputyForm,
    OtherCommitteeForm,
    ShowFilesForm,
)
from recognition.forms.reviews import StepBackForm
from recognition.models import Line, Recusal, Review, Seat, SeatRole
from recognition.permissions import (
    can_answer_challenge,
    can_assign,
    can_challenge,
    can_change_committee,
    can_leave,
    can_let_act,
    can_pass_on,
    can_show_files,
    substitute_of,
)
from recognition.services import committees, lines, recusals, reviews
from recognition.views.checks import kept_line
from recognition.views.header import case_facts, heading_of


def _worked_on(request, uuid) -> Line:
    visible = Line.objects.visible_to(request.user).exclude(case__applicant=request.user)
    return get_object_or_404(visible.with_all(request.user), uuid=uuid)


def _page(request, line, **more) -> dict:
    facts = case_facts(line, request.user)
    return {"line": line, "heading": heading_of(line, request.user), "facts": facts, **more}


# Challenges


@login_required
def committee(request, uuid):
    """Who sits on the committee, for the applicant; not who reviews. One may be challenged."""
    own = Line.objects.filter(case__applicant=request.user, case__submitted_at__isnull=False)
    line = get_object_or_404(own.with_all(request.user), uuid=uuid)
    verdict = can_challenge(request.user, line)
    seats = list(
        Seat.objects.current()
        .filter(committee=line.committee_id)
        .select_related("user", "substitute_for__user")
    )
    form = ChallengeForm(request.POST or None, seats=seats)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            recusals.challenge(line, said["user"], said["reason"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. You get an answer with reasons."))
            return redirect("line-committee", line.uuid)
    context = {
        "line": line,
        "seats": seats,
        "challenges": line.recusals.filter(raised_by=request.user).select_related("user"),
        "form": form,
        "verdict": verdict,
    }
    return render(request, "recusals/committee.html", context)


@login_required
def answer(request, uuid):
    """Uphold or reject a challenge, with the reason."""
    visible = Line.objects.visible_to(request.user).exclude(case__applicant=request.user)
    recusal = get_object_or_404(
        Recusal.objects.filter(line__in=visible).select_related("user"), uuid=uuid
    )
    recusal.line = line = Line.objects.with_all(request.user).get(pk=recusal.line_id)
    can_answer_challenge(request.user, recusal).require()
    form = ChallengeAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        recusals.answer(recusal, upheld=said["upheld"], reason=said["reason"], by=request.user)
        messages.success(request, _("It is answered. The applicant has a mail."))
        return redirect("work")
    reason = blind.mask_for(request.user, line)(recusal.reason)
    context = _page(request, line, recusal=recusal, form=form, reason=reason)
    return render(request, "recusals/answer.html", context)


# Stepping back, standing in, handing over


@login_required
def step_back(request, uuid):
    """Step back as chair, deputy or registrar; who reviews does so on the page of the review."""
    line = _worked_on(request, uuid)
    verdict = can_leave(request.user, line)
    form = StepBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        recusals.step_back(line, form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Thank you. Others go on."))
        return redirect("work")
    context = _page(request, line, form=form if verdict else None, verdict=verdict)
    return render(request, "recusals/step_back.html", context)


@login_required
def pass_on(request, uuid):
    """Pass an opinion that is owed on to the substitute, or take it over as the substitute."""
    review = get_object_or_404(_passable(request.user), uuid=uuid)
    review.line = line = Line.objects.with_all(request.user).get(pk=review.line_id)
    verdict = can_pass_on(request.user, review)
    if not verdict and review.reviewer != request.user and not can_assign(request.user, line):
        raise Http404
    if request.method == "POST":
        new = reviews.pass_on(review, by=request.user)
        messages.success(request, _("%(name)s is named.") % {"name": new.reviewer})
        if new.reviewer == request.user:
            return redirect("review-conflict", new.uuid)
        return redirect("work")
    context = _page(request, line, review=review, verdict=verdict)
    return render(request, "recusals/pass_on.html", context | {"substitute": substitute_of(review)})


def _passable(user):
    """One's own opinions, those of lines one works on, and those one may take over."""
    lines = Line.objects.visible_to(user).exclude(case__applicant=user)
    found = Review.objects.visible_to(user) | Review.objects.filter(line__in=lines)
    found |= Review.objects.filter(pk__in=Review.objects.waiting_for_substitute(user).values("pk"))
    return found.select_related("reviewer").distinct()


@login_required
def hand_over(request, uuid):
    """To a deputy, by the chair; to another committee, by the registrar."""
    line = _worked_on(request, uuid)
    by_chair = can_let_act(request.user, line)
    by_registrar = can_change_committee(request.user, line)
    if not by_registrar:
        by_chair.require()
    deputy_form = _deputy_form(request, line) if by_chair else None
    form = _committee_form(request, line) if by_registrar else None
    if request.method == "POST" and _handed_over(request, line, deputy_form, form):
        return redirect("work")
    context = _page(request, line, form=form, deputy_form=deputy_form)
    return render(request, "recusals/hand_over.html", context)


def _deputy_form(request, line):
    seats = line.committee.seats.current().there().filter(role=SeatRole.DEPUTY)
    posted = request.POST if request.POST.get("do") == "deputy" else None
    initial = {"deputy": line.acting_chair and line.acting_chair.uuid}
    deputies = [seat.user for seat in seats.select_related("user")]
    return DeputyForm(posted, deputies=deputies, initial=initial)


def _committee_form(request, line):
    found = committees.covering(line.case.programme_version.programme.unit)
    posted = request.POST if request.POST.get("do") == "committee" else None
    return OtherCommitteeForm(posted, committees=found.exclude(pk=line.committee_id))


def _handed_over(request, line, deputy_form, form) -> bool:
    chosen = deputy_form if deputy_form and deputy_form.is_bound else form
    if chosen is None or not chosen.is_valid():
        return False
    said = chosen.cleaned_data
    try:
        if chosen is deputy_form:
            lines.let_act(line, said["deputy"], by=request.user)
        else:
            lines.change_committee(line, said["committee"], said["reason"], by=request.user)
    except Refused as refusal:
        chosen.add_error(None, str(refusal))
        return False
    messages.success(request, _("It is handed over."))
    return True


# Blind review


@login_required
@require_POST
def show_files(request, uuid):
    """Open files and links in which the registrar found nothing personal to blind reviewers."""
    line = kept_line(request, uuid)
    can_show_files(request.user, line).require()
    form = ShowFilesForm(
        request.POST,
        line=line,
        evidence=evidence.evidence_of(line, request.user),
        answers=evidence.answers_to(line, request.user),
    )
    if form.is_valid():
        said = form.cleaned_data
        files = Document.objects.filter(uuid__in=said.get("files", []))
        seen = list(Document.objects.filter(uuid__in=said["seen"]))
        lines.show_files(line, list(files), said.get("links", []), by=request.user, seen=seen)
        messages.success(request, _("It is saved."))
    return redirect("line-check", line.uuid)
