"""The only place that says how the verification of a printed document reads: its verdict.

That it was replaced comes before that it is genuine: nobody should rely on what holds no more.
"""

from dataclasses import dataclass, replace

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from credentials.models import Document, DocumentKind
from credentials.services import documents
from credentials.services.known_documents import Match
from credentials.services.pdf_seals import Opened
from credentials.standards.documents import written

GENUINE = gettext_lazy("Genuine")
# Colour, title and text. The number is that of the document of which the file is.
WORDS = {
    Match.CODE: (
        "ok",
        gettext_lazy("We know this document"),
        gettext_lazy(
            "The institution made a document with this code. Compare what you hold with what "
            "stands here."
        ),
    ),
    Match.EXACT: (
        "ok",
        GENUINE,
        gettext_lazy("The file is exactly the document that the institution made."),
    ),
    Match.DATA: (
        "ok",
        GENUINE,
        gettext_lazy(
            "The file is exactly what the institution handed out as data with this document. It "
            "is not sealed; our own records show that it is genuine."
        ),
    ),
    Match.CHANGED: (
        "bad",
        gettext_lazy("Not as it was printed"),
        gettext_lazy(
            "The file bears the code of %(number)s, but it is not the file that the institution "
            "made: it was changed, or saved anew. Nothing in it is signed. Rely only on what "
            "stands here."
        ),
    ),
    Match.CHANGED_SIGNED: (
        "bad",
        gettext_lazy("Not as it was printed"),
        gettext_lazy(
            "The file leads to %(number)s, but it is not the file that was made here: it was "
            "changed, or saved anew. Enter the code printed on it: the page shows what we printed."
        ),
    ),
    Match.DIFFERENT: (
        "bad",
        gettext_lazy("Not the same"),
        gettext_lazy(
            "Your file differs from this document, if only in one sign. Printing, scanning or "
            "saving it anew changes a file too; compare what it says."
        ),
    ),
    Match.NO_PDF: (
        "warn",
        gettext_lazy("This is not a PDF"),
        gettext_lazy("This document is a PDF file. Choose that file to compare it."),
    ),
    Match.OLDER: (
        "warn",
        gettext_lazy("An older version"),
        gettext_lazy("Your file is of %(number)s, which was replaced by this document."),
    ),
    Match.NEWER: (
        "warn",
        gettext_lazy("A newer version"),
        gettext_lazy("Your file is of %(number)s, which took the place of this document."),
    ),
    Match.ANOTHER: (
        "bad",
        gettext_lazy("Another document"),
        gettext_lazy("Your file is of another document of ours: %(number)s."),
    ),
}
MADE_HERE = gettext_lazy("Made in this portal")
WORDS_OF_PORTFOLIOS = {
    Match.CODE: (
        "ok",
        MADE_HERE,
        gettext_lazy(
            "A document with this code was made here for its holder. Compare what you hold with "
            "what stands here."
        ),
    ),
    Match.EXACT: (
        "ok",
        MADE_HERE,
        gettext_lazy("The file is exactly the one that was made for its holder."),
    ),
    Match.CHANGED: (
        "bad",
        gettext_lazy("Not as it was printed"),
        gettext_lazy(
            "The file bears the code of %(number)s, but it is not the file that was made here: it "
            "was changed, or saved anew. Rely only on what stands here."
        ),
    ),
}
"""No institution made a portfolio, and none confirms what it says."""
LABELS = {
    Match.NEWER: gettext_lazy("See what the newer one says"),
    Match.OLDER: gettext_lazy("See what the older one says"),
    Match.ANOTHER: gettext_lazy("See what the other one says"),
}
ORIGINAL = (Match.EXACT, Match.DATA)
IS_IT = (Match.CODE, *ORIGINAL)


@dataclass(frozen=True, slots=True)
class DocumentVerdict:
    """What is said first of a printed document: colour, title, text; in the reader's language.

    `other` is the document that its link `label` leads to. `word` is the title where the verdict
    on a credential stands first. `newer`: the document that holds in its place, where it is left
    to say. `shape` of the token, as in `_verdict.html`.
    """

    kind: str
    title: str
    text: str
    word: str = ""
    other: Document | None = None
    label: str = ""
    newer: Document | None = None
    shape: str = ""


def of(document: Document, match: Match, of_file: Document | None = None) -> DocumentVerdict:
    """Return the verdict on a document; `of_file` is the one that a compared file is of."""
    newer = documents.newer(document)
    said = of_file_alone(document, match, of_file)
    if newer is None or match == Match.NEWER:
        return said
    if match not in IS_IT:
        return replace(said, newer=newer)
    return _replaced(document, newer, said.text)


def of_file_alone(
    document: Document, match: Match, of_file: Document | None = None
) -> DocumentVerdict:
    """Return the verdict on a file, whether or not its document still holds."""
    is_portfolio = document.kind == DocumentKind.PORTFOLIO
    words = {**WORDS, **WORDS_OF_PORTFOLIOS} if is_portfolio else WORDS
    kind, title, text = words[match]
    other = of_file if match in LABELS else None
    return DocumentVerdict(
        kind,
        str(title),
        str(text) % {"number": (other or document).number},
        word=_("This is the original.") if match in ORIGINAL else str(title),
        other=other,
        label=str(LABELS.get(match, "")),
        shape="dashed" if is_portfolio and kind == "ok" else "",
    )


def of_seal(sealing: Opened, document: Document | None) -> DocumentVerdict:
    """Return the verdict on a PDF by its seal; `document` is the one of ours that it was made from.

    That it was changed comes before that it was replaced.
    """
    said = DocumentVerdict(sealing.kind, sealing.title, sealing.text)
    newer = documents.newer(document) if document else None
    if document is None or newer is None:
        return said
    return _replaced(document, newer, said.text) if sealing.is_good else replace(said, newer=newer)


def _replaced(document: Document, newer: Document, text: str) -> DocumentVerdict:
    """Return that a document was replaced, on which day and by which number; then `text`."""
    since = document.superseded_by or newer
    day = {"date": written(since.created_at, get_language() or "en")}
    gone = _("It no longer holds: %(number)s took its place.") % {"number": newer.number}
    return DocumentVerdict(
        "warn",
        _("Replaced on %(date)s") % day,
        f"{gone} {text}",
        other=newer,
        label=str(LABELS[Match.NEWER]),
    )
