"""The only place that says how a verification reads on a page: title, colour, rows, words."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from credentials.models import Award, AwardingBody, Institution
from credentials.services import facts as kept_facts
from credentials.services import wordings
from credentials.services.outside import Asked
from credentials.standards import facts_json
from credentials.standards.documents import written
from credentials.standards.facts import CredentialFacts
from credentials.trust import pdf_seal_words, verdict_words, verify
from credentials.trust.verify import Check
from credentials.trust.words import Outcome, Question, Standing

KINDS = {Standing.VALID: "ok", Standing.REVOKED: "bad", Standing.NOT_VALID: "bad"}
TITLES = verdict_words.TITLES
OUTCOMES = {Outcome.PASS: "passed", Outcome.FAIL: "failed", Outcome.UNKNOWN: "unknown"}
WORST_FIRST = ("failed", "unknown", "passed", "skipped")
KINDS_WORST_FIRST = ("bad", "warn", "ok")
UNSIGNED_PDF = gettext_lazy(
    "This PDF is not one that we keep, and nothing inside it is signed: nothing in it can be "
    "verified."
)


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
    def shown(self) -> CredentialFacts | None:
        """Return the facts, with the translations that we keep of our own where they fit."""
        if not self.facts or not self.award:
            return self.facts
        try:
            kept = kept_facts.of_credential(self.award.credential)
        except facts_json.BadFacts:  # what was signed stands all the same
            return self.facts
        return wordings.with_translations(self.facts, kept)

    @property
    def signed_in(self) -> str:
        """Return the language in which one of ours was signed, "" when it is not one."""
        tags = list(self.facts.title) if self.facts and self.award else []
        return tags[0] if len(tags) == 1 else ""

    @property
    def address(self) -> str:
        """Return the stable address of this result, "" when it has none."""
        return kept_facts.address("verify-code", self.award.code) if self.award else ""

    @property
    def is_valid(self) -> bool:
        return self.seen.verdict == Standing.VALID

    @property
    def is_signed(self) -> bool:
        """Return whether there is a signature, whatever it is worth."""
        asked = self.seen.check("integrity")
        return asked is not None and asked.key != "absent"

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
        if self.in_pdf and not self.is_signed:
            return str(UNSIGNED_PDF)
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
    def answers(self) -> list[dict]:
        """Return each question with its answer in a word, as `verification/_answers.html` shows it.

        Open are those that failed, and those where the reader has to look.
        """
        answered = [_answer(*asked, self.issuer) for asked in self.seen.questions]
        if self.is_intact:
            return answered
        # What it says of its own days counts for nothing when nobody is shown to have signed it.
        unshown = {"outcome": "skipped", "word": _("Not shown")}
        label = Question.VALID.label
        return [
            {**one, **unshown} if (one["question"], one["outcome"]) == (label, "passed") else one
            for one in answered
        ]

    @property
    def reason(self) -> str:
        """Return why nothing could be read, "" when a credential was."""
        return self.seen.checks[0].sentence if not self.facts and len(self.seen.checks) == 1 else ""

    @property
    def unknown(self) -> list[Check]:
        """Return what could not be checked; each says why. A name of a key is no check."""
        return [check for check in self.seen.unknown if check.name != "signer"]

    @property
    def raw(self) -> str:
        """Return the signed data, laid out for reading; "" when there are none."""
        document = self.seen.document
        return json.dumps(document, ensure_ascii=False, indent=2) if document else ""


@dataclass(frozen=True, slots=True)
class Together:
    """What can be said about all credentials of a file: its colour is that of the worst."""

    results: Sequence[Result]

    @property
    def kind(self) -> str:
        return min((one.kind for one in self.results), key=KINDS_WORST_FIRST.index)

    @property
    def title(self) -> str:
        counted = Counter(_counted(one) for one in self.results)
        valid = {"valid": counted.pop(Standing.VALID, 0), "all": len(self.results)}
        others = [
            str(COUNTED[name]) % {"count": counted[name]} for name in COUNTED if counted[name]
        ]
        return ", ".join([_("%(valid)s of %(all)s valid") % valid, *others])

    @property
    def text(self) -> str:
        said = _("The file holds %(count)s credentials. Each has its own answer below.")
        said %= {"count": len(self.results)}
        is_signed = any(one.is_signed for one in self.results)
        in_pdf = any(one.in_pdf for one in self.results)
        return f"{UNSIGNED_PDF} {said}" if in_pdf and not is_signed else said

    @property
    def is_signed(self) -> bool:
        return any(one.is_signed for one in self.results)


def _counted(one: Result) -> str:
    return one.seen.key if one.seen.key in COUNTED else one.seen.verdict


COUNTED = {
    Standing.REVOKED: gettext_lazy("%(count)s revoked"),
    "suspended": gettext_lazy("%(count)s suspended"),
    Standing.SUPERSEDED: gettext_lazy("%(count)s replaced"),
    Standing.NOT_VALID: gettext_lazy("%(count)s not valid"),
    Standing.EXPIRED: gettext_lazy("%(count)s expired"),
    Standing.NOT_VERIFIABLE: gettext_lazy("%(count)s not verifiable"),
}


def _answer(
    question: Question, found: list[Check], issuer: Institution | AwardingBody | None
) -> dict:
    rows = [row(check, issuer) for check in found]
    worst = min(rows, key=lambda one: WORST_FIRST.index(one["outcome"]))
    said = {"passed": _("Yes"), "failed": _("No"), "unknown": _("Not checked")}
    asks = any(check.key == "holder_unasked" for check in found)
    return {
        "question": question.label,
        "outcome": worst["outcome"],
        "word": worst.get("word") or said.get(worst["outcome"], _("Not asked")),
        "is_open": asks or worst["outcome"] in ("failed", "unknown"),
        "checks": rows,
    }


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
    if check.outcome == Outcome.PASS:
        return said
    if check.key == "annex_missing":  # informs only: the verdict does not depend on it
        return {**said, "outcome": "unknown", "word": _("Incomplete")}
    return {**said, "word": WORDS.get(check.key, "")}


WORDS = {
    "holder_unasked": gettext_lazy("For you to check"),
    "holder_unasked_unnamed": gettext_lazy("Not stated"),
    "no_end": gettext_lazy("No end date"),
    "no_status": gettext_lazy("No list"),
    "no_superseded": gettext_lazy("Not stated"),
    "status_message": gettext_lazy("Noted"),
    "absent": gettext_lazy("Not signed"),
    "signer_nobody": gettext_lazy("Not signed"),
    "signer_place": gettext_lazy("Not signed"),
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
