"""The only place that opens and seals a bundle: a credential with what verifies it, in one ZIP.

A bundle is as untrusted as any file. Its manifest names each file with its hash, and is signed by
a key from the DID document inside: so the files are those that the holder of that key has packed.
Whose key it is, no bundle can show (docs/decisions/0019-bundles-and-fingerprints.md).
"""

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from credentials.standards import values
from credentials.trust import bundle_words, did, jws
from credentials.trust.keys import PrivateKey, PublicKey
from credentials.trust.proofs import Unresolvable, is_too_late
from credentials.trust.sniff import Malformed, parse_json

MANIFEST, SEAL = "manifest.json", "manifest.jws"
BADGE, JWT, DID_DOCUMENT, PDF = "credential.json", "credential.jwt", "did.json", "supplement.pdf"
TYPE = "bundle+jws"  # so that nobody takes the signature for that of a credential
MOST_BYTES = 20 * 1024**2  # as much as may be handed in
MOST_OF_ONE = 10_000_000
MOST_UNPACKED = 30_000_000
MOST_FILES = 40
MOST_RATIO = 100
SMALL = 100_000  # bytes, below which no ratio is asked for
LONGEST_DIRECTORY = 16_000
NAME = re.compile(r"(?:[a-z]+/)?[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+")
LONGEST_NAME = 100
ZIP, END, END_BYTES, LOCATOR_64 = b"PK\x03\x04", b"PK\x05\x06", 22, b"PK\x06\x07"
HIDDEN = 0x1 | 0x40 | 0x2000  # encrypted; strongly; names masked (APPNOTE.TXT, section 4.4.4)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class Packed:
    """A file for a bundle; `address` is where its original lies, "" for nowhere."""

    data: bytes
    address: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that is as it was packed; by whom, is what its key `method` is said to belong to.

    `made` is an aware datetime. `documents` are the files by the address of their original.
    """

    files: Mapping[str, bytes]
    documents: Mapping[str, bytes]
    issuer: str
    made: datetime
    method: str
    key: PublicKey

    @property
    def credentials(self) -> list[str]:
        """Return the names of the forms of the credential that are in it."""
        return [name for name in (BADGE, JWT) if name in self.files]


# Writing -----------------------------------------------------------------------------------------


def pack(
    files: Mapping[str, Packed],
    *,
    credential: str,
    issuer: str,
    made: datetime,
    private_key: PrivateKey,
    method: str,
) -> bytes:
    """Return files as a sealed bundle; `credential` and `issuer` are identifiers."""
    made = made.astimezone(UTC).replace(microsecond=0)
    listed = {
        name: {"sha256": hashlib.sha256(file.data).hexdigest()}
        | ({"address": file.address} if file.address else {})
        for name, file in sorted(files.items())
    }
    manifest = {
        "credential": credential,
        "issuer": issuer,
        "made": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "files": listed,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    seal = jws.sign_detached(text, private_key=private_key, kid=method, typ=TYPE)
    everything = {name: file.data for name, file in files.items()}
    return _zipped({**everything, MANIFEST: text, SEAL: seal.encode()}, made)


def _zipped(files: Mapping[str, bytes], made: datetime) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, made.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, data)
    return target.getvalue()


# Reading -----------------------------------------------------------------------------------------


def refusal(key: str, **said: object) -> Malformed:
    """Return why a bundle is not opened, in words."""
    reason = str(bundle_words.REFUSALS[key]) % said
    return Malformed(reason, key) if key == bundle_words.SEVERAL else Malformed(reason)


def open_bundle(data: bytes) -> Bundle:
    """Return a bundle (untrusted) whose files are those that were packed; raise Malformed."""
    files = unpack(data)
    if not {MANIFEST, SEAL, DID_DOCUMENT} <= set(files):
        raise refusal("no_bundle")
    manifest = parse_json(files[MANIFEST])
    listed = values.item(manifest.get("files")) if isinstance(manifest, dict) else {}
    made = values.moment(manifest.get("made")) if isinstance(manifest, dict) else None
    if not isinstance(manifest, dict) or not made:
        raise refusal("no_bundle")
    method, key = _sealed_by(files)
    issuer = method.partition("#")[0]
    if manifest.get("issuer") != issuer or is_too_late(key, made):
        raise refusal("key_not_counting")
    _compare(files, listed)
    documents = {
        str(entry["address"]): files[name]
        for name, entry in listed.items()
        if "address" in entry and name.endswith(".json")
    }
    return Bundle(files, documents, issuer, made, method, key)


def _sealed_by(files: Mapping[str, bytes]) -> tuple[str, PublicKey]:
    """Return which key has signed the manifest, out of the DID document in the bundle."""
    text = jws.attached(files[SEAL].decode("utf-8", "replace"), files[MANIFEST])
    header, _manifest = jws.parse(text)
    method = header.get("kid")
    if header.get("typ") != TYPE or "crit" in header or not isinstance(method, str):
        raise refusal("seal_unknown")
    try:
        key = did.key_of(parse_json(files[DID_DOCUMENT]), method)
    except Unresolvable:
        raise refusal("key_missing") from None
    if not jws.fits(text, str(header.get("alg")), key):
        raise refusal("seal_broken")
    return method, key


def _compare(files: Mapping[str, bytes], listed: dict) -> None:
    for name in sorted({*files, *listed} - {MANIFEST, SEAL}):
        entry = values.item(listed.get(name))
        if name not in files or hashlib.sha256(files[name]).hexdigest() != entry.get("sha256"):
            raise refusal("changed", name=repr(name[:LONGEST_NAME]))


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the files of a ZIP archive (untrusted) by name, in memory; raise Malformed.

    Nothing is unpacked that is hidden, nested, larger than it says, or many times its packed size.
    """
    _check_ends(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            _check_entries(entries)
            return {entry.filename: _content(packed, entry) for entry in entries}
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
        *(ValueError, OverflowError, OSError),
    ) as error:
        raise error if isinstance(error, Malformed) else refusal("damaged") from None


