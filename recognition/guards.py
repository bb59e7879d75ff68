"""The only place that says what keeps a decision from being signed, or a line from going without.

Who and when is asked in `permissions`.
"""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.verdict import ALLOWED, Verdict, no
from recognition import grading, ledger
from recognition.choices import expectable
from recognition.models import Decision, Line, TargetKind
from recognition.opinions import Ground, ground_for
from recognition.presented import departed_from, near
from recognition.recorded import other_modules
from recognition.refusals import (
    DifferenceDraft,
    Problem,
    RefusalDraft,
    problems_of_refusal,
    says,
)
from recognition.vocabulary import Authenticity, DecisionType

WITHOUT_REASONS = (DecisionType.FULL_SUBSTITUTION, DecisionType.CONDITIONAL)
WITH_MEASURES = (DecisionType.PARTIAL, DecisionType.EXEMPTION, DecisionType.ADVANCED_ENTRY)
# Only these must be taken when they are possible; what is left is for the chair to offer.
OWED = (
    DecisionType.FULL_SUBSTITUTION,
    DecisionType.INCLUSION,
    DecisionType.PARTIAL,
    DecisionType.ADVANCE_INFO,
    DecisionType.REFUSAL,
)


def problems_of(decision: Decision, ground: Ground | None = None) -> list[Problem]:
    """Return what stands against signing, by field of the form, [] when nothing does.

    Every decision must be allowed by the ratings and by the ledger; what gives less than was asked
    for needs reasons and what can be done later (Lisbon Recognition Convention III.5).
    """
    if not decision.type:
        return [Problem("type", _("Choose the decision."))]
    ground = ground or ground_for(decision)
    kind = DecisionType(decision.type)
    if kind == DecisionType.ADVANCE_INFO:
        return _of_information(decision, ground)
    if kind == DecisionType.REFUSAL:
        found = problems_of_refusal(refusal_of(decision, ground))
    else:
        verdict = possible(ground, decision)[kind]
        found = [] if verdict else [Problem("type", verdict.reason)]
        found += [*_of_type(decision, kind, ground), *_of_words(decision, kind, ground)]
    return [*found, *_of_deviation(decision)]


def _of_deviation(decision: Decision) -> list[Problem]:
    """Equal cases are treated equally: to depart from a precedent needs a reason."""
    if says(decision.deviation_reason):
        return []
    if not departed_from(near(decision.line), decision.type):
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
        reasons=own_words(decision, ground),
        why_not=decision.why_not,
        later_measures=decision.later_measures,
    )


def own_words(decision: Decision, ground: Ground) -> str:
    """Return the reasons without the lines that the form began with: the outcomes themselves."""
    headings = {
        f"{outcome.order}. {text}".strip()
        for outcome in ground.outcomes
        for text in outcome.text.values()
    }
    written = decision.reasons.splitlines()
    return "\n".join(line for line in written if line.strip() not in headings).strip()


def _of_type(decision: Decision, kind: DecisionType, ground: Ground) -> list[Problem]:
    """What only one type of decision must have."""
    if kind == DecisionType.ALTERNATIVE and decision.other_module is None:
        return [Problem("other_module", _("Choose the module for which it is recognised."))]
    if kind == DecisionType.CONDITIONAL:
        return _of_conditions(decision)
    if asks_proof(kind, ground):
        return [] if says(decision.accepted_proof) else [_unconfirmed(ground.line)]
    return []


def asks_proof(kind: str, ground: Ground) -> bool:
    """Whether the chair must say why a proof that nobody has confirmed is accepted."""
    return kind == DecisionType.FULL_SUBSTITUTION and ground.opinion.is_unconfirmed


def _of_conditions(decision: Decision) -> list[Problem]:
    found = []
    today = timezone.localdate()
    for row, condition in enumerate(decision.conditions.all()):
        if not says(condition.text):
            sentence = _("Write what the learner must show.")
            found.append(Problem(f"conditions-{row}-text", sentence))
        if condition.due_on is None or condition.due_on <= today:
            sentence = _("Choose a day that is still to come.")
            found.append(Problem(f"conditions-{row}-due_on", sentence))
    if not decision.conditions.all():
        found.append(Problem("conditions", _("Name at least one condition.")))
    return found


def _unconfirmed(line: Line) -> Problem:
    names = ", ".join(
        str(source.credential or source.facts.get("title"))
        for source in line.sources.all()
        if source.authenticity == Authenticity.UNCONFIRMED
    )
    return Problem(
        "accepted_proof",
        _("Nobody has confirmed %(proofs)s. Say why it is accepted, or ask first.")
        % {"proofs": names},
    )


