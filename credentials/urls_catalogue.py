"""Addresses of the area: catalogue."""

urlpatterns = []
