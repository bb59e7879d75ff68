"""Sixty documents of every kind: before and after sealing they pass veraPDF, and break well."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pikepdf
import pytest

from credentials.trust.certificates import SealCertificate
from credentials.trust.pdf_seals import seal
from tests.credentials.trust.certificate_files import certificate, ec_key, subject
from tests.real_input.sixty import sixty

HEADINGS = ("/H1", "/H2", "/H3")


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    return {name: one.print() for name, one in sixty().items()}


def pages_of(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


@pytest.mark.checkers
def test_sixty_documents_pass_verapdf_before_and_after_sealing(printed, checker, tmp_path):
    key = ec_key()
    own = certificate(key, subject(), start=datetime.now(UTC))
    for name, data in printed.items():
        (tmp_path / f"{name}.pdf").write_bytes(data)
        sealed = seal(data, SealCertificate((own,), key)).data
        (tmp_path / f"{name}-sealed.pdf").write_bytes(sealed)
    files = sorted(tmp_path.glob("*.pdf"))
    assert len(files) == 120

    with ThreadPoolExecutor(2) as two_at_once:
        for done in two_at_once.map(lambda flavour: checker("pdf", flavour, *files), ("3a", "ua1")):
            assert done.returncode == 0, done.stdout + done.stderr
