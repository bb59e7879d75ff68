"""Pages of precedents: what was recognised before, for everybody; kept by registrar and chair."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from credentials.models import Institution
from credentials.verdict import Refused
from recognition.forms.precedents import (
    PrecedentFilter,
    ProlongForm,
    PublicFilter,
    RevokeForm,
)
from recognition.models import Line, Precedent, PrecedentUse
from recognition.permissions import can_ask_individual_review, can_keep_precedent, can_look_at
from recognition.services import automatic, precedent_lists, precedents
from recognition.services.precedents import years_after
from recognition.views.lines import line_for

PAGE = 25


@require_safe
def public_list(request):
    """What was recognised before, and what was not; no person, no words of a person.

    Twelve queries for any number of rows (EAR manual, chapter 2).
    """
    chosen = PublicFilter(request.GET, queryset=Precedent.objects.public().with_all())
    page = Paginator(chosen.qs, PAGE).get_page(request.GET.get("page"))
    context = {"form": chosen.form, "page": page, "editions": precedent_lists.current()}
    return render(request, "precedents/public.html", context)


@login_required
def index(request):
    """The precedents one keeps, newest first."""
    kept = Precedent.objects.kept_by(request.user).with_all()
    chosen = PrecedentFilter(request.GET, queryset=kept)
    page = Paginator(chosen.qs, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": chosen.form,
        "page": page,
        "institutions": Institution.objects.kept_by(request.user),
        "used": PrecedentUse.objects.kept_by(request.user).lately().count(),
    }
    return render(request, "precedents/list.html", context)


def _kept(request, uuid) -> Precedent:
    return get_object_or_404(Precedent.objects.kept_by(request.user).with_all(), uuid=uuid)


@login_required
def detail(request, uuid):
    """One precedent, with the case it comes from where the reader may open it."""
    precedent = _kept(request, uuid)
    line = precedent.decision.line if precedent.decision else None
    visible = Line.objects.visible_to(request.user)
    context = {
        "precedent": precedent,
        "line": line if line and visible.filter(pk=line.pk).exists() else None,
        "verdict": can_keep_precedent(request.user, precedent),
        "uses": precedent.uses.count(),
    }
    return render(request, "precedents/detail.html", context)


@login_required
def prolong(request, uuid):
    precedent = _kept(request, uuid)
    can_keep_precedent(request.user, precedent).require()
    form = ProlongForm(
        request.POST or None, initial={"valid_to": years_after(timezone.localdate(), 3)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            precedents.prolong(precedent, form.cleaned_data["valid_to"], by=request.user)
        except Refused as refusal:
            form.add_error("valid_to", str(refusal))
        else:
            messages.success(request, _("It holds until the new day."))
            return redirect("precedent-detail", uuid)
    return render(request, "precedents/prolong.html", {"precedent": precedent, "form": form})


@login_required
def revoke(request, uuid):
    precedent = _kept(request, uuid)
    verdict = can_keep_precedent(request.user, precedent)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        precedents.revoke(precedent, form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("It is revoked. What it decided stays decided."))
        return redirect("precedent-detail", uuid)
    context = {"precedent": precedent, "form": form, "verdict": verdict}
    return render(request, "precedents/revoke.html", context)


@login_required
@require_POST
def keep_as_example(request, uuid):
    precedents.keep_as_example(_kept(request, uuid), by=request.user)
    messages.success(request, _("It is shown as an example and decides nothing."))
    return redirect("precedent-detail", uuid)


@login_required
def uses(request):
    """What standing decisions decided, newest first; those drawn by lot can be ticked off."""
    found = PrecedentUse.objects.kept_by(request.user).select_related(
        "precedent", "looked_by", "decision__line__case", "decision__line__module__course_version"
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "precedents/uses.html", {"page": page})


@login_required
def look_at(request, uuid):
    """A case drawn by lot: read it, then say that it was looked at."""
    found = PrecedentUse.objects.kept_by(request.user).select_related("precedent")
    use = get_object_or_404(found.select_related("decision__line__case"), decision__uuid=uuid)
    if request.method == "POST":
        precedents.look_at(use, by=request.user)
        messages.success(request, _("Noted that you have looked at it."))
        return redirect("precedent-uses")
    line = use.decision.line
    context = {
        "use": use,
        "line": line,
        "decision": use.decision,
        "sources": line.sources.select_related("awarding_body"),
        "may_open": Line.objects.visible_to(request.user).filter(pk=line.pk).exists(),
        "verdict": can_look_at(request.user, use),
    }
    return render(request, "precedents/look_at.html", context)


@login_required
@require_POST
def let_stand(request, uuid):
    """Make the decision of a line a standing one, after it was signed."""
    line = line_for(request, uuid=uuid)
    precedent = precedents.make_standing(line, by=request.user)
    messages.success(request, _("%(number)s stands for equal cases.") % {"number": precedent})
    return redirect("precedent-detail", precedent.uuid)


@login_required
def individual_review(request, uuid):
    line = get_object_or_404(
        Line.objects.filter(case__applicant=request.user).with_all(), uuid=uuid
    )
    if request.method == "POST":
        automatic.ask_individual_review(line, by=request.user)
        messages.success(request, _("People will look at it. You are told when they have decided."))
        return redirect("case-detail", line.case.uuid)
    verdict = can_ask_individual_review(request.user, line)
    return render(request, "precedents/review.html", {"line": line, "verdict": verdict})
