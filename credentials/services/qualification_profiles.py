"""The only place that writes what diploma supplements say of a programme, and finds what lacks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from credentials.language import clean_texts
from credentials.models import (
    AwardingBody,
    EducationSystem,
    Institution,
    ProgrammeVersion,
    QualificationProfile,
    User,
)
from credentials.permissions import can_describe_qualification, can_describe_systems
from credentials.services.lifecycle import change, lock, record
from credentials.services.marks import in_log, put
from credentials.verdict import Refused

# Columns of a profile by the section in which they are printed.
SECTIONS = {
    "isced_f": "2.2",
    "quality_assurance": "2.3",
    "quality_agency": "2.3",
    "quality_agency_country": "2.3",
    "quality_url": "2.3",
    "administering_body": "2.4",
    "languages": "2.5",
    "nqf_level": "3.1",
    "access": "3.3",
    "mode": "4.1",
    "outcomes": "4.2",
    "grade_scale": "4.4",
    "passed_from": "4.4",
    "classification_rule": "4.5",
    "further_study": "5.1",
    "regulated_profession": "5.2",
    "sources": "6.2",
}
# What not every programme has; the others are asked of all.
WHERE_THERE_IS_ONE = {
    *("quality_assurance", "quality_agency", "quality_agency_country", "quality_url"),
    *("administering_body", "regulated_profession", "passed_from"),
}
MAPS = (
    *("access", "outcomes", "classification_rule", "further_study", "regulated_profession"),
    "sources",
)


@dataclass(frozen=True, slots=True)
class Gap:
    """What a diploma supplement would lack: in `languages` (BCP 47), or () when all of it."""

    section: str
    label: str
    languages: tuple[str, ...] = ()


def profile_of(version: ProgrammeVersion) -> QualificationProfile:
    """Return the profile of a programme version; an empty one, not saved, when there is none."""
    found = getattr(version, "profile", None)
    return found or QualificationProfile(programme_version=version)


def gaps(profile: QualificationProfile, languages: Iterable[str]) -> Iterator[Gap]:
    """Yield what a profile does not say that the Diploma Supplement (2018) asks of it.

    `languages`: those in which documents are printed. Texts that some programmes do not have are
    only asked for in the languages that are missing.
    """
    for name, section in SECTIONS.items():
        value, label = getattr(profile, name), _label(QualificationProfile, name)
        if not value and name not in WHERE_THERE_IS_ONE:
            yield Gap(section, label)
        elif value and name in MAPS:
            missing = tuple(tag for tag in languages if not value.get(tag))
            if missing:
                yield Gap(section, label, missing)


def _label(model: type[Model], name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


@change()
def describe(
    version: ProgrammeVersion, *, by: User, seen: str = "", **content: Any
) -> QualificationProfile:
    """Say what diploma supplements say of a programme; `content` by the names of SECTIONS.

    `seen`: the mark of the profile as it was shown; raises `Stale` when it has changed since.
    """
    if unknown := set(content) - set(SECTIONS):
        raise TypeError(f"a profile does not say {sorted(unknown)}")
    version = lock(version)
    can_describe_qualification(by, version).require()
    _require_in_register(version.institution, content.get("administering_body"))
    profile = profile_of(version)
    wanted = {name: _cleaned(value) for name, value in content.items()}
    _require_scale(
        wanted.get("grade_scale", profile.grade_scale),
        wanted.get("passed_from", profile.passed_from),
    )
    changes = put(profile, wanted, seen=seen)
    if changes:
        profile.save()
        record(version, "describe", by=by, text=in_log(changes))
    return profile


def _cleaned(value: Any) -> Any:
    return value if isinstance(value, AwardingBody) else clean_texts(value)


def _require_in_register(institution: Institution, body: AwardingBody | None) -> None:
    if body and (body.institution_id != institution.pk or body.is_platform):
        raise Refused(_("%(body)s is no awarding body of your register.") % {"body": body})


def _require_scale(scale: list[str], passed_from: str) -> None:
    if passed_from and passed_from not in scale:
        raise Refused(_("This grade is not among the grades."))
    if len(scale) != len(set(scale)):
        raise Refused(_("A grade is there twice."))


def copy(version: ProgrammeVersion, to: ProgrammeVersion) -> None:
    """Give new regulations the profile of those before; within a change that is recorded."""
    profile = getattr(version, "profile", None)
    if profile:
        says = {name: getattr(profile, name) for name in SECTIONS}
        QualificationProfile.objects.create(programme_version=to, **says)


@change()
def describe_system(
    institution: Institution, country: str, text: dict[str, str], *, by: User, seen: str = ""
) -> EducationSystem | None:
    """Say what documents say of the higher education system of a country (ISO 3166-1 alpha-2).

    Without any text the country is taken out of the list, and None returned. `seen`: the mark of
    the text as it was shown; raises `Stale` when it has changed since.
    """
    institution = lock(institution)
    can_describe_systems(by, institution).require()
    found = institution.education_systems.filter(country=country).first()
    system = found or EducationSystem(institution=institution, country=country)
    changes = put(system, {"text": clean_texts(text)}, seen=seen)
    if not changes:
        return found
    if system.text:
        system.save()
    elif found:
        found.delete()
    record(institution, "describe-system", by=by, after=country, text=in_log(changes))
    return system if system.text else None
