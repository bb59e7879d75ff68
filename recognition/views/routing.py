"""The page that says who decides on recognition for a module or a programme."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render

from credentials.models import Module, ProgrammeVersion
from recognition.routing import route_of


@login_required
def programme(request, uuid):
    found = ProgrammeVersion.objects.visible_to(request.user).select_related(
        "programme__institution", "programme__unit"
    )
    return _page(request, get_object_or_404(found, uuid=uuid))


@login_required
def module(request, uuid):
    versions = ProgrammeVersion.objects.visible_to(request.user)
    found = get_object_or_404(
        Module.objects.filter(programme_version__in=versions).select_related(
            "programme_version__programme__institution",
            "programme_version__programme__unit",
            "course_version__course",
        ),
        uuid=uuid,
    )
    return _page(request, found.programme_version, found)


def _page(request, version, module=None):
    """`address` is what a teacher sends on to a student who asked by mail."""
    context = {
        "version": version,
        "module": module,
        "route": route_of(version),
        "address": settings.ADDRESS + request.path,
    }
    return render(request, "routing/show.html", context)
