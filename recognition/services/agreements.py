"""The only place that enters what was agreed with another institution, before anybody applies.

What an agreement says of a course in full decides equal cases at once, as any standing decision;
what it leaves open, and what counts in part, is shown to those who decide.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import AwardingBody, Institution, Module, ModulePart, ProgrammeVersion, User
from credentials.services import numbers
from credentials.services.lifecycle import change, lock, record
from credentials.standards.catalogue_files import complain
from credentials.standards.facts import BodyFacts, CredentialFacts
from credentials.verdict import Refused
from recognition.agreement_files import AgreementRow
from recognition.models import Precedent, PrecedentSource, PrecedentTarget
from recognition.models.precedent import SOON
from recognition.permissions import can_enter_precedent
from recognition.precedents import Rule, RuleSource, SourceKey, TargetKey
from recognition.presented import (
    columns_of,
    course_key,
    hash_of_source,
    hash_of_target,
    rule_of,
)
from recognition.services.precedents import MOST_YEARS, years_after
from recognition.vocabulary import DecisionType, PrecedentLevel


class Misfit(Refused):
    """A row that does not fit the institution; `field` is the column to correct."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Planned:
    """What a row comes to; `said`: see `_rule`. `known`: what says the same already."""

    row: AgreementRow
    body: AwardingBody
    version: ProgrammeVersion
    module: Module | None
    parts: tuple[ModulePart, ...]
    said: Rule
    known: "Precedent | Planned | None" = None

    @property
    def is_known(self) -> bool:
        return self.known is not None

    @property
    def is_stale(self) -> bool:
        """Whether it was entered before and should decide, but does not any more."""
        is_standing = self.level == PrecedentLevel.STANDING
        return is_standing and self.known is not None and self.known.level != self.level

    @property
    def type(self) -> DecisionType:
        return DecisionType(self.said.type)

    @property
    def level(self) -> PrecedentLevel:
        row = self.row
        is_whole = all((row.eqf_level, row.ects, row.assessment_type, row.outcomes))
        decides = is_whole and self.type != DecisionType.PARTIAL
        return PrecedentLevel.STANDING if decides else PrecedentLevel.INDICATIVE

    @property
    def course_key(self) -> str:
        return self.said.sources[0].key.course

    @property
    def valid_from(self) -> date:
        return self.row.valid_from or timezone.localdate()

    @property
    def valid_to(self) -> date:
        return self.row.valid_until

    def is_same_as(self, other: "Precedent | Planned") -> bool:
        """Whether one that says the same holds as long, or longer: it may have been prolonged.

        A row without a first day takes any that has come.
        """
        since = self.row.valid_from or min(other.valid_from, self.valid_from)
        return since == other.valid_from and self.valid_to <= other.valid_to


@change()
def enter(
    institution: Institution, rows: Sequence[AgreementRow], *, by: User, dry_run: bool = False
) -> list[Planned]:
    """Enter all rows, or none: raises `UnreadableFile` naming each row and column to correct.

    Returns what each row came to. `dry_run`: only say what would happen.
    """
    institution = lock(institution)
    can_enter_precedent(by, institution).require()
    places, planned, problems = _Places(institution), [], []
    for row in rows:
        try:
            planned.append(_plan(places, row))
        except Misfit as misfit:
            where = _("Row %(row)s, column “%(column)s”:")
            where = where % {"row": row.number, "column": misfit.field}
            problems.append(f"{where} {misfit}")
    complain(problems)
    planned = _compared(planned)
    if not dry_run:
        _write(institution, planned, by)
    return planned


@change()
def enter_one(institution: Institution, row: AgreementRow, *, by: User) -> Planned:
    """Enter one agreement; returns what it came to, raises `Misfit`."""
    institution = lock(institution)
    can_enter_precedent(by, institution).require()
    planned = _compared([_plan(_Places(institution), row)])
    _write(institution, planned, by)
    return planned[0]


# What a row names


