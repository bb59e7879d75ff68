"""A portfolio is printed for its holder alone, once at a time, with what is known of each entry."""

import re

import pytest
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from credentials.models import Credential, Document, DocumentKind, Job, JobKind, Origin
from credentials.services import documents, jobs, verification
from credentials.states import AwardState, JobState
from credentials.verdict import Refused
from portfolios import permissions
from portfolios.documents.portfolio import Holding, Source
from portfolios.services import credentials, portfolio_documents
from tests.factories.awards import make_award, make_student
from tests.factories.papers import make_print
from tests.factories.people import make_institution, make_learner, make_registrar, make_user
from tests.factories.portfolios import make_declared, make_imported, make_kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def nela(client):
    """A learner of a portal with an institution that does not know them yet."""
    make_institution()
    user = make_student("Nela Ardwen")
    client.force_login(user)
    return user


def held_by(user):
    return list(portfolio_documents.entries_of(user))


def ordered(user, entries=None, languages=("en",)) -> Job:
    return portfolio_documents.order(entries or held_by(user), languages, by=user)


def printed(user, entries=None, languages=("en",)) -> Document:
    job = ordered(user, entries, languages)
    portfolio_documents.run(job)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    return job.results.get()


def entry_of(credential):
    held = portfolio_documents.entries_of(credential.holder).get(pk=credential.pk)
    return portfolio_documents.entry_of(held, "Nela Ardwen", ("en",))


# What is known of an entry


def test_award_is_known_by_its_code(nela):
    award = make_award(student=nela)

    entry = entry_of(award.credential)

    assert (entry.source, entry.holding) == (Source.AWARD, Holding.HOLDS)
    assert award.code in entry.verify_url
    assert entry.ects == award.course_version.ects


@pytest.mark.parametrize(
    ("state", "holding", "moment"),
    [
        (AwardState.SUSPENDED, Holding.SUSPENDED, "suspended_at"),
        (AwardState.REVOKED, Holding.REVOKED, "revoked_at"),
    ],
)
def test_award_that_does_not_count_says_so_and_since_when(nela, state, holding, moment):
    award = make_award(state, student=nela)

    entry = entry_of(award.credential)

    assert entry.holding == holding
    assert entry.since == timezone.localdate(getattr(award, moment))


def test_replaced_award_and_lost_decision_say_so(nela):
    award = make_award(AwardState.REVOKED, student=nela)
    type(award).objects.filter(pk=award.pk).update(revocation_reason="superseded")
    decision = make_declared(nela)
    Credential.objects.filter(pk=decision.pk).update(
        origin=Origin.DECISION, revoked_at=timezone.now()
    )

    assert entry_of(award.credential).holding == Holding.REPLACED
    assert entry_of(decision).holding == Holding.REVOKED


def test_file_of_another_issuer_says_what_was_found_and_when(nela):
    credential = make_imported(nela)

    entry = entry_of(credential)

    result = verification.told(credential.verification, credential.verified_at)
    assert entry.source == Source.SIGNED
    assert entry.finding == {"en": result.title}
    assert entry.explanation == {"en": result.text}
    assert entry.checked_on == timezone.localdate(credential.verified_at)


def test_what_the_holder_changed_in_a_signed_entry_is_named(nela):
    credential = make_imported(nela)
    names = dict.fromkeys(credential.provenance, "signed")
    Credential.objects.filter(pk=credential.pk).update(provenance=names | {"title": "stated"})

    assert entry_of(credential).stated == ("title",)


@pytest.mark.parametrize(
    ("make", "source"), [(make_kept, Source.KEPT), (make_declared, Source.DECLARED)]
)
def test_what_nobody_signed_is_the_holders_word(nela, make, source):
    entry = entry_of(make(nela))

    assert (entry.source, entry.verify_url, entry.finding) == (source, "", "")


def test_credential_of_another_name_says_to_whom_it_was_issued(nela):
    credential = make_imported(nela)
    held = held_by(nela)[0]

    other = portfolio_documents.entry_of(held, "Mirel Oskarin", ("en",))

    assert other.issued_to == "Nela Ardwen"
    assert entry_of(credential).issued_to == ""


# Printed


