"""The only place that makes a micro-credential of learning that was validated for a module."""

from credentials.models import Award, User
from credentials.services import awards
from credentials.services.lifecycle import change, lock, record
from recognition import permissions
from recognition.models import Line


@change()
def award(line: Line, *, by: User, grade: str = "") -> Award:
    """Award the target module's course from a decision on prior learning; once for a decision."""
    line = lock(line)
    permissions.can_award_validated(by, line).require()
    made = awards.award_directly(
        line.module.course_version,
        line.case.learner,
        by=by,
        grade=grade,
        decision=line.decision.uuid,
    )
    record(line, "award", by=by, text=made.number)
    return made
