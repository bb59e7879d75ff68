"""`manage.py verify FILE...`: the checks of the page Verify, for files, on the command line.

A bundle is verified offline, from what it holds; its issuer is asked only with `--online`.
"""

import itertools
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.services import bundles, document_verdicts, verification
from credentials.services.known_documents import Match
from credentials.services.pdf_seals import Opened
from credentials.services.verification import Answer, Examined, Result
from credentials.trust.bundles import MOST_BYTES, PDF, ZIP
from credentials.trust.sniff import Malformed
from credentials.verdict import Refused

SIGNS = {"passed": "+", "failed": "-", "unknown": "?", "skipped": " "}
GOOD, BAD, UNCONFIRMED = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Verify credentials, documents and bundles. Exits with 0 only if all of them are valid (a "
        "bundle: were so when it was packed, by a key that is confirmed), with 2 if no more is "
        "wrong than that nothing but the bundle says whose its key is, else with 1."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--fingerprint",
            default="",
            help="of the key that packed a bundle, as you have it from its issuer",
        )
        parser.add_argument(
            "--online", action="store_true", help="ask the issuer of a bundle as well"
        )

    def handle(self, *args, files: list[Path], **options):
        found = [self._verify(path, options["fingerprint"], options["online"]) for path in files]
        if bad := found.count(BAD):
            said = _("%(bad)s of %(all)s not valid.") % {"bad": bad, "all": len(found)}
            raise CommandError(said, returncode=BAD)
        if open_ := found.count(UNCONFIRMED):
            said = ngettext(
                "%(count)s bundle is unchanged, but nothing else says whose its key is.",
                "%(count)s bundles are unchanged, but nothing else says whose their keys are.",
                open_,
            )
            raise CommandError(said % {"count": open_}, returncode=UNCONFIRMED)

    def _verify(self, path: Path, fingerprint: str, online: bool) -> int:
        """Print what is found in one file; return how it ends."""
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
            if data.startswith(ZIP):
                return self._verify_bundle(path, data, fingerprint, online)
            if len(data) > MOST_BYTES:
                data = path.read_bytes()
            answer = verification.look_at(data, path.name)
        except OSError as problem:
            self.stdout.write(f"{path}: {problem.strerror}")
            return BAD
        self.stdout.write(f"{path}: {self._title(answer)}")
        results = [answer.result, *answer.others] if answer.result else []
        for number, result in enumerate(results, start=1):
            if number > 1:
                self.stdout.write(f"{path} ({number}): {result.title}. {result.text}")
            if not answer.is_seal_alone:
                self._tell(result)
        if answer.sealing:
            self._tell_seals(answer.sealing)
        if answer.is_seal_alone:
            return GOOD if answer.sealing.is_good else BAD
        if answer.document and (not answer.result or answer.match == Match.CHANGED_SIGNED):
            return GOOD if document_verdicts.of(answer.document, answer.match).kind == "ok" else BAD
        return GOOD if all(result.is_valid for result in results) else BAD

    def _tell_seals(self, sealing: Opened) -> None:
        self.stdout.write(f"  {sealing.title}. {sealing.text}")
        for check in itertools.chain.from_iterable(sealing.rows):
            self.stdout.write(f"  {SIGNS[check['outcome']]} {check['name']}: {check['text']}")

    def _verify_bundle(self, path: Path, data: bytes, fingerprint: str, online: bool) -> int:
        try:
            found = bundles.examine(data, fingerprint=fingerprint, online=online)
        except Malformed as problem:
            self.stdout.write(f"{path}: {problem.reason}")
            return BAD
        except Refused as refusal:
            self.stdout.write(f"{path}: {refusal}")
            return BAD
        self._tell_bundle(path, found, online)
        for name, result in found.results.items():
            self.stdout.write(f"{path}, {name}: {result.title}. {result.text}")
            self._tell(result)
        keys = {result.seen.key for result in found.results.values()}
        if found.is_confirmed and keys and keys <= {"valid", "valid_no_status", "valid_then"}:
            return GOOD
        return UNCONFIRMED if keys == {"intact_carried"} and not found.is_of_another else BAD

    def _tell_bundle(self, path: Path, found: Examined, online: bool) -> None:
        made = timezone.localtime(found.bundle.made)
        said = {"day": made.strftime("%Y-%m-%d"), "time": made.strftime("%H:%M %Z")}
        issuer = {"issuer": found.bundle.issuer, "key": found.bundle.key.fingerprint}
        text = _("A bundle, packed on %(day)s at %(time)s. It is as it was packed.") % said
        self.stdout.write(f"{path}: {text}")
        self.stdout.write("  " + _("It says that it is from %(issuer)s.") % issuer)
        self.stdout.write("  " + _("Fingerprint of its key: %(key)s") % issuer)
        if found.is_confirmed:
            text = _("This key is the issuer's.")
        elif found.is_of_another:
            packer = {"packer": found.bundle.issuer}
            text = _("Packed by %(packer)s, not by who issued the credential.") % packer
        else:
            text = _(
                "Anyone can pack a bundle: compare this with the fingerprint that the issuer "
                "gives you (--fingerprint), or ask its address when you are online (--online)."
            )
        sign = "+" if found.is_confirmed else "-" if found.is_of_another else "?"
        self.stdout.write(f"  {sign} {text}")
        if not online:
            text = _("Nobody was asked: keys and lists are as of that moment, from the bundle.")
            self.stdout.write(f"  {text}")
        if found.has_pdf and found.is_confirmed:
            text = _("%(name)s is the file that was packed.") % {"name": PDF}
            self.stdout.write(f"  {text}")

    def _title(self, answer: Answer) -> str:
        if answer.is_seal_alone:
            return f"{answer.sealing.title}. {answer.sealing.text}"
        if answer.result and answer.match != Match.CHANGED_SIGNED:
            return f"{answer.result.title}. {answer.result.text}"
        verdict = document_verdicts.of(answer.document, answer.match)
        return f"{answer.document.number}. {verdict.title}. {verdict.text}"

    def _tell(self, result: Result) -> None:
        if result.in_pdf:
            said = _("This PDF is not one we keep; only the credential inside was checked.")
            self.stdout.write(f"  ! {said}")
        for check in result.checks:
            self.stdout.write(f"  {SIGNS[check['outcome']]} {check['name']}: {check['text']}")
