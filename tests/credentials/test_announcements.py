"""Learners are told by mail of what was printed of their records: once, and when it is theirs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from credentials.models import Document, DocumentKind, Mail
from credentials.services import announcements, documents, mails
from credentials.services.lifecycle import change
from credentials.tasks import announce_documents
from tests.factories.papers import make_printed
from tests.factories.people import make_institution, make_learner, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def learner():
    return make_learner(make_institution(), make_user("Nela Ardwen"))


def announced():
    """Run the task; return the mails that it wrote."""
    before = set(Mail.objects.values_list("pk", flat=True))
    announce_documents()
    return list(Mail.objects.exclude(pk__in=before))


def printed_before(document, days):
    Document.objects.filter(pk=document.pk).update(created_at=timezone.now() - days * DAY)
    return document


def test_learner_is_told_once_of_all_that_was_printed(learner):
    make_printed(learner)
    make_printed(learner, DocumentKind.TRANSCRIPT)

    [mail] = announced()

    assert (mail.user, mail.about, mail.thing) == (learner.user, "learner", learner.uuid)
    assert mail.subject == f"{learner.institution}: 2 documents for you"
    assert "/portfolio/" in mail.body
    assert announced() == []
    assert not Document.objects.filter(announced_at=None).exists()


def test_what_is_printed_later_is_told_of_by_itself(learner):
    make_printed(learner)
    announced()
    make_printed(learner)

    assert [mail.subject for mail in announced()] == [f"{learner.institution}: a document for you"]


def test_nothing_is_said_before_the_day_that_a_document_bears(learner):
    today = timezone.localdate()
    document = printed_before(make_printed(learner, dated_on=today + DAY), days=60)

    assert announced() == []

    Document.objects.filter(pk=document.pk).update(dated_on=today)
    assert len(announced()) == 1


def test_each_university_writes_of_its_own(learner):
    other = make_learner(make_institution(), learner.user)
    make_printed(learner)
    make_printed(other)

    assert {mail.thing for mail in announced()} == {learner.uuid, other.uuid}


def test_mail_is_in_the_language_of_its_reader(learner):
    learner.user.language = "de"
    learner.user.save()
    make_printed(learner)

    [mail] = announced()

    assert mail.subject.endswith(": ein Dokument für Sie")


def test_of_what_was_replaced_only_the_newer_one_is_told(learner):
    old, new = make_printed(learner), make_printed(learner)
    with change():
        documents.supersede(old, new)

    [mail] = announced()

    assert mail.subject.endswith(": a document for you")
    old.refresh_from_db()
    assert old.announced_at is None


@pytest.mark.parametrize(
    "kind", [DocumentKind.LETTER, DocumentKind.MINUTES, DocumentKind.PORTFOLIO]
)
def test_other_papers_have_mails_of_their_own_or_none(learner, kind):
    make_printed(learner, kind)

    assert announced() == []


def test_who_cannot_open_it_is_not_told_until_they_can():
    learner = make_learner(make_institution())
    make_printed(learner)
    assert announced() == []

    learner.user = make_user()
    learner.save()

    assert [mail.user for mail in announced()] == [learner.user]


def test_what_is_no_news_any_more_is_not_told(learner):
    printed_before(make_printed(learner), days=15)
    printed_before(make_printed(learner, dated_on=timezone.localdate() - 15 * DAY), days=60)

    assert announced() == []


def test_what_takes_the_place_of_something_known_says_so(learner):
    old = make_printed(learner)
    [first] = announced()
    new = make_printed(learner)
    with change():
        documents.supersede(old, new)

    [second] = announced()

    assert "holds no more" not in first.body
    assert "One that you have from before is replaced by it and holds no more." in second.body


def test_what_holds_until_the_newer_one_is_due_is_told(learner):
    old = make_printed(learner)
    new = make_printed(learner, dated_on=timezone.localdate() + DAY)
    with change():
        documents.supersede(old, new)

    assert len(announced()) == 1
    old.refresh_from_db()
    assert old.announced_at


def test_who_may_not_sign_in_any_more_is_not_told(learner):
    make_printed(learner)
    learner.user.is_active = False
    learner.user.save()

    assert announced() == []


# Between the list and the mail


def test_second_worker_at_the_same_time_writes_nothing(learner):
    """It found the same documents before the first had told of them."""
    document = make_printed(learner)
    assert announcements._announce(learner.pk, [document.pk])

    assert not announcements._announce(learner.pk, [document.pk])
    assert Mail.objects.count() == 1


def test_what_was_replaced_meanwhile_is_not_told(learner):
    old, new = make_printed(learner), make_printed(learner)
    with change():
        documents.supersede(old, new)

    assert not announcements._announce(learner.pk, [old.pk])


def test_who_has_no_account_meanwhile_is_told_when_they_have_one_again(learner):
    document, user = make_printed(learner), learner.user
    learner.user = None
    learner.save()
    assert not announcements._announce(learner.pk, [document.pk])

    learner.user = user
    learner.save()

    assert len(announced()) == 1


def test_one_who_cannot_be_told_does_not_hold_up_the_others(learner, monkeypatch, caplog):
    other = make_learner(learner.institution, make_user())
    make_printed(learner)
    make_printed(other)
    write = mails.write

    def fails(template, reader, context):
        if reader == learner.user:
            raise RuntimeError("no room")
        return write(template, reader, context)

    with monkeypatch.context() as patch:
        patch.setattr(mails, "write", fails)
        assert [mail.user for mail in announced()] == [other.user]

    assert "no room" in caplog.text
    assert [mail.user for mail in announced()] == [learner.user]
