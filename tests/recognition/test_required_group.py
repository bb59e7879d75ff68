"""A quorum by group: besides who presides, one of a group must be among those who vote."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent
from credentials.verdict import Refused
from recognition.documents.minutes import _present
from recognition.models import Ballot, Committee, SeatRole, Voice
from recognition.permissions import can_open_ballot, has_group, has_quorum
from recognition.services import appeals, ballots, committees
from recognition.states import BallotState, LineState
from tests.factories.ballots import cast, chair_of, make_ballot, make_draft
from tests.factories.people import make_institution, make_registrar, root_of
from tests.factories.recognition import make_appeal_body, make_committee, make_line

pytestmark = pytest.mark.django_db

WHO = "Professors"


def require(committee: Committee, group: str = WHO, *, of: int = 0) -> Committee:
    """Let a committee need somebody of a group, of which the first `of` members are."""
    registrar = make_registrar(committee.unit.institution)
    committees.set_quorum(committee, 3, group, by=registrar)
    members = committee.seats.filter(role=SeatRole.MEMBER).order_by("pk")
    committee.seats.filter(pk__in=[seat.pk for seat in members[:of]]).update(group="professors")
    return Committee.objects.get(pk=committee.pk)


def settled(ballot: Ballot) -> str:
    yesterday = timezone.localdate() - timedelta(days=1)
    Ballot.objects.filter(pk=ballot.pk).update(due_on=yesterday)
    return ballots.settle(Ballot.objects.get(pk=ballot.pk)).state


@pytest.mark.parametrize(
    ("choices", "state"),
    [
        (("yes", "yes", "yes"), BallotState.ADOPTED),
        (("yes", "", "yes", "yes"), BallotState.NO_QUORUM),
    ],
)
def test_vote_counts_only_with_one_of_the_group(choices, state):
    draft = make_draft()
    require(draft.line.committee, of=1)

    assert settled(cast(make_ballot(draft), *choices)) == state


def test_chair_of_the_group_is_not_enough():
    committee = require(make_committee(make_institution()))
    committee.seats.filter(role=SeatRole.CHAIR).update(group=WHO)

    verdict = has_group(committee, list(committee.seats.all()))

    assert verdict.reason == (
        "Besides chair and deputy one of this group must take part: Professors."
    )


def test_vote_is_not_opened_when_nobody_of_the_group_can_vote():
    draft = make_draft()
    committee = require(draft.line.committee)

    assert not can_open_ballot(chair_of(draft.line), draft.line, committee)


def test_appeal_needs_the_group_too():
    line = make_line(LineState.APPEAL)
    objection = line.objections.last()
    body = require(objection.body, of=1)
    objection.body = body
    able = {seat.user: Voice.FOR for seat in body.seats.exclude(group="professors")}
    head = body.seats.get(role=SeatRole.CHAIR).user

    committees.set_quorum(body, 2, WHO, by=make_registrar(body.unit.institution))
    with pytest.raises(Refused, match="one of this group must take part"):
        appeals.dismiss(objection, "It was read.", able, by=head)
    body.seats.update(group="")
    objection.refresh_from_db()
    assert not has_quorum(objection)


def test_minutes_say_of_which_group_one_must_vote():
    class Facts:
        quorum, required_group = 3, WHO

    assert _present(Facts).endswith("One of this group must vote too: Professors.")


def test_registrar_sets_the_quorum_on_the_page(client):
    institution = make_institution()
    committee = make_committee(institution)
    committee.seats.filter(role=SeatRole.MEMBER).update(group=WHO)
    client.force_login(make_registrar(institution))
    url = reverse("committee-list", args=[institution.slug])
    form = f"quorum-{committee.pk}"
    said = {f"{form}-quorum": "4", "what": form}

    answer = client.post(url, {**said, f"{form}-required_group": WHO}, follow=True)

    committee.refresh_from_db()
    assert (committee.quorum, committee.required_group) == (4, WHO)
    assert f'<option value="{WHO}" selected>{WHO}</option>' in answer.content.decode()
    event = AuditEvent.objects.get(thing=str(committee.uuid), action="set-quorum")
    assert (event.before, event.after) == ("3", "4 Professors")
    page = client.post(url, {**said, f"{form}-required_group": "Nobody's group"})
    assert "required_group" in page.context["quorum_forms"][0].errors
    assert "error-summary" in page.content.decode()


def test_each_committee_is_offered_its_own_groups_and_what_is_set(client):
    institution = make_institution()
    first, second = make_committee(institution), make_appeal_body(institution)
    first.seats.filter(role=SeatRole.MEMBER).update(group=WHO)
    first.seats.filter(role=SeatRole.CHAIR).update(group="Heads")
    second.seats.filter(role=SeatRole.MEMBER).update(group="Students")
    Committee.objects.filter(pk=second.pk).update(quorum=5, required_group="Staff")
    client.force_login(make_registrar(institution))

    page = client.get(reverse("committee-list", args=[institution.slug]))

    forms = page.context["quorum_forms"]
    offered = [[g for g, _label in f.fields["required_group"].choices] for f in forms]
    assert offered == [["", WHO], ["", "Staff", "Students"]]
    assert [form["required_group"].value() for form in forms] == ["", "Staff"]
    assert [form["quorum"].value() for form in forms] == [first.quorum, 5]


def test_only_registrars_of_the_unit_set_it():
    committee = make_committee(make_institution())

    with pytest.raises(Refused, match=f"Only registrars of {root_of(committee.audit_institution)}"):
        committees.set_quorum(committee, 1, "", by=make_registrar(make_institution()))
