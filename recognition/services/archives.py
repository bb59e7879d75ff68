"""The only place that packs what was submitted and decided into one ZIP file, with its hashes."""

import hashlib
import itertools
import json
import logging
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from credentials.language import in_language
from credentials.models import Document
from credentials.services import verification
from credentials.services.verification import told
from recognition.models import Ballot, Case, Decision, Line, SupplementaryAssessment
from recognition.services import letter_facts, proceedings
from recognition.states import TOLD, DecisionState

logger = logging.getLogger(__name__)

EVIDENCE, ANSWERS, LETTERS, REMEDIES = "evidence", "answers", "letters", "remedies"


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of a case, and its name in the archive."""

    document: Document
    path: str


def with_files(lines):
    """Add to lines what `files_of` and `snapshot` read."""
    return (
        lines.with_all()
        .select_related("decision__credential", "decision__letter")
        .prefetch_related(
            "sources__documents",
            "sources__supplement",
            "sources__awarding_body",
            "information_requests__letter",
            "information_requests__items__documents",
            "information_requests__inquiry__letter",
            "messages__author",
            "assessments__results__outcome",
            "assessments__assessor",
            "ballots__votes__member",
            "ballots__committee",
            "ballots__decision",
            "agenda_items__meeting__minutes",
            "agenda_items__meeting__committee",
            "decisions__letter",
            "decisions__conditions__documents",
            "decisions__conditions__notice",
            "delays__letter",
            "objections__documents",
            "objections__letter",
            "annulments__documents",
            "annulments__letter",
        )
    )


def files_of(lines: Iterable[Line], receipt: Document | None = None) -> list[Filed]:
    """Return the files of lines that come from `with_files`, each once, in a stable order.

    A letter is among them once it was sent; so the applicant may have all of them. The `receipt`
    of their case names all its lines: give it for a reader who may open it.
    """
    found: dict[int, Filed] = {}
    for folder, document in (*itertools.chain(*map(_files_of, lines)), (LETTERS, receipt)):
        if document and document.pk not in found:
            name = get_valid_filename(document.filename or "file")[-120:]
            path = f"{folder}/{len(found) + 1:02}-{name}"
            found[document.pk] = Filed(document, path)
    return list(found.values())


def _files_of(line: Line) -> Iterator[tuple[str, Document | None]]:
    case = line.case
    yield EVIDENCE, case.consent
    is_told = line.state in TOLD
    for source in line.sources.all():
        yield from ((EVIDENCE, document) for document in source.documents.all())
        if is_told:
            yield LETTERS, source.supplement
    for request in line.information_requests.all():
        is_of_issuer = request.source_id is not None
        yield LETTERS, request.inquiry.letter if is_of_issuer else request.letter
        if request.answered_at and (is_told or not is_of_issuer):
            files = (file for item in request.items.all() for file in item.documents.all())
            yield from ((ANSWERS, document) for document in files)
    for decision in line.decisions.all():
        if decision.notified_at:
            yield LETTERS, decision.letter
            for condition in decision.conditions.all():
                yield from ((ANSWERS, document) for document in condition.documents.all())
                yield LETTERS, condition.notice
    yield from ((LETTERS, delay.letter) for delay in line.delays.all())
    for remedy in (*line.objections.all(), *line.annulments.all()):
        yield from ((REMEDIES, document) for document in remedy.documents.all())
        yield REMEDIES, remedy.letter


def snapshot(case: Case, lines: Iterable[Line]) -> dict:
    """Return what was asked and decided as JSON; what was put forward is as it was frozen."""
    return {
        "reference": case.reference,
        "institution": in_language(case.institution.name),
        "programme": in_language(case.programme_version.title),
        "regulations": case.programme_version.regulations,
        "submitted_at": case.submitted_at.isoformat(timespec="seconds"),
        "rules": case.policy.version,
        "lines": [_line(line) for line in lines],
    }


def _line(line: Line) -> dict:
    return {
        "position": line.position,
        "target": in_language(letter_facts.target_title(line)),
        "module": line.module.code if line.module else "",
        "note": line.note,
        "state": line.state,
        "sources": [
            {
                "facts": source.facts,
                "provenance": source.provenance,
                "verification": told(source.verification).title if source.verification else "",
                "links": source.links,
                "files": [document.sha256 for document in source.documents.all()],
            }
            for source in line.sources.all()
        ],
        "questions": [
            {"asked": item.text, "answer": item.answer if request.answered_at else ""}
            for request in line.information_requests.all()
            if request.source_id is None
            for item in request.items.all()
        ],
        "messages": [
            {
                "sent_at": _moment(message.sent_at),
                "from": "applicant" if message.is_from_applicant else "university",
                "text": message.text,
            }
            for message in line.messages.all()
        ],
        "assessments": [_assessment(one, line.state in TOLD) for one in line.assessments.all()],
        "votes": [_vote(one) for one in line.ballots.all()] if line.state in TOLD else [],
        "decisions": [
            _decision(one)
            for one in line.decisions.all()
            if one.state == DecisionState.SIGNED and one.notified_at
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _assessment(one: SupplementaryAssessment, is_told: bool) -> dict:
    """Return what was assessed; its result comes with the decision."""
    return {
        "form": one.form,
        "task": one.instructions,
        "ordered_at": _moment(one.ordered_at),
        "ended_at": _moment(one.ended_at),
        "end": one.end,
        "grade": one.grade if is_told else "",
        "results": [
            {
                "outcome": in_language(result.outcome.text),
                "met": result.is_met if is_told else None,
                "note": result.note if is_told else "",
            }
            for result in one.results.all()
        ],
    }


def _vote(ballot: Ballot) -> dict:
    """Return what a committee was asked and how it answered; never how a member voted."""
    return {
        "question": proceedings.question_of(ballot),
        "secret": ballot.is_secret,
        "closed_at": _moment(ballot.closed_at),
        "result": ballot.state,
        "yes": ballot.yes,
        "no": ballot.no,
        "abstained": ballot.abstained,
    }


def _decision(decision: Decision) -> dict:
    return {
        "number": decision.number,
        "version": decision.version,
        "type": decision.type,
        "ects": f"{decision.ects:.1f}" if decision.ects is not None else None,
        "grade": decision.grade,
        "grade_counts": bool(decision.counted_grade),
        "outcomes": decision.outcome_ratings,
        "reasons": decision.reasons,
        "decided_at": decision.decided_at.isoformat(timespec="seconds"),
        "sent_at": decision.notified_at.isoformat(timespec="seconds"),
    }


def write(case: Case, filed: Sequence[Filed], lines: list[Line], file: IO[bytes]) -> None:
    """Write the archive of a case; files are copied in pieces, never held in memory whole."""
    sums = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, data in _texts(case, lines):
            packed.writestr(path, data)
            sums.append((hashlib.sha256(data).hexdigest(), path))
        for one in filed:
            if _copy(packed, one):
                sums.append((one.document.sha256, one.path))
        packed.writestr("SHA256SUMS", "".join(f"{digest}  {path}\n" for digest, path in sums))


def _texts(case: Case, lines: list[Line]) -> Iterator[tuple[str, bytes]]:
    told_of = json.dumps(snapshot(case, lines), ensure_ascii=False, indent=2)
    yield "README.txt", _readme(case).encode()
    yield "application.json", told_of.encode()
    for line in lines:
        credential = line.decision and line.state in TOLD and line.decision.credential
        if credential and credential.holder_id:
            yield f"credentials/{line.decision.number}.json", verification.bytes_of(credential)


def _copy(packed: zipfile.ZipFile, filed: Filed) -> bool:
    """Copy one file; one that is gone is left out and noted for those who run the portal."""
    try:
        with filed.document.file.open("rb") as source, packed.open(filed.path, "w") as target:
            for chunk in source.chunks():
                target.write(chunk)
    except OSError:
        logger.exception("document %s cannot be read", filed.document.uuid)
        return False
    return True


def _readme(case: Case) -> str:
    return "\n".join(
        (
            _("Application %(reference)s to %(institution)s")
            % {"reference": case.reference, "institution": case.institution},
            "",
            _("application.json: what was asked, put forward and decided, for machines."),
            _("evidence: the files as they were submitted. answers: files sent with answers."),
            _("letters: decisions and other letters, as they were sent."),
            _("credentials: decisions that are signed as credentials (Open Badges 3.0)."),
            _("SHA256SUMS: the fingerprint of each file. Check all with: sha256sum -c SHA256SUMS"),
            "",
        )
    )
