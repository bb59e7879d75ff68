"""Printed documents with the seal of their institution: made, kept, shown by code, judged."""

import hashlib
import io
import json
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from credentials.models import Award, Document, Format, IssuerKey, KeyRequestKind
from credentials.pdf_files import PdfProblem, embedded_files
from credentials.services import (
    authorities,
    custody,
    documents,
    keys,
    pdf_seals,
    seals,
    verification,
)
from credentials.services.known_documents import Match
from credentials.services.lifecycle import change
from credentials.standards.documents import written
from credentials.standards.facts import Identifier
from credentials.trust.sniff import Kind
from credentials.trust.words import Outcome
from tests.credentials.trust.certificate_files import ec_key, rsa_key
from tests.credentials.trust.test_pdf_seals import (
    add_page,
    change_sealed_bytes,
    updated,
    write_over_page,
)
from tests.factories import time_stamps as clock
from tests.factories.awards import correct, make_award, make_taught_course
from tests.factories.people import make_institution, make_registrar
from tests.factories.portfolios import EARNED, make_badge
from tests.factories.seals import authority, make_seal, without_seal
from tests.recognition.test_documents import letter_pdf, record_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def key(institution):
    return make_seal(institution)


@pytest.fixture
def supplement(institution, key, run_tasks):
    with run_tasks():
        made = make_award(version=make_taught_course(institution))
    return Award.objects.get(pk=made.pk).supplement


def stored(institution, data=None, number="LND-DL-2026-0001", code="LND-AAAA-BBBB-CC", **more):
    """A letter as `printing` seals and keeps it."""
    data = pdf_seals.sealed(data or letter_pdf(), institution)
    with change():
        return documents.store_pdf(
            documents.Printed(data, None, ""),
            kind="letter",
            title=f"Decision on recognition {number}",
            institution=institution,
            number=number,
            code=code,
            **more,
        )


def upload(client, data, address=None):
    file = SimpleUploadedFile("a.pdf", data)
    return client.post(address or reverse("verify"), {"file": file, "text": ""})


def found(data):
    sealing = pdf_seals.opened(data)
    return {check.name: check.key for check in sealing.checks[0]}


# Made


def test_a_supplement_is_sealed_and_says_so(supplement, key):
    data = documents.read(supplement)

    said = supplement.facts["seal"]
    assert found(data) == {
        "pdf_seal": "seal_whole",
        "pdf_sealer": "sealed_here",
        "pdf_sealed_at": "seal_dated",
    }
    assert (said["number"], said["stamped_at"], said["missed"]) == ("VATDE-000000000", "", "")
    assert supplement.sealed_with == key


def test_without_a_certificate_it_is_printed_unsealed(institution):
    document = stored(institution)

    assert documents.read(document) == letter_pdf()
    assert "seal" not in document.facts


def test_the_same_input_gives_the_same_bytes_before_the_seal(institution, key):
    one, other = (pdf_seals.sealed(letter_pdf(), institution) for _ in range(2))

    plain = letter_pdf()
    assert one != other
    assert one[: len(plain)] == other[: len(plain)] == plain
    assert one.facts["unsealed"] == hashlib.sha256(plain).hexdigest()


def test_an_ended_certificate_seals_nothing_and_that_is_said(client, institution, key):
    IssuerKey.objects.filter(pk=key.pk).update(valid_until=timezone.now() - timedelta(days=1))

    document = stored(institution)

    assert documents.read(document) == letter_pdf()
    page = client.get(reverse("verify-code", args=[document.code])).content.decode()
    assert "None: the certificate of the institution had expired on" in page
    assert pdf_seals.without_seal([document]) == 1


def test_a_key_that_cannot_be_opened_stops_the_document(institution, key, settings):
    settings.MASTER_KEY = "another one"

    with pytest.raises(PdfProblem, match="It cannot be sealed"):
        pdf_seals.sealed(letter_pdf(), institution)


def test_a_seal_that_was_replaced_meanwhile_is_not_kept(institution, key):
    data = pdf_seals.sealed(letter_pdf(), institution)
    with change():
        keys.retire(key, by=None)

    with pytest.raises(keys.Replaced), change():
        documents.store_pdf(
            documents.Printed(data, None, ""),
            kind="letter",
            title="A",
            institution=institution,
            number="N-1",
            code="C",
        )


