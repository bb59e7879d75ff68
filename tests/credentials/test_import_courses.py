"""Taking over catalogues: whole files, bad files, real files, and the same file again."""

import csv
import json
from collections import Counter
from dataclasses import replace
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from credentials.models import Course, CourseVersion, Institution, LearningOutcome, Role
from credentials.services import course_imports, courses, institutions
from credentials.standards import catalogue_files
from credentials.standards.catalogue_files import UnreadableFile, read_courses
from credentials.states import PublishingState
from credentials.verdict import Refused
from tests.factories.catalogue import make_course_version
from tests.factories.people import make_institution, make_registrar, make_staff, make_user
from tests.factories.recognition import make_line

pytestmark = pytest.mark.django_db

ROW = {
    "institution": "University of Testheim",
    "country": "DE",
    "code": "GEO1",
    "title": "Maps  and soils GEO1",
    "semester": "Semester 1",
    "aims": "How to draw.\nAnd read.",
    "learning_outcomes": ["Draw  maps", "Read maps"],
    "learning_outcomes_as_published": "Draw maps; read maps.",
}


@pytest.fixture
def institution():
    return make_institution(
        name={"en": "University of Testheim", "de": "Universität Testheim"}, languages=["en", "de"]
    )


def rows_of(*changes, **more):
    return read_courses(json.dumps([{**ROW, **change, **more} for change in changes]).encode())


def take_over(institution, *changes, **options):
    return course_imports.import_rows(institution, rows_of(*changes or [{}]), **options)


def problems_of(data):
    with pytest.raises(UnreadableFile) as problem:
        read_courses(data if isinstance(data, bytes) else data.encode())
    return problem.value.problems


# What becomes of a row


def test_row_becomes_a_draft_that_says_what_is_missing(institution):
    report = take_over(institution)

    version = CourseVersion.objects.get()
    assert (version.state, version.number, version.course.code) == ("draft", 1, "GEO1")
    assert version.title == {"en": "Maps and soils"}
    assert version.description == {"en": "How to draw.\nAnd read."}
    assert (version.term, version.further_information) == ("Semester 1", {})
    assert [o.text for o in version.outcomes.all()] == [{"en": "Draw maps"}, {"en": "Read maps"}]
    assert version.search_text.startswith(" maps and soils geo1 \n how to draw")
    assert report == course_imports.ImportReport(
        rows=1, created=["GEO1"], incomplete=[("GEO1", tuple(version.missing_elements()))]
    )


def test_row_can_state_all_that_a_course_must_state(institution):
    report = take_over(
        institution,
        {
            "ects": 2.5,
            "hours": "62.5",
            "eqf_level": 6,
            "language": "en",
            "isced_f": "0532",
            "assessment_type": "project",
            "assessment_criteria": "One map.",
            "participation_form": "online",
            "quality_assurance": "institution",
        },
    )

    version = CourseVersion.objects.get()
    assert (str(version.ects), version.eqf_level, version.isced_f) == ("2.5", 6, "0532")
    assert (report.incomplete, version.missing_elements()) == ([], [])


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("ects", "2.3", "ects: Ensure this value is a multiple of step size 0.5."),
        ("eqf_level", "six", "eqf_level: “six” value must be an integer."),
        ("assessment_type", "magic", "assessment_type: Value 'magic' is not a valid choice."),
        ("language", "<b>", "language: Use a language tag such as “en” or “de”."),
        ("isced_f", "77", "isced_f: Use a code of ISCED-F 2013, such as 06 or 0612."),
    ],
)
def test_row_with_a_wrong_fact_is_refused_and_named(institution, column, value, why):
    report = take_over(institution, {column: value}, {"code": "GEO2"})

    assert report.refused == [(1, "GEO1", why)]
    assert report.created == ["GEO2"]


def test_row_of_another_institution_is_refused(institution):
    report = take_over(
        institution,
        {"institution": "University of Elsewhere"},
        {"code": "A", "country": "FR"},
        {"code": "B", "institution": "UNIVERSITAT TESTHEIM"},
        {"code": "C", "institution": "", "country": ""},
    )

    assert report.refused == [
        (1, "GEO1", "it belongs to University of Elsewhere, not to University of Testheim."),
        (2, "A", "its country is FR, that of University of Testheim is DE."),
    ]
    assert report.created == ["B", "C"]


