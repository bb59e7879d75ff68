"""The only place that turns language maps into form fields, one per language, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials.language import LanguageMap, clean_texts, spoken
from credentials.places import language_name


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in several languages: its label, its longest form, and how tall its fields are.

    `example` is shown at each field in the language of the field.
    """

    label: str
    longest: int
    rows: int = 1
    help_text: str = ""
    required: bool = False
    example: str = ""


OURS = tuple(tag for tag, _name in settings.LANGUAGES)


def language_fields(
    name: str, texts: Texts, tags: Sequence[str] = OURS
) -> dict[str, forms.CharField]:
    """Return the fields of one text, such as title_en and title_de; none is required by itself.

    `tags`: in which languages (BCP 47), those of the portal unless given.
    """
    fields, ours = {}, dict(settings.LANGUAGES)
    for tag in tags:
        language = ours.get(tag) or language_name(tag)
        attrs = {"lang": tag}
        widget = forms.Textarea({**attrs, "rows": texts.rows}) if texts.rows > 1 else None
        fields[f"{name}_{tag}"] = forms.CharField(
            label=format_lazy("{} ({})", texts.label, language),
            max_length=texts.longest,
            required=False,
            help_text=_example(texts.example, tag) if texts.example else texts.help_text,
            widget=widget or forms.TextInput(attrs),
        )
    return fields


def _example(text: str, tag: str) -> str:
    with translation.override(spoken(tag)):
        example = str(text)
    return gettext("Such as “%(example)s”.") % {"example": example}


class LanguageMapsMixin:
    """Gives a form the fields of `maps` (name to Texts), and folds them into language maps."""

    maps: Mapping[str, Texts] = {}
    tags: Sequence[str] = OURS

    def add_maps(self, says: Mapping[str, LanguageMap] | None = None) -> None:
        """Add the fields, filled with what the thing says now; call it in `__init__`."""
        self._says = {name: dict((says or {}).get(name) or {}) for name in self.maps}
        for name, texts in self.maps.items():
            for field_name, field in language_fields(name, texts, self.tags).items():
                field.initial = self._says[name].get(field_name.rpartition("_")[2], "")
                self.fields[field_name] = field

    def fold_maps(self) -> dict[str, LanguageMap]:
        """Return the maps as typed, cleaned; other languages keep theirs. Call it in `clean()`."""
        folded = {}
        for name, texts in self.maps.items():
            typed = {tag: self.cleaned_data.get(f"{name}_{tag}", "") for tag in self.tags}
            folded[name] = clean_texts({**self._says[name], **typed})
            if texts.required and not folded[name]:
                first = f"{name}_{self.tags[0]}"
                if first not in self.errors:
                    self.add_error(first, _("Fill this in, in one language at least."))
        return folded

    def pair(self, name: str) -> list[forms.BoundField]:
        """Return the bound fields of one text, to stand beside each other."""
        return [self[f"{name}_{tag}"] for tag in self.tags]
