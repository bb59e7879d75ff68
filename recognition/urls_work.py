"""Addresses of the first pages."""

from django.urls import path

from recognition.views import work

urlpatterns = [
    path("", work.home, name="home"),
    path("work/", work.work, name="work"),
    path("demo/<slug:persona>/", work.switch, name="switch"),
]
