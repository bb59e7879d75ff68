"""The only place that counts objections and appeals, and how they ended."""

from collections import Counter

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from recognition.measures import Sum, hidden
from recognition.models import Line, Objection, ObjectionKind, ObjectionResult
from recognition.statistics.tables import ALL, Row, Table, Value, hidden_value, share, shown


def table_of(lines: QuerySet[Line], fewest: int) -> Table:
    """Return each kind of remedy: how many were filed and decided, how many changed something.

    One query. Kinds with fewer than `fewest` are hidden like groups of lines.
    """
    filed: Counter = Counter()
    decided: Counter = Counter()
    changed: Counter = Counter()
    found = Objection.objects.filter(line__in=lines.values("pk")).order_by()
    for kind, result, number in found.values_list("kind", "result").annotate(n=Count("pk")):
        for group in (kind, ALL):
            filed[group] += number
            decided[group] += number if result else 0
            changed[group] += number if result not in ("", ObjectionResult.DISMISSED) else 0
    kinds = [kind for kind in ObjectionKind if filed[kind]]
    sums = [Sum(ALL, tuple(kinds))]
    small = hidden({group: filed[group] for group in (ALL, *kinds)}, sums, fewest)
    unsure = hidden({group: decided[group] for group in (ALL, *kinds)}, sums, fewest, small)

    def values(group) -> tuple[Value, ...]:
        if group in small:
            return (hidden_value(filed[group], fewest),) * 3
        if group in unsure:
            return (shown(filed[group]), *(hidden_value(decided[group], fewest),) * 2)
        part = share(changed[group], decided[group]) if decided[group] else None
        return shown(filed[group]), shown(decided[group]), shown(part)

    return Table(
        slug="remedies",
        title=_("Objections and appeals"),
        head=_("Kind"),
        columns=(_("Filed"), _("Decided"), _("Upheld, amended or sent back, %")),
        rows=tuple(Row(str(kind.label), values(kind)) for kind in kinds),
        total=Row(_("All"), values(ALL)) if kinds else None,
    )
