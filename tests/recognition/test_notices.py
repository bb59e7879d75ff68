"""Mails that did not arrive are shown where it matters, until somebody was told otherwise."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent, Mail, Role
from credentials.services import mails
from credentials.verdict import Refused
from recognition.services import notices
from recognition.states import LineState
from recognition.work import waiting_for
from tests.factories.mails import come_back, make_mail
from tests.factories.people import make_registrar, make_staff, make_user
from tests.factories.recognition import Way, make_case, make_line

pytestmark = pytest.mark.django_db
MISSED = "did not arrive: the mailbox is unknown"


@pytest.fixture
def line():
    return make_line(LineState.SUBMITTED)


@pytest.fixture
def registrar(line):
    return make_registrar(line.case.institution)


def lost(line, user=None):
    """Let the last mail about a line to its applicant not arrive."""
    found = Mail.objects.about(line, line.case).filter(user=user or line.case.applicant)
    return come_back(found.last())


def text(client, user, address, *things):
    client.force_login(user)
    page = client.get(reverse(address, args=things), follow=True).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def undelivered(user):
    return [
        (item.label, item.url, item.reference)
        for group in waiting_for(user)
        for item in group.items
        if item.label.startswith("Reach")
    ]


@pytest.mark.parametrize("state", [LineState.SUBMITTED, LineState.NOTIFIED])
def test_registrar_sees_on_the_line_that_a_mail_came_back(client, state):
    line = make_line(state)
    registrar = make_registrar(line.case.institution)
    before = text(client, registrar, "line-detail", line.uuid)

    lost(line)

    after = text(client, registrar, "line-detail", line.uuid)
    assert (MISSED in before, MISSED in after) == (False, True)
    assert f"A mail to {line.case.applicant} of" in after


def test_registrar_reads_who_was_told_what(client, line, registrar):
    page = text(client, registrar, "line-check", line.uuid)

    reference, applicant = line.case.reference, line.case.applicant
    assert f"Your application {reference} has arrived To {applicant}, {applicant.email}" in page


def test_delay_is_not_shown_as_lost(client, line, registrar):
    mail = Mail.objects.about(line.case).get(user=line.case.applicant)
    come_back(mail, action="delayed", status="4.4.1", words="timed out")

    assert "did not arrive" not in text(client, registrar, "line-check", line.uuid)
    assert undelivered(registrar) == []


def test_registrar_has_one_thing_to_do_for_each_application_and_reader(line, registrar):
    other = make_line(LineState.UNDER_REVIEW)
    lost(line)
    make_mail(line.case.applicant, "decision_sent", line=line)
    lost(line)
    lost(other)

    url = reverse("line-detail", args=[line.uuid])
    reference, name = line.case.reference, line.case.applicant
    assert undelivered(registrar) == [(f"Reach {name} about {reference}", url, reference)]


def test_nobody_has_to_reach_themselves(line, registrar):
    make_mail(registrar, "case_received", case=line.case)
    lost(line, registrar)
    own = make_case(applicant=registrar).lines.get()
    lost(own)

    assert undelivered(registrar) == []


def test_learner_of_a_lost_reviewers_mail_learns_nothing(client):
    line = make_line(LineState.UNDER_REVIEW)
    reviewer = line.reviews.first().reviewer
    lost(line, reviewer)

    page = text(client, line.case.applicant, "case-detail", line.case.uuid)
    assert (str(reviewer) in page, "did not arrive" in page) == (False, False)
    registrar = make_registrar(line.case.institution)
    assert undelivered(registrar)[0][0] == f"Reach {reviewer} about {line.case.reference}"


def test_registrar_notes_that_they_told_them_in_another_way(client, line, registrar):
    mail = lost(line)
    client.force_login(registrar)

    client.post(reverse("notices-settle", args=[line.uuid]))

    mail.refresh_from_db()
    page = text(client, registrar, "line-check", line.uuid)
    assert (mail.settled_by, undelivered(registrar)) == (registrar, [])
    assert ("A mail to" in page, "Told in another way, " in page) == (False, True)
    event = AuditEvent.objects.get(action="settle-notices")
    assert (event.thing, event.actor) == (str(line.uuid), str(registrar.uuid))


def test_notice_that_arrived_or_was_settled_needs_nothing(line, registrar):
    with pytest.raises(Refused, match="all have arrived, or it was noted already"):
        notices.settle(line, by=registrar)
    lost(line)
    notices.settle(line, by=registrar)

    with pytest.raises(Refused):
        notices.settle(line, by=registrar)


@pytest.mark.parametrize("who", ["applicant", "reviewer", "teacher", "foreign"])
def test_only_the_registrar_of_a_line_settles(who):
    line = make_line(LineState.UNDER_REVIEW)
    mail = lost(line)
    person = {
        "applicant": line.case.applicant,
        "reviewer": line.reviews.first().reviewer,
        "teacher": make_staff(line.case.institution, Role.TEACHER),
        "foreign": make_registrar(make_line().case.institution),
    }[who]

    with pytest.raises(Refused):
        notices.settle(line, by=person)
    mail.refresh_from_db()
    assert mail.settled_at is None


def test_record_of_the_learner_says_that_mails_come_back(client, line, registrar):
    learner = line.case.learner
    before = text(client, registrar, "learner-detail", learner.uuid)
    lost(line)

    after = text(client, registrar, "learner-detail", learner.uuid)

    assert (MISSED in before, MISSED in after) == (False, True)


def test_record_of_another_learner_says_nothing(client, line, registrar):
    other = make_case(programme_version=line.case.programme_version)
    lost(line)

    assert MISSED not in text(client, registrar, "learner-detail", other.learner.uuid)


def test_person_is_told_after_they_signed_in_until_they_change_the_address(client, line):
    nela = line.case.applicant
    mail = lost(line)
    told = f"Our mails to {nela.email} do not arrive: the mailbox is unknown."
    here = text(client, nela, "work")
    elsewhere = text(client, make_user(), "work")
    nela.email = "new@test.example"
    nela.save()

    assert (told in here, told in elsewhere, mail.recipient in text(client, nela, "work")) == (
        True,
        False,
        False,
    )
    client.force_login(nela)
    assert reverse("account_email") in client.get(reverse("work")).content.decode()


def test_person_is_told_no_more_when_a_later_mail_arrived(client, line):
    lost(line)
    later = make_mail(line.case.applicant, "decision_sent", line=line)
    Mail.objects.filter(pk=later.pk).update(sent_at=timezone.now() - timedelta(days=2))

    assert "do not arrive" not in text(client, line.case.applicant, "work")


def test_applicant_sees_when_mails_were_sent_to_them_only(client):
    line = make_line(LineState.UNDER_REVIEW)
    for mail in Mail.objects.about(line, line.case):
        mails.send(mail)

    page = text(client, line.case.applicant, "case-detail", line.case.uuid)

    assert f"Your application {line.case.reference} is complete" in page
    assert f"Please review application {line.case.reference}" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_record_page_costs_the_same_for_more_notices(client, number, django_assert_num_queries):
    line = Way(make_case().lines.get()).to(LineState.DECIDED)
    for _ in range(number):
        lost(line)
        make_mail(line.case.applicant, "decision_sent", line=line)
    client.force_login(make_registrar(line.case.institution))

    with django_assert_num_queries(22):
        client.get(reverse("line-record", args=[line.uuid]))
