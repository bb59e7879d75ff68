"""Time acts on lines: reminders, delays told with reason and new date, what will be late."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent, Job, JobKind, Mail
from credentials.pdf_files import embedded_files
from credentials.services import documents
from credentials.verdict import Refused
from recognition import permissions
from recognition.calendar import add_working_days
from recognition.models import Delay, Line
from recognition.services import clock, delays
from recognition.services.lines import clock_of
from recognition.states import LineState
from tests.factories.people import make_user
from tests.factories.recognition import Way, make_case, make_line

pytestmark = pytest.mark.django_db


def after(line: Line, share: float):
    """Return the day on which so many per cent of the committee's time are used."""
    institution, policy = line.case.institution, line.case.policy
    days = round(policy.decision_days * share / 100)
    return add_working_days(
        timezone.localdate(line.complete_at), days, institution.country, institution.subdivision
    )


def told(subject: str) -> list[str]:
    found = Mail.objects.filter(subject__contains=subject).values_list("recipient", flat=True)
    return sorted(found)


def again(line: Line) -> Line:
    return Line.objects.get(pk=line.pk)


# Reminders


@pytest.mark.parametrize(("share", "number"), [(45, 0), (50, 1), (75, 2), (90, 3)])
def test_reviewers_who_owe_are_reminded_at_each_share(share, number):
    line = make_line(LineState.UNDER_REVIEW)

    for one in (45, 50, 75, 90):
        if one <= share:
            clock.keep_time(after(line, one))

    owing = sorted(review.reviewer.email for review in line.reviews.all())
    assert told("waits for you") == sorted(owing * number)


def test_time_kept_twice_reminds_once():
    line = make_line(LineState.DELIBERATION)

    for _ in range(3):
        clock.keep_time(after(line, 80))

    assert told("waits for you") == [Way(line).chair.email]
    assert [reminder.share for reminder in line.reminders.all()] == [75]


def test_registrars_are_reminded_to_send():
    line = make_line(LineState.DECIDED)
    registrar = Way(line).registrar

    clock.keep_time(after(line, 90))

    assert registrar.email in told("waits for you")


def test_nobody_is_reminded_while_an_answer_is_waited_for():
    line = make_line(LineState.UNDER_REVIEW)
    Way(line).ask()

    clock.keep_time(after(line, 95))

    assert told("waits for you") == []


def test_registrars_are_reminded_once_of_a_late_check():
    line = make_line(LineState.SUBMITTED)
    registrar = Way(line).registrar
    day = line.case.check_due_on + timedelta(days=1)

    for _ in range(2):
        clock.keep_time(day)
    clock.keep_time(line.case.check_due_on)

    assert told("should have been checked") == [registrar.email]


# Delays


def test_a_missed_date_is_told_with_reason_and_new_date():
    line = make_line(LineState.UNDER_REVIEW)
    day = line.due_on + timedelta(days=1)

    clock.keep_time(day)

    delay = Delay.objects.get()
    institution = line.case.institution
    assert delay.reason == {
        "en": "The committee has not finished comparing.",
        "de": delay.reason["de"],
        "es": delay.reason["es"],
    }
    assert (delay.old_due_on, delay.announced_by) == (line.due_on, None)
    assert delay.new_due_on == add_working_days(
        day, line.case.policy.decision_days // 2, institution.country, institution.subdivision
    )
    assert told("takes longer") == [line.case.applicant.email]
    line = again(line)
    assert (line.due_on, line.promised_on) == (delay.old_due_on, delay.new_due_on)


def test_a_delay_is_told_once_a_date():
    line = make_line(LineState.UNDER_REVIEW)
    day = line.due_on + timedelta(days=1)

    clock.keep_time(day)
    clock.keep_time(day)
    second = again(line).promised_on + timedelta(days=1)
    clock.keep_time(second)

    assert Delay.objects.count() == 2
    assert len(told("takes longer")) == 2


def test_on_the_last_day_nothing_is_late():
    line = make_line(LineState.UNDER_REVIEW)

    clock.keep_time(line.due_on)

    assert not Delay.objects.exists()


@pytest.mark.parametrize("state", [LineState.NOTIFIED, LineState.WITHDRAWN, LineState.SUBMITTED])
def test_where_no_clock_runs_nothing_is_told(state):
    line = make_line(state)

    clock.keep_time(timezone.localdate() + timedelta(days=300))

    assert not line.delays.exists()
    assert told("takes longer") == []


