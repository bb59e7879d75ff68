"""Addresses of the area: work."""

urlpatterns = []
