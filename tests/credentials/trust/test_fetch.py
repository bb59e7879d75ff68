"""The guarded client against a real server of each bad sort, and against names that mislead."""

import datetime
import gzip
import http.server
import ipaddress
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from credentials.trust.fetch import FetchFailed, FetchRefused, fetch, is_public

BODY = b'{"id": "did:web:example.org"}'


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers each path in its own bad or good manner."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        """Keep quiet."""

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        name = self.path.partition("?")[0].strip("/").replace("-", "_")
        getattr(self, f"answer_{name}", self.answer_missing)()

    def answer(self, status=200, body=BODY, **headers):
        self.send_response(status)
        lengths = {} if "Transfer-Encoding" in headers else {"Content-Length": str(len(body))}
        for key, value in {"Content-Type": "application/json", **lengths, **headers}.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_good(self):
        self.answer()

    def answer_missing(self):
        self.answer(404)

    def answer_large(self):
        self.answer(body=b"x" * 100_000)

    def answer_bomb(self):
        self.answer(body=gzip.compress(bytes(20_000_000)), Content_Encoding="gzip")

    def answer_zipped(self):
        self.answer(body=gzip.compress(BODY), Content_Encoding="gzip")

    def answer_brotli(self):
        self.answer(Content_Encoding="br")

    def answer_cut(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(BODY)
        self.close_connection = True

    def answer_once(self):
        self.answer(302, b"", Location="/good")

    def answer_loop(self):
        self.answer(302, b"", Location="/loop")

    def answer_inward(self):
        self.answer(302, b"", Location="https://169.254.169.254/latest/meta-data")

    def answer_file(self):
        self.answer(302, b"", Location="file:///etc/passwd")

    def answer_drip(self):
        self.send_response(200)
        self.end_headers()
        self._drip()

    def answer_drip_headers(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        self._drip()

    def _drip(self):
        self.close_connection = True
        try:
            for _ in range(200):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return


@pytest.fixture
def serve():
    """`serve()` starts a server on a free port and returns it; `serve(context)` one with TLS."""
    servers = []

    def start(context=None):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.handle_error = lambda request, address: None
        server.seen = []
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def site(serve):
    """A server, and its "host:port"."""
    server = serve()
    return server, f"127.0.0.1:{server.server_port}"


def get(site, path, **more):
    return fetch(f"http://{site[1]}{path}", allow_hosts=(site[1],), **more)


def test_a_document_is_fetched(site):
    fetched = get(site, "/good?a=1", accept="application/did+json")

    assert (fetched.data, fetched.content_type) == (BODY, "application/json")
    path, headers = site[0].seen[0]
    assert path == "/good?a=1"
    assert (headers["Host"], headers["Accept"]) == (site[1], "application/did+json")


def test_a_zipped_document_is_opened(site):
    assert get(site, "/zipped").data == BODY


def test_one_redirect_is_followed(site):
    assert get(site, "/once").final_url == f"http://{site[1]}/good"


@pytest.mark.parametrize("path", ["/loop", "/inward", "/file", "/large", "/bomb"])
def test_what_is_not_visited_or_too_large_is_refused(site, path):
    with pytest.raises(FetchRefused):
        get(site, path, max_bytes=50_000)


@pytest.mark.parametrize("path", ["/missing", "/cut", "/brotli"])
def test_what_does_not_answer_properly_is_a_failure_of_theirs(site, path):
    with pytest.raises(FetchFailed):
        get(site, path)


@pytest.mark.parametrize("path", ["/drip", "/drip-headers"])
def test_a_slow_sender_is_hung_up_on(site, path):
    started = time.monotonic()

    with pytest.raises(FetchFailed):
        get(site, path, timeout=0.4)

    assert time.monotonic() - started < 2


def test_nobody_listening_is_a_failure(site):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(FetchFailed):
        fetch(f"http://{host}/", allow_hosts=(host,))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "https:///path",
        "https://user:word@example.org/",
        "https://example.org:22/",
        "https://example.org:99999/",
        "https://example.org/a b",
        "https://example.org\\@127.0.0.1/",
        "https://[::1",
        "https://example.org/" + "a" * 3000,
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0/",
        "https://localhost/",
        "",
    ],
)
def test_addresses_that_are_not_visited_are_refused(url):
    with pytest.raises(FetchRefused):
        fetch(url)


def test_the_own_host_is_exempt_only_with_its_port(site):
    with pytest.raises(FetchRefused):
        fetch(f"http://{site[1]}/good", allow_hosts=("127.0.0.1",))


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["2606:4700::1", "fe80::1%eth0"]]
)
def test_a_name_with_any_inner_address_is_refused(monkeypatch, addresses):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)

    with pytest.raises(FetchRefused):
        fetch("https://rebinding.example/")


def test_a_name_that_nobody_knows_is_a_failure(monkeypatch):
    def unknown(*arguments, **named):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(FetchFailed):
        fetch("https://nobody.example/")


def test_a_resolver_that_does_not_answer_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: time.sleep(1))

    with pytest.raises(FetchFailed):
        fetch("https://slow.example/", timeout=0.1)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700:4700::1111", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("192.0.2.1", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("2001:0:53aa:64c::1", False),
        ("not an address", False),
    ],
)
def test_only_addresses_of_the_open_internet_are_public(address, public):
    assert is_public(address) is public


# TLS ---------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path):
    """A certificate for the invented name portal.test, and its file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal.test")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [
                    x509.DNSName("portal.test"),
                    x509.IPAddress(ipaddress.ip_address("192.0.2.1")),
                ]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "portal.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + built.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls_site(serve, certificate, monkeypatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = serve(context)
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.server_port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: here)
    return server


def test_tls_goes_to_the_checked_address_under_the_name_that_was_asked(
    tls_site, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    host = f"portal.test:{tls_site.server_port}"

    fetched = fetch(f"https://{host}/good", allow_hosts=(host,))

    assert fetched.data == BODY
    assert tls_site.seen[0][1]["Host"] == host


def test_a_certificate_for_another_name_is_a_failure(tls_site, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    host = f"other.test:{tls_site.server_port}"

    with pytest.raises(FetchFailed):
        fetch(f"https://{host}/good", allow_hosts=(host,))


def test_a_certificate_that_nobody_vouches_for_is_a_failure(tls_site):
    host = f"portal.test:{tls_site.server_port}"

    with pytest.raises(FetchFailed):
        fetch(f"https://{host}/good", allow_hosts=(host,))


def test_a_server_that_never_ends_the_handshake_is_hung_up_on(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        started = time.monotonic()

        with pytest.raises(FetchFailed):
            fetch(f"https://{host}/", allow_hosts=(host,), timeout=0.3)

        assert time.monotonic() - started < 2
