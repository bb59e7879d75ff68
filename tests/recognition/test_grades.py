from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from recognition.credits import CreditError
from recognition.grades import (
    Given,
    GradeRules,
    by_bavarian_formula,
    by_committee,
    by_grading_tables,
    by_same_scale,
    transfers,
    ungraded,
)
from recognition.placement import placement
from recognition.scales import GradeError, Point, Scale, Table, number_of, scale_of
from recognition.vocabulary import GradeMethod, Track

GERMAN = Scale("1.0", "4.0", "5.0")
POLISH = Scale("5", "3", "2")
SPANISH = Scale("10", "5", "0")
FRENCH = Scale("20", "10", "0")
DANISH = Scale("12", "02", "\u22123")
ALL = (GradeMethod.SAME_SCALE, GradeMethod.GRADING_TABLES, GradeMethod.BAVARIAN)


def table(name, scale, **shares):
    """A table from shares by grade; "g8_5" is the grade 8.5."""
    rows = tuple((k[1:].replace("_", "."), Decimal(str(v))) for k, v in shares.items())
    return Table(name, scale, rows, key=name)


HERE = table("Ours", GERMAN, g1_0=15, g2_0=35, g3_0=35, g4_0=15)
THERE = table("Theirs", SPANISH, g10=5, g9=15, g8=20, g7=25, g6=20, g5=15)


# Scales


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,7", "1.7"), (" 8.50 ", "8.50"), ("02", "2"), ("-3", "-3"), ("\u22123", "-3")],
)
def test_number_of_reads_grades_as_people_write_them(text, number):
    assert number_of(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "A", "30L", "1e5", "NaN", "8/10", "٣", "99999", "1.23456"])
def test_number_of_reads_nothing_into_words(text):
    assert number_of(text) is None


@pytest.mark.parametrize(
    ("best", "passing", "worst", "sentence"),
    [
        ("10", "10.0", "0", "must not be the same"),
        ("A", "a", "F", "must not be the same"),
        ("10", "5", "7", "must lie between"),
        ("1", "4", "3", "must lie between"),
    ],
)
def test_scale_without_sense_names_the_field(best, passing, worst, sentence):
    with pytest.raises(GradeError, match=sentence) as found:
        Scale(best, passing, worst)

    assert found.value.field == "passing"


def test_scale_may_know_no_grade_below_the_lowest_pass():
    Scale("30", "18", "18").require_pass("18")


@pytest.mark.parametrize(
    ("scale", "grade", "sentence"),
    [
        (SPANISH, "11", "is not a grade of the scale from 10 to 0"),
        (SPANISH, "-1", "is not a grade of the scale"),
        (SPANISH, "passed", "is not a grade of the scale"),
        (SPANISH, "4.9", "is not a pass: the lowest pass is 5"),
        (GERMAN, "0.7", "is not a grade of the scale"),
        (GERMAN, "4,1", "is not a pass"),
        (DANISH, "00", "is not a pass"),
        (Scale("A", "D", "F", ("A", "B", "C", "D", "F")), "F", "is not a pass"),
        (Scale("A", "D", "F", ("A", "B", "C", "D", "F")), "X", "is not a grade"),
    ],
)
def test_grade_must_be_a_pass_on_its_scale(scale, grade, sentence):
    with pytest.raises(GradeError, match=sentence) as found:
        scale.require_pass(grade)

    assert found.value.field == "grade"


def test_scale_of_a_course_needs_a_lowest_pass():
    assert scale_of(["5.0", "4.0", "1.0"], "4.0") == Scale(
        "1.0", "4.0", "5.0", ("1.0", "4.0", "5.0")
    )
    assert scale_of(["5.0", "4.0", "1.0"], "") is None
    assert scale_of(["failed", "passed"], "passed") is None
    assert scale_of([], "") is None


# Tables


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ({"g1_0": 50, "g2_0": 40}, "The shares sum up to 90, not to 100"),
        ({"g1_0": 50, "g2_0": 51}, "The shares sum up to 101, not to 100"),
        ({"g1_0": 100}, "from 2 to 120 grades"),
        ({"g1_0": 120, "g2_0": -20}, "“1.0” must be a number from 0 to 100"),
        ({"g1_0": "NaN", "g2_0": 50}, "must be a number from 0 to 100"),
        ({"g1_0": 50, "g1_00": 50}, "is there more than once"),
        ({"g2_0": 50, "g1_0": 50}, "“1.0” must stand further up"),
        ({"g1_0": 50, "g5_0": 50}, "“5.0” is not a pass"),
        ({"g1_0": 50, "g7_0": 50}, "“7.0” is not a grade of the scale"),
    ],
)
def test_table_without_sense_names_its_rows(shares, sentence):
    with pytest.raises(GradeError, match=sentence) as found:
        table("Ours", GERMAN, **shares)

    assert found.value.field == "rows"


