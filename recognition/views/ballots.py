"""Pages on which a committee votes, and calls for a vote; and the page of the committee itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.verdict import Refused
from recognition import evidence, matrix
from recognition.blind import applicant_for
from recognition.documents.letter import letter_context
from recognition.forms.ballots import AwayForm, BallotForm, VoteForm, WhyForm
from recognition.forms.reviews import StepBackForm
from recognition.guards import problems_of
from recognition.models import Ballot, Committee, Decision, Line, Seat, SeatRole, VoteChoice
from recognition.opinions import counted_reviews, ground_of, target_ects, target_outcomes
from recognition.permissions import (
    can_call_meeting,
    can_call_vote,
    can_cast,
    can_demand_meeting,
    can_enter_absence,
    can_open_ballot,
    can_read_ballot,
    can_see_votes,
    can_sign,
    can_stop_ballot,
    can_take_part,
    can_vote,
    electorate,
    has_declared,
    kept_out,
    presides,
    voters_of,
)
from recognition.services import ballots, committees, delegation, letter_facts
from recognition.states import VOTED_IN, BallotState, DecisionState, LineState
from recognition.views.header import case_facts, heading_of
from recognition.views.lines import line_for
from recognition.work import target_of


def reading_of(line: Line, decision: Decision | None, user) -> dict:
    """Return what somebody who votes reads: opinions, evidence, and the letter as it would be."""
    ratings = decision.outcome_ratings if decision else {}
    found = {
        "comparison": matrix.comparison_of(
            counted_reviews(line), target_outcomes(line), target_ects(line), ratings
        ),
        "evidence": evidence.evidence_of(line, user),
        "answers": evidence.answers_to(line, user),
    }
    if decision and decision.state == DecisionState.DRAFT:
        decision.line = line
        ground = ground_of(line, ratings)
        facts = letter_facts.draft_facts(line, decision, ground, decision.written_by, reader=user)
        found["letter"] = letter_context(facts, languages=[decision.language], heading=3)
    return found


@login_required
def new(request, uuid):
    """Put a draft to the vote by circular: until when, openly or in secret, and who votes."""
    line = line_for(request, uuid=uuid)
    presides(request.user, line.committee, line).require()
    decision = Decision.objects.draft_of(line)
    if decision is None or problems_of(decision):
        return redirect("line-decide", line.uuid)
    form = BallotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            ballot = ballots.start(
                line,
                decision=decision,
                due_on=said["due_on"],
                is_secret=said["is_secret"],
                by=request.user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The vote is open. Its members have a mail."))
            return redirect("ballot-detail", ballot.uuid)
    seats = list(line.committee.seats.current().select_related("user").order_by("role", "pk"))
    out = kept_out(line, [seat.user for seat in seats])
    context = {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "decision": decision,
        "form": form,
        "verdict": can_open_ballot(request.user, line, line.committee),
        "voters": electorate(line.committee, line),
        "kept_out": [(seat, out[seat.user_id]) for seat in seats if seat.user_id in out],
    }
    return render(request, "ballots/new.html", context)


def _declare(request, ballot):
    ballots.declare_impartial(ballot, by=request.user)
    return redirect("ballot-detail", ballot.uuid)


def _step_back(request, ballot):
    form = StepBackForm(request.POST)
    if not form.is_valid():
        return None
    ballots.step_back(ballot, form.cleaned_data["reason"], by=request.user)
    messages.success(request, _("Thank you. Your vote is not waited for."))
    return redirect("work")


def _vote(request, ballot):
    form = VoteForm(request.POST)
    if not form.is_valid():
        return None
    ballots.vote(ballot, form.cleaned_data["choice"], by=request.user)
    messages.success(request, _("Your vote is in. You can change it until the vote closes."))
    return redirect("ballot-detail", ballot.uuid)


def _stop(request, ballot):
    ballots.stop(ballot, by=request.user)
    messages.success(request, _("The vote is stopped. You can change the text."))
    return redirect("line-decide", ballot.line.uuid)


def _cast(request, ballot):
    choice = VoteChoice.YES if request.POST["do"] == "cast-yes" else VoteChoice.NO
    ballots.decide_tie(ballot, choice, by=request.user)
    messages.success(request, _("The tie is decided."))
    return redirect("ballot-detail", ballot.uuid)


STEPS = {
    "declare": _declare,
    "step-back": _step_back,
    "vote": _vote,
    "stop": _stop,
    "cast-yes": _cast,
    "cast-no": _cast,
}


@login_required
def detail(request, uuid):
    """Declare, read, vote; afterwards how it ended. Closes what is due when it is looked at."""
    found = Ballot.objects.visible_to(request.user).with_all()
    ballot = get_object_or_404(found, uuid=uuid)
    ballot = ballots.settle(ballot) if ballot.is_open else ballot
    ballot.line = line_for(request, Line.objects.all(), pk=ballot.line_id)
    if request.method == "POST":
        step = STEPS.get(request.POST.get("do"))
        done = step(request, ballot) if step else None
        if done:
            return done
    return render(request, "ballots/detail.html", _page(request, ballot))


def _page(request, ballot) -> dict:
    user, line = request.user, ballot.line
    leads = presides(user, ballot.committee, line)
    takes_part = can_take_part(user, ballot)
    declared = has_declared(user, line)
    cast = ballot.votes.filter(member=user).first()
    sent = request.POST.get("do")
    may_read = can_read_ballot(user, ballot)
    context = {
        "ballot": ballot,
        "line": line,
        "applicant": applicant_for(user, line),
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, user) if may_read or takes_part else [],
        "leads": leads,
        "takes_part": takes_part,
        "asks": takes_part and not declared and ballot.is_open,
        "may_read": may_read,
        "may_vote": can_vote(user, ballot),
        "may_stop": can_stop_ballot(user, ballot),
        "may_cast": can_cast(user, ballot),
        "may_demand": can_demand_meeting(user, ballot),
        "is_in": cast,
        "counted": ballot.votes.count(),
        "total": len(voters_of(ballot)),
        "decision": ballot.decision,
        "sources": evidence.evidence_of(line, user),
        "vote_form": VoteForm(
            request.POST if sent == "vote" else None,
            initial={"choice": cast.choice if cast else None},
        ),
        "step_form": StepBackForm(request.POST if sent == "step-back" else None),
        "votes": ballot.votes.select_related("member").order_by("member__name")
        if can_see_votes(user, ballot)
        else [],
        "may_sign": _may_sign(user, ballot),
    }
    if may_read:
        context |= reading_of(line, ballot.decision, user)
    context["form"] = next(
        (one for one in (context["vote_form"], context["step_form"]) if one.is_bound), None
    )
    return context


def _may_sign(user, ballot) -> bool:
    decision = ballot.decision
    if decision is None or ballot.state != BallotState.ADOPTED:
        return False
    decision.line = ballot.line
    return decision.state == DecisionState.DRAFT and bool(can_sign(user, decision))


@login_required
def demand(request, uuid):
    """Ask that a line is talked about in a meeting instead of voted on by circular."""
    ballot = get_object_or_404(Ballot.objects.visible_to(request.user).with_all(), uuid=uuid)
    form = WhyForm(request.POST or None)
    verdict = can_demand_meeting(request.user, ballot)
    if request.method == "POST" and form.is_valid():
        ballots.demand_meeting(ballot, form.cleaned_data["why"], by=request.user)
        messages.success(request, _("The vote has ended. The committee talks about it."))
        return redirect("committee-detail", ballot.committee.uuid)
    return render(
        request, "ballots/demand.html", {"ballot": ballot, "form": form, "verdict": verdict}
    )


@login_required
def call(request, uuid):
    """Call for a vote of the whole committee; says no more of the line than what it is about."""
    line = get_object_or_404(Line.objects.before_committees_of(request.user), uuid=uuid)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        delegation.call(line, form.cleaned_data["why"], by=request.user)
        messages.success(request, _("The committee will vote on it. The chair has a mail."))
        return redirect("committee-detail", line.committee.uuid)
    context = {
        "line": line,
        "target": target_of(line),
        "form": form,
        "verdict": can_call_vote(request.user, line),
    }
    return render(request, "ballots/call.html", context)


@login_required
def committee(request, uuid):
    """What a committee has before it: votes, what is decided for it, meetings and minutes."""
    seats = Seat.objects.current().filter(user=request.user)
    found = get_object_or_404(Committee.objects.seating(request.user), uuid=uuid)
    ballots_here = Ballot.objects.visible_to(request.user).filter(committee=found)
    before = Line.objects.before_committees_of(request.user).filter(committee=found)
    waiting = before.filter(state__in=[LineState.DELIBERATION, LineState.DECIDED])
    people = Prefetch("seats", Seat.objects.current().select_related("user"), to_attr="today")
    kept_from = Line.objects.kept_from(request.user)
    context = {
        "committee": Committee.objects.prefetch_related(people).get(pk=found.pk),
        "ballots": ballots_here.open()
        .filter(line__state__in=VOTED_IN)
        .select_related("line__case", "line__module__course_version__course"),
        "rows": [(line, target_of(line), *_called(line)) for line in waiting],
        "meetings": found.meetings.select_related("minutes")[:12],
        "closed": set(
            found.meetings.filter(items__line__in=kept_from).values_list("pk", flat=True)
        ),
        "may_call": can_call_meeting(request.user, found),
        "is_deputy": seats.filter(committee=found, role=SeatRole.DEPUTY).exists(),
    }
    return render(request, "ballots/committee.html", context)


def _called(line) -> tuple[str, bool]:
    """Return how a line is being decided, and whether a member can still call for a vote."""
    last = next(iter(sorted(line.ballots.all(), key=lambda one: one.opened_at, reverse=True)), None)
    if last and last.state == BallotState.OPEN:
        return _("The committee votes"), False
    if last and last.state == BallotState.TIED and line.state == LineState.DELIBERATION:
        return last.get_state_display(), False
    if line.state == LineState.DECIDED:
        authority = line.decision.get_authority_display()
        is_delegated = line.decision.authority in ("chair", "course_director")
        return authority, is_delegated and not line.vote_called_at
    if last and last.state == BallotState.TO_MEETING:
        return _("A member asked for a meeting"), False
    if line.vote_called_at:
        return _("A vote was called for"), False
    return _("The chair writes the decision"), True


@login_required
def away(request, uuid):
    """Say when the holder of a seat is away; for the chair the deputy then stands in."""
    place = get_object_or_404(
        Seat.objects.current().select_related("committee__unit__institution", "user"), uuid=uuid
    )
    if not can_enter_absence(request.user, place):
        raise Http404
    form = AwayForm(
        request.POST or None,
        initial={"away_from": place.away_from, "away_until": place.away_until},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        committees.enter_absence(place, said["away_from"], said["away_until"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect("work")
    return render(request, "ballots/away.html", {"place": place, "form": form})
