"""Forms on who takes part: challenge, its answer, handing over, absence, files for blind review."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.models import User
from recognition.evidence import SourceEvidence
from recognition.models import Committee, Line, Seat


class ChallengeForm(forms.Form):
    user = forms.ModelChoiceField(
        label=_("Who is not impartial?"),
        queryset=User.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose a person"),
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("The chair reads it, or the deputy; not the person you name."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, seats: Sequence[Seat], **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=[seat.user_id for seat in seats])
        self.fields["user"].queryset = people.order_by("name")


class ChallengeAnswerForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("Your answer"),
        choices=[
            ("yes", _("Upheld: the person takes no part in this any more")),
            ("no", _("Rejected: the person goes on")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The applicant reads it word for word."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DeputyForm(forms.Form):
    """To whom the chair hands a line; nobody: the chair decides."""

    deputy = forms.ModelChoiceField(
        label=_("Who decides"),
        queryset=User.objects.none(),
        to_field_name="uuid",
        empty_label=_("The chair"),
        required=False,
    )
    marks_optional = False

    def __init__(self, *args, deputies: Sequence[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = User.objects.filter(pk__in=[one.pk for one in deputies])


class OtherCommitteeForm(forms.Form):
    committee = forms.ModelChoiceField(
        label=_("Committee"),
        queryset=Committee.objects.none(),
        empty_label=_("Choose a committee"),
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("One line. It is kept in the log; the learner does not see it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, committees, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["committee"].queryset = committees


class ShowFilesForm(forms.Form):
    """Which files and links of a line hold nothing personal.

    `seen`: uuids of the files that the page showed; `unseen`: names of those that nobody has
    looked at for it.
    """

    marks_optional = False
    files = forms.MultipleChoiceField(
        label=_("Files without personal data"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    links = forms.MultipleChoiceField(
        label=_("Links without personal data"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    seen = forms.MultipleChoiceField(widget=forms.MultipleHiddenInput, required=False)

    def __init__(self, *args, line: Line, evidence: Sequence[SourceEvidence], answers, **kwargs):
        files = [file for one in [*evidence, *answers] for file in one.files]
        links = [link for one in evidence for link in one.links]
        kwargs["initial"] = {
            "files": [str(uuid) for uuid in line.shown_files.values_list("uuid", flat=True)],
            "links": [link["url"] for link in links if link.get("is_shown")],
            "seen": [str(file.uuid) for file in files],
        }
        super().__init__(*args, **kwargs)
        seen = {str(uuid) for uuid in line.seen_files.values_list("uuid", flat=True)}
        self.unseen = [file.filename for file in files if str(file.uuid) not in seen]
        self.fields["files"].choices = [(str(file.uuid), file.filename) for file in files]
        self.fields["seen"].choices = self.fields["files"].choices
        self.fields["links"].choices = [(link["url"], link["title"]) for link in links]
        for name in ("files", "links"):
            if not self.fields[name].choices:
                del self.fields[name]
