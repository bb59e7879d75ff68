"""The only place that asks the time stamp service that the operator chose (RFC 3161, 3.4).

A document is not held back because the service is down: whoever seals goes on without, and says so.
After a failure nobody is asked for some minutes, so that a batch does not wait for each document.
"""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

from credentials.trust import fetch
from credentials.trust.pdf_seals import NoTimeStamp

logger = logging.getLogger(__name__)

SECONDS = 10.0
MOST_BYTES = 50_000
PAUSE = timedelta(minutes=5)
DOWN = "time-stamps-down"


def is_configured() -> bool:
    """Return whether seals get a time stamp here."""
    return bool(settings.TIMESTAMP_URL)


def ask(query: bytes) -> bytes:
    """Return the answer of the service to a request in DER; raises `NoTimeStamp`.

    The address is the operator's own choice, so it may be private and without TLS.
    """
    if cache.get(DOWN):
        raise NoTimeStamp("The service did not answer some minutes ago.")
    url = settings.TIMESTAMP_URL
    try:
        answer = fetch.fetch(
            url,
            max_bytes=MOST_BYTES,
            timeout=SECONDS,
            accept="application/timestamp-reply",
            allow_hosts=(urlsplit(url).netloc,),
            sent=fetch.Sent(query, "application/timestamp-query"),
        )
    except (fetch.FetchFailed, fetch.FetchRefused) as problem:
        raise NoTimeStamp(problem.reason) from problem
    return answer.data


def gave_none(problem: NoTimeStamp) -> None:
    """Note that a seal was made without the time stamp that it should have had.

    The service may have failed, or answered that it gives none; it is left alone for `PAUSE`.
    """
    cache.add(DOWN, True, PAUSE.total_seconds())  # not anew while it is left alone
    logger.warning("Sealed without a time stamp: %s", problem)
