"""A micro-credentials page that is printed once more takes the place of the earlier ones."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import Document, DocumentKind, Job
from credentials.services import revocations
from credentials.verdict import Refused
from recognition.services import records
from tests.factories.awards import make_award, make_student, make_taught_course
from tests.factories.people import make_institution, make_learner, make_registrar

pytestmark = pytest.mark.django_db


@pytest.fixture
def registrar(client):
    user = make_registrar(make_institution())
    client.force_login(user)
    return user


@pytest.fixture
def institution(registrar):
    return registrar.memberships.get().unit.institution


@pytest.fixture
def learner(institution):
    student = make_student("Nela Ardwen")
    return make_learner(institution, student, given_name="Nela", family_name="Ardwen")


def awarded(learner):
    version = make_taught_course(learner.institution)
    return make_award(version=version, student=learner.user)


def printed(learner, registrar, *awards):
    """Have a page printed of some awards, of all without one; return it."""
    job = records.start_pages(
        [learner],
        institution=learner.institution,
        dated=timezone.localdate(),
        chosen=[str(award.credential.uuid) for award in awards],
        by=registrar,
    )
    records.run_pages(job)
    return job.results.get()


def in_place_of(page):
    return Document.objects.get(pk=page.pk).superseded_by


def test_page_of_all_takes_the_place_of_every_earlier_one(learner, registrar):
    first, second = awarded(learner), awarded(learner)
    of_one, of_all = printed(learner, registrar, first), printed(learner, registrar)
    assert in_place_of(of_one) == of_all
    revocations.revoke(second, by=registrar, reason="error")

    newest = printed(learner, registrar, first)

    assert [in_place_of(page) for page in (of_one, of_all, newest)] == [of_all, newest, None]


def test_page_of_a_selection_replaces_only_those_of_the_same(learner, registrar):
    first, second = awarded(learner), awarded(learner)
    of_all, of_first = printed(learner, registrar), printed(learner, registrar, first)
    of_second = printed(learner, registrar, second)

    newer = printed(learner, registrar, first)

    pages = (of_all, of_first, of_second, newer)
    assert [in_place_of(page) for page in pages] == [None, newer, None, None]


def test_pages_of_others_stay_as_they_are(learner, registrar, institution):
    other = make_learner(institution, make_student("Ilvo Marsk"))
    for one in (learner, other):
        awarded(one)
    of_other = printed(other, registrar)

    printed(learner, registrar)

    assert in_place_of(of_other) is None


def test_who_verifies_an_old_copy_is_led_to_the_newer_one(client, learner, registrar):
    awarded(learner)
    old, new = printed(learner, registrar), printed(learner, registrar)

    page = client.get(reverse("verify-code", args=[old.code])).content.decode()

    assert f"It no longer holds: {new.number} took its place." in page


@pytest.mark.parametrize("name", ["learner-list", "learner-detail"])
def test_page_of_a_day_to_come_is_refused(client, learner, registrar, name):
    award, tomorrow = awarded(learner), timezone.localdate() + timedelta(days=1)
    address = reverse(name, args=[learner.uuid] if name == "learner-detail" else [])
    said = {"learners": [learner.uuid], "chosen": [award.credential.uuid], "dated": tomorrow}

    answer = client.post(address, said)

    why = "The page says what was earned. Choose today or a day before."
    assert answer.context["form"].errors == {"dated": [why]}
    assert not Job.objects.filter(kind="diploma_pages").exists()
    with pytest.raises(Refused, match="Choose today or a day before"):
        records.start_pages(
            [learner], institution=learner.institution, dated=tomorrow, by=registrar
        )


def test_page_of_today_is_printed(learner, registrar):
    awarded(learner)

    page = printed(learner, registrar)

    assert (page.kind, page.dated_on) == (DocumentKind.DIPLOMA_PAGE, timezone.localdate())
