"""The only place that enters what was agreed with another institution, before anybody applies.

What an agreement says of a course in full decides equal cases at once, as any standing decision;
what it leaves open, and what counts in part, is shown to those who decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet
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
from recognition.presented import course_key, hash_of_source, hash_of_target, rule_of
from recognition.services.precedents import MOST_YEARS, years_after
from recognition.vocabulary import DecisionType, PrecedentLevel


class Misfit(Refused):
    """A row that does not fit the institution; `field` is the column to correct."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Planned:
    """What a row comes to; `is_known`: it was entered before, and nothing happens."""

    row: AgreementRow
    body: AwardingBody
    version: ProgrammeVersion
    module: Module | None
    parts: tuple[ModulePart, ...]
    is_known: bool = False

    @property
    def type(self) -> DecisionType:
        if self.module is None:
            return DecisionType.INCLUSION
        return DecisionType.PARTIAL if self.parts else DecisionType.FULL_SUBSTITUTION

    @property
    def level(self) -> PrecedentLevel:
        row = self.row
        is_whole = all((row.eqf_level, row.ects, row.assessment_type, row.outcomes))
        decides = is_whole and self.type != DecisionType.PARTIAL
        return PrecedentLevel.STANDING if decides else PrecedentLevel.INDICATIVE

    @property
    def valid_from(self) -> date:
        return self.row.valid_from or timezone.localdate()

    @property
    def rule(self) -> Rule:
        """All that it says, and nothing of what became of it."""
        row = self.row
        key = SourceKey(
            body=self.body.pk,
            course=_key(row),
            version=row.version,
            eqf_level=row.eqf_level,
            ects=row.ects,
            assessment_type=row.assessment_type,
            supervision=row.supervision,
            outcomes=hash_of_source(row.outcome_maps),
        )
        target = TargetKey(
            programme_version=self.version.pk,
            module=self.module and self.module.pk,
            course=self.module and self.module.course_version.course_id,
            parts=frozenset(part.pk for part in self.parts),
        )
        return Rule(
            level="",
            type=self.type,
            sources=(RuleSource(key, row.awarded_from, row.awarded_until),),
            targets=(target,),
            valid_from=self.valid_from,
            valid_to=row.valid_until,
        )

    def is_same_as(self, other: Rule) -> bool:
        """Whether a rule says the same; a row without a first day takes any that has come."""
        since = self.row.valid_from or min(other.valid_from, self.valid_from)
        targets = tuple(replace(target, outcomes="") for target in other.targets)
        return replace(other, level="", targets=targets) == replace(self.rule, valid_from=since)


@change()
def enter(
    institution: Institution, rows: Sequence[AgreementRow], *, by: User, dry_run: bool = False
) -> list[Planned]:
    """Enter all rows, or none: raises `UnreadableFile` naming each row and column to correct.

    Returns what each row came to. `dry_run`: only say what would happen.
    """
    institution = lock(institution)
    can_enter_precedent(by, institution).require()
    planned, problems = [], []
    for row in rows:
        try:
            planned.append(_plan(institution, row, before=planned))
        except Misfit as misfit:
            where = _("Row %(row)s, column “%(column)s”:")
            where = where % {"row": row.number, "column": misfit.field}
            problems.append(f"{where} {misfit}")
    complain(problems)
    if not dry_run:
        _write(institution, planned, by)
    return planned


@change()
def enter_one(institution: Institution, row: AgreementRow, *, by: User) -> Planned:
    """Enter one agreement; returns what it came to, raises `Misfit`."""
    institution = lock(institution)
    can_enter_precedent(by, institution).require()
    planned = _plan(institution, row)
    _write(institution, [planned], by)
    return planned


