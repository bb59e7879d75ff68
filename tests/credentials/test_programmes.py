"""Programmes: regulations, modules, parts, modules from CSV; by services and by pages."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.models import (
    AuditEvent,
    ComponentType,
    Course,
    Module,
    ModulePart,
    ProgrammeVersion,
    RecognitionSummary,
    Role,
)
from credentials.services import modules, programmes
from credentials.services.modules import ModuleReport, PartRow
from credentials.standards.catalogue_files import UnreadableFile
from credentials.standards.module_files import KINDS, read_modules
from credentials.states import PublishingState
from credentials.verdict import Refused, Stale
from tests.factories.catalogue import make_course_version, make_module, make_programme_version
from tests.factories.people import make_institution, make_registrar, make_staff, root_of

pytestmark = pytest.mark.django_db

COLUMNS = {
    "semester": 1,
    "component_type": "core",
    "ects": Decimal("6"),
    "is_recognisable": True,
}
VERSION_PAGES = (
    *("programme-manage", "programme-edit", "programme-publish", "programme-retire"),
    *("programme-renew", "module-new", "module-import"),
)
MODULE_PAGES = ("module-edit", "module-remove")


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def director(institution):
    return make_staff(institution, Role.COURSE_DIRECTOR)


@pytest.fixture
def draft(institution):
    made = make_programme_version(institution, state=PublishingState.DRAFT)
    return ProgrammeVersion.objects.get(pk=made.pk)


@pytest.fixture
def staff(client, director):
    client.force_login(director)
    return client


def actions(thing):
    return list(AuditEvent.objects.filter(thing=str(thing.uuid)).values_list("action", flat=True))


def text_of(answer):
    return " ".join(answer.content.decode().split())


def parts_of(module):
    return [
        (part.title, part.ects, [outcome.order for outcome in part.outcomes.all()])
        for part in module.parts.all()
    ]


# Regulations


def test_create_begins_draft_regulations(institution, director):
    version = programmes.create(
        root_of(institution),
        code=" GEO-BSC ",
        regulations="2024",
        title={"en": "Geography"},
        by=director,
        ects_total=Decimal("180"),
    )

    assert (version.programme.code, version.state) == ("GEO-BSC", "draft")
    with pytest.raises(Refused, match="There is a programme with the code GEO-BSC already"):
        programmes.create(
            root_of(institution), code="GEO-BSC", regulations="1", title={"en": "X"}, by=director
        )


def test_edit_is_for_those_who_keep_the_unit(draft, institution):
    for user in (make_staff(institution, Role.TEACHER), make_registrar(make_institution())):
        with pytest.raises(Refused, match="Only course directors and registrars"):
            programmes.edit(draft, by=user, award="BSc")


def test_edit_refuses_what_somebody_else_has_changed_since(draft, director):
    seen = programmes.fingerprint(draft)
    programmes.edit(draft, by=director, seen=seen, award="BSc")
    programmes.edit(draft, by=director, seen=seen, award="BSc")

    with pytest.raises(Stale, match="Somebody changed these regulations"):
        programmes.edit(draft, by=director, seen=seen, award="MSc")

    assert actions(draft) == ["edit"]


def test_edit_refuses_a_name_of_other_regulations(draft, director):
    old = make_programme_version(draft.programme.institution)
    ProgrammeVersion.objects.filter(pk=old.pk).update(programme=draft.programme, regulations="2019")

    with pytest.raises(Refused, match="has regulations “2019” already"):
        programmes.edit(draft, by=director, regulations="2019")


def test_publish_wants_modules_with_outcomes(draft, director, institution):
    with pytest.raises(Refused, match="There are no modules yet"):
        programmes.publish(draft, by=director)
    silent = make_course_version(institution, code="MUTE", published=False, outcomes=())
    module = make_module(draft, course_version=silent)
    with pytest.raises(Refused, match=r"These modules have no learning outcomes.*: MUTE"):
        programmes.publish(draft, by=director)

    modules.edit(module, by=director, is_recognisable=False)

    assert programmes.publish(draft, by=director).state == PublishingState.PUBLISHED


def test_published_regulations_stay_as_they_are(draft, director):
    module = make_module(draft)
    programmes.publish(draft, by=director)

    for change in (
        lambda: programmes.edit(draft, by=director, award="MSc"),
        lambda: modules.add(draft, code="X", title={"en": "X"}, by=director, **COLUMNS),
        lambda: modules.edit(module, by=director, semester=2),
        lambda: modules.remove(module, by=director),
        lambda: modules.import_rows(draft, [], by=director),
    ):
        with pytest.raises(Refused, match="Published regulations stay as they are"):
            change()


def test_renew_copies_modules_and_parts(institution, director):
    old = make_programme_version(institution)
    make_module(old, semester=2, parts=[(Decimal("2"), [1, 2])])

    new = programmes.renew(old, regulations="2026", by=director)

    copy = new.modules.get()
    assert (new.regulations, new.state, new.title) == ("2026", "draft", old.title)
    assert (copy.semester, copy.course_version) == (2, old.modules.get().course_version)
    assert parts_of(copy) == [({"en": "Part 1"}, Decimal("2.0"), [1, 2])]
    with pytest.raises(Refused, match="There is a draft of this programme already"):
        programmes.renew(old, regulations="2027", by=director)


def test_retire_closes_regulations(institution, director):
    version = programmes.retire(make_programme_version(institution), by=director)

    assert version.state == PublishingState.RETIRED


# Modules and parts


def test_add_takes_the_newest_version_of_a_course(draft, institution, director):
    published = make_course_version(institution, code="GEO1")

    module = modules.add(draft, code="GEO1", by=director, **COLUMNS)

    assert module.course_version == published
    with pytest.raises(Refused, match="GEO1 is a module here already"):
        modules.add(draft, code="GEO1", by=director, **COLUMNS)


def test_add_begins_a_course_that_is_not_here_yet(draft, director):
    make_course_version(make_institution(), code="NEW")
    with pytest.raises(Refused, match="There is no course with the code NEW"):
        modules.add(draft, code="NEW", by=director, **COLUMNS)

    module = modules.add(
        draft,
        code="NEW",
        title={"en": "Maps"},
        outcomes=[{"en": "Draw."}, {"en": "Read."}],
        by=director,
        **COLUMNS,
    )

    version = module.course_version
    assert (version.course.unit, version.title) == (draft.programme.unit, {"en": "Maps"})
    assert [str(outcome) for outcome in version.outcomes.all()] == ["Draw.", "Read."]


def test_parts_have_outcomes_and_at_most_the_credits_of_the_module(draft, director):
    module = make_module(draft)
    ids = [str(uuid) for uuid in module.course_version.outcomes.values_list("uuid", flat=True)]
    half = PartRow({"en": "Half"}, Decimal("3"), ids[:2])
    more = PartRow({"en": "More"}, Decimal("3.5"), ids[2:])
    foreign = make_module(draft).course_version.outcomes.first().uuid

    with pytest.raises(Refused, match="more credits together than the module"):
        modules.edit(module, by=director, parts=[half, more])
    with pytest.raises(Refused, match="at least one learning outcome"):
        modules.edit(module, by=director, parts=[PartRow({"en": "None"}, Decimal("1"), [foreign])])
    assert parts_of(module) == []
    for _time in range(2):
        modules.edit(module, by=director, parts=[half, more], ects=Decimal("6.5"))

    assert parts_of(module) == [
        ({"en": "Half"}, Decimal("3.0"), [1, 2]),
        ({"en": "More"}, Decimal("3.5"), [3, 4]),
    ]
    assert actions(draft) == ["edit-module"]
    with pytest.raises(Refused, match="more credits together"):
        modules.edit(module, by=director, ects=Decimal("6"))


def test_remove_takes_the_parts_along_and_leaves_the_course(draft, director):
    module = make_module(draft, parts=[(Decimal("2"), [1])])

    modules.remove(module, by=director)

    assert (Module.objects.count(), ModulePart.objects.count(), Course.objects.count()) == (0, 0, 1)


# Modules from CSV


def read(text):
    return read_modules(text.encode())


def problems_of(text):
    with pytest.raises(UnreadableFile) as problem:
        read(text)
    return problem.value.problems


def test_kinds_of_the_file_are_those_of_the_model():
    assert list(KINDS) == ComponentType.values


def test_file_says_place_kind_and_credits(draft, institution, director):
    make_course_version(institution, code="GEO1")
    text = (
        "code;ects;semester;kind;recognisable;title_en;title_de;outcomes_en;outcomes_de\n"
        "GEO1;6;;;;;;;\n"
        "NEW;2,5;3;elective;no;Maps;Karten;Draw.|Read.;Zeichnen.|Lesen.\n"
    )

    report = modules.import_rows(draft, read(text), by=director)

    assert report == ModuleReport(added=["GEO1", "NEW"], new_courses=["NEW"])
    assert list(
        draft.modules.values_list("semester", "component_type", "ects", "is_recognisable")
    ) == [
        (1, "core", Decimal("6"), True),
        (3, "elective", Decimal("2.5"), False),
    ]
    new = draft.modules.get(semester=3).course_version
    assert new.title == {"en": "Maps", "de": "Karten"}
    assert [outcome.text for outcome in new.outcomes.all()] == [
        {"en": "Draw.", "de": "Zeichnen."},
        {"en": "Read.", "de": "Lesen."},
    ]


def test_file_again_changes_nothing_and_a_changed_one_changes_that(draft, institution, director):
    make_course_version(institution, code="A")
    make_course_version(institution, code="B")
    modules.import_rows(draft, read("code,ects\nA,6\nB,6\n"), by=director)

    again = modules.import_rows(draft, read("code,ects\nA,6\nB,6\n"), by=director)
    changed = modules.import_rows(draft, read("code,ects\nA,6\nB,4\n"), by=director)

    assert again == ModuleReport(unchanged=["A", "B"])
    assert changed == ModuleReport(updated=["B"], unchanged=["A"])
    assert draft.modules.count() == 2


def test_every_row_and_column_that_is_wrong_is_named():
    text = (
        "code,ects,semester,kind,recognisable,outcomes_en,outcomes_de\n"
        ",6,,,,,\n"
        "A,six,0,exam,perhaps,,\n"
        "B,2.3,21,,,x|y,z\n"
        "C,NaN,,,,,\n"
        "C,-1,1e3,,,,\n"
    )

    assert problems_of(text) == [
        "Row 2, column “code”: must not be empty.",
        "Row 3, column “ects”: must be a number up to 60, in steps of 0.5.",
        "Row 3, column “semester”: must be a number from 1 to 20.",
        "Row 3, column “kind”: must be one of: core, elective, thesis, internship.",
        "Row 3, column “recognisable”: must be one of: yes, no.",
        "Row 4, column “ects”: must be a number up to 60, in steps of 0.5.",
        "Row 4, column “semester”: must be a number from 1 to 20.",
        "Row 4, column “outcomes_de”: must have as many texts as “outcomes_en”.",
        "Row 5, column “code”: “C” is there more than once.",
        "Row 5, column “ects”: must be a number up to 60, in steps of 0.5.",
        "Row 6, column “code”: “C” is there more than once.",
        "Row 6, column “ects”: must be a number up to 60, in steps of 0.5.",
        "Row 6, column “semester”: must be a number from 1 to 20.",
    ]
    assert problems_of("code,ects\n") == ["The file has no rows below the header."]


def test_file_with_an_unknown_course_without_title_changes_nothing(draft, institution, director):
    make_course_version(institution, code="A")

    with pytest.raises(UnreadableFile) as problem:
        modules.import_rows(draft, read("code,ects\nA,6\nNEW,6\n"), by=director)

    assert problem.value.problems == [
        "Row 3, column “title_en”: there is no course NEW here, so its title is needed."
    ]
    assert draft.modules.count() == 0


def upload(client, draft, text, **more):
    file = SimpleUploadedFile("modules.csv", text.encode())
    return client.post(reverse("module-import", args=[draft.uuid]), {"file": file, **more})


def test_upload_is_previewed_then_confirmed(staff, draft, institution):
    make_course_version(institution, code="A")

    preview = upload(staff, draft, "code,ects,title_en\nA,6,\nNEW,6,Maps\n")

    assert "Added, with a new course" in text_of(preview)
    assert draft.modules.count() == 0
    data = {"content": preview.context["content"], "confirm": "1"}
    address = reverse("module-import", args=[draft.uuid])
    assert [staff.post(address, data).status_code for _time in range(2)] == [302, 302]
    assert draft.modules.count() == 2


def test_upload_of_a_bad_file_names_what_is_wrong(staff, draft, institution):
    retired = make_course_version(institution, code="OLD", state=PublishingState.RETIRED)
    draft_errors = [
        upload(staff, draft, text, confirm="1").context["form"].errors["file"]
        for text in ("<html>", "code,ects\nA,x\n", "code,ects\nNEW,6\n", "code,ects\nOLD,6\n")
    ]

    assert draft_errors == [
        ["This is a web page or XML, not a table. Save it as CSV (UTF-8)."],
        ["Row 2, column “ects”: must be a number up to 60, in steps of 0.5."],
        ["Row 2, column “title_en”: there is no course NEW here, so its title is needed."],
        [f"There is no course with the code {retired.course.code}. Give its title to begin it."],
    ]
    assert draft.modules.count() == 0


# Pages


def test_programme_page_shows_modules_by_semester_with_what_can_be_recognised(client, institution):
    version = make_programme_version(institution)
    make_module(version, semester=2, parts=[(Decimal("2.5"), [1])])
    make_module(version, semester=1, is_recognisable=False)

    answer = client.get(reverse("programme-detail", args=[version.uuid]))

    text = text_of(answer)
    assert [semester for semester, _modules in answer.context["semesters"]] == [1, 2]
    assert "Cannot be recognised" in text
    assert "Part 1</span> (2.5 ECTS)" in text
    assert "Up to 12 ECTS can be filled" in text


def test_programme_page_shows_what_was_recognised_before(client, institution):
    version, course = make_programme_version(institution), make_course_version(institution)
    RecognitionSummary.objects.create(
        course=course.course,
        programme=version.programme,
        target={"en": "Applied Data Analysis"},
        asked=4,
        recognised=3,
    )

    text = text_of(client.get(reverse("programme-detail", args=[version.uuid])))

    assert f'<a href="/courses/{course.uuid}/">' in text
    assert "3 of 4" in text


def test_address_of_a_programme_leads_to_its_published_regulations(client, institution, draft):
    version = make_programme_version(institution)

    answer = client.get(reverse("programme-detail", args=[version.programme.uuid]))
    unpublished = client.get(reverse("programme-detail", args=[draft.programme.uuid]))

    assert answer["Location"] == reverse("programme-detail", args=[version.uuid])
    assert unpublished.status_code == 404


def test_draft_regulations_are_for_staff(client, draft, director):
    address = reverse("programme-detail", args=[draft.uuid])

    assert client.get(address).status_code == 404
    client.force_login(director)
    assert client.get(address).status_code == 200


def fill(institution, number):
    for _n in range(number):
        version = make_programme_version(institution)
        for _m in range(number):
            make_module(version, parts=[(Decimal("2"), [1])])
            RecognitionSummary.objects.create(
                course=make_course_version(institution).course,
                programme=version.programme,
                asked=1,
                recognised=1,
            )
    return version


@pytest.mark.parametrize("number", [1, 3])
def test_programme_pages_cost_the_same_whatever_their_length(staff, client, institution, number):
    version = fill(institution, number)
    costs = {}
    for name, arguments in (
        ("programme-list", []),
        ("programme-detail", [version.uuid]),
        ("programme-table", []),
        ("programme-manage", [version.uuid]),
    ):
        with CaptureQueriesContext(connection) as queries:
            staff.get(reverse(name, args=arguments))
        costs[name] = len(queries)

    assert costs == {
        "programme-list": 6,
        "programme-detail": 13,
        "programme-table": 7,
        "programme-manage": 14,
    }


@pytest.mark.parametrize("page", VERSION_PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_of_a_programme_are_not_found_by_other_institutions(client, draft, page, method):
    client.force_login(make_staff(make_institution(), Role.COURSE_DIRECTOR))

    answer = getattr(client, method)(reverse(page, args=[draft.uuid]))

    assert answer.status_code == (405 if (page, method) == ("programme-manage", "post") else 404)


@pytest.mark.parametrize("page", MODULE_PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_of_a_module_are_not_found_by_other_institutions(client, draft, page, method):
    module = make_module(draft)
    client.force_login(make_staff(make_institution(), Role.COURSE_DIRECTOR))

    answer = getattr(client, method)(reverse(page, args=[module.uuid]))

    assert answer.status_code == 404
    assert Module.objects.count() == 1


@pytest.mark.parametrize("page", [page for page in VERSION_PAGES if page != "programme-renew"])
def test_pages_of_a_draft_open_for_its_director(staff, draft, page):
    make_module(draft)

    assert staff.get(reverse(page, args=[draft.uuid])).status_code == 200


@pytest.mark.parametrize("page", MODULE_PAGES)
def test_pages_of_a_module_open_while_it_is_in_a_draft(staff, draft, institution, page):
    closed = make_module(make_programme_version(institution))

    assert staff.get(reverse(page, args=[make_module(draft).uuid])).status_code == 200
    assert staff.get(reverse(page, args=[closed.uuid])).status_code == 403


def test_new_programme_is_begun_in_a_form(staff, institution):
    data = {
        "unit": root_of(institution).pk,
        "code": "GEO-BSC",
        "title_en": "Geography",
        "regulations": "2026",
        "eqf_level": "6",
        "ects_total": "180",
        "free_elective_ects": "12",
        "semesters": "6",
    }

    wrong = staff.post(reverse("programme-new"), {**data, "ects_total": "180.3", "eqf_level": "9"})
    too_free = staff.post(reverse("programme-new"), {**data, "free_elective_ects": "181"})
    right = staff.post(reverse("programme-new"), data)
    taken = staff.post(reverse("programme-new"), data)

    assert list(wrong.context["form"].errors) == ["eqf_level", "ects_total"]
    assert list(too_free.context["form"].errors) == ["free_elective_ects"]
    version = ProgrammeVersion.objects.get()
    assert right["Location"] == reverse("programme-manage", args=[version.uuid])
    assert (version.cycle, version.title) == ("first", {"en": "Geography"})
    assert taken.context["form"].errors == {
        "code": ["There is a programme with the code GEO-BSC already."]
    }


def test_regulations_are_edited_in_a_form(staff, draft):
    address = reverse("programme-edit", args=[draft.uuid])
    form = staff.get(address).context["form"]
    data = {field.html_name: field.value() for field in form}

    saved = staff.post(address, {**data, "award": "Bachelor of Arts"})
    stale = staff.post(address, {**data, "award": "Bachelor of Science (Honours)"})

    assert (saved.status_code, stale.status_code) == (302, 409)
    draft.refresh_from_db()
    assert draft.award == "Bachelor of Arts"


def test_module_is_added_in_a_form(staff, draft, institution):
    make_course_version(institution, code="GEO1")
    address = reverse("module-new", args=[draft.uuid])
    data = {"code": "GEO1", "semester": "2", "component_type": "core", "ects": "6"}

    wrong = staff.post(address, {**data, "ects": "0", "semester": "0"})
    right = staff.post(address, data)
    again = staff.post(address, data)

    assert list(wrong.context["form"].errors) == ["semester", "ects"]
    assert right.status_code == 302
    assert again.context["form"].errors == {"code": ["GEO1 is a module here already."]}
    assert draft.modules.get().is_recognisable is False


def test_parts_are_written_row_by_row(staff, draft):
    module = make_module(draft)
    first, second, *_ = (str(outcome.uuid) for outcome in module.course_version.outcomes.all())
    address = reverse("module-edit", args=[module.uuid])
    data = {
        "semester": "1",
        "component_type": "core",
        "ects": "6",
        "is_recognisable": "on",
        "parts-TOTAL_FORMS": "2",
        "parts-INITIAL_FORMS": "0",
        "parts-0-title_en": "Theory",
        "parts-0-ects": "2.5",
        "parts-0-outcomes": [first, second],
    }
    second_part = {"parts-1-title_en": "Lab", "parts-1-ects": "4", "parts-1-outcomes": [second]}

    too_many = staff.post(address, data | second_part)
    no_outcome = staff.post(address, {**data, "parts-0-outcomes": []})
    untitled = staff.post(address, {**data, "parts-0-title_en": ""})
    right = staff.post(address, data)

    assert "The parts have 6.5 credits together, the module has 6." in text_of(too_many)
    assert "Choose at least one learning outcome." in text_of(no_outcome)
    assert "Give this part a title." in text_of(untitled)
    assert right.status_code == 302
    assert parts_of(module) == [({"en": "Theory"}, Decimal("2.5"), [1, 2])]


def test_publish_and_renew_go_through_their_pages(staff, draft):
    make_module(draft)

    published = staff.post(reverse("programme-publish", args=[draft.uuid]))
    again = staff.post(reverse("programme-publish", args=[draft.uuid]))
    renewed = staff.post(reverse("programme-renew", args=[draft.uuid]), {"regulations": "2030"})

    new = ProgrammeVersion.objects.get(regulations="2030")
    assert (published.status_code, again.status_code) == (302, 403)
    assert renewed["Location"] == reverse("programme-manage", args=[new.uuid])
