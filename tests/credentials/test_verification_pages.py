"""How a result reads: one headline for a file, a word for each question, and what is kept of it."""

import hashlib
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from credentials.models import RevocationReason
from credentials.services import revocations, verification
from credentials.services.facts import of_credential
from credentials.services.wordings import with_translations
from credentials.standards import open_badges
from credentials.trust.bundles import open_bundle
from credentials.trust.sniff import Kind, sniff
from tests.credentials.test_bundles import bundle_of
from tests.factories.awards import make_award, make_student, make_taught_course
from tests.factories.people import make_registrar

pytestmark = pytest.mark.django_db
AGAIN = "We check again each time you open this page."


def upload(client, data, name="badge.json"):
    return client.post(reverse("verify"), {"file": SimpleUploadedFile(name, data), "text": ""})


def find(node, tag: str, name: str = "") -> list:
    """Elements of a tag with a class, beneath a node."""
    found = node.iter(tag)
    return [one for one in found if not name or name in one.get("class", "").split()]


def part(page, heading: str):
    """The section of a page with that heading."""
    sections = html.fromstring(page.content).iter("section")
    return next(one for one in sections if one.get("aria-labelledby") == heading)


def words(node) -> str:
    return " ".join(node.text_content().split())


def answers(page) -> dict[str, str]:
    """The questions of a page, each with its word."""
    (shown,) = find(html.fromstring(page.content), "div", "answers")
    return {words(one[0][0]): words(one[0][1]) for one in shown}


# Several credentials -----------------------------------------------------------------------------


@pytest.fixture
def three():
    """Three awards to one learner; the last is revoked."""
    version, nela = make_taught_course(), make_student()
    awards = [make_award(version=version, student=nela)]
    awards += [make_award(student=make_student(name)) for name in ("Tam Belisle", "Ida Berg")]
    last = awards[-1]
    registrar = make_registrar(last.learner.institution)
    revocations.revoke(last, by=registrar, reason=RevocationReason.ERROR, note="Wrong grade.")
    return awards


def test_file_with_several_has_one_headline_and_each_its_own_facts(client, three):
    badges = [json.loads(verification.bytes_of(award.credential)) for award in three]

    page = upload(client, json.dumps(badges).encode())

    tree = html.fromstring(page.content)
    assert words(find(tree, "h1")[0]) == "2 of 3 valid, 1 revoked"
    assert words(find(tree, "title")[0]).startswith("2 of 3 valid, 1 revoked, ")
    assert find(tree, "section", "verdict")[0].get("class") == "verdict bad"
    each = list(find(tree, "div", "each")[0])
    assert [find(one[0], "span", "state")[0].get("class") for one in each] == [
        *["state ok"] * 2,
        "state bad",
    ]
    for one, award in zip(each, three, strict=True):
        facts = of_credential(award.credential)
        assert facts.title["en"] in words(one[0])
        assert facts.holder.name in words(find(one, "dl", "summary")[0])
        links = [link.get("href") for link in find(one, "a")]
        assert reverse("verify-code", args=[award.code]) in links
        assert facts.id in find(one, "pre", "raw")[0].text_content()


# One credential ----------------------------------------------------------------------------------


def test_each_question_has_a_word_and_those_to_look_at_are_open(client):
    award = make_award()

    page = client.get(reverse("verify-code", args=[award.code]))

    told = answers(page)
    assert told == {
        "Is it intact?": "Yes",
        "Is it signed by the issuer that it names?": "Yes",
        "Is it still valid?": "Yes",
        "Does it belong to this person?": "For you to check",
        "Is the issuer known and accredited?": "Yes",
        "Does it say what a European micro-credential says?": "Yes",
    }
    (shown,) = find(html.fromstring(page.content), "div", "answers")
    assert [words(one[0][0]) for one in shown if "open" in one.attrib] == [
        "Does it belong to this person?"
    ]
    assert "Not needed" not in page.content.decode()


def test_what_a_changed_credential_says_of_its_days_is_not_shown(client):
    document = json.loads(verification.bytes_of(make_award().credential))
    document["credentialSubject"]["creditsEarned"] = 40

    told = answers(upload(client, json.dumps(document).encode()))

    assert (told["Is it intact?"], told["Is it still valid?"]) == ("No", "Not shown")


