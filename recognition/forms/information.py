"""Forms of asking and answering: items, the issuer's contact, answers item by item."""

from collections.abc import Sequence

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from credentials.forms.uploads import EvidenceFilesField
from credentials.forms.widgets import DateInput
from credentials.language import clean_text
from credentials.models import Document, User
from credentials.services import evidence
from recognition.models import InformationItem, InformationRequest, IssuerWord, Line
from recognition.services.information import (
    LONGEST_DAYS,
    MOST_ITEMS,
    ItemAnswer,
    default_due_on,
    latest_due_on,
)
from recognition.services.inquiries import Contact


class AskForm(forms.Form):
    """Until when an answer is asked for."""

    due_on = forms.DateField(label=_("Answer until"), widget=DateInput)

    def __init__(self, *args, line: Line, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = default_due_on(line)
        self.fields["due_on"].help_text = _(
            "At most %(days)s days from today. The clock stands still meanwhile."
        ) % {"days": LONGEST_DAYS}
        self.fields["due_on"].widget.attrs["max"] = latest_due_on().isoformat()


class ItemForm(forms.Form):
    """One thing to ask; an empty row is left out."""

    marks_optional = False
    text = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class BaseItems(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["text"].label = _("Item %(number)s") % {"number": index + 1}

    @property
    def texts(self) -> list[str]:
        return [text for form in self.forms if (text := form.cleaned_data.get("text", "").strip())]

    def clean(self):
        if self.forms and not any(self.errors) and not self.texts:
            self.forms[0].add_error("text", _("Write what is missing."))


ItemFormSet = forms.formset_factory(
    ItemForm, formset=BaseItems, extra=2, max_num=MOST_ITEMS, absolute_max=MOST_ITEMS
)


def typed_items(data: QueryDict) -> list[dict]:
    """Return the rows in which something was written, to show them with empty ones below."""
    typed = (data.get(f"items-{row}-text", "") for row in range(MOST_ITEMS))
    return [{"text": text} for text in typed if text.strip()]


class ContactForm(AskForm):
    """How the issuer is reached."""

    marks_optional = False
    name = forms.CharField(label=_("Issuer"), max_length=200)
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("It gets a link to answer without an account. Look the address up yourself."),
        required=False,
    )
    postal_address = forms.CharField(
        label=_("Postal address"),
        help_text=_("For a letter. The answer is then entered by hand."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)

    field_order = ["name", "email", "postal_address", "language", "due_on"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["email"] and not cleaned["postal_address"].strip():
            self.add_error("email", _("Give an e-mail address or a postal address."))
        return cleaned

    @property
    def contact(self) -> Contact:
        said = self.cleaned_data
        return Contact(said["name"], said["email"], said["postal_address"], said["language"])


# Answers


class FileChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, document):
        return document.filename


class ItemAnswerForm(forms.Form):
    """The answer to one item in words, with files, or both; saved files can be taken out."""

    marks_optional = False
    text = forms.CharField(
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        required=False,
    )
    files = EvidenceFilesField(label=_("Files, if you were asked for some"), required=False)
    removed = FileChoice(
        label=_("Take out again"),
        queryset=Document.objects.none(),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args, item: InformationItem, **kwargs):
        super().__init__(*args, prefix=f"item-{item.position}", **kwargs)
        self.item = item
        self.saved = list(item.documents.all())
        self.fields["text"].initial = item.answer
        if self.saved:
            self.fields["removed"].queryset = item.documents.all()
        else:
            del self.fields["removed"]

    def clean_text(self):
        return clean_text(self.cleaned_data["text"]).strip()

    def answer(self, *, owner: User | None) -> ItemAnswer:
        """Return what is answered; its files are kept from now on."""
        said = self.cleaned_data
        return ItemAnswer(
            text=said["text"],
            documents=tuple(evidence.store_upload(upload, owner=owner) for upload in said["files"]),
            removed=tuple(document.pk for document in said.get("removed", ())),
        )


def answer_forms(request: InformationRequest, data, files) -> list[ItemAnswerForm]:
    """Return a form for each item of a request, in order."""
    items = request.items.prefetch_related("documents")
    return [ItemAnswerForm(data or None, files or None, item=item) for item in items]


def answers_of(forms_: Sequence[ItemAnswerForm], *, owner: User | None) -> dict[int, ItemAnswer]:
    """Return the answers of valid forms by the position of their items."""
    return {form.item.position: form.answer(owner=owner) for form in forms_}


class IssuerWordForm(forms.Form):
    """What the issuer says, and who says it."""

    word = forms.ChoiceField(
        label=_("Did you issue this credential?"),
        choices=IssuerWord.choices,
        widget=forms.RadioSelect,
    )
    answered_by = forms.CharField(
        label=_("Who answers, and in which function?"),
        help_text=_("For example: Registry of the University, Sam Example."),
        max_length=200,
    )
