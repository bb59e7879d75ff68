"""Share links: made by the holder, opened by whoever has them, closed by time or by the holder."""

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent, RevocationReason
from credentials.services import issuing, revocations
from credentials.states import AwardState
from credentials.verdict import Refused
from portfolios.models import Share
from portfolios.services import credentials, shares
from portfolios.statements import shown
from tests.factories.awards import correct, make_award, make_student
from tests.factories.people import make_registrar, make_user
from tests.factories.portfolios import EARNED, make_declared, make_imported, make_kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def nela():
    return make_student("Nela Ardwen")


@pytest.fixture
def award(nela):
    return make_award(student=nela)


def make_share(award, nela, **fields):
    return shares.create(award.credential, **{"label": "Job", "days": 30, "by": nela} | fields)


def test_holder_makes_a_link_and_a_stranger_opens_it(client, nela, award):
    client.force_login(nela)
    address = reverse("share-new", args=[award.credential.uuid])
    answer = client.post(address, {"label": "Kornfeld Ltd", "days": "7"}, follow=True)
    share = Share.objects.get()
    assert answer.redirect_chain == [(address, 302)]
    assert share.url in answer.content.decode()
    client.logout()

    page = client.get(reverse("share-open", args=[share.token]))

    text = page.content.decode()
    assert page.status_code == 200
    assert str(award.course_version) in text
    assert "Nela Ardwen" in text
    assert "noindex" in text
    assert "Kornfeld" not in text
    assert "no-store" in page["Cache-Control"]


def test_link_names_the_corrected_credential_and_does_not_lead_to_it(client, nela, award):
    share = make_share(award, nela)
    new = correct(award, make_registrar(award.learner.institution), holder_name="Nela Árdwen")
    issuing.issue(new)

    page = client.get(reverse("share-open", args=[share.token])).content.decode()

    assert f"{new.number} takes the place of this credential." in page
    assert new.code not in page


def test_link_shows_what_was_signed_and_not_what_its_holder_states(client, nela):
    credential = make_imported(nela)
    credentials.state(credential, {**shown(EARNED), "ects": Decimal("60")}, by=nela)
    share = shares.create(credential, label="Job", days=7, by=nela)

    page = client.get(reverse("share-open", args=[share.token])).content.decode()

    assert re.findall(r"[\d.]+\u00a0ECTS", page) == ["3\u00a0ECTS"]


def test_link_hands_out_the_signed_file(client, nela, award):
    share = make_share(award, nela)

    answer = client.get(reverse("share-download", args=[share.token]))

    assert json.loads(answer.content)["id"] == award.credential.identifier
    assert answer["Content-Disposition"] == 'attachment; filename="credential.json"'


@pytest.mark.parametrize("name", ["share-open", "share-download"])
def test_link_is_closed_after_its_time_after_withdrawal_and_when_it_never_was(
    client, nela, award, name
):
    expired, withdrawn = make_share(award, nela), make_share(award, nela)
    Share.objects.filter(pk=expired.pk).update(
        created_at=timezone.now() - timedelta(days=8),
        expires_at=timezone.now() - timedelta(seconds=1),
    )
    shares.withdraw(withdrawn, by=nela)

    answers = [
        client.get(reverse(name, args=[token]))
        for token in (expired.token, withdrawn.token, "x" * 32)
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    sentence = "This says nothing about the credential."
    assert [sentence in answer.content.decode() for answer in answers] == [True] * 3
    assert [str(award.course_version) in answer.content.decode() for answer in answers] == [
        False
    ] * 3


def test_opening_a_link_writes_nothing(client, nela, award):
    share = make_share(award, nela)
    before = Share.objects.values().get(), AuditEvent.objects.count()

    client.get(reverse("share-open", args=[share.token]))

    assert (Share.objects.values().get(), AuditEvent.objects.count()) == before


def test_link_to_an_award_that_was_revoked_later_says_so(client, nela):
    award = make_award(student=nela)
    share = make_share(award, nela)
    registrar = make_registrar(award.audit_institution)
    revocations.revoke(award, by=registrar, reason=RevocationReason.ERROR, note="Wrong person.")

    page = client.get(reverse("share-open", args=[share.token])).content.decode()

    assert "Revoked on" in page
    assert "Wrong person." not in page


def test_file_that_is_gone_is_told_without_a_traceback(client, nela):
    credential = make_imported(nela)
    share = shares.create(credential, label="Job", days=7, by=nela)
    credential.document.file.storage.delete(credential.document.file.name)

    assert client.get(reverse("share-open", args=[share.token])).status_code == 404


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (make_kept, "Only signed credentials can be shared"),
        (make_declared, "Only signed credentials can be shared"),
        (
            lambda user: make_award(AwardState.REVOKED, student=user).credential,
            "It was revoked, so there is nothing to show with it.",
        ),
        (
            lambda user: make_award(AwardState.SIGNING, student=user).credential,
            "It is still being signed.",
        ),
    ],
)
def test_what_nobody_signed_or_stands_no_more_is_not_shared(nela, make, reason):
    credential = make(nela)

    with pytest.raises(Refused, match=reason):
        shares.create(credential, label="Job", days=7, by=nela)


def test_page_says_why_a_kept_file_cannot_be_shared(client, nela):
    credential = make_kept(nela)
    client.force_login(nela)

    page = client.get(reverse("share-new", args=[credential.uuid])).content.decode()
    answer = client.post(
        reverse("share-new", args=[credential.uuid]), {"label": "Job", "days": "7"}
    )

    assert "Only signed credentials can be shared" in page
    assert "Make link" not in page
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("data", "field"),
    [({"label": "", "days": "7"}, "label"), ({"label": "Job", "days": "5000"}, "days")],
)
def test_link_with_a_mistake_names_the_field(client, nela, award, data, field):
    client.force_login(nela)

    answer = client.post(reverse("share-new", args=[award.credential.uuid]), data)

    assert set(answer.context["form"].errors) == {field}
    assert not Share.objects.exists()


def test_withdrawn_link_stays_closed_and_is_shown_as_such(client, nela, award):
    share = make_share(award, nela)
    client.force_login(nela)
    address = reverse("share-withdraw", args=[share.uuid])
    assert client.get(address).status_code == 200
    assert Share.objects.get().is_open

    answer = client.post(address, follow=True)

    assert "Withdrawn on" in answer.content.decode()
    assert client.post(address).status_code == 403
    assert "This link is closed already." in client.get(address).content.decode()


def test_link_of_somebody_else_does_not_exist(client, nela, award):
    share = make_share(award, nela)
    client.force_login(make_user())

    assert client.post(reverse("share-withdraw", args=[share.uuid])).status_code == 404
    assert client.post(reverse("share-new", args=[award.credential.uuid])).status_code == 404
    with pytest.raises(Refused):
        shares.create(award.credential, label="Job", days=7, by=make_user())
    with pytest.raises(Refused):
        shares.withdraw(share, by=make_user())
