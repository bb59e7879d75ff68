"""Templates: for every text exactly what PyLD says, or PyLD itself."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.standards import contexts, open_badges
from credentials.trust import canonical, shapes
from tests.credentials.standards.sample import COMPLETE, credentials

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def without_templates(url):
    """Another way to load contexts: only documents of the pinned ones have templates."""
    return contexts.load(url)


def outcome(document, load_context=contexts.load):
    """Return the canonical form, or with what it is refused."""
    try:
        return canonical.canonicalise(document, load_context)
    except ValueError as refusal:
        return type(refusal), str(refusal)


def learned(document):
    return shapes.learn(document, canonical.by_pyld)


def places(value, place=()):
    """Return where the texts of a document stand."""
    if isinstance(value, dict):
        return [p for key, inner in value.items() for p in places(inner, (*place, key))]
    if isinstance(value, list):
        return [p for n, inner in enumerate(value) for p in places(inner, (*place, n))]
    return [place] if isinstance(value, str) else []


def put(document, place, text):
    for step in place[:-1]:
        document = document[step]
    document[place[-1]] = text


def at(document, place):
    for step in place:
        document = document[step]
    return document


@pytest.fixture
def document():
    return open_badges.write(COMPLETE, salt="grain")


HOSTILE = [
    *("", " ", '"', "\\", "a\\nb", "a\nb", "a\tb", "a\rb", "\x85", "\u2028", "e\u0301", "\u202e"),
    *("_:c14n0", "_:b0", "_:a", "_:", "@id", "@type", "%s", "%(x)s", "%%", "{0}", "\x02", "\x7f"),
    *("<urn:x>", "urn:x> .", "urn:x", "urn:", "did:x:1", "https://", "https://e.example/a b"),
    *("http://e.example/1", "mailto:a@b.example", "relative://document/x", "#x", "//x", "a:b"),
    *("https://e.example/\N{LATIN SMALL LETTER U WITH DIAERESIS}", "x" * 5_000, "\U0010ffff"),
    *('"@en', '"^^<http://www.w3.org/2001/XMLSchema#string>', "<", ">", "m0.1.", "\ue000"),
    *("1", "true", "null", "AchievementSubject", "Achievement", "type", "\ud800", "\ufffe"),
    contexts.OPEN_BADGES,
    "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Achievement",
]
texts = st.sampled_from(HOSTILE) | st.text(max_size=20)


@st.composite
def changed(draw, documents):
    """A document and the same with some texts changed, also to those of other places."""
    document = draw(documents)
    where = places(document)
    other = copy.deepcopy(document)
    own = st.sampled_from(where).map(lambda place: at(document, place))
    for place in draw(st.lists(st.sampled_from(where), min_size=1, max_size=6)):
        put(other, place, draw(texts | own))
    return document, other


documents = st.just(open_badges.write(COMPLETE, salt="grain")) | credentials.map(
    lambda facts: open_badges.write(facts, salt="grain")
)


@settings(max_examples=50, deadline=None, suppress_health_check=SLOW)
@given(changed(documents))
def test_a_document_of_a_known_shape_is_what_it_is_without_a_template(pair):
    document, other = pair
    known = shapes.Known()
    for _ in range(2):
        known.canonicalise(document, canonical.by_pyld)

    def by_template():
        try:
            canonical.check_limits(other)
            return known.canonicalise(other, canonical.by_pyld)
        except ValueError as refusal:
            return type(refusal), str(refusal)

    assert by_template() == outcome(other, without_templates)


def is_plain(document, place):
    kept = shapes.KEPT.isdisjoint(place)
    return kept and not at(document, place).startswith((*shapes.SCHEMES, "_:"))


GENTLE = [text for text in HOSTILE if not canonical.HIDDEN.search(text)]


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(documents, st.data())
def test_a_template_says_what_pyld_says_or_nothing(document, data):
    template = learned_or_refused(document)
    other = copy.deepcopy(document)
    plain = [place for place in places(document) if is_plain(document, place)]
    for place in data.draw(st.lists(st.sampled_from(plain), min_size=1, max_size=8)):
        put(other, place, data.draw(st.sampled_from(GENTLE)))
    expected = outcome(other, without_templates)
    key, found = shapes.outline(other)

    if template and key == shapes.outline(document)[0]:
        assert template.fill(found) in (None, expected)
    assert outcome(other) == expected


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(credentials, credentials)
def test_of_two_credentials_neither_changes_what_the_other_is(first, second):
    written = [open_badges.write(facts, salt="grain") for facts in (first, second)]
    known = shapes.Known()

    for document in written * 3:
        expected = outcome(document, without_templates)
        if isinstance(expected, str):
            assert known.canonicalise(document, canonical.by_pyld) == expected


def test_badges_of_this_portal_have_a_template(document):
    template = learned(document)

    assert template is not None
    assert template.fill(shapes.outline(document)[1]) == canonical.by_pyld(document)


def test_a_shape_is_learned_when_it_is_met_again(document):
    known, asked = shapes.Known(), []

    def by_pyld(part):
        asked.append(part)
        return canonical.by_pyld(part)

    numbers = []
    for name in ("Ana", "Bo", "Cy", "Di"):
        document["credentialSubject"]["identifier"][0]["identityHash"] = name
        assert known.canonicalise(document, by_pyld) == canonical.by_pyld(document)
        numbers.append(len(asked))

    assert numbers == [1, 4, 4, 4]


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(name="Another"),
        lambda d: d.update(id=d["id"] + "1"),
        lambda d: d["credentialSubject"]["achievement"].update(description='"\n\\'),
    ],
)
def test_other_texts_are_the_same_shape(document, change):
    key, _ = shapes.outline(document)

    change(document)

    assert shapes.outline(document)[0] == key


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(type=["VerifiableCredential"]),
        lambda d: d.update({"@context": [contexts.CREDENTIALS_V2]}),
        lambda d: d.update(name=["Data ethics in practice"]),
        lambda d: d.update(name={"@value": "x", "@language": "en"}),
        lambda d: d["credentialSubject"].update(creditsEarned=3),
        lambda d: d["credentialSubject"].update(creditsEarned=True),
        lambda d: d["credentialSubject"].update(creditsEarned="2.5"),
        lambda d: d["credentialSubject"].pop("creditsEarned"),
        lambda d: d.update(id="did:web:x.example"),
        lambda d: d["credentialSubject"].update(id=d["issuer"]["id"]),
        lambda d: d["credentialSubject"].update(licenseNumber="_:b1"),
    ],
)
def test_whatever_else_differs_is_another_shape(document, change):
    key, _ = shapes.outline(document)

    change(document)

    assert shapes.outline(document)[0] != key


@pytest.mark.parametrize("text", ["eth-101", "", "a:b", "https://e.example/a b"])
def test_an_identifier_that_is_no_plain_address_has_no_template(document, text):
    document["credentialSubject"]["id"] = text

    template = learned_or_refused(document)

    assert template is None


def learned_or_refused(document):
    try:
        return learned(document)
    except ValueError:
        return None


def test_look_alikes_are_left_to_pyld(document):
    entry = {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://e.example/x"}
    other = {**entry, "targetName": "y"}
    document["credentialSubject"]["achievement"]["alignment"] = [entry, other]
    template = learned(document)
    document["credentialSubject"]["achievement"]["alignment"] = [entry, entry]
    alike = shapes.outline(document)

    assert template.fill(alike[1]) is None
    assert outcome(document) == outcome(document, without_templates)


def test_texts_that_are_equal_in_one_place_are_left_to_pyld(document):
    document["credentialSubject"]["achievement"]["tag"] = ["a", "b"]
    template = learned(document)
    document["credentialSubject"]["achievement"]["tag"] = ["a", "a"]

    assert template.fill(shapes.outline(document)[1]) is None


def test_no_mark_can_be_guessed(document):
    marks = {json.dumps(shapes.with_marks(document, "m")[0])}
    text = marks.pop()

    assert learned(json.loads(text)) is not None  # texts that look like marks are texts


def test_pinned_contexts_define_no_term_that_an_address_could_be():
    def keys_of(value):
        if isinstance(value, dict):
            return set(value).union(*map(keys_of, value.values()))
        return set().union(*map(keys_of, value)) if isinstance(value, list) else set()

    prefixes = {scheme.partition(":")[0] for scheme in shapes.SCHEMES}
    for url in contexts.index():
        keys = keys_of(contexts.load(url))
        assert {key for key in keys if ":" in key} == set(), url
        assert keys & prefixes == set(), url
        assert "@vocab" not in keys, url


def test_number_and_size_of_the_shapes_are_bounded():
    known = shapes.Known()
    for number in range(shapes.MOST_SHAPES + 5):
        document = {"@context": contexts.CREDENTIALS_V2, "name": {"@value": "x"}}
        document["type"] = ["VerifiableCredential"] * (number + 1)
        for _ in range(2):
            known.canonicalise(document, canonical.by_pyld)
    document["name"] = [str(number) for number in range(shapes.MOST_TEXTS + 1)]
    words = {"@context": contexts.CREDENTIALS_V2, "type": ["x" * 100] * 500}

    assert (len(known._shapes), len(known._once)) == (shapes.MOST_SHAPES, shapes.MOST_SHAPES)
    assert shapes.outline(document)[0] == shapes.outline(words)[0] == b""
