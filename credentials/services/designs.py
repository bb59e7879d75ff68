"""The only place that changes how an institution's documents look; each change is a new version.

A version is never changed: documents that were printed in it name it. Pictures are made ready by
`credentials.pictures` and kept as documents.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.language import DOCUMENT_LANGUAGES, LanguageMap, clean_texts
from credentials.models import Document, DocumentDesign, DocumentKind, Institution, User
from credentials.pdf import STYLE_SHEETS
from credentials.pdf_files import PdfProblem
from credentials.permissions import can_keep_records
from credentials.pictures import Printable, for_print
from credentials.services import documents
from credentials.services.lifecycle import change, lock, record
from credentials.standards.design import (
    BLOCKS,
    COLOUR,
    PLAIN,
    TEXT_CONTRAST,
    Design,
    DesignPicture,
    Signature,
    contrast,
    readable,
)
from credentials.standards.documents import in_each
from credentials.verdict import Refused, Stale

PICTURES = ("logo", "header", "seal")
MOST_SIGNATURES = 4
DRAWINGS = ("img/mark.svg", "img/seam.svg")
PIXELS = {"logo": (1000, 400), "header": (2480, 700), "seal": (700, 700), "signature": (900, 360)}
"""How large pictures are kept: 300 dots an inch at the size in which they are printed."""

Picture = Printable | Document | None


@dataclass(frozen=True, slots=True)
class Signing:
    """One who signs, as a registrar enters it."""

    name: str
    capacity: LanguageMap = field(default_factory=dict)
    picture: Picture = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a design says; pictures are new ones, kept ones, or None.

    `texts` are language maps: those of `BLOCKS`, and by the names of `PICTURES` what these say to
    who cannot see them.
    """

    colour: str = ""
    logo: Picture = None
    header: Picture = None
    seal: Picture = None
    signatures: tuple[Signing, ...] = ()
    texts: Mapping[str, LanguageMap] = field(default_factory=dict)


def current(institution: Institution) -> DocumentDesign | None:
    """Return the design in which an institution prints now, None for the portal's own look."""
    return versions(institution).first()


def versions(institution: Institution) -> QuerySet[DocumentDesign]:
    """Return all designs of an institution, newest first."""
    made = institution.document_designs.order_by("-version")
    return made.select_related("institution", "logo", "header", "seal", "made_by")


def ready(data: bytes, place: str) -> Printable:
    """Return an uploaded picture (untrusted) for a place of `PIXELS`; raises `PictureProblem`."""
    widest, tallest = PIXELS[place]
    return for_print(data, widest=widest, tallest=tallest)


def unreadable(colour: str) -> str:
    """Return why nobody can read text in a colour ("#rrggbb") on paper, "" when they can."""
    if not COLOUR.fullmatch(colour):
        return _("Give a colour as # and six digits, such as #1c4f8f.")
    if contrast(colour) >= TEXT_CONTRAST:
        return ""
    said = {"contrast": f"{contrast(colour):.1f}", "least": TEXT_CONTRAST, "tone": readable(colour)}
    return (
        _(
            "Text in this colour is hard to read: its contrast with white paper is %(contrast)s "
            "to 1, and %(least)s to 1 are needed. The nearest darker tone is %(tone)s."
        )
        % said
    )


@lru_cache(maxsize=1)
def templates_hash() -> str:
    """Return a hash of all that the looks of documents come from (SHA-256, hex).

    Their templates, which include each other, the style sheets and our own pictures.
    """
    pages = sorted((settings.BASE_DIR / "templates" / "pdf").glob("*.html"))
    files = [*pages, *(Path(finders.find(name)) for name in (*STYLE_SHEETS, *DRAWINGS))]
    hashes = (hashlib.sha256(path.read_bytes()).hexdigest() + path.name for path in files)
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


# What it looks like


def look_of(design: DocumentDesign | None) -> Design:
    """Return what templates print of a design; raises `PdfProblem` when a picture is gone."""
    return look(wanted_of(design), design.institution) if design else PLAIN


def alts_of(institution: Institution) -> dict[str, LanguageMap]:
    """Return what pictures say to who cannot see them, where the institution says nothing."""
    said = {
        "logo": lambda _tag: _("Logo of %(name)s") % {"name": institution},
        "header": lambda _tag: _("Letterhead of %(name)s") % {"name": institution},
        "seal": lambda _tag: _("Seal of %(name)s") % {"name": institution},
    }
    return {name: in_each(DOCUMENT_LANGUAGES, said[name]) for name in PICTURES}


def look(wanted: Wanted, institution: Institution) -> Design:
    """Return what templates would print of a design that is not kept yet."""
    usual = alts_of(institution)
    alts = {name: wanted.texts.get(name) or usual[name] for name in PICTURES}
    return Design(
        colour=wanted.colour,
        **{name: _shown(getattr(wanted, name), alts[name]) for name in PICTURES},
        signatures=tuple(
            Signature(one.name, one.capacity, _shown(one.picture, _alt_of(one)))
            for one in wanted.signatures
        ),
        texts={name: wanted.texts.get(name, {}) for name in BLOCKS},
    )


def _alt_of(one: Signing) -> LanguageMap:
    return in_each(DOCUMENT_LANGUAGES, lambda _tag: _("Signature of %(name)s") % {"name": one.name})


