"""The only place that takes decisions back: proposed, the learner heard, signed by two people."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import Document, User
from credentials.services import mails, numbers
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import Annulment, AnnulmentGround, Line
from recognition.models.committee import DECIDING
from recognition.services import credits, decision_credentials, remedy_letters, summaries
from recognition.services.cases import registrars_for
from recognition.states import AnnulmentState, LineState


@change()
def propose(line: Line, ground: AnnulmentGround, reasons: str, *, by: User) -> Annulment:
    """Propose to take a decision back: a letter hears the learner, who has time to answer."""
    line = lock(line)
    permissions.can_annul(by, line, ground).require()
    if not reasons.strip():
        raise Refused(_("Write the reasons. The learner reads them and can answer."))
    now = timezone.now()
    annulment = Annulment.objects.create(
        line=line,
        decision=line.decision,
        number=numbers.next_number(line.case.institution, "ANN"),
        ground=ground,
        reasons=clean_text(reasons).strip(),
        due_on=timezone.localdate(now) + timedelta(days=line.case.policy.information_days),
        proposed_at=now,
        proposed_by=by,
    )
    record(annulment, "propose", by=by, after=str(ground), text=annulment.reasons)
    remedy_letters.order(annulment, by=by)
    return annulment


@change()
def answer(
    annulment: Annulment, statement: str, documents: Sequence[Document] = (), *, by: User
) -> None:
    """Say as the learner what stands against it."""
    _line, annulment = _locked(annulment)
    permissions.can_answer_annulment(by, annulment).require()
    if not statement.strip() and not documents:
        raise Refused(_("Write an answer or add a file."))
    annulment.statement, annulment.heard_at = clean_text(statement).strip(), timezone.now()
    annulment.save(update_fields=["statement", "heard_at"])
    annulment.documents.set(documents)
    record(annulment, "answer", by=by, text=annulment.statement)
    _tell_staff("annulment_answered", annulment)


@change()
def sign(annulment: Annulment, *, by: User) -> None:
    """Sign first. Nothing happens yet: somebody else signs too."""
    _line, annulment = _locked(annulment)
    permissions.can_sign_annulment(by, annulment).require()
    move(annulment, AnnulmentState.SIGNED, by=by, signed_at=timezone.now(), signed_by=by)
    _tell_staff("annulment_signed", annulment)


@change()
def countersign(annulment: Annulment, *, by: User) -> None:
    """Sign second: the credits are taken back, the line is annulled, the letter is ordered."""
    line, annulment = _locked(annulment)
    permissions.can_countersign_annulment(by, annulment).require()
    lock(line.case.applicant)
    now = timezone.now()
    move(annulment, AnnulmentState.DONE, by=by, countersigned_at=now, countersigned_by=by)
    credits.reverse(line, by=by)
    move(line, LineState.ANNULLED, by=by, text=annulment.reasons, held_since=now)
    summaries.add(line, asked=0, recognised=-1)
    reason = _("Annulled: %(ground)s.") % {"ground": annulment.get_ground_display()}
    decision_credentials.revoke_decision_credential(annulment.decision, reason, by=by)
    remedy_letters.order(annulment, by=by)


@change()
def drop(annulment: Annulment, reasons: str, *, by: User) -> None:
    """Let the decision stand, and say why; the learner is told."""
    line, annulment = _locked(annulment)
    permissions.can_drop_annulment(by, annulment).require()
    if not reasons.strip():
        raise Refused(_("Write why the decision stands."))
    reasons = clean_text(reasons).strip()
    move(annulment, AnnulmentState.DROPPED, by=by, text=reasons, drop_reasons=reasons)
    context = {"line": line, "url": address("case-detail", line.case.uuid)}
    mails.write("annulment_dropped", line.case.applicant, context)


def _locked(annulment: Annulment) -> tuple[Line, Annulment]:
    """Lock the line, then the annulment: always in this order."""
    line = lock(annulment.line)
    annulment = lock(annulment)
    annulment.line = line
    return line, annulment


def _tell_staff(template: str, annulment: Annulment) -> None:
    """Tell all who may sign next: registrars, and the heads of the committee."""
    line = annulment.line
    heads = line.committee.seats.current().filter(role__in=DECIDING)
    people = {*registrars_for(line), *(seat.user for seat in heads.select_related("user"))}
    context = {"line": line, "url": address("annulment-detail", annulment.uuid)}
    for person in sorted(people, key=lambda one: one.pk):
        may = (
            permissions.can_sign_annulment(person, annulment)
            or permissions.can_countersign_annulment(person, annulment)
            or permissions.can_drop_annulment(person, annulment)
        )
        if may:
            mails.write(template, person, context)
