"""Addresses of the right room, one file per area."""

from django.urls import include, path

urlpatterns = [
    path("", include("recognition.urls_work")),
    path("", include("recognition.urls_cases")),
    path("", include("recognition.urls_committee")),
    path("", include("recognition.urls_remedies")),
    path("", include("recognition.urls_records")),
    path("", include("recognition.urls_meetings")),
]
