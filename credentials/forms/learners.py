"""The form by which staff say which learner they mean, also one that is not known yet."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.claims import NameField
from credentials.models import Institution, Learner


class LearnerForm(forms.Form):
    """Found by student number or e-mail; `learner` is set when one is, names are for a new one."""

    who = forms.CharField(
        label=_("Student number or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    given_name = NameField(
        label=_("Given name"),
        help_text=_("Only for somebody the institution does not know yet."),
        max_length=100,
        required=False,
    )
    family_name = NameField(
        label=_("Family name"),
        help_text=_("Only for somebody the institution does not know yet."),
        max_length=100,
        required=False,
    )

    def __init__(self, *args, institution: Institution, **named):
        super().__init__(*args, **named)
        self.institution = institution
        self.learner: Learner | None = None

    def clean_who(self):
        who = self.cleaned_data["who"].strip()
        is_address = "@" in who
        found = self.institution.learners.filter(
            **{"emails__email__iexact" if is_address else "student_number": who}
        ).distinct()[:2]
        if len(found) > 1:
            raise forms.ValidationError(
                _("Several learners share this address. Use the student number.")
            )
        if not found and not is_address:
            raise forms.ValidationError(
                _("No learner has this student number. Check it, or use the e-mail address.")
            )
        self.learner = next(iter(found), None)
        return forms.EmailField().clean(who) if is_address else who

    def clean(self):
        said = super().clean()
        if "who" in said and not self.learner and not said.get("family_name"):
            self.add_error(
                "family_name",
                _("The institution does not know this address yet. Give the learner's name."),
            )
        return said
