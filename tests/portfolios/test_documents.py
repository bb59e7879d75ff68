"""What universities printed of a person's record is in the portfolio, for nobody else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import Document, DocumentKind
from credentials.services import documents
from credentials.services.lifecycle import change
from tests.factories.papers import PAPER, make_printed
from tests.factories.people import make_institution, make_learner, make_registrar, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def nela():
    return make_user("Nela Ardwen")


@pytest.fixture
def learner(nela):
    return make_learner(make_institution(), nela)


def opened(client, document):
    return client.get(reverse("document-download", args=[document.uuid]))


def test_person_finds_and_opens_what_each_university_printed_of_them(client, nela, learner):
    first = make_printed(learner)
    second = make_printed(make_learner(make_institution(), nela), DocumentKind.TRANSCRIPT)
    client.force_login(nela)

    page = client.get(reverse("portfolio"))

    assert list(page.context["documents"]) == [second, first]
    for document in (first, second):
        assert reverse("document-download", args=[document.uuid]) in page.content.decode()
        assert opened(client, document).content == PAPER.data


def test_nobody_opens_what_was_printed_of_somebody_else(client, learner):
    document = make_printed(learner)
    namesake = make_learner(learner.institution, make_user("Nela Ardwen"))
    for user in (namesake.user, make_registrar(make_institution())):
        client.force_login(user)
        assert list(client.get(reverse("portfolio")).context["documents"]) == []
        assert opened(client, document).status_code == 404


def test_document_is_there_from_the_day_on_that_it_bears(client, nela, learner):
    today = timezone.localdate()
    of_tomorrow = make_printed(learner, dated_on=today + timedelta(days=1))
    of_today = make_printed(learner, dated_on=today)
    client.force_login(nela)

    assert list(client.get(reverse("portfolio")).context["documents"]) == [of_today]
    assert opened(client, of_tomorrow).status_code == 404
    assert opened(client, of_today).status_code == 200
    client.force_login(make_registrar(learner.institution))
    assert opened(client, of_tomorrow).status_code == 200


def test_document_holds_until_the_day_of_what_takes_its_place(client, nela, learner):
    today = timezone.localdate()
    old = make_printed(learner, dated_on=today)
    new = make_printed(learner, dated_on=today + timedelta(days=1))
    with change():
        documents.supersede(old, new)
    client.force_login(nela)

    for address in (reverse("portfolio"), reverse("verify-code", args=[old.code])):
        assert new.number not in client.get(address).content.decode()
    Document.objects.filter(pk=new.pk).update(dated_on=today)
    for address in (reverse("portfolio"), reverse("verify-code", args=[old.code])):
        assert new.number in client.get(address).content.decode()


def test_document_of_a_person_without_an_account_is_nobodys(client, nela, learner):
    of_nobody = make_printed(make_learner(learner.institution))
    client.force_login(nela)

    assert opened(client, of_nobody).status_code == 404


def test_letters_stay_with_those_who_know_who_is_kept_away(client, nela, learner):
    """Only documents of records are opened this way, whatever else is about a learner."""
    letter = make_printed(learner, DocumentKind.LETTER)
    client.force_login(nela)

    assert list(client.get(reverse("portfolio")).context["documents"]) == []
    assert opened(client, letter).status_code == 404


def test_replaced_document_says_what_took_its_place(client, nela, learner):
    old, new = make_printed(learner), make_printed(learner)
    with change():
        documents.supersede(old, new)
    client.force_login(nela)

    text = client.get(reverse("portfolio")).content.decode()

    assert f"{new.number} took its place." in text
    assert text.count("Replaced") == 1
    assert opened(client, old).status_code == 200
