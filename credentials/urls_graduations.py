"""Addresses of what transcripts and diploma supplements are printed from."""

from django.urls import path

from credentials.views import graduations, learners, profiles, record_imports, results

urlpatterns = [
    path("graduations/", graduations.index, name="graduation-list"),
    path("graduations/new/", graduations.create, name="graduation-new"),
    path("graduations/<uuid:uuid>/", graduations.detail, name="graduation-detail"),
    path("graduations/<uuid:uuid>/edit/", graduations.edit, name="graduation-edit"),
    path("graduations/<uuid:uuid>/add/", graduations.choose, name="graduate-choose"),
    path("graduations/<uuid:uuid>/add/<uuid:enrolment>/", graduations.add, name="graduate-add"),
    path("graduations/<uuid:uuid>/import/", record_imports.graduates, name="graduate-import"),
    path("graduations/<uuid:uuid>/record/", record_imports.record, name="record-import"),
    path("graduates/<uuid:uuid>/", graduations.edit_graduate, name="graduate-edit"),
    path("graduates/<uuid:uuid>/take-out/", graduations.take_out, name="graduate-take-out"),
    path("learners/<uuid:uuid>/edit/", learners.edit, name="learner-edit"),
    path("learners/<uuid:uuid>/enrol/", learners.enrol, name="learner-enrol"),
    path("enrolments/<uuid:uuid>/dates/", learners.studies, name="enrolment-edit"),
    path("enrolments/<uuid:uuid>/results/new/", results.choose, name="result-new"),
    path("enrolments/<uuid:uuid>/results/new/<uuid:module>/", results.enter, name="result-enter"),
    path("results/<uuid:uuid>/", results.edit, name="result-edit"),
    path("results/<uuid:uuid>/remove/", results.remove, name="result-remove"),
    path(
        "catalogue/programmes/<uuid:uuid>/results/import/",
        record_imports.results,
        name="result-import",
    ),
    path("catalogue/programmes/<uuid:uuid>/profile/", profiles.profile_edit, name="profile-edit"),
    path(
        "institution/<slug:slug>/education-systems/",
        profiles.system_list,
        name="education-system-list",
    ),
    path(
        "institution/<slug:slug>/education-systems/<slug:country>/",
        profiles.system_edit,
        name="education-system-edit",
    ),
]
