"""The decision as a signed credential: what it says, that it verifies, and when it falls."""

import json
from decimal import Decimal

import pytest

from credentials.models import Credential, Job, JobKind, Origin
from credentials.services import bundles, facts, hand_outs, verification
from credentials.services.hand_outs import Form
from credentials.states import JobState
from credentials.trust.words import Standing
from credentials.verdict import Refused
from recognition import submission
from recognition.models import Decision, Line
from recognition.services import applications, decision_credentials
from recognition.services.decision_credentials import revoke_decision_credential
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.catalogue import make_module
from tests.factories.recognition import make_case, make_line
from tests.factories.seals import make_seal

pytestmark = pytest.mark.django_db


def sent(decision=DecisionType.FULL_SUBSTITUTION, **more):
    line = make_line(LineState.NOTIFIED, decision=decision, **more)
    for job in Job.objects.filter(kind=JobKind.DECISION_CREDENTIAL, state=JobState.QUEUED):
        decision_credentials.run(job)
    return Line.objects.with_all().get(pk=line.pk)


def body_of(line):
    return json.loads(verification.bytes_of(line.decision.credential))


def test_decision_that_was_sent_lies_in_the_portfolio_as_a_valid_credential():
    line = sent()

    credential = Credential.objects.get(origin=Origin.DECISION)
    said = facts.of_credential(credential)
    assert credential == line.decision.credential
    assert credential.holder == line.case.applicant
    assert (said.number, said.type, said.ects) == (
        line.decision.number,
        "recognition",
        line.decision.ects,
    )
    assert said.title == line.module.title
    seen = verification.examine(verification.bytes_of(credential))
    assert (seen.seen.verdict, seen.issuer) == (Standing.VALID, line.case.institution)


def test_decision_is_kept_as_a_bundle_that_verifies_elsewhere(settings):
    credential = sent().decision.credential
    data = hand_outs.make(credential, hand_outs.Form.BUNDLE, "X").data
    settings.ADDRESS = "https://another.example"

    found = bundles.examine(data)

    assert {name: one.seen.key for name, one in found.results.items()} == {
        "credential.json": "intact_carried",
        "credential.jwt": "intact_carried",
    }
    assert {one.facts.id for one in found.results.values()} == {credential.identifier}


def test_credential_says_from_what_on_which_grounds_and_by_whom():
    line = sent()

    document = body_of(line)
    source, grounds = document["evidence"]
    title = line.sources.get().facts["title"]["en"]
    assert (source["name"], source["genre"]) == (title, "ext:RecognisedLearning")
    assert "Credits: 5 ECTS" in source["narrative"].splitlines()
    assert grounds["narrative"].splitlines()[0].endswith(": Full")
    basis = next(
        one["targetDescription"]
        for one in document["credentialSubject"]["achievement"]["alignment"]
        if one["targetType"] == "ext:FurtherInformation"
    )
    assert basis.splitlines() == [
        "Decided by: Recognition committee: its chair, to whom the rules "
        f"(version {line.case.policy.version}) delegate this.",
        "Legal basis: Lisbon Recognition Convention",
        f"Recognition rules, version: {line.case.policy.version}",
        "Procedure: Recognition",
        f"Case reference: {line.case.reference}",
    ]
    assert document["credentialSubject"]["achievement"]["achievementType"] == (
        "ext:RecognitionDecision"
    )


def test_partial_recognition_states_only_the_outcomes_that_were_met():
    line = sent(DecisionType.PARTIAL)

    said = facts.of_credential(line.decision.credential)
    rated = line.decision.outcome_ratings
    met = [
        o.text for o in line.module.course_version.outcomes.all() if rated[str(o.uuid)] == "FULL"
    ]
    assert [outcome.text for outcome in said.outcomes] == met
    assert 0 < len(met) < len(rated)


@pytest.mark.parametrize("decision", [DecisionType.REFUSAL])
def test_refusal_gets_no_credential(decision):
    line = sent(decision)

    assert line.decision.credential is None
    assert Job.objects.filter(kind=JobKind.DECISION_CREDENTIAL).count() == 0


def test_credential_is_made_once_whatever_workers_do():
    line = sent()

    again = decision_credentials.make(line.decision)

    assert again == line.decision.credential
    assert again.signed_forms.count() == 1


def test_annulled_decision_is_revoked_for_all_who_verify_it():
    line = sent()
    credential = line.decision.credential

    revoke_decision_credential(line.decision, "Annulled: deceit.")
    revoke_decision_credential(Decision.objects.get(pk=line.decision.pk), "Twice.")

    credential.refresh_from_db()
    seen = verification.examine(verification.bytes_of(credential))
    assert seen.seen.verdict == Standing.REVOKED
    assert credential.revoked_at is not None


def test_decision_cannot_be_put_forward_as_learning():
    line = sent()
    programme = line.case.programme_version
    other = make_module(programme)
    applicant = line.case.applicant
    case = make_case(
        programme_version=programme, applicant=applicant, modules=[other], submitted=False
    )
    applications.save_line(
        case,
        case.lines.get(),
        module=other,
        credentials=[line.decision.credential],
        by=applicant,
    )

    assert submission.gaps(case) == [
        f"Line 1: “{line.decision.credential}” is a decision, no learning of its own. "
        "Put forward what was recognised."
    ]


def test_portfolio_shows_the_decision_and_hands_it_out(client):
    line = sent()
    credential = line.decision.credential
    client.force_login(line.case.applicant)

    listed = client.get("/portfolio/").content.decode()
    page = client.get(f"/portfolio/{credential.uuid}/").content.decode()
    file = client.get(f"/credentials/{credential.uuid}")

    assert f'href="/portfolio/{credential.uuid}/"' in listed
    assert "Download credential" in page
    assert "Apply for recognition" not in page
    assert json.loads(file.content)["id"] == credential.identifier
    assert client.get(f"/portfolio/{credential.uuid}/statement/").status_code == 403


def test_ects_of_a_decision_do_not_count_as_earned_twice(client):
    line = sent()
    client.force_login(line.case.applicant)

    assert client.get("/portfolio/").context["verified"] == Decimal(0)


def test_decision_is_sealed_too_and_its_seal_ends_with_it():
    line = sent()
    make_seal(line.case.institution)
    credential = Credential.objects.get(origin=Origin.DECISION)
    data = hand_outs.make(credential, Form.SEALED, "X", reader=line.case.applicant).data
    found = verification.examine(data, "x.edc.jsonld")
    assert (found.seen.key, found.facts.type) == ("valid", "recognition")

    revoke_decision_credential(line.decision, "Annulled: deceit.")

    assert verification.examine(data, "x.edc.jsonld").seen.key == "revoked"
    credential = Credential.objects.get(pk=credential.pk)
    with pytest.raises(Refused, match="while it is in force"):
        hand_outs.make(credential, Form.SEALED, "X", reader=line.case.applicant)
