"""What is said about a credential from anywhere: the verdict, and each check behind it."""

import hashlib
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from PIL import Image

from credentials.standards import contexts, open_badges
from credentials.standards.facts import Identifier
from credentials.trust import baked, did, jws, keys, pdf_seal_words, proofs, status_list, verify
from credentials.trust.fetch import FetchFailed
from credentials.trust.sniff import Kind
from credentials.trust.verify import Record
from credentials.trust.words import (
    CHECK_NAMES,
    QUESTIONS,
    SENTENCES,
    VERDICTS,
    Outcome,
    Question,
    Standing,
)
from tests.credentials.standards.sample import COMPLETE

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PRIVATE = keys.PrivateKey(hashlib.sha256(b"an invented institution").digest())
OTHER = keys.PrivateKey(hashlib.sha256(b"an invented stranger").digest())
DID = COMPLETE.awarding_body.id
METHOD = f"{DID}#key-1"
DOCUMENT = did.did_document(DID, [("key-1", PRIVATE.public.multibase, None)])


def sign(document, private=PRIVATE, method=METHOD):
    return proofs.sign(document, private_key=private, verification_method=method, created=NOW)


def badge(**facts):
    return sign(open_badges.write(replace(COMPLETE, **facts), salt="grain"))


def unsigned_list(*indexes, purpose="revocation", issuer=DID):
    bits = status_list.empty()
    for index in indexes:
        bits = status_list.set_bit(bits, index)
    return status_list.credential(
        url=COMPLETE.status_url, issuer=issuer, bits=bits, valid_from=NOW, purpose=purpose
    )


def status_document(*indexes, purpose="revocation", issuer=DID, **more):
    return sign({**unsigned_list(*indexes, purpose=purpose, issuer=issuer), **more})


def published(listed):
    """Return a status list as it is sent: a document, or one in JWT form."""
    return (listed if isinstance(listed, str) else json.dumps(listed)).encode()


def as_jwt(document, private=PRIVATE, kid=METHOD, **more):
    return jws.sign(document, private_key=private, kid=kid, typ=jws.SECURED, **more)


def resolve(method):
    return did.key_of(DOCUMENT, method)


def offline(address):
    raise FetchFailed("no network")


def check(source, *, resolve=resolve, status=None, now=NOW, **more):
    return verify.check(
        source,
        resolve=resolve,
        status_of=lambda url: published(status or status_document()),
        now=now,
        **more,
    )


def outcomes(verification):
    return {check.name: check.outcome for check in verification.checks}


def test_a_genuine_credential_passes_all_checks():
    verification = check(json.dumps(badge()).encode())

    assert (verification.verdict, verification.key) == (Standing.VALID, "valid")
    assert {n: o for n, o in outcomes(verification).items() if o != Outcome.PASS} == {
        "not_superseded": Outcome.NOT_APPLICABLE,
        "holder": Outcome.NOT_APPLICABLE,
        "issuer_known": Outcome.UNKNOWN,
    }
    of_pdf = {"pages", *pdf_seal_words.CHECK_NAMES}
    assert [*outcomes(verification)] == [name for name in CHECK_NAMES if name not in of_pdf]
    assert [question for question, _checks in verification.questions] == list(Question)
    assert verification.facts.title == {"en": "Data ethics in practice"}
    assert verification.is_intact


def test_a_credential_without_status_and_end_is_valid_and_says_so():
    verification = check(badge(status_url="", valid_until=None))

    assert (verification.verdict, verification.key) == (Standing.VALID, "valid_no_status")
    assert verification.check("not_revoked").outcome == Outcome.NOT_APPLICABLE
    assert verification.check("not_expired").outcome == Outcome.NOT_APPLICABLE


def test_a_changed_credential_is_not_valid():
    document = badge()
    document["name"] = "Doctor of Everything"

    verification = check(document)

    assert (verification.verdict, verification.key) == (Standing.NOT_VALID, "changed")
    assert verification.check("not_revoked").key == "status_skipped"
    assert not verification.is_intact


