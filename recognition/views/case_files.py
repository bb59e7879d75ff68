"""Where a case is taken along: its receipt, as a PDF, as a ZIP with all files, for issuers."""

import io
import json
import tempfile

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from credentials.models import Document, DocumentKind
from credentials.views.documents import response_with
from recognition.models import Case, Line
from recognition.permissions import (
    can_make_case_file,
    can_open_case_file,
    can_open_receipt,
    can_see_check,
)
from recognition.services import archives, case_files, issuers

LATEST = 5
IN_MEMORY = 1_000_000


def _find(request, uuid):
    seen = Line.objects.visible_to(request.user)
    cases = Case.objects.filter(submitted_at__isnull=False, lines__in=seen).distinct()
    return get_object_or_404(
        cases.select_related("learner", "policy", "programme_version__programme__institution"),
        uuid=uuid,
    )


@login_required
@never_cache
def file(request, uuid):
    """Have a case file made; it is as new as its date."""
    case = _find(request, uuid)
    can_make_case_file(request.user, case).require()
    if request.method == "POST":
        return redirect("job-detail", case_files.order(case, by=request.user).uuid)
    made = Document.objects.filter(
        kind=DocumentKind.CASE_FILE, owner=request.user, facts__case=str(case.uuid)
    )
    is_own = case.applicant_id == request.user.pk
    context = {
        "case": case,
        "line": case.lines.first(),
        "made": [one for one in made[:LATEST] if can_open_case_file(request.user, case, one)],
        "is_own": is_own,
        "receipt": _receipt_for(request.user, case),
        "may_pack": is_own or bool(_packed_lines(request, case)),
    }
    return render(request, "cases/file.html", context)


@login_required
@never_cache
def document(request, uuid, document):
    """A case file that was made, for who had it made, as long as they may read all of it."""
    case = _find(request, uuid)
    found = get_object_or_404(
        Document,
        uuid=document,
        kind=DocumentKind.CASE_FILE,
        owner=request.user,
        facts__case=str(case.uuid),
    )
    can_open_case_file(request.user, case, found).require()
    return response_with(found)


@login_required
@never_cache
def receipt(request, uuid):
    """The receipt of a case, once it is made."""
    case = _find(request, uuid)
    can_open_receipt(request.user, case).require()
    if case.receipt is None:
        raise Http404
    return response_with(case.receipt)


@login_required
@never_cache
def archive(request, uuid):
    """All files of a case in one ZIP, for its applicant and the registrars of its programme.

    What is larger than a megabyte is written to a file on disk that is gone when it was sent.
    """
    case = _find(request, uuid)
    lines = _packed_lines(request, case)
    if not lines:
        raise Http404
    filed = archives.files_of(lines, _receipt_for(request.user, case))
    size = sum(one.document.size for one in filed)
    packed = io.BytesIO() if size < IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115
    archives.write(case, filed, lines, packed)
    packed.seek(0)
    return FileResponse(packed, as_attachment=True, filename=f"{case.reference}.zip")


def _receipt_for(user, case):
    return case.receipt if can_open_receipt(user, case) else None


def _packed_lines(request, case):
    is_own = case.applicant_id == request.user.pk
    lines = archives.with_files(case.lines.all())
    return [line for line in lines if is_own or can_see_check(request.user, line)]


@login_required
@never_cache
def issuer_note(request, uuid):
    """What the learner may pass on to issuers outside of this portal."""
    case = get_object_or_404(
        Case.objects.filter(applicant=request.user, submitted_at__isnull=False), uuid=uuid
    )
    text = json.dumps(issuers.note_for_issuer(case), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{case.reference}-issuers.json"'
    return response