def test_repeated_rows_are_taken_once_and_others_with_their_code_refused(institution):
    report = take_over(institution, {}, {}, {"title": "Something else"})

    assert (report.created, report.repeated) == (["GEO1"], ["GEO1"])
    assert report.refused == [
        (3, "GEO1", "row 1 has this code too, with other content; that one was taken.")
    ]


def test_row_without_outcomes_keeps_their_text_for_whoever_parts_it(institution):
    report = take_over(institution, {"learning_outcomes": []})

    version = CourseVersion.objects.get()
    assert version.further_information == {"en": "Draw maps; read maps."}
    assert report.without_outcomes == ["GEO1"]
    assert report.incomplete[0][1][0] == "outcomes"


def test_row_can_be_in_another_language(institution):
    take_over(institution, {}, language="de")

    assert CourseVersion.objects.get().title == {"de": "Maps and soils"}


@pytest.mark.parametrize(
    ("title", "kept"),
    [("GEO1", "GEO1"), ("Maps - GEO1", "Maps"), ("GEO1 Maps", "GEO1 Maps"), ("A\n B", "A B")],
)
def test_title_is_tidied(institution, title, kept):
    take_over(institution, {"title": title})

    assert CourseVersion.objects.get().title == {"en": kept}


# Again


def test_same_rows_again_change_nothing(institution):
    take_over(institution)
    before = list(LearningOutcome.objects.values_list("pk", "uuid"))

    report = take_over(institution)

    assert (report.created, report.unchanged) == ([], ["GEO1"])
    assert list(LearningOutcome.objects.values_list("pk", "uuid")) == before


def test_changed_row_brings_an_untouched_draft_up_to_date(institution):
    take_over(institution)
    kept = LearningOutcome.objects.get(order=2)

    report = take_over(institution, {"learning_outcomes": ["Read maps", "Print maps"], "aims": "!"})

    version = CourseVersion.objects.get()
    assert report.updated == ["GEO1"]
    assert [(o.order, str(o)) for o in version.outcomes.all()] == [
        (1, "Read maps"),
        (2, "Print maps"),
    ]
    assert version.outcomes.first().uuid == kept.uuid
    assert version.description == {"en": "!"}
    assert version.search_text.endswith("\n read maps print maps ")


def test_what_people_changed_since_stays(institution):
    take_over(institution)
    director = make_staff(institution, Role.COURSE_DIRECTOR)
    courses.edit(CourseVersion.objects.get(), by=director, title={"en": "Our maps"})

    report = take_over(institution)

    assert CourseVersion.objects.get().title == {"en": "Our maps"}
    assert report.refused == [
        (1, "GEO1", "it was changed or published here since; it stays as it is.")
    ]


def test_what_people_only_completed_is_unchanged(institution):
    take_over(institution)
    director = make_staff(institution, Role.COURSE_DIRECTOR)
    courses.edit(CourseVersion.objects.get(), by=director, eqf_level=6)

    assert take_over(institution).unchanged == ["GEO1"]


def test_what_is_published_stays(institution):
    version = make_course_version(institution, code="GEO1")

    report = take_over(institution)

    assert report.refused[0][1] == "GEO1"
    assert [v.pk for v in CourseVersion.objects.all()] == [version.pk]


def test_what_learners_have_applied_against_stays(institution):
    version = make_line().module.course_version
    CourseVersion.objects.filter(pk=version.pk).update(published_at=None, state="draft")
    owner = version.course.institution
    change = {"institution": "", "country": "", "code": version.course.code}

    report = take_over(owner, change)

    assert report.refused == [
        (
            1,
            version.course.code,
            "learners have applied against its learning outcomes; it stays as it is.",
        )
    ]


def test_dry_run_reports_the_same_and_changes_nothing(institution):
    dry = take_over(institution, {}, {"code": "B"}, dry_run=True)

    assert Course.objects.count() == 0
    assert take_over(institution, {}, {"code": "B"}) == dry


