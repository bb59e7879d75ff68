"""The first pages: home for everybody, "Your work" for people signed in, the demo's doors."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from credentials.models import Mail, User
from recognition import demo, figures
from recognition.upkeep import decided_automatically
from recognition.work import deadlines_of, waiting_for

BACKEND = "config.accounts.Backend"


def home(request):
    return render(
        request,
        "home/home.html",
        {
            "figures": cache.get_or_set("home-figures", figures.this_year, 60),
            "personas": demo.PERSONAS if settings.DEMO else (),
        },
    )


@login_required
def work(request):
    returned = Mail.objects.bounced().filter(recipient__iexact=request.user.email).last()
    context = {
        "groups": waiting_for(request.user),
        "deadlines": deadlines_of(request.user),
        "returned": returned,
        "automatic": decided_automatically(request.user),
    }
    return render(request, "work/work.html", context)


@require_POST
def switch(request, persona):
    """Enter as one of the demo's people; only while the portal runs as a demonstration."""
    if not settings.DEMO:
        raise Http404
    found = next((p for p in demo.PERSONAS if p.slug == persona), None)
    if found is None:
        raise Http404
    user = get_object_or_404(User, email=found.email, is_demo=True)
    login(request, user, backend=BACKEND)
    return redirect("work")
