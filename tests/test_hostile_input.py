"""Proves that hostile values, files and addresses break nothing and lead nowhere."""

import io
import json
import re
import socket
import zipfile

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from credentials.models import Document
from tests.factories.world import taken_back
from tests.test_access import ADDRESSES, Address
from tests.test_attacks import is_page, visits

pytestmark = pytest.mark.django_db

# Forms --------------------------------------------------------------------------------------------

HOSTILE = [
    "a\0b",
    "a\u202eb\u2066\x07\x1b[31m",
    "9" * 40,
    "1e400",
    "NaN",
    "Title\r\nBcc: all@victims.example",
    "%s%(x)s{0}{{x}}",
]
PARTS = 8
"""Of the pages: two processes share the work, and it shows sooner which page breaks."""


def forms_of(response):
    """Yield (address, fields with what the page proposes, the typed of them) of each form."""
    for form in html.fromstring(response.content).iter("form"):
        if (form.get("method") or "").lower() == "post" and "i18n" not in form.get("action", ""):
            found = [
                field
                for field in form.xpath(".//input | .//textarea | .//select | .//button")
                if field.get("name") and field.get("type") != "file"
            ]
            fields = {field.get("name"): proposed(field) for field in found}
            typed = dict.fromkeys(field.get("name") for field in found if is_typed(field))
            yield form.get("action") or response.request["PATH_INFO"], fields, list(typed)


def is_typed(field) -> bool:
    """Not chosen from a list: what stands there may be anything."""
    chosen = field.get("type") in ("checkbox", "radio", "submit")
    return field.tag in ("input", "textarea") and not chosen and "csrf" not in field.get("name")


def proposed(field) -> str:
    if field.tag == "select":
        chosen = field.xpath(".//option[@selected]") or field.xpath(".//option")[-1:]
        return chosen[0].get("value", "") if chosen else ""
    return field.text or "" if field.tag == "textarea" else field.get("value", "")


def forms_of_the_portal(world, addresses):
    """Yield (role, address, fields, typed) once for each kind of form that somebody may send."""
    seen = set()
    for _address, role, response in visits(world, of=addresses):
        for action, fields, typed in forms_of(response) if is_page(response) else ():
            kind = re.sub(r"[0-9a-f-]{36}|\d+", "", f"{action} {sorted(fields)}")
            if kind not in seen:
                seen.add(kind)
                yield role, action, fields, typed


@pytest.mark.parametrize("part", range(PARTS))
def test_no_value_breaks_a_form(world, part):
    """Whatever stands in the fields, all at once or one of them: a page, a refusal, no crash."""
    answers, broken = set(), []
    for role, action, fields, typed in list(forms_of_the_portal(world, ADDRESSES[part::PARTS])):
        client = world.client(role, raise_request_exception=False)
        tries = [dict.fromkeys(fields, value) for value in HOSTILE]
        for number, name in enumerate(typed[:30]):
            tries.append({**fields, name: HOSTILE[number % len(HOSTILE)]})
        for data in tries:
            cache.clear()
            with taken_back():
                answer = client.post(action, data).status_code
            answers.add(answer)
            if answer >= 500:
                broken.append((action, data))

    assert broken == []
    assert answers <= {200, 302, 400, 403, 404, 409, 429}


@pytest.mark.parametrize("name", ["course-list", "verify", "account_login"])
def test_huge_requests_are_turned_away(client, name):
    answer = client.post(reverse(name), {"text": "x" * 7_000_000})

    assert answer.status_code in (400, 403, 405)


# Files --------------------------------------------------------------------------------------------


def zipped(size: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"0" * size)
    return target.getvalue()