def _shown(picture: Picture, alt: LanguageMap) -> DesignPicture | None:
    if picture is None:
        return None
    if isinstance(picture, Printable):
        return DesignPicture(picture.data, picture.media_type, alt)
    try:
        return DesignPicture(documents.read(picture), picture.media_type, alt)
    except OSError as error:
        told = gettext_lazy("The picture %(name)s of the design is missing. Choose it anew.")
        raise PdfProblem(told, name=picture.title) from error


def wanted_of(design: DocumentDesign | None) -> Wanted:
    """Return what a design says, with its pictures as documents."""
    if design is None:
        return Wanted()
    uuids = [one["picture"] for one in design.signatures if one["picture"]]
    found = Document.objects.filter(kind=DocumentKind.PICTURE, uuid__in=uuids)
    kept = {str(one.uuid): one for one in found} if uuids else {}
    return Wanted(
        colour=design.colour,
        logo=design.logo,
        header=design.header,
        seal=design.seal,
        signatures=tuple(
            Signing(one["name"], one["capacity"], kept.get(one["picture"]))
            for one in design.signatures
        ),
        texts=design.texts,
    )


# Changes


@change()
def revise(
    institution: Institution, *, by: User, seen_version: int, **changes: Any
) -> DocumentDesign:
    """Make the next version, with `changes` to fields of `Wanted`.

    `seen_version`: the one that was changed, 0 for none. The same once more changes nothing. Raises
    `Stale` when somebody else has made a version since,
    `Refused` for a colour that nobody can read, or too many signatures.
    """
    institution = lock(institution)
    can_keep_records(by, institution).require()
    before = current(institution)
    version, wanted = before.version if before else 0, replace(wanted_of(before), **changes)
    late = Stale(_("Somebody else has changed the design. Look at it, then change it again."))
    if seen_version != version and _has_new_pictures(wanted, _pictures_of(before)):
        raise late  # before any file is kept
    columns = _columns(wanted, institution, before)
    if before and all(getattr(before, name) == value for name, value in columns.items()):
        return before
    if seen_version != version:
        raise late
    made = DocumentDesign.objects.create(
        institution=institution, version=version + 1, made_by=by, **columns
    )
    record(
        institution,
        "revise-design",
        by=by,
        before=str(version or ""),
        after=str(made.version),
    )
    return made


def use_again(design: DocumentDesign, *, by: User, seen_version: int) -> DocumentDesign:
    """Make a new version that says what an older one said; else as `revise`."""
    wanted = wanted_of(design)
    said = {name: getattr(wanted, name) for name in Wanted.__slots__}
    return revise(design.institution, by=by, seen_version=seen_version, **said)


def _columns(
    wanted: Wanted, institution: Institution, before: DocumentDesign | None
) -> dict[str, Any]:
    """Return the columns of a version; keeps new pictures, each once."""
    if wanted.colour and (problem := unreadable(wanted.colour)):
        raise Refused(problem)
    if len(wanted.signatures) > MOST_SIGNATURES:
        raise Refused(_("At most %(most)s people can sign.") % {"most": MOST_SIGNATURES})
    known = _pictures_of(before)
    signatures = [
        {
            "name": clean_texts(one.name),
            "capacity": clean_texts(one.capacity),
            "picture": _uuid_of(_kept(one.picture, "signature", institution, known)),
        }
        for one in wanted.signatures
    ]
    texts = clean_texts({name: wanted.texts.get(name) or {} for name in (*BLOCKS, *PICTURES)})
    return {
        "colour": wanted.colour,
        **{n: _kept(getattr(wanted, n), n, institution, known) for n in PICTURES},
        "signatures": signatures,
        "texts": {name: said for name, said in texts.items() if said},
    }


def _uuid_of(picture: Document | None) -> str:
    return str(picture.uuid) if picture else ""


def _pictures_of(design: DocumentDesign | None) -> Sequence[Document]:
    wanted = wanted_of(design)
    said = (*(getattr(wanted, n) for n in PICTURES), *(one.picture for one in wanted.signatures))
    return [one for one in said if isinstance(one, Document)]


def _has_new_pictures(wanted: Wanted, known: Sequence[Document]) -> bool:
    said = (*(getattr(wanted, n) for n in PICTURES), *(one.picture for one in wanted.signatures))
    return any(isinstance(one, Printable) and not _among(known, one) for one in said)


def _among(known: Sequence[Document], picture: Printable) -> Document | None:
    sha256 = hashlib.sha256(picture.data).hexdigest()
    return next((one for one in known if one.sha256 == sha256), None)


def _kept(
    picture: Picture, place: str, institution: Institution, known: Sequence[Document]
) -> Document | None:
    """Return a picture as a document; one that the version before has is not kept twice."""
    if not isinstance(picture, Printable):
        return picture
    if same := _among(known, picture):
        return same
    ending = "jpg" if picture.media_type == "image/jpeg" else "png"
    return documents.store(
        picture.data,
        kind=DocumentKind.PICTURE,
        title=place,
        filename=f"{place}.{ending}",
        media_type=picture.media_type,
        sniffed=picture.media_type.removeprefix("image/"),
        institution=institution,
    )
