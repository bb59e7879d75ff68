"""The only place that writes lists of graduates, and says what is missing before printing."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from credentials.language import LanguageMap, clean_texts
from credentials.models import (
    CreditEntry,
    Enrolment,
    Graduate,
    GraduateKind,
    Graduation,
    Institution,
    ModuleResult,
    User,
)
from credentials.name_order import name_key
from credentials.permissions import can_graduate, can_keep_graduations, can_take_out
from credentials.places import country_name
from credentials.services.degree_rules import unfit_birth, unfit_day, unfit_grade
from credentials.services.lifecycle import change, lock, record
from credentials.services.marks import in_log, put
from credentials.services.qualification_profiles import gaps, profile_of
from credentials.verdict import Refused, Stale

LIST_CONTENT = ("name", "certified_on", "signatory", "capacity")
CONTENT = (
    *("kind", "graduated_on", "title_conferred", "final_grade", "classification"),
    "additional",
)
_CREDITS = DecimalField(max_digits=7, decimal_places=1)


# Lists


@change()
def make(
    institution: Institution,
    *,
    name: str,
    certified_on: date,
    signatory: str,
    capacity: LanguageMap,
    by: User,
) -> Graduation:
    """Make an empty list of graduates; refuses a name that is taken."""
    institution = lock(institution)
    can_keep_graduations(by, institution).require()
    name = clean_texts(name)
    _refuse_taken(institution, name)
    graduation = Graduation.objects.create(
        institution=institution,
        name=name,
        certified_on=certified_on,
        signatory=clean_texts(signatory),
        capacity=clean_texts(capacity),
    )
    record(graduation, "create", by=by)
    return graduation


@change()
def edit(graduation: Graduation, *, by: User, seen: str = "", **content: Any) -> Graduation:
    """Change what a list says; `content` by the names of LIST_CONTENT.

    `seen`: the mark of the list as it was shown; raises `Stale` when it has changed since.
    """
    lock(graduation.institution)
    graduation = lock(graduation)
    can_keep_graduations(by, graduation.institution).require()
    before = graduation.name
    changes = put(graduation, {n: clean_texts(value) for n, value in content.items()}, seen=seen)
    if graduation.name != before:
        _refuse_taken(graduation.institution, graduation.name)
    if changes:
        graduation.save()
        record(graduation, "edit", by=by, text=in_log(changes))
    return graduation


def _refuse_taken(institution: Institution, name: str) -> None:
    if institution.graduations.filter(name=name).exists():
        raise Refused(_("There is a list “%(name)s” already.") % {"name": name})


# Graduates


class Misfit(Refused):
    """What cannot be said of a graduate; `column` says where it is to be mended."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column


def require_fit(enrolment: Enrolment, said: Mapping[str, Any]) -> None:
    """Raise `Misfit` unless this can be said of who graduates; `said` by the names of CONTENT."""
    day, grade = said["graduated_on"], said.get("final_grade", "")
    if reason := unfit_day(enrolment, day):
        raise Misfit("graduated_on", reason)
    if reason := unfit_birth(enrolment.learner.birth_date, [enrolment.started_on, day]):
        raise Misfit("graduated_on", reason)
    if reason := unfit_grade(grade, profile_of(enrolment.programme_version)):
        raise Misfit("final_grade", reason)


@change()
def add(
    graduation: Graduation, enrolment: Enrolment, *, by: User, graduated_on: date, **content: Any
) -> Graduate:
    """Put a student into a list; `content` by the names of CONTENT.

    Refuses who is in it already, and a second degree of the same programme.
    """
    lock(graduation.institution)
    graduation, enrolment = lock(graduation), lock(enrolment)
    can_graduate(by, graduation, enrolment).require()
    said = {name: clean_texts(value) for name, value in content.items()}
    graduate = Graduate(
        graduation=graduation, enrolment=enrolment, graduated_on=graduated_on, **said
    )
    _require_fit(graduate)
    graduate.save()
    record(graduate, "add", by=by, text=str(graduation))
    return graduate


@change()
def correct(graduate: Graduate, *, by: User, seen: str = "", **content: Any) -> Graduate:
    """Correct what is said of a graduate; `content` by the names of CONTENT.

    `seen`: the mark of the graduate as they were shown; raises `Stale` when that has changed.
    """
    if unknown := set(content) - set(CONTENT):
        raise TypeError(f"a graduate does not say {sorted(unknown)}")
    graduate = _locked(graduate)
    can_keep_graduations(by, graduate.graduation.institution).require()
    changes = put(graduate, {n: clean_texts(value) for n, value in content.items()}, seen=seen)
    if changes:
        _require_fit(graduate)
        graduate.save()
        record(graduate, "correct", by=by, text=in_log(changes))
    return graduate


@change()
def take_out(graduate: Graduate, *, by: User) -> None:
    """Take somebody out of a list whose supplement is not printed yet."""
    graduate = _locked(graduate)
    can_take_out(by, graduate).require()
    record(graduate, "take-out", by=by, text=str(graduate.graduation))
    graduate.delete()


