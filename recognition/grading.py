"""The only place that puts together what is known of the grades of a line: scales, tables, rules.

It reads the database and hands plain values to `grades.py`, which knows no database.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from credentials.language import DOCUMENT_LANGUAGES, in_language
from credentials.models import Origin
from credentials.standards.documents import in_each
from credentials.standards.facts import CredentialFacts
from credentials.verdict import Refused
from recognition.grades import (
    Given,
    GradeRules,
    Transfer,
    by_committee,
    transfers,
    ungraded,
)
from recognition.models import Decision, GradeTable, Line, LineSource
from recognition.refusals import Problem
from recognition.scales import GradeError, Scale, Table, scale_of
from recognition.sources import facts_of
from recognition.vocabulary import GIVES_CREDITS, GradeMethod, Track

# Stored tables


def scale_in(row: GradeTable) -> Scale:
    """Return the scale of a stored table; raises GradeError."""
    return Scale(row.best, row.passing, row.worst)


def table_in(row: GradeTable) -> Table | None:
    """Return the shares of a stored table, None when only its scale is known."""
    scale = scale_in(row)
    if not row.rows:
        return None
    rows = tuple((grade, Decimal(share)) for grade, share in row.rows)
    return Table(row.name, scale, rows, key=str(row.uuid))


# What can be proposed


@dataclass(frozen=True, slots=True)
class Proposal:
    """A grade that may be taken; `source` is where it comes from, None for "without grade"."""

    transfer: Transfer
    source: LineSource | None = None

    @property
    def key(self) -> str:
        """Return how a form names the proposal."""
        return choice_of(self.transfer.method, str(self.source.uuid) if self.source else "")


@dataclass(frozen=True, slots=True)
class Proposals:
    """What the rules allow, the first first; and what keeps other methods from being used."""

    possible: tuple[Proposal, ...]
    obstacles: tuple[str, ...]

    def find(self, key: str) -> Proposal | None:
        return next((one for one in self.possible if one.key == key), None)


def choice_of(method: str, source: str = "") -> str:
    """Return how a form names a method and the source that it is applied to."""
    return f"{method}:{source}" if source else str(method)


def choice_in(decision: Decision) -> str:
    """Return the choice that a decision holds, "" when it holds none."""
    return choice_of(decision.grade_method, decision.grade_inputs.get("source", ""))


def rules_of(line: Line) -> GradeRules:
    """Return what the rules that the case began under say about grades."""
    policy = line.case.policy
    methods = tuple(GradeMethod(c) for c in policy.grade_methods if c in GradeMethod.values)
    return GradeRules(methods=methods, decimals=policy.grade_decimals)


def needs_consent(decision: Decision) -> bool:
    """Whether the learner is asked before the grade counts: it changes their average."""
    policy = decision.line.case.policy
    return policy.grade_needs_consent and decision.gives_credits and bool(decision.grade)


def proposals_of(line: Line) -> Proposals:
    """Return the grades that follow from the sources of a line, and from none of them.

    Without grade comes first where nothing says which grade it would be: validated learning, and
    several sources that each have one.
    """
    rules, track = rules_of(line), Track(line.track or Track.RECOGNITION)
    graded = _graded(line) if rules.methods else []
    scale = target_scale(line) if graded else None
    ours = own_table(line) if graded else None
    found, obstacles = [], []
    for source, said in graded:
        known = replace(
            _given(line, source, said),
            target_scale=scale,
            target_table=table_in(ours) if ours else None,
        )
        tried = transfers(known, rules, track)
        of_source = [t for t in tried.possible if t.method != GradeMethod.UNGRADED]
        found += [Proposal(_named(t, source, said, len(graded)), source) for t in of_source]
        obstacles += [f"{method.label}: {sentence}" for method, sentence in tried.obstacles]
    without = Proposal(ungraded(track))
    is_open = track == Track.VALIDATION or len(graded) > 1
    ordered = [without, *found] if is_open else [*found, without]
    return Proposals(tuple(ordered), tuple(dict.fromkeys(obstacles)))


def _graded(line: Line) -> list[tuple[LineSource, CredentialFacts]]:
    found = line.sources.select_related("awarding_body", "credential")
    said = ((source, facts_of(source)) for source in found)
    return [(source, facts) for source, facts in said if facts.grade and facts.grade.value]


_title = lazy(in_language, str)


def _named(transfer: Transfer, source: LineSource, said: CredentialFacts, number: int) -> Transfer:
    """Return the transfer with the source it is of; its title is said when there are several."""
    sentence: Promise = transfer.explanation
    if number > 1:
        sentence = format_lazy("{title}: {sentence}", title=_title(said.title), sentence=sentence)
    inputs = {**transfer.inputs, "source": str(source.uuid)}
    return Transfer(transfer.method, transfer.grade, sentence, inputs)


def _given(line: Line, source: LineSource, said: CredentialFacts) -> Given:
    """Return the grade of a source with its scale, as it states it, else as its table does."""
    grade, stored = said.grade, _table_of(line, source, said)
    scale = scale_of(grade.scale, grade.passed_from)
    if stored is None:
        return Given(grade.value, scale=scale)
    return Given(grade.value, scale=scale or scale_in(stored), table=table_in(stored))


def _table_of(line: Line, source: LineSource, said: CredentialFacts) -> GradeTable | None:
    is_own = _is_own(line, source)
    if not is_own and source.awarding_body is None:
        return None
    day = said.awarded_on or said.issued_on
    return GradeTable.objects.for_grade(
        line.case.institution,
        None if is_own else source.awarding_body,
        isced_f=said.isced_f,
        year=day.year if day else None,
    )


def _is_own(line: Line, source: LineSource) -> bool:
    credential = source.credential
    if credential is None or credential.origin != Origin.AWARD:
        return False
    return credential.award.audit_institution == line.case.institution


def own_table(line: Line) -> GradeTable | None:
    """Return the institution's own table for the field of the module, or for all."""
    field = line.module.course_version.isced_f if line.module else ""
    return GradeTable.objects.for_grade(line.case.institution, isced_f=field)


