"""What says the same is printed anew when a registrar gives a reason, each document once."""

import pytest
from django.urls import reverse

from credentials.models import AuditEvent, Document, DocumentKind, Graduate, Job
from credentials.services import designs, jobs
from credentials.states import JobState
from credentials.verdict import Refused
from recognition.services import degree_documents, print_runs
from tests.factories.catalogue import make_programme_version
from tests.factories.designs import make_design
from tests.factories.graduates import make_complete_graduate, make_graduation, make_profile
from tests.factories.people import make_institution, make_registrar, make_user

pytestmark = pytest.mark.django_db
WHY = "The new logo"


@pytest.fixture
def registrar():
    return make_registrar(make_institution())


@pytest.fixture
def graduation(registrar):
    institution = registrar.memberships.get().unit.institution
    institution.education_systems.create(country=institution.country, text={"en": "Text."})
    version = make_programme_version(institution, ects_total=60)
    make_profile(version, by=registrar)
    graduation = make_graduation(institution, by=registrar)
    for _ in range(2):
        make_complete_graduate(graduation, version)
    return graduation


@pytest.fixture
def graduate(graduation):
    graduate = graduation.graduates.first()
    degree_documents.print_supplement(graduate)
    return Graduate.objects.get(pk=graduate.pk)


def supplements_of(graduate):
    learner = graduate.enrolment.learner
    return list(Document.objects.filter(kind=DocumentKind.DIPLOMA_SUPPLEMENT, learner=learner))


def ran(job):
    print_runs.run(Job.objects.get(pk=job.pk))
    return Job.objects.get(pk=job.pk)


def test_new_design_alone_prints_nothing_again(graduate, registrar):
    make_design(graduate.audit_institution, registrar)

    assert degree_documents.print_supplement(graduate) == graduate.supplement


def test_document_printed_anew_has_the_design_of_today_and_supersedes(graduate, registrar):
    before, design = graduate.supplement, make_design(graduate.audit_institution, registrar)

    job = ran(print_runs.order_one(graduate, by=registrar, anew=WHY))

    after, old = supplements_of(graduate)
    assert (job.state, old) == (JobState.DONE, before)
    assert (before.design, after.design) == (None, design)
    assert designs.current(graduate.audit_institution) == design
    assert (old.superseded_by, after.superseded_by) == (after, None)
    assert after.number != old.number
    assert after.facts["content"] == old.facts["content"]
    graduate.refresh_from_db()
    assert graduate.supplement == after


def test_reason_stands_in_the_log_and_with_the_run(client, graduate, registrar):
    print_runs.order_one(graduate, by=registrar, anew=WHY)

    events = AuditEvent.objects.filter(action="print-anew")
    assert {event.noun for event in events} == {"graduation", "graduate"}
    assert {(event.actor, event.text.text) for event in events} == {(str(registrar.uuid), WHY)}
    client.force_login(registrar)
    page = client.get(reverse("graduation-print", args=[graduate.graduation.uuid]))
    assert f"Printed anew: {WHY}" in page.content.decode()


def test_run_that_is_taken_up_again_prints_anew_only_once(graduate, registrar):
    job = print_runs.order_one(graduate, by=registrar, anew=WHY)
    degree_documents.print_supplement(graduate, anew=str(job.uuid))  # and here the worker died

    ran(job)

    assert len(supplements_of(graduate)) == 2


def test_next_run_without_a_reason_leaves_what_was_printed_anew(graduate, registrar):
    ran(print_runs.order_one(graduate, by=registrar, anew=WHY))
    ran(print_runs.order_one(graduate, by=registrar))
    assert len(supplements_of(graduate)) == 2

    ran(print_runs.order_one(graduate, by=registrar, anew=WHY))

    assert len(supplements_of(graduate)) == 3


def test_cancelled_run_prints_the_rest_anew_when_it_goes_on(graduation, registrar):
    everybody = [str(one.uuid) for one in graduation.graduates.all()]
    ran(print_runs.order(graduation, everybody, by=registrar))
    job = print_runs.order(graduation, everybody, by=registrar, anew=WHY)
    jobs.cancel(job, by=registrar)
    jobs.retry(Job.objects.get(pk=job.pk), by=registrar)

    ran(job)

    for graduate in graduation.graduates.all():
        assert len(supplements_of(graduate)) == 2


def test_list_that_is_being_printed_is_not_printed_anew_beside(graduate, registrar):
    uuid = str(graduate.uuid)
    running = print_runs.order(graduate.graduation, [uuid], by=registrar)

    with pytest.raises(Refused, match="being printed now"):
        print_runs.order_one(graduate, by=registrar, anew=WHY)

    assert list(Job.objects.all()) == [running]


def test_same_order_twice_is_one_run(graduate, registrar):
    first, second = (print_runs.order_one(graduate, by=registrar, anew=WHY) for _ in range(2))

    assert first == second


def test_nothing_is_printed_anew_that_was_never_printed(graduation, registrar):
    with pytest.raises(Refused, match="Nothing is printed yet"):
        print_runs.order_one(graduation.graduates.first(), by=registrar, anew=WHY)


