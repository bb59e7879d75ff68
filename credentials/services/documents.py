"""The only place that stores files, with their hash, reads them back and forgets them."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction

from credentials.models import (
    Document,
    DocumentDesign,
    DocumentKind,
    Institution,
    IssuerKey,
    Learner,
    User,
)
from credentials.pdf_files import Attachment, embedded_files
from credentials.services import keys
from credentials.services.pdf_seals import Sealed, Unsealed


def store(
    data: bytes | File,
    *,
    kind: DocumentKind,
    title: str,
    filename: str,
    media_type: str,
    institution: Institution | None = None,
    owner: User | None = None,
    learner: Learner | None = None,
    dated_on: date | None = None,
    sniffed: str = "",
    number: str = "",
    code: str = "",
    facts: dict | None = None,
    design: DocumentDesign | None = None,
    sealed_with: IssuerKey | None = None,
) -> Document:
    """Keep `data` as it is; a `File` is copied bit by bit, whatever its size.

    The file on disk is named by its hash, never by its uploader.
    """
    file = ContentFile(data) if isinstance(data, bytes) else data
    document = Document(
        kind=kind,
        title=title[:250],
        filename=filename[:200],
        media_type=media_type,
        institution=institution,
        owner=owner,
        learner=learner,
        dated_on=dated_on,
        sniffed=sniffed,
        number=number,
        code=code,
        facts=facts or {},
        design=design,
        sealed_with=sealed_with,
        size=file.size,
        sha256=_hash_of(file),
    )
    document.file.save(filename, file, save=False)
    document.save()
    return document


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF that the portal printed, sealed or not, its design, and a hash of its templates.

    `files` are names and SHA-256 of what it says as data, inside of it.
    """

    data: bytes
    design: DocumentDesign | None
    template: str
    files: Mapping[str, str] = field(default_factory=dict)


def _hash_of(file: File) -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():  # from its beginning
        found.update(chunk)
    return found.hexdigest()


def store_pdf(printed: Printed, *, number: str, facts: dict | None = None, **said: Any) -> Document:
    """Keep a PDF that the portal printed, in a file named by its number; else as `store`.

    With its seal, when it has one; raises `keys.Replaced` when that does not count any more.
    """
    facts = {**(facts or {}), "template": printed.template}
    if printed.files:
        facts["files"] = dict(printed.files)
    key = None
    if isinstance(printed.data, Sealed):
        key = printed.data.key
        keys.hold(key)
        facts["seal"] = printed.data.facts
    elif isinstance(printed.data, Unsealed):
        facts["seal_expired"] = printed.data.expired.isoformat()
    return store(
        printed.data,
        design=printed.design,
        filename=f"{number}.pdf",
        media_type="application/pdf",
        sniffed="pdf",
        number=number,
        facts=facts,
        sealed_with=key,
        **said,
    )


def about(holder: str) -> dict[str, str]:
    """Return what is kept with a printed document of whom it is about: the initials.

    With them a page that bears another name is found out by its code, and a code alone names
    nobody. Nothing for a name that is not known.
    """
    return {"holder": " ".join(f"{word[0]}." for word in holder.split())} if holder else {}


def supersede(old: Document | None, new: Document) -> None:
    """Note that a printed document holds no more since a newer one; inside `change()`."""
    if old:
        Document.objects.filter(pk=old.pk, superseded_by=None).update(superseded_by=new)


def newer(document: Document) -> Document | None:
    """Return the document that holds in the place of one that was superseded, None when it holds.

    The newest, however often it was replaced.
    """
    found, seen = document, {document.pk}
    while found.successor and found.superseded_by_id not in seen:
        found = found.successor
        seen.add(found.pk)
    return None if found == document else found


def forget(document: Document) -> None:
    """Delete a file that nothing refers to any more; one that something needs stays.

    Call inside `change()`. Looks at every relation, also those of apps further right.
    """
    for relation in Document._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            rows = relation.related_model._base_manager
            if rows.filter(**{relation.field.name: document.pk}).exists():
                return
    storage, name = document.file.storage, document.file.name
    document.delete()
    transaction.on_commit(partial(storage.delete, name))


def read(document: Document) -> bytes:
    """Return the bytes; raises `OSError` when the file is gone or not what was stored."""
    with document.file.open("rb") as file:
        data = file.read()
    if not hmac.compare_digest(hashlib.sha256(data).hexdigest(), document.sha256):
        raise OSError(f"document {document.uuid}: the file is not what was stored")
    return data


def file_in(document: Document, name: str) -> Attachment | None:
    """Return a file that a printed document carries, by its name; raises `OSError` as `read`."""
    if name not in document.facts.get("files", {}):
        return None
    found = (one for one in embedded_files(read(document)) if one.name == name)
    return next(found, None)


def opened(document: Document) -> File:
    """Return a large file, open at its beginning, without reading it at once; raises as `read`."""
    file = document.file.open("rb")
    if not hmac.compare_digest(_hash_of(file), document.sha256):
        file.close()
        raise OSError(f"document {document.uuid}: the file is not what was stored")
    file.seek(0)
    return file
