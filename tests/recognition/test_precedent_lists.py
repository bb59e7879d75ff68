"""The public list as a document: what it says, editions that replace each other, who gets it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from credentials.models import Document, DocumentKind, Job, JobKind
from credentials.pdf import render_pdf
from credentials.permissions import can_retry_job
from credentials.services import documents, jobs, verification
from credentials.standards.documents import Imprint
from credentials.standards.facts import BodyFacts
from credentials.states import JobState
from credentials.verdict import Refused
from recognition.documents.precedent_list import (
    ListedDecision,
    ListedProgramme,
    ListedSource,
    ListedTarget,
    PrecedentListFacts,
    precedent_list_context,
)
from recognition.models import Precedent
from recognition.services import precedent_lists, precedents
from recognition.vocabulary import DecisionType, PrecedentLevel
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_institution, make_registrar, make_user
from tests.factories.precedents import make_decided

CODE = "LND-7F4K-22QX-M3"
STANDING = ListedDecision(
    sources=(
        ListedSource(
            {"en": "Sensors in the Field", "de": "Sensoren im Feld"},
            "Arden Academy",
            "NL",
            Decimal(3),
        ),
        ListedSource({"el": "Ανάλυση δεδομένων"}, "Πανεπιστήμιο Αιγαίου", "GR", Decimal("4.5")),
    ),
    targets=(
        ListedTarget("M-12", {"en": "Measuring", "de": "Messtechnik"}, ({"en": "Laboratory"},)),
    ),
    type=DecisionType.FULL_SUBSTITUTION,
    year=2025,
    ects=Decimal(6),
    stands_until=date(2028, 3, 1),
)
REFUSED = ListedDecision(
    sources=(ListedSource({"ar": "مقدمة في البرمجة"}, "Kestrel Learning"),),
    targets=(),
    type=DecisionType.REFUSAL,
    year=2024,
)


def make_facts(*decisions: ListedDecision) -> PrecedentListFacts:
    return PrecedentListFacts(
        imprint=Imprint(
            institution=BodyFacts(name={"de": "Universität Linden", "en": "Linden"}, country="DE"),
            number="LND-PRC-2026-0001",
            created=datetime(2026, 5, 4, 9, 0, tzinfo=UTC),
            code=CODE,
            verify_url=f"https://portal.example/v/{CODE}",
        ),
        programmes=(
            ListedProgramme(
                {"de": "Umwelttechnik", "en": "Environmental Engineering"}, "2024", decisions
            ),
        ),
        url="https://portal.example/recognised-before/",
    )


def list_pdf(*decisions: ListedDecision, languages=("de", "en")) -> bytes:
    facts = make_facts(*decisions)
    context = precedent_list_context(facts, languages=languages)
    return render_pdf(
        "pdf/precedent_list.html",
        context,
        languages=languages,
        title=context["title"],
        identifier=facts.imprint.number,
        created=facts.imprint.created,
    )


def words_of(facts: PrecedentListFacts, languages=("en",)) -> str:
    context = precedent_list_context(facts, languages=languages) | {"created": ""}
    html = render_to_string("pdf/precedent_list.html", context)
    return " ".join(unescape(strip_tags(html.replace("<", " <"))).split())


# What it says


def test_rows_name_courses_bodies_modules_results_and_years():
    text = words_of(make_facts(STANDING, REFUSED))

    assert (
        "Sensors in the Field Arden Academy, Netherlands , 3 ECTS "
        "+ Ανάλυση δεδομένων Πανεπιστήμιο Αιγαίου, Greece , 4.5 ECTS "
        "M-12 Measuring , Laboratory Recognised in full 6 ECTS "
        "Standing decision until 1 March 2028 2025" in text
    )
    assert "مقدمة في البرمجة Kestrel Learning Free electives Not recognised 2024" in text
    assert "Regulations 2024" in text
    assert "2 decisions" in text


def test_it_says_what_binds_and_what_is_information():
    text = words_of(make_facts(STANDING))

    assert "A standing decision applies at once when your case is equal" in text
    assert "Everything else is information, and not a promise." in text
    assert "public today stands here: portal.example/recognised-before/" in text


def test_same_facts_give_the_same_bytes():
    assert list_pdf(STANDING, REFUSED) == list_pdf(STANDING, REFUSED)


@pytest.mark.checkers
def test_lists_pass_verapdf(verapdf, tmp_path):
    several = [replace(STANDING, year=2000 + number) for number in range(25)]
    paths = [tmp_path / f"{languages[0]}.pdf" for languages in (("de", "en"), ("en",))]
    paths[0].write_bytes(list_pdf(*several, REFUSED))
    paths[1].write_bytes(list_pdf(REFUSED, languages=("en",)))

    assert verapdf(*paths) == []


# Printed


@pytest.fixture
def decided(db):
    return make_decided()


@pytest.fixture
def institution(decided):
    return decided.precedent.institution


@pytest.fixture
def registrar(institution):
    return make_registrar(institution)


def printed(institution, registrar, programme=None) -> Document:
    job = precedent_lists.order(institution, programme, by=registrar)
    precedent_lists.run(job)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    return job.results.get()


def facts_of(institution) -> PrecedentListFacts:
    imprint = make_facts().imprint
    return precedent_lists.facts_of(imprint, precedent_lists.printable(institution).with_all())


def test_it_lists_what_the_public_page_shows_and_nobody(decided, institution):
    hidden = make_decided(module=make_module(decided.module.programme_version)).precedent
    Precedent.objects.filter(pk=hidden.pk).update(is_public=False)

    text = words_of(facts_of(institution))

    body, module = decided.precedent.sources.get().awarding_body, decided.module
    assert f"{decided.course.title['en']} {body}, Germany , 6 ECTS" in text
    assert f"{module.code} {module.title['en']}" in text
    assert "1 decision" in text
    people = [decided.line.case.learner.name, str(decided.precedent.made_by), "Nela", "Person"]
    numbers = [decided.precedent.number, decided.line.case.reference, decided.line.decision.number]
    assert [word for word in people + numbers if word in text] == []


@pytest.mark.parametrize("change", [{"level": PrecedentLevel.INDICATIVE}, {"valid_to": "past"}])
def test_what_does_not_stand_is_not_called_standing(decided, institution, change):
    if "valid_to" in change:
        change = {"valid_from": date(2020, 1, 1), "valid_to": date(2021, 1, 1)}
    Precedent.objects.update(**change)

    assert "Standing decision until" not in words_of(facts_of(institution))


def test_registrar_prints_an_edition_for_everybody(client, decided, institution, registrar):
    client.force_login(registrar)
    address = reverse("precedent-list-print", args=[institution.slug])
    assert "1 decision is public now." in client.get(address).content.decode()

    answer = client.post(address, {"programme": ""})
    job = Job.objects.get(kind=JobKind.PRECEDENT_LIST)
    precedent_lists.run(job)
    edition = Document.objects.get(kind=DocumentKind.PRECEDENT_LIST)

    assert answer.url == reverse("job-detail", args=[job.uuid])
    assert re.fullmatch(r"\w+-PRC-\d{4}-0001", edition.number)
    page = client.get(answer.url).content.decode()
    assert reverse("document-download", args=[edition.uuid]) in page
    assert "The list is printed" in page
    client.logout()
    link = reverse("precedent-list-download", args=[edition.uuid])
    assert link in client.get(reverse("precedent-public")).content.decode()
    assert client.get(link).content == documents.read(edition)
    assert verification.look_up(edition.code).document == edition


def test_newer_edition_takes_the_place_of_the_older(client, institution, registrar):
    first, second = printed(institution, registrar), printed(institution, registrar)

    first.refresh_from_db()
    page = client.get(reverse("precedent-public"))

    assert first.superseded_by == second
    assert list(page.context["editions"]) == [second]
    told = client.get(reverse("verify-code", args=[first.code])).content.decode()
    assert "It no longer holds:" in told
    assert second.number in told
    old = client.get(reverse("precedent-list-download", args=[first.uuid]))
    assert old.url == reverse("precedent-list-download", args=[second.uuid])


def test_edition_from_before_a_row_was_taken_off_is_offered_no_more(
    client, decided, institution, registrar
):
    edition = printed(institution, registrar)
    link = reverse("precedent-list-download", args=[edition.uuid])
    assert client.get(link).status_code == 200

    precedents.revoke(decided.precedent, "It names a person.", by=registrar)

    assert list(client.get(reverse("precedent-public")).context["editions"]) == []
    assert client.get(link).status_code == 404
    other = make_module(decided.module.programme_version)
    make_decided(module=other, course=decided.course)
    newest = printed(institution, registrar)
    assert list(precedent_lists.current()) == [newest]


def test_who_is_no_registrar_any_more_prints_nothing(institution, registrar):
    job = precedent_lists.order(institution, by=registrar)
    assert can_retry_job(registrar, job)

    registrar.memberships.all().delete()

    assert not can_retry_job(registrar, job)


def test_two_registrars_who_order_at_once_share_one_job(client, institution, registrar):
    job = precedent_lists.order(institution, by=registrar)
    client.force_login(make_registrar(institution))
    address = reverse("precedent-list-print", args=[institution.slug])

    answer = client.post(address, {"programme": ""}, follow=True)

    assert answer.redirect_chain == [(reverse("job-detail", args=[job.uuid]), 302)]
    assert answer.status_code == 200


def test_edition_ordered_earlier_and_ready_later_replaces_nothing(decided, institution, registrar):
    programme = decided.module.programme_version.programme
    of_all = precedent_lists.order(institution, by=registrar)
    of_one = printed(institution, registrar, programme)

    precedent_lists.run(of_all)

    assert set(precedent_lists.current()) == {of_one, of_all.results.get()}


def test_edition_of_a_programme_replaces_its_own_only(decided, institution, registrar):
    other = make_module(make_programme_version(institution))
    make_decided(module=other, course=decided.course)
    mine, theirs = decided.module.programme_version.programme, other.programme_version.programme
    of_all = printed(institution, registrar)
    first, of_other = (printed(institution, registrar, one) for one in (mine, theirs))
    second = printed(institution, registrar, mine)

    assert set(precedent_lists.current()) == {of_all, of_other, second}
    assert Document.objects.get(pk=first.pk).superseded_by == second
    newest = printed(institution, registrar)
    assert list(precedent_lists.current()) == [newest]


def test_edition_of_another_institution_stays(institution, registrar):
    away = make_decided().precedent.institution
    first = printed(away, make_registrar(away))

    printed(institution, registrar)

    assert Document.objects.get(pk=first.pk).superseded_by is None


def test_nothing_public_is_a_sentence_and_no_empty_table(client, institution, registrar):
    Precedent.objects.update(is_public=False)
    client.force_login(registrar)
    address = reverse("precedent-list-print", args=[institution.slug])

    page = client.get(address).content.decode()
    answer = client.post(address, {"programme": ""}, follow=True)

    for said in (page, answer.content.decode()):
        assert "No decision is public yet, so there is nothing to print." in said
    assert not Job.objects.filter(kind=JobKind.PRECEDENT_LIST).exists()


def test_what_was_revoked_before_the_worker_came_is_not_printed(decided, institution, registrar):
    job = precedent_lists.order(institution, by=registrar)
    precedents.revoke(decided.precedent, "Wrong.", by=decided.way.chair)

    precedent_lists.run(job)

    job.refresh_from_db()
    assert (job.state, job.results.count()) == (JobState.FAILED, 0)
    assert job.error == "No decision is public yet, so there is nothing to print."


def test_more_than_a_list_holds_is_refused(institution, registrar, monkeypatch):
    monkeypatch.setattr(precedent_lists, "MOST", 0)

    with pytest.raises(Refused, match="1 decisions are too many for one list of 0"):
        precedent_lists.order(institution, by=registrar)


def test_only_registrars_of_the_institution_order_it(institution):
    for user in (make_user(), make_registrar(make_institution())):
        with pytest.raises(Refused, match="Only registrars"):
            precedent_lists.order(institution, by=user)


# Killed, and two at once


def test_order_sent_twice_is_one_job(institution, registrar):
    first, second = (precedent_lists.order(institution, by=registrar) for _ in range(2))

    assert first == second


def test_killed_worker_prints_nothing_twice(institution, registrar, monkeypatch):
    """The worker dies after the edition was kept and before the job was ended."""
    job = precedent_lists.order(institution, by=registrar)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            precedent_lists.run(job)
    Job.objects.update(beat_at=timezone.now() - 2 * jobs.SILENCE)

    jobs.revive_silent()
    precedent_lists.run(Job.objects.get(pk=job.pk))

    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    assert Document.objects.filter(kind=DocumentKind.PRECEDENT_LIST).count() == 1


def test_worker_that_comes_late_keeps_no_second_edition(institution, registrar):
    """Two workers have rendered the same job: the first that keeps it wins."""
    job = precedent_lists.order(institution, by=registrar)
    made = [precedent_lists._make(job, institution, None) for _ in range(2)]

    assert made[0] == made[1]
    assert Document.objects.filter(kind=DocumentKind.PRECEDENT_LIST).count() == 1


# What the pages cost


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_same_for_any_number(
    client, number, decided, institution, registrar, django_assert_num_queries
):
    for _ in range(number):
        printed(institution, registrar)
    client.force_login(registrar)

    with django_assert_num_queries(9):
        client.get(reverse("precedent-list-print", args=[institution.slug]))
