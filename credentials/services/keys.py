"""The only place that keeps the signing keys of institutions: made once, encrypted, never shown."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import Institution, IssuerKey, KeyType, User
from credentials.services.lifecycle import change, lock, record
from credentials.trust import did
from credentials.trust import keys as crypto
from credentials.verdict import Stale

Answer = TypeVar("Answer")


def did_of(institution: Institution) -> str:
    """Return the DID of an institution: did:web:localhost%3A8000:institutions:lindenfeld."""
    return did.did_web(settings.ADDRESS, "institutions", institution.slug)


@change()
def ensure(institution: Institution, type_: KeyType = KeyType.ED25519) -> IssuerKey:
    """Return the key of a type that an institution signs with; it is made when first needed."""
    active = institution.keys.active().filter(type=type_)
    if key := active.first():
        return key
    institution = lock(institution)
    return active.first() or make(institution, by=None, type_=type_)


@change()
def make(
    institution: Institution, *, by: User | None, type_: KeyType = KeyType.ED25519
) -> IssuerKey:
    """Make a key for a locked institution that has no active one of its type."""
    private = crypto.generate(crypto.KeyType(type_))
    public = private.public.multibase
    key_id = public
    if type_ != KeyType.ED25519:  # too long for a name
        key_id = f"rsa-{hashlib.sha256(public.encode()).hexdigest()[:32]}"
    key = IssuerKey.objects.create(
        institution=institution,
        type=type_,
        key_id=key_id,
        public_multibase=public,
        wrapped_private=wrapped(private, key_id),
    )
    record(institution, "make-key", by=by, after=key.key_id[:40])
    return key


class Replaced(Stale):
    """A key was retired or withdrawn between signing and keeping what was signed."""


def hold(key: IssuerKey) -> None:
    """Keep a key as it is until the transaction ends; raises `Replaced` when it signs no more.

    What is signed outside of a transaction is kept only after this: meanwhile a thief may have been
    found to hold the key.
    """
    if lock(key).retired_at:
        raise Replaced(_("The signing key was replaced meanwhile. Try again."))


def signs_still(key: IssuerKey) -> bool:
    """Return whether a key signs today, as the database says now."""
    return IssuerKey.objects.active().filter(pk=key.pk).exists()


def with_active(
    institution: Institution,
    act: Callable[[IssuerKey], Answer],
    type_: KeyType = KeyType.ED25519,
) -> Answer:
    """Do something with the key that signs today; once more when it was replaced meanwhile."""
    return until_kept(lambda: act(ensure(institution, type_)))


def until_kept(act: Callable[[], Answer]) -> Answer:
    """Do something that a key is asked for; once more when that was replaced meanwhile."""
    while True:
        try:
            return act()
        except Replaced:
            continue


def retire(key: IssuerKey, *, by: User | None) -> None:
    """Let a locked key sign nothing new; what it signed stays valid. Call inside `change()`."""
    key.retired_at = timezone.now()
    key.save(update_fields=["retired_at"])
    record(key, "retire-key", by=by)


def private_half(key: IssuerKey) -> crypto.PrivateKey:
    """Return what signs; raises `BadKey` when the master key is not the one it was kept with."""
    if key.wrapped_private is None:
        raise crypto.BadKey(f"The private half of the key {key.key_id} was erased.")
    return unwrapped(bytes(key.wrapped_private), key.key_id, KeyType(key.type))


def wrapped(private: crypto.PrivateKey, key_id: str) -> bytes:
    """Return a private half as it is kept: encrypted with the master key, bound to its name."""
    return crypto.wrap(private.raw, _master(), key_id=key_id)


def unwrapped(kept: bytes, key_id: str, type_: KeyType) -> crypto.PrivateKey:
    """Return the private half in `kept`; raises `BadKey` as `private_half`."""
    return crypto.unwrap(kept, _master(), key_id=key_id, type_=crypto.KeyType(type_))


def verification_method(key: IssuerKey) -> str:
    """Return the name of a key in the DID document of its institution."""
    return f"{did_of(key.institution)}#{key.key_id}"


def document_of(institution: Institution) -> dict:
    """Return the DID document of an institution: all its public keys.

    A retired key signs nothing new, but what it signed stays valid: it stays among the keys whose
    signatures count. A stolen key is listed as revoked from the moment it was stolen.
    """
    rows = institution.keys.published().values_list("key_id", "public_multibase", "stolen_from")
    return did.did_document(did_of(institution), rows)


def fingerprints(institution: Institution) -> list[str]:
    """Return the fingerprints by which people know the bundles of an institution, newest first.

    The one of a stolen key is no longer given to anybody.
    """
    kept = institution.keys.filter(type=KeyType.RSA, stolen_from=None).order_by("-created_at")
    texts = kept.values_list("public_multibase", flat=True)
    return [crypto.from_multibase(text).fingerprint for text in texts]


def institution_behind(identifier: str) -> Institution | None:
    """Return the institution of this portal that a DID (with or without a key name) stands for."""
    wanted = identifier.partition("#")[0]
    prefix, _, slug = wanted.rpartition(":")
    found = Institution.objects.filter(slug=slug).first() if prefix else None
    return found if found and did_of(found) == wanted else None


def wrap_anew(key: IssuerKey, old_secret: str) -> bool:
    """Encrypt a private half with the master key of today; False when it is that already.

    Raises `BadKey` when it was encrypted with neither of the two. Call inside a transaction.
    """
    if key.wrapped_private is None or opens(key):
        return False
    old = crypto.master_key(old_secret.encode())
    type_ = crypto.KeyType(key.type)
    private = crypto.unwrap(bytes(key.wrapped_private), old, key_id=key.key_id, type_=type_)
    key.wrapped_private = wrapped(private, key.key_id)
    key.save(update_fields=["wrapped_private"])
    return True


def opens(key: IssuerKey) -> bool:
    """Return whether the private half is there and today's master key decrypts it."""
    try:
        private_half(key)
    except crypto.BadKey:
        return False
    return True


def _master() -> bytes:
    return crypto.master_key(settings.MASTER_KEY.encode())
