"""The only place that corrects what is known of a learner and their studies, and enrols them."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.days import not_between
from credentials.language import clean_texts
from credentials.models import Enrolment, Graduate, Learner, ProgrammeVersion, User
from credentials.models.programme import STUDIES_SINCE
from credentials.permissions import can_correct_enrolment, can_correct_learner, can_enrol
from credentials.services.degree_rules import AHEAD, unfit_birth
from credentials.services.lifecycle import change, lock, record
from credentials.services.marks import in_log, put
from credentials.verdict import Refused

PERSON = ("given_name", "family_name", "birth_date", "student_number")
DATES = ("started_on", "ended_on")
BORN_SINCE = date(1900, 1, 1)


@change()
def correct_learner(learner: Learner, *, by: User, seen: str = "", **content: Any) -> Learner:
    """Correct name, day of birth or student number; `content` by the names of PERSON.

    Credentials and documents keep what they say. `seen`: the mark of the learner as they were
    shown; raises `Stale` when that has changed since.
    """
    if unknown := set(content) - set(PERSON):
        raise TypeError(f"nothing known of a learner is called {sorted(unknown)}")
    lock(learner.institution)
    learner = lock(learner)
    can_correct_learner(by, learner).require()
    changes = put(learner, {name: clean_texts(value) for name, value in content.items()}, seen=seen)
    if not changes:
        return learner
    if not learner.family_name:
        raise Refused(_("Give the family name."))
    born = learner.birth_date
    if born and not BORN_SINCE <= born <= timezone.localdate():
        raise Refused(_("Choose a day of birth that is past."))
    if "birth_date" in changes and (reason := _against_studies(learner)):
        raise Refused(reason)
    others = learner.institution.learners.exclude(pk=learner.pk)
    if learner.student_number and others.filter(student_number=learner.student_number).exists():
        raise Refused(_("Another learner has this student number."))
    learner.save()
    record(learner, "correct", by=by, text=in_log(changes))
    return learner


def _against_studies(learner: Learner) -> str:
    """Return why a day of birth does not go with studies and degrees, "" if it does."""
    degrees = Graduate.objects.filter(enrolment__learner=learner)
    days = [
        *learner.enrolments.values_list("started_on", flat=True),
        *degrees.values_list("graduated_on", flat=True),
    ]
    return unfit_birth(learner.birth_date, days)


@change()
def enrol(
    learner: Learner, version: ProgrammeVersion, *, by: User, started_on: date | None = None
) -> Enrolment:
    """Enrol a learner under regulations of their institution; refuses to do it twice."""
    learner = lock(learner)
    can_enrol(by, learner, version).require()
    if reason := unfit(started_on, None) or unfit_birth(learner.birth_date, [started_on]):
        raise Refused(reason)
    if learner.enrolments.filter(programme_version=version).exists():
        raise Refused(_("This learner is enrolled under these regulations already."))
    enrolment = Enrolment.objects.create(
        learner=learner, programme_version=version, started_on=started_on
    )
    record(learner, "enrol", by=by, text=f"{version.programme.code} {version.regulations}")
    return enrolment


@change()
def correct_dates(
    enrolment: Enrolment,
    *,
    by: User,
    seen: str = "",
    started_on: date | None = None,
    ended_on: date | None = None,
) -> Enrolment:
    """Say when studies began and ended, None: not known, and they go on.

    Documents that were printed keep what they say. `seen` as in `correct_learner`.
    """
    enrolment = lock(enrolment)
    can_correct_enrolment(by, enrolment).require()
    wanted = {"started_on": started_on, "ended_on": ended_on}
    changes = put(enrolment, wanted, seen=seen)
    if not changes:
        return enrolment
    born = enrolment.learner.birth_date
    if reason := (
        unfit(started_on, ended_on) or _against_degree(enrolment) or unfit_birth(born, [started_on])
    ):
        raise Refused(reason)
    enrolment.save()
    record(enrolment, "correct", by=by, text=in_log(changes))
    return enrolment


def _against_degree(enrolment: Enrolment) -> str:
    """Return why the dates of studies do not go with a degree or interim award, "" if they do."""
    started_on, ended_on = enrolment.started_on, enrolment.ended_on
    days = list(enrolment.graduates.values_list("graduated_on", flat=True))
    if started_on and any(day < started_on for day in days):
        return _("The degree was awarded before that day. Look at both.")
    if ended_on and any(day > ended_on for day in days):
        return _("The degree was awarded after studies ended. Look at both.")
    return ""


def unfit(started_on: date | None, ended_on: date | None) -> str:
    """Return why nobody can have studied from one day to the other, "" when they can."""
    today = timezone.localdate()
    if started_on and (reason := not_between(started_on, STUDIES_SINCE, today + AHEAD)):
        return reason
    if ended_on and not STUDIES_SINCE <= ended_on <= today:
        return _("Say that studies ended once they have.")
    if started_on and ended_on and ended_on < started_on:
        return _("That is before the studies began.")
    return ""
