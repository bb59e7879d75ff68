"""What this portal adds to a verification: who issued it, whose it is, when others were asked."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from credentials.models import Credential, StatusList
from credentials.services import fetching, issuing, outside, status, verification
from credentials.trust import jws, kind_vc, proofs, status_list
from credentials.trust.baked import bake_png
from credentials.trust.fetch import Fetched, FetchFailed
from credentials.trust.signed_lists import SignedLists
from credentials.trust.words import Outcome
from credentials.verdict import Refused
from credentials.vocabulary import BodyStatus
from tests.credentials.test_verification import upload
from tests.credentials.trust import test_kind_edc as edc
from tests.credentials.trust import test_kind_ob2 as ob2
from tests.credentials.trust.certificate_files import pem
from tests.credentials.trust.test_baked import png
from tests.factories.awards import correct, make_award, make_student
from tests.factories.people import make_awarding_body, make_institution, make_registrar, make_user
from tests.factories.portfolios import (
    DID_DOCUMENT,
    ISSUER,
    KEY,
    ON_THE_WEB,
    make_badge,
    make_imported,
)

pytestmark = pytest.mark.django_db
DID_URL = "https://academy.example/.well-known/did.json"


class Web:
    """What lies at which address; counts who asks."""

    def __init__(self, pages):
        self.pages, self.ends, self.asked = pages, {}, []

    def fetch(self, url, **_named):
        self.asked.append(url)
        if url not in self.pages:
            raise FetchFailed("It cannot be reached.", 404)
        data = self.pages[url]
        data = data if isinstance(data, bytes) else json.dumps(data).encode()
        return Fetched(data, "", self.ends.get(url, url))


@pytest.fixture
def web(monkeypatch):
    made = Web({DID_URL: DID_DOCUMENT, **ob2.web()})
    monkeypatch.setattr(fetching.fetch, "fetch", made.fetch)
    return made


def key_of(result, name):
    return result.seen.check(name).key


def test_private_issuer_is_asked_where_the_operator_says(settings, monkeypatch):
    visited = []
    monkeypatch.setattr(
        outside.fetch, "fetch", lambda url, **named: visited.append((url, named["allow_hosts"]))
    )
    settings.PRIVATE_ISSUERS = ["http://localhost:8001", "https://badges.intern.example"]
    hosts = ["localhost:8001", "badges.intern.example"]

    for url in ("https://localhost:8001/did.json", "https://badges.intern.example/a", "https://[x"):
        outside.get(url)

    assert visited == [
        ("http://localhost:8001/did.json", hosts),
        ("https://badges.intern.example/a", hosts),
        ("https://[x", hosts),
    ]


# What others said --------------------------------------------------------------------------------


def test_what_others_said_is_remembered_and_told_with_its_time(client, web, monkeypatch):
    earlier = timezone.now() - timedelta(minutes=4)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: earlier)
        first = verification.examine(make_badge(issuer=ON_THE_WEB))

    page = upload(client, make_badge(issuer=ON_THE_WEB))

    second = page.context["result"]
    assert web.asked == [DID_URL]
    assert [one.host for one in second.asked] == ["academy.example"]
    assert second.asked[0].at == first.asked[0].at < second.checked_at
    assert "academy.example, 4\N{NO-BREAK SPACE}minutes ago" in page.content.decode()


def test_what_others_said_just_now_is_told_as_that(client, web):
    page = upload(client, make_badge(issuer=ON_THE_WEB))

    assert "academy.example, just now" in page.content.decode()


def test_what_others_said_is_asked_anew_where_it_must_be_of_today(web):
    data = make_badge(issuer=ON_THE_WEB)
    for fresh in (False, True, False):
        verification.examine(data, fresh=fresh)

    assert web.asked == [DID_URL, DID_URL]


def test_a_fault_is_not_remembered(web):
    published = web.pages.pop(DID_URL)
    data = make_badge(issuer=ON_THE_WEB)
    assert not verification.examine(data).is_valid
    web.pages[DID_URL] = published

    assert verification.examine(data).is_valid


def test_large_answers_are_not_remembered(web, monkeypatch):
    monkeypatch.setattr(outside, "MOST_REMEMBERED", 10)
    data = make_badge(issuer=ON_THE_WEB)
    verification.examine(data)
    verification.examine(data)

    assert web.asked == [DID_URL, DID_URL]


# Pages that lead on ------------------------------------------------------------------------------


LEADS_ON = "?next=https://evil.example/a.json"


@pytest.mark.parametrize(
    ("end", "key"),
    [
        ("https://evil.example/a.json", "hosted_unreachable"),
        (f"{ob2.SITE}.evil.example/a.json", "hosted_unreachable"),
        ("https://evil.example/" + ob2.SITE, "hosted_unreachable"),
        ("", "hosted_unreachable"),
        (f"{ob2.SITE}/elsewhere", "hosted_same"),
        (f"{ob2.SITE}:443/elsewhere".replace("https://", "https://www."), "hosted_same"),
    ],
)
def test_a_host_vouches_only_for_what_lies_there(web, end, key):
    """An honest host with a page that leads on to any address it is given."""
    assertion = ob2.assertion(id=f"{ob2.SITE}/login{LEADS_ON}")
    web.pages[assertion["id"]] = assertion
    web.ends[assertion["id"]] = end
    data = json.dumps(assertion).encode()

    for _remembered in range(2):
        result = verification.examine(data)
        assert key_of(result, "integrity") == key
        assert result.is_valid == (key == "hosted_same")


def test_keys_count_only_where_they_lie(web):
    address = f"https://academy.example/login{LEADS_ON}"
    web.pages[address] = {"keys": [{**KEY.public.jwk, "kid": "k"}]}
    document = json.loads(make_badge(issuer=address))
    del document["proof"]
    data = jws.sign(document, private_key=KEY, kid=f"{address}#k", typ=jws.SECURED).encode()
    assert verification.examine(data).is_valid
    cache.clear()

    web.ends[address] = "https://evil.example/keys"
    result = verification.examine(data)

    assert key_of(result, "issuer_key") == "issuer_place_refused"
    assert "evil.example" in result.seen.check("integrity").sentence
    assert not result.is_valid


LIST = "https://academy.example/list"


def signed_list(*indexes):
    bits = status_list.empty()
    for index in indexes:
        bits = status_list.set_bit(bits, index)
    now = datetime.now(UTC)
    listed = status_list.credential(url=LIST, issuer=ON_THE_WEB, bits=bits, valid_from=now)
    return proofs.sign(
        listed, private_key=KEY, verification_method=f"{ON_THE_WEB}#key-1", created=now
    )


def test_a_status_list_may_lie_elsewhere_because_it_is_signed(web):
    web.pages[LIST], web.ends[LIST] = signed_list(), "https://storage.example/list"

    result = verification.examine(make_badge(issuer=ON_THE_WEB, status_url=LIST, status_index=5))

    assert result.seen.key == "valid"


def test_the_proof_of_a_list_is_remembered_and_the_list_of_today_counts(web, monkeypatch):
    monkeypatch.setattr(kind_vc, "lists", SignedLists())
    data = make_badge(issuer=ON_THE_WEB, status_url=LIST, status_index=5)
    good, revoked = signed_list(), signed_list(5)
    forged = {**good, "proof": revoked["proof"]}

    def seen(listed):
        web.pages[LIST] = listed
        return verification.examine(data, fresh=True).seen.check("not_revoked").key

    assert [seen(one) for one in (good, revoked, forged, good)] == [
        "not_revoked",
        "revoked",
        "status_unreadable",
        "not_revoked",
    ]
    sent = (json.dumps(one).encode() for one in (good, revoked))
    assert {*kind_vc.lists.remembered} == {hashlib.sha256(one).digest() for one in sent}


def test_the_proofs_of_our_own_lists_are_remembered(monkeypatch):
    monkeypatch.setattr(kind_vc, "lists", SignedLists())
    data = verification.bytes_of(make_award().credential)
    assert verification.examine(data).seen.key == "valid"
    first = dict(kind_vc.lists.remembered)

    assert verification.examine(data).seen.key == "valid"
    published = (status.published(kept).encode() for kept in StatusList.objects.all())
    assert {*first} == {hashlib.sha256(one).digest() for one in published}
    assert all(kind_vc.lists.remembered[name] is proof for name, proof in first.items())


# The issuer --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "grade"),
    [
        ({"did": ON_THE_WEB}, "grade_accredited"),
        ({"url": "https://www.academy.example/about"}, "grade_accredited"),
        ({"url": "https://academy.example.evil.example"}, "grade_domain"),
        ({"did": ON_THE_WEB, "status": "non_he"}, "grade_registered"),
        ({"did": ON_THE_WEB, "status": "not_recognised"}, "grade_not_recognised"),
        ({}, "grade_domain"),
    ],
)
def test_the_register_grades_an_issuer(web, fields, grade):
    make_awarding_body(make_institution(), deqar_id="DEQARINST7", **fields)

    result = verification.examine(make_badge(issuer=ON_THE_WEB))

    assert key_of(result, "issuer_known") == grade
    assert ("DEQARINST7" in result.seen.check("issuer_known").sentence) == (
        grade == "grade_accredited"
    )


def test_no_register_speaks_for_the_others(web, client):
    here, elsewhere = make_institution(), make_institution()
    make_awarding_body(elsewhere, name="Famous University", did=ON_THE_WEB)
    data = make_badge(issuer=ON_THE_WEB)
    member, stranger = make_registrar(elsewhere), make_registrar(here)

    def told(reader=None):
        (found,) = verification.examine_all(data, reader=reader)
        return found.issuer and found.issuer.name, found.seen.check("issuer_known")

    assert [told(reader)[0] for reader in (None, stranger, member)] == [
        *(None, None, "Famous University")
    ]
    assert told()[1].key == "grade_accredited"
    mill = make_awarding_body(here, name="Mill", did=ON_THE_WEB, status=BodyStatus.NOT_RECOGNISED)
    name, known = told(stranger)
    assert (name, known.key, known.params["issuer"]) == (None, "grade_not_recognised", "Mill")
    assert f"the register of {here} says: {mill.get_status_display()}" in told()[1].sentence
    client.force_login(member)
    page = client.post(reverse("verify"), {"text": data.decode()}).content.decode()
    assert "Famous University issued this credential to" in page


def test_people_with_credentials_of_an_issuer_are_counted(web):
    data = make_badge(issuer=ON_THE_WEB)
    people = [make_user() for _ in range(3)]
    for person in (*people, people[0], people[0]):
        make_imported(person, issuer=ON_THE_WEB)

    found = verification.examine(data).seen.check("issuer_known")

    assert (found.key, found.params["cases"]) == ("grade_domain_and_cases", 3)


def test_a_credential_does_not_count_as_an_earlier_one_of_itself(web):
    credential = make_imported(make_user(), issuer=ON_THE_WEB)

    found = verification.examine_credential(credential).seen.check("issuer_known")

    assert found.key == "grade_domain"


def test_a_bare_key_in_a_register_is_not_the_body(web):
    make_awarding_body(make_institution(), did=ISSUER)

    assert key_of(verification.examine(make_badge()), "issuer_known") == "grade_new"


def test_our_own_institution_is_known(web):
    result = verification.examine_award(make_award())

    assert key_of(result, "issuer_known").startswith("grade_accredited_own")
    assert web.asked == []


def test_a_seal_is_judged_by_the_authorities_of_the_portal(settings):
    data = json.dumps(edc.sealed()).encode()
    make_awarding_body(make_institution(), legal_id=edc.NUMBER, name="Lindenfeld")
    before = verification.examine(data)

    (settings.VAR_DIR / "authorities.pem").write_bytes(pem(None, edc.AUTHORITY))
    after = verification.examine(data)

    assert (key_of(before, "issuer_key"), before.is_valid) == ("chain_untrusted", False)
    assert (key_of(after, "issuer_key"), after.is_valid) == ("issuer_sealed", True)
    assert key_of(after, "issuer_known") == "grade_accredited"
    assert after.text == (
        "Lindenfeld issued this credential to Ana Berg. Whether it was revoked since cannot be "
        "asked."
    )


def test_unreadable_list_of_authorities_stands_in_nobody_s_way(settings, caplog):
    (settings.VAR_DIR / "authorities.pem").write_text("not a certificate")

    own = verification.examine_award(make_award())
    sealed = verification.examine(json.dumps(edc.sealed()).encode())

    assert (own.is_valid, key_of(sealed, "issuer_key")) == (True, "chain_untrusted")
    assert "authorities.pem" in caplog.text


# The holder --------------------------------------------------------------------------------------


def test_the_holder_is_whoever_keeps_it(web):
    nela = make_student("Nela Ardwen")
    named = verification.examine(make_badge(issuer=ON_THE_WEB), holder=nela)
    other = verification.examine(make_badge(issuer=ON_THE_WEB), holder=make_user(name="Tam Bel"))

    assert key_of(named, "holder") == "holder_name_only"
    assert other.seen.check("holder").outcome == Outcome.FAIL
    assert key_of(verification.examine(make_badge()), "holder") == "holder_unasked"


# Of other kinds ----------------------------------------------------------------------------------


def test_a_hosted_badge_of_version_2_is_compared_with_its_place(client, web):
    page = upload(client, bake_png(png(), json.dumps(ob2.assertion())), "badge.png")

    result = page.context["result"]
    assert (result.title, result.kind) == ("Valid", "ok")
    assert key_of(result, "integrity") == "hosted_same"
    assert "Python for data" in page.content.decode()
    assert "Is it intact?" in page.content.decode()


def test_several_credentials_in_a_file_are_all_shown(client, web):
    badges = [json.loads(make_badge(issuer=ON_THE_WEB)) for _ in range(3)]
    badges[2]["name"] = "changed"

    page = upload(client, json.dumps(badges).encode())

    together = page.context["together"]
    assert [one.title for one in together.results] == ["Valid", "Valid", "Not valid"]
    assert (together.title, together.kind) == ("2 of 3 valid, 1 not valid", "bad")


def test_what_could_not_be_checked_is_listed(client, web):
    del web.pages[DID_URL]

    page = upload(client, make_badge(issuer=ON_THE_WEB)).content.decode()

    assert "What we could not check" in page
    assert "It cannot be reached" in page.partition("What we could not check")[2]


# Our own records ---------------------------------------------------------------------------------


def test_an_award_that_was_replaced_says_so_and_leads_to_the_newer_one(client):
    old = make_award()
    registrar = make_registrar(old.learner.institution)
    newer = correct(old, registrar, holder_name="Nela Árdwen")
    issuing.issue(newer)

    page = client.get(reverse("verify-code", args=[old.code]))

    result = page.context["result"]
    assert (result.title[:11], result.seen.key) == ("Replaced on", "superseded")
    assert newer.number in result.seen.check("not_superseded").sentence
    assert reverse("verify-code", args=[newer.code]) in page.content.decode()


def test_what_our_records_show_of_a_stolen_key():
    award = make_award()
    data = verification.bytes_of(award.credential)
    stolen = datetime.now(UTC) + timedelta(days=1)
    award.learner.institution.keys.update(retired_at=stolen, stolen_from=stolen)

    known = verification.examine(data)
    spelled = verification.examine(json.dumps(json.loads(data)).encode())

    assert key_of(known, "key_current") == "key_known_before"
    assert key_of(spelled, "key_current") == "key_known_before"


def test_what_was_signed_after_a_key_was_stolen_does_not_count():
    award = make_award()
    stolen = datetime.now(UTC) - timedelta(days=1)
    award.learner.institution.keys.update(retired_at=stolen, stolen_from=stolen)

    result = verification.examine(verification.bytes_of(award.credential))

    assert (result.title, result.seen.key) == ("Not valid", "key_revoked")


# By address --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/badges/7", "7.json"),
        ("/badges/seven.json?x=1", "seven.json"),
        ("/", "credential.json"),
        ("/%3Cscript%3E/..%2F..%2Fetc", "../../etc.json"),
    ],
)
def test_a_credential_is_fetched_by_its_address(web, path, name):
    address = f"https://academy.example{path}"
    data = make_badge(issuer=ON_THE_WEB)
    web.pages[address] = data

    assert fetching.fetch_credential(address) == (data, name)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (b"<!doctype html><html><title>My badge</title></html>", "a web page about the credential"),
        (b"plain words", "No credential that can be read lies at this address."),
        (png(), "No credential that can be read lies at this address."),
        (b"{", "cut off"),
        (None, "It cannot be reached."),
    ],
)
def test_what_is_no_credential_is_refused_with_a_friendly_word(web, page, words):
    if page is not None:
        web.pages["https://academy.example/badge"] = page

    with pytest.raises(Refused, match=words):
        fetching.fetch_credential("https://academy.example/badge")
    assert not Credential.objects.exists()


def test_inner_addresses_are_refused_with_the_reason():
    with pytest.raises(Refused, match="not a public address"):
        fetching.fetch_credential("https://127.0.0.1/badge.json")
