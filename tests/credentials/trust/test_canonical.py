"""Canonical N-Quads: like PyLD's, but nothing is lost, nothing hides and nothing hangs."""

import copy
import time

import pytest
from pyld import jsonld

from credentials.language import _is_hidden
from credentials.standards import contexts, open_badges
from credentials.trust import canonical
from tests.credentials.standards.sample import COMPLETE

SECONDS = 120  # a guard against hanging, not a measure


@pytest.fixture
def document():
    return open_badges.write(COMPLETE, salt="grain")


@pytest.fixture
def achievement(document):
    return document["credentialSubject"]["achievement"]


def by_pyld(document):
    def load(url, options):
        return {"contextUrl": None, "documentUrl": url, "document": contexts.load(url)}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return jsonld.normalize(copy.deepcopy(document), options)


def test_the_quads_are_those_of_pyld(document):
    assert canonical.canonicalise(document) == by_pyld(document)


def test_the_quads_do_not_depend_on_what_came_before(document, achievement):
    achievement["creator"] = {"id": "did:web:c.example", "type": ["Profile"], "name": "C"}
    nested = {"id": "did:web:d.example", "type": ["Profile", "Address"], "name": "D"}
    achievement["creator"]["parentOrg"] = nested
    expected = by_pyld(document)

    for _ in range(3):
        canonical.canonicalise(open_badges.write(COMPLETE))
        assert canonical.canonicalise(document) == expected


def test_the_order_of_entries_does_not_matter(document):
    turned = dict(reversed(document.items()))

    assert canonical.canonicalise(turned) == canonical.canonicalise(document)


def test_the_document_stays_as_it_is(document):
    before = copy.deepcopy(document)

    canonical.canonicalise(document)

    assert document == before


@pytest.mark.parametrize("term", ["gradeAchieved", "Name", "@index", "@direction", "@foo"])
def test_an_undefined_term_is_an_error(document, achievement, term):
    achievement[term] = "x"

    with pytest.raises(canonical.TermLost) as error:
        canonical.canonicalise(document)

    assert error.value.terms == (term,)


@pytest.mark.parametrize(
    ("field", "value", "lost"),
    [
        ("type", ["Achievement", "Invented"], "Invented"),
        ("id", "eth-101", "eth-101"),
        ("id", "//example.org/eth-101", "relative://example.org/eth-101"),
        ("id", "#eth-101", "#eth-101"),
        ("id", "", ""),
        ("id", "https://example.org/a b", "https://example.org/a b"),
        (
            "id",
            "https://example.org/> <https://x.example",
            "https://example.org/> <https://x.example",
        ),
        ("id", 'https://example.org/"', 'https://example.org/"'),
        ("name", {"@value": "x", "@language": "not a language"}, "not a language"),
    ],
)
def test_what_no_quad_can_hold_is_an_error(document, achievement, field, value, lost):
    achievement[field] = value

    with pytest.raises(canonical.TermLost) as error:
        canonical.canonicalise(document)

    assert lost in error.value.terms


def test_a_full_address_as_a_key_is_an_error(document):
    """Its quads would be the same, but no reader of the JSON would see the status."""
    document["https://www.w3.org/2018/credentials#credentialStatus"] = document.pop(
        "credentialStatus"
    )

    with pytest.raises(canonical.TermLost):
        canonical.canonicalise(document)


def test_a_second_description_of_the_document_is_an_error(document):
    document["evidence"] = [{"id": document["id"], "type": ["Evidence"]}]
    document["evidence"][0]["credentialStatus"] = document.pop("credentialStatus")

    with pytest.raises(canonical.NotCanonical, match="two places"):
        canonical.canonicalise(document)


@pytest.mark.parametrize("keyword", ["@graph", "@included", "@reverse", "@nest", "@id", "@type"])
def test_keywords_that_rearrange_a_document_are_errors(document, keyword):
    document[keyword] = {"id": document["id"], "name": "other"}

    with pytest.raises(canonical.TermLost):
        canonical.canonicalise(document)


@pytest.mark.parametrize(
    "context",
    ["https://example.org/context", {"name": "https://schema.org/description"}, None, 3],
)
def test_only_pinned_contexts_are_used(document, context):
    document["@context"] = [*document["@context"], context]

    with pytest.raises(contexts.ContextNotPinned):
        canonical.canonicalise(document)


