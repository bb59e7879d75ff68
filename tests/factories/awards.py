"""Claims and awards, walked through the real services. Sign synchronously: no worker is needed."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress

from credentials.models import (
    Award,
    Claim,
    CourseVersion,
    Institution,
    Job,
    Learner,
    RevocationReason,
    Role,
    SuspensionReason,
    User,
)
from credentials.services import (
    accounts,
    award_imports,
    awards,
    claims,
    corrections,
    issuing,
    jobs,
    revocations,
)
from credentials.services.batches import Waiting
from credentials.standards import award_files
from credentials.states import AwardState, ClaimState, JobState
from tests.factories.catalogue import make_course_version
from tests.factories.people import make_institution, make_learner, make_staff, make_user


def make_student(name: str = "Nela Ardwen", **fields) -> User:
    """A user whose e-mail address is confirmed."""
    user = make_user(name, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_taught_course(institution: Institution | None = None, **fields) -> CourseVersion:
    """A published course with one teacher, `version.course.teachers.get()`."""
    institution = institution or make_institution()
    teacher = make_staff(institution, Role.TEACHER, name="Ida Morvan")
    return make_course_version(institution, teachers=[teacher], **fields)


def make_claim(
    state: ClaimState = ClaimState.SUBMITTED,
    *,
    version: CourseVersion | None = None,
    student: User | None = None,
    **fields,
) -> Claim:
    """A claim in any state; answered by the teacher of the course."""
    version = version or make_taught_course()
    student = student or make_student()
    fields = {
        "statement": "I passed in June.",
        "given_name": "Nela",
        "family_name": "Ardwen",
    } | fields
    claim = claims.submit(version, by=student, **fields)
    teacher = version.course.teachers.get()
    if state == ClaimState.AWARDED:
        awards.award_claim(claim, by=teacher, grade="1.0")
    elif state == ClaimState.DENIED:
        claims.deny(claim, by=teacher, reason="Two outcomes are not shown yet.")
    elif state == ClaimState.WITHDRAWN:
        claims.withdraw(claim, by=student)
    return Claim.objects.get(pk=claim.pk)


def make_award(
    state: AwardState = AwardState.ISSUED,
    *,
    version: CourseVersion | None = None,
    student: User | None = None,
    claimed: bool = True,
    accepted: bool = True,
    grade: str = "1.0",
) -> Award:
    """An award in any state. Not `claimed`: awarded directly, to be accepted by the student."""
    version = version or make_taught_course()
    student = student or make_student()
    teacher = version.course.teachers.get()
    if claimed:
        claim = make_claim(version=version, student=student)
        award = awards.award_claim(claim, by=teacher, grade=grade)
    else:
        institution = version.course.institution
        learner = accounts.learner_of(student, institution) or make_learner(institution, student)
        award = awards.award_directly(version, learner, by=teacher, grade=grade)
    if state != AwardState.SIGNING:
        issuing.issue(award)
        award = Award.objects.get(pk=award.pk)
        if not claimed and accepted:
            awards.accept(award, by=student)
    if state == AwardState.SUSPENDED:
        registrar = make_staff(version.course.institution, Role.REGISTRAR)
        revocations.suspend(award, by=registrar, reason=SuspensionReason.EXAMINED, note="Copied?")
    if state == AwardState.REVOKED:
        registrar = make_staff(version.course.institution, Role.REGISTRAR)
        revocations.revoke(award, by=registrar, reason=RevocationReason.ERROR, note="Wrong grade.")
    return Award.objects.get(pk=award.pk)


def order_awards(
    version: CourseVersion, learners: Iterable[Learner], *, by: User | None = None
) -> Job:
    """The job of a list of learners, by student number, that the teacher has looked at and sent."""
    version = CourseVersion.objects.get(pk=version.pk)
    by, is_graded = by or version.course.teachers.get(), bool(version.grade_scale)
    lines = [f"{one.student_number}{',1.0' if is_graded else ''}" for one in learners]
    text = "\n".join([f"student_number{',grade' if is_graded else ''}", *lines])
    rows = award_files.read_awards(text.encode(), is_graded=is_graded)
    seen = award_imports.look(version, rows, by=by).mark
    job, _is_new = award_imports.start(version, text.encode(), rows, by=by, seen=seen)
    return job


def award_all(
    version: CourseVersion, learners: Iterable[Learner], *, by: User | None = None
) -> list[Waiting]:
    """What a worker has awarded that is killed before it signs any; their job is queued again."""
    job = order_awards(version, learners, by=by)
    jobs.begin(job)
    made = [one for some in award_imports.award(job) for one in some]
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    return made


def correct(award: Award, registrar: User, **changed) -> Award:
    """The award that takes the place of this one, with what is changed in it; not signed yet."""
    said = {
        "holder_name": award.holder_name,
        "grade": award.grade,
        "awarded_on": award.awarded_on,
        "version": award.course_version,
        "reason": "The name was misspelt.",
    }
    return corrections.correct(award, by=registrar, **said | changed)
