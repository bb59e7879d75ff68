"""Signing keys: replaced by one registrar, withdrawn and erased by two, wrapped anew."""

import json
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from credentials.models import (
    AuditEvent,
    IssuerKey,
    Job,
    JobKind,
    KeyRequest,
    KeyRequestKind,
    Mail,
    SignedForm,
    StatusList,
)
from credentials.services import custody, keys, proof, signing_anew, status, verification
from credentials.states import JobState
from credentials.trust.words import Outcome
from credentials.verdict import Refused
from recognition.work import waiting_for
from tests.factories.awards import make_award
from tests.factories.people import make_institution, make_registrar, make_staff

pytestmark = pytest.mark.django_db

STOLEN, ERASE = KeyRequestKind.STOLEN, KeyRequestKind.ERASE


@pytest.fixture
def award():
    return make_award()


@pytest.fixture
def institution(award):
    return award.learner.institution


@pytest.fixture
def key(institution):
    return institution.keys.get()


@pytest.fixture
def registrar(institution):
    return make_registrar(institution)


@pytest.fixture
def second(institution):
    return make_registrar(institution)


def verdict_on(award):
    found = verification.examine_award(award)
    return found.seen.verdict.value, found.seen.key


def document_of(client, institution):
    return client.get(reverse("institution-did", args=[institution.slug])).json()


def report(key, *, since=timedelta(0), by):
    moment = key.created_at + since
    return custody.request(key, STOLEN, "A laptop is gone.", stolen_from=moment, by=by)


# Replaced ----------------------------------------------------------------------------------------


def test_replaced_key_signs_nothing_new_and_what_it_signed_stays_valid(
    client, award, institution, key, registrar
):
    new = custody.replace(key, by=registrar)

    assert verdict_on(award) == ("valid", "valid")
    assert keys.ensure(institution) == new
    later = make_award(version=award.course_version)
    assert later.credential.signed_forms.get().key == new
    assert verdict_on(later) == ("valid", "valid")
    published = document_of(client, institution)
    assert len(published["verificationMethod"]) == len(published["assertionMethod"]) == 2


def test_key_is_replaced_once(key, registrar, second):
    custody.replace(key, by=registrar)

    with pytest.raises(Refused, match="signs nothing new"):
        custody.replace(key, by=second)
    assert IssuerKey.objects.active().count() == 1


# Two registrars ----------------------------------------------------------------------------------


def test_nobody_approves_what_they_asked_for_themselves(key, registrar, second):
    asked = report(key, by=registrar)

    with pytest.raises(Refused, match="Another registrar"):
        custody.approve(asked, by=registrar)

    key.refresh_from_db()
    assert (key.stolen_from, key.retired_at) == (None, None)


def test_without_a_second_registrar_nothing_can_be_asked(key, registrar):
    with pytest.raises(Refused, match="Appoint one first"):
        report(key, by=registrar)
    assert not KeyRequest.objects.exists()


def test_the_others_are_told_and_have_it_among_their_work(key, registrar, second):
    report(key, by=registrar)

    assert [mail.recipient for mail in Mail.objects.filter(subject__contains="signing key")] == [
        second.email
    ]
    labels = [item.label for group in waiting_for(second) for item in group.items]
    assert "Approve or turn down: Report as stolen" in labels
    assert not any("Approve" in i.label for g in waiting_for(registrar) for i in g.items)


@pytest.mark.parametrize("role", ["course_director", "teacher"])
def test_only_registrars_of_the_whole_institution_answer(institution, key, registrar, second, role):
    asked = report(key, by=registrar)
    other = make_staff(institution, role)

    for attempt in (custody.approve, custody.drop):
        with pytest.raises(Refused, match="Only registrars"):
            attempt(asked, by=other)


def test_a_request_is_answered_once(key, registrar, second):
    asked = report(key, by=registrar)
    custody.drop(asked, by=second)

    with pytest.raises(Refused, match="answered already"):
        custody.approve(asked, by=second)

    key.refresh_from_db()
    assert key.stolen_from is None
    assert Mail.objects.filter(recipient=registrar.email, subject__contains="turned down").exists()
    assert report(key, by=registrar).answered_at is None  # it can be asked again


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        (None, "since when"),
        (timedelta(days=-1), "made later"),
        (timedelta(days=1), "not come yet"),
    ],
)
def test_moment_of_the_theft_is_one_that_can_be(key, registrar, second, moment, why):
    since = None if moment is None else key.created_at + moment

    with pytest.raises(Refused, match=why):
        custody.request(key, STOLEN, "Gone.", stolen_from=since, by=registrar)