def test_an_entry_that_the_signature_does_not_cover_is_not_valid():
    verification = check({**badge(), "honours": "cum laude"})

    assert (verification.verdict, verification.key) == (Standing.NOT_VALID, "uncovered")
    assert "honours" in verification.check("integrity").sentence


def test_a_revoked_credential_is_revoked():
    verification = check(badge(), status=status_document(COMPLETE.status_index))

    assert (verification.verdict, verification.key) == (Standing.REVOKED, "revoked")


def test_a_suspended_credential_is_told_so():
    document = open_badges.write(COMPLETE)
    document["credentialStatus"] = status_list.entry(
        url=COMPLETE.status_url, index=5, purpose="suspension"
    )

    verification = check(sign(document), status=status_document(5, purpose="suspension"))

    assert (verification.verdict, verification.key) == (Standing.REVOKED, "suspended")


def test_an_expired_credential_is_expired():
    verification = check(badge(), now=datetime(2032, 1, 1, tzinfo=UTC))

    assert (verification.verdict, verification.key) == (Standing.EXPIRED, "expired")


def test_a_proof_that_has_expired_does_not_count():
    document = open_badges.write(COMPLETE)
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": proofs.CRYPTOSUITE,
        "created": "2026-11-01T00:00:00Z",
        "expires": "2026-11-10T00:00:00Z",
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
    }
    signature = PRIVATE.sign(
        proofs.options_hash(document, options, proofs.contexts.load)
        + proofs._hash(document, proofs.contexts.load)
    )
    options["proofValue"] = keys.encode_base58(signature)

    assert check({**document, "proof": [options]}).verdict == Standing.EXPIRED


def test_a_credential_of_tomorrow_is_not_valid_yet():
    verification = check(badge(issued_on=NOW + timedelta(days=1)))

    assert (verification.verdict, verification.key) == (Standing.NOT_VALID, "not_yet")


@pytest.mark.parametrize("ahead", [timedelta(days=200), timedelta(hours=1)])
def test_a_signature_that_is_dated_ahead_does_not_count(ahead):
    document, at = open_badges.write(COMPLETE, salt="grain"), NOW + ahead
    embedded = proofs.sign(
        document, private_key=PRIVATE, verification_method=METHOD, created=NOW + ahead
    )
    text = jws.sign(document, private_key=PRIVATE, kid=METHOD, typ=jws.SECURED, created=at)

    for source in (embedded, text):
        assert (check(source).verdict, check(source).key) == (Standing.NOT_VALID, "signed_ahead")
        assert check(source, now=at - timedelta(minutes=5)).verdict == Standing.VALID


def test_an_unsigned_credential_cannot_be_verified():
    verification = check(open_badges.write(COMPLETE))

    assert (verification.verdict, verification.key) == (Standing.NOT_VERIFIABLE, "unsigned")


@pytest.mark.parametrize("what", ["key", "status", "both"])
def test_a_network_fault_is_never_called_invalid(what):
    verification = verify.check(
        badge(),
        resolve=resolve if what == "status" else offline,
        status_of=offline if what != "key" else lambda url: published(status_document()),
        now=NOW,
    )

    assert verification.verdict == Standing.NOT_VERIFIABLE
    assert Outcome.FAIL not in outcomes(verification).values()
    assert "valid" not in verification.sentence


def test_an_incomplete_credential_is_not_relied_on():
    document = open_badges.write(COMPLETE)
    document["validUntil"] = ["2030-01-01T00:00:00Z", "2040-01-01T00:00:00Z"]

    verification = check(sign(document))

    assert (verification.verdict, verification.key) == (Standing.NOT_VERIFIABLE, "structure")
    assert "$.validUntil" in verification.check("structure").sentence


# The issuer --------------------------------------------------------------------------------------


