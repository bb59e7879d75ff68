"""Pages of the registrar's records: learners, what they have earned, the printed page."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from credentials.models import Document, DocumentKind, Institution, Learner, Role, Unit
from credentials.permissions import can_keep_records
from recognition.forms.records import PageForm, PagesForm
from recognition.services import records

PAGE = 25
LATEST = 10


def kept_institutions(user):
    """Institutions whose records the user keeps as registrar of the whole."""
    roots = Unit.objects.staffed_by(user, Role.REGISTRAR).filter(parent=None)
    return Institution.objects.filter(units__in=roots)


def _institution(request):
    """The institution whose records are open: the one chosen, else the first that one keeps."""
    kept = kept_institutions(request.user)
    slug = request.GET.get("institution") or request.POST.get("institution")
    found = kept.filter(slug=slug).first() if slug else kept.first()
    if found is None:
        raise Http404
    return found, kept


@login_required
def learner_list(request):
    """Find learners by name, number or e-mail; print pages for those ticked. Ten queries."""
    institution, kept = _institution(request)
    text = request.GET.get("q", "").strip()
    found = Learner.objects.filter(institution=institution).search(text)
    page = Paginator(records.with_records(found), PAGE).get_page(request.GET.get("page"))
    form = PagesForm(request.POST or None, learners=institution.learners.all())
    if request.method == "POST" and form.is_valid():
        job = records.start_pages(
            list(form.cleaned_data["learners"]),
            institution=institution,
            dated=form.cleaned_data["dated"],
            by=request.user,
        )
        return redirect("job-detail", job.uuid)
    return render(
        request,
        "learners/list.html",
        {
            "institution": institution,
            "kept": kept,
            "page": page,
            "records": [records.record_of(learner) for learner in page],
            "text": text,
            "form": form,
        },
    )


@login_required
def learner_detail(request, uuid):
    """One learner's record. Ten queries, however long it is."""
    learner = get_object_or_404(
        records.with_records(
            Learner.objects.filter(institution__in=kept_institutions(request.user))
        ).select_related("institution", "user"),
        uuid=uuid,
    )
    can_keep_records(request.user, learner.institution).require()
    found = records.record_of(learner)
    form = PageForm(request.POST or None, entries=found.entries)
    if request.method == "POST" and form.is_valid():
        job = records.start_pages(
            [learner],
            institution=learner.institution,
            dated=form.cleaned_data["dated"],
            chosen=form.cleaned_data["chosen"],
            by=request.user,
        )
        return redirect("job-detail", job.uuid)
    chosen = set(form["chosen"].value() or []) if form.is_bound else None
    pages = Document.objects.filter(
        kind=DocumentKind.DIPLOMA_PAGE, facts__learner=str(learner.uuid)
    )
    return render(
        request,
        "learners/detail.html",
        {
            "record": found,
            "learner": learner,
            "form": form,
            "ticked": chosen,
            "pages": pages[:LATEST],
        },
    )
