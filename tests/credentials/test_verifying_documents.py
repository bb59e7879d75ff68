"""Printed documents and their data: replaced, compared, changed, known again."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from lxml import html

from credentials.models import Award, Document, Graduate, GraduateKind, Learner, RevocationReason
from credentials.pdf_files import embedded_files
from credentials.services import documents, known_documents, revocations, verification
from credentials.services.known_documents import Match
from credentials.standards.documents import written
from recognition.services import degree_documents, transcripts
from tests.credentials.test_verification_pages import answers, find, part, upload, words
from tests.factories.awards import make_award
from tests.factories.graduates import (
    DAY,
    make_graduate,
    make_graduation,
    make_results,
    make_studies,
)
from tests.factories.people import make_institution, make_learner, make_registrar
from tests.factories.seals import make_seal

pytestmark = pytest.mark.django_db
REPLACED = "It no longer holds: "


@pytest.fixture
def institution():
    return make_institution(identifiers={"eidas": "VATDE-000000000"})


@pytest.fixture
def graduate(institution):
    enrolment = make_studies(institution)
    make_results(enrolment, ["1.0", "2.0"])
    return make_graduate(make_graduation(institution), enrolment)


@pytest.fixture
def printed(graduate):
    return degree_documents.print_supplement(graduate)


@pytest.fixture
def replaced(printed):
    """The supplement of somebody whose name changed, and the one that holds in its place."""
    Learner.objects.update(family_name="Renamed")
    newer = degree_documents.print_supplement(Graduate.objects.get())
    return Document.objects.get(pk=printed.pk), newer


def compare(client, document, data, name="page.pdf"):
    address = reverse("verify-code", args=[document.code])
    return client.post(address, {"file": SimpleUploadedFile(name, data)})


def data_of(document, ending):
    inside = embedded_files(documents.read(document))
    return next(one.data for one in inside if one.name.endswith(ending))


def verdict_on(page):
    """Colour, title and text of the one verdict of a page, which stands before all else."""
    (verdict,) = find(html.fromstring(page.content), "section", "verdict")
    (h1,) = find(html.fromstring(page.content), "h1")
    assert words(h1) == words(find(verdict, "h1")[0])
    return verdict.get("class").removeprefix("verdict "), words(h1), words(find(verdict, "p")[0])


# Replaced ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["", ".edc.json", ".elmo.xml"])
def test_file_of_a_replaced_document_is_told_so_in_the_verdict(client, replaced, ending):
    old, newer = replaced

    page = upload(client, data_of(old, ending) if ending else documents.read(old))

    kind, title, text = verdict_on(page)
    day = written(newer.created_at, "en").replace("\N{NO-BREAK SPACE}", " ")
    assert (kind, title) == ("warn", f"Replaced on {day}")
    assert text.startswith(f"{REPLACED}{newer.number} took its place. The file is exactly")
    assert find(html.fromstring(page.content), "p", "note") == []


def test_code_of_a_replaced_document_is_told_so_in_the_verdict(client, replaced):
    old, newer = replaced

    page = client.get(reverse("verify-code", args=[old.code]))

    kind, _title, text = verdict_on(page)
    assert kind == "warn"
    assert text.startswith(f"{REPLACED}{newer.number} took its place. The institution made")
    assert reverse("verify-code", args=[newer.code]) in page.content.decode()


def test_command_does_not_pass_what_was_replaced(replaced, tmp_path, capsys):
    _old, newer = replaced
    files = [tmp_path / "old.pdf", tmp_path / "new.pdf"]
    for file, document in zip(files, replaced, strict=True):
        file.write_bytes(documents.read(document))

    with pytest.raises(CommandError, match="1 of 2 not valid"):
        call_command("verify", *files)

    assert f"{REPLACED}{newer.number}" in capsys.readouterr().out


# Compared ----------------------------------------------------------------------------------------


def test_what_is_compared_is_answered_in_the_verdict(client, replaced, institution):
    old, newer = replaced
    another = transcripts.print_one(Graduate.objects.get().enrolment, DAY)
    data = documents.read(newer)

    found = {
        (document, match): verdict_on(compare(client, document, given))[:2]
        for document, match, given in (
            (newer, Match.EXACT, data),
            (newer, Match.DATA, data_of(newer, ".elmo.xml")),
            (newer, Match.DIFFERENT, data + b" "),
            (newer, Match.NO_PDF, b"\x89PNG\r\n\x1a\n"),
            (newer, Match.OLDER, documents.read(old)),
            (old, Match.NEWER, data),
            (newer, Match.ANOTHER, documents.read(another)),
        )
    }

    assert list(found.values()) == [
        ("ok", "Genuine"),
        ("ok", "Genuine"),
        ("bad", "Not the same"),
        ("warn", "This is not a PDF"),
        ("warn", "An older version"),
        ("warn", "A newer version"),
        ("bad", "Another document"),
    ]


def test_another_document_is_named_without_its_holder(client, printed, institution):
    enrolment = make_studies(institution, make_learner(institution, given_name="Xenia"))
    other = transcripts.print_one(enrolment, DAY)

    page = compare(client, printed, documents.read(other))

    assert other.number in verdict_on(page)[2]
    assert reverse("verify-code", args=[other.code]) in page.content.decode()
    assert "Xenia" not in page.content.decode()


def test_what_is_no_printed_document_is_not_named(client, printed):
    upload_of_a_learner = documents.store(
        b"%PDF-1.7 secret", kind="upload", title="a", filename="a.pdf", media_type="application/pdf"
    )

    page = compare(client, printed, documents.read(upload_of_a_learner))

    assert page.context["match"] == Match.DIFFERENT


def test_what_differs_is_told_before_that_it_was_replaced(client, replaced):
    old, newer = replaced

    page = compare(client, old, documents.read(old) + b" ")

    assert verdict_on(page)[:2] == ("bad", "Not the same")
    (note,) = find(html.fromstring(page.content), "p", "note")
    assert newer.number in words(note)


def test_file_that_is_not_the_credential_s_is_told_before_that_it_is_valid(client, run_tasks):
    with run_tasks():
        made = make_award()
    award = Award.objects.get(pk=made.pk)

    page = compare(client, award, documents.read(award.supplement) + b" ")

    assert verdict_on(page)[:2] == ("bad", "Not the same")
    (note,) = find(html.fromstring(page.content), "p", "note")
    assert words(note).startswith("Valid The credential with this code: ")
    assert "fixed address" not in words(part(page, "h-keep"))
    assert "page.pdf" in words(part(page, "h-keep"))


# Changed -----------------------------------------------------------------------------------------


def test_changed_supplement_without_signature_is_told_plainly(client, printed):
    page = upload(client, documents.read(printed) + b"\n% changed", "page.pdf")

    kind, title, text = verdict_on(page)
    assert (kind, title) == ("bad", "Not as it was printed")
    assert f"bears the code of {printed.number}" in text
    assert "Nothing in it is signed." in text
    assert "signed credential inside" not in page.content.decode()
    assert printed.sha256 in words(part(page, "h-document"))


def test_unsigned_file_in_a_pdf_that_is_not_ours_is_told_plainly(client, printed, monkeypatch):
    data = documents.read(printed) + b"\n% changed"
    Document.objects.update(code="LND-AAAA-BBBB-CC")  # so its code leads nowhere

    page = upload(client, data, "page.pdf")

    assert "signed credential inside" not in page.content.decode()
    assert verdict_on(page)[2].startswith(
        "This PDF is not one that we keep, and nothing inside it is signed"
    )


def test_link_to_a_document_does_not_make_a_pdf_a_changed_one(client, printed, graduate):
    """It must bear the document's name too: a letter may lead to the code of another document."""
    other = transcripts.print_one(graduate.enrolment, DAY)
    Document.objects.filter(pk=other.pk).update(number="LND-TR-2026-9999")

    page = upload(client, documents.read(other) + b"\n% changed", "page.pdf")

    assert page.context["document"] is None