def test_a_key_of_a_stranger_is_not_tied_to_the_issuer_it_names():
    own = did.did_key(OTHER.public)
    document = sign(open_badges.write(COMPLETE), OTHER, f"{own}#{OTHER.public.multibase}")

    verification = check(document)

    assert (verification.verdict, verification.key) == (Standing.NOT_VERIFIABLE, "intact_not_tied")
    assert verification.check("integrity").outcome == Outcome.PASS
    assert verification.check("issuer_key").outcome == Outcome.FAIL
    assert DID in verification.check("issuer_key").sentence


def test_a_key_that_its_own_document_gives_to_another_is_not_tied():
    def resolve_foreign(method):
        return keys.PublicKey(PRIVATE.public.raw, controller="did:web:stranger.example")

    assert check(badge(), resolve=resolve_foreign).key == "intact_not_tied"


def test_a_key_that_the_issuer_does_not_publish_cannot_be_relied_on():
    document = sign(open_badges.write(COMPLETE), OTHER, f"{DID}#key-2")

    verification = check(document)

    assert verification.key == "intact_unpublished"
    assert verification.check("issuer_key").key == "issuer_unpublished"


def test_an_issuer_that_is_nothing_but_a_key_shows_no_organisation():
    own = did.did_key(PRIVATE.public)
    document = open_badges.write(replace(COMPLETE, status_url=""), issuer_id=own)
    document = sign(document, method=f"{own}#{PRIVATE.public.multibase}")

    unknown = check(document)
    known = check(document, record_of=lambda findings: Record(name="X", status="recognised"))

    assert (unknown.verdict, unknown.key) == (Standing.NOT_VERIFIABLE, "intact_own_key")
    assert (known.verdict, known.key) == (Standing.NOT_VERIFIABLE, "intact_own_key")


def test_an_issuer_is_looked_up_by_what_is_proven_of_it():
    asked = []

    def record_of(findings):
        asked.append(findings.proven)
        return Record(name="X", status="recognised", register="Y", agency="Z")

    known = check(badge(), record_of=record_of)
    claimed = check({**badge(), "name": "changed"}, record_of=record_of)

    place = "portal.lindenfeld.example"
    assert asked == [(Identifier("did", DID), Identifier("host", place)), ()]
    assert known.check("issuer_known").key == "grade_accredited"
    assert claimed.check("issuer_known").key == "grade_unproven"


def test_an_issuer_at_an_address_that_is_none_ends_in_words():
    document = open_badges.write(COMPLETE, salt="grain", issuer_id="https://[x")
    own = did.did_key(PRIVATE.public)

    verification = check(as_jwt(document, kid=f"{own}#{PRIVATE.public.multibase}"))

    assert verification.key == "intact_not_tied"


@pytest.mark.parametrize(
    ("issuer", "name"),
    [
        ("did:web:github.example", "github.example"),
        ("did:web:github.example%3A8443", "github.example:8443"),
        ("did:web:github.example:mallory:keys", "did:web:github.example:mallory:keys"),
        ("https://github.example/mallory/keys", "https://github.example/mallory/keys"),
    ],
)
def test_who_has_a_path_on_a_host_is_not_called_by_the_host(issuer, name):
    document = did.did_document(issuer, [("key-1", PRIVATE.public.multibase, None)])
    signed = open_badges.write(replace(COMPLETE, status_url=""), issuer_id=issuer)

    verification = check(
        as_jwt(signed, kid=f"{issuer}#key-1"), resolve=lambda m: did.key_of(document, m)
    )

    assert verification.key == "valid_no_status"
    assert verification.check("issuer_key").params == {"place": name}
    assert verification.check("issuer_known").params == {"place": name}


