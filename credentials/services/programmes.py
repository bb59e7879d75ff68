"""What happens to a programme: its regulations are written, published, closed, renewed."""

from typing import Any

from django.utils.translation import gettext as _

from credentials.language import LanguageMap, clean_texts
from credentials.models import ModulePart, Programme, ProgrammeVersion, Unit, User
from credentials.permissions import (
    can_edit_programme,
    can_keep_catalogue,
    can_publish_programme,
    can_renew_programme,
    can_retire_programme,
)
from credentials.services import qualification_profiles
from credentials.services.lifecycle import change, lock, move, record
from credentials.services.marks import mark_of
from credentials.states import PublishingState
from credentials.verdict import Refused, Stale

# What regulations say, beside their modules.
CONTENT = (
    *("regulations", "title", "award", "eqf_level", "cycle", "ects_total"),
    *("free_elective_ects", "semesters"),
)


@change()
def create(
    unit: Unit, *, code: str, regulations: str, title: LanguageMap, by: User, **content: Any
) -> ProgrammeVersion:
    """Begin a programme of a unit with a draft of its regulations; refuses a code that is taken."""
    can_keep_catalogue(by, unit).require()
    code = clean_texts(code)
    programme, is_new = Programme.objects.get_or_create(
        institution=unit.institution, code=code, defaults={"unit": unit}
    )
    if not is_new:
        raise Refused(_("There is a programme with the code %(code)s already.") % {"code": code})
    version = ProgrammeVersion.objects.create(
        programme=programme,
        regulations=clean_texts(regulations),
        title=clean_texts(title),
        **{name: clean_texts(value) for name, value in content.items()},
    )
    record(version, "create", by=by)
    return version


@change()
def edit(
    version: ProgrammeVersion, *, by: User, seen: str = "", **content: Any
) -> ProgrammeVersion:
    """Change what a draft says; `content` by the names of CONTENT. `seen` as in `courses.edit`."""
    if unknown := set(content) - set(CONTENT):
        raise TypeError(f"regulations do not say {sorted(unknown)}")
    lock(version.programme)
    version = lock(version)
    can_edit_programme(by, version).require()
    wanted = {name: clean_texts(value) for name, value in content.items()}
    changed = [name for name, value in wanted.items() if getattr(version, name) != value]
    if not changed:
        return version
    if seen and seen != fingerprint(version):
        raise Stale(
            _(
                "Somebody changed these regulations while you were writing. Nothing of yours was "
                "saved. Open them again in another tab, and bring your changes over."
            )
        )
    if "regulations" in changed:
        _refuse_taken(version.programme, wanted["regulations"])
    for name in changed:
        setattr(version, name, wanted[name])
    version.save()
    record(version, "edit", by=by, text=", ".join(changed))
    return version


def fingerprint(version: ProgrammeVersion) -> str:
    """Return a hash over what regulations say, to notice that somebody else changed them."""
    return mark_of(version, CONTENT)


def _refuse_taken(programme: Programme, regulations: str) -> None:
    if programme.versions.filter(regulations=regulations).exists():
        raise Refused(
            _("This programme has regulations “%(name)s” already.") % {"name": regulations}
        )


@change()
def publish(version: ProgrammeVersion, *, by: User) -> ProgrammeVersion:
    """Open regulations for applications; earlier ones stay open for those who began under them."""
    version = lock(version)
    can_publish_programme(by, version).require()
    move(version, PublishingState.PUBLISHED, by=by)
    return version


@change()
def retire(version: ProgrammeVersion, *, by: User) -> ProgrammeVersion:
    """Close regulations for new applications; what was decided under them stays."""
    version = lock(version)
    can_retire_programme(by, version).require()
    move(version, PublishingState.RETIRED, by=by)
    return version


@change()
def renew(version: ProgrammeVersion, *, regulations: str, by: User) -> ProgrammeVersion:
    """Begin new regulations as a copy, with modules, parts and profile; returns the new draft."""
    lock(version.programme)
    version = lock(version)
    can_renew_programme(by, version).require()
    regulations = clean_texts(regulations)
    _refuse_taken(version.programme, regulations)
    draft = ProgrammeVersion.objects.create(
        programme=version.programme,
        **{**{name: getattr(version, name) for name in CONTENT}, "regulations": regulations},
    )
    for module in version.modules.prefetch_related("parts__outcomes"):
        copy = draft.modules.create(
            course_version_id=module.course_version_id,
            semester=module.semester,
            component_type=module.component_type,
            ects=module.ects,
            is_recognisable=module.is_recognisable,
        )
        for part in module.parts.all():
            its = ModulePart.objects.create(
                module=copy, order=part.order, title=part.title, ects=part.ects
            )
            its.outcomes.set(part.outcomes.all())
    qualification_profiles.copy(version, draft)
    record(draft, "create", by=by)
    return draft
