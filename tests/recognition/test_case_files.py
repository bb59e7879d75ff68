"""What applicants take along and what the case file says, and to whom it shows names."""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from credentials.models import Document, DocumentKind, Job, JobKind, User
from credentials.pdf_files import embedded_files
from credentials.services import documents
from credentials.verdict import Refused
from recognition import log_words
from recognition.models import EvidencePointer, Line
from recognition.opinions import target_ects
from recognition.permissions import can_open_case_file, can_read_in_case_file
from recognition.services import archives, case_files, decision_credentials, dossiers
from recognition.settled import settled_of, with_opinions
from recognition.states import LineState
from recognition.vocabulary import Authenticity, DecisionType
from tests.factories.people import make_registrar, make_user
from tests.factories.recognition import Way, make_line, seated

pytestmark = pytest.mark.django_db


def told_line(state=LineState.NOTIFIED):
    line = make_line(state, decision=DecisionType.PARTIAL)
    for job in Job.objects.filter(kind=JobKind.DECISION_CREDENTIAL):
        decision_credentials.run(job)
    return with_opinions(archives.with_files(Line.objects.all())).get(pk=line.pk)


def text_of(line, *, for_applicant):
    """All words of a case file, whatever part they stand in."""
    reader = line.case.applicant if for_applicant else Way(line).registrar
    sections = dossiers.sections_of(line.case, [line], archives.files_of([line]), reader=reader)
    return json.dumps([repr(section) for section in sections], ensure_ascii=False)


def test_applicant_takes_along_all_files_with_their_fingerprints(client):
    line = told_line()
    client.force_login(line.case.applicant)

    answer = client.get(f"/applications/{line.case.uuid}/all.zip")
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))

    names = [name.split("/")[0] for name in packed.namelist()]
    assert sorted(set(names)) == [
        "README.txt",
        "SHA256SUMS",
        "application.json",
        "credentials",
        "evidence",
        "letters",
    ]
    for row in packed.read("SHA256SUMS").decode().splitlines():
        digest, path = row.split("  ")
        assert hashlib.sha256(packed.read(path)).hexdigest() == digest
    said = json.loads(packed.read("application.json"))
    assert said["lines"][0]["decisions"][0]["number"] == line.decision.number


def test_decision_that_was_not_sent_is_not_in_the_archive():
    line = told_line(LineState.DECIDED)

    folders = {filed.path.split("/")[0] for filed in archives.files_of([line])}

    assert folders == {"evidence"}
    assert archives.snapshot(line.case, [line])["lines"][0]["decisions"] == []


def test_archive_is_for_applicant_and_registrar(client):
    line = told_line()
    address = f"/applications/{line.case.uuid}/all.zip"

    for user, status in (
        (make_registrar(line.case.institution), 200),
        (make_user(), 404),
        (seated(line.committee)[0], 404),
    ):
        client.force_login(user)
        answer = client.get(address)
        if answer.streaming:
            list(answer.streaming_content)
        assert answer.status_code == status


def test_applicant_sees_how_each_outcome_was_settled_but_not_by_whom(client):
    line = told_line()
    client.force_login(line.case.applicant)

    page = client.get(f"/applications/{line.case.uuid}/").content.decode()

    assert "How we compared" in page
    assert [name for name in (str(r.reviewer) for r in line.reviews.all()) if name in page] == []
    settled = settled_of(line)
    assert [one.rating for one in settled.outcomes] == [
        {"FULL": "Full", "PARTIAL": "Partial"}[line.decision.outcome_ratings[str(o.uuid)]]
        for o in line.module.course_version.outcomes.all()
    ]


@pytest.mark.parametrize(("chosen_by", "marked"), [(0, 1), (1, 0)])
def test_applicant_reads_which_places_the_portal_proposed(client, chosen_by, marked):
    line = told_line()
    first = line.module.course_version.outcomes.get(order=1)
    cited = EvidencePointer.objects.filter(rating__outcome=first)
    cited.exclude(rating__in=first.outcomerating_set.all()[:chosen_by]).update(was_proposed=True)
    client.force_login(line.case.applicant)

    page = client.get(f"/applications/{line.case.uuid}/").content.decode()
    line = with_opinions(archives.with_files(Line.objects.all())).get(pk=line.pk)

    mark = "outcome 1 (proposed by the portal, accepted): "
    assert page.count(mark) == text_of(line, for_applicant=True).count(mark) == marked
    assert len(settled_of(line).outcomes[0].passages) == 1


def test_applicant_sees_no_assessment_before_the_decision_is_sent(client):
    line = told_line(LineState.DECIDED)
    client.force_login(line.case.applicant)

    assert "How we compared" not in client.get(f"/applications/{line.case.uuid}/").content.decode()


