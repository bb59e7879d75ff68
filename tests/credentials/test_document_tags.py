"""Proves what stays on one line in a printed document, and that what is copied stays the same."""

import re
from pathlib import Path
from time import perf_counter

import pytest
from django.conf import settings

from credentials.standards.design import SEAM, Design
from credentials.templatetags.documents import lines

CODE = '<span class="whole">%s</span>'


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("with the code LND-MYY7-2WHQ-NS:", f"with the code {CODE % 'LND-MYY7-2WHQ-NS'}:"),
        ("LND-DS-2026-0023.edc.json, or", f"{CODE % 'LND-DS-2026-0023.edc.json'}, or"),
        ("decision LND-DEC-2026-0417.", f"decision {CODE % 'LND-DEC-2026-0417'}."),
        ("/v/LND-9K2M-33PT/", f"/v/{CODE % 'LND-9K2M-33PT'}/"),
        (
            "Micro-credentials, first-rate, MARIE-LUISE",
            "Micro-credentials, first-rate, MARIE-LUISE",
        ),
        ("A1-" * 20 + "B2.json", "A1-" * 20 + "B2.json"),
        ("(below 5 ECTS), 6 ECTS-Punkte", "(below 5\xa0ECTS), 6\xa0ECTS-Punkte"),
        ("62.5 h, 6 % of 10 houses, § 3", "62.5\xa0h, 6\xa0% of 10 houses, §\xa03"),
        (
            "on 29\xa0November 2026, 29.\xa0März 2026",
            "on 29\xa0November\xa02026, 29.\xa0März\xa02026",
        ),
        ("<b>&\nA-1</b>", f"&lt;b&gt;&amp;<br>{CODE % 'A-1'}&lt;/b&gt;"),
    ],
)
def test_codes_quantities_and_days_stay_on_one_line(text, printed):
    assert lines(text) == printed


@pytest.mark.parametrize("text", ["7" * 50_000, "A-" * 25_000, "A" * 50_000, "1\xa0" * 25_000])
def test_no_text_takes_long(text):
    began = perf_counter()

    lines(text)

    assert perf_counter() - began < 1


def test_seam_has_the_colour_of_the_design():
    plain = Path(settings.BASE_DIR, "static/img/seam.svg").read_text().strip()
    brand = re.search('stroke="(#[0-9a-f]{6})"', plain)[1]

    assert SEAM % brand == plain
    assert "%238a143c" in Design(colour="#8a143c").style_sheet.replace("%25", "%")
