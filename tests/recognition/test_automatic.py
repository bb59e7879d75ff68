"""Standing decisions decide equal cases at once, and nothing else; people look when asked."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from credentials.models import AuditEvent, Mail
from credentials.services.evidence import Upload
from credentials.standards.facts import HolderFacts
from credentials.trust import did, fetch
from credentials.trust.sniff import Kind
from credentials.verdict import Refused
from portfolios.services import credentials
from recognition import permissions
from recognition.models import Line, Policy, Precedent, PrecedentUse, Reopening
from recognition.precedents import Criterion
from recognition.services import automatic, letters, lines, precedents
from recognition.services.letter_facts import imprint_of, signed_facts
from recognition.states import LineState
from recognition.vocabulary import Authority, DecisionType
from tests.factories.awards import make_student, make_taught_course
from tests.factories.portfolios import KEY, ON_THE_WEB, make_badge
from tests.factories.precedents import award_to, make_decided
from tests.factories.recognition import make_case, make_external_credential

pytestmark = pytest.mark.django_db


def line_of(case) -> Line:
    return Line.objects.get(case=case)


def run(case) -> Line:
    """What the task does after an application was sent."""
    automatic.run(case)
    return line_of(case)


def tell(line) -> Line:
    """What the worker does when it makes the documents of a line."""
    list(letters.make(line))
    automatic.send(line)
    return line_of(line.case)


def subjects_to(user):
    return list(Mail.objects.filter(user=user).order_by("pk").values_list("subject", flat=True))


def test_an_equal_case_is_decided_signed_and_sent_without_a_human_hand(run_tasks):
    decided = make_decided()

    with run_tasks():
        case = decided.apply()

    line, first, precedent = line_of(case), decided.line.decision, decided.precedent
    decision = line.decision
    assert line.state == LineState.NOTIFIED
    assert decision.authority == Authority.PRECEDENT
    assert decision.type == DecisionType.FULL_SUBSTITUTION
    assert decision.ects == Decimal("6")
    assert decision.outcome_ratings == first.outcome_ratings
    assert None not in (decision.letter, decision.notified_at)
    assert first.number in decision.reasons
    assert precedent.number in decision.reasons
    use = PrecedentUse.objects.get()
    assert (use.precedent, use.decision) == (precedent, decision)
    assert use.criteria == list(Criterion.values)
    assert subjects_to(case.applicant)[-1] == f"The decision on your application {case.reference}"


def test_the_letter_says_that_it_is_automatic_and_how_to_have_people_look():
    decided = make_decided()
    decision = run(decided.apply()).decision

    said = signed_facts(decision.line, decision, imprint_of(decision, "CODE"))

    number, first = decided.precedent.number, decided.line.decision.number
    assert said.precedent["en"] == (
        f"Automatic application of standing decision no. {number}. It rests on decision no. "
        f"{first}, which people took. You may ask for individual review: open your application "
        "in Symbolon."
    )
    assert said.imprint.capacity["en"] == f"For standing decision {number}, applied automatically"
    assert said.members == ()


def test_every_step_is_written_down():
    decided = make_decided()
    line = tell(run(decided.apply()))

    moves = AuditEvent.objects.filter(thing=line.uuid, action="move").order_by("pk")

    assert [(move.before, move.after) for move in moves] == [
        ("draft", "submitted"),
        ("submitted", "formal_check"),
        ("formal_check", "auto_decided"),
        ("auto_decided", "notified"),
    ]
    assert str(moves[2].text).startswith(f"{decided.precedent.number}: target, target_outcomes")


def test_electives_are_counted_by_a_standing_decision():
    decided = make_decided(DecisionType.INCLUSION)

    line = run(decided.apply())

    assert (line.state, line.decision.type) == (LineState.AUTO_DECIDED, DecisionType.INCLUSION)
    assert line.decision.ects == Decimal("6")


def test_an_example_decides_nothing():
    decided = make_decided(standing=False)

    line = run(decided.apply())

    assert line.state == LineState.SUBMITTED


def test_rules_may_switch_it_off():
    decided = make_decided()
    Policy.objects.update(decides_by_precedent=False)

    line = run(decided.apply())

    assert line.state == LineState.SUBMITTED


def test_a_registrar_who_is_faster_keeps_the_line():
    decided = make_decided()
    line = line_of(decided.apply())
    lines.take(line, by=decided.way.registrar)

    assert automatic.run(line.case) == []
    assert line_of(line.case).state == LineState.FORMAL_CHECK


@pytest.mark.parametrize(("withdrawn", "is_good"), [(None, True), (datetime(2100, 1, 1), False)])
def test_what_a_withdrawn_key_signed_is_looked_at_by_people(monkeypatch, withdrawn, is_good):
    withdrawn = withdrawn and withdrawn.replace(tzinfo=UTC)
    keys = [("key-1", KEY.public.multibase, withdrawn), ("key-2", KEY.public.multibase, None)]
    document = json.dumps(did.did_document(ON_THE_WEB, keys)).encode()
    monkeypatch.setattr(fetch, "fetch", lambda url, **asked: fetch.Fetched(document, "x", url))
    student = make_student("Nela Ardwen")
    holder = HolderFacts(name=student.name, email=student.email)
    badge = make_badge(issuer=ON_THE_WEB, holder=holder)
    credential = credentials.add_file(Upload("a.json", badge, Kind.OB3), by=student).credential
    source = line_of(make_case(applicant=student, sources=[credential])).sources.get()

    assert automatic._is_still_good(source) is is_good


def test_what_was_only_stated_is_never_decided_automatically():
    decided = make_decided()
    student = make_student("Mirel Oskarin")
    name = decided.line.sources.get().awarding_body.name
    stated = make_external_credential(student, course_code=decided.course.course.code)
    stated.facts["awarding_body"] = {"name": {"en": name}, "country": "DE"}
    stated.save()

    case = make_case(modules=[decided.module], applicant=student, sources=[stated])

    assert run(case).state == LineState.SUBMITTED


def test_another_course_more_is_another_case():
    decided = make_decided()
    student = make_student("Mirel Oskarin")
    sources = [
        award_to(student, version).credential for version in (decided.course, make_taught_course())
    ]

    case = make_case(modules=[decided.module], applicant=student, sources=sources)

    assert run(case).state == LineState.SUBMITTED


def test_of_two_that_together_break_a_limit_only_one_is_decided():
    first = make_decided(DecisionType.INCLUSION)
    version = first.line.case.programme_version
    other = make_decided(
        DecisionType.INCLUSION,
        module=version.modules.first(),
        course=make_taught_course(ects=Decimal("8")),
    )
    student = make_student("Mirel Oskarin")

    one, two = first.apply(student), other.apply(student)
    for case in (two, one):
        automatic.run(case)

    assert line_of(two).state == LineState.AUTO_DECIDED
    assert line_of(one).state == LineState.SUBMITTED
    passed_by = AuditEvent.objects.get(action="pass-by-precedent")
    assert (
        str(passed_by.text) == f"{first.precedent.number}: It would give less than was asked for."
    )


def test_what_is_revoked_later_has_no_effect_back():
    decided = make_decided()
    before = run(decided.apply())
    sent = line_of(decided.apply(make_student("Ilvo Castan")))
    precedents.revoke(decided.precedent, "The course has changed.", by=decided.way.chair)
    after = run(decided.apply(make_student("Una Sorrel")))
    automatic.run(sent.case)

    assert Line.objects.get(pk=before.pk).state == LineState.AUTO_DECIDED
    assert line_of(sent.case).state == LineState.AUTO_DECIDED
    assert after.state == LineState.SUBMITTED


def test_out_of_date_it_decides_nothing():
    decided = make_decided()
    yesterday = timezone.localdate() - timedelta(days=1)
    Precedent.objects.update(valid_from=yesterday, valid_to=yesterday)

    line = run(decided.apply())

    assert line.state == LineState.SUBMITTED


def test_reasons_are_in_the_language_of_the_applicant():
    decided = make_decided()
    student = make_student("Mirel Oskarin", language="de")

    with translation.override("en"):
        decision = run(decided.apply(student)).decision

    assert decision.language == "de"


def test_people_look_when_the_applicant_asks():
    decided = make_decided()
    line = tell(run(decided.apply()))

    automatic.ask_individual_review(line, by=line.case.applicant)

    line.refresh_from_db()
    assert line.state == LineState.FORMAL_CHECK
    assert Reopening.objects.get().decision == line.decision
    assert subjects_to(decided.way.registrar)[-1] == (
        f"Individual review asked for: {line.case.reference}"
    )
    assert bool(permissions.can_check(decided.way.registrar, line))


def test_after_an_individual_review_a_new_version_holds():
    decided = make_decided()
    line = tell(run(decided.apply()))
    automatic.ask_individual_review(line, by=line.case.applicant)
    way = type(decided.way)(line, decision=DecisionType.FULL_SUBSTITUTION)

    decided_again = way.to(LineState.NOTIFIED).decision

    assert (decided_again.version, decided_again.authority) == (2, Authority.CHAIR)


def test_nobody_else_asks_for_an_individual_review():
    decided = make_decided()
    line = tell(run(decided.apply()))

    with pytest.raises(Refused, match="Only the applicant"):
        automatic.ask_individual_review(line, by=decided.line.case.applicant)
    with pytest.raises(Refused, match="People have looked"):
        automatic.ask_individual_review(decided.line, by=decided.line.case.applicant)


def test_about_one_in_ten_is_drawn_for_the_chair():
    decided = make_decided()
    automatic.run(decided.apply())

    use = PrecedentUse.objects.get()

    assert use.is_sampled == (use.decision.uuid.int % 10 == 0)
