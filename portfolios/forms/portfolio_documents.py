"""The form for printing a portfolio: which entries, in which languages."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from credentials.language import in_language
from credentials.models import Credential
from credentials.standards.documents import language_name
from portfolios.services import portfolio_documents


class PrintForm(forms.Form):
    """All entries are ticked at first; `held` are the rows that may be chosen."""

    entries = forms.MultipleChoiceField(
        label=_("Entries"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one entry."),
            "invalid_choice": _("This entry is not in your portfolio any more."),
        },
    )
    languages = forms.ChoiceField(label=_("Languages"), widget=forms.RadioSelect)

    def __init__(self, *args, held: Sequence[Credential], user, **named):
        super().__init__(*args, **named)
        self.held = {str(one.uuid): one for one in held}
        self.fields["entries"].choices = [(key, _told(one)) for key, one in self.held.items()]
        self.fields["entries"].initial = list(self.held)
        offered = portfolio_documents.languages_for(user)
        self.fields["languages"].choices = [(",".join(tags), _named(tags)) for tags in offered]
        self.fields["languages"].initial = ",".join(offered[0])

    def clean_entries(self) -> list[Credential]:
        return [self.held[key] for key in self.cleaned_data["entries"]]

    def clean_languages(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data["languages"].split(","))


def _told(credential: Credential) -> str:
    title = in_language(credential.title)
    return f"{title} ({credential.get_origin_display()})"


def _named(tags: Sequence[str]) -> str:
    reader = get_language() or "en"
    return ", ".join(language_name(tag, reader) for tag in tags)
