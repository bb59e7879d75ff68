"""What transcripts and diploma supplements carry as data: written, sealed, handed out, verified."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from lxml import etree

from credentials.models import (
    Document,
    EducationSystem,
    Graduate,
    GraduateKind,
    IssuerKey,
    Learner,
    ProgrammeVersion,
    QualificationProfile,
)
from credentials.pdf_files import embedded_files
from credentials.services import documents, keys, printing, verification
from credentials.standards import elm, elm_diploma
from credentials.trust.words import Standing
from recognition.services import degree_documents, degrees, transcripts
from recognition.services.grade_distributions import Distributions
from tests.factories.graduates import (
    DAY,
    make_graduate,
    make_graduation,
    make_results,
    make_studies,
)
from tests.factories.people import make_institution, make_registrar, make_user
from tests.factories.seals import make_seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return make_institution(identifiers={"eidas": "VATDE-000000000"})


@pytest.fixture
def graduate(institution):
    EducationSystem.objects.create(institution=institution, country="DE", text={"en": "Text."})
    enrolment = make_studies(institution)
    make_results(enrolment, ["1.0", "2.0"])
    return make_graduate(make_graduation(institution), enrolment)


def files_of(document):
    return {one.name.partition(".")[2]: one for one in embedded_files(documents.read(document))}


def edc_of(document):
    return json.loads(files_of(document)["edc.json"].data)


# Written


def test_supplement_carries_the_degree_as_data(graduate):
    printed = degree_documents.print_supplement(graduate)

    files = files_of(printed)
    assert set(files) == {"edc.json", "elmo.xml"}
    hashes = {one.name: sha256(one.data).hexdigest() for one in files.values()}
    assert printed.facts["files"] == hashes
    edc = json.loads(files["edc.json"].data)
    assert elm.problems(edc) == []
    assert edc["credentialProfiles"]["id"] == elm_diploma.PROFILE
    assert edc["identifier"]["notation"] == printed.number
    person = edc["credentialSubject"]
    assert person["dateOfBirth"].startswith(graduate.enrolment.learner.birth_date.isoformat())
    assert "contactPoint" not in person
    assert len(person["hasClaim"]["hasPart"]) == 2
    root = etree.fromstring(files["elmo.xml"].data)
    assert root.find(".//{*}diplomaSupplement") is not None
    assert [one.relationship for one in files.values()] == ["Alternative", "Alternative"]


def test_sealed_where_the_institution_has_a_certificate(graduate, institution):
    make_seal(institution)

    printed = degree_documents.print_supplement(graduate)

    (sealed,) = [one for name, one in files_of(printed).items() if name == "edc.jsonld"]
    answer = verification.look_at(sealed.data, sealed.name)
    assert answer.result.seen.verdict == Standing.VALID
    assert answer.result.issuer == institution
    assert answer.result.facts.holder.name == graduate.enrolment.learner.name


def test_seal_that_is_replaced_meanwhile_is_kept_nowhere(graduate, institution, monkeypatch):
    make_seal(institution)
    render = printing.rendered

    def replaced_meanwhile(*args, **named):
        make_seal(institution)
        return render(*args, **named)

    monkeypatch.setattr(printing, "rendered", replaced_meanwhile)

    with pytest.raises(keys.Replaced):
        degree_documents.print_supplement(graduate)

    assert not Document.objects.exists()


def test_what_the_profile_asks_for_decides_on_the_profile(graduate):
    QualificationProfile.objects.update(quality_agency_country="")

    edc = edc_of(degree_documents.print_supplement(graduate))

    assert edc["credentialProfiles"]["prefLabel"] == {"en": "Generic"}
    assert elm.problems(edc) == []


def test_elmo_alone_where_nothing_says_who_issues_it(graduate, institution):
    institution.identifiers = {}
    institution.save()

    assert set(files_of(degree_documents.print_supplement(graduate))) == {"elmo.xml"}


def test_transcript_carries_results_as_data(graduate):
    printed = transcripts.print_one(graduate.enrolment, DAY)

    (file,) = files_of(printed).values()
    assert list(printed.facts["files"]) == [file.name] == [f"{printed.number}.elmo.xml"]
    root = etree.fromstring(file.data)
    assert root.find(".//{*}diplomaSupplement") is None
    assert len(root.findall(".//{*}hasPart")) == 2


def test_printed_again_it_is_another_credential(graduate):
    before = edc_of(degree_documents.print_supplement(graduate))
    Learner.objects.update(family_name="Renamed")

    after = edc_of(degree_documents.print_supplement(Graduate.objects.get()))

    assert before["id"] != after["id"]


def test_report_before_printing_says_what_the_data_will_lack(client, graduate, institution):
    QualificationProfile.objects.update(quality_agency_country="")
    client.force_login(make_registrar(institution))
    address = reverse("graduation-print", args=[graduate.graduation.uuid])

    assert client.get(address).context["data_lacks"] == []  # their credits are missing: no print

    ProgrammeVersion.objects.update(ects_total=12)
    page = client.get(address)

    lacks = "The accreditation is not stated with its agency and the agency's country."
    assert page.context["data_lacks"] == [(lacks, 1)]
    assert escape(lacks) in page.content.decode()


def test_interim_award_is_written_after_the_generic_profile_without_complaint(graduate):
    Graduate.objects.update(kind=GraduateKind.INTERIM)
    interim = degrees.with_degrees(Graduate.objects.all()).get()

    outlook = degree_documents.outlook_of(interim, Distributions())
    edc = edc_of(degree_documents.print_supplement(interim))

    assert outlook.data_lacks == []
    assert edc["credentialProfiles"]["prefLabel"] == {"en": "Generic"}
    assert elm.problems(edc) == []


# Handed out


def test_registrar_downloads_what_a_document_carries(client, graduate, institution):
    printed = degree_documents.print_supplement(graduate)
    client.force_login(make_registrar(institution))
    page = client.get(reverse("learner-detail", args=[graduate.enrolment.learner.uuid]))

    for file in files_of(printed).values():
        address = reverse("document-file", args=[printed.uuid, file.name])
        assert address in page.content.decode()
        answer = client.get(address)
        assert answer.content == file.data
        assert answer["Content-Type"] == file.media_type
        assert answer["Content-Disposition"] == f'attachment; filename="{file.name}"'
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_nobody_else_downloads_it_and_nothing_else_is_handed_out(client, graduate, institution):
    printed = degree_documents.print_supplement(graduate)
    (name, _other) = printed.facts["files"]
    client.force_login(make_user())
    assert client.get(reverse("document-file", args=[printed.uuid, name])).status_code == 404
    client.force_login(make_registrar(institution))
    assert client.get(reverse("document-file", args=[printed.uuid, "x.json"])).status_code == 404


# Verified


@pytest.mark.parametrize("has_seal", [True, False])
def test_document_is_genuine_and_another_file_around_its_data_is_not(
    client, graduate, institution, has_seal
):
    if has_seal:
        make_seal(institution)
    data = documents.read(degree_documents.print_supplement(graduate))

    exact = verified(client, data)
    changed = verified(client, data + b"\n%%EOF\n")

    assert "The file is exactly the document that the institution made." in exact
    assert "exactly the document" not in changed
    assert "Valid" not in changed.partition("<main")[2][:600]


def verified(client, data):
    file = SimpleUploadedFile("page.pdf", data, "application/pdf")
    return client.post(reverse("verify"), {"file": file}).content.decode()


def test_data_of_a_document_that_was_replaced_says_so(graduate, institution):
    make_seal(institution)
    before = files_of(degree_documents.print_supplement(graduate))["edc.jsonld"].data
    Learner.objects.update(family_name="Renamed")
    after = degree_documents.print_supplement(Graduate.objects.get())

    old = verification.look_at(before).result.seen
    new = verification.look_at(files_of(after)["edc.jsonld"].data).result.seen

    assert (old.verdict, new.verdict) == (Standing.SUPERSEDED, Standing.VALID)
    assert after.number in old.check("not_superseded").sentence


def test_data_sealed_before_a_theft_counts_as_our_records_show(graduate, institution):
    key = make_seal(institution)
    printed = degree_documents.print_supplement(graduate)
    sealed = files_of(printed)["edc.jsonld"].data
    IssuerKey.objects.filter(pk=key.pk).update(
        stolen_from=printed.created_at + timedelta(hours=1), retired_at=timezone.now()
    )
    later = verification.look_at(sealed).result.seen
    IssuerKey.objects.filter(pk=key.pk).update(stolen_from=printed.created_at - timedelta(hours=1))
    earlier = verification.look_at(sealed).result.seen

    assert (later.verdict, earlier.verdict) == (Standing.VALID, Standing.NOT_VALID)


# Judged by others


@pytest.mark.checkers
@pytest.mark.parametrize("has_seal", [True, False])
def test_what_a_printed_document_carries_keeps_its_profiles(
    checker, graduate, institution, has_seal, tmp_path
):
    if has_seal:
        make_seal(institution)
    printed = degree_documents.print_supplement(graduate)
    pdf = tmp_path / "supplement.pdf"
    pdf.write_bytes(documents.read(printed))
    paths = {name: tmp_path / name for name in files_of(printed)}
    for name, file in files_of(printed).items():
        paths[name].write_bytes(file.data)
    (european,) = [path for name, path in paths.items() if name.startswith("edc")]

    for check in (
        ("elm", "--profile", "ds", european),
        ("elmo", paths["elmo.xml"]),
        ("pdf", "3a", pdf),
        ("pdf", "ua1", pdf),
    ):
        done = checker(*check)
        assert done.returncode == 0, done.stdout + done.stderr
