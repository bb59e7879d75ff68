"""The only place that writes an institution's register of awarding bodies."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import AwardingBody, Institution, User
from credentials.permissions import can_keep_records
from credentials.services.lifecycle import change, lock, record
from credentials.services.marks import in_log
from credentials.verdict import Refused
from credentials.vocabulary import BodyStatus


@change()
def enter(institution: Institution, *, by: User, **columns: Any) -> AwardingBody:
    """Enter an awarding body or a platform, with where its status is known from.

    One name once a country. Who gives the day on which it was looked up, is who looked it up.
    """
    institution = lock(institution)
    can_keep_records(by, institution).require()
    body = AwardingBody(institution=institution, **columns)
    body.checked_by = by if body.checked_on else None
    _require_sound(body)
    body.save()
    record(body, "enter", by=by)
    return body


@change()
def correct(body: AwardingBody, *, by: User, **columns: Any) -> AwardingBody:
    """Change an entry; what it was stays in the log. Decided lines keep their track."""
    institution, body = lock(body.institution), lock(body)
    can_keep_records(by, institution).require()
    changes = changes_of(body, columns)
    if not changes:
        return body
    apply(body, changes, by=by)
    _require_sound(body)
    body.save()
    record(body, "correct", by=by, text=in_log(changes))
    return body


@change()
def confirm(body: AwardingBody, *, by: User) -> AwardingBody:
    """Say that the entry was looked up today and holds as it is."""
    institution, body = lock(body.institution), lock(body)
    can_keep_records(by, institution).require()
    changes = changes_of(body, {"checked_on": timezone.localdate()})
    if not changes and body.checked_by == by:
        return body
    apply(body, {"checked_on": (body.checked_on, timezone.localdate())}, by=by)
    body.save()
    record(body, "confirm", by=by, text=in_log(changes) if changes else "")
    return body


@change()
def set_age(institution: Institution, months: int, *, by: User) -> None:
    """Say after how many months (1 to 120) an entry is to be looked up again."""
    institution = lock(institution)
    can_keep_records(by, institution).require()
    if not 1 <= months <= 120:
        raise Refused(_("Give a number of months from 1 to 120."))
    before, institution.register_months = institution.register_months, months
    institution.save(update_fields=["register_months"])
    record(institution, "set-register-age", by=by, before=str(before), after=str(months))


def changes_of(body: AwardingBody, columns: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what these columns would change: (before, now) by name."""
    return {
        name: (getattr(body, name), value)
        for name, value in columns.items()
        if getattr(body, name) != value
    }


def apply(body: AwardingBody, changes: dict[str, tuple[Any, Any]], *, by: User) -> None:
    """Put changes into an entry, without saving it; its version counts on."""
    for name, (_before, now) in changes.items():
        setattr(body, name, now)
    if "checked_on" in changes:
        body.checked_by = by if body.checked_on else None
    body.version += 1


def unsound(body: AwardingBody) -> tuple[str, str] | None:
    """Return (column, sentence) of what an entry cannot say, None when all is well."""
    if body.is_platform and body.status == BodyStatus.RECOGNISED:
        return "status", _(
            "A platform delivers what others award, so it is not a recognised institution. Choose "
            "another status, or another kind of body."
        )
    if body.checked_on and body.checked_on > timezone.localdate():
        return "checked_on", _("This day is still to come. Give the day on which it was looked up.")
    return None


def _require_sound(body: AwardingBody) -> None:
    same = body.institution.awarding_bodies.filter(name__iexact=body.name, country=body.country)
    if same.exclude(pk=body.pk).exists():
        raise Refused(_("This awarding body is in the register already."))
    if problem := unsound(body):
        raise Refused(problem[1])