def target_scale(line: Line) -> Scale | None:
    """Return the scale of the module, else that of the institution, None when neither is known."""
    if line.module:
        version = line.module.course_version
        if scale := scale_of(version.grade_scale, version.passed_from):
            return scale
    ours = own_table(line)
    return scale_in(ours) if ours else None


# What a decision holds


def columns_for(line: Line, kind: str, choice: str, grade: str) -> dict:
    """Return what a decision keeps of the grade that was chosen; one without credits has none.

    `choice` as in `Proposal.key`, or the method of the committee with the `grade` it set. Raises
    `Refused` for a choice that does not follow from the facts.
    """
    if kind not in GIVES_CREDITS and kind:
        return _columns("", "", {}, {})
    if choice == GradeMethod.COMMITTEE or (not choice and grade):
        taken = by_committee(grade)
    else:
        found = proposals_of(line).find(choice or GradeMethod.UNGRADED)
        if found is None:
            raise Refused(_("This grade does not follow from what is known. Choose again."))
        taken = found.transfer
    said = in_each(DOCUMENT_LANGUAGES, lambda _l: str(taken.explanation))
    return _columns(taken.method, taken.grade, dict(taken.inputs), said)


def _columns(method: str, grade: str, inputs: dict, explanation: dict) -> dict:
    return {
        "grade": grade,
        "grade_method": method,
        "grade_inputs": inputs,
        "grade_explanation": explanation,
    }


def problems_of(decision: Decision) -> Iterator[Problem]:
    """Yield what keeps the grade of a decision from being signed, by field of the form."""
    if decision.grade_method == GradeMethod.COMMITTEE:
        yield from _of_committee(decision)
    elif decision.grade_method:
        found = proposals_of(decision.line).find(choice_in(decision))
        now = (found.transfer.grade, found.transfer.inputs) if found else None
        if now != (decision.grade, decision.grade_inputs):
            yield Problem(
                "grade_choice",
                _("What is known of the grades has changed. Choose the grade again."),
            )


def _of_committee(decision: Decision) -> Iterator[Problem]:
    scale = target_scale(decision.line)
    try:
        if not decision.grade:
            raise GradeError("grade", _("Write the grade, or choose to record none."))
        if scale:
            scale.require_pass(decision.grade)
    except GradeError as problem:
        yield Problem("grade", str(problem))
