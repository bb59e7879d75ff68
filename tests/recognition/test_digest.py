"""One mail in the morning of working days, for those who chose it; and where they choose it."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from config.celery import app
from credentials.models import Claim, Mail, MailRhythm, Role, User
from credentials.services import accounts
from recognition import digest, tasks
from recognition.models import Case, Line
from recognition.states import LineState
from tests.factories.awards import make_award, make_claim, make_taught_course
from tests.factories.catalogue import make_programme_version
from tests.factories.mails import come_back
from tests.factories.people import make_institution, make_registrar, make_staff, make_user
from tests.factories.recognition import make_case, make_line, make_policy

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 5, 5, 7, 0, tzinfo=BERLIN)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def daily(user: User) -> User:
    User.objects.filter(pk=user.pk).update(mail_rhythm=MailRhythm.DAILY)
    user.refresh_from_db()
    return user


@pytest.fixture
def registrar():
    """A registrar who reads a digest, and one application that waits for a check."""
    case = make_case()
    return daily(make_registrar(case.institution))


def digests(user=None):
    found = Mail.objects.filter(subject__contains="for you in Symbolon")
    return found.filter(user=user) if user else found


def test_digest_says_what_waits_what_is_late_and_what_is_soon_due():
    cases = [make_case()]
    programme = cases[0].programme_version
    cases += [make_case(programme_version=programme) for _ in range(2)]
    registrar = daily(make_registrar(cases[0].institution))
    today = timezone.localdate()
    for case, days in zip(cases, (-1, 5, 6), strict=True):
        Case.objects.filter(pk=case.pk).update(check_due_on=today + days * DAY)

    mail = digest.send(registrar, TUESDAY)

    late, close, far = (case.reference for case in cases)
    assert mail.subject == "3 things wait for you in Symbolon"
    assert "As a registrar: 3\n" in mail.body
    assert re.search(rf"Late:\n{late} was due on .* http://localhost:8000/lines/", mail.body)
    assert re.search(rf"Due within five days:\n{close} until .* http://localhost", mail.body)
    assert far not in mail.body
    assert "http://localhost:8000/account/preferences/" in mail.body


def test_digest_names_nobody_and_no_contents():
    line = make_line(LineState.UNDER_REVIEW)
    reviewer = daily(line.reviews.first().reviewer)
    Line.objects.update(due_on=timezone.localdate())

    mail = digest.send(reviewer, TUESDAY)

    secrets = [
        line.case.applicant.name,
        line.case.learner.family_name,
        line.module.code,
        line.module.title["en"],
        line.sources.get().facts["title"]["en"],
    ]
    assert [secret for secret in secrets if secret in mail.subject + mail.body] == []
    assert line.case.reference in mail.body


def test_digest_counts_claims_without_naming_the_course():
    version = make_taught_course()
    teacher = daily(version.course.teachers.get())
    claim = make_claim(version=version)

    mail = digest.send(teacher, TUESDAY)

    assert mail.subject == "1 thing waits for you in Symbolon"
    assert [t for t in (str(version), claim.claimant.name) if t in mail.body] == []


def test_digest_tells_of_mails_that_came_back(registrar):
    case = Case.objects.get()
    come_back(Mail.objects.about(case).get(user=case.applicant))

    assert digest.send(registrar, TUESDAY).subject == "2 things wait for you in Symbolon"


def test_digest_is_written_in_the_readers_language(registrar):
    User.objects.filter(pk=registrar.pk).update(language="de")
    registrar.refresh_from_db()

    mail = digest.send(registrar, TUESDAY)

    assert mail.subject == "1 Aufgabe wartet in Symbolon auf Sie"


def test_digest_comes_once_a_day(registrar):
    sent = [digest.send(registrar, moment) for moment in (TUESDAY, TUESDAY + HOUR, TUESDAY + DAY)]

    assert [one is not None for one in sent] == [True, False, True]


def test_nothing_is_sent_when_nothing_waits_and_not_later_that_day_either():
    registrar = daily(make_registrar(make_institution()))
    first = digest.send(registrar, TUESDAY)
    make_case_at(registrar)

    assert (first, digest.send(registrar, TUESDAY + HOUR)) == (None, None)


def make_case_at(registrar):
    institution = registrar.memberships.get().unit.institution
    make_policy(institution)
    return make_case(programme_version=make_programme_version(institution))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 5, 5), True),
        (date(2026, 5, 1), False),  # Labour Day
        (date(2026, 5, 2), False),  # a Saturday
        (date(2026, 5, 3), False),
    ],
)
def test_digest_comes_on_working_days_where_the_reader_works(registrar, day, works):
    moment = datetime(day.year, day.month, day.day, 8, tzinfo=BERLIN)

    assert (digest.send(registrar, moment) is not None) == works


def test_working_day_of_a_committee_counts_too():
    line = make_line(LineState.UNDER_REVIEW)
    reviewer = daily(line.reviews.first().reviewer)

    assert not reviewer.memberships.exists()
    assert digest.send(reviewer, TUESDAY).user == reviewer


def test_digest_is_for_those_who_chose_it(registrar):
    other = make_registrar(Case.objects.get().institution)
    gone = daily(make_registrar(Case.objects.get().institution))
    User.objects.filter(pk=gone.pk).update(is_active=False)

    assert list(digest.readers(TUESDAY)) == [registrar]
    assert [digest.send(one, TUESDAY) for one in (other, gone)] == [None, None]


def test_digest_holds_nothing_of_the_reader_as_a_learner(registrar):
    make_award(student=registrar, claimed=False, accepted=False)

    assert digest.send(registrar, TUESDAY).subject == "1 thing waits for you in Symbolon"


@pytest.mark.parametrize(
    ("moment", "hour", "is_time"),
    [
        (TUESDAY - timedelta(minutes=1), 7, False),
        (TUESDAY, 7, True),
        (TUESDAY + 9 * HOUR, 7, True),  # the scheduler stood still in the morning
        (TUESDAY, 8, False),
        (datetime(2026, 12, 1, 7, 0, tzinfo=BERLIN), 7, True),  # in winter too
    ],
)
def test_digest_waits_for_its_hour(registrar, settings, moment, hour, is_time):
    settings.DIGEST_HOUR = hour

    assert digest.readers(moment).exists() == is_time


def test_task_that_runs_twice_writes_each_digest_once(registrar, monkeypatch, run_tasks):
    second = daily(make_registrar(Case.objects.get().institution))
    monkeypatch.setattr(timezone, "now", lambda: TUESDAY)
    app.loader.import_default_modules()

    with run_tasks():
        tasks.send_digests()
        tasks.send_digests()

    assert {mail.user for mail in digests()} == {registrar, second}
    assert digests().count() == 2


def test_reader_of_digests_gets_their_own_legal_mails_at_once():
    line = make_line(LineState.UNDER_REVIEW, applicant=daily(make_user("Nela Ardwen")))

    told = Mail.objects.filter(user=line.case.applicant)

    assert [mail.subject for mail in told] == [
        f"Your application {line.case.reference} has arrived",
        f"Your application {line.case.reference} is complete",
    ]


def test_reader_of_digests_gets_no_mail_for_each_task():
    line = make_line(LineState.SUBMITTED)
    registrar = daily(make_registrar(line.case.institution))
    Mail.objects.all().delete()

    make_case(programme_version=line.case.programme_version)

    assert not Mail.objects.filter(user=registrar).exists()


# Preferences -------------------------------------------------------------------------------------


def save(client, user, **said):
    client.force_login(user)
    return client.post(reverse("preferences-edit"), said)


def test_staff_choose_language_and_rhythm(client):
    teacher = make_staff(make_institution(), Role.TEACHER)

    answer = save(client, teacher, language="de", mail_rhythm="daily")

    teacher.refresh_from_db()
    assert (teacher.language, teacher.mail_rhythm) == ("de", "daily")
    assert (answer.url, answer.cookies["django_language"].value) == (
        reverse("preferences-edit"),
        "de",
    )
    assert '<html lang="de"' in client.get(answer.url).content.decode()


def test_member_of_a_committee_chooses_a_rhythm(client):
    line = make_line(LineState.UNDER_REVIEW)
    client.force_login(line.reviews.first().reviewer)

    assert 'name="mail_rhythm"' in client.get(reverse("preferences-edit")).content.decode()


def test_learner_chooses_a_language_only(client):
    nela = make_user("Nela Ardwen")
    client.force_login(nela)
    page = client.get(reverse("preferences-edit")).content.decode()

    save(client, nela, language="de", mail_rhythm="daily")

    nela.refresh_from_db()
    assert 'name="mail_rhythm"' not in page
    assert (nela.language, nela.mail_rhythm) == ("de", "at_once")


@pytest.mark.parametrize(
    "said", [{}, {"language": "xx", "mail_rhythm": "daily"}, {"language": "de"}]
)
def test_what_cannot_be_chosen_is_refused(client, said):
    teacher = make_staff(make_institution(), Role.TEACHER)

    answer = save(client, teacher, **said)

    teacher.refresh_from_db()
    assert (answer.status_code, teacher.language, teacher.mail_rhythm) == (200, "en", "at_once")


def test_next_mail_is_in_the_language_chosen(client):
    version = make_taught_course()
    teacher = version.course.teachers.get()
    accounts.prefer(teacher, language="de", mail_rhythm=MailRhythm.AT_ONCE)

    make_claim(version=version)

    assert Claim.objects.count() == 1
    assert Mail.objects.get(user=teacher).subject == "Eine Anforderung wartet auf Sie"