XML = b'<?xml version="1.0"?>'
LAUGHS = (
    XML
    + b"<!DOCTYPE l ["
    + b"".join(
        b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha") for n in range(12)
    )
)
FILES = {
    "photo.png": b"<!doctype html><script>steal()</script>",
    "logo.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>steal()</script></svg>',
    "cut.json": b'{"@context": ["https://www.w3.org/ns/credentials/v2"',
    "nan.json": b'{"a": NaN}',
    "infinity.json": b'{"a": 1e999}',
    "digits.json": b'{"a": ' + b"9" * 5000 + b"}",
    "twice.json": b'{"a": 1, "a": 2}',
    "deep.json": b"[" * 100_000 + b"]" * 100_000,
    "half.json": b'{"a": "\\ud83d"}',
    "list.json": b'{"@context": "https://www.w3.org/ns/credentials/v2", "type": {"a": []}}',
    "odd.json": b'{"@context": ["https://www.w3.org/ns/credentials/v2"], '
    b'"type": ["VerifiableCredential", "OpenBadgeCredential"], "issuer": [], '
    b'"credentialSubject": 7, "validFrom": {}, "proof": "x", "credentialStatus": [null]}',
    "laughs.xml": LAUGHS + b"]><l>&l11;</l>",
    "outside.xml": XML + b'<!DOCTYPE l [<!ENTITY e SYSTEM "file:///etc/passwd">]><l>&e;</l>',
    "remote.xml": XML + b'<!DOCTYPE l SYSTEM "http://127.0.0.1/evil.dtd"><l/>',
    "bomb.zip": zipped(50_000_000),
    "both.pdf": b"%PDF-1.7\n<!doctype html><script>steal()</script>",
    "broken.pdf": b"%PDF-1.7\n1 0 obj<</Length 99999999999>>stream\nendstream",
    "empty.pdf": b"",
    "nul.txt": b"a\0b",
    "latin.csv": "Größe;Straße\n".encode("latin-1"),
    "formula.csv": b"code,title_en\n=cmd|' /C calc'!A0,@SUM(1)\n",
    "wide.csv": b"code," * 50_000,
}
NAMES = [
    "../../../etc/cron.d/evil.txt",
    "..\\..\\evil.txt",
    "a\nContent-Type: text/html\n.txt",
    'quo"te;.txt',
    "\u202egnp.exe.txt",
    "ü" * 300 + ".txt",
    "💩.txt",
]
TAKERS = [  # address, who sends, in which field, what else
    (Address("claim-new", "course"), "other_learner", "uploads", {"statement": "I passed."}),
    (Address("credential-add"), "learner", "file", {}),
    (Address("evidence-add", "stated"), "learner", "file", {"kind": "other", "title": "A file"}),
    (Address("information-answer", "question"), "learner", "item-1-files", {}),
    (
        Address("inquiry-answer", "inquiry_token"),
        "anonymous",
        "item-1-files",
        {"word": "confirmed", "answered_by": "Registry"},
    ),
    (Address("condition-prove", "condition"), "learner", "file", {"answer": "Here it is."}),
    (Address("verify"), "anonymous", "file", {}),
    (Address("verify-code", "award_code"), "anonymous", "file", {}),
    (Address("course-import"), "registrar", "file", {}),
    (Address("body-import"), "registrar", "file", {}),
    (Address("award-import", "course"), "registrar", "file", {}),
    (Address("module-import", "draft_programme"), "registrar", "file", {}),
]


@pytest.mark.parametrize(
    ("taker", "role", "field", "data"), TAKERS, ids=lambda x: getattr(x, "name", "")
)
def test_hostile_files_are_refused_or_kept_as_what_they_are(
    world, taker, role, field, data, monkeypatch
):
    """No crash, no visit to the network, and nothing kept that a browser would run."""
    visits_of = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_how: visits_of.append(where))
    kept = set(Document.objects.values_list("pk", flat=True))
    for name, content in FILES.items():
        cache.clear()
        with taken_back():
            file = SimpleUploadedFile(name, content, content_type="text/html")
            answer = world.client(role).post(taker.url(world), {**data, field: file})
            types = set(Document.objects.exclude(pk__in=kept).values_list("media_type", flat=True))
        assert answer.status_code in (200, 302), name
        assert types <= {"application/pdf", "application/zip", "application/json", "text/plain"}

    assert visits_of == []


@pytest.mark.parametrize("name", NAMES)
def test_names_of_files_are_only_names(world, name):
    with taken_back():
        content = f"My work, {name}.".encode()
        file = SimpleUploadedFile("x", content)
        file._name = name  # Django cleans what we set; a stranger sends what they like
        url = Address("evidence-add", "stated").url(world)
        learner = world.client("learner")
        learner.post(url, {"kind": "other", "title": "A file", "file": file})
        kept = Document.objects.order_by("pk").last()
        answer = learner.get(reverse("document-download", args=[kept.uuid]))

    assert kept.file.name == f"documents/{kept.sha256[:2]}/{kept.sha256}"
    assert re.search(r"[\n\r]|\.\.[/\\]", kept.filename) is None
    assert (answer.status_code, answer.content) == (200, content)
    assert answer["Content-Disposition"].startswith("attachment; filename")


# Guessing and being led ---------------------------------------------------------------------------


def test_guessing_codes_is_slowed_down(client):
    answers = [client.get(f"/v/LND-{n:04}-AAAA-AA/").status_code for n in range(31)]

    assert answers == [404] * 30 + [429]


def badge(**entries) -> bytes:
    """An unsigned badge that points where `entries` say."""
    return json.dumps(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": "urn:uuid:5b0b7a51-2a0c-4f3b-9d8e-0d6c7f3b8a11",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {"type": "AchievementSubject", "achievement": {}},
            **entries,
        }
    ).encode()


INSIDE = [
    "127.0.0.1",
    "127.0.0.1%3A8000",
    "169.254.169.254",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "localhost",
    "inside.example",
    "user@127.0.0.1",
]


@pytest.mark.parametrize("host", INSIDE)
def test_verification_visits_nothing_inside(client, monkeypatch, host):
    """Neither for keys (did:web) nor for status lists, whatever the address is written like."""
    connected = []
    real = socket.getaddrinfo

    def resolve(name, *how, **more):
        return real("10.0.0.1" if name == "inside.example" else name, *how, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", lambda *to, **_how: connected.append(to))
    method = f"did:web:{host}#key-1"
    status = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": f"https://{host.replace('%3A', ':')}/status",
    }
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "proofPurpose": "assertionMethod",
        "verificationMethod": method,
        "proofValue": "z" + "3" * 88,
    }
    file = badge(issuer=f"did:web:{host}", proof=proof, credentialStatus=status)

    answer = client.post(reverse("verify"), {"text": file.decode()})

    assert answer.status_code == 200
    assert connected == []