def test_theft_is_moved_to_an_earlier_moment_by_two_and_never_to_a_later_one(
    client, award, key, registrar, second
):
    IssuerKey.objects.update(created_at=key.created_at - timedelta(days=30))
    SignedForm.objects.update(signed_at=key.created_at - timedelta(days=5))
    key = key_of(key)
    custody.approve(report(key, since=timedelta(days=29), by=registrar), by=second)
    assert verdict_on(award)[0] == "not_valid"  # the proof itself is dated today
    assert not signing_anew.affected_by(key_of(key)).exists()

    for since in (timedelta(days=29), timedelta(days=29, hours=1)):
        with pytest.raises(Refused, match="Only an earlier moment"):
            report(key_of(key), since=since, by=registrar)
    custody.approve(report(key_of(key), since=timedelta(days=20), by=second), by=registrar)

    assert key_of(key).stolen_from == key.created_at + timedelta(days=20)
    assert signing_anew.affected_by(key_of(key)).count() == 1
    client.force_login(registrar)
    page = client.get(reverse("key-list", args=[key.institution.slug])).content.decode()
    assert reverse("key-ask", args=[key.uuid, "stolen"]) in page


# Stolen ------------------------------------------------------------------------------------------


def test_what_a_stolen_key_signed_since_does_not_count_until_it_is_signed_anew(
    client, award, institution, key, registrar, second, run_tasks
):
    listed = institution.status_lists.get(purpose="revocation")
    before = status.published(listed)
    SignedForm.objects.update(signed_at=key.created_at)
    with run_tasks():
        custody.approve(report(key, by=registrar), by=second)

    assert verdict_on(award) == ("not_valid", "key_revoked")
    assert IssuerKey.objects.active().get(institution=institution) != key
    method = document_of(client, institution)["verificationMethod"][0]
    assert method["revoked"] == key.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    old = award.credential.signed_forms.get()

    with run_tasks():
        job = signing_anew.start(key_of(key), by=registrar)

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 1, 1)
    assert verdict_on(award) == ("valid", "valid")
    new = award.credential.signed_forms.current().get()
    assert not signing_anew.affected_by(key_of(key)).exists()
    assert award.credential.signed_forms.exclude(pk=new.pk).get() == old
    unsigned = [{k: v for k, v in json.loads(f.body).items() if k != "proof"} for f in (old, new)]
    assert unsigned[0] == unsigned[1]
    assert status.published(StatusList.objects.get(pk=listed.pk)) != before
    assert Mail.objects.filter(subject__contains="signed anew").count() == 1
    assert list(proof.of_signed_forms()) == list(proof.of_log()) == []


def test_pages_say_that_the_signature_of_a_stolen_key_does_not_count(
    client, award, institution, key, registrar, second, run_tasks
):
    SignedForm.objects.update(signed_at=key.created_at)
    own = [
        reverse("award-detail", args=[award.uuid]),
        reverse("portfolio"),
        reverse("credential-detail", args=[award.credential.uuid]),
    ]
    kept = [reverse("award-list"), reverse("award-detail", args=[award.uuid])]
    told = {award.learner.user: own, registrar: kept}
    assert [_says(client, told), _to_sign(registrar)] == [[False] * 5, []]
    custody.approve(report(key, by=registrar), by=second)

    assert [_says(client, told), _to_sign(registrar)] == [
        [True] * 5,
        [f"{institution}, not valid until then: 1"],
    ]
    with run_tasks():
        signing_anew.start(key_of(key), by=registrar)
        assert _to_sign(registrar) == []

    assert [_says(client, told), _to_sign(registrar)] == [[False] * 5, []]


def _says(client, told):
    found = []
    for user, addresses in told.items():
        client.force_login(user)
        pages = [client.get(one).content.decode() for one in addresses]
        # The list can be narrowed by it, too: its choice says so in any case.
        read = [re.sub(r"<option.*?</option>", "", page) for page in pages]
        found += ["Signature does not count" in page for page in read]
    return found


