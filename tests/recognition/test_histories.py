"""Random histories of one small institution: what must hold after every step, whoever tries what.

Each rule tries one service, mostly as somebody who may and sometimes as anybody; a refusal is
normal, any other exception is a fault. SYMBOLON_HISTORIES: how many histories are walked from each
stage of the institution; SYMBOLON_STEPS: how many steps each has. Above the usual number they are
drawn anew each time. See docs/testing.md.
"""

import os
from collections import Counter
from datetime import timedelta
from functools import wraps

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from credentials.models import User
from credentials.verdict import Refused
from recognition.models import (
    AnnulmentGround,
    Condition,
    Decision,
    Line,
    Objection,
    ReopeningReason,
    VoteChoice,
)
from recognition.models.remedy import Voice
from recognition.opinions import target_outcomes
from recognition.permissions import able_seats, presiding, voters_of
from recognition.refusals import DifferenceDraft
from recognition.services import (
    annulments,
    appeals,
    assessments,
    automatic,
    ballots,
    clock,
    conditions,
    credits,
    decisions,
    delegation,
    information,
    lines,
    objections,
    recusals,
    reopenings,
)
from recognition.services import reviews as opinions
from recognition.services.assessments import OutcomeResult
from recognition.states import UNDECIDED, BallotState, ConditionState, LineState, ReviewState
from recognition.transitions import ENDED, SUBMITTED, WAITS_FOR_DECISION, WITH_COMMITTEE
from recognition.vocabulary import DecisionType, InadmissibleReason, Rating
from tests.factories import town as towns
from tests.factories.histories import Watch
from tests.factories.recognition import (
    DIFFERENT,
    answers,
    make_file,
    order_assessment,
    write_decision,
)

USUAL = 4
HISTORIES = int(os.environ.get("SYMBOLON_HISTORIES", USUAL))
STEPS = int(os.environ.get("SYMBOLON_STEPS", "30"))
MOST_LINES = 7
SOME = st.integers(0, 11)
HELD = (*ENDED, *WITH_COMMITTEE, LineState.REOPENED)
VOTED_ON = (LineState.DELIBERATION, LineState.OBJECTION, LineState.APPEAL)
told = Counter()
"""What happened in all histories of this process: steps, refusals, moves."""


def tries(verb: str, *states: LineState, by: str):
    """Make a rule that tries a verb on a line in one of `states`, as one of those `by` names.

    One time in twelve anybody tries, one time in twelve on any line, and one time in twelve with
    the line as it was read at the beginning, as from a page that was left open.
    """

    def decorate(attempt):
        @rule(which=SOME, who=SOME, whim=SOME, data=st.data())
        @precondition(lambda self: any(state in states for state in self.watch.states.values()))
        @wraps(attempt)
        def step(self, which, who, whim, data):
            known = self.watch.states
            fitting = list(known) if whim == 1 else [pk for pk in known if known[pk] in states]
            line = Line.objects.get(pk=fitting[which % len(fitting)])
            people = list(User.objects.order_by("pk")) if whim == 0 else getattr(self, by)(line)
            if whim == 2:
                line = self.opened.get(line.pk, line)
            if people:
                person = people[who % len(people)]
                who = f"{person}, line {line.pk}"
                self.take_step(verb, lambda: attempt(self, line, person, data), who)

        return step

    return decorate


