"""The only place that knows which certification authorities this portal trusts for seals.

They stand in the file `authorities.pem` in the folder of the portal, which its operator takes from
the trusted lists of the EU. Without it no seal of another body can be relied on, and that is said.
"""

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from credentials.trust import kind_edc
from credentials.trust.certificates import BadCertificate

logger = logging.getLogger(__name__)
NAME = "authorities.pem"


def trusted() -> tuple[Any, ...]:
    """Return the trusted authorities; none when the file cannot be read, and the log says why."""
    path = settings.VAR_DIR / NAME
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return ()
    except (OSError, BadCertificate) as problem:
        logger.error("No seal can be relied on: %s: %s", path, problem)
        return ()


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> tuple[Any, ...]:
    return kind_edc.authorities_in(path.read_bytes())
