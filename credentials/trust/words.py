"""The only place for the words in which a verification is told, one sentence per finding.

A check is kept as a key with parameters, so that it can be read again in another language.
Sentences never say "invalid" where a check could not be made.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from credentials.standards.documents import written
from credentials.vocabulary import ELEMENT_NAMES


class Outcome(StrEnum):
    """What one check showed; UNKNOWN is a check that could not be made."""

    PASS = "pass"  # noqa: S105 - a check that succeeded, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        return str(OUTCOME_NAMES[self])


class Standing(StrEnum):
    """What all checks together say about a credential."""

    VALID = "valid"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_VALID = "not_valid"
    NOT_VERIFIABLE = "not_verifiable"

    @property
    def label(self) -> str:
        return str(STANDING_NAMES[self])


OUTCOME_NAMES = {
    Outcome.PASS: _("Passed"),
    Outcome.FAIL: _("Failed"),
    Outcome.UNKNOWN: _("Could not be checked"),
    Outcome.NOT_APPLICABLE: _("Does not apply"),
}

STANDING_NAMES = {
    Standing.VALID: _("Valid"),
    Standing.REVOKED: _("Revoked"),
    Standing.EXPIRED: _("Expired"),
    Standing.NOT_VALID: _("Not valid"),
    Standing.NOT_VERIFIABLE: _("Not verifiable"),
}

CHECK_NAMES = {
    "readable": _("The file can be read"),
    "structure": _("It is built like a credential"),
    "integrity": _("It is unchanged since it was signed"),
    "issuer_key": _("The signature belongs to the issuer"),
    "valid_from": _("It is valid already"),
    "not_expired": _("It has not expired"),
    "not_revoked": _("It has not been revoked"),
    "annex_i": _("It says what a European micro-credential says"),
}

SENTENCES = {
    "readable": _("The file was read."),
    "malformed": "%(detail)s",
    "kind_kept": _(
        "This is %(kind)s. It is kept as it is and read later; it cannot be verified here yet."
    ),
    "kind_other": _("This is %(kind)s. It holds no credential that can be verified."),
    "structure": _("The credential has all the parts it needs."),
    "structure_problems": _("The credential is not complete: %(detail)s"),
    "intact": _("Nothing was changed since the issuer signed it."),
    "broken": _("The signature does not fit: the credential was changed after it was signed."),
    "uncovered": _("It contains entries that no signature covers: %(detail)s."),
    "key_revoked": _("It was signed with a key after that key was withdrawn."),
    "key_unreachable": _(
        "The signature could not be checked, because the issuer's key cannot be fetched now "
        "(%(detail)s)."
    ),
    "key_unpublished": _(
        "The signature could not be checked, because the issuer does not publish the key."
    ),
    "unsupported": _(
        "The signature could not be checked: it uses a method or vocabulary that is not known "
        "here (%(detail)s)."
    ),
    "not_canonical": _(
        "The signature could not be checked: the credential cannot be brought into the form "
        "that is signed. %(detail)s"
    ),
    "absent": _("The credential is not signed."),
    "issuer_domain": _("The key is published by the issuer at %(place)s."),
    "issuer_known": _("The key belongs to an issuer that this portal knows."),
    "issuer_own_key": _(
        "The issuer is named by nothing but a key: the file cannot show which organisation "
        "holds it."
    ),
    "issuer_not_tied": _("The key is not tied to the issuer it names (%(issuer)s)."),
    "issuer_unpublished": _("The issuer %(issuer)s does not publish this key."),
    "issuer_unknown": _("Without the signature, nothing shows who issued it."),
    "valid_from": _("Valid since %(moment)s."),
    "not_yet": _("Valid only from %(moment)s."),
    "no_start": _("It states no date from which it is valid."),
    "not_expired": _("Valid until %(moment)s."),
    "no_end": _("It has no end date."),
    "expired": _("Expired on %(moment)s."),
    "not_revoked": _("The issuer's list of revocations says that it is in force."),
    "revoked": _("The issuer has revoked it."),
    "suspended": _("The issuer has suspended it for the time being."),
    "no_status": _("The issuer keeps no list of revocations for it."),
    "status_unreachable": _("The issuer's list of revocations cannot be fetched now (%(detail)s)."),
    "status_unreadable": _("The issuer's list of revocations cannot be relied on. %(detail)s"),
    "status_skipped": _("Not asked, because the credential was changed."),
    "annex_complete": _("All mandatory elements of a European micro-credential are stated."),
    "annex_missing": _("Not stated: %(elements)s."),
    "annex_other": _("Only Open Badges 3.0 are looked at for this."),
}

KIND_NAMES = {
    "ob3": _("an Open Badge 3.0"),
    "ob2": _("an Open Badge 2.0"),
    "vc": _("a verifiable credential"),
    "jwt": _("a credential in JWT form"),
    "edc": _("a European Digital Credential"),
    "elmo": _("an ELMO transcript of records"),
    "png_badge": _("an image with a badge inside (PNG)"),
    "svg_badge": _("an image with a badge inside (SVG)"),
    "pdf": _("a PDF document"),
    "png": _("an image (PNG)"),
    "jpeg": _("an image (JPEG)"),
    "webp": _("an image (WebP)"),
    "svg": _("an image (SVG)"),
    "json": _("a JSON file without a credential"),
    "xml": _("an XML file without a credential"),
    "zip": _("an archive (ZIP)"),
    "html": _("a web page"),
    "text": _("a text file"),
    "unknown": _("a file of unknown kind"),
}

# The sentence that stands first, beside the verdict.
VERDICTS = {
    "valid": _("Genuine, in force and unchanged."),
    "valid_no_status": _("Genuine and unchanged. Its issuer keeps no list of revocations."),
    "intact_not_tied": _("Intact, but the key is not tied to the issuer it names."),
    "intact_own_key": _("Intact, but nothing shows which organisation holds the key."),
    "intact_unpublished": _("The issuer it names does not publish the key that signed it."),
    "status_unknown": _(
        "Genuine and unchanged, but whether it was revoked could not be checked now."
    ),
    "signature_unknown": _("The signature could not be checked now."),
    "unsigned": _("Not signed, so nothing can be verified."),
    "expired": _("Expired. It is unchanged since it was signed."),
    "expired_unchecked": _("Expired. The signature could not be checked offline."),
    "expired_not_tied": _("Expired. Intact, but the key is not tied to the issuer it names."),
    "revoked": _("Revoked by its issuer."),
    "suspended": _("Suspended by its issuer for the time being."),
    "not_yet": _("Not valid yet."),
    "changed": _("Changed after it was signed, or the signature is not genuine."),
    "uncovered": _("It contains entries that its signature does not cover."),
    "key_revoked": _("Signed with a key that its owner had withdrawn."),
    "structure": _("It is not complete, so it cannot be relied on."),
    "kept": _("Kept as it is and read later; it cannot be verified here yet."),
    "other": _("The file holds no credential that can be verified."),
    "malformed": _("The file cannot be read."),
}


def tell(sentences: Mapping[str, Any], key: str, params: Mapping[str, Any]) -> str:
    """Return a sentence in the reader's language.

    Of the parameters, `kind` and `elements` are codes and `moment` is in ISO 8601.
    """
    spoken = dict(params)
    if "kind" in params:
        spoken["kind"] = str(KIND_NAMES[params["kind"]])
    if "elements" in params:
        spoken["elements"] = ", ".join(str(ELEMENT_NAMES[code]) for code in params["elements"])
    if "moment" in params:
        moment = datetime.fromisoformat(params["moment"])
        spoken["moment"] = written(moment, get_language() or "en")
    sentence = str(sentences[key])
    if "(%(detail)s)" in sentence:  # the sentence goes on after it
        spoken["detail"] = str(spoken["detail"]).rstrip(".")
    return sentence % spoken
