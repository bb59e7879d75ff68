"""The only place that asks which characters the fonts of this machine have."""

import logging
import subprocess
import unicodedata
from functools import lru_cache

logger = logging.getLogger(__name__)

SECONDS = 20


def unprintable(text: str) -> str:
    """Return the characters of a text that no installed font has, each once, "" for none.

    What has no shape of its own (Unicode categories C and Z) is passed over; so is everything
    when the fonts cannot be asked, since printing tells it as well.
    """
    known = _printable()
    shapes = (sign for sign in set(text) if unicodedata.category(sign)[0] not in "CZ")
    return "".join(sorted(sign for sign in shapes if ord(sign) not in known)) if known else ""


@lru_cache(maxsize=1)
def _printable() -> frozenset[int]:
    """Return the code points of all fonts; `fc-list` writes "20-7e a0 ..." in hex for each."""
    command = ["fc-list", "--format", "%{charset}\n"]
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, capture_output=True, text=True, check=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        logger.exception("the fonts cannot be asked")
        return frozenset()
    known: set[int] = set()
    for run in set(done.stdout.split()):
        first, _dash, last = run.partition("-")
        known.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(known)
