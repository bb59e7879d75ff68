"""The only place for the words in which a verification is told, one sentence per finding.

A check is kept as a key with parameters, so that it can be read again in another language.
Sentences never say "invalid" where a check could not be made.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from credentials.standards.documents import written
from credentials.trust import bundle_words, pdf_seal_words, verdict_words
from credentials.vocabulary import ELEMENT_NAMES, BodyStatus


class Outcome(StrEnum):
    """What one check showed; UNKNOWN is a check that could not be made."""

    PASS = "pass"  # noqa: S105 - a check that succeeded, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Question(StrEnum):
    """What a reader wants to know, in the order of asking; each is answered by some checks."""

    INTACT = "intact"
    SIGNER = "signer"
    VALID = "valid"
    HOLDER = "holder"
    KNOWN = "known"
    COMPLETE = "complete"

    @property
    def label(self) -> str:
        return str(QUESTION_NAMES[self])


class Standing(StrEnum):
    """What all checks together say about a credential."""

    VALID = "valid"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    NOT_VALID = "not_valid"
    NOT_VERIFIABLE = "not_verifiable"

    @property
    def label(self) -> str:
        return str(STANDING_NAMES[self])


QUESTION_NAMES = {
    Question.INTACT: _("Is it intact?"),
    Question.SIGNER: _("Is it signed by the issuer that it names?"),
    Question.VALID: _("Is it still valid?"),
    Question.HOLDER: _("Does it belong to this person?"),
    Question.KNOWN: _("Is the issuer known and accredited?"),
    Question.COMPLETE: _("Does it say what a European micro-credential says?"),
}

QUESTIONS = {
    Question.INTACT: ("readable", "structure", "vocabulary", "integrity", "pages"),
    Question.SIGNER: ("signer", "key_current", "issuer_key"),
    Question.VALID: ("valid_from", "not_expired", "not_revoked", "not_superseded"),
    Question.HOLDER: ("holder",),
    Question.KNOWN: ("issuer_known",),
    Question.COMPLETE: ("annex_i",),
}

STANDING_NAMES = {one: verdict_words.NAMES[one] for one in Standing}

CHECK_NAMES = {
    "readable": _("The file can be read"),
    "structure": _("It has all its parts"),
    "vocabulary": _("Its vocabularies are known"),
    "integrity": _("It is unchanged since it was signed"),
    "pages": _("Its pages are those that were printed"),
    "signer": _("It is signed"),
    "key_current": _("The key that signed it still counts"),
    "issuer_key": _("The signature belongs to the issuer"),
    "valid_from": _("It is valid already"),
    "not_expired": _("It has not expired"),
    "not_revoked": _("It has not been revoked"),
    "not_superseded": _("No newer one takes its place"),
    "holder": _("It is about this person"),
    "issuer_known": _("Its issuer is known"),
    "annex_i": _("It says what a European micro-credential says"),
    **pdf_seal_words.CHECK_NAMES,
}

SENTENCES = {
    "readable": _("The file was read."),
    "malformed": "%(detail)s",
    "file_unreachable": _("The badge lies elsewhere and cannot be fetched now (%(detail)s)."),
    "kind_kept": _(
        "This is %(kind)s. It is kept as it is and read later; it cannot be verified here yet."
    ),
    "kind_other": _("This is %(kind)s. It holds no credential that can be verified."),
    "structure": _("The credential has all the parts it needs."),
    "structure_problems": _("The credential is not complete: %(detail)s"),
    "intact": _("Nothing was changed since it was signed."),
    "broken": _("The signature does not fit: the credential was changed after it was signed."),
    "uncovered": _("It contains entries that no signature covers: %(detail)s."),
    "key_revoked": _("It was signed with a key after that key was withdrawn or had expired."),
    "key_unreachable": _(
        "The signature could not be checked, because the issuer's key cannot be fetched now "
        "(%(detail)s)."
    ),
    "place_refused": _(
        "The signature could not be checked, because the key lies at an address that is not "
        "visited (%(detail)s)."
    ),
    "issuer_place_refused": _(
        "The issuer %(issuer)s publishes its key at an address that is not visited from here."
    ),
    "vocabulary": _("All vocabularies that it uses are known here."),
    "vocabulary_unread": _("Its vocabularies could not be looked at. %(detail)s"),
    "vocabulary_unknown": _(
        "It uses a vocabulary that is not known here, by which its entries may mean something "
        "else (%(detail)s)."
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
    "refused": _(
        "It is signed in a way that anyone can forge, or that hides what is signed (%(detail)s)."
    ),
    "contradicts": _(
        "What was signed says two things at once: it contradicts the credential in %(detail)s."
    ),
    "hosted_same": _("What lies at %(place)s is the same, word for word."),
    "hosted_differs": _("What lies at %(place)s says something else."),
    "hosted_in_force": _("It still lies where its issuer publishes it, at %(place)s."),
    "hosted_unreachable": _("It cannot be compared with what its issuer publishes (%(detail)s)."),
    "pages_exact": _("The file is exactly the document that was printed."),
    "pages_changed": _(
        "This is not the file that was printed for the credential inside it. Its pages may say "
        "something else."
    ),
    "pages_of_another": _(
        "Its pages belong to another document than the one that was printed for the credential "
        "inside it. Whoever made it has put the two together."
    ),
    "pages_not_covered": _("What is printed on its pages is not covered by the signature."),
    "key_known_before": _(
        "The key was withdrawn on %(moment)s. Our own records show that this was signed before."
    ),
    "superseded_here": _("The institution has replaced it by %(number)s."),
    "signer": _("Signed with the key %(signer)s."),
    "signer_claimed": _("It names the key %(signer)s. That this key signed it is not shown."),
    "signer_unnamed": _("It names no key, or only one that it brings along itself."),
    "signer_nobody": _("Nobody signed it."),
    "signer_place": _("Nobody signed it: the place where it lies vouches for it."),
    "sealed": _("Sealed with the certificate of %(signer)s."),
    "certificate_not_asked": _(
        "The certificate was valid when it was sealed, as the seal says. Whether it was revoked "
        "cannot be asked here."
    ),
    "certificate_expired_since": _(
        "The certificate expired on %(moment)s. The seal says that it was made before; whoever "
        "held its key could write an earlier date."
    ),
    "certificate_not_valid_then": _("The certificate was not valid when it was sealed."),
    "key_current": _("The key is in use, or was retired in good order."),
    "key_not_asked": _("Not asked, because no signature was checked."),
    "key_withdrawn_since": _(
        "The key was withdrawn on %(moment)s. The credential says it was signed before; whoever "
        "held the key could write an earlier date."
    ),
    "issuer_domain": _("The key is published by the issuer at %(place)s."),
    "issuer_known": _("The key belongs to an issuer that this portal knows."),
    "issuer_own_key": _(
        "The issuer is named by nothing but a key: the file cannot show which organisation "
        "holds it."
    ),
    "issuer_same_host": _(
        "The key lies on the web server of the issuer, %(place)s, but the issuer does not name it."
    ),
    "issuer_place": _("The issuer publishes it itself, at %(place)s."),
    "issuer_elsewhere": _("It lies at %(place)s, which does not speak for the issuer %(issuer)s."),
    "issuer_sealed": _("The certificate names the issuer by its official number, %(number)s."),
    "issuer_sealed_here": _(
        "The certificate was installed in this portal by the issuer, with the number %(number)s."
    ),
    "issuer_sealed_by_other": _(
        "The certificate is of %(signer)s, and the credential names another issuer: %(issuer)s."
    ),
    "chain_untrusted": _(
        "No certification authority that this portal trusts stands behind the certificate of "
        "%(signer)s."
    ),
    "issuer_not_tied": _("The key is not tied to the issuer it names (%(issuer)s)."),
    "issuer_unpublished": _("The issuer %(issuer)s does not publish this key."),
    "issuer_unknown": _("Without the signature, nothing shows who issued it."),
    "valid_from": _("Valid since %(moment)s."),
    "not_yet": _("Valid only from %(moment)s."),
    "signed_ahead": _("It says that it was signed on %(moment)s, which is still to come."),
    "no_start": _("It states no date from which it is valid."),
    "not_expired": _("Valid until %(moment)s."),
    "no_end": _("It has no end date."),
    "expired": _("Expired on %(moment)s."),
    "not_revoked": _("The issuer's list of revocations says that it is in force."),
    "revoked": _("The issuer has revoked it."),
    "suspended": _("The issuer has suspended it for the time being."),
    "status_here": _("The institution's own records in this portal say that it is in force."),
    "no_status": _("The issuer keeps no list of revocations for it."),
    "status_unreachable": _("The issuer's list of revocations cannot be fetched now (%(detail)s)."),
    "status_unreadable": _("The issuer's list of revocations cannot be relied on. %(detail)s"),
    "status_skipped": _("Not asked, because the credential was changed."),
    "annex_complete": _("All mandatory elements of a European micro-credential are stated."),
    "annex_missing": _("Not stated: %(elements)s."),
    "annex_unread": _("What it says could not be read."),
    "annex_other": _("Only Open Badges 3.0 are looked at for this."),
    "not_superseded": _("The issuer says that no newer one takes its place."),
    "no_superseded": _("The issuer does not say whether a newer one takes its place."),
    "superseded": _("The issuer has replaced it by a newer one."),
    "status_message": _("The issuer notes: %(detail)s"),
    "holder_unasked": _(
        "It names %(holder)s. Compare this with an identity document of who showed it to you."
    ),
    "holder_unasked_unnamed": _("It does not name its holder in words."),
    "holder_id": _("It names this person by an identifier that is theirs."),
    "holder_email": _("It names this person by an e-mail address that is theirs."),
    "holder_birth_date": _("Name and day of birth are those of this person."),
    "holder_birth_date_differs": _("It names another day of birth."),
    "holder_differs": _("It names another person: %(holder)s."),
    "holder_other_name": _(
        "An identifier or e-mail address in it is this person's, but it names %(holder)s. Was the "
        "name changed?"
    ),
    "holder_name_only": _(
        "The name is the same. A name alone does not show that it is the same person."
    ),
    "holder_name_partly": _("It names %(holder)s, which is similar. This does not show who it is."),
    "holder_unnamed": _("It does not say who holds it in a way that can be compared."),
    "grade_accredited": _(
        "%(issuer)s is a recognised higher education institution, as the register of "
        "%(register)s says (%(known_from)s)."
    ),
    "grade_accredited_unsourced": _(
        "%(issuer)s is a recognised higher education institution, as the register of "
        "%(register)s says. It does not say where this is known from."
    ),
    "grade_accredited_own": _(
        "%(issuer)s issues through this portal. Its quality is assured (%(known_from)s)."
    ),
    "grade_accredited_own_unsourced": _("%(issuer)s issues through this portal."),
    "grade_registered": _(
        "%(issuer)s is in the register of %(register)s, as: %(status)s. Nothing shows there that "
        "it is accredited."
    ),
    "grade_not_recognised": _(
        "%(issuer)s is in the register of %(register)s as not recognised in its country."
    ),
    "grade_domain_and_cases": _(
        "Its web address %(place)s is verified, and this portal has met it before (%(cases)s "
        "times). Nothing shows here that it is accredited."
    ),
    "grade_domain": _(
        "Its web address %(place)s is verified. This portal has not met it before, and nothing "
        "shows here that it is accredited."
    ),
    "grade_cases": _(
        "This portal has met it before (%(cases)s times), but does not know who it is."
    ),
    "grade_new": _("This portal has never met it."),
    "grade_unproven": _("Nothing shows who issued it, so it cannot be looked up."),
    **bundle_words.SENTENCES,
    **pdf_seal_words.SENTENCES,
}

KIND_NAMES = {
    "ob3": _("an Open Badge 3.0"),
    "ob2": _("an Open Badge 2.0"),
    "vc": _("a verifiable credential"),
    "jwt": _("a credential in JWT form"),
    "edc": _("a European Digital Credential"),
    "elmo": _("an ELMO transcript of records"),
    "microhe": _("meta-data of a micro-credential (MicroHE)"),
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
    **verdict_words.VERDICTS,
    **{key: bundle_words.SENTENCES[key] for key in (bundle_words.SEVERAL, bundle_words.JOINED)},
    **pdf_seal_words.VERDICTS,
}


def tell(sentences: Mapping[str, Any], key: str, params: Mapping[str, Any]) -> str:
    """Return a sentence in the reader's language.

    Of the parameters, `kind`, `elements` and `status` are codes, `moment` and `day` in ISO 8601;
    `day` is when that was looked up where it is `known_from`.
    """
    language, spoken = get_language() or "en", dict(params)
    if "kind" in params:
        spoken["kind"] = str(KIND_NAMES[params["kind"]])
    if "elements" in params:
        spoken["elements"] = ", ".join(str(ELEMENT_NAMES[code]) for code in params["elements"])
    if "moment" in params:
        spoken["moment"] = written(datetime.fromisoformat(params["moment"]), language)
    if "status" in params:
        spoken["status"] = BodyStatus(params["status"]).label
    if "known_from" in params and "day" in params:
        day = {"day": written(date.fromisoformat(params["day"]), language)}
        spoken["known_from"] += ", " + gettext("looked up on %(day)s") % day
    sentence = str(sentences[key])
    if "(%(detail)s)" in sentence:  # the sentence goes on after it
        spoken["detail"] = str(spoken["detail"]).rstrip(".")
    return sentence % spoken
