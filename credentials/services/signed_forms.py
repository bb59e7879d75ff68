"""The only place that keeps signed forms of credentials, and finds or makes the sealed one.

A credential is sealed once, when somebody first needs it: its holder, or its supplement.
"""

import hashlib

from django.utils import timezone

from credentials.models import Credential, Format, IssuerKey, SignedForm
from credentials.services import keys, seals
from credentials.services.lifecycle import change, lock


@change()
def keep(
    credential: Credential, body: str, key: IssuerKey, format_: Format = Format.OPEN_BADGES
) -> SignedForm:
    """Keep the signed text of a credential with its hash.

    Raises `keys.Replaced` when the key was replaced since it signed.
    """
    keys.hold(key)
    return SignedForm.objects.create(
        credential=credential,
        format=format_,
        key=key,
        body=body,
        sha256=hashlib.sha256(body.encode()).hexdigest(),
        signed_at=timezone.now(),
    )


@change()
def keep_once(credential: Credential, body: str, key: IssuerKey, format_: Format) -> str:
    """Keep a form, or return the one that somebody else has kept meanwhile."""
    credential = lock(credential)
    kept = credential.signed_forms.current().filter(format=format_).first()
    return (kept or keep(credential, body, key, format_)).body


def kept_seal(credential: Credential) -> SignedForm | None:
    """Return the sealed form that is handed out of a credential, None when there is none yet."""
    kept = credential.signed_forms.current().filter(format=Format.SEALED)
    return kept.select_related("key").first()


def sealing(credential: Credential) -> IssuerKey | None:
    """Return the certificate that seals today for who issued a credential."""
    institution = keys.institution_behind(credential.issuer_key)
    return seals.sealing(institution) if institution else None


def sealed(credential: Credential, key: IssuerKey) -> str:
    """Return a credential sealed, as it is kept from now on; raises as `seals.sealed`.

    Call outside of a transaction. Raises `keys.Replaced` when the key was replaced meanwhile.
    """
    return keep_once(credential, seals.sealed(credential, key), key, Format.SEALED)