def _locked(graduate: Graduate) -> Graduate:
    lock(graduate.graduation.institution)
    try:
        return lock(graduate)
    except Graduate.DoesNotExist:
        raise Stale(_("Somebody took this graduate out of the list meanwhile.")) from None


def _require_fit(graduate: Graduate) -> None:
    require_fit(graduate.enrolment, {name: getattr(graduate, name) for name in CONTENT})
    others = graduate.enrolment.graduates.exclude(pk=graduate.pk)
    in_list = Q(graduation=graduate.graduation)
    degree = Q(kind=GraduateKind.DEGREE) if graduate.kind == GraduateKind.DEGREE else Q(pk=None)
    other = others.filter(in_list | degree).select_related("graduation").first()
    if other:
        raise Refused(already_in(other.graduation))


def already_in(graduation: Graduation) -> str:
    """Return that a student stands in a list already."""
    return _("This student is in the list “%(name)s” already.") % {"name": graduation}


def by_name(graduate: Graduate) -> tuple[str, ...]:
    """Return what graduates of a list are sorted by; ask for the learner with them."""
    learner = graduate.enrolment.learner
    return (*name_key(learner.family_name, learner.given_name), str(graduate.pk))


# Before printing


def with_progress(graduates: QuerySet[Graduate]) -> QuerySet[Graduate]:
    """Add what `problems` reads, in eight queries at most for any number.

    `passed_ects` and `recognised_ects`: ECTS credits achieved here, and recorded as recognised,
    until the date of the documents. Those are printed, see `recognition.services.degrees`.
    """
    enrolment, day = OuterRef("enrolment"), OuterRef("graduation__certified_on")
    results = ModuleResult.objects.filter(enrolment=enrolment, achieved_on__lte=day)
    credits = CreditEntry.objects.filter(
        enrolment=enrolment, recorded_at__date__lte=day, reversed_at=None
    )
    return (
        graduates.select_related("enrolment__learner")
        .prefetch_related(  # once each, though a thousand graduates share them
            "graduation__institution__education_systems",
            "enrolment__programme_version__programme__institution",
            "enrolment__programme_version__profile",
        )
        .annotate(passed_ects=_sum_of(results), recognised_ects=_sum_of(credits))
    )


def _sum_of(rows: QuerySet) -> Coalesce:
    total = rows.order_by().values("enrolment").annotate(total=Sum("ects")).values("total")
    return Coalesce(Subquery(total, output_field=_CREDITS), Decimal(0), output_field=_CREDITS)


def problems(graduate: Graduate) -> list[str]:
    """Return what is missing before a supplement is printed, in few words each; [] for nothing.

    The graduate comes from `with_progress`.
    """
    version, learner = graduate.enrolment.programme_version, graduate.enrolment.learner
    institution = graduate.graduation.institution
    found = []
    days = (graduate.enrolment.started_on, graduate.graduated_on)
    if not learner.birth_date:
        found.append(_("Date of birth"))
    elif reason := unfit_birth(learner.birth_date, days):
        found.append(_("Date of birth: %(reason)s") % {"reason": reason})
    if not learner.given_name and not learner.family_name:
        found.append(_("Given name or family name"))
    if graduate.kind == GraduateKind.DEGREE and not (graduate.title_conferred or version.award):
        found.append(_("Title conferred"))
    found += _of_profile(graduate)
    found += _of_credits(graduate)
    if not graduate.graduation.capacity:
        found.append(_("Capacity of who signs"))
    if not _has_text(institution.education_systems.all(), institution.country):
        found.append(
            _("Text on the education system: %(country)s")
            % {"country": country_name(institution.country)}
        )
    return found


def _has_text(systems: Collection, country: str) -> bool:
    return any(system.country == country and system.text for system in systems)


def _of_profile(graduate: Graduate) -> list[str]:
    version = graduate.enrolment.programme_version
    profile = profile_of(version)
    missing = [gap.label for gap in gaps(profile, ()) if not gap.languages]
    if profile.pk is None:
        return [_("Profile of the programme")]
    if missing:
        return [_("Profile of the programme: %(missing)s") % {"missing": ", ".join(missing)}]
    is_graded = graduate.kind == GraduateKind.DEGREE and bool(profile.grade_scale)
    if is_graded and not (graduate.final_grade or graduate.classification):
        return [_("Final grade or overall classification")]
    reason = unfit_grade(graduate.final_grade, profile)
    return [_("Final grade: %(reason)s") % {"reason": reason}] if reason else []


def _of_credits(graduate: Graduate) -> list[str]:
    got = graduate.passed_ects + graduate.recognised_ects  # type: ignore[attr-defined]
    total = graduate.enrolment.programme_version.ects_total
    if graduate.kind == GraduateKind.DEGREE and got < total:
        return [_("Credits: %(got)s of %(total)s") % {"got": _shown(got), "total": _shown(total)}]
    return [] if got else [_("Results")]


def _shown(ects: Decimal) -> str:
    return number_format(ects, 1 if ects % 1 else 0)
