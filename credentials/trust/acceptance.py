"""The only place that says what others may hold against a certificate that is to seal here.

What cannot work at all is refused by `certificates.load_certificate`; what works here but not
everywhere is told before the certificate is installed.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _

from credentials.trust import certificates
from credentials.trust.certificates import Chain, SealCertificate

# ETSI EN 319 412-1, 5.1.4: a kind (VAT, NTR, PSD, LEI, or two letters of the country and a colon),
# the country (for VAT also EL and EU, for LEI XG), a hyphen, the number in that register.
OFFICIAL_NUMBER = re.compile(r"(?:VAT|NTR|PSD|LEI|[A-Z]{2}:)[A-Z]{2}-[!-~](?:[ -~]{0,58}[!-~])?")
SOON = timedelta(days=60)


def is_official_number(text: str) -> bool:
    """Return whether a text has the form of an organizationIdentifier, such as VATDE-123456789."""
    return OFFICIAL_NUMBER.fullmatch(text) is not None


def issuer_of(certificate: SealCertificate) -> str:
    """Return the name of the authority that issued the certificate, as it is written there."""
    issuer = certificate.chain[0].issuer
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := issuer.get_attributes_for_oid(oid):
            return str(found[0].value)[:300]
    return ""


def doubts(
    certificate: SealCertificate, *, roots: Sequence[x509.Certificate], at: datetime
) -> list[str]:
    """Return why others may refuse seals of a certificate, in sentences; best none.

    `roots` are the authorities that this portal trusts, `at` is now.
    """
    leaf, *others = certificate.chain
    end = certificates.chain_of(leaf, others, roots=roots, at=at)
    sealer = certificate.sealer
    found = [_chain(end, len(others), issuer_of(certificate))]
    if not is_official_number(sealer.identifier):
        found.append(
            _("The official number in it is not written as the EU asks for, VATDE-123456789.")
        )
    if not sealer.claims_qualified:
        found.append(
            _(
                "It does not say that it is a qualified certificate. Europass takes the seal as an "
                "advanced one at best; whoever asks for qualified seals refuses it."
            )
        )
    if sealer.valid_until - at < SOON:
        found.append(_("It ends soon. What is sealed before stays as it is."))
    return [text for text in found if text]


def _chain(end: Chain, others: int, issuer: str) -> str:
    if end == Chain.TRUSTED:
        return ""
    if end == Chain.SELF_SIGNED:
        return _(
            "It is signed by itself, and by no authority. Others see that nothing was changed, but "
            "not who sealed it."
        )
    if end == Chain.NOT_VALID_THEN:
        return _("A certificate of its authority has expired. Export it again with the new ones.")
    if not others:
        return _(
            "The certificate of its authority, %(issuer)s, is not in the file. Who does not have "
            "it cannot check the seal. Export it with the whole chain."
        ) % {"issuer": issuer}
    return _(
        "This portal does not trust its authority, %(issuer)s. Whoever runs it can add the "
        "authority, once it stands in the trusted list of its country."
    ) % {"issuer": issuer}
