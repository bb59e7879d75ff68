"""Documents of a record know whom they are about, and that person opens them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from credentials.models import Document
from recognition.services import degree_documents, transcripts
from tests.factories.graduates import (
    DAY,
    make_graduate,
    make_graduation,
    make_results,
    make_studies,
)
from tests.factories.people import make_institution

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    enrolment = make_studies(make_institution())
    make_results(enrolment, ["1.0"])
    return enrolment


def supplement_of(enrolment):
    graduation = make_graduation(enrolment.audit_institution)
    return degree_documents.print_supplement(make_graduate(graduation, enrolment))


# Whom a document is about


def test_document_is_found_by_whom_it_is_about(enrolment):
    transcript = transcripts.print_one(enrolment, DAY)
    supplement = supplement_of(enrolment)
    transcripts.print_one(make_studies(enrolment.audit_institution), DAY)

    assert list(degree_documents.printed_of(enrolment.learner)) == [supplement, transcript]
    assert all("learner" not in one.facts for one in (transcript, supplement))


def test_transcript_of_another_programme_supersedes_nothing(enrolment):
    here = transcripts.print_one(enrolment, DAY)
    other = make_studies(enrolment.audit_institution, enrolment.learner)
    transcripts.print_one(other, DAY)

    here.refresh_from_db()
    assert here.superseded_by is None


@pytest.mark.django_db(transaction=True)
def test_upgrade_points_from_documents_to_learners(enrolment):
    known, unknown = supplement_of(enrolment), transcripts.print_one(enrolment, DAY)
    for document, uuid in ((known, enrolment.learner.uuid), (unknown, enrolment.uuid)):
        facts = {**document.facts, "learner": str(uuid)}
        Document.objects.filter(pk=document.pk).update(learner=None, facts=facts)
    upgrade = import_module("credentials.migrations.0014_learners_of_documents")

    with connection.schema_editor() as editor:
        upgrade.carry_over(apps, editor)

    after = {one.pk: one for one in Document.objects.all()}
    assert after[known.pk].learner == enrolment.learner
    assert after[unknown.pk].learner is None
    kept = {**unknown.facts, "learner": str(enrolment.uuid)}  # of whom nothing is known here
    assert [after[one.pk].facts for one in (known, unknown)] == [known.facts, kept]

    with connection.schema_editor() as editor:
        upgrade.back(apps, editor)

    known.refresh_from_db()
    assert known.facts["learner"] == str(enrolment.learner.uuid)
