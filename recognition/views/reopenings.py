"""Pages on which a decided line is opened again, and passed on."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from credentials.services import evidence
from credentials.verdict import Refused
from recognition.forms.remedies import EvidenceForm, ReopenForm, ResumeForm
from recognition.models import Line, ReopeningReason
from recognition.permissions import can_reopen, can_resume
from recognition.services import reopenings
from recognition.states import LineState
from recognition.views.header import case_facts, heading_of
from recognition.views.lines import line_for


@login_required
def reopen(request, uuid):
    """The applicant's page asks for new evidence, that of the others for a reason."""
    line = line_for(request, uuid=uuid)
    is_applicant = line.case.applicant_id == request.user.pk
    reason = ReopeningReason.NEW_EVIDENCE if is_applicant else ReopeningReason.ERROR
    can_reopen(request.user, line, reason).require()
    form = (EvidenceForm if is_applicant else ReopenForm)(
        request.POST or None, request.FILES or None
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        files = [evidence.store_upload(one, owner=request.user) for one in said.get("files", ())]
        try:
            reopenings.reopen(
                line,
                ReopeningReason(said.get("reason", reason)),
                said["text"],
                files,
                by=request.user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is open again. What was decided holds until then."))
            page = "line-detail" if is_applicant else "line-resume"
            return redirect(page, line.uuid)
    context = {"line": line, "form": form, "is_applicant": is_applicant}
    if not is_applicant:
        context["heading"] = heading_of(line, request.user)
        context["facts"] = case_facts(line, request.user)
    return render(request, "remedies/reopen.html", context)


@login_required
def resume(request, uuid):
    """Who goes on with a line that was opened again."""
    line = line_for(request, Line.objects.of_others_visible_to(request.user), uuid=uuid)
    can_resume(request.user, line).require()
    form = ResumeForm(request.POST or None, ways=reopenings.ways_on(line))
    if request.method == "POST" and form.is_valid():
        reopenings.resume(line, LineState(form.cleaned_data["to"]), by=request.user)
        messages.success(request, _("It goes on. Whose turn it is has been told."))
        return redirect("line-detail", line.uuid)
    context = {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "form": form,
        "opened": line.reopenings.last(),
    }
    return render(request, "remedies/resume.html", context)
