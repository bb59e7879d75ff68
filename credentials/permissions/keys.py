"""Signing keys."""

from django.utils.translation import gettext as _

from credentials.models import (
    Institution,
    IssuerKey,
    KeyRequest,
    KeyRequestKind,
    Membership,
    Role,
    User,
)
from credentials.permissions.shared import can_keep_records
from credentials.verdict import ALLOWED, Verdict, no


def can_replace_key(user: User, key: IssuerKey) -> Verdict:
    """Retire the active key of an institution and sign with another one."""
    if key.is_seal:
        return no(_("A seal is replaced by the next certificate that you install."))
    if key.retired_at:
        return no(_("This key signs nothing new any more."))
    return can_keep_records(user, key.institution)


def can_install_seal(user: User, institution: Institution) -> Verdict:
    """Seal credentials with the certificate of an institution."""
    return can_keep_records(user, institution)


def can_retire_seal(user: User, key: IssuerKey) -> Verdict:
    """Seal nothing more with a certificate."""
    if not key.is_seal:
        return no(_("A key that signs is replaced, and not only retired."))
    if key.retired_at:
        return no(_("This certificate seals nothing new any more."))
    return can_keep_records(user, key.institution)


def has_second_registrar(user: User, institution: Institution) -> bool:
    """Whether somebody else keeps the records of the whole institution, and could approve."""
    others = Membership.objects.filter(
        unit__institution=institution,
        unit__parent=None,
        role=Role.REGISTRAR,
        user__is_active=True,
    )
    return others.exclude(user=user).exists()


def can_request_for_key(user: User, key: IssuerKey, kind: KeyRequestKind) -> Verdict:
    """Ask for what cannot be undone: somebody else has to be there who can approve it."""
    verdict = can_keep_records(user, key.institution)
    if not verdict:
        return verdict
    if key.requests.unanswered().exists():
        return no(_("Something was asked for this key already. Answer that first."))
    if kind == KeyRequestKind.ERASE and key.wrapped_private is None:
        return no(_("The private half of this key was erased already."))
    if kind == KeyRequestKind.ERASE and key.retired_at is None:
        return no(_("This key is in use. Replace it first."))
    if not has_second_registrar(user, key.institution):
        return no(
            _("A second registrar has to approve this, and there is none. Appoint one first.")
        )
    return ALLOWED


def can_approve_key_request(user: User, asked: KeyRequest) -> Verdict:
    """Approve what another registrar has asked for a key."""
    if asked.answered_at:
        return no(_("This was answered already."))
    if asked.requested_by_id == user.pk:
        return no(_("Another registrar has to approve what you have asked for."))
    return can_keep_records(user, asked.key.institution)


def can_drop_key_request(user: User, asked: KeyRequest) -> Verdict:
    """Turn down, or take back, what was asked for a key."""
    if asked.answered_at:
        return no(_("This was answered already."))
    return can_keep_records(user, asked.key.institution)
