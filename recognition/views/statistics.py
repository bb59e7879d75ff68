"""The pages of numbers: for registrars and chairs of what is theirs, and the public totals."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify

from recognition.filters import NumbersFilter
from recognition.models import Line
from recognition.permissions import can_see_numbers
from recognition.statistics import consistency, remedies
from recognition.statistics import public as totals
from recognition.statistics.export import as_csv
from recognition.statistics.lines import read
from recognition.statistics.plots import plot_of
from recognition.statistics.tables import GROUPS, Groups, Table, by_group, by_outcome, of_days

EQUAL_SHOWN = 50


def _chosen(request: HttpRequest) -> NumbersFilter:
    """Return the lines whose numbers are asked for; 404 for those who see none."""
    if not can_see_numbers(request.user):
        raise Http404
    lines = Line.objects.counted_for(request.user)
    return NumbersFilter(request.GET or {"period": NumbersFilter.THIS_YEAR}, queryset=lines)


@login_required
def numbers(request: HttpRequest) -> HttpResponse:
    """All numbers of a period; seventeen queries for any number of lines."""
    chosen = _chosen(request)
    lines = read(chosen.qs)
    groups = Groups(lines, settings.STATISTICS_FEWEST)
    main = by_group(groups, chosen.group)
    equal = consistency.equal_questions(lines)
    agreement = consistency.agreement(chosen.qs)
    tables = [
        of_days(lines, settings.STATISTICS_FEWEST),
        by_outcome(groups),
        main,
        remedies.table_of(chosen.qs, settings.STATISTICS_FEWEST),
        consistency.table_of(agreement, equal, settings.STATISTICS_FEWEST),
    ]
    context = {
        "filter": chosen,
        "form": chosen.form,
        "fewest": settings.STATISTICS_FEWEST,
        "total": len(lines),
        "figures": main.foot,
        "sections": [{"table": table, "plot": plot_of(table)} for table in tables],
        "differences": consistency.table_of_differences(equal, EQUAL_SHOWN),
        "query": request.GET.urlencode(),
    }
    return render(request, "statistics/numbers.html", context)


@login_required
def download(request: HttpRequest, table: str) -> HttpResponse:
    """One table of the page as CSV, with the same period."""
    chosen = _chosen(request)
    lines, fewest = read(chosen.qs), settings.STATISTICS_FEWEST
    if table in GROUPS:
        found = by_group(Groups(lines, fewest), table)
    elif table == "outcome":
        found = by_outcome(Groups(lines, fewest))
    elif table == "days":
        found = of_days(lines, fewest)
    elif table == "remedies":
        found = remedies.table_of(chosen.qs, fewest)
    elif table == "agreement":
        equal = consistency.equal_questions(lines)
        found = consistency.table_of(consistency.agreement(chosen.qs), equal, fewest)
    elif table == "differences":
        found = consistency.table_of_differences(consistency.equal_questions(lines), None)
    else:
        raise Http404
    return _file(found, f"numbers-{found.slug}-{chosen.chosen_period.first:%Y-%m-%d}")


def public(request: HttpRequest) -> HttpResponse:
    """The totals of each institution in the years that are over; cached for an hour."""
    tables = [found for year in totals.years() if (found := totals.table_of(year))]
    sections = [{"table": table, "plot": plot_of(table)} for table in tables]
    context = {"sections": sections, "fewest": settings.STATISTICS_FEWEST_PUBLIC}
    return render(request, "statistics/public.html", context)


def public_download(request: HttpRequest, year: int) -> HttpResponse:
    table = totals.table_of(year) if year in totals.years() else None
    if table is None:
        raise Http404
    return _file(table, f"numbers-{year}")


def _file(table: Table, name: str) -> HttpResponse:
    answer = HttpResponse(as_csv(table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slugify(name)}.csv"'
    return answer
