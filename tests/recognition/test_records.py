"""The registrar's records: finding learners, their credentials, and the page printed from them."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.days import longdate
from credentials.models import (
    AuditEvent,
    Document,
    DocumentKind,
    Job,
    JobKind,
    Mail,
    Membership,
    Role,
    Unit,
)
from credentials.services import documents, jobs, revocations
from credentials.states import AwardState, JobState
from credentials.templatetags.symbolon import ects
from credentials.verdict import Refused
from portfolios.services import credentials as portfolio
from recognition.documents.record import RecordFacts, RecordRow, shown
from recognition.services import records
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.awards import make_award, make_student, make_taught_course
from tests.factories.catalogue import make_programme_version
from tests.factories.people import (
    make_institution,
    make_learner,
    make_registrar,
    make_staff,
    make_user,
    root_of,
)
from tests.factories.recognition import make_case, make_line

pytestmark = pytest.mark.django_db

TODAY = date(2026, 7, 1)


def facts_of(learner, job):
    """What a job prints of a learner."""
    found = records.record_of(learner)
    return records._facts_of(found, records._chosen(found, job), job, "N", "C", timezone.now())


@pytest.fixture
def version():
    return make_taught_course()


@pytest.fixture
def institution(version):
    return version.course.institution


@pytest.fixture
def registrar(client, institution):
    user = make_registrar(institution)
    client.force_login(user)
    return user


def award_to(version, name="Nela Ardwen", **fields):
    given, _space, family = name.partition(" ")
    student = make_student(name)
    make_learner(version.course.institution, student, given_name=given, family_name=family)
    return make_award(version=version, student=student, **fields)


def record_of(learner):
    return records.record_of(
        records.with_records(type(learner).objects.filter(pk=learner.pk)).get()
    )


def pages_of(*learners):
    return Document.objects.filter(kind=DocumentKind.DIPLOMA_PAGE, learner__in=learners)


# Finding


@pytest.mark.parametrize("text", ["ardw", "Nela", "nela ARDWEN", "40123456", "nela@home.example"])
def test_learner_is_found_by_name_number_and_address(client, institution, registrar, text):
    nela = make_learner(
        institution,
        make_user(email="nela@home.example"),
        given_name="Nela",
        family_name="Ardwen",
        student_number="40123456",
    )
    make_learner(institution, given_name="Ilvo", family_name="Marsk")

    page = client.get(reverse("learner-list"), {"q": text})

    assert [record.learner for record in page.context["records"]] == [nela]
    assert "1 learner" in page.content.decode()


@pytest.mark.parametrize("text", ["Nobody", "%"])
def test_search_without_a_find_says_what_to_try(client, institution, registrar, text):
    page = client.get(reverse("learner-list"), {"q": text})

    assert page.status_code == 200
    assert page.context["records"] == []


def test_records_without_learners_say_when_one_appears(client, registrar):
    page = client.get(reverse("learner-list")).content.decode()

    assert "A learner appears here when they claim a credential" in page


def test_learners_of_other_institutions_are_not_shown(client, institution, registrar):
    other = make_learner(make_institution())

    assert client.get(reverse("learner-list")).context["records"] == []
    assert client.get(reverse("learner-detail", args=[other.uuid])).status_code == 404
    assert client.get(reverse("learner-list"), {"institution": "nowhere"}).status_code == 404
    address = reverse("learner-list")
    slug = other.institution.slug
    assert client.get(address, {"institution": slug}).status_code == 404
    assert client.post(address, {"institution": slug}).status_code == 404


def test_registrar_of_two_institutions_chooses(client, institution, registrar):
    other = make_institution()
    Membership.objects.create(user=registrar, unit=root_of(other), role=Role.REGISTRAR)
    there = make_learner(other)

    page = client.get(reverse("learner-list"), {"institution": other.slug})

    assert [record.learner for record in page.context["records"]] == [there]
    assert f"?institution={institution.slug}" in page.content.decode()


def test_records_are_for_registrars_of_the_whole_institution(client, institution):
    learner = make_learner(institution)
    unit = Unit.objects.create(
        institution=institution, parent=root_of(institution), name={"en": "Informatics"}
    )
    people = [
        make_user(),
        learner.user or make_user(),
        make_staff(institution, Role.TEACHER),
        make_staff(institution, Role.COURSE_DIRECTOR),
        make_staff(institution, Role.REGISTRAR, unit=unit),
        make_registrar(make_institution()),
    ]

    for user in people:
        client.force_login(user)
        assert client.get(reverse("learner-detail", args=[learner.uuid])).status_code == 404
        with pytest.raises(Refused):
            records.start_pages([learner], institution=institution, dated=TODAY, by=user)
        page = client.get(reverse("work")).content.decode()
        assert (reverse("learner-list") in page) is (user == people[-1])


# The record


def test_record_holds_awards_that_stand_and_what_was_recognised(client):
    line = make_line(LineState.RECORDED, decision=DecisionType.PARTIAL)
    learner, institution = line.case.learner, line.audit_institution
    version = make_taught_course(institution)
    award = make_award(version=version, student=learner.user)
    make_award(AwardState.REVOKED, version=make_taught_course(institution), student=learner.user)
    client.force_login(make_registrar(institution))

    found = record_of(learner)
    page = client.get(reverse("learner-detail", args=[learner.uuid])).content.decode()

    assert page.count('data-label="Origin"') == 1  # the sum has none
    source = line.sources.get()
    assert {entry.credential for entry in found.entries} == {award.credential, source.credential}
    assert found.counted == line.decision.ects
    assert found.earned == Decimal("10")
    assert found.enrolment.programme_version == line.case.programme_version
    assert line.module.code in page
    assert "Additional" in page
    assert f"Counts, {line.decision.ects.normalize()}\u00a0ECTS" in page
    assert reverse("award-detail", args=[award.uuid]) in page


def test_revoked_award_keeps_its_credits_until_decided_but_is_not_printed(client):
    programme = make_programme_version(make_institution())
    award = make_award()
    institution = programme.programme.institution
    student = award.learner.user
    learner = make_learner(institution, student)
    case = make_case(programme_version=programme, applicant=student, sources=[award.credential])
    line = make_line(LineState.RECORDED, case=case)
    registrar = make_registrar(institution)
    revocations.revoke(award, by=make_registrar(award.audit_institution), reason="error")
    client.force_login(registrar)

    found = record_of(learner)
    page = client.get(reverse("learner-detail", args=[learner.uuid])).content.decode()

    assert (found.standing, found.earned, found.counted) == ([], 0, line.decision.ects)
    assert "Its credits count until the decision is taken back." in page
    assert "Print micro-credentials page" not in page
    mail = Mail.objects.get(recipient=registrar.email, subject__contains="was revoked")
    assert reverse("learner-detail", args=[learner.uuid]) in mail.body
    with pytest.raises(Refused, match="nothing to print"):
        records.start_pages([learner], institution=institution, dated=TODAY, by=registrar)


def test_record_says_what_was_decided_not_what_is_stated_since():
    line = make_line(LineState.RECORDED)
    credential = line.sources.get().credential
    then = dict(credential.title)
    statement = {"title": "Master of Surgery", "ects": Decimal(60)}
    portfolio.state(credential, statement, by=credential.holder)

    (entry,) = record_of(line.case.learner).entries

    credential.refresh_from_db()
    assert credential.title != then
    assert (dict(entry.facts.title), entry.facts.ects) == (then, Decimal(5))


def test_record_of_a_learner_without_anything_says_so(client, institution, registrar):
    learner = make_learner(institution)

    page = client.get(reverse("learner-detail", args=[learner.uuid])).content.decode()

    assert "Nothing earned yet" in page
    assert "Print micro-credentials page" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_the_database_the_same_for_any_number(
    client, institution, registrar, number, django_assert_num_queries
):
    versions = [make_taught_course(institution) for _ in range(number)]
    for _learner in range(number):
        student = make_student()
        learner = make_learner(institution, student)
        learner.enrolments.create(programme_version=make_programme_version(institution))
        for version in versions:
            make_award(version=version, student=student)

    with django_assert_num_queries(13):
        client.get(reverse("learner-list"))
    with django_assert_num_queries(17):
        client.get(reverse("learner-detail", args=[learner.uuid]))


# Printing


def test_page_is_printed_for_one_learner_with_what_is_ticked(
    client, version, institution, registrar, run_tasks
):
    award = award_to(version)
    make_award(version=make_taught_course(institution), student=award.learner.user)
    address = reverse("learner-detail", args=[award.learner.uuid])

    with run_tasks():
        answer = client.post(address, {"chosen": [award.credential.uuid], "dated": "2026-07-01"})

    job = Job.objects.get(kind=JobKind.DIPLOMA_PAGES)
    assert answer.url == reverse("job-detail", args=[job.uuid])
    assert (job.state, job.done) == (JobState.DONE, 1)
    document = job.results.get()
    assert document.number.startswith(f"{institution.number_prefix}-DP-")
    assert list(pages_of(award.learner)) == [document]
    assert document.number in client.get(address).content.decode()
    learner = records.with_records(institution.learners.filter(pk=award.learner.pk)).get()
    printed = facts_of(learner, job)
    assert [row.title for row in printed.rows] == [award.credential.title]


def test_address_of_a_page_shows_rows_totals_and_day_but_neither_name_nor_grade(
    client, version, institution, registrar, run_tasks
):
    award = award_to(version, grade="2.0")
    with run_tasks():
        client.post(
            reverse("learner-detail", args=[award.learner.uuid]),
            {"chosen": [award.credential.uuid], "dated": "2026-07-01"},
        )
    document = pages_of(award.learner).get()
    client.logout()

    page = client.get(reverse("verify-code", args=[document.code]))

    shown = page.context["shown"]
    (row,) = document.facts["shown"]["rows"]
    assert row["title"] == award.credential.title
    assert {name: Decimal(ects) for name, ects in shown["totals"].items()} == {
        "earned": Decimal(row["ects"]),
        "counted": 0,
        "additional": Decimal(row["ects"]),
    }
    assert shown["day"] == date(2026, 7, 1)
    text = page.content.decode()
    for said in (award.credential.title["en"], longdate(shown["rows"][0]["day"]), "1 July 2026"):
        assert said.replace(" ", "\N{NO-BREAK SPACE}") in text.replace(" ", "\N{NO-BREAK SPACE}")
    assert ects(row["ects"]) in text
    assert "2.0" not in text
    assert award.learner.family_name not in text


def test_address_of_a_page_shows_hours_where_no_credits_are_printed(client, institution):
    rows = tuple(
        RecordRow({"en": title}, {"en": "Body"}, ects=ects, hours=Decimal(120))
        for title, ects in (("Measuring", None), ("Weighing", Decimal(4)))
    )
    said = shown(RecordFacts(None, None, "", rows))
    document = documents.store(
        b"%PDF-1.7 a page",
        kind=DocumentKind.DIPLOMA_PAGE,
        title="Page",
        filename="page.pdf",
        media_type="application/pdf",
        institution=institution,
        code="LND-AAAA-BBBB-CC",
        facts={"shown": said},
    )

    text = client.get(reverse("verify-code", args=[document.code])).content.decode()

    assert "Measuring</span><small>120 hours</small>" in text
    assert f"Weighing</span><small>{ects(4)}</small>" in text


def test_page_printed_before_this_was_kept_shows_the_day_that_it_bears(
    client, version, institution, registrar, run_tasks
):
    award = award_to(version)
    with run_tasks():
        client.post(
            reverse("learner-detail", args=[award.learner.uuid]),
            {"chosen": [award.credential.uuid], "dated": "2026-07-01"},
        )
    document = pages_of(award.learner).get()
    del document.facts["shown"]
    document.save()

    page = client.get(reverse("verify-code", args=[document.code]))

    assert page.context["shown"] == {"day": date(2026, 7, 1), "rows": []}
    assert "Dated" in page.content.decode()


def test_pages_are_printed_for_several_learners(client, version, institution, registrar, run_tasks):
    learners = [award_to(version, name).learner for name in ("Nela Ardwen", "Ilvo Marsk")]
    award_to(version, "Tarja Vennola")

    with run_tasks():
        client.post(
            reverse("learner-list"),
            {"learners": [learner.uuid for learner in learners], "dated": "2026-07-01"},
        )

    job = Job.objects.get(kind=JobKind.DIPLOMA_PAGES)
    assert (job.state, job.total, job.results.count()) == (JobState.DONE, 2, 2)
    assert pages_of(*learners).count() == 2
    page = client.get(reverse("job-detail", args=[job.uuid])).content.decode()
    for learner in learners:
        number = pages_of(learner).get().number
        assert f"{number}.pdf</a><small><bdi>{learner}</bdi>, Micro-credentials page," in page
    assert Document.objects.filter(kind=DocumentKind.DIPLOMA_PAGE).count() == 2


def test_order_sent_twice_is_one_job(client, version, registrar):
    award = award_to(version)
    data = {"chosen": [award.credential.uuid], "dated": "2026-07-01"}
    address = reverse("learner-detail", args=[award.learner.uuid])

    answers = [client.post(address, data) for _tab in range(2)]

    assert answers[0].url == answers[1].url
    assert Job.objects.filter(kind=JobKind.DIPLOMA_PAGES).count() == 1


def test_job_that_runs_twice_prints_each_page_once(version, institution, registrar):
    learner = award_to(version).learner
    job = records.start_pages([learner], institution=institution, dated=TODAY, by=registrar)

    records.run_pages(job)
    records.run_pages(job)

    assert pages_of(learner).count() == 1


def test_worker_that_dies_between_learners_prints_nothing_twice(version, institution, registrar):
    learners = [award_to(version, name).learner for name in ("Ilvo Marsk", "Nela Ardwen")]
    job = records.start_pages(learners, institution=institution, dated=TODAY, by=registrar)
    jobs.begin(job)
    first = records.with_records(institution.learners.filter(pk=learners[0].pk)).get()
    records._print(job, first)  # and here the worker is killed
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - timedelta(hours=1))

    assert jobs.revive_silent() == 1
    job.refresh_from_db()
    records.run_pages(job)

    job.refresh_from_db()
    assert (job.state, job.results.count()) == (JobState.DONE, 2)
    assert [pages_of(learner).count() for learner in learners] == [1, 1]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"chosen": []}, "chosen"),
        ({"chosen": ["nonsense"]}, "chosen"),
        ({"dated": "soon"}, "dated"),
        ({"dated": "0001-01-01"}, "dated"),
        ({"dated": "2999-01-01"}, "dated"),
    ],
)
def test_order_with_a_mistake_names_the_field(client, version, registrar, data, field):
    award = award_to(version)
    said = {"chosen": [award.credential.uuid], "dated": "2026-07-01", **data}

    answer = client.post(reverse("learner-detail", args=[award.learner.uuid]), said)

    assert set(answer.context["form"].errors) == {field}
    assert f'href="#id_{field}"' in answer.content.decode()
    assert f'id="id_{field}"' in answer.content.decode()
    assert not Job.objects.filter(kind=JobKind.DIPLOMA_PAGES).exists()


@pytest.mark.parametrize("who", ["nobody", "somebody else", "a stranger"])
def test_order_for_learners_that_are_not_ones_own_is_refused(client, version, registrar, who):
    award_to(version)
    chosen = {
        "nobody": [],
        "somebody else": [make_learner(make_institution()).uuid],
        "a stranger": [uuid.uuid4()],
    }[who]

    answer = client.post(reverse("learner-list"), {"learners": chosen, "dated": "2026-07-01"})

    assert set(answer.context["form"].errors) == {"learners"}
    assert 'id="id_learners"' in answer.content.decode()


def test_page_without_anything_on_it_is_not_printed(client, institution, version, registrar):
    empty, full = make_learner(institution), award_to(version).learner

    answer = client.post(
        reverse("learner-list"),
        {"learners": [full.uuid, empty.uuid], "dated": "2026-07-01"},
    )

    assert f"There is nothing to print for {empty}." in answer.content.decode()
    assert not Job.objects.filter(kind=JobKind.DIPLOMA_PAGES).exists()


def test_button_stands_once_and_beside_its_date(client, version, registrar):
    address = reverse("learner-detail", args=[award_to(version).learner.uuid])

    page = client.get(address).content.decode()

    _table, form = page.split("</table>", 1)
    form, _rest = form.split("</form>", 1)
    assert 'name="dated"' in form
    assert "Print micro-credentials page</button>" in form
    assert page.count("Print micro-credentials page</button>") == 1


def test_page_has_only_micro_credentials_on_it(client):
    line = make_line(LineState.RECORDED)  # from the certificate of a course
    learner, institution = line.case.learner, line.audit_institution
    other = line.sources.get().credential
    registrar = make_registrar(institution)
    client.force_login(registrar)
    address = reverse("learner-detail", args=[learner.uuid])
    assert "Print micro-credentials page" not in client.get(address).content.decode()

    award = make_award(version=make_taught_course(institution), student=learner.user)
    page = client.get(address).content.decode()
    job = records.start_pages([learner], institution=institution, dated=TODAY, by=registrar)

    found = records.with_records(institution.learners.filter(pk=learner.pk)).get()
    printed = facts_of(found, job)
    assert [row.code for row in printed.rows] == [award.code]
    assert f'value="{award.credential.uuid}"' in page
    assert f'value="{other.uuid}"' not in page
    with pytest.raises(Refused, match="nothing to print"):
        records.start_pages(
            [learner], institution=institution, dated=TODAY, chosen=[str(other.uuid)], by=registrar
        )


def test_looking_at_records_writes_nothing(client, version, registrar):
    learner = award_to(version).learner
    events = AuditEvent.objects.count()

    client.get(reverse("learner-list"))
    client.get(reverse("learner-detail", args=[learner.uuid]))

    assert AuditEvent.objects.count() == events