def test_holder_prints_what_is_chosen(client, nela):
    make_learner(make_institution(), nela)
    kept, left_out = make_declared(nela), make_kept(nela)
    page = client.get(reverse("portfolio-print")).content.decode()
    assert page.count("checked") >= 2

    answer = client.post(
        reverse("portfolio-print"), {"entries": [str(kept.uuid)], "languages": "en"}
    )
    job = Job.objects.get(kind=JobKind.PORTFOLIO)
    portfolio_documents.run(job)

    document = Document.objects.get(kind=DocumentKind.PORTFOLIO)
    assert answer.url == reverse("job-detail", args=[job.uuid])
    assert job.parameters["entries"] == [str(kept.uuid)]
    assert str(left_out.uuid) not in job.parameters["entries"]
    for address in (answer.url, reverse("portfolio")):
        told = client.get(address).content.decode()
        assert reverse("document-download", args=[document.uuid]) in told
    assert documents.read(document).startswith(b"%PDF-1.7")


def test_print_has_number_and_code_but_no_seal_and_no_design(nela):
    learner = make_learner(make_institution(), nela)
    make_declared(nela)

    document = printed(nela)

    assert re.fullmatch(r"\w+-PF-\d{4}-0001", document.number)
    assert (document.owner, document.learner, document.design) == (nela, None, None)
    assert "seal" not in document.facts
    assert document.facts["holder"] == documents.about(learner.name)["holder"]
    assert document.institution == learner.institution
    assert document.audit_institution is None
    assert verification.look_up(document.code).document == document


def test_who_is_known_nowhere_prints_without_a_code(nela):
    make_declared(nela)

    document = printed(nela)

    assert (document.code, document.institution) == ("", None)
    assert re.fullmatch(r"PF-[0-9A-F]{12}", document.number)


def test_stranger_with_the_page_learns_that_the_portal_made_it_and_no_more(client, nela):
    make_learner(make_institution(), nela)
    make_declared(nela)
    document = printed(nela)
    client.logout()

    told = client.get(reverse("verify-code", args=[document.code])).content.decode()

    assert "A document with this code was made here for its holder." in told
    assert "No institution confirms what it says." in told
    assert "Its holder, in this portal" in told
    assert "None: no institution vouches for it." in told
    assert "N. A." in told
    for hidden in ("Ardwen", "River Watch", "The institution made", str(document.institution)):
        assert hidden not in told


def test_prints_stand_beside_each_other(client, nela):
    """Each is a choice for somebody else: whoever has one learns nothing of another."""
    make_learner(make_institution(), nela)
    make_declared(nela)
    first, second = printed(nela), printed(nela)

    first.refresh_from_db()
    told = client.get(reverse("verify-code", args=[first.code])).content.decode()
    assert first.superseded_by is None
    assert second.number not in told


def test_no_more_prints_are_kept_than_can_be_looked_through(nela, monkeypatch):
    monkeypatch.setattr(portfolio_documents, "MOST_KEPT", 1)
    make_learner(make_institution(), nela)
    make_declared(nela)
    kept = make_print(nela)

    with pytest.raises(Refused, match="You keep 1 prints already"):
        ordered(nela)

    portfolio_documents.delete(kept, by=nela)
    assert ordered(nela).state == JobState.QUEUED


def test_nothing_is_deleted_while_it_is_printed(nela):
    make_learner(make_institution(), nela)
    make_declared(nela)
    kept = make_print(nela)
    ordered(nela)

    with pytest.raises(Refused, match="being printed now"):
        portfolio_documents.delete(kept, by=nela)


@pytest.mark.parametrize("languages", [("de", "en"), ("en",), ("de",)])
def test_it_is_printed_in_the_languages_of_documents(nela, languages):
    make_learner(make_institution(languages=["de", "en"]), nela)
    make_declared(nela)

    assert portfolio_documents.languages_for(nela)[0] == ("de", "en")
    assert printed(nela, languages=languages).title.startswith(("Portfolio", "Mappe"))


def test_other_languages_are_refused(nela):
    make_declared(nela)

    with pytest.raises(Refused, match="Choose one of the languages"):
        ordered(nela, languages=("fr",))


# Refused


def test_empty_portfolio_has_no_button_and_prints_nothing(client, nela):
    link = reverse("portfolio-print")

    assert link not in client.get(reverse("portfolio")).content.decode()
    assert "nothing in your portfolio yet" in client.get(link).content.decode()
    client.post(link, {"languages": "en"})
    assert not Job.objects.filter(kind=JobKind.PORTFOLIO).exists()
    with pytest.raises(Refused, match="Choose at least one entry"):
        portfolio_documents.order([], ("en",), by=nela)


