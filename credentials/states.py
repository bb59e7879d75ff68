"""The legal moves of everything in this app that has a state. Read by `lifecycle.move()`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PublishingState(TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("No longer offered")


class ClaimState(TextChoices):
    SUBMITTED = "submitted", _("Waiting for the teacher")
    AWARDED = "awarded", _("Awarded")
    DENIED = "denied", _("Denied")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AwardState(TextChoices):
    SIGNING = "signing", _("Being signed")
    ISSUED = "issued", _("Valid")
    SUSPENDED = "suspended", _("Suspended")
    REVOKED = "revoked", _("Revoked")


class JobState(TextChoices):
    QUEUED = "queued", _("Waiting to start")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


PUBLISHING_MOVES = {
    PublishingState.DRAFT: {PublishingState.PUBLISHED},
    PublishingState.PUBLISHED: {PublishingState.RETIRED},
    PublishingState.RETIRED: set(),
}

CLAIM_MOVES = {
    ClaimState.SUBMITTED: {ClaimState.AWARDED, ClaimState.DENIED, ClaimState.WITHDRAWN},
    ClaimState.AWARDED: set(),
    ClaimState.DENIED: set(),
    ClaimState.WITHDRAWN: set(),
}

AWARD_MOVES = {
    AwardState.SIGNING: {AwardState.ISSUED},
    AwardState.ISSUED: {AwardState.SUSPENDED, AwardState.REVOKED},
    AwardState.SUSPENDED: {AwardState.ISSUED, AwardState.REVOKED},
    AwardState.REVOKED: set(),
}

OUT_OF_FORCE = (AwardState.SUSPENDED, AwardState.REVOKED)

JOB_MOVES = {
    JobState.QUEUED: {JobState.RUNNING, JobState.FAILED, JobState.CANCELLED},
    JobState.RUNNING: {
        JobState.DONE,
        JobState.FAILED,
        JobState.QUEUED,
        JobState.CANCELLED,
    },
    JobState.DONE: set(),
    JobState.FAILED: {JobState.QUEUED},
    JobState.CANCELLED: {JobState.QUEUED},
}
