"""The table of every move of a line is true: its services, guards and mails exist."""

from importlib import import_module
from inspect import getsource

import pytest
from django.conf import settings

from recognition import permissions, transitions
from recognition.states import CLOCK_RUNS, UNDECIDED, LineState
from recognition.transitions import STEPS, OnClock


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
