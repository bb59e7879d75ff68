"""The only place where a learner takes a grade over, or has it left out of the record."""

from datetime import timedelta

from django.utils import timezone

from credentials.models import User
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from recognition import permissions
from recognition.grading import needs_consent
from recognition.models import Decision, GradeWord, Line
from recognition.services import decision_credentials


def ask(line: Line, *, by: User | None) -> None:
    """Ask whether the grade of a decision that is being sent shall count; inside `change()`.

    Only where the rules of the case say so. Who does not answer gets the credits without a grade,
    so that nobody's average changes by silence.
    """
    decision = line.decision
    if not needs_consent(decision):
        return
    days = timedelta(days=line.case.policy.information_days)
    decision.grade_until = timezone.localdate() + days
    Decision.objects.filter(pk=decision.pk).update(grade_until=decision.grade_until)
    record(decision, "ask-grade", by=by, after=decision.grade_until.isoformat())
    context = {"line": line, "decision": decision, "url": address("grade-answer", line.uuid)}
    mails.write("grade_asked", line.case.applicant, context)


@change()
def answer(line: Line, word: GradeWord, *, by: User) -> None:
    """Say as the learner whether the grade counts; the credential of the decision says the same."""
    line = lock(line)
    decision = lock(line.decision)
    line.decision = decision
    permissions.can_answer_grade(by, line).require()
    decision.grade_word = GradeWord(word)
    decision.save(update_fields=["grade_word", "updated_at"])
    record(decision, "answer-grade", by=by, after=str(decision.grade_word))
    decision_credentials.start(line, by=by)
