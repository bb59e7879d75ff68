"""The only place that narrows the awards of an institution."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet, UUIDFilter

from credentials.forms.widgets import DateInput
from credentials.models import Award, Job, JobKind, RevocationReason
from credentials.models.many import among
from credentials.search import title_in, titled
from credentials.services import numbers
from credentials.states import AwardState

REPLACED = Q(state=AwardState.REVOKED, revocation_reason=RevocationReason.SUPERSEDED)
STATES = {
    "issued": (AwardState.ISSUED.label, Q(state=AwardState.ISSUED)),
    "accepted": (_("Accepted"), Q(state=AwardState.ISSUED, accepted_at__isnull=False)),
    "waiting": (_("Not accepted yet"), Q(state=AwardState.ISSUED, accepted_at=None)),
    "signing": (AwardState.SIGNING.label, Q(state=AwardState.SIGNING)),
    "heard": (_("Being heard"), Q(heard_until__isnull=False, may_judge=True)),
    "unproven": (_("Signature does not count"), Q(is_unproven=True)),
    "suspended": (AwardState.SUSPENDED.label, Q(state=AwardState.SUSPENDED)),
    "replaced": (_("Replaced"), REPLACED),
    "revoked": (AwardState.REVOKED.label, Q(state=AwardState.REVOKED) & ~REPLACED),
}


class AwardFilter(FilterSet):
    """By words of number, holder or course, by state, day and batch.

    Of awards `read_by_staff`, read `with_standing`.
    """

    q = CharFilter(method="with_words", label=_("Number, holder or course"))
    state = ChoiceFilter(
        choices=[(name, label) for name, (label, _rows) in STATES.items()],
        method="with_state",
        label=_("State"),
        empty_label=_("Any"),
    )
    day = DateFilter(field_name="awarded_on", label=_("Awarded on"), widget=DateInput)
    batch = UUIDFilter(method="of_batch")

    class Meta:
        model = Award
        fields: list[str] = []

    def with_words(self, queryset, name, value):
        queryset = queryset.alias(course=title_in("course_version__search_text"))
        for word in value.replace("\0", "").split():
            queryset = queryset.filter(
                Q(number__icontains=word)
                | Q(holder_name__icontains=word)
                | Q(course_version__course__code__icontains=word)
                | titled("course", word)
            )
        return queryset

    def with_state(self, queryset, name, value):
        return queryset.filter(STATES[value][1])

    def of_batch(self, queryset, name, value):
        jobs = Job.objects.visible_to(self.request.user).filter(kind=JobKind.SIGN_BATCH)
        job = jobs.filter(uuid=value).first()
        runs = job.parameters.get("runs", []) if job else []
        return queryset.filter(number__in=among(n for run in runs for n in numbers.between(*run)))
