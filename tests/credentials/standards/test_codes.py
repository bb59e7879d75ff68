"""Tables of codes: known entries, their sources, and what is not in them."""

import hashlib
import json

import pytest

from credentials import vocabulary
from credentials.standards import codes


@pytest.mark.parametrize(
    ("two", "three"), [("DE", "DEU"), ("gr", "GRC"), ("XK", "1A0"), ("ZZ", ""), ("", "")]
)
def test_countries(two, three):
    assert codes.country_alpha3(two) == three
    if three:
        assert codes.country_alpha2(three) == two.upper()


@pytest.mark.parametrize(
    ("tag", "code", "back"),
    [
        ("de", "DEU", "de"),
        ("de-AT", "DEU", "de"),
        ("el", "ELL", "el"),
        ("ast", "AST", "ast"),
        ("xx", "", ""),
        ("", "", ""),
    ],
)
def test_languages(tag, code, back):
    assert (codes.language_alpha3(tag), codes.language_tag(code)) == (code, back)


def test_names():
    assert codes.isced_f_name("0223") == "Philosophy and ethics"
    assert codes.isced_f_name("9999999") == ""
    assert codes.concept_name(vocabulary.eqf_uri(6)) == "Level 6"
    assert codes.nqf_level_code("DQR 6") == codes.nqf_level_code("DQR Level 6") != ""
    assert codes.nqf_level_code("Level 6") == ""


def test_every_uri_of_the_vocabulary_has_a_published_name():
    lists = (vocabulary.ASSESSMENT_URIS, vocabulary.PARTICIPATION_URIS, vocabulary.QUALITY_URIS)
    unnamed = [uri for uris in lists for uri in uris.values() if not codes.concept_name(uri)]

    assert unnamed == []


def test_sources_are_those_that_are_named(shared):
    index = json.loads((codes.HERE / "index.json").read_text())
    lists = shared / "standards" / "vocab"

    for table, name in (("isced-f.json", "isced-f.json"), ("nqf-levels.json", "nqf.json")):
        assert index[table]["sha256"] == hashlib.sha256((lists / name).read_bytes()).hexdigest()
    assert {path.name for path in codes.HERE.glob("*.json")} == {*index, "index.json"}
