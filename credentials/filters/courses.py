"""The only place that narrows the public catalogue: search, facets with counts, order."""

import re
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Lower
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet, MultipleChoiceFilter

from credentials import search
from credentials.language import in_language
from credentials.models import CourseVersion, Institution, User
from credentials.templatetags.symbolon import language_name
from credentials.vocabulary import EQF_LEVELS, LANGUAGE_TAG, BroadField, ParticipationForm

SORTS = {
    "match": _("Best match"),
    "title": _("Title"),
    "start": _("Next start"),
    "recognised": _("Most often recognised"),
}
SIZES = {search.SMALL: _("Under 5 ECTS"), search.MEDIUM: _("5 to 30 ECTS")}
RECOGNISED = {"any": _("By any programme"), "mine": _("By my programme")}
FOLDED = ("provider", "participation", "field")


@dataclass(frozen=True, slots=True)
class Option:
    """One value to tick: how many courses it would give, with all other facets as chosen."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of values to tick; `is_folded` when it is opened by hand."""

    name: str
    label: str
    options: list[Option]
    is_folded: bool


def _choice(label: str, field_name: str) -> MultipleChoiceFilter:
    return MultipleChoiceFilter(label=label, field_name=field_name, choices=(), distinct=False)


class CourseFilter(FilterSet):
    """The published courses that fit the query string; values that mean nothing are left out."""

    eqf = _choice(_("Level (EQF)"), "eqf_level")
    size = _choice(_("Size"), "size")
    recognised = MultipleChoiceFilter(label=_("Recognised before"), method="only_recognised")
    language = _choice(_("Language"), "language")
    provider = _choice(_("Provider"), "course__institution__slug")
    participation = _choice(_("How you take part"), "participation_form")
    field = _choice(_("Field of study"), "field")

    def __init__(self, data: QueryDict, *, user: User) -> None:
        self.query = " ".join(data.get("q", "").replace("\0", "").split())[:200]
        found = search.matching(CourseVersion.objects.published(), self.query)
        super().__init__(data, queryset=search.with_facets(found, user))
        self.groups = search.groups_of(self.queryset)
        self.labels = self._labels()
        for name, labels in self.labels.items():
            self.filters[name].extra["choices"] = list(labels.items())
        self.form.is_valid()
        self.chosen = {name: set(self.form.cleaned_data.get(name) or ()) for name in self.labels}
        self.total, self._counts = search.counts_of(self.groups, self.chosen)
        self.sort = self._sort()

    def _labels(self) -> dict[str, dict[str, str]]:
        institutions = Institution.objects.values_list("slug", "name")
        languages = {group.language for group in self.groups} | {
            tag for tag in self.data.getlist("language") if re.fullmatch(LANGUAGE_TAG, tag)
        }
        return {
            "eqf": EQF_LEVELS,
            "size": SIZES,
            "recognised": RECOGNISED,
            "language": dict(sorted((tag, language_name(tag)) for tag in languages if tag)),
            "provider": {slug: in_language(name) for slug, name in institutions},
            "participation": dict(ParticipationForm.choices),
            "field": dict(BroadField.choices),
        }

    def _sort(self) -> str:
        wanted = self.data.get("sort")
        if wanted in self.sorts:
            return wanted
        return next(iter(self.sorts))

    @property
    def sorts(self) -> dict[str, str]:
        """The orders to choose from; the best match needs something to match."""
        return {name: text for name, text in SORTS.items() if name != "match" or self.query}

    def only_recognised(self, versions: QuerySet, _name: str, values: list[str]) -> QuerySet:
        wanted = Q(pk__in=[])
        for value in values:
            wanted |= Q(**{"any": {"is_recognised": True}, "mine": {"is_mine": True}}[value])
        return versions.filter(wanted) if values else versions

    def courses(self) -> QuerySet:
        """The versions to list, in order, with all that a row shows."""
        title = Lower(Coalesce(KT(f"title__{get_language()}"), KT("title__en"), "search_text"))
        orders = {
            "match": [F("rank").desc()],
            "title": [],
            "start": [F("next_start").asc(nulls_last=True), F("any_time").desc()],
            "recognised": [F("recognised").desc(), F("asked").desc()],
        }
        return (
            self.qs.select_related("course__institution")
            .with_next_start()
            .with_tally()
            .defer("search_text", "description", "assessment_criteria", "further_information")
            .order_by(*orders[self.sort], title, "pk")
        )

    def facets(self) -> list[Facet]:
        """Return the facets that leave something to choose."""
        found = []
        for name, labels in self.labels.items():
            options = [
                Option(value, label, count, value in self.chosen[name])
                for value, label in labels.items()
                if (count := self._counts[name].get(value, 0)) or value in self.chosen[name]
            ]
            if options:
                is_folded = name in FOLDED and not self.chosen[name]
                found.append(Facet(name, self.filters[name].label, options, is_folded))
        return found

    def choices(self) -> list[tuple[str, str, str]]:
        """Return (name, value, label) of all that was chosen, in the order of the query string."""
        return [
            (name, value, self._chosen_label(name, value))
            for name in self.data
            if name in self.chosen
            for value in dict.fromkeys(self.data.getlist(name))
            if value in self.chosen[name]
        ]

    def _chosen_label(self, name: str, value: str) -> str:
        if name == "eqf":
            return _("EQF %(level)s") % {"level": value}
        if name == "recognised":
            return _("Recognised: %(label)s") % {"label": self.labels[name][value]}
        return self.labels[name][value]
