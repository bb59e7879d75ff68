"""Reviews: one person's independent opinion on a line, rating by rating."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from recognition import states
from recognition.models.committee import Seat
from recognition.states import ReviewState
from recognition.vocabulary import Element, ElementRating, Rating


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own opinions; others' only through the line, when all are in."""
        return self.filter(reviewer=user) if user.is_authenticated else self.none()

    def awaiting_review_by(self, user):
        """Opinions still owed by somebody who has a seat on the committee today."""
        if not user.is_authenticated:
            return self.none()
        seated = Seat.objects.current().filter(user=user, committee=OuterRef("line__committee"))
        return self.filter(
            Exists(seated), reviewer=user, state__in=[ReviewState.ASSIGNED, ReviewState.AT_WORK]
        )

    def waiting_for_substitute(self, user):
        """Opinions owed by members who are away, and for whom the user stands in."""
        if not user.is_authenticated:
            return self.none()
        committee, reviewer = OuterRef("line__committee"), OuterRef("reviewer")
        mine = Seat.objects.current().there().filter(user=user, committee=committee)
        there = Seat.objects.current().there().filter(committee=committee, user=reviewer)
        return self.filter(
            Exists(mine.filter(substitute_for__user=reviewer)),
            ~Exists(there),
            line__state=states.LineState.UNDER_REVIEW,
            state__in=[ReviewState.ASSIGNED, ReviewState.AT_WORK],
        )

    def counted(self):
        """All but those who stepped back or were released."""
        return self.exclude(state=ReviewState.RECUSED)


class Review(models.Model):
    """Rapporteur or member; the case opens to them when they declare no conflict of interest."""

    MOVES = states.REVIEW_MOVES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey("recognition.Line", on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, related_name="reviews"
    )
    is_rapporteur = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=ReviewState.choices, default=ReviewState.ASSIGNED
    )
    assigned_at = models.DateTimeField(auto_now_add=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    conflict = models.TextField(blank=True)
    comment = models.TextField(_("what the committee should know"), blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-is_rapporteur", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "reviewer"], name="review_once"),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(is_rapporteur=True) & ~Q(state=ReviewState.RECUSED),
                name="review_one_rapporteur",
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewState.SUBMITTED, submitted_at__isnull=False)
                | ~Q(state=ReviewState.SUBMITTED) & Q(submitted_at__isnull=True),
                name="review_submitted_at_with_state",
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewState.ASSIGNED) ^ Q(declared_at__isnull=False),
                name="review_declared_before_work",
            ),
        ]

    def __str__(self):
        return f"{self.reviewer}: {self.line}"

    @property
    def audit_institution(self):
        return self.line.audit_institution

    @property
    def was_released(self):
        return self.state == ReviewState.RECUSED and not self.conflict


class OutcomeRating(models.Model):
    """A reviewer's rating of one target outcome on the six-step scale."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="ratings")
    outcome = models.ForeignKey("credentials.LearningOutcome", on_delete=models.PROTECT)
    rating = models.CharField(max_length=16, choices=Rating.choices, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["review", "outcome__order"]
        constraints = [
            models.UniqueConstraint(fields=["review", "outcome"], name="outcome_rating_once")
        ]

    def __str__(self):
        return f"{self.outcome}: {self.get_rating_display()}"


class EvidencePointer(models.Model):
    """Where in the evidence a rating rests: a source, or the result of a supplementary assessment.

    With the place in it and the words (at most 300). `was_proposed`: the portal proposed it, and
    the reviewer accepted it by handing the opinion in.
    """

    rating = models.ForeignKey(OutcomeRating, on_delete=models.CASCADE, related_name="pointers")
    source = models.ForeignKey(
        "recognition.LineSource", on_delete=models.CASCADE, null=True, blank=True
    )
    result = models.ForeignKey(
        "recognition.AssessedOutcome", on_delete=models.CASCADE, null=True, blank=True
    )
    place = models.CharField(max_length=120)
    quote = models.CharField(max_length=300)
    was_proposed = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rating", "source", "place"], name="evidence_pointer_once"
            ),
            models.UniqueConstraint(
                fields=["rating", "result"], name="evidence_pointer_result_once"
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=True) ^ Q(result__isnull=True),
                name="evidence_pointer_points_somewhere",
            ),
        ]

    def __str__(self):
        return f"{self.place}: {self.quote}"

    @property
    def where(self):
        """The place, and whether the portal proposed it."""
        if not self.was_proposed:
            return self.place
        return _("%(place)s (proposed by the portal, accepted)") % {"place": self.place}


class ElementOpinion(models.Model):
    """A reviewer's rating of another element (level, workload, ...), once per line."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="elements")
    element = models.CharField(max_length=16, choices=Element.choices)
    rating = models.CharField(max_length=12, choices=ElementRating.choices, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["review", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "element"], name="element_opinion_once")
        ]

    def __str__(self):
        return f"{self.get_element_display()}: {self.get_rating_display()}"
