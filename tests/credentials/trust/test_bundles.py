"""A ZIP archive from a stranger: each trick ends in a refusal that names it, and costs little."""

import base64
import io
import json
import tracemalloc
import zipfile
from datetime import UTC, datetime

import pytest

from credentials.trust import bundles, did, jws, keys
from credentials.trust.bundles import Packed, open_bundle, pack, unpack
from credentials.trust.sniff import Malformed

MADE = datetime(2026, 11, 29, 12, 30, tzinfo=UTC)
DID = "did:web:university.example"
PRIVATE = keys.generate(keys.KeyType.RSA)
METHOD = f"{DID}#key"


def document(private=PRIVATE, revoked=None) -> bytes:
    return json.dumps(did.did_document(DID, [("key", private.public.multibase, revoked)])).encode()


def made(private=PRIVATE, **files: bytes) -> bytes:
    given = {"did.json": Packed(document(), did.document_url(METHOD)), "a.txt": Packed(b"A")}
    given |= {name.replace("_", "."): Packed(data) for name, data in files.items()}
    said = {"credential": "urn:x", "issuer": DID, "made": MADE}
    return pack(given, **said, private_key=private, method=METHOD)


def archive(entries, method=zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as packed:
        for name, data in entries:
            packed.writestr(zipfile.ZipInfo(name) if method == 0 else name, data)
    return target.getvalue()


def repacked(data: bytes, **changed: bytes) -> bytes:
    files = {**unpack(data), **{name.replace("_", "."): new for name, new in changed.items()}}
    return archive(files.items())


def patched(data: bytes, offset: int, value: bytes) -> bytes:
    """Overwrite a field of the first entry in the directory (APPNOTE.TXT, section 4.3.12)."""
    place = data.index(b"PK\x01\x02") + offset
    return data[:place] + value + data[place + len(value) :]


def why(data: bytes, read=open_bundle) -> str:
    with pytest.raises(Malformed) as refused:
        read(data)
    return refused.value.reason


# A good one --------------------------------------------------------------------------------------


def test_bundle_is_read_as_it_was_packed():
    bundle = open_bundle(made())

    assert (bundle.issuer, bundle.made, bundle.method) == (DID, MADE, METHOD)
    assert bundle.key.raw == PRIVATE.public.raw
    assert bundle.files["a.txt"] == b"A"
    assert bundle.documents == {"https://university.example/.well-known/did.json": document()}


def test_same_files_give_the_same_names_and_dates():
    with zipfile.ZipFile(io.BytesIO(made())) as packed:
        entries = [(entry.filename, entry.date_time) for entry in packed.infolist()]

    assert [name for name, _ in entries] == ["a.txt", "did.json", "manifest.json", "manifest.jws"]
    assert {moment for _, moment in entries} == {(2026, 11, 29, 12, 30, 0)}


def test_fingerprint_is_the_thumbprint_of_rfc_7638():
    # The key and its thumbprint are those of section 3.1.
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJE"
        "CPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Qv"
        "zqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6We"
        "Zu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    key = keys.from_jwk({"kty": "RSA", "n": n, "e": "AQAB"})

    thumbprint = base64.urlsafe_b64decode("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs=")
    assert key.fingerprint.replace(" ", "") == thumbprint.hex().upper()


# Changed ones ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"a_txt": b"B"}, "'a.txt' is not what it was"),
        ({"b_txt": b"B"}, "'b.txt' is not what it was"),
        ({"did_json": document() + b" "}, "'did.json' is not what it was"),
        ({"did_json": b"{}"}, "does not hold the key"),
        ({"manifest_json": b"{}"}, "not a bundle"),
        ({"manifest_json": b"[]"}, "not a bundle"),
        ({"manifest_json": b'{"made": "2026-11-29T12:30:00Z"}'}, "was changed after it was signed"),
        ({"manifest_jws": b"a.b.c"}, "no detached signature"),
        ({"manifest_jws": b"\xff\xff"}, "no detached signature"),
    ],
)
def test_changed_bundle_is_refused(changed, reason):
    assert reason in why(repacked(made(), **changed))


def test_missing_file_is_noticed():
    files = unpack(made())
    del files["a.txt"]

    assert "'a.txt' is not what it was" in why(archive(files.items()))


@pytest.mark.parametrize("left_out", ["manifest.json", "manifest.jws", "did.json"])
def test_archive_of_something_else_is_no_bundle(left_out):
    files = {name: data for name, data in unpack(made()).items() if name != left_out}

    assert "not a bundle" in why(archive(files.items()))


def test_key_of_somebody_else_does_not_seal():
    other = keys.generate(keys.KeyType.RSA)

    assert "was changed after it was signed" in why(made(private=other))


