"""The only place that lays out outcomes x evidence x reviewers for the screen; no HTML.

The machine finds and marks; it fills no rating in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from credentials.models import LearningOutcome, User
from recognition.elements import ElementFact
from recognition.evidence import Passage, SourceEvidence
from recognition.forms.reviews import OpinionForm
from recognition.matching.outcomes import Match, highlight
from recognition.models import OutcomeRating, Review
from recognition.opinions import (
    as_targets,
    ratings_by_element,
    ratings_by_outcome,
    settled_elements,
)
from recognition.rules import Tally, agreed_rating, differs, tally
from recognition.vocabulary import Element, ElementRating, Rating, Track, elements_of

# One reviewer's matrix


@dataclass(frozen=True, slots=True)
class Cite:
    """A place that one click cites: its words in pieces (text, is marked), and where it stands."""

    key: str
    pieces: tuple[tuple[str, bool], ...]
    language: str
    place: str
    source: str
    anchor: str
    checked: bool
    is_proposed: bool = False
    label: str = ""
    note: str = ""

    @property
    def where(self) -> str:
        """The source, where there are several, and the place; empty if the words are the place."""
        return ", ".join(filter(None, (self.source, self.place)))


@dataclass(frozen=True, slots=True)
class Row:
    """One target outcome with the evidence found for it and the reviewer's rating."""

    outcome: LearningOutcome
    rating: str
    note: str
    prompt: str
    found: tuple[Cite, ...]
    others: tuple[Cite, ...]
    owed: str = ""
    errors: tuple[str, ...] = ()
    place: str = ""
    quote: str = ""
    chosen_source: str = ""

    @property
    def number(self) -> int:
        return self.outcome.order

    @property
    def proposal(self) -> Cite | None:
        """The place that is cited when the reviewer cites none."""
        return next((cite for cite in self.found if cite.is_proposed), None)

    @property
    def field(self) -> str:
        return f"rate-{self.number}"


def rows_of(
    form: OpinionForm, evidence: Sequence[SourceEvidence], owed: Mapping[str, str]
) -> list[Row]:
    """Return a row for each target outcome; texts of the sources are read once for all.

    Under "found" stand results of assessments, likely matches, best first, then what is
    cited already; under "others" the remaining outcomes of the sources.
    """
    results = [passage for passage in form.passages.values() if passage.result is not None]
    names = {one.source.pk: one.title for one in evidence} if len(evidence) > 1 else {}
    return [
        _row(
            form,
            outcome,
            found,
            [result for result in results if result.outcome == outcome.pk],
            names,
            owed,
        )
        for outcome, found in zip(form.outcomes, form.matches, strict=True)
    ]


def _row(
    form: OpinionForm,
    outcome: LearningOutcome,
    matches: Sequence[Match],
    results: Sequence[Passage],
    names: Mapping[int, str],
    owed: Mapping[str, str],
) -> Row:
    number, passages = outcome.order, form.compared
    proposal = form.proposals.get(number)
    cited = set(form[f"cite-{number}"].value() or [])
    given = form[f"rate-{number}"].value()
    rating = given if given in Rating.values else ""
    found = [_plain(result, names, result.key in cited) for result in results]
    found += [_matched(passages[match.index], match, names, cited, proposal) for match in matches]
    shown = {cite.key for cite in found}
    rest = [passage for passage in passages if passage.key not in shown]
    found += [_plain(passage, names, True) for passage in rest if passage.key in cited]
    found += [
        Cite(
            key,
            ((p.quote or p.place, False),),
            "",
            p.place if p.quote else "",
            names.get(p.source_id, ""),
            "",
            True,
        )
        for key, p in form.own.items()
        if key in cited
    ]
    others = [_plain(p, names, False) for p in rest if p.is_outcome and p.key not in cited]
    fields = [f"{name}-{number}" for name in ("rate", "note", "cite", "place", "quote")]
    return Row(
        outcome=outcome,
        rating=rating,
        note=form[f"note-{number}"].value() or "",
        prompt=str(Rating(rating).text_prompt) if rating in Rating.values else "",
        found=tuple(found),
        others=tuple(others),
        owed=owed.get(f"rating-{number}", ""),
        errors=tuple(error for name in fields for error in form[name].errors),
        place=form[f"place-{number}"].value() or "",
        quote=form[f"quote-{number}"].value() or "",
        chosen_source=form[f"source-{number}"].value() or "",
    )


def _matched(
    passage: Passage, match: Match, names: Mapping[int, str], cited: set[str], proposal: str | None
) -> Cite:
    return Cite(
        key=passage.key,
        pieces=tuple(highlight(match.text, match.spans)),
        language=passage.language,
        place=passage.place,
        source=names.get(passage.source, ""),
        anchor=f"passage-{passage.key}",
        checked=passage.key in cited,
        is_proposed=passage.key == proposal,
        label=str(match.label.label),
        note=str(match.note),
    )


def _plain(passage: Passage, names: Mapping[int, str], checked: bool) -> Cite:
    return Cite(
        key=passage.key,
        pieces=((passage.text, False),),
        language=passage.language,
        place=passage.place,
        source=names.get(passage.source, ""),
        anchor=f"passage-{passage.key}",
        checked=checked,
    )


@dataclass(frozen=True, slots=True)
class ElementRow:
    """One other element: what the evidence says, and how far the reviewer sees it differ."""

    fact: ElementFact
    rating: str
    note: str
    owed: str = ""


