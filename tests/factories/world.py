"""Two institutions with a full cast each, and one thing of every kind in every telling state."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import transaction
from django.test import Client

from credentials.models import (
    Award,
    CourseVersion,
    Institution,
    Job,
    JobKind,
    KeyRequestKind,
    Mail,
    Membership,
    ProgrammeVersion,
    RevocationReason,
    Role,
    Unit,
    User,
)
from credentials.services import (
    claims,
    courses,
    custody,
    jobs,
    programmes,
    revocations,
    supplements,
)
from credentials.services.evidence import Upload
from credentials.states import AwardState, ClaimState
from credentials.trust.sniff import Kind
from portfolios.services import shares
from recognition.models import (
    Annulment,
    Ballot,
    Case,
    CommitteeKind,
    InformationRequest,
    Line,
    Meeting,
    PrecedentUse,
    Purpose,
    SeatRole,
)
from recognition.services import (
    automatic,
    case_files,
    committees,
    decision_credentials,
    degree_documents,
    exports,
    grade_tables,
    information_letters,
    inquiries,
    intakes,
    letters,
    minutes,
    precedents,
    print_runs,
    receipts,
    records,
    recusals,
    transcripts,
)
from recognition.services import reviews as opinions
from recognition.services.inquiries import Contact
from recognition.states import LineState
from recognition.vocabulary import DecisionType, Rating
from tests.factories.awards import make_award, make_claim, make_taught_course
from tests.factories.ballots import close_meeting, make_ballot, make_meeting
from tests.factories.catalogue import make_course_version, make_module, make_programme_version
from tests.factories.designs import make_design
from tests.factories.graduates import (
    make_enrolment,
    make_graduate,
    make_graduation,
    make_result,
)
from tests.factories.intakes import add_paper, make_intake
from tests.factories.mails import come_back
from tests.factories.papers import make_edition, make_print
from tests.factories.people import (
    make_awarding_body,
    make_institution,
    make_learner,
    make_registrar,
    make_staff,
    make_user,
    root_of,
)
from tests.factories.recognition import (
    Way,
    make_case,
    make_external_credential,
    make_grade_table,
    make_policy,
    order_assessment,
    write_decision,
    write_opinion,
)
from tests.factories.seals import make_seal

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)
SEATS = {"chair": SeatRole.CHAIR, "deputy": SeatRole.DEPUTY}
COMMITTEE = ("chair", "deputy", "reviewer", "invited", "recused")
APPEAL_BODY = ("appeal_chair", "appeal_member", "unit_director")


AFTER = ("objected", "appealed", "reopened", "heard")


@dataclass
class World:
    """`people` by role and `things` by name; a thing is what its address needs to be reversed.

    `folder` holds the files, `sessions` the keys of people signed in (see tests/conftest.py).
    """

    people: dict[str, User] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None

    def client(self, role: str, **named: Any) -> Client:
        """Return a browser in which somebody is signed in; "anonymous" is nobody."""
        client = Client(**named)
        client.cookies["sessionid"] = self.sessions.get(role, "")
        return client

    def keep(self, **things: Any) -> None:
        self.things |= {name: getattr(thing, "uuid", thing) for name, thing in things.items()}


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back what happens inside: a world is shared by the tests of a module."""
    savepoint = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(savepoint)


def make_world() -> World:
    """Everything lies in the first institution; the people of the second are `foreign_*`."""
    world = World()
    home, foreign = make_institution(), make_institution()
    for institution, prefix in ((home, ""), (foreign, "foreign_")):
        world.people |= {f"{prefix}{role}": one for role, one in make_cast(institution).items()}
    world.people["member"] = _confirmed(make_user("Nobody Special"))
    world.keep(institution=home.slug, policy=home.policies.get().version)
    _make_courses(world, home)
    _make_awards(world, home)
    _make_portfolio(world, home)
    _make_precedents(world)
    _make_cases(world)
    _make_records(world, home)
    _make_graduates(world, home)
    _make_case_files(world, home)
    _make_keys(world, home)
    # The others work on something too, only not on this.
    Way(make_case(programme_version=make_programme_version(foreign)).lines.get()).complete()
    return world


