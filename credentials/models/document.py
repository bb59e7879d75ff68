"""Every file the portal keeps, with its hash: uploads, credentials, printed documents."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.models.award import Award
from credentials.models.claim import Claim
from credentials.models.evidence import Evidence
from credentials.models.graduation import GraduateKind
from credentials.models.institution import Unit
from credentials.models.people import Learner, Role


class DocumentKind(models.TextChoices):
    UPLOAD = "upload", _("Uploaded file")
    CREDENTIAL = "credential", _("Credential as received")
    SUPPLEMENT = "supplement", _("Credit or module supplement")
    LETTER = "letter", _("Decision letter")
    ISSUER_LETTER = "issuer_letter", _("Letter to an issuer")
    CASE_FILE = "case_file", _("Case file")
    REMEDY = "remedy", _("Letter on an objection, appeal or annulment")
    DIPLOMA_PAGE = "diploma_page", _("Micro-credentials page")
    MINUTES = "minutes", _("Minutes of a committee")
    TRANSCRIPT = "transcript", _("Transcript of records")
    DIPLOMA_SUPPLEMENT = "diploma", _("Diploma supplement")
    PRINT_RUN = "print_run", _("Documents of a list, to print")
    RECEIPT = "receipt", _("Receipt of an application")
    INFORMATION_LETTER = "information", _("Request for information")
    PRECEDENT_LIST = "precedents", _("List of what was recognised before")
    PORTFOLIO = "portfolio", _("Portfolio of a learner")
    PICTURE = "picture", _("Picture for documents")


OF_RECORDS = (DocumentKind.DIPLOMA_PAGE, DocumentKind.TRANSCRIPT, DocumentKind.DIPLOMA_SUPPLEMENT)
"""What is printed of a learner's record."""

OF_REGISTRARS = (
    *OF_RECORDS,
    DocumentKind.PRINT_RUN,
    DocumentKind.PRECEDENT_LIST,
    DocumentKind.PICTURE,
)
"""What every registrar of an institution opens."""
OF_INTERIM_AWARD = _("Supplement to an interim award")


def storage_path(document, filename):
    """Keep files under their hash: the name given by a stranger never reaches the disk."""
    return f"documents/{document.sha256[:2]}/{document.sha256}"


class DocumentQuerySet(models.QuerySet):
    def of_records_of(self, user):
        """What institutions printed of their records of a person, from the day on that it bears."""
        if not user.is_authenticated:
            return self.none()
        return self.of_records_due().filter(learner__in=Learner.objects.filter(user=user))

    def of_records_due(self):
        """What was printed of records and bears no day that is still to come."""
        is_due = Q(dated_on=None) | Q(dated_on__lte=timezone.localdate())
        return self.filter(is_due, kind__in=OF_RECORDS)

    def holding(self):
        """What nothing has taken the place of; a newer one may bear a day that is to come."""
        return self.filter(
            Q(superseded_by=None) | Q(superseded_by__dated_on__gt=timezone.localdate())
        )

    def visible_to(self, user):
        """Own files; what an institution printed of its learners, for them and for its registrars,
        who see its lists and the pictures of its design too; what hangs on awards and claims that
        the user may see. Files of applications, and what was printed of them, are handed out by
        `recognition`, which knows who is kept away from them.
        """
        if not user.is_authenticated:
            return self.none()
        records = Unit.objects.filter(
            parent=None, memberships__user=user, memberships__role=Role.REGISTRAR
        )
        return self.filter(
            Q(owner=user) & ~Q(kind=DocumentKind.CASE_FILE)
            | Q(pk__in=self.model.objects.of_records_of(user).values("pk"))
            | Q(
                kind__in=OF_REGISTRARS,
                institution__in=records.values("institution"),
            )
            | Q(pk__in=Award.objects.visible_to(user).values("supplement"))
            | Q(evidence__in=Evidence.objects.filter(claims__in=Claim.objects.visible_to(user)))
        ).distinct()


class Document(models.Model):
    """One stored file, kept as it is. Printed ones have a number and a code to verify them.

    `dated_on` is the day that a document of `OF_RECORDS` bears: it may be printed before.
    `announced_at`: when a mail told the learner of it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, null=True, blank=True
    )
    owner = models.ForeignKey(
        "credentials.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
    )
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    title = models.CharField(max_length=250)
    filename = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sniffed = models.CharField(max_length=20, blank=True)
    file = models.FileField(upload_to=storage_path, max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    learner = models.ForeignKey(  # whom a document of `OF_RECORDS` is about
        "credentials.Learner",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="documents",
        db_index=False,
    )
    dated_on = models.DateField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    number = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=24, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    design = models.ForeignKey(
        "credentials.DocumentDesign",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
    )
    sealed_with = models.ForeignKey(
        "credentials.IssuerKey",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
    )
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supersedes"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["learner", "kind"], name="document_of_learner")]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="document_code_once"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="document_number_once"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def successor(self):
        """What took its place, None while it holds: a newer one may bear a day that is to come."""
        newer = self.superseded_by
        is_due = newer and not (newer.dated_on and newer.dated_on > timezone.localdate())
        return newer if is_due else None

    @property
    def kind_label(self):
        """What it is called on pages, as it is on paper: an interim award is no diploma."""
        kind = self.facts.get("degree", {}).get("kind")
        is_interim = self.kind == DocumentKind.DIPLOMA_SUPPLEMENT and kind == GraduateKind.INTERIM
        return OF_INTERIM_AWARD if is_interim else self.get_kind_display()

    @property
    def audit_institution(self):
        """What learners print of their portfolio is theirs alone, as what they keep in it."""
        return None if self.kind == DocumentKind.PORTFOLIO else self.institution
