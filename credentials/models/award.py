"""Awards: the decision of an institution that a learner has earned a credential."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials import states
from credentials.models.institution import Unit
from credentials.models.people import Role
from credentials.models.trust import Format, SignedForm
from credentials.states import AwardState


class IdentityAssurance(models.TextChoices):
    ACCOUNT = "account", _("Signed-in account of the institution")
    STUDENT_RECORD = "student_record", _("Student record of the institution")
    DOCUMENT = "document", _("Identity document seen")


class RevocationReason(models.TextChoices):
    ERROR = "error", _("Awarded in error")
    FRAUD = "fraud", _("Obtained by deception")
    WITHDRAWN = "withdrawn", _("Withdrawn by the institution")
    REQUESTED = "requested", _("Asked for by the holder")
    SUPERSEDED = "superseded", _("Replaced by a corrected credential")


HEARD_FIRST = (RevocationReason.FRAUD, RevocationReason.WITHDRAWN)
"""Reasons that rest on what the learner did or on a judgement: the learner is heard before."""


class SuspensionReason(models.TextChoices):
    EXAMINED = "examined", _("It is being examined whether it was earned")
    MISUSED = "misused", _("Somebody else may be using it")
    REQUESTED = "requested", _("Asked for by the holder")


class AwardQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The holder's own awards; for staff those of their units and courses."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(learner__user=user)
            | Q(course_version__course__teachers=user)
            | Q(course_version__course__unit__in=Unit.objects.staffed_by(user, *Role.values))
        ).distinct()

    def judged_by(self, user):
        """Those that a user may suspend, revoke or correct: of units they direct or keep."""
        units = Unit.objects.staffed_by(user, Role.COURSE_DIRECTOR, Role.REGISTRAR)
        return self.filter(course_version__course__unit__in=units).not_of(user)

    def read_by_staff(self, user):
        """Those of the courses that a user teaches and of the units they work for, not their own.

        With `may_judge`, as `judged_by`.
        """
        judged = self.model.objects.judged_by(user).filter(pk=OuterRef("pk"))
        taught = Q(course_version__course__in=user.courses_taught.values("pk"))
        units = Unit.objects.staffed_by(user, *Role.values)
        found = self.filter(taught | Q(course_version__course__unit__in=units))
        return found.not_of(user).annotate(may_judge=Exists(judged))

    def not_of(self, user):
        """Without a user's own, also when the institution knows them by an address only."""
        addresses = user.emailaddress_set.values(small=Lower("email"))
        by_address = Q(small__in=addresses) | Q(small=user.email.lower())
        known = Q(learner__user=user) | Q(learner__user=None) & by_address
        named = self.model.objects.alias(small=Lower("learner__emails__email"))
        own = named.filter(known).values("pk")
        return self.exclude(pk__in=own)

    def taken_back(self):
        """Revoked without a corrected one in its place, or with one that was revoked in turn."""
        replaced = Q(revocation_reason=RevocationReason.SUPERSEDED)
        gone = Q(superseded_by__state=AwardState.REVOKED)
        gone &= ~Q(superseded_by__revocation_reason=RevocationReason.SUPERSEDED)
        again = Q(superseded_by__superseded_by__state=AwardState.REVOKED)
        return self.filter(~replaced | gone | again, state=AwardState.REVOKED)

    def with_standing(self):
        """With what its state alone does not say; see `standing`."""
        return self.annotate(**standing(award="pk", credential="credential"))

    def revoked_lately_of(self, user):
        """Own credentials revoked in the last 30 days, without their asking for it.

        Nor those of a course that was awarded anew since.
        """
        anew = self.model.objects.filter(
            learner__user=user,
            course_version__course=OuterRef("course_version__course"),
            issued_at__gt=OuterRef("revoked_at"),
        )
        lately = timezone.now() - timedelta(days=30)
        gone = self.filter(learner__user=user, state=AwardState.REVOKED, revoked_at__gte=lately)
        known = (RevocationReason.SUPERSEDED, RevocationReason.REQUESTED)
        return gone.exclude(revocation_reason__in=known).exclude(Exists(anew))

    def awaiting_acceptance_by(self, user):
        """Issued awards that the learner has not yet taken into the portfolio."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(learner__user=user, accepted_at__isnull=True, state=AwardState.ISSUED)


def standing(*, award: str, credential: str) -> dict:
    """Return what a row is read with, by the names of its award and its credential.

    `is_unproven`: its signature does not count, the key was stolen. `heard_until`: the day until
    which the learner may answer before it is revoked; `answered_at`: when they did.
    """
    forms = SignedForm.objects.unproven().filter(format=Format.OPEN_BADGES)
    heard = AwardHearing.objects.before_revoking().filter(award=OuterRef(award))
    return {
        "is_unproven": Exists(forms.filter(credential=OuterRef(credential))),
        "heard_until": Subquery(heard.values("due_on")[:1]),
        "answered_at": Subquery(heard.values("answered_at")[:1]),
    }


class Award(models.Model):
    """Frozen when made: holder's name, grade, facts. A correction is a new award (`supersedes`).

    `decision`: the uuid of the decision that validated the learning, None when it was taught here.
    """

    MOVES = states.AWARD_MOVES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=24, unique=True)
    course_version = models.ForeignKey(
        "credentials.CourseVersion", on_delete=models.PROTECT, related_name="awards"
    )
    learner = models.ForeignKey(
        "credentials.Learner", on_delete=models.PROTECT, related_name="awards"
    )
    decision = models.UUIDField(null=True, blank=True)
    claim = models.OneToOneField(
        "credentials.Claim", on_delete=models.PROTECT, null=True, blank=True, related_name="award"
    )
    credential = models.OneToOneField(
        "credentials.Credential", on_delete=models.PROTECT, related_name="award"
    )
    state = models.CharField(max_length=12, choices=AwardState.choices, default=AwardState.SIGNING)
    holder_name = models.CharField(max_length=200)
    identity_assurance = models.CharField(max_length=20, choices=IdentityAssurance.choices)
    grade = models.CharField(max_length=20, blank=True)
    awarded_on = models.DateField()
    awarded_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, related_name="awards_made"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revocation_reason = models.CharField(
        max_length=12, choices=RevocationReason.choices, blank=True
    )
    revocation_note = models.TextField(blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspension_reason = models.CharField(
        max_length=12, choices=SuspensionReason.choices, blank=True
    )
    suspension_note = models.TextField(blank=True)
    supplement = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["-awarded_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=~Q(state=AwardState.REVOKED),
                name="award_of_decision_once",
            ),
            models.CheckConstraint(
                condition=Q(state=AwardState.SIGNING) ^ Q(issued_at__isnull=False),
                name="award_issued_at_with_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=AwardState.REVOKED)
                | Q(revoked_at__isnull=False) & ~Q(revocation_reason=""),
                name="award_revoked_with_reason_and_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=AwardState.SUSPENDED)
                | Q(suspended_at__isnull=False) & ~Q(suspension_reason=""),
                name="award_suspended_with_reason_and_date",
            ),
        ]

    def __str__(self):
        return f"{self.number}: {self.course_version}"

    @property
    def audit_institution(self):
        return self.learner.institution

    @property
    def corrected_by(self):
        """The signed award that took this one's place, None without one."""
        is_replaced = self.revocation_reason == RevocationReason.SUPERSEDED
        return self.superseded_by if is_replaced else None

    @property
    def with_corrected(self):
        """This award and those it took the place of, the newest first."""
        found = [self]
        while found[-1].supersedes:
            found.append(found[-1].supersedes)
        return found


