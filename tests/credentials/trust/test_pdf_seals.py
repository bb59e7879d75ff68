"""Seals of PDF files: made as PAdES, and read from strangers without believing them anything."""

import io
import re
import resource
import time
from datetime import timedelta

import pytest
from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from credentials.trust import pdf_seals, pdf_seals_opened
from credentials.trust.certificates import Chain, SealCertificate
from credentials.trust.pdf_seals import NoTimeStamp
from credentials.trust.pdf_seals_opened import State, checks, open_seals
from credentials.trust.words import Outcome
from tests.credentials.trust.certificate_files import (
    NOW,
    YEAR,
    certificate,
    ec,
    ec_key,
    rsa_key,
    subject,
)
from tests.factories import time_stamps
from tests.recognition.test_documents import letter_pdf

AUTHORITY_KEY = ec_key()
AUTHORITY = certificate(
    AUTHORITY_KEY, subject("Trust Centre", "VATDE-1", "CA"), ca=True, start=NOW - YEAR
)
REQUEST = {
    "version": 1,
    "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)},
    "nonce": 7,
    "cert_req": True,
}
KEYS = {
    "P-256": ec_key,
    "P-384": lambda: ec_key(ec.SECP384R1),
    "P-521": lambda: ec_key(ec.SECP521R1),
    "RSA": lambda: rsa_key(3072),
}


def sealing(key=None, **more):
    key = key or ec_key()
    leaf = certificate(key, subject(), issuer=AUTHORITY, issuer_key=AUTHORITY_KEY, **more)
    return SealCertificate((leaf, AUTHORITY), key)


@pytest.fixture(scope="module")
def plain():
    return letter_pdf()


@pytest.fixture(scope="module")
def sealed(plain):
    return pdf_seals.seal(plain, sealing()).data


def opened(data, roots=(AUTHORITY,)):
    (found,) = open_seals(data, roots=roots, now=NOW)
    return found


def answers(data, roots=(AUTHORITY,), now=NOW):
    return {one.name: (one.outcome, one.key) for one in checks(opened(data, roots), now)}


