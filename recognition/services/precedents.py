"""The only place that makes, changes and ends precedents; `automatic` applies them."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import CourseVersion, Origin, User
from credentials.services import numbers
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import (
    Demotion,
    Line,
    Precedent,
    PrecedentSource,
    PrecedentTarget,
    PrecedentUse,
    TargetKind,
)
from recognition.models.precedent import SOON
from recognition.opinions import target_outcomes
from recognition.presented import (
    columns_of,
    course_of,
    hash_of_source,
    hash_of_target,
    holds,
    near,
    source_key,
)
from recognition.sources import facts_of
from recognition.vocabulary import Authority, DecisionType, PrecedentLevel

SHOWN = (
    DecisionType.FULL_SUBSTITUTION,
    DecisionType.INCLUSION,
    DecisionType.ALTERNATIVE,
    DecisionType.PARTIAL,
    DecisionType.CONDITIONAL,
    DecisionType.EXEMPTION,
    DecisionType.REFUSAL,
)
"""Which decisions are kept as examples; the others are about a person's way, not about courses."""
MOST_YEARS = 10
SIGNED = "signed"


# Made


@change()
def make_standing(line: Line, *, by: User) -> Precedent:
    """Let the decision of a line stand: equal cases are from now on decided by it at once."""
    line = lock(line)
    permissions.can_make_standing(by, line).require()
    precedent = Precedent.objects.select_for_update().filter(decision=line.decision).first()
    if precedent is None:
        precedent = _make(line, PrecedentLevel.INDICATIVE, by=by)
    if precedent is None:
        raise Refused(_("What was put forward does not name its courses clearly enough."))
    if precedent.revoked_at is not None:
        raise Refused(_("It was revoked."))
    precedent.level, precedent.demotion, precedent.is_public = PrecedentLevel.STANDING, "", True
    precedent.save(update_fields=["level", "demotion", "is_public"])
    record(precedent, "let-stand", by=by)
    return precedent


def note(line: Line, *, by: User | None) -> Precedent | None:
    """Keep the decision of a locked line as an example, unless the same was decided before.

    Only inside the change that sends the decision. Returns None when there is nothing to keep.
    """
    decision = line.decision
    if decision.authority == Authority.PRECEDENT or decision.type not in SHOWN:
        return None
    if Precedent.objects.filter(decision=decision).exists():
        return None
    alike = (one for one in near(line) if one.match.is_same_case)
    if any(one.precedent.type == decision.type for one in alike):
        return None
    is_refusal = decision.type == DecisionType.REFUSAL
    level = PrecedentLevel.NEGATIVE if is_refusal else PrecedentLevel.INDICATIVE
    return _make(line, level, by=by or decision.written_by)


def _make(line: Line, level: PrecedentLevel, *, by: User) -> Precedent | None:
    sources = list(
        line.sources.select_related("awarding_body", "credential__award__course_version")
    )
    names = {source_key(source, line).name for source in sources}
    if len(names) < len(sources) or any(source.awarding_body is None for source in sources):
        return None
    decision, today = line.decision, timezone.localdate()
    valid_to = years_after(today, line.case.policy.precedent_years)
    precedent = Precedent.objects.create(
        number=numbers.next_number(line.case.institution, "PRE"),
        institution=line.case.institution,
        programme_version=line.case.programme_version,
        level=level,
        type=decision.type,
        ects=decision.ects,
        decision=decision,
        is_public=all(_is_named_by_issuer(source) for source in sources),
        valid_from=today,
        valid_to=valid_to,
        review_on=valid_to - SOON,
        made_by=by,
        made_at=timezone.now(),
    )
    for position, source in enumerate(sources, start=1):
        _add_source(precedent, position, source, line)
    _add_target(precedent, line)
    record(precedent, "make", by=by, after=str(level))
    return precedent


def _add_source(precedent: Precedent, position: int, source, line: Line) -> None:
    key = source_key(source, line)
    PrecedentSource.objects.create(
        precedent=precedent,
        position=position,
        awarding_body=source.awarding_body,
        title=dict(facts_of(source).title),
        course=course_of(source),
        **columns_of(key),
    )


def _add_target(precedent: Precedent, line: Line) -> None:
    if line.module is None:
        return
    target = PrecedentTarget.objects.create(
        precedent=precedent,
        module=line.module,
        outcomes_hash=hash_of_target(target_outcomes(line)),
    )
    if line.target_kind == TargetKind.PARTS:
        target.parts.set(line.parts.all())


def _is_named_by_issuer(source) -> bool:
    """Whether the title is the issuer's: one that an applicant wrote could name a person."""
    credential = source.credential
    is_award = credential is not None and credential.origin == Origin.AWARD
    return is_award or source.provenance.get("title") == SIGNED


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; 28 February for the 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


# Kept