# The status list ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status",
    [
        "no list",
        [1],
        {"id": COMPLETE.status_url},
        open_badges.write(COMPLETE),
        sign(
            status_list.credential(
                url=COMPLETE.status_url,
                issuer=did.did_key(OTHER.public),
                bits=status_list.empty(),
                valid_from=NOW,
            ),
            OTHER,
            f"{did.did_key(OTHER.public)}#{OTHER.public.multibase}",
        ),
        {**status_document(), "id": "https://elsewhere.example/status"},
        {**status_document(), "validFrom": "2026-01-01T00:00:00Z"},
        status_document(purpose="suspension"),
        status_document(validUntil="2026-11-21T00:00:00Z"),
        status_document(validUntil="2026-11-21"),
        status_document(validFrom="2090-01-01T00:00:00Z"),
        status_document(validFrom="2090-01-01"),
        as_jwt(unsigned_list(), created=NOW + timedelta(days=1)),
    ],
)
def test_a_status_list_that_is_not_the_issuers_says_nothing(status):
    verification = check(badge(), status=status)

    assert (verification.verdict, verification.key) == (Standing.NOT_VERIFIABLE, "status_unknown")
    assert verification.check("not_revoked").outcome == Outcome.UNKNOWN


def test_a_status_list_by_a_key_that_was_withdrawn_since_says_nothing():
    """Whoever stole the key may have made it, and dated it back."""
    rows = [
        ("key-1", PRIVATE.public.multibase, None),
        ("key-2", OTHER.public.multibase, NOW + timedelta(days=1)),
    ]
    document = did.did_document(DID, rows)
    listed = proofs.sign(
        unsigned_list(), private_key=OTHER, verification_method=f"{DID}#key-2", created=NOW
    )

    verification = check(badge(), resolve=lambda m: did.key_of(document, m), status=listed)

    assert verification.key == "status_unknown"


LIST, BESIDE = "0f5ff5ab-0000-4000-8000-00000000000a", "0f5ff5ab-0000-4000-8000-00000000000b"


@pytest.mark.parametrize(
    ("name", "reference", "key"),
    [
        (LIST, f"https://x.example/status/{BESIDE}", "status_unknown"),  # nobody hides a suspension
        (LIST, f"https://x.example/help/{BESIDE}", "valid"),
        (LIST, "https://x.example/status/help.html", "valid"),
        ("1", f"https://x.example/status/{BESIDE}", "valid"),
        ("1", "https://x.example/status/2", "valid"),
        (LIST, ["https://x.example/status/a"], "valid"),
    ],
)
def test_a_reference_to_a_text_is_no_list_that_cannot_be_fetched(name, reference, key):
    url, document = f"https://x.example/status/{name}", open_badges.write(COMPLETE, salt="grain")
    entry = status_list.entry(url=url, index=5)
    document["credentialStatus"] = {**entry, "statusReference": reference}
    listed = as_jwt({**unsigned_list(), "id": url})

    def status_of(address):
        return published(listed) if address == url else offline(address)

    verification = verify.check(as_jwt(document), resolve=resolve, status_of=status_of, now=NOW)

    assert verification.key == key


@pytest.mark.parametrize("purpose", ["Revocation", ["revocation"], "", None, 5])
def test_a_status_of_an_unknown_purpose_is_not_passed_over(purpose):
    document = open_badges.write(COMPLETE, salt="grain")
    document["credentialStatus"] = {**document["credentialStatus"], "statusPurpose": purpose}

    verification = check(as_jwt(document))

    assert verification.check("not_revoked").key == "status_unreadable"
    assert (verification.verdict, verification.key) == (Standing.NOT_VERIFIABLE, "status_unknown")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ([], Outcome.NOT_APPLICABLE),
        ([status_list.entry(url=COMPLETE.status_url, index=1)], Outcome.PASS),
        (
            [
                status_list.entry(url=COMPLETE.status_url, index=1),
                status_list.entry(url=COMPLETE.status_url, index=77),
            ],
            Outcome.FAIL,
        ),
        (
            [
                status_list.entry(url=COMPLETE.status_url, index=1),
                {"id": "urn:x:1", "type": "1EdTechRevocationList"},
            ],
            Outcome.UNKNOWN,
        ),
        ([status_list.entry(url=COMPLETE.status_url, index=i) for i in range(5)], Outcome.UNKNOWN),
        (
            status_list.entry(url=COMPLETE.status_url, index=1, purpose="message"),
            Outcome.NOT_APPLICABLE,
        ),
    ],
)
def test_the_worst_of_several_status_entries_counts(status, outcome):
    document = open_badges.write(COMPLETE)
    document["credentialStatus"] = status

    verification = check(sign(document), status=status_document(77))

    assert verification.check("not_revoked").outcome == outcome


