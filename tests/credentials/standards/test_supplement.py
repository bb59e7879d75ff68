"""Proves what the credit and module supplement says, what it must not say, and what it admits."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from credentials.pdf import render_pdf
from credentials.pdf_files import Attachment, embedded_files
from credentials.standards.documents import Imprint
from credentials.standards.facts import BodyFacts, CredentialFacts, HolderFacts, OutcomeFacts
from credentials.standards.supplement import supplement_context, supplement_sections
from credentials.standards.supplement_rows import RecognitionNote
from credentials.standards.supplement_sizes import size_of
from tests.credentials.standards.sample import COMPLETE, JOINT

LINDENFELD = BodyFacts(
    name={"de": "Universität Lindenfeld", "en": "University of Lindenfeld"}, country="DE"
)
IMPRINT = Imprint(
    institution=LINDENFELD,
    number="LND-CS-2026-0871",
    created=datetime(2026, 11, 17, 9, 30, tzinfo=UTC),
    code="LND-7F4K-22QX",
    verify_url="https://symbolon.lindenfeld.example/v/LND-7F4K-22QX",
    signatory="Orla Finnery",
    capacity={"en": "Registrar"},
    sha256="9f41" * 16,
)
MINIMAL = CredentialFacts(id="urn:uuid:1", title={"en": "Drones"}, awarding_body=BodyFacts({}))


def sections(facts, languages=("en",), role="award", **options):
    return supplement_sections(facts, languages=languages, role=role, imprint=IMPRINT, **options)


def rows(facts, **options):
    """Return number: (label, lines and items) of the first language, breakable everywhere."""
    return {
        row.number: (
            row.cells[0].label,
            [
                line.text.replace("\N{NO-BREAK SPACE}", " ")
                for line in row.cells[0].lines + row.cells[0].items
            ],
        )
        for section in sections(facts, **options)
        for row in section.rows
    }


def sources(facts, **options):
    """Return number: (source of the cell, sources of its lines) of the first language."""
    return {
        row.number: (row.cells[0].source, [line.source for line in row.cells[0].lines])
        for section in sections(facts, **options)
        for row in section.rows
    }


def supplement_pdf(facts, languages=("de", "en"), role="award", attachments=()):
    context = supplement_context(
        facts,
        languages=languages,
        role=role,
        imprint=IMPRINT,
        embedded=[attachment.name for attachment in attachments],
    )
    return render_pdf(
        "pdf/supplement.html",
        context,
        languages=languages,
        title=context["title"],
        identifier=IMPRINT.number,
        attachments=attachments,
        created=IMPRINT.created,
    )


def test_supplement_has_the_eight_sections_of_the_diploma_supplement():
    titles = [(section.number, section.titles[0].text) for section in sections(MINIMAL)]

    assert titles == [
        (1, "Holder"),
        (2, "Credential"),
        (3, "Level and volume"),
        (4, "Content and result"),
        (5, "Function"),
        (6, "Additional information"),
        (7, "Certification"),
        (8, "Note on the framework"),
    ]


def test_supplement_prints_every_fact_of_a_complete_award():
    found = rows(COMPLETE)

    assert found["1.1"] == ("Family name, first name", ["Berg, Ana"])
    assert found["1.2"] == ("Date of birth", ["4 March 1999"])
    assert found["2.1"] == ("Title in the original language", ["Data ethics in practice"])
    assert found["2.2"] == (
        "Type, identifier",
        ["Micro-credential", "LIN-2026-0042", COMPLETE.id],
    )
    assert found["2.3"] == (
        "Field (ISCED-F 2013)",
        ["02 Arts and humanities", "0223 Philosophy and ethics"],
    )
    assert found["2.5"][1] == ["Campus Online", "https://campus.example"]
    assert found["2.6"] == ("Language of instruction", ["English"])
    assert found["3.1"] == ("Level", ["EQF level 6, DQR 6, First cycle (bachelor)"])
    assert found["3.2"] == (
        "Volume",
        [
            "2.5 ECTS credits, 62.5 hours of work, 25 hours for each credit",
            "Size: credit (below 5 ECTS)",
        ],
    )
    assert found["3.3"] == ("Duration", ["1 September 2026 to 20 October 2026"])
    assert found["4.4"] == ("Type of assessment", ["Written examination"])
    assert found["4.8"] == (
        "Achieved, issued",
        ["Achieved on 30 October 2026", "Issued on 1 November 2026"],
    )
    assert found["6.2"] == ("Validity", ["Valid until 1 November 2031"])


def test_supplement_of_an_award_gives_each_missing_element_with_the_reason():
    found = rows(MINIMAL)
    unknown = ["Not stated by the awarding body"]

    missing = [number for number, (_, lines) in found.items() if lines == unknown]

    assert missing == [
        *("1.1", "1.2", "1.3", "2.3", "2.4", "2.6", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2"),
        *("4.3", "4.4", "4.5", "4.6", "5.1", "5.2", "6.1"),
    ]
    assert found["8.2"][1] == ["The institution keeps no text on the system of this country."]
    assert found["4.7"][1] == ["Date of issuing: Not stated by the awarding body"]


def test_supplement_of_an_external_credential_names_what_the_documents_lack():
    assert rows(MINIMAL, role="external")["3.1"] == (
        "Level",
        ["Not stated in the source documents"],
    )


def test_supplement_says_where_each_value_of_an_external_credential_comes_from():
    facts = replace(
        COMPLETE, awarding_body=replace(COMPLETE.awarding_body, status="recognised", url="", id="")
    )
    provenance = {"title": "signed", "awarding_body": "signed", "awarding_body.status": "register"}

    found = sources(facts, role="external", provenance=provenance)

    assert found["2.1"] == ("from the signed file", [""])
    assert found["3.1"] == ("stated by the holder", [""])
    assert found["2.4"] == ("", ["", "from the signed file", "from the institution’s register"])
    assert found["8.1"] == ("", [""])


def test_supplement_of_an_award_needs_no_sources():
    assert {source for source, _ in sources(COMPLETE).values()} == {""}


@pytest.mark.parametrize(
    ("ects", "size", "title", "line"),
    [
        (Decimal("4.5"), "credit", "Credit Supplement", "Size: credit (below 5 ECTS)"),
        (Decimal(5), "module", "Module Supplement", "Size: module (5 to 30 ECTS)"),
        (Decimal(30), "module", "Module Supplement", "Size: module (5 to 30 ECTS)"),
        (Decimal("30.5"), "larger", "Credit and Module Supplement", "Size: larger than 30 ECTS"),
    ],
)
def test_supplement_is_named_by_its_size(ects, size, title, line):
    facts = replace(COMPLETE, ects=ects)

    context = supplement_context(facts, languages=("en",), role="award", imprint=IMPRINT)

    assert size_of(ects) == size
    assert context["title"] == title
    assert rows(facts)["3.2"][1][-1] == line
    assert context["sizes"] == {"en": f"{ects} ECTS credits. {line}"}


def test_supplement_without_credits_leaves_the_size_open():
    context = supplement_context(MINIMAL, languages=("en",), role="award", imprint=IMPRINT)

    assert (size_of(None), context["title"]) == ("", "Credit and Module Supplement")
    assert context["sizes"] == {"en": "Size: not stated in ECTS credits"}


def test_supplement_keeps_titles_and_names_in_their_own_language():
    facts = replace(
        COMPLETE,
        title={"de": "Luft messen", "en": "Measuring Air"},
        language="de",
        awarding_body=LINDENFELD,
    )

    cells = sections(facts, languages=("de", "en"))[1].rows[0].cells
    bodies = sections(facts, languages=("de", "en"))[1].rows[3].cells

    assert [(c.lines[0].text, c.lines[0].language, c.lines[0].gloss) for c in cells] == [
        ("Luft messen", "", ""),
        ("Luft messen", "de", "Measuring Air, unofficial translation"),
    ]
    assert [(c.lines[0].text, c.lines[0].gloss) for c in bodies] == [
        ("Universität Lindenfeld", ""),
        ("Universität Lindenfeld", "University of Lindenfeld"),
    ]


def test_supplement_prints_text_of_one_language_once():
    facts = replace(
        COMPLETE,
        outcomes=(OutcomeFacts({"en": "Fly safely"}),),
        prerequisites={"en": "None", "de": "Keine"},
    )

    content = sections(facts, languages=("de", "en"))

    outcomes = content[3].rows[1]
    assert (outcomes.once, [cell.items[0].text for cell in outcomes.cells]) == (
        True,
        ["Fly safely", "Fly safely"],
    )
    assert content[2].rows[3].once is False


def test_supplement_writes_arabic_from_right_to_left():
    facts = replace(COMPLETE, outcomes=(OutcomeFacts({"ar": "يختار أماكن القياس"}),))

    item = sections(facts)[3].rows[1].cells[0].items[0]

    assert (item.language, item.direction) == ("ar", "rtl")


def test_supplement_after_recognition_states_only_the_fact():
    note = RecognitionNote("LND-DEC-2026-0417", date(2026, 11, 26), LINDENFELD)

    found = rows(MINIMAL, role="external", recognition_note=note)

    assert found["6.3"] == (
        "Recognition",
        [
            "Credits were awarded through recognition: decision no. LND-DEC-2026-0417 of "
            "26 November 2026, University of Lindenfeld."
        ],
    )


def test_supplement_passes_no_judgement():
    facts = replace(COMPLETE, quality_agency="")
    text = " ".join(
        text
        for role in ("award", "external")
        for label, lines in rows(facts, role=role).values()
        for text in (label, *lines)
    )

    judging = r"\b(equivalent|comparable|suitable|should be recognised|good|poor|better|warning)\b"
    assert re.findall(judging, text, re.IGNORECASE) == []


def test_supplement_tells_how_to_check_it_and_what_it_embeds():
    found = rows(COMPLETE, embedded=["credential.json"])

    assert found["6.5"] == (
        "The signed credential",
        ["Inside this PDF file: credential.json", f"SHA-256: {IMPRINT.sha256}"],
    )
    assert found["7.2"] == (
        "Check",
        [
            "Anyone can check this document here, without an account:",
            "symbolon.lindenfeld.example/v/LND-7F4K-22QX",
            "Code LND-7F4K-22QX",
        ],
    )


def test_supplement_pdf_carries_the_signed_credential():
    attachment = Attachment(
        "credential.json", b'{"id": "urn:uuid:1"}', "application/vc+ld+json", "The credential"
    )

    data = supplement_pdf(COMPLETE, attachments=(attachment,))

    assert embedded_files(data) == (attachment,)
    assert data == supplement_pdf(COMPLETE, attachments=(attachment,))


@pytest.mark.checkers
def test_supplement_pdf_passes_verapdf(verapdf, tmp_path):
    other_scripts = replace(
        COMPLETE,
        holder=HolderFacts("أحمد بن علي"),
        title={"el": "Μέτρηση αέρα", "uk": "Вимірювання повітря"},
        outcomes=(OutcomeFacts({"ar": "يختار أماكن القياس (ISO 9001)."}),) * 40,
    )
    documents = {
        "complete": supplement_pdf(COMPLETE),
        "one language": supplement_pdf(COMPLETE, languages=("en",), role="external"),
        "minimal": supplement_pdf(MINIMAL, role="external"),
        "other scripts": supplement_pdf(other_scripts),
    }
    for name, data in documents.items():
        (tmp_path / f"{name}.pdf").write_bytes(data)

    assert verapdf(*tmp_path.glob("*.pdf")) == []


def test_bodies_that_award_together_stand_below_the_first():
    alone, joint = rows(COMPLETE), rows(JOINT)

    assert joint["2.5"][0] == "Awarded jointly with"
    assert [line for line in joint["2.5"][1] if line in ("Shore Polytechnic", "Hill College")] == [
        "Shore Polytechnic",
        "Hill College",
    ]
    assert (joint["2.4"], joint["2.6"]) == (alone["2.4"], alone["2.5"])
