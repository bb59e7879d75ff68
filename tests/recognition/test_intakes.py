"""Applications on paper or on behalf: who may enter them, in whose name, and with which trace."""

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from credentials.models import Learner, Mail, User
from credentials.services import audit
from credentials.verdict import Refused
from recognition import submission
from recognition.models import Case, Intake, LineSource
from recognition.permissions import can_draft, can_withdraw
from recognition.services import applications, cases, intakes
from recognition.sources import facts_of
from recognition.states import LineState
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.intakes import PAPER, add_paper, make_intake
from tests.factories.people import make_institution, make_learner, make_registrar, make_user
from tests.factories.recognition import PDF, Way, make_committee, make_policy

pytestmark = pytest.mark.django_db


def kept_programme():
    institution = make_institution()
    make_policy(institution)
    make_committee(institution)
    return make_programme_version(institution)


def begun(version=None, learner=None, *, by=None, **named):
    version = version or kept_programme()
    by = by or make_registrar(version.programme.institution)
    return make_intake(version, learner, by=by, **named)


def submitted():
    case = begun()
    add_paper(case, by=case.entered_by)
    return intakes.submit(case, by=case.entered_by)


def test_newcomer_gets_an_account_without_a_password_and_an_invitation():
    case = begun()

    user = User.objects.get(email="nela@learner.example")
    assert (case.applicant, case.learner.user) == (user, user)
    assert not user.has_usable_password()
    assert not EmailAddress.objects.get(user=user).verified
    assert Mail.objects.get(user=user).subject == "Für Sie wurde ein Konto eröffnet"


def test_password_of_an_address_that_nobody_confirmed_is_gone():
    squatter = make_user(email="nela@learner.example")
    squatter.set_password("Known-to-a-stranger-1")
    squatter.save()

    begun()

    squatter.refresh_from_db()
    assert not squatter.has_usable_password()


def test_known_learner_with_an_account_is_asked_for_nothing():
    version = kept_programme()
    user = make_user()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    learner = make_learner(version.programme.institution, user)

    case = begun(version, learner, email="")

    assert (case.applicant, case.learner) == (user, learner)
    assert Mail.objects.filter(user=user).count() == 0


def test_learner_without_account_and_address_is_refused():
    version = kept_programme()
    learner = Learner.objects.create(
        institution=version.programme.institution, given_name="Nela", family_name="Ardwen"
    )

    with pytest.raises(Refused, match="Give an e-mail address"):
        begun(version, learner, email="")


def test_only_registrars_of_the_programme_enter_and_none_for_themselves():
    version = kept_programme()
    registrar = make_registrar(version.programme.institution)

    with pytest.raises(Refused):
        begun(version, by=make_registrar(make_institution()))
    with pytest.raises(Refused, match="for yourself"):
        begun(version, make_learner(version.programme.institution, registrar), by=registrar)
    with pytest.raises(Refused, match="has not come yet"):
        begun(version, by=registrar, days=-1)
    assert Case.objects.count() == 0


def test_learner_does_not_change_a_draft_that_is_entered_for_them():
    case = begun()

    assert can_draft(case.entered_by, case).allowed
    assert not can_draft(case.applicant, case).allowed
    assert list(Case.objects.own(case.applicant)) == []
    assert list(Case.objects.entered_for(case.entered_by)) == [case]


def test_it_is_submitted_in_the_name_of_the_learner_with_the_day_stamped_on_it():
    case = submitted()

    assert timezone.localdate(case.submitted_at) == case.received_on
    assert case.check_due_on == cases.check_due_on(case, case.received_on)
    assert case.lines.get().state == LineState.SUBMITTED
    assert Mail.objects.filter(user=case.applicant).last().subject == (
        f"Ihr Antrag {case.reference} ist eingegangen"
    )
    assert can_withdraw(case.applicant, case.lines.get()).allowed
    (event,) = [one for one in audit.history_of(case) if one.action == "submit"]
    assert event.actor == str(case.entered_by.uuid)
    assert event.text.text == f"{case.entered_by} – {case.applicant}"


def test_what_was_entered_lies_in_the_portfolio_as_stated():
    case = submitted()

    source = case.lines.get().sources.get()
    assert source.credential.holder == case.applicant
    assert set(source.provenance.values()) == {"stated"}
    assert [d.filename for d in source.documents.all()] == ["paper.pdf"]


def test_nothing_is_submitted_without_a_source():
    case = begun()
    module = make_module(case.programme_version)
    applications.save_line(case, None, module=module, credentials=[], by=case.entered_by)

    assert submission.gaps(case) == ["Line 1: choose what you put forward."]
    with pytest.raises(Refused):
        intakes.submit(case, by=case.entered_by)


def test_correction_before_the_check_leaves_a_trace():
    case = submitted()
    line = case.lines.get()
    source = line.sources.get()

    intakes.correct(source, {**PAPER, "title": "Statistics II"}, by=case.entered_by)

    source = LineSource.objects.get(pk=source.pk)
    assert facts_of(source).title == {"en": "Statistics II"}
    assert source.credential.title == {"en": "Statistics II"}
    (event,) = [one for one in audit.history_of(line) if one.action == "correct-source"]
    assert event.text.text == "title: Statistics I → Statistics II"


def test_after_the_check_nothing_is_corrected():
    case = submitted()
    line = case.lines.get()
    Way(line).complete()
    source = LineSource.objects.get(line=line)

    with pytest.raises(Refused):
        intakes.correct(source, {**PAPER, "title": "Other"}, by=case.entered_by)


def test_what_a_learner_sent_is_not_corrected_for_them():
    case = submitted()
    Case.objects.filter(pk=case.pk).update(entered_by=None, intake=Intake.ONLINE)
    source = LineSource.objects.get(line__case=case)

    with pytest.raises(Refused, match="The learner sent this"):
        intakes.correct(source, PAPER, by=make_registrar(case.institution))


def test_database_wants_consent_and_day_of_what_is_entered():
    case = begun()

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(consent=None)


def test_registrar_enters_an_application_page_by_page(client):
    version = kept_programme()
    module = make_module(version)
    registrar = make_registrar(version.programme.institution)
    client.force_login(registrar)

    begun_at = client.post("/intakes/", {"programme": version.uuid})
    scan = SimpleUploadedFile("consent.pdf", PDF)
    new = client.post(
        begun_at.url,
        {
            "who": "nela@learner.example",
            "given_name": "Nela",
            "family_name": "Ardwen",
            "intake": "paper",
            "received_on": timezone.localdate().isoformat(),
            "consent": scan,
        },
    )
    case = Case.objects.get()
    assert new.url == f"/intakes/{case.uuid}/"
    client.post(f"/applications/{case.uuid}/lines/new/", {"target": module.uuid, "note": ""})
    line = case.lines.get()
    paper = SimpleUploadedFile("paper.pdf", PDF + b"% other")
    form = {**PAPER, "outcomes": "Summarise data.", "file": paper}
    client.post(f"/lines/{line.uuid}/sources/new/", form)
    page = client.get(f"/intakes/{case.uuid}/").content.decode()
    assert "Statistics I" in page
    client.post(f"/intakes/{case.uuid}/", {"tells_issuer": "on"})

    case.refresh_from_db()
    assert (case.is_draft, case.tells_issuer, case.applicant.name) == (False, True, "Nela Ardwen")
    source = line.sources.get()
    correct = client.get(f"/sources/{source.uuid}/correct/")
    assert correct.status_code == 200
