"""Agreements with other institutions: typed in or from a file, checked first, applied at once."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from credentials.models import CourseVersion
from credentials.standards.catalogue_files import UnreadableFile
from credentials.states import PublishingState
from credentials.verdict import Refused
from recognition.agreement_files import AgreementRow, read_agreements
from recognition.models import Precedent
from recognition.services import agreements, automatic, precedents
from recognition.sources import facts_of
from recognition.states import LineState
from recognition.vocabulary import DecisionType, PrecedentLevel
from tests.factories.catalogue import make_course_version, make_module, make_programme_version
from tests.factories.people import make_awarding_body, make_institution, make_registrar
from tests.factories.precedents import make_decided

pytestmark = pytest.mark.django_db

UNTIL = timezone.localdate() + timedelta(days=400)
PARTS = [("2", [1, 2]), ("4", [3, 4])]


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def registrar(client, institution):
    user = make_registrar(institution)
    client.force_login(user)
    return user


@pytest.fixture
def module(institution):
    return make_module(make_programme_version(institution), parts=PARTS)


@pytest.fixture
def body(institution):
    return make_awarding_body(institution)


def row_of(place, issuer, **fields) -> AgreementRow:
    said = {
        "body": issuer.name,
        "country": issuer.country,
        "programme": place.programme_version.programme.code,
        "module": place.code,
        "basis": "Agreement of 1 May 2026",
        "valid_from": timezone.localdate(),
        "valid_until": UNTIL,
        "course_code": "CS-101",
        "eqf_level": 6,
        "ects": Decimal("5"),
        "assessment_type": "written_exam",
        "outcomes": ((("en", "Write a program."),),),
    }
    return AgreementRow(**{**said, **fields})


def csv_of(place, issuer, **cells) -> bytes:
    said = {
        "body": issuer.name,
        "country": issuer.country,
        "course_code": "CS-101",
        "course_title": "Programming",
        "programme": place.programme_version.programme.code,
        "module": place.code,
        "valid_until": UNTIL.isoformat(),
        "basis": "Agreement of 1 May 2026",
        **cells,
    }
    return f"{';'.join(said)}\n{';'.join(said.values())}\n".encode()


def test_whole_agreement_stands_and_rests_on_no_case(registrar, module, body):
    agreements.enter(body.institution, [row_of(module, body)], by=registrar)

    precedent = Precedent.objects.get()
    source, target = precedent.sources.get(), precedent.targets.get()
    assert (precedent.level, precedent.type, precedent.decision) == (
        PrecedentLevel.STANDING,
        DecisionType.FULL_SUBSTITUTION,
        None,
    )
    assert (source.awarding_body, source.course_key) == (body, "code:cs-101")
    assert (target.module, precedent.valid_to) == (module, UNTIL)


def test_equal_case_is_decided_by_an_agreement_at_once():
    decided = make_decided(standing=False)
    institution = decided.line.case.institution
    source = decided.line.sources.get()
    facts = facts_of(source)
    row = row_of(
        decided.module,
        source.awarding_body,
        course_code=facts.course_code,
        course_title=facts.title["en"],
        version=facts.course_version,
        eqf_level=facts.eqf_level,
        ects=facts.ects,
        assessment_type=facts.assessment_type,
        supervision=facts.supervision,
        outcomes=tuple(tuple(outcome.text.items()) for outcome in facts.outcomes),
    )
    agreements.enter(institution, [row], by=make_registrar(institution))
    case = decided.apply()

    automatic.run(case)

    line = case.lines.get()
    assert line.state == LineState.AUTO_DECIDED
    assert "The university has agreed to recognise this" in line.decision.reasons


@pytest.mark.parametrize("fields", [{"outcomes": ()}, {"eqf_level": None}, {"parts": (1,)}])
def test_what_is_left_open_or_in_part_is_an_example(registrar, module, body, fields):
    row = row_of(module, body, **fields)

    agreements.enter(body.institution, [row], by=registrar)

    precedent = Precedent.objects.get()
    parts = [part.order for part in precedent.targets.get().parts.all()]
    assert precedent.level == PrecedentLevel.INDICATIVE
    assert (precedent.type == DecisionType.PARTIAL) == bool(parts)


def test_same_agreement_is_entered_once(registrar, module, body):
    row = row_of(module, body)

    entered = [
        agreements.enter(body.institution, [row, replace(row, number=2)], by=registrar)
        for _again in range(2)
    ]

    assert [[one.is_known for one in rows] for rows in entered] == [[False, True], [True, True]]
    assert Precedent.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"parts": (1,)},
        {"module": ""},
        {"eqf_level": 7},
        {"ects": Decimal("6")},
        {"outcomes": ((("en", "Test a program."),),)},
        {"awarded_from": timezone.localdate()},
        {"valid_from": timezone.localdate() + timedelta(days=9)},
        {"valid_until": UNTIL + timedelta(days=9)},
    ],
)
def test_agreement_that_says_something_else_is_entered_beside_the_other(
    registrar, module, body, fields
):
    agreements.enter(body.institution, [row_of(module, body)], by=registrar)
    other = row_of(module, body, **fields)

    (entered,) = agreements.enter(body.institution, [other], by=registrar)

    assert (entered.is_known, Precedent.objects.count()) == (False, 2)


def test_example_that_was_to_decide_stays_known(registrar, module, body):
    row = row_of(module, body)
    agreements.enter(body.institution, [row], by=registrar)
    Precedent.objects.update(level=PrecedentLevel.INDICATIVE)

    (again,) = agreements.enter(body.institution, [row], by=registrar)

    assert again.is_known


def test_row_without_a_first_day_is_known_on_later_days(registrar, module, body):
    row = row_of(module, body, valid_from=None)
    agreements.enter(body.institution, [row], by=registrar)
    Precedent.objects.update(valid_from=timezone.localdate() - timedelta(days=30))

    (again,) = agreements.enter(body.institution, [row], by=registrar)

    assert again.is_known


def test_row_of_an_agreement_that_was_prolonged_is_known(registrar, module, body):
    row = row_of(module, body)
    agreements.enter(body.institution, [row], by=registrar)
    precedents.prolong(Precedent.objects.get(), UNTIL + timedelta(days=365), by=registrar)

    (again,) = agreements.enter(body.institution, [row], by=registrar)

    assert (again.is_known, Precedent.objects.count()) == (True, 1)


def test_preview_and_result_count_the_same_agreements(registrar, module, body):
    rows = [row_of(module, body, number=number) for number in (2, 3)]

    preview, result = (
        agreements.enter(body.institution, rows, by=registrar, dry_run=dry) for dry in (True, False)
    )

    assert [one.is_known for one in preview] == [one.is_known for one in result] == [False, True]


def test_long_file_asks_the_database_no_more_often_than_a_short_one(registrar, module, body):
    agreements.enter(body.institution, [row_of(module, body)], by=registrar)
    asked = []
    for count in (3, 30):
        rows = [row_of(module, body, parts=(1,), course_code=f"{count}-{n}") for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            agreements.enter(body.institution, rows, by=registrar)
        asked.append(len(queries))

    assert asked[0] == asked[1]
    numbers = [precedent.number[-4:] for precedent in Precedent.objects.order_by("pk")]
    assert numbers == [f"{number:04}" for number in range(1, 35)]


def test_file_that_takes_too_long_to_enter_is_refused(module, body):
    head, row = csv_of(module, body).decode().strip().split("\n")
    data = "\n".join([head, *[row] * 2001]).encode()

    with pytest.raises(UnreadableFile) as found:
        read_agreements(data)

    too_many = "The file has more than 2000 rows. Part it into several files."
    assert found.value.problems == [too_many]


def test_name_in_other_case_names_a_body_only_where_it_is_the_only_one(registrar, module, body):
    other = make_awarding_body(body.institution, name=body.name.upper())

    (exact,) = agreements.enter(body.institution, [row_of(module, other)], by=registrar)
    with pytest.raises(UnreadableFile) as found:
        agreements.enter(
            body.institution, [row_of(module, body, body=body.name.lower())], by=registrar
        )

    assert exact.body == other
    assert found.value.problems == [
        f"Row 1, column “body”: “{body.name.lower()}” could be several. "
        "Write it exactly as the one you mean."
    ]


def test_code_names_the_newest_version_of_a_course(registrar, module, body):
    older = module.course_version
    newer = make_course_version(body.institution)
    CourseVersion.objects.filter(pk=older.pk).update(state=PublishingState.RETIRED)
    CourseVersion.objects.filter(pk=newer.pk).update(course=older.course, number=2)
    newer.refresh_from_db()
    newest = make_module(module.programme_version, course_version=newer)

    (entered,) = agreements.enter(body.institution, [row_of(module, body)], by=registrar)

    assert (entered.module, entered.module.code) == (newest, module.code)


def test_code_of_two_courses_names_neither(registrar, module, body):
    other = make_course_version(make_institution(), code=module.code)
    make_module(module.programme_version, course_version=other)

    with pytest.raises(UnreadableFile) as found:
        agreements.enter(body.institution, [row_of(module, body)], by=registrar)

    assert found.value.problems == [
        f"Row 1, column “module”: Several are called exactly “{module.code}”. "
        "Have all but one of them renamed."
    ]


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"body": "Nowhere"}, "body"),
        ({"programme": "XX"}, "programme"),
        ({"module": "XX"}, "module"),
        ({"parts": (9,)}, "parts"),
        ({"module": "", "parts": (1,)}, "parts"),
        ({"valid_until": timezone.localdate()}, "valid_until"),
        ({"valid_until": timezone.localdate() + timedelta(days=5000)}, "valid_until"),
        ({"awarded_from": UNTIL, "awarded_until": timezone.localdate()}, "awarded_until"),
    ],
)
def test_one_wrong_row_is_named_and_nothing_is_entered(registrar, module, body, fields, column):
    rows = [row_of(module, body, number=2), row_of(module, body, number=3, **fields)]

    with pytest.raises(UnreadableFile) as found:
        agreements.enter(body.institution, rows, by=registrar)

    (problem,) = found.value.problems
    assert problem.startswith(f"Row 3, column “{column}”:")
    assert Precedent.objects.count() == 0


def test_only_registrars_of_the_institution_enter_agreements(module, body):
    stranger = make_registrar(make_institution())

    with pytest.raises(Refused, match="registrar"):
        agreements.enter(body.institution, [row_of(module, body)], by=stranger)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"course_code": "", "course_title": ""}, "course_code”: or course_title must be given."),
        ({"country": "XX"}, "country”: “XX” is no country."),
        ({"eqf_level": "9"}, "eqf_level”: must be a number from 1 to 8."),
        ({"ects": "many"}, "ects”: must be a number up to 60"),
        ({"parts": "one"}, "parts”: must be numbers of parts"),
        ({"valid_until": ""}, "valid_until”: must not be empty."),
        ({"valid_until": "soon"}, "valid_until”: must be a day"),
        ({"supervision": "none"}, "supervision”: must be one of: "),
    ],
)
def test_file_names_row_and_column(module, body, cells, problem):
    with pytest.raises(UnreadableFile) as found:
        read_agreements(csv_of(module, body, **cells))

    assert any(f"Row 2, column “{problem}" in one for one in found.value.problems)


def test_registrar_types_an_agreement_in(client, registrar, institution, module, body):
    url = reverse("agreement-new", args=[institution.slug])
    said = {
        "body": body.pk,
        "course_title": "Programming",
        "course_code": "CS-101",
        "language": "en",
        "outcomes": "Write a program.\nTest it.",
        "programme": module.programme_version.programme.code,
        "module": "XX",
        "parts": "1, 2",
        "valid_from": timezone.localdate().isoformat(),
        "valid_until": UNTIL.isoformat(),
        "basis": "Agreement of 1 May 2026",
    }

    wrong = client.post(url, said)
    right = client.post(url, {**said, "module": module.code}, follow=True)

    assert wrong.context["form"].errors == {
        "module": ["The programme has no module with this code."]
    }
    assert "It is entered." in right.content.decode()
    assert [part.order for part in Precedent.objects.get().targets.get().parts.all()] == [1, 2]


def test_file_is_shown_before_anything_is_entered(client, registrar, institution, module, body):
    url = reverse("agreement-import", args=[institution.slug])
    file = SimpleUploadedFile("a.csv", csv_of(module, body))

    preview = client.post(url, {"file": file})
    before = Precedent.objects.count()
    client.post(url, {"content": preview.context["content"], "confirm": "1"})
    again = client.post(url, {"content": preview.context["content"]})

    assert "Shown as an example" in preview.content.decode()
    assert (before, Precedent.objects.count()) == (0, 1)
    assert "There is nothing to take over." in again.content.decode()


def test_mistakes_of_a_file_are_told_beside_it(client, registrar, institution, module, body):
    file = SimpleUploadedFile("a.csv", csv_of(module, body, module="XX"))

    page = client.post(reverse("agreement-import", args=[institution.slug]), {"file": file})

    assert page.context["form"].errors["file"] == [
        "Row 2, column “module”: The programme has no module with this code."
    ]


def test_list_of_precedents_leads_to_the_form(client, registrar, institution, module, body):
    agreements.enter(institution, [row_of(module, body)], by=registrar)

    page = client.get(reverse("precedent-list")).content.decode()
    detail = client.get(reverse("precedent-detail", args=[Precedent.objects.get().uuid]))

    assert reverse("agreement-new", args=[institution.slug]) in page
    assert "Agreement of 1 May 2026" in detail.content.decode()


@pytest.mark.parametrize("way", ["form", "file"])
def test_agreement_that_does_not_decide_any_more_is_not_just_known(
    client, registrar, institution, module, body, way
):
    row = row_of(module, body, course_title="Programming", supervision="")
    agreements.enter(institution, [row], by=registrar)
    module.course_version.outcomes.first().delete()
    precedents.look_after()
    precedent = Precedent.objects.get()
    said = {
        "course_title": row.course_title,
        "course_code": row.course_code,
        "eqf_level": "6",
        "ects": "5",
        "assessment_type": row.assessment_type,
        "programme": row.programme,
        "module": row.module,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "basis": row.basis,
    }

    if way == "form":
        said |= {"body": body.pk, "language": "en", "outcomes": "Write a program."}
        url = reverse("agreement-new", args=[institution.slug])
        page = client.post(url, said, follow=True).text
        assert "It was entered before, and does not decide any more." in page
    else:
        said |= {"body": body.name, "country": body.country, "outcomes_en": "Write a program."}
        content = f"{';'.join(said)}\n{';'.join(said.values())}\n"
        url = reverse("agreement-import", args=[institution.slug])
        page = client.post(url, {"content": content}).text
        assert "Does not decide any more" in page
        assert reverse("precedent-detail", args=[precedent.uuid]) in page

    assert (Precedent.objects.get().demotion, precedent.number in page) == ("target", True)
