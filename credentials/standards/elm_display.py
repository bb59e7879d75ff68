"""The only place that says how a European Digital Credential is shown: its title and its picture.

The model asks for one picture a page and language; a credential of this portal has one page,
which the caller draws.
"""

import base64
from collections.abc import Sequence

from credentials.standards.elm_vocabulary import AUTHORITY, Nodes, concept, language, published
from credentials.standards.facts import CredentialFacts
from credentials.vocabulary import SNB

BASE64 = SNB + "encoding/6146cde7dd"
PNG = AUTHORITY + "file-type/PNG"


def parameter(facts: CredentialFacts, nodes: Nodes, image: bytes | None) -> dict:
    """Return the DisplayParameter; without a picture (a PNG) it is not complete."""
    main = language(nodes.language)
    return nodes.make(
        "DisplayParameter",
        title=nodes.texts(facts.title),
        description=nodes.texts(facts.description),
        language=[language(tag) for tag in _languages(nodes.languages, nodes.language)],
        primaryLanguage=main,
        individualDisplay=_page(nodes, image, main) if image else {},
    )


def _languages(languages: Sequence[str], main: str) -> list[str]:
    return list(dict.fromkeys((main, *languages)))


def _page(nodes: Nodes, image: bytes, shown_in: dict) -> dict:
    picture = nodes.make(
        "MediaObject",
        content=base64.b64encode(image).decode(),
        contentEncoding=published(BASE64),
        contentType=concept(PNG, {"en": "PNG"}, notation="file-type"),
    )
    detail = nodes.make("DisplayDetail", image=picture, page=1)
    return nodes.make("IndividualDisplay", language=shown_in, displayDetail=detail)
