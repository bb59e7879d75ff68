"""`manage.py bounces FILE|FOLDER|-`: reads what mail servers report of mails that came back."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from credentials.services import mails
from credentials.standards import delivery_reports

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the message and comes back


class Command(BaseCommand):
    help = "Read delivery reports (RFC 3464) and note which mails did not arrive."

    def add_arguments(self, parser):
        parser.add_argument(
            "source",
            metavar="FILE",
            help="a message, an mbox, a Maildir (read messages move to cur/), or - for the input",
        )

    def handle(self, *, source, **options):
        counts = {"did not arrive": 0, "delayed": 0, "no report of a mail of ours": 0}
        try:
            for data in _messages(source):
                report = delivery_reports.read(data)
                if report is None or not mails.take_report(report):
                    counts["no report of a mail of ours"] += 1
                else:
                    counts["did not arrive" if report.is_final else "delayed"] += 1
        except OperationalError as problem:
            self.stderr.write(f"The database does not answer: {problem}")
            sys.exit(TRY_AGAIN)
        except OSError as problem:
            raise CommandError(f"{source} cannot be read: {problem.strerror}") from None
        self.stdout.write(", ".join(f"{count} {what}" for what, count in counts.items()))


def _messages(source: str) -> Iterator[bytes]:
    if source == "-":
        yield from delivery_reports.messages_in(sys.stdin.buffer)
        return
    path = Path(source)
    if not path.is_dir():
        with path.open("rb") as stream:
            yield from delivery_reports.messages_in(stream)
        return
    if not (path / "new").is_dir():
        raise CommandError(f"{source} is no Maildir: it has no folder new/.")
    yield from _taken_from(path)


def _taken_from(maildir: Path) -> Iterator[bytes]:
    """Yield the new messages; each is marked as seen when it was dealt with."""
    for path in sorted((maildir / "new").iterdir()):
        if not path.is_file() or path.is_symlink():
            continue
        with path.open("rb") as stream:
            yield from delivery_reports.messages_in(stream)
        (maildir / "cur").mkdir(exist_ok=True)
        os.replace(path, maildir / "cur" / f"{path.name}:2,S")
