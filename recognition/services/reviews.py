"""The only place that writes opinions: named, declared impartial, saved, handed in, taken back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.days import longdate
from credentials.language import clean_text
from credentials.models import User
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.verdict import Refused, Stale
from recognition import permissions
from recognition.models import (
    Committee,
    ElementOpinion,
    EvidencePointer,
    Line,
    OutcomeRating,
    Recusal,
    RecusalOrigin,
    Review,
)
from recognition.opinions import owed_by, target_outcomes
from recognition.services.cases import registrars_for
from recognition.services.stopped_votes import back_to_review
from recognition.states import LineState, ReviewState
from recognition.vocabulary import Element, ElementRating, elements_of

QUOTE_LENGTH, PLACE_LENGTH = 300, 120


@dataclass(frozen=True, slots=True)
class Citation:
    """Where in the evidence a rating rests: a source's id, the place in it, the words.

    For the result of a supplementary assessment `result` is its id, and `source` None.
    `proposed`: by the portal, and left as it is by the reviewer.
    """

    source: int | None
    place: str
    quote: str = ""
    result: int | None = None
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class RatingDraft:
    """A reviewer's rating of one target outcome (its id); "" when not rated yet."""

    outcome: int
    rating: str = ""
    note: str = ""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class OpinionDraft:
    """What a reviewer has written so far; `elements`: (rating, note) by element."""

    ratings: tuple[RatingDraft, ...] = ()
    elements: tuple[tuple[Element, str, str], ...] = ()
    comment: str = ""


# Naming reviewers


def require_impartial(line: Line, committee: Committee, people: Sequence[User]) -> None:
    """Raise `Refused` unless all sit on the committee, are there, and no conflict is known."""
    seated = {seat.user_id: seat for seat in committee.seats.current()}
    known = permissions.conflicts(line, list(people))
    recused = set(line.recusals.standing().values_list("user", flat=True))
    for person in people:
        if person.pk not in seated:
            raise Refused(_("%(name)s has no seat on the committee today.") % {"name": person})
        if seated[person.pk].is_away:
            raise Refused(
                _("%(name)s is away until %(day)s.")
                % {"name": person, "day": longdate(seated[person.pk].away_until)}
            )
        if person.pk in recused:
            raise Refused(_("%(name)s stepped back from this, or was released.") % {"name": person})
        if person.pk in known:
            raise Refused(
                _("%(name)s cannot review this: %(reason)s")
                % {"name": person, "reason": known[person.pk]}
            )


def name(line: Line, user: User, *, rapporteur: bool, by: User) -> Review:
    """Make somebody a reviewer of a line; call inside `change()` with the line locked."""
    review = Review.objects.create(line=line, reviewer=user, is_rapporteur=rapporteur)
    record(review, "assign", by=by)
    mails.write(
        "review_assigned",
        user,
        {"line": line, "review": review, "url": address("review-detail", review.uuid)},
    )
    return review


@change()
def assign(line: Line, user: User, *, rapporteur: bool = False, by: User) -> Review:
    """Add a reviewer, or make one of them the rapporteur; a line in deliberation waits again."""
    line = lock(line)
    permissions.can_assign(by, line).require()
    existing = line.reviews.select_for_update().filter(reviewer=user).first()
    if existing and existing.state == ReviewState.RECUSED:
        raise Refused(_("%(name)s stepped back from this, or was released.") % {"name": user})
    if existing and not rapporteur:
        raise Refused(_("%(name)s reviews this already.") % {"name": user})
    if rapporteur:
        _relieve_rapporteur(line, by=by)
    if existing:
        Review.objects.filter(pk=existing.pk).update(is_rapporteur=True)
        record(existing, "make-rapporteur", by=by)
        pass_on_if_all_in(line, by=by)
        return existing
    require_impartial(line, line.committee, [user])
    if line.deliberated_at and permissions.chairs(user, line):
        raise Refused(
            _("%(name)s could read the opinions already, so theirs would not be independent.")
            % {"name": user}
        )
    if line.state == LineState.DELIBERATION:
        back_to_review(line, by=by)
    return name(line, user, rapporteur=rapporteur, by=by)


def _relieve_rapporteur(line: Line, *, by: User) -> None:
    """Take the report from who has it, as long as it was not given: see `can_sign`."""
    holder = line.reviews.counted().filter(is_rapporteur=True).select_related("reviewer").first()
    if holder is None:
        return
    if line.deliberated_at or holder.state == ReviewState.SUBMITTED:
        raise Refused(
            _("%(name)s has reported already, so nobody else can.") % {"name": holder.reviewer}
        )
    Review.objects.filter(pk=holder.pk).update(is_rapporteur=False)
    record(holder, "lose-rapporteur", by=by)


# Impartiality


@change()
def declare_no_conflict(review: Review, *, by: User) -> None:
    """Declare to be impartial; from now on the reviewer sees the evidence."""
    review = _locked(review)
    permissions.can_declare_no_conflict(by, review).require()
    move(review, ReviewState.AT_WORK, by=by, declared_at=timezone.now())


