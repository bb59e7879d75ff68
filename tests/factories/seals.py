"""Seal certificates of institutions, made up on the spot, and files that hold them."""

import re
from datetime import timedelta

from django.utils import timezone

from credentials.models import Institution, IssuerKey
from credentials.services import seals
from tests.credentials.trust.certificate_files import certificate, ec_key, p12, subject
from tests.factories.people import make_registrar

NUMBER, PASSWORD = "VATDE-000000000", "secret"
AUTHORITY_KEY = ec_key()


def authority():
    """A certification authority of today."""
    name = subject("Trust Centre", "VATDE-1", "Trust Centre CA")
    return certificate(AUTHORITY_KEY, name, ca=True, start=days_ago(100))


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


def seal_file(number: str = NUMBER, *, key=None, with_chain=True, start=None, **more) -> bytes:
    """A PKCS #12 file of an institution, with the password `PASSWORD`, valid for two years."""
    key, issuer = key or ec_key(), authority()
    more = {"issuer": issuer, "issuer_key": AUTHORITY_KEY, "start": start or days_ago(1), **more}
    leaf = certificate(key, subject("University of Testheim", number), **more)
    return p12(key, leaf, *([issuer] if with_chain else []))


def without_seal(data: bytes) -> bytes:
    """A sealed document as it was printed: what was there before is the beginning."""
    found = re.search(rb"%%EOF\n?(?=\d+ 0 obj|\n\d+ 0 obj)", data)
    return data[: found.end()]


def make_seal(institution: Institution, *, by=None, number: str = NUMBER, **more) -> IssuerKey:
    """The certificate that an institution seals with from now on."""
    found = seals.read(seal_file(number, **more), PASSWORD, institution)
    return seals.install(institution, found, by=by or make_registrar(institution))
