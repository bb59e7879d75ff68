"""Addresses of the first pages."""

from django.urls import path

from recognition.views import preferences, work

urlpatterns = [
    path("", work.home, name="home"),
    path("work/", work.work, name="work"),
    path("account/preferences/", preferences.edit, name="preferences-edit"),
    path("demo/<slug:persona>/", work.switch, name="switch"),
]
