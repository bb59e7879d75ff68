"""Proves what the diploma supplement and the transcript say, item by item, and what they admit."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from credentials.pdf import render_pdf
from credentials.standards import documents
from credentials.standards.design import PLAIN, Design, DesignPicture
from credentials.standards.diploma_sections import TITLES, heading
from credentials.standards.diploma_supplement import (
    diploma_supplement_context,
    diploma_supplement_sections,
)
from credentials.standards.facts import HolderFacts
from credentials.standards.study_results import grade_rows, results_context
from credentials.standards.supplement_cells import field_of_study
from credentials.standards.transcript import transcript_context
from recognition.documents.record import RecordFacts, RecordRow, annex_context
from tests.credentials.standards.diplomas import (
    ARABIC,
    DEGREE,
    DRAFT,
    EIGHTY,
    GREEK,
    IMPRINT,
    INTERIM,
    LONG_NAMES,
    MARISOL,
    MINIMAL,
    TRANSCRIPT,
)

ROW = RecordRow({"en": "Data Ethics"}, {"de": "Universität Lindenfeld"}, "DE", ects=Decimal("2.5"))


def sections(facts, languages=("en",), imprint=IMPRINT, **options):
    return diploma_supplement_sections(facts, languages=languages, imprint=imprint, **options)


def rows(facts, **options):
    """Return number: (label, texts) of the first language, breakable everywhere."""
    return {
        row.number: (
            row.cells[0].label,
            [text.replace("\N{NO-BREAK SPACE}", " ") for text in row.cells[0].texts],
        )
        for section in sections(facts, **options)
        for row in section.rows
    }


def text_of(template, context, languages=("en",)):
    said = {"languages": languages, "created": "2026-11-26T11:00:00Z"}
    page = render_to_string(f"pdf/{template}.html", {**context, **said})
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", page)))
    return re.sub(r" ([\]),:])", r"\1", text).replace("[ ", "[").replace("( ", "(")


def supplement_text(facts, languages=("en",), imprint=IMPRINT, annex=None):
    context = diploma_supplement_context(
        facts, languages=languages, imprint=imprint, annex=bool(annex)
    )
    return text_of("diploma_supplement", {**context, "annex": annex}, languages)


def transcript_text(facts, languages=("en",), imprint=IMPRINT):
    context = transcript_context(facts, languages=languages, imprint=imprint)
    return text_of("transcript", context, languages)


# The eight sections


def test_supplement_has_the_items_of_2018_in_their_order():
    assert list(rows(DEGREE)) == [
        *("1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3"),
        *("4.1", "4.2", "4.3", "4.4", "4.5", "5.1", "5.2", "6.1", "6.2"),
        *("7.1", "7.2", "7.3", "7.4", "8"),
    ]


def test_items_and_sections_are_called_as_everywhere():
    labels = {number: label for number, (label, _texts) in rows(DEGREE).items() if number != "8"}
    titles = {str(one.number): one.titles[0].text for one in sections(DEGREE)}

    assert {**labels, **titles} == {number: heading(number) for number in TITLES}


@pytest.mark.parametrize(
    ("number", "texts"),
    [
        ("1.1", ["Ardwen"]),
        ("1.2", ["Nela"]),
        ("1.3", ["4 May 2004"]),
        ("1.4", ["40218577"]),
        ("2.1", ["Bachelor of Science", "Umweltinformatik", "UI-B, regulations: 2024"]),
        (
            "2.2",
            [
                "06 Information and communication technologies",
                "ISCED-F 2013: 0613 Software and applications development and analysis",
            ],
        ),
        (
            "2.3",
            [
                *("Universität Lindenfeld", "Germany", "Recognised higher education institution"),
                *("Quality assurance agency: Test Agency", "https://www.lindenfeld.example"),
            ],
        ),
        ("2.4", ["The same as in 2.3."]),
        ("2.5", ["German, English"]),
        ("3.1", ["EQF level 6, DQR 6, First cycle (bachelor)"]),
        ("3.2", ["180 ECTS credits, 6 semesters (3 years)"]),
        ("3.3", ["General higher education entrance"]),
        ("4.1", ["Full-time"]),
        ("4.2", ["Collect and analyse measurements.\nBuild software for the environment."]),
        (
            "4.3",
            [
                "Studied from 1 October 2023 to 30 September 2026",
                "Achieved: 22.5 ECTS credits",
            ],
        ),
        (
            "4.4",
            [
                "Scale from the worst to the best: 5.0, 4.0, 3.0, 2.0, 1.0",
                "Passed from: 4.0",
                "Passing grades in programmes of the field 061 (ISCED-F 2013) at this "
                "institution, 26 November 2024 to 25 November 2026; 64 grades.",
            ],
        ),
        ("4.5", ["sehr gut, 1.4", "Mean of all grades, weighted by credits."]),
        ("5.1", ["Access to master programmes."]),
        ("5.2", ["None."]),
        (
            "6.1",
            [
                "A semester was spent in Spain.",
                "Micro-credentials earned beside the degree:",
                "Data Ethics in Practice",
                "Micro-credentials that count in the degree stand in 4.3, with a mark.",
            ],
        ),
        (
            "6.2",
            ["The examination office answers questions.", "https://www.lindenfeld.example"],
        ),
        ("7.1", ["26 November 2026"]),
        ("7.2", ["Prof. Hedda Brandvold"]),
        ("7.3", ["Dean"]),
        (
            "7.4",
            [
                "Instead of a stamp: anyone can check this document here, without an account:",
                "Anyone can check this document here, without an account:",
                "symbolon.lindenfeld.example/v/LND-7F4K-22QX-M3",
                "Code LND-7F4K-22QX-M3",
            ],
        ),
        ("8", ["Higher education in Germany takes place at universities of several types."]),
    ],
)
def test_supplement_says_each_item(number, texts):
    assert rows(DEGREE)[number][1] == texts


def test_supplement_without_data_gives_a_reason_in_each_item():
    unstated = ["The institution has not stated it for this programme."]

    found = {number: texts for number, (_label, texts) in rows(MINIMAL).items()}

    assert [n for n, texts in found.items() if texts == unstated] == [
        *("2.2", "2.5", "3.1", "3.2", "3.3", "4.1", "4.2", "5.1", "6.2"),
    ]
    assert found["1.2"] == ["The institution knows this person by one name only."]
    assert found["1.3"] == found["1.4"] == ["Not known to the institution."]
    assert found["2.3"] == [
        "Drone College",
        "Ireland",
        "The status of this institution is not known.",
    ]
    assert found["4.3"] == ["No results are recorded for this person."]
    assert found["4.4"] == [
        *unstated,
        "There is no grade distribution table. It needs a narrow field of study (ISCED-F), the "
        "lowest pass, and enough passing grades over two years; not all of this is there yet.",
    ]
    assert found["4.5"] == ["This qualification has no overall classification."]
    assert found["5.2"] == [
        "The institution states no regulated profession for this qualification."
    ]
    assert found["6.1"] == ["There is none."]
    assert (
        found["7.1"] == found["7.2"] == found["7.3"] == ["Not named when this document was made."]
    )
    assert found["8"] == ["The institution keeps no text on the system of this country."]


def test_preamble_promises_data_free_of_judgement_and_all_eight_sections():
    text = supplement_text(DEGREE)

    for promise in (
        "independent data",
        "no value judgement, no statement about equivalence and no suggestion about recognition",
        "All eight sections are filled in",
        "where information is missing, the reason stands in its place",
    ):
        assert promise in text


def test_interim_award_has_the_same_sections_under_its_own_heading():
    context = diploma_supplement_context(INTERIM, languages=("en",), imprint=IMPRINT)

    assert context["heads"] == {"en": "Supplement to an interim award"}
    assert list(rows(INTERIM)) == list(rows(DEGREE))
    assert rows(INTERIM)["2.1"][1][0] == "Certificate of Higher Education"
    assert "a part of a programme" in supplement_text(INTERIM)


def test_interim_award_says_why_it_states_no_level_and_no_rights():
    whole = {"eqf_level": None, "nqf_level": "", "cycle": "", "ects_total": None, "semesters": None}
    interim = rows(replace(INTERIM, **whole, outcomes={}, further_study={}))

    reason = ["Not stated: the award is given for a part of the programme."]
    assert [interim[number][1] for number in ("3.1", "3.2", "4.2", "5.1")] == [reason] * 4


def test_body_that_administers_the_studies_is_named_when_it_is_another():
    assert rows(replace(DEGREE, administering_body=MARISOL))["2.4"][1] == [
        *("Universidad Marisol", "Spain", "The status of this institution is not known."),
    ]


def test_titles_stay_in_the_original_with_an_unofficial_translation():
    german, english = sections(DEGREE, languages=("de", "en"))[1].rows[0].cells

    assert [(line.text, line.gloss) for line in german.lines][:2] == [
        ("Bachelor of Science", ""),
        ("Umweltinformatik", ""),
    ]
    assert english.lines[1].gloss == "Environmental Informatics, unofficial translation"


def test_spanish_writes_dates_numbers_and_names_in_its_own_way():
    day = documents.written(date(2026, 5, 4), "es")
    assert day == "4 de mayo de 2026".replace(" ", "\N{NO-BREAK SPACE}", 2)
    assert documents.written(Decimal("4.5"), "es") == "4,5"
    assert documents.country_name("DE", "es") == "Alemania"
    assert documents.language_name("da", "es") == "danés"


def test_dates_and_numbers_are_written_in_each_language():
    german, english = sections(DEGREE, languages=("de", "en"))[3].rows[2].cells

    assert "22,5" in german.lines[1].text
    assert "22.5" in english.lines[1].text


def test_arabic_name_is_written_from_right_to_left():
    name = sections(ARABIC)[0].rows[0].cells[0].lines[0]
    title = sections(ARABIC)[1].rows[0].cells[0].lines[1]

    assert (name.text, name.direction) == ("بن يوسف", "rtl")
    assert (title.language, title.direction) == ("ar", "rtl")
    assert sections(DEGREE)[0].rows[0].cells[0].lines[0].direction == "ltr"


def test_person_with_one_name_is_not_given_another():
    mononym = replace(DEGREE, holder=HolderFacts("Suharto", family_name="Suharto"))

    found = rows(mononym)

    assert found["1.1"][1] == ["Suharto"]
    assert found["1.2"][1] == ["The institution knows this person by one name only."]


def test_supplement_passes_no_judgement():
    text = " ".join(text for _label, texts in rows(DEGREE).values() for text in texts)

    judging = r"\b(equivalent|comparable|suitable|should be recognised|good|poor|better)\b"
    assert re.findall(judging, text, re.IGNORECASE) == []


# 4.3, 6.1 and the page after section 8


def test_micro_credential_that_counts_stands_in_the_results_with_mark_and_source():
    text = supplement_text(DEGREE)

    assert (
        "Angewandte Datenanalyse ** [Applied Data Analysis] "
        "** Recognised from: Análisis de datos con Python, Universidad Marisol (micro-credential)"
    ) in text
    assert "** recognised from a credential of another institution" in text
    assert "In brackets: unofficial translation." in text


def test_micro_credential_beside_the_degree_stands_in_additional_information():
    item = sections(DEGREE)[5].rows[0].cells[0].items[0]

    assert item.text == "Data Ethics in Practice"
    assert item.gloss.replace("\N{NO-BREAK SPACE}", " ") == (
        "Universität Lindenfeld, Germany, 2 March 2026, 2.5 ECTS credits, grade 2.0"
    )


def test_page_of_micro_credentials_follows_and_is_pointed_at():
    annex = annex_context(
        RecordFacts(IMPRINT, DEGREE.holder, DEGREE.title, (ROW,)), languages=("en",)
    )

    with_page, without = supplement_text(DEGREE, annex=annex), supplement_text(DEGREE)

    pointer = "See the page “Micro-credentials earned during the programme” after section 8."
    assert pointer in with_page
    assert "This page is an annex to section 6.1" in with_page
    assert pointer not in without
    assert "This page is an annex" not in without


# The tables


def test_each_origin_has_its_mark_legend_and_total():
    context = results_context(replace(EIGHTY, components=EIGHTY.components[:4]), ("en",))

    assert [line.mark for line in context["lines"]] == ["", "**", "*", "***"]
    assert [mark for mark, _text in context["legend"]] == ["*", "**", "***"]
    assert [(str(label), ects) for label, ects in context["totals"]] == [
        ("Passed in the programme", Decimal("2.5")),
        ("Recognised (*), own institution", Decimal("2.5")),
        ("Recognised (**), other institutions", Decimal("2.5")),
        ("Recognised (***), prior learning", Decimal("2.5")),
        ("Total", Decimal("10.0")),
    ]


def test_legend_and_totals_name_only_what_there_is():
    context = results_context(replace(DEGREE, components=DEGREE.components[:1]), ("en",))

    assert context["legend"] == []
    assert [str(label) for label, _ects in context["totals"]] == ["Passed in the programme"]
    assert results_context(MINIMAL, ("en",))["totals"] == []


def test_distribution_has_counts_shares_and_cumulative_shares():
    found = [
        (row.grade, row.count, row.share["de"], row.cumulative["en"])
        for row in grade_rows(DEGREE.distribution, ("de", "en"))
    ]

    assert found == [
        ("1.0", 12, "18,8", "18.8"),
        ("2.0", 31, "48,4", "67.2"),
        ("3.0", 17, "26,6", "93.8"),
        ("4.0", 4, "6,3", "100.0"),
    ]


# The transcript


def test_transcript_names_holder_programme_lines_scale_and_who_signed():
    text = transcript_text(TRANSCRIPT)

    for said in (
        "Transcript of Records",
        "Nela Ardwen",
        "4 May 2004",
        "40218577",
        "Umweltinformatik",
        "UI-B, 2024",
        "EQF level 6, DQR 6, First cycle (bachelor)",
        "180 ECTS",
        "INF-101 Grundlagen der Programmierung",
        "WS 2023/24 6 1.7",
        "Title of the work: Messnetze für Feinstaub in mittelgroßen Städten",
        "Total 18 ECTS 4.5 ECTS 22.5 ECTS",
        "Passed from: 4.0.",
        "Cumulative (percent) 1.0 12 18.8 18.8",
        "Prof. Hedda Brandvold Dean",
        "LND-7F4K-22QX-M3",
    ):
        assert said in text.replace("\N{NO-BREAK SPACE}", " "), said


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "1 July 2025"), ("de", "1. Juli 2025"), ("es", "1 de julio de 2025")],
)
def test_line_without_a_term_has_its_day_as_its_language_writes_it(language, day):
    text = transcript_text(TRANSCRIPT, (language,))

    assert (day in text, "2025-07-01" in text) == (True, False)
    assert "1. Juli 2025" in transcript_text(TRANSCRIPT, ("de", "en"))
    assert "1 July 2025" in transcript_text(TRANSCRIPT, ("de", "en"))


def test_transcript_without_data_says_so():
    text = transcript_text(MINIMAL)

    assert "No results are recorded until this day." in text
    assert "The institution has not stated the grades of this programme." in text
    assert "There is no grade distribution table" in text


# Drafts


def test_nothing_stands_instead_of_a_stamp_that_is_there():
    context = diploma_supplement_context(DEGREE, languages=("en",), imprint=IMPRINT)
    picture = DesignPicture(b"", "image/png", "Our seal")
    without = text_of("diploma_supplement", {**context, "design": PLAIN})
    beside = text_of("diploma_supplement", {**context, "design": Design(seal=picture)})

    assert "Instead of a stamp: anyone can" in without
    assert "Anyone can check" not in without
    assert "Official stamp or seal Anyone can check" in beside
    assert "Instead of a stamp" not in beside


@pytest.mark.parametrize("printed", [supplement_text, transcript_text])
def test_draft_says_so_and_cannot_be_verified(printed):
    text = printed(replace(DEGREE, number="", verify_url=""), imprint=DRAFT)

    assert text.count("Draft, not valid") == 1
    assert "Code LND" not in text
    assert "Anyone can check" not in text
    assert "Draft" not in printed(DEGREE)


def test_draft_says_so_once_on_each_page():
    facts = replace(DEGREE, number="", verify_url="")
    context = diploma_supplement_context(facts, languages=("de", "en"), imprint=DRAFT)
    page = render_to_string("pdf/diploma_supplement.html", {**context, "created": ""})

    # The running head takes data-number and leaves it out on the first page, which has its own.
    assert 'data-number="Entwurf, nicht gültig / Draft, not valid" data-verify=""' in page
    assert page.count("Draft, not valid") == 2


@pytest.mark.parametrize(
    ("classification", "grade", "said"),
    [
        ("Gut (2,1)", "2.1", "Gut (2,1)"),
        ("Gut (2.1)", "2,1", "Gut (2.1)"),
        ("sehr gut", "1.4", "sehr gut, 1.4"),
        ("Gut (12,1)", "2.1", "Gut (12,1), 2.1"),
        ("", "2.1", "2.1"),
    ],
)
def test_final_grade_is_said_once(classification, grade, said):
    facts = replace(DEGREE, classification=classification, final_grade=grade)

    assert rows(facts)["4.5"][1][0] == said


ENGINEERING = ("07 Ingenieurwesen, verarbeitendes Gewerbe und Baugewerbe", "")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("0712", [ENGINEERING, ("0712 Environmental protection technology", "en")]),
        ("07", [ENGINEERING]),
        ("9912", [("9912", "")]),
        ("", []),
    ],
)
def test_each_code_of_a_field_stands_beside_its_own_name(code, said):
    with translation.override("de"):
        assert field_of_study(code, "de") == said


# The files


def pdf_of(facts, languages=("de", "en"), template="diploma_supplement", annex=None):
    if template == "transcript":
        context = transcript_context(facts, languages=languages, imprint=IMPRINT)
    else:
        context = diploma_supplement_context(
            facts, languages=languages, imprint=IMPRINT, annex=bool(annex)
        )
    return render_pdf(
        f"pdf/{template}.html",
        {**context, "annex": annex},
        languages=languages,
        title=context["title"],
        identifier=IMPRINT.number,
        created=IMPRINT.created,
    )


def test_same_facts_give_the_same_bytes():
    assert pdf_of(INTERIM, ("en",)) == pdf_of(INTERIM, ("en",))


@pytest.mark.checkers
def test_supplements_and_transcripts_pass_verapdf(verapdf, tmp_path):
    languages = ("de", "en")
    record = RecordFacts(IMPRINT, DEGREE.holder, DEGREE.title, (ROW,))
    files = {
        "degree": pdf_of(DEGREE, annex=annex_context(record, languages=languages)),
        "minimal": pdf_of(MINIMAL, ("en",)),
        "interim": pdf_of(INTERIM, ("en", "de")),
        "eighty": pdf_of(EIGHTY),
        "arabic": pdf_of(ARABIC, ("en",)),
        "greek": pdf_of(GREEK),
        "long names": pdf_of(LONG_NAMES),
        "transcript": pdf_of(TRANSCRIPT, template="transcript"),
        "transcript of eighty": pdf_of(EIGHTY, template="transcript"),
        "transcript without data": pdf_of(
            replace(MINIMAL, certified_on=date(2026, 11, 26)), ("en",), template="transcript"
        ),
    }
    for name, data in files.items():
        (tmp_path / f"{name}.pdf").write_bytes(data)

    assert verapdf(*tmp_path.glob("*.pdf")) == []
