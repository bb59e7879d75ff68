"""The only place that writes an institution's register of awarding bodies."""

import json

from django.utils.translation import gettext as _

from credentials.models import AwardingBody, Institution, User
from credentials.permissions import can_keep_records
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused


@change()
def enter(institution: Institution, *, by: User, **columns: str) -> AwardingBody:
    """Enter an awarding body, with where its status is known from; one name once a country."""
    institution = lock(institution)
    can_keep_records(by, institution).require()
    body = AwardingBody(institution=institution, **columns)
    _require_once(body)
    body.save()
    record(body, "enter", by=by)
    return body


@change()
def correct(body: AwardingBody, *, by: User, **columns: str) -> AwardingBody:
    """Change an entry; what it was stays in the log. Decided lines keep their track."""
    institution, body = lock(body.institution), lock(body)
    can_keep_records(by, institution).require()
    changes = {
        name: [getattr(body, name), value]
        for name, value in columns.items()
        if getattr(body, name) != value
    }
    if not changes:
        return body
    for name, (_before, now) in changes.items():
        setattr(body, name, now)
    _require_once(body)
    body.save(update_fields=list(changes))
    record(body, "correct", by=by, text=json.dumps(changes, ensure_ascii=False))
    return body


def _require_once(body: AwardingBody) -> None:
    same = body.institution.awarding_bodies.filter(name=body.name, country=body.country)
    if same.exclude(pk=body.pk).exists():
        raise Refused(_("This awarding body is in the register already."))
