"""A register taken over from CSV: previewed, written as a whole or not at all; hostile files."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent, AwardingBody
from credentials.services import bodies
from credentials.services.audit import history_of
from credentials.services.body_imports import import_rows
from credentials.standards.body_files import COLUMNS, read_bodies, written
from credentials.standards.catalogue_files import UnreadableFile
from credentials.verdict import Refused, Stale
from tests.factories.people import (
    make_awarding_body,
    make_institution,
    make_registrar,
    make_user,
)

pytestmark = pytest.mark.django_db

FILE = """country;name;status;kind;quality_agency;evidence;checked_on;hours_per_ects;deqar_id
ES;Marisol Technical University;recognised;hei;Test Agency;National list;2026-05-31;25;DEQARINST9999
ie;Kestrel Learning;non_he;company;;;;;
IE;Campus Online;;platform;;;31.05.2026;27,5;
"""


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def registrar(client, institution):
    user = make_registrar(institution)
    client.force_login(user)
    return user


def take_over(institution, text, by):
    """Preview a file and write exactly what was shown; return what was done."""
    rows = read_bodies(text.encode() if isinstance(text, str) else text)
    shown = import_rows(institution, rows, by=by)
    return import_rows(institution, rows, by=by, seen=shown.mark)


def counts(report):
    return len(report.created), len(report.changed), report.same


# Reading


@pytest.mark.parametrize(
    "data",
    [
        FILE.encode(),
        b"\xef\xbb\xbf" + FILE.encode(),
        FILE.replace("27,5", "27.5").replace(";", ",").encode(),
        FILE.replace("\n", "\r\n").encode(),
    ],
    ids=["semicolon", "mark", "comma", "windows"],
)
def test_columns_are_read_by_name(data):
    marisol, kestrel, campus = read_bodies(data)

    assert (marisol.number, marisol.name, marisol.country) == (
        2,
        "Marisol Technical University",
        "ES",
    )
    assert marisol.columns == {
        "status": "recognised",
        "kind": "hei",
        "quality_agency": "Test Agency",
        "evidence": "National list",
        "checked_on": date(2026, 5, 31),
        "hours_per_ects": Decimal(25),
        "deqar_id": "DEQARINST9999",
    }
    assert (kestrel.country, kestrel.columns) == ("IE", {"status": "non_he", "kind": "company"})
    assert campus.columns == {
        "kind": "platform",
        "checked_on": date(2026, 5, 31),
        "hours_per_ects": Decimal("27.5"),
    }


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("name,country\n,ES", "Row 2, column “name”: must not be empty."),
        (
            "name,country\nA,Spain",
            "Row 2, column “country”: “SPAIN” is no country. Give two letters of ISO 3166, such "
            "as DE or ES.",
        ),
        ("name,country\nA,XX", None),
        (
            "name,country,status\nA,ES,famous",
            "Row 2, column “status”: must be one of: recognised, non_he, unknown, not_recognised.",
        ),
        ("name,country,kind\nA,ES,guild", None),
        (
            "name,country,kind,status\nA,ES,platform,recognised",
            "Row 2, column “status”: a platform cannot be recognised: it awards nothing itself.",
        ),
        (
            "name,country,checked_on\nA,ES,2999-01-01",
            "Row 2, column “checked_on”: must be a day that is past, written as 2026-05-31.",
        ),
        ("name,country,checked_on\nA,ES,yesterday", None),
        ("name,country,checked_on\nA,ES,2026-02-30", None),
        (
            "name,country,hours_per_ects\nA,ES,9",
            "Row 2, column “hours_per_ects”: must be a number from 10 to 60 with at most one "
            "decimal.",
        ),
        ("name,country,hours_per_ects\nA,ES,NaN", None),
        ("name,country,hours_per_ects\nA,ES,1e9999999", None),
        ("name,country,hours_per_ects\nA,ES,25.55", None),
        (
            "name,country,url\nA,ES,javascript:alert(1)",
            "Row 2, column “url”: must be a web address. It begins with https://.",
        ),
        (
            f"name,country\n{'x' * 201},ES",
            "Row 2, column “name”: is longer than 200 signs. Shorten it.",
        ),
        (
            "name,country\nA,ES\nB,ES\na,es",
            "Row 4, column “name”: “a” is in row 2 already. Keep one of the two rows.",
        ),
        ("name\nA", "The column “country” is missing in the first line."),
        ("name,country,rank\nA,ES,1", None),
        ("name,country,name\nA,ES,B", "The column “name” is there twice."),
        ("name,country", "The file has no rows below the header."),
        ("name,country\nA,ES,more", "Row 2 has more cells than the header has columns."),
        ('name,country\n"A,ES', "Line 2 cannot be read as CSV."),
        ("", "The file is empty."),
    ],
)
def test_file_with_a_mistake_names_it(row, problem):
    with pytest.raises(UnreadableFile) as refusal:
        read_bodies(row.encode())

    assert len(refusal.value.problems) == 1
    assert problem in (None, refusal.value.problems[0])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("Größe;Straße\n".encode("latin-1"), "not UTF-8"),
        ("name,country\nA,ES\n".encode("utf-16"), "not UTF-8"),
        (b"name,country\n" + b"x" * (5 * 1024 * 1024), "larger than 5 MB"),
        (b"name,country\n" + b"A,ES\n" * 20_001, "more than 10000 rows"),
        (
            b"name,country\n" + b"".join(b"A%d,ES\n" % n for n in range(10_001)),
            "more than 10000 rows",
        ),
        (b"name,country\n" + b"".join(b"A%d,Q%d\n" % (n, n) for n in range(100)), "no country"),
        (b"<html>", "web page"),
        (b"name," * 50_000, "is missing"),
    ],
    ids=["latin", "utf16", "huge", "endless", "too many", "all wrong", "html", "wide"],
)
def test_hostile_file_is_refused_as_a_whole(data, problem):
    with pytest.raises(UnreadableFile, match=problem) as refusal:
        read_bodies(data)

    assert len(refusal.value.problems) <= 21


def test_signs_that_end_texts_elsewhere_are_left_out():
    (row,) = read_bodies("name,country\nMari\x00sol\u202e TU,ES\n".encode())

    assert (row.name, row.country) == ("Marisol TU", "ES")


# Taking over


def test_preview_writes_nothing(institution, registrar):
    report = import_rows(institution, read_bodies(FILE.encode()), by=registrar)

    assert counts(report) == (3, 0, 0)
    assert not AwardingBody.objects.exists()


def test_file_is_taken_over_once(institution, registrar):
    first = take_over(institution, FILE, registrar)
    events = AuditEvent.objects.count()
    second = take_over(institution, FILE, registrar)

    assert (counts(first), counts(second)) == ((3, 0, 0), (0, 0, 3))
    assert AuditEvent.objects.count() == events
    kestrel = AwardingBody.objects.get(name="Kestrel Learning")
    assert (kestrel.country, kestrel.status, kestrel.checked_by) == ("IE", "non_he", None)
    marisol = AwardingBody.objects.get(name="Marisol Technical University")
    assert (marisol.checked_on, marisol.checked_by) == (date(2026, 5, 31), registrar)


def test_each_body_has_one_entry_in_the_log(institution, registrar):
    kept = make_awarding_body(institution, name="kestrel LEARNING", country="IE")

    report = take_over(institution, FILE, registrar)

    assert counts(report) == (2, 1, 0)
    told = {body.name: [e.action for e in history_of(body)] for body in AwardingBody.objects.all()}
    assert told == {
        "Campus Online": ["import"],
        "Marisol Technical University": ["import"],
        "kestrel LEARNING": ["import"],
    }
    kept.refresh_from_db()
    assert (kept.status, kept.kind, kept.version) == ("non_he", "company", 2)


def test_empty_cells_and_missing_columns_leave_what_is_there(institution, registrar):
    body = make_awarding_body(institution, name="A", did="did:web:a.example")

    report = take_over(institution, "name,country,quality_agency\nA,ES,\n", registrar)

    body.refresh_from_db()
    assert counts(report) == (0, 0, 1)
    assert (body.quality_agency, body.did) == ("Test Agency", "did:web:a.example")


def test_row_that_makes_its_entry_a_recognised_platform_stops_all(institution, registrar):
    make_awarding_body(institution, name="A", kind="platform", status="non_he")
    rows = read_bodies(b"name,country,status\nB,ES,recognised\nA,ES,recognised\n")

    with pytest.raises(UnreadableFile, match="Row 3, column “status”: A platform delivers"):
        import_rows(institution, rows, by=registrar, seen="")

    assert AwardingBody.objects.count() == 1


def test_only_what_was_shown_is_written(institution, registrar):
    body = make_awarding_body(institution, name="Kestrel Learning", country="IE")
    rows = read_bodies(FILE.encode())
    shown = import_rows(institution, rows, by=registrar)
    bodies.correct(body, by=registrar, status="not_recognised")

    with pytest.raises(Stale, match="The register was changed since you looked"):
        import_rows(institution, rows, by=registrar, seen=shown.mark)

    body.refresh_from_db()
    assert (body.status, AwardingBody.objects.count()) == ("not_recognised", 1)


def test_only_registrars_of_the_whole_institution_take_over(institution):
    rows = read_bodies(FILE.encode())

    for user in (make_user(), make_registrar(make_institution())):
        with pytest.raises(Refused):
            import_rows(institution, rows, by=user)


def test_ten_thousand_rows_are_taken_over_in_few_queries(
    institution, registrar, django_assert_max_num_queries
):
    text = "name,country\n" + "".join(f"Body {n},ES\n" for n in range(10_000))
    rows = read_bodies(text.encode())
    mark = import_rows(institution, rows, by=registrar).mark

    with django_assert_max_num_queries(400):
        report = import_rows(institution, rows, by=registrar, seen=mark)

    assert counts(report) == (10_000, 0, 0)
    assert AwardingBody.objects.count() == AuditEvent.objects.count() == 10_000


# Download


def test_download_is_taken_over_without_a_change(client, institution, registrar):
    take_over(institution, FILE, registrar)
    make_awarding_body(
        institution, name="=cmd|' /C calc'!A0", quality_agency="@SUM(1)", did="'=1", legal_id="-5"
    )

    answer = client.get(reverse("body-export"))
    report = take_over(institution, answer.content, registrar)

    assert counts(report) == (0, 0, 4)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == (
        f'attachment; filename="register-{institution.slug}.csv"'
    )
    text = answer.content.decode("utf-8-sig")
    assert text.splitlines()[0] == ",".join(COLUMNS)
    assert ",'@SUM(1)," in text


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "'=1", "''=1"])
def test_cells_that_a_spreadsheet_would_run_are_guarded(text):
    data = written([dict.fromkeys(COLUMNS, "") | {"name": text}]).decode("utf-8-sig")

    assert data.splitlines()[1].lstrip('"').startswith(f"'{text[:1]}")


# In the browser


def send(client, data, **more):
    file = SimpleUploadedFile("register.csv", data if isinstance(data, bytes) else data.encode())
    return client.post(reverse("body-import"), {"file": file, **more})


def confirmed(client, preview, **changes):
    said = {"content": preview.context["content"], "seen": preview.context["report"].mark}
    return client.post(reverse("body-import"), {**said, "confirm": "1", **changes})


def test_upload_is_previewed_then_confirmed(client, institution, registrar):
    make_awarding_body(institution, name="Kestrel Learning", country="IE", status="unknown")

    preview = send(client, FILE)
    answer = confirmed(client, preview)

    page = preview.content.decode()
    assert "Write 3 entries" in page
    assert "status: Not known yet → Provider outside higher education" in page
    assert answer["Location"] == f"{reverse('body-list')}?institution={institution.slug}"
    assert AwardingBody.objects.count() == 3
    assert "There is nothing to take over." in send(client, FILE).content.decode()


def test_register_that_changed_meanwhile_is_shown_again(client, institution, registrar):
    preview = send(client, FILE)
    make_awarding_body(institution, name="Kestrel Learning", country="IE")

    again = confirmed(client, preview)

    assert "The register was changed since you looked" in again.content.decode()
    assert counts(again.context["report"]) == (2, 1, 0)
    assert AwardingBody.objects.count() == 1
    assert confirmed(client, again).status_code == 302
    assert AwardingBody.objects.count() == 3


@pytest.mark.parametrize("seen", ["", "guessed", "x" * 5000])
def test_confirmation_without_the_preview_writes_nothing(client, institution, registrar, seen):
    answer = confirmed(client, send(client, FILE), seen=seen)

    assert answer.status_code == 200
    assert not AwardingBody.objects.exists()


def test_upload_of_a_bad_file_names_what_is_wrong(client, registrar):
    answers = [
        send(client, b"<html>"),
        send(client, "name,country\nA,Spain"),
        send(client, "name,country\nMari\x00sol,ES"),
        client.post(reverse("body-import"), {"institution": ""}),
    ]

    assert [answer.context["form"].errors.get("file") for answer in answers] == [
        ["This is a web page or XML, not a table. Save it as CSV (UTF-8)."],
        [
            "Row 2, column “country”: “SPAIN” is no country. Give two letters of ISO 3166, such "
            "as DE or ES."
        ],
        None,
        ["Choose a file."],
    ]


def test_history_shows_the_file_and_who_sent_it(client, institution, registrar):
    body = make_awarding_body(institution, name="Kestrel Learning", country="IE")
    take_over(institution, FILE, registrar)

    page = client.get(reverse("body-edit", args=[body.uuid])).content.decode()

    assert "Taken over from a file" in page
    assert registrar.name in page
    assert "status: Recognised higher education institution → Provider outside" in page


def test_confirming_an_entry_is_one_click(client, institution, registrar):
    old = timezone.localdate() - timedelta(days=900)
    body = make_awarding_body(institution, checked_on=old)

    answer = client.post(reverse("body-confirm", args=[body.uuid]), follow=True)

    body.refresh_from_db()
    assert (body.checked_on, body.checked_by) == (timezone.localdate(), registrar)
    assert "Looked up again" in answer.content.decode()