def test_a_context_inside_the_document_must_be_pinned_too(achievement, document):
    achievement["@context"] = {"name": "https://schema.org/description"}

    with pytest.raises(contexts.ContextNotPinned):
        canonical.canonicalise(document)


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x7f", "\ufffe", "\ufdd0", "\U0001ffff"])
def test_control_and_non_characters_are_refused(achievement, document, character):
    achievement["name"] = f"Data{character}ethics"

    with pytest.raises(canonical.HiddenCharacter):
        canonical.canonicalise(document)


def test_no_printable_character_is_hidden():
    printable = [chr(code) for code in range(0x110000) if chr(code).isprintable()]

    assert [c for c in printable if canonical.HIDDEN.search(c) or _is_hidden(c)] == []


def test_line_ends_inside_texts_stay_inside(document, achievement):
    achievement["description"] = 'a\nb\tc\rd\u0085e\u2028f\\n"'

    assert len(canonical.canonicalise(document).split("\n")) == len(
        canonical.canonicalise({**open_badges.write(COMPLETE, salt="grain")}).split("\n")
    )


def alignments(number, **more):
    entry = {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://e.example/x"}
    return [{**entry, **more} for _ in range(number)]


def nested(depth):
    profile = {"type": ["Profile"]}
    for _ in range(depth):
        profile = {"type": ["Profile"], "parentOrg": profile}
    return profile


def ring(number, *steps):
    return [
        {
            "id": f"_:n{i}",
            "type": ["Profile"],
            "parentOrg": [{"id": f"_:n{(i * k + s) % number}"} for k, s in steps],
        }
        for i in range(number)
    ]


@pytest.mark.parametrize(
    ("place", "value", "limit"),
    [
        ("tag", ["x"] * 501, "entries in one list"),
        ("tag", [["x"] * 450] * 450, "number of values"),
        ("description", "x" * 4_000_001, "length"),
        ("creator", nested(60), "depth"),
        ("alignment", [[entry] for entry in alignments(499)] * 1 + [nested(2)], "unnamed parts"),
        ("creator", ring(12, *((1, s) for s in range(1, 12))), "look-alike unnamed parts"),
        ("creator", ring(200, (1, 1)), "look-alike unnamed parts"),
        ("creator", ring(40, *((3, s) for s in range(5))), "look-alike unnamed parts"),
    ],
)
def test_hostile_documents_end_in_a_named_error_soon(document, achievement, place, value, limit):
    achievement[place] = value
    started = time.monotonic()

    with pytest.raises(canonical.TooMuch) as error:
        canonical.canonicalise(document)

    assert error.value.what == limit
    assert time.monotonic() - started < SECONDS


def test_the_largest_documents_end_soon(document):
    document["credentialSubject"] = [
        {
            "id": f"urn:x:{i}",
            "type": ["AchievementSubject"],
            "achievement": {"id": f"urn:y:{i}", "type": ["Achievement"]},
        }
        for i in range(15)
    ]
    for i, subject in enumerate(document["credentialSubject"]):
        subject["achievement"]["tag"] = [f"{i}-{n}" for n in range(490)]
    started = time.monotonic()

    canonical.canonicalise(document)

    assert time.monotonic() - started < SECONDS


def test_identical_parts_are_no_problem_in_small_numbers(document, achievement):
    del achievement["id"]
    achievement["alignment"] = alignments(7)

    assert canonical.canonicalise(document) == by_pyld(document)


@pytest.mark.parametrize(
    "document",
    [
        {"@context": contexts.CREDENTIALS_V2},
        {"@context": contexts.CREDENTIALS_V2, "id": "urn:x:1"},
        {"@context": contexts.CREDENTIALS_V2, "id": 3, "name": "x"},
        {"@context": contexts.CREDENTIALS_V2, "type": {"a": 1}},
        {"@context": [[contexts.CREDENTIALS_V2]], "name": "x"},
    ],
)
def test_what_is_no_json_ld_is_an_error_of_ours(document):
    with pytest.raises((canonical.NotCanonical, contexts.ContextNotPinned)):
        canonical.canonicalise(document)
