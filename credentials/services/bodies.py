"""The only place that writes an institution's register of awarding bodies."""

from credentials.models import AwardingBody, Institution, User
from credentials.permissions import can_keep_records
from credentials.services.lifecycle import change, lock, record

COLUMNS = ("name", "country", "status", "quality_agency", "source", "url", "did")


@change()
def enter(institution: Institution, *, by: User, **columns: str) -> AwardingBody:
    """Enter an awarding body, with where its status is known from."""
    can_keep_records(by, institution).require()
    body = AwardingBody.objects.create(institution=institution, **columns)
    record(body, "enter", by=by, text=_said(body))
    return body


@change()
def correct(body: AwardingBody, *, by: User, **columns: str) -> AwardingBody:
    """Change an entry; what it was stays in the log. Decided lines keep their track."""
    body = lock(body)
    can_keep_records(by, body.institution).require()
    before = _said(body)
    for name, value in columns.items():
        setattr(body, name, value)
    body.save(update_fields=list(columns))
    record(body, "correct", by=by, text=f"{before}\n{_said(body)}")
    return body


def _said(body: AwardingBody) -> str:
    return ", ".join(filter(None, (getattr(body, column) for column in COLUMNS)))
