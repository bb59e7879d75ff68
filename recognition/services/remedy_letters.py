"""The only place that prints and hands out letters on objections, appeals and annulments."""

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from credentials.language import DOCUMENT_LANGUAGES
from credentials.models import CreditEntry, Document, DocumentKind, Job, JobKind, User
from credentials.services import documents, facts, jobs, mails, numbers, printing
from credentials.services.documents import Printed
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock
from credentials.standards.documents import Imprint, in_each
from recognition.documents import letter as papers
from recognition.documents.remedy import About, RemedyFacts, remedy_context
from recognition.models import (
    Annulment,
    Committee,
    Line,
    Objection,
    ObjectionKind,
    ObjectionResult,
    Voice,
)
from recognition.services.letter_facts import target_title
from recognition.services.powers import capacity_of
from recognition.states import AnnulmentState

ABOUT = {
    (ObjectionKind.OBJECTION, ObjectionResult.UPHELD): About.OBJECTION_UPHELD,
    (ObjectionKind.OBJECTION, ObjectionResult.DISMISSED): About.OBJECTION_DISMISSED,
    (ObjectionKind.APPEAL, ObjectionResult.AMENDED): About.APPEAL_AMENDED,
    (ObjectionKind.APPEAL, ObjectionResult.REMITTED): About.APPEAL_REMITTED,
    (ObjectionKind.APPEAL, ObjectionResult.DISMISSED): About.APPEAL_DISMISSED,
    (ObjectionKind.INACTION, ObjectionResult.AMENDED): About.DELAY_AMENDED,
    (ObjectionKind.INACTION, ObjectionResult.REMITTED): About.DELAY_REMITTED,
    (ObjectionKind.INACTION, ObjectionResult.DISMISSED): About.DELAY_DISMISSED,
}


# Making


def order(thing: Objection | Annulment, *, by: User) -> None:
    """Have the letter of an answered objection or of an annulment made in the background."""
    jobs.start(JobKind.REMEDY_LETTER, thing.uuid, institution=thing.line.case.institution, by=by)


def run(job: Job) -> None:
    """Make the letter of a job; what was made before a crash is not made again."""
    printing.run(job, lambda: [make(_subject_of(job))])


def _subject_of(job: Job) -> Objection | Annulment:
    objection = Objection.objects.filter(uuid=job.subject).first()
    return objection or Annulment.objects.get(uuid=job.subject)


def make(thing: Objection | Annulment) -> Document:
    """Print what is to be said now, and tell the applicant; raises `PdfProblem`."""
    thing.line = Line.objects.with_all().get(pk=thing.line_id)
    if isinstance(thing, Objection):
        return thing.letter or _print(thing, of_objection, "letter", thing.number)
    if thing.state != AnnulmentState.DONE:
        return thing.hearing or _print(thing, of_hearing, "hearing", f"{thing.number}-H")
    return thing.letter or _print(thing, of_annulment, "letter", thing.number)


def _print(thing: Objection | Annulment, say, column: str, number: str) -> Document:
    institution = thing.line.case.institution
    code = numbers.new_code(institution)
    said = say(thing, number, code)
    context = remedy_context(said, languages=institution.document_languages)
    data = printing.rendered(
        "remedy_letter", context, institution, number=number, created=said.imprint.created
    )
    return _store(thing, column, data, title=context["title"], number=number, code=code)


@change()
def _store(
    thing: Objection | Annulment, column: str, data: Printed, *, title: str, number: str, code: str
) -> Document:
    """Keep a letter and tell the applicant: from now on the time to answer or appeal runs."""
    line = lock(thing.line)
    thing = lock(thing)
    document, is_new = printing.keep(
        thing,
        data,
        column=column,
        kind=DocumentKind.REMEDY,
        title=title,
        number=number,
        code=code,
        institution=line.case.institution,
        facts={thing._meta.model_name: str(thing.uuid)},
        holder=line.case.learner.name,
    )
    if not is_new:
        return document
    if column != "hearing":
        type(thing).objects.filter(pk=thing.pk).update(told_at=timezone.now())
    if isinstance(thing, Objection):
        mail, place = "objection_answered", address("objection-detail", thing.uuid)
    elif column == "hearing":
        mail, place = "annulment_proposed", address("annulment-detail", thing.uuid)
    else:
        mail, place = "decision_annulled", address("annulment-detail", thing.uuid)
        documents.supersede(thing.decision.letter, document)
    mails.write(mail, line.case.applicant, {"line": line, "url": place, "thing": thing})
    return document


