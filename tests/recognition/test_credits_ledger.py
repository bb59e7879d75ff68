"""The ledger: credits recorded once, never counted twice, never above a limit."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from credentials.models import (
    ComponentType,
    Credential,
    CreditEntry,
    Enrolment,
    Evidence,
    Module,
    Origin,
    ProgrammeVersion,
)
from credentials.services import module_results
from credentials.verdict import Refused
from recognition import guards, submission
from recognition.ledger import source_key
from recognition.models import Decision, Line
from recognition.services import applications, cases, credits
from recognition.states import DecisionState, LineState
from recognition.vocabulary import DecisionType, Rating
from tests.factories.awards import make_award
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.graduates import make_enrolment, make_result
from tests.factories.people import make_institution, make_registrar, make_user
from tests.factories.recognition import (
    Way,
    make_case,
    make_external_credential,
    make_file,
    make_line,
    make_policy,
    write_decision,
)

pytestmark = pytest.mark.django_db


def registrar_of(line: Line):
    return cases.registrars_of(line.case)[0]


def make_programme(**fields) -> ProgrammeVersion:
    return make_programme_version(make_institution(), **fields)


def decided_for(applicant, module: Module | None, source: Credential, decision, **fields) -> Line:
    """A line of an applicant from a source to a module, decided and sent."""
    programme = fields.pop("programme_version", None) or module.programme_version
    case = make_case(
        applicant=applicant,
        programme_version=programme,
        modules=[module] if module else [],
        sources=[source],
    )
    return make_line(LineState.NOTIFIED, case=case, decision=decision, **fields)


def make_source(programme: ProgrammeVersion, applicant, **facts) -> Credential:
    institution = programme.programme.institution
    return make_external_credential(applicant, institution=institution, **facts)


# Recorded


def passed_here(line, module):
    enrolment = make_enrolment(learner=line.case.learner, version=module.programme_version)
    return make_result(enrolment, module)


def test_module_that_was_passed_here_is_not_recognised_as_well():
    line = make_line(LineState.NOTIFIED, decision=DecisionType.FULL_SUBSTITUTION)
    result = passed_here(line, line.module)

    with pytest.raises(Refused, match="already passed"):
        credits.record(line, by=registrar_of(line))

    assert not CreditEntry.objects.exists()
    module_results.remove(result, by=registrar_of(line))
    credits.record(line, by=registrar_of(line))
    assert CreditEntry.objects.count() == 1


def test_module_that_was_passed_here_is_told_before_the_decision_is_signed():
    line = make_line(LineState.DELIBERATION, ratings=[])
    draft = write_decision(line, DecisionType.FULL_SUBSTITUTION, by=Way(line).chair)
    assert guards.problems_of(draft) == []

    passed_here(line, line.module)

    (problem,) = guards.problems_of(Decision.objects.get(pk=draft.pk))
    assert "already passed" in str(problem)


def test_record_writes_an_entry_and_enrols_with_the_first_credits():
    line = make_line(LineState.NOTIFIED, decision=DecisionType.FULL_SUBSTITUTION)

    (entry,) = credits.record(line, by=registrar_of(line))

    line.refresh_from_db()
    enrolment = Enrolment.objects.get()
    assert line.state == LineState.RECORDED
    assert entry.enrolment == enrolment
    assert enrolment.learner == line.case.learner
    assert (entry.module, entry.fills_module) == (line.module, True)
    assert (entry.ects, entry.line) == (Decimal("6.0"), line.uuid)
    assert entry.credential == line.sources.get().credential


def test_record_twice_is_refused():
    line = make_line(LineState.RECORDED)

    with pytest.raises(Refused, match="not possible any more"):
        credits.record(line, by=registrar_of(line))

    assert CreditEntry.objects.count() == 1


def test_record_of_a_refusal_is_refused():
    line = make_line(LineState.NOTIFIED, decision=DecisionType.REFUSAL)

    with pytest.raises(Refused, match="nothing to record"):
        credits.record(line, by=registrar_of(line))


def test_only_registrars_of_the_programme_record():
    line = make_line(LineState.NOTIFIED)
    way = Way(line)

    for user in (line.case.applicant, way.chair, make_registrar(make_institution())):
        with pytest.raises(Refused, match="Only registrars"):
            credits.record(line, by=user)


def test_record_before_sending_is_refused():
    line = make_line(LineState.DECIDED)

    with pytest.raises(Refused, match="not possible any more"):
        credits.record(line, by=registrar_of(line))


def test_two_sources_share_the_credits_and_fill_the_module_once():
    programme = make_programme()
    applicant = make_user()
    small = make_source(programme, applicant, ects=Decimal("2"))
    large = make_source(programme, applicant, ects=Decimal("4"))
    case = make_case(applicant=applicant, modules=[make_module(programme)], sources=[small, large])
    line = make_line(LineState.NOTIFIED, case=case, decision=DecisionType.FULL_SUBSTITUTION)

    entries = credits.record(line, by=registrar_of(line))

    assert [(e.credential, e.ects, e.fills_module) for e in entries] == [
        (small, Decimal("2.0"), True),
        (large, Decimal("4.0"), False),
    ]


def test_free_electives_are_recorded_without_a_module():
    line = make_line(LineState.NOTIFIED, decision=DecisionType.INCLUSION)

    (entry,) = credits.record(line, by=registrar_of(line))

    assert (entry.module, entry.ects) == (None, Decimal("5.0"))


def test_what_left_the_portfolio_is_kept_for_the_ledger():
    line = make_line(LineState.NOTIFIED)
    source = line.sources.get()
    source.credential.delete()

    (entry,) = credits.record(Line.objects.get(pk=line.pk), by=registrar_of(line))

    assert entry.credential.facts == source.facts
    assert (entry.credential.holder, entry.credential.origin) == (None, Origin.STATED)
    assert entry.source_key == source_key(source)


# Nothing counts twice


def test_one_credential_does_not_fill_two_modules():
    programme, applicant = make_programme(), make_user()
    source = make_source(programme, applicant)
    decided_for(applicant, make_module(programme), source, DecisionType.FULL_SUBSTITUTION)

    with pytest.raises(Refused, match="count already"):
        decided_for(applicant, make_module(programme), source, DecisionType.FULL_SUBSTITUTION)

    assert list(Line.objects.order_by("pk").values_list("state", flat=True)) == [
        LineState.NOTIFIED,
        LineState.DELIBERATION,
    ]


def test_evidence_added_later_does_not_make_it_another_credential():
    programme, applicant = make_programme(), make_user()
    source = make_source(programme, applicant)
    line = decided_for(applicant, make_module(programme), source, DecisionType.FULL_SUBSTITUTION)
    credits.record(line, by=registrar_of(line))
    Evidence.objects.create(
        owner=applicant, credential=source, title="More", document=make_file(applicant)
    )

    with pytest.raises(Refused, match="count already"):
        decided_for(applicant, make_module(programme), source, DecisionType.FULL_SUBSTITUTION)


def test_what_is_stated_anew_does_not_make_it_another_credential():
    programme, applicant = make_programme(), make_user()
    source = make_source(programme, applicant)
    Credential.objects.filter(pk=source.pk).update(document=None)
    line = decided_for(applicant, make_module(programme), source, DecisionType.FULL_SUBSTITUTION)
    credits.record(line, by=registrar_of(line))
    source.refresh_from_db()
    Credential.objects.filter(pk=source.pk).update(
        facts={**source.facts, "title": {"en": "Quite another title"}}
    )

    with pytest.raises(Refused, match="count already"):
        decided_for(applicant, make_module(programme), source, DecisionType.FULL_SUBSTITUTION)


def test_credential_of_unknown_size_counts_once():
    programme, applicant = make_programme(), make_user()
    source = make_source(programme, applicant, ects=None)
    line = decided_for(applicant, make_module(programme), source, DecisionType.FULL_SUBSTITUTION)
    credits.record(line, by=registrar_of(line))

    with pytest.raises(Refused, match="how many credits it has is not known"):
        decided_for(applicant, make_module(programme), source, DecisionType.FULL_SUBSTITUTION)


def test_credential_credited_to_somebody_else_does_not_count_again():
    programme, applicants = make_programme(), [make_user(), make_user()]
    first, second = (make_source(programme, applicant) for applicant in applicants)
    Credential.objects.filter(pk=second.pk).update(document=first.document)
    line = decided_for(applicants[0], make_module(programme), first, DecisionType.FULL_SUBSTITUTION)
    credits.record(line, by=registrar_of(line))

    with pytest.raises(Refused, match="recorded for somebody else from this credential"):
        decided_for(applicants[1], make_module(programme), second, DecisionType.FULL_SUBSTITUTION)


def test_two_decisions_share_what_is_free_of_the_electives():
    programme, applicant = make_programme(free_elective_ects=Decimal("6")), make_user()
    sources = [make_source(programme, applicant) for _ in range(2)]
    lines = [
        decided_for(applicant, None, source, DecisionType.INCLUSION, programme_version=programme)
        for source in sources
    ]

    for line in lines:
        credits.record(Line.objects.get(pk=line.pk), by=registrar_of(line))

    assert [line.decision.ects for line in lines] == [Decimal("5.0"), Decimal("1.0")]
    assert sum(CreditEntry.objects.values_list("ects", flat=True)) == Decimal("6.0")


def test_recording_stays_within_what_is_free_of_the_electives():
    programme, applicant = make_programme(free_elective_ects=Decimal("6")), make_user()
    source = make_source(programme, applicant)
    line = decided_for(applicant, None, source, DecisionType.INCLUSION, programme_version=programme)
    ProgrammeVersion.objects.filter(pk=programme.pk).update(free_elective_ects=Decimal("3"))

    with pytest.raises(Refused, match="3\xa0ECTS are still free in the programme"):
        credits.record(Line.objects.get(pk=line.pk), by=registrar_of(line))


def test_the_same_file_imported_again_does_not_count_again():
    programme, applicant = make_programme(), make_user()
    facts = {"id": "urn:uuid:5d1e", "title": {"en": "Python"}}
    source = make_source(programme, applicant, **facts)
    first = decided_for(applicant, make_module(programme), source, DecisionType.FULL_SUBSTITUTION)
    credits.record(first, by=registrar_of(first))
    again = make_source(programme, applicant, **facts)
    again.facts = {**again.facts, "awarding_body": source.facts["awarding_body"]}
    again.save()

    with pytest.raises(Refused, match="count already"):
        decided_for(applicant, make_module(programme), again, DecisionType.FULL_SUBSTITUTION)


def test_the_same_pdf_in_another_credential_is_the_same_learning():
    programme, applicant = make_programme(), make_user()
    first, second = (make_source(programme, applicant) for _ in range(2))
    second.document = first.document
    second.save()
    lines = [make_case(applicant=applicant, sources=[s]).lines.get() for s in (first, second)]

    keys = {source_key(line.sources.get()) for line in lines}

    assert len(keys) == 1


def test_different_learning_has_different_keys():
    programme, applicant = make_programme(), make_user()
    sources = [make_source(programme, applicant) for _ in range(2)]
    lines = [make_case(applicant=applicant, sources=[s]).lines.get() for s in sources]

    assert len({source_key(line.sources.get()) for line in lines}) == 2


def test_an_award_counts_once_towards_one_qualification():
    award = make_award()
    applicant = award.learner.user
    first = decided_for(
        applicant, make_module(make_programme()), award.credential, DecisionType.INCLUSION
    )
    credits.record(first, by=registrar_of(first))

    with pytest.raises(Refused, match="another qualification"):
        decided_for(
            applicant, make_module(make_programme()), award.credential, DecisionType.INCLUSION
        )


def test_what_is_left_of_a_credential_may_count_elsewhere():
    programme, applicant = make_programme(free_elective_ects=Decimal("2")), make_user()
    source = make_source(programme, applicant, ects=Decimal("8"))
    part = decided_for(applicant, make_module(programme), source, DecisionType.PARTIAL)
    credits.record(part, by=registrar_of(part))
    rest = decided_for(applicant, None, source, DecisionType.INCLUSION, programme_version=programme)

    credits.record(rest, by=registrar_of(rest))

    assert sorted(CreditEntry.objects.values_list("ects", flat=True)) == [
        Decimal("2.0"),
        Decimal("4.5"),
    ]


def test_the_rest_of_a_module_can_be_filled_but_not_more():
    programme, applicant = make_programme(), make_user()
    module = make_module(programme)
    sources = [make_source(programme, applicant) for _ in range(2)]
    first = decided_for(applicant, module, sources[0], DecisionType.PARTIAL)
    credits.record(first, by=registrar_of(first))

    with pytest.raises(Refused, match=r"0 of 4 outcomes of 6.* that gave no credits yet"):
        decided_for(applicant, module, sources[1], DecisionType.PARTIAL)
    Line.objects.exclude(pk=first.pk).update(state=LineState.WITHDRAWN)
    second = decided_for(
        applicant, module, sources[1], DecisionType.PARTIAL, ratings=[Rating.PARTIAL, Rating.FULL]
    )
    credits.record(second, by=registrar_of(second))

    assert second.decision.ects == Decimal("1.5")
    assert sum(CreditEntry.objects.values_list("ects", flat=True)) == module.ects


def test_a_module_of_which_a_part_is_credited_is_filled_with_the_rest():
    programme, applicant = make_programme(), make_user()
    module = make_module(programme)
    sources = [make_source(programme, applicant) for _ in range(2)]
    first = decided_for(applicant, module, sources[0], DecisionType.PARTIAL)
    credits.record(first, by=registrar_of(first))

    second = decided_for(applicant, module, sources[1], DecisionType.FULL_SUBSTITUTION)
    (entry,) = credits.record(second, by=registrar_of(second))

    assert (second.decision.ects, entry.fills_module) == (Decimal("1.5"), True)
    assert sum(CreditEntry.objects.values_list("ects", flat=True)) == module.ects


# Limits


def test_validation_fills_at_most_half_of_the_programme():
    programme = make_programme(ects_total=Decimal("10"), free_elective_ects=Decimal("5"))
    applicant = make_user()
    source = make_external_credential(applicant)  # its body is unknown: validation
    case = make_case(
        applicant=applicant, modules=[make_module(programme)], sources=[source], submitted=True
    )
    way = Way(case.lines.get(), decision=DecisionType.FULL_SUBSTITUTION)
    way.complete()
    Line.objects.filter(pk=way.line.pk).update(track="validation")
    way.line.refresh_from_db()
    way.review()
    way.line.refresh_from_db()

    with pytest.raises(Refused, match="At most 5\xa0ECTS of the programme can come from validated"):
        way.sign()


def test_a_thesis_cannot_be_replaced_even_if_the_flag_was_forgotten():
    programme = make_programme()
    module = make_module(programme, component_type=ComponentType.THESIS)
    case = make_case(modules=[module])

    with pytest.raises(Refused, match="cannot be replaced"):
        make_line(LineState.DECIDED, case=case, decision=DecisionType.FULL_SUBSTITUTION)


def test_limits_are_asked_again_when_recording():
    programme, applicant = make_programme(free_elective_ects=Decimal("6")), make_user()
    make_policy(programme.programme.institution)
    sources = [make_source(programme, applicant) for _ in range(2)]
    lines = [
        decided_for(applicant, make_module(programme), source, DecisionType.FULL_SUBSTITUTION)
        for source in sources
    ]
    ProgrammeVersion.objects.filter(pk=programme.pk).update(ects_total=Decimal("10"))
    credits.record(Line.objects.get(pk=lines[0].pk), by=registrar_of(lines[0]))

    with pytest.raises(Refused, match="At most 10\xa0ECTS of the programme can be recognised"):
        credits.record(Line.objects.get(pk=lines[1].pk), by=registrar_of(lines[1]))


def with_a_part_credited() -> tuple[Module, Line]:
    """A module of three parts (1, 2 and 3 ECTS), the first of which is credited already."""
    programme = make_programme()
    parts = [(Decimal(1), [1]), (Decimal(2), [2]), (Decimal(3), [3])]
    module = make_module(programme, parts=parts)
    ratings = [Rating.FULL, Rating.PARTIAL, Rating.PARTIAL]
    line = make_line(LineState.RECORDED, case=make_case(modules=[module]), ratings=ratings)
    assert [part.order for part in line.decision.parts.all()] == [1]
    return module, line


def test_free_electives_give_no_more_than_the_applicant_asked_for():
    programme = make_programme()
    case = make_case(programme_version=programme, modules=[], ects=Decimal(3))

    line = make_line(LineState.RECORDED, case=case, decision=DecisionType.INCLUSION)

    assert line.decision.ects == CreditEntry.objects.get().ects == Decimal(3)


def test_part_that_is_credited_is_left_out_of_what_a_new_decision_gives():
    module, line = with_a_part_credited()
    case = make_case(applicant=line.case.applicant, modules=[module])
    ratings = [Rating.FULL, Rating.FULL, Rating.PARTIAL]

    again = make_line(LineState.RECORDED, case=case, ratings=ratings)

    assert [part.order for part in again.decision.parts.all()] == [2]
    assert again.decision.ects == Decimal("2.0")
    assert again.decision.ects_explanation["en"].startswith(
        "Parts of the module that are met and were not credited yet: 2"
    )


def test_part_that_is_credited_cannot_be_asked_for_again():
    module, line = with_a_part_credited()
    case = make_case(applicant=line.case.applicant, modules=[module], submitted=False)
    part = module.parts.first()
    applications.choose_parts(case.lines.get(), [part], by=case.applicant)

    assert f"Line 1: “{part}” is credited to you already; leave it out." in submission.gaps(case)

    CreditEntry.objects.update(reversed_at=timezone.now())
    assert submission.gaps(case) == []


def test_part_credited_to_somebody_else_can_be_asked_for():
    module, _line = with_a_part_credited()
    case = make_case(modules=[module], submitted=False)
    applications.choose_parts(case.lines.get(), [module.parts.first()], by=case.applicant)

    assert submission.gaps(case) == []


def test_recording_costs_no_more_queries_with_a_longer_ledger():
    programme, applicant = make_programme(), make_user()
    first, *others = (
        decided_for(
            applicant,
            make_module(programme),
            make_source(programme, applicant),
            DecisionType.FULL_SUBSTITUTION,
        )
        for _ in range(3)
    )
    credits.record(first, by=registrar_of(first))

    counted = []
    for line in others:
        registrar, line = registrar_of(line), Line.objects.get(pk=line.pk)
        with CaptureQueriesContext(connection) as asked:
            credits.record(line, by=registrar)
        counted.append(len(asked))
    assert counted[0] >= counted[-1]


def test_sign_says_before_what_recording_would_refuse():
    programme, applicant = make_programme(), make_user()
    source = make_source(programme, applicant)
    first = decided_for(applicant, make_module(programme), source, DecisionType.FULL_SUBSTITUTION)
    credits.record(first, by=registrar_of(first))

    with pytest.raises(Refused, match="The credential has 5\xa0ECTS"):
        decided_for(applicant, make_module(programme), source, DecisionType.FULL_SUBSTITUTION)

    states = Decision.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [DecisionState.SIGNED, DecisionState.DRAFT]
