"""Awards: frozen facts, given once, accepted by the learner, revoked by the institution."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from config.accounts import AccountAdapter
from credentials.models import (
    Award,
    Credential,
    IdentityAssurance,
    Learner,
    LearnerEmail,
    Mail,
    RevocationReason,
    Role,
    User,
)
from credentials.services import accounts, awards, facts, issuing, revocations, verification
from credentials.services.evidence import Upload
from credentials.states import AwardState
from credentials.trust.sniff import Kind
from credentials.verdict import Refused
from portfolios.services import credentials as portfolio
from tests.factories.awards import make_award, make_claim, make_student, make_taught_course
from tests.factories.people import (
    make_institution,
    make_learner,
    make_registrar,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return make_taught_course()


def teacher_of(version):
    return version.course.teachers.get()


def award_through_page(client, version, **data):
    said = {"who": "", "given_name": "", "family_name": "", "grade": "1.0"}
    return client.post(reverse("award-new", args=[version.uuid]), {**said, **data})


# What is awarded


def test_award_freezes_facts_number_and_code(version):
    award = make_award(AwardState.SIGNING, version=version)

    stated = facts.of_credential(award.credential)
    institution, year = version.course.institution, timezone.localdate().year
    assert award.number == f"{institution.number_prefix}-MC-{year}-0001"
    assert re.fullmatch(rf"{institution.number_prefix}-\w{{4}}-\w{{4}}-\w{{2}}", award.code)
    assert stated.missing_elements() == ()
    assert (stated.holder.name, stated.grade.value, stated.ects) == (
        "Nela Ardwen",
        "1.0",
        version.ects,
    )
    assert stated.id == f"http://localhost:8000/credentials/{award.credential.uuid}"
    assert stated.awarding_body.id == (f"did:web:localhost%3A8000:institutions:{institution.slug}")
    assert award.credential.identifier == stated.id
    assert award.credential.holder == award.learner.user


def test_award_says_the_same_after_course_and_learner_changed(version):
    award = make_award(version=version)
    before = facts.of_credential(award.credential)

    version.title = {"en": "Another title"}
    version.save()
    Learner.objects.update(family_name="Morvan")

    award = Award.objects.get()
    assert facts.of_credential(award.credential) == before
    assert award.holder_name == "Nela Ardwen"


def test_running_numbers_are_given_once_per_institution(version):
    numbers = [make_award(AwardState.SIGNING, version=version).number for _ in range(3)]
    elsewhere = make_award(AwardState.SIGNING).number

    assert [number[-4:] for number in [*numbers, elsewhere]] == ["0001", "0002", "0003", "0001"]


def test_incomplete_course_is_not_awarded_and_says_what_is_missing(client, version):
    claim = make_claim(version=version)
    version.eqf_level = None
    version.quality_assurance = ""
    version.save()
    client.force_login(teacher_of(version))

    page = client.get(reverse("claim-detail", args=[claim.uuid]))
    with pytest.raises(Refused) as refusal:
        awards.award_claim(claim, by=teacher_of(version), grade="1.0")

    reason = (
        "A micro-credential must state more than this course does. "
        "Missing: Level (EQF), Quality assurance."
    )
    assert str(refusal.value) == reason
    assert page.context["can_award"].reason == reason
    assert (Award.objects.count(), Credential.objects.count()) == (0, 0)


def test_institution_without_country_cannot_award():
    institution = make_institution(country="")
    version = make_taught_course(institution)

    with pytest.raises(Refused) as refusal:
        make_award(version=version)

    assert str(refusal.value).endswith("Missing: Country of the institution.")


def test_what_a_signature_would_not_cover_is_not_awarded(version):
    claim = make_claim(version=version)
    version.title = {"en": "Data\x02 Analysis"}
    version.save()

    with pytest.raises(Refused) as refusal:
        awards.award_claim(claim, by=teacher_of(version), grade="1.0")

    assert str(refusal.value).startswith("This cannot be signed, so it is not awarded: ")
    assert Award.objects.count() == 0


# Awards that nobody claimed


def test_award_to_known_learner_waits_until_accepted(client, version):
    student = make_student()
    learner = make_learner(version.course.institution, student)
    client.force_login(teacher_of(version))
    award_through_page(client, version, who=learner.student_number)

    award = Award.objects.get()
    issuing.issue(award)

    award = Award.objects.get()
    assert (award.learner, award.accepted_at) == (learner, None)
    assert award.identity_assurance == IdentityAssurance.STUDENT_RECORD
    assert list(Award.objects.awaiting_acceptance_by(student)) == [award]
    assert list(Credential.objects.visible_to(student).in_portfolio()) == []

    client.force_login(student)
    client.post(reverse("award-accept", args=[award.uuid]))

    award = Award.objects.get()
    assert award.accepted_at is not None
    assert list(Award.objects.awaiting_acceptance_by(student)) == []
    assert list(Credential.objects.visible_to(student).in_portfolio()) == [award.credential]


def test_award_to_newcomer_reaches_the_account_that_comes_later(client):
    version = make_taught_course(make_institution(languages=["en"]))
    client.force_login(teacher_of(version))
    award_through_page(
        client, version, who="tam@later.example", given_name="Tam", family_name="Belisle"
    )
    issuing.issue(Award.objects.get())
    mail = Mail.objects.get(recipient="tam@later.example")
    assert "sign up with this e-mail address" in mail.body

    newcomer = make_user("Tam Belisle", email="tam@later.example")
    address = EmailAddress.objects.create(user=newcomer, email=newcomer.email, verified=False)
    assert list(Award.objects.visible_to(newcomer)) == []
    request = client.get("/").wsgi_request
    AccountAdapter().confirm_email(request, address)

    award = Award.objects.get()
    assert (award.learner.user, award.credential.holder) == (newcomer, newcomer)
    assert list(Award.objects.awaiting_acceptance_by(newcomer)) == [award]


@pytest.mark.parametrize("verified", [True, False])
def test_nobody_awards_to_themselves_under_a_second_address(version, verified):
    teacher = teacher_of(version)
    EmailAddress.objects.create(user=teacher, email="Second@own.example", verified=verified)

    with pytest.raises(Refused, match="Nobody can award a credential to themselves"):
        awards.award_to_newcomer(
            version,
            email="second@OWN.example",
            given_name="Ida",
            family_name="Morvan",
            by=teacher,
            grade="1.0",
        )

    assert not Award.objects.exists()


def test_who_awarded_does_not_become_the_learner_by_an_address_confirmed_later(version):
    teacher = teacher_of(version)
    award = awards.award_to_newcomer(
        version,
        email="second@own.example",
        given_name="Ida",
        family_name="Morvan",
        by=teacher,
        grade="1.0",
    )
    EmailAddress.objects.create(user=teacher, email="second@own.example", verified=True)

    accounts.link_all(teacher)

    award = Award.objects.get(pk=award.pk)
    assert (award.learner.user, award.credential.holder) == (None, None)
    assert accounts.learner_of(teacher, version.course.institution) is None
    with pytest.raises(Refused, match="Nobody can award a credential to themselves"):
        accounts.link(award.learner, user=teacher)


def test_award_brought_as_a_file_before_the_account_was_known_is_tied_all_the_same(version):
    learner, user = make_learner(version.course.institution), make_user()
    award = awards.award_directly(version, learner, by=teacher_of(version), grade="1.0")
    issuing.issue(award)
    signed = verification.bytes_of(award.credential)
    copy = portfolio.add_file(Upload("award.json", signed, Kind.OB3), by=user).credential

    accounts.link(learner, user=user)

    award.credential.refresh_from_db()
    copy.refresh_from_db()
    assert (award.credential.holder, copy.holder) == (user, user)
    assert copy.facts["id"] == award.credential.identifier


@pytest.mark.parametrize(
    ("data", "field", "problem"),
    [
        (
            {"who": "0815"},
            "who",
            "No learner has this student number. Check it, or use the e-mail address.",
        ),
        (
            {"who": "new@person.example"},
            "family_name",
            "The institution does not know this address yet. Give the learner's name.",
        ),
        ({"who": "no@address"}, "who", "Enter a valid email address."),
        ({"who": ""}, "who", "This field is required."),
        ({"who": "new@person.example", "family_name": "B", "grade": "5.0"}, "grade", None),
    ],
)
def test_direct_award_names_what_is_wrong(client, version, data, field, problem):
    client.force_login(teacher_of(version))

    answer = award_through_page(client, version, **data)

    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert problem in (None, errors[field][0])
    assert not Award.objects.exists()


def test_address_of_two_learners_is_not_guessed(client, version):
    for _ in range(2):
        learner = make_learner(version.course.institution)
        LearnerEmail.objects.create(learner=learner, email="family@home.example")
    client.force_login(teacher_of(version))

    answer = award_through_page(client, version, who="family@home.example")

    assert answer.context["form"].errors["who"] == [
        "Several learners share this address. Use the student number."
    ]


def test_same_credential_is_not_awarded_twice(client, version):
    award = make_award(version=version, claimed=False)
    client.force_login(teacher_of(version))

    answer = award_through_page(client, version, who=award.learner.student_number)

    assert answer.context["form"].errors["who"] == [
        f"{award.learner} holds this credential already."
    ]
    assert Award.objects.count() == 1


def test_revoked_credential_can_be_awarded_anew(version):
    first = make_award(AwardState.REVOKED, version=version, claimed=False)

    second = awards.award_directly(version, first.learner, by=teacher_of(version), grade="2.0")

    assert second.credential.identifier != first.credential.identifier


def test_learner_of_another_institution_is_not_found(client, version):
    other = make_learner(make_institution())
    client.force_login(teacher_of(version))

    answer = award_through_page(client, version, who=other.student_number)

    assert list(answer.context["form"].errors) == ["who"]


@pytest.mark.parametrize("linked", [True, False])
def test_teacher_cannot_award_to_themselves_directly(version, linked):
    teacher = teacher_of(version)
    learner = make_learner(version.course.institution, teacher if linked else None)
    if not linked:
        LearnerEmail.objects.create(learner=learner, email=teacher.email.upper())

    with pytest.raises(Refused) as refusal:
        awards.award_directly(version, learner, by=teacher, grade="1.0")

    assert str(refusal.value) == "Nobody can award a credential to themselves."


def test_who_may_open_the_page_to_award(client, version):
    institution = version.course.institution
    people = {
        "teacher": teacher_of(version),
        "registrar": make_registrar(institution),
        "student": make_student(),
        "registrar elsewhere": make_registrar(make_institution()),
    }
    seen = {}
    for name, user in people.items():
        client.force_login(user)
        seen[name] = client.get(reverse("award-new", args=[version.uuid])).status_code

    assert seen == {"teacher": 200, "registrar": 200, "student": 403, "registrar elsewhere": 403}


# Accepting


def test_only_the_learner_accepts_and_only_once(client, version):
    award = make_award(version=version, claimed=False, accepted=False)
    client.force_login(teacher_of(version))
    by_teacher = client.post(reverse("award-accept", args=[award.uuid])).status_code
    client.force_login(award.learner.user)
    statuses = [client.post(reverse("award-accept", args=[award.uuid])).status_code for _ in "12"]

    assert (by_teacher, statuses) == (403, [302, 403])


# The page of an award


def test_learner_downloads_the_signed_credential(client):
    award = make_award()
    client.force_login(award.learner.user)

    page = client.get(reverse("award-detail", args=[award.uuid]))
    file = client.get(reverse("award-download", args=[award.uuid]))
    at_its_id = client.get(reverse("credential-id", args=[award.credential.uuid]))

    assert "Grades from the worst to the best: 5.0, 4.0, 3.0, 2.0, 1.0" in page.content.decode()
    assert file.content == verification.bytes_of(award.credential) == at_its_id.content
    assert file["Content-Disposition"] == f'attachment; filename="{award.number}.json"'
    assert file["Content-Type"] == "application/vc"
    assert file["Cache-Control"] == ("max-age=0, no-cache, no-store, must-revalidate, private")


def test_unsigned_credential_is_not_there_yet(client):
    award = make_award(AwardState.SIGNING)
    client.force_login(award.learner.user)

    assert client.get(reverse("award-download", args=[award.uuid])).status_code == 404
    assert client.get(reverse("award-detail", args=[award.uuid])).status_code == 200


def test_others_see_nothing_of_an_award(client):
    award = make_award()
    pages = {
        "award-detail": award.uuid,
        "award-revoke": award.uuid,
        "award-download": award.uuid,
        "credential-id": award.credential.uuid,
    }
    strangers = [make_student("Tam Belisle"), make_registrar(make_institution())]
    seen = []
    for stranger in strangers:
        client.force_login(stranger)
        seen += [client.get(reverse(name, args=[uuid])).status_code for name, uuid in pages.items()]
        seen += [
            client.post(reverse(name, args=[award.uuid])).status_code
            for name in ("award-accept", "award-supplement", "award-revoke")
        ]
    client.logout()
    anonymous = [client.get(reverse(name, args=[uuid])).status_code for name, uuid in pages.items()]

    assert seen == [404] * 14
    assert anonymous == [302, 302, 302, 404]


def test_history_tells_what_happened_to_claim_and_award(client):
    award = make_award(AwardState.REVOKED)
    client.force_login(award.learner.user)

    page = client.get(reverse("award-detail", args=[award.uuid]))

    assert [event["title"] for event in page.context["events"]] == [
        "Claimed",
        "Awarded",
        "Signed: the credential is valid",
        "Revoked",
    ]


# Revoking


def test_registrar_revokes_and_the_learner_is_told(client):
    award = make_award()
    client.force_login(make_registrar(award.learner.institution))

    answer = client.post(
        reverse("award-revoke", args=[award.uuid]),
        {"reason": RevocationReason.ERROR, "note": "The grade was another learner's."},
    )

    award = Award.objects.get()
    assert answer.url == reverse("award-detail", args=[award.uuid])
    assert (award.state, award.revocation_reason) == (AwardState.REVOKED, RevocationReason.ERROR)
    mail = Mail.objects.get(subject__startswith="A credential of yours was revoked")
    assert (mail.recipient, "grade" in mail.body) == (award.learner.user.email, False)
    client.force_login(award.learner.user)
    page = client.get(reverse("award-detail", args=[award.uuid])).content.decode()
    assert "The grade was another learner&#x27;s." in page


def test_revoking_needs_a_reason_of_the_list(client):
    award = make_award()
    client.force_login(make_registrar(award.learner.institution))

    for reason in ("", "dislike"):
        answer = client.post(reverse("award-revoke", args=[award.uuid]), {"reason": reason})
        assert list(answer.context["form"].errors) == ["reason"]
    assert Award.objects.get().state == AwardState.ISSUED


def test_teacher_and_learner_cannot_revoke(client):
    award = make_award()
    statuses = []
    for user in (award.learner.user, teacher_of(award.course_version)):
        client.force_login(user)
        answer = client.post(reverse("award-revoke", args=[award.uuid]), {"reason": "error"})
        statuses.append(answer.status_code)

    assert statuses == [403, 403]
    assert Award.objects.get().state == AwardState.ISSUED


def test_second_of_two_revokes_is_refused():
    award = make_award()
    director = make_staff(award.learner.institution, Role.COURSE_DIRECTOR)
    revocations.revoke(award, by=director, reason=RevocationReason.REQUESTED)

    with pytest.raises(Refused) as refusal:
        revocations.revoke(award, by=director, reason=RevocationReason.ERROR)

    assert str(refusal.value) == "This credential is revoked already."
    assert Award.objects.get().revocation_reason == RevocationReason.REQUESTED
    assert Mail.objects.filter(subject__startswith="A credential of yours").count() == 1


def test_credential_that_is_being_signed_is_not_revoked_yet():
    award = make_award(AwardState.SIGNING)

    with pytest.raises(Refused) as refusal:
        revocations.revoke(
            award, by=make_registrar(award.learner.institution), reason=RevocationReason.ERROR
        )

    assert str(refusal.value) == "This credential is still being signed. Try again in a minute."


def test_learner_without_any_address_is_awarded_without_mail(version):
    learner = make_learner(version.course.institution)
    award = awards.award_directly(version, learner, by=teacher_of(version), grade="1.0")
    issuing.issue(award)

    assert Award.objects.get().state == AwardState.ISSUED
    assert not Mail.objects.exists()
    assert User.objects.count() == 1
