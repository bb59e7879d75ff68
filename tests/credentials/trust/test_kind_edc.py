"""European Digital Credentials: is the seal intact, whose is it, and who vouches for that?"""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.x509 import ExtendedKeyUsage
from cryptography.x509.oid import ExtendedKeyUsageOID

from credentials.standards import elm
from credentials.standards.facts import Identifier
from credentials.trust import seals, status_list, verify
from credentials.trust.certificates import SealCertificate
from credentials.trust.holders import Person
from credentials.trust.sniff import Kind
from credentials.trust.verify import Record
from credentials.trust.words import Outcome, Standing
from tests.credentials.standards.sample import COMPLETE

from .certificate_files import NOW, YEAR, certificate, ec_key, subject

NUMBER = "VATDE-123456789"
AUTHORITY_KEY, KEY = ec_key(), ec_key()
AUTHORITY = certificate(AUTHORITY_KEY, subject("Trust Centre", "VATDE-1", "Authority"), ca=True)
BY_AUTHORITY = {"issuer": AUTHORITY, "issuer_key": AUTHORITY_KEY}
LEAF = SealCertificate((certificate(KEY, subject(), **BY_AUTHORITY), AUTHORITY), KEY)
ISSUER = replace(COMPLETE.awarding_body, identifiers=(Identifier("eidas", NUMBER),))
AT = NOW + timedelta(hours=1)


def payload(**facts):
    stated = replace(COMPLETE, awarding_body=ISSUER, **facts)
    return elm.write(stated, issuer=ISSUER, identified=True, image=b"\x89PNG")


def sealed(document=None, certificate=LEAF):
    return seals.seal(document or payload(), certificate, at=NOW)


def never(*_asked):
    raise AssertionError("nobody is asked for a sealed credential")


def check(document, now=AT, roots=(AUTHORITY,), **more):
    data = json.dumps(document).encode()
    more = {"resolve": never, "status_of": never, "document_of": never, **more}
    return verify.check(data, now=now, roots=roots, **more)


def test_a_seal_of_the_issuer_that_an_authority_vouches_for_is_valid():
    asked = []

    def record_of(findings):
        asked.extend(findings.proven)
        return Record()

    verification = check(sealed(), record_of=record_of)

    assert (verification.kind, verification.key) == (Kind.EDC, "valid_no_status")
    assert verification.facts.title == COMPLETE.title
    assert verification.check("annex_i").outcome == Outcome.PASS
    assert "University of Lindenfeld (VATDE-123456789)" in verification.check("signer").sentence
    assert NUMBER in verification.check("issuer_key").sentence
    assert verification.check("key_current") in verification.unknown
    assert asked == [Identifier("legal", NUMBER)]


@pytest.mark.parametrize(
    ("roots", "leaf"),
    [
        ((), LEAF),
        ((AUTHORITY,), SealCertificate((certificate(KEY, subject()),), KEY)),
    ],
)
def test_a_seal_that_nobody_vouches_for_cannot_be_relied_on(roots, leaf):
    verification = check(sealed(certificate=leaf), roots=roots)

    assert (verification.verdict, verification.key) == (Standing.NOT_VERIFIABLE, "intact_chain")
    assert verification.is_intact
    assert not verification.is_tied
    assert verification.check("issuer_known").key == "grade_unproven"


def test_a_seal_of_another_body_is_not_the_issuers():
    other = certificate(KEY, subject("Diploma Mill", "VATDE-999"), **BY_AUTHORITY)

    verification = check(sealed(certificate=SealCertificate((other, AUTHORITY), KEY)))

    assert (verification.verdict, verification.key) == (Standing.NOT_VERIFIABLE, "intact_not_tied")
    assert verification.check("issuer_key").outcome == Outcome.FAIL
    assert "Diploma Mill" in verification.check("issuer_key").sentence


@pytest.mark.parametrize(
    ("purposes", "may_seal"),
    [
        ([ExtendedKeyUsageOID.SERVER_AUTH], False),
        ([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH], False),
        ([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION], True),
    ],
)
def test_a_certificate_of_a_web_server_seals_nothing(purposes, may_seal):
    extra = (ExtendedKeyUsage(purposes), True)
    leaf = certificate(KEY, subject(), **BY_AUTHORITY, extra=extra)

    verification = check(sealed(certificate=SealCertificate((leaf, AUTHORITY), KEY)))

    assert (verification.verdict == Standing.VALID) == may_seal
    assert may_seal or verification.key == "refused"


