"""Decisions taken back: on which ground, after whom was heard, by two people, and undone where."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import CreditEntry, Document, Mail, RevocationReason
from credentials.services import documents, revocations
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import Annulment, AnnulmentGround, Line, SeatRole
from recognition.services import annulments, cases, recusals, remedy_letters, reopenings
from recognition.states import AnnulmentState, LineState
from recognition.vocabulary import DecisionType
from tests.factories.awards import make_award
from tests.factories.papers import print_remedy_letter
from tests.factories.people import make_registrar, make_user
from tests.factories.recognition import WALKED, Way, make_case, make_line, seated

pytestmark = pytest.mark.django_db


def proposed(state: LineState = LineState.RECORDED, **fields) -> Annulment:
    way = Way(make_line(state, **fields))
    return Annulment.objects.get(pk=way.propose_annulment().pk)


def waited(annulment: Annulment) -> Annulment:
    """Let the time to answer have passed."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Annulment.objects.filter(pk=annulment.pk).update(due_on=yesterday)
    return Annulment.objects.get(pk=annulment.pk)


def standing(line: Line) -> int:
    return CreditEntry.objects.filter(line=line.uuid, reversed_at=None).count()


# Proposing


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (state, state in ("notified", "condition_pending", "recorded", "closed", "reopened"))
        for state in WALKED
    ],
)
def test_only_a_decision_that_holds_can_be_taken_back(state, allowed):
    line = make_line(state)

    assert permissions.can_annul(Way(line).registrar, line).allowed is allowed


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("registrar", True), ("chair", True), ("member", False), ("applicant", False)],
)
def test_registrar_or_chair_proposes(who, allowed):
    line = make_line(LineState.RECORDED)
    way = Way(line)
    people = {
        "registrar": way.registrar,
        "chair": way.chair,
        "member": way.members[0],
        "applicant": line.case.applicant,
    }

    assert permissions.can_annul(people[who], line).allowed is allowed


def test_refusal_gives_nothing_to_take_back():
    line = make_line(LineState.NOTIFIED, decision=DecisionType.REFUSAL)

    reason = permissions.can_annul(Way(line).registrar, line).reason

    assert reason == "It gives nothing that could be taken back. Open it again instead."


def test_revoked_is_a_ground_only_when_something_was_revoked():
    line = make_line(LineState.RECORDED)

    with pytest.raises(Refused, match="Nothing of what was put forward was revoked"):
        annulments.propose(line, AnnulmentGround.REVOKED, "Gone.", by=Way(line).registrar)


def test_learner_is_heard_by_letter_before_anything_happens():
    annulment = proposed()
    line = annulment.line

    mails = Mail.objects.filter(recipient=line.case.applicant.email)
    assert annulment.hearing.number == f"{annulment.number}-H"
    assert mails.filter(subject__startswith="Please answer").count() == 1
    assert (line.state, standing(line)) == (LineState.RECORDED, 1)


def test_one_proposal_at_a_time():
    annulment = proposed()

    with pytest.raises(Refused, match="proposed already"):
        Way(annulment.line).propose_annulment()


# Hearing


def test_nobody_signs_before_the_learner_was_heard_or_had_the_time():
    annulment = proposed()
    registrar = Way(annulment.line).registrar

    with pytest.raises(Refused, match="heard first and still has time"):
        annulments.sign(annulment, by=registrar)
    annulments.sign(waited(annulment), by=registrar)

    assert Annulment.objects.get(pk=annulment.pk).state == AnnulmentState.SIGNED


def test_nobody_signs_before_the_letter_that_hears_the_learner_is_there():
    line = make_line(LineState.RECORDED)
    registrar = Way(line).registrar
    annulment = annulments.propose(line, AnnulmentGround.ERROR, "Mixed up.", by=registrar)

    with pytest.raises(Refused, match="still being made"):
        annulments.sign(waited(annulment), by=registrar)


def test_learner_answers_once_and_nobody_else_does():
    annulment = proposed()
    learner = annulment.line.case.applicant

    with pytest.raises(Refused, match="Only the learner"):
        annulments.answer(annulment, "No.", by=make_user())
    annulments.answer(annulment, "It is my work.", by=learner)

    with pytest.raises(Refused, match="answered already"):
        annulments.answer(annulment, "And more.", by=learner)


# Two signatures


def signed() -> Annulment:
    annulment = proposed()
    annulments.answer(annulment, "I see.", by=annulment.line.case.applicant)
    annulments.sign(annulment, by=Way(annulment.line).registrar)
    return Annulment.objects.get(pk=annulment.pk)


