"""The only place that says how a verification reads on a page: title, colour, rows, words."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from credentials.models import Award, AwardingBody, Institution
from credentials.services.outside import Asked
from credentials.standards.documents import written
from credentials.standards.facts import CredentialFacts
from credentials.trust import bundle_words, pdf_seal_words, verify
from credentials.trust.verify import Check
from credentials.trust.words import Outcome, Standing

KINDS = {Standing.VALID: "ok", Standing.REVOKED: "bad", Standing.NOT_VALID: "bad"}
TITLES = {"suspended": gettext_lazy("Suspended"), **bundle_words.TITLES}
OUTCOMES = {Outcome.PASS: "passed", Outcome.FAIL: "failed", Outcome.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class Result:
    """What can be said about one credential, for a page in the reader's language.

    `issuer` is set when the key is tied to one that this portal knows: what a file says of its
    issuer's name is worth nothing without. `award` is set when it is one of ours; `in_pdf` when
    it was found inside a PDF file; `asked` names the others that were asked, and when.
    """

    seen: verify.Verification
    checked_at: datetime | None
    issuer: Institution | AwardingBody | None = None
    award: Award | None = None
    in_pdf: bool = False
    asked: tuple[Asked, ...] = ()

    @property
    def newer(self) -> Award | None:
        """Return our award that takes the place of this one."""
        return self.award.corrected_by if self.award else None

    @property
    def facts(self) -> CredentialFacts | None:
        return self.seen.facts

    @property
    def is_valid(self) -> bool:
        return self.seen.verdict == Standing.VALID

    @property
    def is_intact(self) -> bool:
        """Return whether what it says is what was signed, whoever signed it."""
        return self.seen.is_intact

    @property
    def is_tied(self) -> bool:
        """Return whether it is intact, and signed by whom it names as its issuer."""
        return self.seen.is_tied

    def as_json(self) -> dict:
        """Return what to keep of it, without a word in any language; `told` reads it back."""
        return self.seen.as_json()

    @property
    def kind(self) -> str:
        """Return the colour of the verdict: a check that could not be made is never bad."""
        return KINDS.get(self.seen.verdict, "warn")

    @property
    def title(self) -> str:
        if self.award and self.award.revoked_at:
            day = {"date": written(self.award.revoked_at, get_language() or "en")}
            if self.seen.verdict == Standing.REVOKED:
                return _("Revoked on %(date)s") % day
            if self.seen.verdict == Standing.SUPERSEDED:
                return _("Replaced on %(date)s") % day
        return str(TITLES.get(self.seen.key, self.seen.verdict.label))

    @property
    def text(self) -> str:
        holder = self.facts.holder if self.facts else None
        if not self.is_valid or not holder or not holder.name:
            # The title stands above it and need not be said again.
            return self.seen.sentence.removeprefix(f"{self.seen.verdict.label}. ")
        params = {**self.seen.check("issuer_key").params, "holder": holder.name}
        if self.issuer:
            kind, params = "known", {**params, "issuer": self.issuer}
        elif "place" not in params:  # the seal of a certificate, which names its owner
            kind, params = "sealed", {**params, "issuer": params.get("signer", "")}
        else:
            kind = "published"
        standing = self.seen.check("not_revoked")
        asked = standing is not None and standing.outcome == Outcome.PASS
        return str(ISSUED[kind, asked]) % params

    @property
    def checks(self) -> list[dict]:
        """Return the checks as `components/_checks.html` shows them, under their questions."""
        rows = []
        for question, found in self.seen.questions:
            answered = [row(check, self.issuer) for check in found]
            rows += [{**answered[0], "question": question.label}, *answered[1:]]
        return rows

    @property
    def unknown(self) -> list[Check]:
        """Return what could not be checked; each says why."""
        return self.seen.unknown

    @property
    def raw(self) -> str:
        """Return the signed data, laid out for reading; "" when there are none."""
        document = self.seen.document
        return json.dumps(document, ensure_ascii=False, indent=2) if document else ""


def row(check: Check, issuer: Institution | AwardingBody | None = None) -> dict:
    """Return a check as `components/_checks.html` shows it."""
    said = {
        "name": check.label,
        "outcome": OUTCOMES.get(check.outcome, "skipped"),
        "text": check.sentence,
    }
    if check.name == "issuer_key" and issuer:
        text = _("The key belongs to %(issuer)s.") if check.key != "issuer_sealed" else ""
        return {**said, "text": text % {"issuer": issuer} if text else check.sentence}
    if check.name == "issuer_known" and check.outcome == Outcome.UNKNOWN and check.params:
        return {**said, "word": _("Not accredited as far as we know")}
    if check.outcome != Outcome.FAIL:
        return said
    if check.name == "annex_i":  # informs only: the verdict does not depend on it
        return {**said, "outcome": "unknown", "word": _("Incomplete")}
    return {**said, "word": WORDS.get(check.key, "")}


WORDS = {
    "revoked": gettext_lazy("Revoked"),
    "suspended": gettext_lazy("Suspended"),
    "expired": gettext_lazy("Expired"),
    "superseded": gettext_lazy("Replaced"),
    "superseded_here": gettext_lazy("Replaced"),
    "holder_differs": gettext_lazy("Another person"),
    **pdf_seal_words.OUTCOMES,
}
# By who is known to have issued it, and by whether it is known that it was not revoked.
ISSUED = {
    ("known", True): gettext_lazy(
        "%(issuer)s issued this credential to %(holder)s, and it still stands."
    ),
    ("known", False): gettext_lazy(
        "%(issuer)s issued this credential to %(holder)s. Whether it was revoked since cannot be "
        "asked."
    ),
    ("sealed", True): gettext_lazy(
        "%(issuer)s sealed this credential for %(holder)s, and it still stands."
    ),
    ("sealed", False): gettext_lazy(
        "%(issuer)s sealed this credential for %(holder)s. Whether it was revoked since cannot be "
        "asked."
    ),
    ("published", True): gettext_lazy(
        "Whoever publishes the keys of %(place)s issued this credential to %(holder)s, and it "
        "still stands. This portal does not know who that is."
    ),
    ("published", False): gettext_lazy(
        "Whoever publishes the keys of %(place)s issued this credential to %(holder)s. This "
        "portal does not know who that is. Whether it was revoked since cannot be asked."
    ),
}
