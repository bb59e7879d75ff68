"""Addresses of precedents and standing decisions."""

from django.urls import path

from recognition.views import agreements, precedent_lists, precedents

urlpatterns = [
    path("recognised-before/", precedents.public_list, name="precedent-public"),
    path(
        "recognised-before/<uuid:uuid>/",
        precedent_lists.download,
        name="precedent-list-download",
    ),
    path(
        "institutions/<slug:slug>/recognised-before/",
        precedent_lists.print_list,
        name="precedent-list-print",
    ),
    path("precedents/", precedents.index, name="precedent-list"),
    path("institutions/<slug:slug>/agreements/new/", agreements.create, name="agreement-new"),
    path(
        "institutions/<slug:slug>/agreements/import/",
        agreements.import_file,
        name="agreement-import",
    ),
    path("precedents/uses/", precedents.uses, name="precedent-uses"),
    path("precedents/uses/<uuid:uuid>/", precedents.look_at, name="precedent-look-at"),
    path("precedents/<uuid:uuid>/", precedents.detail, name="precedent-detail"),
    path("precedents/<uuid:uuid>/prolong/", precedents.prolong, name="precedent-prolong"),
    path("precedents/<uuid:uuid>/revoke/", precedents.revoke, name="precedent-revoke"),
    path(
        "precedents/<uuid:uuid>/keep-as-example/",
        precedents.keep_as_example,
        name="precedent-keep-as-example",
    ),
    path("lines/<uuid:uuid>/let-stand/", precedents.let_stand, name="line-let-stand"),
    path(
        "lines/<uuid:uuid>/individual-review/",
        precedents.individual_review,
        name="line-individual-review",
    ),
]
