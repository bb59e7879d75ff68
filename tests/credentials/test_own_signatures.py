"""Signatures by our own keys that sign no more: only what our records know counts."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from credentials.models import Format, IssuerKey, KeyRequestKind, KeyType, SignedForm
from credentials.services import custody, hand_outs, keys, verification
from credentials.services.hand_outs import Form
from credentials.trust import jws, proofs
from tests.factories.awards import make_award
from tests.factories.people import make_registrar

pytestmark = pytest.mark.django_db

FORGED = ("not_valid", "key_revoked")


@pytest.fixture
def award():
    """An award of sixty days ago; its keys are older still."""
    award = make_award()
    form = award.credential.signed_forms.get()
    form.body = json.dumps(sign(json.loads(form.body), form.key, ago(60)), indent=2)
    form.save()
    hand_outs.make(award.credential, Form.JWT, "a")
    SignedForm.objects.update(signed_at=ago(60))
    IssuerKey.objects.update(created_at=ago(90))
    return award


def ago(days):
    return timezone.now() - timedelta(days=days)


def key_of(award, type_=KeyType.ED25519):
    return award.learner.institution.keys.get(type=type_, created_at__lt=ago(80))


def steal(key):
    registrar, second = (make_registrar(key.institution) for _ in range(2))
    asked = custody.request(key, KeyRequestKind.STOLEN, "Gone.", stolen_from=ago(10), by=registrar)
    custody.approve(asked, by=second)


def verdict_on(data):
    found = verification.examine(data)
    return found.seen.verdict.value, found.seen.key


def written(award, form=Format.OPEN_BADGES):
    return award.credential.signed_forms.get(format=form).body


def sign(document, key, created):
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    return proofs.sign(
        unsigned,
        private_key=keys.private_half(key),
        verification_method=keys.verification_method(key),
        created=created,
    )


def forged(award, *, days, **changed):
    document = json.loads(written(award)) | {"validFrom": ago(80).strftime("%Y-%m-%dT%H:%M:%SZ")}
    document.pop("credentialStatus")
    return sign(document | changed, key_of(award), ago(days))


def test_what_a_thief_dates_back_does_not_count(award):
    new = forged(award, days=50, id="urn:uuid:0f5ff5ab-0000-4000-8000-000000000000")
    same = forged(award, days=50, name="Doctor of Everything")
    steal(key_of(award))

    for one in (new, same):
        found = verification.examine(json.dumps(one).encode())
        assert (found.seen.verdict.value, found.seen.key) == FORGED
        assert (found.is_intact, found.is_tied, found.issuer, found.award) == (
            *(False, False, None, None),
        )


def test_genuine_proof_of_another_suite_beside_a_forged_one_changes_nothing(award):
    document = forged(award, days=50, name="Doctor of Everything")
    (genuine,) = json.loads(written(award))["proof"]
    document["proof"].append(genuine | {"cryptosuite": "another-suite"})
    steal(key_of(award))

    assert verdict_on(json.dumps(document).encode()) == FORGED


@pytest.mark.parametrize("form", [Form.BADGE, Form.PNG, Form.SVG])
def test_what_was_signed_before_the_theft_counts_in_whatever_file(award, form):
    steal(key_of(award))

    data = hand_outs.make(award.credential, form, "a").data
    if form == Form.BADGE:
        data = json.dumps(json.loads(data)).encode()  # laid out in another way

    found = verification.examine(data)
    assert (found.seen.verdict.value, found.seen.check("key_current").key) == (
        *("valid", "key_known_before"),
    )


def test_jwt_counts_only_as_it_was_kept(award):
    key, text = key_of(award, KeyType.RSA), written(award, Format.JWT)
    IssuerKey.objects.filter(pk=key.pk).update(created_at=ago(90))
    payload = jws.parse(text)[1]
    payload = {name: value for name, value in payload.items() if name not in jws.CLAIMS}
    payload["validFrom"] = ago(70).strftime("%Y-%m-%dT%H:%M:%SZ")
    method = keys.verification_method(key)
    genuine = jws.sign(payload, private_key=keys.private_half(key), kid=method)
    SignedForm.objects.filter(format=Format.JWT).update(body=genuine)
    payload.pop("credentialStatus")
    less = jws.sign(payload, private_key=keys.private_half(key), kid=method)
    steal(key)

    assert verdict_on(genuine.encode()) == ("valid", "valid")
    assert verdict_on(less.encode()) == FORGED


def test_what_is_dated_later_than_its_key_was_in_use_is_not_ours(award):
    key = key_of(award)
    late, early = (forged(award, days=days, id="urn:uuid:x") for days in (1, 50))
    custody.replace(key, by=make_registrar(key.institution))
    IssuerKey.objects.filter(pk=key.pk).update(retired_at=ago(20))

    assert verdict_on(json.dumps(late).encode()) == FORGED
    assert verdict_on(json.dumps(early).encode()) == ("valid", "valid_no_status")
    assert verdict_on(written(award).encode()) == ("valid", "valid")