def test_table_of_rounded_shares_is_taken_as_a_whole():
    rounded = table("Ours", GERMAN, g1_0=33.3, g2_0=33.3, g3_0=33.3)

    assert rounded.range_of("3.0").end == 100


# Same scale


def test_same_scale_copies_the_grade():
    other = Scale("1,0", "4", "6")

    found = by_same_scale(Given("1.7", scale=other, target_scale=GERMAN))

    assert (found.method, found.grade) == (GradeMethod.SAME_SCALE, "1.7")
    assert found.inputs == {"grade": "1.7", "best": "1,0", "passing": "4"}
    assert str(found.explanation) == (
        "1.7 is taken over as it is: both sides use the scale from 1,0 to 4."
    )


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        (Given("8", scale=SPANISH, target_scale=GERMAN), "scale"),
        (Given("8", target_scale=GERMAN), "scale"),
        (Given("1.0", scale=GERMAN), "scale"),
        (Given("4.7", scale=GERMAN, target_scale=GERMAN), "grade"),
        (
            Given("1.3", scale=GERMAN, target_scale=Scale("1", "4", "5", tuple("12345"))),
            "scale",
        ),
    ],
)
def test_same_scale_refuses_what_differs(given_, field):
    with pytest.raises(GradeError) as found:
        by_same_scale(given_)

    assert found.value.field == field


# Grading tables


@pytest.mark.parametrize(
    ("grade", "middle", "best", "worst"),
    [
        ("10", "1.0", "1.0", "1.0"),  # 0 to 5 %
        ("9", "1.0", "1.0", "2.0"),  # 5 to 20 %
        ("8", "2.0", "2.0", "2.0"),  # 20 to 40 %
        ("7", "3.0", "2.0", "3.0"),  # 40 to 65 %
        ("6,0", "3.0", "3.0", "3.0"),  # 65 to 85 %
        ("5", "4.0", "4.0", "4.0"),  # 85 to 100 %
    ],
)
def test_grading_tables_find_the_same_place_among_all_passes(grade, middle, best, worst):
    pair = Given(grade, table=THERE, target_table=HERE)

    found = [by_grading_tables(pair, point).grade for point in (Point.MIDDLE, Point.BEST)]

    assert [*found, by_grading_tables(pair, Point.WORST).grade] == [middle, best, worst]


def test_grading_tables_say_how():
    found = by_grading_tables(Given("9", table=THERE, target_table=HERE))

    assert str(found.explanation) == (
        "In “Theirs” 9 covers from 5 % to 20 % of all who passed, counted from the best; the "
        "middle of it counts. In “Ours” this is 1.0."
    )
    assert found.inputs == {
        "grade": "9",
        "table": "Theirs",
        "table_name": "Theirs",
        "target_table": "Ours",
        "target_table_name": "Ours",
        "from": "5.00",
        "to": "20.00",
        "point": "middle",
    }


def test_grading_tables_favour_the_learner_where_two_grades_meet():
    halves = table("Halves", FRENCH, g15=30, g12=70)
    ours = table("Ours", GERMAN, g1_0=15, g2_0=85)

    assert by_grading_tables(Given("15", table=halves, target_table=ours)).grade == "1.0"


def test_grading_tables_never_give_a_grade_that_nobody_has():
    ours = table("Ours", GERMAN, g1_0=0, g2_0=100, g4_0=0)
    theirs = table("Theirs", SPANISH, g10=0, g9=100, g5=0)

    grades = [
        by_grading_tables(Given(grade, table=theirs, target_table=ours), point).grade
        for grade in ("10", "9", "5")
        for point in Point
    ]

    assert set(grades) == {"2.0"}


@pytest.mark.parametrize(
    ("given_", "field", "sentence"),
    [
        (Given("8", target_table=HERE), "table", "no grading table of the awarding body"),
        (Given("8", table=THERE), "target_table", "no grading table of our own"),
        (Given("8.5", table=THERE, target_table=HERE), "grade", "does not stand in"),
        (Given("4", table=THERE, target_table=HERE), "grade", "is not a pass"),
    ],
)
def test_grading_tables_need_both_tables_and_a_row(given_, field, sentence):
    with pytest.raises(GradeError, match=sentence) as found:
        by_grading_tables(given_)

    assert found.value.field == field


SHARES = st.lists(st.integers(0, 40), min_size=1, max_size=8).map(lambda shares: [1, *shares])
ALL_HAVE_SOME = st.lists(st.integers(1, 40), min_size=2, max_size=8)


