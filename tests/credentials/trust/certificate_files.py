"""Invented certificates for tests of seals: an authority, and institutions that it knows."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


def rsa_key(bits=2048):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def ec_key(curve=ec.SECP256R1):
    return ec.generate_private_key(curve())


def subject(organisation="University of Lindenfeld", identifier="VATDE-123456789", name="Seal"):
    parts = [
        (NameOID.COUNTRY_NAME, "DE"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATION_IDENTIFIER, identifier),
        (NameOID.COMMON_NAME, name),
    ]
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


def certificate(
    key,
    name,
    *,
    issuer=None,
    issuer_key=None,
    ca=False,
    below=None,
    start=NOW - YEAR,
    signs=True,
    extra=None,
):
    """A certificate of `key`, valid for two years, signed by `issuer` or by itself."""
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + 2 * YEAR)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=below), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=signs, content_commitment=signs, key_cert_sign=ca, **usage
            ),
            critical=True,
        )
    )
    if extra:
        built = built.add_extension(*extra)
    return built.sign(issuer_key or key, hashes.SHA256())


def with_sha1(leaf, issuer_key):
    """The same certificate signed with SHA-1, which `cryptography` does not make any more."""
    sha256, sha1 = (bytes.fromhex("2a864886f70d0101" + last) for last in ("0b", "05"))
    signed = leaf.tbs_certificate_bytes.replace(sha256, sha1)
    signature = issuer_key.sign(signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    der = leaf.public_bytes(Encoding.DER).replace(sha256, sha1)
    return x509.load_der_x509_certificate(der[: -len(signature)] + signature)


def pem(key, *certificates, password=b""):
    hidden = BestAvailableEncryption(password) if password else NoEncryption()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden) if key else b""
    return text + b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def p12(key, leaf, *others, password=b"secret"):
    return pkcs12.serialize_key_and_certificates(
        b"seal", key, leaf, list(others) or None, BestAvailableEncryption(password)
    )
