"""What a printed portfolio says of each entry, and that it never reads as an institution's word."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from credentials.pdf import render_pdf
from credentials.standards.documents import Imprint
from credentials.standards.facts import BodyFacts
from portfolios.documents.portfolio import (
    Entry,
    Holding,
    PortfolioFacts,
    Source,
    look,
    portfolio_context,
)

CODE = "LND-7F4K-22QX-M3"
DAY = date(2026, 3, 2)
AWARD = Entry(
    Source.AWARD,
    {"de": "Datenanalyse mit Python", "en": "Data Analysis with Python"},
    {"de": "Universität Linden", "en": "University of Linden"},
    country="DE",
    issued_on=DAY,
    ects=Decimal("4.5"),
    eqf_level=6,
    outcomes=tuple({"en": f"Explain part {number} of the analysis."} for number in range(1, 8)),
    verify_url="https://portal.example/v/LND-AAAA-BBBB-CC/",
)
DECISION = Entry(Source.DECISION, {"en": "Measuring"}, {"en": "Committee"}, issued_on=DAY)
SIGNED = Entry(
    Source.SIGNED,
    {"el": "Ανάλυση δεδομένων"},
    {"el": "Πανεπιστήμιο Αιγαίου"},
    country="GR",
    issued_on=DAY,
    hours=Decimal(30),
    finding={"de": "Gültig", "en": "Valid"},
    explanation={"de": "Unterschrieben.", "en": "Signed by its issuer."},
    checked_on=date(2026, 4, 1),
)
KEPT = Entry(Source.KEPT, {"ar": "مقدمة في البرمجة"}, {"en": "Kestrel Learning"})
DECLARED = Entry(Source.DECLARED, {"en": "Volunteer at the river watch"}, {"en": "River Watch"})
ALL = (AWARD, DECISION, SIGNED, KEPT, DECLARED)


def make_facts(*entries: Entry, code: str = CODE, holder: str = "Nela Ardwen") -> PortfolioFacts:
    return PortfolioFacts(
        imprint=Imprint(
            institution=BodyFacts(name={"": holder}),
            number="LND-PF-2026-0001",
            created=datetime(2026, 5, 4, 9, 0, tzinfo=UTC),
            code=code,
            verify_url=f"https://portal.example/v/{code}/" if code else "",
        ),
        holder=holder,
        portal="https://portal.example",
        entries=entries,
    )


def portfolio_pdf(facts: PortfolioFacts, languages=("de", "en")) -> bytes:
    context = portfolio_context(facts, languages=languages)
    return render_pdf(
        "pdf/portfolio.html",
        context,
        languages=languages,
        title=context["title"],
        identifier=facts.imprint.number,
        created=facts.imprint.created,
        design=look(languages),
    )


def words_of(*entries: Entry, **named) -> str:
    context = portfolio_context(make_facts(*entries, **named), languages=("en",))
    html = render_to_string("pdf/portfolio.html", context | {"created": ""})
    said = " ".join(unescape(strip_tags(html.replace("<", " <"))).split())
    return said.replace("\u200b ", "")


def test_it_is_the_holders_and_names_no_institution_as_its_author():
    text = words_of(*ALL)

    assert "Nela Ardwen Put together by the holder Portfolio of Nela Ardwen, put together" in text
    assert "No institution confirms this list." in text
    assert "as of 4 May 2026, stands beside it." in text
    assert "5 entries" in text


def test_entries_stand_under_how_they_are_known():
    text = words_of(DECLARED, KEPT, SIGNED, DECISION, AWARD)

    wanted = [
        *("Signed in this portal", "Measuring", "Data Analysis with Python"),
        *("Files of other issuers, as this portal found them", "Ανάλυση δεδομένων"),
        *("Stated by the holder, not checked", "Volunteer at the river watch", "مقدمة في البرمجة"),
    ]
    places = [text.index(words) for words in wanted]
    assert places == sorted(places)


def test_column_of_credits_is_headed_so_that_hours_stand_rightly_in_it():
    text = words_of(SIGNED)

    assert " EQF ECTS or hours How it is known " in text
    assert " 30 h " in text


def test_headings_without_entries_are_left_out():
    text = words_of(DECLARED)

    assert "Signed" not in text
    assert "Not checked Declared by the holder. Nobody has confirmed it." in text


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (AWARD, "2026-03-02 6 4.5 Valid Awarded and signed in this portal. Its code shows it: "),
        (DECISION, "Decision on recognition What a university recognised, signed by it."),
        (
            replace(AWARD, valid_until=date(2027, 1, 31)),
            "Valid until 31 January 2027 Awarded and signed in this portal.",
        ),
        (replace(AWARD, valid_until=date(2026, 5, 3)), "Expired on 3 May 2026 Awarded"),
        (replace(SIGNED, valid_until=date(2026, 4, 30)), "Expired on 30 April 2026 Signed by"),
        (SIGNED, "– 30 h Valid, checked on 1 April 2026 Signed by its issuer."),
        (KEPT, "– – – Not checked The holder keeps a file of it."),
        (
            replace(AWARD, holding=Holding.SUSPENDED, since=DAY),
            "Suspended since 2 March 2026 By the institution that awarded it. It does not count",
        ),
        (
            replace(AWARD, holding=Holding.REVOKED, since=DAY),
            "Revoked on 2 March 2026 By the institution that awarded it. It holds no more.",
        ),
        (
            replace(AWARD, holding=Holding.REPLACED, since=DAY),
            "Replaced on 2 March 2026 By a corrected credential.",
        ),
        (replace(AWARD, holding=Holding.UNPROVEN), "Signature does not count Its key was"),
        (
            replace(DECISION, holding=Holding.REVOKED, since=DAY),
            "No longer holds, since 2 March 2026 The decision was taken back",
        ),
        (replace(DECISION, holding=Holding.UNPROVEN), "Signature does not count Its key was"),
        (
            replace(SIGNED, stated=("title", "ects")),
            "Stated by the holder, not by the issuer: Title, Credits.",
        ),
        (replace(SIGNED, issued_to="Somebody Else"), "Issued to Somebody Else"),
    ],
)
def test_it_says_how_an_entry_is_known(entry, said):
    assert said in words_of(entry)


def test_what_holds_no_more_is_never_called_valid():
    for holding in set(Holding) - {Holding.HOLDS}:
        assert "Valid" not in words_of(replace(AWARD, holding=holding, since=DAY))


def test_titles_are_short():
    text = words_of(replace(SIGNED, title={"el": "λέξη " * 4000}, body="Body " * 4000))

    assert len(text) < 2000


def test_outcomes_are_short():
    long = replace(AWARD, outcomes=(*AWARD.outcomes[:2], {"en": "word " * 80}, *AWARD.outcomes))

    text = words_of(long)

    assert "Explain part 2 of the analysis. word word" in text
    assert f"{'word ' * 32}…" in text
    assert "Explain part 2 of the analysis. and 5 more" in text


def test_code_says_only_that_the_portal_made_it():
    text = words_of(AWARD)

    assert f"With the code {CODE} anyone can check that the portal portal.example made" in text
    assert "That does not confirm what it says: portal.example/v/" in text


def test_print_without_a_code_says_so_and_is_no_draft():
    text = words_of(AWARD, code="")

    assert "This document has no code" in text
    assert "Draft" not in text
    assert "With the code" not in text


@pytest.mark.parametrize("holder", ["Ελένη Αρβανίτη", "نيلة أردوين"])
def test_names_in_other_scripts_are_printed(holder):
    assert portfolio_pdf(make_facts(AWARD, holder=holder)).startswith(b"%PDF-1.7")


def test_same_facts_give_the_same_bytes():
    assert portfolio_pdf(make_facts(*ALL)) == portfolio_pdf(make_facts(*ALL))


@pytest.mark.checkers
def test_portfolios_pass_verapdf(verapdf, tmp_path):
    paths = [tmp_path / "two.pdf", tmp_path / "one.pdf"]
    paths[0].write_bytes(portfolio_pdf(make_facts(*ALL * 6, holder="نيلة أردوين")))
    paths[1].write_bytes(portfolio_pdf(make_facts(*ALL, code=""), languages=("en",)))

    assert verapdf(*paths) == []