def test_a_changed_payload_is_not_valid_and_shown_as_that():
    document = sealed()
    document["payload"] = document["payload"].replace("Ana", "Eva")

    verification = check(document)

    assert (verification.verdict, verification.key) == (Standing.NOT_VALID, "changed")
    assert verification.facts.holder.name == "Eva Berg"


@pytest.mark.parametrize("name", ["protected", "signature"])
def test_a_broken_seal_ends_in_words(name):
    document = sealed()
    entry = document["signatures"][0]

    for junk in ("", "AA", None, 3, entry[name][:-4], "e30"):
        entry[name] = junk
        verification = check(document)
        assert verification.verdict in (Standing.NOT_VALID, Standing.NOT_VERIFIABLE)
        assert any(c.outcome == Outcome.FAIL for c in verification.checks)


def test_a_certificate_that_was_not_valid_then_does_not_count():
    old = certificate(KEY, subject(), **BY_AUTHORITY, start=NOW - 3 * YEAR)

    verification = check(sealed(certificate=SealCertificate((old, AUTHORITY), KEY)))

    assert verification.check("key_current").outcome == Outcome.FAIL
    assert verification.key == "intact_not_tied"


def test_a_seal_of_a_certificate_that_has_expired_since_may_be_backdated():
    """Time stamps are not judged, so nothing but the seal says that it was made before."""
    lasting = sealed(payload(valid_until=None))

    verification = check(lasting, now=NOW + 3 * YEAR)

    assert check(lasting, now=NOW + YEAR / 2).verdict == Standing.VALID
    assert verification.check("key_current").key == "certificate_expired_since"
    assert (verification.verdict, verification.key) == (
        Standing.NOT_VERIFIABLE,
        "certificate_expired",
    )


def test_a_seal_that_is_dated_ahead_does_not_count():
    document = seals.seal(payload(), LEAF, at=AT + timedelta(days=200))

    verification = check(document)

    assert (verification.verdict, verification.key) == (Standing.NOT_VALID, "signed_ahead")


@pytest.mark.parametrize("wrap", [lambda d: d, lambda d: {"credential": d}])
def test_an_unsealed_one_is_read_and_called_unsigned(wrap):
    verification = check(wrap(payload()))

    assert (verification.kind, verification.key) == (Kind.EDC, "unsigned")
    assert verification.facts.ects == COMPLETE.ects


def test_an_expired_one_is_expired():
    assert check(sealed(), now=COMPLETE.valid_until + YEAR).verdict == Standing.EXPIRED


@pytest.mark.parametrize("name", ["issued", "validFrom", "validUntil", "expirationDate"])
@pytest.mark.parametrize("day", ["2020-01-01", "2090-01-01T00:00:00", "soon", ["x"], 5, None])
def test_a_date_that_cannot_be_read_is_not_passed_over(name, day):
    verification = check(sealed({**payload(), name: day}))

    assert (verification.verdict, verification.key) == (Standing.NOT_VERIFIABLE, "structure")
    assert f"$.{name}" in verification.check("structure").sentence


STATUS = status_list.entry(url="https://uni.example/status", index=5)


def test_a_sealed_one_that_names_a_list_is_asked_for_there():
    """No list is signed by a seal, so none of them can be relied on; that is said."""
    asked = []

    def status_of(url):
        asked.append(url)
        listed = status_list.credential(
            url=url, issuer=ISSUER.id, bits=status_list.empty(), valid_from=NOW
        )
        return json.dumps(listed).encode()

    verification = check(sealed({**payload(), "credentialStatus": STATUS}), status_of=status_of)

    assert asked == [STATUS["statusListCredential"]]
    assert verification.check("not_revoked").key == "status_unreadable"
    assert (verification.verdict, verification.key) == (Standing.NOT_VERIFIABLE, "status_unknown")


def test_of_a_changed_one_nobody_is_asked():
    document = sealed({**payload(), "credentialStatus": STATUS})
    document["payload"] = document["payload"].replace("Ana", "Eva")

    assert check(document).check("not_revoked").key == "status_skipped"


def test_the_holder_is_compared_by_name_and_day_of_birth():
    person = Person(names=("Ana Berg",), birth_date=COMPLETE.holder.birth_date)

    assert check(sealed(), holder=person).check("holder").key == "holder_birth_date"


def test_the_official_sample_is_read_and_its_seal_is_intact(shared):
    data = (shared / "data/external_credentials/Sample-MC-Annex1-signed.jsonld").read_bytes()

    verification = verify.check(data, resolve=never, status_of=never, now=AT)

    assert verification.is_intact
    assert verification.key == "intact_chain"
    assert any(verification.facts.title.values())