def test_case_file_names_reviewers_to_staff_only():
    line = told_line()
    reviewers = [str(review.reviewer) for review in line.reviews.all()]

    for_staff = text_of(line, for_applicant=False)
    for_applicant = text_of(line, for_applicant=True)

    assert [name for name in reviewers if name not in for_staff] == []
    assert [name for name in reviewers if name in for_applicant] == []
    assert str(line.decision.written_by) not in for_applicant
    assert line.decision.number in for_applicant


def test_case_file_shows_no_opinion_before_all_are_in():
    line = told_line(LineState.UNDER_REVIEW)

    assert "Opinions" not in text_of(line, for_applicant=False)


@pytest.mark.parametrize("who", ["registrar", "applicant"])
def test_case_file_is_printed_with_its_files_attached(who):
    line = told_line()
    users = {
        "registrar": make_registrar(line.case.institution),
        "applicant": line.case.applicant,
    }

    job = case_files.order(line.case, by=users[who])
    case_files.run(job)

    document = Document.objects.get(kind=DocumentKind.CASE_FILE)
    job.refresh_from_db()
    assert (job.state, job.error, list(job.results.all())) == ("done", "", [document])
    assert document.owner == users[who]
    attached = {file.name for file in embedded_files(documents.read(document))}
    assert attached == {f.path.replace("/", "-") for f in archives.files_of([line])}


def test_page_of_the_work_offers_the_file(client):
    line = told_line()
    user = make_registrar(line.case.institution)
    job = case_files.order(line.case, by=user)
    case_files.run(job)
    document = Document.objects.get(kind=DocumentKind.CASE_FILE)
    client.force_login(user)

    page = client.get(f"/jobs/{job.uuid}/").content.decode()

    address = f"/applications/{line.case.uuid}/file/{document.uuid}/"
    assert f'<a href="{address}">{document.filename}</a>' in page
    assert client.get(address).content.startswith(b"%PDF")


def test_case_file_says_what_happened_in_words():
    line = told_line()

    text = text_of(line, for_applicant=False)

    assert "Application: Received → Being checked for completeness" in text
    assert "Decision: Being written → Signed" in text
    assert [word for word in ("formal_check", "line move", "case submit") if word in text] == []


def test_each_entry_of_the_log_has_its_words():
    written = re.compile(r"""record\(\s*(line|case|decision|draft),\s*"([a-z-]+)\"""")
    folder = Path(case_files.__file__).parent
    found = {
        ("decision" if noun == "draft" else noun, action)
        for path in folder.glob("*.py")
        for noun, action in written.findall(path.read_text())
    }

    assert ("case", "submit") in found
    assert found - set(log_words.WORDS) == set()


def test_case_file_writes_quantities_with_their_unit():
    line = told_line()

    text = text_of(line, for_applicant=False)

    assert f"('Credits', '{target_ects(line).normalize():f} ECTS')" in text
    assert ".0'" not in text


@pytest.mark.parametrize(
    ("authenticity", "said"),
    [
        (Authenticity.VERIFIED, "Awarded in this portal"),
        (Authenticity.UNCONFIRMED, "No signature to check"),
    ],
)
def test_case_file_does_not_contradict_itself_on_signatures(authenticity, said):
    line = told_line()
    line.sources.update(authenticity=authenticity, verification={})

    text = text_of(line, for_applicant=False)

    assert f"('Verification', '{said}'), ('Authenticity', '{authenticity.label}')" in text


def test_case_file_from_before_a_rule_on_reading_is_made_anew_for_staff():
    line = told_line()
    registrar, applicant = make_registrar(line.case.institution), line.case.applicant
    for user in (registrar, applicant):
        case_files.run(case_files.order(line.case, by=user))
    made = Document.objects.filter(kind=DocumentKind.CASE_FILE)
    of_staff, own = (made.get(owner=user) for user in (registrar, applicant))
    verdicts = [can_open_case_file(registrar, line.case, of_staff)]

    for document in (of_staff, own):
        del document.facts["rules"]
        document.save()
    verdicts += [can_open_case_file(registrar, line.case, of_staff)]
    verdicts += [can_open_case_file(applicant, line.case, own)]

    assert [verdict.allowed for verdict in verdicts] == [True, False, True]
    assert verdicts[1].reason.endswith("Have a new one made.")


def test_large_files_are_listed_and_not_attached(monkeypatch):
    line = told_line()
    monkeypatch.setattr(case_files, "MOST_ATTACHED", 10)

    assert case_files._attachments(archives.files_of([line])) == []


def test_case_file_is_for_applicant_registrar_and_who_decides():
    line = told_line()
    allowed = {
        "applicant": line.case.applicant,
        "registrar": make_registrar(line.case.institution),
        "chair": User.objects.get(seats__committee=line.committee, seats__role="chair"),
    }
    refused = {"reviewer": seated(line.committee)[0], "stranger": make_user()}

    assert {n for n, user in allowed.items() if can_read_in_case_file(user, line)} == set(allowed)
    assert {n for n, user in refused.items() if can_read_in_case_file(user, line)} == set()
    with pytest.raises(Refused):
        case_files.order(line.case, by=refused["reviewer"])
