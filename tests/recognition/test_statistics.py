"""Numbers of recognition: counted by hand, small groups hidden on page, plot and CSV, who sees."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from lxml import html

from credentials.models import Role, Unit
from recognition.models import InformationRequest, Line, Objection, Review, SeatRole
from recognition.states import LineState
from recognition.statistics import consistency, remedies
from recognition.statistics.export import as_csv
from recognition.statistics.lines import Period, counted_in, read
from recognition.statistics.tables import Groups, Row, Table, Value, by_group, by_outcome
from recognition.vocabulary import DecisionType, Rating
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.numbers import at_noon, copy_lines
from tests.factories.people import make_awarding_body, make_registrar, make_staff, root_of
from tests.factories.recognition import make_line, seated

pytestmark = pytest.mark.django_db

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
MONDAY = date(2025, 3, 3)  # no holiday in this month and the next two weeks of it
LAST_YEAR = {"period": "between", "since": "2025-01-01", "until": "2025-12-31"}
FULL, PARTIAL = DecisionType.FULL_SUBSTITUTION, DecisionType.PARTIAL
REFUSAL = DecisionType.REFUSAL


@pytest.fixture
def model():
    """A line that walked to its letter today: of another year than the numbers here."""
    return make_line(LineState.NOTIFIED)


def took(days: int, **more) -> dict:
    """A line complete on a Monday whose letter was sent after so many working days."""
    weeks, rest = divmod(days, 5)
    sent_on = MONDAY + timedelta(days=7 * weeks + rest)
    return {"complete_on": MONDAY, "due_on": MONDAY + timedelta(days=28), "sent_on": sent_on} | more


def counted(period=YEAR):
    return read(counted_in(Line.objects.all(), period))


def texts(row) -> list[str]:
    return [value.text for value in row.values]


def table_by(by: str, fewest: int = 5) -> Table:
    return by_group(Groups(counted(), fewest), by)


# What is counted ---------------------------------------------------------------------------------


def test_numbers_of_a_year_counted_by_hand(model):
    """Six lines to a module of 6 ECTS: 1, 2, 3, 4, 5 and 25 days; 6 + 6 + 6 + 3 + 0 + 6 of 36."""
    rows = [(1, FULL, 6), (2, FULL, 6), (3, FULL, 6), (4, PARTIAL, 3), (5, REFUSAL, 0)]
    copy_lines(model, [took(d, type=t, ects=e) for d, t, e in [*rows, (25, FULL, 6)]])

    total = table_by("month").total

    assert texts(total) == ["6", "3.5", "–", "36", "27", "75", "17", "0", "0"]


def test_tail_is_told_of_twenty_lines_and_not_of_nineteen(model):
    copy_lines(model, [took(day % 10) for day in range(19)])
    of_nineteen = texts(table_by("month").total)[2]

    copy_lines(model, [took(15)])

    assert (of_nineteen, texts(table_by("month").total)[2]) == ("–", "9")


def test_days_in_which_the_clock_stood_do_not_count(model):
    line, *_others = copy_lines(model, [took(10)])
    question = InformationRequest.objects.create(
        line=line, due_on=MONDAY, asked_by=line.case.applicant
    )
    asked_on, answered_on = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
    InformationRequest.objects.filter(pk=question.pk).update(
        asked_at=at_noon(asked_on), answered_at=at_noon(answered_on)
    )

    (found,) = counted()

    assert (found.days, found.questions, found.is_late) == (7, 1, False)


def test_line_counts_in_the_period_of_its_letter_only(model):
    copy_lines(model, [took(1), took(1, sent_on=date(2024, 12, 31)), took(1, sent_on=MONDAY)])

    assert len(counted()) == 2
    assert len(counted(Period(date(2024, 12, 31), date(2024, 12, 31)))) == 1


def test_open_line_over_its_day_is_late_and_one_that_waits_for_an_answer_is_not(model):
    over = {"complete_on": MONDAY, "due_on": date(2025, 4, 1), "sent_on": None}
    copy_lines(model, [over | {"state": LineState.UNDER_REVIEW}])
    copy_lines(model, [over | {"state": LineState.INFO_REQUESTED}])
    coming = timezone.localdate() + timedelta(days=9)
    copy_lines(model, [over | {"state": LineState.UNDER_REVIEW, "due_on": coming}])

    (found,) = counted()

    assert (found.outcome, found.is_late, found.days) == ("open", True, None)


def test_inadmissible_counts_as_asked_and_not_in_the_days(model):
    copy_lines(model, [took(2)] * 5)
    copy_lines(model, [took(3, state=LineState.INADMISSIBLE)] * 5)

    total = table_by("month").total

    assert texts(total) == ["10", "2", "–", "60", "30", "50", "0", "0", "0"]


def test_withdrawn_lines_are_not_counted(model):
    copy_lines(model, [took(3, state=LineState.WITHDRAWN, sent_on=None)])

    assert counted() == []


def test_groups_by_field_body_country_and_programme(model):
    institution = model.case.institution
    here, there = (make_awarding_body(institution, country=c) for c in ("ES", "FR"))
    module = make_module(make_programme_version(institution))
    copy_lines(model, [took(2, body=here)] * 6 + [took(4, body=there, module=module)] * 7)

    groups = Groups(counted(), 5)

    by = {
        name: [(r.label, texts(r)[0]) for r in by_group(groups, name).rows]
        for name in ("issuer", "country")
    }
    assert by == {
        "issuer": [(there.name, "7"), (here.name, "6")],
        "country": [("France", "7"), ("Spain", "6")],
    }


# What is hidden ----------------------------------------------------------------------------------


def test_small_group_is_hidden_and_another_one_with_it(model):
    institution = model.case.institution
    large, middle, small = (make_awarding_body(institution, name=f"{n} U") for n in "LMS")
    rows = [took(2, body=large)] * 12 + [took(4, body=middle)] * 6 + [took(20, body=small)] * 3
    copy_lines(model, rows)

    table = table_by("issuer")

    shown = {row.label: set(texts(row)) for row in table.rows if row.label != "L U"}
    assert shown == {"M U": {"not shown"}, "S U": {"< 5"}}
    assert texts(table.total)[0] == "21"


def test_subtraction_from_the_total_gives_nothing(model):
    """Whoever knows all shown rows and the total is left with at least two groups and 5 lines."""
    institution = model.case.institution
    bodies = [make_awarding_body(institution) for _ in range(4)]
    sizes = (9, 8, 7, 1)
    copy_lines(
        model, [took(2, body=b) for b, n in zip(bodies, sizes, strict=True) for _ in range(n)]
    )

    table = table_by("issuer")

    known = [int(texts(row)[0]) for row in table.rows if row.values[0].amount is not None]
    hidden_rows = [row for row in table.rows if row.values[0].amount is None]
    assert (len(hidden_rows), int(texts(table.total)[0]) - sum(known)) == (2, 8)


def test_hidden_university_cannot_be_had_from_its_country(model):
    institution = model.case.institution
    spanish = [make_awarding_body(institution, country="ES") for _ in range(2)]
    french = make_awarding_body(institution, country="FR")
    rows = [took(2, body=spanish[0])] * 9 + [took(2, body=spanish[1])] * 2
    copy_lines(model, rows + [took(2, body=french)] * 8)

    groups = Groups(counted(), 5)

    spain, of_spain = (
        texts(by_group(groups, "country").rows[0])[0],
        {row.label: texts(row)[0] for row in by_group(groups, "issuer").rows},
    )
    assert spain == "11"
    assert of_spain[spanish[0].name] == "not shown"
    assert of_spain[spanish[1].name] == "< 5"


def test_column_about_fewer_lines_is_hidden_alone(model):
    copy_lines(model, [took(2)] * 3 + [took(3, state=LineState.INADMISSIBLE)] * 6)

    (row,) = table_by("month").rows

    assert texts(row)[:4] == ["9", "< 5", "< 5", "54"]


def test_rare_decisions_are_hidden(model):
    copy_lines(model, [took(2)] * 12 + [took(2, type=PARTIAL)] * 6 + [took(2, type=REFUSAL)])

    table = by_outcome(Groups(counted(), 5))

    assert [(row.label, texts(row)) for row in table.rows] == [
        ("Recognise in full", ["12", "63"]),
        ("Recognise in part", ["not shown", "not shown"]),
        ("Refuse", ["< 5", "< 5"]),
    ]


# Agreement and consistency -----------------------------------------------------------------------


def test_equal_questions_with_different_answers_are_found(model):
    body = make_awarding_body(model.case.institution)
    same = {"body": body, "course": "DA-1"}
    copy_lines(model, [took(2, **same), took(3, **same, type=REFUSAL, ects=0)])
    copy_lines(model, [took(2, body=body, course="DA-2", type=REFUSAL)])

    (equal,) = consistency.equal_questions(counted())
    table = consistency.table_of_differences([equal], 50)

    assert (equal.is_consistent, len(equal.lines)) == (False, 2)
    assert [row.url for row in table.rows] == [
        reverse("line-detail", args=[line.uuid]) for line in equal.lines
    ]


def test_course_without_a_code_is_the_same_by_its_title(model):
    body = make_awarding_body(model.case.institution)
    copy_lines(model, [took(2, body=body, title=t) for t in ("Statistics I", "statistics i", "X")])

    (equal,) = consistency.equal_questions(counted())

    assert (equal.is_consistent, len(equal.lines)) == (True, 2)


def agreement_of(lines=None):
    return consistency.agreement(counted_in(lines or Line.objects.all(), YEAR))


def test_reviewers_who_agree_have_a_kappa_of_one_and_not_applicable_is_left_out(model):
    copy_lines(model, [took(2)] * 5, opinions=True)

    before = agreement_of()
    last = Review.objects.filter(line__case__reference__startswith="NUM").values("pk")[:1]
    Line.objects.get(reviews=last[0]["pk"]).reviews.first().ratings.update(
        rating=Rating.NOT_APPLICABLE
    )

    assert before.kappa == pytest.approx(1)
    assert before.compared == 5
    assert agreement_of().kappa == pytest.approx(1)


def test_lines_whose_opinions_an_answer_opened_again_are_left_out(model):
    line, *_others = copy_lines(model, [took(2)] * 5, opinions=True)
    InformationRequest.objects.create(
        line=line,
        due_on=MONDAY,
        asked_by=line.case.applicant,
        answered_at=timezone.now(),
    )

    assert agreement_of().compared == 4


def test_decision_that_departs_from_the_majority_is_counted(model):
    line, *_others = copy_lines(model, [took(2)] * 5, opinions=True)
    decision = line.decisions.get()
    outcome = next(one for one, rating in decision.outcome_ratings.items() if rating == Rating.FULL)
    decision.outcome_ratings[outcome] = Rating.NOT_MET
    decision.save()

    found = agreement_of()

    assert (found.left, found.majorities) == (1, 5 * len(decision.outcome_ratings))


def test_remedies_are_counted_and_few_of_a_kind_hidden(model):
    lines = copy_lines(model, [took(2)] * 12)
    for number, line in enumerate(lines[:9]):
        Objection.objects.create(
            line=line,
            kind="objection" if number < 6 else "appeal",
            body=line.committee,
            from_state=LineState.NOTIFIED,
            grounds="Outcome 2 is in the handbook.",
            filed_at=timezone.now(),
            due_on=timezone.localdate(),
            result="dismissed" if number % 2 else "upheld",
            reasons="It is not.",
            number=f"O-{number}",
            decided_by=line.case.applicant,
            decided_at=timezone.now(),
        )

    table = remedies.table_of(counted_in(Line.objects.all(), YEAR), 5)

    assert [texts(row) for row in table.rows] == [["not shown"] * 3, ["< 5"] * 3]
    assert texts(table.total) == ["9", "9", "56"]
    assert texts(table_by("month").total)[-1] == "75"


# Pages and files ---------------------------------------------------------------------------------


def page(client, user, query=LAST_YEAR):
    client.force_login(user)
    return client.get(reverse("numbers"), query)


def test_page_has_a_plot_that_tells_its_story_and_the_table_beneath(client, model):
    copy_lines(model, [took(2)] * 6 + [took(9)] * 5)

    tree = html.fromstring(page(client, make_registrar(model.case.institution)).content)

    for plot in tree.xpath("//svg[@class='plot']"):
        named = plot.get("aria-labelledby").split()
        assert [plot.find("title").get("id"), plot.find("desc").get("id")] == named
        assert plot.getnext().tag == "table"
    assert len(tree.xpath("//svg[@class='plot']")) == 3


def test_hidden_figures_are_in_no_part_of_page_and_file(client, model):
    institution = model.case.institution
    large, small = (make_awarding_body(institution, name=n) for n in ("Large U", "Small U"))
    rows = [took(2, body=large)] * 11 + [took(19, body=small, ects=1.5, type=PARTIAL)] * 3
    copy_lines(model, rows)
    registrar = make_registrar(institution)

    shown = page(client, registrar, LAST_YEAR | {"by": "issuer"}).content.decode()
    file = client.get(reverse("numbers-download", args=["issuer"]), LAST_YEAR).content.decode()

    rects = html.fromstring(shown).xpath("//svg[contains(@aria-labelledby, 'plot-issuer')]")
    assert rects == []
    lines = list(csv.reader(io.StringIO(file.lstrip("\ufeff"))))
    assert lines[1] == ["Large U", *["not shown"] * 9]
    assert lines[2] == ["Small U", *["< 5"] * 9]


@pytest.mark.parametrize(
    "table",
    [
        *("month", "programme", "field", "issuer", "country"),
        *("outcome", "days", "remedies", "agreement", "differences"),
    ],
)
def test_every_table_can_be_saved(client, model, table):
    copy_lines(model, [took(2)] * 6)
    client.force_login(make_registrar(model.case.institution))

    answer = client.get(reverse("numbers-download", args=[table]), LAST_YEAR)

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == (
        f'attachment; filename="numbers-{table}-2025-01-01.csv"'
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")


def test_file_is_in_the_language_of_its_reader_and_runs_no_formula():
    table = Table(
        *("x", "X", "=HYPERLINK(1)", ("Lines",)),
        rows=(
            Row("+1", (Value("2,5", 2.5),)),
            Row("\t-2", (Value("–"),)),
            Row("@x", (Value("1"),)),
        ),
    )
    with translation.override("de"):
        german = as_csv(table).decode("utf-8-sig")
    english = as_csv(table).decode("utf-8-sig")

    assert german == "'=HYPERLINK(1);Lines\r\n'+1;2,5\r\n'\t-2;–\r\n'@x;1\r\n"
    assert english == "'=HYPERLINK(1),Lines\r\n'+1,\"2,5\"\r\n'\t-2,–\r\n'@x,1\r\n"


@pytest.mark.parametrize("count", [1, 3, 100])
def test_numbers_take_the_same_queries_for_any_number(
    client, model, count, django_assert_num_queries
):
    copy_lines(model, [took(n % 30) for n in range(count)], opinions=True)
    client.force_login(make_registrar(model.case.institution))
    url = reverse("numbers")

    with django_assert_num_queries(19):
        response = client.get(url, LAST_YEAR)

    assert response.context["total"] == count


def test_empty_period_says_so(client, model):
    response = page(client, make_registrar(model.case.institution), {"period": "2024"})

    assert "Nothing was decided in this time" in response.content.decode()
    assert response.context["total"] == 0


@pytest.mark.parametrize(
    "query",
    [
        {"period": "x"},
        {"period": "between"},
        {"period": "between", "since": "2025-02-01", "until": "2025-01-01"},
        {"period": "between", "since": "0001-01-01", "until": "9999-12-31"},
        {"period": "between", "since": "a\x07b", "until": "1e400"},
        {"period": "9" * 40, "by": "%s%(x)s{0}"},
        {"by": "<script>"},
    ],
)
@pytest.mark.parametrize("address", ["numbers", "numbers-download"])
def test_values_that_mean_nothing_are_answered_with_this_year(client, model, query, address):
    client.force_login(make_registrar(model.case.institution))
    url = reverse(address, args=[] if address == "numbers" else ["month"])

    response = client.get(url, query)

    assert response.status_code == 200
    if address == "numbers":
        assert response.context["total"] == 1
        assert "<script>" not in response.content.decode().replace("<script type", "")


# Who sees them -----------------------------------------------------------------------------------


def seen_by(user) -> int:
    return counted_in(Line.objects.counted_for(user), YEAR).count()


def test_registrars_and_chairs_see_the_numbers_of_what_is_theirs(model):
    copy_lines(model, [took(2)] * 3)
    institution, committee = model.case.institution, model.committee
    elsewhere = Unit.objects.create(
        institution=institution, parent=root_of(institution), name={"en": "Music"}
    )
    (chair,) = seated(committee, SeatRole.CHAIR)
    found = {
        "registrar": seen_by(make_registrar(institution)),
        "chair": seen_by(chair),
        "member": seen_by(seated(committee)[0]),
        "registrar elsewhere": seen_by(make_staff(institution, Role.REGISTRAR, elsewhere)),
        "director": seen_by(make_staff(institution, Role.COURSE_DIRECTOR)),
        "applicant": seen_by(model.case.applicant),
    }

    assert found == {
        "registrar": 3,
        "chair": 3,
        "member": 0,
        "registrar elsewhere": 0,
        "director": 0,
        "applicant": 0,
    }


# For everybody -----------------------------------------------------------------------------------


def years_ago(days: int, **more) -> dict:
    last = timezone.localdate().year - 1
    return took(days, **more) | {"sent_on": date(last, 12, 1)}


def test_public_numbers_are_of_years_that_are_over_and_of_ten_lines(client, model):
    copy_lines(model, [years_ago(2)] * 10 + [took(2, sent_on=timezone.localdate())] * 20)

    (section,) = client.get(reverse("numbers-public")).context["sections"]

    (row,) = section["table"].rows
    assert row.label == str(model.case.institution)
    assert [texts(row)[0], *texts(row)[2:]] == ["10", "100", "100"]


def test_public_numbers_of_nine_lines_are_not_shown(client, model):
    copy_lines(model, [years_ago(2)] * 9)

    (section,) = client.get(reverse("numbers-public")).context["sections"]

    assert {text for row in section["table"].rows for text in texts(row)} == {"< 10"}


def test_public_institution_cannot_be_had_from_the_total(client, model):
    other = make_line(LineState.NOTIFIED)
    copy_lines(model, [years_ago(2)] * 30)
    copy_lines(other, [years_ago(2)] * 4)

    (section,) = client.get(reverse("numbers-public")).context["sections"]

    shown = {row.label: texts(row)[0] for row in section["table"].rows}
    assert shown == {
        str(model.case.institution): "not shown",
        str(other.case.institution): "< 10",
    }


def test_public_numbers_can_be_saved_for_a_year_that_is_over(client, model):
    copy_lines(model, [years_ago(2)] * 10)
    last = timezone.localdate().year - 1

    found = client.get(reverse("numbers-public-download", args=[last]))
    running = client.get(reverse("numbers-public-download", args=[last + 1]))

    assert (found.status_code, running.status_code) == (200, 404)
    assert Decimal(found.content.decode("utf-8-sig").splitlines()[1].split(",")[1]) == 10


def test_public_page_without_a_year_says_when_there_is_one(client):
    response = client.get(reverse("numbers-public"))

    assert "published when it is over" in response.content.decode()
