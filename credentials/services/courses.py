"""What happens to a course: written, published, retired, renewed, taught, scheduled."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import LanguageMap, clean_texts
from credentials.models import (
    AwardingBody,
    Course,
    CourseVersion,
    LearningOutcome,
    Offering,
    Unit,
    User,
)
from credentials.permissions import (
    can_assign_teachers,
    can_edit_course,
    can_keep_catalogue,
    can_publish_course,
    can_renew_course,
    can_retire_course,
    can_reword_outcomes,
    can_schedule_course,
)
from credentials.search import text_of
from credentials.services import outcomes as outcome_rows
from credentials.services.lifecycle import change, enqueue, lock, move, record
from credentials.services.outcomes import OutcomeRow
from credentials.states import PublishingState
from credentials.verdict import Refused, Stale

# What a version says, beside its outcomes.
CONTENT = (
    *("title", "summary", "description", "language", "ects", "hours", "eqf_level", "cycle"),
    *("isced_f", "assessment_type", "assessment_criteria", "participation_form"),
    *("quality_assurance", "quality_agency", "quality_url", "prerequisites", "supervision"),
    *("grade_scale", "passed_from", "stackability", "stackable_towards"),
    *("further_information", "term"),
)
MOST_JOINT = 20  # bodies that award together with the institution, as an Open Badge has room for
OFFERING = ("starts_on", "ends_on", "place", "price", "url")


@change()
def create(unit: Unit, *, code: str, title: LanguageMap, by: User) -> CourseVersion:
    """Begin a course of a unit with its first draft; refuses a code that is taken."""
    can_keep_catalogue(by, unit).require()
    code = clean_texts(code)
    course, is_new = Course.objects.get_or_create(
        institution=unit.institution, code=code, defaults={"unit": unit}
    )
    if not is_new:
        raise Refused(_("There is a course with the code %(code)s already.") % {"code": code})
    version = CourseVersion(course=course, title=clean_texts(title))
    version.search_text = text_of(version, [])
    version.save()
    record(version, "create", by=by)
    return version


@change()
def edit(
    version: CourseVersion,
    *,
    by: User,
    seen: str = "",
    outcomes: Sequence[OutcomeRow] | None = None,
    joint_bodies: Collection[AwardingBody] | None = None,
    **content: Any,
) -> CourseVersion:
    """Change what a draft says; `content` by the names of CONTENT.

    `joint_bodies` of the register award it together with the institution; None: as it is.
    `seen` is the `fingerprint` of what the author was looking at: raises `Stale` when the draft
    has changed since, unless it says already what it shall say.
    """
    if unknown := set(content) - set(CONTENT):
        raise TypeError(f"a course version does not say {sorted(unknown)}")
    version = lock(version)
    can_edit_course(by, version).require()
    wanted = {name: clean_texts(value) for name, value in content.items()}
    changed = [name for name, value in wanted.items() if getattr(version, name) != value]
    rows = None if outcomes is None else outcome_rows.allowed(version, outcomes, by)
    if rows is not None and outcome_rows.differ(version, rows):
        changed.append("outcomes")
    if joint_bodies is not None and set(joint_bodies) != set(version.joint_bodies.all()):
        _require_in_register(version, joint_bodies)
        changed.append("joint_bodies")
    if not changed:
        return version
    if seen and seen != fingerprint(version):
        raise Stale(
            _(
                "Somebody changed this course while you were writing. Nothing of yours was saved. "
                "Open the course again in another tab, and bring your changes over."
            )
        )
    for name, value in wanted.items():
        setattr(version, name, value)
    if "outcomes" in changed:
        can_reword_outcomes(by, version).require()
        outcome_rows.write(version, rows)
    if "joint_bodies" in changed:
        version.joint_bodies.set(joint_bodies)
    version.search_text = text_of(version, version.outcomes.all())
    version.save()
    record(version, "edit", by=by, text=", ".join(changed))
    return version


def _require_in_register(version: CourseVersion, bodies: Collection[AwardingBody]) -> None:
    if len(bodies) > MOST_JOINT:
        raise Refused(_("Name at most %(most)s awarding bodies.") % {"most": MOST_JOINT})
    for body in bodies:
        if body.institution_id != version.course.institution_id or body.is_platform:
            raise Refused(_("%(body)s is no awarding body of your register.") % {"body": body})


def fingerprint(version: CourseVersion) -> str:
    """Return a hash over all that a version says, to notice that somebody else changed it."""
    says = [getattr(version, name) for name in CONTENT]
    outcomes = [(str(o.uuid), o.text, o.is_essential) for o in version.outcomes.all()]
    joint = sorted(str(body.uuid) for body in version.joint_bodies.all())
    text = json.dumps([says, outcomes, joint], cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@change()
def publish(version: CourseVersion, *, by: User) -> CourseVersion:
    """Publish a complete draft; the version published until now is retired."""
    lock(version.course)
    version = lock(version)
    can_publish_course(by, version).require()
    for previous in version.course.versions.published().select_for_update():
        move(previous, PublishingState.RETIRED, by=by)
    move(version, PublishingState.PUBLISHED, by=by, published_at=timezone.now())
    enqueue("recognition.tasks.look_after_precedents", version.course_id)
    return version


@change()
def retire(version: CourseVersion, *, by: User) -> CourseVersion:
    """Take a published version off the catalogue; its page and its awards stay."""
    version = lock(version)
    can_retire_course(by, version).require()
    move(version, PublishingState.RETIRED, by=by)
    return version


@change()
def renew(version: CourseVersion, *, by: User) -> CourseVersion:
    """Begin the next version as a copy of this one; returns the new draft."""
    lock(version.course)
    version = lock(version)
    can_renew_course(by, version).require()
    last = version.course.versions.order_by("-number").first()
    draft = CourseVersion(
        course=version.course,
        number=last.number + 1,
        search_text=version.search_text,
        **{name: getattr(version, name) for name in CONTENT},
    )
    draft.save()
    LearningOutcome.objects.bulk_create(
        LearningOutcome(
            course_version=draft,
            order=outcome.order,
            text=outcome.text,
            is_essential=outcome.is_essential,
            skills=outcome.skills,
        )
        for outcome in version.outcomes.all()
    )
    draft.joint_bodies.set(version.joint_bodies.all())
    record(draft, "create", by=by)
    return draft


@change()
def assign_teachers(course: Course, teachers: Collection[User], *, by: User) -> None:
    """Make exactly these people the teachers of a course."""
    course = lock(course)
    can_assign_teachers(by, course).require()
    if set(course.teachers.all()) != set(teachers):
        course.teachers.set(teachers)
        names = sorted(str(teacher) for teacher in teachers)
        record(course, "assign-teachers", by=by, text=", ".join(names))


@change()
def schedule(version: CourseVersion, offerings: Sequence[Mapping[str, Any]], *, by: User) -> None:
    """Make exactly these the offerings of a version; each has all columns of OFFERING."""
    version = lock(version)
    can_schedule_course(by, version).require()
    wanted = [{name: clean_texts(row[name]) for name in OFFERING} for row in offerings]
    if list(version.offerings.values(*OFFERING)) == wanted:
        return
    version.offerings.all().delete()
    Offering.objects.bulk_create(Offering(course_version=version, **row) for row in wanted)
    record(version, "schedule", by=by)
