"""The only place that asks others for keys, status lists and badges, and remembers the answers.

What is our own is never asked for. What others said is remembered for five minutes, for all who
verify; whoever reads a result learns when they were asked.
"""

import hashlib
import json
import re
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import StatusList
from credentials.services import keys, status
from credentials.trust import did, fetch, sniff
from credentials.trust.issuers import is_same_host, place_of
from credentials.trust.keys import BadKey, PublicKey
from credentials.trust.proofs import Unresolvable

SECONDS_A_FETCH = 5.0
SECONDS_IN_ALL = 10.0
REMEMBERED = timedelta(minutes=5)
MOST_REMEMBERED = 500_000  # bytes of one document
ACCEPT = "application/json, application/ld+json, application/did+json, application/vc+jwt"
STATUS_PATH = re.compile(r"/status/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom we asked, and when."""

    host: str
    at: datetime

    @property
    def is_just_now(self) -> bool:
        return timezone.now() - self.at < timedelta(minutes=1)


@dataclass(slots=True)
class Others:
    """Finds keys, status lists and documents; asks others once each and for ten seconds in all.

    With `fresh`, nothing that was asked earlier counts. `ended` says where an address led to.
    """

    fresh: bool = False
    deadline: float = field(default_factory=lambda: time.monotonic() + SECONDS_IN_ALL)
    fetched: dict[str, object] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def resolve(self, method: str) -> PublicKey:
        """Return the key that a verification method names; raises as `verify.check_all` says."""
        institution = keys.institution_behind(method)
        if institution:
            return did.key_of(keys.document_of(institution), method)
        try:
            return did.key_of(self._at_home(did.document_url(method)), method)
        except sniff.Malformed as error:
            raise Unresolvable(error.reason) from error

    def status_of(self, url: str) -> object:
        """Return the status list published at an address: a document, or one in JWT form."""
        own = STATUS_PATH.fullmatch(url.removeprefix(settings.ADDRESS))
        if own:
            kept = StatusList.objects.filter(uuid=own[1]).first()
            return _published(kept) if kept else None
        try:
            return self._read(url)  # wherever it lies: its signature counts
        except sniff.Malformed as error:
            raise fetch.FetchFailed(error.reason) from error

    def document_of(self, url: str) -> object:
        """Return the JSON that lies at an address and not elsewhere, or the text of a JWS."""
        try:
            return self._at_home(url)
        except sniff.Malformed as error:
            raise fetch.FetchFailed(error.reason) from error

    def _at_home(self, url: str) -> object:
        """Return what lies at an address; its host vouches for it only if it is there.

        Pages that lead on to any address they are given (open redirects) are on many honest hosts.
        """
        found, end = self._read(url), self.ended.get(url, url)
        if not is_same_host(end, url):
            hosts = {"host": place_of(url), "other": place_of(end)}
            raise fetch.FetchRefused(
                _("%(host)s leads on to %(other)s, which does not speak for it.") % hosts
            )
        return found

    def _read(self, url: str) -> object:
        if url not in self.fetched:
            self.fetched[url] = _parsed(self._bytes(url))
        return self.fetched[url]

    def _bytes(self, url: str) -> bytes:
        name = "fetched:" + hashlib.sha256(url.encode()).hexdigest()
        kept = None if self.fresh else cache.get(name)
        if kept:
            at, data, self.ended[url] = kept
        else:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise fetch.FetchFailed(_("others did not answer in time"))
            timeout = min(left, SECONDS_A_FETCH)
            answer = fetch.fetch(url, timeout=timeout, accept=ACCEPT)
            at, data, self.ended[url] = timezone.now(), answer.data, answer.final_url
            if len(data) <= MOST_REMEMBERED:
                cache.set(name, (at, data, answer.final_url), REMEMBERED.total_seconds())
        self.asked.append(Asked(place_of(url), at))
        return data


def _parsed(data: bytes) -> object:
    return data.decode().strip() if data.startswith(b"eyJ") else sniff.parse_json(data)


def _published(kept: StatusList) -> object:
    try:
        return json.loads(status.published(kept))
    except BadKey as error:  # the master key is another one: a fault here, not of the credential
        raise fetch.FetchFailed(_("it cannot be signed now")) from error
