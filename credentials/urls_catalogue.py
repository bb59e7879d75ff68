"""Addresses of the area: courses and programmes, for everybody and for those who keep them."""

from django.urls import path

from credentials.views import catalogue, courses, imports, programmes

urlpatterns = [
    path("courses/", courses.course_list, name="course-list"),
    path("courses/<uuid:uuid>/", courses.course_detail, name="course-detail"),
    path("programmes/", programmes.programme_list, name="programme-list"),
    path("programmes/<uuid:uuid>/", programmes.programme_detail, name="programme-detail"),
    path("catalogue/", catalogue.course_table, name="catalogue"),
    path("catalogue/new/", catalogue.course_new, name="course-new"),
    path("catalogue/import/", imports.course_import, name="course-import"),
    path("catalogue/<uuid:uuid>/", catalogue.course_manage, name="course-manage"),
    path("catalogue/<uuid:uuid>/edit/", catalogue.course_edit, name="course-edit"),
    path("catalogue/<uuid:uuid>/publish/", catalogue.course_publish, name="course-publish"),
    path("catalogue/<uuid:uuid>/retire/", catalogue.course_retire, name="course-retire"),
    path("catalogue/<uuid:uuid>/renew/", catalogue.course_renew, name="course-renew"),
    path("catalogue/<uuid:uuid>/essential/", catalogue.course_essential, name="course-essential"),
    path("catalogue/<uuid:uuid>/teachers/", catalogue.course_teachers, name="course-teachers"),
    path("catalogue/<uuid:uuid>/dates/", catalogue.course_offerings, name="course-offerings"),
    path("catalogue/programmes/", programmes.programme_table, name="programme-table"),
    path("catalogue/programmes/new/", programmes.programme_new, name="programme-new"),
    path("catalogue/programmes/<uuid:uuid>/", programmes.programme_manage, name="programme-manage"),
    path(
        "catalogue/programmes/<uuid:uuid>/edit/", programmes.programme_edit, name="programme-edit"
    ),
    path(
        "catalogue/programmes/<uuid:uuid>/publish/",
        programmes.programme_publish,
        name="programme-publish",
    ),
    path(
        "catalogue/programmes/<uuid:uuid>/retire/",
        programmes.programme_retire,
        name="programme-retire",
    ),
    path(
        "catalogue/programmes/<uuid:uuid>/renew/",
        programmes.programme_renew,
        name="programme-renew",
    ),
    path("catalogue/programmes/<uuid:uuid>/modules/new/", programmes.module_new, name="module-new"),
    path(
        "catalogue/programmes/<uuid:uuid>/modules/import/",
        imports.module_import,
        name="module-import",
    ),
    path("catalogue/modules/<uuid:uuid>/", programmes.module_edit, name="module-edit"),
    path("catalogue/modules/<uuid:uuid>/remove/", programmes.module_remove, name="module-remove"),
]
