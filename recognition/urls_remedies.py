"""Addresses of objections and appeals, of lines opened again, of decisions taken back."""

from django.urls import path

from recognition.views import annulments, objections, reopenings

urlpatterns = [
    path("lines/<uuid:uuid>/object/", objections.new, name="objection-new"),
    path("objections/<uuid:uuid>/", objections.detail, name="objection-detail"),
    path("objections/<uuid:uuid>/decide/", objections.decide, name="objection-decide"),
    path("objections/<uuid:uuid>/hand-over/", objections.hand_over, name="objection-hand-over"),
    path("lines/<uuid:uuid>/reopen/", reopenings.reopen, name="line-reopen"),
    path("lines/<uuid:uuid>/resume/", reopenings.resume, name="line-resume"),
    path("lines/<uuid:uuid>/annul/", annulments.new, name="annulment-new"),
    path("annulments/<uuid:uuid>/", annulments.detail, name="annulment-detail"),
    path("annulments/<uuid:uuid>/answer/", annulments.answer, name="annulment-answer"),
    path("annulments/<uuid:uuid>/drop/", annulments.drop, name="annulment-drop"),
]
