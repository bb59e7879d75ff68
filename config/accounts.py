"""How allauth is wired to our people: who may sign in, and how its mails are sent."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.utils.translation import gettext_noop

from credentials.models import User
from credentials.services import accounts

# allauth's own sentences, worded anew in locale/: its German mixes two ways to address people.
REWORDED = (
    gettext_noop("You have signed out."),
    gettext_noop("You have confirmed %(email)s."),
    gettext_noop("You cannot remove your primary email address (%(email)s)."),
    gettext_noop("You cannot remove your primary email address."),
    gettext_noop("Your primary email address must be verified."),
    gettext_noop("You cannot add more than %d email addresses."),
    gettext_noop("You must type the same password each time."),
    gettext_noop("Please type your current password."),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("Be patient, you are sending too many requests."),
    gettext_noop("The new value must be different from the current one."),
    gettext_noop("The password reset token was invalid."),
    gettext_noop("Invalid or expired key."),
)


def is_closed(user: User) -> bool:
    """Whether an account opens nothing: demo accounts outside of the demonstration."""
    return user.is_demo and not settings.DEMO


class Backend(AuthenticationBackend):
    """Signs in by e-mail; demo accounts only while the portal runs as a demonstration."""

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and not is_closed(user)

    def get_user(self, user_id):
        """Also ends the sessions that a demonstration has left behind."""
        user = super().get_user(user_id)
        return user if user and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):
    """Keeps the name given at sign-up and the reader's language; ties confirmed accounts."""

    def pre_login(self, request, user, **kwargs):
        """allauth goes on with whoever has the right password unless it is told here to stop."""
        if is_closed(user):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def save_user(self, request, user, form, commit=True):
        user = super().save_user(request, user, form, commit=False)
        user.name = form.cleaned_data.get("name", "")
        user.language = request.LANGUAGE_CODE
        if commit:
            user.save()
        return user

    def confirm_email(self, request, email_address):
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            accounts.link_all(email_address.user)
        return confirmed
