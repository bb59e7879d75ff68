"""Grades of a line: what is proposed, chosen, frozen, said; and the tables it comes from."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent, CreditEntry, Enrolment
from credentials.standards.facts import GradeFacts
from credentials.verdict import Refused, Stale
from recognition import grading
from recognition.documents.letter import letter_context
from recognition.grade_files import MAX_BYTES
from recognition.models import Decision, GradeTable, Line
from recognition.services import decisions, grade_tables, letter_facts, letters
from recognition.states import LineState
from recognition.vocabulary import DecisionType, GradeMethod, Track
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.graduates import (
    make_enrolment,
    make_graduate,
    make_graduation,
    make_result,
    recognise,
)
from tests.factories.people import (
    make_awarding_body,
    make_institution,
    make_learner,
    make_registrar,
    make_staff,
    make_user,
)
from tests.factories.recognition import (
    OUR_SHARES,
    Way,
    make_case,
    make_external_credential,
    make_grade_table,
    make_line,
    make_policy,
    write_decision,
)

pytestmark = pytest.mark.django_db

ALL = ["same_scale", "grading_tables", "bavarian"]


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def registrar(client, institution):
    user = make_registrar(institution)
    client.force_login(user)
    return user


def graded_line(
    institution, *, grade="8", methods=ALL, state=LineState.DELIBERATION, number=1, **facts
) -> Line:
    """A line in deliberation whose sources have a grade; all outcomes are met."""
    make_policy(institution, grade_methods=methods)
    applicant = make_user("Nela Ardwen")
    sources = [
        make_external_credential(
            applicant, institution=institution, grade=GradeFacts(grade), **facts
        )
        for _ in range(number)
    ]
    module = make_module(make_programme_version(institution))
    case = make_case(modules=[module], applicant=applicant, sources=sources)
    return make_line(state, case=case, decision=DecisionType.FULL_SUBSTITUTION)


def body_of(line):
    return line.sources.first().awarding_body


def shown(proposals):
    return [(one.transfer.method.value, one.transfer.grade) for one in proposals.possible]


def chair_of(line):
    return Way(line).chair


def saved(line, **fields):
    return write_decision(
        line, DecisionType.FULL_SUBSTITUTION, by=chair_of(line), **{"reasons": "", **fields}
    )


def sign(line):
    decision = Decision.objects.get(line=line)
    return decisions.sign(decision, by=chair_of(line))


# What is proposed


def test_proposals_follow_the_rules_and_the_tables(institution):
    line = graded_line(institution)
    make_grade_table(institution)
    make_grade_table(institution, body_of(line))

    found = grading.proposals_of(line)

    assert shown(found) == [("grading_tables", "2.0"), ("bavarian", "2.2"), ("ungraded", "")]
    assert found.obstacles == (
        "Taken over, same scale: The scales of both sides are not the same.",
    )


def test_scale_alone_is_enough_for_the_formula(institution):
    line = graded_line(institution)
    make_grade_table(institution, body_of(line), rows=[])

    assert shown(grading.proposals_of(line)) == [("bavarian", "2.2"), ("ungraded", "")]


def test_scale_that_the_credential_states_is_believed_first(institution):
    line = graded_line(institution)
    scale = GradeFacts("2.0", scale=("5.0", "4.0", "3.0", "2.0", "1.0"), passed_from="4.0")
    source = line.sources.get()
    source.facts["grade"] = {
        "value": "2.0",
        "scale": list(scale.scale),
        "passed_from": scale.passed_from,
    }
    source.save()

    assert shown(grading.proposals_of(line))[0] == ("same_scale", "2.0")


@pytest.mark.parametrize("methods", [[], ["invented"]])
def test_rules_without_methods_propose_none(institution, methods):
    line = graded_line(institution, methods=methods)
    make_grade_table(institution, body_of(line))

    assert shown(grading.proposals_of(line)) == [("ungraded", "")]


def test_validation_comes_without_grade_first(institution):
    line = graded_line(institution)
    make_grade_table(institution, body_of(line))
    line.track = Track.VALIDATION

    assert shown(grading.proposals_of(line)) == [("ungraded", ""), ("bavarian", "2.2")]


def test_each_of_several_sources_is_named_and_none_is_taken_at_once(institution):
    line = graded_line(institution, number=2)
    second = line.sources.last()
    make_grade_table(institution, second.awarding_body, rows=[])

    without, found = grading.proposals_of(line).possible

    assert without.key == "ungraded"
    assert found.key == f"bavarian:{second.uuid}"
    title = second.facts["title"]["en"]
    assert str(found.transfer.explanation).startswith(f"{title}: 1 + 3 × (10 − 8) ÷")


def test_table_of_the_field_and_of_the_newest_years_wins(institution):
    body = make_awarding_body(institution)
    tables = {
        name: make_grade_table(institution, body, name=name, **fields)
        for name, fields in {
            "old": {"year_from": 2018, "year_to": 2020},
            "new": {},
            "later": {"year_from": 2027, "year_to": 2028},
            "field": {"isced_f": "06", "year_from": 2018, "year_to": 2020},
            "other field": {"isced_f": "09"},
        }.items()
    }

    def found(isced_f, year):
        return GradeTable.objects.for_grade(institution, body, isced_f=isced_f, year=year)

    assert found("0612", 2026) == tables["field"]
    assert found("", 2026) == tables["new"]
    assert found("05", 2021) == tables["old"]
    assert found("05", 2017) is None
    assert GradeTable.objects.for_grade(institution, year=2026) is None
    assert GradeTable.objects.for_grade(make_institution(), body, year=2026) is None


# What is chosen and frozen


def test_chosen_grade_is_frozen_with_method_inputs_and_sentence(institution):
    line = graded_line(institution, grade="8.5")
    table = make_grade_table(institution, body_of(line))
    source = line.sources.get()

    saved(line, grade_choice=f"bavarian:{source.uuid}")
    decision = sign(line)

    assert (decision.grade, decision.grade_method) == ("1.9", GradeMethod.BAVARIAN)
    assert decision.grade_inputs == {
        "grade": "8.5",
        "best": "10",
        "passing": "5",
        "exact": "1.9000",
        "decimals": "1",
        "rounding": "cut",
        "source": str(source.uuid),
    }
    assert "(10 − 8.5)" in decision.grade_explanation["en"]
    assert "(10 − 8,5)" in decision.grade_explanation["de"]
    grade_tables.revise(table, by=make_registrar(institution), passing="6", rows=[])
    decision.refresh_from_db()
    assert decision.grade == "1.9"


def test_recorded_credits_carry_the_grade(institution):
    line = graded_line(institution, grade="8.5")
    make_grade_table(institution, body_of(line))
    saved(line, grade_choice=f"bavarian:{line.sources.get().uuid}")
    sign(line)
    way = Way(Line.objects.get(pk=line.pk))

    way.notify()
    way.line.refresh_from_db()
    way.record()

    assert CreditEntry.objects.get().grade == "1.9"


def test_decision_without_a_choice_is_without_grade(institution):
    line = graded_line(institution)

    saved(line)
    decision = sign(line)

    assert (decision.grade, decision.grade_method) == ("", GradeMethod.UNGRADED)
    assert decision.grade_explanation["en"] == (
        "Recognised without a grade; it is left out of the average."
    )


def test_grade_of_the_committee_is_its_own(institution):
    line = graded_line(institution)

    saved(line, grade_choice="committee", grade=" 1,7 ", reasons="As in the agreement.")
    decision = sign(line)

    assert (decision.grade, decision.grade_method) == ("1,7", GradeMethod.COMMITTEE)


@pytest.mark.parametrize(
    ("grade", "sentence"),
    [
        ("", "Write the grade, or choose to record none."),
        ("4.3", "“4.3” is not a pass: the lowest pass is 4.0."),
        ("17", "“17” is not a grade of the scale from 1.0 to 5.0."),
    ],
)
def test_grade_of_the_committee_must_be_one_of_the_module(institution, grade, sentence):
    line = graded_line(institution)
    saved(line, grade_choice="committee", grade=grade, reasons="So agreed.")

    with pytest.raises(Refused, match=sentence):
        sign(line)


@pytest.mark.parametrize("choice", ["invented", "bavarian", "bavarian:1", "same_scale"])
def test_choice_that_does_not_follow_is_refused(institution, choice):
    line = graded_line(institution)

    with pytest.raises(Refused, match="does not follow"):
        saved(line, grade_choice=choice)


def test_table_that_changed_since_the_draft_asks_to_choose_again(institution):
    line = graded_line(institution)
    table = make_grade_table(institution, body_of(line))
    saved(line, grade_choice=f"bavarian:{line.sources.get().uuid}")
    grade_tables.revise(table, by=make_registrar(institution), passing="4", rows=[])

    with pytest.raises(Refused, match="Choose the grade again"):
        sign(line)


def test_refusal_has_no_grade(institution):
    line = make_line(LineState.DECIDED, decision=DecisionType.REFUSAL)

    decision = line.decision

    assert (decision.grade, decision.grade_method, decision.grade_explanation) == ("", "", {})


# The chair's page


def test_chair_takes_a_proposal_with_one_click(client, institution):
    line = graded_line(institution, grade="8.5")
    make_grade_table(institution, body_of(line))
    client.force_login(chair_of(line))
    address = reverse("line-decide", args=[line.uuid])

    page = client.get(address)

    key = f"bavarian:{line.sources.get().uuid}"
    content = page.content.decode()
    assert f'value="{key}" checked' in content
    assert "1.9, Modified Bavarian formula" in content
    assert "1 + 3 × (10 − 8.5) ÷ (10 − 5) = 1.9" in content
    assert "By grading tables: There is no grading table of our own." in content
    said = {"type": "full", "do": "save", "seen": page.context["form"]["seen"].value() or ""}
    client.post(address, {**said, "grade_choice": key})
    assert Decision.objects.get().grade == "1.9"
    letter = client.get(address).context["letter"]
    assert [one.grade for one, _decided in letter["decided"]] == ["1.9"]


def test_chair_who_writes_no_grade_of_their_own_is_told_beside_the_field(client, institution):
    line = graded_line(institution)
    client.force_login(chair_of(line))
    said = {"type": "full", "reasons": "Agreed.", "do": "sign", "seen": ""}
    said["accepted_proof"] = "The registry of Kiel is known to us."

    page = client.post(
        reverse("line-decide", args=[line.uuid]), {**said, "grade_choice": "committee"}
    )

    assert page.context["form"].errors == {"grade": ["Write the grade, or choose to record none."]}


def test_forged_choice_is_told(client, institution):
    line = graded_line(institution)
    client.force_login(chair_of(line))

    page = client.post(
        reverse("line-decide", args=[line.uuid]),
        {"type": "full", "do": "save", "seen": "", "grade_choice": "bavarian:forged"},
    )

    assert set(page.context["form"].errors) == {"grade_choice"}
    assert not Decision.objects.exists()


def test_sign_page_says_the_grade_and_how(client, institution):
    line = graded_line(institution, grade="8.5")
    make_grade_table(institution, body_of(line))
    saved(line, grade_choice=f"bavarian:{line.sources.get().uuid}")
    client.force_login(chair_of(line))

    page = client.get(reverse("line-sign", args=[line.uuid])).content.decode()

    assert "<dd>1.9<small>1 + 3 × (10 − 8.5)" in page


@pytest.mark.parametrize("number", [1, 3])
def test_proposals_cost_the_same_queries_for_more_tables(
    institution, number, django_assert_num_queries
):
    line = graded_line(institution)
    body = body_of(line)
    make_grade_table(institution)
    for place in range(number):
        make_grade_table(institution, body, name=f"Table {place}")
    line = Line.objects.with_all().get(pk=line.pk)

    with django_assert_num_queries(3):
        grading.proposals_of(line)


# The letter


def test_letter_says_the_grade_in_two_languages(institution):
    institution.languages = ["de", "en"]
    institution.save()
    line = graded_line(institution, grade="8.5")
    make_grade_table(institution, body_of(line))
    saved(line, grade_choice=f"bavarian:{line.sources.get().uuid}")
    decision = sign(line)

    said = letter_facts.signed_facts(line, decision, letter_facts.imprint_of(decision, "TT-1"))

    (told,) = said.lines
    assert told.grade == "1.9"
    assert set(told.grade_note) == {"en", "de", "es"}
    assert letter_context(said, languages=("de", "en"))["decided"][0][0] is told
    list(letters.make(Line.objects.get(pk=line.pk)))


# Semester


def test_registrar_sees_the_semester_in_the_record(client, institution, registrar):
    programme = make_programme_version(institution, ects_total=Decimal(60), semesters=10)
    applicant = make_user("Nela Ardwen")
    case = make_case(
        modules=[make_module(programme, ects=Decimal(9))],
        applicant=applicant,
        sources=[make_external_credential(applicant, institution=institution, ects=Decimal(9))],
    )
    way = Way(case.lines.get(), decision=DecisionType.FULL_SUBSTITUTION)
    way.to(LineState.NOTIFIED)
    sum_ = "9\u00a0ECTS ÷ 60\u00a0ECTS × 10 semesters = 1.5; below .5 down, else up"

    way.line = Line.objects.get(pk=way.line.pk)
    way.record()
    record = client.get(reverse("learner-detail", args=[case.learner.uuid])).content.decode()

    assert f"Semester 2<small>{sum_}, at least 1.</small>" in record


def test_registrar_reads_the_semester_that_the_letter_says(client):
    line = make_line(LineState.DECIDED)
    list(letters.make(Line.objects.get(pk=line.pk)))
    line.refresh_from_db()
    said = line.decision.letter.facts["placement"]["en"]
    version = line.case.programme_version
    enrolment = line.case.learner.enrolments.filter(programme_version=version).first()
    recognise(enrolment or make_enrolment(learner=line.case.learner, version=version), None, "90")
    client.force_login(Way(line).registrar)

    page = client.get(reverse("line-record", args=[line.uuid])).content.decode()

    assert said.startswith("With it you are in semester")
    assert f"<dd>{said}</dd>" in page


@pytest.mark.parametrize("case", ["ended", "all credits", "graduate"])
def test_learner_who_is_through_has_no_semester(client, institution, registrar, case):
    version = make_programme_version(institution, ects_total=Decimal(60), semesters=10)
    enrolment = make_enrolment(version=version)
    url = reverse("learner-detail", args=[enrolment.learner.uuid])
    before = client.get(url).content.decode()
    if case == "ended":
        Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=timezone.localdate())
    elif case == "graduate":
        make_graduate(make_graduation(institution), enrolment)
    else:
        make_result(enrolment, make_module(version, ects=Decimal(60)))

    after = client.get(url).content.decode()

    assert ("Semester placement" in before, "Semester placement" in after) == (True, False)


def test_learner_without_a_programme_has_no_semester(client, institution, registrar):
    learner = make_learner(institution, make_user())

    page = client.get(reverse("learner-detail", args=[learner.uuid])).content.decode()

    assert "Semester placement" not in page


# Tables: the service


def test_table_is_entered_and_written_down(institution):
    table = make_grade_table(institution)

    assert (table.version, table.rows, table.replaces) == (1, OUR_SHARES, None)
    event = AuditEvent.objects.get(noun="gradetable")
    assert (event.action, event.thing) == ("enter", str(table.uuid))


def test_change_is_a_new_version_and_the_old_one_stays(institution):
    old = make_grade_table(institution)
    by = make_registrar(institution)

    new = grade_tables.revise(old, by=by, name="Ours, anew")

    assert (new.version, new.replaces, new.rows) == (2, old, OUR_SHARES)
    assert list(GradeTable.objects.current()) == [new]
    assert GradeTable.objects.get(pk=old.pk).name == "Ours"


def test_same_table_once_more_changes_nothing(institution):
    table = make_grade_table(institution)

    assert grade_tables.revise(table, by=make_registrar(institution), name="Ours") == table
    assert GradeTable.objects.count() == 1


def test_two_changes_of_one_version_are_not_both_taken(institution):
    table, by = make_grade_table(institution), make_registrar(institution)
    grade_tables.revise(table, by=by, name="First")

    with pytest.raises(Stale, match="Somebody changed this table"):
        grade_tables.revise(table, by=by, name="Second")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"best": "4.0"}, "must not be the same"),
        ({"rows": [["1.0", "50"], ["2.0", "40"]]}, "sum up to 90"),
    ],
)
def test_service_refuses_what_makes_no_sense(institution, fields, sentence):
    with pytest.raises(Refused, match=sentence):
        make_grade_table(institution, **fields)

    assert not GradeTable.objects.exists()


def test_body_of_another_register_is_refused(institution):
    body = make_awarding_body(make_institution())

    with pytest.raises(Refused, match="another register"):
        make_grade_table(institution, body)


@pytest.mark.parametrize("by", ["nobody", "teacher", "foreign"])
def test_tables_are_written_by_registrars_of_the_institution(institution, by):
    people = {
        "nobody": make_user,
        "teacher": lambda: make_staff(institution, "teacher"),
        "foreign": lambda: make_registrar(make_institution()),
    }

    with pytest.raises(Refused):
        make_grade_table(institution, by=people[by]())


# Tables: the pages


def said(**changes):
    return {
        "body": "",
        "name": "Our grades",
        "isced_f": "",
        "year_from": "2023",
        "year_to": "2025",
        "best": "1.0",
        "passing": "4.0",
        "worst": "5.0",
        "rows": "1.0 15\n2,0; 35 %\n3.0\t35\n\n4.0 15",
        **changes,
    }


def at(name, thing):
    return reverse(name, args=[getattr(thing, "uuid", thing)])


def test_registrar_enters_a_table(client, institution, registrar):
    body = make_awarding_body(institution)

    answer = client.post(
        at("grade-table-new", institution.slug), said(body=body.pk, isced_f="06"), follow=True
    )

    assert "“Our grades” is entered." in answer.content.decode()
    table = GradeTable.objects.get()
    assert (table.body, table.isced_f, table.made_by) == (body, "06", registrar)
    assert table.rows == [["1.0", "15"], ["2,0", "35"], ["3.0", "35"], ["4.0", "15"]]


def test_registrar_changes_a_table_and_sees_what_it_was(client, institution, registrar):
    table = make_grade_table(institution)
    page = client.get(at("grade-table-edit", table))
    assert page.context["form"]["rows"].value() == "1.0  15\n2.0  35\n3.0  35\n4.0  15"

    client.post(at("grade-table-edit", table), said(rows=""))

    new = GradeTable.objects.current().get()
    assert (new.version, new.rows, new.name) == (2, [], "Our grades")
    shown = client.get(at("grade-table-edit", new)).content.decode()
    assert "Earlier versions" in shown
    assert "2.0: 35\u00a0%" in shown.replace("&nbsp;", "\u00a0")
    assert client.get(at("grade-table-edit", table)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": " "}, "name", "required"),
        ({"body": "999999"}, "body", "valid choice"),
        ({"isced_f": "6x"}, "isced_f", "Use a code of two to four digits."),
        ({"year_from": "1200"}, "year_from", "1990"),
        ({"year_to": "2022"}, "year_to", "It ends before it begins."),
        ({"passing": "1"}, "passing", "must not be the same"),
        ({"worst": "3"}, "passing", "must lie between"),
        ({"rows": "1.0 50\n2.0 40"}, "rows", "The shares sum up to 90, not to 100."),
        ({"rows": "1.0 50\n2.0"}, "rows", "Line 2: write a grade and its share"),
        ({"rows": "1.0 50\n2.0 half"}, "rows", "Line 2: the share must be a number"),
        ({"rows": "1.0 50\n5.0 50"}, "rows", "“5.0” is not a pass"),
        ({"rows": "1.0 50\n2.0 1e9"}, "rows", "the share must be a number"),
        ({"rows": "1.0 50\n2.0 -50"}, "rows", "the share must be a number"),
        ({"rows": f"{'9' * 21} 50\n2.0 50"}, "rows", "from 1 to 20 signs"),
        ({"rows": "\n".join(f"g{n} 0" for n in range(121))}, "rows", "from 2 to 120 grades"),
    ],
)
def test_mistake_is_told_beside_its_field(client, institution, registrar, changes, field, sentence):
    page = client.post(at("grade-table-new", institution.slug), said(**changes))

    errors = page.context["form"].errors
    assert set(errors) == {field}
    assert sentence in " ".join(errors[field])
    assert not GradeTable.objects.exists()


def sent(content, name="table.csv"):
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def test_file_is_shown_before_it_is_kept(client, institution, registrar):
    csv = "grade;share\n1.0;15,5\n2.0;34,5 %\n4.0;50\n"

    page = client.post(at("grade-table-new", institution.slug), said(file=sent(csv), rows="x"))

    assert not GradeTable.objects.exists()
    assert "3 grades were read. Check them below, then save." in page.content.decode()
    rows = page.context["form"]["rows"].value()
    assert rows == "1.0  15.5\n2.0  34.5\n4.0  50"
    client.post(at("grade-table-new", institution.slug), said(rows=rows))
    assert GradeTable.objects.get().rows == [["1.0", "15.5"], ["2.0", "34.5"], ["4.0", "50"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"grade,share\n", "no rows below the header"),
        (b"grade,points\n1,2\n", "The column “share” is missing"),
        (b"grade,share,more\n1,2,3\n", "The column “more” is not known"),
        (b"grade,share\n1.0,fifty\n2.0,50\n", "Row 2: the share must be a number"),
        (b"grade,share\n,50\n2.0,50\n", "Row 2: the grade must have from 1 to 20 signs"),
        (b"grade,share\n1.0,50,7\n2.0,50\n", "Row 2 has more cells"),
        (b"grade,share\n1.0,NaN\n2.0,1e400\n", "Row 3: the share must be a number"),
        (b"grade,share\n" + b"1.0,1\n" * 300, "from 2 to 120 grades"),
        (b"<html><script>steal()</script></html>", "web page"),
        ("grade,share\nü,50\n".encode("latin-1"), "not UTF-8"),
        (b"grade,share\n" + b"9" * MAX_BYTES, "larger than 64 kB"),
        (b'grade,share\n"1.0,50\n2.0,50\n', "cannot be read as CSV"),
        (b"grade,share\n=cmd|' /C calc'!A0,100\n", "from 2 to 120 grades"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_hostile_file_is_refused_and_nothing_is_kept(
    client, institution, registrar, content, sentence
):
    page = client.post(at("grade-table-new", institution.slug), said(file=sent(content), rows=""))

    text = " ".join(
        str(error) for errors in page.context["form"].errors.values() for error in errors
    )
    assert sentence in text
    assert not GradeTable.objects.exists()


def test_script_in_a_grade_is_mere_text(client, institution, registrar):
    script = "<script>x</script>"
    client.post(
        at("grade-table-new", institution.slug),
        said(best="A", passing=script, worst="F", rows=f"A 50\n{script} 50", name=script),
    )

    table = GradeTable.objects.get()

    for address in (at("grade-table-list", institution.slug), at("grade-table-edit", table)):
        assert script not in client.get(address).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_list_shows_tables_with_the_same_queries(
    client, institution, registrar, number, django_assert_num_queries
):
    for place in range(number):
        body = make_awarding_body(institution) if place else None
        make_grade_table(institution, body, name=f"Table {place}", by=registrar)

    with django_assert_num_queries(6):
        page = client.get(at("grade-table-list", institution.slug)).content.decode()

    assert page.count("passed with") == number


def test_list_without_tables_says_what_to_do(client, institution, registrar):
    page = client.get(at("grade-table-list", institution.slug)).content.decode()

    assert "No grading tables yet" in page


def test_tables_of_another_institution_do_not_exist_here(client, institution, registrar):
    other = make_institution()
    table = make_grade_table(other)

    found = [
        client.get(at("grade-table-list", other.slug)).status_code,
        client.post(at("grade-table-new", other.slug), said()).status_code,
        client.post(at("grade-table-edit", table), said()).status_code,
    ]

    assert found == [404, 404, 404]
