"""Addresses of the area: cases."""

urlpatterns = []
