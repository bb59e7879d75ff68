"""How each move of a line is made, and what must come before it (see test_transitions.py)."""

from datetime import timedelta

from django.utils import timezone

from recognition import permissions, transitions
from recognition.models import IssuerWord, Line
from recognition.models.remedy import Voice
from recognition.opinions import target_outcomes
from recognition.services import (
    appeals,
    assessments,
    committees,
    conditions,
    delegation,
    information,
    inquiries,
    objections,
    reopenings,
)
from recognition.services import reviews as opinions
from recognition.services.assessments import OutcomeResult
from recognition.services.inquiries import Contact, IssuerAnswer
from recognition.states import LineState
from recognition.vocabulary import DecisionType, Rating
from tests.factories.people import make_user
from tests.factories.recognition import (
    Way,
    answers,
    order_assessment,
    seated,
    write_decision,
)


def seat_another(way):
    committees.seat(way.committee, make_user("New"), by=way.registrar)


def name_another(way):
    opinions.assign(way.line, seated(way.committee)[-1], by=way.chair)


def ask_issuer(way):
    contact = Contact("Academy", postal_address="Long Street 1")
    inquiries.ask(way.line.sources.get(), ["Was it passed?"], contact, by=way.registrar)


def answer(way):
    for request in way.line.information_requests.to_applicant():
        information.answer(request, answers("By an examination."), by=way.line.case.applicant)


def issuer_answers(way):
    for request in way.line.information_requests.to_issuer():
        inquiries.answer(request.inquiry, said())


def enter_answer(way):
    for request in way.line.information_requests.to_issuer():
        inquiries.enter(request.inquiry, said(), by=way.registrar)


def said():
    return IssuerAnswer(IssuerWord.CONFIRMED, "The registry", answers("Yes."))


def take_question_back(way):
    for request in way.line.information_requests.to_issuer():
        inquiries.withdraw(request.inquiry, by=way.registrar)


def ask_in_vain(way):
    way.ask()
    way.line.information_requests.update(due_on=timezone.localdate() - timedelta(days=1))


def stop_waiting(way):
    information.stop_waiting(way.line, by=way.registrar)


def hear_nothing(way):
    ask_in_vain(way)
    stop_waiting(way)


def enter_result(way):
    for one in way.line.assessments.open():
        results = {row.outcome_id: OutcomeResult(True) for row in one.results.all()}
        assessments.enter_result(one, results, by=one.assessor)


def note_absence(way):
    for one in way.line.assessments.open():
        assessments.note_absence(one, "Nobody came.", by=one.assessor)


def cancel_assessment(way):
    for one in way.line.assessments.open():
        assessments.cancel(one, "Not needed.", by=way.registrar)


def order_as_chair(way):
    order_assessment(way.line, by=way.chair)


def miss_conditions(way):
    now = timezone.now()
    for condition in way.line.decision.conditions.all():
        long_ago = timezone.localdate() - timedelta(days=30)
        condition.due_on, condition.reminded_at = long_ago, now - timedelta(days=20)
        condition.save()
        conditions.declare_missed(condition, "Nothing came.", by=way.registrar)


def be_late(way):
    yesterday = timezone.localdate() - timedelta(days=1)
    Line.objects.filter(pk=way.line.pk, complete_at__isnull=False).update(due_on=yesterday)
    way.line.case.check_due_on = yesterday
    way.line.case.save()


def appeal_late(way):
    be_late(way)
    way.appeal()


def object_in_vain(way):
    way.object()
    way.line.objections.update(due_on=timezone.localdate() - timedelta(days=1))


def appeal_twice(way):
    """What was dismissed, or was not answered in time, comes before the appeal body."""
    if way.line.state != LineState.ANNULLED:
        object_in_vain(way)
    way.appeal()


def judged(decide):
    def judge(way):
        for appeal in way.line.objections.undecided():
            seats = permissions.able_seats(appeal)
            votes = {seat.user: Voice.FOR for seat in seats}
            decide(appeal, votes, seats[0].user)

    return judge


def remit(appeal, votes, by):
    due_on = timezone.localdate() + timedelta(days=9)
    appeals.remit(appeal, "Again.", votes, due_on=due_on, look_again="Page 4.", by=by)


def amend(appeal, votes, by):
    ratings = {str(one.uuid): Rating.FULL for one in target_outcomes(appeal.line)}
    write_decision(appeal.line, DecisionType.FULL_SUBSTITUTION, by=by, outcome_ratings=ratings)
    appeals.amend(appeal, "Otherwise.", votes, by=by)


def uphold(way):
    for objection in way.line.objections.undecided():
        objections.uphold(objection, "It was not read.", by=way.chair)


def object_and_hear_no(way):
    way.object()
    way.dismiss()


