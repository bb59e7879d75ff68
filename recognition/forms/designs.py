"""The forms of how documents look: a design, and the languages that stand side by side."""

from collections.abc import Iterator

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from credentials.forms.language_maps import LanguageMapsMixin, Texts
from credentials.forms.uploads import picture_upload
from credentials.language import DOCUMENT_LANGUAGES
from credentials.models import DocumentDesign, Institution
from credentials.pictures import MOST_PIXELS, PictureProblem, Printable
from credentials.places import language_name
from credentials.services import designs
from credentials.services.designs import MOST_SIGNATURES, PICTURES, Picture, Signing, Wanted

BRAND = "#1c4f8f"
SIGNS = range(MOST_SIGNATURES)
DOCUMENTS = [
    ("decision_letter", _("Decision letter")),
    ("supplement", _("Credit supplement")),
    ("diploma_supplement", _("Diploma supplement")),
]
LABELS = {
    "logo": (_("Logo"), _("It stands at the head, up to 55 by 16 mm.")),
    "header": (
        _("Paper header"),
        _("Over the whole width of the first page: 210 mm, up to 42 mm high."),
    ),
    "seal": (
        _("Picture of the seal"),
        _("Up to 32 mm. It is printed beside the signature and proves nothing."),
    ),
}


class PictureField(forms.FileField):
    """A PNG or JPEG, ready to be printed; gives a `Printable`, None for no file.

    `is_titled`: its label stands as a heading above it, and is not shown twice.
    """

    def __init__(self, *, place: str, is_titled: bool, **named):
        self.place, self.is_titled = place, is_titled
        accept = {"accept": "image/png,image/jpeg"}
        super().__init__(required=False, widget=forms.FileInput(attrs=accept), **named)

    def clean(self, data, initial=None) -> Printable | None:
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return designs.ready(picture_upload(file), self.place)
        except PictureProblem as problem:
            raise forms.ValidationError(str(problem)) from problem


