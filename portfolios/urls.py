"""Addresses of the learner's own room."""

urlpatterns = []
