"""Addresses of the area: people."""

urlpatterns = []