def test_only_registrars_of_the_institution_print_anew(graduate):
    for user in (make_user(), make_registrar(make_institution())):
        with pytest.raises(Refused):
            print_runs.order_one(graduate, by=user, anew=WHY)


# Pages


def test_registrar_prints_one_anew_from_the_page_of_the_learner(client, graduate, registrar):
    client.force_login(registrar)
    address = reverse("graduate-print-anew", args=[graduate.uuid])
    learner = reverse("learner-detail", args=[graduate.enrolment.learner.uuid])
    assert address in client.get(learner).content.decode()
    assert "This field is required." in client.post(address, {"reason": " "}).content.decode()
    assert not Job.objects.exists()

    answer = client.post(address, {"reason": WHY})

    job = Job.objects.get()
    assert answer.url == reverse("job-detail", args=[job.uuid])
    assert job.parameters["anew"] == WHY


def test_registrar_prints_anew_what_of_a_list_is_printed(client, graduate, graduation, registrar):
    client.force_login(registrar)
    address = reverse("graduation-print-anew", args=[graduation.uuid])
    report = client.get(reverse("graduation-print", args=[graduation.uuid])).content.decode()
    assert address in report
    assert "Print anew the 1 document that is printed?" in client.get(address).content.decode()

    client.post(address, {"reason": WHY})

    assert Job.objects.get().parameters["graduates"] == [str(graduate.uuid)]


def test_page_without_anything_printed_says_so(client, graduation, registrar):
    client.force_login(registrar)
    one = graduation.graduates.first()

    for name, thing in (("graduate-print-anew", one), ("graduation-print-anew", graduation)):
        page = client.get(reverse(name, args=[thing.uuid])).content.decode()
        assert "Nothing is printed yet that could be replaced." in page
        assert 'aria-disabled="true"' in page
    report = client.get(reverse("graduation-print", args=[graduation.uuid])).content.decode()
    assert reverse("graduation-print-anew", args=[graduation.uuid]) not in report


# What the pages say of a run and of a supplement that is out of date


def test_learners_page_says_that_a_supplement_is_outdated_and_prints_it_again(
    client, graduate, registrar
):
    client.force_login(registrar)
    address = reverse("learner-detail", args=[graduate.enrolment.learner.uuid])
    assert "Changed since it was printed" not in client.get(address).content.decode()
    Graduate.objects.filter(pk=graduate.pk).update(classification="Good")

    page = client.get(address)

    assert page.context["to_print"].graduate == graduate
    assert f"Changed since it was printed: {graduate.supplement.number}" in page.content.decode()
    assert "Print diploma supplement anew" in page.content.decode()
    form = f'<form method="post" hidden id="supplement-{graduate.uuid}"'
    assert form in page.content.decode()  # its button stands at the head: no gap for it here
    anew = reverse("graduate-print-anew", args=[graduate.uuid])
    assert anew not in page.content.decode()  # no second button with nearly the same words


def test_run_of_one_says_why_and_leads_back_to_the_learner(client, graduate, registrar):
    client.force_login(registrar)
    job = ran(print_runs.order_one(graduate, by=registrar, anew=WHY))

    page = client.get(reverse("job-detail", args=[job.uuid]))

    assert page.context["title"] == "The diploma supplement is printed"
    assert page.context["back"].url == reverse(
        "learner-detail", args=[graduate.enrolment.learner.uuid]
    )
    assert f"Printed anew: {WHY}" in page.content.decode()


def test_run_names_its_files_in_the_language_of_the_reader_and_says_where_they_went(
    client, graduation, registrar
):
    client.force_login(registrar)
    everybody = [str(one.uuid) for one in graduation.graduates.all()]
    first = ran(print_runs.order(graduation, everybody, by=registrar))
    address = reverse("job-detail", args=[first.uuid])
    client.cookies["django_language"] = "de"
    german = client.get(address).content.decode()
    client.cookies["django_language"] = "en"
    assert "Alle Dokumente, zum beidseitigen Drucken" in german
    assert "All documents, to print on both sides" in client.get(address).content.decode()

    ran(print_runs.order(graduation, everybody, by=registrar, anew=WHY))

    assert "The files of this run were deleted" in client.get(address).content.decode()


def test_names_in_files_end_with_no_hyphen_and_lists_follow_the_letters(graduation, registrar):
    named = (("Odegaard", "Ødegaard", "B"), ("Lukaszewicz", "Łukaszewicz", "Z"))
    for one, (_plain, family, given) in zip(graduation.graduates.all(), named, strict=True):
        learner = one.enrolment.learner
        learner.family_name, learner.given_name = family, given
        learner.save()

    (first, second) = print_runs.report(graduation.graduates.all()).rows
    everybody = [str(one.uuid) for one in graduation.graduates.all()]
    job = print_runs.order(graduation, everybody, by=registrar)

    assert [str(row.graduate) for row in (first, second)] == ["Z Łukaszewicz", "B Ødegaard"]
    assert job.parameters["graduates"] == [str(row.graduate.uuid) for row in (first, second)]
    assert print_runs._short("a" * 59 + " zu Lichtenau") == "a" * 59
