"""The registrar's pages of a source: which entries of the register stand behind it."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render

from credentials.forms.institutions import AwardingBodyForm
from credentials.models import AwardingBody
from credentials.permissions import can_keep_records
from credentials.verdict import Refused
from credentials.vocabulary import BodyKind
from recognition.forms.checks import LinkBodyForm
from recognition.models import LineSource
from recognition.permissions import can_check
from recognition.services import sources
from recognition.sources import facts_of
from recognition.views.checks import kept_line, page_of


@login_required
def body(request, uuid, source):
    """Link the awarding body of a source to the register, or enter or correct it there."""
    return _entry_page(request, uuid, source, "awarding_body")


@login_required
def platform(request, uuid, source):
    """Link the platform of a source to the register, or enter or correct it there."""
    return _entry_page(request, uuid, source, "platform")


LINK = {"awarding_body": sources.link_body, "platform": sources.link_platform}
ENTER = {"awarding_body": sources.enter_body, "platform": sources.enter_platform}


def _entry_page(request, uuid, source, role):
    line = kept_line(request, uuid)
    can_check(request.user, line).require()
    found = get_object_or_404(LineSource.objects.filter(line=line), uuid=source)
    institution, stated = line.case.institution, getattr(facts_of(found), role)
    entry = getattr(found, role) or _entry_from(stated, institution, role)
    register = institution.awarding_bodies.order_by("name")
    choices = register.platforms() if role == "platform" else register.awarding()
    is_link = request.POST.get("do") == "link"
    posted = request.POST or None
    link_form = LinkBodyForm(posted if is_link else None, entries=choices)
    form = AwardingBodyForm(
        None if is_link else posted, instance=entry, is_platform=role == "platform"
    )
    if is_link and link_form.is_valid():
        LINK[role](found, link_form.cleaned_data["body"], by=request.user)
        return redirect("line-check", line.uuid)
    if not is_link and request.method == "POST" and form.is_valid():
        try:
            ENTER[role](found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("line-check", line.uuid)
    context = page_of(request, line, form) | {
        "source": found,
        "role": role,
        "linked": getattr(found, role),
        "link_form": link_form,
        "stated": stated,
        "can_enter": can_keep_records(request.user, institution),
    }
    return render(request, "lines/body.html", context)


def _entry_from(stated, institution, role: str) -> AwardingBody:
    """Prefill a new entry with what the applicant states.

    Its status is for the registrar, and its DID too: that of a file may be anybody's.
    """
    entry = AwardingBody(institution=institution)
    if stated:
        entry.name = next(iter(stated.name.values()), "") if stated.name else ""
        entry.country, entry.url = stated.country, stated.url
    if role == "platform":
        entry.kind = BodyKind.PLATFORM
    return entry
