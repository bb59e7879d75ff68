"""The only place that keeps the seal certificates of institutions, and seals credentials with them.

A certificate is a key like the others (see `keys`): its private half is kept encrypted with the
master key. It was made elsewhere, comes in a file, and is looked at before it is installed.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials import badge_images, permissions
from credentials.models import Credential, Institution, IssuerKey, KeyType, User
from credentials.services import authorities, facts, keys
from credentials.services.lifecycle import change, lock, record
from credentials.standards import elm
from credentials.standards.facts import BodyFacts
from credentials.trust import acceptance, certificates
from credentials.trust import seals as jades
from credentials.trust.certificates import BadCertificate, SealCertificate, Sealer
from credentials.verdict import Refused

EIDAS = "eidas"  # the scheme of an official number, in `Institution.identifiers`


# Looked at ---------------------------------------------------------------------------------------


def read(data: bytes, password: str, institution: Institution) -> SealCertificate:
    """Return the certificate in a file (untrusted) that `institution` could seal with.

    Raises `Refused` with the reason: unreadable, wrong password, no key or another one, expired,
    not for seals, or of somebody else.
    """
    try:
        found = certificates.load_certificate(data, password, at=timezone.now())
    except BadCertificate as problem:
        raise Refused(str(problem)) from problem
    _require_own(found.sealer, institution)
    return found


def _require_own(sealer: Sealer, institution: Institution) -> None:
    if not sealer.identifier:
        raise Refused(_("The certificate names no official number (organizationIdentifier)."))
    own = institution.identifiers.get(EIDAS)
    if own and own != sealer.identifier:
        said = {"theirs": sealer.identifier, "own": own, "institution": institution}
        raise Refused(
            _(
                "The certificate is of %(theirs)s, and the official number of %(institution)s is "
                "%(own)s. If that is wrong, correct it first."
            )
            % said
        )
    _require_free(sealer.identifier, institution)


def _require_free(number: str, institution: Institution) -> None:
    others = Institution.objects.exclude(pk=institution.pk)
    if other := others.filter(identifiers__eidas=number).first():
        said = {"number": number, "other": other}
        raise Refused(_("%(number)s is the official number of %(other)s.") % said)


def doubts(certificate: SealCertificate) -> list[str]:
    """Return why others may refuse seals of it, as far as this portal knows."""
    return acceptance.doubts(certificate, roots=authorities.trusted(), at=timezone.now())


def packed(certificate: SealCertificate) -> dict[str, str]:
    """Return a certificate for keeping in a session until it is confirmed; its key encrypted."""
    key_id = _key_id(certificate)
    wrapped = keys.wrapped(certificates.private_half(certificate), key_id)
    return {
        "id": key_id,
        "certificate": certificates.as_pem(certificate),
        "private": base64.b64encode(wrapped).decode(),
    }


def unpacked(kept: Mapping[str, str]) -> SealCertificate:
    """Return what `packed` was given; raises `BadKey` when the master key was changed since."""
    wrapped = base64.b64decode(kept["private"])
    private = keys.unwrapped(wrapped, kept["id"], KeyType.SEAL)
    return certificates.with_private_half(kept["certificate"], private)


# Installed ---------------------------------------------------------------------------------------


@change()
def install(institution: Institution, certificate: SealCertificate, *, by: User) -> IssuerKey:
    """Seal with this certificate from now on; the one until now is retired.

    One that is known already is taken into use again, as after the loss of a master key.
    """
    institution = lock(institution)
    permissions.can_install_seal(by, institution).require()
    _require_own(certificate.sealer, institution)
    if timezone.now() > certificate.sealer.valid_until:
        raise Refused(_("The certificate has expired."))
    key_id = _key_id(certificate)
    known = institution.keys.filter(key_id=key_id).first()
    if known and known.stolen_from:
        raise Refused(_("This certificate was reported as stolen. Ask for another one."))
    if known and known.wrapped_private is None:
        raise Refused(_("The key of this certificate was erased here. Ask for another one."))
    if known and known.requests.unanswered().exists():
        raise Refused(_("Something was asked for this certificate already. Answer that first."))
    for old in institution.keys.seals().active().exclude(key_id=key_id):
        keys.retire(lock(old), by=by)
    key, _is_new = IssuerKey.objects.update_or_create(
        institution=institution,
        key_id=key_id,
        defaults={
            "type": KeyType.SEAL,
            "certificate": certificates.as_pem(certificate),
            "valid_until": certificate.sealer.valid_until,
            "wrapped_private": keys.wrapped(certificates.private_half(certificate), key_id),
            "retired_at": None,
        },
    )
    record(institution, "install-seal", by=by, after=key_id[:40])
    _set_number(institution, certificate.sealer.identifier, by=by)
    return key


@change()
def set_number(institution: Institution, number: str, *, by: User) -> None:
    """Say the official number of an institution, "" for none; it goes into new credentials."""
    institution = lock(institution)
    permissions.can_keep_records(by, institution).require()
    if number and not acceptance.is_official_number(number):
        raise Refused(_("Write it as in a certificate: VATDE-123456789 or NTRIE-12345."))
    if number:
        _require_free(number, institution)
    sealing = of(institution)
    if sealing and number != sealer_of(sealing).identifier:
        raise Refused(_("The certificate in use names another one. Retire it first."))
    _set_number(institution, number, by=by)


def _set_number(institution: Institution, number: str, *, by: User) -> None:
    before = institution.identifiers.get(EIDAS, "")
    if number == before:
        return
    others = {name: value for name, value in institution.identifiers.items() if name != EIDAS}
    institution.identifiers = {**others, EIDAS: number} if number else others
    institution.save(update_fields=["identifiers"])
    said = {"before": before[:40], "after": number[:40]}
    record(institution, "set-official-number", by=by, **said)


def of(institution: Institution) -> IssuerKey | None:
    """Return the certificate that an institution seals with, None when it has none."""
    return institution.keys.seals().active().first()


def sealing(institution: Institution) -> IssuerKey | None:
    """Return the certificate that seals today, None without one or when it has ended."""
    key = of(institution)
    return key if key and key.valid_until > timezone.now() else None


def known(sha256: str) -> IssuerKey | None:
    """Return the certificate of this portal with a hash, whoever installed it first."""
    found = IssuerKey.objects.seals().filter(key_id=_named(sha256))
    return found.select_related("institution").first() if sha256 else None


def sealer_of(key: IssuerKey) -> Sealer:
    """Return whom a certificate names."""
    return certificates.sealer_of(certificates.from_pem(key.certificate)[0])


def fits(key: IssuerKey) -> bool:
    """Return whether certificate and private half belong together; raises `BadKey`."""
    return certificates.belong_together(certificate_of(key))


def certificate_of(key: IssuerKey) -> SealCertificate:
    """Return a certificate with its private half; raises `BadKey` as `keys.private_half`."""
    return certificates.with_private_half(key.certificate, keys.private_half(key))


# Sealed ------------------------------------------------------------------------------------------


def sealed(credential: Credential, key: IssuerKey, *, with_email: bool = True) -> str:
    """Return a credential as European Digital Credential with the seal of its institution.

    JSON text. `with_email`: for a file that nobody but its holder reads. Raises `Refused` when
    something is missing or the certificate is not valid now, `BadKey` and `BadFacts` as
    `issuing.issue`. Call outside of a transaction.
    """
    stated = facts.of_credential(credential)
    if stated.holder and not with_email:
        stated = replace(stated, holder=replace(stated.holder, email=""))
    write = partial(elm.write, stated, image=badge_images.png(stated), identified=True)
    return seal(write, stated.awarding_body, key)


def seal(write: Callable[..., dict], body: BodyFacts, key: IssuerKey) -> str:
    """Return the European Digital Credential that `write(issuer=…)` makes, with the seal of `body`.

    JSON text. Raises and is called as `sealed`.
    """
    certificate, now = certificate_of(key), timezone.now()
    if not certificate.sealer.valid_from <= now <= certificate.sealer.valid_until:
        told = gettext_lazy("The certificate of the institution has expired, so nothing is sealed.")
        raise Refused(told)
    document = write(issuer=elm.sealing(body, certificate.sealer.identifier))
    require_complete(document)
    return json.dumps(jades.seal(document, certificate, at=now), ensure_ascii=False)


def require_complete(document: dict) -> None:
    """Raise `Refused` when a European Digital Credential lacks something, with what it lacks."""
    if problems := elm.problems(document):
        said = {"problems": " ".join(problems)}
        raise Refused(
            _("It cannot be written as a European Digital Credential yet. %(problems)s") % said
        )


# As it is kept -----------------------------------------------------------------------------------


def _key_id(certificate: SealCertificate) -> str:
    return _named(certificate.sealer.sha256)


def _named(sha256: str) -> str:
    return f"seal-{sha256[:40]}"
