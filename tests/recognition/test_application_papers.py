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
from tests.real_input.test_sixty_documents import Tags, heads_left_alone, rows_split
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
