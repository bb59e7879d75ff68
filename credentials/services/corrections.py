"""The only place that replaces an award by a corrected one; the old one says so for good."""

from datetime import date

from django.utils.translation import gettext as _

from credentials import permissions
from credentials.language import clean_text
from credentials.models import Award, CourseVersion, User
from credentials.services import awards, revocations
from credentials.services.lifecycle import change, lock, record
from credentials.states import AwardState
from credentials.verdict import Refused


@change()
def correct(
    award: Award,
    *,
    holder_name: str,
    grade: str,
    awarded_on: date,
    version: CourseVersion,
    reason: str,
    by: User,
) -> Award:
    """Make the corrected award; when it is signed, the old one is revoked as replaced by it.

    `version`: what of the same course the credential speaks of. So there is no moment at which
    the learner holds none, or two that are in force. They read what was wrong, and may answer.
    """
    learner = lock(award.learner)
    award = lock(award)
    award.learner = learner
    permissions.can_correct_award(by, award).require()
    holder_name, reason = clean_text(holder_name).strip(), clean_text(reason).strip()
    if not holder_name:
        raise Refused(_("Write the name of the holder."))
    if not reason:
        raise Refused(_("Say what was wrong. The learner reads it."))
    if version.course_id != award.course_version.course_id:
        raise Refused(_("This is another course. Revoke the credential and award the other one."))
    others = version.awards.exclude(pk=award.pk).exclude(state=AwardState.REVOKED)
    if version != award.course_version and others.filter(learner=learner).exists():
        raise Refused(_("%(learner)s holds this credential already.") % {"learner": learner})
    new = (holder_name, grade, awarded_on, version.pk)
    if new == (award.holder_name, award.grade, award.awarded_on, award.course_version_id):
        raise Refused(_("Nothing differs from the credential as it is."))
    corrected = awards.make_corrected(
        award,
        holder_name=holder_name,
        grade=grade,
        awarded_on=awarded_on,
        version=version,
        by=by,
    )
    record(award, "correct", by=by, after=corrected.number, text=reason)
    revocations.open_on_correction(award, reason, by=by)
    return corrected