def made(shares, first):
    """A table whose shares are these weights, for grades 1, 2, 3 ..."""
    total = sum(shares)
    rows = tuple(
        (str(first + place), Decimal(share) * 100 / total) for place, share in enumerate(shares)
    )
    return Table("T", Scale("0", "50", "60"), rows)


@given(SHARES, SHARES, st.sampled_from(Point))
def test_grading_tables_keep_the_order_of_grades(here, there, point):
    source, target = made(there, 1), made(here, 1)

    grades = [
        int(by_grading_tables(Given(grade, table=source, target_table=target), point).grade)
        for grade, _share in source.rows
    ]

    assert grades == sorted(grades)


@given(ALL_HAVE_SOME, st.sampled_from(Point))
def test_grading_tables_that_are_the_same_change_nothing(shares, point):
    same = made(shares, 1)

    for grade, _share in same.rows:
        pair = Given(grade, table=same, target_table=same)
        assert by_grading_tables(pair, point).grade == grade


# Modified Bavarian formula


@pytest.mark.parametrize(
    ("scale", "grade", "cut", "rounded"),
    [
        (POLISH, "5", "1.0", "1.0"),
        (POLISH, "4.5", "1.7", "1.8"),  # 1.75
        (POLISH, "4", "2.5", "2.5"),
        (POLISH, "3", "4.0", "4.0"),
        (SPANISH, "8.5", "1.9", "1.9"),
        (SPANISH, "7,3", "2.6", "2.6"),  # 2.62
        (SPANISH, "6.9", "2.8", "2.9"),  # 2.86
        (FRENCH, "14", "2.8", "2.8"),
        (FRENCH, "13.5", "2.9", "3.0"),  # 2.95
        (FRENCH, "10", "4.0", "4.0"),
        (DANISH, "7", "2.5", "2.5"),
        (Scale("1", "4", "6"), "2.3", "2.3", "2.3"),
        (Scale("30", "18", "18"), "27", "1.7", "1.8"),  # 1.75
    ],
)
def test_bavarian_formula_is_cut_and_not_rounded(scale, grade, cut, rounded):
    known = Given(grade, scale=scale, target_scale=GERMAN)

    found = [by_bavarian_formula(known), by_bavarian_formula(known, is_rounded=True)]

    assert [transfer.grade for transfer in found] == [cut, rounded]


def test_bavarian_formula_shows_its_sum_in_the_language_of_the_reader():
    found = by_bavarian_formula(Given("4.5", scale=POLISH))

    with translation.override("en"):
        assert str(found.explanation) == (
            "1 + 3 × (5 − 4.5) ÷ (5 − 3) = 1.75, cut to 1.7. 5 is the best grade there"
            ", 3 the lowest pass."
        )
    with translation.override("de"):
        assert "(5 − 4,5) ÷ (5 − 3) = 1,75" in str(found.explanation)
    assert found.inputs == {
        "grade": "4.5",
        "best": "5",
        "passing": "3",
        "exact": "1.7500",
        "decimals": "1",
        "rounding": "cut",
    }


@pytest.mark.parametrize(
    ("scale", "grade", "said"),
    [
        (POLISH, "4", " = 2.5. 5 is"),
        (POLISH, "5", " = 1.0. 5 is"),
        (Scale("10", "5", "0"), "6.9999", " = 2.80006, cut to 2.8. 10 is"),
        (Scale("10", "1", "0"), "5", " = 2.6666, cut to 2.6. 10 is"),
    ],
)
def test_bavarian_formula_says_that_it_cuts_only_where_it_does(scale, grade, said):
    found = by_bavarian_formula(Given(grade, scale=scale))

    assert said in str(found.explanation)


def test_bavarian_formula_says_that_it_rounds_only_where_it_does():
    found = [by_bavarian_formula(Given(g, scale=POLISH), is_rounded=True) for g in ("4", "4.5")]

    assert [" rounded to " in str(one.explanation) for one in found] == [False, True]


def test_bavarian_formula_gives_as_many_decimals_as_the_rules_say():
    known = Given("7.31", scale=SPANISH)

    found = [by_bavarian_formula(known, decimals=number).grade for number in (0, 1, 2)]

    assert found == ["2", "2.6", "2.61"]


@pytest.mark.parametrize(
    ("given_", "field", "sentence"),
    [
        (Given("8"), "scale", "are not known"),
        (Given("B", scale=SPANISH), "grade", "numbers"),
        (Given("B", scale=Scale("A", "D", "F")), "grade", "numbers"),
        (Given("4.9", scale=SPANISH), "grade", "is not a pass"),
        (Given("10.1", scale=SPANISH), "grade", "is not a grade of the scale"),
        (Given("8", scale=SPANISH, target_scale=FRENCH), "target_scale", "not used here"),
        (Given("8", scale=SPANISH, target_scale=Scale("A", "D", "F")), "target_scale", "not used"),
    ],
)
def test_bavarian_formula_is_for_passes_in_numbers(given_, field, sentence):
    with pytest.raises(GradeError, match=sentence) as found:
        by_bavarian_formula(given_)

    assert found.value.field == field


