"""The only place that gathers a learner's record and prints the micro-credentials page from it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid5

from django.db.models import F, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import (
    Award,
    Credential,
    CreditEntry,
    Document,
    DocumentKind,
    Enrolment,
    Institution,
    Job,
    JobKind,
    Learner,
    ModuleResult,
    User,
)
from credentials.pdf_files import PdfProblem
from credentials.permissions import can_keep_records
from credentials.services import documents, facts, jobs, keys, numbers, printing
from credentials.services.documents import Printed
from credentials.services.lifecycle import change, lock, record
from credentials.standards.documents import Imprint
from credentials.standards.facts import CredentialFacts, HolderFacts
from credentials.states import AwardState
from credentials.verdict import Refused
from credentials.vocabulary import CredentialType
from recognition.documents.record import RecordFacts, RecordRow, record_context, shown
from recognition.models import LineSource
from recognition.permissions import can_date_page, can_print_pages
from recognition.placement import Placement, placement
from recognition.sources import facts_of

TEMPLATE = "microcredentials_page"
CAPACITY = {"en": "Registrar", "de": "Studierendensekretariat"}
"""In which capacity a registrar signs what is printed of a learner's record."""

NEWEST_FIRST = (F("started_on").desc(nulls_last=True), "pk")
"""The order of enrolments, those without a day last on every database."""


@dataclass(slots=True)
class Entry:
    """One credential in a learner's record; `counted` in ECTS, of modules, decided on in lines.

    `revoked_at`: when its issuer in this portal took it back. It is no longer earned and not
    printed; what it counts stands in the ledger until the decision is taken back too.
    """

    credential: Credential
    facts: CredentialFacts
    award: Award | None = None
    revoked_at: datetime | None = None
    counted: Decimal = Decimal(0)
    modules: list[str] = field(default_factory=list)
    lines: list[UUID] = field(default_factory=list)

    @property
    def is_printed(self) -> bool:
        """Whether it is a micro-credential that stands: only those are on the page of them."""
        return self.revoked_at is None and self.facts.type == CredentialType.MICROCREDENTIAL


@dataclass(frozen=True, slots=True)
class Record:
    """What an institution knows of a learner: entries by date, enrolment, credits recognised."""

    learner: Learner
    enrolment: Enrolment | None
    entries: list[Entry]

    @property
    def standing(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.revoked_at is None]

    @property
    def printed(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_printed]

    @property
    def earned(self) -> Decimal:
        return sum((entry.facts.ects or Decimal(0) for entry in self.standing), Decimal(0))

    @property
    def placement(self) -> Placement | None:
        """The semester that follows from the credits recognised, None without a programme.

        None too once the studies ended or all credits are there. Reads results: `with_results`.
        """
        if self.enrolment is None or _has_ended(self.enrolment):
            return None
        version = self.enrolment.programme_version
        recognised = sum((one.ects for one in self.enrolment.credit_entries.all()), Decimal(0))
        passed = sum((one.ects for one in self.enrolment.module_results.all()), Decimal(0))
        if recognised + passed >= version.ects_total:
            return None
        return placement(recognised, version.ects_total, version.semesters)

    @property
    def counted(self) -> Decimal:
        return sum((entry.counted for entry in self.entries), Decimal(0))


@dataclass(frozen=True, slots=True)
class Selection:
    """Which credentials (uuids) are on a page, and whether they are all of the record."""

    credentials: list[str]
    is_whole: bool


def _has_ended(enrolment: Enrolment) -> bool:
    return enrolment.ended_on is not None and enrolment.ended_on <= timezone.localdate()


def with_records(learners):
    """Add to a QuerySet of learners what `record_of` reads: six queries for any number of them."""
    issued = Award.objects.filter(state=AwardState.ISSUED).select_related("credential")
    credits = CreditEntry.objects.filter(reversed_at=None).select_related(
        "credential__award", "module__course_version__course"
    )
    decided = LineSource.objects.select_related("line")
    return learners.prefetch_related(
        Prefetch("awards", queryset=issued),
        Prefetch("enrolments", queryset=Enrolment.objects.order_by(*NEWEST_FIRST)),
        "enrolments__programme_version__programme",
        Prefetch("enrolments__credit_entries", queryset=credits),
        Prefetch("enrolments__credit_entries__credential__line_sources", queryset=decided),
    )