def _check_ends(data: bytes) -> None:
    """Bound what the library reads before it can be asked: the directory of the archive."""
    if len(data) > MOST_BYTES:
        raise refusal("archive_large", most=MOST_BYTES // 1024**2)
    end = data[-END_BYTES:]
    if not data.startswith(ZIP) or not end.startswith(END) or data[-42:-38] == LOCATOR_64:
        raise refusal("damaged")
    if int.from_bytes(end[10:12], "little") > MOST_FILES:
        raise _several([_first_name(data)]) or refusal("too_many", most=MOST_FILES)
    if int.from_bytes(end[12:16], "little") > LONGEST_DIRECTORY:
        raise refusal("too_many", most=MOST_FILES)


def _first_name(data: bytes) -> str:
    """Return the name of the first file (APPNOTE.TXT, section 4.3.7), the directory unread."""
    return data[30 : 30 + int.from_bytes(data[26:28], "little")].decode("utf-8", "replace")


def _several(names: Sequence[str]) -> Malformed | None:
    """Return that these are documents to be verified one by one, None when it may be a bundle."""
    printed = [name for name in names if name.lower().endswith(".pdf") and name != PDF]
    return refusal(bundle_words.SEVERAL) if printed and MANIFEST not in names else None


def _check_entries(entries: Sequence[zipfile.ZipInfo]) -> None:
    if several := _several([entry.orig_filename for entry in entries]):
        raise several
    seen: set[str] = set()
    total = 0
    for entry in entries:
        name, total = entry.orig_filename, total + entry.file_size
        shown = repr(name[:LONGEST_NAME])
        if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
            raise refusal("bad_name", name=shown)
        if name.lower() in seen:
            raise refusal("twice", name=shown)
        seen.add(name.lower())
        if entry.flag_bits & HIDDEN:
            raise refusal("encrypted", name=shown)
        if entry.compress_type not in METHODS:
            raise refusal("bad_method", name=shown)
        if entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size):
            raise refusal("too_tight", name=shown)
        if entry.file_size > MOST_OF_ONE:
            raise refusal("file_large", name=shown)
    if len(seen) > MOST_FILES:
        raise refusal("too_many", most=MOST_FILES)
    if total > MOST_UNPACKED:
        raise refusal("files_large")


def _content(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with packed.open(entry) as file:
        data = file.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise refusal("damaged")
    if data.startswith((ZIP, END)):
        raise refusal("nested", name=repr(entry.filename))
    return data
