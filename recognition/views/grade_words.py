"""The page on which a learner takes a grade over, or has it left out of the record."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from recognition.models import GradeWord, Line
from recognition.permissions import can_answer_grade
from recognition.services import grade_words

DONE = {
    GradeWord.TAKEN: _("You take the grade over. It counts towards your average."),
    GradeWord.LEFT: _("The credits are recorded without a grade."),
}


@login_required
def answer(request, uuid):
    """Two buttons: take the grade over, or have the credits recorded without it."""
    asked = Line.objects.filter(
        case__applicant=request.user,
        decision__grade_until__isnull=False,
        decision__notified_at__isnull=False,
    )
    line = get_object_or_404(asked.with_all().select_related("decision"), uuid=uuid)
    if request.method == "POST" and request.POST.get("word") in GradeWord.values:
        word = GradeWord(request.POST["word"])
        grade_words.answer(line, word, by=request.user)
        messages.success(request, DONE[word])
        return redirect("case-detail", line.case.uuid)
    context = {
        "line": line,
        "decision": line.decision,
        "verdict": can_answer_grade(request.user, line),
    }
    return render(request, "cases/grade.html", context)
