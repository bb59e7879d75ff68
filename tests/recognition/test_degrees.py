"""What is gathered of a degree, how grades spread, and what is printed, once and after changes."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from credentials.models import (
    AuditEvent,
    Document,
    DocumentKind,
    EducationSystem,
    Enrolment,
    Graduate,
    GraduateKind,
    Institution,
    Job,
    JobKind,
    Learner,
    ModuleResult,
)
from credentials.services import documents, graduations, revocations
from credentials.standards.diploma_facts import GradeShare
from credentials.standards.facts import BodyFacts, Identifier
from credentials.states import JobState
from credentials.verdict import Refused
from credentials.vocabulary import CredentialType
from recognition.models import Line
from recognition.scales import FEWEST_RESULTS, distribution_of, scale_of
from recognition.services import degree_documents, degrees, drafts, print_runs, transcripts
from recognition.services.grade_distributions import DETAILED, Distributions, distribution
from recognition.states import LineState
from recognition.vocabulary import DecisionType, Track
from tests.factories.awards import make_award, make_student, make_taught_course
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.graduates import (
    make_complete_graduate,
    make_enrolment,
    make_graduate,
    make_graduation,
    make_profile,
    make_results,
    make_studies,
)
from tests.factories.people import (
    make_institution,
    make_learner,
    make_registrar,
    make_user,
)
from tests.factories.recognition import make_case, make_external_credential, make_line

pytestmark = pytest.mark.django_db

CERTIFIED = date(2026, 11, 26)
SCALE = ("5.0", "4.0", "3.0", "2.0", "1.0")
ARDEN = Identifier("erasmus", "NL ARDEN01")
PASSES = ["1.0"] * 12 + ["1.3"] * 8 + ["2.0"] * 8 + ["4.0"] * 4


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def enrolment(institution):
    return make_studies(institution)


@pytest.fixture
def graduate(enrolment):
    make_results(enrolment, ["1.0", "2.0"])
    return graduated(enrolment)


def graduated(enrolment, graduation=None, **fields):
    institution = enrolment.audit_institution
    graduation = graduation or make_graduation(institution, certified_on=CERTIFIED)
    said = {"graduated_on": date(2026, 9, 30), "final_grade": "1.4", "classification": "sehr gut"}
    return make_graduate(graduation, enrolment, **{**said, **fields})


def facts_of(graduate):
    found = degrees.with_degrees(Graduate.objects.filter(pk=graduate.pk)).get()
    return degrees.facts_of(found)


def studies_of(enrolment, day=CERTIFIED):
    found = degrees.with_studies(Enrolment.objects.filter(pk=enrolment.pk)).get()
    return degrees.facts_of_enrolment(found, day)


def recognised(source=None, *, decision=DecisionType.PARTIAL, **fields):
    """A line that was recorded, of an applicant who is enrolled in a programme with a profile."""
    programme = make_programme_version(make_institution())
    make_profile(programme)
    applicant = fields.pop("applicant", None) or make_student("Nela Ardwen")
    institution = programme.programme.institution
    source = source or make_external_credential(applicant, institution=institution, **fields)
    case = make_case(
        programme_version=programme,
        modules=[make_module(programme)],
        applicant=applicant,
        sources=[source],
    )
    return make_line(LineState.RECORDED, case=case, decision=decision)


def enrolment_of(line):
    return Enrolment.objects.get(learner=line.case.learner)


# What is gathered


def test_facts_are_those_of_programme_profile_graduate_and_list(graduate, institution):
    EducationSystem.objects.create(
        institution=institution, country="DE", text={"en": "Universities of several types."}
    )
    version = graduate.enrolment.programme_version

    said = facts_of(graduate)

    assert (said.kind, said.title) == ("degree", version.title)
    assert (said.programme_code, said.regulations) == (version.programme.code, "2024")
    assert said.title_conferred == "Bachelor of Science"
    assert (said.isced_f, said.languages, said.mode) == ("0612", ("de", "en"), "full_time")
    assert (said.ects_total, said.semesters, said.eqf_level) == (Decimal(180), 6, 6)
    assert (said.grade_scale, said.passed_from) == (SCALE, "4.0")
    assert (said.final_grade, said.classification) == ("1.4", "sehr gut")
    assert (said.certified_on, said.signatory) == (CERTIFIED, "Wiebke Althoff")
    assert said.capacity == {"de": "Prüfungsamt", "en": "Registrar"}
    assert said.graduated_on == date(2026, 9, 30)
    assert said.education_system == {"en": "Universities of several types."}
    assert said.awarding_body.name == institution.name
    assert said.holder.student_number == graduate.enrolment.learner.student_number
    assert [one.grade for one in said.components] == ["1.0", "2.0"]
    assert said.ects_achieved == Decimal(12)


def test_programme_without_a_profile_leaves_open_what_it_would_say(institution):
    version = make_programme_version(institution)

    said = facts_of(graduated(make_enrolment(institution, version=version)))

    assert (said.isced_f, said.languages, said.grade_scale, said.distribution) == ("", (), (), None)
    assert said.title_conferred == "Bachelor of Science"


def test_interim_award_does_not_bear_the_title_of_the_degree(enrolment):
    interim = graduated(enrolment, kind=GraduateKind.INTERIM)

    said = facts_of(interim)

    assert (said.kind, said.title_conferred) == ("interim", "")


def test_interim_award_states_nothing_of_the_whole_degree(enrolment):
    degree = facts_of(graduated(enrolment))
    interim = facts_of(graduated(enrolment, kind=GraduateKind.INTERIM))

    unstated = {name: getattr(interim, name) for name in degrees.OF_THE_WHOLE}

    assert unstated == degrees.OF_THE_WHOLE
    assert (degree.eqf_level, degree.semesters, degree.ects_total) == (6, 6, Decimal(180))
    assert interim.mode == degree.mode


def test_components_stand_by_semester_and_end_with_the_day(enrolment):
    version = enrolment.programme_version
    for semester, day in ((3, date(2025, 2, 1)), (1, date(2025, 2, 2)), (2, CERTIFIED)):
        module = make_module(version, semester=semester)
        make_results(enrolment, [f"{semester}.0"], modules=[module], achieved_on=day)
    late = make_module(version, semester=1)
    make_results(enrolment, ["4.0"], modules=[late], achieved_on=CERTIFIED + timedelta(days=1))

    assert [one.grade for one in studies_of(enrolment).components] == ["1.0", "2.0", "3.0"]


def test_title_of_a_thesis_and_the_term_are_kept(enrolment):
    module = make_module(enrolment.programme_version, component_type="thesis")
    make_results(enrolment, ["1.0"], modules=[module], work_title="Staub", term="SS 2026")

    (one,) = studies_of(enrolment).components

    assert (one.work_title, one.term, one.component_type) == ("Staub", "SS 2026", "thesis")


def test_credits_from_another_institution_are_marked_and_named():
    line = recognised(type=CredentialType.MICROCREDENTIAL.value)

    said = studies_of(enrolment_of(line), timezone.localdate())

    (one,) = said.components
    source = line.sources.get()
    assert (one.origin, one.code, one.ects) == ("other", line.module.code, line.decision.ects)
    assert one.source_title == source.facts["title"]
    assert one.source_body.name == source.facts["awarding_body"]["name"]
    assert one.is_micro_credential
    assert said.micro_credentials == ()


def test_credits_from_an_award_of_this_institution_are_its_own():
    programme = make_programme_version(make_institution())
    make_profile(programme)
    student = make_student("Nela Ardwen")
    learner = make_learner(programme.institution, student)
    award = make_award(version=make_taught_course(programme.institution), student=student)
    case = make_case(
        programme_version=programme,
        modules=[make_module(programme)],
        applicant=student,
        sources=[award.credential],
    )
    make_line(LineState.RECORDED, case=case, decision=DecisionType.PARTIAL)

    (one,) = studies_of(learner.enrolments.get(), timezone.localdate()).components

    assert (one.origin, one.is_micro_credential) == ("own", True)


@pytest.mark.parametrize(
    ("known", "origin"),
    [
        ({"name": {"de": "Anders", "en": "ARDEN Academy"}}, "own"),
        ({"identifiers": {"erasmus": "NL ARDEN01"}}, "own"),
        ({"identifiers": {"erasmus": "NL ARDEN02"}}, "other"),
    ],
)
def test_studies_here_are_known_without_a_did(known, origin):
    body = BodyFacts({"en": "Arden Academy"}, "NL", identifiers=(ARDEN,))
    enrolment = enrolment_of(recognised(awarding_body=body))
    Institution.objects.filter(pk=enrolment.audit_institution.pk).update(**known)

    (one,) = studies_of(enrolment, timezone.localdate()).components

    assert one.origin == origin


def test_credits_that_were_validated_are_from_prior_learning():
    line = recognised()
    Line.objects.filter(pk=line.pk).update(track=Track.VALIDATION)

    (one,) = studies_of(enrolment_of(line), timezone.localdate()).components

    assert one.origin == "prior"


def test_credits_that_were_taken_back_are_not_printed():
    line = recognised()
    enrolment = enrolment_of(line)
    enrolment.credit_entries.update(reversed_at=timezone.now())

    assert studies_of(enrolment, timezone.localdate()).components == ()


def test_micro_credential_that_counts_in_another_programme_is_beside_this_degree():
    programme = make_programme_version(make_institution())
    student = make_student("Nela Ardwen")
    learner = make_learner(programme.institution, student)
    award = make_award(version=make_taught_course(programme.institution), student=student)
    case = make_case(
        programme_version=programme,
        modules=[make_module(programme)],
        applicant=student,
        sources=[award.credential],
    )
    make_line(LineState.RECORDED, case=case, decision=DecisionType.PARTIAL)
    other = make_studies(programme.institution, learner)

    here = studies_of(learner.enrolments.exclude(pk=other.pk).get(), timezone.localdate())
    said = studies_of(other, timezone.localdate())

    assert (len(here.components), here.micro_credentials) == (1, ())
    assert said.components == ()
    assert [one.code for one in said.micro_credentials] == [award.code]


def test_certificate_of_a_course_is_no_micro_credential():
    enrolment, today = enrolment_of(recognised()), timezone.localdate()
    found = degrees.with_studies(Enrolment.objects.filter(pk=enrolment.pk)).get()

    assert degrees.entries_until(found, today) == []


def test_what_is_ready_counts_the_days_that_are_printed():
    today, line = timezone.localdate(), recognised()
    enrolment, more = enrolment_of(line), line.decision.ects
    make_results(enrolment, ["1.0"], achieved_on=today - timedelta(days=2))
    make_results(enrolment, ["1.0"], achieved_on=today)

    for days, ects in ((3, 0), (2, 6), (1, 6), (0, 12 + more)):
        certified_on = today - timedelta(days=days)
        graduation = make_graduation(enrolment.audit_institution, certified_on=certified_on)
        graduate = graduated(enrolment, graduation, kind=GraduateKind.INTERIM, graduated_on=today)
        counted = graduations.with_progress(Graduate.objects.filter(pk=graduate.pk)).get()
        assert counted.passed_ects + counted.recognised_ects == ects
        assert facts_of(graduate).ects_achieved == ects


def test_micro_credentials_beside_the_degree_are_those_that_stand_and_do_not_count(enrolment):
    institution, student = enrolment.audit_institution, make_student("Nela Ardwen")
    Learner.objects.filter(pk=enrolment.learner_id).update(user=student)
    kept, gone = (
        make_award(version=make_taught_course(institution), student=student) for _ in range(2)
    )
    revocations.revoke(gone, by=make_registrar(institution), reason="error")

    today = studies_of(enrolment, timezone.localdate())
    before = studies_of(enrolment, timezone.localdate() - timedelta(days=400))

    assert [one.title for one in today.micro_credentials] == [kept.credential.title]
    assert today.micro_credentials[0].code == kept.code
    assert before.micro_credentials == ()


@pytest.mark.parametrize("count", [1, 3])
def test_facts_take_the_same_queries_for_any_number(institution, count):
    version = make_programme_version(institution)
    make_profile(version)
    graduation = make_graduation(institution)
    EducationSystem.objects.create(institution=institution, country="DE", text={"en": "Text."})
    course = make_taught_course(institution)
    for _ in range(count):
        student = make_student()
        learner = make_learner(institution, student)
        enrolment = make_enrolment(institution, learner=learner, version=version)
        make_results(enrolment, ["1.0"] * count)
        make_award(version=course, student=student)
        graduated(enrolment, graduation)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        tables = Distributions()
        found = [
            degrees.facts_of(one, tables) for one in degrees.with_degrees(Graduate.objects.all())
        ]

    assert [len(said.components) for said in found] == [count] * count
    assert len(queries) == 13


# How grades spread


def test_distribution_counts_passing_grades_of_the_field_over_two_years(institution, enrolment):
    make_results(enrolment, [*PASSES, "5.0", "passed"])
    make_results(enrolment, ["2.0"], achieved_on=date(2024, 1, 31))  # before the two years
    make_results(enrolment, ["2.0"], achieved_on=CERTIFIED)  # not before the day
    same_field = make_programme_version(institution)
    make_profile(same_field, isced_f="0613")
    make_results(make_enrolment(institution, version=same_field), ["1.0"])
    other_field = make_programme_version(institution)
    make_profile(other_field, isced_f="0511")
    make_results(make_enrolment(institution, version=other_field), ["1.0"] * 3)
    make_results(make_studies(make_institution()), ["1.0"] * 3)  # of another institution

    narrow = distribution(institution, "0612", SCALE, "4.0", CERTIFIED)
    detailed = distribution(institution, "0612", SCALE, "4.0", CERTIFIED, digits=DETAILED)

    assert narrow.shares == (
        GradeShare("1.0", 13),
        GradeShare("1.3", 8),
        GradeShare("2.0", 8),
        GradeShare("4.0", 4),
    )
    assert (narrow.isced_f, narrow.total) == ("061", 33)
    assert (narrow.first_day, narrow.last_day) == (date(2024, 11, 26), date(2026, 11, 25))
    assert (detailed.isced_f, detailed.total) == ("0612", 32)


def test_programme_whose_field_is_too_broad_has_no_distribution(institution):
    assert distribution(institution, "06", SCALE, "4.0", CERTIFIED) is None
    assert distribution(institution, "061", SCALE, "4.0", CERTIFIED, digits=DETAILED) is None


def test_leap_day_looks_back_to_the_end_of_february(institution, enrolment):
    make_results(enrolment, PASSES, achieved_on=date(2027, 5, 1))
    make_results(enrolment, ["1.0"], achieved_on=date(2025, 1, 1))

    found = distribution(institution, "0612", SCALE, "4.0", date(2028, 2, 29))

    assert (found.first_day, found.last_day) == (date(2026, 2, 28), date(2028, 2, 28))


@pytest.mark.parametrize(
    ("counts", "since", "passed_from"),
    [
        ({"1.0": FEWEST_RESULTS - 1}, date(2020, 1, 1), "4.0"),  # too few
        ({"1.0": 40}, date(2024, 11, 27), "4.0"),  # less than two years
        ({"1.0": 40}, date(2020, 1, 1), ""),  # what passes is not known
        ({"5.0": 40}, date(2020, 1, 1), "4.0"),  # nobody passed
        ({}, None, "4.0"),
    ],
)
def test_results_that_say_too_little_give_no_distribution(counts, since, passed_from):
    found = distribution_of(
        counts,
        scale_of(SCALE, passed_from),
        isced_f="061",
        first_day=date(2024, 11, 26),
        last_day=date(2026, 11, 25),
        since=since,
    )

    assert found is None


def test_grades_in_letters_are_placed_by_their_scale():
    found = distribution_of(
        {"A": 20, "E": 1, "C": 15, "F": 9},
        scale_of(["F", "E", "D", "C", "B", "A"], "E"),
        isced_f="061",
        first_day=date(2024, 11, 26),
        last_day=date(2026, 11, 25),
        since=date(2024, 11, 26),
    )

    assert found.shares == (GradeShare("A", 20), GradeShare("C", 15), GradeShare("E", 1))


# Printing


def test_supplement_is_printed_once_with_number_code_and_what_it_says(graduate, institution):
    document = degree_documents.print_supplement(graduate)
    again = degree_documents.print_supplement(graduate)

    assert again == document
    graduate.refresh_from_db()
    assert graduate.supplement == document
    assert document.kind == DocumentKind.DIPLOMA_SUPPLEMENT
    assert document.number.startswith(f"{institution.number_prefix}-DS-")
    assert document.facts["shown"] == {
        "programme": graduate.enrolment.programme_version.title,
        "title_conferred": "Bachelor of Science",
        "date": "2026-11-26",
        "ects": "12.0",
        "overall": "sehr gut, 1.4",
    }
    assert document.facts["degree"]["verify_url"].endswith(f"/{document.code}/")
    assert Document.objects.filter(kind=DocumentKind.DIPLOMA_SUPPLEMENT).count() == 1


def test_supplement_after_a_correction_supersedes_the_one_before(client, graduate):
    before = degree_documents.print_supplement(graduate)
    ModuleResult.objects.filter(enrolment=graduate.enrolment, grade="2.0").update(grade="1.7")

    after = degree_documents.print_supplement(graduate)

    before.refresh_from_db()
    assert (before.superseded_by, after.superseded_by) == (after, None)
    assert after.number != before.number
    page = client.get(reverse("verify-code", args=[before.code])).content.decode()
    assert f"{after.number} took its place" in page
    assert (
        "took its place"
        not in client.get(reverse("verify-code", args=[after.code])).content.decode()
    )


def test_grades_of_others_are_no_reason_to_print_again(graduate):
    before = degree_documents.print_supplement(graduate)
    others = make_enrolment(
        graduate.audit_institution, version=graduate.enrolment.programme_version
    )
    make_results(others, PASSES)
    make_results(others, ["1.0"], achieved_on=date(2020, 1, 1))

    assert facts_of(graduate).distribution is not None
    assert degree_documents.print_supplement(graduate) == before


def test_worker_that_comes_second_keeps_what_the_first_printed(graduate):
    stale = Graduate.objects.get(pk=graduate.pk)
    first = degree_documents.print_supplement(graduate)

    kept = degree_documents._keep_supplement(stale, b"%PDF-", None, None, number="X")

    assert kept == first


def test_verification_shows_what_was_printed(client, graduate):
    document = degree_documents.print_supplement(graduate)

    page = client.get(reverse("verify-code", args=[document.code])).content.decode()

    learner = graduate.enrolment.learner
    assert documents.about(learner.name)["holder"] in page
    assert learner.family_name not in page
    assert "Bachelor of Science" in page
    assert "26\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026" in page
    assert "12\N{NO-BREAK SPACE}ECTS" in page
    assert document.sha256 in page


def test_page_of_micro_credentials_belongs_to_the_same_file(graduate):
    student = make_student("Nela Ardwen")
    Learner.objects.filter(pk=graduate.enrolment.learner_id).update(user=student)
    alone = degree_documents.print_supplement(graduate)
    make_award(version=make_taught_course(graduate.audit_institution), student=student)
    graduate.graduation.certified_on = timezone.localdate()
    graduate.graduation.save()

    together = degree_documents.print_supplement(graduate)

    assert _pages(together) == _pages(alone) + 1


def _pages(document):
    with pikepdf.open(io.BytesIO(documents.read(document))) as pdf:
        return len(pdf.pages)


def test_transcript_of_the_same_day_is_printed_once(enrolment, institution):
    make_results(enrolment, ["1.0"])

    document = transcripts.print_one(enrolment, CERTIFIED, signatory="Orla")
    again = transcripts.print_one(enrolment, CERTIFIED, signatory="Orla")

    assert again == document
    assert document.number.startswith(f"{institution.number_prefix}-TR-")
    assert document.facts["enrolment"] == str(enrolment.uuid)
    assert document.facts["degree"]["signatory"] == "Orla"


def test_transcript_supersedes_only_what_no_longer_holds(enrolment):
    make_results(enrolment, ["1.0"])
    first = transcripts.print_one(enrolment, date(2025, 3, 1))
    make_results(enrolment, ["2.0"], achieved_on=date(2025, 7, 1))
    second = transcripts.print_one(enrolment, date(2025, 8, 1))
    first.refresh_from_db()
    assert first.superseded_by is None

    enrolment.module_results.filter(grade="2.0").update(grade="1.3")
    third = transcripts.print_one(enrolment, date(2025, 8, 1))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.superseded_by, second.superseded_by) == (None, third)


def test_transcript_dated_back_replaces_none_of_a_later_day(enrolment):
    make_results(enrolment, ["1.0"])
    make_results(enrolment, ["2.0"], achieved_on=date(2025, 7, 1))
    full = transcripts.print_one(enrolment, date(2025, 8, 1))

    transcripts.print_one(enrolment, date(2025, 3, 1))

    full.refresh_from_db()
    assert full.superseded_by is None


def test_transcript_with_another_beginning_is_replaced(enrolment):
    make_results(enrolment, ["1.0"])
    before = transcripts.print_one(enrolment, CERTIFIED)
    Enrolment.objects.filter(pk=enrolment.pk).update(started_on=date(2023, 4, 1))

    after = transcripts.print_one(enrolment, CERTIFIED)

    before.refresh_from_db()
    assert before.superseded_by == after


# Buttons


def test_transcript_of_each_programme_is_on_the_page_of_the_learner(client, enrolment):
    learner, institution = enrolment.learner, enrolment.audit_institution
    undated = make_enrolment(institution, learner=learner, started_on=None)
    later = make_enrolment(institution, learner=learner, started_on=date(2025, 10, 1))
    client.force_login(make_registrar(institution))

    page = client.get(reverse("learner-detail", args=[learner.uuid]))

    ordered = [one for one, _together in page.context["results"]]
    assert ordered == [later, enrolment, undated]
    for one in ordered:
        assert reverse("transcript-print", args=[one.uuid]) in page.content.decode()


def test_registrar_prints_from_the_page_of_the_learner(client, run_tasks):
    institution = make_institution()
    version = make_programme_version(institution, ects_total=60)
    make_profile(version)
    institution.education_systems.create(country="DE", text={"en": "Text."})
    graduate = make_complete_graduate(make_graduation(institution), version)
    registrar = make_registrar(institution)
    client.force_login(registrar)
    learner = graduate.enrolment.learner
    page = client.get(reverse("learner-detail", args=[learner.uuid])).content.decode()
    addresses = [
        reverse("transcript-print", args=[graduate.enrolment.uuid]),
        reverse("graduate-print", args=[graduate.uuid]),
    ]

    with run_tasks():
        answers = [client.post(address, {"dated": "2026-07-18"}) for address in addresses]

    assert all(address in page for address in addresses)
    found = {job.kind: job for job in Job.objects.all()}
    assert [answer.url for answer in answers] == [
        reverse("job-detail", args=[found[kind].uuid])
        for kind in (JobKind.TRANSCRIPTS, JobKind.PRINT_RUN)
    ]
    assert {job.state for job in found.values()} == {JobState.DONE}
    ordered = AuditEvent.objects.filter(action="order-transcript")
    assert [event.actor for event in ordered] == [str(registrar.uuid)]
    graduate.refresh_from_db()
    printed = [found[JobKind.TRANSCRIPTS].results.get(), graduate.supplement]
    page = client.get(reverse("learner-detail", args=[learner.uuid])).content.decode()
    assert all(document.number in page for document in printed)
    for document in printed:
        download = client.get(reverse("document-download", args=[document.uuid]))
        assert download.content.startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["graduate-preview", "transcript-preview"])
def test_preview_is_a_pdf_that_is_not_kept(client, graduate, name):
    client.force_login(make_registrar(graduate.audit_institution))
    thing = graduate if name.startswith("graduate") else graduate.enrolment

    if name == "graduate-preview":
        answer = client.get(reverse(name, args=[thing.uuid]))
    else:
        answer = client.post(reverse(name, args=[thing.uuid]), {"dated": "2026-07-18"})

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="draft.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert not Document.objects.filter(number__contains="-DS-").exists()
    assert not Document.objects.filter(number__contains="-TR-").exists()


def test_a_second_preview_waits_for_the_first_one(client, graduate):
    registrar = make_registrar(graduate.audit_institution)
    client.force_login(registrar)
    with drafts.one_at_a_time(registrar):
        answer = client.get(reverse("graduate-preview", args=[graduate.uuid]), follow=True)

    assert "still being made" in answer.content.decode()
    with drafts.one_at_a_time(registrar):
        pass  # the first one is made


def test_preview_that_cannot_be_printed_says_why_on_the_page_of_the_learner(client, graduate):
    Learner.objects.filter(pk=graduate.enrolment.learner_id).update(given_name="\U0001f9ff")
    client.force_login(make_registrar(graduate.audit_institution))

    answer = client.get(reverse("graduate-preview", args=[graduate.uuid]), follow=True)

    assert answer.redirect_chain[0][0].endswith(
        reverse("learner-detail", args=[graduate.enrolment.learner.uuid])
    )
    assert "No installed font can print" in answer.content.decode()


def test_preview_says_why_in_the_language_of_its_reader(client, graduate):
    Learner.objects.filter(pk=graduate.enrolment.learner_id).update(given_name="\U0001f9ff")
    client.force_login(make_registrar(graduate.audit_institution))
    address, german = reverse("graduate-preview", args=[graduate.uuid]), {"accept-language": "de"}

    answer = client.get(address, follow=True, headers=german)

    assert "Keine installierte Schrift kann" in answer.content.decode()


def test_only_registrars_of_the_institution_print(graduate):
    for user in (make_user(), make_registrar(make_institution())):
        with pytest.raises(Refused):
            print_runs.order_one(graduate, by=user)
        with pytest.raises(Refused):
            transcripts.start(graduate.enrolment, dated=CERTIFIED, by=user)
        with pytest.raises(Refused):
            degree_documents.preview_supplement(graduate, by=user)
        with pytest.raises(Refused):
            transcripts.preview(graduate.enrolment, CERTIFIED, by=user)