@pytest.mark.parametrize(
    "hide",
    [
        lambda d: {"https://www.w3.org/2018/credentials#credentialStatus": d["credentialStatus"]},
        lambda d: {"credentialStatus": d["credentialStatus"]["id"]},
        lambda d: {"evidence": [{"id": d["id"], "credentialStatus": d["credentialStatus"]}]},
        lambda d: {"@included": [{"id": d["id"], "credentialStatus": d["credentialStatus"]}]},
        lambda d: {"credentialStatus": [[d["credentialStatus"]]]},
    ],
)
def test_a_revoked_status_cannot_be_hidden(hide):
    """Each of these would leave the signed graph, or part of it, as it was."""
    document = badge()
    hidden = hide(document)
    del document["credentialStatus"]

    verification = check({**document, **hidden}, status=status_document(77))

    assert verification.verdict != Standing.VALID


# Files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (json.dumps(badge()).encode()[:-100], "malformed"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a/>', "malformed"),
        (b"<html>", "other"),
        (b"plain words", "other"),
        (b"", "other"),
        (b"%PDF-1.7", "other"),
        (b"eyJhbGciOiJFZERTQSJ9.e30.c2ln.", "other"),
        (b"eyJhbGciOiJFZERTQSJ9.eyI.c2ln", "malformed"),
        (json.dumps([badge()] * 11).encode(), "malformed"),
    ],
)
def test_files_without_a_credential_get_honest_words(data, key):
    verification = check(data)

    assert (verification.verdict, verification.key) == (Standing.NOT_VERIFIABLE, key)
    assert [c.name for c in verification.checks] == ["readable"]


@pytest.mark.parametrize(
    ("name", "kind", "verdict", "sentence"),
    [
        (
            "simple-did-key-method.json",
            "ob3",
            Standing.NOT_VERIFIABLE,
            "Intact, but the key is not tied to the issuer it names.",
        ),
        (
            "simple-err-expired.json",
            "ob3",
            Standing.EXPIRED,
            "Expired. The signature could not be checked offline.",
        ),
        (
            "Sample-MC-Annex1-signed.jsonld",
            "edc",
            Standing.NOT_VERIFIABLE,
            "Intact, but nobody whom this portal trusts vouches for the seal.",
        ),
        (
            "example.xml",
            "elmo",
            Standing.NOT_VERIFIABLE,
            "The signature could not be checked now.",
        ),
    ],
)
def test_credentials_of_others_get_the_right_words(shared, name, kind, verdict, sentence):
    data = (shared / "data" / "external_credentials" / name).read_bytes()

    verification = verify.check(data, resolve=offline, status_of=offline, now=NOW)

    assert (verification.kind, verification.verdict) == (kind, verdict)
    assert verification.sentence == sentence


# Other forms -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("context", "key"),
    [
        ("https://evil.example/x.jsonld", "vocabulary_unknown"),
        ({"name": "https://evil.example/name"}, "vocabulary_unknown"),
        (contexts.CREDENTIALS_V2, "valid"),
    ],
)
def test_what_it_means_must_be_known_in_jwt_form_too(context, key):
    document = open_badges.write(COMPLETE, salt="grain")
    document["@context"] = [*document["@context"], context]

    assert check(as_jwt(document)).key == key


