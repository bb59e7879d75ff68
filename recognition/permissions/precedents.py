"""May somebody make, keep or end a precedent, and why not?"""

from django.utils.translation import gettext as _

from credentials.models import Institution, User
from credentials.permissions import can_keep_records
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import Decision, Line, Precedent, PrecedentUse, TargetKind
from recognition.permissions.shared import chairs, conflict_of, in_state, stepped_back
from recognition.states import DecisionState, LineState
from recognition.vocabulary import Authority, DecisionType

AFTER_DECISION = (LineState.DECIDED, LineState.NOTIFIED, LineState.RECORDED, LineState.CLOSED)


def can_make_standing(user: User, line: Line) -> Verdict:
    """Let a decision stand for all equal cases: chair or deputy, impartial; only in full favour."""
    if not chairs(user, line) or stepped_back(user, line) or conflict_of(user, line):
        return no(_("Only the chair of the committee or the deputy does this."))
    decision = line.decision
    if decision is None or decision.state != DecisionState.SIGNED:
        return no(_("Nothing is decided yet."))
    verdict = may_stand(decision) and in_state(line, *AFTER_DECISION)
    if verdict and Precedent.objects.standing().filter(decision=decision).exists():
        return no(_("It is a standing decision already."))
    return verdict


def may_stand(decision: Decision) -> Verdict:
    """Whether what is decided, or being written, is of the kind that may stand for equal cases."""
    line = decision.line
    if decision.authority == Authority.PRECEDENT:
        return no(_("It follows from a standing decision."))
    whole = {
        TargetKind.MODULE: DecisionType.FULL_SUBSTITUTION,
        TargetKind.FREE_ELECTIVE: DecisionType.INCLUSION,
    }
    if decision.type != whole.get(line.target_kind):
        return no(_("Only what is recognised in full, as it was asked for, can stand."))
    if line.sources.filter(awarding_body=None).exists():
        return no(_("Enter the awarding body in the register first."))
    return ALLOWED


def can_keep_precedent(user: User, precedent: Precedent) -> Verdict:
    """Prolong, keep as an example or revoke: registrar of the programme, or who heads its body."""
    if not Precedent.objects.kept_by(user).filter(pk=precedent.pk).exists():
        return no(_("Only the registrar or the chair of the committee does this."))
    if precedent.revoked_at is not None:
        return no(_("It was revoked."))
    return ALLOWED


def can_enter_precedent(user: User, institution: Institution) -> Verdict:
    """Enter a standing decision from an agreement: who keeps the records of the institution."""
    return can_keep_records(user, institution)


def can_print_precedent_list(user: User, institution: Institution) -> Verdict:
    """Have the public list printed in the name of the institution: who keeps its records."""
    return can_keep_records(user, institution)


def can_look_at(user: User, use: PrecedentUse) -> Verdict:
    """Say that a case drawn by lot was decided rightly: who heads the committee, once."""
    if not Precedent.objects.headed_by(user).filter(pk=use.precedent_id).exists():
        return no(_("Only the chair of the committee or the deputy does this."))
    line = use.decision.line
    if reason := conflict_of(user, line):
        return no(reason)
    if not use.is_sampled or use.looked_at is not None:
        return no(_("Nobody needs to look at this."))
    return ALLOWED


def can_ask_individual_review(user: User, line: Line) -> Verdict:
    """Have people look at what a standing decision decided (GDPR article 22): its applicant."""
    if line.case.applicant_id != user.pk:
        return no(_("Only the applicant can ask for this."))
    if line.decision is None or line.decision.authority != Authority.PRECEDENT:
        return no(_("People have looked at this already."))
    return in_state(line, LineState.NOTIFIED)
