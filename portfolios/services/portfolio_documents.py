"""The only place that prints a portfolio for its holder, and deletes such a print.

Without the design and the seal of an institution: it is the holder's word. A number and a code it
has from the institution that knows the holder; who is known nowhere prints without a code.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import DOCUMENT_LANGUAGES, spoken
from credentials.models import (
    Credential,
    Document,
    DocumentKind,
    Institution,
    Job,
    JobKind,
    Learner,
    Origin,
    User,
)
from credentials.pdf import render_pdf
from credentials.services import designs, documents, facts, jobs, numbers, printing, verification
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from credentials.standards.documents import Imprint, in_each
from credentials.standards.facts import BodyFacts, CredentialFacts
from credentials.states import AwardState
from credentials.verdict import Refused
from portfolios.documents.portfolio import (
    STATED_NAMES,
    Entry,
    Holding,
    PortfolioFacts,
    Source,
    look,
    portfolio_context,
)
from portfolios.permissions import can_delete_print, can_print_portfolio
from portfolios.statements import STATED

MOST_KEPT = 20
SOURCES = {
    Origin.AWARD: Source.AWARD,
    Origin.DECISION: Source.DECISION,
    Origin.IMPORTED: Source.SIGNED,
    Origin.STATED: Source.KEPT,
    Origin.SELF_DECLARED: Source.DECLARED,
}


def entries_of(user: User) -> QuerySet[Credential]:
    """Return what lies in a portfolio, newest first, with all that is printed of it."""
    held = Credential.objects.visible_to(user).in_portfolio().select_related("award")
    return held.with_standing().order_by("-created_at", "-pk")


def prints_of(user: User) -> QuerySet[Document]:
    """Return what somebody has printed of their portfolio, newest first."""
    return Document.objects.filter(kind=DocumentKind.PORTFOLIO, owner=user)


def running(user: User) -> Job | None:
    """Return the printing that goes on, None when there is none."""
    return Job.objects.unfinished().filter(kind=JobKind.PORTFOLIO, subject=user.uuid).first()


def languages_for(user: User) -> list[tuple[str, ...]]:
    """Return in which languages a portfolio is printed: as documents of the holder's institutions,
    or in one language; the first is proposed.
    """
    known = user.learners.select_related("institution").order_by("pk")
    pairs = [tuple(learner.institution.document_languages) for learner in known]
    alone = [(tag,) for tag in (spoken(user.language), *DOCUMENT_LANGUAGES)]
    return list(dict.fromkeys([*pairs, *alone]))


@change()
def order(entries: Sequence[Credential], languages: Sequence[str], *, by: User) -> Job:
    """Have entries of a portfolio printed in the background; one print at a time."""
    by = lock(by)
    can_print_portfolio(by, entries).require()
    if tuple(languages) not in languages_for(by):
        raise Refused(_("Choose one of the languages that are offered."))
    if running(by):
        raise Refused(_("Your portfolio is being printed now. Wait until that is done."))
    if prints_of(by).count() >= MOST_KEPT:
        raise Refused(
            _("You keep %(most)s prints already. Delete one first.") % {"most": MOST_KEPT}
        )
    return jobs.start(
        JobKind.PORTFOLIO,
        by.uuid,
        institution=_keeper(_record_of(by)),
        by=by,
        parameters={
            "entries": [str(one.uuid) for one in entries],
            "languages": list(languages),
        },
    )


def _record_of(user: User) -> Learner | None:
    return user.learners.select_related("institution").order_by("pk").first()


def _keeper(learner: Learner | None) -> Institution:
    """Return under which institution the work is listed; of who is known to none, under the
    first, which lends no number.
    """
    found = learner.institution if learner else Institution.objects.order_by("pk").first()
    if found is None:
        raise Refused(_("This portal has no institution yet."))
    return found


def run(job: Job) -> None:
    """Print the portfolio of a job; one that a dead worker had printed is not printed again."""
    printing.run_one(job, lambda: _make(job))


def _make(job: Job) -> Document:
    """Print what of the chosen entries is still there; raises `Refused` when nothing is."""
    holder, chosen = job.owner, job.parameters["entries"]
    held = list(entries_of(holder).filter(uuid__in=chosen)) if holder else []
    with jobs.told_to_owner(job):
        if not held:
            raise Refused(_("Nothing that you chose lies in your portfolio any more."))
    learner, languages = _record_of(holder), tuple(job.parameters["languages"])
    number, code = f"PF-{job.uuid.hex[:12].upper()}", ""
    if learner:
        number, code = numbers.take(learner.institution, "PF")
    created, name = timezone.now(), learner.name if learner else str(holder)
    said = PortfolioFacts(
        imprint=Imprint(
            institution=BodyFacts(name={"": name}),
            number=number,
            created=created,
            code=code,
            verify_url=address("verify-code", code) if code else "",
        ),
        holder=name,
        portal=settings.ADDRESS,
        entries=tuple(entry_of(one, name, languages) for one in held),
    )
    context = portfolio_context(said, languages=languages)
    data = render_pdf(
        "pdf/portfolio.html",
        context,
        languages=languages,
        title=context["title"],
        identifier=number,
        created=created,
        design=look(languages),
    )
    institution = learner.institution if learner else None
    named = {"title": context["title"], "number": number, "code": code}
    return _store(job, data, institution, documents.about(name), **named)


@change()
def _store(
    job: Job, data: bytes, institution: Institution | None, facts: dict, **named: str
) -> Document:
    job = lock(job)
    if made := job.results.first():  # by another worker, when this one was thought dead
        return made
    document = documents.store_pdf(
        documents.Printed(data, None, designs.templates_hash()),
        kind=DocumentKind.PORTFOLIO,
        institution=institution,
        owner=job.owner,
        facts=facts,
        **named,
    )
    job.results.add(document)
    record(document, "print-portfolio", by=job.owner)
    return document


@change()
def delete(document: Document, *, by: User) -> None:
    """Delete a print and its file; its code leads nowhere from then on."""
    by = lock(by)
    document = lock(document)
    can_delete_print(by, document).require()
    if running(by):  # a worker that died would print it again
        raise Refused(_("Your portfolio is being printed now. Wait until that is done."))
    record(document, "delete", by=by)
    document.jobs.clear()
    documents.forget(document)


# What it says


def entry_of(credential: Credential, holder: str, languages: Sequence[str]) -> Entry:
    """Return an entry from a row of `entries_of`, printed of a holder of that name."""
    said, source = facts.of_credential(credential), SOURCES[Origin(credential.origin)]
    name = said.holder.name if said.holder else ""
    found: dict = {}
    if source == Source.SIGNED:
        found = _found(credential, languages) | {"stated": _stated(credential)}
    elif source in (Source.AWARD, Source.DECISION):
        holding, since = _holding(credential)
        found = {"holding": holding, "since": _day(since), "verify_url": said.verify_url}
    return Entry(
        source=source,
        title=said.title,
        body=said.awarding_body.name,
        country=said.awarding_body.country,
        issued_on=_issued_on(said),
        ects=said.ects,
        hours=said.hours,
        valid_until=_day(said.valid_until),
        eqf_level=said.eqf_level,
        outcomes=tuple(outcome.text for outcome in said.outcomes),
        issued_to=name if _is_another(name, holder) else "",
        **found,
    )


def _is_another(name: str, holder: str) -> bool:
    return bool(name) and " ".join(name.split()).casefold() != " ".join(holder.split()).casefold()


def _issued_on(said: CredentialFacts) -> date | None:
    return _day(said.issued_on) or said.awarded_on


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _holding(credential: Credential) -> tuple[Holding, datetime | None]:
    """Return whether what was signed here holds now, and since when it does not."""
    if credential.origin == Origin.DECISION:
        if credential.revoked_at:
            return Holding.REVOKED, credential.revoked_at
        return (Holding.UNPROVEN if credential.is_unproven else Holding.HOLDS), None
    award = credential.award
    if award.state == AwardState.SUSPENDED:
        return Holding.SUSPENDED, award.suspended_at
    if award.state == AwardState.REVOKED:
        is_replaced = award.revocation_reason == "superseded"
        return (Holding.REPLACED if is_replaced else Holding.REVOKED), award.revoked_at
    return (Holding.UNPROVEN if credential.is_unproven else Holding.HOLDS), None


def _found(credential: Credential, languages: Sequence[str]) -> dict:
    """Return what was found when a signed file was checked last."""
    result = verification.told(credential.verification, credential.verified_at)
    return {
        "finding": in_each(languages, lambda _tag: result.title),
        "explanation": in_each(languages, lambda _tag: result.text),
        "checked_on": _day(credential.verified_at),
    }


def _stated(credential: Credential) -> tuple[str, ...]:
    origins = credential.provenance
    return tuple(name for name in STATED_NAMES if origins.get(name) == STATED)
