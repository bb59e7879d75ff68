"""Pages of the registrar's records: learners, what they have earned, the printed page."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render

from credentials.language import clean_text
from credentials.models import Institution, Learner, Mail
from credentials.verdict import Refused
from credentials.views.bodies import kept_institution
from recognition.forms.records import PageForm, PagesForm, TranscriptForm
from recognition.models import Decision
from recognition.services import degree_documents, print_runs, records, transcripts

PAGE = 25
LATEST = 10
NEWEST = 3


@login_required
def learner_list(request):
    """Find learners by name, number or e-mail; print pages for those ticked. Thirteen queries."""
    institution, kept = kept_institution(request)
    learners = Learner.objects.filter(institution=institution)
    form = PagesForm(request.POST or None, learners=learners)
    if request.method == "POST" and form.is_valid():
        job = _ordered(request, form, list(form.cleaned_data["learners"]), institution)
        if job:
            return redirect("job-detail", job.uuid)
    text = clean_text(request.GET.get("q", "")).strip()
    found = records.with_records(learners.search(text))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "institution": institution,
        "kept": kept,
        "page": page,
        "records": [records.record_of(learner) for learner in page],
        "ticked": set(request.POST.getlist("learners")),
        "text": text,
        "form": form,
        "graduations": institution.graduations.all()[:NEWEST],
    }
    return render(request, "learners/list.html", context)


@login_required
def learner_detail(request, uuid):
    """One learner's record. Seventeen queries without graduates, however long it is."""
    kept = Institution.objects.kept_by(request.user)
    learner = get_object_or_404(
        records.with_results(
            records.with_records(Learner.objects.filter(institution__in=kept))
        ).select_related("institution"),
        uuid=uuid,
    )
    found = records.record_of(learner)
    form = PageForm(request.POST or None, entries=found.printed)
    if request.method == "POST" and form.is_valid():
        job = _ordered(request, form, [learner], learner.institution)
        if job:
            return redirect("job-detail", job.uuid)
    results = list(records.results_of(learner))
    graduates = print_runs.report(degree_documents.graduates_of(learner)).rows
    context = {
        "record": found,
        "results": results,
        "transcripts": _transcripts_of(learner, [one for one, _together in results]),
        "learner": learner,
        "institution": learner.institution,
        "form": form,
        "ticked": set(request.POST.getlist("chosen")) if form.is_bound else None,
        "pages": degree_documents.printed_of(learner)[:LATEST],
        "graduates": graduates,
        "placement": None if _has_graduated(found.enrolment, graduates) else found.placement,
        "to_print": next((row for row in graduates if row.awaits_printing), None),
        "beside_credits": Decision.objects.beside_credits_of(learner),
        "returned": Mail.objects.bounced().to_learner(learner).last(),
    }
    return render(request, "learners/detail.html", context)


def _has_graduated(enrolment, rows) -> bool:
    """Whether a list of graduates bears an enrolment: where it began tells nothing any more."""
    return enrolment is not None and any(r.graduate.enrolment_id == enrolment.pk for r in rows)


def _transcripts_of(learner, enrolments):
    """Return enrolments, each with the form of its transcript and the transcripts that stand."""
    printed = list(transcripts.standing_of(learner).defer("facts"))
    return [
        (
            one,
            TranscriptForm(enrolment=one),
            [kept for kept in printed if kept.of == str(one.uuid)],
        )
        for one in enrolments
    ]


def _ordered(request, form, learners, institution):
    """Return the printing job; None when there is nothing to print, said in the form."""
    try:
        return records.start_pages(
            learners,
            institution=institution,
            dated=form.cleaned_data["dated"],
            chosen=form.cleaned_data.get("chosen", ()),
            by=request.user,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
