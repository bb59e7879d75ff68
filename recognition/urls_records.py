"""Addresses of the registrar's records, the institution's own affairs, and its numbers."""

from django.urls import path

from recognition.views import (
    degrees,
    designs,
    exports,
    grade_tables,
    institutions,
    policies,
    print_runs,
    records,
    statistics,
)

urlpatterns = [
    path("learners/", records.learner_list, name="learner-list"),
    path("learners/<uuid:uuid>/", records.learner_detail, name="learner-detail"),
    path("enrolments/<uuid:uuid>/transcript/", degrees.print_transcript, name="transcript-print"),
    path(
        "enrolments/<uuid:uuid>/transcript.pdf",
        degrees.preview_transcript,
        name="transcript-preview",
    ),
    path(
        "transcripts/<uuid:uuid>/anew/",
        degrees.print_transcript_anew,
        name="transcript-print-anew",
    ),
    path("graduates/<uuid:uuid>/supplement/", degrees.print_supplement, name="graduate-print"),
    path(
        "graduates/<uuid:uuid>/supplement.pdf",
        degrees.preview_supplement,
        name="graduate-preview",
    ),
    path("graduates/<uuid:uuid>/anew/", print_runs.print_one_anew, name="graduate-print-anew"),
    path("graduations/<uuid:uuid>/print/", print_runs.print_list, name="graduation-print"),
    path(
        "graduations/<uuid:uuid>/print/anew/",
        print_runs.print_list_anew,
        name="graduation-print-anew",
    ),
    path("institution/export/", exports.index, name="export-list"),
    path("institution/elsewhere/", exports.elsewhere, name="recognised-elsewhere"),
    path("exports/<uuid:uuid>/credits.<slug:format>", exports.download, name="export-download"),
    path("institution/", institutions.affairs, name="institution-affairs"),
    path("institution/<slug:slug>/people/", institutions.people, name="institution-people"),
    path("institution/<slug:slug>/units/", institutions.units, name="institution-units"),
    path("institution/<slug:slug>/committees/", institutions.committees, name="committee-list"),
    path("institution/<slug:slug>/rules/", policies.edit, name="policy-edit"),
    path("institution/<slug:slug>/grades/", grade_tables.index, name="grade-table-list"),
    path("institution/<slug:slug>/grades/new/", grade_tables.create, name="grade-table-new"),
    path("grades/<uuid:uuid>/", grade_tables.edit, name="grade-table-edit"),
    path("institution/<slug:slug>/design/", designs.edit, name="design-edit"),
    path("institution/<slug:slug>/design/languages/", designs.languages, name="design-languages"),
    path("institution/<slug:slug>/design/preview.pdf", designs.preview, name="design-preview"),
    path(
        "institution/<slug:slug>/design/<int:version>/", designs.use_again, name="design-use-again"
    ),
    path("numbers/", statistics.numbers, name="numbers"),
    path("numbers/<slug:table>.csv", statistics.download, name="numbers-download"),
    path("recognition-rules/numbers/", statistics.public, name="numbers-public"),
    path(
        "recognition-rules/numbers/<int:year>.csv",
        statistics.public_download,
        name="numbers-public-download",
    ),
    path("memberships/<uuid:uuid>/end/", institutions.end_membership, name="membership-end"),
    path("seats/<uuid:uuid>/end/", institutions.end_seat, name="seat-end"),
]
