"""How a refusal or a stale page reaches the reader: a page with the reason, never a traceback."""

from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from credentials.verdict import Refused, Stale


class Refusals(MiddlewareMixin):
    def process_exception(self, request, exception):
        if isinstance(exception, Refused):
            status = 409 if isinstance(exception, Stale) else 403
            return render(request, "403.html", {"reason": str(exception)}, status=status)
        return None