def test_second_signature_takes_the_credits_back_and_leaves_the_trace():
    annulment = signed()
    line, way = annulment.line, Way(annulment.line)

    annulments.countersign(annulment, by=way.chair)

    line.refresh_from_db()
    entries = CreditEntry.objects.filter(line=line.uuid)
    assert (line.state, standing(line), entries.count()) == (LineState.ANNULLED, 0, 1)
    assert Annulment.objects.get(pk=annulment.pk).countersigned_by == way.chair


def test_who_signed_first_does_not_sign_second():
    annulment = signed()

    with pytest.raises(Refused, match="You signed already"):
        annulments.countersign(annulment, by=annulment.signed_by)
    with pytest.raises(Refused, match="it is “Signed once” now"):
        annulments.sign(annulment, by=annulment.signed_by)


def test_who_proposed_does_not_give_the_second_signature():
    annulment = proposed()
    way = Way(annulment.line)
    annulments.answer(annulment, "I see.", by=annulment.line.case.applicant)
    annulments.sign(annulment, by=way.chair)

    with pytest.raises(Refused, match="You proposed it"):
        annulments.countersign(annulment, by=way.registrar)


def test_one_of_the_two_chairs_the_committee():
    annulment = signed()
    second = make_registrar(annulment.line.case.institution)

    with pytest.raises(Refused, match="One of the two who sign must chair the committee"):
        annulments.countersign(annulment, by=second)


def test_deputy_signs_for_the_committee():
    annulment = signed()
    deputy = seated(annulment.line.committee, SeatRole.DEPUTY)[0]

    annulments.countersign(annulment, by=deputy)

    assert Annulment.objects.get(pk=annulment.pk).state == AnnulmentState.DONE


@pytest.mark.parametrize("who", ["member", "applicant", "stranger"])
def test_others_sign_nothing(who):
    annulment = signed()
    line = annulment.line
    people = {
        "member": seated(line.committee)[0],
        "applicant": line.case.applicant,
        "stranger": make_user(),
    }

    assert not permissions.can_countersign_annulment(people[who], annulment)
    assert not permissions.can_drop_annulment(people[who], annulment)


def test_dropped_proposal_says_why_and_changes_nothing():
    annulment = signed()
    way = Way(annulment.line)

    with pytest.raises(Refused, match="Write why the decision stands"):
        annulments.drop(annulment, "", by=way.chair)
    annulments.drop(annulment, "The file is genuine.", by=way.chair)

    annulment.refresh_from_db()
    assert (annulment.state, standing(annulment.line)) == (AnnulmentState.DROPPED, 1)
    with pytest.raises(Refused, match="it is “Dropped: the decision stands” now"):
        annulments.countersign(annulment, by=way.chair)


# Afterwards


def test_letter_of_the_decision_says_when_verified_that_it_no_longer_holds(client):
    line = make_line(LineState.ANNULLED)
    annulment = line.annulments.get()
    old = Document.objects.get(pk=line.decision.letter_id)

    page = client.get(reverse("verify-code", args=[old.code])).content.decode()

    assert old.superseded_by == annulment.letter
    assert annulment.number in page


@pytest.mark.checkers
def test_annulment_letters_pass_the_checkers(tmp_path, verapdf):
    line = make_line(LineState.RECORDED)
    way = Way(line)
    proposed = annulments.propose(
        line, AnnulmentGround.ERROR, "Two files were mixed up.", by=way.registrar
    )
    printed = [remedy_letters.make(proposed)]
    annulments.answer(proposed, "I see.", by=line.case.applicant)
    annulments.sign(proposed, by=way.registrar)
    annulments.countersign(proposed, by=way.chair)
    proposed.refresh_from_db()
    printed.append(remedy_letters.make(proposed))

    files = [tmp_path / document.filename for document in printed]
    for file, document in zip(files, printed, strict=True):
        file.write_bytes(documents.read(document))
    assert verapdf(*files) == []


def test_same_learning_can_count_again_after_an_annulment():
    line = make_line(LineState.ANNULLED)
    source = line.sources.get().credential

    case = make_case(modules=[line.module], applicant=line.case.applicant, sources=[source])
    again = make_line(LineState.RECORDED, case=case)

    assert standing(again) == 1