def test_a_document_is_sealed_again_when_the_certificate_is_replaced(
    institution, key, run_tasks, monkeypatch
):
    """The certificate changes between sealing and keeping the first time."""
    seal, used = pdf_seals.sealed, []

    def replaced_once(data, institution):
        made = seal(data, institution)
        used.append(made.key)
        if len(used) == 1:
            make_seal(institution)
        return made

    monkeypatch.setattr(pdf_seals, "sealed", replaced_once)
    with run_tasks():
        award = make_award(version=make_taught_course(institution))

    document = Award.objects.get(pk=award.pk).supplement
    newest = seals.of(institution)
    assert used == [key, newest]
    assert document.sealed_with == newest != key


# Time stamps


@pytest.fixture
def trusted(settings):
    """Trust certificates of authorities for this test."""

    def trust(*certificates):
        pem = b"".join(one.public_bytes(Encoding.PEM) for one in certificates)
        (settings.VAR_DIR / authorities.NAME).write_bytes(pem)

    return trust


def test_the_time_stamp_service_is_asked_over_http(client, institution, key, settings, trusted):
    own = clock.authority()
    trusted(own)
    with clock.service(lambda query: clock.answering(query, own)) as (address, asked):
        settings.TIMESTAMP_URL = address
        document = stored(institution)

    assert asked == ["application/timestamp-query"]
    assert found(documents.read(document))["pdf_sealed_at"] == "stamped"
    assert pdf_seals.kept_with(document).stamped_at
    page = client.get(reverse("verify-code", args=[document.code]))
    assert "With a time stamp of" in page.content.decode()


def test_a_service_that_refuses_is_left_alone_for_a_while(institution, key, settings):
    refusal = bytes.fromhex("30053003020102")  # PKIStatus 2: rejection, with HTTP status 200
    with clock.service(lambda query: refusal) as (address, asked):
        settings.TIMESTAMP_URL = address
        for _ in range(2):
            pdf_seals.sealed(letter_pdf(), institution)

    assert len(asked) == 1


def test_a_service_that_is_down_holds_nothing_back(client, institution, key, settings, caplog):
    with clock.service(lambda query: b"") as (address, asked):
        settings.TIMESTAMP_URL = address
        one = stored(institution)
        other = stored(institution, number="LND-DL-2026-0002", code="LND-AAAA-BBBB-DD")

    assert len(asked) == 1  # the second one did not wait for it
    assert found(documents.read(one))["pdf_sealed_at"] == "seal_dated"
    assert pdf_seals.without_stamp([one, other]) == 2
    assert "Sealed without a time stamp" in caplog.text
    page = client.get(reverse("verify-code", args=[one.code])).content.decode()
    assert "Without a time stamp: the service did not answer when it was sealed." in page


def test_the_job_says_that_time_stamps_are_missing(client, institution, key, settings, run_tasks):
    with clock.service(lambda query: b"") as (address, _asked), run_tasks():
        settings.TIMESTAMP_URL = address
        award = make_award(version=make_taught_course(institution))
    award = Award.objects.get(pk=award.pk)
    job = award.supplement.jobs.get()
    job.owner = award.learner.user
    job.save()
    client.force_login(job.owner)

    page = client.get(reverse("job-detail", args=[job.uuid])).content.decode()

    assert "1 document was sealed without a time stamp" in page


# Verified: files


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (change_sealed_bytes, "what it covers was changed after it was made"),
        (lambda data: updated(data, add_page), "pages were added or taken away"),
        (lambda data: updated(data, write_over_page), "written over what it shows"),
    ],
    ids=["changed", "added", "shadow"],
)
def test_a_changed_letter_is_told_by_its_seal(client, institution, key, spoil, said):
    document = stored(institution, code="LND-9K2M-33PT")  # as it is printed on the page

    page = upload(client, spoil(documents.read(document)))

    text = page.content.decode()
    assert page.context["sealing"].title == "The seal does not hold"
    assert said in text
    known = None if spoil is change_sealed_bytes else document  # it bears the name of a draft
    assert page.context["document"] == known
    assert ("Not as it was printed" in text) == bool(known)


