"""`manage.py verify FILE...`: the checks of the page Verify, for files, on the command line."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from credentials.services import verification
from credentials.services.verification import Answer, Result

SIGNS = {"passed": "+", "failed": "-", "unknown": "?", "skipped": " "}


class Command(BaseCommand):
    help = "Verify credentials and documents. Exits with 0 only if all of them are valid."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args, files: list[Path], **options):
        good = [self._verify(path) for path in files]
        if not all(good):
            raise CommandError(
                _("%(bad)s of %(all)s not valid.") % {"bad": good.count(False), "all": len(good)}
            )

    def _verify(self, path: Path) -> bool:
        """Print what is found in one file; True when it is valid."""
        try:
            answer = verification.look_at(path.read_bytes(), path.name)
        except OSError as problem:
            self.stdout.write(f"{path}: {problem.strerror}")
            return False
        self.stdout.write(f"{path}: {self._title(answer)}")
        results = [answer.result, *answer.others] if answer.result else []
        for number, result in enumerate(results, start=1):
            if number > 1:
                self.stdout.write(f"{path} ({number}): {result.title}. {result.text}")
            self._tell(result)
        return all(result.is_valid for result in results)

    def _title(self, answer: Answer) -> str:
        if answer.result:
            return f"{answer.result.title}. {answer.result.text}"
        return _("Genuine. The file is exactly the document %(number)s.") % {
            "number": answer.document.number
        }

    def _tell(self, result: Result) -> None:
        if result.in_pdf:
            said = _("This PDF is not one we keep; only the credential inside was checked.")
            self.stdout.write(f"  ! {said}")
        for check in result.checks:
            self.stdout.write(f"  {SIGNS[check['outcome']]} {check['name']}: {check['text']}")
