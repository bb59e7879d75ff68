"""A batch signs what `proofs.sign` signs, and refuses what it refuses."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.standards import contexts, facts_json, open_badges, open_badges_batch
from credentials.standards.facts import HolderFacts
from credentials.standards.open_badges_batch import Badges, read
from credentials.trust import canonical, did, keys, proofs
from credentials.trust.batch import Batch
from credentials.trust.sniff import Malformed, parse_json
from tests.credentials.standards.sample import COMPLETE, credentials

from .test_shapes import HOSTILE, SLOW, at, without_templates

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
PRIVATE = keys.PrivateKey(hashlib.sha256(b"an invented institution").digest())
ISSUER = did.did_key(PRIVATE.public)
METHOD = f"{ISSUER}#{PRIVATE.public.multibase}"
HOW = {"private_key": PRIVATE, "verification_method": METHOD, "created": NOW}
SALT = "grain"
PLACES = (
    ("id",),
    ("name",),
    ("credentialSubject", "licenseNumber"),
    ("credentialSubject", "identifier", 0, "identityHash"),
    ("credentialSubject", "identifier", 1, "salt"),
    ("credentialStatus", "id"),
    ("credentialStatus", "statusListIndex"),
)


@pytest.fixture(scope="module")
def batch():
    return Batch(open_badges.write(COMPLETE, issuer_id=ISSUER, salt=SALT), PLACES)


def outcome(action):
    try:
        return action()
    except ValueError as refusal:
        return type(refusal), str(refusal)


def signed_alone(document):
    return json.dumps(proofs.sign(document, **HOW), ensure_ascii=False, indent=2)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_a_batch_signs_and_refuses_what_is_signed_and_refused_alone(batch, data):
    texts = [at(batch.sample, place) for place in PLACES]
    hostile = st.sampled_from(HOSTILE) | st.text(max_size=20) | st.sampled_from(texts)
    for place in data.draw(st.sets(st.integers(0, len(texts) - 1), max_size=4)):
        texts[place] = data.draw(hostile)

    made = outcome(lambda: batch.sign(texts, **HOW))
    checked = outcome(lambda: batch.check(texts))
    quads = outcome(lambda: batch.canonical(texts))

    document = batch.document(texts)
    assert batch.is_fast
    assert quads == outcome(lambda: canonical.canonicalise(document, without_templates))
    assert made == outcome(lambda: signed_alone(document))
    assert checked == (None if isinstance(made, str) else made)


def test_what_is_signed_says_when_and_by_which_key(batch):
    texts = [at(batch.sample, place) for place in PLACES]
    other = keys.generate()
    later = {
        "private_key": other,
        "verification_method": f"{did.did_key(other.public)}#{other.public.multibase}",
        "created": NOW + timedelta(days=1),
    }

    for how in (HOW, later, HOW):
        made = json.loads(batch.sign(texts, **how))
        assert proofs.verify_proof(made, did.resolve_did_key).verified
        assert made["proof"][0]["verificationMethod"] == how["verification_method"]
        assert proofs.moment(made["proof"][0]["created"]) == how["created"]


@pytest.mark.parametrize(
    "place", [("type", 0), ("credentialSubject", "achievement", "criteria", "id")]
)
def test_a_text_that_does_not_change_alone_is_left_to_pyld(place):
    document = open_badges.write(COMPLETE, salt=SALT)

    batch = Batch(document, [place])

    assert not batch.is_fast
    assert batch.canonical([at(document, place)]) == canonical.by_pyld(document)


def test_what_cannot_be_signed_has_no_batch():
    document = {**open_badges.write(COMPLETE, salt=SALT), "colour": "red"}

    with pytest.raises(canonical.TermLost):
        Batch(document, PLACES)


# Badges of one course ----------------------------------------------------------------------------

names = st.sampled_from(HOSTILE) | st.text(max_size=30)
learners = st.builds(
    lambda number, holder, email, grade, issued, index: {
        "id": f"https://portal.example/credentials/{number}",
        "number": f"LND-{number}",
        "holder": HolderFacts(name=holder, email=email, birth_date=date(1999, 3, 4)),
        "issued_on": issued,
        "status_index": index,
        "status_url": "https://portal.example/status/1",
        "grade": replace(COMPLETE.grade, value=grade),
    },
    st.integers(0, 10**9),
    names,
    st.sampled_from(["", "ana@example.org", " Bo@Example.org"]),
    st.sampled_from(["A", "B", "%", '"']),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
    ),
    st.integers(0, 131071),
)


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(
    st.just(COMPLETE) | credentials,
    st.lists(learners, min_size=2, max_size=4),
)
def test_badges_of_a_course_are_those_that_are_written_alone(course, some):
    badges = Badges(ISSUER)
    for own in some:
        facts = replace(course, **own if course.grade else {**own, "grade": None})
        stated = json.loads(json.dumps(facts_json.to_json(facts)))
        expected = open_badges.write(facts, issuer_id=ISSUER, salt=SALT)

        made = outcome(lambda stated=stated: _signed(badges, stated))

        assert made == outcome(lambda document=expected: signed_alone(document))


def _signed(badges, stated):
    badge = badges.of(read(stated), SALT)
    return badge.batch.sign(badge.texts, **HOW)


def stated_by(**own):
    return json.loads(json.dumps(facts_json.to_json(replace(COMPLETE, **own))))


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(st.just(COMPLETE) | credentials)
def test_facts_that_are_read_apart_are_the_same_together(facts):
    frozen = facts_json.to_json(facts)

    assert read(frozen).to_json() == frozen


def test_learners_of_a_course_share_a_template():
    badges = Badges(ISSUER)

    first, second = (badges.of(read(stated_by(number=number)), SALT) for number in ("1", "2"))

    assert first.batch is second.batch
    assert first.batch.is_fast
    assert first.texts != second.texts


@pytest.mark.parametrize(
    "change",
    [
        {"title": {"en": "Another course"}},
        {"awarded_on": date(2020, 1, 1)},
        {"holder": HolderFacts("Ana Berg")},
        {"grade": None},
        {"grade": replace(COMPLETE.grade, passed_from="D")},
        {"status_index": None},
    ],
)
def test_other_facts_are_another_batch(change):
    badges = Badges(ISSUER)

    first, second = (badges.of(read(stated_by(**own)), SALT) for own in ({}, change))

    expected = open_badges.write(replace(COMPLETE, **change), issuer_id=ISSUER, salt=SALT)
    assert first.batch is not second.batch
    assert second.document == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", 4),
        ("holder", "Ana"),
        ("holder", {"name": "Ana", "birth_date": "never"}),
        ("grade", {"value": 1}),
        ("status_index", "7"),
        ("issued_on", "2026-06-26"),
        ("colour", "red"),
        ("ects", "many"),
    ],
)
def test_facts_that_nobody_froze_like_that_are_refused(name, value):
    badges = Badges(ISSUER)
    badges.of(read(stated_by()), SALT)

    with pytest.raises(facts_json.BadFacts):
        badges.of(read({**stated_by(), name: value}), SALT)


def test_without_an_address_of_its_course_each_badge_is_written_alone():
    badge = Badges(ISSUER).of(read(stated_by(course_url="")), SALT)

    assert not badge.batch.is_fast
    assert badge.document == open_badges.write(
        replace(COMPLETE, course_url=""), issuer_id=ISSUER, salt=SALT
    )


def test_a_badge_is_judged_by_its_writer_and_by_pyld():
    badges = Badges(ISSUER)

    assert badges.judge(read(stated_by(number="LND-7")), SALT)
    assert badges.is_trusted


def test_what_is_wrong_is_not_trusted_any_more(monkeypatch):
    badges = Badges(ISSUER)
    badges.of(read(stated_by()), SALT)
    write = open_badges_batch.open_badges.write
    monkeypatch.setattr(  # as if badges had become to say more of each learner
        open_badges_batch.open_badges,
        "write",
        lambda facts, **named: {**write(facts, **named), "description": facts.number},
    )

    assert not badges.judge(read(stated_by(number="LND-8")), SALT)
    badge = badges.of(read(stated_by(number="LND-8")), SALT)
    assert badge.document["description"] == "LND-8"


# One byte changed --------------------------------------------------------------------------------

SIGNED = json.loads(signed_alone(open_badges.write(COMPLETE, issuer_id=ISSUER, salt=SALT)))
TEXT = json.dumps(SIGNED, ensure_ascii=False).encode()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(TEXT) - 1), st.integers(1, 255))
def test_with_and_without_templates_the_same_is_said_of_a_changed_byte(position, byte):
    for _ in range(3):  # its shape is known
        assert proofs.verify_proof(SIGNED, did.resolve_did_key).verified
    changed = TEXT[:position] + bytes([TEXT[position] ^ byte]) + TEXT[position + 1 :]
    try:
        document = parse_json(changed)
    except Malformed:
        return

    found = proofs.verify_proof(document, did.resolve_did_key)

    assert found == proofs.verify_proof(document, did.resolve_did_key, without_templates)
    assert not found.verified or document == SIGNED


def test_contexts_are_the_pinned_ones_either_way():
    assert without_templates(contexts.OPEN_BADGES) is contexts.load(contexts.OPEN_BADGES)