class History(RuleBasedStateMachine):
    town: towns.Town | None = None
    calendar: towns.Calendar | None = None

    def __init__(self):
        super().__init__()
        self.began_at = self.calendar.moment
        self.savepoint = transaction.savepoint()
        self.queued = len(connection.run_on_commit)
        self.watch, self.trace = Watch(), []
        self.opened = {line.pk: line for line in Line.objects.all()}
        told["histories"] += 1

    def teardown(self):
        try:
            self.watch.check_at_end()
        finally:
            transaction.savepoint_rollback(self.savepoint)
            del connection.run_on_commit[self.queued :]
            self.calendar.moment = self.began_at

    def take_step(self, verb, attempt, who=""):
        told["steps"] += 1
        self.trace.append([f"{self.calendar.moment:%d.%m.}", verb, str(who), ""])
        try:
            with transaction.atomic():
                attempt()
        except Refused as refused:
            told["refused"] += 1
            self.trace[-1][-1] = str(refused)
        except Exception as wrong:
            self.tell_all(wrong)
            raise
        for move in self.watch.look(verb):
            self.trace[-1][-1] += f" {move[1]} -> {move[2]}"
            told[move] += 1

    @invariant()
    def all_is_well(self):
        try:
            self.watch.check()
        except AssertionError as wrong:
            self.tell_all(wrong)
            raise

    def tell_all(self, wrong):
        trace = "\n".join(": ".join(step) for step in self.trace)
        wrong.add_note(trace)
        if HISTORIES > USUAL:  # at once, not at the end of hours: pytest -s
            print(f"FAULT {wrong!r}\n{trace}", flush=True)  # noqa: T201

    # Who usually does it

    def applicant(self, line):
        return [line.case.applicant]

    def registrar(self, _line):
        return self.town.all_of("registrar", "second_registrar")

    def chair(self, line):
        return presiding(line) or self.town.all_of("chair", "deputy")

    def keepers(self, line):
        return self.registrar(line) + self.chair(line)

    def head(self, line):
        """Who may write and sign the decision."""
        is_on_appeal = line.state == LineState.APPEAL
        return self.town.all_of("judge", "judge_deputy") if is_on_appeal else self.chair(line)

    def member(self, line):
        return [seat.user for seat in (line.committee or self.town.committee).seats.all()]

    def asking(self, line):
        if line.complete_at is None:
            return self.registrar(line)
        reports = [review.reviewer for review in line.reviews.filter(is_rapporteur=True)]
        return self.registrar(line) + self.chair(line) + reports

    def reviewer(self, line):
        return [review.reviewer for review in line.reviews.counted()] or self.member(line)

    def judge(self, _line):
        return self.town.all_of("judge", "judge_deputy")

    def assessor(self, line):
        return [one.assessor for one in line.assessments.open()]

    # The applicant

    @rule(who=st.sampled_from(["nela", "mirel"]), what=st.sampled_from([0, 1, None]))
    @precondition(lambda self: len(self.watch.states) < MOST_LINES)
    def apply_again(self, who, what):
        modules = [None if what is None else self.town.modules[what]]
        self.take_step(
            "cases.submit", lambda: towns.apply(self.town, self.town.people[who], modules)
        )

    @tries("lines.withdraw", *UNDECIDED, by="applicant")
    def withdraw(self, line, by, _data):
        lines.withdraw(line, by=by)

    @tries("information.answer", *UNDECIDED, by="applicant")
    def answer(self, line, by, _data):
        for request in line.information_requests.filter(answered_at=None)[:1]:
            information.answer(request, answers("By an examination."), by=by)

    @tries("recusals.challenge", *UNDECIDED, by="applicant")
    def challenge(self, line, by, data):
        whom = data.draw(st.sampled_from(self.member(line)))
        recusals.challenge(line, whom, "My aunt.", by=by)

    @tries(
        "objections.file",
        *SUBMITTED,
        *WAITS_FOR_DECISION,
        *ENDED,
        LineState.ANNULLED,
        by="applicant",
    )
    def object(self, line, by, _data):
        objections.file(line, "Part three was not read.", late_reason="I was ill.", by=by)

    @tries("reopenings.reopen", *ENDED, by="applicant")
    def bring_new_evidence(self, line, by, _data):
        reason, files = ReopeningReason.NEW_EVIDENCE, [make_file(by)]
        reopenings.reopen(line, reason, "I found it.", files, by=by)

    @tries("annulments.answer", *HELD, by="applicant")
    def answer_annulment(self, line, by, _data):
        for annulment in line.annulments.unfinished():
            annulments.answer(annulment, "It was not me.", by=by)

    @tries("automatic.ask_individual_review", LineState.NOTIFIED, by="applicant")
    def ask_individual_review(self, line, by, _data):
        automatic.ask_individual_review(line, by=by)

    @tries("conditions.send_proof", LineState.CONDITION_PENDING, by="applicant")
    def prove(self, line, by, _data):
        for condition in self.conditions_of(line):
            conditions.send_proof(condition, "I passed.", [], by=by)

    # The registrar

    @tries("lines.take", LineState.SUBMITTED, by="registrar")
    def take(self, line, by, _data):
        lines.take(line, by=by)

    @tries("information.ask", *UNDECIDED, by="asking")
    def ask(self, line, by, _data):
        information.ask(line, ["How were you assessed?"], by=by)

    @tries("information.stop_waiting", LineState.INFO_REQUESTED, by="registrar")
    def stop_waiting(self, line, by, _data):
        information.stop_waiting(line, by=by)

    @tries("lines.declare_complete", LineState.SUBMITTED, LineState.FORMAL_CHECK, by="registrar")
    def complete(self, line, by, _data):
        towns.complete(line, self.town, by=by)

    @tries(
        "lines.declare_inadmissible",
        *(LineState.FORMAL_CHECK, LineState.DELIBERATION),
        by="keepers",
    )
    def turn_away(self, line, by, data):
        reason = data.draw(st.sampled_from(InadmissibleReason))
        lines.declare_inadmissible(line, reason, "Please enrol first.", by=by)

    @tries("reviews.assign", *WITH_COMMITTEE, by="keepers")
    def assign(self, line, by, data):
        whom = data.draw(st.sampled_from(self.member(line)))
        opinions.assign(line, whom, rapporteur=data.draw(st.booleans()), by=by)

    @tries("reviews.release", LineState.UNDER_REVIEW, by="keepers")
    def release(self, line, by, data):
        if reviews := list(line.reviews.counted()):
            opinions.release(data.draw(st.sampled_from(reviews)), "No answer.", by=by)

    @tries("lines.change_committee", *WITH_COMMITTEE, by="registrar")
    def change_committee(self, line, by, data):
        bodies = [self.town.committee, self.town.other_committee]
        lines.change_committee(line, data.draw(st.sampled_from(bodies)), "Conflict.", by=by)

    @tries("decisions.notify", LineState.DECIDED, by="registrar")
    def notify(self, line, by, _data):
        towns.print_all()
        line.refresh_from_db()
        decisions.notify(line, by=by)

    @tries("credits.record", LineState.NOTIFIED, by="registrar")
    def record(self, line, by, _data):
        credits.record(line, by=by)

    @tries("lines.close", LineState.NOTIFIED, LineState.RECORDED, by="registrar")
    def close(self, line, by, _data):
        lines.close(line, by=by)

    @tries("conditions.settle", LineState.CONDITION_PENDING, by="keepers")
    def settle_condition(self, line, by, data):
        state = data.draw(st.sampled_from([ConditionState.MET, ConditionState.WAIVED]))
        for condition in self.conditions_of(line):
            conditions.settle(condition, state, "Seen.", by=by)

    @tries("conditions.declare_missed", LineState.CONDITION_PENDING, by="keepers")
    def miss_condition(self, line, by, _data):
        for condition in self.conditions_of(line):
            conditions.declare_missed(condition, "Nothing came.", by=by)

    def conditions_of(self, line):
        return Condition.objects.filter(decision=line.decision_id)[:1]

    # The committee

    @tries("reviews.submit", LineState.UNDER_REVIEW, by="reviewer")
    def review(self, line, by, data):
        ratings = data.draw(st.lists(st.sampled_from(Rating), max_size=4))
        for review in line.reviews.filter(reviewer=by):
            towns.give_opinion(review, ratings, by=by)

    @tries("reviews.submit", LineState.UNDER_REVIEW, by="registrar")
    def review_all(self, line, _by, data):
        """All hand in what they owe: else few lines would ever be decided."""
        ratings = data.draw(st.sampled_from([[], [], [Rating.PARTIAL], [Rating.NOT_MET] * 3]))
        for review in line.reviews.counted().exclude(state=ReviewState.SUBMITTED):
            towns.give_opinion(review, ratings)

    @tries("reviews.take_back", *WITH_COMMITTEE, by="reviewer")
    def take_back(self, line, by, _data):
        for review in line.reviews.filter(reviewer=by):
            opinions.take_back(review, by=by)

    @tries("reviews.step_back", *WITH_COMMITTEE, by="reviewer")
    def step_back_from_review(self, line, by, _data):
        for review in line.reviews.filter(reviewer=by):
            opinions.step_back(review, "A relative.", by=by)

    @tries("recusals.step_back", *UNDECIDED, by="keepers")
    def step_back(self, line, by, _data):
        recusals.step_back(line, "A relative.", by=by)

    @tries("recusals.answer", *UNDECIDED, by="keepers")
    def answer_challenge(self, line, by, data):
        for recusal in line.recusals.waiting()[:1]:
            recusals.answer(recusal, upheld=data.draw(st.booleans()), reason="So.", by=by)

    @tries("lines.let_act", *WITH_COMMITTEE, by="chair")
    def let_act(self, line, by, data):
        deputy = data.draw(st.sampled_from([None, self.town.people["deputy"]]))
        lines.let_act(line, deputy, by=by)

    @tries("assessments.order", *WITH_COMMITTEE, by="asking")
    def order_assessment(self, line, by, _data):
        if assessments.assessors_for(line).exclude(pk=by.pk).exists():
            order_assessment(line, by=by)

    @tries("assessments.enter_result", LineState.ASSESSMENT, by="assessor")
    def assess(self, line, by, data):
        is_met = data.draw(st.booleans())
        for one in line.assessments.open():
            outcomes = one.results.values_list("outcome", flat=True)
            results = {pk: OutcomeResult(is_met, "" if is_met else "All.") for pk in outcomes}
            assessments.enter_result(one, results, by=by)

    @tries("assessments.note_absence", LineState.ASSESSMENT, by="assessor")
    def note_absence(self, line, by, _data):
        for one in line.assessments.open():
            assessments.note_absence(one, "Nobody came.", by=by)

    @tries("assessments.cancel", LineState.ASSESSMENT, by="keepers")
    def cancel_assessment(self, line, by, _data):
        for one in line.assessments.open():
            assessments.cancel(one, "Not needed.", by=by)

    # Decisions and votes

    @tries("decisions.save", LineState.DELIBERATION, LineState.APPEAL, by="head")
    def draft(self, line, by, data):
        self.write(line, by, data)

    @tries("decisions.sign", LineState.DELIBERATION, by="chair")
    def sign(self, line, by, data):
        """Another draft, or the one that is there."""
        is_new = data.draw(st.booleans())
        draft = self.write(line, by, data) if is_new else Decision.objects.draft_of(line)
        if draft:
            decisions.sign(draft, by=by)

    def write(self, line, by, data):
        kind = data.draw(st.sampled_from(self.likely_types(line)))
        draft = Decision.objects.draft_of(line)
        ratings = {}
        if data.draw(st.booleans()):
            ratings = {str(one.uuid): Rating.FULL for one in target_outcomes(line)}
        said = {"deviation_reason": DIFFERENT, "outcome_ratings": ratings}
        if not line.module_id:
            said["differences"] = (DifferenceDraft("level", None, "It is lower.", "All.", "So."),)
        return write_decision(line, kind, by=by, seen=draft and draft.updated_at, **said)

    def likely_types(self, line):
        whole = [DecisionType.FULL_SUBSTITUTION] if line.module_id else [DecisionType.INCLUSION]
        return [*whole * 4, *[DecisionType.REFUSAL] * 3, DecisionType.PARTIAL, *DecisionType]

    @tries("delegation.call", LineState.DELIBERATION, LineState.DECIDED, by="member")
    def call_vote(self, line, by, _data):
        delegation.call(line, "It concerns all of us.", by=by)

    @tries("ballots.start", LineState.DELIBERATION, by="chair")
    def start_ballot(self, line, by, data):
        draft = Decision.objects.draft_of(line) or self.write(line, by, data)
        due_on = timezone.localdate() + timedelta(days=data.draw(st.integers(0, 9)))
        is_secret = data.draw(st.booleans())
        ballots.start(line, decision=draft, due_on=due_on, is_secret=is_secret, by=by)

    @tries("ballots.vote", *VOTED_ON, by="member")
    def vote(self, line, by, data):
        for ballot in line.ballots.open():
            ballots.declare_impartial(ballot, by=by)
            ballots.vote(ballot, data.draw(st.sampled_from(VoteChoice)), by=by)

    @tries("ballots.vote", *VOTED_ON, by="registrar")
    def vote_all(self, line, _by, data):
        for ballot in line.ballots.open():
            choice = data.draw(st.sampled_from([VoteChoice.YES, VoteChoice.YES, VoteChoice.NO]))
            for seat in voters_of(ballot):
                ballots.declare_impartial(ballot, by=seat.user)
                ballots.vote(ballot, choice, by=seat.user)

    @tries("ballots.step_back", *VOTED_ON, by="member")
    def step_back_from_vote(self, line, by, _data):
        for ballot in line.ballots.open():
            ballots.step_back(ballot, "A relative.", by=by)

    @tries("ballots.stop", *VOTED_ON, by="chair")
    def stop_ballot(self, line, by, _data):
        for ballot in line.ballots.open():
            ballots.stop(ballot, by=by)

    @tries("ballots.demand_meeting", LineState.DELIBERATION, by="member")
    def demand_meeting(self, line, by, _data):
        for ballot in line.ballots.open():
            ballots.demand_meeting(ballot, "Let us talk.", by=by)

    @tries("ballots.decide_tie", *VOTED_ON, by="chair")
    def decide_tie(self, line, by, data):
        for ballot in line.ballots.filter(state=BallotState.TIED):
            ballots.decide_tie(ballot, data.draw(st.sampled_from(VoteChoice)), by=by)

    # Remedies

    @tries("objections.dismiss", LineState.OBJECTION, by="chair")
    def dismiss_objection(self, line, by, _data):
        for objection in self.waiting(line):
            objections.dismiss(objection, "It was read.", by=by)

    @tries("objections.uphold", LineState.OBJECTION, by="chair")
    def uphold_objection(self, line, by, _data):
        for objection in self.waiting(line):
            objections.uphold(objection, "It was not read.", by=by)

    @tries("appeals.dismiss", LineState.APPEAL, by="judge")
    def dismiss_appeal(self, line, by, data):
        for objection in self.waiting(line):
            appeals.dismiss(objection, "It stands.", self.voices(objection, data), by=by)

    @tries("appeals.remit", LineState.APPEAL, by="judge")
    def remit(self, line, by, data):
        due_on = timezone.localdate() + timedelta(days=data.draw(st.integers(0, 40)))
        for objection in self.waiting(line):
            votes, again = self.voices(objection, data), "Part three."
            appeals.remit(objection, "Again.", votes, due_on=due_on, look_again=again, by=by)

    @tries("appeals.amend", LineState.APPEAL, by="judge")
    def amend(self, line, by, data):
        for objection in self.waiting(line):
            self.write(line, by, data)
            appeals.amend(objection, "Otherwise.", self.voices(objection, data), by=by)

    def waiting(self, line):
        return Objection.objects.filter(line=line, decided_at=None)

    def voices(self, objection, data):
        seats = [*able_seats(objection)][: data.draw(st.integers(2, 6))]
        voice = st.sampled_from([Voice.FOR, Voice.FOR, Voice.AGAINST, Voice.ABSTAINED])
        return {seat.user: data.draw(voice) for seat in seats}

    @tries("reopenings.reopen", *ENDED, LineState.ANNULLED, by="keepers")
    def reopen(self, line, by, data):
        reason = data.draw(st.sampled_from([ReopeningReason.ERROR, ReopeningReason.CONSISTENCY]))
        reopenings.reopen(line, reason, "One outcome was mistyped.", by=by)

    @tries("reopenings.resume", LineState.REOPENED, by="keepers")
    def resume(self, line, by, data):
        reopenings.resume(line, data.draw(st.sampled_from(reopenings.ways_on(line))), by=by)

    @tries("annulments.propose", *HELD, by="keepers")
    def propose_annulment(self, line, by, _data):
        annulments.propose(line, AnnulmentGround.ERROR, "Two files were mixed up.", by=by)
        towns.print_all()

    @tries("annulments.sign", *HELD, by="keepers")
    def sign_annulment(self, line, by, _data):
        for annulment in line.annulments.unfinished():
            annulments.sign(annulment, by=by)

    @tries("annulments.countersign", *HELD, by="keepers")
    def countersign_annulment(self, line, by, _data):
        for annulment in line.annulments.unfinished():
            annulments.countersign(annulment, by=by)

    @tries("annulments.drop", *HELD, by="keepers")
    def drop_annulment(self, line, by, _data):
        for annulment in line.annulments.unfinished():
            annulments.drop(annulment, "It was right.", by=by)

    # Time

    @rule(days=st.sampled_from([1, 3, 8, 15, 40]))
    def pass_days(self, days):
        self.calendar.pass_days(days)
        self.take_step("time", self.keep_time)

    @rule()
    def do_what_is_due(self):
        self.take_step("time", self.keep_time)

    def keep_time(self):
        """What runs every day: reminders, delays, votes whose last day has passed, letters."""
        towns.print_all()
        clock.keep_time()
        conditions.remind(timezone.localdate())
        ballots.settle_due()


@pytest.mark.django_db
@pytest.mark.parametrize("stage", towns.STAGES)
def test_nothing_goes_wrong_whoever_tries_what_and_when(stage, monkeypatch):
    monkeypatch.setattr(History, "calendar", towns.Calendar())
    monkeypatch.setattr(timezone, "now", History.calendar)
    monkeypatch.setattr(History, "town", towns.make_town(stage))
    how = settings(
        max_examples=HISTORIES,
        stateful_step_count=STEPS,
        derandomize=HISTORIES <= USUAL,
        database=None,
        deadline=None,
        phases=[Phase.generate],  # shrinking takes minutes; the trace says what happened
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(History, settings=how)

    if HISTORIES > USUAL:
        print(stage, told)  # noqa: T201 - for who asked for many: pytest -s
