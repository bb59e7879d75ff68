"""Rules, committees, applications and their lines, in every state that the services can reach."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from credentials.models import (
    Credential,
    Document,
    DocumentKind,
    Evidence,
    Institution,
    Module,
    Origin,
    ProgrammeVersion,
    User,
)
from credentials.services import documents
from credentials.standards import facts_json
from credentials.standards.facts import BodyFacts, CredentialFacts, OutcomeFacts
from credentials.vocabulary import AssessmentType, QualityAssurance, Supervision
from recognition.models import (
    AnnulmentGround,
    AssessmentForm,
    Case,
    Committee,
    CommitteeKind,
    GradeTable,
    Line,
    Policy,
    Purpose,
    ReopeningReason,
    Review,
    SeatRole,
    SupplementaryAssessment,
)
from recognition.opinions import ground_of, target_outcomes
from recognition.recorded import other_modules
from recognition.refusals import to_consider
from recognition.services import (
    annulments,
    applications,
    assessments,
    cases,
    committees,
    conditions,
    credits,
    decisions,
    grade_tables,
    information,
    lines,
    objections,
    reopenings,
)
from recognition.services import reviews as opinions
from recognition.services.assessments import AssessmentDraft
from recognition.services.decisions import ConditionDraft, DecisionDraft
from recognition.services.information import ItemAnswer
from recognition.services.reviews import Citation, OpinionDraft, RatingDraft
from recognition.states import ConditionState, LineState
from recognition.vocabulary import (
    DecisionType,
    Element,
    ElementRating,
    InadmissibleReason,
    Rating,
    Track,
    elements_of,
)
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.kept import kept
from tests.factories.papers import print_papers, print_remedy_letter
from tests.factories.people import (
    make_awarding_body,
    make_institution,
    make_learner,
    make_registrar,
    make_user,
    number,
    root_of,
)

EARNED = (
    "Import and clean data from files, databases and web services.",
    "Choose charts and summary measures that fit the question.",
    "Fit, check and interpret linear and logistic models.",
)
OUR_SHARES = [["1.0", "15"], ["2.0", "35"], ["3.0", "35"], ["4.0", "15"]]
THEIR_SHARES = [["10", "5"], ["9", "15"], ["8", "20"], ["7", "25"], ["6", "20"], ["5", "15"]]
WALKED = (
    LineState.DRAFT,
    LineState.SUBMITTED,
    LineState.FORMAL_CHECK,
    LineState.INFO_REQUESTED,
    LineState.INADMISSIBLE,
    LineState.WITHDRAWN,
    LineState.UNDER_REVIEW,
    LineState.ASSESSMENT,
    LineState.DELIBERATION,
    LineState.DECIDED,
    LineState.NOTIFIED,
    LineState.CONDITION_PENDING,
    LineState.RECORDED,
    LineState.CLOSED,
    LineState.OBJECTION,
    LineState.APPEAL,
    LineState.REOPENED,
    LineState.ANNULLED,
)
"""The states to which `make_line` walks by the services."""
DIFFERENT = "Other work was handed in than before."
"""Why a case is decided in another way than an equal one; kept also where none was."""
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def make_policy(institution: Institution, **fields) -> Policy:
    defaults = {
        "version": next(number) % 30000,
        "valid_from": date(2024, 1, 1),
        "delegation": {"chair": list(DecisionType.values), "course_director": []},
        "appeal_body": {"en": "Appeals board", "de": "Widerspruchsausschuss"},
        "appeal_address": {"en": "Hall 1, Testheim", "de": "Halle 1, Testheim"},
        "legal_basis": {"en": "Lisbon Recognition Convention", "de": "Lissabon-Konvention"},
    }
    return Policy.objects.create(institution=institution, **{**defaults, **fields})


def make_grade_table(
    institution: Institution, body=None, *, rows=None, by: User | None = None, **fields
) -> GradeTable:
    """Our own grades from 1.0 to 4.0, or those of `body` from 10 to 5; `rows` [] for no shares."""
    ours = {"name": "Ours", "best": "1.0", "passing": "4.0", "worst": "5.0"}
    theirs = {"name": "Theirs", "best": "10", "passing": "5", "worst": "0"}
    shares = OUR_SHARES if body is None else THEIR_SHARES
    said = {
        **(ours if body is None else theirs),
        "year_from": 2023,
        "year_to": 2025,
        "rows": shares if rows is None else rows,
        **fields,
    }
    by = by or make_registrar(institution)
    return grade_tables.enter(institution, body=body, by=by, **said)


def make_committee(
    institution: Institution,
    *,
    members: int = 3,
    deputies: int = 1,
    kind: CommitteeKind = CommitteeKind.RECOGNITION,
) -> Committee:
    """The committee of the root unit: a chair, a deputy and `members` members."""
    registrar = make_registrar(institution)
    committee = committees.create(
        root_of(institution), {"en": str(kind.label)}, by=registrar, kind=kind
    )
    seats = ((SeatRole.CHAIR, 1), (SeatRole.DEPUTY, deputies), (SeatRole.MEMBER, members))
    for role, count in seats:
        for _ in range(count):
            committees.seat(committee, make_user(), role=role, by=registrar)
    return committee


def make_appeal_body(institution: Institution) -> Committee:
    """The appeal body of the root unit: a chair and two members, as many as must vote."""
    found = Committee.objects.filter(unit=root_of(institution), kind=CommitteeKind.APPEAL).first()
    return found or make_committee(institution, members=2, deputies=0, kind=CommitteeKind.APPEAL)


def seated(committee: Committee, role: SeatRole = SeatRole.MEMBER) -> list[User]:
    seats = committee.seats.filter(role=role).select_related("user").order_by("pk")
    return [seat.user for seat in seats]


def make_file(
    owner: User, title: str = "handbook.pdf", kind: DocumentKind = DocumentKind.UPLOAD
) -> Document:
    return documents.store(
        PDF + f"% {next(number)}".encode(),
        kind=kind,
        title=title,
        filename=title,
        media_type="application/pdf",
        owner=owner,
    )


def make_external_credential(
    holder: User, *, institution: Institution | None = None, outcomes=EARNED, **facts
) -> Credential:
    """A course of another university as its learner states it, with a file and a link.

    With `institution`, its awarding body stands in that institution's register.
    """
    n = next(number)
    body = make_awarding_body(institution) if institution else None
    fields = {
        "id": "",
        "title": {"en": f"Data Analysis with Python {n}"},
        "awarding_body": BodyFacts(
            name={"en": body.name if body else f"Unknown Academy {n}"}, country="ES"
        ),
        "description": {"en": "Ten weeks. It ends with a project and an examination."},
        "awarded_on": date(2026, 3, 1),
        "outcomes": tuple(OutcomeFacts(text={"en": text}) for text in outcomes),
        "ects": Decimal("5"),
        "eqf_level": 6,
        "assessment_type": AssessmentType.PROJECT.value,
        "supervision": Supervision.SUPERVISED_ONLINE.value,
        "quality_assurance": QualityAssurance.INSTITUTION.value,
    }
    read = CredentialFacts(**{**fields, **facts})
    credential = Credential.objects.create(
        holder=holder,
        origin=Origin.STATED,
        title=dict(read.title),
        document=make_file(holder, kind=DocumentKind.CREDENTIAL),
        facts=facts_json.to_json(read),
        provenance=dict.fromkeys(("title", "ects", "outcomes"), "stated"),
    )
    Evidence.objects.create(
        owner=holder, credential=credential, title="Course page", url="https://course.example/"
    )
    return credential


@kept(Case)
def make_case(
    *,
    programme_version: ProgrammeVersion | None = None,
    applicant: User | None = None,
    modules: list[Module] | None = None,
    sources: list[Credential] | None = None,
    ects: Decimal | None = None,
    purpose: Purpose = Purpose.RECOGNITION,
    submitted: bool = True,
) -> Case:
    """An application with a line per module (none of them: free electives), sent unless told not.

    Its institution gets a policy and a committee if it has none.
    """
    if programme_version is None:
        programme_version = (
            modules[0].programme_version if modules else make_programme_version(make_institution())
        )
    institution = programme_version.programme.institution
    if not institution.policies.exists():
        make_policy(institution)
    kind = CommitteeKind.RECOGNITION
    if not Committee.objects.filter(unit__institution=institution, kind=kind).exists():
        make_committee(institution)
    if modules is None:
        modules = [make_module(programme_version)]
    applicant = applicant or make_user("Nela Ardwen")
    if not institution.learners.filter(user=applicant).exists():
        make_learner(institution, applicant)
    case = applications.create(programme_version, purpose=purpose, by=applicant)
    for module in modules or [None]:
        used = sources or [make_external_credential(applicant, institution=institution)]
        applications.save_line(
            case, None, module=module, credentials=used, requested_ects=ects, by=applicant
        )
    if submitted:
        applications.declare(case, by=applicant)
        cases.submit(case, by=applicant)
    case.refresh_from_db()
    return case


@kept(Line)
def make_line_for(
    decision: DecisionType, state: LineState = LineState.DELIBERATION, **case_fields
) -> Line:
    """A line on which a decision of this type can be signed, walked to `state`."""
    programme = make_programme_version(make_institution())
    applicant = make_user("Nela Ardwen")
    # 60 credits lead to the second semester; 5 are a usual course.
    ects = Decimal("60") if decision == DecisionType.ADVANCED_ENTRY else Decimal("5")
    source = make_external_credential(
        applicant, institution=programme.programme.institution, ects=ects
    )
    parts = [("2", [1]), ("4", [2, 3])] if decision == DecisionType.EXEMPTION else []
    module = make_module(programme, parts=parts)
    make_module(programme)
    fields = {"modules": [module], "applicant": applicant, "sources": [source], **case_fields}
    if decision == DecisionType.ADVANCE_INFO:
        fields["purpose"] = Purpose.ADVANCE
    if decision == DecisionType.INADMISSIBLE:
        return make_line(LineState.INADMISSIBLE, **fields)
    return make_line(state, decision=decision, **fields)


class Way:
    """Walks one line to a state by the real services, as the people whose turn it is."""

    def __init__(self, line: Line, *, decision=DecisionType.PARTIAL, ratings=None) -> None:
        self.line = line
        self.decision_type = DecisionType(decision)
        self.ratings = ratings
        self.institution = line.case.institution
        self.committee = Committee.objects.get(
            unit__institution=self.institution, kind=CommitteeKind.RECOGNITION
        )
        self.members = seated(self.committee)
        self.chair = seated(self.committee, SeatRole.CHAIR)[0]
        self.registrar = next(iter(cases.registrars_of(line.case)), None) or make_registrar(
            self.institution
        )

    def to(self, state: LineState) -> Line:
        if state == LineState.CONDITION_PENDING:
            self.decision_type = DecisionType.CONDITIONAL
        steps = {
            LineState.SUBMITTED: [],
            LineState.FORMAL_CHECK: [self.take],
            LineState.INFO_REQUESTED: [self.ask],
            LineState.INADMISSIBLE: [self.turn_away],
            LineState.WITHDRAWN: [self.withdraw],
            LineState.UNDER_REVIEW: [self.complete],
            LineState.ASSESSMENT: [self.complete, self.assess],
            LineState.DELIBERATION: [self.complete, self.review],
            LineState.DECIDED: [self.complete, self.review, self.sign],
            LineState.NOTIFIED: [self.complete, self.review, self.sign, self.notify],
        }
        steps[LineState.CONDITION_PENDING] = steps[LineState.NOTIFIED]
        if self.decision_type == DecisionType.CONDITIONAL and state != LineState.NOTIFIED:
            steps[LineState.NOTIFIED] = [*steps[LineState.NOTIFIED], self.meet_conditions]
        steps[LineState.RECORDED] = [*steps[LineState.NOTIFIED], self.record]
        steps[LineState.CLOSED] = [*steps[LineState.RECORDED], self.close]
        steps[LineState.OBJECTION] = [*steps[LineState.NOTIFIED], self.object]
        steps[LineState.APPEAL] = [*steps[LineState.OBJECTION], self.dismiss, self.appeal]
        steps[LineState.REOPENED] = [*steps[LineState.RECORDED], self.reopen]
        steps[LineState.ANNULLED] = [*steps[LineState.RECORDED], self.annul]
        for step in steps[state]:
            step()
            self.line.refresh_from_db()
        return Line.objects.get(pk=self.line.pk)

    def take(self):
        lines.take(self.line, by=self.registrar)

    def ask(self):
        information.ask(self.line, ["How were you assessed?"], by=self.registrar)

    def turn_away(self):
        lines.declare_inadmissible(
            self.line, InadmissibleReason.NOT_ELIGIBLE, "Please enrol first.", by=self.registrar
        )

    def withdraw(self):
        lines.withdraw(self.line, by=self.line.case.applicant)

    def complete(self):
        rapporteur, *others = self.members
        lines.declare_complete(
            self.line,
            by=self.registrar,
            track=Track.RECOGNITION,
            override_reason="Known to us." if self._takes_validation() else "",
            committee=self.committee,
            rapporteur=rapporteur,
            reviewers=others,
        )

    def _takes_validation(self):
        return any(source.awarding_body is None for source in self.line.sources.all())

    def review(self):
        for review in Review.objects.filter(line=self.line).order_by("pk"):
            opinions.declare_no_conflict(review, by=review.reviewer)
            write_opinion(review, ratings=self._ratings())
            opinions.submit(review, by=review.reviewer)

    def assess(self):
        """The rapporteur finds nothing of the first outcome, and orders an interview."""
        review = self.line.reviews.get(is_rapporteur=True)
        opinions.declare_no_conflict(review, by=review.reviewer)
        write_opinion(review, ratings=[Rating.NOT_EVIDENCED])
        order_assessment(self.line, by=review.reviewer)

    def _ratings(self):
        if self.ratings is not None:
            return self.ratings
        if self.decision_type in (DecisionType.FULL_SUBSTITUTION, DecisionType.ADVANCE_INFO):
            return []
        if self.decision_type == DecisionType.REFUSAL:
            return [Rating.NOT_MET, Rating.NOT_MET]
        return [Rating.FULL, Rating.PARTIAL]

    def sign(self):
        decision = write_decision(
            self.line, self.decision_type, by=self.chair, deviation_reason=DIFFERENT
        )
        decisions.sign(decision, by=self.chair)

    def notify(self):
        print_papers(self.line)
        self.line = Line.objects.get(pk=self.line.pk)
        decisions.notify(self.line, by=self.registrar)

    def meet_conditions(self):
        for condition in self.line.decision.conditions.all():
            conditions.settle(condition, ConditionState.MET, "Passed.", by=self.registrar)

    def record(self):
        credits.record(self.line, by=self.registrar)

    def close(self):
        lines.close(self.line, by=self.registrar)

    def object(self):
        objections.file(self.line, "Part three was not read.", by=self.line.case.applicant)

    def dismiss(self):
        objection = self.line.objections.get(decided_at=None)
        objections.dismiss(objection, "It was read, and it is not enough.", by=self.chair)
        objection.refresh_from_db()
        print_remedy_letter(objection)

    def appeal(self):
        make_appeal_body(self.institution)
        self.object()

    def reopen(self):
        reason = ReopeningReason.ERROR
        reopenings.reopen(self.line, reason, "One outcome was mistyped.", by=self.registrar)

    def propose_annulment(self):
        proposed = annulments.propose(
            self.line, AnnulmentGround.ERROR, "Two files were mixed up.", by=self.registrar
        )
        print_remedy_letter(proposed)
        return proposed

    def annul(self):
        proposed = self.propose_annulment()
        annulments.answer(proposed, "I see.", by=self.line.case.applicant)
        annulments.sign(proposed, by=self.registrar)
        annulments.countersign(proposed, by=self.chair)
        proposed.refresh_from_db()
        print_remedy_letter(proposed)


@kept(Line)
def make_line(
    state: LineState = LineState.SUBMITTED,
    *,
    case: Case | None = None,
    decision: DecisionType = DecisionType.PARTIAL,
    ratings: list[Rating] | None = None,
    **case_fields,
) -> Line:
    """The first line of a case, walked to `state`; `ratings` of all reviewers, the rest FULL."""
    case = case or make_case(submitted=state != LineState.DRAFT, **case_fields)
    line = case.lines.first()
    return (
        line
        if state == LineState.DRAFT
        else Way(line, decision=decision, ratings=ratings).to(state)
    )


def opinion_of(
    line: Line, ratings: list[Rating] = (), elements: dict[Element, ElementRating] | None = None
) -> OpinionDraft:
    """A complete opinion: `ratings` in the order of the outcomes, the rest FULL."""
    source = line.sources.first()
    drafts = []
    for index, outcome in enumerate(target_outcomes(line)):
        rating = ratings[index] if index < len(ratings) else Rating.FULL
        drafts.append(
            RatingDraft(
                outcome=outcome.pk,
                rating=rating,
                note="One session is not enough for it." if rating.text_prompt else "",
                citations=(Citation(source.pk, "outcome 1", EARNED[0]),),
            )
        )
    rated = dict.fromkeys(elements_of(line.track), ElementRating.NONE) | (elements or {})
    return OpinionDraft(
        ratings=tuple(drafts),
        elements=tuple(
            (element, rating, "It differs much." if rating == ElementRating.SUBSTANTIAL else "")
            for element, rating in rated.items()
        ),
        comment="A careful course.",
    )


def write_opinion(
    review: Review, *, ratings: list[Rating] = (), elements: dict | None = None
) -> None:
    """Save a complete opinion as its reviewer, without handing it in."""
    review.refresh_from_db()
    draft = opinion_of(review.line, ratings, elements)
    opinions.save(review, draft, by=review.reviewer, seen=review.saved_at)


def answers(text: str = "", *documents: Document) -> dict[int, ItemAnswer]:
    """What is answered to a question of one item."""
    return {1: ItemAnswer(text, documents)}


def order_assessment(line: Line, *, by: User, **fields) -> SupplementaryAssessment:
    """Order an interview about all that a test can settle, with the last person who may."""
    line = Line.objects.with_all().get(pk=line.pk)
    defaults = {
        "outcomes": [outcome.pk for outcome in assessments.assessable(line, by)],
        "form": AssessmentForm.INTERVIEW,
        "assessor": assessments.assessors_for(line).exclude(pk=by.pk).last(),
        "due_on": timezone.localdate() + timedelta(days=14),
        "instructions": "Explain how you combined two data sets. Twenty minutes.",
        "place": "Room 2.14",
    }
    return assessments.order(line, AssessmentDraft(**{**defaults, **fields}), by=by)


def write_decision(line: Line, decision: DecisionType, *, by: User, seen=None, **fields):
    """Save a complete decision as the chair, without signing it; `seen`: `updated_at` of a draft
    that is there already."""
    defaults = {
        "type": decision,
        "reasons": "Time series are missing; the third-year project builds on them.",
        "later_measures": "Take session block C of the module.",
        "accepted_proof": "The university has known this issuer for years.",
    }
    if decision == DecisionType.CONDITIONAL:
        due_on = timezone.localdate() + timedelta(days=60)
        defaults["conditions"] = (ConditionDraft("Pass the examination on time series.", due_on),)
    if decision == DecisionType.ALTERNATIVE:
        defaults["other_module"] = other_modules(line).first()
    if decision == DecisionType.ADVANCE_INFO:
        defaults["expected"] = DecisionType.FULL_SUBSTITUTION
    if decision == DecisionType.REFUSAL:
        kinds = to_consider(ground_of(line).opinion)
        outcomes = target_outcomes(line)
        defaults["why_not"] = dict.fromkeys(kinds, "Too little of the module is shown for it.")
        defaults |= {
            "differences": (
                decisions.DifferenceDraft(
                    element="outcomes",
                    outcome=str(outcomes[0].uuid) if outcomes else None,
                    what_differs="Combining data sets is missing.",
                    examined="Handbook, outcomes 1 to 3.",
                    why_it_matters="The project in year three builds on it.",
                ),
            ),
        }
    return decisions.save(line, DecisionDraft(**{**defaults, **fields}), by=by, seen=seen)
