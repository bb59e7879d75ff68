"""The only place that sends an application: sources are frozen, and each line begins its way."""

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import AwardingBody, Credential, Institution, JobKind, Origin, User
from credentials.services import accounts, jobs, mails, numbers, staff
from credentials.services.facts import address
from credentials.services.lifecycle import change, enqueue, lock, move, record
from credentials.services.verification import told
from credentials.standards import facts_json
from credentials.standards.documents import name_of
from credentials.verdict import Stale
from credentials.vocabulary import BodyKind, BodyStatus
from recognition import submission
from recognition.calendar import add_working_days
from recognition.models import Case, Line, LineSource
from recognition.permissions import can_submit
from recognition.services import authenticity
from recognition.sources import facts_of
from recognition.states import LineState


@change()
def submit(case: Case, *, by: User) -> Case:
    """Send an application: number, rules and sources are frozen, every line is to be checked.

    Raises `Stale` when it was sent already, `Refused` when something is missing. The applicant is
    locked first, so that two applications sent at once cannot both ask for the same module.
    One that was entered for a learner counts from the day stamped on it.
    """
    applicant = lock(case.applicant)
    case = lock(case)
    if not case.is_draft:
        raise Stale(_("This application was sent already."))
    can_submit(by, case).require()
    now = timezone.now()
    institution = case.institution
    case.learner = case.learner or _learner_of(case)
    case.policy = submission.policy_in_force(case)
    case.reference = numbers.next_number(institution, "REC")
    case.submitted_at = _received_at(case, now)
    case.check_due_on = check_due_on(case, timezone.localdate(case.submitted_at))
    case.save()
    record(case, "submit", by=by, text=f"{by} – {applicant}" if case.entered_by else "")
    for line in case.lines.select_for_update().order_by("pk"):
        for source in line.sources.select_related("credential"):
            _freeze(source, institution)
        move(line, LineState.SUBMITTED, by=by, held_since=now)
    context = {"case": case, "url": address("case-detail", case.uuid)}
    mails.write("case_submitted", applicant, context)
    for registrar in registrars_of(case):
        mails.write("case_received", registrar, {"case": case, "url": address("work")})
    jobs.start(JobKind.RECEIPT, case.uuid, institution=institution, by=by)
    enqueue("recognition.tasks.apply_precedents", case.pk)
    return case


def _received_at(case: Case, now: datetime) -> datetime:
    """Return when an application arrived: now, or at noon of the day stamped on paper."""
    if case.received_on is None or case.received_on == timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(case.received_on, time(12)))


def registrars_of(case: Case) -> list[User]:
    """Return the registrars of the programme's unit or of one above it, but not the applicant."""
    found = staff.registrars_above(case.programme_version.programme.unit)
    return list(found.exclude(pk=case.applicant_id))


def registrars_for(line: Line) -> list[User]:
    """Return the registrars who keep a line: those of its case who did not step back from it."""
    recused = set(line.recusals.standing().values_list("user", flat=True))
    return [person for person in registrars_of(line.case) if person.pk not in recused]


def check_due_on(case: Case, began_on: date) -> date:
    """Return until when a check for completeness that began on a day is to be done."""
    institution = case.institution
    return add_working_days(
        began_on, case.policy.check_days, institution.country, institution.subdivision
    )


def _learner_of(case: Case):
    known = accounts.learner_of(case.applicant, case.institution)
    if known:
        return accounts.link(known, user=case.applicant)
    given, _space, family = case.applicant.name.rpartition(" ")
    return accounts.enter(
        case.institution,
        given_name=given,
        family_name=family or case.applicant.email,
        email=case.applicant.email,
        user=case.applicant,
        by=case.applicant,
    )


def _freeze(source: LineSource, institution: Institution) -> None:
    """Keep what the credential says and its files as they are today; it may change later."""
    credential = source.credential
    evidence = list(credential.evidence.select_related("document"))
    source.facts = credential.facts
    source.provenance = credential.provenance
    source.verification = credential.verification
    source.authenticity = authenticity.found_by_portal(credential)
    source.awarding_body = _in_register(credential, institution)
    source.platform = _platform_of(source, institution)
    source.links = [{"title": e.title, "url": e.url} for e in evidence if e.url]
    source.save()
    files = [credential.document, *(e.document for e in evidence)]
    source.documents.set([document for document in files if document])


def _in_register(credential: Credential, institution: Institution) -> AwardingBody | None:
    """Return the entry of the awarding body in the institution's register, None when unknown.

    Institutions of this portal are entered by the portal itself: it knows that they are recognised.
    """
    register = institution.awarding_bodies.awarding()
    entry = credential.awarding_body
    if entry and entry.institution_id == institution.pk and not entry.is_platform:
        return entry
    body = facts_json.from_json(credential.facts).awarding_body
    names = [name for name in dict(body.name).values() if name]
    known = register.filter(name__in=names, country=body.country).first()
    if known is None and body.id and _is_its_own_word(credential):
        known = register.exclude(did="").filter(did=body.id).first()
    if known is None and credential.origin == Origin.AWARD:
        lock(institution)  # a registrar may be entering the same one by hand
        issuer = credential.award.learner.institution
        known, is_new = institution.awarding_bodies.get_or_create(
            name=name_of(body, "en")[0].text,
            country=issuer.country,
            defaults={
                "kind": BodyKind.HEI,
                "status": BodyStatus.RECOGNISED,
                "quality_agency": issuer.quality_agency,
                "evidence": _("Member of this portal"),
                "checked_on": timezone.localdate(),
                "hours_per_ects": issuer.hours_per_ects,
                "url": issuer.url,
                "did": body.id,
            },
        )
        if is_new:
            record(known, "enter", by=None)
    return known


def _platform_of(source: LineSource, institution: Institution) -> AwardingBody | None:
    """Return the platform that a source names, or that it takes for its awarding body, if known."""
    said, register = facts_of(source), institution.awarding_bodies.platforms()
    for body in filter(None, (said.platform, said.awarding_body)):
        names = [name for name in dict(body.name).values() if name]
        if known := register.filter(name__in=names).first():
            return known
    return None


def _is_its_own_word(credential: Credential) -> bool:
    """Return whether the awarding body itself signed that the credential is its own."""
    if credential.origin == Origin.AWARD:
        return True
    return bool(credential.verification) and told(credential.verification).is_tied
