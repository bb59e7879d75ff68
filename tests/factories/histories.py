"""What is looked at after each step of a history (tests/recognition/test_histories.py).

All of it is worked out anew here, from the rows as they are: nothing asks the portal's own rules.
"""

from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone

from credentials.models import AuditEvent, CreditEntry
from credentials.services import proof
from recognition.models import (
    Annulment,
    Ballot,
    Decision,
    Line,
    ObjectionResult,
    Recusal,
    Review,
)
from recognition.opinions import credit_rules, ects_of
from recognition.services.lines import clock_of
from recognition.states import (
    AnnulmentState,
    BallotState,
    ConditionState,
    DecisionState,
    LineState,
    ReviewState,
)
from recognition.transitions import STEPS
from recognition.vocabulary import Authority

AFTER_SENDING = {"recorded_at", "credential_id"}
"""What may still be added to a decision that was sent: that it was recorded, and a signed form."""
BY_VERB = {(step.verb, *move) for step in STEPS for move in step.moves()}
WAITED_FOR = (
    ("information_requests", {LineState.INFO_REQUESTED}, lambda one: one.ended_at is None),
    ("assessments", {LineState.ASSESSMENT}, lambda one: one.ended_at is None),
    ("objections", {LineState.OBJECTION, LineState.APPEAL}, lambda one: one.decided_at is None),
)
"""What belongs to a line, the states in which it waits for one of them, and which that is."""


class Watch:
    """Remembers a history step by step, and says what is wrong with it."""

    def __init__(self) -> None:
        self.event = _last_event()
        self.states = dict(Line.objects.order_by("pk").values_list("pk", "state"))
        self.sent: dict[int, tuple] = {}
        self.times: dict[int, tuple] = {}
        self.annulled: set[int] = set()
        self.seen: tuple[int, date] = (-1, date.min)

    def look(self, verb: str) -> list[tuple]:
        """Return the moves that a step made: (verb, source, target); each stands in the table."""
        pks = {str(uuid): pk for pk, uuid in Line.objects.values_list("pk", "uuid")}
        events = AuditEvent.objects.filter(pk__gt=self.event, noun="line", action="move")
        made = []
        for event in events.order_by("pk"):
            before = self.states.get(pks[event.thing], LineState.DRAFT)
            move = (verb, LineState(event.before), LineState(event.after))
            assert event.before == before, f"{move}, but the line was {before}"
            assert move in BY_VERB, f"{move} is not in the table"
            self.states[pks[event.thing]] = event.after
            made.append(move)
        self.event = _last_event()
        return made

    def check(self) -> None:
        """Look at everything, unless neither the log nor the calendar went on since."""
        now = (_last_event(), timezone.localdate())
        if now == self.seen:
            return
        self.seen = now
        belongings = ("reviews", "decision__conditions", *(name for name, *_ in WAITED_FOR))
        lines = {one.pk: one for one in Line.objects.with_all().prefetch_related(*belongings)}
        found = {pk: line.state for pk, line in lines.items()}
        assert found == self.states, "a line was lost, or moved without the log"
        for line in lines.values():
            _check_what_waits(line)
            self._check_time(line)
        _check_credits({line.uuid: line for line in lines.values()})
        _check_impartial()
        self._check_sent()
        self._check_annulled()

    def check_at_end(self) -> None:
        """The log, the files and the ledger prove themselves."""
        parts = (proof.of_log, proof.of_documents, proof.of_signed_forms, proof.of_ledger)
        assert [finding for part in parts for finding in part()] == []

    def _check_time(self, line: Line) -> None:
        if line.complete_at is None:
            self.times.pop(line.pk, None)
            return
        began = max([line.complete_at, *_dates_set(line)])
        used = clock_of(line).used(timezone.localdate())
        began_before, used_before, due_before = self.times.get(line.pk, (None, 0, None))
        if began == began_before:
            assert used >= used_before, "the clock ran backwards"
            assert line.due_on >= due_before, f"due on {line.due_on}, before it was {due_before}"
        self.times[line.pk] = (began, used, line.due_on)

    def _check_sent(self) -> None:
        sent = Decision.objects.exclude(notified_at=None).select_related("letter")
        for decision in sent.prefetch_related("conditions", "differences", "parts"):
            says = {
                name: value
                for name, value in vars(decision).items()
                if not name.startswith("_") and name not in AFTER_SENDING
            }
            texts = [(one.position, one.text) for one in decision.conditions.all()]
            differences = [
                (one.element, one.what_differs, one.examined, one.why_it_matters)
                for one in decision.differences.all()
            ]
            parts = {part.pk for part in decision.parts.all()}
            now = (says, texts, differences, parts, decision.letter.sha256)
            assert self.sent.setdefault(decision.pk, now) == now, "a decision changed after it left"

    def _check_annulled(self) -> None:
        done = Annulment.objects.filter(state=AnnulmentState.DONE).exclude(pk__in=self.annulled)
        for annulment in done.select_related("line"):
            self.annulled.add(annulment.pk)
            assert annulment.line.decision_id == annulment.decision_id, "another was annulled"


