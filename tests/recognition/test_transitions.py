"""The table of every move of a line is true: its services, guards and mails exist, each move can
be made, and the clock does what it says."""

from datetime import timedelta
from importlib import import_module
from inspect import getsource

import pytest
from django.conf import settings
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.utils import timezone

from credentials.verdict import Refused
from recognition import permissions, transitions
from recognition.models import IssuerWord, Line, ObjectionKind
from recognition.models.remedy import Voice
from recognition.opinions import target_outcomes
from recognition.pauses import pauses_of
from recognition.services import (
    appeals,
    assessments,
    clock,
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
from recognition.states import CLOCK_RUNS, UNDECIDED, LineState
from recognition.transitions import STEPS, OnClock
from recognition.vocabulary import DecisionType, Rating
from tests.factories.histories import Watch
from tests.factories.people import make_user
from tests.factories.recognition import (
    WALKED,
    Way,
    answers,
    make_line,
    order_assessment,
    seated,
    write_decision,
)
from tests.factories.world import taken_back


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.sources[0]}-{step.verb}")
def test_step_names_service_guard_and_mail_that_exist(step):
    module, verb = step.verb.split(".")
    service = import_module(f"recognition.services.{module}")

    assert callable(getattr(service, verb))
    if step.guard:
        assert callable(getattr(permissions, step.guard))
        assert f"{step.guard}(" in getsource(service)
    else:
        assert step.who == transitions.PORTAL
    if step.notice:
        assert (settings.BASE_DIR / "templates/emails" / f"{step.notice}.txt").is_file()


def test_no_verb_makes_the_same_move_in_two_ways():
    made = [(move, step.verb, step.clock) for step in STEPS for move in step.moves()]

    assert len(made) == len(set(made))


def test_applicant_may_withdraw_until_it_is_decided():
    withdrawn_from = {
        source for step in STEPS if step.verb == "lines.withdraw" for source in step.sources
    }

    assert withdrawn_from == UNDECIDED


def test_clock_runs_where_moves_let_it_run():
    """An appeal because nothing was decided in time has a date of its own: nobody is reminded."""
    running = {
        target
        for step in STEPS
        if step.clock in (OnClock.STARTS, OnClock.RUNS)
        for target in step.targets
    }

    assert running - {LineState.APPEAL} == CLOCK_RUNS


# Every move, made


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
ELSEWHERE = {
    "cases.submit": "every line of every test is sent by it",
    "automatic.run": "test_automatic: what equals a case decided before",
    "automatic.send": "test_automatic",
    "automatic.ask_individual_review": "test_automatic",
    "reviews.step_back": "test_reviews",
    "reviews.release": "test_reviews",
    "recusals.answer": "test_recusals",
    "recusals.step_back": "test_recusals",
    "ballots.step_back": "test_ballots",
    "lines.change_committee": "test_recusals",
}
"""Verbs that need more than one line and its usual people, and where they are tried."""
ALSO_ELSEWHERE = {
    ("decisions.notify", LineState.AUTO_DECIDED, LineState.NOTIFIED): "test_automatic",
    ("lines.declare_inadmissible", LineState.DELIBERATION, LineState.INADMISSIBLE): (
        "needs what leaves no decision possible: test_decisions"
    ),
    ("reviews.assign", LineState.UNDER_REVIEW, LineState.DELIBERATION): (
        "needs a rapporteur who left when all had handed in: test_reviews"
    ),
}
"""Single moves of other verbs that are tried elsewhere: (verb, source, target) and where."""
NEVER_COMPLETE = {
    ("lines.withdraw", LineState.REOPENED, LineState.WITHDRAWN),
    ("reopenings.reopen", LineState.INADMISSIBLE, LineState.REOPENED),
}
"""Made here only of lines that were turned away at the check, which have no clock."""


def starts():
    """Lines in every state, and those on which something else is possible than usual."""
    yield from (lambda state=state: make_line(state) for state in WALKED)
    yield lambda: make_line(LineState.DELIBERATION, ratings=[Rating.NOT_EVIDENCED])
    yield lambda: make_line(LineState.DECIDED, decision=DecisionType.CONDITIONAL)
    yield lambda: make_line(LineState.NOTIFIED, decision=DecisionType.REFUSAL)


def on_clock(line):
    """What the clock does now, as `keep_time` and the count of working days say."""
    if line.complete_at is None:
        return OnClock.NONE
    if any(ended is None for _began, ended in pauses_of(line)):
        return OnClock.STANDS if line.state != LineState.WITHDRAWN else OnClock.NONE
    appealed = line.objections.undecided().filter(kind=ObjectionKind.INACTION)
    with taken_back():
        clock.keep_time(timezone.localdate() + timedelta(days=900))
        is_told = line.delays.count() > 0
    with_body = line.state == LineState.APPEAL and appealed.filter(line__complete_at__isnull=False)
    return OnClock.RUNS if is_told or with_body else OnClock.NONE


def change_of_clock(before, line):
    state, complete_at = before
    now = on_clock(line)
    if line.complete_at and line.complete_at != complete_at:
        return OnClock.STARTS
    if now == OnClock.NONE and state != OnClock.NONE:
        return OnClock.ENDS
    return now


def make_every_move():
    """Yield (verb, source, target) and what the clock did, None where one verb made two moves."""
    for start in starts():
        with taken_back():
            line = start()
            for verb, prepare, do in DOES:
                sources = {source for step in STEPS if step.verb == verb for source in step.sources}
                if prepare != nothing:
                    sources = BEFORE.get(prepare, transitions.RECORDED)
                if line.state in sources:
                    with taken_back():
                        yield from made_by(verb, prepare, do, line.pk)


def made_by(verb, prepare, do, pk):
    try:
        prepare(Way(Line.objects.get(pk=pk)))
        way, watch = Way(Line.objects.get(pk=pk)), Watch()
        before = on_clock(way.line), way.line.complete_at
        do(way)
    except (Refused, ObjectDoesNotExist, MultipleObjectsReturned, AttributeError, IndexError):
        return
    moves = watch.look(verb)
    for move in moves:
        line = Line.objects.get(pk=pk)
        yield move, change_of_clock(before, line) if len(moves) == 1 else None


@pytest.mark.django_db
def test_every_move_of_the_table_is_made_and_its_clock_is_right():
    seen = {}
    for move, what in make_every_move():
        seen.setdefault(move, set()).add(what)

    rows = {}
    for step in STEPS:
        for move in step.moves():
            rows.setdefault((step.verb, *move), set()).add(step.clock)
    missing = {row for row in rows if row not in seen and row[0] not in ELSEWHERE}
    assert missing == set(ALSO_ELSEWHERE)
    wrong = {}
    for move, what in seen.items():
        ticked = what - {None, OnClock.NONE}
        if not ticked <= rows[move] or (not ticked and OnClock.NONE not in rows[move]):
            wrong[move] = what
    silent = {move for move, what in wrong.items() if what <= {None}}
    assert {move: wrong[move] for move in wrong.keys() - silent - NEVER_COMPLETE} == {}
