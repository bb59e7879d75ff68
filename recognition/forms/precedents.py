"""Forms of precedents: finding, prolonging, revoking them; entering those of an agreement."""

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from credentials.forms.widgets import DateInput
from credentials.language import clean_text, in_language
from credentials.models import Institution, Programme
from recognition.filters import FilterForm
from recognition.models import Precedent
from recognition.vocabulary import PrecedentLevel

GROUPS = (
    ("expiring", _("To be looked at soon")),
    ("demoted", _("Changed since")),
    ("revoked", _("Revoked")),
)


class ProgrammeChoice(filters.fields.ModelChoiceField):
    def label_from_instance(self, programme):
        return f"{programme.code}, {programme.institution}"


class ProgrammeFilter(filters.ModelChoiceFilter):
    field_class = ProgrammeChoice


class PublicFilter(filters.FilterSet):
    """By words of course, awarding body or module; by programme."""

    q = filters.CharFilter(label=_("Course, awarding body or module"), method="find")
    programme = ProgrammeFilter(
        label=_("Programme"),
        field_name="programme_version__programme",
        to_field_name="uuid",
        queryset=Programme.objects.select_related("institution"),
        empty_label=_("All"),
    )

    class Meta:
        model = Precedent
        fields: list[str] = []
        form = FilterForm

    def find(self, precedents: QuerySet, _name: str, text: str) -> QuerySet:
        for word in clean_text(text).split():
            precedents = precedents.filter(
                Q(number__icontains=word)
                | Q(sources__title__icontains=word)
                | Q(sources__course_key__icontains=word)
                | Q(sources__awarding_body__name__icontains=word)
                | Q(targets__module__course_version__course__code__icontains=word)
                | Q(targets__module__course_version__title__icontains=word)
            )
        return precedents.distinct()


class PrecedentFilter(PublicFilter):
    """For those who keep them also by level, and by what is to be done."""

    level = filters.ChoiceFilter(
        label=_("Kind"), choices=PrecedentLevel.choices, empty_label=_("All")
    )
    group = filters.ChoiceFilter(
        label=_("Which"), choices=GROUPS, method="in_group", empty_label=_("In use, and past ones")
    )

    def in_group(self, precedents: QuerySet, _name: str, group: str) -> QuerySet:
        if group == "expiring":
            return precedents & Precedent.objects.expiring()
        if group == "demoted":
            return precedents & Precedent.objects.demoted()
        return precedents.exclude(revoked_at=None)


class PrintListForm(forms.Form):
    """Of which programme the public list is printed: those of which something is public."""

    programme = forms.ModelChoiceField(
        label=_("Programme"),
        queryset=Programme.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("All programmes"),
    )

    def __init__(self, *args, institution: Institution, **named):
        super().__init__(*args, **named)
        public = Precedent.objects.public().filter(institution=institution)
        offered = institution.programmes.filter(
            pk__in=public.values("programme_version__programme")
        )
        self.fields["programme"].queryset = offered.prefetch_related("versions")
        self.fields["programme"].label_from_instance = _code_and_title


def _code_and_title(programme: Programme) -> str:
    return f"{programme.code}, {in_language(programme.newest_title)}"


class ProlongForm(forms.Form):
    valid_to = forms.DateField(label=_("Holds until"), widget=DateInput())


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stays in the file."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
