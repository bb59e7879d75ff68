"""Sixty documents of every kind: before and after sealing they pass veraPDF, and break well."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from credentials.trust.certificates import SealCertificate
from credentials.trust.pdf_seals import seal
from tests.credentials.trust.certificate_files import certificate, ec_key, subject
from tests.real_input.sixty import sixty
from tests.real_input.tags import Tags, heads_left_alone, is_signature_alone, rows_split

pytestmark = pytest.mark.checkers
WITH_LONG_ROWS = {"supplement-05-de-es", "supplement-06-en", "diploma-05-de-es"}
"""In which a row takes half a page or more, and is rather split than moved."""


def test_sixty_documents_break_well_and_pass_verapdf_before_and_after_sealing(checker, tmp_path):
    """In one test, so that they are printed once however many processes run tests."""
    samples = sixty()
    printed = {name: one.print() for name, one in samples.items()}
    tagged = {name: Tags(data) for name, data in printed.items()}
    pages = {len(tags.pages) for tags in tagged.values()}

    assert len(printed) == 60
    assert {one.template for one in samples.values()} == {
        *("supplement", "diploma_supplement", "transcript", "microcredentials_page"),
        *("decision_letter", "delay_letter", "remedy_letter", "issuer_letter", "minutes"),
        *("case_file", "receipt", "information_letter", "precedent_list", "portfolio"),
    }
    assert (min(pages), max(pages)) == (1, 12)
    main = {name: str(tags.pdf.Root.Lang) for name, tags in tagged.items()}
    assert main == {name: one.languages[0] for name, one in samples.items()}
    assert [name for name, tags in tagged.items() if heads_left_alone(tags)] == []
    assert {name for name, tags in tagged.items() if rows_split(tags)} == WITH_LONG_ROWS
    assert [name for name, tags in tagged.items() if is_signature_alone(tags)] == []
    files = written(printed, tmp_path)
    assert len(files) == 120
    with ThreadPoolExecutor(2) as two_at_once:
        for done in two_at_once.map(lambda flavour: checker("pdf", flavour, *files), ("3a", "ua1")):
            assert done.returncode == 0, done.stdout + done.stderr


def written(printed: dict[str, bytes], folder: Path) -> list[Path]:
    """Write each as it was printed and with a seal."""
    key = ec_key()
    own = SealCertificate((certificate(key, subject(), start=datetime.now(UTC)),), key)
    for name, data in printed.items():
        (folder / f"{name}.pdf").write_bytes(data)
        (folder / f"{name}-sealed.pdf").write_bytes(seal(data, own).data)
    return sorted(folder.glob("*.pdf"))