def test_nobody_prints_what_another_holds(client, nela):
    theirs = make_declared(make_user("Mirel Oskarin"))

    with pytest.raises(Refused, match="belongs to somebody else"):
        portfolio_documents.order([theirs], ("en",), by=nela)
    make_declared(nela)
    page = client.post(
        reverse("portfolio-print"), {"entries": [str(theirs.uuid)], "languages": "en"}
    )
    assert "This entry is not in your portfolio any more." in page.content.decode()


def test_more_than_fits_is_refused_with_a_sentence(client, nela, monkeypatch):
    monkeypatch.setattr(permissions, "MOST_PRINTED", 1)
    entries = [make_declared(nela), make_kept(nela)]

    page = client.post(
        reverse("portfolio-print"),
        {"entries": [str(one.uuid) for one in entries], "languages": "en"},
    )

    assert "Choose 1 entries at most; these are 2." in page.content.decode()


def test_one_print_at_a_time(client, nela):
    make_declared(nela)
    job = ordered(nela)

    with pytest.raises(Refused, match="is being printed now"):
        ordered(nela)
    page = client.get(reverse("portfolio-print")).content.decode()
    assert reverse("job-detail", args=[job.uuid]) in page
    assert "<input" not in page.split("<h1>")[1].split("</main>")[0]


def test_what_was_removed_meanwhile_is_left_out(nela):
    kept, gone = make_declared(nela), make_kept(nela)
    first = ordered(nela, [gone])
    credentials.remove(gone, by=nela)

    portfolio_documents.run(first)

    first.refresh_from_db()
    assert first.state == JobState.FAILED
    assert first.error == "Nothing that you chose lies in your portfolio any more."
    assert printed(nela, [kept])


# Killed, and two at once


def test_killed_worker_prints_nothing_twice(nela, monkeypatch):
    """The worker dies after the print was kept and before the job was ended."""
    make_declared(nela)
    job = ordered(nela)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            portfolio_documents.run(job)
    Job.objects.update(beat_at=timezone.now() - 2 * jobs.SILENCE)

    jobs.revive_silent()
    portfolio_documents.run(Job.objects.get(pk=job.pk))

    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    assert Document.objects.filter(kind=DocumentKind.PORTFOLIO).count() == 1


def test_worker_that_comes_late_keeps_no_second_print(nela):
    make_declared(nela)
    job = ordered(nela)

    made = [portfolio_documents._make(job) for _ in range(2)]

    assert made[0] == made[1]
    assert Document.objects.filter(kind=DocumentKind.PORTFOLIO).count() == 1


# Opened and deleted by whom


def test_nobody_else_opens_or_deletes_a_print(client, nela):
    learner = make_learner(make_institution(), nela)
    document = make_print(nela)
    for user in (make_user(), make_registrar(learner.institution)):
        client.force_login(user)
        for name in ("document-download", "portfolio-document-delete"):
            assert client.get(reverse(name, args=[document.uuid])).status_code == 404
        assert (
            client.post(reverse("portfolio-document-delete", args=[document.uuid])).status_code
            == 404
        )
        with pytest.raises(Refused, match="belongs to somebody else"):
            portfolio_documents.delete(document, by=user)


def test_holder_deletes_a_print_with_its_file(client, nela):
    make_learner(make_institution(), nela)
    make_declared(nela)
    document = printed(nela)
    storage, name = document.file.storage, document.file.name
    address = reverse("portfolio-document-delete", args=[document.uuid])
    assert "its code leads nowhere any more" in client.get(address).content.decode()

    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post(address)

    assert answer.url == reverse("portfolio")
    assert not Document.objects.filter(pk=document.pk).exists()
    assert not storage.exists(name)
    assert client.get(reverse("verify-code", args=[document.code])).status_code == 404
    assert client.get(reverse("job-detail", args=[Job.objects.get().uuid])).status_code == 200


def test_only_a_print_of_a_portfolio_is_deleted_here(nela):
    kept = make_kept(nela)

    with pytest.raises(Refused, match="belongs to somebody else"):
        portfolio_documents.delete(kept.document, by=nela)


# What the page costs


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_same_for_any_number(client, nela, number, django_assert_num_queries):
    for _ in range(number):
        make_award(student=nela)
        make_imported(nela)
        make_kept(nela)

    with django_assert_num_queries(7):
        client.get(reverse("portfolio-print"))
