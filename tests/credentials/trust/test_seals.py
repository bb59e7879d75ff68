"""Seals: what is sealed here others can check, and no changed or tricky seal is opened."""

import base64
import copy
import hmac
import json
import pickle
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws

from credentials.standards import elm
from credentials.trust import certificates, seals
from credentials.trust.certificates import BadCertificate, Chain, SealCertificate, load_certificate
from credentials.trust.seals import BadSeal, open_seal, seal
from tests import services
from tests.credentials.standards.sample import COMPLETE

from .certificate_files import NOW, YEAR, certificate, ec_key, p12, pem, rsa_key, subject, with_sha1

AUTHORITY_KEY, KEY, CURVE_KEY, SHORT_KEY = rsa_key(), rsa_key(), ec_key(), rsa_key(1024)
AUTHORITY = certificate(AUTHORITY_KEY, subject("Trust Centre", "VATDE-1", "Authority"), ca=True)
BY_AUTHORITY = {"issuer": AUTHORITY, "issuer_key": AUTHORITY_KEY}
LEAF = certificate(KEY, subject(), **BY_AUTHORITY)
CURVE_LEAF = certificate(CURVE_KEY, subject(), **BY_AUTHORITY)
RSA = SealCertificate((LEAF, AUTHORITY), KEY)
CURVE = SealCertificate((CURVE_LEAF, AUTHORITY), CURVE_KEY)
PAYLOAD = {"id": "urn:uuid:1", "title": "Datenethik – “quoted”", "ects": 2.5}
LATER = NOW + timedelta(hours=1)
ONLY_TLS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])

VERIFY_WITH_JOSE = """
import fs from 'node:fs';
import crypto from 'node:crypto';
import {generalVerify} from 'jose';
const seal = JSON.parse(fs.readFileSync(process.argv[1]));
const certificate = header => new crypto.X509Certificate(Buffer.from(header.x5c[0], 'base64'));
const options = {crit: {sigT: true}};
const key = async header => certificate(header).publicKey;
const {payload, protectedHeader} = await generalVerify(seal, key, options);
console.log(protectedHeader.alg, JSON.parse(new TextDecoder().decode(payload)).id);
"""


def made(payload=PAYLOAD, sealing=RSA):
    return json.loads(json.dumps(seal(payload, sealing, at=NOW)))


def opened(document, roots=(AUTHORITY,)):
    return open_seal(document, roots=roots, at=LATER)


def code_of(document):
    with pytest.raises(BadSeal) as problem:
        opened(document)
    assert problem.value.reason
    return problem.value.code


def header_of(document):
    text = document["signatures"][0]["protected"]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def with_header(document, **changes):
    """The same seal with another protected header; None takes an entry away."""
    header = {**header_of(document), **changes}
    header = {name: value for name, value in header.items() if value is not None}
    text = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    changed = copy.deepcopy(document)
    changed["signatures"][0]["protected"] = text
    return changed


# What fits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sealing", "algorithm"), [(RSA, "RS256"), (CURVE, "ES256")])
def test_a_seal_is_opened_and_names_its_sealer(sealing, algorithm):
    found = opened(made(sealing=sealing))

    assert found.payload == PAYLOAD
    assert (found.algorithm, found.chain, found.sealed_at) == (algorithm, Chain.TRUSTED, NOW)
    assert found.sealer == sealing.sealer
    assert (found.sealer.organisation, found.sealer.identifier, found.sealer.country) == (
        "University of Lindenfeld",
        "VATDE-123456789",
        "DE",
    )
    assert (found.qualified, found.sealer.claims_qualified) == (None, False)


def test_a_seal_looks_like_those_of_the_infrastructure(shared):
    sample = json.loads(
        (shared / "standards" / "elm" / "Sample-MC-Annex1-signed.jsonld").read_text()
    )
    ours, theirs = header_of(made()), header_of(sample)

    assert set(theirs) - set(ours) == {"kid", "adoTst"}
    assert set(ours) - set(theirs) == set()
    for name in ("alg", "typ", "cty", "b64"):
        assert ours[name] == theirs[name]
    assert made()["payload"].startswith('{"id":')


