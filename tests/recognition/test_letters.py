"""Letters: every element for every type of decision, notices, and what the documentation says."""

from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from credentials.days import longdate
from credentials.models import Mail, User
from credentials.pdf import render_pdf
from credentials.services import documents, printing
from credentials.templatetags.symbolon import ects as number_with_unit
from recognition.documents.letter import (
    LetterFacts,
    LetterOutcome,
    letter_context,
    letter_document_context,
)
from recognition.documents.letter_elements import (
    LetterElement,
    Presence,
    missing_elements,
    presence,
)
from recognition.management import pages
from recognition.models import Decision, Line
from recognition.opinions import ground_for
from recognition.services import letter_facts, letters, reviews
from recognition.states import LineState
from recognition.vocabulary import DecisionType, Rating
from tests.factories.recognition import make_line, make_line_for, write_decision, write_opinion
from tests.real_input.tags import Tags, pages_after_rows

pytestmark = pytest.mark.django_db

MARKS = {
    LetterElement.SUMMARY: "You asked us to recognise",
    LetterElement.ADDRESSEE: "Nela Ardwen",
    LetterElement.REQUESTED: "You asked for We decided Data Analysis with Python",
    LetterElement.CREDITS: "What follows from it",
    LetterElement.AVERAGE: "It counts without a grade and does not change your average.",
    LetterElement.SEMESTER: "below .5 down, else up",
    LetterElement.CONDITIONS: "Conditions Pass the examination on time series. ( until",
    LetterElement.REASONS: "Why we decided so",
    LetterElement.MISSING: "Not shown, or not recognised",
    LetterElement.DIFFERENCES: "Substantial difference: Learning outcomes",
    LetterElement.OUTCOMES: "How we compared",
    LetterElement.EVIDENCE: "Not confirmed",
    LetterElement.ALTERNATIVES: "Recognise on a condition Too little of the module is shown",
    LetterElement.LATER: "What you can do",
    LetterElement.REMEDY: "Write to Appeals board Hall 1, Testheim How to write",
    LetterElement.INACTION: "You can also appeal when an application is not decided in time.",
    LetterElement.FILE: "Case reference",
    LetterElement.DATES: "received on",
    LetterElement.LEGAL_BASIS: "Legal basis Lisbon Recognition Convention",
    LetterElement.RULES: "Recognition rules, version",
    LetterElement.TRACK: "Procedure Recognition: It is recognised unless",
    LetterElement.COMPOSITION: "Who decided",
    LetterElement.MEMBERS: "Who took part",
    LetterElement.PRECEDENT: "Standing decision used",
    LetterElement.SIGNATURE: "Person",
    LetterElement.DATA_PROTECTION: "Your data are kept with your case",
}


def facts_of(line: Line) -> LetterFacts:
    decision = line.decision
    decision.line = line
    return letter_facts.signed_facts(line, decision, letter_facts.imprint_of(decision, "X"))


def words_of(facts: LetterFacts) -> str:
    context = letter_document_context(facts, languages=("en",)) | {"created": ""}
    html = render_to_string("pdf/decision_letter.html", context)
    return " ".join(unescape(strip_tags(html.replace("<", " <"))).split())


@pytest.mark.parametrize("kind", DecisionType)
def test_the_letter_of_each_type_says_what_it_must(kind):
    line = make_line_for(kind, LineState.DECIDED)

    facts = facts_of(line)
    text = words_of(facts)

    marks = MARKS | {LetterElement.SIGNATURE: str(line.decision.written_by)}
    always = [one for one in LetterElement if presence(one, kind) == Presence.ALWAYS]
    never = [one for one in LetterElement if presence(one, kind) == Presence.NEVER]
    assert missing_elements(facts) == []
    assert [one for one in always if marks[one] not in text] == []
    assert [one for one in never if marks[one] in text] == []


@pytest.mark.parametrize(
    ("element", "change"),
    [
        (LetterElement.REMEDY, {"remedy": None}),
        (LetterElement.LEGAL_BASIS, {"legal_basis": ""}),
        (LetterElement.LATER, {"later": ""}),
        (LetterElement.COMPOSITION, {"authority": ""}),
        (LetterElement.EVIDENCE, {"evidence": ()}),
        (LetterElement.MISSING, {"missing": ()}),
    ],
)
def test_a_letter_without_one_of_its_elements_is_found_out(element, change):
    facts = facts_of(make_line_for(DecisionType.PARTIAL, LineState.DECIDED))
    if element == LetterElement.REMEDY:
        change = {"remedy": replace(facts.remedy, address={})}

    assert missing_elements(replace(facts, **change)) == [element]


def test_information_in_advance_binds_nobody_and_names_no_remedy():
    line = make_line_for(DecisionType.ADVANCE_INFO, LineState.DECIDED)

    text = words_of(facts_of(line))

    assert "it binds neither you nor the university" in text
    assert "To be expected: Recognised in full" in text
    assert "This is no decision, so there is nothing to object to." in text
    assert "ECTS credits." not in text


def test_a_part_lists_the_parts_that_are_left():
    line = make_line_for(DecisionType.EXEMPTION, LineState.DECIDED)

    facts = facts_of(line)

    assert facts.lines[0].note["en"] == "Exempt from these parts: Part 1"
    assert facts.missing == ({"en": "Part 2"},)


