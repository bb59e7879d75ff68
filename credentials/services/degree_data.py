"""The only place that writes a degree as data, which its printed document carries along.

A degree as European Digital Credential with the profile of the Diploma Supplement, sealed where the
institution has a certificate, and as ELMO. A transcript as ELMO: nothing is awarded yet.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from credentials import badge_images
from credentials.models import IssuerKey
from credentials.pdf_files import Attachment, PdfProblem
from credentials.services import seals
from credentials.standards import degree_statements, elm_diploma, elmo_diploma
from credentials.standards.diploma_facts import DegreeFacts
from credentials.trust.keys import BadKey
from credentials.verdict import Refused


def problems(said: DegreeFacts) -> list[str]:
    """Return in sentences why a degree is not written after the profile of the Diploma Supplement.

    It is written after the generic profile then, which asks for less; without an official number
    of its institution as ELMO alone. [] for an interim award, which cannot say what it asks for.
    """
    if said.kind == degree_statements.INTERIM:
        return []
    if all(one.scheme != seals.EIDAS for one in said.awarding_body.identifiers):
        return [_("The official number of the institution is not known.")]
    return elm_diploma.problems(said)


def files(
    said: DegreeFacts, key: IssuerKey | None, *, generated: datetime, language: str
) -> tuple[Attachment, ...]:
    """Return a degree or transcript as the files that go along with its document.

    `key` seals; `language` is the main one of the document. Raises `PdfProblem` when the key
    cannot be used. Call outside of a transaction, and `keys.hold(key)` inside of the one that
    keeps the document.
    """
    return (*_european(said, key), _elmo(said, generated, language))


def _elmo(said: DegreeFacts, generated: datetime, language: str) -> Attachment:
    return Attachment(
        name=f"{said.number}.elmo.xml",
        data=elmo_diploma.write(said, generated=generated, language=language),
        media_type="application/xml",
        description="The same as data (ELMO 1.7)",
        relationship="Alternative",
    )


def _european(said: DegreeFacts, key: IssuerKey | None) -> Iterator[Attachment]:
    """Yield the European Digital Credential, none where what it must say is not known."""
    if said.kind == degree_statements.TRANSCRIPT:
        return
    image = badge_images.png(degree_statements.of_degree(said))
    write = partial(elm_diploma.write, said, image=image)
    try:
        if key:
            sealed = seals.seal(write, said.awarding_body, key)
            yield Attachment(
                name=f"{said.number}.edc.jsonld",
                data=sealed.encode(),
                media_type="application/jose+json",
                description="The same as data, sealed (European Digital Credential)",
                relationship="Alternative",
            )
            return
        document = write(issuer=None)
        seals.require_complete(document)
    except BadKey as problem:
        raise PdfProblem(str(problem)) from problem
    except Refused:
        return
    yield Attachment(
        name=f"{said.number}.edc.json",
        data=json.dumps(document, ensure_ascii=False).encode(),
        media_type="application/ld+json",
        description="The same as data, unsigned (European Learning Model 3)",
        relationship="Alternative",
    )
