"""The account page on which somebody says in which language and how often we write."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from credentials.services import accounts
from recognition.forms.preferences import PreferencesForm


@login_required
def edit(request):
    """Language for all; how often we write for those who have a role or a seat."""
    user = request.user
    is_staff = user.memberships.exists() or user.seats.current().exists()
    form = PreferencesForm(request.POST or None, user=user, is_staff=is_staff)
    if request.method == "POST" and form.is_valid():
        wanted = {"mail_rhythm": user.mail_rhythm, **form.cleaned_data}
        accounts.prefer(user, **wanted)
        with translation.override(wanted["language"]):
            messages.success(request, _("It is saved."))
        response = redirect("preferences-edit")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted["language"], samesite="Lax", max_age=31536000
        )
        return response
    return render(request, "account/preferences.html", {"form": form})