def with_results(learners):
    """Add to a QuerySet from `with_records` what `results_of` reads: one query more."""
    results = ModuleResult.objects.select_related("module__course_version__course")
    return learners.prefetch_related(Prefetch("enrolments__module_results", queryset=results))


def results_of(learner: Learner) -> Iterator[tuple[Enrolment, Decimal]]:
    """Yield each enrolment of a learner that comes from `with_results`, and its ECTS together."""
    for enrolment in learner.enrolments.all():
        counted = [*enrolment.module_results.all(), *enrolment.credit_entries.all()]
        yield enrolment, sum((one.ects for one in counted), Decimal(0))


def record_of(learner: Learner, credits: Sequence[CreditEntry] | None = None) -> Record:
    """Return the record of a learner that comes from `with_records`: awards made here that stand,
    and credentials of others from which credits were recognised.

    `credits`: what counts of the ledger, None for all that counts in any of their programmes.
    """
    entries = {
        award.credential_id: Entry(award.credential, facts.of_credential(award.credential), award)
        for award in learner.awards.all()
    }
    corrected = {e.facts.replaces: e for e in entries.values() if e.facts.replaces}
    enrolments = list(learner.enrolments.all())
    if credits is None:
        credits = [credit for one in enrolments for credit in one.credit_entries.all()]
    for credit in credits:
        named = credit.credential.facts
        entry = corrected.get(named.get("replaces") or named.get("id", ""))
        entry = entry or entries.setdefault(credit.credential_id, _entry_of(credit))
        entry.counted += credit.ects
        entry.lines.append(credit.line)
        if credit.module:
            entry.modules.append(credit.module.code)
    ordered = sorted(entries.values(), key=_day)
    return Record(learner, enrolments[0] if enrolments else None, ordered)


def _entry_of(credit: CreditEntry) -> Entry:
    """Return what the decision was about: its holder may have stated something else since."""
    credential = credit.credential
    award = getattr(credential, "award", None)
    revoked_at = award.revoked_at if award else None
    decided = (s for s in credential.line_sources.all() if s.line.uuid == credit.line)
    return Entry(credential, facts_of(next(decided)), revoked_at=revoked_at)


def _day(entry: Entry) -> date:
    return awarded_on(entry.facts) or date.min


def awarded_on(said: CredentialFacts) -> date | None:
    """Return the day of an award, that of its issuing when it is not stated."""
    return said.awarded_on or (said.issued_on and timezone.localdate(said.issued_on))


@change()
def start_pages(
    learners: Sequence[Learner],
    *,
    institution: Institution,
    dated: date,
    chosen: Sequence[str] = (),
    by: User,
) -> Job:
    """Have a page printed for each learner in the background; the same order twice is one job.

    `chosen` are uuids of credentials, for one learner; () prints all micro-credentials that stand.
    """
    can_keep_records(by, institution).require()
    can_print_pages(learners, institution).require()
    can_date_page(dated).require()
    _require_entries(learners, set(chosen))
    parameters = {
        "learners": [str(learner.uuid) for learner in learners],
        "chosen": list(chosen),
        "dated": dated.isoformat(),
    }
    return jobs.start(
        JobKind.DIPLOMA_PAGES,
        uuid5(institution.uuid, json.dumps([str(by.uuid), parameters])),
        institution=institution,
        by=by,
        total=len(learners),
        parameters=parameters,
    )


def _require_entries(learners: Sequence[Learner], chosen: set[str]) -> None:
    """Refuse to print what does not stand in a record: there would be nothing on the page."""
    pks = [learner.pk for learner in learners]
    for learner in with_records(Learner.objects.filter(pk__in=pks)):
        known = {str(entry.credential.uuid) for entry in record_of(learner).printed}
        if not known or not chosen <= known:
            raise Refused(_("There is nothing to print for %(name)s.") % {"name": learner})


def run_pages(job: Job) -> None:
    """Print the pages of a job; those printed before a worker died are not printed again."""
    if not jobs.begin(job):
        return
    wanted = job.parameters["learners"]
    learners = with_records(job.institution.learners.filter(uuid__in=wanted))
    made = []
    try:
        for done, learner in enumerate(learners, start=1):
            printed = _printed(job, learner)
            made.append(printed or keys.until_kept(partial(_print, job, learner)))
            jobs.advance(job, done)
    except PdfProblem as problem:
        jobs.fail(job, problem)
    else:
        jobs.finish(job, *made)


