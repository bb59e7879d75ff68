"""People who do the same at the same moment: one of them wins, and nothing happens twice.

After each test the portal proves its log, files, signed credentials and ledger.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from credentials.models import (
    AuditEvent,
    Award,
    Claim,
    CourseVersion,
    CreditEntry,
    Enrolment,
    IssuerKey,
    Job,
    JobKind,
    KeyRequestKind,
    Learner,
    Mail,
    MailRhythm,
    ModuleResult,
    NumberSeries,
    ProgrammeVersion,
    RevocationReason,
    Role,
    StatusEntry,
    StatusList,
    User,
)
from credentials.services import (
    award_imports,
    awards,
    bodies,
    body_imports,
    claims,
    custody,
    issuing,
    issuing_batches,
    jobs,
    keys,
    mails,
    revocations,
    signing_anew,
    status,
    supplements,
)
from credentials.standards import delivery_reports, facts_json
from credentials.standards.award_files import read_awards
from credentials.standards.body_files import read_bodies
from credentials.states import AwardState, ClaimState
from credentials.trust import status_list
from credentials.verdict import Refused, Stale
from recognition import digest, permissions
from recognition.models import (
    Annulment,
    Case,
    Decision,
    Line,
    LineSource,
    Objection,
    Policy,
    Review,
    Voice,
)
from recognition.services import (
    annulments,
    appeals,
    applications,
    cases,
    credits,
    decisions,
    information,
    lines,
    objections,
    reviews,
)
from recognition.services.decisions import DecisionDraft
from recognition.sources import facts_of
from recognition.states import AnnulmentState, LineState, ReviewState
from recognition.vocabulary import DecisionType
from tests.at_once import at_once
from tests.factories.awards import (
    make_award,
    make_claim,
    make_student,
    make_taught_course,
    order_awards,
)
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.graduates import make_result
from tests.factories.mails import make_report
from tests.factories.people import (
    make_institution,
    make_learner,
    make_registrar,
    make_staff,
    make_user,
)
from tests.factories.recognition import (
    Way,
    answers,
    make_case,
    make_external_credential,
    make_file,
    make_line,
    write_decision,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROUNDS = 40


@pytest.fixture(autouse=True)
def _proved(transactional_db):
    """Whatever raced fits together afterwards: see credentials/services/proof.py."""
    yield
    call_command("audit_check", stdout=StringIO())


def said(problems: list[Exception]) -> list[tuple[type, str]]:
    return [(type(problem), str(problem)) for problem in problems]


def told() -> list[str]:
    """Return who got a mail since this was asked last, by address."""
    found = sorted(Mail.objects.values_list("recipient", flat=True))
    Mail.objects.all().delete()
    return found


def moves(thing: models.Model, to: str) -> int:
    return AuditEvent.objects.filter(thing=str(thing.uuid), action="move", after=to).count()


def given_numbers(things: models.QuerySet, column: str = "number") -> list[int]:
    """Return the running numbers of things of one institution, without prefix, kind and year."""
    return sorted(int(number[-4:]) for number in things.values_list(column, flat=True))


# Keys --------------------------------------------------------------------------------------------


def test_nothing_is_kept_that_was_signed_while_its_key_was_withdrawn():
    version = make_taught_course()
    institution = version.course.institution
    first, second = (make_registrar(institution) for _ in range(2))
    kept = make_award(version=version).credential.status_entries.of_revocation().get().status_list
    for _ in range(5):
        waiting = make_award(AwardState.SIGNING, version=version)
        StatusList.objects.update(signed="")
        key = keys.ensure(institution)
        since = {"stolen_from": timezone.now()}
        asked = custody.request(key, KeyRequestKind.STOLEN, "Gone.", by=first, **since)

        problems = at_once(
            partial(custody.approve, asked, by=second),
            partial(status.published, StatusList.objects.get(pk=kept.pk)),
            partial(issuing.issue, waiting),
        )

        assert said(problems) == []
        assert key.key_id not in StatusList.objects.get(pk=kept.pk).signed
        form = waiting.credential.signed_forms.get()
        late = signing_anew.affected_by(IssuerKey.objects.get(pk=key.pk))
        assert form.key_id != key.pk or form in late  # kept before, and to be signed anew


# Claims and awards -------------------------------------------------------------------------------


def test_claim_sent_twice_is_one_claim():
    version, student = make_taught_course(), make_student()
    claim = partial(claims.submit, version, by=student, statement="In June.", family_name="Ardwen")

    problems = at_once(claim, claim)

    assert (problems, Claim.objects.count()) == ([], 1)
    assert told() == sorted([student.email, version.course.teachers.get().email])


def test_claim_answered_by_two_teachers_is_awarded_once():
    version = make_taught_course()
    first = version.course.teachers.get()
    second = make_staff(version.course.institution, Role.TEACHER, name="Jorun Hallvard")
    for _ in range(3):
        claim = make_claim(version=version)

        problems = at_once(
            partial(awards.award_claim, claim, by=first, grade="1.0"),
            partial(awards.award_claim, claim, by=second, grade="2.0"),
        )

        award = Award.objects.get(claim=claim)
        assert said(problems) == [(Refused, "This claim has been answered already.")]
        assert moves(claim, ClaimState.AWARDED) == 1
        assert Job.objects.get(kind=JobKind.SIGN_AWARD, subject=award.uuid).owner == (
            award.awarded_by
        )
    assert given_numbers(Award.objects) == [1, 2, 3]
    assert StatusEntry.objects.of_revocation().count() == 3


def test_claims_answered_one_by_one_and_by_a_list_are_awarded_once():
    version = make_taught_course()
    teacher = version.course.teachers.get()
    for turn in range(3):
        found = [make_claim(version=version) for _ in range(2)]
        for one in found:
            Learner.objects.filter(pk=one.learner.pk).update(student_number=f"4711{turn}{one.pk}")
        learners = list(Learner.objects.filter(pk__in=[one.learner.pk for one in found]))
        job = order_awards(version, learners)

        problems = at_once(
            partial(issuing_batches.run, job),
            *(partial(awards.award_claim, one, by=teacher, grade="1.0") for one in found),
        )

        assert {kind for kind, _text in said(problems)} <= {Refused}
        assert all(Award.objects.get(claim=one).learner_id == one.learner_id for one in found)


def test_claim_awarded_and_denied_has_one_answer():
    claim = make_claim()
    teacher = claim.course_version.course.teachers.get()
    told()

    problems = at_once(
        partial(awards.award_claim, claim, by=teacher, grade="1.0"),
        partial(claims.deny, claim, by=teacher, reason="Two outcomes are missing."),
    )

    state = Claim.objects.get().state
    assert said(problems) == [(Refused, "This claim has been answered already.")]
    assert Award.objects.count() == (state == ClaimState.AWARDED)
    assert told() == [claim.claimant.email] * (state == ClaimState.DENIED)


def test_learner_gets_the_same_award_from_two_teachers_once():
    version = make_taught_course()
    learner = make_learner(version.course.institution)
    first = version.course.teachers.get()
    second = make_staff(version.course.institution, Role.TEACHER)

    problems = at_once(
        *(
            partial(awards.award_directly, version, learner, by=teacher, grade="1.0")
            for teacher in (first, second)
        )
    )

    assert said(problems) == [(Refused, f"{learner} holds this credential already.")]
    assert Award.objects.count() == 1


def test_award_revoked_twice_is_revoked_once():
    award = make_award()
    kept = award.credential.status_entries.of_revocation().get()
    people = [
        make_staff(award.learner.institution, role)
        for role in (Role.REGISTRAR, Role.COURSE_DIRECTOR)
    ]
    told()

    problems = at_once(
        *(
            partial(revocations.revoke, award, by=one, reason=RevocationReason.ERROR)
            for one in people
        )
    )

    kept.status_list.refresh_from_db()
    assert said(problems) == [(Refused, "This credential is revoked already.")]
    assert moves(award, AwardState.REVOKED) == 1
    assert told() == [award.learner.user.email]
    assert status_list.get_bit(bytes(kept.status_list.bits), kept.index)


def test_awards_revoked_at_once_are_all_marked_in_their_list():
    version = make_taught_course()
    found = [make_award(version=version) for _ in range(6)]
    registrar = make_staff(version.course.institution, Role.REGISTRAR)

    problems = at_once(
        *(
            partial(revocations.revoke, one, by=registrar, reason=RevocationReason.ERROR)
            for one in found
        )
    )

    entries = StatusEntry.objects.of_revocation()
    bits = bytes(entries.first().status_list.bits)
    places = entries.values_list("index", flat=True)
    assert problems == []
    assert [status_list.get_bit(bits, place) for place in places] == [True] * 6


def test_numbers_have_no_gaps_and_no_doubles_although_some_are_refused():
    version = make_taught_course()
    teacher = version.course.teachers.get()
    learners = [make_learner(version.course.institution) for _ in range(6)]
    award = partial(awards.award_directly, version, by=teacher, grade="1.0")

    problems = at_once(*(partial(award, learner) for learner in (*learners, *learners)))

    places = set(StatusEntry.objects.of_revocation().values_list("status_list", "index"))
    assert sorted(said(problems)) == sorted(
        (Refused, f"{learner} holds this credential already.") for learner in learners
    )
    assert given_numbers(Award.objects) == [1, 2, 3, 4, 5, 6]
    assert NumberSeries.objects.get(kind="MC").last == 6
    assert len(places) == 6


# Applications ------------------------------------------------------------------------------------


def test_application_begun_in_two_tabs_is_one_draft():
    programme, applicant = make_programme_version(make_institution()), make_user()
    begin = partial(applications.create, programme, by=applicant)

    assert at_once(begin, begin) == []
    assert Case.objects.count() == 1


def test_application_sent_in_two_tabs_is_sent_once():
    for _ in range(3):
        case = make_case(submitted=False)
        applications.declare(case, by=case.applicant)
        told()
        send = partial(cases.submit, case, by=case.applicant)

        problems = at_once(send, send)

        case.refresh_from_db()
        people = [case.applicant, *cases.registrars_of(case)]
        assert said(problems) == [(Stale, "This application was sent already.")]
        assert moves(case.lines.get(), LineState.SUBMITTED) == 1
        assert told() == sorted(person.email for person in people)
        assert NumberSeries.objects.get(institution=case.institution, kind="REC").last == 1


def test_applications_of_many_are_numbered_without_gaps():
    module = make_module(make_programme_version(make_institution()))
    waiting = [make_case(modules=[module], submitted=False) for _ in range(6)]
    for case in waiting:
        applications.declare(case, by=case.applicant)

    problems = at_once(*(partial(cases.submit, case, by=case.applicant) for case in waiting))

    assert problems == []
    assert given_numbers(Case.objects, "reference") == [1, 2, 3, 4, 5, 6]


def test_institution_of_this_portal_is_entered_in_a_register_once():
    version = make_taught_course()
    issuer = version.course.institution
    entry = {"name": issuer.name["de"], "country": issuer.country}
    for _ in range(5):
        programme = make_programme_version(make_institution())
        register, registrar = programme.institution, make_registrar(programme.institution)
        held = [make_award(version=version, student=make_student()) for _ in range(2)]
        waiting = [
            make_case(
                programme_version=programme,
                applicant=award.learner.user,
                modules=[make_module(programme)],
                sources=[award.credential],
                submitted=False,
            )
            for award in held
        ]
        for case in waiting:
            applications.declare(case, by=case.applicant)

        problems = at_once(
            *(partial(cases.submit, case, by=case.applicant) for case in waiting),
            partial(bodies.enter, register, by=registrar, **entry),
        )

        late = (Refused, "This awarding body is in the register already.")
        assert said(problems) in ([], [late])
        assert register.awarding_bodies.count() == 1


def test_two_registrars_who_take_over_the_same_file_enter_each_body_once():
    rows = read_bodies(
        b"name,country,status\n" + b"".join(b"Body %d,ES,non_he\n" % n for n in range(50))
    )
    for _ in range(5):
        institution = make_institution()
        both = make_registrar(institution), make_registrar(institution)
        mark = body_imports.import_rows(institution, rows, by=both[0]).mark

        problems = at_once(
            *(
                partial(body_imports.import_rows, institution, rows, by=user, seen=mark)
                for user in both
            )
        )

        late = "The register was changed since you looked. Look at what would change now."
        assert said(problems) == [(Stale, late)]
        found = institution.awarding_bodies.all()
        assert found.count() == 50
        things = [str(body.uuid) for body in found]
        assert AuditEvent.objects.filter(thing__in=things).count() == 50


# Reviews and decisions ---------------------------------------------------------------------------


def ask_again(line: Line) -> list[Review]:
    """Let the chair ask and the applicant answer: all complete opinions are open again."""
    information.ask(line, ["How were you assessed?"], by=Way(line).chair)
    question = line.information_requests.get(answered_at=None)
    information.answer(question, answers("In writing."), by=line.case.applicant)
    return list(line.reviews.order_by("pk"))


def test_two_reviewers_who_hand_in_always_pass_the_line_on_once():
    line = make_line(LineState.DELIBERATION)
    Policy.objects.update(information_rounds=ROUNDS)
    chair = Way(line).chair
    for number in range(1, ROUNDS + 1):
        first, *last = ask_again(line)
        reviews.submit(first, by=first.reviewer)
        told()

        problems = at_once(*(partial(reviews.submit, one, by=one.reviewer) for one in last))

        line = Line.objects.get(pk=line.pk)
        assert (problems, line.state) == ([], LineState.DELIBERATION)
        assert told() == [chair.email]
        assert moves(line, LineState.DELIBERATION) == number + 1
        assert moves(last[0], ReviewState.SUBMITTED) == number + 1


def test_last_reviewer_hands_in_while_another_takes_back():
    line = make_line(LineState.DELIBERATION)
    Policy.objects.update(information_rounds=5)
    for _ in range(5):
        first, second, last = ask_again(line)
        reviews.submit(first, by=first.reviewer)
        reviews.submit(second, by=second.reviewer)

        problems = at_once(
            partial(reviews.submit, last, by=last.reviewer),
            partial(reviews.take_back, first, by=first.reviewer),
        )

        for row in (line, first, last):
            row.refresh_from_db()
        assert last.state == ReviewState.SUBMITTED
        assert (line.state, first.state, len(problems)) in (
            (LineState.DELIBERATION, ReviewState.SUBMITTED, 1),
            (LineState.UNDER_REVIEW, ReviewState.AT_WORK, 0),
        )
        if first.state == ReviewState.AT_WORK:
            reviews.submit(first, by=first.reviewer)


def deciders(line: Line) -> list:
    way = Way(line)
    return [way.chair, line.committee.seats.get(role="deputy").user]


def test_chair_and_deputy_who_sign_decide_once():
    for _ in range(3):
        line = make_line(LineState.DELIBERATION)
        way = Way(line)
        decision = write_decision(line, DecisionType.PARTIAL, by=way.chair)
        told()

        problems = at_once(*(partial(decisions.sign, decision, by=one) for one in deciders(line)))

        stands_in = "The chair does this. The deputy stands in when the chair cannot."
        now = "This is not possible any more: it is “Decided” now."
        assert said(problems) in ([(Refused, stands_in)], [(Refused, now)])
        assert given_numbers(Decision.objects.filter(line=line)) == [1]
        assert NumberSeries.objects.get(institution=way.institution, kind="DEC").last == 1
        assert moves(line, LineState.DECIDED) == 1
        assert told() == sorted(one.email for one in cases.registrars_of(line.case))
        assert Job.objects.filter(kind=JobKind.LINE_DOCUMENTS, subject=line.uuid).count() == 1


def test_chair_signs_while_the_deputy_signs_what_the_chair_applied_for():
    module = make_module(make_programme_version(make_institution()))
    for _ in range(3):
        line = make_line(LineState.DELIBERATION, modules=[module])
        chair, deputy = deciders(line)
        case = make_case(modules=[make_module(module.programme_version)], applicant=chair)
        own = make_line(LineState.DELIBERATION, case=case)
        drafts = [
            write_decision(line, DecisionType.PARTIAL, by=chair),
            write_decision(own, DecisionType.PARTIAL, by=deputy),
        ]

        problems = at_once(*(partial(decisions.sign, one, by=one.written_by) for one in drafts))

        assert problems == []
    assert given_numbers(Decision.objects) == [1, 2, 3, 4, 5, 6]


def test_chair_and_deputy_who_write_do_not_overwrite_each_other():
    line = make_line(LineState.DELIBERATION)
    drafts = [DecisionDraft(type="partial", reasons=f"Written by {who}.") for who in "ab"]

    problems = at_once(
        *(
            partial(decisions.save, line, draft, by=one)
            for draft, one in zip(drafts, deciders(line), strict=True)
        )
    )

    decision = Decision.objects.get(line=line)
    assert [type(problem) for problem in problems] == [Stale]
    assert decision.reasons in {draft.reasons for draft in drafts}
    assert AuditEvent.objects.filter(thing=str(decision.uuid), action="save").count() == 1


def test_decision_signed_while_the_applicant_withdraws_is_one_of_both():
    line = make_line(LineState.DELIBERATION)
    decision = write_decision(line, DecisionType.PARTIAL, by=Way(line).chair)

    problems = at_once(
        partial(decisions.sign, decision, by=Way(line).chair),
        partial(lines.withdraw, line, by=line.case.applicant),
    )

    line.refresh_from_db()
    decision.refresh_from_db()
    assert [type(problem) for problem in problems] == [Refused]
    assert (line.state, decision.state) in (
        (LineState.DECIDED, "signed"),
        (LineState.WITHDRAWN, "draft"),
    )


def printed(line: Line) -> Line:
    """Give a signed decision its documents, without the seconds that printing takes."""
    Decision.objects.filter(line=line).update(letter=make_file(line.case.applicant))
    line.sources.update(supplement=make_file(line.case.applicant))
    return Line.objects.get(pk=line.pk)


def test_decision_sent_twice_is_sent_once():
    line = printed(make_line(LineState.DECIDED))
    told()
    notify = partial(decisions.notify, line, by=Way(line).registrar)

    problems = at_once(notify, notify)

    now = "This is not possible any more: it is “Decision sent” now."
    assert said(problems) == [(Refused, now)]
    assert moves(line, LineState.NOTIFIED) == 1
    assert told() == [line.case.applicant.email]


# Credits -----------------------------------------------------------------------------------------


def two_lines(
    *, programmes: int = 1, sources: int = 2, electives: bool = False, ects: str = "180"
) -> list[Line]:
    """Two lines of one applicant in deliberation, each in an application of its own."""
    applicant = make_user("Nela Ardwen")
    targets = [
        make_programme_version(
            make_institution(), free_elective_ects=Decimal("10"), ects_total=Decimal(ects)
        )
        for _ in range(programmes)
    ]
    put_forward = [
        make_external_credential(applicant, institution=targets[-1].programme.institution)
        for _ in range(sources)
    ]
    found = []
    for number in range(2):
        target = targets[number % programmes]
        case = make_case(
            programme_version=target,
            applicant=applicant,
            modules=[] if electives else [make_module(target)],
            sources=[put_forward[number % sources]],
        )
        kind = DecisionType.INCLUSION if electives else DecisionType.FULL_SUBSTITUTION
        found.append(make_line(LineState.DELIBERATION, case=case, decision=kind))
    return found


def drafted(line: Line) -> Decision:
    kind = DecisionType.FULL_SUBSTITUTION if line.module else DecisionType.INCLUSION
    return write_decision(line, kind, by=Way(line).chair)


def sent(found: list[Line]) -> list[Line]:
    """Sign and send the decisions of enrolled learners, one after the other."""
    for line in found:
        Enrolment.objects.get_or_create(
            learner=line.case.learner,
            programme_version=line.case.programme_version,
            defaults={"started_on": timezone.localdate()},
        )
        decisions.sign(drafted(line), by=Way(line).chair)
        decisions.notify(printed(line), by=Way(line).registrar)
    return [Line.objects.get(pk=line.pk) for line in found]


def same_learning(found: list[Line]) -> None:
    """Let what both lines put forward turn out to be one and the same credential."""
    for source in LineSource.objects.filter(line__in=found):
        stated = replace(facts_of(source), id="https://academy.example/badges/1")
        LineSource.objects.filter(pk=source.pk).update(facts=facts_json.to_json(stated))


def test_credits_recorded_twice_are_recorded_once():
    (line,) = sent([make_line(LineState.DELIBERATION, ratings=[])])
    told()
    record = partial(credits.record, line, by=Way(line).registrar)

    problems = at_once(record, record)

    entry = CreditEntry.objects.get()
    assert [type(problem) for problem in problems] == [Refused]
    assert (moves(line, LineState.RECORDED), told()) == (1, [line.case.applicant.email])
    assert AuditEvent.objects.filter(thing=str(entry.uuid), action="record").count() == 1


def test_module_recognised_while_its_result_is_entered_counts_once():
    (line,) = sent([make_line(LineState.DELIBERATION, ratings=[])])
    enrolment = Enrolment.objects.get(learner=line.case.learner)

    problems = at_once(
        partial(credits.record, line, by=Way(line).registrar),
        partial(make_result, enrolment, line.module),
    )

    assert [type(problem) for problem in problems] == [Refused]
    assert CreditEntry.objects.exists() != ModuleResult.objects.exists()


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"sources": 1}, "The credential has 5\xa0ECTS; 5\xa0ECTS count already"),
        ({"sources": 1, "programmes": 2}, "The credential already counts towards another"),
        ({"ects": "10"}, "At most 10\xa0ECTS of the programme can be recognised."),
    ],
)
def test_two_decisions_signed_at_once_do_not_promise_too_much(how, reason):
    found = two_lines(**how)

    problems = at_once(*(partial(decisions.sign, drafted(one), by=Way(one).chair) for one in found))

    states = sorted(Line.objects.values_list("state", flat=True))
    assert [type(problem) for problem in problems] == [Refused]
    assert str(problems[0]).startswith(reason)
    assert states == [LineState.DECIDED, LineState.DELIBERATION]


def test_two_decisions_signed_at_once_share_what_is_free_of_the_electives():
    drafts = [drafted(line) for line in two_lines(electives=True)]
    ProgrammeVersion.objects.update(free_elective_ects=Decimal("6"))

    problems = at_once(*(partial(decisions.sign, one, by=one.written_by) for one in drafts))

    assert problems == []
    assert sorted(Decision.objects.values_list("ects", flat=True)) == [1, 5]


@pytest.mark.parametrize(
    ("how", "meanwhile", "reason"),
    [
        (
            {},
            lambda _found: ProgrammeVersion.objects.update(ects_total=Decimal("10")),
            "At most 10\xa0ECTS of the programme can be recognised.",
        ),
        ({}, same_learning, "The credential has 5\xa0ECTS; 5\xa0ECTS count already"),
        ({"programmes": 2}, same_learning, "The credential already counts towards another"),
    ],
)
def test_two_lines_recorded_at_once_do_not_break_a_limit_together(how, meanwhile, reason):
    found = sent(two_lines(**how))
    meanwhile(found)

    problems = at_once(*(partial(credits.record, one, by=Way(one).registrar) for one in found))

    assert [type(problem) for problem in problems] == [Refused]
    assert str(problems[0]).startswith(reason)
    assert CreditEntry.objects.values("line").distinct().count() == 1


# Objections, appeals, annulments ------------------------------------------------------------------


def appealed() -> tuple[Objection, User, dict]:
    """An appeal, the head of its body, and the votes of all who may decide."""
    appeal = make_line(LineState.APPEAL).objections.get(decided_at=None)
    able = permissions.able_seats(appeal)
    return appeal, able[0].user, {seat.user: Voice.FOR for seat in able}


def test_two_decisions_on_one_appeal_are_one():
    appeal, chair, votes = appealed()
    due = timezone.localdate() + timedelta(days=9)

    problems = at_once(
        partial(appeals.dismiss, appeal, "It stands.", votes, by=chair),
        partial(
            appeals.remit, appeal, "Read it.", votes, due_on=due, look_again="Page 4.", by=chair
        ),
    )

    appeal.refresh_from_db()
    line = Line.objects.get(pk=appeal.line_id)
    assert [type(problem) for problem in problems] == [Refused]
    assert (appeal.result, line.state) in (
        ("dismissed", LineState.NOTIFIED),
        ("remitted", LineState.REOPENED),
    )
    assert appeal.votes.count() == len(votes)


def test_objection_filed_twice_is_one():
    line = make_line(LineState.NOTIFIED)
    file = partial(objections.file, line, "Page four.", by=line.case.applicant)

    problems = at_once(file, file)

    assert [type(problem) for problem in problems] == [Refused]
    assert (line.objections.count(), moves(line, LineState.OBJECTION)) == (1, 1)


def test_objection_while_credits_are_recorded_loses_neither():
    line = make_line(LineState.NOTIFIED)

    problems = at_once(
        partial(objections.file, line, "Page four.", by=line.case.applicant),
        partial(credits.record, line, by=Way(line).registrar),
    )

    line.refresh_from_db()
    recorded = CreditEntry.objects.filter(line=line.uuid, reversed_at=None).count()
    objection = line.objections.get()
    assert line.state == LineState.OBJECTION
    assert (len(problems), objection.from_state, recorded) in (
        (0, LineState.RECORDED, 1),
        (1, LineState.NOTIFIED, 0),
    )


def to_be_signed() -> tuple[Annulment, Way]:
    way = Way(make_line(LineState.RECORDED))
    annulment = way.propose_annulment()
    annulments.answer(annulment, "I see.", by=way.line.case.applicant)
    return annulment, way


def test_annulment_signed_in_two_tabs_by_one_person_is_signed_once():
    annulment, way = to_be_signed()

    problems = at_once(
        *(partial(annulments.sign, annulment, by=way.chair) for _ in range(2)),
        partial(annulments.countersign, annulment, by=way.chair),
    )

    annulment.refresh_from_db()
    assert [type(problem) for problem in problems] == [Refused, Refused]
    assert (annulment.state, annulment.countersigned_by) == (AnnulmentState.SIGNED, None)
    assert CreditEntry.objects.get(line=way.line.uuid).reversed_at is None


def test_annulment_countersigned_while_it_is_dropped_is_one_of_both():
    annulment, way = to_be_signed()
    annulments.sign(annulment, by=way.registrar)

    problems = at_once(
        partial(annulments.countersign, annulment, by=way.chair),
        partial(annulments.drop, annulment, "It is genuine.", by=way.registrar),
    )

    annulment.refresh_from_db()
    entry, line = CreditEntry.objects.get(), Line.objects.get(pk=way.line.pk)
    assert [type(problem) for problem in problems] == [Refused]
    assert (annulment.state, line.state, entry.reversed_at is None) in (
        (AnnulmentState.DONE, LineState.ANNULLED, False),
        (AnnulmentState.DROPPED, LineState.RECORDED, True),
    )


# Mails -------------------------------------------------------------------------------------------


def test_digest_written_by_two_workers_is_one_mail():
    case = make_case()
    registrar = make_staff(
        case.institution, Role.REGISTRAR, name="Orla Finnery", mail_rhythm=MailRhythm.DAILY
    )
    for days in range(5):
        morning = datetime(2026, 5, 4 + days, 7, tzinfo=UTC)
        told()

        problems = at_once(*(partial(digest.send, registrar, morning) for _ in range(3)))

        assert (problems, told()) == ([], [registrar.email])


def test_mail_that_two_reports_name_is_lost_once():
    case = make_case()
    mail = Mail.objects.get(user=case.applicant)
    reports = [
        delivery_reports.read(make_report(mail, status=status, words=""))
        for status in ("5.1.1", "5.2.2")
    ]

    problems = at_once(*(partial(mails.take_report, report) for report in reports))

    lost = Mail.objects.get(pk=mail.pk)
    assert problems == []
    assert (lost.bounce_reason, lost.error) in [("unknown", "5.1.1"), ("full", "5.2.2")]


# Background jobs ---------------------------------------------------------------------------------


def test_job_ordered_twice_is_one_job():
    award = make_award()
    order = partial(supplements.start, award, by=award.learner.user)
    jobs.fail(Job.objects.get(kind=JobKind.AWARD_SUPPLEMENT), "worker-lost")

    assert at_once(order, order, order) == []
    assert Job.objects.unfinished().filter(kind=JobKind.AWARD_SUPPLEMENT).count() == 1


def test_job_taken_by_two_workers_is_done_by_one():
    job = make_award() and Job.objects.get(kind=JobKind.AWARD_SUPPLEMENT)
    taken = []

    problems = at_once(*(lambda: taken.append(jobs.begin(job)) for _ in range(3)))

    assert (problems, sorted(taken)) == ([], [False, False, True])
    assert Job.objects.get(pk=job.pk).attempts == 1


def started_lists(*senders: User, version) -> list[Job]:
    """Two lists of the same newcomers and a known learner, each of them looked at and confirmed."""
    learner = make_learner(version.course.institution)
    rows = "".join(f",new{n}@example.org,Ida,New {n},1.0\n" for n in range(5))
    text = f"student_number,email,given_name,family_name,grade\n{learner.student_number},,,,1.0\n"
    read = read_awards((text + rows).encode(), is_graded=True)
    found = []
    for by in senders:
        seen = award_imports.look(version, read, by=by).mark
        job, _new = award_imports.start(version, (text + rows).encode(), read, by=by, seen=seen)
        found.append(job)
    return found


def test_two_lists_of_the_same_people_enter_and_award_each_once():
    version = CourseVersion.objects.get(pk=make_taught_course().pk)
    senders = [make_registrar(version.course.institution) for _ in range(2)]
    started = started_lists(*senders, version=version)

    problems = at_once(*(partial(issuing_batches.run, job) for job in started))

    refused = [len(award_imports.refused_of(Job.objects.get(pk=job.pk))) for job in started]
    assert (problems, sum(refused)) == ([], 6)
    assert Award.objects.filter(state=AwardState.ISSUED).count() == 6
    assert Learner.objects.filter(family_name__startswith="New").count() == 5


def test_list_that_two_workers_award_is_awarded_once():
    version = CourseVersion.objects.get(pk=make_taught_course().pk)
    (job,) = started_lists(make_registrar(version.course.institution), version=version)
    jobs.begin(job)

    problems = at_once(*(lambda: list(award_imports.award(Job.objects.get())) for _ in range(2)))

    assert (problems, Award.objects.count()) == ([], 6)
    assert Job.objects.get().parameters["refused"] == []
