from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.calendar import (
    CalendarError,
    Clock,
    add_working_days,
    is_working_day,
    working_days_between,
)

PLACES = st.sampled_from([("DE", ""), ("DE", "HE"), ("GB", "SCT"), ("IL", ""), ("FI", "")])
DATES = st.dates(date(2024, 1, 1), date(2028, 12, 31))
MONDAY = date(2026, 11, 9)


def span_of_pause(pair: tuple[date, int]) -> tuple[date, date | None]:
    since, length = pair
    return since, None if length < 0 else since + timedelta(days=length)


@st.composite
def clocks(draw):
    start = draw(DATES)
    pauses = draw(
        st.lists(st.tuples(st.integers(-5, 60), st.integers(-1, 30)), max_size=4).map(
            lambda items: tuple(span_of_pause((start + timedelta(days=a), b)) for a, b in items)
        )
    )
    country, subdivision = draw(PLACES)
    return Clock(start, draw(st.integers(0, 60)), country, subdivision, pauses)


def test_working_day_excludes_weekends_and_holidays():
    assert is_working_day(MONDAY, "DE")
    assert not is_working_day(date(2026, 11, 8), "DE")
    assert not is_working_day(date(2026, 12, 25), "DE")


def test_working_day_knows_parts_of_a_country():
    corpus_christi = date(2026, 6, 4)

    assert is_working_day(corpus_christi, "DE", "BE")
    assert not is_working_day(corpus_christi, "DE", "HE")


def test_working_day_knows_other_weekends():
    friday, sunday = date(2026, 11, 13), date(2026, 11, 15)

    assert not is_working_day(friday, "IL")
    assert is_working_day(sunday, "IL")


def test_add_skips_christmas():
    assert add_working_days(date(2026, 12, 23), 2, "DE") == date(2026, 12, 28)


def test_add_of_nothing_is_the_day_itself():
    assert add_working_days(date(2026, 12, 25), 0, "DE") == date(2026, 12, 25)


def test_unknown_place_is_named():
    with pytest.raises(CalendarError, match="No public holidays are known for “DE-XX”"):
        add_working_days(MONDAY, 1, "DE", "XX")
    with pytest.raises(CalendarError, match="“QQ”"):
        Clock(MONDAY, 1, "QQ")


def test_negative_days_and_reversed_pauses_are_refused():
    with pytest.raises(CalendarError, match="cannot be negative"):
        add_working_days(MONDAY, -1, "DE")
    with pytest.raises(CalendarError, match="cannot end before it begins"):
        Clock(MONDAY, 5, "DE", pauses=((MONDAY, MONDAY - timedelta(days=1)),))


@given(DATES, st.integers(0, 120), PLACES)
def test_between_reverses_add(start, days, place):
    end = add_working_days(start, days, *place)

    assert working_days_between(start, end, *place) == days
    assert working_days_between(end, start, *place) == -days


@given(DATES, DATES, DATES, PLACES)
def test_between_adds_up(one, two, three, place):
    one, two, three = sorted((one, two, three))

    assert working_days_between(one, three, *place) == working_days_between(
        one, two, *place
    ) + working_days_between(two, three, *place)


def test_clock_pauses_after_the_day_of_the_request_and_resumes_after_the_answer():
    wednesday = MONDAY + timedelta(days=2)
    next_monday = MONDAY + timedelta(days=7)
    clock = Clock(MONDAY, 5, "DE", pauses=((wednesday, next_monday),))

    assert clock.used(wednesday) == 2
    assert clock.used(next_monday) == 2
    assert clock.used(next_monday + timedelta(days=1)) == 3
    assert clock.due_on(next_monday) == next_monday + timedelta(days=3)


def test_clock_asked_and_answered_on_one_day_loses_nothing():
    assert Clock(MONDAY, 5, "DE", pauses=((MONDAY, MONDAY),)).due_on(MONDAY) == date(2026, 11, 16)


def test_clock_is_due_on_its_last_day_and_counts_on_after_it():
    clock = Clock(MONDAY, 4, "DE")
    friday = date(2026, 11, 13)

    assert clock.due_on(friday) == friday
    assert clock.used(friday) == 4
    assert clock.used(friday + timedelta(days=3)) == 5


@given(clocks(), DATES, st.integers(0, 40))
def test_clock_never_runs_backwards(clock, today, later_by):
    later = today + timedelta(days=later_by)

    assert clock.used(today) <= clock.used(later)
    assert clock.due_on(today) <= clock.due_on(later)


@given(clocks(), DATES, st.integers(0, 40))
def test_clock_stands_still_while_a_pause_lasts(clock, since, length):
    paused = Clock(
        clock.started_on,
        clock.limit,
        clock.country,
        clock.subdivision,
        (*clock.pauses, (since, None)),
    )

    assert paused.used(since) == paused.used(since + timedelta(days=length))


@given(clocks())
def test_clock_has_used_its_limit_when_it_is_due(clock):
    closed = Clock(
        clock.started_on,
        clock.limit,
        clock.country,
        clock.subdivision,
        tuple((since, to) for since, to in clock.pauses if to is not None),
    )

    assert closed.used(closed.due_on(closed.started_on)) == closed.limit


@given(clocks(), DATES)
def test_clock_without_pauses_is_never_later(clock, today):
    bare = Clock(clock.started_on, clock.limit, clock.country, clock.subdivision)

    assert bare.due_on(today) <= clock.due_on(today)
    assert bare.used(today) >= clock.used(today)
