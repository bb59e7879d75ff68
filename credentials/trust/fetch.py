"""The one HTTP client: fetches public documents of others (DID documents, status lists).

An address in an uploaded file is chosen by a stranger. So: https only; the name is resolved
here, every address it has must be public, and the connection goes to the address that was
checked; redirects are checked like the first address; size and total time are bounded.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.translation import gettext as _

MOST_REDIRECTS = 3
MAX_BYTES = 2_000_000
TIMEOUT = 10.0
CHUNK = 16_384
REDIRECTS = (301, 302, 303, 307, 308)
LONGEST_URL = 2_000
# 6to4, Teredo and NAT64 carry an IPv4 address that Python does not look at.
TUNNELS = tuple(
    ipaddress.ip_network(net)
    for net in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")
)


class FetchRefused(Exception):
    """The address is not one this portal visits; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FetchFailed(Exception):
    """The document could not be had: a fault of network or server, not of the document.

    `status` is what the server answered (RFC 9110), 0 when it did not.
    """

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class Fetched:
    data: bytes
    content_type: str
    final_url: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent along with a request, which makes it a POST."""

    data: bytes
    media_type: str


def fetch(
    url: str,
    *,
    max_bytes: int = MAX_BYTES,
    timeout: float = TIMEOUT,
    accept: str = "application/json",
    allow_hosts: Collection[str] = (),
    sent: Sent | None = None,
) -> Fetched:
    """Return what lies at `url`, after at most three redirects, or the answer to what is `sent`.

    `max_bytes` bounds the document after decompression, `timeout` is for everything together,
    in seconds. `allow_hosts` ("localhost:8000") may be private and without TLS. What is sent
    goes to `url` and nowhere else. Raises FetchRefused or FetchFailed.
    """
    deadline = time.monotonic() + timeout
    for _hop in range(MOST_REDIRECTS + 1):
        parts = _checked(url, allow_hosts)
        trusted = parts.netloc in allow_hosts
        connection = _connect(parts, trusted, deadline)
        killer = threading.Timer(deadline - time.monotonic(), _hang_up, [connection.sock])
        killer.daemon = True
        killer.start()
        try:
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            response = _request(connection, parts, accept, sent)
            location = response.getheader("Location")
            if response.status in REDIRECTS and location and not sent:
                url = urljoin(url, location)
                # A stranger must not lead us to the private addresses we allow ourselves.
                allow_hosts = allow_hosts if trusted else ()
                continue
            if response.status != 200:
                answer = {"host": parts.netloc, "status": response.status}
                said = _("%(host)s answered with error %(status)s.") % answer
                raise FetchFailed(said, response.status)
            data = _read(response, max_bytes)
            if time.monotonic() >= deadline:
                raise TimeoutError
            return Fetched(data, response.getheader("Content-Type", ""), url)
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            host = {"host": parts.netloc}
            if time.monotonic() >= deadline:
                raise FetchFailed(_("%(host)s did not answer in time.") % host) from error
            raise FetchFailed(_("%(host)s did not answer properly.") % host) from error
        finally:
            killer.cancel()
            connection.close()
    raise FetchRefused(_("The address redirects too often."))


def _checked(url: str, allow_hosts: Collection[str]) -> SplitResult:
    if len(url) > LONGEST_URL or re.search(r"[\x00-\x20\x7f\\]", url):
        raise FetchRefused(_("The address is malformed."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchRefused(_("The address is malformed.")) from None
    if parts.netloc in allow_hosts and parts.scheme in ("http", "https"):
        return parts
    if parts.scheme != "https":
        raise FetchRefused(_("Only https addresses are visited."))
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise FetchRefused(_("The address is malformed."))
    if port is not None and port != 443 and port < 1024:
        raise FetchRefused(_("The port of the address is not one for web pages."))
    return parts


def _connect(parts: SplitResult, trusted: bool, deadline: float) -> http.client.HTTPConnection:
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _public_address(parts.hostname or "", port, trusted, deadline)
    connection = http.client.HTTPConnection(parts.netloc)
    try:
        connection.sock = socket.create_connection((address, port), timeout=_left(deadline))
        if parts.scheme == "https":
            context = ssl.create_default_context()
            plain = connection.sock
            connection.sock = context.wrap_socket(
                plain, server_hostname=parts.hostname, do_handshake_on_connect=False
            )
    except OSError as error:
        connection.close()
        raise FetchFailed(_("%(host)s cannot be reached.") % {"host": parts.netloc}) from error
    return connection


def _public_address(host: str, port: int, trusted: bool, deadline: float) -> str:
    """Return one address of `host`, after all its addresses were found to be public."""
    # The system's resolver knows no deadline: ask it aside and stop waiting in time.
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        name = host.encode("idna").decode("ascii") if not host.isascii() else host
        waiting = pool.submit(socket.getaddrinfo, name, port, type=socket.SOCK_STREAM)
        found = [str(entry[4][0]) for entry in waiting.result(timeout=_left(deadline))]
    except (OSError, UnicodeError, TimeoutError) as error:
        raise FetchFailed(_("%(host)s cannot be found.") % {"host": host}) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if not trusted and not all(is_public(address) for address in found):
        raise FetchRefused(_("%(host)s is not a public address.") % {"host": host})
    return found[0]


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the open internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.version == 6 and any(ip in network for network in TUNNELS):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)


def _hang_up(sock: socket.socket) -> None:
    """End a connection whose other side sends too slowly."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _request(
    connection: http.client.HTTPConnection, parts: SplitResult, accept: str, sent: Sent | None
) -> http.client.HTTPResponse:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": "Symbolon"}
    headers["Connection"] = "close"
    if sent:
        headers["Content-Type"] = sent.media_type
        connection.request("POST", target, sent.data, headers)
    else:
        connection.request("GET", target, headers=headers)
    return connection.getresponse()


def _read(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    coding = response.getheader("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip"):
        raise ValueError(coding)
    opener = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if coding == "gzip" else None
    data = bytearray()
    while chunk := response.read1(CHUNK):
        data += opener.decompress(chunk, max_bytes + 1 - len(data)) if opener else chunk
        if len(data) > max_bytes or (opener and opener.unconsumed_tail):
            raise FetchRefused(_("The document is too large."))
    if response.length or (opener and not opener.eof):
        raise ValueError("cut off")
    return bytes(data)
