"""Every move of a line: which service makes it, who may, who is told, what the clock does.

`MOVES`, which `move()` obeys, is made of this table, and so is the one in docs/workflow.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from recognition.states import LineState


class OnClock(StrEnum):
    """What a move does to the working days in which a line is to be decided.

    It begins when a line is complete; before that, and after the decision was sent, none runs.
    """

    NONE = "–"
    STARTS = "starts"
    RUNS = "runs"
    STANDS = "stands"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class Step:
    """One verb, and the moves it makes: from each of `sources` to each of `targets`.

    `verb`: module and function in `recognition.services`. `guard`: the function in
    `recognition.permissions` that says who may; "" where nobody does it, but the portal itself.
    `notice`: the mail in templates/emails, "" when nobody needs to be told.
    """

    sources: tuple[LineState, ...]
    targets: tuple[LineState, ...]
    verb: str
    who: str
    guard: str
    notice: str = ""
    clock: OnClock = OnClock.NONE

    def moves(self) -> Iterator[tuple[LineState, LineState]]:
        """Yield (source, target)."""
        return ((source, target) for source in self.sources for target in self.targets)


DRAFT, SUBMITTED, FORMAL_CHECK = (
    (LineState.DRAFT,),
    (LineState.SUBMITTED,),
    (LineState.FORMAL_CHECK,),
)
INFO_REQUESTED, UNDER_REVIEW = (LineState.INFO_REQUESTED,), (LineState.UNDER_REVIEW,)
ASSESSMENT, DELIBERATION = (LineState.ASSESSMENT,), (LineState.DELIBERATION,)
AUTO_DECIDED, DECIDED = (LineState.AUTO_DECIDED,), (LineState.DECIDED,)
NOTIFIED, CONDITION_PENDING = (LineState.NOTIFIED,), (LineState.CONDITION_PENDING,)
RECORDED, CLOSED, INADMISSIBLE = (
    (LineState.RECORDED,),
    (LineState.CLOSED,),
    (LineState.INADMISSIBLE,),
)
WITHDRAWN, OBJECTION, APPEAL = (LineState.WITHDRAWN,), (LineState.OBJECTION,), (LineState.APPEAL,)
REOPENED, ANNULLED = (LineState.REOPENED,), (LineState.ANNULLED,)

UNCHECKED = SUBMITTED + FORMAL_CHECK
WITH_COMMITTEE = UNDER_REVIEW + DELIBERATION
WAITS_FOR_DECISION = WITH_COMMITTEE + DECIDED + REOPENED
SENT = NOTIFIED + CONDITION_PENDING + RECORDED + CLOSED
ENDED = SENT + INADMISSIBLE
"""The applicant knows how it ended, and can do something against it."""

NONE, STARTS, RUNS, STANDS, ENDS = OnClock
PORTAL, APPLICANT, REGISTRAR = "the portal itself", "applicant", "registrar"
ISSUER = "issuer, by the link it was sent"
ASKS = "registrar; when complete also who reports, chair or deputy"
REVIEWER, ASSESSOR = "reviewer", "assessor"
REGISTRAR_OR_HEAD = "registrar, chair or deputy"
SECOND = "registrar, chair or deputy, as the second"
ANSWERS_CHALLENGE = "who presides and is not challenged, else registrar"
LEAVES = "chair, deputy or registrar, of themselves"
CANCELS = "assessor, who reports, chair, deputy or registrar"
DECIDES = "chair or deputy; course director where the rules delegate"
HEADS, APPEAL_HEADS = "chair or deputy", "chair or deputy of the appeal body, after its vote"

STEPS = (
    # Sent and checked
    Step(DRAFT, SUBMITTED, "cases.submit", "applicant, or registrar who entered it",
         "can_submit", "case_submitted"),
    Step(SUBMITTED, FORMAL_CHECK, "lines.take", REGISTRAR, "can_check"),
    Step(SUBMITTED, FORMAL_CHECK, "lines.declare_complete", REGISTRAR, "can_check"),
    Step(SUBMITTED, FORMAL_CHECK, "lines.declare_inadmissible", REGISTRAR,
         "can_declare_inadmissible"),
    Step(SUBMITTED, FORMAL_CHECK, "information.ask", REGISTRAR, "can_ask_information"),
    Step(SUBMITTED, FORMAL_CHECK, "inquiries.ask", REGISTRAR, "can_ask_issuer"),
    Step(SUBMITTED, FORMAL_CHECK, "automatic.run", PORTAL, ""),
    Step(FORMAL_CHECK, AUTO_DECIDED, "automatic.run", PORTAL, "", "", STARTS),
    Step(FORMAL_CHECK, UNDER_REVIEW, "lines.declare_complete", REGISTRAR, "can_check",
         "line_complete", STARTS),
    Step(FORMAL_CHECK, INADMISSIBLE, "lines.declare_inadmissible", REGISTRAR,
         "can_declare_inadmissible", "line_not_admitted"),
    # Asked, and answered
    Step(FORMAL_CHECK, INFO_REQUESTED, "information.ask", ASKS, "can_ask_information",
         "information_requested"),
    Step(FORMAL_CHECK, INFO_REQUESTED, "inquiries.ask", ASKS, "can_ask_issuer", "issuer_asked"),
    Step(WITH_COMMITTEE, INFO_REQUESTED, "information.ask", ASKS, "can_ask_information",
         "information_requested", STANDS),
    Step(WITH_COMMITTEE, INFO_REQUESTED, "inquiries.ask", ASKS, "can_ask_issuer",
         "issuer_asked", STANDS),
    Step(INFO_REQUESTED, FORMAL_CHECK, "information.answer", APPLICANT,
         "can_answer_information", "information_answered"),
    Step(INFO_REQUESTED, FORMAL_CHECK, "inquiries.answer", ISSUER, "can_answer_by_link",
         "issuer_answered"),
    Step(INFO_REQUESTED, FORMAL_CHECK, "inquiries.enter", REGISTRAR, "can_enter_answer",
         "issuer_answered"),
    Step(INFO_REQUESTED, FORMAL_CHECK, "inquiries.withdraw", ASKS, "can_withdraw_inquiry"),
    Step(INFO_REQUESTED, FORMAL_CHECK, "information.stop_waiting", REGISTRAR, "can_stop_waiting"),
    Step(INFO_REQUESTED, UNDER_REVIEW, "information.answer", APPLICANT,
         "can_answer_information", "information_answered", RUNS),
    Step(INFO_REQUESTED, UNDER_REVIEW, "inquiries.answer", ISSUER, "can_answer_by_link",
         "issuer_answered", RUNS),
    Step(INFO_REQUESTED, UNDER_REVIEW, "inquiries.enter", REGISTRAR, "can_enter_answer",
         "issuer_answered", RUNS),
    Step(INFO_REQUESTED, UNDER_REVIEW, "inquiries.withdraw", ASKS, "can_withdraw_inquiry", "",
         RUNS),
    Step(INFO_REQUESTED, UNDER_REVIEW, "information.stop_waiting", REGISTRAR,
         "can_stop_waiting", "", RUNS),
    Step(DELIBERATION, UNDER_REVIEW, "information.answer", APPLICANT, "can_answer_information",
         "information_answered", RUNS),
    Step(DELIBERATION, UNDER_REVIEW, "inquiries.enter", REGISTRAR, "can_enter_answer",
         "issuer_answered", RUNS),
    # Compared; the last opinion passes the line on, also when nobody is waited for any more
    Step(UNDER_REVIEW, DELIBERATION, "reviews.submit", REVIEWER, "can_review",
         "opinions_all_in", RUNS),
    Step(UNDER_REVIEW, DELIBERATION, "reviews.step_back", REVIEWER, "can_step_back",
         "opinions_all_in", RUNS),
    Step(UNDER_REVIEW, DELIBERATION, "reviews.release", REGISTRAR_OR_HEAD, "can_release",
         "opinions_all_in", RUNS),
    Step(UNDER_REVIEW, DELIBERATION, "reviews.assign", REGISTRAR_OR_HEAD, "can_assign",
         "opinions_all_in", RUNS),
    Step(UNDER_REVIEW, DELIBERATION, "recusals.answer", ANSWERS_CHALLENGE,
         "can_answer_challenge", "opinions_all_in", RUNS),
    Step(UNDER_REVIEW, DELIBERATION, "information.stop_waiting", REGISTRAR, "can_stop_waiting",
         "opinions_all_in", RUNS),
    Step(UNDER_REVIEW, DELIBERATION, "inquiries.withdraw", ASKS, "can_withdraw_inquiry",
         "opinions_all_in", RUNS),
    Step(UNDER_REVIEW, DELIBERATION, "assessments.note_absence", ASSESSOR, "can_assess",
         "opinions_all_in", RUNS),
    Step(UNDER_REVIEW, DELIBERATION, "assessments.cancel", CANCELS, "can_cancel_assessment",
         "opinions_all_in", RUNS),
    Step(DELIBERATION, UNDER_REVIEW, "reviews.assign", REGISTRAR_OR_HEAD, "can_assign",
         "review_assigned", RUNS),
    Step(DELIBERATION, UNDER_REVIEW, "recusals.answer", ANSWERS_CHALLENGE,
         "can_answer_challenge", "reviewer_stepped_back", RUNS),
    Step(DELIBERATION, UNDER_REVIEW, "recusals.step_back", LEAVES, "can_leave",
         "reviewer_stepped_back", RUNS),
    Step(DELIBERATION, UNDER_REVIEW, "ballots.step_back", "member who votes", "can_take_part",
         "reviewer_stepped_back", RUNS),
    Step(UNDER_REVIEW, DELIBERATION, "lines.change_committee", REGISTRAR,
         "can_change_committee", "opinions_all_in", RUNS),
    Step(DELIBERATION, UNDER_REVIEW, "lines.change_committee", REGISTRAR,
         "can_change_committee", "review_released", RUNS),
    # Assessed
    Step(WITH_COMMITTEE, ASSESSMENT, "assessments.order",
         "who reports; when all opinions are in also chair or deputy", "can_order_assessment",
         "assessment_ordered", STANDS),
    Step(ASSESSMENT, UNDER_REVIEW, "assessments.enter_result", ASSESSOR, "can_assess",
         "assessment_result", RUNS),
    Step(ASSESSMENT, UNDER_REVIEW, "assessments.note_absence", ASSESSOR, "can_assess", "", RUNS),
    Step(ASSESSMENT, UNDER_REVIEW, "assessments.cancel", CANCELS, "can_cancel_assessment",
         "assessment_cancelled", RUNS),
    # Decided and sent
    Step(DELIBERATION, DECIDED, "decisions.sign", DECIDES, "can_sign", "decision_signed", RUNS),
    Step(DECIDED, DELIBERATION, "delegation.call", "member of the committee", "can_call_vote",
         "vote_called", RUNS),
    Step(DELIBERATION, INADMISSIBLE, "lines.declare_inadmissible", REGISTRAR_OR_HEAD,
         "can_declare_inadmissible", "line_not_admitted", ENDS),
    Step(DECIDED, NOTIFIED, "decisions.notify", REGISTRAR, "can_notify", "decision_sent", ENDS),
    Step(AUTO_DECIDED, NOTIFIED, "automatic.send", PORTAL, "", "decision_by_precedent", ENDS),
    Step(AUTO_DECIDED, NOTIFIED, "decisions.notify", REGISTRAR, "can_notify", "decision_sent",
         ENDS),
    Step(NOTIFIED, CONDITION_PENDING, "decisions.notify", REGISTRAR, "can_notify",
         "decision_sent"),
    Step(CONDITION_PENDING, NOTIFIED, "conditions.settle",
         "registrar, who reports, chair or deputy", "can_settle_condition", "conditions_met"),
    Step(CONDITION_PENDING, NOTIFIED, "conditions.declare_missed", REGISTRAR_OR_HEAD,
         "can_declare_missed", "condition_missed"),
    Step(NOTIFIED, RECORDED, "credits.record", REGISTRAR, "can_record", "credits_recorded"),
    Step(NOTIFIED + RECORDED, CLOSED, "lines.close", REGISTRAR, "can_close"),
    # Taken back by the applicant
    Step(UNCHECKED, WITHDRAWN, "lines.withdraw", APPLICANT, "can_withdraw", "line_withdrawn"),
    Step(INFO_REQUESTED + UNDER_REVIEW + ASSESSMENT + DELIBERATION + REOPENED, WITHDRAWN,
         "lines.withdraw", APPLICANT, "can_withdraw", "line_withdrawn", ENDS),
    # Objected to. An appeal against a decision that did not come in time stops no clock
    Step(ENDED, OBJECTION, "objections.file", APPLICANT, "can_object", "objection_received"),
    Step(ENDED + OBJECTION + ANNULLED, APPEAL, "objections.file", APPLICANT, "can_object",
         "objection_received"),
    Step(UNCHECKED, APPEAL, "objections.file", APPLICANT, "can_object", "objection_received"),
    Step(WAITS_FOR_DECISION, APPEAL, "objections.file", APPLICANT, "can_object",
         "objection_received", RUNS),
    Step(OBJECTION, ENDED, "objections.dismiss", HEADS, "can_answer_objection",
         "objection_answered"),
    Step(OBJECTION, REOPENED, "objections.uphold", HEADS, "can_answer_objection",
         "line_reopened", STARTS),
    Step(APPEAL, ENDED + ANNULLED + UNCHECKED, "appeals.dismiss", APPEAL_HEADS,
         "can_decide_appeal", "objection_answered"),
    Step(APPEAL, WAITS_FOR_DECISION, "appeals.dismiss", APPEAL_HEADS, "can_decide_appeal",
         "objection_answered", RUNS),
    Step(APPEAL, UNCHECKED, "appeals.remit", APPEAL_HEADS, "can_decide_appeal",
         "date_set_on_appeal"),
    Step(APPEAL, WAITS_FOR_DECISION, "appeals.remit", APPEAL_HEADS, "can_decide_appeal",
         "date_set_on_appeal", RUNS),
    Step(APPEAL, DECIDED, "appeals.amend", APPEAL_HEADS, "can_decide_appeal", "decision_signed",
         RUNS),
    # Opened again, and annulled
    Step(APPEAL, REOPENED, "appeals.remit", APPEAL_HEADS, "can_decide_appeal", "line_reopened",
         STARTS),
    Step(ENDED + ANNULLED, REOPENED, "reopenings.reopen",
         "registrar, chair or deputy; applicant with new evidence", "can_reopen",
         "line_to_resume", STARTS),
    Step(NOTIFIED, REOPENED, "automatic.ask_individual_review", APPLICANT,
         "can_ask_individual_review", "individual_review_asked"),
    Step(REOPENED, FORMAL_CHECK, "automatic.ask_individual_review", APPLICANT,
         "can_ask_individual_review", "individual_review_asked"),
    Step(REOPENED, FORMAL_CHECK, "reopenings.resume", REGISTRAR_OR_HEAD, "can_resume"),
    Step(REOPENED, UNDER_REVIEW, "reopenings.resume", REGISTRAR_OR_HEAD, "can_resume",
         "review_reopened", RUNS),
    Step(REOPENED, DELIBERATION, "reopenings.resume", REGISTRAR_OR_HEAD, "can_resume", "", RUNS),
    Step(SENT, ANNULLED, "annulments.countersign", SECOND, "can_countersign_annulment",
         "decision_annulled"),
    Step(REOPENED + WITH_COMMITTEE, ANNULLED, "annulments.countersign", SECOND,
         "can_countersign_annulment", "decision_annulled", ENDS),
)  # fmt: skip

MOVES: dict[LineState, set[LineState]] = {state: set() for state in LineState}
for _step in STEPS:
    for _source, _target in _step.moves():
        MOVES[_source].add(_target)