def updated(data, change):
    """The file with an incremental update behind it, as an attacker writes it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# Made


@pytest.mark.parametrize("kind", KEYS)
def test_a_seal_is_whole_with_every_kind_of_key(plain, kind):
    made = pdf_seals.seal(plain, sealing(KEYS[kind]()))

    found = opened(made.data)
    assert made.data.startswith(plain)
    assert (found.state, found.chain, found.signer) == (
        State.WHOLE,
        Chain.TRUSTED,
        "University of Lindenfeld",
    )
    assert (found.covered, made.stamped_at, found.stamp) == (len(made.data), None, None)


def test_it_is_pades_and_allows_no_change(sealed):
    behind = sealed[sealed.rindex(b"/AcroForm") :]

    assert b"/SubFilter /ETSI.CAdES.detached" in behind
    assert re.search(rb"/TransformMethod /DocMDP.{0,80}/P 1\b", behind, re.DOTALL)
    assert b"/TU (University of Lindenfeld)" in behind


def test_only_the_seal_differs_when_it_is_made_twice(plain):
    one, other = (pdf_seals.seal(letter_pdf(), sealing()).data for _ in range(2))

    assert one != other
    assert one[: len(plain)] == other[: len(plain)] == plain


def test_a_time_stamp_shows_when_it_was_sealed(plain):
    own = time_stamps.authority()
    moment = NOW.replace(month=11, day=20)
    made = pdf_seals.seal(
        plain, sealing(), stamp=lambda query: time_stamps.answering(query, own, moment)
    )

    found = opened(made.data, (AUTHORITY, own))
    assert (made.stamped_at, found.stamp.at, found.proven_at) == (moment, moment, moment)
    assert answers(made.data, (AUTHORITY, own))["pdf_sealed_at"] == (Outcome.PASS, "stamped")
    assert answers(made.data)["pdf_sealed_at"] == (Outcome.UNKNOWN, "stamped_unknown")


def test_an_expired_certificate_counts_only_with_a_time_stamp(plain):
    own, later = time_stamps.authority(), NOW + 2 * YEAR

    def stamp(query):
        return time_stamps.answering(query, own, NOW.replace(month=11, day=20))

    bare = pdf_seals.seal(plain, sealing()).data
    stamped = pdf_seals.seal(plain, sealing(), stamp=stamp).data

    roots = (AUTHORITY, own)
    assert answers(bare, roots, later)["pdf_sealer"][1] == "certificate_expired_since"
    assert answers(stamped, roots, later)["pdf_sealer"] == (Outcome.PASS, "sealed_trusted")


def test_a_time_stamp_by_a_certificate_for_other_things_is_none(plain):
    own = time_stamps.authority(extra=None)
    made = pdf_seals.seal(plain, sealing(), stamp=lambda query: time_stamps.answering(query, own))

    assert opened(made.data, (AUTHORITY, own)).stamp is None


def for_another_file(query):
    """The answer to a request in which one bit of the hash is another."""
    request = tsp.TimeStampReq.load(query)
    imprint = request["message_imprint"]
    hashed = imprint["hashed_message"].native
    imprint["hashed_message"] = bytes([hashed[0] ^ 1]) + hashed[1:]
    return time_stamps.answering(request.dump(force=True))


@pytest.mark.parametrize(
    "answer",
    [
        lambda query: b"no answer",
        lambda query: bytes.fromhex("30053003020102"),  # PKIStatus 2: rejection
        lambda query, kept=[]: kept.append(time_stamps.answering(query)) or kept[0],
        for_another_file,
    ],
    ids=["garbage", "refused", "of_another_request", "for_another_file"],
)
def test_what_is_no_time_stamp_of_this_seal_is_refused(plain, answer):
    answer(tsp.TimeStampReq(REQUEST).dump())
    with pytest.raises(NoTimeStamp):
        pdf_seals.seal(plain, sealing(), stamp=answer)


# Read


def add_page(writer):
    writer.insert_page(
        generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Page"),
                generic.pdf_name("/MediaBox"): generic.ArrayObject(
                    map(generic.NumberObject, (0, 0, 595, 842))
                ),
            }
        )
    )


def write_over_page(writer):
    """The shadow attack: what a page shows is replaced by something that waits for it."""
    page, _resources = writer.find_page_for_modification(0)
    shown = generic.StreamObject(stream_data=b"BT (Grade 1.0) Tj ET")
    page.get_object()[generic.pdf_name("/Contents")] = writer.add_object(shown)
    writer.mark_update(page)


def remove_seal(writer):
    del writer.root["/AcroForm"]
    del writer.root["/Perms"]
    writer.update_root()
    page, _resources = writer.find_page_for_modification(0)
    del page.get_object()["/Annots"]
    writer.mark_update(page)


def with_form(data):
    """The file with a text field on its first page that is still empty."""

    def add_field(writer):
        field = {"/FT": "/Tx", "/Type": "/Annot", "/Subtype": "/Widget"}
        made = generic.DictionaryObject(
            {generic.pdf_name(key): generic.pdf_name(value) for key, value in field.items()}
        )
        made[generic.pdf_name("/T")] = generic.pdf_string("grade")
        made[generic.pdf_name("/Rect")] = generic.ArrayObject(
            map(generic.NumberObject, (50, 50, 200, 80))
        )
        page, _resources = writer.find_page_for_modification(0)
        made[generic.pdf_name("/P")] = page
        place = writer.add_object(made)
        writer.register_annotation(page, place)
        form = {generic.pdf_name("/Fields"): generic.ArrayObject([place])}
        writer.root[generic.pdf_name("/AcroForm")] = writer.add_object(
            generic.DictionaryObject(form)
        )
        writer.update_root()

    return updated(data, add_field)


def fill_form(writer):
    field = writer.root["/AcroForm"]["/Fields"][0]
    assert field["/T"] == "grade"
    field[generic.pdf_name("/V")] = generic.pdf_string("1.0")
    writer.mark_update(field.container_ref)


def approved(data, level=None, name="Theirs"):
    """A seal of others, which certifies that forms may be filled (P = 2), or says nothing."""
    own = sealing()
    chain = [x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in own.chain]
    key = own.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=chain[0],
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore.from_certs(chain[1:]),
    )
    stated = signers.PdfSignatureMetadata(
        field_name=name,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=level is not None,
        docmdp_permissions=level or fields.MDPPerm.FILL_FORMS,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    return signers.sign_pdf(writer, stated, signer).getvalue()


def change_sealed_bytes(data):
    return data.replace(b"/Tabs /S", b"/Tabs /R", 1)


def leave_a_part_out(data):
    """The seal says that it covers less: what stands in between can be anything."""
    before, start, after = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)", data).groups()
    less = b"/ByteRange [0 %d %d %d" % (int(before), int(start) + 100, int(after) - 100)
    whole = b"/ByteRange [0 %b %b %b" % (before, start, after)
    return data.replace(whole, less.ljust(len(whole))[: len(whole)])


@pytest.mark.parametrize(
    ("spoil", "state"),
    [
        (change_sealed_bytes, State.BROKEN),
        (lambda data: updated(data, add_page), State.PAGES),
        (lambda data: updated(data, write_over_page), State.CHANGED),
        (lambda data: updated(data, remove_seal), State.REMOVED),
        (leave_a_part_out, State.PARTIAL),
        (lambda data: data + b"\n% something more", State.CHANGED),
    ],
    ids=["changed_page", "added_page", "shadow", "removed_seal", "part", "appended"],
)
def test_each_attack_is_told_by_name(sealed, spoil, state):
    spoilt = spoil(sealed)

    found = opened(spoilt)
    whole = checks(found, NOW)[0]
    assert spoilt != sealed
    assert (found.state, found.is_intact) == (state, False)
    assert (whole.outcome, whole.key) == (Outcome.FAIL, f"seal_{state}")
    assert whole.sentence


@pytest.mark.parametrize("level", [None, fields.MDPPerm.FILL_FORMS], ids=["uncertified", "P2"])
def test_a_form_that_was_filled_after_it_was_sealed_is_not_unchanged(plain, level):
    theirs = approved(with_form(plain), level)

    assert opened(theirs).state == State.WHOLE
    assert opened(updated(theirs, fill_form)).state == State.CHANGED


def test_another_seal_leaves_the_first_one_as_it_is(plain):
    first = approved(plain)

    both = open_seals(approved(first, name="Second"), roots=(AUTHORITY,), now=NOW)
    assert [one.state for one in both] == [State.EXTENDED, State.WHOLE]


def test_a_file_without_seal_says_nothing_of_seals(plain):
    assert open_seals(plain, now=NOW) == ()


def test_an_unknown_authority_is_unknown_and_not_wrong(sealed):
    assert answers(sealed, roots=())["pdf_sealer"] == (Outcome.UNKNOWN, "chain_untrusted")


@pytest.mark.parametrize("bits", [1024])
def test_a_weak_key_does_not_seal(plain, bits):
    made = pdf_seals.seal(plain, sealing(rsa_key(bits))).data

    assert answers(made)["pdf_sealer"] == (Outcome.FAIL, "sealer_unfit")


def test_a_certificate_that_had_ended_does_not_seal(plain):
    made = pdf_seals.seal(plain, sealing(start=NOW - 4 * YEAR)).data

    assert answers(made)["pdf_sealer"] == (Outcome.FAIL, "certificate_not_valid_then")


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 /ByteRange",
        b"%PDF-1.7\n" + b"[" * 100_000 + b"/ByteRange",
        b"%PDF-1.7\n1 0 obj<</ByteRange[0 1 2 3]>>endobj\nstartxref\n9\n%%EOF",
    ],
)
def test_hostile_files_get_a_calm_answer(data):
    assert opened(data).state == State.UNREADABLE


def test_a_file_that_takes_too_long_is_given_up(sealed, monkeypatch, tmp_path):
    slow = tmp_path / "slow.py"
    slow.write_text("while True: pass")
    monkeypatch.setattr(pdf_seals_opened, "READER", slow)
    monkeypatch.setattr(pdf_seals_opened, "SECONDS", 1)
    start = time.monotonic()

    assert opened(sealed).state == State.SLOW
    assert time.monotonic() - start < 5


def test_the_reader_sees_nothing_of_our_environment(sealed, monkeypatch, tmp_path):
    spy = tmp_path / "spy.py"
    spy.write_text('import os, sys\nsys.exit("SYMBOLON_MASTER_KEY" not in os.environ)')
    monkeypatch.setattr(pdf_seals_opened, "READER", spy)
    monkeypatch.setenv("SYMBOLON_MASTER_KEY", "secret")

    assert opened(sealed).state == State.UNREADABLE


def test_only_two_files_are_read_at_once(sealed, monkeypatch):
    monkeypatch.setattr(pdf_seals_opened, "PATIENCE", 0.01)
    with pdf_seals_opened.AT_ONCE, pdf_seals_opened.AT_ONCE:
        assert opened(sealed).state == State.SLOW

    assert opened(sealed).state == State.WHOLE


def test_a_bomb_does_not_fill_this_process(sealed):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bomb = updated(sealed, lambda writer: writer.add_object(large()))

    found = opened(bomb)

    assert found.state in (State.EXTENDED, State.CHANGED, State.SLOW, State.UNREADABLE)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # KB


def large():
    """A stream of 60 MB that is packed into some kilobytes."""
    stream = generic.StreamObject(stream_data=bytes(60_000_000))
    stream.compress()
    return stream


def test_too_large_a_file_is_not_read(sealed):
    assert opened(sealed + bytes(pdf_seals_opened.MOST_BYTES)).state == State.SLOW


def test_moments_are_as_long_as_they_are(sealed):
    found = opened(sealed)

    assert abs(found.stated_at - found.stated_at.now(found.stated_at.tzinfo)) < timedelta(hours=1)
