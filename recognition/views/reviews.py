"""The reviewers' pages: impartiality, the outcome matrix, all opinions; and who reviews."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from credentials.verdict import Refused
from recognition import elements, evidence, matrix
from recognition.blind import applicant_for
from recognition.forms.reviews import AssignForm, OpinionForm, ReleaseForm, StepBackForm
from recognition.models import Decision, Line, Precedent, Review, Seat
from recognition.opinions import counted_reviews, owed_by, target_ects, target_outcomes
from recognition.permissions import (
    can_ask_issuers,
    can_assign,
    can_declare_no_conflict,
    can_make_standing,
    can_order_assessment,
    can_release,
    can_review,
    can_see_check,
    can_see_evidence,
    can_see_opinions,
    can_take_back,
    is_releasable,
    substitute_of,
)
from recognition.presented import near
from recognition.services import committees, reviews
from recognition.states import DecisionState, ReviewState
from recognition.views.header import case_facts, heading_of, lines_of_reviewer
from recognition.views.lines import line_for
from recognition.vocabulary import NEVER_A_DIFFERENCE, ElementRating, Rating, Track


def _own_review(request, uuid) -> Review:
    review = get_object_or_404(
        Review.objects.visible_to(request.user).prefetch_related("ratings__pointers", "elements"),
        uuid=uuid,
    )
    review.line = line_for(request, Line.objects.all(), pk=review.line_id)
    return review


@login_required
def conflict(request, uuid):
    """What is needed to say whether one is impartial, and no more: no evidence, no rating."""
    review = _own_review(request, uuid)
    if review.state == ReviewState.RECUSED:
        return render(request, "reviews/stepped_back.html", {"review": review})
    form = StepBackForm(request.POST if request.POST.get("do") == "step-back" else None)
    if request.POST.get("do") == "declare":
        reviews.declare_no_conflict(review, by=request.user)
        return redirect("review-detail", review.uuid)
    if form.is_bound and form.is_valid():
        reviews.step_back(review, form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Thank you. Somebody else is named."))
        return redirect("work")
    context = {
        "review": review,
        "line": review.line,
        "sources": evidence.evidence_of(review.line, request.user),
        "heading": heading_of(review.line, request.user),
        "facts": case_facts(review.line, request.user),
        "applicant": applicant_for(request.user, review.line),
        "form": form,
        "verdict": can_declare_no_conflict(request.user, review),
        "substitute": substitute_of(review),
        "is_new": review.state == ReviewState.ASSIGNED,
    }
    return render(request, "reviews/conflict.html", context)


@login_required
def detail(request, uuid):
    """The outcome matrix: drafts are kept, the last button hands the opinion in."""
    review = _own_review(request, uuid)
    if review.state in (ReviewState.ASSIGNED, ReviewState.RECUSED):
        return redirect("review-conflict", review.uuid)
    if can_see_opinions(request.user, review.line):
        return redirect("line-opinions", review.line.uuid)
    can_see_evidence(request.user, review.line).require()
    found = evidence.evidence_of(review.line, request.user)
    assessed = evidence.assessed_passages(review.line, request.user)
    facts = elements.element_facts(review.line, found)
    form = _form(request, review, found, assessed, facts)
    if request.method == "POST" and form.is_valid():
        try:
            reviews.save(review, form.draft, by=request.user, seen=form.cleaned_data["seen"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _hand_in(request, review, form) if _is_last(request) else _saved(request, review)
    context = _matrix(request, review, form, found, assessed, facts)
    return render(request, "reviews/matrix.html", context)


def _is_last(request) -> bool:
    return request.POST.get("do") == "submit" or "no_difference" in request.POST


def _saved(request, review):
    messages.success(request, _("Saved. Nobody else sees it."))
    return redirect("review-detail", review.uuid)


def _form(request, review, found, assessed, facts) -> OpinionForm:
    results = [passage for _assessment, passages in assessed for passage in passages]
    return OpinionForm(
        request.POST or None,
        review=review,
        outcomes=target_outcomes(review.line),
        passages=[passage for one in found for passage in one.passages] + results,
        sources=[one.source for one in found],
        doubted=[fact.element for fact in facts if fact.hint],
    )


def _hand_in(request, review, form):
    try:
        reviews.submit(review, by=request.user, alike=form.alike)
    except Refused as refusal:
        messages.warning(request, _("Saved, not handed in. %(why)s") % {"why": refusal})
        return redirect("review-detail", review.uuid)
    messages.success(request, _("Your opinion is in. Thank you."))
    return redirect("review-detail", review.uuid)


def _matrix(request, review, form, found, assessed, facts) -> dict:
    line = review.line
    owed = owed_by(review) if review.saved_at else []
    others = {f"element-{fact.element}" for fact in facts if not fact.hint}
    owed.sort(key=lambda one: one.anchor in others)
    by_anchor = {one.anchor: one.sentence for one in owed}
    rows = matrix.rows_of(form, found, by_anchor)
    element_rows = matrix.element_rows(form, facts, by_anchor)
    may_write = can_review(request.user, review)
    return {
        "review": review,
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "lines": lines_of_reviewer(review),
        "form": form,
        "rows": rows,
        "elements": element_rows,
        "has_unrated": any(not row.rating and not row.fact.hint for row in element_rows),
        "evidence": found,
        "assessed": assessed,
        "answers": evidence.answers_to(line, request.user),
        "note": evidence.note_of(line, request.user),
        "later": evidence.added_later(line, request.user),
        "panel": matrix.panel_of(found, rows),
        "tally": matrix.tally_of(rows, target_ects(line)),
        "ects": target_ects(line),
        "ratings": Rating.choices,
        "element_ratings": _element_ratings(),
        "never": NEVER_A_DIFFERENCE,
        **_todo(owed),
        "near": near(line),
        "track_explanation": Track(line.track).explanation,
        "others": _others(review),
        "may_write": may_write,
        "may_ask": can_ask_issuers(request.user, line),
        "may_order": can_order_assessment(request.user, line),
        "take_back": can_take_back(request.user, review),
        "action": _action(may_write),
    }


def _action(may_write) -> dict | None:
    """Handing in, which saves first: what is missing is known only then."""
    if not may_write:
        return None
    return {"label": _("Submit ratings"), "form": "ratings", "name": "do", "value": "submit"}


def _element_ratings() -> list[tuple[str, str]]:
    """Return the steps in one word each: the column is headed “Difference”."""
    words = (
        pgettext("difference", "None"),
        pgettext("difference", "Minor"),
        pgettext("difference", "Substantial"),
    )
    return list(zip(ElementRating.values, words, strict=True))


def _todo(owed) -> dict:
    """What is left, for the bar below the matrix: a sentence and where to go."""
    if not owed:
        return {"todo": "", "todo_url": ""}
    left = ngettext("%(count)s thing left", "%(count)s things left", len(owed))
    return {"todo": left % {"count": len(owed)}, "todo_url": f"#{owed[0].anchor}"}


def _others(review) -> str:
    others = [r for r in review.line.reviews.counted() if r.pk != review.pk]
    if not others:
        return ""
    done = sum(r.state == ReviewState.SUBMITTED for r in others)
    return ngettext(
        "%(count)s other reviewer is named, %(done)s finished.",
        "%(count)s other reviewers are named, %(done)s finished.",
        len(others),
    ) % {"count": len(others), "done": done}


@login_required
@require_POST
def take_back(request, uuid):
    review = _own_review(request, uuid)
    reviews.take_back(review, by=request.user)
    messages.success(request, _("You can change your opinion. Hand it in again when it is done."))
    return redirect("review-detail", review.uuid)


@login_required
def opinions(request, uuid):
    """All opinions side by side, for those who gave them and for the chair."""
    line = line_for(request, uuid=uuid)
    can_see_opinions(request.user, line).require()
    outcomes = target_outcomes(line)
    signed = Decision.objects.filter(line=line, state=DecisionState.SIGNED)
    decision = signed.select_related("letter", "written_by").last()
    context = {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "comparison": matrix.comparison_of(
            counted_reviews(line),
            outcomes,
            target_ects(line),
            decision.outcome_ratings if decision else {},
            track=line.track,
        ),
        "decision": decision,
        "can_let_stand": can_make_standing(request.user, line),
        "precedent": Precedent.objects.kept_by(request.user).filter(decision=decision).first(),
        "evidence": evidence.evidence_of(line, request.user),
        "answers": evidence.answers_to(line, request.user),
        "later": evidence.added_later(line, request.user),
    }
    return render(request, "reviews/opinions.html", context)


@login_required
def reviewers(request, uuid):
    """Who reviews; the registrar or the chair names others."""
    line = line_for(request, uuid=uuid)
    verdict = can_assign(request.user, line)
    if not verdict and not can_see_check(request.user, line):
        raise Http404
    seats = committees.impartial_seats(line.committee, line) if line.committee else []
    form = AssignForm(request.POST or None, people=[seat.user for seat in seats])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            reviews.assign(line, said["user"], rapporteur=said["rapporteur"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is named.") % {"name": said["user"]})
            return redirect("line-reviewers", line.uuid)
    found = line.reviews.select_related("reviewer")
    substituted = _substituted(line) if verdict else set()
    context = {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "reviews": found,
        "releasable": [one.pk for one in found if verdict and is_releasable(request.user, one)],
        "passable": [one.pk for one in found if one.reviewer_id in substituted],
        "away": Seat.objects.away().filter(committee=line.committee_id),
        "form": form,
        "verdict": verdict,
    }
    return render(request, "reviews/reviewers.html", context)


def _substituted(line) -> set[int]:
    """Return the ids of members for whom somebody stands in."""
    seats = Seat.objects.current().there().filter(committee=line.committee_id)
    return set(seats.exclude(substitute_for=None).values_list("substitute_for__user", flat=True))


@login_required
def release(request, uuid):
    """Release a reviewer who does not answer, after the question why."""
    lines = Line.objects.visible_to(request.user)
    review = get_object_or_404(Review.objects.filter(line__in=lines), uuid=uuid)
    review.line = line_for(request, Line.objects.all(), pk=review.line_id)
    verdict = can_release(request.user, review)
    if not verdict and not can_assign(request.user, review.line):
        raise Http404
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reviews.release(review, form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("%(name)s is released.") % {"name": review.reviewer})
        return redirect("line-reviewers", review.line.uuid)
    context = {
        "review": review,
        "line": review.line,
        "heading": heading_of(review.line, request.user),
        "facts": case_facts(review.line, request.user),
        "form": form,
        "verdict": verdict,
    }
    return render(request, "reviews/release.html", context)