def _to_sign(user):
    items = [item for group in waiting_for(user) for item in group.items]
    return [item.about for item in items if item.label.startswith("Sign anew")]


def key_of(key):
    return IssuerKey.objects.get(pk=key.pk)


def test_what_was_signed_before_the_theft_stays_valid(award, key, registrar, second, monkeypatch):
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    custody.approve(report(key, since=timedelta(hours=1), by=registrar), by=second)

    assert verdict_on(award) == ("valid", "valid")
    with pytest.raises(Refused, match="Nothing has to be signed"):
        signing_anew.start(key_of(key), by=registrar)


def test_signing_anew_goes_on_where_a_killed_worker_stopped(key, registrar, second):
    awards = [make_award(version=make_award().course_version) for _ in range(2)]
    institution = awards[0].learner.institution
    key = institution.keys.get()
    second = make_registrar(institution)
    custody.approve(report(key, by=make_registrar(institution)), by=second)
    job = signing_anew.start(key_of(key), by=second)
    first = signing_anew.affected_by(key_of(key)).order_by("pk").first()
    active = keys.ensure(institution)
    signing_anew._replace(first, signing_anew._signed(first, active), active)

    signing_anew.run(job)
    signing_anew.run(Job.objects.get(pk=job.pk))

    for one in SignedForm.objects.current().filter(key__institution=institution):
        assert (one.key, one.credential.signed_forms.count()) == (active, 2)


# Erased ------------------------------------------------------------------------------------------


def test_private_half_is_erased_by_two_once_the_key_is_retired(
    award, institution, key, registrar, second
):
    with pytest.raises(Refused, match="Replace it first"):
        custody.request(key, ERASE, "No longer needed.", by=registrar)
    custody.replace(key, by=registrar)
    custody.approve(custody.request(key_of(key), ERASE, "Old.", by=registrar), by=second)

    assert key_of(key).wrapped_private is None
    assert not keys.opens(key_of(key))
    assert verdict_on(award) == ("valid", "valid")
    actions = AuditEvent.objects.filter(noun="issuerkey").values_list("action", flat=True)
    assert set(actions) == {"retire-key", "erase-key"}


# The master key ----------------------------------------------------------------------------------


def test_master_key_is_changed_without_breaking_anything(award, institution, key, settings, capsys):
    old, settings.MASTER_KEY = settings.MASTER_KEY, "the next master key " * 2
    assert list(proof.of_keys()) == [
        f"key {key.short_id} of {institution.slug}: the master key does not open it"
    ]
    settings.OLD_MASTER_KEY = old

    call_command("rewrap_keys")
    call_command("rewrap_keys")

    said = capsys.readouterr().out.splitlines()
    assert said == ["1 of 1 keys were encrypted anew.", "0 of 1 keys were encrypted anew."]
    assert list(proof.of_keys()) == []
    later = make_award(version=award.course_version)
    assert later.credential.signed_forms.get().key == key
    settings.MASTER_KEY = old
    assert not keys.opens(key_of(key))


def test_with_a_wrong_old_master_key_nothing_is_changed(award, key, settings):
    make_award()  # of another institution
    before = list(IssuerKey.objects.values_list("wrapped_private", flat=True))
    settings.MASTER_KEY, settings.OLD_MASTER_KEY = "the next master key " * 2, "a wrong one " * 4

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("rewrap_keys")

    assert list(IssuerKey.objects.values_list("wrapped_private", flat=True)) == before


def test_where_the_master_key_is_lost_new_keys_sign_and_old_signatures_stay_valid(
    award, institution, key, settings, capsys
):
    settings.MASTER_KEY = "made after the loss " * 2

    call_command("replace_lost_keys")
    assert key_of(key).retired_at is None
    assert "1 keys would be replaced" in capsys.readouterr().out
    call_command("replace_lost_keys", "--run")
    call_command("replace_lost_keys", "--run")

    assert institution.keys.count() == 2
    later = make_award(version=award.course_version)
    assert later.credential.signed_forms.get().key != key
    assert verdict_on(award) == verdict_on(later) == ("valid", "valid")


