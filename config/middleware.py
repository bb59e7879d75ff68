"""What holds for every answer: refusals are pages with their reason, private pages stay private."""

from django.http import Http404
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin

from credentials.verdict import Refused, Stale


class NoNull(MiddlewareMixin):
    """An address with a NUL names nothing; PostgreSQL would fail on it, SQLite would not."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        if "\0" in request.path or "%00" in request.META["QUERY_STRING"]:
            raise Http404


class Refusals(MiddlewareMixin):
    """A refusal or a stale page reaches the reader as a page with the reason, not a traceback."""

    def process_exception(self, request, exception):
        if isinstance(exception, Refused):
            status = 409 if isinstance(exception, Stale) else 403
            return render(request, "403.html", {"reason": str(exception)}, status=status)
        return None


class Private(MiddlewareMixin):
    """Nobody keeps what people who are signed in read: no proxy, and no browser after they left."""

    def process_response(self, request, response):
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            add_never_cache_headers(response)
        return response
