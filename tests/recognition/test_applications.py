"""An application by its pages: begun, saved as one goes, checked, sent, followed, taken back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from credentials.days import longdate
from credentials.models import (
    AuditEvent,
    Credential,
    Document,
    Mail,
    RevocationReason,
)
from credentials.services import revocations
from credentials.states import AwardState, PublishingState
from credentials.verdict import Refused
from portfolios.services import credentials as portfolio
from recognition.models import Case, Line, TargetKind
from recognition.services import applications, cases
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.awards import make_award, make_student
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_institution, make_registrar, make_user
from tests.factories.portfolios import make_declared, make_imported, make_kept
from tests.factories.recognition import (
    make_case,
    make_external_credential,
    make_line,
    make_policy,
)

pytestmark = pytest.mark.django_db

DECLARED = {"is_true": "on", "may_check": "on"}


@pytest.fixture
def programme():
    version = make_programme_version(make_institution())
    make_policy(version.programme.institution)
    return version


@pytest.fixture
def module(programme):
    return make_module(programme, parts=[(Decimal("2"), [1, 2]), (Decimal("4"), [3, 4])])


@pytest.fixture
def nela(client):
    user = make_student("Nela Ardwen")
    client.force_login(user)
    return user


@pytest.fixture
def draft(programme, nela):
    return applications.create(programme, by=nela)


def at(name, thing):
    return reverse(name, args=[thing.uuid])


def save_line(client, draft, *credentials, target, **data):
    said = {"sources": [c.uuid for c in credentials], "target": target, "note": "", **data}
    return client.post(at("line-new", draft), said)


# Beginning


def test_application_begins_with_a_programme(client, programme, nela):
    answer = client.post(reverse("case-new"), {"programme": programme.uuid})

    case = Case.objects.get()
    assert answer.url == at("case-detail", case)
    assert (case.applicant, case.programme_version, case.is_draft) == (nela, programme, True)


def test_second_beginning_lands_on_the_draft_that_is_there(client, programme, nela):
    for _tab in range(2):
        client.post(reverse("case-new"), {"programme": programme.uuid})

    assert Case.objects.count() == 1


def test_an_old_draft_that_opens_instead_of_a_new_application_says_so(client, programme, nela):
    said = {"programme": programme.uuid}
    fresh = client.post(reverse("case-new"), said, follow=True).content.decode()
    yesterday = timezone.now() - timedelta(days=1)
    Case.objects.update(created_at=yesterday)

    again = client.post(reverse("case-new"), said, follow=True).content.decode()

    told = f"You have begun this application on {longdate(timezone.localdate(yesterday))}."
    assert ("You have begun" in fresh, told in again) == (False, True)
    assert Case.objects.count() == 1


def test_credential_one_comes_from_is_carried_to_the_first_line(client, programme, nela):
    credential = make_kept(nela)
    page = client.get(reverse("case-new"), {"credential": credential.uuid})
    assert f'name="credential" value="{credential.uuid}"' in page.content.decode()

    answer = client.post(
        reverse("case-new"), {"programme": programme.uuid, "credential": credential.uuid}
    )

    page = client.get(answer.url)
    assert answer.url == f"{at('line-new', Case.objects.get())}?credential={credential.uuid}"
    assert page.context["form"]["sources"].value() == [credential.uuid]


def test_carried_credential_gets_a_line_beside_others_and_never_a_second_one(
    client, draft, programme, nela
):
    held, carried = make_kept(nela), make_kept(nela)
    save_line(client, draft, held, target=make_module(programme).uuid)

    def begin(credential):
        said = {"programme": programme.uuid, "credential": credential.uuid}
        return client.post(reverse("case-new"), said).url

    assert begin(carried) == f"{at('line-new', draft)}?credential={carried.uuid}"
    assert begin(held) == at("case-detail", draft)


@pytest.mark.parametrize("carried", ["nonsense", "x\r\nSet-Cookie: a=b", "of somebody else"])
def test_credential_that_is_not_ones_own_is_not_carried(client, programme, nela, carried):
    if carried == "of somebody else":
        carried = str(make_kept(make_user()).uuid)

    answer = client.post(reverse("case-new"), {"programme": programme.uuid, "credential": carried})

    assert answer.url == at("case-detail", Case.objects.get())


@pytest.mark.parametrize("wanted", ["", "nonsense", "draft", "without rules"])
def test_programme_that_takes_no_applications_cannot_be_chosen(client, programme, nela, wanted):
    if wanted == "draft":
        institution = programme.programme.institution
        wanted = make_programme_version(institution, state=PublishingState.DRAFT).uuid
    elif wanted == "without rules":
        wanted = make_programme_version(make_institution()).uuid

    answer = client.post(reverse("case-new"), {"programme": wanted})

    assert set(answer.context["form"].errors) == {"programme"}
    assert not Case.objects.exists()


def test_own_programme_is_proposed(client, nela):
    line = make_line(LineState.RECORDED, applicant=nela)

    form = client.get(reverse("case-new")).context["form"]

    assert form["programme"].value() == line.case.programme_version.uuid


# Lines


def test_line_is_saved_and_the_draft_can_be_left_and_found_again(client, draft, programme, nela):
    module = make_module(programme)
    credential = make_kept(nela)

    answer = save_line(client, draft, credential, target=module.uuid, note=" For \x07 module. ")

    line = draft.lines.get()
    assert answer.url == at("case-detail", draft)
    assert (line.module, line.target_kind) == (module, TargetKind.MODULE)
    assert line.note == "For  module."
    assert [source.credential for source in line.sources.all()] == [credential]
    assert str(module) in client.get(at("case-detail", draft)).content.decode()
    assert "Finish your application" in client.get(reverse("work")).content.decode()


def test_line_with_parts_asks_which_of_them(client, draft, module, nela):
    answer = save_line(client, draft, make_kept(nela), target=module.uuid)
    line = draft.lines.get()
    assert answer.url == at("line-parts", line)
    first, second = module.parts.all()
    form = client.get(answer.url).context["form"]
    assert form["parts"].value() == [first.uuid, second.uuid]

    client.post(answer.url, {"parts": [first.uuid]})

    line.refresh_from_db()
    assert (line.target_kind, list(line.parts.all())) == (TargetKind.PARTS, [first])
    client.post(answer.url, {"parts": [first.uuid, second.uuid]})
    line.refresh_from_db()
    assert (line.target_kind, line.parts.count()) == (TargetKind.MODULE, 0)
    assert set(client.post(answer.url, {}).context["form"].errors) == set()
    answer = client.post(answer.url, {"parts": ""})
    assert set(answer.context["form"].errors) == {"parts"}


def test_other_module_forgets_the_parts_of_the_old_one(client, draft, module, programme, nela):
    credential = make_kept(nela)
    save_line(client, draft, credential, target=module.uuid)
    line = draft.lines.get()
    applications.choose_parts(line, [module.parts.first()], by=nela)
    other = make_module(programme)

    client.post(at("line-edit", line), {"sources": [credential.uuid], "target": other.uuid})

    line.refresh_from_db()
    assert (line.module, line.target_kind, line.parts.count()) == (other, TargetKind.MODULE, 0)


def test_free_electives_take_the_credits_one_asks_for(client, draft, nela):
    save_line(client, draft, make_kept(nela), target="free", requested_ects="2.5")

    line = draft.lines.get()
    assert (line.target_kind, line.module) == (TargetKind.FREE_ELECTIVE, None)
    assert line.requested_ects == Decimal("2.5")


def test_programme_without_free_electives_does_not_offer_them(client, nela):
    version = make_programme_version(make_institution(), free_elective_ects=0)
    make_policy(version.programme.institution)
    draft = applications.create(version, by=nela)
    module = make_module(version)

    form = client.get(at("line-new", draft)).context["form"]

    assert [value for value, _label in form.fields["target"].choices] == ["", "Semester 1"]
    assert "requested_ects" not in form.fields
    answer = save_line(client, draft, make_kept(nela), target=module.uuid)
    assert answer.url == at("case-detail", draft)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"sources": []}, "sources"),
        ({"sources": ["nonsense"]}, "sources"),
        ({"target": ""}, "target"),
        ({"target": "nonsense"}, "target"),
        ({"target": "free", "requested_ects": "13"}, "requested_ects"),
        ({"target": "free", "requested_ects": "2.3"}, "requested_ects"),
        ({"note": "x" * 4001}, "note"),
    ],
)
def test_line_with_a_mistake_names_the_field_and_saves_nothing(client, draft, nela, data, field):
    credential = make_kept(nela)
    said = {"sources": [credential.uuid], "target": "free", **data}

    answer = client.post(at("line-new", draft), said)

    assert set(answer.context["form"].errors) == {field}
    assert f'href="#id_{field}' in answer.content.decode()
    assert not draft.lines.exists()


def test_modules_of_other_programmes_and_other_peoples_credentials_are_not_offered(
    client, draft, nela
):
    other_module = make_module(make_programme_version(make_institution()))
    other_credential = make_kept(make_user())

    answer = save_line(client, draft, other_credential, target=other_module.uuid)

    assert set(answer.context["form"].errors) == {"sources", "target"}


def test_service_takes_only_what_is_in_ones_own_portfolio(draft, nela):
    with pytest.raises(Refused, match="only what lies in your own portfolio"):
        applications.save_line(
            draft, None, module=None, credentials=[make_kept(make_user())], by=nela
        )


def test_revoked_award_is_not_offered(client, draft, nela):
    held, revoked = make_award(student=nela), make_award(AwardState.REVOKED, student=nela)

    offered = client.get(at("line-new", draft)).context["form"].fields["sources"].queryset

    assert list(offered) == [held.credential]
    assert revoked.credential in Credential.objects.visible_to(nela)


def test_award_that_is_revoked_after_it_was_chosen_stops_the_application(client, draft, nela):
    award = make_award(student=nela)
    save_line(client, draft, award.credential, target="free")
    revocations.revoke(
        award, by=make_registrar(award.audit_institution), reason=RevocationReason.ERROR
    )

    page = client.get(at("case-check", draft))

    assert page.context["gaps"] == [
        f"Line 1: “{award.credential}” is not in force. Choose something else."
    ]


def test_module_that_is_credited_already_is_not_offered(client, nela):
    line = make_line(LineState.RECORDED, applicant=nela, decision=DecisionType.FULL_SUBSTITUTION)
    other = make_module(line.case.programme_version)
    draft = applications.create(line.case.programme_version, by=nela)

    form = client.get(at("line-new", draft)).context["form"]

    assert list(form.modules.values()) == [other]


def test_module_that_is_asked_for_already_is_not_offered_until_it_is_refused(client, nela):
    line = make_line(LineState.UNDER_REVIEW, applicant=nela)
    module = line.module
    refused = make_line(LineState.NOTIFIED, applicant=nela, decision=DecisionType.REFUSAL)

    def offered(programme):
        draft = applications.create(programme, by=nela)
        return list(client.get(at("line-new", draft)).context["form"].modules.values())

    assert line.target_kind == TargetKind.MODULE
    assert module not in offered(module.programme_version)
    assert refused.module in offered(refused.module.programme_version)


def test_line_that_cannot_be_sent_needs_its_applicant(client, draft, module, nela):
    for _ in range(2):
        save_line(client, draft, make_kept(nela), target=module.uuid)

    page = client.get(at("case-detail", draft))

    assert page.context["unfinished"] == {draft.lines.get(position=2).pk}
    assert page.content.decode().count("Needs you") == 1


def test_empty_portfolio_leads_to_adding_something(client, draft):
    page = client.get(at("line-new", draft)).content.decode()

    assert "Your portfolio is empty." in page
    assert reverse("credential-add") in page


def test_removed_line_lets_the_others_move_up(client, draft, nela):
    credential = make_kept(nela)
    for _ in range(3):
        save_line(client, draft, credential, target="free")
    second = draft.lines.get(position=2)

    assert client.get(at("line-remove", second)).status_code == 200
    client.post(at("line-remove", second))

    assert list(draft.lines.values_list("position", flat=True)) == [1, 2]
    assert client.post(at("line-remove", second)).status_code == 404


def test_credential_that_leaves_the_portfolio_leaves_drafts_too(client, draft, nela):
    credential = make_kept(nela)
    save_line(client, draft, credential, target="free")

    client.post(at("credential-remove", credential))

    assert not draft.lines.get().sources.exists()
    page = client.get(at("case-detail", draft))
    assert page.context["gaps"] == ["Line 1: choose what you put forward."]
    assert "Needs you" in page.content.decode()


def test_discarded_draft_is_gone_and_the_portfolio_is_not(client, draft, nela):
    save_line(client, draft, make_kept(nela), target="free")

    assert client.get(at("case-discard", draft)).status_code == 200
    client.post(at("case-discard", draft))

    assert not Case.objects.exists()
    assert Credential.objects.count() == 1
    assert client.post(at("case-discard", draft)).status_code == 404


# Checking and sending


@pytest.fixture
def ready(client, draft, nela):
    save_line(client, draft, make_external_credential(nela), target="free", note="Session 9.")
    return draft


def test_check_page_shows_all_answers(client, ready, nela):
    award, imported = make_award(student=nela), make_imported(nela)
    line = ready.lines.get()
    sources = [*(s.credential for s in line.sources.all()), award.credential, imported]
    client.post(
        at("line-edit", line),
        {"sources": [c.uuid for c in sources], "target": "free", "note": "Session 9."},
    )

    page = client.get(at("case-check", ready)).content.decode()

    for words in (
        nela.email,
        str(ready.programme_version),
        str(sources[0]),
        "handbook.pdf",
        "Course page",
        "The credential, awarded and signed here",
        "badge.json",
        "Free electives",
        "Session 9.",
        "within 20 working days",
        "object within 30 days",
    ):
        assert words in page, words


def test_application_is_sent_once_and_says_what_happens_next(client, ready, nela):
    registrar = make_registrar(ready.institution)

    answers = [client.post(at("case-check", ready), DECLARED) for _tab in range(2)]

    ready.refresh_from_db()
    assert [answer.url for answer in answers] == [at("case-sent", ready)] * 2
    assert (ready.lines.get().state, Case.objects.count()) == (LineState.SUBMITTED, 1)
    receipt = client.get(at("case-sent", ready)).content.decode()
    assert ready.reference in receipt
    assert "The registrar checks by" in receipt
    assert "20 working days" in receipt
    assert sorted(Mail.objects.values_list("recipient", flat=True)) == sorted(
        [nela.email, registrar.email]
    )
    assert client.get(at("case-check", ready)).url == at("case-sent", ready)


@pytest.mark.parametrize("missing", ["is_true", "may_check"])
def test_application_is_not_sent_without_the_declaration(client, ready, missing):
    said = {name: value for name, value in DECLARED.items() if name != missing}

    answer = client.post(at("case-check", ready), {**said, "x": "y"})

    assert set(answer.context["form"].errors) == {missing}
    assert f'href="#id_{missing}"' in answer.content.decode()
    ready.refresh_from_db()
    assert ready.is_draft
    assert ready.declared_at is None


def test_application_with_a_gap_is_not_sent(client, draft, nela):
    answer = client.post(at("case-check", draft), DECLARED)

    assert answer.context["gaps"] == ["Say what you ask for: add at least one line."]
    draft.refresh_from_db()
    assert draft.is_draft
    page = client.get(at("case-detail", draft)).content.decode()
    assert "Say what you ask for" in page


def test_same_module_twice_is_told_before_sending(client, draft, module, nela):
    for _ in range(2):
        save_line(client, draft, make_kept(nela), target=module.uuid)

    gaps = client.get(at("case-check", draft)).context["gaps"]

    assert gaps == [f"Line 2: you have asked for {module} already; wait for the decision."]


def test_rules_that_end_meanwhile_are_told_and_nothing_is_half_sent(client, ready):
    ready.institution.policies.update(valid_from=timezone.localdate() + timedelta(days=1))

    answer = client.post(at("case-check", ready), DECLARED)

    assert answer.context["gaps"] == [
        "The university has not published its rules of recognition yet."
    ]
    ready.refresh_from_db()
    assert (ready.is_draft, ready.declared_at, ready.reference) == (True, None, "")


@pytest.mark.parametrize(
    "name",
    ["line-new", "case-discard"],
)
def test_sent_application_is_no_draft_any_more(client, nela, name):
    case = make_case(applicant=nela)

    assert client.post(at(name, case), {"target": "free"}).status_code == 403
    assert client.get(at(name, case)).status_code == 403
    assert case.lines.count() == 1


@pytest.mark.parametrize("name", ["line-edit", "line-parts", "line-remove"])
def test_line_of_a_sent_application_is_fixed(client, nela, name):
    line = make_line(applicant=nela)

    assert client.post(at(name, line), {"target": "free"}).status_code == 403
    assert Line.objects.get().module == line.module


# What was sent stays


def test_sent_application_keeps_what_was_sent_when_the_credential_is_removed(client, nela):
    case = make_case(applicant=nela)
    source = case.lines.get().sources.get()
    credential, title = source.credential, source.facts["title"]["en"]
    file = credential.document
    evidence_file = portfolio.add_evidence(
        credential, kind="other", title="Later", upload=None, url="https://later.example", by=nela
    )

    client.post(at("credential-remove", credential))

    source.refresh_from_db()
    assert source.credential is None
    assert source.facts["title"]["en"] == title
    assert list(source.documents.all()) == [file]
    assert evidence_file.title not in str(source.links)
    assert file.file.storage.exists(file.file.name)
    page = client.get(at("case-detail", case)).content.decode()
    assert title in page


def test_evidence_of_a_sent_application_stays_when_it_leaves_the_portfolio(client, nela):
    credential = make_external_credential(nela)
    upload = SimpleUploadedFile("report.pdf", b"%PDF-1.7 report")
    client.post(at("evidence-add", credential), {"kind": "work", "title": "Report", "file": upload})
    case = make_case(applicant=nela, sources=[credential])
    evidence = credential.evidence.get(title="Report")

    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(at("evidence-remove", evidence))

    assert Document.objects.filter(pk=evidence.document.pk).exists()
    assert evidence.document in case.lines.get().sources.get().documents.all()
    assert evidence.document.file.storage.exists(evidence.document.file.name)


def test_statement_changed_after_sending_does_not_change_the_application(client, nela):
    case = make_case(applicant=nela)
    source = case.lines.get().sources.get()
    before = source.facts

    portfolio.state(
        source.credential,
        {"title": "Everything", "awarding_body": "Me", "country": "DE"},
        by=nela,
    )

    source.refresh_from_db()
    assert source.facts == before


# Following, answering, withdrawing


def test_list_shows_drafts_and_what_was_sent(client, draft, nela):
    case = make_case(applicant=nela)

    page = client.get(reverse("case-list")).content.decode()

    assert f"Draft for {draft.programme_version}" in page
    assert case.reference in page
    assert "Received" in page


def test_empty_list_says_how_to_begin(client, nela):
    page = client.get(reverse("case-list")).content.decode()

    assert "No application yet" in page
    assert reverse("case-new") in page


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_database_seven_times(client, nela, number, django_assert_num_queries):
    for _ in range(number):
        make_case(applicant=nela)
        make_line(LineState.DECIDED, applicant=nela)

    with django_assert_num_queries(7):
        client.get(reverse("case-list"))


def test_question_is_answered_with_words_and_a_file(client, nela):
    line = make_line(LineState.INFO_REQUESTED, applicant=nela)
    question = line.information_requests.get()
    page = client.get(at("case-detail", line.case)).content.decode()
    assert "How were you assessed?" in page
    assert at("information-answer", question) in page

    answer = client.post(
        at("information-answer", question),
        {
            "item-1-text": "By a project.",
            "item-1-files": SimpleUploadedFile("project.pdf", b"%PDF-1.7 project"),
        },
    )

    assert answer.url == at("case-detail", line.case)
    item = question.items.get()
    line.refresh_from_db()
    assert (item.answer, line.state) == ("By a project.", LineState.FORMAL_CHECK)
    assert [document.owner for document in item.documents.all()] == [nela]


def test_question_is_answered_once(client, nela):
    line = make_line(LineState.INFO_REQUESTED, applicant=nela)
    question = line.information_requests.get()
    address = at("information-answer", question)

    answers = [client.post(address, {"item-1-text": text}) for text in ("First.", "Second.")]

    assert [answer.status_code for answer in answers] == [302, 403]
    assert "This was answered already." in answers[1].content.decode()
    assert question.items.get().answer == "First."


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"item-1-text": "x" * 5001}, "text"),
        ({"item-1-text": "See it.", "item-1-files": ("a.pdf", b"<html></html>")}, "files"),
    ],
)
def test_answer_with_a_mistake_names_the_field(client, nela, data, field):
    line = make_line(LineState.INFO_REQUESTED, applicant=nela)
    question = line.information_requests.get()
    if "item-1-files" in data:
        data = {**data, "item-1-files": SimpleUploadedFile(*data["item-1-files"])}

    answer = client.post(at("information-answer", question), data)

    (form,) = answer.context["forms"]
    assert set(form.errors) == {field}
    question.refresh_from_db()
    assert question.answered_at is None


def test_line_is_withdrawn_once(client, nela):
    line = make_line(LineState.UNDER_REVIEW, applicant=nela)
    assert client.get(at("line-withdraw", line)).status_code == 200
    line.refresh_from_db()
    assert line.state == LineState.UNDER_REVIEW

    answers = [client.post(at("line-withdraw", line)) for _tab in range(2)]

    line.refresh_from_db()
    assert [answer.status_code for answer in answers] == [302, 403]
    assert line.state == LineState.WITHDRAWN
    assert "You withdrew this." in client.get(at("case-detail", line.case)).content.decode()


def test_decided_line_cannot_be_withdrawn_and_the_page_says_so(client, nela):
    line = make_line(LineState.DECIDED, applicant=nela)

    page = client.get(at("line-withdraw", line)).content.decode()

    assert "This is not possible any more" in page
    assert client.post(at("line-withdraw", line)).status_code == 403
    assert (
        at("line-withdraw", line) not in client.get(at("case-detail", line.case)).content.decode()
    )


# Whose it is

CASE_PAGES = ["case-detail", "line-new", "case-check", "case-discard", "case-sent"]
LINE_PAGES = ["line-edit", "line-parts", "line-remove", "line-withdraw"]


@pytest.mark.parametrize("name", CASE_PAGES)
def test_application_of_somebody_else_does_not_exist(client, nela, name):
    for case in (make_case(submitted=False), make_case()):
        assert client.get(at(name, case)).status_code == 404
        assert client.post(at(name, case), DECLARED).status_code == 404


@pytest.mark.parametrize("name", [*LINE_PAGES, "line-detail"])
def test_line_of_somebody_else_does_not_exist(client, nela, name):
    for state in (LineState.DRAFT, LineState.SUBMITTED):
        line = make_line(state)
        assert client.get(at(name, line)).status_code == 404
        assert client.post(at(name, line)).status_code == 404


def test_question_to_somebody_else_does_not_exist(client, nela):
    question = make_line(LineState.INFO_REQUESTED).information_requests.get()

    assert client.get(at("information-answer", question)).status_code == 404
    assert client.post(at("information-answer", question), {"answer": "Ha."}).status_code == 404


@pytest.mark.parametrize("name", CASE_PAGES)
def test_registrar_reads_an_application_on_the_pages_of_staff(client, name):
    case = make_case()
    client.force_login(make_registrar(case.institution))

    assert client.get(at(name, case)).status_code == 404
    answer = client.get(at("line-detail", case.lines.get()))
    assert answer.url == at("line-check", case.lines.get())


@pytest.mark.parametrize(
    ("state", "page"),
    [
        (LineState.SUBMITTED, "line-check"),
        (LineState.INFO_REQUESTED, "line-check"),
        (LineState.WITHDRAWN, "line-check"),
        (LineState.DELIBERATION, "line-check"),
        (LineState.DECIDED, "line-record"),
        (LineState.RECORDED, "line-record"),
    ],
)
def test_line_leads_registrars_to_what_they_do_with_it(client, state, page):
    line = make_line(state)
    client.force_login(make_registrar(line.audit_institution))

    assert client.get(at("line-detail", line)).url == at(page, line)


def test_line_leads_applicant_reviewer_and_chair_to_their_pages(client, nela):
    line = make_line(LineState.DELIBERATION, applicant=nela)
    review = line.reviews.first()
    chair = line.committee.seats.get(role="chair").user

    found = []
    for user in (nela, review.reviewer, chair):
        client.force_login(user)
        found.append(client.get(at("line-detail", line)).url)

    assert found == [
        at("case-detail", line.case),
        at("review-detail", review),
        at("line-decide", line),
    ]


@pytest.mark.parametrize("name", ["case-list", "case-new"])
def test_applications_are_for_people_who_are_signed_in(client, name):
    assert client.get(reverse(name)).url == f"/account/login/?next={reverse(name)}"


def test_looking_at_pages_writes_nothing(client, ready):
    line, events = ready.lines.get(), AuditEvent.objects.count()
    before = list(Case.objects.values()), list(Line.objects.values())

    for name in ("case-detail", "line-new", "case-check", "case-discard"):
        client.get(at(name, ready))
    for name in ("line-edit", "line-parts", "line-remove"):
        client.get(at(name, line))

    assert (list(Case.objects.values()), list(Line.objects.values())) == before
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("number", [1, 3])
def test_draft_and_check_page_ask_the_database_the_same_for_any_lines(
    client, draft, nela, number, django_assert_num_queries
):
    for _ in range(number):
        save_line(client, draft, make_external_credential(nela), target="free")

    with django_assert_num_queries(16):
        client.get(at("case-detail", draft))
    with django_assert_num_queries(19):
        client.get(at("case-check", draft))


def test_application_sent_under_old_rules_keeps_them(client, nela):
    case = make_case(applicant=nela)
    make_policy(case.institution, version=30_001, decision_days=99)

    page = client.get(at("case-sent", case)).content.decode()

    assert "20 working days" in page


def test_service_sends_once(nela):
    case = make_case(applicant=nela)

    with pytest.raises(Refused, match="sent already"):
        cases.submit(case, by=nela)


def test_declared_learning_can_be_put_forward(client, draft, nela):
    save_line(client, draft, make_declared(nela), target="free")

    client.post(at("case-check", draft), DECLARED)

    draft.refresh_from_db()
    assert not draft.is_draft