def resume(to):
    return lambda way: reopenings.resume(way.line, to, by=way.registrar)


def reopened(to):
    def reopen(way):
        way.reopen()
        reopenings.resume(Line.objects.get(pk=way.line.pk), to, by=way.registrar)

    return reopen


def issuer_says_nothing(way):
    ask_issuer(way)
    way.line.information_requests.update(due_on=timezone.localdate() - timedelta(days=1))
    stop_waiting(way)


def nothing(_way):
    pass


dismiss_appeal = judged(lambda appeal, votes, by: appeals.dismiss(appeal, "No.", votes, by=by))
DOES = (
    # verb, what comes before it, how it is done
    ("lines.take", nothing, Way.take),
    ("lines.declare_complete", nothing, Way.complete),
    ("lines.declare_inadmissible", nothing, Way.turn_away),
    ("lines.withdraw", nothing, Way.withdraw),
    ("information.ask", nothing, Way.ask),
    ("information.answer", nothing, answer),
    ("information.answer", Way.ask, answer),
    ("information.answer", hear_nothing, answer),
    ("information.stop_waiting", ask_in_vain, stop_waiting),
    ("inquiries.enter", issuer_says_nothing, enter_answer),
    ("inquiries.ask", nothing, ask_issuer),
    ("inquiries.enter", ask_issuer, enter_answer),
    ("inquiries.answer", ask_issuer, issuer_answers),
    ("inquiries.withdraw", ask_issuer, take_question_back),
    ("reviews.submit", nothing, Way.review),
    ("reviews.assign", seat_another, name_another),
    ("assessments.order", nothing, Way.assess),
    ("assessments.order", nothing, order_as_chair),
    ("assessments.enter_result", nothing, enter_result),
    ("assessments.note_absence", nothing, note_absence),
    ("assessments.note_absence", order_as_chair, note_absence),
    ("assessments.cancel", nothing, cancel_assessment),
    ("assessments.cancel", order_as_chair, cancel_assessment),
    ("decisions.sign", nothing, Way.sign),
    ("delegation.call", nothing, lambda way: delegation.call(way.line, "So.", by=way.members[0])),
    ("decisions.notify", nothing, Way.notify),
    ("conditions.settle", nothing, Way.meet_conditions),
    ("conditions.declare_missed", nothing, miss_conditions),
    ("credits.record", nothing, Way.record),
    ("lines.close", nothing, Way.close),
    ("objections.file", nothing, Way.appeal),
    ("objections.file", be_late, Way.appeal),
    ("objections.file", object_in_vain, Way.appeal),
    ("objections.file", object_and_hear_no, Way.object),
    ("objections.dismiss", Way.object, Way.dismiss),
    ("objections.uphold", nothing, uphold),
    ("appeals.dismiss", appeal_late, dismiss_appeal),
    ("appeals.dismiss", appeal_twice, dismiss_appeal),
    ("appeals.remit", appeal_late, judged(remit)),
    ("appeals.remit", appeal_twice, judged(remit)),
    ("appeals.amend", appeal_twice, judged(amend)),
    ("reopenings.reopen", nothing, Way.reopen),
    ("reopenings.resume", nothing, resume(LineState.FORMAL_CHECK)),
    ("reopenings.resume", Way.reopen, resume(LineState.FORMAL_CHECK)),
    ("reopenings.resume", nothing, resume(LineState.UNDER_REVIEW)),
    ("reopenings.resume", nothing, resume(LineState.DELIBERATION)),
    ("annulments.countersign", nothing, Way.annul),
    ("annulments.countersign", reopened(LineState.UNDER_REVIEW), Way.annul),
    ("annulments.countersign", reopened(LineState.DELIBERATION), Way.annul),
    ("lines.withdraw", Way.reopen, Way.withdraw),
    ("lines.withdraw", Way.ask, Way.withdraw),
)
CHECKED = transitions.SUBMITTED + transitions.WITH_COMMITTEE
BEFORE = {
    Way.ask: transitions.WITH_COMMITTEE,
    ask_in_vain: CHECKED,
    ask_issuer: CHECKED,
    **dict.fromkeys((hear_nothing, issuer_says_nothing), transitions.DELIBERATION),
    **dict.fromkeys((seat_another, order_as_chair), transitions.DELIBERATION),
    **dict.fromkeys((be_late, appeal_late), transitions.UNCHECKED + transitions.WAITS_FOR_DECISION),
    **dict.fromkeys((Way.object, object_in_vain, object_and_hear_no), transitions.ENDED),
    appeal_twice: transitions.ENDED + transitions.ANNULLED,
    Way.reopen: transitions.INADMISSIBLE,
}
"""In which states what comes before can happen; what is not named: in RECORDED."""
