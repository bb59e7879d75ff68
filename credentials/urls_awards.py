"""Addresses of the area: awards."""

urlpatterns = []
