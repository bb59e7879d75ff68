"""`manage.py audit_check`: proves log, files, signed credentials, keys and ledger, or exits 1."""

from django.core.management.base import BaseCommand, CommandError

from credentials.models import AuditEvent, AuditHead, CreditEntry, Document, IssuerKey, SignedForm
from credentials.services import proof

PARTS = (
    ("log", AuditEvent, proof.of_log),
    ("documents", Document, proof.of_documents),
    ("signed credentials", SignedForm, proof.of_signed_forms),
    ("signing keys", IssuerKey, proof.of_keys),
    ("ledger", CreditEntry, proof.of_ledger),
)


class Command(BaseCommand):
    help = "Prove the audit log, files, signed credentials, keys and the ledger of credits."

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