@pytest.mark.parametrize("spoil", [change_sealed_bytes, lambda data: updated(data, add_page)])
def test_a_changed_sealed_supplement_is_told_as_changed_with_what_to_do(client, supplement, spoil):
    page = upload(client, spoil(documents.read(supplement)))

    text = page.content.decode()
    assert (page.context["document"], page.context["match"]) == (supplement, Match.CHANGED_SIGNED)
    assert page.context["verdict"].title == "Not as it was printed"
    assert "Enter the code printed on it: the page shows what we printed." in text
    assert "The credential inside it" in text
    assert "The seal does not hold" in text
    assert supplement.sha256 in text


def test_a_letter_without_its_seal_is_told(client, institution, key):
    document = stored(institution, code="LND-9K2M-33PT")  # as it is printed on the page

    page = upload(client, letter_pdf())

    assert page.context["document"] == document
    assert "the seal was removed" in page.content.decode()
    assert page.context["sealing"].kind == "bad"


def test_a_sealed_letter_that_we_do_not_keep_is_known_by_its_seal(client, institution, key):
    data = pdf_seals.sealed(letter_pdf(), institution)

    page = upload(client, data)

    assert page.context["sealing"].title == "Sealed and unchanged"
    assert f"Sealed by {institution}, who installed" in page.content.decode()


def test_a_seal_of_others_is_judged_by_the_authorities(client, trusted):
    abroad = make_institution()
    make_seal(abroad)
    data = pdf_seals.sealed(letter_pdf(), abroad)
    IssuerKey.objects.filter(institution=abroad).delete()

    unknown = upload(client, data).context["sealing"]
    trusted(authority())
    known = upload(client, data).context["sealing"]

    assert (unknown.kind, unknown.title) == ("warn", "Unchanged, sealer not confirmed")
    assert (known.kind, known.title) == ("ok", "Sealed and unchanged")


def test_registrar_finds_what_a_stolen_certificate_sealed(client, institution, key):
    before, replaced, newer, other = (
        stored(institution, number=f"LND-DL-2026-000{n}", code=f"LND-AAAA-BBB{n}") for n in "1234"
    )
    with change():
        documents.supersede(replaced, newer)
    moment = timezone.now() - timedelta(hours=1)
    Document.objects.filter(pk=before.pk).update(created_at=moment - timedelta(hours=1))
    registrar = make_registrar(institution)
    client.force_login(registrar)
    address = reverse("key-list", args=[institution.slug])
    assert "4 documents" in client.get(address).content.decode()
    IssuerKey.objects.filter(pk=key.pk).update(retired_at=timezone.now(), stolen_from=moment)

    page = client.get(address).content.decode()
    answer = client.get(reverse("key-documents", args=[key.uuid]))

    assert "4 documents" in page
    assert "The seals of 2 documents do not count." in page
    assert reverse("key-documents", args=[key.uuid]) in page
    assert [row.split(",")[0] for row in answer.content.decode("utf-8-sig").splitlines()] == [
        "Number",
        newer.number,
        other.number,
    ]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_nothing_is_listed_of_a_certificate_that_was_not_stolen(client, institution, key):
    stored(institution)
    client.force_login(make_registrar(institution))

    answer = client.get(reverse("key-documents", args=[key.uuid]))

    assert len(answer.content.splitlines()) == 1


def test_who_approves_reads_how_many_documents_are_affected(client, institution, key):
    stored(institution)
    asked = custody.request(
        key,
        KeyRequestKind.STOLEN,
        "A laptop is gone.",
        stolen_from=key.created_at,
        by=make_registrar(institution),
    )
    client.force_login(make_registrar(institution))

    page = client.get(reverse("key-request", args=[asked.uuid])).content.decode()

    assert "1 printed document was sealed with it since." in page


@pytest.mark.parametrize("count", [1, 4])
def test_list_of_certificates_asks_as_often_for_any_number(
    client, institution, count, django_assert_num_queries
):
    for n in range(count):
        make_seal(institution)
        stored(institution, number=f"N-{n}", code=f"C-{n}")
    client.force_login(make_registrar(institution))

    with django_assert_num_queries(9):
        assert client.get(reverse("key-list", args=[institution.slug])).status_code == 200


