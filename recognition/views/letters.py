"""Where the registrar inspects letters that are ready, and sends them together."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.verdict import Refused
from recognition.models import Line, LineSource, Meeting
from recognition.services import decisions
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from recognition.work import target_of


@login_required
def release(request):
    """All decided lines, or those of one meeting; each ticked letter is sent by itself.

    Five queries for any number of them.
    """
    unmade = LineSource.objects.external().filter(line=OuterRef("pk"), supplement=None)
    lines = (
        Line.objects.kept_by(request.user)
        .filter(state=LineState.DECIDED)
        .exclude(case__applicant=request.user)
        .select_related("case__learner", "module__course_version__course", "decision__letter")
        .annotate(lacks_supplement=Exists(unmade))
        .order_by("due_on", "pk")
    )
    meeting = None
    if request.GET.get("meeting"):
        found = Meeting.objects.visible_to(request.user).select_related("committee")
        meeting = get_object_or_404(found, number=request.GET["meeting"])
        lines = lines.filter(agenda_items__meeting=meeting)
    problems = {}
    if request.method == "POST":
        chosen = [line for line in lines if str(line.uuid) in request.POST.getlist("line")]
        problems = _send(request, chosen)
        if not problems:
            return redirect(request.get_full_path())
    rows = [(line, target_of(line), _is_ready(line), problems.get(line.pk)) for line in lines.all()]
    return render(request, "meetings/letters.html", {"rows": rows, "meeting": meeting})


def _is_ready(line) -> bool:
    """Whether letter and supplements are made; `decisions.notify` asks once more, and who sends."""
    is_refusal = line.decision.type == DecisionType.REFUSAL
    return line.decision.letter_id is not None and (is_refusal or not line.lacks_supplement)


def _send(request, lines) -> dict[int, str]:
    """Send each decision; return what could not be sent and why, by pk of the line."""
    problems = {}
    for line in lines:
        try:
            decisions.notify(line, by=request.user)
        except Refused as refusal:
            problems[line.pk] = str(refusal)
    sent = len(lines) - len(problems)
    if sent:
        said = ngettext("%(count)s letter was sent.", "%(count)s letters were sent.", sent)
        messages.success(request, said % {"count": sent})
    elif not lines:
        messages.warning(request, _("Tick at least one letter."))
    return problems