def test_an_alternative_names_the_module():
    line = make_line_for(DecisionType.ALTERNATIVE, LineState.DECIDED)
    other = line.decision.other_module

    text = words_of(facts_of(line))

    assert f"We recognise it for {other.code} {other.title['en']}, with 6 ECTS credits." in text


def test_who_stepped_back_and_by_whose_power_it_was_decided():
    line = make_line(LineState.UNDER_REVIEW)
    review = line.reviews.filter(is_rapporteur=False).first()
    reviews.step_back(review, "A friend.", by=review.reviewer)
    for other in line.reviews.counted():
        reviews.declare_no_conflict(other, by=other.reviewer)
        write_opinion(other)
        reviews.submit(other, by=other.reviewer)
    line.refresh_from_db()
    chair = line.committee.seats.get(role="chair").user
    decision = write_decision(line, DecisionType.INCLUSION, by=chair)

    facts = letter_facts.draft_facts(line, decision, ground_for(decision), chair)

    text = words_of(replace(facts, imprint=replace(facts.imprint, number="N")))
    version = line.case.policy.version
    assert f"{review.reviewer.name}, reviewed ( stepped back, took no part )" in text
    assert (
        f"Recognition committee: its chair, to whom the rules (version {version}) delegate this."
        in text
    )


def test_a_printed_letter_is_one_file_for_each_type():
    line = make_line_for(DecisionType.ADVANCE_INFO, LineState.DECIDED)

    made = list(letters.make(line))

    assert [one.number for one in made] == [line.decision.number]
    assert documents.read(made[0]).startswith(b"%PDF-1.7")


@pytest.mark.django_db
def test_address_of_a_letter_shows_what_was_decided_and_no_name(client):
    line = make_line_for(DecisionType.FULL_SUBSTITUTION, LineState.DECIDED)
    (letter, *_others) = letters.make(line)

    page = client.get(reverse("verify-code", args=[letter.code]))

    shown = page.context["shown"]
    assert shown["decision"]["en"] == "Recognised in full"
    assert Decimal(shown["ects"]) == line.decision.ects
    assert shown["day"] == timezone.localdate(line.decision.decided_at)
    text = page.content.decode()
    assert "Recognised in full" in text
    assert number_with_unit(line.decision.ects) in text
    assert longdate(shown["day"]) in text
    assert line.case.learner.family_name not in text


def test_preview_and_letter_have_the_same_headline():
    facts = facts_of(make_line_for(DecisionType.CONDITIONAL, LineState.DECIDED))

    assert str(letter_context(facts)["headline"]) == "We recognise your learning on a condition"


SHEET = (
    '<!doctype html><html lang="en"><head><title>{{ title }}</title>'
    '<meta name="dcterms.created" content="{{ created }}"></head><body class="{{ columns }}">'
    '<div class="body"><p style="height: {{ above }}mm">Above.</p>'
    '{% include "pdf/_letter_outcomes.html" %}</div></body></html>'
)


@pytest.mark.parametrize("languages", [("en",), ("de", "en")])
def test_the_meanings_of_ratings_stay_on_one_page(settings, tmp_path, languages):
    (tmp_path / "sheet.html").write_text(SHEET)
    kept = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**kept, "DIRS": [*kept["DIRS"], tmp_path]}]
    facts = facts_of(make_line_for(DecisionType.PARTIAL, LineState.DECIDED))
    rated = [LetterOutcome(f"Outcome {r}", True, r.value) for r in Rating]
    context = letter_context(replace(facts, outcomes=tuple(rated)), languages=languages)
    context["columns"] = "two" if len(languages) > 1 else "one"
    said = {"languages": languages, "title": "t", "identifier": "1", "created": timezone.now()}

    for above in (122, 134, 140, 160, 168):
        data = render_pdf("sheet.html", context | {"above": above}, **said)
        assert len(pages_after_rows(Tags(data))) == 1, above


# The documentation


def test_letter_page_is_what_the_elements_say():
    call_command("letter_table", check=True)


def test_letter_check_names_what_to_do_when_stale(monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "DOCS", tmp_path)

    with pytest.raises(CommandError, match="stale"):
        call_command("letter_table", check=True)


@pytest.mark.checkers
def test_letters_of_every_type_pass_verapdf(verapdf, tmp_path):
    paths = []
    for kind in DecisionType:
        line = make_line_for(kind, LineState.DECIDED)
        letter = next(letters.make(line))
        paths.append(tmp_path / f"{kind}.pdf")
        paths[-1].write_bytes(documents.read(letter))

    assert verapdf(*paths) == []


def test_notice_goes_to_the_address_of_the_day_it_is_kept(monkeypatch):
    """Printing takes a while, in which the applicant may have changed address and language."""
    line = make_line(LineState.INADMISSIBLE)
    Decision.objects.filter(line=line).update(letter=None)
    rendered = printing.rendered

    def while_they_move(*given, **named):
        made = rendered(*given, **named)
        moved = {"language": "de", "email": "new@test.example"}
        User.objects.filter(pk=line.case.applicant_id).update(**moved)
        return made

    monkeypatch.setattr(printing, "rendered", while_they_move)
    before = set(Mail.objects.values_list("pk", flat=True))

    list(letters.make(Line.objects.with_all().get(pk=line.pk)))

    told = Mail.objects.exclude(pk__in=before)
    assert [mail.recipient for mail in told] == ["new@test.example"]
