"""The registrar's form of the rules of recognition: what stands in a `Policy`, in sections."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials.forms.language_maps import LanguageMapsMixin, Texts, language_fields
from credentials.forms.widgets import DateInput, EctsField
from credentials.language import clean_texts, in_language
from credentials.models import Institution, Programme
from recognition.models import Policy
from recognition.vocabulary import DecisionType, GradeMethod, TextBlock

# Label, lowest and highest number.
COUNTS: dict[str, tuple[Promise, int, int]] = {
    "check_days": (_("Completeness check, in working days"), 1, 60),
    "decision_days": (_("Decision once the file is complete, in working days"), 1, 120),
    "limit_months": (_("Longest time for a decision, in months"), 1, 4),
    "information_days": (_("Answer to a question, in days"), 1, 30),
    "information_rounds": (_("Rounds of questions at most"), 1, 5),
    "objection_days": (_("Objection, in days after the letter"), 0, 365),
    "objection_answer_days": (_("Answer to an objection, in working days"), 1, 120),
    "appeal_days": (_("Appeal, in days after the letter"), 1, 365),
    "appeal_answer_days": (_("Decision on an appeal, in working days"), 1, 240),
    "currency_years": (_("Ask whether learning is current after, in years"), 1, 50),
    "quorum": (_("Independent opinions that are needed"), 1, 9),
    "precedent_years": (_("A standing decision holds, in years"), 1, 10),
    "grade_decimals": (_("Decimals of a converted grade"), 0, 2),
}
HINTS = {
    "limit_months": _("Four months at most (Recommendation on Criteria and Procedures, 2010)."),
    "information_days": _("30 at most. The clock stands still meanwhile."),
    "objection_days": _("0: no objection, the learner appeals at once."),
    "currency_years": _("It is a question to the committee, never a refusal."),
    "grade_decimals": _("Cut, not rounded: in favour of the learner."),
}
SHARES = {
    "validation_cap": _("Share of a programme that validation may fill, in per cent"),
    "total_cap": _("Share of a programme that all recognition may fill, in per cent"),
    "workload_tolerance_share": _(
        "Share of a module's workload that is always enough, in per cent"
    ),
}
CHECKS = {
    "reuse_across_awards": _("A credential may count towards two qualifications"),
    "allows_proportional": _("Part of a module without parts may be recognised in proportion"),
    "grade_needs_consent": _("The learner is asked before a grade counts"),
    "is_blind": _("Reviewers see no name, sex, date of birth or nationality"),
    "decides_by_precedent": _("Standing decisions are applied at once"),
}
DELEGATION = {
    "chair": _("The chair decides without a vote"),
    "course_director": _("The course director decides without a vote"),
}
SECTIONS = (
    (_("Valid"), ("valid_from", "programme")),
    (
        _("Time"),
        ("check_days", "decision_days", "limit_months", "information_days", "information_rounds"),
    ),
    (
        _("Objection and appeal"),
        ("objection_days", "objection_answer_days", "appeal_days", "appeal_answer_days"),
    ),
    (_("Where an objection goes, and the law"), ("appeal_body", "appeal_address", "legal_basis")),
    (
        _("Credits"),
        (
            *("validation_cap", "total_cap", "residency_ects", "workload_tolerance_ects"),
            *("workload_tolerance_share", "currency_years"),
            *("reuse_across_awards", "allows_proportional"),
        ),
    ),
    (_("Grades"), ("grade_methods", "grade_decimals", "grade_needs_consent")),
    (
        _("Who decides"),
        (
            *("quorum", "chair", "course_director", "is_blind"),
            *("decides_by_precedent", "precedent_years"),
        ),
    ),
)
BY_RULE = (GradeMethod.SAME_SCALE, GradeMethod.GRADING_TABLES, GradeMethod.BAVARIAN)
DECIDABLE = [choice for choice in DecisionType.choices if choice[0] != DecisionType.INADMISSIBLE]


class ProgrammeChoice(forms.ModelChoiceField):
    def label_from_instance(self, programme):
        return f"{programme.code} {in_language(programme.newest_title)}"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form with its heading; `fields` are bound fields."""

    title: Promise
    fields: list[forms.BoundField]


