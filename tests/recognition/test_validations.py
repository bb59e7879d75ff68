"""Validation of prior learning: what is rated beside the outcomes, and the own micro-credential."""

import pytest
from django.urls import reverse

from credentials.models import Award, RevocationReason
from credentials.services import issuing, revocations
from credentials.verdict import Refused
from recognition.models import Line
from recognition.opinions import owed_by
from recognition.services import lines, reviews, validations
from recognition.states import LineState
from recognition.vocabulary import DecisionType, Element, Track, elements_of
from tests.factories.recognition import Way, make_case, make_line, write_opinion

pytestmark = pytest.mark.django_db

VARCS = {Element.VALIDITY, Element.RELIABILITY, Element.SUFFICIENCY}


class Validation(Way):
    """The way of a line on the validation track."""

    def complete(self):
        rapporteur, *others = self.members
        lines.declare_complete(
            self.line,
            by=self.registrar,
            track=Track.VALIDATION,
            override_reason="Learned at work.",
            committee=self.committee,
            rapporteur=rapporteur,
            reviewers=others,
        )


def validated(state: LineState = LineState.NOTIFIED, **named) -> Line:
    named.setdefault("decision", DecisionType.FULL_SUBSTITUTION)
    return Validation(make_case().lines.get(), **named).to(state)


def test_evidence_of_prior_learning_is_valid_authentic_reliable_current_and_sufficient():
    assert set(elements_of(Track.VALIDATION)) - set(elements_of(Track.RECOGNITION)) == VARCS
    assert {Element.AUTHENTICITY, Element.CURRENCY} <= set(elements_of(Track.RECOGNITION))


@pytest.mark.parametrize("way", [Way, Validation])
def test_reviewer_owes_the_elements_of_the_track(way):
    line = make_case().lines.get()
    way(line).complete()
    review = Line.objects.get(pk=line.pk).reviews.first()
    reviews.declare_no_conflict(review, by=review.reviewer)

    owed = {one.anchor for one in owed_by(review) if one.anchor.startswith("element")}

    track = Track.RECOGNITION if way is Way else Track.VALIDATION
    assert owed == {f"element-{element}" for element in elements_of(track)}


def test_matrix_asks_for_them_on_validation_only(client):
    for way, count in ((Way, 0), (Validation, 3)):
        line = make_case().lines.get()
        way(line).complete()
        review = line.reviews.first()
        reviews.declare_no_conflict(review, by=review.reviewer)
        write_opinion(review)
        client.force_login(review.reviewer)
        page = client.get(reverse("review-detail", args=[review.uuid])).content.decode()
        assert sum(f'id="element-{element}"' in page for element in VARCS) == count


def test_validated_module_ends_in_a_micro_credential_linked_both_ways(client):
    line = validated()
    registrar = Way(line).registrar
    client.force_login(registrar)
    record = reverse("line-record", args=[line.uuid])

    offered = client.get(record).content.decode()
    done = client.post(reverse("line-award", args=[line.uuid]), {"grade": "1.0"})

    award = Award.objects.get(decision=line.decision.uuid)
    assert (reverse("line-award", args=[line.uuid]) in offered, done.url) == (True, record)
    assert (award.learner, award.course_version) == (
        line.case.learner,
        line.module.course_version,
    )
    there = client.get(record).content.decode()
    assert reverse("award-detail", args=[award.uuid]) in there
    back = client.get(reverse("award-detail", args=[award.uuid])).content.decode()
    basis = reverse("decision-detail", args=[line.decision.uuid])
    assert basis in back
    assert client.get(basis).url == reverse("line-detail", args=[line.uuid])


def test_never_two_but_again_after_a_revocation():
    line = validated()
    registrar = Way(line).registrar
    award = validations.award(line, by=registrar, grade="1.0")
    with pytest.raises(Refused, match="awarded already"):
        validations.award(line, by=registrar)
    issuing.issue(award)
    revocations.revoke(award, by=registrar, reason=RevocationReason.ERROR)

    assert validations.award(line, by=registrar, grade="1.0") != award


@pytest.mark.parametrize("decision", [DecisionType.PARTIAL, DecisionType.REFUSAL])
def test_less_than_a_whole_module_ends_in_none(decision):
    line = validated(decision=decision)

    with pytest.raises(Refused, match="Only a whole module that was validated"):
        validations.award(line, by=Way(line).registrar)


def test_what_was_recognised_or_not_yet_sent_ends_in_none():
    recognised = make_line(LineState.NOTIFIED, decision=DecisionType.FULL_SUBSTITUTION)
    with pytest.raises(Refused, match="Only a whole module that was validated"):
        validations.award(recognised, by=Way(recognised).registrar)

    unsent = validated(LineState.DECIDED)
    with pytest.raises(Refused, match="not possible any more"):
        validations.award(unsent, by=Way(unsent).registrar)


def test_only_registrars_who_may_award_the_course():
    line = validated()

    for user in (Way(line).chair, line.case.applicant):
        with pytest.raises(Refused, match="Only registrars"):
            validations.award(line, by=user)