def test_the_official_sample_is_opened(shared):
    text = (shared / "standards" / "elm" / "Sample-MC-Annex1-signed.jsonld").read_text()
    sample = json.loads(text)

    unknown = opened(sample)
    carried = seals._carried(sample["signatures"][0])
    authority = next(one for one in carried if is_issuer(one))
    trusted = opened(sample, roots=[authority])

    assert (unknown.chain, trusted.chain) == (Chain.UNKNOWN_ROOT, Chain.TRUSTED)
    assert trusted.sealed_at == datetime(2023, 9, 27, 11, 54, 17, tzinfo=UTC)
    assert (trusted.sealer.organisation, trusted.sealer.identifier, trusted.sealer.country) == (
        "ORGANIZACION TEST",
        "VATES-A00000000",
        "ES",
    )
    assert (trusted.names_its_sealer, trusted.sealer.claims_qualified) == (True, True)
    assert elm.problems(trusted.payload) == []


def is_issuer(certificate_):
    common = certificate_.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    return common == "ANF AC Qualified Certificates for eSeal"


@pytest.mark.checkers
@pytest.mark.parametrize("sealing", [RSA, CURVE], ids=["RS256", "ES256"])
def test_an_independent_library_verifies_our_seals(checker, tmp_path, sealing):
    path = tmp_path / "seal.json"
    document = made(elm.write(COMPLETE), sealing)

    def verify():
        path.write_text(json.dumps(document))
        return subprocess.run(
            ["node", "--input-type=module", "-e", VERIFY_WITH_JOSE, path],
            cwd=services.CHECKERS_HOME,
            capture_output=True,
            text=True,
        )

    intact = verify()
    document["payload"] = document["payload"].replace("Data", "Date", 1)
    changed = verify()

    algorithm = header_of(document)["alg"]
    assert (intact.stdout.strip(), intact.returncode) == (f"{algorithm} {COMPLETE.id}", 0)
    assert changed.returncode == 1
    assert "signature verification failed" in changed.stderr


@pytest.mark.checkers
def test_what_a_seal_holds_keeps_the_shapes(checker, tmp_path):
    issuer = elm.sealing(COMPLETE.awarding_body, RSA.sealer.identifier)
    document = made(elm.write(COMPLETE, issuer=issuer, image=b"\x89PNG"))
    path = tmp_path / "sealed.json"
    path.write_text(json.dumps(document))

    done = checker("elm", path)

    assert (opened(document).names_its_sealer, done.returncode) == (True, 0), done.stdout


def test_an_encoded_payload_is_opened_as_well():
    payload = json.dumps(PAYLOAD)
    header = {**header_of(made()), "crit": ["sigT"]}
    del header["b64"]
    key = seals._key(KEY)
    document = jws.serialize_json([{"protected": header}], payload, key, registry=seals._registry())

    assert opened(document).payload == PAYLOAD


# Chains ------------------------------------------------------------------------------------------


def test_a_seal_of_an_unknown_authority_is_intact_and_says_so():
    assert opened(made(), roots=()).chain == Chain.UNKNOWN_ROOT


def test_a_self_signed_seal_says_so_unless_it_is_trusted_itself():
    own = certificate(KEY, subject())
    document = made(sealing=SealCertificate((own,), KEY))

    assert opened(document).chain == Chain.SELF_SIGNED
    assert opened(document, roots=[own]).chain == Chain.TRUSTED


def test_a_chain_of_three_is_followed():
    middle_key = ec_key()
    middle = certificate(middle_key, subject("Middle", "VATDE-2"), ca=True, **BY_AUTHORITY)
    leaf = certificate(KEY, subject(), issuer=middle, issuer_key=middle_key)

    assert opened(made(sealing=SealCertificate((leaf, middle), KEY))).chain == Chain.TRUSTED
    assert opened(made(sealing=SealCertificate((leaf,), KEY))).chain == Chain.UNKNOWN_ROOT


def test_an_institution_cannot_issue_certificates():
    other_key = ec_key()
    forged = certificate(other_key, subject("Somebody else"), issuer=LEAF, issuer_key=KEY)

    document = made(sealing=SealCertificate((forged, LEAF, AUTHORITY), other_key))

    assert opened(document).chain == Chain.UNKNOWN_ROOT


def test_an_authority_may_be_kept_from_making_others():
    root = certificate(AUTHORITY_KEY, subject("Root", "VATDE-1"), ca=True, below=0)
    middle_key = ec_key()
    middle = certificate(
        middle_key, subject("Middle", "VATDE-2"), ca=True, issuer=root, issuer_key=AUTHORITY_KEY
    )
    leaf = certificate(KEY, subject(), issuer=middle, issuer_key=middle_key)

    document = made(sealing=SealCertificate((leaf, middle, root), KEY))

    assert opened(document, roots=[root]).chain == Chain.UNKNOWN_ROOT


