"""The page on which applicant and registrar write each other about a line."""

from django.contrib import messages as notes
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from credentials.verdict import Refused
from recognition import blind
from recognition.forms.thread import MessageForm
from recognition.permissions import as_registrar, can_see_messages, can_send_message
from recognition.services import messages
from recognition.views.lines import line_for


@login_required
def message_list(request, uuid):
    """All messages, newest last. The committee reads them without names; it writes none."""
    line = line_for(request, uuid=uuid)
    can_see_messages(request.user, line).require()
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            messages.send(line, form.cleaned_data["text"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            notes.success(request, _("Sent. The reader gets a mail."))
            return redirect("message-list", line.uuid)
    mask = blind.mask_for(request.user, line)
    found = [(one, mask(one.text)) for one in line.messages.select_related("author")]
    messages.mark_read(line, by=request.user)
    is_own = line.case.applicant_id == request.user.pk
    context = {
        "line": line,
        "thread": found,
        "form": form,
        "verdict": can_send_message(request.user, line),
        "is_own": is_own,
        "names": is_own or bool(as_registrar(request.user, line)),
    }
    return render(request, "cases/messages.html", context)