class PolicyForm(LanguageMapsMixin, forms.Form):
    """A new version of the rules, filled with the latest; letters need all texts in each language.

    `cleaned_data` is what `policies.publish` takes, but for the standard phrases.
    """

    maps = {
        "appeal_body": Texts(_("Who decides on objections and appeals"), 400),
        "appeal_address": Texts(_("Where to send an objection"), 1000, 3),
        "legal_basis": Texts(_("Legal basis"), 2000, 3),
    }
    marks_optional = False
    valid_from = forms.DateField(
        label=_("In force from"), initial=timezone.localdate, widget=DateInput()
    )
    programme = ProgrammeChoice(
        label=_("For"),
        queryset=Programme.objects.none(),
        required=False,
        empty_label=_("All programmes that have no rules of their own"),
    )
    residency_ects = EctsField(
        label=_("Credits that must be earned here"), min_value=0, max_digits=5
    )
    workload_tolerance_ects = EctsField(
        label=_("Credits below a module's that make no difference"), min_value=0, max_value=10
    )

    def __init__(
        self, *args, institution: Institution, latest: Policy | None, programme=None, **kwargs
    ):
        super().__init__(*args, **kwargs)
        shown = latest or Policy()
        self._add_numbers(shown)
        self.fields["programme"].queryset = institution.programmes.prefetch_related("versions")
        self.fields["programme"].initial = programme and programme.pk
        for name in ("residency_ects", "workload_tolerance_ects"):
            self.fields[name].initial = getattr(shown, name)
        for name, label in CHECKS.items():
            self.fields[name] = forms.BooleanField(
                label=label, required=False, initial=getattr(shown, name)
            )
        for name, label in DELEGATION.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=label,
                choices=DECIDABLE,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=shown.delegation.get(name, []),
            )
        self.fields["grade_methods"] = forms.MultipleChoiceField(
            label=_("How a grade is taken over"),
            help_text=_("Tried in this order. Choose none, and what is recognised has no grade."),
            choices=[(one.value, one.label) for one in BY_RULE],
            required=False,
            widget=forms.CheckboxSelectMultiple,
            initial=shown.grade_methods,
        )
        self.add_maps({name: getattr(shown, name) for name in self.maps})
        for name in self.maps:
            for bound in self.pair(name):
                bound.field.required = True

    def _add_numbers(self, shown: Policy) -> None:
        for name, (label, least, most) in COUNTS.items():
            self.fields[name] = forms.IntegerField(
                label=label,
                help_text=HINTS.get(name, ""),
                min_value=least,
                max_value=most,
                initial=getattr(shown, name),
            )
        for name, label in SHARES.items():
            share = getattr(shown, name)
            self.fields[name] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=100,
                required=name != "total_cap",
                help_text=_("Leave empty for no limit.") if name == "total_cap" else "",
                initial=None if share is None else int(share * 100),
            )

    def sections(self) -> Iterator[Section]:
        """Return the fields as the page groups them."""
        for title, names in SECTIONS:
            fields = []
            for name in names:
                if name in self.maps:
                    fields += self.pair(name)
                elif name in self.fields:
                    fields.append(self[name])
            yield Section(title, fields)

    def clean_valid_from(self):
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Rules cannot come into force in the past."))
        return day

    def clean(self):
        cleaned = super().clean()
        plain = ("valid_from", "programme", "residency_ects", "workload_tolerance_ects")
        says: dict[str, Any] = {n: cleaned.get(n) for n in (*plain, *COUNTS, *CHECKS)}
        for name in SHARES:
            share = cleaned.get(name)
            says[name] = None if share is None else Decimal(share) / 100
        says["grade_methods"] = [m.value for m in BY_RULE if m in cleaned.get("grade_methods", [])]
        says["delegation"] = {name: cleaned.get(name, []) for name in DELEGATION}
        return says | self.fold_maps()


class TextBlockForm(forms.Form):
    """One standard phrase for letters; a row in which nothing is said is left out."""

    marks_optional = False
    kind = forms.ChoiceField(label=_("For"), choices=TextBlock.choices)
    title = Texts(_("Name in the list"), 80)
    text = Texts(_("Text"), 2000, 3)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        said: Mapping[str, Any] = self.initial or {}
        for name in ("title", "text"):
            for field_name, field in language_fields(name, getattr(type(self), name)).items():
                tag = field_name.rpartition("_")[2]
                field.initial = said.get(name, {}).get(tag, "")
                self.fields[field_name] = field

    def _map(self, name: str) -> dict[str, str]:
        tags = [field.rpartition("_")[2] for field in self.fields if field.startswith(f"{name}_")]
        return clean_texts({tag: self.cleaned_data.get(f"{name}_{tag}", "") for tag in tags})

    @property
    def block(self) -> dict[str, Any] | None:
        """Return the phrase as `Policy.text_blocks` keeps it, None for an empty row."""
        title, text = self._map("title"), self._map("text")
        if self.cleaned_data.get("DELETE") or not (title or text):
            return None
        return {"kind": self.cleaned_data["kind"], "title": title, "text": text}

    def clean(self):
        cleaned = super().clean()
        if bool(self._map("title")) != bool(self._map("text")) and not cleaned.get("DELETE"):
            raise forms.ValidationError(_("A phrase needs a name and a text."))
        return cleaned


TextBlockFormSet = forms.formset_factory(
    TextBlockForm, extra=1, can_delete=True, max_num=40, absolute_max=60
)
