"""A page with every component and invented data, for those who build and look; not for readers."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from credentials.forms.widgets import DateInput
from credentials.templatetags.symbolon import ICONS, TOKENS, state_tag
from credentials.verdict import ALLOWED, no

TODAY = datetime.datetime(2026, 11, 17, 10, 42, tzinfo=datetime.UTC)
PARTS = ["forms", "states", "lists", "case", "review", "results"]


class SampleForm(forms.Form):
    """One field of each kind; bound without data it shows every error."""

    title = forms.CharField(label="Title of the course", help_text="As it stands on the proof.")
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    passed_on = forms.DateField(label="Passed on", widget=DateInput)
    credits = forms.DecimalField(label="Credits", help_text="ECTS, in steps of 0.5.")
    country = forms.ChoiceField(label="Country", choices=[("", "Choose"), ("ES", "Spain")])
    proof = forms.FileField(label="Proof", help_text="PDF, PNG or JPEG, up to 20 MB.")
    taken = forms.ChoiceField(
        label="How you took part",
        widget=forms.RadioSelect,
        choices=[("online", "Online"), ("onsite", "On site"), ("blended", "Blended")],
    )
    kinds = forms.MultipleChoiceField(
        label="Assessment",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("exam", "Written examination"), ("project", "Project work")],
    )
    true = forms.BooleanField(label="What I have written is true and complete.")


def show(request: HttpRequest) -> HttpResponse:
    """Show every component; `?errors` shows the form as it was refused."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    form = SampleForm({}) if "errors" in request.GET else SampleForm()
    context = {
        "form": form,
        "parts": [f"pages/styleguide/_{part}.html" for part in PARTS],
        "page": Paginator(range(240), 20).get_page(request.GET.get("page", 6)),
        "icons": ICONS,
        "tokens": TOKENS,
        **_case(),
        **_lists(),
    }
    return render(request, "pages/styleguide.html", context)


def _row(label: object, value: object, note: str = "", url: str = "") -> dict:
    return {"label": label, "value": value, "note": note, "url": url}


def _case() -> dict:
    return {
        "today": TODAY,
        "credits": Decimal("4.50"),
        "title_map": {"de": "Luft und Wasser messen"},
        "case_facts": [
            _row("Reference", "REC-2026-0417"),
            _row("Learner", "Nela Ardwen", "BSc Env. Informatics"),
            _row("State", state_tag("Under review", "info")),
            _row("Whose turn", "Yours", "since 9 November"),
            _row("Deadline", "24 November", "in 5 working days"),
        ],
        "blocked": {
            "id": "submit",
            "label": "Submit ratings",
            "form": "ratings",
            "verdict": no("Outcome 6 is rated “partial”. Write what is missing."),
        },
        "possible": {"label": "Write decision", "url": "#decision", "verdict": ALLOWED},
        "holder_facts": [
            _row("Who holds it", "Recognition committee", "Informatics, three members"),
            _row("Since", "9 November 2026"),
            _row("Until", "24 November 2026"),
            _row("What comes next", "The chair decides", "by 30 November 2026"),
        ],
        "steps": [
            ("FULL", "Full"),
            ("SUBSTANTIAL", "Largely"),
            ("PARTIAL", "Partial"),
            ("NOT_MET", "Not met"),
            ("NOT_EVIDENCED", "Not evidenced"),
            ("NOT_APPLICABLE", "Not applicable"),
        ],
        "events": [
            _event("You sent your application", 18, by="Receipt 2026-30418"),
            _event("Your file is complete", 15, by="Orla Finnery, registrar"),
            _event("Three people compare nine outcomes", 0, "now", by="Two are finished"),
            _event("The chair decides", -13, "next", prefix="By"),
        ],
    }


def _event(title: str, days_ago: int, phase: str = "past", **more: str) -> dict:
    when = TODAY - datetime.timedelta(days=days_ago)
    return {"title": title, "when": when, "phase": phase, **more}


def _lists() -> dict:
    return {
        "rows": [
            _row("Name", "Nela Ardwen"),
            _row("Programme", "BSc Environmental Informatics", "third semester", "#programme"),
        ],
        "pieces": [(4, "has"), (5, "this"), (6, "open")],
        "tallies": [(12, 13), (7, 7), (3, 8), (0, 4), (17, 20), (210, 417)],
        "checks": [
            {"name": "Signature", "outcome": "passed", "text": "The data are as they were signed."},
            {
                "name": "Status",
                "outcome": "failed",
                "word": "Revoked",
                "text": "Revoked on 3 October 2026.",
            },
            {
                "name": "Quality assurance",
                "outcome": "unknown",
                "text": "The register did not answer. This does not make it less valid.",
            },
            {"name": "Holder", "outcome": "skipped", "text": "Not matched with a holder."},
        ],
        "jobs": [
            SimpleNamespace(uuid="a", state="queued", done=0, total=0),
            SimpleNamespace(uuid="b", state="failed", done=3, total=9),
            SimpleNamespace(uuid="c", state="done", done=9, total=9),
        ],
    }