def _plan(institution: Institution, row: AgreementRow, before: Sequence[Planned] = ()) -> Planned:
    """Return what a row comes to after those `before` it; raises `Misfit`."""
    bodies = institution.awarding_bodies.filter(country=row.country)
    body = _named(bodies, "name", row.body, "body")
    if body is None:
        raise Misfit("body", _("“%(name)s” is not in the register. Enter it first.") % {
            "name": row.body
        })  # fmt: skip
    programme = _named(institution.programmes.all(), "code", row.programme, "programme")
    version = programme and programme.versions.published().first()
    if version is None:
        raise Misfit("programme", _("There is no published programme with this code."))
    _require_days(row)
    module, parts = _target(version, row)
    planned = Planned(row, body, version, module, parts)
    known = [*(one.rule for one in before), *_entered(planned)]
    return replace(planned, is_known=any(planned.is_same_as(rule) for rule in known))


def _named(rows: QuerySet, path: str, text: str, column: str):
    """Return the row that bears a name: as it is written, else whatever its case; None without.

    Raises `Misfit` when several do, since nobody is to guess between them.
    """
    found = list(rows.filter(**{f"{path}__iexact": text}))
    exact = found if len(found) < 2 else list(rows.filter(**{path: text}))
    if len(found) > 1 and len(exact) != 1:
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


def _target(
    version: ProgrammeVersion, row: AgreementRow
) -> tuple[Module | None, tuple[ModulePart, ...]]:
    if not row.module:
        if row.parts:
            raise Misfit("parts", _("Name the module whose parts these are."))
        return None, ()
    modules = version.modules.select_related("course_version__course")
    module = _named(modules, "course_version__course__code", row.module, "module")
    if module is None:
        raise Misfit("module", _("The programme has no module with this code."))
    if not module.is_recognisable:
        raise Misfit("module", _("The module cannot be replaced by other learning."))
    parts = tuple(module.parts.filter(order__in=row.parts))
    if len(parts) < len(row.parts):
        raise Misfit("parts", _("The module has no part with this number."))
    return module, parts


def _key(row: AgreementRow) -> str:
    facts = CredentialFacts(
        id="",
        title={"en": row.course_title},
        awarding_body=BodyFacts(name={"en": row.body}),
        course_code=row.course_code,
    )
    return course_key(facts)


def _entered(planned: Planned) -> list[Rule]:
    """Return the agreements in use on the same course for the same programme."""
    found = Precedent.objects.in_use().filter(
        decision=None,
        programme_version=planned.version,
        sources__awarding_body=planned.body,
        sources__course_key=_key(planned.row),
    )
    return [rule_of(one) for one in found.with_all()]


def _write(institution: Institution, planned: Sequence[Planned], by: User) -> None:
    for one in planned:
        if not one.is_known:
            _enter(institution, one, by)


def _enter(institution: Institution, one: Planned, by: User) -> Precedent:
    row = one.row
    precedent = Precedent.objects.create(
        number=numbers.next_number(institution, "PRE"),
        institution=institution,
        programme_version=one.version,
        level=one.level,
        type=one.type,
        basis=clean_text(row.basis).strip(),
        is_public=True,
        valid_from=one.valid_from,
        valid_to=row.valid_until,
        review_on=max(timezone.localdate(), row.valid_until - SOON),
        made_by=by,
        made_at=timezone.now(),
    )
    PrecedentSource.objects.create(
        precedent=precedent,
        awarding_body=one.body,
        title={"en": row.course_title or row.course_code},
        course_key=_key(row),
        version=row.version,
        term_from=row.awarded_from,
        term_to=row.awarded_until,
        eqf_level=row.eqf_level,
        ects=row.ects,
        assessment_type=row.assessment_type,
        supervision=row.supervision,
        outcomes_hash=hash_of_source(row.outcome_maps),
    )
    if one.module:
        outcomes = one.module.course_version.outcomes.all()
        target = PrecedentTarget.objects.create(
            precedent=precedent, module=one.module, outcomes_hash=hash_of_target(outcomes)
        )
        target.parts.set(one.parts)
    record(precedent, "enter", by=by, after=str(one.level), text=precedent.basis)
    return precedent
