"""The only place that says what keeps a decision from being signed, or a line from going without.

Who and when is asked in `permissions.py`.
"""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from credentials.verdict import ALLOWED, Verdict, no
from recognition import ledger
from recognition.credits import Entry
from recognition.models import Decision, TargetKind
from recognition.opinions import Ground, ground_of
from recognition.permissions import revocation_of
from recognition.presented import departed_from
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
        found = problems_of_refusal(refusal_of(decision, ground))
    else:
        found = _of_favour(decision, ground)
    return [*found, *_of_deviation(decision)]


def _of_deviation(decision: Decision) -> list[Problem]:
    """Equal cases are treated equally: to depart from a precedent needs a reason."""
    if decision.deviation_reason.strip() or not departed_from(decision.line, decision.type):
        return []
    sentence = _("The same was decided in another way before. Write why it is different now.")
    return [Problem("deviation_reason", sentence)]


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
    line = ground.line
    against = _against(ground, kind, revocation_of(line), ledger.promised_to(line))
    found = [Problem("type", text) for text in against]
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


def possible(ground: Ground) -> dict[DecisionType, Verdict]:
    """Return for every type whether ratings, ledger and sources let it be signed, and why not."""
    found = {DecisionType.REFUSAL: ground.verdicts[DecisionType.REFUSAL]}
    taken_back, promised = revocation_of(ground.line), ledger.promised_to(ground.line)
    for kind in ground.verdicts:
        if kind != DecisionType.REFUSAL:
            against = _against(ground, kind, taken_back, promised)
            found[kind] = no(against[0]) if against else ALLOWED
    return found


def can_end_undecided(
    ground: Ground, verdicts: Mapping[DecisionType, Verdict] | None = None
) -> Verdict:
    """End a line in deliberation without a decision: only when no decision is left.

    `verdicts`: those of `possible`, where they are known already. An outcome that is not shown
    is a question to the applicant, or a refusal with its reasons; never a way out of both
    (Lisbon Recognition Convention III.3(5)). What was revoked need not be decided on.
    """
    if revocation_of(ground.line):
        return ALLOWED
    if any((verdicts or possible(ground)).values()):
        return no(_("A decision is possible, so it must be taken."))
    if ground.opinion.missing:
        return no(ground.verdicts[DecisionType.REFUSAL].reason)
    return ALLOWED


def _against(
    ground: Ground, kind: DecisionType, taken_back: str, promised: Sequence[Entry]
) -> list[str]:
    """Return what stands against a decision in favour, whatever its words."""
    line, verdict, amount = ground.line, ground.verdicts[kind], ground.credits[kind].amount
    if not verdict:
        return [verdict.reason]
    if taken_back:
        return [taken_back]
    if amount <= 0:
        return [_("This would give no credits. Ask for the workload first.")]
    return ledger.problems_of(line, kind, amount, promised)
