"""The only place for the words about the seal of a PDF file: what became of it, and who made it."""

from django.utils.translation import gettext_lazy as _

CHECK_NAMES = {
    "pdf_seal": _("The file is what was sealed"),
    "pdf_sealer": _("Who sealed it is known"),
    "pdf_sealed_at": _("When it was sealed is shown"),
}

SENTENCES = {
    "seal_whole": _("The seal covers the whole file, and nothing was changed since."),
    "seal_extended": _(
        "What the file shows is as it was sealed. Only another seal or a time stamp was added "
        "since."
    ),
    "seal_broken": _("The seal does not fit: what it covers was changed after it was made."),
    "seal_pages": _(
        "After the file was sealed, pages were added or taken away. The seal does not cover that."
    ),
    "seal_changed": _(
        "After the file was sealed, something was written over what it shows. What you see may not "
        "be what was sealed."
    ),
    "seal_partial": _("The seal covers only a part of the file. The rest can say anything."),
    "seal_removed": _("There are traces of a seal in the file, but the seal itself was removed."),
    "seal_unreadable": _("The seal is made in a way that is not known here."),
    "seal_slow": _("Reading the seal takes more time or memory than it may."),
    "seal_stripped": _(
        "These are the pages of %(number)s as they were printed, but the seal was removed."
    ),
    "seal_of_theft": _(
        "The certificate of %(signer)s was reported as stolen. Nothing shows that this was sealed "
        "before."
    ),
    "sealed_here": _("Sealed by %(signer)s, who installed the certificate in this portal."),
    "sealed_trusted": _(
        "Sealed with the certificate of %(signer)s. A certification authority that this portal "
        "trusts stands behind it."
    ),
    "sealer_unread": _("The seal does not show who made it."),
    "sealer_unfit": _("The certificate of %(signer)s is not meant for seals, or too weak."),
    "stamped": _("On %(moment)s, as the time stamp of %(authority)s shows."),
    "stamped_unknown": _(
        "On %(moment)s, says a time stamp of %(authority)s. No authority that this portal trusts "
        "stands behind it."
    ),
    "seal_dated": _("On %(moment)s, says who sealed it. There is no time stamp."),
    "seal_undated": _("The seal does not say when it was made."),
    "pages_sealed": _("The pages are as %(signer)s sealed them."),
    "pages_sealed_by_other": _(
        "The pages are as %(signer)s sealed them. That is another body than the one that issued "
        "the credential inside."
    ),
    "pages_unsealed": _(
        "The seal of the PDF file does not count, so its pages may say something else than the "
        "credential inside."
    ),
}

VERDICTS = {
    "pages_unsealed": _("The credential inside is genuine, but the seal of the pages is not."),
    "seal_whole": _("Nothing was changed since it was sealed."),
    "seal_extended": _("What it shows was not changed since it was sealed."),
    "seal_unknown": _("Nobody whom this portal trusts vouches for who sealed it."),
    "seal_unread": _("Whether it was changed cannot be said here."),
    "seal_bad": _("It is not what was sealed, or the seal does not count."),
}

TITLES = {
    "seal_whole": _("Sealed and unchanged"),
    "seal_extended": _("Sealed and unchanged"),
    "seal_unknown": _("Unchanged, sealer not confirmed"),
    "seal_unread": _("The seal cannot be read"),
    "seal_bad": _("The seal does not hold"),
}

# In a word, beside a check that failed.
OUTCOMES = {
    "seal_broken": _("Changed"),
    "seal_changed": _("Changed"),
    "seal_pages": _("Other pages"),
    "seal_partial": _("Not covered"),
    "seal_removed": _("Removed"),
    "seal_stripped": _("Removed"),
}
