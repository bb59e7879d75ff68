"""The registrar's page of a proof: how it is known to be genuine."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from recognition.forms.authenticity import AuthenticityForm
from recognition.permissions import can_state_authenticity
from recognition.services import authenticity
from recognition.views.checks import kept_line
from recognition.vocabulary import Authenticity


@login_required
def of_source(request, uuid, source):
    line = kept_line(request, uuid)
    found = get_object_or_404(line.sources.all(), uuid=source)
    found.line = line
    can_state_authenticity(request.user, found).require()
    form = AuthenticityForm(request.POST or None, source=found)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        stated = Authenticity(said["authenticity"])
        authenticity.state(found, stated, said["note"], by=request.user)
        messages.success(request, _("It is noted, with your name and the day."))
        return redirect("line-check", line.uuid)
    return render(request, "lines/authenticity.html", {"line": line, "source": found, "form": form})