def test_status_list_that_cannot_be_signed_is_out_of_reach_for_a_while(award, client, settings):
    StatusList.objects.update(signed="")
    settings.MASTER_KEY = "made after the loss " * 2
    url = reverse("status-list", args=[StatusList.objects.first().uuid])

    answers = [client.get(url), client.get(reverse("verify-code", args=[award.code]))]

    assert [answer.status_code for answer in answers] == [503, 200]
    assert verification.examine_award(award).seen.check("not_revoked").outcome == Outcome.UNKNOWN


# Pages -------------------------------------------------------------------------------------------


def test_pages_lead_from_the_report_to_the_new_signatures(
    client, award, institution, key, registrar, second, run_tasks
):
    client.force_login(registrar)
    page = client.get(reverse("key-list", args=[institution.slug])).content.decode()
    assert key.short_id in page
    since = timezone.localtime(key.created_at + timedelta(minutes=1))
    SignedForm.objects.update(signed_at=key.created_at + timedelta(hours=1))
    IssuerKey.objects.update(created_at=key.created_at - timedelta(days=1))
    since -= timedelta(hours=2)
    sent = {"stolen_from": f"{since:%Y-%m-%dT%H:%M}", "reason": "A laptop is gone."}
    asked = client.post(reverse("key-ask", args=[key.uuid, "stolen"]), sent, follow=True)
    assert "Another registrar has to approve" in asked.content.decode()
    client.force_login(second)
    url = reverse("key-request", args=[KeyRequest.objects.get().uuid])
    assert "1 credential was signed with it since." in client.get(url).content.decode()

    assert "another one signs from now on" in client.get(url).content.decode()

    with run_tasks():
        done = client.post(url, {"do": "approve"}, follow=True).content.decode()
        listed = client.get(reverse("key-list", args=[institution.slug])).content.decode()
        client.post(reverse("key-sign-anew", args=[key.uuid]))

    assert f"The key …{key.short_id} counts as stolen since" in done
    assert "1 does not count" in listed
    job = Job.objects.get(kind=JobKind.SIGN_ANEW)
    assert job.state == JobState.DONE
    there = client.get(reverse("job-detail", args=[job.uuid])).content.decode()
    assert "1 credential is signed anew" in there
    assert verdict_on(award) == ("valid", "valid")


def test_form_says_what_is_wrong_with_the_moment(client, key, registrar, second):
    client.force_login(registrar)
    sent = {"stolen_from": "2020-01-01T10:00", "reason": "A laptop is gone."}

    page = client.post(reverse("key-ask", args=[key.uuid, "stolen"]), sent).content.decode()

    assert "The key was made later than that." in page
    assert "A laptop is gone." in page
    assert not KeyRequest.objects.exists()


def test_list_takes_the_same_queries_for_any_number(
    client, institution, key, registrar, django_assert_max_num_queries
):
    client.force_login(registrar)
    for _ in range(4):
        custody.replace(keys.ensure(institution), by=registrar)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("key-list", args=[institution.slug]))
    assert page.content.decode().count("Retired") == 4


def test_pages_are_for_registrars_of_the_whole_institution(client, institution, key):
    for person in (make_staff(institution, "teacher"), make_registrar(make_institution())):
        client.force_login(person)
        for name, arguments in (
            ("key-list", [institution.slug]),
            ("key-replace", [key.uuid]),
            ("key-ask", [key.uuid, "stolen"]),
        ):
            assert client.get(reverse(name, args=arguments)).status_code == 404


def test_only_registrar_reads_what_is_missing_and_what_helps_meanwhile(
    client, institution, key, registrar
):
    client.force_login(registrar)
    url = reverse("key-ask", args=[key.uuid, "stolen"])
    helps = [reverse("institution-people", args=[institution.slug])]
    helps.append(reverse("key-replace", args=[key.uuid]))

    alone = client.get(url).content.decode()
    make_registrar(institution)
    together = client.get(url).content.decode()

    told = "A second registrar has to approve this"
    assert [told in page for page in (alone, together)] == [True, False]
    assert [f'href="{one}"' in alone for one in helps] == [True, True]


def test_brand_is_the_same_on_every_page(client, award, institution, registrar):
    client.force_login(registrar)
    addresses = [reverse("award-list"), reverse("key-list", args=[institution.slug])]

    pages = [client.get(address).content.decode() for address in addresses]

    assert len({page.split('class="brand"')[1].split("</a>")[0] for page in pages}) == 1