def test_identifiers_stand_only_where_they_are_asked_for(client):
    award = make_award()

    tree = html.fromstring(client.get(reverse("verify-code", args=[award.code])).content)
    for folded in find(tree, "details"):
        folded.drop_tree()

    assert "did:web:" not in words(find(tree, "main")[0])


def test_credential_signed_in_another_language_is_read_in_the_reader_s(client):
    award = make_award(
        version=make_taught_course(
            title={"en": "Data Analysis", "de": "Datenanalyse"}, language="de"
        )
    )

    page = client.get(reverse("verify-code", args=[award.code]))
    german = client.get(
        reverse("verify-code", args=[award.code]), headers={"Accept-Language": "de"}
    )

    says = find(part(page, "h-says"), "dd")[0]
    assert words(find(says, "b")[0]) == "Data Analysis"
    assert words(find(says, "small")[0]) == "signed as: Datenanalyse"
    assert find(says, "span")[0].get("lang") == "de"
    assert "signed as" not in words(find(part(german, "h-says"), "dd")[0])


def test_translation_is_not_given_to_what_was_not_signed():
    award = make_award(
        version=make_taught_course(title={"en": "Data Analysis", "de": "Datenanalyse"})
    )
    kept = of_credential(award.credential)
    document = json.loads(verification.bytes_of(award.credential))
    document["credentialSubject"]["achievement"]["name"] = "Astrophysics"

    told = with_translations(open_badges.read(document), kept)

    assert list(told.title.values()) == ["Astrophysics"]


# Keeping a result --------------------------------------------------------------------------------


def test_result_of_a_file_names_portal_file_and_hash(client):
    data = verification.bytes_of(make_award().credential)

    page = upload(client, data, "kept.json")

    tree = html.fromstring(page.content)
    assert words(find(tree, "p", "print-only")[0]) == "Symbolon, http://localhost:8000/"
    kept = words(part(page, "h-keep"))
    assert "kept.json" in kept
    assert hashlib.sha256(data).hexdigest() in kept
    assert [one.get("hidden") for one in find(tree, "button") if "data-print" in one.attrib] == [""]
    assert AGAIN not in page.content.decode()


def test_result_of_a_code_is_checked_again(client):
    award = make_award()
    bundle_of(award)
    page = client.get(reverse("verify-code", args=[award.code]))

    assert AGAIN in page.content.decode()
    assert page.content.decode().count("Bundles of this institution") == 1


def test_page_tells_of_a_bundle_what_the_command_tells(client):
    data = bundle_of(make_award())

    page = upload(client, data, "kept.zip")
    plain = upload(client, open_bundle(data).files["credential.json"])

    told = words(part(page, "h-packed"))
    bundle = open_bundle(data)
    assert bundle.key.fingerprint in told
    assert bundle.issuer in told
    assert "This key is the issuer's." in told
    assert page.context["packed"].bundle.made == bundle.made
    for text in (bundle.key.fingerprint, 'id="h-packed"'):
        assert text not in plain.content.decode()


# Where nothing could be read ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b'{"a":', "bad.json", "The file is cut off: its end is missing."),
        (b"<a/>", "plain.xml", "This is an XML file without a credential."),
        (b"%PDF-1.4 broken", "scan.pdf", "This is a PDF document."),
    ],
)
def test_unread_file_is_answered_once_with_what_to_do(client, data, name, reason):
    page = upload(client, data, name)

    text = words(find(html.fromstring(page.content), "main")[0])
    assert text.count(reason) == 1
    assert "Ask for the original file" in text
    assert "What we could not check" not in text
    assert "What we checked" not in text


def test_empty_file_and_file_to_compare_have_their_own_words(client):
    empty = upload(client, b"")
    code = client.get(reverse("verify-code", args=[make_award().code]))

    assert empty.context["form"].errors["file"] == [
        "The file is empty. Save it anew where you have it from, and try again."
    ]
    hint = code.context["form"].fields["file"].help_text
    assert hint == "The document as PDF. We keep nothing of it."


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<a/>", Kind.XML),
        (b"<p>one<p>two", Kind.HTML),
        (b"<div><p>one</p></div>", Kind.HTML),
        (b"<html/>", Kind.HTML),
    ],
)
def test_markup_is_called_what_it_is(data, kind):
    assert sniff(data) == kind
