"""`manage.py audit_check`: proves log, files, signed credentials and ledger; else exits with 1."""

from django.core.management.base import BaseCommand, CommandError

from credentials.models import AuditEvent, AuditHead, CreditEntry, Document, SignedForm
from credentials.services import proof

PARTS = (
    ("log", AuditEvent, proof.of_log),
    ("documents", Document, proof.of_documents),
    ("signed credentials", SignedForm, proof.of_signed_forms),
    ("ledger", CreditEntry, proof.of_ledger),
)


class Command(BaseCommand):
    help = "Prove the audit log, the files, the signed credentials and the ledger of credits."

    def handle(self, *args, **options):
        problems = 0
        for name, model, check in PARTS:
            found = 0
            for finding in check():
                found += 1
                self.stdout.write(f"{name}: {finding}")
            self.stdout.write(f"{name}: {model.objects.count()} rows, {found} problems")
            problems += found
        for head in AuditHead.objects.select_related("institution").order_by("pk"):
            name = head.institution or "the portal"
            self.stdout.write(f"newest link of {name}: {head.sequence} {head.hash}")
        if problems:
            raise CommandError(f"{problems} problems were found.")
        self.stdout.write("All is as it was written.")