@pytest.mark.parametrize(
    "sealing",
    [
        SealCertificate((certificate(KEY, subject(), signs=False, **BY_AUTHORITY),), KEY),
        SealCertificate((certificate(SHORT_KEY, subject(), **BY_AUTHORITY),), SHORT_KEY),
    ],
    ids=["not for signing", "short key"],
)
def test_a_seal_with_an_unfit_certificate_is_refused(sealing):
    assert code_of(made(sealing=sealing)) == "certificate"


def test_the_name_of_an_authority_alone_is_not_enough():
    fake_key = rsa_key()
    fake = certificate(fake_key, AUTHORITY.subject, ca=True)
    leaf = certificate(KEY, subject(), issuer=fake, issuer_key=fake_key)

    document = made(sealing=SealCertificate((leaf, fake), KEY))

    assert opened(document).chain == Chain.UNKNOWN_ROOT


def test_all_certificates_of_an_authority_are_tried():
    """The authority changed hands: one of its certificates leads to a root that is not trusted."""
    middle_key, other_key = ec_key(), rsa_key()
    named = subject("Middle", "VATDE-2")
    other = certificate(other_key, subject("Other root", "VATDE-3"), ca=True)
    by_other = certificate(middle_key, named, ca=True, issuer=other, issuer_key=other_key)
    by_ours = certificate(middle_key, named, ca=True, **BY_AUTHORITY)
    leaf = certificate(KEY, subject(), issuer=by_other, issuer_key=middle_key)

    for middles in ((by_other, other, by_ours), (by_ours, by_other, other)):
        document = made(sealing=SealCertificate((leaf, *middles), KEY))
        assert opened(document).chain == Chain.TRUSTED


def test_authorities_that_issue_each_other_end():
    keys = [ec_key() for _ in range(6)]
    names = [subject(f"Authority {n}", f"VATDE-{n}") for n in range(6)]
    authorities = [
        certificate(keys[a], names[a], ca=True, issuer=named(names[b]), issuer_key=keys[b])
        for a in range(6)
        for b in range(6)
        if a != b
    ]
    leaf = certificate(KEY, subject(), issuer=named(names[0]), issuer_key=keys[0])

    document = made(sealing=SealCertificate((leaf, *authorities[:19]), KEY))

    assert opened(document).chain == Chain.UNKNOWN_ROOT


class named:
    def __init__(self, name):
        self.subject = name


def test_a_chain_that_asks_for_more_is_not_trusted():
    extra = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)
    leaf = certificate(KEY, subject(), extra=extra, **BY_AUTHORITY)

    document = made(sealing=SealCertificate((leaf, AUTHORITY), KEY))

    assert opened(document).chain == Chain.UNKNOWN_ROOT


def test_a_chain_with_a_broken_hash_is_not_trusted():
    leaf = with_sha1(LEAF, AUTHORITY_KEY)

    document = made(sealing=SealCertificate((leaf, AUTHORITY), KEY))

    assert opened(document).chain == Chain.UNKNOWN_ROOT


def test_a_certificate_counts_for_the_moment_of_sealing():
    old = certificate(KEY, subject(), start=NOW - 3 * YEAR, **BY_AUTHORITY)
    document = seal(PAYLOAD, SealCertificate((old, AUTHORITY), KEY), at=NOW)

    assert opened(document).chain == Chain.NOT_VALID_THEN
    assert open_seal(made(), roots=[AUTHORITY], at=NOW + 9 * YEAR).chain == Chain.TRUSTED


# Changed and tricky ------------------------------------------------------------------------------

SEALED = {"RS256": made(), "ES256": made(sealing=CURVE)}


@pytest.mark.filterwarnings("ignore")  # a certificate with a serial number below zero
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_every_changed_character_is_refused(data):
    document = copy.deepcopy(SEALED[data.draw(st.sampled_from(sorted(SEALED)))])
    place = data.draw(st.sampled_from(["payload", "protected", "signature"]))
    holder = document if place == "payload" else document["signatures"][0]
    text = holder[place]
    at = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.characters(codec="ascii", categories=("L", "N", "P")))
    if new != text[at]:
        holder[place] = text[:at] + new + text[at + 1 :]

        with pytest.raises(BadSeal):
            opened(document)


