"""The only place that moves a line between applicant and registrar: checked, asked, taken back."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import Document, User
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.verdict import Refused
from recognition import guards, permissions
from recognition.calendar import Clock, add_working_days, working_days_between
from recognition.models import (
    AssessmentEnd,
    Case,
    Committee,
    InformationRequest,
    IssuerInquiry,
    Line,
    LineSource,
    SeatRole,
    SupplementaryAssessment,
)
from recognition.opinions import ground_as_saved
from recognition.pauses import pauses_of
from recognition.rules import TrackProposal
from recognition.services import decisions, reviews
from recognition.services.cases import check_due_on, registrars_for
from recognition.services.committees import covering
from recognition.services.stopped_votes import back_to_review
from recognition.sources import as_frozen, proposed_track
from recognition.states import LineState
from recognition.vocabulary import AT_CHECK, IN_DELIBERATION, InadmissibleReason, Track


@change()
def take(line: Line, *, by: User) -> None:
    """Take a received line: from now on its handler checks whether it is complete."""
    line = lock(line)
    permissions.can_check(by, line).require()
    handle(line, by)


def handle(line: Line, by: User) -> None:
    """Take a locked line that was only received; who does the first step handles it."""
    if line.state == LineState.SUBMITTED:
        move(line, LineState.FORMAL_CHECK, by=by, handler=by, held_since=timezone.now())


@change()
def declare_complete(
    line: Line,
    *,
    by: User,
    track: Track,
    override_reason: str = "",
    committee: Committee,
    rapporteur: User,
    reviewers: Sequence[User],
) -> None:
    """Start the clock: the line is complete, goes to its committee, and has its reviewers.

    Another track than the register speaks for needs a reason; what the register says is frozen
    with the line. The decision is due on the last of
    the working days that the rules give, counted from today (Lisbon Recognition Convention III.5).
    """
    line = lock(line)
    permissions.can_check(by, line).require()
    proposal = freeze_register(line)
    override_reason = override_reason.strip()
    if track != proposal.track and not override_reason:
        raise Refused(_("Say why this line takes another track than the register speaks for."))
    named = _named(line, committee, rapporteur, reviewers)
    handle(line, by)
    policy, institution, now = line.case.policy, line.case.institution, timezone.now()
    due_on = add_working_days(
        timezone.localdate(now), policy.decision_days, institution.country, institution.subdivision
    )
    move(
        line,
        LineState.UNDER_REVIEW,
        by=by,
        held_since=now,
        complete_at=now,
        due_on=due_on,
        track=track,
        track_reasons=[str(code) for code in proposal.reasons],
        track_override_reason=override_reason if track != proposal.track else "",
        committee=committee,
    )
    for user in named:
        reviews.name(line, user, rapporteur=user == rapporteur, by=by)
    _tell_applicant("line_complete", line)


def freeze_register(line: Line) -> TrackProposal:
    """Keep with each source what the register says today; return the track it speaks for."""
    entries = ("awarding_body__checked_by", "platform__checked_by")
    found = list(line.sources.select_related(*entries))
    for source in found:
        source.body_facts = as_frozen(source)
    LineSource.objects.bulk_update(found, ["body_facts"])
    return proposed_track(found)


def _named(
    line: Line, committee: Committee, rapporteur: User, reviewers: Sequence[User]
) -> list[User]:
    """Return rapporteur and reviewers if they may and suffice; raises `Refused` otherwise."""
    if committee not in covering(line.case.programme_version.programme.unit):
        raise Refused(_("This committee does not decide for this programme."))
    named = list(dict.fromkeys([rapporteur, *reviewers]))
    if len(named) < line.case.policy.quorum:
        raise Refused(
            _("Name at least %(number)s people: so many opinions are needed.")
            % {"number": line.case.policy.quorum}
        )
    reviews.require_impartial(line, committee, named)
    return named


@change()
def declare_inadmissible(line: Line, reason: InadmissibleReason, note: str, *, by: User) -> None:
    """End a line as not admissible, for a reason of the closed list and in words of one's own.

    At the check it is not examined; in deliberation no decision is left that could be signed. It
    has a number and a letter as every decision, with the way to object (LRC III.5).
    """
    line = lock(line)
    permissions.can_declare_inadmissible(by, line).require()
    reasons = AT_CHECK
    if line.state == LineState.DELIBERATION:
        reasons = IN_DELIBERATION
        guards.can_end_undecided(ground_as_saved(line)).require()
    if reason not in reasons:
        raise Refused(_("Choose one of the reasons."))
    if not note.strip():
        raise Refused(_("Write what the learner can do."))
    handle(line, by)
    decision = decisions.sign_inadmissible(line, InadmissibleReason(reason), note, by=by)
    move(
        line,
        LineState.INADMISSIBLE,
        by=by,
        text=note,
        held_since=timezone.now(),
        inadmissible_reason=reason,
        closing_note=note,
        decision=decision,
    )
    decisions.order(line, by=by)


@change()
def withdraw(line: Line, *, by: User) -> None:
    """Take a line back before it is decided; what is asked or assessed is not needed any more."""
    line = lock(line)
    permissions.can_withdraw(by, line).require()
    people = registrars_for(line) if line.complete_at is None else _at_work_on(line)
    now = timezone.now()
    for request in line.information_requests.open():
        InformationRequest.objects.filter(pk=request.pk).update(closed_at=now)
        IssuerInquiry.objects.filter(request=request).update(revoked_at=now)
        record(request, "close", by=by)
    end = AssessmentEnd.CANCELLED
    for assessment in line.assessments.open():
        SupplementaryAssessment.objects.filter(pk=assessment.pk).update(ended_at=now, end=end)
        record(assessment, f"end-{end}", by=by)
    move(line, LineState.WITHDRAWN, by=by, held_since=now)
    for person in people:
        mails.write("line_withdrawn", person, {"line": line, "url": address("work")})


def _at_work_on(line: Line) -> list[User]:
    """Return reviewers, and who assesses something just now."""
    people = [review.reviewer for review in line.reviews.counted().select_related("reviewer")]
    people += [one.assessor for one in line.assessments.open().select_related("assessor")]
    return list(dict.fromkeys(people))


def go_on(line: Line, *, by: User | None, text: str = "") -> None:
    """Let a locked line that waited go on where it was; inside `change()`."""
    now = timezone.now()
    if line.complete_at is None:
        due_on = check_due_on(line.case, timezone.localdate(now))
        Case.objects.filter(pk=line.case_id).update(check_due_on=due_on)
        move(line, LineState.FORMAL_CHECK, by=by, text=text, held_since=now, due_on=None)
    else:
        due_on = _due_on_after_waiting(line, timezone.localdate(now))
        back_to_review(line, by=by, text=text, due_on=due_on)


def _due_on_after_waiting(line: Line, today: date) -> date:
    """Return when a decision is due of which a line has waited for others until today.

    That time does not count, also before a date that an appeal body has set; a date that had
    passed before is not put off.
    """
    since, institution = timezone.localdate(line.held_since), line.case.institution
    if line.due_on <= since:
        return line.due_on
    place = (institution.country, institution.subdivision)
    return add_working_days(line.due_on, working_days_between(since, today, *place), *place)


def began_at(line: Line) -> datetime:
    """Return when this run of the clock of a complete line began: also with a date on appeal."""
    return permissions.set_on_appeal(line) or line.complete_at


def clock_of(line: Line) -> Clock:
    """Return the clock of a complete line until the date it has, in working days, with pauses."""
    place = (line.case.institution.country, line.case.institution.subdivision)
    begins, pauses = timezone.localdate(began_at(line)), pauses_of(line)
    limit = Clock(begins, 0, *place, pauses).used(line.due_on)
    return Clock(begins, limit, *place, pauses)


@change()
def close(line: Line, *, by: User) -> None:
    """Close a line after its credits were recorded, or after a refusal was sent."""
    line = lock(line)
    permissions.can_close(by, line).require()
    move(line, LineState.CLOSED, by=by, held_since=timezone.now())


def _tell_applicant(template: str, line: Line) -> None:
    context = {"line": line, "url": address("case-detail", line.case.uuid)}
    mails.write(template, line.case.applicant, context)


@change()
def let_act(line: Line, deputy: User | None, *, by: User) -> None:
    """Hand a line to a deputy, who decides instead of the chair; None takes it back."""
    line = lock(line)
    permissions.can_let_act(by, line).require()
    seats = line.committee.seats.current().there().filter(role=SeatRole.DEPUTY, user=deputy)
    if deputy is not None and not seats.exists():
        raise Refused(_("Choose a deputy who is not away."))
    Line.objects.filter(pk=line.pk).update(acting_chair=deputy)
    line.acting_chair = deputy
    record(line, "let-act", by=by, text=str(deputy or ""))
    if deputy is not None and deputy not in permissions.presiding(line):
        raise Refused(_("%(name)s must not take part in this.") % {"name": deputy})
    if deputy is not None:
        context = {"line": line, "url": address("line-detail", line.uuid)}
        mails.write("line_handed_over", deputy, context)


@change()
def change_committee(line: Line, committee: Committee, reason: str, *, by: User) -> None:
    """Give a line to another committee that covers its programme; opinions begin anew there.

    Reviewers who have no seat on it are released; others are to be named.
    """
    line = lock(line)
    permissions.can_change_committee(by, line).require()
    if committee not in covering(line.case.programme_version.programme.unit):
        raise Refused(_("This committee does not decide for this programme."))
    if committee.pk == line.committee_id or not reason.strip():
        raise Refused(_("Choose another committee, and say why."))
    Line.objects.filter(pk=line.pk).update(committee=committee, acting_chair=None)
    line.committee = committee
    record(line, "change-committee", by=by, text=f"{committee}: {reason.strip()}")
    reviews.leave_seatless(line, reason.strip(), by=by)
    for person in permissions.presiding(line)[:1]:
        context = {"line": line, "url": address("line-detail", line.uuid)}
        mails.write("line_handed_over", person, context)


@change()
def show_files(
    line: Line,
    files: Sequence[Document],
    links: Sequence[str],
    *,
    by: User,
    seen: Sequence[Document] = (),
) -> None:
    """Say which files and links (their addresses) hold nothing personal; the rest stay closed.

    Only those can be opened by who must not know the applicant (`permissions.may_know_applicant`).
    `seen`: all that were there to look at; others that come later are asked about.
    """
    line = lock(line)
    permissions.can_show_files(by, line).require()
    line.shown_files.set(files)
    line.seen_files.add(*seen, *files)
    for source in line.sources.select_for_update():
        source.links = [{**link, "is_shown": link["url"] in links} for link in source.links]
        source.save(update_fields=["links"])
    names = ", ".join([*(file.filename for file in files), *links])
    record(line, "show-files", by=by, text=names)
