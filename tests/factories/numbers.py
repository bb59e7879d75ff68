"""Many decided lines at once: copies of one that walked the real workflow, with other figures."""

import uuid
from collections.abc import Iterable
from datetime import datetime, time
from decimal import Decimal

from django.utils import timezone

from credentials.models import AwardingBody, Module
from recognition.models import Case, Decision, Line, LineSource, OutcomeRating, Review
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.people import number


def at_noon(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def copy_lines(line: Line, rows: Iterable[dict], *, opinions: bool = False) -> list[Line]:
    """Copy a line that was sent, once for each row, which says what is different.

    A row may say `complete_on`, `due_on`, `sent_on` (None: still open), `state`, `type`, `ects`,
    `module`, `body` (of its only source), `course` (its code), `title`.
    """
    rows = list(rows)
    cases, lines, sources, decisions = [], [], [], []
    of_case, of_source, of_decision = line.case, line.sources.first(), line.decision
    for row in rows:
        case = _copy(Case, of_case, reference=f"NUM-{next(number)}")
        one = _copy(Line, line, case=case, state=row.get("state", line.state))
        module: Module | None = row.get("module")
        one.module = module or one.module
        one.complete_at = at_noon(row["complete_on"]) if "complete_on" in row else one.complete_at
        one.due_on = row.get("due_on", one.due_on)
        sent_on = row.get("sent_on", timezone.localdate())
        if one.state == LineState.INADMISSIBLE:
            one.inadmissible_reason, one.held_since = "excluded", at_noon(sent_on)
        body: AwardingBody | None = row.get("body")
        facts = {**of_source.facts, "course_code": row.get("course", "")}
        if "title" in row:
            facts["title"] = {"en": row["title"]}
        source = _copy(LineSource, of_source, line=one, credential=None, facts=facts)
        source.awarding_body = body or source.awarding_body
        cases.append(case)
        lines.append(one)
        sources.append(source)
        if sent_on and one.state != LineState.INADMISSIBLE:
            kind = row.get("type", DecisionType.FULL_SUBSTITUTION)
            decisions.append(
                _copy(
                    Decision,
                    of_decision,
                    line=one,
                    type=kind,
                    ects=Decimal(str(row.get("ects", 6))),
                    number=f"N-{next(number)}",
                    supersedes=None,
                    notified_at=at_noon(sent_on),
                    why_not={DecisionType.PARTIAL: "Too little is shown."},
                    later_measures="A course.",
                )
            )
    for one in lines:
        one.then, one.state, one.decision_id = one.state, LineState.UNDER_REVIEW, None
    for model, made in ((Case, cases), (Line, lines), (LineSource, sources), (Decision, decisions)):
        model.objects.bulk_create(made, batch_size=500)
    for decision in decisions:
        decision.line.decision = decision
    for one in lines:
        one.state = one.then
    Line.objects.bulk_update(lines, ["state", "decision"], batch_size=500)
    if opinions:
        _copy_opinions(line, lines)
    return lines


def _copy(model, thing, **changes):
    fields = {f.attname: getattr(thing, f.attname) for f in model._meta.concrete_fields}
    for name in ("id", "uuid"):
        fields.pop(name, None)
    made = model(**fields)
    if hasattr(made, "uuid"):
        made.uuid = uuid.uuid4()
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def _copy_opinions(line: Line, lines: list[Line]) -> None:
    originals = list(line.reviews.prefetch_related("ratings"))
    reviews = [(_copy(Review, review, line=one), review) for one in lines for review in originals]
    Review.objects.bulk_create([made for made, _of in reviews], batch_size=500)
    OutcomeRating.objects.bulk_create(
        [_copy(OutcomeRating, r, review=made) for made, of in reviews for r in of.ratings.all()],
        batch_size=500,
    )
