"""Pages of the rules of recognition: for everybody to read, for registrars to publish."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from recognition.forms.policies import PolicyForm, TextBlockFormSet
from recognition.models import Policy
from recognition.services import policies
from recognition.views.institutions import kept_institution


def index(request):
    """The rules of each institution and programme in force today; two queries."""
    found = Policy.objects.in_force().select_related("institution", "programme")
    found = found.prefetch_related("programme__versions")
    return render(
        request, "policies/index.html", {"policies": found.order_by("institution__slug", "pk")}
    )


def show(request, slug, version):
    """One version, in force or not: an application keeps the one it began under."""
    found = Policy.objects.select_related("institution", "programme")
    policy = get_object_or_404(found, institution__slug=slug, version=version)
    in_force = Policy.objects.in_force().filter(pk=policy.pk).exists()
    before = policies.version_before(policy)
    context = {
        "policy": policy,
        "is_in_force": in_force,
        "before": before,
        "changes": policies.changes_between(before, policy) if before else [],
    }
    return render(request, "policies/show.html", context)


@login_required
def edit(request, slug):
    """The latest rules in a form; what is changed becomes a new version.

    `?programme=<code>` begins with the rules of a programme, or those of all where it has none.
    """
    institution = kept_institution(request, slug)
    versions = Policy.objects.filter(institution=institution).select_related("programme")
    programme = institution.programmes.filter(code=request.GET.get("programme", "")).first()
    latest = versions.filter(programme=programme).order_by("-version").first()
    shown = latest or versions.filter(programme=None).order_by("-version").first()
    form = PolicyForm(
        request.POST or None, institution=institution, latest=shown, programme=programme
    )
    has_blocks = "blocks-TOTAL_FORMS" in request.POST
    blocks = TextBlockFormSet(
        request.POST if has_blocks else None,
        prefix="blocks",
        initial=shown.text_blocks if shown else [],
    )
    if form.is_bound and form.is_valid() and (not has_blocks or blocks.is_valid()):
        says = dict(form.cleaned_data)
        if has_blocks:
            says["text_blocks"] = [one.block for one in blocks.forms if one.block]
        published = policies.publish(institution, by=request.user, **says)
        messages.success(
            request, _("Version %(number)s is published.") % {"number": published.version}
        )
        return redirect("policy-edit", slug)
    context = {
        "institution": institution,
        "form": form,
        "blocks": blocks,
        "problem_forms": [form, blocks],
        "latest": latest,
        "in_force": Policy.objects.in_force()
        .filter(institution=institution, programme=programme)
        .first(),
        "versions": list(versions.order_by("-version")[:50]),
    }
    return render(request, "policies/edit.html", context)