@pytest.mark.parametrize(
    ("beside", "key"),
    [
        ({"type": "BbsProof2"}, "valid"),
        ({"type": "BbsProof2", "@context": "https://evil.example/x.jsonld"}, "vocabulary_unknown"),
        ({"type": "BbsProof2", "id": COMPLETE.id}, "vocabulary_unread"),
        ({"type": "BbsProof2", "name": ["x"] * 9_000}, "vocabulary_unread"),
    ],
)
def test_what_no_signature_covers_must_be_known_too(beside, key):
    """A proof of another kind stands beside ours; nothing but the limits looks at it."""
    signed = badge()

    assert check({**signed, "proof": [*signed["proof"], beside]}).key == key


def test_a_vocabulary_that_hides_behind_a_limit_is_not_known():
    document = open_badges.write(COMPLETE, salt="grain")
    hidden = {"@context": "https://evil.example/x.jsonld", "type": ["Evidence"]}
    document["evidence"] = [hidden, *[{"type": ["Evidence"]}] * 9_000]

    assert check(as_jwt(document)).key == "vocabulary_unread"


def test_a_credential_in_jwt_form_gets_the_same_answers():
    embedded = check(badge())
    secured = check(as_jwt(open_badges.write(COMPLETE, salt="grain")).encode())

    assert outcomes(secured) == outcomes(embedded)
    assert (secured.kind, secured.key, secured.facts) == (Kind.OB3, "valid", embedded.facts)


@pytest.mark.parametrize(
    ("text", "verdict", "key"),
    [
        ("eyJhbGciOiJub25lIn0.e30.", Standing.NOT_VALID, "refused"),
        (as_jwt(open_badges.write(COMPLETE), OTHER), Standing.NOT_VALID, "changed"),
    ],
)
def test_a_forged_jwt_ends_in_a_named_check_that_failed(text, verdict, key):
    verification = check(text.encode())

    assert (verification.verdict, verification.key) == (verdict, key)
    assert verification.check("integrity").outcome == Outcome.FAIL


def test_a_status_list_in_jwt_form_is_asked():
    bits = status_list.set_bit(status_list.empty(), COMPLETE.status_index)
    listed = status_list.credential(url=COMPLETE.status_url, issuer=DID, bits=bits, valid_from=NOW)

    assert check(badge(), status=as_jwt(listed)).key == "revoked"
    assert check(badge(), status=as_jwt(listed, OTHER)).key == "status_unknown"
    assert check(badge(), status="no list").key == "status_unknown"


@pytest.mark.parametrize("bake", [baked.bake_png, baked.bake_svg])
@pytest.mark.parametrize("form", [lambda d: json.dumps(sign(d)), as_jwt])
def test_a_baked_image_is_judged_by_the_credential_inside(bake, form):
    image = png() if bake is baked.bake_png else b'<svg xmlns="http://www.w3.org/2000/svg"/>'

    verification = check(bake(image, form(open_badges.write(COMPLETE, salt="grain"))))

    kind = Kind.PNG_BADGE if bake is baked.bake_png else Kind.SVG_BADGE
    assert (verification.key, verification.kind, verification.carrier) == ("valid", Kind.OB3, kind)
    assert verify.from_json(verification.as_json()).carrier == kind


def png():
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file.getvalue()


def test_an_image_inside_an_image_is_no_badge():
    inner = b"<svg xmlns='http://www.w3.org/2000/svg' xmlns:o='http://openbadges.org'><o:a>x</o:a></svg>"

    assert check(baked.bake_png(png(), inner.decode())).key == "malformed"


def test_each_of_several_credentials_is_judged():
    presentation = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [
            badge(),
            {**badge(), "name": "changed"},
            as_jwt(open_badges.write(COMPLETE)),
            {
                "type": "EnvelopedVerifiableCredential",
                "id": "data:application/vc+jwt," + as_jwt(open_badges.write(COMPLETE)),
            },
        ],
    }

    for source in (presentation, presentation["verifiableCredential"]):
        found = verify.check_all(
            json.dumps(source).encode(),
            resolve=resolve,
            status_of=lambda url: published(status_document()),
            now=NOW,
        )
        assert [one.key for one in found] == ["valid", "changed", "valid", "valid"]