def _printed(job: Job, learner: Learner) -> Document | None:
    return Document.objects.filter(
        kind=DocumentKind.DIPLOMA_PAGE, learner=learner, facts__job=str(job.uuid)
    ).first()


def _print(job: Job, learner: Learner) -> Document:
    number, code = numbers.take(job.institution, "DP")
    dated = date.fromisoformat(job.parameters["dated"])
    created = timezone.make_aware(datetime.combine(dated, datetime.min.time().replace(hour=12)))
    found = record_of(learner)
    entries = _chosen(found, job)
    record_facts = _facts_of(found, entries, job, number, code, created)
    languages = job.institution.document_languages
    context = record_context(record_facts, languages=languages)
    data = printing.rendered(TEMPLATE, context, job.institution, number=number, created=created)
    named = {"title": context["title"], "number": number, "code": code}
    return _store(
        job,
        learner,
        data,
        _selection(found, entries),
        said=shown(record_facts),
        dated_on=dated,
        **named,
    )


def _selection(found: Record, entries: Sequence[Entry]) -> Selection:
    uuids = sorted(str(entry.credential.uuid) for entry in entries)
    return Selection(uuids, is_whole=len(entries) == len(found.printed))


def _facts_of(
    found: Record, entries: Sequence[Entry], job: Job, number: str, code: str, created: datetime
) -> RecordFacts:
    learner, signatory = found.learner, job.owner
    return RecordFacts(
        imprint=Imprint(
            institution=facts.of_institution(job.institution),
            number=number,
            created=created,
            code=code,
            verify_url=facts.address("verify-code", code),
            signatory=signatory.name if signatory else "",
            capacity=CAPACITY,
        ),
        holder=HolderFacts(
            name=learner.name,
            given_name=learner.given_name,
            family_name=learner.family_name,
            birth_date=learner.birth_date,
            student_number=learner.student_number,
        ),
        programme=found.enrolment.programme_version.title if found.enrolment else "",
        rows=tuple(rows_of(entries)),
    )


def _chosen(found: Record, job: Job) -> list[Entry]:
    chosen = set(job.parameters["chosen"])
    return [e for e in found.printed if not chosen or str(e.credential.uuid) in chosen]


def rows_of(entries: Sequence[Entry]) -> Iterator[RecordRow]:
    """Yield what is printed of the entries of a record."""
    for entry in entries:
        said = entry.facts
        yield RecordRow(
            title=said.title,
            body=said.awarding_body.name,
            country=said.awarding_body.country,
            awarded_on=awarded_on(said),
            eqf_level=said.eqf_level,
            ects=said.ects,
            hours=said.hours,
            assessment_type=said.assessment_type,
            supervision=said.supervision,
            grade=said.grade.value if said.grade else "",
            counted_ects=entry.counted or None,
            module_code=", ".join(entry.modules),
            code=entry.award.code if entry.award else "",
        )


@change()
def _store(
    job: Job,
    learner: Learner,
    data: Printed,
    selection: Selection,
    *,
    said: dict,
    dated_on: date,
    **named: str,
) -> Document:
    job, learner = lock(job), lock(learner)
    if printed := _printed(job, learner):  # by another worker, when this one was thought dead
        return printed
    earlier = list(_replaced_by(selection, learner))
    document = documents.store_pdf(
        data,
        kind=DocumentKind.DIPLOMA_PAGE,
        institution=job.institution,
        learner=learner,
        dated_on=dated_on,
        facts={
            "job": str(job.uuid),
            "credentials": selection.credentials,
            "shown": said,
            **documents.about(learner.name),
        },
        **named,
    )
    for page in earlier:
        documents.supersede(page, document)
    record(document, "print", by=job.owner)
    return document


def _replaced_by(selection: Selection, learner: Learner) -> QuerySet[Document]:
    """Return the pages whose place a newer one takes: all when it shows the whole record, else
    those of the same credentials. A page of another selection still holds.
    """
    pages = Document.objects.filter(
        kind=DocumentKind.DIPLOMA_PAGE, learner=learner, superseded_by=None
    )
    if selection.is_whole:
        return pages
    return pages.filter(facts__credentials=selection.credentials)
