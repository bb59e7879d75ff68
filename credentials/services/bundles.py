"""The only place that packs a credential with all that verifies it, and reads such a bundle."""

import json
import textwrap
from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import Award, Credential, KeyType
from credentials.services import documents, facts, keys, offline_page, status, verification
from credentials.services.outside import FromBundle, Others
from credentials.services.verification import Examined
from credentials.standards import contexts, values
from credentials.trust import bundles, did
from credentials.trust.bundles import Packed
from credentials.verdict import Refused

PAGE, README = "verify.html", "README.txt"


def make(credential: Credential, badge: bytes, jwt: bytes) -> bytes:
    """Return a signed credential of this portal as a bundle, with the lists as they are now.

    `badge` and `jwt` are its two signed forms. Call outside of transactions: it signs. Raises
    `BadKey` when the master key is wrong, `OSError` when the printed supplement is gone.
    """
    institution = keys.institution_behind(credential.issuer_key)
    key = keys.ensure(institution, KeyType.RSA)
    files = {bundles.BADGE: Packed(badge), bundles.JWT: Packed(jwt), **_lists(credential)}
    files |= _contexts(files)
    issuer = keys.did_of(institution)
    document = json.dumps(keys.document_of(institution), indent=1).encode()
    files[bundles.DID_DOCUMENT] = Packed(document, did.document_url(issuer))
    award = Award.objects.filter(credential=credential).select_related("supplement").first()
    if award and award.supplement:
        files[bundles.PDF] = Packed(documents.read(award.supplement))
    files[PAGE] = Packed(offline_page.page().encode())
    files[README] = Packed(_readme(credential, files).encode())
    return bundles.pack(
        files,
        credential=credential.identifier,
        issuer=issuer,
        made=timezone.now(),
        private_key=keys.private_half(key),
        method=keys.verification_method(key),
    )


def _lists(credential: Credential) -> dict[str, Packed]:
    found = {}
    for entry in credential.status_entries.select_related("status_list__institution"):
        kept = entry.status_list
        document, text = status.copies(kept)
        found[f"status/{kept.purpose}.json"] = Packed(document.encode(), status.url_of(kept))
        found[f"status/{kept.purpose}.jwt"] = Packed(text.encode(), status.url_of(kept))
    return found


def _contexts(files: dict[str, Packed]) -> dict[str, Packed]:
    """Return the vocabularies of the documents, for verifiers that pin none."""
    used = {
        url
        for name, file in files.items()
        if name.endswith(".json")
        for url in values.many(json.loads(file.data).get("@context"))
    }
    return {
        f"contexts/{contexts.index()[url]['file']}": Packed(contexts.read(url), url)
        for url in sorted(used)
    }


def _readme(credential: Credential, names: Collection[str]) -> str:
    paragraphs = [
        f"{credential}, {facts.of_credential(credential).number}",
        _(
            "This bundle holds a credential and all that is needed to verify it, also offline and "
            "when the portal that issued it is gone. Keep the ZIP file as it is."
        ),
        _(
            "To verify it, open verify.html in a browser and choose this ZIP file there. Nothing "
            "leaves your computer. Where the portal is installed, this does it too: manage.py "
            "verify FILE"
        ),
        _(
            "A bundle cannot show whose the key in it is. Compare its fingerprint with the one "
            "that the issuer gives you. Nor can it show whether the credential was revoked after "
            "the bundle was packed. When you are online, ask the issuer."
        ),
    ]
    held = {
        bundles.BADGE: _("the signed credential (Open Badges 3.0)"),
        bundles.JWT: _("the same as JWT"),
        bundles.DID_DOCUMENT: _("the public keys of the issuer"),
        "status/": _("the issuer's lists of revocations and suspensions, in both forms"),
        "contexts/": _("the vocabularies that the documents use"),
        bundles.PDF: _("the printed supplement"),
        PAGE: _("a page that verifies the JWT in a browser"),
        bundles.MANIFEST: _("when it was packed, and the hash of each file"),
        bundles.SEAL: _("the issuer's signature of that list"),
    }
    lines = [line for text in paragraphs for line in (*textwrap.wrap(text, 78), "")]
    here = {*names, bundles.MANIFEST, bundles.SEAL}
    lines += [
        f"{name}: {text}" for name, text in held.items() if any(n.startswith(name) for n in here)
    ]
    return "\r\n".join([*lines, ""])


def examine(data: bytes, *, fingerprint: str = "", online: bool = False) -> Examined:
    """Return what can be said about a bundle (untrusted). Nobody is asked unless `online`.

    `fingerprint` is that of the issuer's key, as the reader has it from elsewhere. Raises
    `Malformed` for what is no bundle or was changed, `Refused` when the fingerprint is another.
    """
    bundle = bundles.open_bundle(data)
    wanted = "".join(fingerprint.split()).upper()
    if wanted and wanted != bundle.key.fingerprint.replace(" ", ""):
        raise Refused(
            _("The bundle was packed with another key: its fingerprint is %(fingerprint)s.")
            % {"fingerprint": bundle.key.fingerprint}
        )
    others = Others(fresh=True) if online else FromBundle(bundle=bundle, is_compared=bool(wanted))
    results = {
        name: verification.examine(bundle.files[name], name, others=others)
        for name in bundle.credentials
    }
    return Examined(bundle, results, bool(wanted) or others.publishes(bundle))
