"""The only place that keeps evidence: files for what they really are, and links."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from credentials.models import Document, DocumentKind, Evidence, User
from credentials.services import documents
from credentials.trust.sniff import Kind, safe_media_type


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a form has looked at: its bytes, the name it came with, what it really is."""

    filename: str
    data: bytes
    kind: Kind


def store_upload(
    upload: Upload, *, owner: User | None, kind: DocumentKind = DocumentKind.UPLOAD
) -> Document:
    """Keep an uploaded file as it is; it is served as what it is, whatever its name says.

    `owner` None: it came from somebody without an account.
    """
    return documents.store(
        upload.data,
        kind=kind,
        title=upload.filename,
        filename=upload.filename,
        media_type=safe_media_type(upload.kind),
        sniffed=upload.kind.value,
        owner=owner,
    )


def keep(uploads: Sequence[Upload], links: Sequence[str], *, owner: User) -> list[Evidence]:
    """Keep files and links as evidence of `owner`; call inside `change()`."""
    files = [
        Evidence(
            owner=owner,
            title=upload.filename[:200],
            document=store_upload(upload, owner=owner),
        )
        for upload in uploads
    ]
    pages = [
        Evidence(owner=owner, title=(urlsplit(url).hostname or url)[:200], url=url) for url in links
    ]
    return Evidence.objects.bulk_create(files + pages)
