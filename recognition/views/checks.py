"""The registrar's pages of a line: completeness check, questions, not admitting."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from credentials.verdict import Refused
from recognition import evidence, guards, tracks
from recognition.aftermath import aftermath_of
from recognition.forms.checks import CompleteForm, DelayForm, InadmissibleForm
from recognition.forms.recusals import ShowFilesForm
from recognition.models import Line, Seat
from recognition.opinions import ground_as_saved
from recognition.permissions import (
    can_announce_delay,
    can_check,
    can_declare_inadmissible,
    can_open_receipt,
    can_see_check,
    can_show_files,
    can_stop_waiting,
    limit_of,
)
from recognition.presented import near
from recognition.services import clock, committees, lines
from recognition.sources import proposed_track
from recognition.states import LineState
from recognition.views import information
from recognition.views.header import case_facts, heading_of, lines_of_case, notices_of
from recognition.views.lines import line_for
from recognition.vocabulary import AT_CHECK, IN_DELIBERATION, InadmissibleReason


def kept_line(request, uuid) -> Line:
    """Return a line of a programme that the reader keeps records for, else 404."""
    line = line_for(request, Line.objects.kept_by(request.user), uuid=uuid)
    can_see_check(request.user, line).require()
    return line


@login_required
def check(request, uuid):
    """What was sent, the register, the proposed track; and who is to compare it."""
    line = kept_line(request, uuid)
    found = evidence.evidence_of(line, request.user)
    answers = evidence.answers_to(line, request.user)
    proposal = proposed_track([one.source for one in found])
    told = tracks.tracks_of(found)
    verdict = can_check(request.user, line)
    form = _complete_form(request, line, proposal) if verdict else None
    if form and request.method == "POST" and form.is_valid():
        try:
            lines.declare_complete(line, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The line is complete. The reviewers have been told."))
            return redirect("work")
    context = {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "lines": lines_of_case(line, request.user, "line-check"),
        "evidence": list(zip(found, told, strict=True)),
        "why_together": tracks.why_together(told),
        "answers": answers,
        "later": evidence.added_later(line, request.user),
        "proposal": proposal,
        "near": near(line),
        "can_open": True,
        "form": form,
        "verdict": verdict,
        "stop_waiting": can_stop_waiting(request.user, line),
        "inquiries": information.inquiries_of(line, request.user),
        "questions": information.letters_to_learner(line),
        "receipt": line.case.receipt_id and can_open_receipt(request.user, line.case),
        "reviews": line.reviews.select_related("reviewer"),
        "not_admitted": _not_admitted(line),
        "can_announce_delay": can_announce_delay(request.user, line),
        "shows_files": can_show_files(request.user, line),
        "files_form": _files_form(line, found, answers),
        "away": _away(line),
        "may_end": _may_end(request.user, line),
        "remedies": aftermath_of(line, request.user),
        **notices_of(line),
    }
    return render(request, "lines/check.html", context)


def _files_form(line, found, answers) -> ShowFilesForm | None:
    """Which files reviewers may open, where they must not know who applied."""
    if not line.case.policy.is_blind:
        return None
    return ShowFilesForm(evidence=found, answers=answers, line=line)


def _away(line):
    """Who is away from the committees that could get the line: the form names none of them."""
    found = committees.covering(line.case.programme_version.programme.unit)
    return Seat.objects.away().filter(committee__in=found)


def _may_end(user, line) -> bool:
    """Whether the line is in deliberation and no decision is left that could be signed."""
    if line.state != LineState.DELIBERATION or not can_declare_inadmissible(user, line):
        return False
    return bool(guards.can_end_undecided(ground_as_saved(line)))


def _not_admitted(line) -> str:
    reason = line.inadmissible_reason if line.state == LineState.INADMISSIBLE else ""
    return str(InadmissibleReason(reason).label) if reason else ""


def _complete_form(request, line, proposal):
    found = list(committees.covering(line.case.programme_version.programme.unit))
    seats = [seat for one in found for seat in committees.impartial_seats(one, line)]
    return CompleteForm(
        request.POST or None,
        committees=found,
        seats=seats,
        quorum=line.case.policy.quorum,
        initial={"track": proposal.track, "committee": found[0] if found else None},
    )


@login_required
def inadmissible(request, uuid):
    """End a line without a decision: the registrar at the check, later also who decides."""
    line = line_for(request, Line.objects.of_others_visible_to(request.user), uuid=uuid)
    can_declare_inadmissible(request.user, line).require()
    in_deliberation = line.state == LineState.DELIBERATION
    if in_deliberation:
        guards.can_end_undecided(ground_as_saved(line)).require()
    form = InadmissibleForm(
        request.POST or None, reasons=IN_DELIBERATION if in_deliberation else AT_CHECK
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        lines.declare_inadmissible(line, said["reason"], said["note"], by=request.user)
        messages.success(request, _("The learner has been told."))
        return redirect("work")
    context = page_of(request, line, form) | {"in_deliberation": in_deliberation}
    return render(request, "lines/inadmissible.html", context)


@login_required
def delay(request, uuid):
    """Tell the applicant beforehand that the decision takes longer, why, and until when."""
    line = kept_line(request, uuid)
    can_announce_delay(request.user, line).require()
    form = DelayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            clock.announce_delay(line, said["reason"], said["new_due_on"], by=request.user)
        except Refused as refusal:
            form.add_error("new_due_on", str(refusal))
        else:
            messages.success(request, _("The learner has been told, and gets a letter."))
            return redirect("line-detail", line.uuid)
    context = page_of(request, line, form) | {"latest": limit_of(line)}
    return render(request, "lines/delay.html", context)


def page_of(request, line, form) -> dict:
    """Return what every small page of a line shows beside its form."""
    return {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "form": form,
    }
