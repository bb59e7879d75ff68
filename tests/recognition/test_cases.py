"""Sending an application: what keeps it back, what is frozen, who is told."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from credentials.models import AuditEvent, AwardingBody, CreditEntry, Mail
from credentials.services import fetching
from credentials.states import PublishingState
from credentials.trust.fetch import Fetched, FetchFailed
from credentials.verdict import Refused, Stale
from credentials.vocabulary import BodyStatus
from recognition import submission
from recognition.calendar import add_working_days
from recognition.models import LineSource, TargetKind
from recognition.services import applications, cases, lines
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.awards import make_award, make_taught_course
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import (
    make_awarding_body,
    make_institution,
    make_registrar,
    make_user,
)
from tests.factories.portfolios import DID_DOCUMENT, ISSUER, ON_THE_WEB, make_imported
from tests.factories.recognition import (
    make_case,
    make_committee,
    make_external_credential,
    make_line,
    make_policy,
)

pytestmark = pytest.mark.django_db


def make_draft(**fields):
    case = make_case(submitted=False, **fields)
    applications.declare(case, by=case.applicant)
    case.refresh_from_db()
    return case


def test_submit_numbers_the_case_and_freezes_the_rules():
    case = make_draft()
    policy = make_policy(case.institution, version=32000)

    cases.submit(case, by=case.applicant)

    case.refresh_from_db()
    prefix, year = case.institution.number_prefix, timezone.localdate().year
    assert case.reference == f"{prefix}-REC-{year}-0001"
    assert case.policy == policy
    assert case.learner.user == case.applicant
    assert case.check_due_on == add_working_days(timezone.localdate(), policy.check_days, "DE")
    assert {line.state for line in case.lines.all()} == {LineState.SUBMITTED}
    assert case.lines.get().held_since == case.submitted_at


def test_submit_takes_the_newest_rules_that_are_valid_today():
    case = make_draft()
    valid = make_policy(case.institution, version=31000)
    make_policy(
        case.institution, version=32000, valid_from=timezone.localdate() + timedelta(days=1)
    )

    cases.submit(case, by=case.applicant)

    case.refresh_from_db()
    assert case.policy == valid


def test_submit_freezes_what_the_source_says_and_its_files():
    case = make_case()
    source = case.lines.get().sources.get()
    facts, files = source.facts, set(source.documents.all())
    credential = source.credential

    credential.facts = {}
    credential.save()
    credential.evidence.all().delete()

    source = LineSource.objects.get(pk=source.pk)
    assert source.facts == facts
    assert set(source.documents.all()) == files == {credential.document}
    assert source.links == [{"title": "Course page", "url": "https://course.example/"}]
    assert source.provenance == credential.provenance


def test_sources_stay_when_the_credential_leaves_the_portfolio():
    case = make_case()
    source = case.lines.get().sources.get()

    source.credential.delete()

    kept = LineSource.objects.get(pk=source.pk)
    assert kept.credential is None
    assert kept.facts == source.facts
    assert kept.documents.count() == 1


def test_submit_finds_the_awarding_body_in_the_register_by_name_and_country():
    case = make_draft()
    source = case.lines.get().sources.get()
    expected = case.institution.awarding_bodies.get()

    cases.submit(case, by=case.applicant)

    source.refresh_from_db()
    assert source.awarding_body == expected


def test_submit_leaves_an_unknown_awarding_body_to_the_registrar():
    applicant = make_user()

    case = make_case(applicant=applicant, sources=[make_external_credential(applicant)])

    assert case.lines.get().sources.get().awarding_body is None


def test_submit_never_takes_the_register_entry_of_another_institution():
    other = make_institution()
    applicant = make_user()
    credential = make_external_credential(applicant, institution=other)

    case = make_case(applicant=applicant, sources=[credential])

    assert case.lines.get().sources.get().awarding_body is None


def source_of_badge(did, **fields):
    """Return the source of an application made with a badge whose issuer a register knows."""
    applicant, programme = make_user(), make_programme_version(make_institution())
    body = make_awarding_body(programme.institution, did=did)
    badge = make_imported(applicant, **fields)
    case = make_case(programme_version=programme, applicant=applicant, sources=[badge])
    return case.lines.get().sources.get(), body


def test_submit_finds_the_awarding_body_by_the_key_that_signed_the_file(monkeypatch):
    data = json.dumps(DID_DOCUMENT).encode()
    monkeypatch.setattr(fetching.fetch, "fetch", lambda url, **_named: Fetched(data, "", url))

    source, body = source_of_badge(ON_THE_WEB, issuer=ON_THE_WEB)

    assert source.awarding_body == body


@pytest.mark.parametrize("did", [ISSUER, ON_THE_WEB])
def test_submit_does_not_believe_a_file_that_only_names_the_awarding_body(monkeypatch, did):
    def fetch(url, **_named):
        raise FetchFailed("academy.example cannot be reached.")

    monkeypatch.setattr(fetching.fetch, "fetch", fetch)

    source, _body = source_of_badge(did, issuer=did)

    assert source.awarding_body is None


def test_submit_takes_the_entry_that_an_institution_of_this_portal_has_already():
    issuer = make_institution()
    award = make_award(version=make_taught_course(issuer))
    programme = make_programme_version(make_institution())
    body = make_awarding_body(programme.institution, name=issuer.name["de"], country="AT")
    issuer.country = "AT"
    issuer.save()

    case = make_case(
        programme_version=programme, applicant=award.learner.user, sources=[award.credential]
    )

    assert case.lines.get().sources.get().awarding_body == body


def test_submit_enters_an_institution_of_this_portal_in_the_register():
    issuer = make_institution()
    award = make_award(version=make_taught_course(issuer))
    case = make_case(applicant=award.learner.user, sources=[award.credential])

    body = AwardingBody.objects.get(institution=case.institution)

    assert case.lines.get().sources.get().awarding_body == body
    assert body.name == issuer.name["de"]
    assert body.status == BodyStatus.RECOGNISED


def test_submit_twice_is_stale_and_changes_nothing():
    case = make_case()
    events = AuditEvent.objects.count()

    with pytest.raises(Stale, match="sent already"):
        cases.submit(case, by=case.applicant)

    assert AuditEvent.objects.count() == events


def test_submit_by_somebody_else_is_refused():
    case = make_draft()

    with pytest.raises(Refused, match="Only the applicant"):
        cases.submit(case, by=make_registrar(case.institution))


def test_submit_tells_applicant_and_registrars():
    institution = make_institution()
    programme = make_programme_version(institution)
    registrar = make_registrar(institution)
    make_registrar(make_institution())
    make_policy(institution)

    case = make_case(programme_version=programme)

    told = set(Mail.objects.values_list("recipient", flat=True))
    keepers = {user.email for user in cases.registrars_of(case)}
    assert told == {case.applicant.email, *keepers}
    assert registrar.email in keepers
    assert all("Ardwen" not in mail.subject for mail in Mail.objects.all())


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda c: c.lines.all().delete(), "add at least one line"),
        (lambda c: LineSource.objects.all().delete(), "Line 1: choose what you put forward"),
        (lambda c: type(c).objects.update(declared_at=None), "Declare that what you state"),
        (
            lambda c: type(c.programme_version).objects.update(
                state=PublishingState.RETIRED  # a test may; only move() does in the portal
            ),
            "does not take applications",
        ),
        (lambda c: c.institution.policies.all().delete(), "not published its rules"),
        (
            lambda c: c.lines.update(target_kind=TargetKind.PARTS),
            "Line 1: choose at least one part",
        ),
        (
            lambda c: type(c.lines.get().module).objects.update(is_recognisable=False),
            "Line 1: this module cannot be replaced",
        ),
    ],
)
def test_submit_says_what_is_missing(spoil, reason):
    case = make_draft()
    spoil(case)
    case = type(case).objects.get(pk=case.pk)

    assert [reason in problem for problem in submission.problems(case.applicant, case)] == [True]
    with pytest.raises(Refused, match=reason):
        cases.submit(case, by=case.applicant)
    assert type(case).objects.get(pk=case.pk).is_draft


def test_submit_refuses_a_module_of_another_programme():
    case = make_draft()
    elsewhere = make_module(make_programme_version(case.institution))
    case.lines.update(module=elsewhere)

    with pytest.raises(Refused, match="belongs to another programme"):
        cases.submit(case, by=case.applicant)


def test_submit_refuses_what_is_asked_for_in_another_line():
    first = make_case()
    module, applicant = first.lines.get().module, first.applicant
    second = make_draft(applicant=applicant, modules=[module])

    with pytest.raises(Refused, match="you have asked for"):
        cases.submit(second, by=applicant)


def test_submit_refuses_one_module_twice_in_one_application():
    module = make_module(make_programme_version(make_institution()))
    case = make_draft(modules=[module, module])

    with pytest.raises(Refused, match="Line 2: you have asked for"):
        cases.submit(case, by=case.applicant)


def test_submit_again_after_withdrawing_is_possible():
    line = make_line(LineState.WITHDRAWN)
    again = make_draft(applicant=line.case.applicant, modules=[line.module])

    cases.submit(again, by=line.case.applicant)

    again.refresh_from_db()
    assert not again.is_draft


def test_submit_again_after_a_refusal_is_possible():
    line = make_line(LineState.NOTIFIED, decision=DecisionType.REFUSAL)
    again = make_draft(applicant=line.case.applicant, modules=[line.module])

    cases.submit(again, by=line.case.applicant)

    again.refresh_from_db()
    assert not again.is_draft


def test_submit_refuses_a_module_that_is_credited():
    line = make_line(LineState.RECORDED, decision=DecisionType.FULL_SUBSTITUTION)
    again = make_draft(applicant=line.case.applicant, modules=[line.module])

    assert CreditEntry.objects.get().fills_module
    with pytest.raises(Refused, match="is credited to you already"):
        cases.submit(again, by=line.case.applicant)


def test_submit_allows_other_parts_of_the_same_module():
    programme = make_programme_version(make_institution())
    module = make_module(programme, parts=[(Decimal("2"), [1]), (Decimal("4"), [2, 3])])
    first, second = module.parts.all()
    case = make_case(modules=[module], submitted=False)
    applications.choose_parts(case.lines.get(), [first], by=case.applicant)
    applications.declare(case, by=case.applicant)
    cases.submit(case, by=case.applicant)
    other = make_case(applicant=case.applicant, modules=[module], submitted=False)
    applications.choose_parts(other.lines.get(), [first], by=case.applicant)
    applications.declare(other, by=case.applicant)

    with pytest.raises(Refused, match="have asked for"):
        cases.submit(other, by=case.applicant)
    applications.choose_parts(other.lines.get(), [second], by=case.applicant)
    cases.submit(other, by=case.applicant)

    assert other.lines.get().state == LineState.SUBMITTED


def test_problems_cost_the_same_queries_for_one_and_three_lines(django_assert_num_queries):
    programme = make_programme_version(make_institution())
    one = make_draft(modules=[make_module(programme)])
    three = make_draft(modules=[make_module(programme) for _ in range(3)])

    for case in (one, three):
        case = type(case).objects.select_related("programme_version__programme").get(pk=case.pk)
        with django_assert_num_queries(10):
            assert submission.problems(case.applicant, case) == []


def test_committee_of_another_institution_does_not_count():
    case = make_case()
    other = make_committee(make_institution())

    with pytest.raises(Refused, match="does not decide for this programme"):
        lines.declare_complete(
            case.lines.get(),
            by=cases.registrars_of(case)[0],
            track="recognition",
            committee=other,
            rapporteur=other.seats.first().user,
            reviewers=[],
        )


def test_check_is_due_after_working_days_only(monkeypatch):
    friday = date(2026, 12, 18)
    monkeypatch.setattr(timezone, "localdate", lambda *a, **k: friday)

    case = make_case()

    assert case.check_due_on == date(2026, 12, 28)
