"""Addresses of the register of awarding bodies."""

from django.urls import path

from credentials.views import bodies, imports

urlpatterns = [
    path("bodies/", bodies.index, name="body-list"),
    path("bodies/new/", bodies.create, name="body-new"),
    path("bodies/import/", imports.body_import, name="body-import"),
    path("bodies/export/", bodies.export, name="body-export"),
    path("bodies/age/", bodies.set_age, name="register-age"),
    path("bodies/<uuid:uuid>/", bodies.edit, name="body-edit"),
    path("bodies/<uuid:uuid>/confirm/", bodies.confirm, name="body-confirm"),
]
