"""The demonstration's applications, one in every state, walked through the real services."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from credentials.models import AwardingBody, Credential, Job, JobKind
from credentials.states import JobState
from recognition.demo.clock import days_ago
from recognition.demo.people import World
from recognition.demo.portfolio import earn
from recognition.grading import proposals_of
from recognition.matching.outcomes import SourceText, likely_matches
from recognition.models import AssessmentForm, Case, Decision, Line, Review, VoteChoice
from recognition.opinions import target_outcomes
from recognition.refusals import DifferenceDraft
from recognition.services import (
    applications,
    assessments,
    ballots,
    cases,
    credits,
    decisions,
    information,
    letters,
    lines,
    objections,
    precedents,
    remedy_letters,
    sources,
)
from recognition.services import reviews as opinions
from recognition.services.assessments import AssessmentDraft
from recognition.services.decisions import ConditionDraft, DecisionDraft
from recognition.services.reviews import Citation, OpinionDraft, RatingDraft
from recognition.sources import facts_of, proposed_track
from recognition.vocabulary import (
    DecisionType,
    ElementRating,
    EssentialElement,
    InadmissibleReason,
    Rating,
    elements_of,
)

# One letter a target outcome, in order.
LETTERS = {
    "F": (Rating.FULL, ""),
    "S": (Rating.SUBSTANTIAL, "Covered with other examples; this does not matter later."),
    "P": (Rating.PARTIAL, "Only introduced in one session; no work of the learner shows it."),
    "E": (Rating.NOT_EVIDENCED, ""),
    "N": (Rating.NOT_MET, "The course says that it leaves this out."),
    "A": (Rating.NOT_APPLICABLE, "Not needed for this purpose."),
}


FULL = DecisionDraft(
    type=DecisionType.FULL_SUBSTITUTION,
    reasons="All that was asked for is shown. What differs does not hinder you in later modules.",
)


def ask(
    world: World,
    key: str,
    credential: Credential,
    module: str | None,
    *,
    days: float,
    parts: Sequence[int] = (),
    note: str = "",
) -> Line:
    """Let a student send an application of one line so many days ago."""
    user = world.people[key]
    with days_ago(days):
        case = applications.create(world.programme, by=user)
        target = (
            world.programme.modules.get(course_version__course__code=module) if module else None
        )
        line = applications.save_line(
            case, None, module=target, credentials=[credential], note=note, by=user
        )
        if parts:
            chosen = target.parts.filter(order__in=parts)
            applications.choose_parts(line, list(chosen), by=user)
        applications.declare(case, by=user)
        cases.submit(Case.objects.get(pk=case.pk), by=user)
    return Line.objects.with_all().get(pk=line.pk)


def complete(
    world: World, line: Line, *, days: float, reviewers: Sequence[str] = ("sela",)
) -> Line:
    """Let the registrar find a line complete and hand it to Tomas and others."""
    with days_ago(days):
        register = AwardingBody.objects.filter(institution=line.case.institution)
        for source in line.sources.all():
            names = facts_of(source).awarding_body.name.values()
            if body := register.filter(name__in=list(names)).first():
                sources.link_body(source, body, by=world.orla)
        line = Line.objects.with_all().get(pk=line.pk)
        lines.declare_complete(
            line,
            by=world.orla,
            track=proposed_track(list(line.sources.select_related("awarding_body"))).track,
            committee=world.committee,
            rapporteur=world.tomas,
            reviewers=[world.people[key] for key in reviewers],
        )
    return Line.objects.with_all().get(pk=line.pk)


def review(world: World, line: Line, key: str, ratings: str, *, days: float, submit: bool = True):
    """Let a reviewer declare impartiality, rate as the letters say, and hand in."""
    user = world.people[key]
    with days_ago(days):
        opinion = Review.objects.get(line=line, reviewer=user)
        opinions.declare_no_conflict(opinion, by=user)
        draft = OpinionDraft(
            ratings=tuple(_ratings(line, ratings)),
            elements=tuple(
                (element, ElementRating.NONE, "") for element in elements_of(line.track)
            ),
        )
        opinions.save(opinion, draft, by=user)
        if submit:
            opinions.submit(opinion, by=user)


def _ratings(line: Line, ratings: str):
    source = line.sources.first()
    said = facts_of(source)
    texts = [SourceText(outcome.text, str(n)) for n, outcome in enumerate(said.outcomes, start=1)]
    for outcome, letter in zip(target_outcomes(line), ratings, strict=False):
        rating, note = LETTERS[letter]
        found = likely_matches(outcome.text, texts)
        index = found[0].index if found else 0
        place = f"Learning outcome {index + 1}"
        quote = next(iter(texts[index].text.values()), "")[:300] if texts else ""
        cites = (Citation(source.pk, place, quote),) if letter in "FSP" else ()
        yield RatingDraft(outcome.pk, rating, note, cites)


def decide(world: World, line: Line, draft: DecisionDraft, *, days: float, until: str = "record"):
    """Let the chair sign, the worker print, the registrar send and record, as far as `until`."""
    line = Line.objects.with_all().get(pk=line.pk)
    grade = proposals_of(line).possible[0].key
    with days_ago(days):
        decision = decisions.save(line, replace(draft, grade_choice=grade), by=world.hedda)
        if draft.type == DecisionType.REFUSAL:
            _adopt(world, decision)
        decisions.sign(Decision.objects.get(pk=decision.pk), by=world.hedda)
        _print(line)
    if until == "sign":
        return
    with days_ago(days - 0.5):
        line = Line.objects.with_all().get(pk=line.pk)
        decisions.notify(line, by=world.orla)
        if until == "record":
            credits.record(Line.objects.with_all().get(pk=line.pk), by=world.orla)


def _adopt(world: World, decision: Decision) -> None:
    """Let the committee vote on a refusal, which the rules leave to nobody alone."""
    ballot = ballots.start(
        decision.line, decision=decision, due_on=timezone.localdate(), by=world.hedda
    )
    ballots.declare_impartial(ballot, by=world.hedda)
    for member in (world.hedda, world.tomas, world.people["sela"]):
        ballots.vote(ballot, VoteChoice.YES, by=member)


def _print(line: Line) -> None:
    job = Job.objects.get(kind=JobKind.LINE_DOCUMENTS, subject=line.uuid, state=JobState.QUEUED)
    letters.run(job)


def make_cases(world: World, held: dict, external: dict) -> None:
    """Make applications in every state, the oldest first."""
    credential = {name: award.credential for name, award in held.items()}
    _recorded(world, credential)
    _on_condition(world, credential["nela HYD-7"])
    _appealed(world, _refused(world, credential["mirel SEC-1"]))
    _overdue(world, credential["mirel HYD-7"])
    _to_be_sent(world, credential["ilvo MAP-2"])
    _to_be_decided(world, credential["ilvo DAP-5"])
    _under_review(world, credential["nela DAP-5"])
    _to_be_assessed(world, credential["levin DAP-5"])
    _voted_on(world, credential["dorte SEC-1"])
    _make_early_cases(world, credential, external)


def _recorded(world: World, credential: dict) -> None:
    """A whole module, which stands for equal cases from then on; and a part of one."""
    line = ask(world, "nela", credential["nela MC-001"], "ENV-110", days=95)
    line = complete(world, line, days=92)
    review(world, line, "tomas", "FFSF", days=88)
    review(world, line, "sela", "FFFF", days=86)
    decide(world, line, FULL, days=84)
    with days_ago(82):
        precedents.make_standing(Line.objects.get(pk=line.pk), by=world.hedda)
    line = ask(world, "mirel", credential["mirel STA-21"], "INF-204", days=80, parts=(2,))
    line = complete(world, line, days=78)
    review(world, line, "tomas", "FF", days=74)
    review(world, line, "sela", "SF", days=73)
    decide(world, line, FULL, days=71)


def _on_condition(world: World, source: Credential) -> None:
    """Nela has to show one thing more before it counts."""
    line = complete(world, ask(world, "nela", source, "ENV-220", days=36), days=34)
    review(world, line, "tomas", "FFPF", days=24)
    review(world, line, "sela", "FFPF", days=22)
    draft = DecisionDraft(
        type=DecisionType.CONDITIONAL,
        reasons="Outcome 3 is only introduced in the course.",
        later_measures="Show one map of your own; the tutors of ENV-220 help you with it.",
        conditions=(
            ConditionDraft(
                "Hand in one map of your own, with the data and the steps that led to it.",
                timezone.localdate() + timedelta(days=30),
            ),
        ),
    )
    decide(world, line, draft, days=16, until="notify")


def _refused(world: World, source: Credential) -> Line:
    line = complete(world, ask(world, "mirel", source, "INF-210", days=60), days=58)
    review(world, line, "tomas", "NNEN", days=54)
    review(world, line, "sela", "NNNN", days=52)
    decide(world, line, _refusal(line), days=50, until="notify")
    return Line.objects.with_all().get(pk=line.pk)


def _appealed(world: World, line: Line) -> None:
    """Mirel objects, the committee stands by what it decided, and the Board of Appeal has it."""
    with days_ago(40):
        objection = objections.file(
            line, "The course had a day on data bases. My notes show it.", by=world.mirel
        )
    with days_ago(30):
        objections.dismiss(
            objection, "One day of reading tables does not show a data model.", by=world.hedda
        )
        remedy_letters.run(Job.objects.get(kind=JobKind.REMEDY_LETTER, subject=objection.uuid))
    with days_ago(8):
        objections.file(
            Line.objects.with_all().get(pk=line.pk),
            "Nobody has looked at the notes that I sent.",
            by=world.mirel,
        )


def _overdue(world: World, source: Credential) -> None:
    """Nobody has declared impartiality."""
    complete(world, ask(world, "mirel", source, "ENV-220", days=50), days=45)


def _to_be_sent(world: World, source: Credential) -> None:
    """Decided; the letter waits for the registrar."""
    line = complete(world, ask(world, "ilvo", source, "ENV-220", days=25), days=23)
    review(world, line, "tomas", "FFFS", days=10)
    review(world, line, "sela", "FFFF", days=9)
    decide(world, line, FULL, days=1, until="sign")


def _to_be_decided(world: World, source: Credential) -> None:
    """Three opinions that differ wait for the chair."""
    line = ask(world, "ilvo", source, "INF-204", days=22)
    line = complete(world, line, days=20, reviewers=("sela", "ruan"))
    review(world, line, "tomas", "FFSFFPFFE", days=8)
    review(world, line, "sela", "FFFFFSFFE", days=7)
    review(world, line, "ruan", "FFSFFPFFP", days=5)


def _under_review(world: World, source: Credential) -> None:
    """Tomas has begun, Sela is finished."""
    line = complete(world, ask(world, "nela", source, "INF-204", days=14), days=12)
    review(world, line, "sela", "FFFFFPFFE", days=4)
    review(world, line, "tomas", "FFSF", days=2, submit=False)


def _to_be_assessed(world: World, source: Credential) -> None:
    """Tomas finds nothing on one outcome, and asks Jorun to talk about it with the learner."""
    line = complete(world, ask(world, "levin", source, "INF-204", days=15), days=13)
    review(world, line, "tomas", "FFSFFPFFE", days=6, submit=False)
    line = Line.objects.with_all().get(pk=line.pk)
    with days_ago(5):
        draft = AssessmentDraft(
            outcomes=[outcome.pk for outcome in assessments.assessable(line, world.tomas)],
            form=AssessmentForm.INTERVIEW,
            assessor=world.jorun,
            due_on=timezone.localdate() + timedelta(days=12),
            instructions="Twenty minutes on one of your own analyses: whom does it affect, how?",
            place="Room 2.14",
        )
        assessments.order(line, draft, by=world.tomas)


def _voted_on(world: World, source: Credential) -> None:
    """A refusal before the committee: Hedda has voted, the others have not."""
    line = complete(world, ask(world, "dorte", source, "INF-210", days=17), days=15)
    review(world, line, "tomas", "NNEN", days=9)
    review(world, line, "sela", "NNNN", days=7)
    line = Line.objects.with_all().get(pk=line.pk)
    with days_ago(2):
        decision = decisions.save(line, _refusal(line), by=world.hedda)
        until = timezone.localdate() + timedelta(days=7)
        ballot = ballots.start(line, decision=decision, due_on=until, by=world.hedda)
        ballots.declare_impartial(ballot, by=world.hedda)
        ballots.vote(ballot, VoteChoice.YES, by=world.hedda)


def _make_early_cases(world: World, credential: dict, external: dict) -> None:
    # To be checked for completeness; a question is open; not admissible; withdrawn; a draft.
    ask(world, "ilvo", credential["ilvo SEC-1"], None, days=2)
    line = ask(world, "nela", external["kestrel"], None, days=9)
    with days_ago(6):
        information.ask(
            line,
            ["Which of your works were read by the tutor?", "Please add the tutor's comments."],
            by=world.orla,
        )
    earned = earn(world, "tarja", "SUS-10", days=70, grade="7").credential
    line = ask(world, "tarja", earned, "INF-101", days=30)
    with days_ago(28):
        lines.declare_inadmissible(
            line,
            InadmissibleReason.NOT_ELIGIBLE,
            "Apply for a place in the programme first.",
            by=world.orla,
        )
    line = ask(world, "mirel", credential["mirel HYD-7"], "INF-101", days=19)
    with days_ago(18):
        lines.withdraw(line, by=world.mirel)
    case = applications.create(world.programme, by=world.nela)
    applications.save_line(case, None, module=None, credentials=[external["river"]], by=world.nela)


def _refusal(line: Line) -> DecisionDraft:
    outcome = target_outcomes(line)[0]
    return DecisionDraft(
        type=DecisionType.REFUSAL,
        reasons="The course is about keeping accounts and devices safe, the module about data.",
        why_not={
            DecisionType.FULL_SUBSTITUTION: "None of the essential outcomes is shown.",
            DecisionType.ALTERNATIVE: "No module of the programme is about security.",
            DecisionType.PARTIAL: "None of the outcomes of the module is shown.",
            DecisionType.CONDITIONAL: "One examination cannot make up for the whole module.",
        },
        later_measures="Ask for two credits in the free-elective area, or take INF-210.",
        differences=(
            DifferenceDraft(
                element=EssentialElement.OUTCOMES,
                outcome=str(outcome.uuid),
                what_differs="Entities, relations and queries do not occur in the course.",
                examined="Course description and learning outcomes 1 to 3.",
                why_it_matters="Two later modules build on a data model and on SQL.",
            ),
        ),
    )