class _Places:
    """Finds what rows name; each name is asked for once, however many rows bear it."""

    def __init__(self, institution: Institution) -> None:
        self.body = cache(partial(_body, institution))
        self.version = cache(partial(_version, institution))
        self.module = cache(_module)


def _plan(places: _Places, row: AgreementRow) -> Planned:
    """Return what a row comes to when it was not entered before; raises `Misfit`."""
    body = places.body(row.country, row.body)
    version = places.version(row.programme)
    _require_days(row)
    if row.parts and not row.module:
        raise Misfit("parts", _("Name the module whose parts these are."))
    module = places.module(version, row.module) if row.module else None
    parts = tuple(part for part in module.parts.all() if part.order in row.parts) if module else ()
    if len(parts) < len(row.parts):
        raise Misfit("parts", _("The module has no part with this number."))
    said = _rule(row, body, version, module, parts)
    return Planned(row, body, version, module, parts, said)


def _body(institution: Institution, country: str, name: str) -> AwardingBody:
    bodies = institution.awarding_bodies.filter(country=country, name__iexact=name)
    body = _named(bodies, "name", name, "body")
    if body is None:
        raise Misfit("body", _("“%(name)s” is not in the register. Enter it first.") % {
            "name": name
        })  # fmt: skip
    return body


def _version(institution: Institution, code: str) -> ProgrammeVersion:
    programme = _named(institution.programmes.filter(code__iexact=code), "code", code, "programme")
    version = programme and programme.versions.published().first()
    if version is None:
        raise Misfit("programme", _("There is no published programme with this code."))
    return version


def _module(version: ProgrammeVersion, code: str) -> Module:
    """Return the module with a code: where several are versions of one course, the newest."""
    modules = version.modules.select_related("course_version__course").prefetch_related("parts")
    found = modules.filter(course_version__course__code__iexact=code)
    by_age = found.order_by("course_version__number")
    newest = {module.course_version.course_id: module for module in by_age}
    module = _named(newest.values(), "code", code, "module")
    if module is None:
        raise Misfit("module", _("The programme has no module with this code."))
    if not module.is_recognisable:
        raise Misfit("module", _("The module cannot be replaced by other learning."))
    return module


def _named(rows: Iterable, name: str, text: str, column: str):
    """Return the row that bears a name: as it is written, else whatever its case; None without.

    `rows` are those that bear it in any case. Raises `Misfit` when it could be several, since
    nobody is to guess between them.
    """
    found = list(rows)
    exact = found if len(found) < 2 else [one for one in found if getattr(one, name) == text]
    if len(exact) > 1:
        problem = _("Several are called exactly “%(name)s”. Have all but one of them renamed.")
        raise Misfit(column, problem % {"name": text})
    if found and not exact:
        problem = _("“%(name)s” could be several. Write it exactly as the one you mean.")
        raise Misfit(column, problem % {"name": text})
    return exact[0] if exact else None


def _require_days(row: AgreementRow) -> None:
    if row.valid_from and row.valid_until < row.valid_from:
        raise Misfit("valid_until", _("It ends before it begins."))
    if not timezone.localdate() < row.valid_until <= years_after(timezone.localdate(), MOST_YEARS):
        raise Misfit("valid_until", _("Choose a day in the future, ten years ahead at most."))
    if row.awarded_from and row.awarded_until and row.awarded_until < row.awarded_from:
        raise Misfit("awarded_until", _("It ends before it begins."))


# What was entered before


def _course_key(row: AgreementRow) -> str:
    facts = CredentialFacts(
        id="",
        title={"en": row.course_title},
        awarding_body=BodyFacts(name={"en": row.body}),
        course_code=row.course_code,
    )
    return course_key(facts)


