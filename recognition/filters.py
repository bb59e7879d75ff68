"""The filters of the staff's list of cases and of the numbers of recognition."""

from datetime import date, timedelta

import django_filters as filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.days import longdate
from credentials.forms.widgets import DateInput
from recognition.models import Line
from recognition.states import OPEN, LineState
from recognition.statistics.lines import Period, counted_in
from recognition.statistics.tables import GROUPS as NUMBER_GROUPS

GROUPS = (
    ("open", _("Open")),
    ("soon", _("Due within a week")),
    ("late", _("Late")),
    ("sent", _("Decision sent")),
    ("objections", _("Objections and appeals")),
    ("ended", _("Ended without a decision, or closed")),
)


class FilterForm(forms.Form):
    """No field of a filter is needed, and none says so."""

    marks_optional = False


class LineFilter(filters.FilterSet):
    """By reference or name, by where a line is, by its state."""

    q = filters.CharFilter(label=_("Reference or name"), method="find")
    group = filters.ChoiceFilter(
        label=_("Which"), choices=GROUPS, method="in_group", empty_label=_("All")
    )
    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[choice for choice in LineState.choices if choice[0] != LineState.DRAFT],
        empty_label=_("Any"),
    )

    class Meta:
        model = Line
        fields: list[str] = []
        form = FilterForm

    def find(self, lines: QuerySet, _name: str, text: str) -> QuerySet:
        """Every word must be found in the reference, the applicant's name or the module's code.

        By name only where the reader may know it: neither a hit nor an empty list tells.
        """
        known = Line.objects.applicant_known_to(self.request.user).values("pk")
        for word in text.split():
            lines = lines.filter(
                Q(case__reference__icontains=word)
                | Q(case__applicant__name__icontains=word, pk__in=known)
                | Q(module__course_version__course__code__icontains=word)
            )
        return lines

    def in_group(self, lines: QuerySet, _name: str, group: str) -> QuerySet:
        if group == "open":
            return lines.filter(state__in=OPEN)
        if group == "soon":
            return lines.due_soon()
        if group == "late":
            return lines.late()
        sent = (LineState.NOTIFIED, LineState.CONDITION_PENDING, LineState.RECORDED)
        if group == "sent":
            return lines.filter(state__in=sent)
        remedies = (LineState.OBJECTION, LineState.APPEAL)
        if group == "objections":
            return lines.filter(state__in=remedies)
        return lines.exclude(state__in=[*OPEN, *sent, *remedies])


class NumbersForm(FilterForm):
    """A period of two days needs both of them, in their order."""

    def clean(self):
        said = super().clean()
        if said.get("period") != NumbersFilter.BETWEEN or self.errors:
            return said
        for name in ("since", "until"):
            if said.get(name) is None:
                self.add_error(name, _("Enter a date."))
        if not self.errors and said["until"] < said["since"]:
            self.add_error("until", _("The last day cannot be before the first."))
        return said


def _day(label: str) -> filters.DateFilter:
    limits = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 12, 31))]
    return filters.DateFilter(
        label=label, widget=DateInput, validators=limits, method="is_read_by_period"
    )


def _periods() -> list[tuple[str, object]]:
    this = timezone.localdate().year
    return [
        (NumbersFilter.THIS_YEAR, _("This year")),
        (NumbersFilter.LAST_12_MONTHS, _("Last 12 months")),
        *((str(year), str(year)) for year in range(this - 1, this - 6, -1)),
        (NumbersFilter.BETWEEN, _("From one day to another")),
    ]


class NumbersFilter(filters.FilterSet):
    """The lines that count in a period; what means nothing is answered with this year."""

    THIS_YEAR, LAST_12_MONTHS, BETWEEN = "this-year", "12-months", "between"

    period = filters.ChoiceFilter(
        label=_("Period"), choices=_periods, empty_label=None, method="is_read_by_period"
    )
    since = _day(_("First day"))
    until = _day(_("Last day"))
    by = filters.ChoiceFilter(
        label=_("Compare by"),
        choices=list(NUMBER_GROUPS.items()),
        empty_label=None,
        method="is_read_by_period",
    )

    class Meta:
        model = Line
        fields: list[str] = []
        form = NumbersForm

    def is_read_by_period(self, lines: QuerySet, _name: str, _value: object) -> QuerySet:
        return lines

    def filter_queryset(self, lines: QuerySet) -> QuerySet:
        return counted_in(lines, self.chosen_period)

    @property
    def group(self) -> str:
        """How the main table is grouped; by month unless another way is chosen."""
        return self._said("by") or "month"

    @property
    def chosen_period(self) -> Period:
        today, said = timezone.localdate(), self._said("period")
        if said == self.BETWEEN and self.form.is_valid():
            return Period(self._said("since"), self._said("until"))
        if said == self.LAST_12_MONTHS:
            first = today.replace(year=today.year - 1, day=min(today.day, 28))
            return Period(first + timedelta(days=1), today)
        if said and said.isdigit():
            return Period(date(int(said), 1, 1), date(int(said), 12, 31))
        return Period(today.replace(month=1, day=1), today)

    @property
    def words(self) -> str:
        """The period as people say it."""
        period = self.chosen_period
        return _("%(first)s to %(last)s") % {
            "first": longdate(period.first),
            "last": longdate(period.last),
        }

    def _said(self, name: str):
        self.form.is_valid()
        return getattr(self.form, "cleaned_data", {}).get(name)
