"""What waits for a person in each role, and what the home page counts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import Claim, Mail, Role, Unit
from credentials.states import AwardState, ClaimState
from recognition import figures
from recognition.models import InformationRequest, Line
from recognition.services import applications, reviews
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from recognition.work import SHOWN, waiting_for
from tests.factories.awards import make_award, make_claim, make_student, make_taught_course
from tests.factories.catalogue import make_course_version, make_programme_version
from tests.factories.mails import come_back
from tests.factories.people import (
    make_institution,
    make_registrar,
    make_staff,
    make_user,
    root_of,
)
from tests.factories.recognition import Way, make_case, make_line, seated

pytestmark = pytest.mark.django_db


def labels(user):
    return {group.title: [item.label for item in group.items] for group in waiting_for(user)}


def page(client, user):
    client.force_login(user)
    return client.get(reverse("work")).content.decode()


def test_nothing_to_do_is_said_kindly(client):
    assert "Nothing waits for you" in page(client, make_user())


def test_work_is_for_people_who_are_signed_in(client):
    assert client.get(reverse("work")).url == "/account/login/?next=/work/"


def test_learner_accepts_answers_and_finishes():
    nela = make_student("Nela Ardwen")
    award = make_award(student=nela, claimed=False, accepted=False)
    line = make_line(LineState.INFO_REQUESTED, applicant=nela)
    programme = make_programme_version(make_institution())
    applications.create(programme, by=nela)

    assert labels(nela) == {
        "As a learner": [
            f"Answer a question on {line.case.reference}",
            f"Accept “{award.course_version}”",
            f"Finish your application for {programme}",
        ]
    }


def test_learner_reads_a_denial_until_they_claim_again_or_a_month_has_passed():
    version, nela = make_taught_course(), make_student("Nela Ardwen")
    claim = make_claim(ClaimState.DENIED, version=version, student=nela)
    old = make_claim(ClaimState.DENIED, student=nela)
    Claim.objects.filter(pk=old.pk).update(closed_at=timezone.now() - timedelta(days=31))
    denied = make_claim(ClaimState.DENIED, student=nela)
    make_award(student=nela, version=denied.course_version, claimed=False)

    told = labels(nela)
    make_claim(version=version, student=nela)

    assert told == {"As a learner": [f"Read why your claim to “{claim.course_version}” was denied"]}
    assert labels(nela) == {}


def test_teacher_answers_claims_of_their_own_courses():
    version = make_taught_course()
    claim = make_claim(version=version)
    make_claim()

    assert labels(version.course.teachers.get()) == {
        "As a teacher": [f"Award or deny “{claim.course_version}”"]
    }


def test_reviewer_declares_then_compares_and_is_then_done():
    line = make_line(LineState.UNDER_REVIEW)
    reviewer = line.reviews.first().reviewer
    reference = line.case.reference
    found = [labels(reviewer)]
    way = Way(line)
    way.review()
    found.append(labels(reviewer))

    assert found == [{"As a reviewer": [f"Say whether you are impartial in {reference}"]}, {}]


def test_chair_decides_when_all_opinions_are_in():
    line = make_line(LineState.DELIBERATION)
    found = [labels(seated(line.committee, role)[0]) for role in ("chair", "deputy", "member")]

    wanted = {"As chair of a committee": [f"Decide on {line.case.reference}"]}
    assert found == [wanted, {}, {}]


@pytest.mark.parametrize(
    ("state", "decision", "label"),
    [
        (LineState.SUBMITTED, DecisionType.PARTIAL, "Check whether {} is complete"),
        (LineState.DECIDED, DecisionType.PARTIAL, "Send the decision on {}"),
        (LineState.NOTIFIED, DecisionType.PARTIAL, "Record the credits of {}"),
        (LineState.NOTIFIED, DecisionType.REFUSAL, "Close {}"),
    ],
)
def test_registrar_checks_sends_records_and_closes(state, decision, label):
    line = make_line(state, decision=decision)
    registrar = make_registrar(line.audit_institution)

    assert labels(registrar) == {"As a registrar": [label.format(line.case.reference)]}


@pytest.mark.parametrize("state", [LineState.UNDER_REVIEW, LineState.INFO_REQUESTED])
def test_registrar_has_nothing_to_do_while_others_are_at_work(state):
    line = make_line(state)

    assert labels(make_registrar(line.audit_institution)) == {}


def test_registrar_goes_on_when_no_answer_comes_in_time():
    line = make_line(LineState.INFO_REQUESTED)
    InformationRequest.objects.update(due_on=timezone.localdate() - timedelta(days=1))

    assert labels(make_registrar(line.audit_institution)) == {
        "As a registrar": [f"Go on with {line.case.reference}: no answer came"]
    }


def test_registrar_does_not_get_their_own_application():
    institution = make_institution()
    registrar = make_registrar(institution)
    make_case(applicant=registrar, programme_version=make_programme_version(institution))

    assert "As a registrar" not in labels(registrar)


def test_registrar_of_a_unit_works_on_its_programmes_and_no_others():
    institution = make_institution()
    units = [
        Unit.objects.create(institution=institution, parent=root_of(institution), name={"en": n})
        for n in ("Informatics", "Arts")
    ]
    cases = [
        make_case(programme_version=make_programme_version(institution, unit=unit))
        for unit in units
    ]
    keeper = make_staff(institution, Role.REGISTRAR, unit=units[0])

    assert labels(keeper) == {"As a registrar": [f"Check whether {cases[0].reference} is complete"]}


def test_what_is_late_stands_first_and_says_so(client):
    first = make_line(LineState.SUBMITTED)
    institution = first.audit_institution
    version = first.case.programme_version
    second = make_case(programme_version=version).lines.get()
    second.case.check_due_on = timezone.localdate() - timedelta(days=3)
    second.case.save()
    registrar = make_registrar(institution)

    (group,) = waiting_for(registrar)
    text = page(client, registrar)

    assert [item.is_late for item in group.items] == [True, False]
    assert second.case.reference in group.items[0].label
    assert "Was due on" in text


def test_long_lists_are_cut_and_say_how_much_is_left(client):
    nela = make_student("Nela Ardwen")
    institution = make_institution()
    for _ in range(SHOWN + 2):
        applications.create(make_programme_version(institution), by=nela)

    (group,) = waiting_for(nela)

    assert (len(group.items), group.more) == (SHOWN, 2)
    assert "2 more are not shown" in page(client, nela)


def test_registrar_names_a_reviewer_when_too_few_are_left_or_nobody_reports():
    line = make_line(LineState.UNDER_REVIEW)
    registrar = make_registrar(line.case.institution)
    rapporteur = line.reviews.get(is_rapporteur=True)
    other = line.reviews.filter(is_rapporteur=False).first()
    before = labels(registrar)

    reviews.step_back(rapporteur, "She is my sister.", by=rapporteur.reviewer)

    label = f"Name a reviewer for {line.case.reference}"
    assert before == {}
    assert labels(registrar) == {"As a registrar": [label]}
    reviews.assign(line, other.reviewer, rapporteur=True, by=registrar)
    assert labels(registrar) == {}


@pytest.mark.parametrize("number", [1, 3])
def test_work_asks_the_database_the_same_for_any_amount(client, number, django_assert_num_queries):
    version = make_taught_course()
    person, institution = version.course.teachers.get(), version.course.institution
    person.memberships.create(unit=root_of(institution), role=Role.REGISTRAR)
    for _ in range(number):
        make_claim(version=version)
        make_claim(ClaimState.DENIED, student=person)
        make_award(student=person, claimed=False, accepted=False)
        make_line(LineState.INFO_REQUESTED, applicant=person)
        case = make_case(programme_version=make_programme_version(institution))
        come_back(Mail.objects.about(case).get(user=case.applicant))
        line = make_line(LineState.UNDER_REVIEW)
        line.committee.seats.create(user=person)
        line.reviews.create(reviewer=person)
        decided = make_line(LineState.DELIBERATION)
        decided.committee.seats.create(user=person, role="deputy")
        Line.objects.filter(pk=decided.pk).update(acting_chair=person)

    client.force_login(person)
    with django_assert_num_queries(46):
        client.get(reverse("work"))
    assert len(waiting_for(person)) == 5


# The home page


def test_home_page_counts_this_year(client):
    version = make_course_version(make_institution())
    make_award()
    make_award(AwardState.REVOKED)
    line = make_line(LineState.NOTIFIED, decision=DecisionType.FULL_SUBSTITUTION)
    refused = make_line(LineState.NOTIFIED, decision=DecisionType.REFUSAL)
    decided_in_an_earlier_year = make_line(LineState.NOTIFIED)
    for old in (decided_in_an_earlier_year,):
        type(old.decision).objects.filter(pk=old.decision.pk).update(
            notified_at=timezone.now() - timedelta(days=400)
        )
    assert line.state == refused.state

    found = figures.this_year()

    assert (found.issued, found.decided, found.recognised, found.days) == (1, 2, 1, 0)
    assert found.courses == Line.objects.count() + 3
    assert version.course.institution
    text = client.get(reverse("home")).content.decode()
    assert f"{found.courses} short courses from {found.providers} universities" in text
    assert "working days to a decision, median" in text


def test_empty_portal_has_a_home_page(client):
    text = client.get(reverse("home")).content.decode()

    assert "Short courses that count where you study." in text
    assert "from 0 universities" not in text
    assert "median" not in text


def test_home_page_counts_once_a_minute(client, django_assert_num_queries):
    with django_assert_num_queries(6):
        client.get(reverse("home"))
    with django_assert_num_queries(0):
        client.get(reverse("home"))


def test_home_page_offers_ones_work_to_people_who_are_signed_in(client):
    client.force_login(make_user())

    text = client.get(reverse("home")).content.decode()

    assert "Go to your work" in text
    assert "Create an account" not in text