def test_no_other_spelling_of_a_signature_is_taken():
    document = made()
    entry = document["signatures"][0]
    last = entry["signature"][-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    entry["signature"] = entry["signature"][:-1] + alphabet[alphabet.index(last) + 1]

    assert code_of(document) == "form"


def test_a_swapped_certificate_is_refused():
    other = certificate(rsa_key(), subject("Somebody else"), **BY_AUTHORITY)
    der = base64.b64encode(other.public_bytes(Encoding.DER)).decode()
    thumbprint = seals._thumbprint(other.public_bytes(Encoding.DER))

    assert code_of(with_header(made(), x5c=[der])) == "certificate_hash"
    assert code_of(with_header(made(), **{"x5c": [der], "x5t#S256": thumbprint})) == "signature"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"alg": "none"}, "algorithm"),
        ({"alg": "HS256"}, "algorithm"),
        ({"alg": None}, "algorithm"),
        ({"alg": ["RS256"]}, "algorithm"),
        ({"alg": "EdDSA"}, "algorithm"),
        ({"alg": "ES256"}, "key"),
        ({"alg": "PS256"}, "signature"),
        ({"b64": True}, "form"),
        ({"b64": "false"}, "b64"),
        ({"b64": 0}, "b64"),
        ({"crit": ["sigT"]}, "b64"),
        ({"crit": ["b64", "sigT", "exp"], "exp": 1}, "critical"),
        ({"crit": ["b64", "sigT", "adoTst"]}, "critical"),
        ({"crit": ["b64", "b64", "sigT"]}, "critical"),
        ({"crit": []}, "critical"),
        ({"crit": "b64"}, "critical"),
        ({"crit": [["b64"]]}, "critical"),
        ({"sigD": {"mId": "x", "pars": []}}, "critical"),
        ({"x5c": None}, "certificate"),
        ({"x5c": []}, "certificate"),
        ({"x5c": ["AAAA"]}, "certificate"),
        ({"x5c": [3]}, "certificate"),
        ({"x5c": ["A" * 300_000]}, "certificate"),
        ({"x5t#S256": "AAAA"}, "certificate_hash"),
        ({"sigT": "2020-01-01T00:00:00Z"}, "signature"),
    ],
)
def test_tricks_in_the_header_are_refused_by_name(changes, code):
    assert code_of(with_header(made(), **changes)) == code


def test_a_symmetric_seal_made_with_the_public_key_is_refused():
    document = with_header(made(), alg="HS256")
    entry = document["signatures"][0]
    public = LEAF.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{entry['protected']}.{document['payload']}".encode()
    entry["signature"] = seals._encoded(hmac.digest(public, signed, "sha256"))

    assert code_of(document) == "algorithm"


@pytest.mark.parametrize("name", ["alg", "b64", "crit", "x5c", "sigT", "jwk"])
def test_nothing_that_counts_may_stand_outside(name):
    document = made()
    document["signatures"][0]["header"] = {name: header_of(document).get(name)}

    assert code_of(document) == "header"


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"payload": {}, "signatures": []},
        {"payload": "{}", "signatures": {}},
        {"payload": "{}", "signatures": []},
        {"payload": "{}", "signatures": ["x"]},
        {"payload": "{}", "signatures": [{"protected": 3, "signature": "AA"}]},
        {"payload": "{}", "signatures": [{"protected": "e30", "signature": "\u00e4"}]},
        {**made(), "signatures": made()["signatures"] * 2},
    ],
)
def test_what_is_no_seal_is_refused(document):
    assert code_of(document) == "form"


@pytest.mark.parametrize("payload", ['["x"]', '{"a":1,"a":2}', "not JSON", '{"a":' * 90])
def test_a_sealed_payload_is_read_with_care(payload):
    header = header_of(made())
    key = seals._key(KEY)
    document = jws.serialize_json([{"protected": header}], payload, key, registry=seals._registry())

    assert code_of(document) == "payload"


