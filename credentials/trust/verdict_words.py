"""The only place for the words that stand first of a verification: its title and its sentence.

They are printed too, beside an entry of a portfolio, so they exist in each language of documents.
"""

from django.utils.translation import gettext_lazy as _

NAMES = {
    "valid": _("Valid"),
    "revoked": _("Revoked"),
    "superseded": _("Replaced"),
    "expired": _("Expired"),
    "not_valid": _("Not valid"),
    "not_verifiable": _("Not verifiable"),
}
"""By the values of `words.Standing`."""

TITLES = {
    "suspended": _("Suspended"),
    "intact_carried": _("Unchanged, issuer not confirmed"),
    "valid_then": _("In order when it was packed"),
}
"""By the sentence, where its standing says too little."""

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
    "vocabulary_unknown": _(
        "Intact, but it uses a vocabulary that is not known here, by which it may mean something "
        "else than it seems to."
    ),
    "vocabulary_unread": _("Intact, but what it means could not be looked at."),
    "certificate_expired": _(
        "Intact, but the certificate of the seal has expired. Nothing shows that it was sealed "
        "before."
    ),
    "key_withdrawn": _(
        "Intact, but the issuer has withdrawn the key that signed it. Nothing shows that it was "
        "signed before."
    ),
    "unsigned": _("Not signed, so nothing can be verified."),
    "expired": _("Expired. It is unchanged since it was signed."),
    "expired_unchecked": _("Expired. The signature could not be checked offline."),
    "expired_not_tied": _("Expired. Intact, but the key is not tied to the issuer it names."),
    "revoked": _("Revoked by its issuer."),
    "superseded": _("Replaced by a newer one of its issuer. What it says no longer holds."),
    "refused": _("Signed in a way that anyone can forge."),
    "contradicts": _("What was signed contradicts itself, so it cannot be relied on."),
    "pages_changed": _(
        "The credential inside is genuine, but the pages are not those that were printed for it."
    ),
    "pages_of_another": _(
        "The credential inside is genuine, but the pages around it belong to another document."
    ),
    "intact_elsewhere": _("It lies where its issuer does not speak, so nothing vouches for it."),
    "intact_chain": _("Intact, but nobody whom this portal trusts vouches for the seal."),
    "suspended": _("Suspended by its issuer for the time being."),
    "not_yet": _("Not valid yet."),
    "signed_ahead": _("It says that it was signed on a day that is still to come."),
    "changed": _("Changed after it was signed, or the signature is not genuine."),
    "uncovered": _("It contains entries that its signature does not cover."),
    "key_revoked": _("Signed with a key that did not count any more."),
    "structure": _("It is not complete, so it cannot be relied on."),
    "kept": _("Kept as it is and read later; it cannot be verified here yet."),
    "other": _("The file holds no credential that can be verified."),
    "malformed": _("The file cannot be read."),
    "file_unreachable": _("The badge could not be fetched now."),
    "intact_carried": _(
        "Nothing was changed since it was signed. Whether the key is the issuer's, and whether it "
        "still counts today, could not be checked now."
    ),
    "valid_then": _(
        "Genuine and unchanged, and in force when its list was signed. Whether it was revoked "
        "since could not be checked now."
    ),
}
"""The sentence beside the title."""