def test_import_is_for_registrars_of_the_whole_institution(institution):
    for user in (make_staff(institution, Role.COURSE_DIRECTOR), make_registrar(make_institution())):
        with pytest.raises(Refused, match="Only registrars"):
            take_over(institution, by=user)

    assert take_over(institution, by=make_registrar(institution)).created == ["GEO1"]


# Bad files


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("", "The file is empty."),
        (" \n", "The file is empty."),
        ('[{"code": "A", "ti', "This is not complete JSON: something is wrong at line 1, sign 16."),
        ('[{"code": "A", "title": "A", "ects": NaN}]', "This JSON holds numbers or nesting"),
        ('[{"ects": -Infinity}]', "This JSON holds numbers or nesting"),
        ("[" * 100_000, "This JSON holds numbers or nesting"),
        ('{"code": "A"}', "The JSON must be a list of courses"),
        ("[1, 2]", "Row 1 is not an object with columns"),
        ("<!doctype html><p>Error 404</p>", "This is a web page or XML, not a table."),
        (b"\xff\xfe\x00A", "The file is not UTF-8 text."),
        (b"PK\x03\x04", "This is an Excel file. Save it there as “CSV UTF-8”."),
        ("code;title\n" + "A;B;C", "Row 2 has more cells than the header has columns."),
        ('code,title\n"A,B', "Line 2 cannot be read as CSV."),
        ("code,title,colour\nA,B,C", "The column “colour” is not known."),
        ("code,code,title\nA,B,C", "The column “code” is there twice."),
    ],
)
def test_malformed_file_is_refused_with_a_reason(data, problem):
    assert problems_of(data)[0].startswith(problem)


def test_every_row_and_column_that_is_wrong_is_named():
    rows = [
        {**ROW, "title": 5},
        {**ROW, "code": ""},
        {**ROW, "learning_outcomes": "Draw maps"},
        {**ROW, "learning_outcomes": [None, {"a": 1}]},
        {**ROW, "title": "x" * 301},
        {**ROW, "ects": True},
    ]

    assert problems_of(json.dumps(rows)) == [
        "Row 1, column “title”: must be text.",
        "Row 2, column “code”: must not be empty.",
        "Row 3, column “learning_outcomes”: must be a list of at most 100 texts.",
        "Row 4, column “learning_outcomes”: must be text.",
        "Row 5, column “title”: is longer than 300 signs.",
        "Row 6, column “ects”: must be text.",
    ]


def test_many_problems_are_counted():
    problems = problems_of(json.dumps([{"code": "", "title": "x"}] * 500))

    assert (len(problems), problems[-1]) == (21, "… and 480 more.")


def test_file_has_its_limits(monkeypatch):
    monkeypatch.setattr(catalogue_files, "MAX_ROWS", 2)
    too_many = ["The file has more than 2 rows. Part it into several files."]

    assert problems_of(b"x" * (catalogue_files.MAX_BYTES + 1)) == ["The file is larger than 5 MB."]
    assert problems_of(json.dumps([ROW] * 3)) == too_many
    assert problems_of("code,title\n" + "A,B\n" * 3) == too_many


def test_hidden_signs_are_left_out():
    (row,) = rows_of({"title": "Ma\u0000ps\ud800", "aims": "a\r\nb\u202e"})

    assert (row.texts["title"], row.texts["aims"]) == ("Maps", "a\nb")


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_csv_says_the_same_as_json(sign):
    text = StringIO()
    writer = csv.writer(text, delimiter=sign)
    cells = {**ROW, "learning_outcomes": "Draw  maps|Read maps|"}
    writer.writerows([cells, cells.values(), []])

    (row,) = read_courses(text.getvalue().encode("utf-8-sig"))

    (same,) = rows_of({})
    assert row == replace(same, number=2)


# The command


