"""The only place that verifies with what the portal knows: own keys and lists, else the network.

`trust.verify` asks the questions; here is where the answers come from, and what is ours: awards
and printed documents are found by code, by hash, or by the credential inside a PDF.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from credentials.models import (
    SIGNED_HERE,
    Award,
    AwardingBody,
    Credential,
    Document,
    Format,
    Institution,
    User,
)
from credentials.pdf_files import PdfProblem, embedded_files, is_named
from credentials.services import (
    accounts,
    authorities,
    documents,
    known_documents,
    known_issuers,
    own_seals,
    own_signatures,
    pdf_seals,
)
from credentials.services.known_documents import Match
from credentials.services.numbers import normal_code
from credentials.services.outside import Others
from credentials.services.results import Result
from credentials.standards.facts import CredentialFacts
from credentials.trust import bundle_words, bundles, sniff, verify
from credentials.trust.answers import Findings
from credentials.trust.bundles import Bundle
from credentials.trust.sniff import Kind
from credentials.trust.verify import Check, Person
from credentials.trust.words import Outcome, Standing


@dataclass(frozen=True, slots=True)
class Examined:
    """What is said about the credentials in a bundle, by names of their files (or with a number).

    `is_named`: something else than the bundle shows that the key that packed it belongs to whom the
    bundle names: a fingerprint that was compared, their address, or our own keys.
    """

    bundle: Bundle
    results: Mapping[str, Result]
    is_named: bool

    @property
    def is_confirmed(self) -> bool:
        """Return whether the key that packed it is shown to be that of the credential's issuer."""
        tied = [result.is_tied for result in self.results.values()]
        return self.is_named and bool(tied) and all(tied) and not self.is_of_another

    @property
    def is_of_another(self) -> bool:
        """Return whether a credential in it names another issuer than who packed it."""
        read = [result.facts for result in self.results.values() if result.facts]
        return any(facts.awarding_body.id != self.bundle.issuer for facts in read)

    @property
    def has_pdf(self) -> bool:
        """Return whether the printed supplement is among what was packed."""
        return bundles.PDF in self.bundle.files


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: a credential, a printed document, or a document that carries one.

    `match` says how what was handed in stands to the document; `others` are further credentials in
    the same file; `sealing` is what its seals show, where it is not exact; `packed` is the bundle
    that it is in.
    """

    result: Result | None = None
    document: Document | None = None
    match: Match | None = None
    others: tuple[Result, ...] = ()
    sealing: pdf_seals.Opened | None = None
    packed: Examined | None = None

    @property
    def is_seal_alone(self) -> bool:
        """Return whether a PDF holds no credential, so that its seal is all there is to verify."""
        is_credential = self.result and self.result.facts
        return self.sealing is not None and self.match is None and not is_credential


def examine(data: bytes, filename: str = "", **asked: Any) -> Result:
    """Return what can be said now about the first credential in a file; as `examine_all`."""
    return examine_all(data, filename, **asked)[0]


def examine_all(
    data: bytes,
    filename: str = "",
    *,
    holder: User | None = None,
    reader: User | None = None,
    fresh: bool = False,
    others: Others | None = None,
) -> list[Result]:
    """Return what can be said now about each credential in a file (untrusted), at least one.

    May ask others over the network. `holder` is whom it should belong to, `reader` who is told,
    default the holder; with `fresh`, nothing counts that others said some minutes ago. `others`
    is who is asked instead of everybody.
    """
    others, person = others or Others(fresh=fresh), person_of(holder) if holder else None
    reader = reader or holder
    if data.startswith(bundles.ZIP):
        return _examine_bundle(data, others, person, reader)[0]
    if known_documents.is_pdf(data):
        return _examine_pdf(data, others, person, reader, pdf_seals.opened(data))
    return _examined(data, filename, others, person, reader)


def examine_credential(credential: Credential, **asked: Any) -> Result:
    """Return what can be said now about a credential that we keep, out of all that its file holds.

    Raises `OSError` when the file is gone or not what was kept.
    """
    name = credential.document.filename if credential.document else ""
    found = examine_all(bytes_of(credential), name, **asked)
    wanted = (credential.identifier, dict(credential.title))
    alike = (one for one in found if one.facts and _is(one.facts, *wanted))
    return next(alike, found[0])


def _is(facts: CredentialFacts, identifier: str, title: dict) -> bool:
    return facts.id[:500] == identifier if identifier else dict(facts.title) == title


def _examined(
    data: bytes,
    filename: str,
    others: Others,
    person: Person | None,
    reader: User | None = None,
) -> list[Result]:
    proven: list[Findings] = []

    def record_of(findings: Findings) -> verify.Record:
        proven.append(findings)
        return known_issuers.record_of(findings, reader)

    seen = verify.check_all(
        data,
        resolve=others.resolve,
        status_of=others.status_of,
        document_of=others.document_of,
        record_of=record_of,
        holder=person,
        roots=authorities.trusted(),
        carried=others.carried,
        now=timezone.now(),
        filename=filename,
    )
    issuers = {id(found.facts): known_issuers.issuer_behind(found, reader) for found in proven}
    return [_with_ours(one, issuers.get(id(one.facts)), data, others) for one in seen]


def _examine_bundle(
    data: bytes, others: Others, person: Person | None, reader: User | None
) -> tuple[list[Result], Examined | None]:
    """Return what is said about the credential in a bundle, and about the bundle if it is one.

    Its issuer is asked all the same.
    """
    try:
        bundle = bundles.open_bundle(data)
    except sniff.Malformed as problem:
        now = timezone.now()
        return [Result(verify.refused(problem.reason, now, problem.key), now)], None
    inside = bundle.credentials[0] if bundle.credentials else bundles.MANIFEST
    found = _examined(bundle.files[inside], inside, others, person, reader)
    results = {f"{inside} ({number})": one for number, one in enumerate(found, start=1)}
    return found, Examined(bundle, results, others.publishes(bundle))


def _with_ours(
    seen: verify.Verification,
    issuer: Institution | AwardingBody | None,
    data: bytes,
    others: Others,
) -> Result:
    """Return a result with what our own records say of it."""
    asked = tuple(others.asked)
    seen, sealer = own_seals.with_own_certificate(seen, data)
    issuer = sealer or issuer
    if not seen.is_tied or not seen.facts:
        return Result(seen, timezone.now(), asked=asked)
    seen = verify.with_checks(seen, *own_signatures.of(seen))
    if not seen.is_tied:
        return Result(seen, timezone.now(), asked=asked)
    identifier = seen.facts.awarding_body.id
    ours = Award.objects.filter(
        credential__identifier=seen.facts.id, credential__issuer_key=identifier
    )
    award = ours.select_related("credential").first()
    found = (own_seals.status_of(seen, award), _superseded(award, own_seals.degree_of(seen)))
    seen = verify.with_checks(seen, *(check for check in found if check))
    return Result(seen, timezone.now(), issuer, award, asked=asked)


def _superseded(award: Award | None, degree: Document | None) -> Check | None:
    """Return what took the place of an award, or of the document that states a degree."""
    newer = award.corrected_by if award else documents.newer(degree) if degree else None
    if newer is None:
        return None
    return Check("not_superseded", Outcome.FAIL, "superseded_here", {"number": newer.number})


def person_of(user: User) -> Person:
    """Return what the portal has made sure of about a user, for comparing with a credential."""
    learners = list(user.learners.all())
    days = {learner.birth_date for learner in learners if learner.birth_date}
    names = dict.fromkeys([user.name, *(learner.name for learner in learners)])
    return Person(
        names=tuple(name for name in names if name),
        birth_date=days.pop() if len(days) == 1 else None,
        emails=tuple(accounts.confirmed_addresses(user)),
    )


def told(kept: Mapping, checked_at: datetime | None = None) -> Result:
    """Return a result that was kept with `as_json`, for reading again; without facts."""
    return Result(verify.from_json(kept), checked_at)


def look_at(data: bytes, filename: str = "", *, reader: User | None = None) -> Answer:
    """Return what a file is: a document printed here, a credential, or a PDF that carries one.

    `reader`: who is told, None for the public.
    """
    if printed := known_documents.exactly(data):
        exact = Check("pages", Outcome.PASS, "pages_exact")
        return _of_printed(printed, Match.EXACT, exact)
    if known_documents.is_joined(data):
        now = timezone.now()
        return Answer(result=Result(verify.refused("", now, bundle_words.JOINED), now))
    if data.startswith(bundles.ZIP):
        (first, *others), packed = _examine_bundle(data, Others(), None, reader)
        return Answer(result=first, others=tuple(others), packed=packed)
    if not known_documents.is_pdf(data):
        first, *others = examine_all(data, filename, reader=reader)
        if not _is_any_signed((first, *others)) and (printed := known_documents.with_data(data)):
            return _of_printed(printed, Match.DATA)
        return Answer(result=first, others=tuple(others))
    sealing = pdf_seals.opened(data)
    first, *others = _examine_pdf(data, Others(), None, reader, sealing)
    is_unsigned = not sealing and not _is_any_signed((first, *others))
    if is_unsigned and (borne := known_documents.borne_by(data)):
        return Answer(document=borne, match=Match.CHANGED)
    if document := known_documents.behind(data, (first, *others), sealing):
        answer = Answer(document=document, match=Match.CHANGED_SIGNED, sealing=sealing)
        return replace(answer, result=first, others=tuple(others)) if first.facts else answer
    document = sealing.document if sealing else None
    return Answer(result=first, others=tuple(others), document=document, sealing=sealing)


def _is_any_signed(found: Iterable[Result]) -> bool:
    return any(one.is_signed for one in found)


def _of_printed(document: Document, match: Match, *checks: Check) -> Answer:
    """Return the answer on a file of ours: the award's, where it belongs to one."""
    award = Award.objects.filter(supplement=document).first()
    if award is None:
        return Answer(document=document, match=match)
    result = examine_award(award)
    result = replace(result, seen=verify.with_checks(result.seen, *checks))
    return Answer(result=result, document=document, match=match)