@given(st.integers(500, 1000), st.integers(500, 1000))
def test_bavarian_formula_keeps_the_order_and_the_bounds(one, other):
    better, worse = sorted((Decimal(one) / 100, Decimal(other) / 100), reverse=True)

    grades = [
        Decimal(by_bavarian_formula(Given(str(grade), scale=SPANISH)).grade)
        for grade in (better, worse)
    ]

    assert 1 <= grades[0] <= grades[1] <= 4


# What the rules allow


def methods(found):
    return [transfer.method for transfer in found.possible]


def test_methods_come_in_the_order_of_the_rules_and_without_grade_last():
    known = Given("8", SPANISH, THERE, GERMAN, HERE)

    found = transfers(known, GradeRules(ALL))
    turned = transfers(known, GradeRules(tuple(reversed(ALL))))

    assert methods(found) == [
        GradeMethod.GRADING_TABLES,
        GradeMethod.BAVARIAN,
        GradeMethod.UNGRADED,
    ]
    assert [transfer.grade for transfer in found.possible] == ["2.0", "2.2", ""]
    assert found.obstacles == (
        (GradeMethod.SAME_SCALE, "The scales of both sides are not the same."),
    )
    assert methods(turned)[:2] == [GradeMethod.BAVARIAN, GradeMethod.GRADING_TABLES]


@pytest.mark.parametrize("listed", [(), ("invented",), (GradeMethod.COMMITTEE,)])
def test_rules_without_methods_leave_it_ungraded(listed):
    found = transfers(Given("8", SPANISH, THERE, GERMAN, HERE), GradeRules(listed))

    assert methods(found) == [GradeMethod.UNGRADED]


def test_validated_learning_comes_without_grade_first():
    known = Given("8", SPANISH, THERE, GERMAN, HERE)

    found = transfers(known, GradeRules(ALL), Track.VALIDATION)

    assert methods(found)[0] == GradeMethod.UNGRADED
    assert "outside of a course" in str(found.possible[0].explanation)


def test_ungraded_and_committee_say_so():
    assert (ungraded().grade, str(ungraded().explanation)) == (
        "",
        "Recognised without a grade; it is left out of the average.",
    )
    assert (by_committee("1.3").grade, by_committee("1.3").inputs) == ("1.3", {"grade": "1.3"})


# Semester


@pytest.mark.parametrize(
    ("recognised", "total", "semesters", "semester"),
    [
        ("0", 180, 6, 1),
        ("14.5", 180, 6, 1),
        ("30", 180, 6, 1),
        ("44.5", 180, 6, 1),  # 1.48
        ("45", 180, 6, 2),  # 1.5
        ("74.5", 180, 6, 2),  # 2.48
        ("75", 180, 6, 3),  # 2.5
        ("180", 180, 6, 6),
        ("40", 120, 4, 1),  # 1.33
        ("50", 120, 4, 2),  # 1.67
    ],
)
def test_placement_rounds_from_half_a_semester_on(recognised, total, semesters, semester):
    assert placement(Decimal(recognised), Decimal(total), semesters).semester == semester


def test_placement_says_how():
    found = placement(Decimal("44.5"), Decimal(180), 6)

    assert str(found.explanation) == (
        "44.5\u00a0ECTS ÷ 180\u00a0ECTS × 6 semesters = 1.48; below .5 down, else up, at least 1."
    )


@pytest.mark.parametrize(
    ("recognised", "total", "semesters", "shown", "semester"),
    [
        ("5", 180, 6, "0.17", 1),  # 0.1667
        ("50", 120, 4, "1.67", 2),
        ("149", 1800, 6, "0.497", 1),  # 0.4967: 0.50 would read as one that is rounded up
        ("449", 1800, 6, "1.497", 1),
        ("450", 1800, 6, "1.5", 2),
    ],
)
def test_placement_shows_a_number_that_leads_to_its_semester(
    recognised, total, semesters, shown, semester
):
    found = placement(Decimal(recognised), Decimal(total), semesters)

    assert f" = {shown}; " in str(found.explanation)
    with translation.override("de"):
        assert f" = {shown.replace('.', ',')}; " in str(found.explanation)
    assert found.semester == semester


@pytest.mark.parametrize(("recognised", "total", "semesters"), [(-1, 180, 6), (1, 0, 6), (1, 9, 0)])
def test_placement_needs_a_programme(recognised, total, semesters):
    with pytest.raises(CreditError):
        placement(Decimal(recognised), Decimal(total), semesters)