@change()
def step_back(review: Review, reason: str, *, by: User) -> None:
    """Step back: the reviewer sees the line no more, somebody else is named."""
    review = _locked(review)
    permissions.can_step_back(by, review).require()
    if not reason.strip():
        raise Refused(_("Say in a few words why you step back."))
    keep_away(review.line, by, reason, by=by)


def keep_away(
    line: Line, user: User, reason: str, *, by: User, recusal: Recusal | None = None
) -> None:
    """Take a locked line from somebody in every role, for good; call inside `change()`.

    Their opinion does not count any more, even when it was given; who presides and the registrars
    are told when somebody else is to be named. `recusal`: the challenge that was upheld.
    """
    now = timezone.now()
    if recusal is None:
        recusal = Recusal.objects.create(
            line=line,
            user=user,
            origin=RecusalOrigin.DECLARED,
            reason=reason,
            raised_at=now,
            raised_by=by,
            is_upheld=True,
        )
    record(recusal, "keep-away", by=by, text=reason)
    gone = {"handler": None} if line.handler_id == user.pk else {}
    gone |= {"acting_chair": None} if line.acting_chair_id == user.pk else {}
    if gone:
        Line.objects.filter(pk=line.pk).update(**gone)
    review = line.reviews.select_for_update().counted().filter(reviewer=user).first()
    if review is None:
        return
    declared_at = review.declared_at or now
    left = {"conflict": reason, "declared_at": declared_at, "submitted_at": None}
    move(review, ReviewState.RECUSED, by=by, text=reason, **left)
    if line.state == LineState.DELIBERATION and not suffice(line):
        back_to_review(line, by=by)
    if pass_on_if_all_in(line, by=by) or line.state == LineState.DELIBERATION:
        return
    context = {"line": line, "url": address("line-reviewers", line.uuid)}
    for person in {*registrars_for(line), *permissions.presiding(line)} - {by}:
        mails.write("reviewer_stepped_back", person, context)


@change()
def pass_on(review: Review, *, by: User) -> Review:
    """Let the reviewer's substitute give the opinion instead; what was written does not count."""
    review = _locked(review)
    permissions.can_pass_on(by, review).require()
    substitute, line = permissions.substitute_of(review), review.line
    if line.reviews.filter(reviewer=substitute).exists():
        raise Refused(_("%(name)s reviews this already.") % {"name": substitute})
    require_impartial(line, line.committee, [substitute])
    text = _("Passed on to %(name)s") % {"name": substitute}
    declared_at = review.declared_at or timezone.now()
    move(review, ReviewState.RECUSED, by=by, text=text, declared_at=declared_at)
    if by != review.reviewer:
        context = {"line": line, "url": address("work")}
        mails.write("review_released", review.reviewer, context)
    return name(line, substitute, rapporteur=review.is_rapporteur, by=by)


@change()
def release(review: Review, reason: str, *, by: User) -> None:
    """Release a reviewer who does not answer; the line goes on if enough opinions are in.

    It is no conflict of interest: `Review.conflict` stays empty.
    """
    review = _locked(review)
    permissions.can_release(by, review).require()
    if not reason.strip():
        raise Refused(_("Say in a few words why."))
    declared_at = review.declared_at or timezone.now()
    move(review, ReviewState.RECUSED, by=by, text=reason.strip(), declared_at=declared_at)
    mails.write("review_released", review.reviewer, {"line": review.line, "url": address("work")})
    pass_on_if_all_in(review.line, by=by)


def leave_seatless(line: Line, reason: str, *, by: User) -> None:
    """Release the reviewers of a locked line who have no seat on its committee; see `lines`."""
    seated = line.committee.seats.current().values("user")
    leaving = line.reviews.select_for_update().counted().exclude(reviewer__in=seated)
    for review in leaving.select_related("reviewer"):
        declared_at = review.declared_at or timezone.now()
        left = {"declared_at": declared_at, "submitted_at": None}
        move(review, ReviewState.RECUSED, by=by, text=reason, **left)
        mails.write("review_released", review.reviewer, {"line": line, "url": address("work")})
    if line.state == LineState.DELIBERATION and not suffice(line):
        back_to_review(line, by=by)
    pass_on_if_all_in(line, by=by)


# Writing