def look_up(code: str) -> Answer | None:
    """Return what carries a code: an award that was signed, or a document; None when nothing."""
    code = normal_code(code)
    awards = Award.objects.filter(code=code, credential__signed_forms__format=Format.OPEN_BADGES)
    if award := awards.select_related("supplement").first():
        return Answer(result=examine_award(award), document=award.supplement, match=Match.CODE)
    if code and (document := known_documents.printed().filter(code=code).first()):
        return Answer(document=document, match=Match.CODE)
    return None


def examine_award(award: Award) -> Result:
    """Return what anyone can say about one of our awards, by its signed form."""
    return examine_credential(award.credential)


def bytes_of(credential: Credential) -> bytes:
    """Return a credential as it was signed; raises `OSError` when its file is gone or changed."""
    if credential.origin in SIGNED_HERE:
        form = credential.signed_forms.current().get(format=Format.OPEN_BADGES, subject_id="")
        return form.body.encode()
    return documents.read(credential.document)


def _examine_pdf(
    data: bytes,
    others: Others,
    person: Person | None,
    reader: User | None,
    sealing: pdf_seals.Opened | None,
) -> list[Result]:
    """Return what is said about the credentials inside a PDF, else about the file itself.

    What is printed on the pages is no part of what was signed, unless a seal covers it. A
    credential of ours lies only in documents that we have kept byte by byte, so another file
    around it is not the printed one.
    """
    try:
        files = embedded_files(data)
    except PdfProblem:
        files = ()
    inside = [
        result
        for file in files
        for result in _examined(file.data, file.name, others, person, reader)
    ]
    found = [
        replace(one, in_pdf=True, seen=verify.with_checks(one.seen, _pages(data, one, sealing)))
        for one in _each_once(inside)
    ]
    return found or _examined(data, "", others, person, reader)


