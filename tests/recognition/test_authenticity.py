"""How a proof is known to be genuine: found by the portal, or said by a registrar."""

import pytest
from django.urls import reverse

from credentials.services import audit
from credentials.verdict import Refused
from recognition import guards
from recognition.models import Line, SeatRole
from recognition.opinions import ground_of
from recognition.services import authenticity, cases, decisions
from recognition.states import LineState
from recognition.vocabulary import Authenticity, DecisionType
from tests.factories.awards import make_award
from tests.factories.people import make_user
from tests.factories.recognition import make_case, make_line, seated, write_decision

pytestmark = pytest.mark.django_db


def registrar_of(line: Line):
    return cases.registrars_of(line.case)[0]


def chair_of(line: Line):
    return seated(line.committee, SeatRole.CHAIR)[0]


def full_line(state=LineState.DELIBERATION, **fields) -> Line:
    return make_line(state, decision=DecisionType.FULL_SUBSTITUTION, **fields)


def test_awards_of_this_portal_are_verified_and_what_is_stated_is_not():
    award = make_award()
    signed = make_case(applicant=award.learner.user, sources=[award.credential])
    stated = make_case()

    found = [case.lines.get().sources.get().authenticity for case in (signed, stated)]

    assert found == [Authenticity.VERIFIED, Authenticity.UNCONFIRMED]


def test_a_registrar_says_how_they_know_and_it_leaves_a_trace():
    line = make_line(LineState.FORMAL_CHECK)
    source, registrar = line.sources.get(), registrar_of(line)

    authenticity.state(source, Authenticity.ORIGINAL_SEEN, "At the counter.", by=registrar)

    source.refresh_from_db()
    last = list(audit.history_of(line))[-1]
    assert (source.authenticity, source.authenticity_note) == ("original_seen", "At the counter.")
    assert (source.authenticity_by, source.authenticity_at is None) == (registrar, False)
    assert (last.action, last.before, last.after) == (
        "state-authenticity",
        "unconfirmed",
        "original_seen",
    )


@pytest.mark.parametrize(
    ("stated", "note", "sentence"),
    [
        (Authenticity.VERIFIED, "I am sure.", "Choose how you know"),
        (Authenticity.CONFIRMED, " ", "Write who confirmed it"),
    ],
)
def test_a_signature_is_not_seen_by_people_and_a_word_needs_its_source(stated, note, sentence):
    line = make_line()

    with pytest.raises(Refused, match=sentence):
        authenticity.state(line.sources.get(), stated, note, by=registrar_of(line))


def test_only_registrars_say_it_and_only_before_the_decision():
    line = make_line(LineState.DELIBERATION)
    source = line.sources.get()

    for user in (chair_of(line), line.case.applicant, make_user()):
        with pytest.raises(Refused, match="Only registrars"):
            authenticity.state(source, Authenticity.CONFIRMED, "By letter.", by=user)
    decided = make_line(LineState.DECIDED)
    with pytest.raises(Refused, match="not possible any more"):
        authenticity.state(
            decided.sources.get(), Authenticity.CONFIRMED, "By letter.", by=registrar_of(decided)
        )


def test_what_the_portal_verified_needs_no_word():
    award = make_award()
    line = make_case(applicant=award.learner.user, sources=[award.credential]).lines.get()

    with pytest.raises(Refused, match="has checked the signature"):
        authenticity.state(
            line.sources.get(), Authenticity.CONFIRMED, "By letter.", by=registrar_of(line)
        )


@pytest.mark.parametrize("words", ["", "n/a"])
def test_full_recognition_of_an_unconfirmed_proof_says_why_it_is_accepted(words):
    line = full_line()
    decision = write_decision(
        line, DecisionType.FULL_SUBSTITUTION, by=chair_of(line), accepted_proof=words
    )

    (problem,) = guards.problems_of(decision)

    assert problem.field == "accepted_proof"
    with pytest.raises(Refused, match="Nobody has confirmed"):
        decisions.sign(decision, by=chair_of(line))


def test_a_confirmed_proof_needs_no_words():
    line = full_line()
    authenticity.state(
        line.sources.get(), Authenticity.CONFIRMED, "By letter.", by=registrar_of(line)
    )
    decision = write_decision(
        line, DecisionType.FULL_SUBSTITUTION, by=chair_of(line), accepted_proof=""
    )

    assert guards.problems_of(decision) == []


def test_an_unconfirmed_proof_can_be_made_the_condition():
    line = full_line()
    conditional = ground_of(line).verdicts[DecisionType.CONDITIONAL]
    authenticity.state(
        line.sources.get(), Authenticity.CONFIRMED, "By letter.", by=registrar_of(line)
    )

    assert conditional.allowed
    assert not ground_of(line).verdicts[DecisionType.CONDITIONAL].allowed


def test_the_page_of_a_proof_and_its_place_on_the_check(client):
    line = make_line(LineState.FORMAL_CHECK)
    source = line.sources.get()
    client.force_login(registrar_of(line))
    url = reverse("source-authenticity", args=[line.uuid, source.uuid])
    said = {"authenticity": "confirmed", "note": "By letter of 3 May."}

    empty = client.post(url, {"authenticity": "confirmed", "note": ""})
    client.post(url, said)

    page = client.get(reverse("line-check", args=[line.uuid])).content.decode()
    assert empty.status_code == 200
    assert url in page
    assert "By letter of 3 May." in page


def test_reviewers_and_chair_see_it(client):
    line = full_line()
    client.force_login(chair_of(line))

    page = client.get(reverse("line-decide", args=[line.uuid])).content.decode()

    assert "Not confirmed" in page
