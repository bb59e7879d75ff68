"""Contexts are pinned: complete, unchanged, and never fetched."""

import hashlib
import json

import pytest

from credentials.standards import contexts


@pytest.mark.parametrize("url", contexts.index())
def test_each_table_is_as_update_wrote_it(url):
    entry = contexts.index()[url]

    digest = hashlib.sha256((contexts.HERE / entry["file"]).read_bytes()).hexdigest()

    assert digest == entry["sha256"]
    assert sorted(contexts.load(url)) == ["@context"]


def test_each_table_says_where_it_comes_from():
    for entry in contexts.index().values():
        assert all(entry[name] for name in ("package", "version", "licence", "published_sha256"))


def test_no_table_lies_beside_the_index():
    listed = {entry["file"] for entry in contexts.index().values()} | {"index.json"}

    assert {path.name for path in contexts.HERE.glob("*.json")} == listed


@pytest.mark.parametrize(
    "url", ["https://example.org/context", "https://www.w3.org/ns/credentials/v2/", "", "../v2"]
)
def test_an_unknown_address_is_refused(url):
    with pytest.raises(contexts.ContextNotPinned) as refusal:
        contexts.load(url)

    assert refusal.value.url == url


def test_the_tables_are_those_that_the_independent_checkers_use(shared):
    folder = shared / "standards" / "contexts"

    for url, entry in json.loads((folder / "index.json").read_text()).items():
        theirs = (folder / entry["file"]).read_bytes()
        assert contexts.load(url) == json.loads(theirs)
        assert hashlib.sha256(theirs).hexdigest() == entry["sha256"]
        # The checkers' copy is the same document, indented by one.
        assert json.dumps(contexts.load(url), indent=1).encode() == theirs
