"""The only place that finds which texts of an institution's documents a language lacks."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from credentials.models import Graduation, Institution, QualificationProfile
from credentials.places import country_name
from credentials.services import designs
from credentials.services.qualification_profiles import gaps
from credentials.states import PublishingState


def lacking(institution: Institution, language: str) -> Iterator[str]:
    """Yield where a text stands in other languages and not in this one (BCP 47); four queries.

    Of lists of graduates only those count in which somebody waits to be printed.
    """
    for system in institution.education_systems.all():
        if not system.text.get(language):
            yield _("Education system: %(country)s") % {"country": country_name(system.country)}
    for profile in _profiles_of(institution):
        if any(gap.languages for gap in gaps(profile, [language])):
            version = profile.programme_version
            said = {"programme": version, "name": version.regulations}
            yield _("%(programme)s (regulations %(name)s)") % said
    for name, capacity in _signing(institution):
        if capacity and not capacity.get(language):
            yield _("Capacity of %(name)s") % {"name": name}


def _profiles_of(institution: Institution) -> Iterator[QualificationProfile]:
    of_all = QualificationProfile.objects.filter(
        programme_version__programme__institution=institution
    )
    shown = of_all.exclude(programme_version__state=PublishingState.DRAFT)
    ordered = shown.order_by("programme_version__programme__code", "programme_version__pk")
    yield from ordered.select_related("programme_version")


def _signing(institution: Institution) -> list[tuple[str, dict[str, str]]]:
    """Return who signs the documents of the institution, and in which capacity."""
    design = designs.current(institution)
    found = [(one["name"], one["capacity"]) for one in design.signatures] if design else []
    waiting = Graduation.objects.filter(institution=institution, graduates__supplement=None)
    listed = waiting.exclude(graduates=None).distinct()
    return [*found, *((f"{one.signatory}, {one}", one.capacity) for one in listed)]
