"""The only place that replaces, withdraws and erases signing keys.

To replace a key takes one registrar of the whole institution. What cannot be undone takes two:
one asks, another approves.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credentials import permissions
from credentials.language import clean_text
from credentials.models import Institution, IssuerKey, KeyRequest, KeyRequestKind, KeyType, User
from credentials.services import keys, mails, staff
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from credentials.standards.documents import written
from credentials.verdict import Refused


@change()
def replace(key: IssuerKey, *, by: User) -> IssuerKey:
    """Retire the active key and make another one; what the old one signed stays valid."""
    institution, key = _locked(key)
    permissions.can_replace_key(by, key).require()
    return _replace(institution, key, by=by)


def _replace(institution: Institution, key: IssuerKey, *, by: User | None) -> IssuerKey:
    keys.retire(key, by=by)
    if key.is_seal:  # certificates are made elsewhere
        return key
    return keys.make(institution, by=by, type_=KeyType(key.type))


@change()
def retire(key: IssuerKey, *, by: User) -> None:
    """Seal nothing more with a certificate; what it sealed stays as it is."""
    _institution, key = _locked(key)
    permissions.can_retire_seal(by, key).require()
    keys.retire(key, by=by)


def unreadable() -> list[IssuerKey]:
    """Return active keys that the master key of today does not open."""
    active = IssuerKey.objects.active().select_related("institution").order_by("pk")
    return [key for key in active if not keys.opens(key)]


@change()
def replace_unreadable() -> list[IssuerKey]:
    """Retire all of them; return the keys made in their place, and the seals without a new one.

    For the command line.
    """
    made = []
    for lost in unreadable():
        institution, key = _locked(lost)
        if key.retired_at is None:
            made.append(_replace(institution, key, by=None))
    return made


# What takes two ----------------------------------------------------------------------------------


@change()
def request(
    key: IssuerKey,
    kind: KeyRequestKind,
    reason: str,
    *,
    by: User,
    stolen_from: datetime | None = None,
) -> KeyRequest:
    """Ask that a key is withdrawn as stolen since a moment, or its private half erased.

    A moment that was approved already may be moved earlier, never later.
    """
    _institution, key = _locked(key)
    permissions.can_request_for_key(by, key, kind).require()
    reason = clean_text(reason).strip()
    if not reason:
        raise Refused(_("Say what happened. Who approves it reads it."))
    if kind == KeyRequestKind.STOLEN:
        _require_possible(key, stolen_from)
    asked = KeyRequest.objects.create(
        key=key,
        kind=kind,
        stolen_from=stolen_from if kind == KeyRequestKind.STOLEN else None,
        reason=reason,
        requested_at=timezone.now(),
        requested_by=by,
    )
    record(asked, f"ask-{kind}", by=by, text=reason)
    context = {"url": address("key-request", asked.uuid), "institution": key.institution}
    for registrar in staff.registrars_of(key.institution).exclude(pk=by.pk):
        mails.write("key_request", registrar, context, about=asked)
    return asked


def _require_possible(key: IssuerKey, stolen_from: datetime | None) -> None:
    if stolen_from is None:
        raise Refused(_("Say since when signatures of this key do not count."))
    if stolen_from > timezone.now():
        raise Refused(_("This moment has not come yet."))
    if stolen_from < key.created_at:
        raise Refused(_("The key was made later than that."))
    if key.stolen_from and stolen_from >= key.stolen_from:
        raise Refused(
            _("It is reported as stolen since %(moment)s. Only an earlier moment can be given.")
            % {"moment": written(key.stolen_from, get_language() or "en")}
        )


@change()
def approve(asked: KeyRequest, *, by: User) -> None:
    """Approve what another registrar has asked for; it is done at once and cannot be undone."""
    institution, key = _locked(asked.key)
    asked = lock(asked)
    asked.key = key
    permissions.can_approve_key_request(by, asked).require()
    _answer(asked, by=by, is_approved=True)
    if asked.kind == KeyRequestKind.ERASE:
        key.wrapped_private = None
        key.save(update_fields=["wrapped_private"])
        record(key, "erase-key", by=by)
        return
    if key.retired_at is None:
        _replace(institution, key, by=by)
    key.stolen_from = asked.stolen_from
    key.save(update_fields=["stolen_from"])
    record(key, "withdraw-key", by=by, after=asked.stolen_from.isoformat())
    institution.status_lists.update(signed="")  # signed anew, when next asked for


@change()
def drop(asked: KeyRequest, *, by: User) -> None:
    """Turn down what was asked for; who asked may take it back."""
    _institution, key = _locked(asked.key)
    asked = lock(asked)
    asked.key = key
    permissions.can_drop_key_request(by, asked).require()
    _answer(asked, by=by, is_approved=False)


def _answer(asked: KeyRequest, *, by: User, is_approved: bool) -> None:
    asked.answered_at, asked.answered_by, asked.is_approved = timezone.now(), by, is_approved
    asked.save(update_fields=["answered_at", "answered_by", "is_approved"])
    record(asked, "approve" if is_approved else "drop", by=by)
    if asked.requested_by_id != by.pk:
        context = {
            "url": address("key-request", asked.uuid),
            "institution": asked.key.institution,
            "is_approved": is_approved,
        }
        mails.write("key_request_answered", asked.requested_by, context, about=asked)


def _locked(key: IssuerKey) -> tuple[Institution, IssuerKey]:
    """Lock the institution, then the key: always in this order."""
    institution = lock(key.institution)
    key = lock(key)
    key.institution = institution
    return institution, key
