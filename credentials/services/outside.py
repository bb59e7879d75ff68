"""The only place that asks others for keys, status lists and badges, and remembers the answers.

What is our own is never asked for, and nothing at all for a bundle that is verified offline. What
others said is remembered for five minutes, for all who verify; whoever reads a result learns when
they were asked.
"""

import hashlib
import re
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import StatusList
from credentials.services import keys, status
from credentials.trust import did, fetch, sniff
from credentials.trust.answers import Carried
from credentials.trust.bundles import Bundle
from credentials.trust.issuers import is_same_host, place_of
from credentials.trust.keys import BadKey, PublicKey
from credentials.trust.proofs import KeyNotPublished, Unresolvable

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
    received: dict[str, bytes] = field(default_factory=dict)
    parsed: dict[str, object] = field(default_factory=dict)
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

    def publishes(self, bundle: Bundle) -> bool:
        """Return whether whom a bundle names, or what is our own, names the key that packed it."""
        if self.carried(bundle.method):
            return False
        try:
            return self.resolve(bundle.method).raw == bundle.key.raw
        except (Unresolvable, fetch.FetchFailed, fetch.FetchRefused):
            return False

    def status_of(self, url: str) -> bytes | None:
        """Return the status list published at an address, wherever it lies: its signature counts.

        None when it would be one of ours and there is none.
        """
        if STATUS_PATH.fullmatch(url.removeprefix(settings.ADDRESS)):
            kept = _own_list(url)
            return _published(kept) if kept else None
        return self._bytes(url)

    def carried(self, name: str) -> Carried | None:
        """Return as of when a key or list is known that came along with the credential: nothing."""
        return None

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
        if url not in self.parsed:
            self.parsed[url] = sniff.parse_received(self._bytes(url))
        return self.parsed[url]

    def _bytes(self, url: str) -> bytes:
        if url not in self.received:
            self.received[url] = self._ask(url)
        return self.received[url]

    def _ask(self, url: str) -> bytes:
        name = "fetched:" + hashlib.sha256(url.encode()).hexdigest()
        kept = None if self.fresh else cache.get(name)
        if kept:
            at, data, self.ended[url] = kept
        else:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise fetch.FetchFailed(_("others did not answer in time"))
            timeout = min(left, SECONDS_A_FETCH)
            answer = get(url, timeout=timeout, accept=ACCEPT)
            at, data, self.ended[url] = timezone.now(), answer.data, answer.final_url
            if len(data) <= MOST_REMEMBERED:
                cache.set(name, (at, data, answer.final_url), REMEMBERED.total_seconds())
        self.asked.append(Asked(place_of(url), at))
        return data


@dataclass(slots=True)
class FromBundle(Others):
    """Finds keys and status lists in a bundle, and asks nobody; what is our own still comes first.

    `is_compared`: whoever reads the answer has the fingerprint of its key from elsewhere.
    """

    bundle: Bundle = field(kw_only=True)
    is_compared: bool = False

    def resolve(self, method: str) -> PublicKey:
        """Return the key that a verification method names, as `Others` does."""
        try:
            return Others.resolve(self, method)
        except KeyNotPublished as error:
            if not self.carried(method):
                raise
            raise Unresolvable(_("the bundle does not hold it")) from error  # its issuer may

    def status_of(self, url: str) -> bytes | None:
        """Return the status list of an address, as `Others` does."""
        kept = _own_list(url)
        return _published(kept) if kept else self._bytes(url)

    def document_of(self, url: str) -> object:
        """Refuse: what lies at an address now, no bundle can show."""
        raise fetch.FetchFailed(_("nobody is asked"))

    def carried(self, name: str) -> Carried | None:
        """Return as of when a key or list came along; None for what is our own.

        A fingerprint that was compared confirms the keys of whoever packed the bundle, no others.
        """
        if keys.institution_behind(name) or _own_list(name):
            return None
        own = name.partition("#")[0] == self.bundle.issuer
        return Carried(self.bundle.made, self.is_compared and own)

    def _ask(self, url: str) -> bytes:
        if url not in self.bundle.documents:
            raise fetch.FetchFailed(_("the bundle does not hold it"))
        return self.bundle.documents[url]


def get(url: str, **limits: Any) -> fetch.Fetched:
    """Return what lies at a public address, or at that of a private issuer named in the settings.

    `limits` and errors as in `fetch.fetch`. A did:web is looked for by https (Read, section 3.2
    of the method); a private issuer may be named without.
    """
    hosts = [urlsplit(origin).netloc for origin in settings.PRIVATE_ISSUERS]
    for origin in settings.PRIVATE_ISSUERS:
        secure = f"https://{origin.removeprefix('http://')}/"
        if url.startswith(secure):
            url = url.replace(secure, f"{origin}/", 1)
    return fetch.fetch(url, allow_hosts=hosts, **limits)


def _own_list(url: str) -> StatusList | None:
    found = STATUS_PATH.fullmatch(url.removeprefix(settings.ADDRESS))
    return StatusList.objects.filter(uuid=found[1]).first() if found else None


def _published(kept: StatusList) -> bytes:
    try:
        return status.published(kept).encode()
    except BadKey as error:  # the master key is another one: a fault here, not of the credential
        raise fetch.FetchFailed(_("it cannot be signed now")) from error
