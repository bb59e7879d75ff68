"""The only place that prints the public list of what was recognised before, in dated editions.

An edition of the whole institution takes the place of every earlier one, an edition of a programme
that of the earlier ones of the programme.
"""

from collections.abc import Iterable
from itertools import groupby

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import in_language
from credentials.models import Document, DocumentKind, Institution, Job, JobKind, Programme, User
from credentials.services import documents, facts, jobs, numbers, printing
from credentials.services.documents import Printed
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from credentials.standards.documents import Imprint, Text
from credentials.verdict import Refused
from recognition.documents.precedent_list import (
    ListedDecision,
    ListedProgramme,
    ListedSource,
    ListedTarget,
    PrecedentListFacts,
    precedent_list_context,
)
from recognition.models import Precedent
from recognition.permissions import can_print_precedent_list
from recognition.vocabulary import PrecedentLevel

STEPS = 3
MOST = 2_000
"""Rows of one edition: half a minute of work, and 0.3 MiB of memory for each."""


def printable(institution: Institution, programme: Programme | None = None) -> QuerySet[Precedent]:
    """Return what an edition would list now: what the public page shows of an institution."""
    found = Precedent.objects.public().filter(institution=institution)
    return found.filter(programme_version__programme=programme) if programme else found


def editions(institution: Institution) -> QuerySet[Document]:
    """Return what was printed for an institution, newest first."""
    found = Document.objects.filter(kind=DocumentKind.PRECEDENT_LIST, institution=institution)
    return found.select_related("superseded_by")


def current() -> QuerySet[Document]:
    """Return the editions of all institutions that everybody may have: the newest, and none that
    was printed before something was taken off the list.
    """
    taken_off = Precedent.objects.filter(
        institution=OuterRef("institution"), revoked_at__gt=OuterRef("created_at")
    )
    found = Document.objects.filter(kind=DocumentKind.PRECEDENT_LIST, superseded_by=None)
    found = found.filter(~Exists(taken_off)).select_related("institution")
    return found.order_by("institution__slug", "-created_at", "-pk")


@change()
def order(institution: Institution, programme: Programme | None = None, *, by: User) -> Job:
    """Have an edition printed in the background; raises `Refused` when there is nothing in it."""
    can_print_precedent_list(by, institution).require()
    if reason := _unprintable(institution, programme):
        raise Refused(reason)
    return jobs.start(
        JobKind.PRECEDENT_LIST,
        (programme or institution).uuid,
        institution=institution,
        by=by,
        total=STEPS,
        parameters={"programme": str(programme.uuid) if programme else ""},
    )


def _unprintable(institution: Institution, programme: Programme | None) -> str:
    number = printable(institution, programme).count()
    if not number:
        return _("No decision is public yet, so there is nothing to print.")
    if number > MOST:
        said = {"number": number, "most": MOST}
        return (
            _("%(number)s decisions are too many for one list of %(most)s. Choose a programme.")
            % said
        )
    return ""


def run(job: Job) -> None:
    """Print the edition of a job; one that a dead worker had printed is not printed again."""
    printing.run_one(job, lambda: _make(job, job.institution, _programme_of(job)))


def _programme_of(job: Job) -> Programme | None:
    uuid = job.parameters["programme"]
    return Programme.objects.get(uuid=uuid, institution=job.institution) if uuid else None


def _make(job: Job, institution: Institution, programme: Programme | None) -> Document:
    with jobs.told_to_owner(job):
        if reason := _unprintable(institution, programme):  # revoked since it was ordered
            raise Refused(reason)
    number, code = numbers.take(institution, "PRC")
    imprint = Imprint(
        institution=facts.of_institution(institution),
        number=number,
        created=timezone.now(),
        code=code,
        verify_url=address("verify-code", code),
    )
    title = programme.newest_title if programme else ""
    said = facts_of(imprint, printable(institution, programme).with_all(), title)
    context = precedent_list_context(said, languages=institution.document_languages)
    jobs.advance(job, 1)
    data = printing.rendered(
        "precedent_list", context, institution, number=number, created=imprint.created
    )
    jobs.advance(job, 2)
    return _store(
        job,
        data,
        title=context["title"],
        number=number,
        code=code,
        facts={"programme": str(programme.uuid) if programme else "", "of": title},
    )


@change()
def _store(job: Job, data: Printed, *, facts: dict, **named: str) -> Document:
    """Keep an edition. `facts`: uuid of its `programme`, and the title that it is `of`, or ""."""
    job = lock(job)
    if made := job.results.first():  # by another worker, when this one was thought dead
        return made
    institution = lock(job.institution)  # editions are kept one after the other
    document = documents.store_pdf(
        data,
        kind=DocumentKind.PRECEDENT_LIST,
        institution=institution,
        facts=facts,
        **named,
    )
    earlier = editions(institution).filter(superseded_by=None, created_at__lt=document.created_at)
    earlier = earlier.exclude(jobs__created_at__gt=job.created_at)  # ordered later, ready earlier
    if facts["programme"]:
        earlier = earlier.filter(facts__programme=facts["programme"])
    for one in earlier:
        documents.supersede(one, document)
    job.results.add(document)
    record(institution, "print-precedent-list", by=job.owner, after=document.number)
    return document


# What it says


def facts_of(
    imprint: Imprint, precedents: Iterable[Precedent], programme: Text = ""
) -> PrecedentListFacts:
    """Return the facts of an edition, from rows `with_all`: by programme, then awarding body.

    `programme`: the title of the only one that it is of, "" when it is of all.
    """
    rows = sorted(precedents, key=_place_of)
    programmes = tuple(
        ListedProgramme(
            title=version.title,
            regulations=version.regulations,
            decisions=tuple(_decision(one) for one in found),
        )
        for version, found in groupby(rows, key=lambda one: one.programme_version)
    )
    return PrecedentListFacts(imprint, programmes, address("precedent-public"), programme)


def _place_of(precedent: Precedent) -> tuple:
    version = precedent.programme_version
    courses = [
        (str(source.awarding_body).casefold(), in_language(source.title, "en").casefold())
        for source in precedent.sources.all()
    ]
    return (in_language(version.title, "en").casefold(), version.pk, courses, precedent.pk)


def _decision(precedent: Precedent) -> ListedDecision:
    stands = precedent.level == PrecedentLevel.STANDING and not precedent.is_over
    return ListedDecision(
        sources=tuple(
            ListedSource(s.title, str(s.awarding_body), s.awarding_body.country, s.ects)
            for s in precedent.sources.all()
        ),
        targets=tuple(
            ListedTarget(
                code=target.module.code,
                title=target.module.title,
                parts=tuple(part.title for part in target.parts.all()),
            )
            for target in precedent.targets.all()
        ),
        type=precedent.type,
        year=precedent.year,
        ects=precedent.ects,
        stands_until=precedent.valid_to if stands else None,
    )
