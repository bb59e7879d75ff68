"""Hostile credentials: each ends in a named check that failed, nobody is asked who should not be.

A real web server on this machine counts who comes; memory is measured.
"""

import base64
import hmac
import http.server
import io
import json
import resource
import socket
import threading
import tracemalloc
import zlib
from datetime import UTC, datetime

import pikepdf
import pytest
from django.conf import settings

from credentials.models import Award
from credentials.services import documents, fetching, verification
from credentials.services.outside import Others
from credentials.trust import did, fetch, jws, proofs, status_list
from credentials.trust import keys as crypto
from credentials.trust.baked import HEADER_END, bake_png
from credentials.trust.fetch import FetchRefused
from credentials.trust.words import Outcome, Standing
from credentials.verdict import Refused
from tests.credentials.trust.test_baked import png
from tests.factories.awards import make_award, make_student
from tests.factories.people import make_user
from tests.factories.portfolios import ISSUER, KEY, METHOD, ON_THE_WEB, make_badge

pytestmark = pytest.mark.django_db
MOST_BYTES = 60_000_000
RSA = crypto.generate(crypto.KeyType.RSA)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers everything; a path that begins with /to/ leads on to what follows."""

    def log_message(self, *arguments):
        """Keep quiet."""

    def do_GET(self):
        self.server.seen.append(self.path)
        target = self.path.partition("/to/")[2]
        self.send_response(302 if target else 200)
        if target:
            self.send_header("Location", target)
        self.end_headers()
        self.wfile.write(b"" if target else b"{}")


@pytest.fixture
def inner():
    """A web server at an inner address, which nobody should come to."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen = []
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    yield server
    server.shutdown()
    server.server_close()


def port(server):
    return server.server_address[1]