# Data --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".edc.json", ".elmo.xml"])
def test_unsealed_data_is_known_by_our_records(client, printed, graduate, ending):
    page = upload(client, data_of(printed, ending), "renamed.txt")

    assert verdict_on(page)[:2] == ("ok", "Genuine")
    assert page.context["document"] == printed
    text = page.content.decode()
    assert "It is not sealed; our own records show that it is genuine." in text
    assert printed.number in words(part(page, "h-document"))
    assert graduate.enrolment.learner.family_name not in text
    assert "renamed.txt" in words(part(page, "h-keep"))


def test_data_of_a_transcript_is_known(client, graduate):
    printed = transcripts.print_one(graduate.enrolment, DAY)

    page = upload(client, data_of(printed, ".elmo.xml"))

    assert (page.context["document"], page.context["match"]) == (printed, Match.DATA)


@pytest.mark.parametrize("ending", [".edc.json", ".elmo.xml"])
def test_changed_data_does_not_count(client, printed, ending):
    page = upload(client, data_of(printed, ending).replace(b"1.0", b"0.7"))

    assert page.context["document"] is None
    assert "Genuine" not in page.content.decode()
    assert verdict_on(page)[0] == "warn"


def test_number_alone_tells_nothing(client, printed):
    page = upload(client, b'{"number": "%s"}' % printed.number.encode(), "a.json")

    assert page.context["document"] is None


