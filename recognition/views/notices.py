"""What a registrar does when a mail about a line did not arrive."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recognition.services import notices
from recognition.views.checks import kept_line


@login_required
@require_POST
def settle(request, uuid):
    line = kept_line(request, uuid)
    notices.settle(line, by=request.user)
    messages.success(request, _("Noted: you have told them in another way."))
    return redirect("line-detail", line.uuid)
