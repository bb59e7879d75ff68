"""Pages of an institution's own affairs: people, units, committees, rules."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.forms.institutions import MembershipForm, UnitForm
from credentials.models import Membership
from credentials.services import staff
from recognition.forms.institutions import CommitteeForm, PolicyForm, SeatForm
from recognition.models import Committee, Policy, Seat
from recognition.services import committees as committee_services
from recognition.services import policies
from recognition.views.records import kept_institutions


@login_required
def affairs(request):
    """The institutions one keeps; with only one, straight to its people."""
    kept = kept_institutions(request.user)
    if not kept:
        raise Http404
    return render(request, "institutions/affairs.html", {"kept": kept})


def _kept(request, slug):
    return get_object_or_404(kept_institutions(request.user), slug=slug)


@login_required
def people(request, slug):
    institution = _kept(request, slug)
    form = MembershipForm(request.POST or None, institution=institution)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        staff.appoint(said["unit"], said["user"], said["role"], by=request.user)
        messages.success(request, _("Appointed."))
        return redirect("institution-people", slug)
    members = Membership.objects.filter(unit__institution=institution).select_related(
        "user", "unit"
    )
    context = {
        "institution": institution,
        "form": form,
        "members": members.order_by("role", "user__name"),
    }
    return render(request, "institutions/people.html", context)


@login_required
def end_membership(request, pk):
    membership = get_object_or_404(
        Membership.objects.filter(
            unit__institution__in=kept_institutions(request.user)
        ).select_related("unit__institution", "user"),
        pk=pk,
    )
    slug = membership.unit.institution.slug
    if request.method == "POST":
        staff.dismiss(membership, by=request.user)
        messages.success(request, _("The role has ended."))
        return redirect("institution-people", slug)
    return render(request, "institutions/end_membership.html", {"membership": membership})


@login_required
def units(request, slug):
    institution = _kept(request, slug)
    form = UnitForm(request.POST or None, institution=institution)
    if request.method == "POST" and form.is_valid():
        staff.add_unit(form.cleaned_data["parent"], form.names, by=request.user)
        messages.success(request, _("Added."))
        return redirect("institution-units", slug)
    context = {
        "institution": institution,
        "form": form,
        "units": institution.units.select_related("parent"),
    }
    return render(request, "institutions/units.html", context)


@login_required
def committees(request, slug):
    """Committees and their seats; which of the two forms was sent is said by its button."""
    institution = _kept(request, slug)
    is_new = request.POST.get("what") == "committee"
    posted = request.POST or None
    new_form = CommitteeForm(posted if is_new else None, institution=institution)
    form = SeatForm(None if is_new else posted, institution=institution)
    if is_new and new_form.is_valid():
        committee_services.create(new_form.cleaned_data["unit"], new_form.names, by=request.user)
        return redirect("committee-list", slug)
    if not is_new and request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        committee_services.seat(
            said["committee"], said["user"], role=said["role"], group=said["group"], by=request.user
        )
        messages.success(request, _("Seated."))
        return redirect("committee-list", slug)
    context = {
        "institution": institution,
        "form": form,
        "new_form": new_form,
        "seats": Seat.objects.current()
        .filter(committee__unit__institution=institution)
        .select_related("committee__unit", "user"),
        "committees": Committee.objects.filter(unit__institution=institution),
    }
    return render(request, "institutions/committees.html", context)


@login_required
def end_seat(request, pk):
    place = get_object_or_404(
        Seat.objects.filter(
            committee__unit__institution__in=kept_institutions(request.user)
        ).select_related("committee__unit__institution", "user"),
        pk=pk,
    )
    if request.method == "POST":
        committee_services.end_term(place, by=request.user)
        messages.success(request, _("The term has ended."))
        return redirect("committee-list", place.committee.unit.institution.slug)
    return render(request, "institutions/end_seat.html", {"place": place})


@login_required
def policy(request, slug):
    institution = _kept(request, slug)
    latest = Policy.objects.filter(institution=institution).order_by("-version").first()
    form = PolicyForm(request.POST or None, instance=latest or Policy(institution=institution))
    if request.method == "POST" and form.is_valid():
        policies.publish(institution, by=request.user, **form.rules)
        messages.success(request, _("The new rules are published."))
        return redirect("recognition-rules")
    context = {"institution": institution, "form": form, "latest": latest}
    return render(request, "institutions/policy.html", context)
