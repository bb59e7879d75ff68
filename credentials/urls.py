"""Addresses of the left room, one file per area."""

from django.urls import include, path

urlpatterns = [
    path("", include("credentials.urls_pages")),
    path("", include("credentials.urls_catalogue")),
    path("", include("credentials.urls_awards")),
    path("", include("credentials.urls_bodies")),
    path("", include("credentials.urls_graduations")),
]
