"""The only place that hands a signed credential out in one of its forms, from one set of facts.

What is signed once is kept (Open Badge, JWT, seal); images carry the Open Badge; the others are
written from the frozen facts each time. What a form cannot carry is in docs/standards.md.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials import badge_images
from credentials.models import Credential, Format, KeyType, User
from credentials.services import (
    bundles,
    facts,
    issuing,
    keys,
    seals,
    signed_forms,
    verification,
)
from credentials.standards import elm, elmo, microhe
from credentials.standards.facts import CredentialFacts, HolderFacts
from credentials.states import AwardState
from credentials.trust import baked
from credentials.verdict import Refused


class Form(models.TextChoices):
    """The value ends the address of the file; in the order in which people are offered them."""

    BUNDLE = "zip", gettext_lazy("Bundle to keep, which verifies offline (ZIP)")
    BADGE = "json", gettext_lazy("Open Badge 3.0")
    JWT = "jwt", gettext_lazy("Open Badge 3.0 as JWT")
    PNG = "png", gettext_lazy("Open Badge in an image (PNG)")
    SVG = "svg", gettext_lazy("Open Badge in an image (SVG)")
    SEALED = "edc.jsonld", gettext_lazy("European Digital Credential, sealed by the institution")
    EDC = "edc.json", gettext_lazy("European Digital Credential, without seal")
    MICROHE = "microhe.json", gettext_lazy("MicroHE meta-data")

    @property
    def purpose(self) -> str:
        """What people need it for, in a few words."""
        return str(PURPOSES[self])


MEDIA_TYPES = {
    Form.BADGE: "application/vc",
    Form.JWT: "text/plain; charset=utf-8",
    Form.PNG: "image/png",
    Form.SVG: "image/svg+xml",
    Form.SEALED: "application/jose+json",  # RFC 7515, 9.2.1
    Form.EDC: "application/ld+json",
    Form.MICROHE: "application/json",
    Form.BUNDLE: "application/zip",
}


PURPOSES = {
    Form.BUNDLE: gettext_lazy("For yourself: the credential with all that verifies it"),
    Form.BADGE: gettext_lazy("For wallets and badge hosts"),
    Form.JWT: gettext_lazy("For wallets that read JWT"),
    Form.PNG: gettext_lazy("For badge hosts, and to show it"),
    Form.SVG: gettext_lazy("For web pages, sharp at any size"),
    Form.SEALED: gettext_lazy("For Europass"),
    Form.EDC: gettext_lazy("For Europass; not signed"),
    Form.MICROHE: gettext_lazy("For other catalogues; not signed"),
}


@dataclass(frozen=True, slots=True)
class File:
    """A credential as a file to download; `name` without a folder."""

    data: bytes
    media_type: str
    name: str


def offered(credential: Credential, stated: CredentialFacts, reader: User) -> list[Form]:
    """Return the forms beside the badge itself that a reader can have a credential in.

    A European Digital Credential names its issuer by an official number. Its holder gets it sealed
    where the institution has a certificate, or had one when it was sealed.
    """
    numbered = any(one.scheme == seals.EIDAS for one in stated.awarding_body.identifiers)
    european = Form.EDC if numbered else None
    sealable = _is_holder(reader, credential) and _in_force(credential)
    if sealable and (signed_forms.kept_seal(credential) or signed_forms.sealing(credential)):
        european = Form.SEALED
    left_out = {Form.BADGE, Form.EDC, Form.SEALED} - {european}
    return [form for form in Form if form not in left_out]


def make(credential: Credential, form: Form, name: str, *, reader: User | None = None) -> File:
    """Return a signed credential of this portal in a form; `name` is how its file begins.

    Birth date and student number stand only in what its holder gets as `reader`, and so in each
    sealed form, which is kept as it was sealed. Raises
    `SignedForm.DoesNotExist` before it is signed, `BadKey` when the master key is wrong, `Refused`
    when the form asks for more than is stated or is not given out (any more). Call outside of a
    transaction: a JWT or a seal is made when first asked for, a bundle each time.
    """
    _badge(credential)  # what is not signed is in no form
    is_holder = _is_holder(reader, credential)
    if form == Form.SEALED and not is_holder:
        raise Refused(_("Only its holder gets the sealed form: the day of birth stands in it."))
    write = STATED.get(form)
    data = write(credential, is_holder) if write else WRITERS[form](credential)
    return File(data, MEDIA_TYPES[form], f"{name}.{form}")


def _is_holder(reader: User | None, credential: Credential) -> bool:
    return reader is not None and credential.holder_id == reader.pk


def _badge(credential: Credential) -> bytes:
    return verification.bytes_of(credential)


def _jwt(credential: Credential) -> bytes:
    kept = credential.signed_forms.current().filter(format=Format.JWT)
    if form := kept.first():
        return form.body.encode()
    key = keys.ensure(keys.institution_behind(credential.issuer_key), KeyType.RSA)
    body = issuing.as_jwt(credential, key)
    return signed_forms.keep_once(credential, body, key, Format.JWT).encode()


def _sealed(credential: Credential) -> bytes:
    """Seal once, and give out only while it is in force: a seal names no list of revocations."""
    if not _in_force(credential):
        raise Refused(
            _(
                "A sealed credential does not show that it was revoked, so it is only given out "
                "while it is in force."
            )
        )
    if kept := signed_forms.kept_seal(credential):
        stolen = kept.key.stolen_from
        if stolen and kept.signed_at >= stolen:
            raise Refused(_("Its seal does not count any more. The institution makes another."))
        return kept.body.encode()
    key = signed_forms.sealing(credential)
    if key is None:
        raise Refused(_("The institution has no certificate to seal it with."))
    return signed_forms.sealed(credential, key).encode()


def _in_force(credential: Credential) -> bool:
    award = getattr(credential, "award", None)
    if award:
        return award.state == AwardState.ISSUED
    return credential.revoked_at is None


def _png(credential: Credential) -> bytes:
    image = badge_images.png(facts.of_credential(credential))
    return baked.bake_png(image, _badge(credential).decode())


def _svg(credential: Credential) -> bytes:
    image = badge_images.svg(facts.of_credential(credential))
    return baked.bake_svg(image, _badge(credential).decode())


def _edc(credential: Credential, identified: bool) -> bytes:
    stated = facts.of_credential(credential)
    document = elm.write(stated, image=badge_images.png(stated), identified=identified)
    seals.require_complete(document)
    return _json(document)


def _microhe(credential: Credential, identified: bool) -> bytes:
    return _json(microhe.write(facts.of_credential(credential), identified=identified))


def _bundle(credential: Credential) -> bytes:
    return bundles.make(credential, _badge(credential), _jwt(credential))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


WRITERS: dict[Form, Callable[[Credential], bytes]] = {
    Form.BADGE: _badge,
    Form.JWT: _jwt,
    Form.PNG: _png,
    Form.SVG: _svg,
    Form.SEALED: _sealed,
    Form.BUNDLE: _bundle,
}
STATED: dict[Form, Callable[[Credential, bool], bytes]] = {
    Form.EDC: _edc,
    Form.MICROHE: _microhe,
}


def transcript(holder: User, credentials: Sequence[Credential]) -> File:
    """Return signed credentials of one holder as an ELMO document, with the badges attached."""
    stated = {credential: facts.of_credential(credential) for credential in credentials}
    files = {
        said.id: [elmo.Attachment(_badge(credential), "application/json", said.title)]
        for credential, said in stated.items()
    }
    learner = next((said.holder for said in stated.values() if said.holder), None)
    data = elmo.write(
        learner or HolderFacts(name=holder.name),
        list(stated.values()),
        generated=timezone.now(),
        files=files,
    )
    return File(data, "application/xml", "credentials.elmo.xml")
