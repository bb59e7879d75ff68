"""The only place that writes a page of the docs from the code, or says that it is stale."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

DOCS = Path(settings.BASE_DIR, "docs")


class PageCommand(BaseCommand):
    """`file`: the page below docs/; `name`: the command that writes it; `text` makes it."""

    file = ""
    name = ""
    text = staticmethod(str)

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="change nothing, fail when the page is stale"
        )

    def handle(self, *args, check, **options):
        path, text = DOCS / self.file, self.text()
        written = path.read_text() if path.exists() else ""
        if written == text:
            return
        if check:
            raise CommandError(
                f"docs/{self.file} is stale: run `manage.py {self.name}` and commit it."
            )
        path.write_text(text)
        self.stdout.write(f"docs/{self.file} is written.")