def _of_words(decision: Decision, kind: DecisionType, ground: Ground) -> list[Problem]:
    found = []
    is_as_asked = kind in WITHOUT_REASONS or (
        kind == DecisionType.INCLUSION and decision.line.target_kind == TargetKind.FREE_ELECTIVE
    )
    if not is_as_asked and not says(own_words(decision, ground)):
        found.append(Problem("reasons", _("Write why it is not recognised in full.")))
    if kind in WITH_MEASURES and not says(decision.later_measures):
        found.append(
            Problem("later_measures", _("Write what the applicant can do to have the rest."))
        )
    return [*found, *grading.problems_of(decision)]


def _of_information(decision: Decision, ground: Ground) -> list[Problem]:
    """An information in advance binds nobody; it still says its reasons."""
    verdict = ground.verdicts[DecisionType.ADVANCE_INFO]
    if not verdict:
        return [Problem("type", verdict.reason)]
    offered = expectable(ground.opinion)
    if decision.expected not in offered:
        return [Problem("expected", _("Choose what the applicant can expect."))]
    kind = DecisionType(decision.expected)
    if not offered[kind]:
        return [Problem("expected", offered[kind].reason)]
    found = _of_words(decision, kind, ground)
    if kind == DecisionType.REFUSAL and not says(decision.later_measures):
        found.append(
            Problem(
                "later_measures",
                _("Write what the applicant can do to have it recognised later."),
            )
        )
    return found


def possible(ground: Ground, decision: Decision | None = None) -> dict[DecisionType, Verdict]:
    """Return for every type whether ratings, ledger and sources let it be signed, and why not.

    `decision`: the draft, for the module that an alternative names.
    """
    account = ledger.account_of(ground.line, ground.sources, ground.recorded)
    found = {}
    for kind, verdict in ground.verdicts.items():
        if not verdict or kind in (DecisionType.REFUSAL, DecisionType.ADVANCE_INFO):
            found[kind] = verdict
            continue
        against = _against(ground, kind, account, decision)
        found[kind] = no(against[0]) if against else ALLOWED
    full = DecisionType.FULL_SUBSTITUTION
    if ground.verdicts[full] and not found[full] and not ground.revocation:
        found |= _instead_of_full(ground, account, decision)
    return found


def _instead_of_full(
    ground: Ground, account: ledger.Account, decision: Decision | None
) -> dict[DecisionType, Verdict]:
    """All is met, and a limit forbids to recognise it: another module or an exemption may help."""
    found = {DecisionType.EXEMPTION: ALLOWED}
    against = _against(ground, DecisionType.ALTERNATIVE, account, decision)
    found[DecisionType.ALTERNATIVE] = no(against[0]) if against else ALLOWED
    return found


def can_end_undecided(
    ground: Ground, verdicts: Mapping[DecisionType, Verdict] | None = None
) -> Verdict:
    """End a line in deliberation without a decision: only when no decision is left.

    `verdicts`: those of `possible`, where they are known already. An outcome that is not shown
    is a question to the applicant, or a refusal with its reasons; never a way out of both
    (Lisbon Recognition Convention III.3(5)). What was revoked need not be decided on.
    """
    if ground.line.is_decided:
        return no(_("There is a decision already. Another one can replace it, or take it back."))
    if ground.revocation:
        return ALLOWED
    known = verdicts or possible(ground)
    if any(known[kind] for kind in OWED):
        return no(_("A decision is possible, so it must be taken."))
    if ground.opinion.missing:
        return no(ground.verdicts[DecisionType.REFUSAL].reason)
    return ALLOWED


def _against(
    ground: Ground, kind: DecisionType, account: ledger.Account, decision: Decision | None
) -> list[str]:
    """Return what stands against a decision in favour, whatever its words."""
    if ground.revocation:
        return [ground.revocation]
    if kind == DecisionType.ALTERNATIVE:
        return _against_other(ground, account, decision)
    if not kind.gives_credits:
        return []
    amount = ground.credits[kind].amount
    if amount <= 0:
        return [_("This would give no credits. Ask for the workload first.")]
    module = None if kind == DecisionType.INCLUSION else ground.line.module
    return ledger.problems_of(account, module, amount, as_if_recorded=True)


def _against_other(ground: Ground, account: ledger.Account, decision: Decision | None) -> list[str]:
    offered = other_modules(ground.line)
    module = decision.other_module if decision else None
    if module is None:
        return [] if offered.exists() else [_("No other module of the programme is open.")]
    if not offered.filter(pk=module.pk).exists():
        return [_("This module cannot be replaced, or it is credited already.")]
    draft = Decision(type=DecisionType.ALTERNATIVE, other_module=module)
    return ledger.problems_of(account, module, ground.gives(draft).amount, as_if_recorded=True)
