"""The only place that stores files, with their hash, reads them back and forgets them."""

import hashlib
import hmac
from functools import partial
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction

from credentials.models import Document, DocumentKind, Institution, User


def store(
    data: bytes | File,
    *,
    kind: DocumentKind,
    title: str,
    filename: str,
    media_type: str,
    institution: Institution | None = None,
    owner: User | None = None,
    sniffed: str = "",
    number: str = "",
    code: str = "",
    facts: dict | None = None,
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
        sniffed=sniffed,
        number=number,
        code=code,
        facts=facts or {},
        size=file.size,
        sha256=_hash_of(file),
    )
    document.file.save(filename, file, save=False)
    document.save()
    return document


def _hash_of(file: File) -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():  # from its beginning
        found.update(chunk)
    return found.hexdigest()


def store_pdf(data: bytes, *, number: str, **said: Any) -> Document:
    """Keep a PDF that the portal printed, in a file named by its number; else as `store`."""
    return store(
        data,
        filename=f"{number}.pdf",
        media_type="application/pdf",
        sniffed="pdf",
        number=number,
        **said,
    )


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


def opened(document: Document) -> File:
    """Return a large file, open at its beginning, without reading it at once; raises as `read`."""
    file = document.file.open("rb")
    if not hmac.compare_digest(_hash_of(file), document.sha256):
        file.close()
        raise OSError(f"document {document.uuid}: the file is not what was stored")
    file.seek(0)
    return file
