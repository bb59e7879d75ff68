"""Accounts by their pages: signed up, confirmed, tied to learners, reset, with a second step."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from credentials.models import Learner, User
from credentials.services import awards, issuing
from tests.factories.awards import make_award, make_student, make_taught_course
from tests.factories.people import make_institution, make_learner, make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
FORM = {"email": "nela@home.example", "password1": PASSWORD, "name": "Nela Ardwen"}


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), {**FORM, **changes})


def link_in_mail(pattern):
    return re.search(rf"https?://[^/\s]+(/{pattern}\S+)", mail.outbox[-1].body)[1]


def confirm(client):
    return client.post(link_in_mail("account/confirm-email/"))


def sign_in(client, email=FORM["email"], password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def is_signed_in(client):
    return client.get(reverse("work")).status_code == 200


def code_of(secret):
    counter = next(yield_hotp_counters_from_time())
    return f"{hotp_value(secret, counter):06}"


# Sign up, confirm, sign in


def test_somebody_signs_up_confirms_and_signs_in(client):
    answer = sign_up(client)
    assert answer.url == reverse("account_email_verification_sent")
    assert not is_signed_in(client)
    page = client.get(link_in_mail("account/confirm-email/")).content.decode()
    assert "Is this your address?" in page

    confirm(client)
    client.logout()
    sign_in(client)

    user = User.objects.get()
    assert (user.name, user.email, user.language) == ("Nela Ardwen", FORM["email"], "en")
    assert is_signed_in(client)


def test_account_that_is_not_confirmed_cannot_sign_in(client):
    sign_up(client)
    client.logout()

    answer = sign_in(client)

    assert answer.url == reverse("account_email_verification_sent")
    assert not is_signed_in(client)


def test_language_of_the_reader_is_kept_for_mails(client):
    client.cookies["django_language"] = "de"

    sign_up(client)

    assert User.objects.get().language == "de"
    assert mail.outbox[0].to == [FORM["email"]]


def test_confirmed_address_brings_what_was_awarded_to_it(client):
    version = make_taught_course()
    learner = make_learner(version.course.institution)
    learner.emails.create(email="NELA@home.example")
    award = awards.award_directly(version, learner, by=version.course.teachers.get(), grade="1.0")
    issuing.issue(award)
    sign_up(client)
    assert Learner.objects.get().user is None

    confirm(client)

    learner.refresh_from_db()
    award.credential.refresh_from_db()
    user = User.objects.get(email=FORM["email"])
    assert (learner.user, award.credential.holder) == (user, user)
    client.logout()
    sign_in(client)
    assert f"Accept “{version}”" in client.get(reverse("portfolio")).content.decode()


def test_second_address_that_is_confirmed_ties_too(client):
    nela = make_student("Nela Ardwen")
    learner = make_learner(make_institution())
    learner.emails.create(email="nela@university.example")
    client.force_login(nela)

    client.post(reverse("account_email"), {"action_add": "", "email": "nela@university.example"})
    confirm(client)

    learner.refresh_from_db()
    assert learner.user == nela


def test_confirming_twice_is_harmless(client):
    sign_up(client)
    address = link_in_mail("account/confirm-email/")
    client.post(address)

    assert client.get(address).status_code == 200
    assert EmailAddress.objects.filter(verified=True).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"password1": "short"}, "password1"),
        ({"password1": "123456789012"}, "password1"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_sign_up_with_a_mistake_names_the_field(client, changes, field):
    answer = sign_up(client, **changes)

    assert set(answer.context["form"].errors) == {field}
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not User.objects.exists()


def test_sign_up_with_a_known_address_does_not_tell_a_stranger(client):
    make_student("Nela Ardwen", email=FORM["email"])

    answer = sign_up(client)

    assert answer.url == reverse("account_email_verification_sent")
    assert User.objects.count() == 1
    assert "account" in mail.outbox[-1].subject.lower()


def test_wrong_password_is_told_without_saying_what_was_wrong(client):
    make_student(email=FORM["email"])

    known, unknown = (
        sign_in(client, email, "nonsense") for email in (FORM["email"], "x@y.example")
    )

    texts = [answer.context["form"].errors.as_text() for answer in (known, unknown)]
    assert texts[0] == texts[1] != ""


def test_signing_out_ends_the_session(client):
    client.force_login(make_user())
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)

    client.post(reverse("account_logout"))

    assert not is_signed_in(client)


# A forgotten password


def test_password_is_reset_by_a_link_that_works_once(client):
    make_student(email=FORM["email"])
    client.post(reverse("account_reset_password"), {"email": FORM["email"]})
    address = client.get(link_in_mail("account/password/reset/key/")).url
    assert "Choose a new password" in client.get(address).content.decode()

    client.post(address, {"password1": PASSWORD, "password2": PASSWORD})

    sign_in(client)
    assert is_signed_in(client)
    client.logout()
    again = client.get(link_in_mail("account/password/reset/key/"), follow=True)
    assert "This link has ended" in again.content.decode()


def test_reset_for_an_unknown_address_tells_a_stranger_nothing(client):
    make_student(email=FORM["email"])

    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in (FORM["email"], "nobody@test.example")
    ]

    assert answers[0].url == answers[1].url


# The second step


@pytest.fixture
def nela(client):
    user = make_student(email=FORM["email"])
    user.set_password(PASSWORD)
    user.save()
    sign_in(client)
    return user


def open_guarded(client, name):
    """Open a page that asks for the password once more before it changes how one signs in."""
    page = client.get(reverse(name), follow=True)
    if page.redirect_chain:
        assert "Is it you?" in page.content.decode()
        page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    return page


def enrol(client):
    page = open_guarded(client, "mfa_activate_totp")
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    return secret, answer


def test_second_step_is_set_up_and_asked_for(client, nela):
    page = client.get(reverse("mfa_index")).content.decode()
    assert "Set up two-step sign-in" in page
    secret, answer = enrol(client)
    assert answer.status_code == 302
    assert "codes are left" in client.get(reverse("mfa_index")).content.decode()
    client.logout()

    answer = sign_in(client)
    assert answer.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert "Enter your code" in client.get(reverse("mfa_authenticate")).content.decode()
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert set(wrong.context["form"].errors) == {"code"}
    cache.clear()  # a code works once; the one of the enrolment was used a moment ago
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert is_signed_in(client)


def test_recovery_code_opens_once(client, nela):
    enrol(client)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    found = []
    for _ in range(2):
        client.logout()
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": codes[0]})
        found.append(is_signed_in(client))

    assert found == [True, False]


def test_wrong_code_sets_up_nothing(client, nela):
    open_guarded(client, "mfa_activate_totp")

    answer = client.post(reverse("mfa_activate_totp"), {"code": "000000"})

    assert set(answer.context["form"].errors) == {"code"}
    assert not Authenticator.objects.exists()


def test_second_step_is_turned_off(client, nela):
    enrol(client)

    client.post(reverse("mfa_deactivate_totp"))
    client.logout()
    sign_in(client)

    assert is_signed_in(client)


def test_account_pages_open(client, nela):
    enrol(client)
    pages = (
        "account_email",
        "account_change_password",
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
    )

    assert [client.get(reverse(name)).status_code for name in pages] == [200] * 6


def test_award_of_a_student_is_theirs_from_the_start():
    nela = make_student("Nela Ardwen")

    assert make_award(student=nela).credential.holder == nela
