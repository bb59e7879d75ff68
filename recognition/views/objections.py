"""Pages of objections and appeals: filed by the applicant, answered by a committee or others."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from credentials.services.evidence import store_upload
from credentials.verdict import Refused
from recognition import blind, evidence
from recognition.forms.remedies import AnswerForm, AppealForm, ObjectionForm
from recognition.models import Decision, Line, Objection, ObjectionKind, ObjectionResult
from recognition.permissions import (
    able_seats,
    can_answer_objection,
    can_decide,
    can_decide_appeal,
    can_hand_over,
    can_object,
    can_resume,
    can_see_objection,
    can_see_opinions,
    has_quorum,
    way_of,
)
from recognition.services import appeals, objections
from recognition.views.header import case_facts, heading_of
from recognition.views.lines import line_for


@login_required
def new(request, uuid):
    """Object, appeal, or say that no decision came in time: whichever is open today."""
    line = get_object_or_404(
        Line.objects.filter(case__applicant=request.user).with_all(), uuid=uuid
    )
    can_object(request.user, line).require()
    way = way_of(line)
    form = ObjectionForm(request.POST or None, request.FILES or None, way=way)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            objections.file(
                line,
                said["grounds"],
                [store_upload(one, owner=request.user) for one in said["files"]],
                by=request.user,
                kind=ObjectionKind(said["kind"]),
                late_reason=said.get("late_reason", ""),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is filed. You get an answer in a letter."))
            return redirect("case-detail", line.case.uuid)
    context = {"line": line, "way": way, "form": form}
    return render(request, "remedies/object.html", context)


def _objection(request, uuid) -> Objection:
    """Return an objection on a line that the reader may see, else 404."""
    found = Objection.objects.select_related("body", "letter", "decision__letter", "decided_by")
    objection = get_object_or_404(
        found.filter(line__in=Line.objects.visible_to(request.user)), uuid=uuid
    )
    objection.line = line_for(request, Line.objects.all(), pk=objection.line_id)
    return objection


@login_required
def detail(request, uuid):
    """What was written and what came of it, for all whom it concerns."""
    objection = _objection(request, uuid)
    can_see_objection(request.user, objection).require()
    return render(request, "remedies/objection.html", _page(request, objection))


def _page(request, objection) -> dict:
    user, line = request.user, objection.line
    is_applicant = line.case.applicant_id == user.pk
    may_decide = (can_decide_appeal if objection.is_appeal else can_answer_objection)(
        user, objection
    )
    is_open = objection.decided_at is None
    return {
        "objection": objection,
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": None if is_applicant else case_facts(line, user),
        "is_applicant": is_applicant,
        "grounds": blind.mask_for(user, line)(objection.grounds),
        "files": evidence.files_for(objection.documents.all(), line, user),
        "votes": objection.votes.select_related("member") if not is_applicant else (),
        "may_decide": may_decide,
        "may_see_file": can_see_opinions(user, line),
        "may_hand_over": can_hand_over(user, objection),
        "quorum": has_quorum(objection) if is_open and objection.is_appeal else None,
    }


@login_required
def decide(request, uuid):
    """The answer to an objection by its committee, the decision on an appeal by others."""
    objection = _objection(request, uuid)
    page = _page(request, objection)
    page["may_decide"].require()
    form = _form(request, objection)
    if request.method == "POST" and form.is_valid():
        try:
            _carry_out(objection, form, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is decided. The applicant gets a letter."))
            line = Line.objects.get(pk=objection.line_id)
            if can_resume(request.user, line):
                return redirect("line-resume", line.uuid)
            return redirect("objection-detail", objection.uuid)
    context = page | {
        "form": form,
        "may_write": can_decide(request.user, objection.line) if objection.is_appeal else None,
        "draft": Decision.objects.draft_of(objection.line),
    }
    return render(request, "remedies/decide.html", context)


def _form(request, objection):
    if not objection.is_appeal:
        return AnswerForm(request.POST or None)
    kind = ObjectionKind(objection.kind)
    return AppealForm(request.POST or None, kind=kind, seats=able_seats(objection))


def _carry_out(objection, form, *, by) -> None:
    said = form.cleaned_data
    result = ObjectionResult(said["result"])
    if not objection.is_appeal:
        answer = {
            ObjectionResult.UPHELD: objections.uphold,
            ObjectionResult.DISMISSED: objections.dismiss,
        }
        answer[result](objection, said["reasons"], by=by)
    elif result == ObjectionResult.REMITTED:
        appeals.remit(
            objection,
            said["reasons"],
            form.votes,
            due_on=said["due_on"],
            look_again=said.get("look_again", ""),
            by=by,
        )
    else:
        act = appeals.amend if result == ObjectionResult.AMENDED else appeals.dismiss
        act(objection, said["reasons"], form.votes, by=by)


@login_required
@require_POST
def hand_over(request, uuid):
    """Lead an appeal to the body above when too few of this one may decide."""
    objection = _objection(request, uuid)
    body = appeals.hand_over(objection, by=request.user)
    messages.success(request, _("It is before “%(body)s” now.") % {"body": body})
    return redirect("line-detail", objection.line.uuid)