@given(st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_value_in_any_place_ends_in_a_named_error(data):
    document = copy.deepcopy(SEALED["ES256"])
    document["signatures"][0]["header"] = {
        "etsiU": ["e30", {"xVals": [{"x509Cert": {"val": "A"}}]}]
    }
    junk = data.draw(st.sampled_from([None, [], {}, "", "x" * 3000, -1, True, [[]], {"id": 3}]))
    node = document
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(node[key], (dict, list)) and node[key] and data.draw(st.booleans()):
            node = node[key]
            continue
        node[key] = junk
        break

    try:
        found = opened(document).payload
    except BadSeal as problem:
        found = problem.code
    assert found in (PAYLOAD, "form", "header", "signature", "algorithm")


DERS = [one.public_bytes(Encoding.DER) for one in (LEAF, CURVE_LEAF, AUTHORITY)]


@pytest.mark.filterwarnings("ignore")  # a serial number below zero and the like
@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from(DERS),
    st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), min_size=1),
)
def test_a_certificate_with_any_changed_bytes_is_read_or_refused(der, changes):
    data = bytearray(der)
    for place, byte in changes[:4]:
        data[place % len(data)] = byte

    try:
        found = certificates.from_base64(base64.b64encode(data).decode())
    except BadCertificate:
        return
    certificates.sealer_of(found)
    certificates.may_sign(found)
    certificates.chain_of(LEAF, [found], roots=[], at=NOW)
    trusted = certificates.chain_of(found, [AUTHORITY], roots=[AUTHORITY], at=NOW)
    assert trusted != Chain.TRUSTED or bytes(data) in DERS


# Certificates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "password"),
    [
        (p12(KEY, LEAF, AUTHORITY), "secret"),
        (pem(KEY, LEAF, AUTHORITY), ""),
        (pem(KEY, AUTHORITY, LEAF), ""),
        (pem(KEY, LEAF, AUTHORITY, password=b"secret"), "secret"),
    ],
    ids=["PKCS#12", "PEM", "other order", "PEM with password"],
)
def test_a_certificate_is_loaded_with_its_key(data, password):
    loaded = load_certificate(data, password, at=NOW)

    assert loaded.chain == (LEAF, AUTHORITY)
    assert opened(made(sealing=loaded)).chain == Chain.TRUSTED


def test_a_curve_key_is_loaded():
    assert load_certificate(pem(CURVE_KEY, CURVE_LEAF), at=NOW).chain == (CURVE_LEAF,)


@pytest.mark.parametrize(
    ("data", "password", "reason"),
    [
        (pem(None, LEAF), "", "The file holds no private key."),
        (pem(KEY), "", "The file holds no certificate."),
        (
            pem(ec_key(), LEAF),
            "",
            "The private key does not belong to the certificate.",
        ),
        (p12(KEY, LEAF), "wrong", "The password does not fit."),
        (p12(KEY, LEAF), "", "The password does not fit."),
        (pem(KEY, LEAF, password=b"secret"), "wrong", "The password does not fit."),
        (pem(KEY, LEAF, password=b"secret"), "", "The password does not fit."),
        (b"not a certificate", "", "The file cannot be read as a certificate."),
        (
            b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            "",
            "The file cannot be read as a certificate.",
        ),
        (b"", "", "The file cannot be read as a certificate."),
        (b"\0" * 300_000, "", "The file is too large for a certificate."),
        (
            pem(KEY, certificate(KEY, subject(), start=NOW - 3 * YEAR)),
            "",
            "The certificate has expired.",
        ),
        (
            pem(KEY, certificate(KEY, subject(), start=NOW + YEAR)),
            "",
            "The certificate is not valid yet.",
        ),
        (
            pem(KEY, certificate(KEY, subject(organisation=""))),
            "",
            "The certificate names no organisation.",
        ),
        (
            pem(KEY, certificate(KEY, subject(), signs=False)),
            "",
            "The certificate is not meant for signing.",
        ),
        (
            pem(KEY, certificate(KEY, subject(), extra=(ONLY_TLS, False))),
            "",
            "The certificate is not meant for signing.",
        ),
        (
            pem(SHORT_KEY, certificate(SHORT_KEY, subject())),
            "",
            "The key of the certificate is too short.",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(data, password, reason):
    with pytest.raises(BadCertificate) as problem:
        load_certificate(data, password, at=NOW)

    assert str(problem.value) == reason


def test_a_certificate_of_a_web_server_seals_nothing():
    server = certificate(KEY, subject(), extra=(ONLY_TLS, False), **BY_AUTHORITY)

    assert code_of(made(sealing=SealCertificate((server, AUTHORITY), KEY))) == "certificate"


def test_a_key_never_shows():
    assert "key" not in repr(RSA)
    with pytest.raises(TypeError):
        pickle.dumps(RSA)


def test_a_sealer_is_told_by_the_subject():
    sealer = certificates.sealer_of(LEAF)

    assert (sealer.name, sealer.valid_until) == ("Seal", NOW - YEAR + 2 * YEAR)
