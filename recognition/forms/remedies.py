"""Forms of objections and appeals, of opening again and of taking a decision back."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.uploads import EvidenceFilesField
from credentials.forms.widgets import DateInput
from credentials.language import clean_text
from credentials.models import User
from recognition.models import (
    AnnulmentGround,
    ObjectionKind,
    ObjectionResult,
    ReopeningReason,
    Seat,
    Voice,
)
from recognition.permissions import OpenWay
from recognition.states import LineState

RESULTS = {
    ObjectionKind.OBJECTION: (
        (ObjectionResult.UPHELD, _("Decide again: the line is opened, with a new clock")),
        (ObjectionResult.DISMISSED, _("Let the decision stand")),
    ),
    ObjectionKind.APPEAL: (
        (ObjectionResult.AMENDED, _("Decide otherwise at once, with the decision you wrote")),
        (ObjectionResult.REMITTED, _("Send it back, with a date")),
        (ObjectionResult.DISMISSED, _("Let the decision stand")),
    ),
    ObjectionKind.INACTION: (
        (ObjectionResult.REMITTED, _("Set a last date; it goes on where it was")),
        (ObjectionResult.AMENDED, _("Decide at once, with the decision you wrote")),
        (ObjectionResult.DISMISSED, _("Dismiss: nothing is late")),
    ),
}
GO_ON = {
    LineState.UNDER_REVIEW: _("Those who compared look again"),
    LineState.DELIBERATION: _("The chair decides with the opinions that were given"),
    LineState.FORMAL_CHECK: _("The registrar checks whether it is complete"),
}


def _words(label: object, *, rows: int = 5, required: bool = True, **named: object):
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=20000,
        required=required,
        **named,
    )


def _files(label: object, *, required: bool = False):
    return EvidenceFilesField(label=label, required=required)


class CleanWords:
    """Takes out what nobody can see, from every text of a form."""

    def clean(self):
        said = super().clean()
        return {
            name: clean_text(value).strip() if isinstance(value, str) else value
            for name, value in said.items()
        }


class ObjectionForm(CleanWords, forms.Form):
    """Grounds and files; too late asks why; a delay needs no word."""

    marks_optional = False
    kind = forms.ChoiceField(choices=ObjectionKind.choices, widget=forms.HiddenInput)

    def __init__(self, *args, way: OpenWay, **kwargs):
        super().__init__(*args, **kwargs)
        is_delay = way.kind == ObjectionKind.INACTION
        self.fields["kind"].initial = way.kind
        self.fields["grounds"] = _words(
            _("What should be looked at again, and why?"),
            help_text=_("In your own words. You need no lawyer and no legal terms."),
        )
        if is_delay:
            self.fields["grounds"] = _words(
                _("Anything you want to add"),
                help_text=_("You need not prove anything: the portal knows the dates."),
                required=False,
                rows=3,
            )
        if way.is_over:
            self.fields["late_reason"] = _words(
                _("Why does it come late?"),
                help_text=_("It is looked at all the same; your reason is weighed."),
                rows=3,
            )
        self.fields["files"] = _files(_("Files, if they help"))


class AnswerForm(CleanWords, forms.Form):
    """The committee's answer to an objection."""

    marks_optional = False
    result = forms.ChoiceField(
        label=_("Your answer"),
        choices=RESULTS[ObjectionKind.OBJECTION],
        widget=forms.RadioSelect,
    )
    reasons = _words(
        _("Your reasons"), help_text=_("The applicant reads them word for word, in a letter.")
    )


class AppealForm(CleanWords, forms.Form):
    """What an appeal body decides, with a vote of each member who took part."""

    marks_optional = False
    result = forms.ChoiceField(label=_("What the appeal body decides"), widget=forms.RadioSelect)
    reasons = _words(
        _("Its reasons"), help_text=_("The applicant reads them word for word, in a letter.")
    )
    look_again = _words(
        _("What must be looked at again"),
        help_text=_("Only if you send a decision back."),
        rows=3,
        required=False,
    )
    due_on = forms.DateField(
        label=_("By when it must be decided"),
        help_text=_("Only if you send it back."),
        widget=DateInput(),
        required=False,
    )

    def __init__(self, *args, kind: ObjectionKind, seats: Sequence[Seat], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["result"].choices = RESULTS[kind]
        if kind == ObjectionKind.INACTION:
            del self.fields["look_again"]
        self.members = {f"vote-{seat.user.uuid}": seat.user for seat in seats}
        for seat in seats:
            self.fields[f"vote-{seat.user.uuid}"] = forms.ChoiceField(
                label=f"{seat.user}, {seat.get_role_display()}",
                choices=[("", _("Took no part")), *Voice.choices],
                required=False,
            )

    def clean(self):
        said = super().clean()
        if said.get("result") == ObjectionResult.REMITTED and not said.get("due_on"):
            self.add_error("due_on", _("Set the date by which it must be decided."))
        return said

    @property
    def votes(self) -> dict[User, Voice]:
        said = self.cleaned_data
        return {user: Voice(said[name]) for name, user in self.members.items() if said[name]}


class EvidenceForm(CleanWords, forms.Form):
    """New evidence of the applicant: what it shows, and the files."""

    marks_optional = False
    text = _words(
        _("What is new?"),
        help_text=_("Say what it shows that nobody could see before."),
    )
    files = _files(_("The new evidence"), required=True)


class ReopenForm(CleanWords, forms.Form):
    """Why registrar or chair open a line again."""

    marks_optional = False
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[
            (reason, reason.label)
            for reason in (ReopeningReason.ERROR, ReopeningReason.CONSISTENCY)
        ],
        widget=forms.RadioSelect,
    )
    text = _words(
        _("In words"),
        help_text=_("What is wrong, or which cases were decided otherwise. The learner reads it."),
    )


class ResumeForm(forms.Form):
    """Who goes on with a line that was opened again."""

    to = forms.ChoiceField(label=_("Who goes on with it"), widget=forms.RadioSelect)

    def __init__(self, *args, ways: Sequence[LineState], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(way, GO_ON[way]) for way in ways]
        self.fields["to"].initial = ways[0]


class AnnulmentForm(CleanWords, forms.Form):
    """On which ground a decision is to be taken back, and why."""

    marks_optional = False
    ground = forms.ChoiceField(
        label=_("Ground"), choices=AnnulmentGround.choices, widget=forms.RadioSelect
    )
    reasons = _words(
        _("Reasons"),
        help_text=_("Facts and where they are from. The learner reads them and can answer."),
    )


class StatementForm(CleanWords, forms.Form):
    """What the learner says before a decision is taken back: words, files, or both."""

    marks_optional = False
    statement = _words(_("Your answer"), required=False)
    files = _files(_("Files, if they help"))

    def clean(self):
        said = super().clean()
        if not self.errors and not said.get("statement") and not said.get("files"):
            self.add_error("statement", _("Write an answer or add a file."))
        return said


class DropForm(CleanWords, forms.Form):
    """Why a decision stands that was to be taken back."""

    marks_optional = False
    reasons = _words(_("Why the decision stands"), rows=3)