def _each_once(inside: list[Result]) -> list[Result]:
    """Return each credential of a file once, in the form that can be relied on most.

    A document carries the same credential in several forms; one that a stranger has put beside it
    under the same identifier says nothing for itself. ELMO, which has no signature and splits a
    degree into its parts, counts only where its body says nothing in another form.
    """
    best: dict[object, Result] = {}
    for one in sorted(inside, key=_weight, reverse=True):
        if one.facts:
            best.setdefault(one.facts.id or repr(one.facts), one)
    kept = [one for one in inside if any(one is other for other in best.values())]
    others = [one for one in kept if one.seen.kind != Kind.ELMO]
    signed_by = [one.facts.awarding_body.name for one in others if one.facts]
    return [
        one
        for one in kept
        if one in others or not one.facts or one.facts.awarding_body.name not in signed_by
    ]


def _weight(one: Result) -> tuple[bool, ...]:
    """Rank a form of a credential; one whose issuer says that it is gone outweighs the others.

    Of equals the badge counts, which names a list of revocations.
    """
    gone = one.seen.verdict in (Standing.REVOKED, Standing.SUPERSEDED)
    return (one.is_tied, gone, one.is_valid, one.is_intact, one.seen.kind == Kind.OB3)


def _pages(data: bytes, inside: Result, sealing: pdf_seals.Opened | None) -> Check:
    facts = inside.facts
    kept = Credential.objects.filter(
        origin__in=SIGNED_HERE, identifier=facts.id, issuer_key=facts.awarding_body.id
    )
    is_ours = facts.id and inside.seen.is_tied and kept.exists()
    if is_ours and known_documents.exactly(data):
        return Check("pages", Outcome.PASS, "pages_exact")
    is_extended = sealing and sealing.is_good and sealing.document  # by a time stamp, and no more
    if sealing and (sealing.is_stripped or is_extended or not is_ours):
        body = facts.awarding_body
        return pdf_seals.pages(sealing, {one.value for one in body.identifiers})
    if not is_ours:
        return Check("pages", Outcome.UNKNOWN, "pages_not_covered")
    another = inside.award and is_named(data, inside.award.number) is False
    return Check("pages", Outcome.FAIL, "pages_of_another" if another else "pages_changed")
