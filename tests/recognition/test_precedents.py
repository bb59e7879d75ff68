"""Precedents are made from decisions, looked after, prolonged, revoked, and seen by whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import LearningOutcome
from credentials.services import courses
from credentials.verdict import Refused
from recognition.guards import problems_of
from recognition.models import Decision, Demotion, Precedent, PrecedentUse
from recognition.presented import before_sending, near
from recognition.services import automatic, precedents
from recognition.states import LineState
from recognition.vocabulary import DecisionType, PrecedentLevel
from recognition.work import waiting_for
from tests.factories.awards import make_student
from tests.factories.people import make_registrar
from tests.factories.precedents import award_to, make_decided
from tests.factories.recognition import Way, make_case, make_line, write_decision

pytestmark = pytest.mark.django_db


def fresh(precedent) -> Precedent:
    return Precedent.objects.get(pk=precedent.pk)


def labels(user):
    return [item.label for group in waiting_for(user) for item in group.items]


# Made


def test_every_decision_that_is_sent_becomes_an_example():
    decided = make_decided(standing=False)

    precedent = decided.precedent

    assert (precedent.level, precedent.type) == (PrecedentLevel.INDICATIVE, "full")
    assert precedent.targets.get().module == decided.module
    source = precedent.sources.get()
    assert (source.course, source.version) == (decided.course.course, "1")
    assert precedent.is_public


def test_a_refusal_becomes_a_negative_one():
    decided = make_decided(DecisionType.REFUSAL, standing=False)

    assert decided.precedent.level == PrecedentLevel.NEGATIVE


def test_what_an_applicant_states_is_not_made_public():
    line = make_line(LineState.NOTIFIED, decision=DecisionType.FULL_SUBSTITUTION)

    assert Precedent.objects.get(decision=line.decision).is_public is False


def test_the_same_decided_again_makes_no_second_example():
    decided = make_decided(standing=False)
    Way(decided.apply().lines.get(), decision=DecisionType.FULL_SUBSTITUTION).to(LineState.NOTIFIED)

    assert Precedent.objects.count() == 1


def test_chair_lets_a_decision_stand_for_three_years():
    precedent = make_decided().precedent
    today = timezone.localdate()

    assert precedent.level == PrecedentLevel.STANDING
    assert precedent.valid_to == precedents.years_after(today, 3)
    assert precedent.review_on == precedent.valid_to - timedelta(days=60)


@pytest.mark.parametrize("decision", [DecisionType.PARTIAL, DecisionType.REFUSAL])
def test_only_what_is_recognised_in_full_can_stand(decision):
    decided = make_decided(decision, standing=False)

    with pytest.raises(Refused, match="Only what is recognised in full"):
        precedents.make_standing(decided.line, by=decided.way.chair)


def test_a_registrar_lets_nothing_stand():
    decided = make_decided(standing=False)

    with pytest.raises(Refused, match="Only the chair"):
        precedents.make_standing(decided.line, by=decided.way.registrar)


def test_chair_ticks_it_when_signing(client):
    decided = make_decided(DecisionType.PARTIAL, standing=False)
    line = decided.apply().lines.get()
    way = Way(line, decision=DecisionType.FULL_SUBSTITUTION)
    way.to(LineState.DELIBERATION)
    why = "The committee had overlooked two outcomes."
    write_decision(line, DecisionType.FULL_SUBSTITUTION, by=way.chair, deviation_reason=why)
    client.force_login(way.chair)
    page = client.get(reverse("line-sign", args=[line.uuid]))

    client.post(page.request["PATH_INFO"], {"seen": page.context["seen"], "lets_stand": "on"})

    line.refresh_from_db()
    assert line.decision.precedent.level == PrecedentLevel.STANDING


# Looked after


def test_new_outcomes_of_the_course_make_it_an_example_with_a_task_for_the_chair(run_tasks):
    decided = make_decided()
    registrar = make_registrar(decided.course.course.institution)
    draft = courses.renew(decided.course, by=registrar)
    LearningOutcome.objects.filter(course_version=draft, order=1).update(text={"en": "Guess."})

    with run_tasks():
        courses.publish(draft, by=registrar)

    precedent = fresh(decided.precedent)
    assert (precedent.level, precedent.demotion) == (PrecedentLevel.INDICATIVE, Demotion.SOURCE)
    assert labels(decided.way.chair) == [f"Look again at {precedent.number}"]


def test_a_new_version_with_the_same_outcomes_changes_nothing():
    decided = make_decided()
    registrar = make_registrar(decided.course.course.institution)
    courses.publish(courses.renew(decided.course, by=registrar), by=registrar)

    assert precedents.look_after() == 0


def test_other_outcomes_of_the_module_make_it_an_example():
    decided = make_decided()
    decided.module.course_version.outcomes.filter(order=4).update(is_essential=True)

    assert precedents.look_after() == 1
    assert fresh(decided.precedent).demotion == Demotion.TARGET
    assert automatic.run(decided.apply()) == []


def test_chair_prolongs_a_demoted_one_and_it_stands_for_what_is_taught_today():
    decided = make_decided()
    decided.module.course_version.outcomes.filter(order=4).update(is_essential=True)
    precedents.look_after()
    until = timezone.localdate() + timedelta(days=400)

    precedents.prolong(decided.precedent, until, by=decided.way.chair)

    precedent = fresh(decided.precedent)
    assert (precedent.level, precedent.demotion) == (PrecedentLevel.STANDING, "")
    assert precedent.valid_to == until
    assert precedents.look_after() == 0
    assert len(automatic.run(decided.apply())) == 1


@pytest.mark.parametrize("days", [0, -1, 4000])
def test_it_is_prolonged_into_the_near_future_only(days):
    decided = make_decided()

    with pytest.raises(Refused, match="Choose a day"):
        precedents.prolong(
            decided.precedent,
            timezone.localdate() + timedelta(days=days),
            by=decided.way.chair,
        )


def test_one_that_ends_soon_waits_for_the_chair():
    decided = make_decided()
    soon = timezone.localdate() + timedelta(days=50)
    Precedent.objects.update(valid_to=soon, review_on=soon - timedelta(days=60))

    assert labels(decided.way.chair) == [f"Prolong {decided.precedent.number}"]


def test_it_becomes_an_example_only_when_somebody_says_so():
    decided = make_decided()

    precedents.keep_as_example(decided.precedent, by=decided.way.registrar)

    assert automatic.run(decided.apply()) == []
    assert labels(decided.way.chair) == []


def test_it_is_revoked_with_a_reason_by_those_who_keep_it():
    decided = make_decided()
    stranger = make_registrar(decided.course.course.institution)

    with pytest.raises(Refused, match="Write why"):
        precedents.revoke(decided.precedent, " ", by=decided.way.registrar)
    with pytest.raises(Refused, match="Only the registrar or the chair"):
        precedents.revoke(decided.precedent, "Wrong.", by=stranger)
    precedents.revoke(decided.precedent, "Wrong.", by=decided.way.registrar)

    assert fresh(decided.precedent).revoked_reason == "Wrong."


def test_a_case_drawn_by_lot_waits_until_the_chair_has_looked():
    decided = make_decided()
    automatic.run(decided.apply())
    PrecedentUse.objects.update(is_sampled=True)
    use = PrecedentUse.objects.get()
    reference = use.decision.line.case.reference

    before = labels(decided.way.chair)
    precedents.look_at(use, by=decided.way.chair)

    assert before == [f"Look at {reference}, drawn by lot"]
    assert labels(decided.way.chair) == []
    with pytest.raises(Refused, match="Nobody needs"):
        precedents.look_at(use, by=decided.way.chair)


# Equal cases


def refusal_where_it_was_recognised():
    decided = make_decided(standing=False)
    line = decided.apply().lines.get()
    way = Way(line, decision=DecisionType.REFUSAL)
    way.to(LineState.DELIBERATION)
    return decided, line, way


def test_to_depart_from_a_precedent_needs_a_reason():
    _decided, line, way = refusal_where_it_was_recognised()
    draft = write_decision(line, DecisionType.REFUSAL, by=way.chair)

    assert [problem.field for problem in problems_of(draft)] == ["deviation_reason"]
    Decision.objects.filter(pk=draft.pk).update(deviation_reason="The examination was another one.")
    draft.refresh_from_db()
    assert problems_of(draft) == []


def test_decide_page_shows_the_earlier_case_and_asks_why(client):
    decided, line, way = refusal_where_it_was_recognised()
    write_decision(line, DecisionType.REFUSAL, by=way.chair)
    client.force_login(way.chair)

    page = client.get(reverse("line-decide", args=[line.uuid])).content.decode()

    assert "The same was decided before." in page
    assert reverse("precedent-detail", args=[decided.precedent.uuid]) in page
    assert "Why this is different from what was decided before" in page


def test_check_page_says_what_keeps_a_standing_decision_from_applying(client):
    decided = make_decided()
    decided.module.course_version.outcomes.filter(order=4).update(is_essential=True)
    line = decided.apply().lines.get()
    client.force_login(decided.way.registrar)

    page = client.get(reverse("line-check", args=[line.uuid])).content.decode()

    assert "A standing decision nearly fits." in page
    assert "The outcomes of the module have changed." in page


def test_what_was_revoked_before_is_shown_to_nobody():
    decided = make_decided()
    precedents.revoke(decided.precedent, "Wrong.", by=decided.way.chair)

    assert near(decided.apply().lines.get()) == []


# For applicants


def test_a_draft_says_that_it_was_recognised_before(client):
    decided = make_decided()
    student = make_student("Mirel Oskarin")
    case = make_case(
        modules=[decided.module],
        applicant=student,
        sources=[award_to(student, decided.course).credential],
        submitted=False,
    )
    client.force_login(student)

    page = client.get(reverse("case-detail", args=[case.uuid])).content.decode()

    assert before_sending(case, case.lines.all()) == {case.lines.get().pk: decided.precedent}
    assert "This was recognised before (standing decision until" in page


def test_the_public_list_names_courses_and_nobody(client):
    decided = make_decided()

    page = client.get(reverse("precedent-public"), {"q": decided.course.course.code})

    text = page.content.decode()
    assert list(page.context["page"]) == [decided.precedent]
    assert decided.line.case.learner.name not in text
    assert decided.line.decision.number not in text
    assert str(decided.precedent.made_by) not in text


@pytest.mark.parametrize("number", [1, 3])
def test_the_public_list_costs_the_same_for_any_number(client, number, django_assert_num_queries):
    for _ in range(number):
        make_decided()

    with django_assert_num_queries(12):
        client.get(reverse("precedent-public"))


def test_precedents_are_kept_by_registrar_and_chair_of_the_programme(client):
    decided = make_decided()
    seen = {}
    people = {
        "registrar": decided.way.registrar,
        "chair": decided.way.chair,
        "member": decided.way.members[0],
        "foreign": make_registrar(decided.course.course.institution),
    }
    for name, user in people.items():
        client.force_login(user)
        page = client.get(reverse("precedent-list"), {"group": ""})
        seen[name] = list(page.context["page"])

    assert seen == {
        "registrar": [decided.precedent],
        "chair": [decided.precedent],
        "member": [],
        "foreign": [],
    }
