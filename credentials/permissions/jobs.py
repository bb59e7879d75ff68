"""Who may stop background work, and take it up again."""

from django.utils.translation import gettext as _

from credentials.models import Job, JobKind, User
from credentials.permissions.shared import can_keep_records
from credentials.states import JobState
from credentials.verdict import ALLOWED, Verdict, no

OF_REGISTRARS = (
    *(JobKind.DIPLOMA_PAGES, JobKind.TRANSCRIPTS, JobKind.PRINT_RUN),
    JobKind.PRECEDENT_LIST,
)
"""What is printed in the name of an institution, so only by who is its registrar now."""


def can_cancel_job(user: User, job: Job) -> Verdict:
    """Stop the printing of a list: registrars of the institution. Other work is over soon."""
    if not job.is_print_run:
        return no(_("This work cannot be stopped half-way."))
    if job.state not in (JobState.QUEUED, JobState.RUNNING):
        return no(_("This work is over already."))
    return can_keep_records(user, job.institution)


def can_retry_job(user: User, job: Job) -> Verdict:
    """Take up work again that failed: who asked for it; `OF_REGISTRARS`: who is registrar now."""
    if job.kind in OF_REGISTRARS:
        return can_keep_records(user, job.institution)
    return ALLOWED
