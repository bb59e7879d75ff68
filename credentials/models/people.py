"""People: accounts, learners of an institution, and staff roles by membership."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member of staff does for a unit and for all units below it."""

    REGISTRAR = "registrar", _("Registrar")
    COURSE_DIRECTOR = "course_director", _("Course director")
    TEACHER = "teacher", _("Teacher")


class MailRhythm(models.TextChoices):
    """How often a member of staff is told what waits for them (see `services.mails.TASKS`)."""

    AT_ONCE = "at_once", _("A mail for each, at once")
    DAILY = "daily", _("One mail in the morning of each working day")


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """One account. Signs in with an e-mail address; may be learner and staff at once.

    `digested_on`: the last day on which it was looked whether a digest is to be sent.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=12, default="en")
    mail_rhythm = models.CharField(
        _("what waits for you"),
        max_length=8,
        choices=MailRhythm.choices,
        default=MailRhythm.AT_ONCE,
    )
    digested_on = models.DateField(null=True, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self):
        return self.name or self.email


class LearnerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Own records, and those of the institutions where the user is registrar."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(user=user)
            | Q(
                institution__units__memberships__user=user,
                institution__units__memberships__role=Role.REGISTRAR,
                institution__units__parent=None,
            )
        ).distinct()

    def search(self, text):
        """By family or given name, student number or e-mail; every word must be found."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(family_name__icontains=word)
                | Q(given_name__icontains=word)
                | Q(student_number__iexact=word)
                | Q(emails__email__icontains=word)
            )
        return found.distinct()


class Learner(models.Model):
    """A person as one institution knows them; there may be no account yet."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="learners"
    )
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="learners"
    )
    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    student_number = models.CharField(_("student number"), max_length=40, blank=True)

    objects = LearnerQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "student_number"],
                condition=~Q(student_number=""),
                name="learner_student_number_once",
            ),
            models.UniqueConstraint(
                fields=["institution", "user"],
                condition=Q(user__isnull=False),
                name="learner_user_once",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self):
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def audit_institution(self):
        return self.institution


class LearnerEmail(models.Model):
    """An address under which a learner is known; a confirmed one links an account."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="emails")
    email = models.EmailField()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), "learner", name="learner_email_once")
        ]

    def __str__(self):
        return self.email


class Membership(models.Model):
    """A staff role of a user on a unit and on everything below it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(
        "credentials.Unit", on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self):
        return f"{self.user}, {self.get_role_display()}, {self.unit}"
