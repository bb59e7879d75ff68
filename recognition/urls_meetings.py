"""Addresses of committees: votes, meetings and their minutes, letters that are sent together."""

from django.urls import path

from recognition.views import ballots, letters, meetings

urlpatterns = [
    path("committees/<uuid:uuid>/", ballots.committee, name="committee-detail"),
    path("committees/<uuid:uuid>/meetings/new/", meetings.new, name="meeting-new"),
    path("lines/<uuid:uuid>/vote/", ballots.new, name="ballot-new"),
    path("lines/<uuid:uuid>/call-vote/", ballots.call, name="vote-call"),
    path("ballots/<uuid:uuid>/", ballots.detail, name="ballot-detail"),
    path("ballots/<uuid:uuid>/meeting/", ballots.demand, name="meeting-demand"),
    path("meetings/<uuid:uuid>/", meetings.detail, name="meeting-detail"),
    path("meetings/<uuid:uuid>/begin/", meetings.begin, name="meeting-begin"),
    path("meetings/<uuid:uuid>/items/<uuid:item>/", meetings.item, name="meeting-item"),
    path("meetings/<uuid:uuid>/minutes/", meetings.minutes, name="meeting-minutes"),
    path("seats/<uuid:uuid>/away/", ballots.away, name="seat-away"),
    path("letters/", letters.release, name="letter-release"),
]
