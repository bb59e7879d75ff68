"""The only place that puts a seal on a PDF file: PAdES, baseline B-B or B-T (ETSI EN 319 142-1).

The seal is written behind the file (ISO 32000-2, 7.5.6), so that what was there before stays the
beginning, byte by byte. It stands in a signature field outside of the page, which nothing shows and
no screen reader meets, and it certifies that nothing more may be changed (12.8.2.2, P = 1).
pyHanko is imported late: the web server never seals.
"""

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding

from credentials.trust.certificates import SealCertificate, SealKey

FIELD = "Seal"
HASHES = {"secp256r1": "sha256", "secp384r1": "sha384", "secp521r1": "sha512"}
HASH_TYPES: dict[str, Any] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)  # what pyHanko meets in answers
MOST_TOKEN = 12_000  # bytes of a time stamp with the certificates of who made it

Stamp = Callable[[bytes], bytes]
"""Sends a request for a time stamp (RFC 3161, 2.4.1, DER) and returns the answer (2.4.2)."""


class NoTimeStamp(Exception):
    """The time stamp service gave no time stamp that can be used."""


@dataclass(frozen=True, slots=True)
class SealedPdf:
    """A sealed file. `stamped_at` is the aware moment that its time stamp states, None without."""

    data: bytes
    stamped_at: datetime | None


def seal(data: bytes, certificate: SealCertificate, *, stamp: Stamp | None = None) -> SealedPdf:
    """Return a PDF of our own with the seal of a certificate, which must be valid now.

    Raises `NoTimeStamp` when `stamp` raises it, or what it returns is no time stamp of this seal.
    """
    stamper = _stamper(stamp) if stamp else None
    signed = _waited_for(_signed(data, certificate, stamper))
    return SealedPdf(signed, stamper.stamped_at if stamper else None)


async def _signed(data: bytes, certificate: SealCertificate, stamper: Any) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    chain = [one.public_bytes(Encoding.DER) for one in certificate.chain]
    name = certificate.sealer.organisation
    beside_the_page = fields.InvisSigSettings(set_hidden_flag=False, box_out_of_bounds=True)
    sealing = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=_hash_for(certificate),
            subfilter=fields.SigSeedSubFilter.PADES,
            name=name,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        ),
        _signer(certificate.key, chain),
        timestamper=stamper,
        new_field_spec=fields.SigFieldSpec(
            FIELD,
            on_page=0,
            readable_field_name=name,
            invis_sig_settings=beside_the_page,
        ),
    )
    room = sum(map(len, chain)) + MOST_TOKEN if stamper else None
    written = await sealing.async_sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(data)), bytes_reserved=room and 2 * room
    )
    return bytes(written.getvalue())


def _signer(key: SealKey, chain: list[bytes]) -> Any:
    """Return a signer for pyHanko; its own would read and check the private key for each seal."""
    from asn1crypto import x509
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    leaf, *others = [x509.Certificate.load(der) for der in chain]

    class Signer(signers.Signer):
        async def async_sign_raw(
            self, data: bytes, digest_algorithm: str, dry_run: bool = False
        ) -> bytes:
            hashed = HASH_TYPES[digest_algorithm]()
            if isinstance(key, ec.EllipticCurvePrivateKey):
                return key.sign(data, ec.ECDSA(hashed))
            return key.sign(data, padding.PKCS1v15(), hashed)

    return Signer(signing_cert=leaf, cert_registry=SimpleCertificateStore.from_certs(others))


def _hash_for(certificate: SealCertificate) -> str:
    key = certificate.key
    return HASHES[key.curve.name] if isinstance(key, ec.EllipticCurvePrivateKey) else "sha256"


def _waited_for(work: Any) -> Any:
    """Return what a coroutine returns; in a thread, for this one may run a loop of its own."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


def _stamper(stamp: Stamp) -> Any:
    """Return a client of a time stamp service for pyHanko, which asks it by `stamp`."""
    from asn1crypto import tsp
    from pyhanko.sign.timestamps import TimeStamper
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError

    class Stamper(TimeStamper):
        stamped_at: datetime | None = None

        async def async_request_tsa_response(self, req: Any) -> Any:
            return tsp.TimeStampResp.load(stamp(req.dump()), strict=True)

        async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
            try:
                token = await super().async_timestamp(message_digest, md_algorithm)
                info = token["content"]["encap_content_info"]["content"].parsed
                said = info["message_imprint"]
                named = said["hash_algorithm"]["algorithm"].native
                moment = info["gen_time"].native
                size = len(token.dump())
            except (TimestampRequestError, *UNREADABLE) as problem:
                raise NoTimeStamp(str(problem)) from problem
            if (named, said["hashed_message"].native) != (md_algorithm, message_digest):
                raise NoTimeStamp("The time stamp is for something else.")
            if size > MOST_TOKEN:
                raise NoTimeStamp("The time stamp is too large.")
            self.stamped_at = moment.astimezone(UTC)
            return token

    return Stamper()