def run(*arguments):
    out = StringIO()
    call_command("import_courses", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_command_prints_what_it_did(institution, tmp_path):
    file = tmp_path / "courses.json"
    file.write_text(json.dumps([ROW, ROW]))

    first = run(str(file), "--institution", institution.slug)
    second = run(str(file), "--institution", institution.slug, "--dry-run")

    missing = (
        "Credits or hours, Level (EQF), Type of assessment, Assessment criteria, "
        "Form of participation, Quality assurance."
    )
    assert first == [
        "2 rows, 1 different courses.",
        "New drafts: 1.",
        "Repeated in the file, taken once: GEO1.",
        f"1 course stays a draft until it states: {missing}",
    ]
    assert second[1] == "Already here, nothing to change: 1."
    assert second[-1] == "Nothing was changed (--dry-run)."


def test_command_fails_when_no_row_could_be_taken(institution, tmp_path):
    file = tmp_path / "courses.json"
    rows = [{**ROW, "code": f"GEO{n}", "institution": "Elsewhere"} for n in range(14)]
    file.write_text(json.dumps(rows))

    with pytest.raises(CommandError) as problem:
        run(str(file), "--institution", institution.slug)

    assert str(problem.value).splitlines() == [
        "14 rows, 0 different courses.",
        "Not taken: row 1 (GEO0), row 2 (GEO1), row 3 (GEO2), row 4 (GEO3), row 5 (GEO4), "
        "row 6 (GEO5), row 7 (GEO6), row 8 (GEO7), row 9 (GEO8), row 10 (GEO9), row 11 (GEO10), "
        "row 12 (GEO11), and 2 more: it belongs to Elsewhere, not to University of Testheim.",
    ]


def test_command_names_what_it_cannot_use(institution, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps([ROW])[:-20])

    with pytest.raises(CommandError, match=r"nothing was changed\.\nThis is not complete JSON"):
        run(str(broken), "--institution", institution.slug)
    with pytest.raises(CommandError, match=r"There is no institution “nowhere”\. Known: testheim"):
        run(str(broken), "--institution", "nowhere")
    with pytest.raises(CommandError, match="No such file"):
        run(str(tmp_path / "none.json"), "--institution", institution.slug)
    assert Course.objects.count() == 0


def test_real_catalogues_are_185_courses(shared):
    for slug, name, country in (
        ("glasgow", "University of Glasgow", "GB"),
        ("deakin", "Deakin University", "AU"),
    ):
        institutions.create(
            slug=slug,
            name={"en": name},
            country=country,
            number_prefix=slug[:3].upper(),
            languages=["en"],
            by=None,
        )
    files = {
        "glasgow": shared / "data" / "catalogue_glasgow_computing.json",
        "deakin": shared / "data" / "catalogue_deakin_it.json",
    }

    def import_all():
        return {
            slug: course_imports.import_rows(
                Institution.objects.get(slug=slug), read_courses(file.read_bytes())
            )
            for slug, file in files.items()
        }

    first, second = import_all(), import_all()

    assert {slug: report.rows for slug, report in first.items()} == {"glasgow": 127, "deakin": 79}
    assert {slug: len(r.created) for slug, r in first.items()} == {"glasgow": 127, "deakin": 58}
    assert len(first["glasgow"].without_outcomes) == 19
    assert len(Counter(first["deakin"].repeated)) == 18
    assert [report.refused for report in first.values()] == [[], []]
    assert {slug: len(r.unchanged) for slug, r in second.items()} == {"glasgow": 127, "deakin": 58}
    assert CourseVersion.objects.filter(state=PublishingState.DRAFT).count() == 185
    title = CourseVersion.objects.get(course__code="COMPSCI1016").title["en"]
    assert title == "Computing Science - 1CT Introduction to Computational Thinking"
    glasgow = Institution.objects.get(slug="glasgow")
    foreign = course_imports.import_rows(glasgow, read_courses(files["deakin"].read_bytes()))
    assert (foreign.courses, len(foreign.refused)) == (0, 79)


# In the browser


@pytest.fixture
def registrar(client, institution):
    user = make_registrar(institution)
    client.force_login(user)
    return user


def upload(client, institution, data, name="courses.json"):
    file = SimpleUploadedFile(name, data if isinstance(data, bytes) else json.dumps(data).encode())
    return client.post(reverse("course-import"), {"institution": institution.pk, "file": file})


def test_upload_is_previewed_then_confirmed(client, registrar, institution):
    preview = upload(client, institution, [ROW])

    assert "New drafts: 1." in preview.content.decode()
    assert Course.objects.count() == 0
    content = preview.context["content"]
    data = {"institution": institution.pk, "content": content, "confirm": "1"}
    answers = [client.post(reverse("course-import"), data) for _time in range(2)]
    assert [answer["Location"] for answer in answers] == [reverse("catalogue")] * 2
    assert CourseVersion.objects.get().title == {"en": "Maps and soils"}


def test_upload_of_a_bad_file_names_what_is_wrong(client, registrar, institution):
    answers = [
        upload(client, institution, b"<html>", "courses.json"),
        upload(client, institution, [{"code": "A"}]),
        client.post(reverse("course-import"), {"institution": institution.pk}),
    ]

    assert [answer.context["form"].errors["file"] for answer in answers] == [
        ["This is a web page or XML, not a table. Save it as CSV (UTF-8)."],
        ["Row 1, column “title”: must not be empty."],
        ["Choose a file."],
    ]


def test_upload_goes_to_ones_own_institution_only(client, registrar):
    other = make_institution()

    answer = upload(client, other, [ROW])

    assert "institution" in answer.context["form"].errors
    assert Course.objects.count() == 0


def test_upload_is_for_registrars(client, institution):
    client.force_login(make_staff(institution, Role.COURSE_DIRECTOR))

    assert client.get(reverse("course-import")).status_code == 403


def test_preview_shows_markup_as_text(client, registrar, institution):
    row = {**ROW, "code": "<script>x</script>"}

    text = upload(client, institution, [row, row]).content.decode()

    assert "<script>x" not in text


# Institutions


def test_add_institution_makes_its_root_unit():
    out = StringIO()
    call_command(
        "add_institution",
        *("--name", "University of Northmere", "--name", "de=Universität Northmere"),
        *("--country", "gb", "--slug", "northmere", "--prefix", "NOR"),
        stdout=out,
    )

    institution = Institution.objects.get()
    names = {"en": "University of Northmere", "de": "Universität Northmere"}
    assert (institution.name, institution.country) == (names, "GB")
    assert institution.languages == ["en", "de"]
    assert [(unit.name, unit.path) for unit in institution.units.all()] == [
        (names, f"/{institution.units.get().pk}/")
    ]
    assert out.getvalue() == "Added University of Northmere: /institutions/northmere/\n"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"--slug": "testheim x"}, "--slug"),
        ({"--country": "GBR"}, "--country"),
        ({"--prefix": "n"}, "--prefix"),
        ({"--languages": "da"}, "do not exist in da"),
        ({"--slug": "taken"}, "There is an institution with the short name taken already"),
        ({"--prefix": "TAK"}, "The prefix TAK is taken already"),
    ],
)
def test_add_institution_names_what_is_wrong(change, problem):
    make_institution(slug="taken", number_prefix="TAK")
    given = {"--name": "N", "--country": "GB", "--slug": "n", "--prefix": "NOR"} | change

    with pytest.raises(CommandError, match=problem):
        call_command("add_institution", *[part for pair in given.items() for part in pair])

    assert Institution.objects.count() == 1


def test_add_registrar_appoints_an_account_once(institution):
    user = make_user("Orla Finnery", email="orla@northmere.example")
    out = StringIO()

    for _ in range(2):
        call_command(
            "add_registrar", "Orla@northmere.example", institution=institution.slug, stdout=out
        )

    root = institution.units.get(parent=None)
    assert [(m.unit, m.role) for m in user.memberships.all()] == [(root, Role.REGISTRAR)]
    assert out.getvalue() == f"Orla Finnery is registrar of {institution}.\n" * 2


@pytest.mark.parametrize(
    ("email", "slug", "problem"),
    [
        ("nobody@northmere.example", "", "Nobody has an account with nobody@northmere.example"),
        ("orla@northmere.example", "x", "There is no institution “x”"),
    ],
)
def test_add_registrar_names_what_is_wrong(institution, email, slug, problem):
    make_user(email="orla@northmere.example")

    with pytest.raises(CommandError, match=problem):
        call_command("add_registrar", email, institution=slug or institution.slug)

    assert not institution.units.get(parent=None).memberships.exists()
