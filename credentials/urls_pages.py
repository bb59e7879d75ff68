"""Addresses of the pages that only show text."""

from django.urls import path

from credentials.views import pages, styleguide

urlpatterns = [
    path("how-it-works/", pages.show, {"page": "how"}, name="page-how"),
    path("glossary/", pages.glossary, name="page-glossary"),
    path("guides/", pages.guides, name="guide-list"),
    path("guides/<slug:role>/", pages.guide, name="guide-show"),
    path(
        "accessibility/",
        pages.with_institutions,
        {"page": "accessibility"},
        name="page-accessibility",
    ),
    path("privacy/", pages.with_institutions, {"page": "privacy"}, name="page-privacy"),
    path("imprint/", pages.with_institutions, {"page": "imprint"}, name="page-imprint"),
    path("styleguide/", styleguide.show, name="styleguide"),
]