def test_a_stolen_certificate_shows_nothing_but_what_we_kept_is_genuine(client, institution, key):
    document = stored(institution)
    data = pdf_seals.sealed(letter_pdf(), institution)
    moment = timezone.now() - timedelta(days=1)
    IssuerKey.objects.filter(pk=key.pk).update(retired_at=timezone.now(), stolen_from=moment)

    elsewhere = upload(client, data)
    kept = upload(client, documents.read(document))

    assert "was reported as stolen. Nothing shows" in elsewhere.content.decode()
    assert elsewhere.context["sealing"].kind == "bad"
    assert kept.context["match"] == Match.EXACT
    assert "is shown by our own records" in kept.content.decode()


def test_the_command_tells_seals(institution, key, tmp_path, capsys):
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    data = pdf_seals.sealed(letter_pdf(), institution)
    good.write_bytes(data)
    bad.write_bytes(updated(data, add_page))

    call_command("verify", str(good))
    with pytest.raises(CommandError):
        call_command("verify", str(bad))

    said = capsys.readouterr().out
    assert "Sealed and unchanged" in said
    assert "pages were added or taken away" in said


def test_the_command_tells_a_changed_document_first(supplement, tmp_path, capsys):
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(change_sealed_bytes(documents.read(supplement)))

    with pytest.raises(CommandError):
        call_command("verify", str(changed))

    assert f"{changed}: {supplement.number}. Not as it was printed." in capsys.readouterr().out


# Verified: by code


def test_a_code_shows_what_was_printed_and_compares_a_file(client, institution, key):
    document = stored(institution, facts=documents.about("Nela Ardwen"))
    address = reverse("verify-code", args=[document.code])

    page = client.get(address).content.decode()

    for said in (document.title, "N. A.", f"{document.number}, 1.0", document.sha256):
        assert said in page
    assert 'University of Testheim <span class="nowrap">(VATDE-000000000)</span>' in page
    assert "Ardwen" not in page
    assert upload(client, documents.read(document), address).context["match"] == Match.EXACT
    assert upload(client, letter_pdf(), address).context["match"] == Match.DIFFERENT


def test_a_title_that_names_the_holder_is_not_told(client, institution, key):
    document = stored(institution, record_pdf())
    Document.objects.filter(pk=document.pk).update(
        kind="diploma_page", title="Micro-credentials earned: Nela Ardwen"
    )

    assert "Ardwen" not in client.get(reverse("verify-code", args=[document.code])).content.decode()


def test_a_superseded_document_leads_to_the_newest(client, institution, key):
    old = stored(institution)
    middle = stored(institution, number="LND-DL-2026-0002", code="LND-AAAA-BBBB-DD")
    newest = stored(institution, number="LND-DL-2026-0003", code="LND-AAAA-BBBB-FF")
    documents.supersede(old, middle)
    documents.supersede(middle, newest)

    by_code = client.get(reverse("verify-code", args=[old.code]))
    by_file = upload(client, documents.read(old))

    for page in (by_code, by_file):
        verdict = page.context["verdict"]
        assert verdict.kind == "warn"
        assert verdict.title == f"Replaced on {written(middle.created_at, 'en')}"
        assert verdict.text.startswith("It no longer holds: LND-DL-2026-0003 took its place.")
        assert verdict.other == newest
        assert page.content.decode().count("LND-DL-2026-0003") == 1


def test_the_supplement_of_a_corrected_award_takes_the_place_of_the_old_one(
    client, institution, supplement, run_tasks
):
    award = Award.objects.get(supplement=supplement)
    with run_tasks():
        newer = correct(award, make_registrar(institution), holder_name="Nela Árdwen")
    newer = Award.objects.get(pk=newer.pk)

    page = client.get(reverse("verify-code", args=[award.code])).content.decode()

    assert Document.objects.get(pk=supplement.pk).superseded_by == newer.supplement
    assert f"{newer.number} takes the place of this credential" in page


# What a supplement carries


