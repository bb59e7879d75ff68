"""The only place that reads the seals of a PDF file of others; a program of its own.

`pdf_seals_opened` runs it: a hostile file may take as long as it likes and as much memory, so it is
read in a process that has some seconds, some memory and nothing of our environment, and that asks
nobody. Whatever is wrong with the file ends the process, and that is the answer. It says what the
bytes show; whom to believe is no question for it.

The PDF comes on standard input; a list of seals in JSON goes to standard output.
"""

import base64
import hashlib
import io
import json
import re
import resource
import sys
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    FormUpdatingRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
)
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

SECONDS = 10
MOST_MEMORY = 768 * 1024 * 1024  # bytes
MOST_SEALS = 10
MOST_CERTIFICATES = 20
HASHES = ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512")
WAYS = ("/ETSI.CAdES.detached", "/adbe.pkcs7.detached")
PLACE = re.compile(rb"<[0-9A-Fa-f]+>")
SEALS_ONLY = StandardDiffPolicy(
    DEFAULT_DIFF_POLICY.global_rules,
    FormUpdatingRule([SigFieldCreationRule(), SigFieldModificationRule()]),
)
"""What may come behind a seal: other seals and what proves them, but no text in a form."""


def seals_in(data: bytes) -> list[dict[str, Any]]:
    """Return what each seal of a PDF shows, in the order in which they were made."""
    reader = PdfFileReader(io.BytesIO(data))
    found = [one for one in reader.embedded_signatures if one.sig_object_type == "/Sig"]
    return [_seal(reader, one, data) for one in found[:MOST_SEALS]]


def _seal(reader: PdfFileReader, found: EmbeddedPdfSignature, data: bytes) -> dict[str, Any]:
    stated = found.self_reported_timestamp
    moment = stated.isoformat() if stated and stated.tzinfo else ""
    if found.sig_object["/SubFilter"] not in WAYS or not _is_strong(found.signer_info):
        return {"state": "unreadable", "certificates": [], "stated": moment, "stamp": None}
    covered = _covered(found, data)
    certificates = [found.signer_cert, *found.other_embedded_certs[:MOST_CERTIFICATES]]
    return {
        "state": _state(reader, found, data[covered:]) if covered else "partial",
        "certificates": [_text(one) for one in certificates],
        "stated": moment,
        "stamp": _stamp(found),
        "covered": covered,
    }


def _is_strong(signer_info: Any) -> bool:
    """Return whether a signature is made with hashes that nobody can make two files for."""
    named = signer_info["signature_algorithm"]
    try:
        signed = named.hash_algo
    except ValueError:  # the signature says nothing of its own
        signed = HASHES[0]
    return signer_info["digest_algorithm"]["algorithm"].native in HASHES and signed in HASHES


def _covered(found: EmbeddedPdfSignature, data: bytes) -> int:
    """Return up to which byte a seal covers a file from its first one, 0 when it does not.

    Only the place of the seal itself may be left out (ISO 32000-2, 12.8.1).
    """
    covered = [int(one) for one in found.byte_range]
    if len(covered) != 4 or covered[0] or min(covered) < 0:
        return 0
    _, before, start, after = covered
    place = data[before:start]
    if start + after > len(data) or not PLACE.fullmatch(place):
        return 0
    kept = bytes.fromhex(place[1:-1].decode() + "0" * (len(place) % 2))
    return start + after if kept == found.pkcs7_content else 0


def _state(reader: PdfFileReader, found: EmbeddedPdfSignature, behind: bytes) -> str:
    """Return what became of what was sealed; `behind` is what was written after it."""
    intact, valid = validate_sig_integrity(
        found.signer_info, found.signer_cert, "data", found.compute_digest()
    )
    if not intact or not valid:
        return "broken"
    found.compute_integrity_info(SEALS_ONLY)
    if found.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return "whole"
    if found.coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        return "partial"
    later = found.diff_result
    is_last = found.signed_revision == reader.xrefs.total_revisions - 1
    if is_last and behind.strip():  # what no reader is meant to see, and some may
        return "changed"
    is_allowed = isinstance(later, DiffResult) and found.summarise_integrity_info()["docmdp_ok"]
    if is_allowed and later.modification_level <= ModificationLevel.FORM_FILLING:
        return "extended"
    was = reader.get_historical_root(found.signed_revision)
    return "changed" if _pages(was) == _pages(reader.root) else "pages"


def _pages(root: Any) -> int:
    return int(root["/Pages"]["/Count"])


def _stamp(found: EmbeddedPdfSignature) -> dict[str, Any] | None:
    """Return the first time stamp of a seal (RFC 3161), when its signature is for this seal."""
    for token in extract_tst_data_iter(found.signer_info, signed=False):
        content = token["encap_content_info"]["content"]
        said, signer = content.parsed["message_imprint"], extract_signer_info(token)
        named = said["hash_algorithm"]["algorithm"].native
        known = extract_certificate_info(token)
        if named not in HASHES or not _is_strong(signer):
            return None
        sealed = hashlib.new(named, found.signer_info["signature"].native).digest()
        way = signer["digest_algorithm"]["algorithm"].native
        digest = hashlib.new(way, bytes(content)).digest()
        fits = validate_sig_integrity(signer, known.signer_cert, "tst_info", digest)
        if not all(fits) or said["hashed_message"].native != sealed:
            return None
        others = list(known.other_certs)[:MOST_CERTIFICATES]
        return {
            "moment": content.parsed["gen_time"].native.isoformat(),
            "certificates": [_text(one) for one in (known.signer_cert, *others)],
        }
    return None


def _text(certificate: Any) -> str:
    return base64.b64encode(certificate.dump()).decode()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    json.dump(seals_in(sys.stdin.buffer.read()), sys.stdout)
