"""Files that others issued: portfolio, page and command line find the same words for each."""

import hashlib
from html import unescape
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.html import strip_tags

from credentials.models import Credential
from tests.factories.awards import make_student

pytestmark = pytest.mark.django_db
# name: the words of whoever verifies it, those of the portfolio
FILES = {
    "simple-did-key-method.json": (
        "Not verifiable",
        "Intact, but the key is not tied to the issuer it names.",
        "Intact, but the key is not tied to the issuer it names.",
    ),
    "simple-err-expired.json": (
        "Expired",
        "The signature could not be checked offline.",
        "The signature could not be checked offline.",
    ),
    "Sample-MC-Annex1-signed.jsonld": (
        "Not verifiable",
        "Intact, but nobody whom this portal trusts vouches for the seal.",
        "Intact, but nobody whom this portal trusts vouches for the seal.",
    ),
    "example.xml": (
        "Not verifiable",
        "The signature could not be checked now.",
        "The signature could not be checked now.",
    ),
}


def words(response) -> str:
    text = strip_tags(response.content.decode().replace("<", " <"))
    return " ".join(unescape(text).split())


@pytest.mark.parametrize("name", FILES)
def test_file_of_another_issuer_gets_the_same_words_everywhere(client, shared, name):
    path = shared / "data" / "external_credentials" / name
    verdict, reason, kept = FILES[name]
    out = StringIO()
    client.force_login(make_student())

    page = client.post(reverse("verify"), {"file": SimpleUploadedFile(name, path.read_bytes())})
    with pytest.raises(CommandError, match=r"1 of 1 not valid\."):
        call_command("verify", path, stdout=out)
    added = client.post(
        reverse("credential-add"), {"file": SimpleUploadedFile(name, path.read_bytes())}
    )

    credential = Credential.objects.earliest("pk")
    portfolio = client.get(reverse("credential-detail", args=[credential.uuid]))
    said = out.getvalue().splitlines()[0]
    assert said == f"{path}: {verdict}. {reason}"
    assert f"{verdict} {reason}" in words(page)
    several = Credential.objects.count() > 1
    state = reverse("credential-state", args=[credential.uuid])
    assert added.headers["Location"] == (reverse("portfolio") if several else state)
    assert kept in words(portfolio)
    assert credential.document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
