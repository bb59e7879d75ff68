"""Conditions: what a learner must still show before a conditional recognition counts."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recognition import states
from recognition.states import ConditionState, LineState


class ConditionQuerySet(models.QuerySet):
    def awaited(self):
        """Those that a learner was told of and that nobody has settled."""
        return self.filter(
            state=ConditionState.OPEN, decision__line__state=LineState.CONDITION_PENDING
        )


class Condition(models.Model):
    """One condition of a decision; its text is frozen with it, `due_on` can be put off.

    `answer` and `documents`: the learner's proof. `note`: why whoever settled it did so.
    """

    MOVES = states.CONDITION_MOVES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.ForeignKey(
        "recognition.Decision", on_delete=models.CASCADE, related_name="conditions"
    )
    position = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(_("what the learner must show"))
    due_on = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(
        max_length=6, choices=ConditionState.choices, default=ConditionState.OPEN
    )
    answer = models.TextField(_("answer"), blank=True)
    documents = models.ManyToManyField("credentials.Document", blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    notice = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ConditionQuerySet.as_manager()

    class Meta:
        ordering = ["decision", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ConditionState.OPEN)
                ^ Q(settled_at__isnull=False, settled_by__isnull=False),
                name="condition_settled_by_somebody",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def line(self):
        return self.decision.line

    @property
    def audit_institution(self):
        return self.decision.audit_institution