def test_few_numbers_are_looked_up(printed, django_assert_num_queries):
    many = b" ".join(b"LND-DS-2026-%04d" % number for number in range(1000, 1200))
    data = many + data_of(printed, ".elmo.xml")

    with django_assert_num_queries(1):
        found = known_documents.with_data(data)

    assert found is None


def test_data_of_a_revoked_credential_says_that_it_was_revoked(client, run_tasks):
    with run_tasks():
        made = make_award()
    award = Award.objects.get(pk=made.pk)
    data = data_of(award.supplement, ".elmo.xml")
    before = upload(client, data)
    registrar = make_registrar(award.learner.institution)
    revocations.revoke(award, by=registrar, reason=RevocationReason.ERROR, note="Wrong grade.")

    after = upload(client, data)

    assert verdict_on(before)[:2] == ("ok", "Valid")
    assert before.context["match"] == Match.DATA
    assert verdict_on(after)[0] == "bad"


def test_sealed_data_is_verified_as_a_credential(institution, graduate):
    make_seal(institution)
    printed = degree_documents.print_supplement(graduate)

    answer = verification.look_at(data_of(printed, ".edc.jsonld"))

    assert (answer.document, answer.result.title) == (None, "Valid")


def test_degree_is_not_asked_whether_it_is_a_micro_credential(client, institution, graduate):
    make_seal(institution)
    printed = degree_documents.print_supplement(graduate)

    asked = answers(upload(client, data_of(printed, ".edc.jsonld")))

    assert "Is it intact?" in asked
    assert "Does it say what a European micro-credential says?" not in asked


# An archive of documents -------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 60])
@pytest.mark.parametrize("name", ["LND-DS-2026-%04d-espírito.pdf", "LND-DS-2026-%04d.pdf"])
def test_archive_of_documents_is_told_what_to_do(client, count, name):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(count):
            archive.writestr(name % number, b"%PDF-1.7")

    page = upload(client, packed.getvalue(), "list.zip")

    text = words(find(html.fromstring(page.content), "main")[0])
    assert "The archive holds several documents, which cannot be verified as one." in text
    assert "choose one of the PDF files inside" in text
    assert "bad name" not in text


# What stands beside ------------------------------------------------------------------------------


def test_result_of_a_document_can_be_kept(client, printed):
    by_code = client.get(reverse("verify-code", args=[printed.code]))
    by_file = upload(client, documents.read(printed), "mine.pdf")

    for page in (by_code, by_file):
        kept = part(page, "h-keep")
        assert [one.get("hidden") for one in find(kept, "button")] == [""]
        assert f"/v/{printed.code}/" in words(kept)
        assert "Checked on" in words(find(html.fromstring(page.content), "section", "verdict")[0])
    assert "mine.pdf" in words(part(by_file, "h-keep"))


def test_address_of_a_degree_shows_its_overall_result(client, graduate, printed):
    page = client.get(reverse("verify-code", args=[printed.code]))

    said = find(part(page, "h-document"), "dd")
    assert graduate.final_grade in [words(one) for one in said]


def test_initials_stand_only_where_the_holder_is_not_named(client, printed, run_tasks):
    with run_tasks():
        made = make_award()
    award = Award.objects.get(pk=made.pk)

    of_degree = client.get(reverse("verify-code", args=[printed.code])).content.decode()
    of_award = client.get(reverse("verify-code", args=[award.code])).content.decode()

    assert "Initials only" in of_degree
    assert "Initials only" not in of_award


def test_supplement_to_an_interim_award_is_called_so(client, graduate, institution):
    Graduate.objects.update(kind=GraduateKind.INTERIM)
    printed = degree_documents.print_supplement(Graduate.objects.get())
    learner = graduate.enrolment.learner
    client.force_login(make_registrar(institution))

    pages = [
        client.get(reverse("verify-code", args=[printed.code])),
        client.get(reverse("learner-detail", args=[learner.uuid])),
    ]

    for page in pages:
        assert "Supplement to an interim award" in page.content.decode()


def test_list_of_data_says_what_is_not_sealed(client, graduate, printed, institution):
    client.force_login(make_registrar(institution))

    page = client.get(reverse("learner-detail", args=[graduate.enrolment.learner.uuid]))

    text = page.content.decode()
    assert "European Digital Credential, not sealed" in text
    assert "ELMO, not sealed" in text
