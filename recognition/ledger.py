"""The only place that reads the ledger of credits to say what would count twice or too much."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from credentials.models import ComponentType, CreditEntry, Document, DocumentKind, Module
from recognition.credits import NOTHING, for_inclusion, split
from recognition.limits import Entry, counted_twice, over_limit
from recognition.models import Decision, Line, LineSource, TargetKind
from recognition.opinions import credit_rules, ects_of
from recognition.recorded import Recorded, passed_modules
from recognition.sources import facts_of
from recognition.vocabulary import DecisionType, Track


def source_key(source: LineSource) -> str:
    """Return what names the learning itself, the same for a second import (SHA-256, hex).

    Issuer and identifier where the credential has them, of the first one where it was corrected;
    else its file, without the evidence that may be added to it; else what it says.
    """
    facts = facts_of(source)
    if identifier := facts.replaces or facts.id:
        return _sha256(f"{facts.awarding_body.id}\n{identifier}")
    if file := file_of(source):
        return file.sha256
    said = [dict(facts.title), dict(facts.awarding_body.name), str(facts.awarded_on or "")]
    return _sha256(json.dumps(said, sort_keys=True, ensure_ascii=False))


def file_of(source: LineSource) -> Document | None:
    """Return the file of a credential, also when it has left the portfolio; None without one."""
    if source.credential:
        return source.credential.document
    kept = (one for one in source.documents.all() if one.kind == DocumentKind.CREDENTIAL)
    return next(kept, None)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Share:
    """What one source of a line would be credited with, in ECTS."""

    source: LineSource
    key: str
    ects: Decimal
    total: Decimal | None


def shares_of(line: Line, sources: Sequence[LineSource], amount: Decimal) -> list[Share]:
    """Return the share of each source in the credits of a decision; none is 0 if it can be.

    `sources`: those of the line, `with_files()`.
    """
    rules = credit_rules(line)
    totals = [ects_of(source, rules) for source in sources]
    amounts = split(amount, [total or Decimal(0) for total in totals])
    return [
        Share(source, source_key(source), ects, total)
        for source, ects, total in zip(sources, amounts, totals, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Account:
    """What the ledger says of a learner and of what a line puts forward, read at once.

    `expected`: what their other decisions give, as if it were recorded. `is_of_another`: credits
    were recorded for somebody else from one of the sources. `passed`: modules (keys) that they
    have passed in the programme.
    """

    line: Line
    sources: tuple[LineSource, ...]
    free: Decimal
    entries: tuple[Entry, ...]
    expected: tuple[Entry, ...]
    is_of_another: bool
    passed: frozenset[int]


def account_of(line: Line, sources: Sequence[LineSource], recorded: Recorded) -> Account:
    """Return the account of a line with its sources, `with_files()`; three or four queries."""
    shares = shares_of(line, sources, NOTHING)
    keys = {share.source.credential_id: share.key for share in shares if share.source.credential_id}
    return Account(
        line=line,
        sources=tuple(sources),
        free=recorded.free,
        entries=tuple(_entries(line, shares, keys, recorded)),
        expected=tuple(_promised(recorded, keys)),
        is_of_another=_is_of_another(line, shares),
        passed=frozenset(passed_modules(line).values_list("module", flat=True)),
    )


def problems_of(
    account: Account, module: Module | None, amount: Decimal, *, as_if_recorded: bool = False
) -> list[str]:
    """Return why these credits would count twice or break a limit (R4, R5), [] when they do not.

    `module`: what they would fill, None for free electives (see `Decision.module`).
    Asked before a decision is signed, `as_if_recorded` what other decisions give, so that no
    letter grants what cannot be recorded; and again in the transaction that records it.
    """
    if not amount:
        return []
    line = account.line
    shares, rules = shares_of(line, account.sources, amount), credit_rules(line)
    programme = line.case.programme_version
    ledger = [*account.entries, *(account.expected if as_if_recorded else ())]
    problems = [] if module else _over_electives(account.free, amount)
    if account.is_of_another:
        problems.append(
            _("Credits were recorded for somebody else from this credential. Ask whose it is.")
        )
    for share in shares:
        new = Entry(
            award=programme.pk,
            target=module.pk if module else None,
            credential=share.key,
            ects=share.ects,
            track=Track(line.track),
        )
        found = counted_twice(
            new,
            ledger,
            rules,
            credential_ects=share.total,
            target_ects=module.ects if module else None,
            target_passed=bool(module and module.pk in account.passed),
        )
        found += over_limit(
            new,
            ledger,
            rules,
            award_ects=programme.ects_total,
            excluded=bool(module and not _replaceable(module)),
        )
        problems += [str(problem) for problem in found]
        ledger.append(new)
    return list(dict.fromkeys(problems))


def _is_of_another(line: Line, shares: Sequence[Share]) -> bool:
    """A signed credential or a file counts for one person; words alone may be true of many."""
    named = [share for share in shares if facts_of(share.source).id or file_of(share.source)]
    others = CreditEntry.objects.filter(
        source_key__in=[share.key for share in named], reversed_at=None
    ).exclude(enrolment__learner__user=line.case.applicant_id)
    return others.exists()


def _over_electives(free: Decimal, amount: Decimal) -> list[str]:
    """R2: an inclusion stays within what is free of the free-elective area."""
    inclusion = for_inclusion([amount], free)
    return [str(inclusion.explanation)] if inclusion.amount < amount else []


def _promised(recorded: Recorded, keys: Mapping[int, str]) -> Iterator[Entry]:
    """Yield what the applicant's other decisions give, as if it were recorded already."""
    for other in recorded.promised:
        for share in shares_of(other, other.sources.all(), other.decision.ects):
            yield Entry(
                award=other.case.programme_version_id,
                target=_target_of(other),
                credential=keys.get(share.source.credential_id, share.key),
                ects=share.ects,
                track=Track(other.track),
            )


def _target_of(line: Line) -> int | None:
    line.decision.line = line
    module = line.decision.module
    return module.pk if module else None


def _replaceable(module) -> bool:
    return module.is_recognisable and module.component_type != ComponentType.THESIS


def _entries(
    line: Line, shares: Sequence[Share], keys: Mapping[int, str], recorded: Recorded
) -> list[Entry]:
    """Return what counts in this programme, and what of these sources counts anywhere.

    `keys`: those of the credentials today; what they say may have changed since it counted. What
    an earlier decision on the same line gave is left out: a new one takes its place.
    """
    same = Q(source_key__in=[share.key for share in shares]) | Q(credential__in=keys)
    elsewhere = CreditEntry.objects.filter(
        same, enrolment__learner__user=line.case.applicant_id, reversed_at=None
    ).exclude(pk__in=[entry.pk for entry in recorded.entries])
    found = [*recorded.entries, *elsewhere.select_related("enrolment")]
    rows = [row for row in found if row.line != line.uuid]
    tracks = dict(
        Line.objects.filter(uuid__in=[row.line for row in rows]).values_list("uuid", "track")
    )
    return [
        Entry(
            award=row.enrolment.programme_version_id,
            target=row.module_id,
            credential=keys.get(row.credential_id, row.source_key),
            ects=row.ects,
            track=Track(tracks.get(row.line) or Track.RECOGNITION),
        )
        for row in rows
    ]


def fills_module(decision: Decision) -> bool:
    """Whether a decision replaces a whole module, which can happen once."""
    if decision.type == DecisionType.ALTERNATIVE:
        return True
    whole = (DecisionType.FULL_SUBSTITUTION, DecisionType.CONDITIONAL)
    return decision.line.target_kind == TargetKind.MODULE and decision.type in whole