@change()
def save(review: Review, draft: OpinionDraft, *, by: User, seen: datetime | None = None) -> Review:
    """Keep an opinion as far as it is written; others see nothing of it.

    `seen`: when the page that was filled in was last saved; raises `Stale` if it was saved since.
    """
    review = _locked(review)
    permissions.can_review(by, review).require()
    if seen != review.saved_at:
        raise Stale(_("You saved this in another window meanwhile. Load the page again."))
    outcomes = {outcome.pk for outcome in target_outcomes(review.line)}
    known = {(source, None) for source in review.line.sources.values_list("pk", flat=True)}
    if any(citation.result for one in draft.ratings for citation in one.citations):
        assessed = review.line.assessments.assessed().values_list("results", flat=True)
        known |= {(None, result) for result in assessed}
    _write_ratings(review, [one for one in draft.ratings if one.outcome in outcomes], known)
    wanted = elements_of(review.line.track)
    _write_elements(review, [one for one in draft.elements if one[0] in wanted])
    review.comment = clean_text(draft.comment).strip()
    review.saved_at = timezone.now()
    review.save(update_fields=["comment", "saved_at"])
    record(review, "save", by=by)
    return review


def _write_ratings(review: Review, drafts: Iterable[RatingDraft], known: set) -> None:
    kept = {
        draft.outcome: OutcomeRating(
            review=review,
            outcome_id=draft.outcome,
            rating=draft.rating,
            note=clean_text(draft.note).strip(),
        )
        for draft in drafts
    }
    OutcomeRating.objects.bulk_create(
        kept.values(),
        update_conflicts=True,
        unique_fields=["review", "outcome"],
        update_fields=["rating", "note"],
    )
    pointers = []
    for draft in drafts:
        rating = kept[draft.outcome]
        places = {
            (c.source, c.result or c.place): EvidencePointer(
                rating=rating,
                source_id=c.source,
                result_id=c.result,
                place=clean_text(c.place)[:PLACE_LENGTH],
                quote=clean_text(c.quote)[:QUOTE_LENGTH],
                was_proposed=c.proposed,
            )
            for c in draft.citations
            if (c.source, c.result) in known and c.place.strip()
        }
        pointers += places.values()
    EvidencePointer.objects.filter(rating__review=review).delete()
    EvidencePointer.objects.bulk_create(pointers)


def _write_elements(review: Review, drafts: Iterable[tuple[Element, str, str]]) -> None:
    review.elements.all().delete()
    ElementOpinion.objects.bulk_create(
        ElementOpinion(review=review, element=element, rating=rating, note=clean_text(note).strip())
        for element, rating, note in drafts
        if rating or note.strip()
    )


@change()
def submit(review: Review, *, by: User, alike: Collection[Element] = ()) -> None:
    """Hand an opinion in: everything rated, with the words and places each rating needs.

    `alike`: elements that are rated as no difference with it, unless they are rated already. The
    last one of them passes the line on to the chair. The line is locked first, so that two
    reviewers who hand in at once cannot both see the other one missing.
    """
    review = _locked(review)
    permissions.can_review(by, review).require()
    owed = owed_by(review, alike)
    if owed:
        raise Refused(owed[0].sentence)
    none = ElementRating.NONE
    review.elements.filter(element__in=alike, rating="").update(rating=none)
    left = [ElementOpinion(review=review, element=element, rating=none) for element in alike]
    ElementOpinion.objects.bulk_create(left, ignore_conflicts=True)
    move(review, ReviewState.SUBMITTED, by=by, submitted_at=timezone.now())
    pass_on_if_all_in(review.line, by=by)


@change()
def take_back(review: Review, *, by: User) -> None:
    """Take an opinion back to change it, as long as its reviewer knows no other."""
    review = _locked(review)
    permissions.can_take_back(by, review).require()
    move(review, ReviewState.AT_WORK, by=by, submitted_at=None)


def reopen(line: Line, *, by: User | None, template: str = "information_answered") -> None:
    """Open all opinions again because there is something new to consider; inside `change()`."""
    for review in line.reviews.select_for_update().filter(state=ReviewState.SUBMITTED):
        move(review, ReviewState.AT_WORK, by=by, submitted_at=None)
    for review in line.reviews.counted().select_related("reviewer"):
        context = {"line": line, "url": address("review-detail", review.uuid)}
        mails.write(template, review.reviewer, context)


def pass_on_if_all_in(line: Line, *, by: User) -> bool:
    """Pass a locked line on to the chair when all opinions are in; tell whether they are."""
    if line.state != LineState.UNDER_REVIEW:
        return False
    if not suffice(line):
        return False
    now = timezone.now()
    move(line, LineState.DELIBERATION, by=by, held_since=now, deliberated_at=now)
    for chair in permissions.presiding(line)[:1]:
        context = {"line": line, "url": address("line-decide", line.uuid)}
        mails.write("opinions_all_in", chair, context)
    return True


def suffice(line: Line) -> bool:
    """Whether as many opinions as the rules ask for are in, one of them a report, none owed."""
    reviews = list(line.reviews.counted())
    return (
        len(reviews) >= line.case.policy.quorum
        and any(review.is_rapporteur for review in reviews)
        and all(review.state == ReviewState.SUBMITTED for review in reviews)
    )


def _locked(review: Review) -> Review:
    """Lock the line, then the review: always in this order."""
    line = lock(Line(pk=review.line_id))
    review = lock(review)
    review.line = line
    return review
