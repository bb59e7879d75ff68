"""The hash-chained log of every state change, one chain per institution (and one for none)."""

from django.db import models
from django.db.models.functions import Coalesce


class AuditHead(models.Model):
    """The end of an institution's chain; locked last in every transaction that writes to it."""

    institution = models.OneToOneField(
        "credentials.Institution", on_delete=models.PROTECT, null=True, blank=True
    )
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [
            # To PostgreSQL one NULL is not another: the chain of no institution could begin twice.
            models.UniqueConstraint(Coalesce("institution", 0), name="audit_head_once")
        ]

    def __str__(self):
        return f"{self.institution}: {self.sequence}"


class AuditEvent(models.Model):
    """Who did what to which thing when. No personal text: that is in `AuditText`, salted here.

    `hash` = SHA-256 over the canonical JSON of the other columns and the hash before.
    """

    head = models.ForeignKey(
        AuditHead,
        on_delete=models.PROTECT,
        related_name="events",
        db_index=False,  # the constraint has an index
    )
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=36, blank=True)
    noun = models.CharField(max_length=40)
    thing = models.CharField(max_length=36, db_index=True)
    action = models.CharField(max_length=60)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    commitment = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["head", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["head", "sequence"], name="audit_sequence_once")
        ]

    def __str__(self):
        return f"{self.sequence} {self.noun} {self.action}"


class AuditText(models.Model):
    """What was said with an event, erasable; the event keeps only a salted hash of it."""

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="text")
    salt = models.CharField(max_length=32)
    text = models.TextField()

    def __str__(self):
        return self.text
