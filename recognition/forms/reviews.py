"""Forms of reviewers: stepping back, the opinion with its rows, naming another reviewer."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.language import clean_text
from credentials.models import LearningOutcome, User
from recognition.evidence import Passage
from recognition.matching.outcomes import SourceText, match_matrix
from recognition.models import EvidencePointer, LineSource, Review
from recognition.services.reviews import (
    PLACE_LENGTH,
    QUOTE_LENGTH,
    Citation,
    OpinionDraft,
    RatingDraft,
)
from recognition.states import ReviewState
from recognition.vocabulary import (
    Element,
    ElementRating,
    MatchLabel,
    Need,
    Rating,
    elements_of,
)


class SeenField(forms.CharField):
    """A hidden moment: when what this page shows was saved; "" for never."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False)

    def clean(self, value):
        text = super().clean(value)
        try:
            return datetime.fromisoformat(text) if text else None
        except ValueError:
            raise forms.ValidationError(_("Load the page again.")) from None

    @staticmethod
    def shown(moment: datetime | None) -> str:
        return moment.isoformat() if moment else ""


class StepBackForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you step back?"),
        help_text=_("One line. It is kept with the case; the learner does not see it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReleaseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("One line. It is kept in the log; the learner does not see it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OpinionForm(forms.Form):
    """All ratings of one reviewer; nothing is required until it is handed in.

    Fields of outcome n: rate-n, note-n, cite-n (keys of passages and, as "own-<id>", places that
    were typed in before), place-n and quote-n with source-n for one more place of one's own.
    A rating that needs a place and cites none cites what the page proposed: proposal-n is its key.
    Fields of an element: el-<code>, el-note-<code>; `no_difference` is the button that
    hands in and rates all that are left but `doubted`, in which the portal itself saw a difference.
    """

    marks_optional = False
    seen = SeenField()
    no_difference = forms.BooleanField(required=False)
    comment = forms.CharField(
        label=_("What the committee should know"),
        help_text=_("Anything that no single rating says. The committee reads it."),
        required=False,
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self,
        *args,
        review: Review,
        outcomes: Sequence[LearningOutcome],
        passages: Sequence[Passage],
        sources: Sequence[LineSource],
        doubted: Collection[Element] = (),
        **kwargs,
    ):
        self.review, self.outcomes, self.doubted = review, outcomes, doubted
        self.passages = {passage.key: passage for passage in passages}
        self.places = {
            p.result or (p.source, p.text[:QUOTE_LENGTH]): key for key, p in self.passages.items()
        }
        self.own = {f"own-{p.pk}": p for p in self._typed_in()}
        self.compared = [passage for passage in passages if passage.result is None]
        self.matches = match_matrix(
            [outcome.text for outcome in outcomes],
            [SourceText(passage.texts, passage.place) for passage in self.compared],
        )
        self.proposals = dict(self._proposed({passage.outcome for passage in passages}))
        kwargs["initial"] = self._saved() | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for outcome in outcomes:
            self._add_outcome(outcome.order, sources)
        self.elements = elements_of(review.line.track)
        for element in self.elements:
            self.fields[f"el-{element}"] = forms.ChoiceField(
                choices=ElementRating.choices, required=False
            )
            self.fields[f"el-note-{element}"] = forms.CharField(required=False, max_length=2000)

    def _add_outcome(self, number: int, sources: Sequence[LineSource]) -> None:
        places = [(key, key) for key in [*self.passages, *self.own]]
        self.fields |= {
            f"rate-{number}": forms.ChoiceField(choices=Rating.choices, required=False),
            f"note-{number}": forms.CharField(required=False, max_length=4000),
            f"cite-{number}": forms.MultipleChoiceField(choices=places, required=False),
            f"source-{number}": forms.ChoiceField(
                choices=[(str(source.pk), "") for source in sources], required=False
            ),
            f"place-{number}": forms.CharField(required=False, max_length=PLACE_LENGTH),
            f"quote-{number}": forms.CharField(required=False, max_length=QUOTE_LENGTH),
            f"proposal-{number}": forms.CharField(required=False),
        }

    def _proposed(self, assessed: Collection[int | None]):
        """Yield the place to cite for an outcome: its best match, unless that is a weak one.

        Where an assessment says something of the outcome, the reviewer weighs both.
        """
        for outcome, matches in zip(self.outcomes, self.matches, strict=True):
            if matches and matches[0].label != MatchLabel.WEAK and outcome.pk not in assessed:
                yield outcome.order, self.compared[matches[0].index].key

    def _typed_in(self):
        """Places that the reviewer typed in, which no passage of the evidence is."""
        for rating in self.review.ratings.all():
            for pointer in rating.pointers.all():
                if _place_of(pointer) not in self.places:
                    yield pointer

    def _saved(self) -> dict:
        """Return what was saved, as the initial values of the form.

        A place that was proposed is no tick of the reviewer until the opinion is in.
        """
        at_work = self.review.state == ReviewState.AT_WORK
        saved = {"comment": self.review.comment, "seen": SeenField.shown(self.review.saved_at)}
        numbers = {outcome.pk: outcome.order for outcome in self.outcomes}
        for rating in self.review.ratings.all():
            number = numbers.get(rating.outcome_id)
            saved[f"rate-{number}"], saved[f"note-{number}"] = rating.rating, rating.note
            saved[f"cite-{number}"] = [
                self.places.get(_place_of(p), f"own-{p.pk}")
                for p in rating.pointers.all()
                if not (at_work and p.was_proposed)
            ]
        for opinion in self.review.elements.all():
            saved[f"el-{opinion.element}"] = opinion.rating
            saved[f"el-note-{opinion.element}"] = opinion.note
        return saved

    def clean(self):
        cleaned = super().clean()
        for outcome in self.outcomes:
            place, quote = (cleaned.get(f"{name}-{outcome.order}") for name in ("place", "quote"))
            if quote and not place:
                self.add_error(
                    f"place-{outcome.order}",
                    _("Say where this stands, for example “handbook, page 14”."),
                )
        return cleaned

    @property
    def draft(self) -> OpinionDraft:
        said = self.cleaned_data
        return OpinionDraft(
            ratings=tuple(self._draft_of(outcome) for outcome in self.outcomes),
            elements=tuple(
                (element, said[f"el-{element}"], said[f"el-note-{element}"])
                for element in self.elements
            ),
            comment=said["comment"],
        )

    @property
    def alike(self) -> list[Element]:
        """Elements of which the last button says that they do not differ, unless they are rated."""
        if not self.cleaned_data["no_difference"]:
            return []
        return [element for element in self.elements if element not in self.doubted]

    def _draft_of(self, outcome: LearningOutcome) -> RatingDraft:
        said, number = self.cleaned_data, outcome.order
        cited = [self._citation(key) for key in said[f"cite-{number}"]]
        if said[f"place-{number}"]:
            source = said[f"source-{number}"] or self.fields[f"source-{number}"].choices[0][0]
            cited.append(
                Citation(
                    int(source),
                    clean_text(said[f"place-{number}"]),
                    clean_text(said[f"quote-{number}"]),
                )
            )
        rating = said[f"rate-{number}"]
        if not cited and rating and Need.POINTER in Rating(rating).needs:
            cited += self._accepted(number)
        return RatingDraft(
            outcome=outcome.pk,
            rating=rating,
            note=said[f"note-{number}"],
            citations=tuple(cited),
        )

    def _accepted(self, number: int) -> list[Citation]:
        """Return the place that the page proposed, as long as it is proposed today."""
        key = self.proposals.get(number)
        if not key or self.cleaned_data[f"proposal-{number}"] != key:
            return []
        return [replace(self._citation(key), proposed=True)]

    def _citation(self, key: str) -> Citation:
        if key in self.own:
            pointer = self.own[key]
            return Citation(pointer.source_id, pointer.place, pointer.quote)
        passage = self.passages[key]
        quote = passage.text[:QUOTE_LENGTH]
        return Citation(passage.source, passage.place, quote, passage.result)


def _place_of(pointer: EvidencePointer) -> object:
    """Return what a pointer and the passage it cites have in common."""
    return pointer.result_id or (pointer.source_id, pointer.quote)


class AssignForm(forms.Form):
    """Names one more reviewer, or another rapporteur."""

    user = forms.ModelChoiceField(
        label=_("Who"), queryset=User.objects.none(), empty_label=_("Choose a person")
    )
    rapporteur = forms.BooleanField(label=_("Reports to the chair"), required=False)

    def __init__(self, *args, people: Sequence[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(pk__in=[p.pk for p in people])
