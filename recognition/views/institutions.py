"""Pages of an institution's own affairs: people, units, committees."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.forms.institutions import MembershipForm, UnitForm
from credentials.models import Institution, Membership
from credentials.permissions import can_keep_records
from credentials.services import staff
from credentials.verdict import Refused
from recognition.forms.institutions import CommitteeForm, QuorumForm, SeatForm
from recognition.models import Committee, CommitteeKind, Seat
from recognition.services import committees as committee_services


@login_required
def affairs(request):
    """The institutions one keeps; with only one, straight to its people."""
    kept = list(Institution.objects.kept_by(request.user))
    if not kept:
        raise Http404
    if len(kept) == 1:
        return redirect("institution-people", kept[0].slug)
    return render(request, "institutions/affairs.html", {"kept": kept})


def kept_institution(request, slug):
    return get_object_or_404(Institution.objects.kept_by(request.user), slug=slug)


@login_required
def people(request, slug):
    """Staff and their roles; eight queries for any number of them."""
    institution = kept_institution(request, slug)
    form = MembershipForm(request.POST or None, institution=institution)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        staff.appoint(said["unit"], said["user"], said["role"], by=request.user)
        messages.success(request, _("%(name)s has the role now.") % {"name": said["user"]})
        return redirect("institution-people", slug)
    members = Membership.objects.filter(unit__institution=institution)
    context = {
        "institution": institution,
        "form": form,
        "members": members.select_related("user", "unit").order_by("user__name", "role", "pk"),
    }
    return render(request, "institutions/people.html", context)


@login_required
def end_membership(request, uuid):
    kept = Institution.objects.kept_by(request.user)
    membership = get_object_or_404(
        Membership.objects.filter(unit__institution__in=kept).select_related(
            "unit__institution", "user"
        ),
        uuid=uuid,
    )
    institution = membership.unit.institution
    if request.method == "POST":
        staff.dismiss(membership, by=request.user)
        messages.success(request, _("The role has ended."))
        if can_keep_records(request.user, institution):
            return redirect("institution-people", institution.slug)
        return redirect("work")
    return render(request, "institutions/end_membership.html", {"membership": membership})


@login_required
def units(request, slug):
    institution = kept_institution(request, slug)
    form = UnitForm(request.POST or None, institution=institution)
    if request.method == "POST" and form.is_valid():
        unit = staff.add_unit(
            form.cleaned_data["parent"], form.cleaned_data["name"], by=request.user
        )
        messages.success(request, _("%(unit)s is added.") % {"unit": unit})
        return redirect("institution-units", slug)
    context = {
        "institution": institution,
        "form": form,
        "units": institution.units.select_related("parent"),
    }
    return render(request, "institutions/units.html", context)


@login_required
def committees(request, slug):
    """Committees and their seats; which of the forms was sent is said by its button."""
    institution = kept_institution(request, slug)
    found = Seat.objects.current().filter(committee__unit__institution=institution)
    seats = list(found.select_related("committee", "user", "substitute_for__user"))
    quorum_forms = _quorum_forms(request, institution, seats)
    what, sent = request.POST.get("what"), [one for one in quorum_forms if one.is_bound]
    posted, is_new = request.POST or None, what == "committee"
    new_form = CommitteeForm(posted if is_new else None, institution=institution)
    form = SeatForm(None if is_new or sent else posted, institution=institution)
    if sent and sent[0].is_valid():
        said, committee = sent[0].cleaned_data, sent[0].committee
        committee_services.set_quorum(
            committee, said["quorum"], said["required_group"], by=request.user
        )
        messages.success(request, _("It is saved."))
        return redirect("committee-list", slug)
    if is_new and new_form.is_valid():
        said = new_form.cleaned_data
        committee = committee_services.create(
            said["unit"], said["name"], by=request.user, kind=CommitteeKind(said["kind"])
        )
        messages.success(request, _("%(committee)s is set up.") % {"committee": committee})
        return redirect("committee-list", slug)
    if form.is_bound and form.is_valid() and _seated(request, form):
        return redirect("committee-list", slug)
    context = {
        "institution": institution,
        "form": form,
        "new_form": new_form,
        "quorum_forms": quorum_forms,
        "seats": seats,
    }
    return render(request, "institutions/committees.html", context)


def _quorum_forms(request, institution, seats) -> list[QuorumForm]:
    """One for each committee; the one that was sent is bound."""
    what = request.POST.get("what")
    return [
        QuorumForm(
            request.POST if what == f"quorum-{committee.pk}" else None,
            committee=committee,
            seats=[seat for seat in seats if seat.committee_id == committee.pk],
        )
        for committee in Committee.objects.filter(unit__institution=institution)
    ]


def _seated(request, form):
    said = form.cleaned_data
    committee, user, role = said["committee"], said["user"], said["role"]
    try:
        committee_services.seat(
            committee,
            user,
            role=role,
            group=said["group"],
            substitute_for=said["substitute_for"],
            by=request.user,
        )
    except Refused as refusal:
        form.add_error("role", str(refusal))
        return False
    messages.success(request, _("%(name)s has the seat now.") % {"name": user})
    return True


@login_required
def end_seat(request, uuid):
    kept = Institution.objects.kept_by(request.user)
    place = get_object_or_404(
        Seat.objects.filter(committee__unit__institution__in=kept).select_related(
            "committee__unit__institution", "user"
        ),
        uuid=uuid,
    )
    if request.method == "POST":
        committee_services.end_term(place, by=request.user)
        messages.success(request, _("The term has ended."))
        return redirect("committee-list", place.committee.unit.institution.slug)
    return render(request, "institutions/end_seat.html", {"place": place})
