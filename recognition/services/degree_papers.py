"""The only place that numbers and prints what is known of a degree: what its papers share.

Diploma supplements are made in `degree_documents`, transcripts of records in `transcripts`.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from credentials.models import (
    Institution,
    IssuerKey,
    Learner,
)
from credentials.pdf import preview_pdf
from credentials.pdf_files import Attachment
from credentials.services import (
    degree_data,
    designs,
    documents,
    facts,
    numbers,
    printing,
)
from credentials.services.documents import Printed
from credentials.standards import facts_json
from credentials.standards.diploma_facts import DegreeFacts
from credentials.standards.documents import Imprint

OF_THE_HOLDER = (
    *("kind", "holder", "title", "title_conferred", "started_on", "graduated_on", "components"),
    *("final_grade", "classification", "additional", "micro_credentials"),
    *("certified_on", "signatory", "capacity"),
)
"""The facts for whose sake a document is printed again; the last three are of itself."""


def content_of(said: DegreeFacts, rows: tuple, institution: Institution) -> str:
    """Return a hash of what a document says of its holder (SHA-256, hex).

    Texts on programme, institution and country are none of it: when one of them is improved, what
    was printed before stays true.
    """
    full = facts_json.to_json(said)
    own = {name: full[name] for name in OF_THE_HOLDER if name in full}
    text = text_of([own, as_json(rows), list(institution.document_languages)])
    return hashlib.sha256(text.encode()).hexdigest()


def as_json(rows: tuple) -> list[Any]:
    return [facts_json.to_json(row) for row in rows]


def text_of(said: list[Any]) -> str:
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def numbered(said: DegreeFacts, institution: Institution, series: str) -> DegreeFacts:
    number, code = numbers.take(institution, series)
    own = uuid5(UUID(said.id.removeprefix("urn:uuid:")), number)
    address = facts.address("verify-code", code)
    return replace(said, id=f"urn:uuid:{own}", number=number, verify_url=address)


def imprint_of(said: DegreeFacts, institution: Institution) -> Imprint:
    """Return the imprint of a document, of a draft when it has no address to verify yet."""
    return Imprint(
        institution=facts.of_institution(institution),
        number=said.number,
        created=_created(said),
        code=said.verify_url.rstrip("/").rpartition("/")[2],
        verify_url=said.verify_url,
        signatory=said.signatory,
        capacity=said.capacity,
    )


def _created(said: DegreeFacts) -> datetime:
    day = said.certified_on or timezone.localdate()
    return timezone.make_aware(datetime.combine(day, time(12)))


def as_data(said: DegreeFacts, languages: Sequence[str], key: IssuerKey | None = None) -> tuple:
    return degree_data.files(said, key, generated=_created(said), language=languages[0])


def rendered(
    template: str,
    context: dict,
    imprint: Imprint,
    institution: Institution,
    files: Sequence[Attachment],
) -> Printed:
    return printing.rendered(
        template,
        context,
        institution,
        number=imprint.number,
        created=imprint.created,
        attachments=files,
    )


def previewed(template: str, context: dict, imprint: Imprint, institution: Institution) -> bytes:
    return preview_pdf(
        f"pdf/{template}.html",
        context,
        languages=institution.document_languages,
        title=context["title"],
        created=imprint.created,
        design=designs.look_of(designs.current(institution)),
    )


def named_of(
    said: DegreeFacts, context: dict, imprint: Imprint, learner: Learner
) -> dict[str, Any]:
    """Return what is kept with a document; `shown` and initials are what whoever verifies sees."""
    shown = {
        "programme": dict(said.title),
        "title_conferred": said.title_conferred,
        "date": said.certified_on.isoformat() if said.certified_on else "",
        "ects": str(said.ects_achieved),
        "overall": said.overall,
    }
    return {
        "title": context["title"],
        "number": imprint.number,
        "code": imprint.code,
        "institution": learner.institution,
        "dated_on": said.certified_on,
        "facts": {
            "shown": shown,
            "degree": facts_json.to_json(said),
            **documents.about(said.holder.name),
        },
    }
