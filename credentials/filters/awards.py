"""The only place that narrows the awards of an institution."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from credentials.models import Award
from credentials.states import AwardState


class AwardFilter(FilterSet):
    """By words of number, holder or course code, and by state."""

    q = CharFilter(method="with_words", label=_("Number, holder or code of the course"))
    state = ChoiceFilter(choices=AwardState.choices, label=_("State"), empty_label=_("Any"))

    class Meta:
        model = Award
        fields: list[str] = []

    def with_words(self, queryset, name, value):
        for word in value.replace("\0", "").split():
            queryset = queryset.filter(
                Q(number__icontains=word)
                | Q(holder_name__icontains=word)
                | Q(course_version__course__code__icontains=word)
            )
        return queryset
