"""The export to the student information system, and what issuers learn of their awards."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone

from credentials.models import CreditEntry, Learner
from credentials.standards import spreadsheets
from credentials.verdict import Refused, Stale
from recognition.models import Export, ExportRow
from recognition.services import exports, issuers
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.awards import make_award
from tests.factories.catalogue import make_programme_version
from tests.factories.people import make_institution, make_registrar, make_user
from tests.factories.recognition import Way, make_case, make_line

pytestmark = pytest.mark.django_db


def recorded(number="A-1"):
    line = make_line(LineState.RECORDED, decision=DecisionType.FULL_SUBSTITUTION)
    Learner.objects.filter(pk=line.case.learner_id).update(student_number=number)
    return line, line.case.institution


def rows_of(export):
    return list(csv.DictReader(io.StringIO(exports.as_csv(export).decode("utf-8-sig"))))


def test_entry_is_exported_once_with_a_stable_id():
    line, institution = recorded()
    registrar = make_registrar(institution)

    export = exports.run(institution, by=registrar)

    entry = CreditEntry.objects.get()
    (row,) = rows_of(export)
    assert row["id"] == f"{entry.uuid}/recorded"
    assert (row["student_number"], row["ects"], row["module"]) == (
        "A-1",
        f"{entry.ects:.1f}",
        line.module.code,
    )
    assert (row["decision"], row["case"]) == (line.decision.number, line.case.reference)
    assert json.loads(exports.as_json(export))["rows"] == [row]
    with pytest.raises(Refused, match="There is nothing new to export"):
        exports.run(institution, by=registrar)
    assert Export.objects.count() == 1


def test_reversal_is_a_row_of_its_own():
    _line, institution = recorded()
    exports.run(institution, by=None)
    entry = CreditEntry.objects.get()
    CreditEntry.objects.update(reversed_at=timezone.now())

    second = exports.run(institution, by=None)

    assert [row["id"] for row in rows_of(second)] == [f"{entry.uuid}/reversed"]
    assert exports.pending(institution) == []


def test_entry_without_a_student_number_waits_for_it():
    _line, institution = recorded("")

    (one,) = exports.pending(institution)

    assert one.missing == "The student number is missing."
    with pytest.raises(Refused):
        exports.run(institution, by=None)
    Learner.objects.update(student_number="B-2")
    assert exports.run(institution, by=None).rows.count() == 1


def test_run_tells_no_more_than_was_shown():
    _line, institution = recorded()

    with pytest.raises(Stale):
        exports.run(institution, by=None, seen="something else")

    seen = exports.fingerprint(exports.pending(institution))
    assert exports.run(institution, by=None, seen=seen).rows.count() == 1


def test_database_keeps_an_entry_from_being_told_twice():
    _line, institution = recorded()
    export = exports.run(institution, by=None)
    row = export.rows.get()

    with pytest.raises(IntegrityError):
        ExportRow.objects.create(export=export, entry=row.entry, action=row.action, data={})


def test_only_registrars_of_the_institution_export():
    _line, institution = recorded()

    with pytest.raises(Refused):
        exports.run(institution, by=make_registrar(make_institution()))
    with pytest.raises(Refused):
        exports.run(institution, by=make_user())


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", " =1"])
def test_no_cell_runs_as_a_formula(cell):
    assert spreadsheets.plain(cell) == f"'{cell}"
    assert spreadsheets.plain("Statistics") == "Statistics"


def test_command_shows_first_and_exports_when_told(capsys):
    _line, institution = recorded()

    call_command("export_credits", institution=institution.slug)
    shown = capsys.readouterr().out
    assert (Export.objects.count(), "ECTS" in shown) == (0, True)

    call_command("export_credits", "--run", institution=institution.slug)
    assert json.loads(capsys.readouterr().out)["format"] == "symbolon-credits-1"
    assert Export.objects.count() == 1


def test_page_exports_once_however_often_the_button_is_pressed(client):
    _line, institution = recorded()
    client.force_login(make_registrar(institution))
    seen = client.get("/institution/export/").context["seen"]

    for _press in range(2):
        client.post("/institution/export/", {"institution": institution.slug, "seen": seen})

    export = Export.objects.get()
    file = client.get(f"/exports/{export.uuid}/credits.csv")
    assert file.content == exports.as_csv(export)
    assert client.get(f"/exports/{export.uuid}/credits.xml").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_for_any_number_of_entries(client, django_assert_num_queries, count):
    institution = make_institution()
    programme = make_programme_version(institution)
    for _number in range(count):
        case = make_case(programme_version=programme, applicant=make_user())
        Way(case.lines.get(), decision=DecisionType.FULL_SUBSTITUTION).to(LineState.RECORDED)
    client.force_login(make_registrar(institution))

    with django_assert_num_queries(9):
        client.get("/institution/export/")


def elsewhere(tells):
    award = make_award()
    issuer = award.learner.institution
    applicant = award.learner.user
    case = make_case(applicant=applicant, sources=[award.credential])
    type(case).objects.filter(pk=case.pk).update(tells_issuer=tells)
    Way(case.lines.get(), decision=DecisionType.FULL_SUBSTITUTION).to(LineState.RECORDED)
    case.refresh_from_db()
    return award, issuer, case


def test_issuer_learns_what_was_recognised_when_the_learner_agreed():
    award, issuer, case = elsewhere(tells=True)

    (row,) = issuers.recognised_elsewhere(issuer)

    assert (row.number, row.programme) == (award.number, str(case.programme_version))
    assert row.ects > Decimal(0)
    assert issuers.recognised_elsewhere(case.institution) == []


def test_issuer_learns_nothing_when_the_learner_did_not_agree():
    _award, issuer, _case = elsewhere(tells=False)

    assert issuers.recognised_elsewhere(issuer) == []


def test_note_for_issuers_does_not_name_the_learner():
    _award, _issuer, case = elsewhere(tells=False)

    told = issuers.note_for_issuer(case)

    assert [set(row) for row in told["results"]] == [
        {"credential", "title", "decision", "type", "ects", "date"}
    ]
    assert case.applicant.name not in json.dumps(told)