def _rule(
    row: AgreementRow,
    body: AwardingBody,
    version: ProgrammeVersion,
    module: Module | None,
    parts: tuple[ModulePart, ...],
) -> Rule:
    """Return all that a row says, but not how long it holds; see `_said`."""
    key = SourceKey(
        body=body.pk,
        course=_course_key(row),
        version=row.version,
        eqf_level=row.eqf_level,
        ects=row.ects,
        assessment_type=row.assessment_type,
        supervision=row.supervision,
        outcomes=hash_of_source(row.outcome_maps),
    )
    target = TargetKey(
        programme_version=version.pk,
        module=module and module.pk,
        course=module and module.course_version.course_id,
        parts=frozenset(part.pk for part in parts),
    )
    whole = DecisionType.FULL_SUBSTITUTION if module else DecisionType.INCLUSION
    return Rule(
        level="",
        type=DecisionType.PARTIAL if parts else whole,
        sources=(RuleSource(key, row.awarded_from, row.awarded_until),),
        targets=(target,),
        valid_from=date.min,
    )


def _said(rule: Rule) -> Rule:
    """Return all that a rule says, but not how long it holds and what became of it."""
    targets = tuple(replace(target, outcomes="") for target in rule.targets)
    return replace(rule, level="", targets=targets, valid_from=date.min, valid_to=None)


def _compared(planned: Sequence[Planned]) -> list[Planned]:
    """Return the rows, each of them known when one before it, or in use, says the same."""
    entered, compared = _entered(planned), []
    for one in planned:
        alike = entered[one.said]
        same = [other for other in alike if one.is_same_as(other)]
        known = min(same, key=lambda other: other.level != one.level, default=None)
        compared.append(replace(one, known=known))
        if not known:
            alike.append(one)
    return compared


def _entered(planned: Sequence[Planned]) -> dict[Rule, list[Precedent | Planned]]:
    """Return the agreements in use on the same courses for the same programmes by what they say."""
    found = Precedent.objects.in_use().filter(
        decision=None,
        programme_version__in={one.version.pk for one in planned},
        sources__course_key__in={one.course_key for one in planned},
    )
    known = defaultdict(list)
    for one in found.with_all():
        known[_said(rule_of(one))].append(one)
    return known


# Entering


def _write(institution: Institution, planned: Sequence[Planned], by: User) -> None:
    new = [one for one in planned if not one.is_known]
    given = numbers.next_numbers(institution, "PRE", len(new))
    entered = Precedent.objects.bulk_create(
        _precedent(one, institution, number, by) for one, number in zip(new, given, strict=True)
    )
    pairs = list(zip(entered, new, strict=True))
    PrecedentSource.objects.bulk_create(_source(precedent, one) for precedent, one in pairs)
    _write_targets((precedent, one) for precedent, one in pairs if one.module)
    for precedent in entered:
        record(precedent, "enter", by=by, after=str(precedent.level), text=precedent.basis)


def _precedent(one: Planned, institution: Institution, number: str, by: User) -> Precedent:
    return Precedent(
        number=number,
        institution=institution,
        programme_version=one.version,
        level=one.level,
        type=one.type,
        basis=clean_text(one.row.basis).strip(),
        is_public=True,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        review_on=max(timezone.localdate(), one.valid_to - SOON),
        made_by=by,
        made_at=timezone.now(),
    )


def _source(precedent: Precedent, one: Planned) -> PrecedentSource:
    row = one.row
    return PrecedentSource(
        precedent=precedent,
        awarding_body=one.body,
        title={"en": row.course_title or row.course_code},
        term_from=row.awarded_from,
        term_to=row.awarded_until,
        **columns_of(one.said.sources[0].key),
    )


def _write_targets(pairs: Iterable[tuple[Precedent, Planned]]) -> None:
    pairs = list(pairs)
    outcomes = cache(lambda module: hash_of_target(module.course_version.outcomes.all()))
    targets = PrecedentTarget.objects.bulk_create(
        PrecedentTarget(precedent=precedent, module=one.module, outcomes_hash=outcomes(one.module))
        for precedent, one in pairs
    )
    PartOfTarget = PrecedentTarget.parts.through
    PartOfTarget.objects.bulk_create(
        PartOfTarget(precedenttarget=target, modulepart=part)
        for target, (_of, one) in zip(targets, pairs, strict=True)
        for part in one.parts
    )
