"""Each type of decision, from the chair's page to letter, ledger, record and applicant's page."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import CreditEntry, Job, Mail, RecognitionSummary
from credentials.services import jobs
from credentials.verdict import Refused
from recognition import guards
from recognition.models import Case, Decision, Line, Purpose, SeatRole, TargetKind
from recognition.opinions import ground_of, target_outcomes
from recognition.services import (
    applications,
    cases,
    credits,
    decisions,
    letters,
    lines,
    reviews,
)
from recognition.services.decisions import ConditionDraft, DecisionDraft
from recognition.states import DecisionState, LineState
from recognition.vocabulary import (
    Authority,
    DecisionType,
    Element,
    ElementRating,
    InadmissibleReason,
    Track,
)
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_institution, make_learner, make_user
from tests.factories.recognition import (
    Way,
    make_case,
    make_external_credential,
    make_line,
    make_line_for,
    make_policy,
    seated,
    write_decision,
    write_opinion,
)

pytestmark = pytest.mark.django_db

RECORDED = (
    DecisionType.FULL_SUBSTITUTION,
    DecisionType.INCLUSION,
    DecisionType.ALTERNATIVE,
    DecisionType.PARTIAL,
    DecisionType.CONDITIONAL,
    DecisionType.EXEMPTION,
    DecisionType.ADVANCED_ENTRY,
)
NOT_RECORDED = (DecisionType.ADVANCE_INFO, DecisionType.REFUSAL)
PLAIN_WORDS = {
    DecisionType.FULL_SUBSTITUTION: "You need do nothing more for it.",
    DecisionType.INCLUSION: "You need do nothing more for it.",
    DecisionType.ALTERNATIVE: "The module that you asked for stays open.",
    DecisionType.PARTIAL: "A part counts.",
    DecisionType.CONDITIONAL: "It counts as soon as you have met all conditions",
    DecisionType.EXEMPTION: "You need not do these parts again:",
    DecisionType.ADVANCED_ENTRY: "You can begin in semester 2.",
    DecisionType.ADVANCE_INFO: "It binds neither you nor the university.",
    DecisionType.REFUSAL: "It can count for another one, or later.",
}


def chair_of(line: Line):
    return seated(line.committee, SeatRole.CHAIR)[0]


def registrar_of(line: Line):
    return cases.registrars_of(line.case)[0]


# From signature to record


@pytest.mark.parametrize("kind", RECORDED)
def test_what_is_recognised_is_recorded_and_closed(kind):
    line = make_line_for(kind, LineState.CLOSED)

    entries = CreditEntry.objects.filter(line=line.uuid)
    assert line.state == LineState.CLOSED
    assert line.decision.recorded_at is not None
    assert sum(entry.ects for entry in entries) == line.decision.ects
    assert entries.exists() == line.decision.gives_credits


@pytest.mark.parametrize("kind", NOT_RECORDED)
def test_what_is_not_recognised_is_closed_without_a_record(kind):
    line = make_line_for(kind, LineState.NOTIFIED)

    with pytest.raises(Refused, match="there is nothing to record"):
        credits.record(line, by=registrar_of(line))
    lines.close(line, by=registrar_of(line))

    assert CreditEntry.objects.count() == 0
    assert line.decision.recorded_at is None


@pytest.mark.parametrize("kind", PLAIN_WORDS)
def test_the_applicant_reads_in_plain_words_what_it_means(client, kind):
    line = make_line_for(kind, LineState.NOTIFIED)
    client.force_login(line.case.applicant)

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()

    assert PLAIN_WORDS[kind] in page
    assert reverse("line-document", args=[line.uuid, line.decision.letter.uuid]) in page


@pytest.mark.parametrize("kind", [*RECORDED, *NOT_RECORDED])
def test_pages_of_chair_and_registrar_show_each_type(client, kind):
    line = make_line_for(kind)
    decision = write_decision(line, kind, by=chair_of(line))
    answers = []
    client.force_login(chair_of(line))
    for name in ("line-decide", "line-sign"):
        answers.append(client.get(reverse(name, args=[line.uuid])).status_code)
    decisions.sign(decision, by=chair_of(line))
    answers.append(client.get(reverse("line-opinions", args=[line.uuid])).status_code)
    client.force_login(registrar_of(line))
    answers.append(client.get(reverse("line-record", args=[line.uuid])).status_code)

    assert answers == [200] * 4


def test_the_page_offers_the_outcomes_in_the_order_of_the_law(client):
    line = make_line_for(DecisionType.REFUSAL)
    client.force_login(chair_of(line))

    options = client.get(reverse("line-decide", args=[line.uuid])).context["options"]

    assert [option["value"] for option in options] == [
        "full",
        "inclusion",
        "alternative",
        "partial",
        "conditional",
        "exemption",
        "advanced_entry",
        "refusal",
    ]


def test_what_belongs_to_another_type_is_forgotten_when_it_is_signed():
    line = make_line_for(DecisionType.PARTIAL)
    due_on = timezone.localdate() + timezone.timedelta(days=30)
    decision = write_decision(
        line,
        DecisionType.PARTIAL,
        by=chair_of(line),
        why_not={"full": "Not all of it."},
        conditions=(ConditionDraft("Pass a test.", due_on),),
        other_module=line.case.programme_version.modules.exclude(pk=line.module_id).first(),
        expected="full",
    )

    decisions.sign(decision, by=chair_of(line))

    decision.refresh_from_db()
    assert (decision.why_not, decision.other_module, decision.expected) == ({}, None, "")
    assert decision.conditions.count() == 0


# Another module


def test_an_alternative_fills_the_other_module_and_leaves_the_first_open():
    line = make_line_for(DecisionType.ALTERNATIVE, LineState.RECORDED)

    entry = CreditEntry.objects.get()

    other = line.decision.other_module
    assert (entry.module, entry.fills_module, entry.ects) == (other, True, Decimal("6.0"))
    assert line.decision.ects_explanation["en"] == (
        f"Recognised for {other.code}: 6\xa0ECTS, the credits of the module."
    )


def test_an_alternative_needs_a_module_that_is_open():
    line = make_line_for(DecisionType.ALTERNATIVE)
    decision = write_decision(line, DecisionType.ALTERNATIVE, by=chair_of(line), other_module=None)
    elsewhere = make_module(make_programme_version(line.case.institution))

    assert [p.field for p in guards.problems_of(decision)] == ["other_module"]
    decision.other_module = elsewhere
    assert [p.sentence for p in guards.problems_of(decision)] == [
        "This module cannot be replaced, or it is credited already."
    ]


def test_the_ledger_checks_an_alternative_against_its_own_module():
    first = make_line_for(DecisionType.FULL_SUBSTITUTION, LineState.RECORDED)
    programme, taken = first.case.programme_version, first.module
    case = make_case(
        programme_version=programme,
        applicant=first.case.applicant,
        modules=[make_module(programme)],
    )
    line = make_line(LineState.DELIBERATION, case=case)

    decision = write_decision(line, DecisionType.ALTERNATIVE, by=chair_of(line), other_module=taken)

    with pytest.raises(Refused, match="it is credited already"):
        decisions.sign(decision, by=chair_of(line))


def test_without_another_module_there_is_no_alternative():
    line = make_line(LineState.DELIBERATION)

    verdict = guards.possible(ground_of(line))[DecisionType.ALTERNATIVE]

    assert verdict.reason == "No other module of the programme is open."


def test_an_alternative_says_why():
    line = make_line_for(DecisionType.ALTERNATIVE)
    decision = write_decision(line, DecisionType.ALTERNATIVE, by=chair_of(line), reasons="-")

    assert [p.field for p in guards.problems_of(decision)] == ["reasons"]


# Exempt, and a later semester


def test_an_exemption_keeps_the_parts_and_stands_in_the_record(client):
    line = make_line_for(DecisionType.EXEMPTION, LineState.RECORDED)
    client.force_login(registrar_of(line))

    url = reverse("learner-detail", args=[line.case.learner.uuid])
    page = client.get(url).content.decode()

    assert [part.order for part in line.decision.parts.all()] == [1]
    assert f"Exempt from {line.module}: Part 1" in page
    assert line.decision.number in page


def test_an_exemption_from_the_whole_module_where_only_the_workload_differs():
    line = make_line_for(DecisionType.PARTIAL, LineState.UNDER_REVIEW)
    for review in line.reviews.order_by("pk"):
        reviews.declare_no_conflict(review, by=review.reviewer)
        write_opinion(review, elements={Element.WORKLOAD: ElementRating.SUBSTANTIAL})
        reviews.submit(review, by=review.reviewer)
    line.refresh_from_db()
    decision = write_decision(line, DecisionType.EXEMPTION, by=chair_of(line))

    decisions.sign(decision, by=chair_of(line))

    decision.refresh_from_db()
    assert (decision.parts.count(), decision.ects) == (0, Decimal("0.0"))


def test_an_exemption_helps_where_a_limit_forbids_full_recognition():
    programme = make_programme_version(
        make_institution(), ects_total=Decimal("8"), free_elective_ects=Decimal("0")
    )
    applicant = make_user()
    source = make_external_credential(applicant, ects=Decimal("6"))
    case = make_case(applicant=applicant, modules=[make_module(programme)], sources=[source])
    way = Way(case.lines.get(), decision=DecisionType.FULL_SUBSTITUTION)
    lines.declare_complete(
        way.line,
        by=way.registrar,
        track=Track.VALIDATION,
        committee=way.committee,
        rapporteur=way.members[0],
        reviewers=way.members,
    )
    way.line.refresh_from_db()
    way.review()
    way.line.refresh_from_db()

    verdicts = guards.possible(ground_of(way.line))

    assert verdicts[DecisionType.FULL_SUBSTITUTION].reason.startswith("At most 4")
    assert verdicts[DecisionType.EXEMPTION].allowed


def test_a_later_semester_follows_from_the_credits_earned():
    line = make_line_for(DecisionType.ADVANCED_ENTRY, LineState.RECORDED)

    assert line.decision.entry_semester == 2
    assert line.decision.ects_explanation["en"] == (
        "60\xa0ECTS ÷ 180\xa0ECTS × 6 semesters = 2; below .5 down, else up."
    )
    assert CreditEntry.objects.count() == 0


def test_what_is_recorded_counts_once_for_the_semester():
    first = make_line_for(DecisionType.INCLUSION, LineState.RECORDED)
    source = first.sources.get().credential
    programme = first.case.programme_version
    module = make_module(programme)
    case = make_case(
        programme_version=programme,
        applicant=first.case.applicant,
        modules=[module],
        sources=[source],
    )
    line = make_line(LineState.DELIBERATION, case=case)

    explanation = ground_of(line).credits[DecisionType.ADVANCED_ENTRY].explanation

    assert str(explanation).startswith("5\xa0ECTS ÷ 180")


# In advance


def test_information_in_advance_promises_nothing_and_blocks_nothing():
    line = make_line_for(DecisionType.ADVANCE_INFO, LineState.NOTIFIED)
    case, module = line.case, line.module

    again = make_case(
        programme_version=case.programme_version,
        applicant=case.applicant,
        modules=[module],
        sources=[line.sources.get().credential],
    )

    assert again.submitted_at is not None
    assert line.decision.ects == 0
    assert line.decision.ects_explanation["en"] == (
        "To be expected, but not decided: Recognised in full: 6\xa0ECTS, the credits of the module."
    )
    assert RecognitionSummary.objects.count() == 0


def test_information_in_advance_names_what_to_expect():
    line = make_line_for(DecisionType.ADVANCE_INFO)
    by = chair_of(line)

    def fields(expected, **words):
        seen = getattr(Decision.objects.draft_of(line), "updated_at", None)
        draft = DecisionDraft(type="advance_info", expected=expected, **words)
        decision = decisions.save(line, draft, by=by, seen=seen)
        decision.line = line
        return [problem.field for problem in guards.problems_of(decision)]

    assert fields("") == ["expected"]
    assert fields("refusal") == ["expected"]  # all is met
    assert fields("inclusion") == ["reasons"]
    assert fields("full") == []


def test_one_click_leads_from_the_answer_to_an_application(client):
    line = make_line_for(DecisionType.ADVANCE_INFO, LineState.NOTIFIED)
    client.force_login(line.case.applicant)
    url = reverse("case-apply", args=[line.case.uuid])

    answer = client.post(url)
    client.post(url)

    case = Case.objects.get(purpose=Purpose.RECOGNITION)
    new = case.lines.get()
    assert answer["Location"] == reverse("case-detail", args=[case.uuid])
    assert (new.module, new.sources.get().credential) == (
        line.module,
        line.sources.get().credential,
    )


def test_parts_asked_about_in_advance_are_applied_for():
    programme = make_programme_version(make_institution())
    module = make_module(programme, parts=[("2", [1]), ("4", [2, 3])])
    case = make_case(modules=[module], purpose=Purpose.ADVANCE, submitted=False)
    applications.choose_parts(case.lines.get(), [module.parts.first()], by=case.applicant)
    applications.declare(case, by=case.applicant)
    cases.submit(case, by=case.applicant)

    again = applications.apply_after(Case.objects.get(pk=case.pk), by=case.applicant)

    line = again.lines.get()
    assert (line.target_kind, line.parts.get()) == (TargetKind.PARTS, module.parts.first())


def test_only_what_was_asked_in_advance_is_applied_for_again():
    line = make_line(LineState.NOTIFIED)

    with pytest.raises(Refused, match="This is an application already"):
        applications.apply_after(line.case, by=line.case.applicant)
    with pytest.raises(Refused, match="Only the applicant"):
        applications.apply_after(line.case, by=make_user())


def test_the_first_page_asks_what_for(client):
    programme = make_programme_version(make_institution())
    make_policy(programme.programme.institution)
    applicant = make_user()
    make_learner(programme.programme.institution, applicant)
    client.force_login(applicant)
    said = {"programme": str(programme.uuid), "purpose": "advance"}

    client.post(reverse("case-new"), said)
    client.post(reverse("case-new"), said | {"purpose": "recognition"})

    assert sorted(Case.objects.values_list("purpose", flat=True)) == ["advance", "recognition"]


# Not admissible


def test_not_admissible_is_a_decision_with_number_and_letter(run_tasks):
    line = make_line()
    Mail.objects.all().delete()

    with run_tasks():
        lines.declare_inadmissible(
            line, InadmissibleReason.NOT_ELIGIBLE, "Enrol first.", by=registrar_of(line)
        )

    line = Line.objects.get(pk=line.pk)
    decision = line.decision
    assert (line.state, decision.type) == (LineState.INADMISSIBLE, DecisionType.INADMISSIBLE)
    assert (decision.authority, decision.state) == (Authority.REGISTRAR, DecisionState.SIGNED)
    assert decision.letter.number == decision.number
    assert decision.notified_at is not None
    assert decision.later_measures == "Enrol first."
    assert decision.ects_explanation["en"] == str(InadmissibleReason.NOT_ELIGIBLE.label)
    assert [m.recipient for m in Mail.objects.all()] == [line.case.applicant.email]


def test_not_admissible_takes_the_place_of_what_was_being_written():
    programme = make_programme_version(make_institution(), free_elective_ects=Decimal("0"))
    line = make_line(LineState.DELIBERATION, programme_version=programme, modules=[])
    draft = write_decision(line, DecisionType.INCLUSION, by=chair_of(line))

    lines.declare_inadmissible(
        line, InadmissibleReason.NO_CREDITS_LEFT, "Ask for a module.", by=chair_of(line)
    )

    decision = Decision.objects.get(line=line)
    assert decision.pk == draft.pk
    assert (decision.type, decision.authority) == (DecisionType.INADMISSIBLE, Authority.CHAIR)
    assert decision.reasons == ""


def test_applicant_reads_the_letter_on_what_is_not_admissible(client):
    line = make_line(LineState.INADMISSIBLE)
    client.force_login(line.case.applicant)
    url = reverse("case-detail", args=[line.case.uuid])
    before = client.get(url).content.decode()

    letter = next(letters.make(line))
    after = client.get(url).content.decode()

    address = reverse("line-document", args=[line.uuid, letter.uuid])
    assert address not in before
    assert address in after
    assert "Your learning was not examined, so nothing is said about it." in after
    assert client.get(address).status_code == 200


def test_registrar_has_the_letter_made_again_after_a_failure(client):
    line = make_line(LineState.INADMISSIBLE)
    job = Job.objects.get(subject=line.uuid)
    jobs.fail(job, "No installed font can print this.")
    client.force_login(registrar_of(line))
    url = reverse("line-record", args=[line.uuid])

    page = client.get(url).content.decode()
    client.post(url, {"do": "documents"})

    assert "No installed font can print this." in page
    assert Job.objects.unfinished().filter(subject=line.uuid).count() == 1


# Words


def test_the_outcomes_alone_are_no_reason():
    line = make_line(LineState.DELIBERATION)
    outcome = target_outcomes(line)[1]
    bare = write_decision(line, DecisionType.PARTIAL, by=chair_of(line), reasons=f"2. {outcome}")

    assert [p.field for p in guards.problems_of(bare)] == ["reasons"]
    bare.reasons += "\nTime series are missing in the course."
    assert guards.problems_of(bare) == []


BLOCKS = [
    {"kind": "reason", "title": {"en": "Too small"}, "text": {"en": "It has too few credits."}},
    {"kind": "later", "title": {"en": "Test"}, "text": {"en": "Take the test in spring."}},
    {"kind": "considered", "title": {"en": "None"}, "text": {"en": "No part of it is shown."}},
]


def decide_page(client, **said):
    line = make_line_for(DecisionType.REFUSAL)
    line.case.policy.text_blocks = BLOCKS
    line.case.policy.save()
    client.force_login(chair_of(line))
    data = {"seen": "", "type": "refusal", "reasons": "First.", "later_measures": ""}
    return client.post(reverse("line-decide", args=[line.uuid]), data | said)


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        (
            {"do": "insert-reason", "phrase-reason": "0"},
            "reasons",
            "First.\nIt has too few credits.",
        ),
        (
            {"do": "insert-later", "phrase-later": "1"},
            "later_measures",
            "Take the test in spring.",
        ),
        (
            {
                "do": "insert-considered",
                "phrase-considered": "2",
                "phrase-into": "why_not_partial",
            },
            "why_not_partial",
            "No part of it is shown.",
        ),
    ],
)
def test_a_standard_phrase_is_put_into_its_text_and_nothing_is_saved(client, said, field, value):
    page = decide_page(client, **said)

    assert page.context["form"][field].value() == value
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(
    "said",
    [
        {"do": "insert-reason"},
        {"do": "insert-reason", "phrase-reason": "1"},
        {"do": "insert-reason", "phrase-reason": "999999999999"},
        {"do": "insert-considered", "phrase-considered": "2", "phrase-into": "grade"},
        {"do": "insert-considered", "phrase-considered": "2", "phrase-into": "__class__"},
    ],
)
def test_an_unknown_phrase_is_refused(client, said):
    page = decide_page(client, **said)

    assert "Choose a phrase from the list." in page.content.decode()
    assert page.context["form"]["reasons"].value() == "First."
    assert Decision.objects.count() == 0