class HearingAbout(models.TextChoices):
    INTENDED = "intended", _("The credential is to be revoked")
    SUSPENDED = "suspended", _("The credential was suspended")
    REVOKED = "revoked", _("The credential was revoked")


class HearingQuerySet(models.QuerySet):
    def unclosed(self):
        return self.filter(closed_at=None)

    def before_revoking(self):
        """Those under way: the credential is to be revoked, and nothing is decided yet."""
        return self.unclosed().filter(about=HearingAbout.INTENDED)

    def over(self, today):
        """What waits for a decision: the learner has answered, or the time for it has passed."""
        due = Q(answered_at__isnull=False) | Q(due_on__lt=today)
        return self.before_revoking().filter(due)

    def awaiting_answer_by(self, user):
        """What a learner may still say before a credential is revoked; due first."""
        waiting = self.before_revoking().filter(answered_at=None, award__learner__user=user)
        return waiting.select_related("award__course_version__course__institution").order_by(
            "due_on", "pk"
        )


class AwardHearing(models.Model):
    """What a learner was told of a revocation or suspension, and what they say to it.

    Before a revocation for one of `HEARD_FIRST` there is a day until which they may answer; of
    what was done at once, such as a correction, they are told afterwards, and may answer as long
    as they like.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="hearings")
    about = models.CharField(max_length=12, choices=HearingAbout.choices)
    reason = models.CharField(max_length=12)
    note = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, related_name="hearings_opened"
    )
    due_on = models.DateField(null=True, blank=True)
    statement = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = HearingQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(closed_at=None, about=HearingAbout.INTENDED),
                name="hearing_one_intended",
            ),
            models.CheckConstraint(
                condition=~Q(about=HearingAbout.INTENDED) | Q(due_on__isnull=False),
                name="hearing_intended_until",
            ),
        ]

    def __str__(self):
        return f"{self.title}: {self.award.number}"

    @property
    def is_on_correction(self):
        """Whether it is about a credential that a corrected one has replaced."""
        return self.reason == RevocationReason.SUPERSEDED

    def get_reason_display(self):
        """The reason in words: of a suspension, else of a revocation."""
        reasons = SuspensionReason if self.about == HearingAbout.SUSPENDED else RevocationReason
        return reasons(self.reason).label

    @property
    def is_open_or_answered(self):
        """Whether there is something to read: what is to be decided, or what the learner said."""
        is_open = self.about == HearingAbout.INTENDED and self.closed_at is None
        return is_open or bool(self.statement)

    @property
    def is_over(self):
        """As `over` of the rows: the learner has answered, or the time for it has passed."""
        return self.answered_at is not None or self.due_on < timezone.localdate()

    @property
    def title(self):
        if self.is_on_correction:
            return _("The credential was corrected")
        if self.about == HearingAbout.INTENDED and self.closed_at:
            return _("Heard before it was decided")
        return self.get_about_display()

    @property
    def audit_institution(self):
        return self.award.audit_institution