def test_a_credential_in_its_delivery_wrapper_is_read():
    assert check(json.dumps({"credential": badge()}).encode()).key == "valid"


# Replaced, withdrawn -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "index", "verdict", "key"),
    [
        ({"statusPurpose": "superseded"}, 5, Standing.SUPERSEDED, "superseded"),
        ({"statusPurpose": "refresh"}, 5, Standing.SUPERSEDED, "superseded"),
        ({"statusPurpose": "superseded"}, 6, Standing.VALID, "valid_no_status"),
        (
            {
                "statusPurpose": "message",
                "statusSize": 2,
                "statusMessages": [
                    {"status": "0x0", "message": "current"},
                    {"status": "0x2", "message": "superseded"},
                ],
            },
            10,
            Standing.SUPERSEDED,
            "superseded",
        ),
        (
            {
                "statusPurpose": "message",
                "statusMessages": [{"status": "0x1", "message": "being reviewed"}],
            },
            5,
            Standing.VALID,
            "valid_no_status",
        ),
    ],
)
def test_a_replaced_credential_is_told_so(entry, index, verdict, key):
    document = open_badges.write(COMPLETE)
    document["credentialStatus"] = status_list.entry(url=COMPLETE.status_url, index=5) | entry
    listed = status_document(index, purpose=entry["statusPurpose"])
    text = as_jwt(document)

    verification = check(text, status=listed)

    assert (verification.verdict, verification.key) == (verdict, key)


@pytest.mark.parametrize(("index", "key"), [(5, "revoked"), (6, "valid")])
def test_a_list_of_the_earlier_standard_is_asked(index, key):
    older = ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/vc/status-list/2021/v1"]
    entry = status_list.entry(url=COMPLETE.status_url, index=5)
    status = {**entry, "type": "StatusList2021Entry"}
    document = {**open_badges.write(COMPLETE), "credentialStatus": status}
    listed = {
        "@context": older,
        "id": COMPLETE.status_url,
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuer": DID,
        "issuanceDate": "2026-11-01T00:00:00Z",
        "credentialSubject": {
            "id": f"{COMPLETE.status_url}#list",
            "type": "StatusList2021",
            "statusPurpose": "revocation",
            "encodedList": status_list.encode(
                status_list.set_bit(status_list.empty(), index)
            ).removeprefix("u"),
        },
    }

    verification = check(as_jwt(document), status=as_jwt(listed))

    assert verification.key == key


def test_a_replaced_credential_that_is_revoked_too_is_called_replaced():
    document = open_badges.write(COMPLETE)
    document["credentialStatus"] = [
        status_list.entry(url=COMPLETE.status_url, index=5),
        status_list.entry(url=COMPLETE.status_url, index=5, purpose="superseded"),
    ]
    listed = status_document(5, purpose=["revocation", "superseded"])

    assert check(sign(document), status=listed).key == "superseded"


def test_a_signature_from_before_its_key_was_withdrawn_may_be_backdated():
    stolen = did.did_document(DID, [("key-1", PRIVATE.public.multibase, NOW + timedelta(days=1))])

    verification = check(badge(), resolve=lambda method: did.key_of(stolen, method))

    assert (verification.verdict, verification.key) == (Standing.NOT_VERIFIABLE, "key_withdrawn")
    assert verification.is_intact
    assert verification.check("key_current").key == "key_withdrawn_since"
    assert verification.check("key_current") in verification.unknown
    assert "23\N{NO-BREAK SPACE}November 2026" in verification.check("key_current").sentence


def test_a_key_that_was_withdrawn_before_makes_it_not_valid():
    stolen = did.did_document(DID, [("key-1", PRIVATE.public.multibase, NOW)])

    verification = check(badge(), resolve=lambda method: did.key_of(stolen, method))

    assert (verification.verdict, verification.key) == (Standing.NOT_VALID, "key_revoked")
    assert verification.check("key_current").outcome == Outcome.FAIL