def _last_event() -> int:
    return AuditEvent.objects.aggregate(last=Max("pk"))["last"] or 0


def _dates_set(line: Line) -> list[datetime]:
    """Return when appeal bodies set a date for a line: its clock begins anew at each of them."""
    gave_one = (ObjectionResult.REMITTED, ObjectionResult.AMENDED)
    appeals = (one for one in line.objections.all() if one.is_appeal)
    return [one.decided_at for one in appeals if one.result in gave_one]


def _check_what_waits(line: Line) -> None:
    """A line waits for something exactly when its state says so; who took it back does not mind."""
    if line.state == LineState.WITHDRAWN:
        return
    for name, states, is_open in WAITED_FOR:
        waits = any(is_open(one) for one in getattr(line, name).all())
        assert waits == (line.state in states), f"{line.state}, and open {name}: {waits}"
    if line.state == LineState.CONDITION_PENDING:
        found = {one.state for one in line.decision.conditions.all()}
        assert ConditionState.OPEN in found, "no condition is open"
    counted = [one for one in line.reviews.all() if one.state != ReviewState.RECUSED]
    is_compared = (
        len(counted) >= line.case.policy.quorum
        and any(one.is_rapporteur for one in counted)
        and all(one.state == ReviewState.SUBMITTED for one in counted)
    )
    if line.state in (LineState.UNDER_REVIEW, LineState.DELIBERATION):
        is_passed_on = line.state == LineState.DELIBERATION
        assert is_compared == is_passed_on, f"{line.state}, and all opinions in: {is_compared}"


def _check_credits(lines: dict) -> None:
    entries = CreditEntry.objects.filter(reversed_at=None).select_related("module")
    used, filled, whole = defaultdict(list), defaultdict(Decimal), Counter()
    for entry in entries:
        line = lines[entry.line]
        source = next(one for one in line.sources.all() if one.credential_id == entry.credential_id)
        total = ects_of(source, credit_rules(line))
        used[line.case.applicant_id, entry.source_key].append((entry.ects, total))
        if entry.module_id:
            filled[line.case.applicant_id, entry.module] += entry.ects
            whole[line.case.applicant_id, entry.module] += entry.fills_module
    for shares in used.values():
        # A course of 5 that replaces a module of 6 is used up, not overdrawn.
        assert sum(min(share) for share in shares) <= shares[0][1], "a credential counts twice"
    for (_applicant, module), amount in filled.items():
        assert amount <= module.ects, "a module is credited with more than it has"
    assert max(whole.values(), default=0) <= 1, "a module is filled twice"


def _check_impartial() -> None:
    """Nothing counts of somebody who was kept away before it counted."""
    standing = Recusal.objects.standing()
    away = {(one.line_id, one.user_id): one.answered_at or one.raised_at for one in standing}
    if not away:
        return

    def is_away(line: int, user: int | None, at) -> bool:
        since = away.get((line, user))
        return since is not None and since <= at

    counted = Review.objects.exclude(state=ReviewState.RECUSED).values_list("line", "reviewer")
    assert not set(counted) & set(away), "an opinion of somebody who is kept away counts"
    for ballot in Ballot.objects.exclude(closed_at=None).prefetch_related("votes"):
        out = [
            vote
            for vote in ballot.votes.all()
            if is_away(ballot.line_id, vote.member_id, ballot.closed_at)
        ]
        able = len(ballot.votes.all()) - len(out)
        assert ballot.yes + ballot.no + ballot.abstained <= able, "a vote of one kept away"
    signed = Decision.objects.filter(state=DecisionState.SIGNED).exclude(
        authority=Authority.PRECEDENT
    )
    for decision in signed.prefetch_related("ballots__votes"):
        at = decision.decided_at
        assert not is_away(decision.line_id, decision.written_by_id, at), "signed by one kept away"
        if decision.authority == Authority.VOTE:
            relied = [one for one in decision.ballots.all() if one.state == BallotState.ADOPTED][-1]
            for vote in relied.votes.all():
                was_away = is_away(decision.line_id, vote.member_id, relied.closed_at)
                now_away = is_away(decision.line_id, vote.member_id, at)
                assert was_away == now_away, "signed on the vote of one who is kept away"
    for annulment in Annulment.objects.filter(state=AnnulmentState.DONE):
        for signer in (annulment.signed_by_id, annulment.countersigned_by_id):
            at = annulment.countersigned_at
            assert not is_away(annulment.line_id, signer, at), "annulled by one kept away"
