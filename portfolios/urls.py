"""Addresses of the learner's own room."""

from django.urls import path

from portfolios.views import credentials, portfolio_documents, shares

urlpatterns = [
    path("portfolio/", credentials.portfolio, name="portfolio"),
    path("portfolio/add/", credentials.add, name="credential-add"),
    path("portfolio/declare/", credentials.declare, name="credential-declare"),
    path("portfolio/print/", portfolio_documents.print_portfolio, name="portfolio-print"),
    path(
        "portfolio/prints/<uuid:uuid>/delete/",
        portfolio_documents.delete,
        name="portfolio-document-delete",
    ),
    path("portfolio/<uuid:uuid>/", credentials.detail, name="credential-detail"),
    path("portfolio/<uuid:uuid>/statement/", credentials.state, name="credential-state"),
    path("portfolio/<uuid:uuid>/check/", credentials.check_again, name="credential-check"),
    path("portfolio/<uuid:uuid>/evidence/", credentials.add_evidence, name="evidence-add"),
    path("portfolio/<uuid:uuid>/remove/", credentials.remove, name="credential-remove"),
    path("evidence/<uuid:uuid>/remove/", credentials.remove_evidence, name="evidence-remove"),
    path("portfolio/<uuid:uuid>/share/", shares.create, name="share-new"),
    path("shares/<uuid:uuid>/withdraw/", shares.withdraw, name="share-withdraw"),
    path("s/<str:token>/", shares.show, name="share-open"),
    path("s/<str:token>/credential.json", shares.download, name="share-download"),
]
