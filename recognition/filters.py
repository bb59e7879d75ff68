"""The filter of the staff's list of cases."""

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from recognition.models import Line
from recognition.states import OPEN, LineState

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
