"""Addresses of the register of awarding bodies."""

from django.urls import path

from credentials.views import bodies

urlpatterns = [
    path("bodies/", bodies.index, name="body-list"),
    path("bodies/new/", bodies.create, name="body-new"),
    path("bodies/<uuid:uuid>/", bodies.edit, name="body-edit"),
]
