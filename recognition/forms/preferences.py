"""Form about how the portal speaks to somebody: language, and how often it writes."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from credentials.models import MailRhythm, User


class PreferencesForm(forms.Form):
    """The rhythm is asked of those who work here only."""

    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("Of these pages, and of our mails to you."),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )
    mail_rhythm = forms.ChoiceField(
        label=_("Mails about what waits for you"),
        help_text=_(
            "The mail of the morning says how much waits and what is late or soon due. "
            "Mails about your own applications and credentials always come at once."
        ),
        choices=MailRhythm.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, user: User, is_staff: bool, **kwargs):
        initial = {"language": user.language, "mail_rhythm": user.mail_rhythm}
        super().__init__(*args, initial=initial, **kwargs)
        if not is_staff:
            del self.fields["mail_rhythm"]