def _confirmed(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_cast(institution: Institution) -> dict[str, User]:
    """One person for each role, the committee that some sit on, and the rules they follow.

    `unit_registrar` and `unit_director` keep a unit beside the one where everything happens.
    """
    root = root_of(institution)
    beside = Unit.objects.create(institution=institution, parent=root, name={"en": "Music"})
    cast = {
        "learner": make_user("Nela Ardwen"),
        "other_learner": make_user("Mirel Oskarin"),
        "teacher": make_staff(institution, Role.TEACHER, beside, name="Jorun Hallvard"),
        "director": make_staff(institution, Role.COURSE_DIRECTOR, name="Dara Quill"),
        "registrar": make_staff(institution, Role.REGISTRAR, name="Orla Finnery"),
        "unit_registrar": make_staff(institution, Role.REGISTRAR, beside, name="Una Sorrel"),
        "unit_director": make_staff(institution, Role.COURSE_DIRECTOR, beside, name="Udo Pell"),
        "chair": make_user("Hedda Brandvold"),
        "deputy": make_user("Ruan Meyrick"),
        "reviewer": make_user("Tomas Ivanek"),
        "invited": make_user("Sela Sallow"),
        "recused": make_user("Ilvo Castan"),
        "appeal_chair": make_user("Brida Holmsund"),
        "appeal_member": make_user("Osman Tereli"),
    }
    for user in cast.values():
        _confirmed(user)
    for role in ("learner", "other_learner"):
        make_learner(institution, cast[role])
    make_policy(institution)
    committee = committees.create(root, {"en": "Recognition committee"}, by=cast["registrar"])
    for role in COMMITTEE:
        seat = SEATS.get(role, SeatRole.MEMBER)
        committees.seat(committee, cast[role], role=seat, by=cast["registrar"])
    appeals = committees.create(
        root, {"en": "Appeal body"}, by=cast["registrar"], kind=CommitteeKind.APPEAL
    )
    for role in APPEAL_BODY:
        seat = SeatRole.CHAIR if role == "appeal_chair" else SeatRole.MEMBER
        committees.seat(appeals, cast[role], role=seat, by=cast["registrar"])
    return cast


def _make_courses(world: World, home: Institution) -> None:
    registrar = world.people["registrar"]
    old, programme = make_course_version(home), make_programme_version(home)
    courses.retire(old, by=registrar)
    make_module(programme, parts=[("2", [1, 2]), ("4", [3, 4])])
    draft = programmes.renew(programme, regulations="2027", by=registrar)
    world.keep(
        course=make_course_version(home, teachers=[world.people["teacher"]]),
        draft_course=make_course_version(home, published=False),
        old_course=old,
        programme=programme,
        draft_programme=draft,
        draft_module=draft.modules.get(),
    )


def _make_awards(world: World, home: Institution) -> None:
    learner, other = world.people["learner"], world.people["other_learner"]
    teacher = world.people["teacher"]
    further = [make_course_version(home, teachers=[teacher]) for _ in range(3)]
    course = CourseVersion.objects.get(uuid=world.things["course"])
    award = make_award(version=course, student=learner)
    supplements.run(supplements.start(award, by=learner))
    award = Award.objects.get(pk=award.pk)
    revoked = make_award(AwardState.REVOKED, version=further[1], student=other)
    suspended = make_award(AwardState.SUSPENDED, version=further[0], student=other)
    doubted = make_award(version=further[1], student=learner)
    hearing = revocations.announce(
        doubted,
        reason=RevocationReason.FRAUD,
        note="The report is copied.",
        due_on=date.today() + timedelta(days=14),
        by=world.people["registrar"],
    )
    failed = jobs.start(JobKind.AWARD_SUPPLEMENT, uuid4(), institution=home, by=learner)
    jobs.fail(failed, "worker-lost")
    proof = Upload("report.png", PNG, Kind.PNG)
    claim = claims.submit(further[2], by=learner, statement="In June.", uploads=[proof])
    world.keep(
        award=award,
        award_code=award.code,
        award_credential=award.credential,
        supplement=award.supplement,
        waiting=make_award(version=further[0], student=learner, claimed=False, accepted=False),
        revoked=revoked,
        suspended=suspended,
        award_hearing=hearing,
        signing_job=Job.objects.get(kind=JobKind.SIGN_AWARD, subject=award.uuid),
        failed_job=failed,
        claim=claim,
        claim_file=claim.evidence.get().document,
        denied=make_claim(ClaimState.DENIED, version=further[2], student=other),
        status_list=home.status_lists.get(purpose="revocation"),
    )


def _make_keys(world: World, home: Institution) -> None:
    registrar, erase = world.people["registrar"], KeyRequestKind.ERASE
    first = home.keys.get()
    second = custody.replace(first, by=registrar)
    third = custody.replace(second, by=registrar)
    first.refresh_from_db()
    asked = custody.request(first, erase, "Not needed.", by=make_registrar(home))
    seal = make_seal(home, by=registrar)
    world.keep(key=third, old_key=second, key_request=asked, seal=seal)


def _make_portfolio(world: World, home: Institution) -> None:
    learner = world.people["learner"]
    stated = make_external_credential(learner, institution=home)
    credential = Award.objects.get(uuid=world.things["award"]).credential
    share = shares.create(credential, label="An employer", days=30, by=learner)
    closed = shares.create(credential, label="Another", days=30, by=learner)
    shares.withdraw(closed, by=learner)
    world.keep(
        stated=stated,
        evidence=stated.evidence.get(),
        own_file=stated.document,
        share=share,
        token=share.token,
        closed_token=closed.token,
        portfolio_print=make_print(learner),
    )


def _make_cases(world: World) -> None:
    names = ("new", "asked", "issuer", "review", "contested", "tested", "open", "voted", "signed")
    names = (*names, "pending", "graded", "done", *AFTER)
    ways = {name: Way(_case(world).lines.get()) for name in names}
    ways["asked"].to(LineState.INFO_REQUESTED)
    contact = Contact("Unknown Academy", email="registry@academy.example")
    ask_of = ways["issuer"].line.sources.get()
    inquiry = inquiries.ask(ask_of, ["Was it passed?"], contact, by=world.people["registrar"])
    sent = Mail.objects.get(recipient=contact.email)
    ways["tested"].complete()
    tester = ways["tested"].line.reviews.get(is_rapporteur=True)
    opinions.declare_no_conflict(tester, by=tester.reviewer)
    write_opinion(tester, ratings=[Rating.NOT_EVIDENCED])
    assessment = order_assessment(
        ways["tested"].line, by=tester.reviewer, assessor=world.people["teacher"]
    )
    ways["review"].complete()
    first, second, third = ways["review"].line.reviews.order_by("pk")
    opinions.declare_no_conflict(first, by=first.reviewer)
    opinions.step_back(third, "A relative applies.", by=third.reviewer)
    ways["contested"].complete()
    invited, applicant = world.people["invited"], world.people["learner"]
    contested = ways["contested"].line
    challenge = recusals.challenge(contested, invited, "She is my aunt.", by=applicant)
    ways["open"].to(LineState.DELIBERATION)
    write_decision(ways["open"].line, DecisionType.PARTIAL, by=world.people["chair"])
    ways["voted"].to(LineState.DELIBERATION)
    draft = write_decision(ways["voted"].line, DecisionType.PARTIAL, by=world.people["chair"])
    ballot = make_ballot(draft)
    ways["signed"].to(LineState.DECIDED)
    list(letters.make(Line.objects.get(pk=ways["signed"].line.pk)))
    ways["pending"].to(LineState.CONDITION_PENDING)
    graded = ways["graded"].to(LineState.NOTIFIED).decision
    graded.grade, graded.grade_until = "1.7", date.today() + timedelta(days=14)
    graded.save()
    ways["done"].to(LineState.RECORDED)
    ways["objected"].to(LineState.OBJECTION)
    ways["appealed"].to(LineState.APPEAL)
    ways["reopened"].to(LineState.REOPENED)
    ways["heard"].to(LineState.RECORDED)
    annulment = ways["heard"].propose_annulment()
    come_back(Mail.objects.about(ways["asked"].line).last())
    lines = {name: Line.objects.get(pk=way.line.pk) for name, way in ways.items()}
    _make_meetings(world, ballot, lines["open"])
    world.keep(
        draft_case=(draft := _case(world, submitted=False)),
        draft_line=draft.lines.get(),
        case=lines["new"].case,
        advance_case=_case(world, purpose=Purpose.ADVANCE),
        condition=lines["pending"].decision.conditions.get(),
        source=lines["new"].sources.get(),
        inquiry=inquiry.request,
        inquiry_token=sent.body.split("/inquiries/")[1].split("/")[0],
        issuer_source=ask_of,
        assessment=assessment,
        decision=lines["done"].decision,
        challenge=challenge,
        module=lines["new"].module,
        question=lines["asked"].information_requests.get(),
        review=first,
        invitation=second,
        stepped_back=third,
        review_file=lines["review"].sources.get().documents.first(),
        handed_in=lines["open"].reviews.order_by("pk").first(),
        unsent_letter=lines["signed"].decision.letter,
        letter=lines["done"].decision.letter,
        letter_code=lines["done"].decision.letter.code,
        objection=lines["objected"].objections.get(),
        appeal=lines["appealed"].objections.last(),
        annulment=annulment,
        hearing=Annulment.objects.get(pk=annulment.pk).hearing,
        **{f"{name}_line": line for name, line in lines.items()},
    )


def _make_meetings(world: World, ballot: Ballot, line: Line) -> None:
    """An open vote, a meeting to come and one whose minutes are made."""
    past = close_meeting(make_meeting(ballot.committee))
    minutes.make(Meeting.objects.get(pk=past.pk))
    meeting = make_meeting(ballot.committee, line)
    world.keep(
        committee=ballot.committee,
        ballot=ballot,
        held_meeting=past,
        meeting=meeting,
        item=meeting.items.get(),
        chair_seat=ballot.committee.seats.get(role=SeatRole.CHAIR),
    )


def _case(world: World, **fields) -> Case:
    """An application of the learner, with a credential and a module of its own."""
    programme = ProgrammeVersion.objects.get(uuid=world.things["programme"])
    learner, institution = world.people["learner"], programme.programme.institution
    return make_case(
        modules=[make_module(programme, parts=[("2", [1, 2]), ("4", [3, 4])])],
        applicant=learner,
        sources=[make_external_credential(learner, institution=institution)],
        **fields,
    )


def _make_precedents(world: World) -> None:
    """One case that was decided by people, and one that followed from it automatically."""
    programme = ProgrammeVersion.objects.get(uuid=world.things["programme"])
    module, course = make_module(programme), make_taught_course()
    cases = {}
    for role in ("learner", "other_learner"):
        award = make_award(version=course, student=world.people[role])
        cases[role] = make_case(
            modules=[module], applicant=award.learner.user, sources=[award.credential]
        )
        if role == "learner":
            way = Way(cases[role].lines.get(), decision=DecisionType.FULL_SUBSTITUTION)
            first = way.to(LineState.NOTIFIED)
            precedent = precedents.make_standing(first, by=world.people["chair"])
    automatic.run(cases["other_learner"])
    line = cases["other_learner"].lines.get()
    list(letters.make(line))
    automatic.send(line)
    precedents.keep_as_example(precedent, by=world.people["chair"])
    PrecedentUse.objects.update(is_sampled=True)
    world.keep(
        precedent=precedent,
        first_line=first,
        automatic_line=line,
        automatic_decision=PrecedentUse.objects.get().decision,
        edition=make_edition(precedent.institution),
    )


def _make_graduates(world: World, home: Institution) -> None:
    registrar = world.people["registrar"]
    enrolment = make_enrolment(home)
    result = make_result(enrolment, by=registrar)
    graduation = make_graduation(home, by=registrar)
    printed = make_graduate(make_graduation(home, by=registrar), by=registrar)
    job = print_runs.order(printed.graduation, [str(printed.uuid)], by=registrar)
    other = home.learners.get(user=world.people["other_learner"])
    studies = make_enrolment(home, learner=other)
    supplement = degree_documents.print_supplement(printed)
    world.keep(
        enrolment=enrolment,
        result=result,
        passed_module=result.module,
        graduation=graduation,
        graduate=make_graduate(graduation, enrolment, by=registrar),
        diploma_supplement=supplement,
        data_file=f"{supplement.number}.elmo.xml",
        transcript=transcripts.print_one(studies, date(2026, 7, 1)),
        print_job=job,
    )


def _make_case_files(world: World, home: Institution) -> None:
    """An application entered for a learner, one that was sent so, a decision as a credential, an
    export, a case file, a receipt, and a letter that asks."""
    registrar = world.people["registrar"]
    draft, sent = (_entered(world, home) for _ in range(2))
    intakes.submit(sent, by=registrar)
    done = Line.objects.get(uuid=world.things["done_line"])
    job = case_files.order(done.case, by=registrar)
    case_files.run(job)
    line = draft.lines.get()
    reviewed = Line.objects.get(uuid=world.things["review_line"]).case
    receipts.make(reviewed)
    question = InformationRequest.objects.get(uuid=world.things["question"])
    world.keep(
        received_case=reviewed,
        question_letter=information_letters.make(question),
        entered_case=draft,
        entered_line=line,
        entered_source=line.sources.get(),
        paper_source=sent.lines.get().sources.get(),
        done_case=done.case,
        case_file=job.results.get(),
        decision_credential=decision_credentials.make(done.decision),
        export=exports.run(home, by=registrar),
    )


def _entered(world: World, home: Institution) -> Case:
    registrar, programme = world.people["registrar"], world.things["programme"]
    version = ProgrammeVersion.objects.get(uuid=programme)
    case = make_intake(version, home.learners.get(user=world.people["other_learner"]), by=registrar)
    add_paper(case, by=registrar)
    return case


def _make_records(world: World, home: Institution) -> None:
    registrar = world.people["registrar"]
    learner = home.learners.get(user=world.people["learner"])
    job = records.start_pages([learner], institution=home, dated=date(2026, 7, 1), by=registrar)
    records.run_pages(job)
    old = make_grade_table(home, by=registrar)
    world.keep(
        logo=make_design(home, registrar).logo,
        old_grade_table=old,
        grade_table=grade_tables.revise(old, by=registrar, name="Ours, counted anew"),
        record=learner,
        pages_job=job,
        diploma_page=job.results.get(),
        body=make_awarding_body(home),
        membership=Membership.objects.get(user=world.people["unit_director"]),
        seat=root_of(home)
        .committees.get(kind=CommitteeKind.RECOGNITION)
        .seats.get(user=world.people["invited"]),
    )