# What they say


def of_objection(objection: Objection, number: str, code: str) -> RemedyFacts:
    """Return what the answer to an objection or appeal says."""
    line, kind = objection.line, ObjectionKind(objection.kind)
    decision, result = objection.decision, ObjectionResult(objection.result)
    is_open = result in (ObjectionResult.UPHELD, ObjectionResult.REMITTED)
    voices = [vote.voice for vote in objection.votes.all()]
    reopened = line.reopenings.filter(opened_at__gte=objection.decided_at).exists()
    return RemedyFacts(
        imprint=_imprint(
            line, number, code, objection.decided_at, objection.decided_by, objection.body
        ),
        about=ABOUT[kind, result],
        **_of_line(line),
        decision=decision.number if decision else "",
        decided_on=decision and timezone.localdate(decision.decided_at),
        filed_on=objection.filed_on,
        is_late=objection.is_late,
        late_reason=objection.late_reason,
        grounds=objection.grounds,
        reasons=objection.reasons,
        look_again=objection.look_again,
        until=objection.new_due_on or (line.due_on if is_open and reopened else None),
        remedy=_appeal(line) if ABOUT[kind, result] == About.OBJECTION_DISMISSED else None,
        votes=tuple(voices.count(voice) for voice in Voice) if voices else None,
        members=tuple(
            papers.LetterMember(str(vote.member), gettext_lazy("took part in the decision"))
            for vote in objection.votes.select_related("member")
        ),
    )


def of_hearing(annulment: Annulment, number: str, code: str) -> RemedyFacts:
    """Return what the letter says that hears the learner before a decision is taken back."""
    return _of_annulment(
        annulment, About.HEARING, number, code, annulment.proposed_at, annulment.proposed_by
    )


def of_annulment(annulment: Annulment, number: str, code: str) -> RemedyFacts:
    """Return what the letter says that takes a decision back."""
    signed = (annulment.signed_by, annulment.countersigned_by)
    reversed_ = CreditEntry.objects.filter(
        line=annulment.line.uuid, reversed_at__gte=annulment.countersigned_at
    )
    return _of_annulment(
        annulment,
        About.ANNULMENT,
        number,
        code,
        annulment.countersigned_at,
        annulment.countersigned_by,
        statement=annulment.statement,
        heard_on=annulment.heard_at and timezone.localdate(annulment.heard_at),
        taken_back=reversed_.aggregate(sum=Sum("ects"))["sum"],
        remedy=_appeal(annulment.line),
        members=tuple(papers.LetterMember(str(one), gettext_lazy("signed")) for one in signed),
    )


def _of_annulment(annulment, about, number, code, at, by, **more) -> RemedyFacts:
    line, decision = annulment.line, annulment.decision
    return RemedyFacts(
        imprint=_imprint(line, number, code, at, by, line.committee),
        about=about,
        **_of_line(line),
        decision=decision.number,
        decided_on=timezone.localdate(decision.decided_at),
        ground=in_each(DOCUMENT_LANGUAGES, lambda _l: annulment.get_ground_display()),
        reasons=annulment.reasons,
        until=annulment.due_on if about == About.HEARING else None,
        **more,
    )


def _of_line(line: Line) -> dict:
    case = line.case
    return {
        "addressee": case.learner.name,
        "case_reference": case.reference,
        "target": target_title(line),
        "programme": case.programme_version.title,
        "legal_basis": case.policy.legal_basis,
        "policy_version": str(case.policy.version),
    }


def _appeal(line: Line) -> papers.Remedy:
    """Return how to appeal against what a letter says."""
    policy = line.case.policy
    return papers.Remedy(
        body=policy.appeal_body,
        address=policy.appeal_address,
        url=address("case-detail", line.case.uuid),
        form=gettext_lazy("In the portal, or in writing with the number of this letter."),
        period=in_each(
            DOCUMENT_LANGUAGES,
            lambda _l: (
                ngettext(
                    "Within %(days)s day of receiving this letter.",
                    "Within %(days)s days of receiving this letter.",
                    policy.appeal_days,
                )
                % {"days": policy.appeal_days}
            ),
        ),
    )


def _imprint(line, number, code, created, signatory: User, body: Committee | None) -> Imprint:
    institution = line.case.institution
    return Imprint(
        institution=facts.of_institution(institution),
        number=number,
        created=created,
        code=code,
        verify_url=address("verify-code", code),
        signatory=str(signatory),
        capacity=capacity_of(signatory, line, body),
    )
