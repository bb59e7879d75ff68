"""Addresses of the area: committee."""

urlpatterns = []