def element_rows(
    form: OpinionForm, facts: Sequence[ElementFact], owed: Mapping[str, str]
) -> list[ElementRow]:
    return [
        ElementRow(
            fact=fact,
            rating=form[f"el-{fact.element}"].value() or "",
            note=form[f"el-note-{fact.element}"].value() or "",
            owed=owed.get(f"element-{fact.element}", ""),
        )
        for fact in facts
    ]


def panel_of(
    evidence: Sequence[SourceEvidence], rows: Sequence[Row]
) -> list[tuple[SourceEvidence, list[tuple[Passage, list[int]]]]]:
    """Return each source with its passages, each with the outcomes that it speaks of."""
    marks: dict[str, list[int]] = {}
    for row in rows:
        for cite in row.found:
            marks.setdefault(cite.key, []).append(row.number)
    return [(one, [(p, marks.get(p.key, [])) for p in one.passages]) for one in evidence]


def tally_of(rows: Sequence[Row], ects: Decimal) -> Tally:
    """Count one reviewer's ratings, as the page's script does."""
    targets = as_targets([row.outcome for row in rows])
    return tally(targets, {str(row.outcome.uuid): row.rating for row in rows}, ects)


# All opinions side by side


@dataclass(frozen=True, slots=True)
class Column:
    """One reviewer: who, and what their ratings add up to."""

    reviewer: User
    is_rapporteur: bool
    comment: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One outcome in the eyes of all reviewers; `settled` is what the decision rests on.

    `is_open`: who decides chooses among `choices`.
    """

    outcome: LearningOutcome
    cells: tuple[tuple[Column, OutcomeRating | None], ...]
    differs: bool
    settled: Rating | None
    choices: tuple[tuple[str, str], ...] = ()
    is_open: bool = False

    @property
    def has_words(self) -> bool:
        return any(rating and (rating.note or rating.pointers.all()) for _c, rating in self.cells)


@dataclass(frozen=True, slots=True)
class ComparedElement:
    """One other element in the eyes of all reviewers."""

    element: Element
    cells: tuple[tuple[Column, object], ...]
    differs: bool
    settled: ElementRating | None
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The opinions of all who did not step back."""

    columns: tuple[Column, ...]
    rows: tuple[ComparedRow, ...]
    elements: tuple[ComparedElement, ...]
    agree: int = field(default=0)

    @property
    def differ(self) -> int:
        return len(self.rows) - self.agree


def comparison_of(
    reviews: Sequence[Review],
    outcomes: Sequence[LearningOutcome],
    ects: Decimal,
    chosen: Mapping[str, str] | None = None,
    *,
    track: str = Track.RECOGNITION,
    anew: bool = False,
) -> Comparison:
    """Lay opinions side by side, in the order of `reviews`; no further queries.

    `anew`: who decides may rate otherwise than all reviewers, as an appeal body may.
    """
    columns = [_column(review, outcomes, ects) for review in reviews]
    by_outcome = [{r.outcome_id: r for r in review.ratings.all()} for review in reviews]
    rows = []
    given = ratings_by_outcome(reviews)
    for outcome in outcomes:
        found = given.get(str(outcome.uuid), [])
        possible = list(Rating) if anew else [r for r in Rating if r in found]
        choice = (chosen or {}).get(str(outcome.uuid))
        cells = [
            (column, ratings.get(outcome.pk))
            for column, ratings in zip(columns, by_outcome, strict=True)
        ]
        rows.append(
            ComparedRow(
                outcome=outcome,
                cells=tuple(cells),
                differs=differs(found),
                settled=Rating(choice) if choice in possible else agreed_rating(found),
                choices=tuple((r.value, str(r.label)) for r in possible),
                is_open=anew or differs(found),
            )
        )
    agree = sum(not row.differs for row in rows)
    elements = _elements(columns, reviews, chosen or {}, track=track, anew=anew)
    return Comparison(tuple(columns), tuple(rows), tuple(elements), agree)


def notes_on_what_is_missing(comparison: Comparison) -> str:
    """Return the reviewers' own words on outcomes that are not met, for the chair to begin with."""
    lines = []
    for row in comparison.rows:
        if row.settled is None or row.settled.counts_as_met:
            continue
        notes = [r.note for _column, r in row.cells if r and r.note and r.rating == row.settled]
        lines += [f"{row.outcome.order}. {row.outcome}", *dict.fromkeys(notes[:1]), ""]
    return "\n".join(lines).strip()


def _column(review: Review, outcomes: Sequence[LearningOutcome], ects: Decimal) -> Column:
    ratings = {str(rating.outcome.uuid): rating.rating for rating in review.ratings.all()}
    return Column(
        reviewer=review.reviewer,
        is_rapporteur=review.is_rapporteur,
        comment=review.comment,
        tally=tally(as_targets(outcomes), ratings, ects),
    )


def _elements(
    columns: Sequence[Column],
    reviews: Sequence[Review],
    chosen: Mapping[str, str],
    *,
    track: str,
    anew: bool,
) -> Iterator[ComparedElement]:
    by_element = [{o.element: o for o in review.elements.all()} for review in reviews]
    given = ratings_by_element(reviews)
    settled = settled_elements(reviews, chosen, anew=anew)
    for element in elements_of(track):
        found = given.get(element, [])
        yield ComparedElement(
            element=element,
            cells=tuple(
                (column, opinions.get(element))
                for column, opinions in zip(columns, by_element, strict=True)
            ),
            differs=differs(found),
            settled=settled.get(element),
            choices=tuple(ElementRating.choices) if anew else (),
        )