def test_revoked_award_leads_the_registrar_to_the_decision(client):
    award = make_award()
    case = make_case(applicant=award.learner.user, sources=[award.credential])
    line = make_line(LineState.RECORDED, case=case)
    registrar = cases.registrars_of(line.case)[0]
    issuer = make_registrar(award.learner.institution)
    revocations.revoke(award, by=issuer, reason=RevocationReason.ERROR, note="Another person.")
    client.force_login(registrar)
    address = reverse("annulment-new", args=[line.uuid])

    work = client.get(reverse("work")).content.decode()
    learner = client.get(reverse("learner-detail", args=[line.case.learner.uuid])).content.decode()
    form = client.get(address)
    client.post(address, {"ground": "revoked", "reasons": "Its issuer took it back."})

    assert (address in work, address in learner) == (True, True)
    assert form.context["form"].initial == {"ground": AnnulmentGround.REVOKED}
    assert line.annulments.get().ground == AnnulmentGround.REVOKED
    assert address not in client.get(reverse("work")).content.decode()


# The pages


def test_annulment_goes_its_way_on_the_pages(client):
    line = make_line(LineState.RECORDED)
    way, learner = Way(line), line.case.applicant

    client.force_login(way.registrar)
    client.post(
        reverse("annulment-new", args=[line.uuid]), {"ground": "error", "reasons": "Mixed up."}
    )
    annulment = line.annulments.get()
    remedy_letters.make(annulment)
    detail = reverse("annulment-detail", args=[annulment.uuid])
    client.force_login(learner)
    heard = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()
    client.post(reverse("annulment-answer", args=[annulment.uuid]), {"statement": "I see."})
    client.force_login(way.registrar)
    client.post(detail, {"do": "sign"})
    twice = client.post(detail, {"do": "countersign"}).content.decode()
    client.force_login(way.chair)
    page = client.get(detail).content.decode()
    client.post(detail, {"do": "countersign"})

    assert detail in heard
    assert "You signed already. Somebody else must sign too." in twice
    assert "Sign second, take the decision back" in page
    assert Line.objects.get(pk=line.pk).state == LineState.ANNULLED


def test_learner_reads_that_what_was_annulled_does_not_count_and_what_can_be_done(client):
    line = make_line(LineState.ANNULLED, decision=DecisionType.FULL_SUBSTITUTION)
    line.annulments.update(told_at=None)  # its letter is being made
    client.force_login(line.case.applicant)

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()

    assert "It was taken back, and does not count any more." in page
    assert "You need do nothing more for it." not in page
    assert "The time for it begins with the letter." in page


def test_learner_and_staff_see_who_signed_only_where_it_is_theirs(client):
    line = make_line(LineState.ANNULLED)
    annulment = line.annulments.get()
    address = reverse("annulment-detail", args=[annulment.uuid])

    pages = {}
    for role, person in (("learner", line.case.applicant), ("chair", Way(line).chair)):
        client.force_login(person)
        pages[role] = client.get(address).content.decode()

    name = str(annulment.signed_by)
    assert {role: name in page for role, page in pages.items()} == {
        "learner": False,
        "chair": True,
    }


# What happens to the line meanwhile


def test_proposal_falls_with_the_decision_it_was_about():
    way = Way(make_line(LineState.RECORDED))
    annulment = way.propose_annulment()
    annulments.answer(annulment, "I see.", by=way.line.case.applicant)
    annulments.sign(annulment, by=way.registrar)
    way.reopen()
    way.line.refresh_from_db()
    reopenings.resume(way.line, LineState.DELIBERATION, by=way.chair)
    for step in (way.sign, way.notify):
        way.line.refresh_from_db()
        step()
    annulment = Annulment.objects.get(pk=annulment.pk)

    with pytest.raises(Refused, match=f"Superseded by {annulment.line.decision.number}"):
        annulments.countersign(annulment, by=way.chair)


def test_signature_of_somebody_who_stepped_back_does_not_count():
    way = Way(make_line(LineState.RECORDED))
    proposed = annulments.propose(
        way.line, AnnulmentGround.ERROR, "Two files were mixed up.", by=way.registrar
    )
    print_remedy_letter(proposed)
    annulments.answer(proposed, "I see.", by=way.line.case.applicant)
    annulments.sign(proposed, by=way.chair)
    way.reopen()
    recusals.step_back(Line.objects.get(pk=way.line.pk), "A relative.", by=way.chair)

    verdict = permissions.can_countersign_annulment(
        make_registrar(way.institution), Annulment.objects.get(pk=proposed.pk)
    )

    assert verdict.reason == f"{way.chair} stepped back from this, or was released."
