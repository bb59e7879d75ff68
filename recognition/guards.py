"""The only place that says what keeps a decision from being signed."""

from django.utils.translation import gettext as _

from recognition import ledger
from recognition.models import Decision, TargetKind
from recognition.opinions import Ground, ground_of
from recognition.refusals import DifferenceDraft, Problem, RefusalDraft, problems_of_refusal
from recognition.vocabulary import DecisionType


def problems_of(decision: Decision, ground: Ground | None = None) -> list[Problem]:
    """Return what stands against signing, by field of the form, [] when nothing does.

    Every decision must be allowed by the ratings and by the ledger; what gives less than was asked
    for needs reasons and what can be done later (Lisbon Recognition Convention III.5).
    """
    if not decision.type:
        return [Problem("type", _("Choose the decision."))]
    ground = ground or ground_of(decision.line, decision.outcome_ratings)
    if decision.type == DecisionType.REFUSAL:
        return problems_of_refusal(refusal_of(decision, ground))
    return _of_favour(decision, ground)


def refusal_of(decision: Decision, ground: Ground) -> RefusalDraft:
    """Return a refusal as the rules know it."""
    return RefusalDraft(
        opinion=ground.opinion,
        differences=tuple(
            DifferenceDraft(
                element=difference.element,
                outcome=str(difference.outcome.uuid) if difference.outcome else None,
                what_differs=difference.what_differs,
                examined=difference.examined,
                why_it_matters=difference.why_it_matters,
            )
            for difference in decision.differences.select_related("outcome")
        ),
        reasons=decision.reasons,
        considered=decision.considered,
        later_measures=decision.later_measures,
    )


def _of_favour(decision: Decision, ground: Ground) -> list[Problem]:
    kind = DecisionType(decision.type)
    verdict, amount = ground.verdicts[kind], ground.credits[kind].amount
    found = []
    if not verdict:
        found.append(Problem("type", verdict.reason))
    elif amount <= 0:
        found.append(Problem("type", _("This would give no credits. Ask for the workload first.")))
    expected = ledger.promised_to(decision.line)
    counted = ledger.problems_of(decision.line, kind, amount, expected)
    found += [Problem("type", text) for text in counted]
    is_less = kind == DecisionType.PARTIAL or (
        kind == DecisionType.INCLUSION and decision.line.target_kind != TargetKind.FREE_ELECTIVE
    )
    if is_less and not decision.reasons.strip():
        found.append(Problem("reasons", _("Write why it is not recognised in full.")))
    if kind == DecisionType.PARTIAL and not decision.later_measures.strip():
        found.append(
            Problem("later_measures", _("Write what the applicant can do to have the rest."))
        )
    return found
