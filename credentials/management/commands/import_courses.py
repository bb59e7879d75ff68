"""`manage.py import_courses`: takes over a catalogue of courses from a JSON or CSV file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from credentials.models import Institution
from credentials.services import course_imports
from credentials.standards.catalogue_files import UnreadableFile, read_courses


class Command(BaseCommand):
    help = "Take over a catalogue of courses as drafts; the same file again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="JSON (a list of courses) or CSV")
        parser.add_argument(
            "--institution", required=True, metavar="SLUG", help="short name of the owner"
        )
        parser.add_argument("--language", default="", help="of the texts, such as en or de")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *, file, institution, language, dry_run, **options):
        owner = Institution.objects.filter(slug=institution).first()
        if owner is None:
            known = ", ".join(Institution.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no institution “{institution}”. Known: {known}.")
        try:
            rows = read_courses(file.read_bytes())
        except OSError as problem:
            raise CommandError(f"{file}: {problem.strerror}.") from problem
        except UnreadableFile as problem:
            raise CommandError(
                "\n".join([f"{file}: nothing was changed.", *problem.problems])
            ) from problem
        report = course_imports.import_rows(owner, rows, language=language, dry_run=dry_run)
        if report.refused and not report.courses:
            raise CommandError("\n".join(report.lines()))
        for line in report.lines():
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("Nothing was changed (--dry-run).")
