"""May X do Y, and why not? One function per verb; the same reason refuses, disables, explains."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from credentials.models import Credential, Document, DocumentKind, Origin, User
from credentials.states import AwardState
from credentials.verdict import ALLOWED, Verdict, no
from portfolios.models import Share

MOST_PRINTED = 200


def can_change_credential(user: User, credential: Credential) -> Verdict:
    """State facts, add evidence: only the holder, and only for what was not awarded here."""
    if credential.holder_id != user.pk:
        return no(_("This credential belongs to somebody else."))
    if credential.origin == Origin.DECISION:
        return no(_("A decision stands as it was signed. You can object to it."))
    if credential.origin == Origin.AWARD:
        return no(_("What was awarded here cannot be changed. Ask the institution to correct it."))
    return ALLOWED


def can_check_credential(user: User, credential: Credential) -> Verdict:
    """Have a signed file checked once more: its holder."""
    verdict = can_change_credential(user, credential)
    if verdict and credential.origin != Origin.IMPORTED:
        return no(_("There is no signature here that could be checked."))
    return verdict


def can_remove_credential(user: User, credential: Credential) -> Verdict:
    """Only what was put in by the holder, and not what credits were recorded from."""
    verdict = can_change_credential(user, credential)
    if verdict and credential.credit_entries.exists():
        return no(_("Credits were recognised from this credential, so it stays."))
    return verdict


def can_share_credential(user: User, credential: Credential) -> Verdict:
    """Only the holder, and only a credential that somebody signed."""
    if credential.holder_id != user.pk:
        return no(_("This credential belongs to somebody else."))
    if credential.origin in (Origin.STATED, Origin.SELF_DECLARED):
        return no(_("Only signed credentials can be shared: others could not verify this one."))
    if credential.origin == Origin.AWARD and credential.award.state == AwardState.SIGNING:
        return no(_("It is still being signed. Try again in a minute."))
    is_award = credential.origin == Origin.AWARD
    if credential.revoked_at or (is_award and credential.award.state == AwardState.REVOKED):
        return no(_("It was revoked, so there is nothing to show with it."))
    if is_award and credential.award.state == AwardState.SUSPENDED:
        return no(_("It is suspended, so there is nothing to show with it for now."))
    return ALLOWED


def can_withdraw_share(user: User, share: Share) -> Verdict:
    """Close a link before its time: the holder of what it shows."""
    if share.credential.holder_id != user.pk:
        return no(_("This link belongs to somebody else."))
    if not share.is_open:
        return no(_("This link is closed already."))
    return ALLOWED


def can_print_portfolio(user: User, entries: Sequence[Credential]) -> Verdict:
    """Have entries printed: their holder, up to 200 at once."""
    if any(entry.holder_id != user.pk for entry in entries):
        return no(_("This credential belongs to somebody else."))
    if not entries:
        return no(_("Choose at least one entry."))
    if len(entries) > MOST_PRINTED:
        said = {"number": len(entries), "most": MOST_PRINTED}
        return no(_("Choose %(most)s entries at most; these are %(number)s.") % said)
    return ALLOWED


def can_delete_print(user: User, document: Document) -> Verdict:
    """Delete a printed portfolio: whose it is."""
    if document.kind != DocumentKind.PORTFOLIO or document.owner_id != user.pk:
        return no(_("This print belongs to somebody else."))
    return ALLOWED
