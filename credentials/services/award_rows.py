"""The only place that says of each row of a list whom it means and what would come of it.

Writes nothing; `award_imports` shows it, and awards by it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from credentials import permissions
from credentials.models import Institution, Learner, LearnerEmail, User
from credentials.models.many import among
from credentials.services import accounts, awards, batches
from credentials.standards.award_files import AwardRow
from credentials.verdict import Refused, Verdict

CHUNK = 500


@dataclass(slots=True)
class Fate:
    """What comes of a row: to whom it awards which grade, or why it is refused.

    `learner` without a primary key is somebody whom the institution does not know yet, None
    nobody. `column`: where it is to be mended, "" for the row as a whole.
    """

    row: AwardRow
    learner: Learner | None = None
    grade: str = ""
    column: str = ""
    refusal: str = ""

    @property
    def is_new(self) -> bool:
        return self.learner is not None and self.learner.pk is None

    @property
    def is_named_otherwise(self) -> bool:
        """Whether the records have another name than the file, which may mean somebody else."""
        if self.learner is None or self.is_new or not self.row.family_name:
            return False
        known = self.learner.name if self.row.given_name else self.learner.family_name
        return known.casefold().split() != self.row.name.casefold().split()

    def refuse(self, refusal: str, column: str = "") -> None:
        self.refusal, self.column = refusal, column


def match(institution: Institution, rows: Sequence[AwardRow]) -> list[Fate]:
    """Find the learner of each row by number or address, in two queries for some hundreds.

    A learner who is in two rows gets the first; with two grades, neither: who knows which is right?
    """
    fates = [Fate(row, column=row.column, refusal=row.problem) for row in rows]
    for some in _chunks(fate for fate in fates if not fate.refusal):
        _match(institution, some)
    _refuse_repeated(fates)
    return fates


def _chunks(fates: Iterable[Fate]) -> Iterator[list[Fate]]:
    fates = list(fates)
    return (fates[start : start + CHUNK] for start in range(0, len(fates), CHUNK))


def _match(institution: Institution, fates: list[Fate]) -> None:
    numbers = [fate.row.student_number for fate in fates if fate.row.student_number]
    # Excluding those without a number, though none is asked for, lets the index be used.
    found = institution.learners.filter(student_number__in=among(numbers)).exclude(
        student_number=""
    )
    by_number = {one.student_number: one for one in found.order_by()}
    by_email = _learners_by_email(institution, [f.row.email for f in fates if f.row.email])
    for fate in fates:
        here = by_email.get(fate.row.email.lower(), []) if fate.row.email else []
        if fate.row.student_number:
            _by_number(fate, by_number.get(fate.row.student_number), here)
        elif len(here) > 1:
            fate.refuse(_("Several learners share this address. Use the student number."), "email")
        elif here:
            fate.learner = here[0]
        elif fate.row.family_name:
            fate.learner = Learner(
                institution=institution,
                given_name=fate.row.given_name,
                family_name=fate.row.family_name,
            )
        else:
            fate.refuse(
                _("The institution does not know this address yet. Give the learner's name."),
                "family_name",
            )


def match_newcomers(institution: Institution, fates: Iterable[Fate]) -> list[int]:
    """Look again for people whom the institution did not know: they may be known by now.

    Returns the primary keys of all whom it knows. Call with some hundreds.
    """
    left = [fate for fate in fates if fate.learner and not fate.refusal]
    if newcomers := [fate for fate in left if fate.is_new]:
        _match(institution, newcomers)
    return [fate.learner.pk for fate in left if fate.learner and not fate.is_new]


def read_anew(fates: Iterable[Fate], known: Iterable[int]) -> None:
    """Read the learners `known` anew, locked until the transaction ends."""
    learners = accounts.locked(known)
    for fate in fates:
        if fate.learner and fate.learner.pk in learners:
            fate.learner = learners[fate.learner.pk]


def _by_number(fate: Fate, known: Learner | None, by_email: list[Learner]) -> None:
    if known is None:
        fate.refuse(
            _("No learner has this student number. Check it, or use the e-mail address."),
            "student_number",
        )
    elif by_email and known not in by_email:
        fate.refuse(
            _("The student number and the address are those of two learners. Check both."), "email"
        )
    else:
        fate.learner = known


def _learners_by_email(institution: Institution, emails: list[str]) -> dict[str, list[Learner]]:
    # Without a join, so that the index of addresses is used.
    lower = {email.lower() for email in emails}
    known = LearnerEmail.objects.annotate(lower=Lower("email")).filter(lower__in=among(lower))
    pairs = list(known.order_by("pk").values_list("learner", "email"))
    named = institution.learners.filter(pk__in=among({learner for learner, _email in pairs}))
    here = {one.pk: one for one in named.order_by()}
    found: dict[str, list[Learner]] = {}
    for learner, email in pairs:
        if learner in here:
            found.setdefault(email.lower(), []).append(here[learner])
    return found


def _refuse_repeated(fates: list[Fate]) -> None:
    first: dict[object, Fate] = {}
    for fate in fates:
        if fate.refusal or fate.learner is None:
            continue
        key = fate.row.email.lower() if fate.is_new else fate.learner.pk
        earlier = first.setdefault(key, fate)
        if earlier is fate:
            continue
        told = _("This learner is in row %(row)s too. Keep one of the two rows.")
        fate.refuse(told % {"row": earlier.row.number})
        if earlier.row.grade != fate.row.grade and not earlier.refusal:
            text = _("This learner is in row %(row)s too, with another grade. Keep the right one.")
            earlier.refuse(text % {"row": fate.row.number})


def judge_all(alike: batches.Alike, fates: Sequence[Fate], *, by: User) -> None:
    """Refuse what could not be awarded, of those that are not refused yet."""
    for some in _chunks(fates):
        judge(alike, some, by=by)


def judge(
    alike: batches.Alike, fates: Sequence[Fate], *, by: User
) -> list[tuple[Fate, batches.Row]]:
    """Do so with some hundreds; return the others, each with the award that it is to become."""
    left = [fate for fate in fates if not fate.refusal]
    known = [fate.learner for fate in left if fate.learner and not fate.is_new]
    verdicts = permissions.can_award_learners(by, alike.version, known)
    newcomers = permissions.can_award_newcomers(by, [f.row.email for f in left if f.is_new])
    emails = accounts.first_emails(learner.pk for learner in known)
    ready: list[tuple[Fate, batches.Row]] = []
    seen: set[int] = set()
    for fate in left:
        if fate.learner is None:
            continue
        if fate.is_new:
            verdict, email = newcomers[fate.row.email], fate.row.email
        else:
            verdict, email = verdicts[fate.learner.pk], emails.get(fate.learner.pk, "")
            if fate.learner.pk in seen:
                fate.refuse(_("%(learner)s is in an earlier row.") % {"learner": fate.learner})
                continue
        if row := _judge(alike, fate, fate.learner, verdict, email):
            ready.append((fate, row))
            seen.add(fate.learner.pk)
    return ready


def _judge(
    alike: batches.Alike, fate: Fate, learner: Learner, verdict: Verdict, email: str
) -> batches.Row | None:
    column = ""
    try:
        verdict.require()
        column = "grade"
        fate.grade = grade_of(fate.row.grade, alike.allowed)
        awards.require_grade(alike.version, fate.grade)
        column = ""
        return batches.prepare(alike, learner, email, fate.grade)
    except Refused as refusal:
        fate.refuse(str(refusal), column)
    return None


def grade_of(written: str, allowed: Sequence[str]) -> str:
    """Return the grade that is meant: spreadsheets make "1,0" or "1" of "1.0", people "a" of "A".

    What is none of them is returned as it is.
    """
    if written in allowed:
        return written
    meant = [
        grade
        for grade in allowed
        if grade.casefold() == written.casefold()
        or ((number := _number(written)) is not None and _number(grade) == number)
    ]
    return meant[0] if len(meant) == 1 else written


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