def test_issuer_that_is_not_the_owner_of_the_key_is_refused():
    given = {"did.json": Packed(document())}
    said = {"credential": "urn:x", "issuer": "did:web:other.example", "made": MADE}

    assert "does not count" in why(pack(given, **said, private_key=PRIVATE, method=METHOD))


@pytest.mark.parametrize("typ", ["JWT", "vc+jwt"])
def test_signature_of_another_kind_does_not_seal(typ):
    files = unpack(made())
    text = jws.sign_detached(files["manifest.json"], private_key=PRIVATE, kid=METHOD, typ=typ)

    assert "not signed in a way" in why(repacked(made(), manifest_jws=text.encode()))


# Hostile archives --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("../x.txt", "/x.txt", "a/../x.txt", "a/b/c.txt", "C:\\x.txt", "x", ".x.txt", "a/"),
        *("ä.txt", "x\x1b[31m.txt", f"{'x' * 100}.txt"),
    ],
)
def test_bad_name_is_refused(name):
    assert "bad name" in why(archive([(name, b"x")]), unpack)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["a.txt", "A.txt"])
def test_file_that_is_there_twice_is_refused(second):
    assert "twice" in why(archive([("a.txt", b"1"), (second, b"2")]), unpack)


@pytest.mark.parametrize("flags", [b"\x01\x00", b"\x41\x00", b"\x00\x20"])
def test_encrypted_file_is_refused(flags):
    assert "encrypted" in why(patched(archive([("a.txt", b"x")]), 8, flags), unpack)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_of_packing_are_not_read(method):
    assert "packed in a way" in why(archive([("a.txt", b"x" * 99)], method), unpack)


@pytest.mark.parametrize("inside", [archive([("b.txt", b"x")]), archive([])])
def test_archive_in_an_archive_is_not_opened(inside):
    assert "another archive" in why(archive([("a.zip", inside)]), unpack)


def test_many_files_are_refused():
    entries = [(f"{number}.txt", b"") for number in range(bundles.MOST_FILES + 1)]

    assert "more than 40 files" in why(archive(entries), unpack)


def test_many_files_are_refused_before_they_are_listed():
    data = archive([(f"{number}.txt", b"") for number in range(60_000)])
    lying = data[:-12] + b"\x01\x00" + data[-10:]  # says that there is one

    tracemalloc.start()
    reason = why(lying, unpack)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "more than 40 files" in reason
    assert peak < 1_000_000


def why_and_peak(data: bytes) -> tuple[str, int]:
    """Why an archive is refused, and how many bytes that took."""
    tracemalloc.start()
    reason = why(data, unpack)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return reason, peak


@pytest.mark.parametrize("size", [bundles.MOST_OF_ONE + 1, 100_001])
def test_bomb_is_refused_before_it_is_unpacked(size):
    data = archive([("a.txt", bytes(size))])

    reason, peak = why_and_peak(data)

    assert "grows too much" in reason
    assert peak < 1_000_000


def test_bomb_that_states_a_small_size_is_not_unpacked_further():
    data = patched(archive([("a.txt", bytes(20_000_000))]), 24, (1_000).to_bytes(4, "little"))

    reason, peak = why_and_peak(data)

    assert "damaged" in reason
    assert peak < 1_000_000


def test_large_files_are_refused_one_by_one_and_together():
    one = archive([("a.txt", bytes(bundles.MOST_OF_ONE + 1))], zipfile.ZIP_STORED)
    many = archive([(f"{n}.txt", bytes(9_000)) for n in range(4)], zipfile.ZIP_STORED)
    place = many.index(b"PK\x01\x02")
    for _number in range(4):  # each says that it is as large as one may be
        size = (9_000_000).to_bytes(4, "little")
        many = many[: place + 20] + size + size + many[place + 28 :]
        place = many.find(b"PK\x01\x02", place + 4)

    assert "too large: 'a.txt'" in why(one, unpack)
    assert "too large together" in why(many, unpack)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
        archive([("a.txt", b"x")])[:-1],
        archive([("a.txt", b"x")]) + b"comment",
        b"#!/bin/sh\n" + archive([("a.txt", b"x")]),
        patched(archive([("a.txt", b"x" * 50)]), 16, bytes(4)),  # another checksum
        patched(archive([("a.txt", b"x")]), 42, b"\xff\xff\xff\x00"),  # lies beyond the end
        patched(archive([("a.txt", b"x")]), 46, b"b"),  # has another name in its own header
        archive([("a.txt", b"x")])[:-22]
        + b"PK\x06\x07"
        + bytes(16)
        + archive([("a.txt", b"x")])[-22:],
    ],
)
def test_damaged_archive_is_refused(data):
    assert "damaged" in why(data, unpack)


def test_archive_that_is_too_large_is_not_looked_at():
    assert "larger than 20 MB" in why(b"PK\x03\x04" + bytes(bundles.MOST_BYTES), unpack)
