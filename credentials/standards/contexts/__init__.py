"""The only place that knows JSON-LD contexts: a pinned set, never fetched.

A context decides what a signature covers, so a credential may use only contexts that are
stored here with package, version, licence and hash (index.json, written by update.py).
"""

import json
from functools import cache
from pathlib import Path

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
MULTIKEY = "https://w3id.org/security/multikey/v1"
DID = "https://www.w3.org/ns/did/v1"

HERE = Path(__file__).parent


class ContextNotPinned(ValueError):
    """A document uses a JSON-LD context that is not in the pinned set."""

    def __init__(self, url: str) -> None:
        super().__init__(f"The vocabulary {url!r} is not known here.")
        self.url = url


@cache
def index() -> dict[str, dict]:
    """Return the entries of index.json by address."""
    entries = json.loads((HERE / "index.json").read_text(encoding="utf-8"))
    return {entry["url"]: entry for entry in entries}


@cache
def load(url: str) -> dict:
    """Return the context document of `url`; raise ContextNotPinned for any other address.

    The result is shared: do not change it.
    """
    return json.loads(read(url))


def read(url: str) -> bytes:
    """Return the context document of `url` as it is stored; raise ContextNotPinned."""
    if url not in index():
        raise ContextNotPinned(url)
    return (HERE / index()[url]["file"]).read_bytes()
