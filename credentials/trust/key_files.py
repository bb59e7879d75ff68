"""The only place that opens files with a certificate and its private key: PKCS #12 and PEM.

A file says itself how often its password is hashed, and a hostile one says two thousand million
times; the library cannot be stopped while it does so. So the file is opened in a process of its
own, which has some seconds and some memory, and nothing else in common with this one.
"""

import base64
import json
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
    pkcs12,
)

SECONDS = 10
MOST_MEMORY = 512 * 1024 * 1024  # bytes
PEM_KEY = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL
)


class UnopenedFile(ValueError):
    """A file could not be opened; `code` is password, no_key, slow or unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def opened(data: bytes, password: str) -> tuple[Any, list[x509.Certificate]]:
    """Return the private key and all certificates in an untrusted file; raises `UnopenedFile`.

    Parts of the certificates may still be unreadable.
    """
    asked = [base64.b64encode(part).decode() for part in (data, password.encode())]
    command = [sys.executable, "-P", str(Path(__file__))]
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, input=json.dumps(asked), capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise UnopenedFile("slow") from None
    if done.returncode:  # it was stopped for taking too much
        raise UnopenedFile("slow" if done.returncode < 0 else "unreadable")
    found = json.loads(done.stdout)
    if "problem" in found:
        raise UnopenedFile(found["problem"])
    try:
        key = load_der_private_key(base64.b64decode(found["key"]), None)
        ders = [base64.b64decode(text) for text in found["certificates"]]
        return key, [x509.load_der_x509_certificate(der) for der in ders]
    except (ValueError, UnsupportedAlgorithm):
        raise UnopenedFile("unreadable") from None


def _from_pem(data: bytes, secret: bytes | None) -> tuple[Any, list[x509.Certificate]]:
    block = PEM_KEY.search(data)
    if not block:
        raise UnopenedFile("no_key")
    # A password for a key that needs none is no error.
    needed = secret if b"ENCRYPTED" in block[0] else None
    try:
        key = load_pem_private_key(block[0], needed)
    except TypeError:
        raise UnopenedFile("password") from None
    except ValueError:
        raise UnopenedFile("password" if needed else "unreadable") from None
    found = x509.load_pem_x509_certificates(data) if b"CERTIFICATE" in data else []
    return key, found


def _from_pkcs12(data: bytes, secret: bytes | None) -> tuple[Any, list[x509.Certificate]]:
    try:
        key, leaf, others = pkcs12.load_key_and_certificates(data, secret)
    except ValueError as error:
        wrong = "password" in str(error).lower()
        raise UnopenedFile("password" if wrong else "unreadable") from None
    if key is None:
        raise UnopenedFile("no_key")
    return key, [*([leaf] if leaf else []), *others]


def _answer(asked: list[str]) -> dict[str, Any]:
    """Return what the other process reads: the parts of the file in base64, or the problem."""
    data, password = (base64.b64decode(text) for text in asked)
    pem = data.lstrip().startswith(b"-----BEGIN") or b"\n-----BEGIN" in data
    try:
        key, found = (_from_pem if pem else _from_pkcs12)(data, password or None)
        der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ders = [one.public_bytes(Encoding.DER) for one in found]
    except UnopenedFile as problem:
        return {"problem": problem.code}
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return {"problem": "unreadable"}
    text = [base64.b64encode(one).decode() for one in ders]
    return {"key": base64.b64encode(der).decode(), "certificates": text}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    json.dump(_answer(json.load(sys.stdin)), sys.stdout)