def test_letter_on_a_delay_says_reason_dates_and_appeal():
    line = make_line(LineState.UNDER_REVIEW)
    clock.keep_time(line.due_on + timedelta(days=1))
    job = Job.objects.get(kind=JobKind.DELAY_LETTER)

    delays.run(job)
    delays.run(job)

    delay = Delay.objects.get()
    assert delay.letter.number.split("-")[1] == "DLY"
    data = documents.read(delay.letter)
    assert data.startswith(b"%PDF")
    assert embedded_files(data) == ()
    assert list(job.results.all()) == [delay.letter]


def test_registrar_announces_a_delay_beforehand():
    line = make_line(LineState.UNDER_REVIEW)
    registrar = Way(line).registrar
    day = line.due_on + timedelta(days=10)

    clock.announce_delay(line, "Two members are ill.", day, by=registrar)

    delay = Delay.objects.get()
    assert (delay.reason, delay.new_due_on) == ({"en": "Two members are ill."}, day)
    assert AuditEvent.objects.filter(thing=str(line.uuid), action="delay").count() == 1


@pytest.mark.parametrize(
    ("reason", "days", "problem"),
    [
        (" ", 10, "Write why it takes longer."),
        ("Ill.", 0, "The new date must be later"),
        ("Ill.", 200, "within the longest time"),
    ],
)
def test_a_delay_needs_a_reason_and_a_possible_date(reason, days, problem):
    line = make_line(LineState.UNDER_REVIEW)

    with pytest.raises(Refused, match=problem):
        clock.announce_delay(
            line, reason, line.due_on + timedelta(days=days), by=Way(line).registrar
        )

    assert not Delay.objects.exists()


def test_only_registrars_announce_a_delay():
    line = make_line(LineState.UNDER_REVIEW)

    for user in (Way(line).chair, line.case.applicant, make_user()):
        with pytest.raises(Refused):
            clock.announce_delay(line, "Ill.", line.due_on + timedelta(days=5), by=user)


def test_latest_date_is_months_after_completeness():
    line = make_line(LineState.UNDER_REVIEW)
    line.complete_at = timezone.datetime(2026, 10, 31, 12, tzinfo=timezone.get_current_timezone())

    assert permissions.limit_of(line).isoformat() == "2027-02-28"


def test_clock_pauses_while_an_answer_is_waited_for():
    line = make_line(LineState.UNDER_REVIEW)
    day = after(line, 50)
    before = clock_of(line).used(day)

    Way(line).ask()

    assert (before, clock_of(line).used(day)) == (line.case.policy.decision_days // 2, 0)


# Pages


def test_applicant_reads_reason_new_date_and_letter(client):
    line = make_line(LineState.UNDER_REVIEW)
    clock.announce_delay(
        line, "Two members are ill.", line.due_on + timedelta(days=10), by=Way(line).registrar
    )
    letter = delays.make(Delay.objects.get())
    client.force_login(line.case.applicant)

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()
    file = client.get(reverse("line-document", args=[line.uuid, letter.uuid]))

    assert "Two members are ill." in page
    assert file.status_code == 200


def test_registrar_announces_on_the_page(client):
    line = make_line(LineState.UNDER_REVIEW)
    client.force_login(Way(line).registrar)
    address = reverse("line-delay", args=[line.uuid])
    day = line.due_on + timedelta(days=10)

    assert client.get(address).status_code == 200
    early = client.post(address, {"reason": "Ill.", "new_due_on": line.due_on.isoformat()})
    client.post(address, {"reason": "Ill.", "new_due_on": day.isoformat()})

    assert set(early.context["form"].errors) == {"new_due_on"}
    assert Delay.objects.get().new_due_on == day
    page = client.get(reverse("line-check", args=[line.uuid])).content.decode()
    assert "the learner was told of a delay until" in page


def test_work_page_says_what_is_late_and_what_will_be(client):
    late = make_line(LineState.UNDER_REVIEW)
    case = make_case(programme_version=late.case.programme_version)
    soon = Way(case.lines.get()).to(LineState.UNDER_REVIEW)
    today = timezone.localdate()
    Line.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=1))
    Line.objects.filter(pk=soon.pk).update(due_on=today + timedelta(days=3))
    client.force_login(Way(late).registrar)

    page = client.get(reverse("work"))
    listed = client.get(reverse("line-list"), {"group": "soon"})

    assert page.context["deadlines"] == {"late": 1, "soon": 1}
    assert [row["line"] for row in listed.context["rows"]] == [soon]
