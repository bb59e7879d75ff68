"""Proves what letters and the micro-credentials page say, in one language and in two."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_tags

from credentials.pdf import render_pdf
from credentials.pdf_files import embedded_files
from credentials.standards.documents import Imprint
from credentials.standards.facts import BodyFacts, HolderFacts
from recognition.documents.inquiry import InquiryFacts, inquiry_context
from recognition.documents.letter import (
    LetterCondition,
    LetterDifference,
    LetterEvidence,
    LetterFacts,
    LetterLine,
    LetterMember,
    LetterOutcome,
    LetterSource,
    Remedy,
    letter_context,
    letter_document_context,
)
from recognition.documents.record import RecordFacts, RecordRow, record_context
from recognition.vocabulary import DecisionType, Rating, Track
from tests.test_translations import compile_catalogues

LINDENFELD = BodyFacts(
    name={"de": "Universität Lindenfeld", "en": "University of Lindenfeld"}, country="DE"
)
IMPRINT = Imprint(
    institution=LINDENFELD,
    number="LND-DL-2026-0417",
    created=datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
    code="LND-9K2M-33PT",
    verify_url="https://symbolon.lindenfeld.example/v/LND-9K2M-33PT",
    signatory="Prof. Hedda Brandvold",
    capacity={"en": "Chair", "de": "Vorsitz"},
)
LETTER = LetterFacts(
    imprint=IMPRINT,
    addressee="Nela Ardwen",
    address="Brückenstraße 4\n35390 Lindenfeld",
    programme={"en": "BSc Environmental Informatics"},
    case_reference="REC-2026-0417",
    lines=(
        LetterLine(
            sources=(LetterSource("Data Analysis with Python", "Marisol University", Decimal(5)),),
            target_title={"en": "Applied Data Analysis", "de": "Angewandte Datenanalyse"},
            target_code="INF-204",
            requested_ects=Decimal(6),
            decision=DecisionType.PARTIAL,
            granted_ects=Decimal("4.5"),
            grade="1.7",
        ),
    ),
    remedy=Remedy(
        body={"en": "Appeals board", "de": "Widerspruchsausschuss"},
        form={"en": "In writing"},
        period={"en": "Within 30 days"},
        address="Am Schloss 1\n35390 Lindenfeld",
        url="https://lindenfeld.example/appeals",
    ),
    received_on=date(2026, 11, 2),
    complete_on=date(2026, 11, 4),
    decided_on=date(2026, 11, 26),
    legal_basis={"en": "Lisbon Recognition Convention, article V"},
    policy_version="3",
    track=Track.RECOGNITION,
    evidence=(
        LetterEvidence("Module handbook, pages 41 to 46"),
        LetterEvidence("Certificate", "The original was seen", "At the counter."),
    ),
    outcomes=(
        LetterOutcome({"en": "Build a linear model."}, True, Rating.FULL),
        LetterOutcome({"en": "Analyse time series."}, True, Rating.NOT_EVIDENCED),
        LetterOutcome({"en": "Present results."}, False, Rating.FULL),
    ),
    reasons={"en": "You have shown two of three outcomes."},
    differences=(
        LetterDifference(
            element="outcomes",
            outcome={"en": "Analyse time series."},
            missing={"en": "Trend and season."},
            examined={"en": "Module handbook, page 44."},
            effect={"en": "The third-year project builds on it."},
        ),
    ),
    why_not=((DecisionType.FULL_SUBSTITUTION, {"en": "It is not possible."}),),
    conditions=(LetterCondition({"en": "Pass the test."}, date(2027, 2, 12)),),
    later={"en": "Take session block C."},
    effect={"en": "4.5 ECTS count."},
    members=(
        LetterMember("Milo Ivanek", {"en": "Member"}),
        LetterMember("Tess Sallow", {"en": "Member"}, recused=True),
    ),
)
RECORD = RecordFacts(
    imprint=replace(IMPRINT, number="LND-MP-2026-0088"),
    holder=HolderFacts("Nela Ardwen", birth_date=date(2004, 5, 4), student_number="40218577"),
    programme={"en": "BSc Environmental Informatics"},
    rows=(
        RecordRow(
            title="Data Analysis with Python",
            body="Marisol University",
            country="PT",
            awarded_on=date(2026, 6, 26),
            eqf_level=6,
            ects=Decimal(5),
            assessment_type="project",
            supervision="supervised_online",
            grade="1.7",
            counted_ects=Decimal("4.5"),
            module_code="INF-204",
            code="LND-1111-2222",
        ),
        RecordRow(title="Statistics", body="Nordhavn College", ects=Decimal(4)),
        RecordRow(title="First Aid", body="Red Rescue", hours=Decimal(25)),
    ),
)


def letter_pdf(facts=LETTER, languages=("de", "en")):
    context = letter_document_context(facts, languages=languages)
    return render_pdf(
        "pdf/decision_letter.html",
        context,
        languages=languages,
        title=context["title"],
        identifier=facts.imprint.number,
        created=facts.imprint.created,
    )


INQUIRY = InquiryFacts(
    imprint=replace(IMPRINT, number="LND-INQ-2026-0001", signatory="Orla Finnery"),
    addressee="Kestrel Academy",
    address="Long Street 1\nTestheim",
    holder="Nela Ardwen",
    title={"en": "Data Analysis with Python"},
    awarded_on=date(2026, 3, 1),
    number="K-17",
    items=("Was it passed?", "Was the examination supervised?"),
    due_on=date(2026, 12, 12),
    reply_to="recognition@lindenfeld.example",
)


def inquiry_pdf(facts=INQUIRY, languages=("de", "en")):
    context = inquiry_context(facts, languages=languages)
    return render_pdf(
        "pdf/issuer_letter.html",
        context,
        languages=languages,
        title=context["title"],
        identifier=facts.imprint.number,
        created=facts.imprint.created,
    )


def record_pdf(facts=RECORD, languages=("de", "en")):
    context = record_context(facts, languages=languages)
    return render_pdf(
        "pdf/microcredentials_page.html",
        context,
        languages=languages,
        title=context["title"],
        identifier=facts.imprint.number,
        created=facts.imprint.created,
    )


def words(html):
    return re.sub(r"\s+", " ", unescape(strip_tags(html.replace("<", " <")))).strip()


def preview(facts):
    return render_to_string("pdf/_letter_body.html", letter_context(facts, languages=("en",)))


def test_preview_says_everything_that_a_decision_must_say():
    text = words(preview(LETTER))

    expected = [
        "We recognise your learning in part",
        "You asked us to recognise “Data Analysis with Python” (Marisol University) for "
        "INF-204 Applied Data Analysis. We recognise 4.5 of 6 ECTS credits.",
        "Recognised in part 4.5 ECTS Grade : 1.7",
        "4.5 ECTS count.",
        "Pass the test. ( until 12 February 2027 )",
        "You have shown two of three outcomes.",
        "Substantial difference: Learning outcomes",
        "What is missing Trend and season.",
        "Evidence examined Module handbook, page 44.",
        "Why it matters for this programme The third-year project builds on it.",
        "2 Analyse time series. Essential Not evidenced",
        "3 Present results. Full",
        "Not evidenced: Nothing in the evidence says anything about it.",
        "Module handbook, pages 41 to 46",
        "Certificate . The original was seen : At the counter.",
        "What else we considered Recognise in full It is not possible.",
        "What you can do Take session block C.",
        "Write to Appeals board Am Schloss 1 35390 Lindenfeld https://lindenfeld.example/appeals",
        "Until when Within 30 days",
        "Who decided looks again first; if you then appeal, other people decide. "
        "You can also appeal when an application is not decided in time.",
        "received on 2 November 2026, complete on 4 November 2026, decided on 26 November 2026",
        "Legal basis Lisbon Recognition Convention, article V",
        "Recognition rules, version 3",
        "Procedure Recognition: It is recognised unless",
        "Milo Ivanek, Member Tess Sallow, Member ( stepped back, took no part )",
        "Prof. Hedda Brandvold Chair",
    ]
    assert [sentence for sentence in expected if sentence not in text] == []


def test_preview_has_headings_one_below_the_other():
    levels = [int(level) for level in re.findall(r"<h(\d)>", preview(LETTER))]

    assert levels[:3] == [3, 4, 4]
    assert set(levels) == {3, 4, 5}


def test_preview_of_a_draft_claims_no_decision():
    draft = replace(LETTER.lines[0], decision="", granted_ects=None, grade="")
    facts = replace(LETTER, lines=(draft,), outcomes=(), differences=(), reasons="", later="")

    text = words(preview(facts))

    assert text.startswith("Our decision on your application You asked us to recognise")
    assert "We recognise" not in text
    assert "Why we decided so" not in text


@pytest.mark.parametrize(
    ("decision", "headline"),
    [
        (DecisionType.FULL_SUBSTITUTION, "We recognise your learning in full"),
        (DecisionType.INCLUSION, "We count your learning as free electives"),
        (DecisionType.ALTERNATIVE, "We recognise your learning for another module"),
        (DecisionType.PARTIAL, "We recognise your learning in part"),
        (DecisionType.CONDITIONAL, "We recognise your learning on a condition"),
        (DecisionType.EXEMPTION, "You need not do again what you have learned"),
        (DecisionType.ADVANCED_ENTRY, "You can enter a later semester"),
        (DecisionType.ADVANCE_INFO, "What you can expect if you apply"),
        (DecisionType.INADMISSIBLE, "We cannot examine your application"),
        (DecisionType.REFUSAL, "We do not recognise your learning for this purpose"),
    ],
)
def test_letter_names_its_decision_first(decision, headline):
    line = replace(LETTER.lines[0], decision=decision)

    context = letter_context(replace(LETTER, lines=(line,)))

    assert str(context["headline"]) == headline


def test_letter_has_the_day_of_the_decision_at_its_head():
    context = letter_document_context(LETTER, languages=("de", "en"))

    page = render_to_string("pdf/decision_letter.html", {**context, "created": ""})

    head = words(page.partition('<div class="body">')[0])
    assert "26. November 2026 / 26 November 2026" in head


def test_letter_of_a_refusal_promises_no_credits():
    line = replace(LETTER.lines[0], decision=DecisionType.REFUSAL, granted_ects=Decimal(0))

    context = letter_context(replace(LETTER, lines=(line,)))

    assert context["openings"] == [
        {
            "en": "You asked us to recognise “Data Analysis with Python” (Marisol University) for "
            "INF-204 Applied Data Analysis. We cannot recognise it. This letter says why, and "
            "what you can do."
        }
    ]


def test_opening_of_the_letter_is_german_in_german(settings, tmp_path):
    compile_catalogues(settings, tmp_path)

    context = letter_context(LETTER, languages=("de", "en"))

    opening = context["openings"][0]["de"]
    assert opening.startswith("Sie haben beantragt, „")
    assert "ECTS-Punkten an." in opening
    entries = " ".join(str(value) for _name, value in context["entries"])
    assert "eingegangen am" in entries


def test_preview_escapes_what_people_wrote():
    html = preview(replace(LETTER, reasons={"en": "<script>alert(1)</script>\nSecond line"}))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>Second line" in html
    assert "<script>" not in html


def test_letter_in_two_languages_prints_what_has_both_in_both():
    with translation.override("de"):
        html = render_to_string(
            "pdf/_letter_body.html", letter_context(LETTER, languages=("de", "en"), heading=1)
        )

    assert '<span class="tongue" lang="de">Widerspruchsausschuss</span>' in html
    assert '<span class="tongue" lang="en">Appeals board</span>' in html
    assert html.count("You have shown two of three outcomes.") == 1
    assert '<p lang="en">You have shown two of three outcomes.</p>' in html


def test_letter_on_free_electives_says_so_in_a_sentence():
    line = replace(LETTER.lines[0], target_title="Free electives", target_code="")
    context = letter_context(replace(LETTER, lines=(line,)), languages=("en",))

    assert context["openings"][0]["en"].startswith("You asked us to count “")
    assert " as free electives. " in context["openings"][0]["en"]


def test_letter_pdf_is_made_of_complete_and_of_least_facts():
    least = LetterFacts(
        imprint=replace(IMPRINT, signatory="", capacity=""),
        addressee="Ива Петрова",
        case_reference="R-1",
        lines=(LetterLine((LetterSource("Курс", ""),), "Free electives"),),
        remedy=Remedy("Board", "In writing", "30 days"),
    )

    assert embedded_files(letter_pdf()) == ()
    assert letter_pdf(least, languages=("en",)).startswith(b"%PDF-1.7")


def test_record_counts_what_is_earned_counted_and_additional():
    assert (RECORD.earned, RECORD.counted, RECORD.additional) == (
        Decimal(9),
        Decimal("4.5"),
        Decimal(4),
    )


def test_record_page_prints_each_credential_once_with_its_place_in_the_degree():
    context = {**record_context(RECORD, languages=("en",)), "title": "Title", "created": ""}

    text = words(render_to_string("pdf/microcredentials_page.html", context))

    expected = [
        "Name Nela Ardwen Date of birth 4 May 2004 Student number 40218577",
        "1 Data Analysis with Python Marisol University , Portugal Project work Supervised "
        "online, identity verified LND-1111-2222 2026-06-26 6 5 1.7 Counts 4.5 ECTS INF-204",
        "2 Statistics Nordhavn College – – 4 – Additional",
        "3 First Aid Red Rescue – – 25 h – Additional",
        "Earned Counted in the degree Additional 9 ECTS 4.5 ECTS 4 ECTS",
    ]
    assert [sentence for sentence in expected if sentence not in text] == []


def test_record_page_of_a_learner_without_programme_has_no_empty_row():
    facts = replace(RECORD, programme="")
    context = {**record_context(facts, languages=("en",)), "title": "Title", "created": ""}

    text = words(render_to_string("pdf/microcredentials_page.html", context))

    assert "Student number 40218577 Anyone can check" in text


def test_letter_to_an_issuer_says_what_it_needs_to_find_its_record():
    context = inquiry_context(INQUIRY, languages=("en",))

    text = words(render_to_string("pdf/issuer_letter.html", {**context, "created": ""}))

    expected = [
        "Kestrel Academy Long Street 1 Testheim",
        "did you issue it? Please answer by 12 December 2026.",
        "Title Data Analysis with Python Issued to Nela Ardwen Awarded on 1 March 2026 Number K-17",
        "Was it passed? Was the examination supervised?",
        "recognition@lindenfeld.example",
    ]
    assert [sentence for sentence in expected if sentence not in text] == []


def test_record_pdf_is_made():
    assert record_pdf().startswith(b"%PDF-1.7")
