"""The only place that says what keeps an application from being sent."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from credentials.models import Credential, CreditEntry, Origin, Role, User
from credentials.permissions import holds
from credentials.states import OUT_OF_FORCE, PublishingState
from credentials.vocabulary import CredentialType
from recognition.models import (
    Case,
    Condition,
    Decision,
    Line,
    LineSource,
    Policy,
    Purpose,
    TargetKind,
)
from recognition.states import OPEN, ConditionState, LineState
from recognition.vocabulary import NOT_RECORDED

OPEN_OR_TO_RECORD = (
    *OPEN,
    LineState.NOTIFIED,
    LineState.CONDITION_PENDING,
    LineState.OBJECTION,
    LineState.APPEAL,
)


def problems(user: User, case: Case) -> list[str]:
    """Return everything that keeps an application from being sent, [] when nothing does."""
    if not speaks_for(user, case):
        return [_("Only the applicant can send this application.")]
    if not case.is_draft:
        return [_("This application was sent already.")]
    found = gaps(case)
    if case.declared_at is None:
        found.append(_("Declare that what you state is true."))
    return found


def speaks_for(user: User, case: Case) -> bool:
    """Whether somebody may ask in the learner's name: the learner, or registrars who enter it."""
    if case.entered_by_id is None or case.applicant_id == user.pk:
        return case.applicant_id == user.pk and case.entered_by_id is None
    return bool(holds(user, case.programme_version.programme.unit, Role.REGISTRAR))


def gaps(case: Case) -> list[str]:
    """Return what is missing in a draft before its applicant can declare it and send it."""
    return [text for _line, text in gaps_by_line(case)]


def gaps_by_line(case: Case) -> list[tuple[Line | None, str]]:
    """Return each gap with the line it is about, None for the application as a whole."""
    found: list[tuple[Line | None, str]] = []
    if case.programme_version.state != PublishingState.PUBLISHED:
        text = _("The programme does not take applications under these regulations.")
        found.append((None, text))
    if policy_in_force(case) is None:
        found.append((None, _("The university has not published its rules of recognition yet.")))
    lines = list(
        case.lines.select_related("module__course_version__course").prefetch_related(
            "sources__credential__award", "parts"
        )
    )
    if not lines:
        found.append((None, _("Say what you ask for: add at least one line.")))
    found += [(line, problem) for line in lines for problem in _gaps_of(line, case)]
    found += _taken(lines, case)
    return found


def policy_in_force(case: Case) -> Policy | None:
    """Return the rules under which an application sent today would be decided."""
    return Policy.objects.for_programme(case.programme_version.programme).first()


def _gaps_of(line: Line, case: Case) -> list[str]:
    number = {"number": line.position}
    gaps = []
    if not line.sources.all():
        gaps.append(_("Line %(number)s: choose what you put forward.") % number)
    gaps += [
        _("Line %(number)s: “%(title)s” is not in force. Choose something else.")
        % {**number, "title": source.credential}
        for source in line.sources.all()
        if _is_out_of_force(source)
    ]
    gaps += [
        _(
            "Line %(number)s: “%(title)s” is a decision, no learning of its own. Put forward what "
            "was recognised."
        )
        % {**number, "title": source.credential}
        for source in line.sources.all()
        if is_decision(source.credential)
    ]
    if line.target_kind == TargetKind.PARTS and not line.parts.all():
        gaps.append(_("Line %(number)s: choose at least one part of the module.") % number)
    module = line.module
    if module and module.programme_version_id != case.programme_version_id:
        gaps.append(_("Line %(number)s: the module belongs to another programme.") % number)
    elif module and not module.is_recognisable:
        gaps.append(
            _("Line %(number)s: this module cannot be replaced by other learning.") % number
        )
    return gaps


def _is_out_of_force(source: LineSource) -> bool:
    award = getattr(source.credential, "award", None)
    return award is not None and award.state in OUT_OF_FORCE


def is_decision(credential: Credential | None) -> bool:
    """Whether it only says what was recognised, so that counting it would count learning twice."""
    return credential is not None and (
        credential.origin == Origin.DECISION
        or credential.facts.get("type") == CredentialType.RECOGNITION
    )


def asked_already(applicant: User) -> QuerySet[Line]:
    """Return the lines on which an applicant waits for a decision or its credits."""
    asked = Line.objects.filter(case__applicant=applicant, case__purpose=Purpose.RECOGNITION)
    missed = Condition.objects.filter(state=ConditionState.MISSED).values("decision")
    return (
        asked.filter(state__in=OPEN_OR_TO_RECORD)
        .exclude(state=LineState.NOTIFIED, decision__type__in=NOT_RECORDED)
        .exclude(state=LineState.NOTIFIED, decision__in=missed)
    )


def _taken(lines: list[Line], case: Case) -> list[tuple[Line | None, str]]:
    """Targets that are asked for twice, filled already, or open in another application.

    Who only asks in advance may ask about anything.
    """
    if case.purpose == Purpose.ADVANCE:
        return []
    modules = [line.module_id for line in lines if line.module_id]
    if not modules:
        return []
    problems: list[tuple[Line | None, str]] = []
    filled = set(
        CreditEntry.objects.filter(
            enrolment__learner__user=case.applicant_id,
            enrolment__programme_version=case.programme_version_id,
            module__in=modules,
            fills_module=True,
            reversed_at=None,
        ).values_list("module", flat=True)
    )
    elsewhere = asked_already(case.applicant).filter(module__in=modules)
    earlier = list(elsewhere.prefetch_related("parts"))
    credited = Decision.objects.credited_parts(case.applicant_id, modules)
    for line in lines:
        name = {"number": line.position, "module": line.module}
        problems += [
            (
                line,
                _("Line %(number)s: “%(part)s” is credited to you already; leave it out.")
                % {**name, "part": part},
            )
            for part in line.parts.all()
            if part.pk in credited
        ]
        if line.module_id in filled:
            text = _("Line %(number)s: %(module)s is credited to you already.") % name
            problems.append((line, text))
        elif any(_overlap(line, other) for other in earlier):
            text = _(
                "Line %(number)s: you have asked for %(module)s already; wait for the decision."
            )
            problems.append((line, text % name))
        earlier.append(line)
    return problems


def _overlap(line: Line, other: Line) -> bool:
    if line.module_id is None or line.module_id != other.module_id:
        return False
    kinds = {line.target_kind, other.target_kind}
    if kinds == {TargetKind.PARTS}:
        return bool({part.pk for part in line.parts.all()} & {p.pk for p in other.parts.all()})
    return True
