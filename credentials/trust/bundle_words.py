"""The only place for the words about what came along with a credential and cannot be asked now."""

from django.utils.translation import gettext_lazy as _

SEVERAL = "several_documents"
_SEVERAL = _("The archive holds several documents, which cannot be verified as one.")
JOINED = "joined_documents"

SENTENCES = {
    SEVERAL: _SEVERAL,
    JOINED: _(
        "The file joins several documents for printing, which cannot be verified as one. The "
        "single files are the official ones."
    ),
    "issuer_carried": _(
        "The key is the one that came along under the name of %(place)s. Anyone can pack a bundle: "
        "compare the fingerprint of its key with the one that you have from the issuer, or ask the "
        "issuer's address when you are online."
    ),
    "issuer_compared": _(
        "The key came along under the name of %(place)s, and its fingerprint is the one that you "
        "have compared."
    ),
    "other_fingerprint": _(
        "The key has another fingerprint than the one that you have entered: it is not the one of "
        "whoever gave you that."
    ),
    "key_carried": _(
        "The key counted on %(moment)s. Whether it was withdrawn since could not be checked now."
    ),
    "status_carried": _(
        "On %(moment)s, says the issuer's list that came along, it was in force. Whether it was "
        "revoked since could not be checked now."
    ),
}

# Why a bundle is not opened; the page that works offline says it in the same words.
REFUSALS = {
    "no_bundle": _("The archive is not a bundle of a credential."),
    "damaged": _("The archive is damaged or cut off."),
    "archive_large": _("The archive is larger than %(most)s MB."),
    "too_many": _("The archive holds more than %(most)s files."),
    SEVERAL: _SEVERAL,
    "bad_name": _("The archive holds a file with a bad name: %(name)s."),
    "twice": _("The archive holds a file twice: %(name)s."),
    "encrypted": _("The archive holds an encrypted file: %(name)s."),
    "bad_method": _("A file in the archive is packed in a way that is not read here: %(name)s."),
    "too_tight": _("A file in the archive grows too much when it is unpacked: %(name)s."),
    "file_large": _("A file in the archive is too large: %(name)s."),
    "files_large": _("The files in the archive are too large together."),
    "nested": _("The archive holds another archive, which is not opened: %(name)s."),
    "seal_unknown": _("The bundle is not signed in a way that is known here."),
    "key_missing": _("The bundle does not hold the key that signed it."),
    "key_not_counting": _("The bundle was packed with a key that does not count."),
    "seal_broken": _("The bundle's list of files was changed after it was signed."),
    "changed": _("The bundle was changed after it was packed: %(name)s is not what it was."),
}

# What only the page that works offline says.
PAGE = {
    "unread": _("It could not be checked"),
    "no_credential": _(
        "There is no credential in JWT form among the files that you chose. Choose the whole "
        "bundle: the ZIP file, as it was saved."
    ),
    "not_a_jwt": _("The file is not a credential in JWT form."),
    "two_credentials": _("Choose the files of one credential at a time."),
    "no_means": _("This browser is too old to check a signature. Use another one."),
    "no_key": _("the issuer's did.json is not among the files that you chose"),
    "no_list": _("it is not among the files that you chose"),
    "list_unsigned": _("It is not signed by the issuer, or out of date."),
    "suspended": _("Suspended"),
}
