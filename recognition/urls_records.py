"""Addresses of the area: records."""

urlpatterns = []