@pytest.fixture
def bounded():
    """No test here may take more memory than a few files need."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert peak < MOST_BYTES
    assert grown < 3 * MOST_BYTES


@pytest.fixture
def nobody(monkeypatch):
    """Nobody at all is asked."""

    def refuse(*_asked, **_named):
        raise AssertionError("nobody may be asked")

    monkeypatch.setattr(fetch, "fetch", refuse)


def encode(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def badge(**changes):
    document = json.loads(make_badge(issuer=ON_THE_WEB))
    return {**document, **changes}


def resigned(document, method=f"{ON_THE_WEB}#key-1", private=KEY):
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    signed = proofs.sign(
        unsigned,
        private_key=private,
        verification_method=method,
        created=datetime(2026, 6, 1, tzinfo=UTC),
    )
    return json.dumps(signed).encode()


def jwt(header, payload=None):
    payload = payload or {name: v for name, v in badge().items() if name != "proof"}
    return f"{encode(header)}.{encode(payload)}"


def hmac_jwt():
    message = jwt({"alg": "HS256", "kid": f"{ON_THE_WEB}#key-1"})
    secret = KEY.public.multibase.encode()
    return f"{message}.{encode(hmac.digest(secret, message.encode(), 'sha256'))}".encode()


def nested(depth):
    return b'{"a":' * depth + b"1" + b"}" * depth


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE elmo [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(20))
    + b']><elmo xmlns="https://github.com/emrex-eu/elmo-schemas/tree/v1">&u;</elmo>'
)
FETCHED_CONTEXT = "https://evil.example/redefines-everything.jsonld"


def two_chunks():
    first = bake_png(png(), "{}")[: HEADER_END - len(png())]
    body = b"iTXtopenbadgecredential\0\0\0\0\0{}"
    chunk = (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    return first + chunk + png()[HEADER_END:]


@pytest.mark.parametrize(
    ("make", "check"),
    [
        (lambda: f"{jwt({'alg': 'none'})}.".encode(), "integrity"),
        (hmac_jwt, "integrity"),
        (lambda: jwt({"alg": "RS256", "crit": ["x"], "x": 1}).encode() + b".AA", "integrity"),
        (lambda: json.dumps(["x" * 1000] * 5000).encode(), "readable"),
        (lambda: nested(10_000), "readable"),
        (lambda: nested(59), "readable"),
        (lambda: b'{"@context": 1, "@context": 2}', "readable"),
        (
            lambda: json.dumps(
                badge(**{"@context": [*badge()["@context"], {"name": "https://x.example/other"}]})
            ).encode(),
            "vocabulary",
        ),
        (
            lambda: json.dumps(
                badge(**{"@context": [*badge()["@context"], FETCHED_CONTEXT]})
            ).encode(),
            "vocabulary",
        ),
        (
            lambda: json.dumps(badge(evidence=[{"@context": FETCHED_CONTEXT, "id": "urn:x"}])),
            "vocabulary",
        ),
        (lambda: LAUGHS, "readable"),
        (two_chunks, "readable"),
        (lambda: bake_png(png(), "x" * 5_000_000), "readable"),
    ],
)
def test_each_trick_ends_in_a_named_check_that_failed(nobody, bounded, make, check):
    made = make()
    data = made.encode() if isinstance(made, str) else made

    result = verification.examine(data)

    named = result.seen.check(check)
    assert not result.is_valid
    assert result.seen.verdict in (Standing.NOT_VALID, Standing.NOT_VERIFIABLE)
    if check == "readable" and data == nested(59):  # just not too deep, and no credential
        assert named.outcome == Outcome.UNKNOWN
    else:
        assert named.outcome == Outcome.FAIL
    assert named.sentence


def test_a_key_of_another_kind_cannot_be_passed_off(monkeypatch):
    """A token made with the public RSA key as if it were something else."""
    published = did.did_document(ON_THE_WEB, [("key-1", RSA.public.multibase, None)])
    data = json.dumps(published).encode()
    monkeypatch.setattr(fetch, "fetch", lambda url, **_named: fetch.Fetched(data, "", url))
    message = jwt({"alg": "ES256", "kid": f"{ON_THE_WEB}#key-1"})
    text = f"{message}.{encode(RSA.sign(message.encode())[:64])}"

    result = verification.examine(text.encode())

    assert result.seen.check("integrity").key == "refused"
    assert result.seen.verdict == Standing.NOT_VALID
    assert jws.ALGORITHMS["ES256"][0] == crypto.KeyType.P256


# Where it leads ----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.1", "2130706433"])
def test_a_did_at_an_inner_address_is_not_visited(inner, host):
    issuer = f"did:web:{host.replace(':', '%3A')}%3A{port(inner)}"
    document = badge(issuer={**badge()["issuer"], "id": issuer})

    result = verification.examine(resigned(document, f"{issuer}#key-1"))

    assert inner.seen == []
    assert not result.is_valid
    assert result.seen.check("integrity").outcome == Outcome.UNKNOWN
    assert result.seen.check("issuer_key").outcome in (Outcome.FAIL, Outcome.UNKNOWN)


def test_an_inner_address_is_named_as_the_fault(inner):
    issuer = f"did:web:127.0.0.1%3A{port(inner)}"
    document = badge(issuer={**badge()["issuer"], "id": issuer})

    result = verification.examine(resigned(document, f"{issuer}#key-1"))

    assert result.seen.check("issuer_key").key == "issuer_place_refused"
    assert result.seen.check("issuer_key").outcome == Outcome.FAIL


def test_a_name_that_turns_to_an_inner_address_is_visited_where_it_was_checked(inner, monkeypatch):
    answers = iter(["93.184.216.34"])
    went = []

    def resolve(host, port, **_named):
        address = next(answers, "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address, **_named):
        went.append(address[0])
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)

    verification.examine(make_badge(issuer=ON_THE_WEB))

    assert went == ["93.184.216.34"]
    assert inner.seen == []


def test_a_name_that_is_an_inner_address_is_not_visited(inner, monkeypatch):
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port(inner)))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_named: inside)

    result = verification.examine(make_badge(issuer=ON_THE_WEB))

    assert inner.seen == []
    assert result.seen.check("issuer_key").key == "issuer_place_refused"


def test_a_redirect_inward_is_not_followed(inner):
    hidden = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hidden.seen = []
    own = f"127.0.0.1:{port(inner)}"

    with pytest.raises(FetchRefused):
        fetch.fetch(f"http://{own}/to/https://127.0.0.1:{port(hidden)}/did.json", allow_hosts=[own])

    hidden.server_close()
    assert (len(inner.seen), hidden.seen) == (1, [])


def test_addresses_inside_a_badge_of_version_2_are_not_visited(inner):
    place = f"https://127.0.0.1:{port(inner)}"
    assertion = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": f"{place}/1",
        "recipient": {"type": "email", "hashed": False, "identity": "a@example.org"},
        "badge": f"{place}/badge",
        "verification": {"type": "hosted"},
        "issuedOn": "2024-01-01T00:00:00Z",
    }

    for data in (json.dumps(assertion).encode(), bake_png(png(), f"{place}/1")):
        assert verification.examine(data).seen.verdict == Standing.NOT_VERIFIABLE
    with pytest.raises(Refused):
        fetching.fetch_credential(f"{place}/1")
    assert inner.seen == []


def test_others_are_asked_once_each_however_often_they_are_named(monkeypatch):
    asked = []

    def fetch_(url, **_named):
        asked.append(url)
        return fetch.Fetched(b"{}", "application/json", url)

    monkeypatch.setattr(fetch, "fetch", fetch_)
    document = badge(
        credentialStatus=[
            status_list.entry(url="https://academy.example/list", index=n) for n in range(50)
        ]
    )

    verification.examine(json.dumps(document).encode())
    Others().document_of("https://academy.example/list")

    assert sorted(asked) == [
        "https://academy.example/.well-known/did.json",
        "https://academy.example/list",
    ]


def test_a_bomb_in_a_status_list_says_nothing(monkeypatch, bounded):
    size, url = 200_000_000, "https://academy.example/list"
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000))
    listed = status_list.credential(
        url=url, issuer=ON_THE_WEB, bits=status_list.empty(), valid_from=datetime.now(UTC)
    )
    listed["credentialSubject"]["encodedList"] = "u" + encode(bomb + packer.flush())
    web = {
        url: resigned(listed),
        "https://academy.example/.well-known/did.json": json.dumps(
            did.did_document(ON_THE_WEB, [("key-1", KEY.public.multibase, None)])
        ).encode(),
    }
    monkeypatch.setattr(
        fetch, "fetch", lambda url, **_named: fetch.Fetched(web[url], "application/json", url)
    )
    data = resigned(badge(credentialStatus=status_list.entry(url=url, index=4)))

    result = verification.examine(data)

    assert result.seen.check("not_revoked").key == "status_unreadable"
    assert result.seen.verdict == Standing.NOT_VERIFIABLE


# Our own lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["-" * 36, "f" * 36, "0f5ff5ab-0000-4000-8000-000000000000", ""])
def test_a_list_that_we_do_not_keep_says_nothing(name):
    entry = status_list.entry(url=f"{settings.ADDRESS}/status/{name}", index=1)

    result = verification.examine(resigned(badge(issuer=ISSUER, credentialStatus=entry), METHOD))

    assert result.seen.check("not_revoked").outcome == Outcome.UNKNOWN
    assert not result.is_valid


def test_a_list_that_cannot_be_signed_now_is_no_fault_of_the_credential(settings):
    award = make_award()
    data = verification.bytes_of(award.credential)
    settings.MASTER_KEY = "another master key, as long as it has to be"

    result = verification.examine(data)

    assert result.seen.check("not_revoked").key == "status_unreachable"
    assert result.seen.key == "status_unknown"


# PDF ---------------------------------------------------------------------------------------------


@pytest.fixture
def supplements(run_tasks):
    with run_tasks():
        made = [make_award(student=make_student(name)) for name in ("Nela Ardwen", "Tam Belisle")]
    return [Award.objects.get(pk=award.pk) for award in made]


def with_credential_of(award, data):
    with pikepdf.open(io.BytesIO(data)) as pdf:
        name, *twins = sorted(pdf.attachments, key=lambda one: not one.endswith("-0001.json"))
        for twin in twins:
            del pdf.attachments[twin]
        pdf.attachments[name] = pikepdf.AttachedFileSpec(
            pdf, verification.bytes_of(award.credential), filename=name
        )
        kept = io.BytesIO()
        pdf.save(kept)
    return kept.getvalue()


def test_a_pdf_with_the_credential_of_another_person_is_named_as_that(supplements):
    nela, tam = supplements
    forged = with_credential_of(nela, documents.read(tam.supplement))

    result = verification.examine(forged, "supplement.pdf")
    compared = verification.examine(forged, holder=make_user(name="Tam Belisle"))

    assert (result.award, result.in_pdf) == (nela, True)
    assert result.seen.check("pages").key == "pages_of_another"
    assert result.seen.check("pages").outcome == Outcome.FAIL
    assert (result.is_valid, result.seen.key) == (False, "pages_of_another")
    assert compared.seen.check("holder").outcome == Outcome.FAIL
    assert "Nela Ardwen" in compared.seen.check("holder").sentence


def test_a_pdf_whose_page_was_changed_is_named_as_that(supplements):
    nela = supplements[0]
    with pikepdf.open(io.BytesIO(documents.read(nela.supplement))) as pdf:
        pdf.pages[0].contents_add(b"0 0 m 9 9 l S")
        kept = io.BytesIO()
        pdf.save(kept)

    result = verification.examine(kept.getvalue())

    assert result.seen.check("pages").key == "pages_changed"
    assert result.seen.check("integrity").outcome == Outcome.PASS
    assert not result.is_valid