@change()
def prolong(precedent: Precedent, valid_to: date, *, by: User) -> None:
    """Let it hold until a later day; a demoted one stands again, for what is taught today.

    Raises `Refused` for a day that has passed or lies more than ten years ahead.
    """
    precedent = lock(precedent)
    permissions.can_keep_precedent(by, precedent).require()
    today = timezone.localdate()
    if not today < valid_to <= years_after(today, MOST_YEARS):
        raise Refused(_("Choose a day in the future, ten years ahead at most."))
    if not holds(precedent):
        raise Refused(_("The decision it rests on does not hold any more."))
    before = precedent.valid_to
    if precedent.demotion:
        _follow_today(precedent)
        precedent.level, precedent.demotion = PrecedentLevel.STANDING, ""
    precedent.valid_to, precedent.review_on = valid_to, max(today, valid_to - SOON)
    precedent.save()
    record(precedent, "prolong", by=by, before=str(before), after=str(valid_to))


def _follow_today(precedent: Precedent) -> None:
    """Take over what module and course say today: a person has looked at what changed."""
    for target in precedent.targets.all():
        target.outcomes_hash = hash_today_of_target(target)
        target.save(update_fields=["outcomes_hash"])
    for source in precedent.sources.all():
        version = _version_on_offer(source)
        if version is None:
            continue
        source.version, source.eqf_level = str(version.number), version.eqf_level
        source.ects = version.ects if version.ects is not None else source.ects
        source.assessment_type, source.supervision = version.assessment_type, version.supervision
        source.outcomes_hash = _hash_of_version(version)
        source.save()


@change()
def keep_as_example(precedent: Precedent, *, by: User) -> None:
    """Show it from now on, and let it decide nothing."""
    precedent = lock(precedent)
    permissions.can_keep_precedent(by, precedent).require()
    if precedent.level == PrecedentLevel.STANDING:
        precedent.level = PrecedentLevel.INDICATIVE
    precedent.demotion = ""
    precedent.save(update_fields=["level", "demotion"])
    record(precedent, "keep-as-example", by=by)


@change()
def revoke(precedent: Precedent, reason: str, *, by: User) -> None:
    """End it for applications sent from now on; what it decided stays decided."""
    precedent = lock(precedent)
    permissions.can_keep_precedent(by, precedent).require()
    reason = clean_text(reason).strip()
    if not reason:
        raise Refused(_("Write why it is revoked."))
    precedent.revoked_at, precedent.revoked_by = timezone.now(), by
    precedent.revoked_reason = reason
    precedent.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    record(precedent, "revoke", by=by, text=reason)


@change()
def look_at(use: PrecedentUse, *, by: User) -> None:
    """Note that somebody has looked at a case that was drawn by lot."""
    use = lock(use)
    permissions.can_look_at(by, use).require()
    PrecedentUse.objects.filter(pk=use.pk).update(looked_at=timezone.now(), looked_by=by)
    record(use.precedent, "look-at", by=by, text=use.decision.number)


# Looked after


def look_after(course: int | None = None) -> int:
    """Demote standing decisions whose module or course says something else by now.

    Asked every day, and for one course (pk) when a new version of it is published. Returns how
    many were demoted; each waits for the chair.
    """
    found = Precedent.objects.standing()
    if course is not None:
        found = found.filter(sources__course=course)
    count = 0
    for precedent in found.distinct().with_all():
        why = _what_changed(precedent)
        if why:
            _demote(precedent, why)
            count += 1
    return count


def _what_changed(precedent: Precedent) -> Demotion | None:
    if not holds(precedent):
        return Demotion.DECISION
    if any(hash_today_of_target(t) != t.outcomes_hash for t in precedent.targets.all()):
        return Demotion.TARGET
    versions = ((source, _version_on_offer(source)) for source in precedent.sources.all())
    if any(v and _hash_of_version(v) != source.outcomes_hash for source, v in versions):
        return Demotion.SOURCE
    return None


def hash_today_of_target(target: PrecedentTarget) -> str:
    return hash_of_target(target.module.course_version.outcomes.all())


def _version_on_offer(source: PrecedentSource) -> CourseVersion | None:
    return source.course.versions.published().first() if source.course_id else None


def _hash_of_version(version: CourseVersion) -> str:
    return hash_of_source(outcome.text for outcome in version.outcomes.all())


@change()
def _demote(precedent: Precedent, why: Demotion) -> None:
    precedent = lock(precedent)
    if precedent.level != PrecedentLevel.STANDING or precedent.revoked_at is not None:
        return
    precedent.level, precedent.demotion = PrecedentLevel.INDICATIVE, why
    precedent.demoted_at = timezone.now()
    precedent.save(update_fields=["level", "demotion", "demoted_at"])
    record(precedent, "demote", by=None, text=str(why))
