"""Proves what the receipt of an application and a request for information say, and how they print.

The independent checkers see them, and other printed documents, once for both profiles.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from credentials.pdf import render_pdf
from recognition.documents.information import InformationFacts, information_context
from recognition.documents.receipt import (
    ReceiptFacts,
    ReceiptFile,
    ReceiptLine,
    ReceiptSource,
    receipt_context,
)
from tests.real_input.tags import Tags, heads_left_alone, rows_split
from tests.recognition.test_documents import (
    IMPRINT,
    inquiry_pdf,
    letter_pdf,
    record_pdf,
    words,
)

UNSIGNED = replace(IMPRINT, signatory="", capacity="")
SOURCE = ReceiptSource(
    title={"en": "Data Analysis with Python"},
    bodies=({"en": "Marisol University"},),
    ects=Decimal(5),
    files=(
        ReceiptFile("Certificate", "certificate.pdf"),
        ReceiptFile("handbook.pdf", "handbook.pdf"),
        ReceiptFile("Course page", "https://course.example/"),
    ),
)
OURS = ReceiptSource(title={"en": "Statistics", "de": "Statistik"}, hours=Decimal(25), is_ours=True)
LINE = ReceiptLine(
    position=1,
    sources=(SOURCE,),
    target={"en": "Applied Data Analysis", "de": "Angewandte Datenanalyse"},
    code="INF-204",
    ects=Decimal(6),
)
RECEIPT = ReceiptFacts(
    imprint=replace(UNSIGNED, number="LND-RCP-2026-0001"),
    addressee="Nela Ardwen",
    student_number="40218577",
    case_reference="LND-REC-2026-0417",
    programme={"en": "BSc Environmental Informatics"},
    regulations="2024",
    arrived_at=datetime(2026, 11, 2, 13, 5, tzinfo=UTC),
    has_time=True,
    entered="",
    consent=None,
    lines=(LINE,),
    is_binding=True,
    check_due_on=date(2026, 11, 9),
    decision_days=20,
    reply_to="recognition@lindenfeld.example",
)
MANY = replace(
    RECEIPT,
    addressee="Αλεξάνδρα-Κωνσταντίνα Παπαδοπούλου-Οικονομοπούλου نور الهدى بنت عبد الرحمن",
    lines=tuple(
        replace(
            LINE,
            position=n,
            sources=(
                replace(SOURCE, title={"el": "Ανάλυση δεδομένων", "ar": "تحليل البيانات"}),
                OURS,
                ReceiptSource(title="x" * 120),
            )[: 1 + n % 3],
        )
        for n in range(1, 31)
    ),
)
INFORMATION = InformationFacts(
    imprint=replace(UNSIGNED, number="LND-INF-2026-0001"),
    addressee="Nela Ardwen",
    case_reference="LND-REC-2026-0417",
    programme={"en": "BSc Environmental Informatics"},
    target={"en": "Applied Data Analysis", "de": "Angewandte Datenanalyse"},
    items=("How were you assessed?", "Please send the handbook\nof the year in which you took it."),
    due_on=date(2026, 12, 10),
    is_complete=True,
    answer_url="https://symbolon.lindenfeld.example/questions/0b8ddc1a-71d4-4f5e-9d0a-5f2f2a4c8a11/answer/",
    reply_to="recognition@lindenfeld.example",
)


def printed(template, context, facts, languages):
    return render_pdf(
        f"pdf/{template}.html",
        context,
        languages=languages,
        title=context["title"],
        identifier=facts.imprint.number,
        created=facts.imprint.created,
    )


def receipt_pdf(facts=RECEIPT, languages=("de", "en")):
    return printed("receipt", receipt_context(facts, languages=languages), facts, languages)


def information_pdf(facts=INFORMATION, languages=("de", "en")):
    context = information_context(facts, languages=languages)
    return printed("information_letter", context, facts, languages)


def words_of(template, context):
    return words(render_to_string(f"pdf/{template}.html", {**context, "created": ""}))


def receipt_words(facts=RECEIPT, languages=("en",)):
    return words_of("receipt", receipt_context(facts, languages=languages))


def information_words(facts=INFORMATION, languages=("en",)):
    return words_of("information_letter", information_context(facts, languages=languages))


def pages_of(data):
    return len(Tags(data).pages)


# Receipts


def test_receipt_says_what_came_in_when_and_what_comes_next():
    text = receipt_words()

    expected = [
        "Document LND-RCP-2026-0001, 1.0",
        "Your application has arrived Your application reached us on 2 November 2026.",
        "It is no decision. Case reference LND-REC-2026-0417 Arrived 2 November 2026, 14:05 CET",
        "Applicant Nela Ardwen, 40218577 Programme BSc Environmental Informatics, 2024",
        "1 Data Analysis with Python Marisol University 5 ECTS Certificate certificate.pdf "
        "handbook.pdf Course page https://course.example/ INF-204 Applied Data Analysis , 6 ECTS",
        "By 9 November 2026 we look whether all is there",
        "On the day on which all is there; we tell you.",
        "Within 20 working days of that day, by letter with reasons.",
        "If it does not come in time, you can appeal at once.",
        "write to us in the portal, or to recognition@lindenfeld.example, and name "
        "LND-REC-2026-0417 .",
    ]
    assert [sentence for sentence in expected if sentence not in text] == []


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "Arrived 2 July 2026, 00:30 CEST"),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), "Arrived 31 December 2026, 23:59 CET"),
    ],
)
def test_day_and_time_are_those_of_the_institution(moment, said):
    assert said in receipt_words(replace(RECEIPT, arrived_at=moment))


def test_receipt_of_paper_claims_no_time_and_names_the_consent():
    consent = ReceiptFile("Consent", "scan.pdf")
    facts = replace(RECEIPT, has_time=False, entered="Received on paper", consent=consent)

    text = receipt_words(facts)

    assert "Arrived 2 November 2026 How it came Received on paper Applicant" in text
    assert "Your signed consent : scan.pdf" in text


def test_question_in_advance_promises_no_decision_and_no_appeal():
    text = receipt_words(replace(RECEIPT, is_binding=False))

    assert "Your question in advance has arrived" in text
    assert "the answer will bind nobody" in text
    assert "When you get the answer Within 20 working days" in text
    assert "appeal" not in text


def test_each_source_of_a_line_has_a_row_with_what_came_with_it():
    joint = ReceiptSource("Ethics", bodies=({"en": "One School"}, {"en": "Two School"}))
    facts = replace(RECEIPT, lines=(replace(LINE, sources=(OURS, joint)),), reply_to="")

    text = receipt_words(facts)

    ours = "1 Statistics 25 h The credential, awarded and signed here INF-204"
    assert ours in text
    assert "1 Ethics One School Two School None INF-204" in text
    assert "If you have a question, write to us in the portal." in text


def test_one_day_is_one_day():
    assert "Within 1 working day of that day" in receipt_words(replace(RECEIPT, decision_days=1))


def test_a_stranger_is_told_no_name_by_the_title():
    titles = [
        receipt_context(RECEIPT, languages=("en",))["title"],
        information_context(INFORMATION, languages=("en",))["title"],
    ]

    assert titles == [
        "Receipt of your application LND-RCP-2026-0001",
        "Request for information LND-INF-2026-0001",
    ]


# Requests for information


def test_request_says_what_is_missing_until_when_and_what_comes_of_silence():
    text = information_words()

    expected = [
        "We have a question Something is missing in your application. Please answer by "
        "10 December 2026. Until you answer, the time for the decision stands still.",
        "Case reference LND-REC-2026-0417 Asked on 26 November 2026 "
        "You asked for Applied Data Analysis Answer by 10 December 2026",
        "How were you assessed? Please send the handbook of the year in which you took it.",
        "symbolon.lindenfeld.example/questions/",
        "Write to recognition@lindenfeld.example and name LND-INF-2026-0001 .",
        "After 10 December 2026 we go on without it, and the committee decides on what it has.",
    ]
    assert [sentence for sentence in expected if sentence not in text] == []


def test_before_the_file_is_complete_no_time_stands_still():
    text = information_words(replace(INFORMATION, is_complete=False, reply_to=""))

    assert "The time for the decision begins when all is there." in text
    assert "stands still" not in text
    assert "Is something unclear? Write to the registrar in the portal." in text


def test_what_people_wrote_is_escaped():
    hostile = "<script>alert(1)</script>"
    source = replace(SOURCE, title=hostile, files=(ReceiptFile(hostile, hostile),))
    receipt = replace(RECEIPT, lines=(replace(LINE, sources=(source,)),))
    context = receipt_context(receipt, languages=("en",)) | {"created": ""}
    asked = information_context(replace(INFORMATION, items=(hostile,)), languages=("en",))

    html = render_to_string("pdf/receipt.html", context)
    html += render_to_string("pdf/information_letter.html", asked | {"created": ""})

    assert "<script>" not in html


# On paper


def test_simple_papers_take_a_page_and_the_same_input_gives_the_same_bytes():
    for make in (receipt_pdf, information_pdf):
        both = make()
        assert (pages_of(both), pages_of(make(languages=("en",)))) == (1, 1)
        assert make() == both


def test_thirty_lines_with_long_and_foreign_names_break_well():
    tags = Tags(receipt_pdf(MANY))

    assert (heads_left_alone(tags), rows_split(tags)) == ([], [])


@pytest.mark.checkers
def test_printed_documents_pass_verapdf(verapdf, tmp_path):
    """Printed once for both profiles; each start of the checker takes longer than its look."""
    paths = []
    for make in (letter_pdf, record_pdf, inquiry_pdf, receipt_pdf, information_pdf):
        for languages in (("de", "en"), ("en",)):
            paths.append(tmp_path / f"{make.__name__}-{'-'.join(languages)}.pdf")
            paths[-1].write_bytes(make(languages=languages))
    paths.append(tmp_path / "many.pdf")
    paths[-1].write_bytes(receipt_pdf(MANY))

    assert verapdf(*paths) == []
