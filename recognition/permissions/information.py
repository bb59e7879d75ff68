"""May somebody ask, answer or stop waiting, and why not? Of the applicant, and of an issuer."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import User
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import (
    AssessmentEnd,
    InformationRequest,
    IssuerInquiry,
    Line,
    LineSource,
    Message,
)
from recognition.permissions.committee import can_see_evidence
from recognition.permissions.shared import (
    BEFORE_DECISION,
    as_registrar,
    chairs,
    in_state,
    reports,
)
from recognition.states import LineState
from recognition.transitions import UNCHECKED, WITH_COMMITTEE

MOST_ATTEMPTS = 10
MOST_MESSAGES = 10


def can_ask_information(user: User, line: Line) -> Verdict:
    """Ask the applicant, in as many rounds as the rules of the case allow."""
    if open_question(line):
        return no(_("A question is open already."))
    verdict = _can_ask(user, line)
    if not verdict:
        return verdict
    rounds = line.case.policy.information_rounds
    if line.information_requests.to_applicant().count() >= rounds:
        return no(
            _(
                "The learner was asked %(rounds)s times already; more the rules do not allow. "
                "Go on with what is there."
            )
            % {"rounds": rounds}
        )
    return ALLOWED


def can_ask_issuers(user: User, line: Line) -> Verdict:
    """Ask those who issued what is put forward; it counts apart from what the applicant is asked.

    Issuers have a duty to inform (Lisbon Recognition Convention III.3(4)).
    """
    return _can_ask(user, line)


def can_ask_issuer(user: User, source: LineSource) -> Verdict:
    """Ask the issuer of one credential: one question at a time, as many as the rules allow."""
    line = source.line
    verdict = can_ask_issuers(user, line)
    if not verdict:
        return verdict
    asked = line.information_requests.to_issuer().filter(source=source)
    if asked.open().exists():
        return no(_("This issuer was asked already. Wait for the answer, or take it back."))
    rounds = line.case.policy.information_rounds
    if asked.count() >= rounds:
        return no(_("This issuer was asked %(rounds)s times already.") % {"rounds": rounds})
    return ALLOWED


def _can_ask(user: User, line: Line) -> Verdict:
    """The registrar before completeness, then also rapporteur and chair; until the decision."""
    verdict = in_state(line, *UNCHECKED, LineState.INFO_REQUESTED, *WITH_COMMITTEE)
    if not verdict or line.complete_at is None:
        return verdict and as_registrar(user, line)
    if can_see_evidence(user, line) and (reports(user, line) or chairs(user, line)):
        return ALLOWED
    return as_registrar(user, line)


def open_question(line: Line) -> InformationRequest | None:
    """Return the question whose answer is waited for from the applicant."""
    return line.information_requests.open().to_applicant().first()


def was_never_answered(line: Line) -> bool:
    """Whether the last question stayed without an answer in its time, or a test was not taken.

    What the registrar asked before the line was complete is about papers, not about outcomes.
    """
    if line.complete_at is None or line.state == LineState.INFO_REQUESTED:
        return False
    asked = InformationRequest.objects.to_applicant().filter(
        line=line, asked_at__gte=line.complete_at
    )
    last = asked.order_by("asked_at", "pk").last()
    if last and last.answered_at is None and last.due_on < timezone.localdate():
        return True
    tested = line.assessments.filter(ordered_at__gte=line.complete_at).last()
    return bool(tested and tested.end == AssessmentEnd.NOT_TAKEN)


def can_answer_information(user: User, request: InformationRequest) -> Verdict:
    """Answer what was asked: the applicant, once, until the decision; late is not too late."""
    if request.source_id is not None or request.line.case.applicant_id != user.pk:
        return no(_("Only the applicant can answer this."))
    return _answerable(request)


def _answerable(request: InformationRequest) -> Verdict:
    if request.answered_at is not None:
        return no(_("This was answered already."))
    return in_state(request.line, *BEFORE_DECISION)


def can_stop_waiting(user: User, line: Line) -> Verdict:
    """Go on without answers once the time for all of them has passed."""
    verdict = as_registrar(user, line, LineState.INFO_REQUESTED)
    if not verdict:
        return verdict
    in_time = line.information_requests.open().filter(due_on__gte=timezone.localdate())
    late = in_time.order_by("addressee").first()
    if late is None:
        return ALLOWED
    if late.source_id is None:
        return no(_("The applicant still has time to answer."))
    return no(_("The issuer still has time to answer."))


def can_withdraw_inquiry(user: User, request: InformationRequest) -> Verdict:
    """Take a question to an issuer back, which closes its link: who may ask it."""
    if request.answered_at is not None or request.closed_at is not None:
        return no(_("Nobody waits for this answer any more."))
    return _can_ask(user, request.line)


def can_enter_answer(user: User, request: InformationRequest) -> Verdict:
    """Enter what an issuer answered by post or mail: the registrar, until the decision."""
    verdict = as_registrar(user, request.line)
    return verdict and _answerable(request)


def can_answer_by_link(inquiry: IssuerInquiry) -> Verdict:
    """Answer as the issuer, with the link: in time, not taken back, and not tried too often."""
    request = inquiry.request
    if inquiry.revoked_at or request.closed_at or inquiry.is_expired:
        return no(_("This link is closed."))
    if inquiry.attempts >= MOST_ATTEMPTS:
        return no(_("An answer was tried too often with this link. It is closed."))
    return _answerable(request)


def can_see_messages(user: User, line: Line) -> Verdict:
    """Read what applicant and registrar write each other: both, and the committee."""
    if line.case.is_draft:
        return no(_("Send your application first."))
    return can_see_evidence(user, line)


def can_send_message(user: User, line: Line) -> Verdict:
    """Write about a line: its applicant, and the registrars; ten a day each."""
    if line.case.is_draft:
        return no(_("Send your application first."))
    is_applicant = line.case.applicant_id == user.pk
    if not is_applicant and not as_registrar(user, line):
        return no(_("Only the learner and the registrars write here."))
    day_ago = timezone.now() - timedelta(days=1)
    if Message.objects.filter(line=line, author=user, sent_at__gt=day_ago).count() < MOST_MESSAGES:
        return ALLOWED
    return no(
        _("You wrote %(number)s messages since yesterday. Go on tomorrow.")
        % {"number": MOST_MESSAGES}
    )
