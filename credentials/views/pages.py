"""Pages that only show text: what the law asks for, guides, words, and what went wrong."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from credentials.models import Institution
from credentials.views.glossary import TERMS

# The guides, in the order in which a case passes through these hands.
GUIDES = {
    "student": (_("Students"), _("Claim, keep and share credentials, and have them recognised.")),
    "teacher": (_("Teachers"), _("Award credentials and say which outcomes are essential.")),
    "registrar": (_("Registrars"), _("Keep the catalogue, check applications, print documents.")),
    "reviewer": (_("Reviewers"), _("Compare what was learned with what a module asks for.")),
    "chair": (_("Chairs"), _("Read all opinions and write one decision with reasons.")),
}


def show(request: HttpRequest, page: str) -> HttpResponse:
    return render(request, f"pages/{page}.html")


def with_institutions(request: HttpRequest, page: str) -> HttpResponse:
    """Show a page that names the institutions which run this portal."""
    institutions = Institution.objects.all()
    return render(request, f"pages/{page}.html", {"institutions": institutions})


def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/glossary.html", {"terms": TERMS})


def guides(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/guides.html", {"guides": _guide_rows()})


def guide(request: HttpRequest, role: str) -> HttpResponse:
    if role not in GUIDES:
        raise Http404
    return render(request, f"pages/guide_{role}.html", {"guides": _guide_rows(), "role": role})


def _guide_rows() -> list[dict]:
    return [{"role": role, "title": title, "text": text} for role, (title, text) in GUIDES.items()]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