class DesignForm(LanguageMapsMixin, forms.Form):
    """`wanted` is what the design shall say; a picture that is not chosen anew stays."""

    marks_optional = False
    maps = {
        **{f"{name}_alt": Texts(_("Text in its place"), 150) for name in PICTURES},
        "footer": Texts(_("Line at the foot of each page"), 160),
        "closing": Texts(_("Closing words of letters"), 600, rows=3),
        "supplement": Texts(_("Note at the end of supplements"), 600, rows=3),
        **{f"capacity_{place}": Texts(pgettext_lazy("design", "Capacity"), 80) for place in SIGNS},
    }
    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    colour = forms.CharField(
        label=_("Colour"),
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("For lines and headings. It must be dark enough to be read on white paper."),
    )
    document = forms.ChoiceField(label=_("Show it on"), choices=DOCUMENTS, required=False)

    def __init__(self, *args, institution: Institution, design: DocumentDesign | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.tags = institution.document_languages
        self.institution, self.kept = institution, designs.wanted_of(design)
        for name in PICTURES:
            self._add_picture(name, name, getattr(self.kept, name), *LABELS[name])
        for place in SIGNS:
            self._add_signature(place)
        alts = {f"{name}_alt": self.kept.texts.get(name) for name in PICTURES}
        capacities = {f"capacity_{n}": one.capacity for n, one in enumerate(self.kept.signatures)}
        self.add_maps({**self.kept.texts, **alts, **capacities})
        for name, texts in designs.alts_of(institution).items():
            for tag in self.tags:
                self.fields[f"{name}_alt_{tag}"].help_text = gettext(
                    "Read to people who do not see it. If you leave it empty: “%(text)s”."
                ) % {"text": escape(texts[tag])}  # help is printed as HTML
        self.initial |= {
            "seen_version": design.version if design else 0,
            "colour": self.kept.colour or BRAND,
        }

    def _add_picture(self, name: str, place: str, kept: Picture, label, hint="") -> None:
        said = {"most": MOST_PIXELS // 1_000_000}
        bounds = gettext("PNG or JPEG, at most %(most)s million pixels.") % said
        self.fields[name] = PictureField(
            place=place,
            is_titled=name in PICTURES,
            label=label,
            help_text=f"{hint} {bounds}".strip(),
        )
        if kept:
            self.fields[f"{name}_gone"] = forms.BooleanField(
                label=_("Leave the present picture out"), required=False
            )

    def _add_signature(self, place: int) -> None:
        kept = self._signing(place)
        self.fields[f"name_{place}"] = forms.CharField(
            label=_("Name"), max_length=120, required=False, initial=kept.name if kept else ""
        )
        self._add_picture(
            f"signature_{place}", "signature", kept and kept.picture, _("Picture of the signature")
        )

    def _signing(self, place: int) -> Signing | None:
        return dict(enumerate(self.kept.signatures)).get(place)

    def sections(self) -> Iterator[dict]:
        """Yield what belongs together, in the order of the page."""
        yield {"title": _("Lines and headings"), "fields": [self["colour"]]}
        for name in PICTURES:
            fields = [*self._of_picture(name), *self.pair(f"{name}_alt")]
            yield {"title": LABELS[name][0], "fields": fields, "kept": getattr(self.kept, name)}
        for place in SIGNS:
            kept = self._signing(place)
            yield {
                "title": gettext("Signature %(number)s") % {"number": place + 1},
                "fields": [
                    self[f"name_{place}"],
                    *self.pair(f"capacity_{place}"),
                    *self._of_picture(f"signature_{place}"),
                ],
                "kept": kept and kept.picture,
            }
        texts = [field for name in designs.BLOCKS for field in self.pair(name)]
        yield {"title": _("Texts"), "fields": texts}

    def _of_picture(self, name: str) -> list[forms.BoundField]:
        return [self[part] for part in (name, f"{name}_gone") if part in self.fields]

    def clean_colour(self) -> str:
        colour = self.cleaned_data["colour"].lower()
        if problem := designs.unreadable(colour):
            raise forms.ValidationError(problem)
        return colour

    def clean(self):
        cleaned = {**super().clean(), **self.fold_maps()}
        for place in SIGNS:
            said = any(cleaned.get(f"{part}_{place}") for part in ("signature", "capacity"))
            if said and not cleaned.get(f"name_{place}") and f"name_{place}" not in self.errors:
                self.add_error(f"name_{place}", gettext("Say whose signature it is."))
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """Return what a valid form says."""
        said = self.cleaned_data
        return Wanted(
            colour=said["colour"],
            **{name: self._picture(name, getattr(self.kept, name)) for name in PICTURES},
            signatures=tuple(
                Signing(said[f"name_{n}"], said[f"capacity_{n}"], self._signature(n))
                for n in SIGNS
                if said[f"name_{n}"]
            ),
            texts={
                **{name: said[name] for name in designs.BLOCKS},
                **{name: said[f"{name}_alt"] for name in PICTURES},
            },
        )

    def _signature(self, place: int) -> Picture:
        kept = self._signing(place)
        return self._picture(f"signature_{place}", kept and kept.picture)

    def _picture(self, name: str, kept: Picture) -> Picture:
        return self.cleaned_data[name] or (None if self.cleaned_data.get(f"{name}_gone") else kept)


class LanguagesForm(forms.Form):
    """In which language or languages documents are printed; `chosen` is what a valid form says."""

    first = forms.ChoiceField(label=_("First language"))
    second = forms.ChoiceField(label=_("Second language"), required=False)

    def __init__(self, *args, institution: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        known = [(tag, language_name(tag)) for tag in DOCUMENT_LANGUAGES]
        self.fields["first"].choices = known
        self.fields["second"].choices = [("", pgettext("second language", "None")), *known]
        present = dict(zip(self.fields, institution.document_languages, strict=False))
        self.initial = {**present, **self.initial}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("first") and cleaned["first"] == cleaned.get("second"):
            self.add_error("second", gettext("Choose another one than the first, or none."))
        return cleaned

    @property
    def chosen(self) -> list[str]:
        return [tag for tag in (self.cleaned_data["first"], self.cleaned_data["second"]) if tag]
