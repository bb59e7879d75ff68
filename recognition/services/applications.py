"""The only place that changes an application before it is sent; saved at every step."""

from decimal import Decimal

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import Credential, Module, ModulePart, ProgrammeVersion, User
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused
from recognition.models import Case, Line, LineSource, Purpose, TargetKind
from recognition.permissions import can_apply_after, can_draft


@change()
def create(
    programme_version: ProgrammeVersion, *, purpose: Purpose = Purpose.RECOGNITION, by: User
) -> Case:
    """Begin an application, or return the draft for the same programme and purpose."""
    by = lock(by)
    same = {"applicant": by, "programme_version": programme_version, "purpose": purpose}
    existing = Case.objects.filter(**same, submitted_at=None).first()
    if existing:
        return existing
    case = Case.objects.create(**same)
    record(case, "begin", by=by)
    return case


@change()
def save_line(
    case: Case,
    line: Line | None,
    *,
    module: Module | None,
    credentials: list[Credential],
    requested_ects: Decimal | None = None,
    note: str = "",
    by: User,
) -> Line:
    """Keep what is put forward for which module (None: the free-elective area).

    Another module forgets the parts that were chosen of the old one. Order of sources as given.
    """
    case = lock(case)
    can_draft(by, case).require()
    if any(credential.holder_id != by.pk for credential in credentials):
        raise Refused(_("You can put forward only what lies in your own portfolio."))
    if line is None:
        last = case.lines.aggregate(last=Max("position"))["last"] or 0
        line = Line(case=case, position=last + 1)
    else:
        line = lock(line)
    keeps_parts = line.target_kind == TargetKind.PARTS and line.module_id == (
        module.pk if module else None
    )
    if module is None:
        line.target_kind = TargetKind.FREE_ELECTIVE
    elif not keeps_parts:
        line.target_kind = TargetKind.MODULE
    line.module = module
    line.requested_ects = None if module else requested_ects
    line.note = note
    line.save()
    if not keeps_parts:
        line.parts.clear()
    line.sources.exclude(credential__in=credentials).delete()
    for position, credential in enumerate(credentials, start=1):
        LineSource.objects.update_or_create(
            line=line, credential=credential, defaults={"position": position}
        )
    return line


@change()
def apply_after(asked: Case, *, by: User) -> Case:
    """Begin an application with what was asked about in advance; nothing of the answer binds.

    What has left the portfolio since, or is in the draft already, is left out.
    """
    can_apply_after(by, asked).require()
    case = create(asked.programme_version, by=by)
    taken = set(case.lines.values_list("module", flat=True))
    for line in asked.lines.prefetch_related("sources__credential", "parts").order_by("position"):
        held = [s.credential for s in line.sources.all() if s.credential]
        held = [credential for credential in held if credential.holder_id == by.pk]
        if not held or line.module_id in taken:
            continue
        fields = {"requested_ects": line.requested_ects, "note": line.note}
        new = save_line(case, None, module=line.module, credentials=held, by=by, **fields)
        if line.target_kind == TargetKind.PARTS:
            choose_parts(new, list(line.parts.all()), by=by)
    return case


@change()
def choose_parts(line: Line, parts: list[ModulePart], *, by: User) -> None:
    """Ask for some parts of the module; none or all of them mean the whole module."""
    case = lock(line.case)
    can_draft(by, case).require()
    line = lock(line)
    is_whole = not parts or len(parts) == line.module.parts.count()
    line.target_kind = TargetKind.MODULE if is_whole else TargetKind.PARTS
    line.save(update_fields=["target_kind"])
    line.parts.set([] if is_whole else parts)


@change()
def remove_line(line: Line, *, by: User) -> None:
    """Take a line out of a draft; those behind it move up."""
    case = lock(line.case)
    can_draft(by, case).require()
    line.delete()
    for position, other in enumerate(case.lines.order_by("position"), start=1):
        Line.objects.filter(pk=other.pk).update(position=position)


@change()
def declare(case: Case, *, by: User) -> None:
    """Keep the declaration that all is true and may be checked (Lisbon Convention III.3(2))."""
    case = lock(case)
    can_draft(by, case).require()
    case.declared_at = timezone.now()
    case.save(update_fields=["declared_at"])
    record(case, "declare", by=by)


@change()
def discard(case: Case, *, by: User) -> None:
    """Delete a draft that was never sent."""
    case = lock(case)
    can_draft(by, case).require()
    record(case, "discard", by=by)
    case.delete()