def test_a_sealed_supplement_carries_badge_and_sealed_twin(supplement):
    award = Award.objects.get(supplement=supplement)
    data = documents.read(supplement)

    inside = {one.name: one for one in embedded_files(data)}

    badge, twin = inside[f"{award.number}.json"], inside[f"{award.number}.edc.jsonld"]
    assert len(inside) == 2
    assert (badge.relationship, twin.relationship) == ("Source", "Alternative")
    assert verification.examine(twin.data, twin.name).award == award
    assert award.learner.name in json.loads(twin.data)["payload"]
    assert "mailto:" not in twin.data.decode()
    assert not award.credential.signed_forms.filter(format=Format.SEALED).exists()
    assert twin.media_type == "application/jose+json"


def test_without_an_official_number_the_twin_is_elmo(run_tasks):
    with run_tasks():
        made = make_award()
    award = Award.objects.get(pk=made.pk)

    names = [one.name for one in embedded_files(documents.read(award.supplement))]
    twin = next(
        one for one in embedded_files(documents.read(award.supplement)) if "elmo" in one.name
    )

    assert sorted(names) == [f"{award.number}.elmo.xml", f"{award.number}.json"]
    assert b"@" not in twin.data.replace(b"@context", b"")


def test_the_credential_of_both_forms_is_shown_once(client, supplement):
    award = Award.objects.get(supplement=supplement)
    data = documents.read(supplement) + b"\n% changed"

    page = upload(client, data)

    result = page.context["result"]
    assert page.context["together"] is None
    assert (result.award, result.seen.kind) == (award, Kind.OB3)
    assert result.seen.check("pages").outcome == Outcome.FAIL
    assert page.context["sealing"].kind == "bad"


def test_a_supplement_without_its_seal_is_still_the_printed_one(client, supplement):
    page = upload(client, without_seal(documents.read(supplement)))

    check = page.context["result"].seen.check("pages")
    assert (check.outcome, check.key) == (Outcome.PASS, "seal_stripped")
    assert page.context["sealing"].is_stripped


def test_a_supplement_with_a_later_time_stamp_is_still_the_printed_one(client, supplement):
    """As archives add one, so that the seal can be relied on longer (PAdES, B-LTA)."""
    stamped = clock.stamped(documents.read(supplement))

    page = upload(client, stamped)

    check = page.context["result"].seen.check("pages")
    assert (check.outcome, check.key) == (Outcome.PASS, "pages_sealed")
    assert page.context["sealing"].key == "seal_extended"
    assert page.context["document"] == supplement


@pytest.mark.parametrize("own", [True, False], ids=["issuer", "somebody_else"])
def test_the_seal_of_others_covers_the_pages_of_their_credential(institution, key, own):
    """A PDF of others: the credential inside, and a seal around both."""
    sealer = institution if own else make_institution()
    if not own:
        make_seal(sealer, number="VATDE-777777777")
    data = pdf_seals.sealed(with_file(abroad_badge()), sealer)

    (result,) = verification.examine_all(data)

    check = result.seen.check("pages")
    expected = ("pass", "pages_sealed") if own else ("unknown", "pages_sealed_by_other")
    assert (check.outcome, check.key) == expected


def abroad_badge():
    """A badge of a body elsewhere, which has the official number that is in the seal."""
    number = Identifier("eidas", "VATDE-000000000")
    return make_badge(awarding_body=replace(EARNED.awarding_body, identifiers=(number,)))


def with_file(data):
    with pikepdf.open(io.BytesIO(letter_pdf())) as made:
        made.attachments["a.json"] = pikepdf.AttachedFileSpec(made, data)
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


# Others look at it


@pytest.mark.checkers
@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_sealed_documents_pass_verapdf(verapdf, tmp_path, institution, run_tasks, settings, kind):
    make_seal(institution, key=ec_key() if kind == "ec" else rsa_key())
    with clock.service() as (address, _asked), run_tasks():
        settings.TIMESTAMP_URL = address
        award = make_award(version=make_taught_course(institution))
        letter = pdf_seals.sealed(letter_pdf(), institution)
        page = pdf_seals.sealed(record_pdf(), institution)
    supplement = documents.read(Award.objects.get(pk=award.pk).supplement)
    paths = []
    for name, data in {"supplement": supplement, "letter": letter, "page": page}.items():
        for state, content in {"sealed": data, "unsealed": without_seal(data)}.items():
            paths.append(tmp_path / f"{name}-{state}.pdf")
            paths[-1].write_bytes(content)
        assert found(data)["pdf_seal"] == "seal_whole"

    assert verapdf(*paths) == []