# Keeping -----------------------------------------------------------------------------------------


def test_a_verification_is_kept_without_words_and_told_again():
    verification = check(badge(status_url=""))

    kept = verify.from_json(json.loads(json.dumps(verification.as_json())))

    assert kept == replace(verification, document=None, facts=None)
    assert [c.sentence for c in kept.checks] == [c.sentence for c in verification.checks]


@pytest.mark.parametrize(
    "source",
    [
        as_jwt(open_badges.write(COMPLETE), kid="did:web:x.example#k\x00"),
        as_jwt(open_badges.write(COMPLETE), kid="k\x00"),
        as_jwt({**open_badges.write(COMPLETE), "id": "urn:x\x00y"}),
        jws._encoded({"alg": "X\x00"}) + "." + jws._encoded(open_badges.write(COMPLETE)) + ".AA",
        {**badge(), "proof": {**badge()["proof"][0], "verificationMethod": f"{METHOD}\x00"}},
        {**badge(), "proof": {**badge()["proof"][0], "cryptosuite": "x\x00"}},
        {**badge(), "@context": [*badge()["@context"], "https://x.example/\x00"]},
    ],
)
def test_nothing_hidden_is_asked_for_or_kept(source):
    """PostgreSQL keeps no text with a NUL in it, and asks for none."""
    asked = []

    def find(method):
        asked.append(method)
        return resolve(method)

    verification = check(source, resolve=find)

    assert verification.verdict == Standing.NOT_VERIFIABLE
    assert "\\u0000" not in json.dumps(verification.as_json())
    assert "\0" not in "".join(asked) + verification.facts.id


def test_a_verification_that_an_earlier_version_kept_can_be_read():
    kept = {
        "kind": "ob3",
        "verdict": "valid",
        "key": "valid",
        "checks": [
            {"name": "readable", "outcome": "pass", "key": "readable", "params": {}},
            {"name": "integrity", "outcome": "pass", "key": "intact", "params": {}},
            {"name": "issuer_key", "outcome": "pass", "key": "issuer_known", "params": {}},
            {"name": "annex_i", "outcome": "not_applicable", "key": "annex_other", "params": {}},
        ],
        "checked_at": NOW.isoformat(),
    }

    told = verify.from_json(kept)

    assert (told.is_intact, told.is_tied, told.as_json()) == (True, True, kept)
    assert all(found.sentence for found in told.checks)


def test_every_answer_has_words():
    params = {
        **dict.fromkeys(
            ("detail", "issuer", "place", "signer", "by", "number", "holder", "register"), "x"
        ),
        **dict.fromkeys(("authority",), "x"),
        "known_from": "x",
        "day": "2026-01-02",
        "status": "non_he",
        "cases": 3,
        "kind": "edc",
        "elements": ["holder", "level"],
        "moment": NOW.isoformat(),
    }
    with translation.override("en"):
        for name in CHECK_NAMES:
            assert verify.Check(name, Outcome.PASS, "intact").label
        for key in SENTENCES:
            assert "%" not in verify.Check("readable", Outcome.PASS, key, params).sentence
        assert all(map(str, VERDICTS.values()))
        assert all(question.label for question in Question)
    of_seals = list(pdf_seal_words.CHECK_NAMES)  # answered beside the credential in a PDF
    asked = [name for names in QUESTIONS.values() for name in names]
    assert asked + of_seals == list(CHECK_NAMES)
    assert {status.value for status in proofs.ProofStatus} - {"verified"} <= set(SENTENCES)
    assert all(standing.label for standing in Standing)


def test_hostile_documents_end_in_words():
    for junk in (None, 3, "x", [], [[]], {"id": []}, True):
        document = badge()
        for field in (*document, "id"):
            verification = check({**document, field: junk})

            assert verification.verdict != Standing.VALID or {**document, field: junk} == document
