"""Is it this person? A name alone shows neither yes nor, when it is similar, no."""

from datetime import date

import pytest

from credentials.standards.facts import HolderFacts, Identifier
from credentials.trust.holders import Person, compare
from credentials.trust.issuers import Record, graded, place_of, proven_by
from credentials.trust.words import Outcome

NELA = Person(
    names=("Nela Ardwen",),
    birth_date=date(1999, 3, 4),
    emails=("nela@example.org",),
    ids=("did:key:z6MkNela",),
)
BORN, OTHER_DAY = date(1999, 3, 4), date(1999, 3, 5)


@pytest.mark.parametrize(
    ("holder", "outcome", "key"),
    [
        (HolderFacts("Nela Ardwen", id="did:key:z6MkNela"), Outcome.PASS, "holder_id"),
        (HolderFacts("Nela Ardwen", email="Nela@example.org"), Outcome.PASS, "holder_email"),
        (HolderFacts("Ardwen, NÉLA", birth_date=BORN), Outcome.PASS, "holder_birth_date"),
        (HolderFacts("Nela Ardwen"), Outcome.UNKNOWN, "holder_name_only"),
        (HolderFacts("Nela Maria Ardwen"), Outcome.UNKNOWN, "holder_name_partly"),
        (HolderFacts("Nela Belisle", birth_date=BORN), Outcome.UNKNOWN, "holder_name_partly"),
        (HolderFacts("Tam Belisle", birth_date=BORN), Outcome.FAIL, "holder_differs"),
        (HolderFacts("Tam Belisle"), Outcome.FAIL, "holder_differs"),
        (HolderFacts("Tam Belisle", id="did:key:z6MkNela"), Outcome.UNKNOWN, "holder_other_name"),
        (
            HolderFacts("Nela Ardwen", birth_date=OTHER_DAY, id="did:key:z6MkNela"),
            Outcome.FAIL,
            "holder_birth_date_differs",
        ),
        (HolderFacts("", id="did:key:z6MkTam"), Outcome.UNKNOWN, "holder_unnamed"),
        (None, Outcome.UNKNOWN, "holder_unnamed"),
    ],
)
def test_the_holder_is_compared_and_never_guessed(holder, outcome, key):
    found = compare(NELA, holder)

    assert (found.outcome, found.key) == (outcome, key)
    assert found.sentence


def test_a_hashed_address_is_asked_for_each_address_of_the_person():
    found = compare(NELA, None, lambda email: email == "nela@example.org")

    assert (found.outcome, found.key) == (Outcome.PASS, "holder_email")


def test_nobody_asked_about_is_no_answer():
    assert compare(None, HolderFacts("Nela")).outcome == Outcome.NOT_APPLICABLE
    assert compare(None, None).key == "holder_unasked_unnamed"


# The issuer --------------------------------------------------------------------------------------

DID = proven_by("did:web:marisol.example")
KEY = proven_by("did:key:z6MkSomebody")
KNOWN = {"name": "Marisol TU", "register": "Lindenfeld", "looked_up": "2026-01-02"}


@pytest.mark.parametrize(
    ("proven", "record", "outcome", "key"),
    [
        ((), Record(status="recognised"), Outcome.UNKNOWN, "grade_unproven"),
        (DID, Record(), Outcome.UNKNOWN, "grade_domain"),
        (DID, Record(cases=3), Outcome.UNKNOWN, "grade_domain_and_cases"),
        (KEY, Record(cases=3), Outcome.UNKNOWN, "grade_cases"),
        (KEY, Record(), Outcome.UNKNOWN, "grade_new"),
        (
            DID,
            Record(status="recognised", agency="AQ", **KNOWN),
            Outcome.PASS,
            "grade_accredited",
        ),
        (DID, Record(status="recognised", **KNOWN), Outcome.PASS, "grade_accredited_unsourced"),
        (
            DID,
            Record(status="recognised", is_own=True, name="X", source="DEQAR 12"),
            Outcome.PASS,
            "grade_accredited_own",
        ),
        (DID, Record(status="non_he", **KNOWN), Outcome.UNKNOWN, "grade_registered"),
        (DID, Record(status="not_recognised", **KNOWN), Outcome.FAIL, "grade_not_recognised"),
    ],
)
def test_the_issuer_is_graded_by_what_is_proven_of_it(proven, record, outcome, key):
    found = graded(proven, record)

    assert (found.outcome, found.key) == (outcome, key)
    assert found.sentence


def test_the_sentence_says_where_it_is_known_from():
    record = Record(status="recognised", agency="AQ", source="DEQAR 12", **KNOWN)

    assert graded(DID, record).sentence == (
        "Marisol TU is a recognised higher education institution, as the register of Lindenfeld "
        "says (AQ, DEQAR 12, looked up on 2\N{NO-BREAK SPACE}January 2026)."
    )


@pytest.mark.parametrize(
    ("issuer", "place"),
    [
        ("did:web:localhost%3A8000:institutions:x", "localhost:8000"),
        ("https://marisol.example/issuer", "marisol.example"),
        ("did:key:z6Mk", ""),
        ("urn:x:1", ""),
    ],
)
def test_the_place_that_speaks_for_an_issuer_is_named(issuer, place):
    assert place_of(issuer) == place
    assert proven_by(issuer)[0] == Identifier("did", issuer)
