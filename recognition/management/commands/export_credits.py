"""`manage.py export_credits`: what the ledger tells the student information system."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from credentials.models import Institution
from credentials.verdict import Refused
from recognition.services import exports


class Command(BaseCommand):
    help = (
        "Show what would be exported. With --run it is exported, once and for all, and written "
        "as JSON or CSV. Format: docs/export.md."
    )

    def add_arguments(self, parser):
        parser.add_argument("--institution", required=True, metavar="SLUG", help="its short name")
        parser.add_argument("--run", action="store_true", help="export, instead of a dry run")
        parser.add_argument("--csv", action="store_true", help="write CSV instead of JSON")
        parser.add_argument("--to", metavar="FILE", help="default: standard output")

    def handle(self, *, institution, run, csv, to, **options):
        owner = Institution.objects.filter(slug=institution).first()
        if owner is None:
            raise CommandError(f"There is no institution “{institution}”.")
        if not run:
            for one in exports.pending(owner):
                waits = f" WAITS: {one.missing}" if one.missing else ""
                self.stdout.write(f"{one.data['id']} {one.data['ects']} ECTS{waits}")
            return
        try:
            export = exports.run(owner, by=None)
        except Refused as refusal:
            self.stderr.write(str(refusal))
            return
        data = exports.as_csv(export) if csv else exports.as_json(export)
        if to:
            Path(to).write_bytes(data)
        else:
            self.stdout.write(data.decode("utf-8-sig"))
        print(f"{export.number}: {export.rows.count()} rows", file=sys.stderr)
