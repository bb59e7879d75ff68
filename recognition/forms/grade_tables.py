"""The form of a grading table: whose it is, its scale, its rows, typed or from a file."""

import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.language import clean_text
from credentials.models import AwardingBody, Institution
from credentials.standards.catalogue_files import UnreadableFile
from recognition import grade_files, grading
from recognition.models import GradeTable
from recognition.scales import GradeError
from recognition.services.grade_tables import COLUMNS

PLAIN = [name for name in COLUMNS if name != "rows"]


class GradeTableForm(forms.ModelForm):
    """`cleaned_data` holds what `grade_tables.enter` takes, and `file`: whether one was read.

    What a file says takes the place of what was typed, and is shown before it is saved.
    """

    marks_optional = False
    rows = forms.CharField(
        label=_("Grades and their shares"),
        help_text=_(
            "One grade a line, best first, then its share of all passes in per cent: 1.7 12.5. "
            "Leave it empty when only the scale is known."
        ),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or from a file"),
        help_text=_(
            "CSV (UTF-8) with the columns grade and share. You check it before it is kept."
        ),
        required=False,
    )

    class Meta:
        model = GradeTable
        fields = PLAIN
        help_texts = {
            "isced_f": _("A code such as 06, for tables of one field. Empty for all."),
            "worst": _("The lowest grade there is. The lowest pass, if fails have no grade."),
        }

    def __init__(self, *args, institution: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        self.institution = institution
        year = timezone.localdate().year
        self.fields["body"] = forms.ModelChoiceField(
            AwardingBody.objects.filter(institution=institution),
            label=_("Whose grades"),
            empty_label=_("Our own"),
            required=False,
        )
        for name, label in (("year_from", _("First year")), ("year_to", _("Last year"))):
            self.fields[name] = forms.IntegerField(
                label=label,
                min_value=1990,
                max_value=year + 1,
                initial=year - 1,
            )
        self.order_fields([*PLAIN, "rows", "file"])
        self.initial["rows"] = grade_files.as_lines(self.instance.rows)

    def clean_isced_f(self):
        code = self.cleaned_data["isced_f"].strip()
        if code and not re.fullmatch(r"[0-9]{2,4}", code):
            raise forms.ValidationError(_("Use a code of two to four digits."))
        return code

    def clean_rows(self):
        try:
            return grade_files.read_lines(self.cleaned_data["rows"])
        except UnreadableFile as problem:
            if self.files.get("file"):
                return []  # the file takes their place
            raise forms.ValidationError(problem.problems) from problem

    def clean_file(self):
        file = self.cleaned_data["file"]
        if not file:
            return False
        try:
            rows = grade_files.read_csv(file.read(grade_files.MAX_BYTES + 1))
        except UnreadableFile as problem:
            raise forms.ValidationError(problem.problems) from problem
        self.cleaned_data["rows"] = rows
        self.data = self.data.copy()
        self.data["rows"] = grade_files.as_lines(rows)
        return True

    def clean(self):
        said = super().clean()
        said = {k: clean_text(v).strip() if isinstance(v, str) else v for k, v in said.items()}
        if "rows" in said:
            said["rows"] = [list(row) for row in said["rows"]]
        years = said.get("year_from"), said.get("year_to")
        if all(years) and years[0] > years[1]:
            self.add_error("year_to", _("It ends before it begins."))
        if not self.errors:
            self._check(said)
        return said

    def _check(self, said: dict) -> None:
        try:
            grading.table_in(GradeTable(**{name: said[name] for name in COLUMNS}))
        except GradeError as problem:
            self.add_error(problem.field, str(problem))

    @property
    def columns(self) -> dict:
        """Return what the table shall say."""
        return {name: self.cleaned_data[name] for name in COLUMNS}

    def _post_clean(self):
        """The service makes the row; a version on the page is not the one that is written."""
