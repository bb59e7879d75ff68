"""Forms of an application, one question at a time."""

from decimal import Decimal

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from credentials.forms.uploads import checked_upload
from credentials.forms.widgets import EctsField
from credentials.language import clean_text, in_language
from credentials.models import (
    Credential,
    CreditEntry,
    Module,
    ModulePart,
    Origin,
    ProgrammeVersion,
    User,
)
from credentials.services import facts
from credentials.states import OUT_OF_FORCE
from credentials.templatetags.symbolon import ects
from recognition import submission
from recognition.models import Case, Line, Policy, Purpose, TargetKind

FREE = "free"


class ProgrammeChoice(forms.ModelChoiceField):
    def label_from_instance(self, version):
        return f"{version}, {version.award} ({version.programme.institution})"


class ProgrammeForm(forms.Form):
    marks_optional = False
    programme = ProgrammeChoice(
        label=_("Programme"),
        help_text=_("The programme in which it should count, yours or one you want to enter."),
        queryset=ProgrammeVersion.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose a programme"),
    )
    purpose = forms.ChoiceField(
        label=_("What do you want?"),
        choices=Purpose.choices,
        initial=Purpose.RECOGNITION,
        help_text=_("An answer in advance binds nobody. You can apply with it later."),
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = (
            ProgrammeVersion.objects.published()
            .filter(programme__institution__policies__in=Policy.objects.in_force())
            .select_related("programme__institution")
            .order_by("programme__institution__slug", "programme__code", "-regulations")
        )

    def clean_purpose(self) -> Purpose:
        return Purpose(self.cleaned_data["purpose"] or Purpose.RECOGNITION)


class CredentialChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, credential):
        said = facts.of_credential(credential)
        parts = (str(credential), in_language(said.awarding_body.name), ects(said.ects))
        return ", ".join(filter(None, parts))


class LineForm(forms.Form):
    """What is put forward, and for what; modules filled or asked for already are not offered."""

    sources = CredentialChoice(
        label=_("What do you put forward?"),
        help_text=_("One or several from your portfolio. Together they should show the outcomes."),
        queryset=Credential.objects.none(),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one entry of your portfolio.")},
    )
    target = forms.ChoiceField(
        label=_("What should it count for?"),
        help_text=_("A module whose outcomes you have reached, or free electives."),
    )
    more_targets = forms.MultipleChoiceField(
        label=_("For other modules too?"),
        help_text=_("Each becomes a line of its own with the same sources, decided singly."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    requested_ects = EctsField(
        label=_("Credits you ask for, in the free-elective area"),
        help_text=_("Leave it open for all credits of what you put forward."),
        required=False,
    )
    note = forms.CharField(
        label=_("Anything the committee should know"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        required=False,
    )

    def __init__(self, *args, case: Case, applicant: User, is_new: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.case = case
        held = Credential.objects.visible_to(applicant).in_portfolio()
        self.fields["sources"].queryset = held.exclude(award__state__in=OUT_OF_FORCE).exclude(
            origin=Origin.DECISION
        )
        self.modules = self._offered(case, applicant)
        self.fields["target"].choices = self._targets()
        if is_new and len(self.modules) > 1:
            self.fields["more_targets"].choices = [
                (uuid, f"{module}, {ects(module.ects)}") for uuid, module in self.modules.items()
            ]
        else:
            del self.fields["more_targets"]
        if case.programme_version.free_elective_ects:
            self._limit(case.programme_version.free_elective_ects)
        else:
            del self.fields["requested_ects"]

    def _limit(self, most: Decimal) -> None:
        field = self.fields["requested_ects"]
        field.validators.append(MaxValueValidator(most))
        field.widget.attrs["max"] = most

    @staticmethod
    def _offered(case: Case, applicant: User) -> dict[str, Module]:
        filled = CreditEntry.objects.filter(
            enrolment__learner__user=applicant, fills_module=True, reversed_at=None
        ).values("module")
        asked = submission.asked_already(applicant).filter(target_kind=TargetKind.MODULE)
        modules = (
            case.programme_version.modules.filter(is_recognisable=True)
            .exclude(pk__in=filled)
            .exclude(pk__in=asked.values("module"))
            .select_related("course_version__course")
        )
        return {str(module.uuid): module for module in modules}

    def _targets(self):
        by_semester: dict[int, list] = {}
        for uuid, module in self.modules.items():
            by_semester.setdefault(module.semester, []).append(
                (uuid, f"{module}, {ects(module.ects)}")
            )
        groups = [
            (_("Semester %(number)s") % {"number": number}, choices)
            for number, choices in sorted(by_semester.items())
        ]
        free = (
            [(FREE, _("Free electives"))] if self.case.programme_version.free_elective_ects else []
        )
        return [("", _("Choose what it should count for")), *free, *groups]

    def clean_note(self):
        return clean_text(self.cleaned_data["note"]).strip()

    def put_forward(self, _line: Line | None) -> list[Credential]:
        return list(self.cleaned_data["sources"])

    @property
    def module(self) -> Module | None:
        return self.modules.get(self.cleaned_data["target"])

    @property
    def targets(self) -> list[Module | None]:
        """Return what it should count for, the first choice first; None: free electives."""
        more = [self.modules[uuid] for uuid in self.cleaned_data.get("more_targets", ())]
        return list(dict.fromkeys([self.module, *more]))

    @staticmethod
    def initial_from(line: Line) -> dict:
        return {
            "sources": [source.credential.uuid for source in line.sources.all()],
            "target": line.module.uuid if line.module else FREE,
            "requested_ects": line.requested_ects,
            "note": line.note,
        }


class PartChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, part):
        return f"{part}, {ects(part.ects)}"


class PartsForm(forms.Form):
    parts = PartChoice(
        label=_("Which parts have you covered?"),
        help_text=_("Choose all if you ask for the whole module."),
        queryset=ModulePart.objects.none(),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one part.")},
    )

    def __init__(self, *args, module: Module, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parts"].queryset = module.parts.all()


class DeclarationForm(forms.Form):
    is_true = forms.BooleanField(
        label=_("What I state here is true and complete, as far as I know."),
        error_messages={"required": _("Please confirm that what you state is true.")},
    )
    may_check = forms.BooleanField(
        label=_("The university may check my documents with those who issued them."),
        error_messages={"required": _("Without this nobody can check your documents.")},
    )
    tells_issuer = forms.BooleanField(
        label=_("Who awarded my credentials may learn what was recognised."),
        help_text=_("Only number, programme, kind of decision, credits and date. You can say no."),
        required=False,
    )


class AnswerForm(forms.Form):
    """An answer in words, with a file, or both."""

    marks_optional = False
    answer = forms.CharField(
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
        required=False,
    )
    file = forms.FileField(label=_("A file, if you were asked for one"), required=False)

    def clean_answer(self):
        return clean_text(self.cleaned_data["answer"]).strip()

    def clean_file(self):
        file = self.cleaned_data["file"]
        return checked_upload(file) if file else None

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["answer"] and not cleaned["file"]:
            self.add_error("answer", _("Write an answer or add a file."))
        return cleaned
