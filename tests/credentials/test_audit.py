"""What was written cannot be changed unnoticed: log, files, signed credentials, ledger."""

import hashlib
import io
import json
import uuid
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from credentials.models import (
    AuditEvent,
    AuditHead,
    CreditEntry,
    Document,
    Enrolment,
    SignedForm,
)
from credentials.services import audit, proof
from credentials.services.lifecycle import change, record
from credentials.standards import facts_json
from credentials.states import AwardState
from tests.factories.awards import make_award, make_claim, make_taught_course
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_institution, make_registrar

pytestmark = pytest.mark.django_db


def sql(statement, *values):
    """Change the database behind the portal's back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


def audit_check():
    out = io.StringIO()
    try:
        call_command("audit_check", stdout=out)
        problem = ""
    except CommandError as error:
        problem = str(error)
    return out.getvalue().splitlines(), problem


@pytest.fixture
def award(run_tasks):
    with run_tasks():
        made = make_award(AwardState.REVOKED)
    return made


def event(award, number=-1):
    events = AuditEvent.objects.filter(head__institution=award.learner.institution)
    return list(events.order_by("sequence"))[number]


# The command


def test_untouched_portal_passes(award):
    lines, problem = audit_check()

    assert [line.split(":")[0] for line in lines[:5]] == [
        "log",
        "documents",
        "signed credentials",
        "signing keys",
        "ledger",
    ]
    assert all(line.endswith("0 problems") for line in lines[:5])
    last = event(award)
    institution = award.learner.institution
    assert f"newest link of {institution}: {last.sequence} {last.hash}" in lines[5:-1]
    assert (lines[-1], problem) == ("All is as it was written.", "")


def test_findings_are_printed_and_fail(award):
    sql("UPDATE credentials_signedform SET body = body || ' '")

    lines, problem = audit_check()

    assert f"signed credentials: award {award.number}: the signed credential was changed" in lines
    assert problem == "1 problems were found."


# The log


@pytest.mark.parametrize(
    "column", ["actor", "noun", "thing", "action", "before", "after", "commitment", "at"]
)
def test_changed_event_is_found(award, column):
    changed = event(award, 2)
    value = "2020-01-01 00:00:00+00:00" if column == "at" else "x"
    sql(f'UPDATE credentials_auditevent SET "{column}" = %s WHERE id = %s', value, changed.pk)  # noqa: S608

    slug = award.learner.institution.slug
    assert f"{slug}: event {changed.sequence} was changed" in list(audit.broken_links())


def test_event_rewritten_with_its_hash_is_found_at_the_next(award):
    changed = event(award, 2)
    changed.actor = str(uuid.uuid4())
    sql(
        "UPDATE credentials_auditevent SET actor = %s, hash = %s WHERE id = %s",
        changed.actor,
        audit.hash_of(changed),
        changed.pk,
    )

    slug = award.learner.institution.slug
    assert list(audit.broken_links()) == [f"{slug}: event {changed.sequence + 1} was changed"]


def test_hash_is_that_of_the_columns_as_json():
    said = [("actor", "a"), ("noun", 'b"\\'), ("thing", "ü\n"), ("action", "\x7f\x01")]
    at = datetime(2026, 11, 29, 12, 30, 1, 250, tzinfo=ZoneInfo("Europe/Berlin"))
    one = AuditEvent(sequence=7, at=at, previous="0" * 64, **dict(said))

    columns = [7, "2026-11-29T11:30:01.000250+00:00", *(text for _name, text in said)]
    text = json.dumps([*columns, "", "", "", "0" * 64], ensure_ascii=False)
    assert audit.hash_of(one) == hashlib.sha256(text.encode()).hexdigest()


def test_event_taken_out_is_found(award):
    gone = event(award, 1)
    sql("DELETE FROM credentials_auditevent WHERE id = %s", gone.pk)

    slug = award.learner.institution.slug
    assert list(audit.broken_links()) == [
        f"{slug}: event {gone.sequence} is missing",
        f"{slug}: event {gone.sequence + 1} was changed",
    ]


def test_events_cut_off_at_the_end_are_found(award):
    last = event(award)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM credentials_audittext WHERE event_id = %s", [last.pk])
    sql("DELETE FROM credentials_auditevent WHERE id = %s", last.pk)

    slug = award.learner.institution.slug
    assert list(audit.broken_links()) == [f"{slug}: events after {last.sequence - 1} are missing"]


def test_changed_text_is_found_and_an_erased_one_is_not(award):
    slug = award.learner.institution.slug
    said = next(e for e in audit.history_of(award) if e.commitment)
    sql("UPDATE credentials_audittext SET text = %s WHERE event_id = %s", "Nothing.", said.pk)
    changed = list(audit.broken_links())
    sql("DELETE FROM credentials_audittext WHERE event_id = %s", said.pk)

    assert changed == [f"{slug}: the text of event {said.sequence} was changed"]
    assert list(audit.broken_links()) == []


def test_chains_of_institutions_are_apart():
    first, second = make_institution(), make_institution()
    for institution in (first, second, first):
        with change():
            record(institution, "look", by=None)

    chains = {
        head.institution: [event.sequence for event in head.events.all()]
        for head in audit.AuditHead.objects.all()
    }
    assert chains == {first: [1, 2], second: [1]}


def test_chain_of_no_institution_begins_once():
    AuditHead.objects.create(institution=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        AuditHead.objects.create(institution=None)


def test_log_holds_no_personal_text():
    claim = make_claim()
    columns = ("actor", "noun", "thing", "action", "before", "after", "commitment")
    written = " ".join(value for row in AuditEvent.objects.values_list(*columns) for value in row)

    assert claim.claimant.email not in written
    assert "Ardwen" not in written


# Files and signed credentials


def test_missing_and_changed_files_are_found(award, settings):
    document = Document.objects.get()
    path = settings.MEDIA_ROOT / document.file.name

    path.write_bytes(path.read_bytes() + b" ")
    changed = list(proof.of_documents())
    path.unlink()
    missing = list(proof.of_documents())

    assert changed == [f"document {document.uuid}: the file is not what was stored"]
    assert missing == [f"document {document.uuid}: the file is missing"]


def test_changed_signed_form_and_facts_are_found(award):
    sql("UPDATE credentials_signedform SET body = %s", "{}")
    sql("UPDATE credentials_credential SET facts = %s", '{"id": "x"}')

    assert list(proof.of_signed_forms()) == [
        f"award {award.number}: the signed credential was changed",
        f"award {award.number}: its facts were changed (facts: missing: title, awarding_body)",
    ]
    assert SignedForm.objects.count() == 1


# The ledger


@pytest.fixture
def enrolment():
    """A learner with a credential of 5 ECTS in a programme with a module of 6."""
    version = make_taught_course(ects=Decimal("5"))
    award = make_award(version=version)
    programme = make_programme_version(version.course.institution)
    return Enrolment.objects.create(learner=award.learner, programme_version=programme)


def count(enrolment, ects, *, module=None, fills=False, credential=None):
    """Write a ledger entry as `recognition` does, with its event in the log."""
    credential = credential or enrolment.learner.awards.first().credential
    with change():
        entry = CreditEntry.objects.create(
            enrolment=enrolment,
            credential=credential,
            source_key=f"{credential.pk}".rjust(64, "0"),
            module=module,
            fills_module=fills,
            ects=Decimal(ects),
            line=uuid.uuid4(),
            decision=uuid.uuid4(),
            recorded_by=make_registrar(enrolment.learner.institution),
        )
        record(entry, "record", by=entry.recorded_by)
    return entry


def test_whole_module_for_a_smaller_credential_is_no_finding(enrolment):
    module = make_module(enrolment.programme_version, ects=Decimal("6"))
    count(enrolment, "6", module=module, fills=True)

    assert list(proof.of_ledger()) == []


def test_credential_that_counts_twice_is_found(enrolment):
    count(enrolment, "5")
    second = count(enrolment, "0.5")

    assert list(proof.of_ledger()) == [
        f"ledger entry {second.uuid}: 5.5 ECTS count from a credential that has 5.0"
    ]


def test_entry_made_larger_behind_our_back_is_found(enrolment):
    module = make_module(enrolment.programme_version, ects=Decimal("6"))
    count(enrolment, "3", module=module)
    entry = count(enrolment, "2")
    sql("UPDATE credentials_creditentry SET ects = 9 WHERE id = %s", entry.pk)

    assert list(proof.of_ledger()) == [
        f"ledger entry {entry.uuid}: 8.0 ECTS count from a credential that has 5.0"
    ]


def test_entry_that_the_log_does_not_know_is_found(enrolment):
    entry = count(enrolment, "5")
    stranger = uuid.uuid4()
    sql("UPDATE credentials_creditentry SET uuid = %s WHERE id = %s", stranger.hex, entry.pk)

    assert list(proof.of_ledger()) == [
        f"ledger entry {stranger}: the log does not know how it came to be as it is"
    ]


def test_entry_reversed_behind_our_back_is_found(enrolment):
    entry = count(enrolment, "5")
    sql("UPDATE credentials_creditentry SET reversed_at = recorded_at WHERE id = %s", entry.pk)

    assert list(proof.of_ledger()) == [
        f"ledger entry {entry.uuid}: the log does not know how it came to be as it is"
    ]


def test_reversed_entry_counts_no_more(enrolment):
    entry = count(enrolment, "5")
    with change():
        entry.reversed_at = entry.recorded_at
        entry.save()
        record(entry, "reverse", by=entry.recorded_by)
    count(enrolment, "5")

    assert list(proof.of_ledger()) == []


def test_credential_of_somebody_else_is_found(enrolment):
    other = make_award(version=enrolment.learner.awards.first().course_version)
    entry = count(enrolment, "5", credential=other.credential)

    assert list(proof.of_ledger()) == [
        f"ledger entry {entry.uuid}: the credential is not one of this learner"
    ]


def test_module_with_too_many_credits_is_found(enrolment):
    module = make_module(enrolment.programme_version, ects=Decimal("3"))
    count(enrolment, "4", module=module)

    assert list(proof.of_ledger()) == [
        f"enrolment {enrolment.uuid}: module {module.uuid} has 3.0 ECTS and is credited with 4.0"
    ]


def test_module_of_another_programme_is_found(enrolment):
    other = make_programme_version(enrolment.learner.institution)
    entry = count(enrolment, "5", module=make_module(other, ects=Decimal("6")))

    assert list(proof.of_ledger()) == [
        f"ledger entry {entry.uuid}: the module is not one of this programme"
    ]


def test_programme_with_too_many_credits_is_found(enrolment):
    enrolment.programme_version.ects_total = Decimal("4")
    enrolment.programme_version.free_elective_ects = Decimal("4")
    enrolment.programme_version.save()
    count(enrolment, "5")

    assert list(proof.of_ledger()) == [
        f"enrolment {enrolment.uuid}: 5.0 ECTS are more than the programme has"
    ]


def test_ects_that_a_learner_only_states_are_no_limit(enrolment):
    credential = enrolment.learner.awards.first().credential
    stated = facts_json.from_json(credential.facts)
    credential.pk, credential.uuid = None, uuid.uuid4()
    credential.origin, credential.identifier = "stated", ""
    credential.facts = facts_json.to_json(stated)
    credential.provenance = {"ects": "stated"}
    credential.save()
    count(enrolment, "8", credential=credential)

    assert list(proof.of_ledger()) == []
