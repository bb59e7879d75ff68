"""The only place that says which entries of the register stand behind a source."""

from typing import Any

from django.utils.translation import gettext as _

from credentials.models import AwardingBody, User
from credentials.services import bodies
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused
from credentials.vocabulary import BodyKind
from recognition import permissions
from recognition.models import LineSource
from recognition.services import lines


@change()
def link_body(source: LineSource, body: AwardingBody, *, by: User) -> None:
    """Say which entry of the register a source's awarding body is; a platform is none."""
    if body.is_platform:
        raise Refused(_("A platform does not award. Choose who awards what it delivers."))
    _link(source, "awarding_body", body, by)


@change()
def link_platform(source: LineSource, platform: AwardingBody, *, by: User) -> None:
    """Say which entry of the register the platform of a source is."""
    if not platform.is_platform:
        raise Refused(_("This entry is not a platform."))
    _link(source, "platform", platform, by)


def _link(source: LineSource, role: str, entry: AwardingBody, by: User) -> None:
    line = lock(source.line)
    lines.take(line, by=by)
    if entry.institution_id != line.case.institution.pk:
        raise Refused(_("Choose an entry of your own register."))
    LineSource.objects.filter(pk=source.pk).update(**{role: entry})
    record(line, f"link-{role.replace('_', '-')}", by=by, text=entry.name)


@change()
def enter_body(source: LineSource, /, *, by: User, **columns: Any) -> AwardingBody:
    """Enter a source's awarding body in the register, or correct its entry, and link it.

    `columns` as in `credentials.services.bodies`. If it turns out to be a platform, it is kept as
    the platform of the source, and who awards stays open.
    """
    return _enter(source, "awarding_body", by, columns)


@change()
def enter_platform(source: LineSource, /, *, by: User, **columns: Any) -> AwardingBody:
    """Enter a source's platform in the register, or correct its entry, and link it."""
    return _enter(source, "platform", by, columns | {"kind": BodyKind.PLATFORM})


def _enter(source: LineSource, role: str, by: User, columns: dict[str, Any]) -> AwardingBody:
    line = lock(source.line)
    permissions.can_check(by, line).require()
    source = lock(source)
    entry = getattr(source, role)
    if entry:
        entry = bodies.correct(entry, by=by, **columns)
    else:
        entry = bodies.enter(line.case.institution, by=by, **columns)
    if entry.is_platform:
        LineSource.objects.filter(pk=source.pk, awarding_body=entry).update(awarding_body=None)
        link_platform(source, entry, by=by)
    else:
        link_body(source, entry, by=by)
    return entry
