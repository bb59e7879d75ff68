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
from recognition.models import Line, ObjectionKind
from recognition.pauses import pauses_of
from recognition.services import clock
from recognition.states import CLOCK_RUNS, UNDECIDED, LineState
from recognition.transitions import STEPS, OnClock
from recognition.vocabulary import DecisionType, Rating
from tests.factories.histories import Watch
from tests.factories.moves import BEFORE, DOES, nothing
from tests.factories.recognition import WALKED, Way, make_line
from tests.factories.world import taken_back

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
