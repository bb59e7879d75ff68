"""Addresses of the registrar's records and of the institution's own affairs."""

from django.urls import path

from recognition.views import grade_tables, institutions, policies, records, recusals

urlpatterns = [
    path("learners/", records.learner_list, name="learner-list"),
    path("learners/<uuid:uuid>/", records.learner_detail, name="learner-detail"),
    path("institution/", institutions.affairs, name="institution-affairs"),
    path("institution/<slug:slug>/people/", institutions.people, name="institution-people"),
    path("institution/<slug:slug>/units/", institutions.units, name="institution-units"),
    path("institution/<slug:slug>/committees/", institutions.committees, name="committee-list"),
    path("institution/<slug:slug>/rules/", policies.edit, name="policy-edit"),
    path("institution/<slug:slug>/grades/", grade_tables.index, name="grade-table-list"),
    path("institution/<slug:slug>/grades/new/", grade_tables.create, name="grade-table-new"),
    path("grades/<uuid:uuid>/", grade_tables.edit, name="grade-table-edit"),
    path("memberships/<uuid:uuid>/end/", institutions.end_membership, name="membership-end"),
    path("seats/<uuid:uuid>/end/", institutions.end_seat, name="seat-end"),
    path("seats/<uuid:uuid>/absence/", recusals.absence, name="seat-absence"),
]
