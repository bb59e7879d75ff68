"""Opinions: impartial, independent, kept, complete when handed in."""

from decimal import Decimal
from unicodedata import normalize

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent, Mail
from credentials.verdict import Refused, Stale
from recognition.models import EvidencePointer, Line, Review, SeatRole
from recognition.opinions import owed_by, target_outcomes
from recognition.permissions import can_see_evidence, stepped_back
from recognition.services import assessments, committees, information, lines, reviews
from recognition.services.assessments import OutcomeResult
from recognition.services.reviews import Citation, OpinionDraft, RatingDraft
from recognition.states import LineState, ReviewState
from recognition.vocabulary import Element, ElementRating, Rating, elements_of
from tests.factories.catalogue import make_course_version, make_module, make_programme_version
from tests.factories.people import make_institution, make_registrar, make_user
from tests.factories.recognition import (
    EARNED,
    Way,
    answers,
    make_case,
    make_external_credential,
    make_line,
    opinion_of,
    order_assessment,
    seated,
    write_opinion,
)

pytestmark = pytest.mark.django_db


def make_review(state=ReviewState.AT_WORK, **fields) -> Review:
    """The rapporteur's review of a line with three reviewers."""
    line = make_line(LineState.UNDER_REVIEW, **fields)
    review = line.reviews.get(is_rapporteur=True)
    if state != ReviewState.ASSIGNED:
        reviews.declare_no_conflict(review, by=review.reviewer)
    if state == ReviewState.SUBMITTED:
        write_opinion(review)
        reviews.submit(review, by=review.reviewer)
    return Review.objects.get(pk=review.pk)


def give_all_but(line: Line, number: int) -> list[Review]:
    """Hand in all opinions but the last `number`; return those that are left, complete."""
    found = list(line.reviews.order_by("pk"))
    for review in found:
        reviews.declare_no_conflict(review, by=review.reviewer)
        write_opinion(review)
    for review in found[:-number]:
        reviews.submit(review, by=review.reviewer)
    return [Review.objects.get(pk=review.pk) for review in found[-number:]]


# Impartiality


def test_declaring_opens_the_evidence():
    review = make_review(ReviewState.ASSIGNED)

    reviews.declare_no_conflict(review, by=review.reviewer)

    review.refresh_from_db()
    assert review.state == ReviewState.AT_WORK
    assert review.declared_at is not None


def test_nobody_declares_for_somebody_else():
    review = make_review(ReviewState.ASSIGNED)

    with pytest.raises(Refused, match="belongs to somebody else"):
        reviews.declare_no_conflict(review, by=Way(review.line).chair)


def test_a_conflict_that_came_up_later_keeps_from_declaring():
    review = make_review(ReviewState.ASSIGNED)
    case = review.line.case
    case.applicant = review.reviewer
    case.save()

    with pytest.raises(Refused, match="Please step back"):
        reviews.declare_no_conflict(review, by=review.reviewer)


def test_who_stepped_back_sees_the_line_no_more_and_registrar_and_chair_are_told():
    review = make_review(ReviewState.ASSIGNED)
    way = Way(review.line)
    Mail.objects.all().delete()

    reviews.step_back(review, "She is my niece.", by=review.reviewer)

    review.refresh_from_db()
    assert (review.state, review.conflict) == (ReviewState.RECUSED, "She is my niece.")
    assert not Line.objects.visible_to(review.reviewer).exists()
    told = set(Mail.objects.values_list("recipient", flat=True))
    assert {way.registrar.email, way.chair.email} <= told


def test_stepping_back_needs_a_reason():
    review = make_review(ReviewState.ASSIGNED)

    with pytest.raises(Refused, match="in a few words"):
        reviews.step_back(review, " ", by=review.reviewer)


def test_the_reason_stands_in_the_log_of_the_review_not_of_the_line():
    review = make_review(ReviewState.ASSIGNED)

    reviews.step_back(review, "She is my niece.", by=review.reviewer)

    texts = AuditEvent.objects.filter(text__text="She is my niece.")
    kept_away = review.line.recusals.get()
    assert {event.thing for event in texts} == {str(review.uuid), str(kept_away.uuid)}


def test_a_chair_who_stepped_back_as_reviewer_does_not_get_the_line_back():
    line = make_line()
    way = Way(line)
    lines.declare_complete(
        line,
        by=way.registrar,
        track="recognition",
        committee=way.committee,
        rapporteur=way.members[0],
        reviewers=[way.members[1], way.chair],
    )
    review = line.reviews.get(reviewer=way.chair)

    reviews.step_back(review, "A friend.", by=way.chair)

    assert not Line.objects.visible_to(way.chair).exists()


# Naming others


@pytest.mark.parametrize("role", ["registrar", "chair"])
def test_registrar_or_chair_names_somebody_else(role):
    review = make_review(ReviewState.ASSIGNED)
    way = Way(review.line)
    reviews.step_back(review, "A friend.", by=review.reviewer)
    deputy = seated(way.committee, SeatRole.DEPUTY)[0]

    reviews.assign(review.line, deputy, rapporteur=True, by=getattr(way, role))

    named = review.line.reviews.get(reviewer=deputy)
    assert (named.is_rapporteur, named.state) == (True, ReviewState.ASSIGNED)


def test_others_name_nobody():
    review = make_review()
    deputy = seated(review.line.committee, SeatRole.DEPUTY)[0]

    for user in (review.reviewer, review.line.case.applicant, make_user()):
        with pytest.raises(Refused, match="Only registrars"):
            reviews.assign(review.line, deputy, by=user)


def test_naming_refuses_who_reviews_already_or_stepped_back_or_has_no_seat():
    review = make_review()
    line, way = review.line, Way(review.line)

    with pytest.raises(Refused, match="reviews this already"):
        reviews.assign(line, review.reviewer, by=way.chair)
    with pytest.raises(Refused, match="has no seat"):
        reviews.assign(line, make_user(), by=way.chair)
    reviews.step_back(review, "A friend.", by=review.reviewer)
    with pytest.raises(Refused, match="stepped back"):
        reviews.assign(line, review.reviewer, rapporteur=True, by=way.chair)


def test_a_new_rapporteur_can_be_one_of_the_reviewers():
    review = make_review()
    other = review.line.reviews.filter(is_rapporteur=False).first()

    reviews.assign(review.line, other.reviewer, rapporteur=True, by=Way(review.line).chair)

    assert review.line.reviews.get(is_rapporteur=True) == other


def make_member(line: Line):
    member = make_user()
    committees.seat(line.committee, member, by=Way(line).registrar)
    return member


def test_another_opinion_takes_the_line_out_of_deliberation():
    line = make_line(LineState.DELIBERATION)

    reviews.assign(line, make_member(line), by=Way(line).chair)

    line.refresh_from_db()
    assert line.state == LineState.UNDER_REVIEW


@pytest.mark.parametrize("role", [SeatRole.CHAIR, SeatRole.DEPUTY])
def test_who_could_read_the_opinions_gives_no_further_one(role):
    line = make_line(LineState.DELIBERATION)
    reader = seated(line.committee, role)[0]

    with pytest.raises(Refused, match="could read the opinions already"):
        reviews.assign(line, reader, by=Way(line).chair)
    reviews.assign(line, make_member(line), by=Way(line).chair)
    with pytest.raises(Refused, match="could read the opinions already"):
        reviews.assign(line, reader, by=Way(line).chair)


def test_an_opinion_is_not_taken_back_after_a_look_at_the_others():
    line = make_line(LineState.DELIBERATION)
    reviews.assign(line, make_member(line), by=Way(line).chair)
    review = line.reviews.filter(state=ReviewState.SUBMITTED).first()

    with pytest.raises(Refused, match="could read the other opinions already"):
        reviews.take_back(review, by=review.reviewer)


def test_an_opinion_is_taken_back_when_an_answer_came_after_the_look():
    line = make_line(LineState.DELIBERATION)
    request = information.ask(line, ["Which data sets?"], by=Way(line).chair)
    information.answer(request, answers("Sales of a market."), by=line.case.applicant)
    review = line.reviews.first()
    reviews.submit(review, by=review.reviewer)
    review.refresh_from_db()

    reviews.take_back(review, by=review.reviewer)

    review.refresh_from_db()
    assert review.state == ReviewState.AT_WORK


def test_who_loses_the_report_stands_in_the_log():
    review = make_review()
    other = review.line.reviews.filter(is_rapporteur=False).first()

    reviews.assign(review.line, other.reviewer, rapporteur=True, by=Way(review.line).chair)

    found = AuditEvent.objects.filter(action__endswith="-rapporteur").order_by("pk")
    assert [(event.thing, event.action) for event in found] == [
        (str(review.uuid), "lose-rapporteur"),
        (str(other.uuid), "make-rapporteur"),
    ]


# Writing


def test_save_keeps_half_an_opinion():
    review = make_review()
    outcome = target_outcomes(review.line)[0]
    draft = OpinionDraft(
        ratings=(RatingDraft(outcome.pk, Rating.PARTIAL, "No series."),),
        elements=((Element.LEVEL, ElementRating.MINOR, ""),),
        comment="To be continued.",
    )

    reviews.save(review, draft, by=review.reviewer)

    review.refresh_from_db()
    rating = review.ratings.get()
    assert (rating.rating, rating.note) == (Rating.PARTIAL, "No series.")
    assert review.elements.get().rating == ElementRating.MINOR
    assert review.comment == "To be continued."


def test_save_replaces_what_was_saved_before():
    review = make_review()
    write_opinion(review)
    review.refresh_from_db()
    outcome = target_outcomes(review.line)[0]
    source = review.line.sources.get()
    draft = OpinionDraft(
        ratings=(
            RatingDraft(outcome.pk, Rating.FULL, "", (Citation(source.pk, "page 4", "All."),)),
        )
    )

    reviews.save(review, draft, by=review.reviewer, seen=review.saved_at)

    first = review.ratings.get(outcome=outcome)
    assert list(first.pointers.values_list("place", "quote")) == [("page 4", "All.")]
    assert review.elements.count() == 0


def test_save_in_two_windows_is_stale():
    review = make_review()
    seen = review.saved_at
    reviews.save(review, OpinionDraft(comment="One."), by=review.reviewer, seen=seen)

    with pytest.raises(Stale, match="another window"):
        reviews.save(review, OpinionDraft(comment="Two."), by=review.reviewer, seen=seen)

    review.refresh_from_db()
    assert review.comment == "One."


def test_save_leaves_out_outcomes_and_sources_of_other_lines():
    review, other = make_review(), make_line(LineState.UNDER_REVIEW)
    outcome = target_outcomes(review.line)[0]
    foreign_outcome = target_outcomes(other)[0]
    foreign_source = other.sources.get()
    draft = OpinionDraft(
        ratings=(
            RatingDraft(outcome.pk, Rating.FULL, "", (Citation(foreign_source.pk, "p. 1"),)),
            RatingDraft(foreign_outcome.pk, Rating.FULL),
        )
    )

    reviews.save(review, draft, by=review.reviewer)

    assert review.ratings.count() == 1
    assert EvidencePointer.objects.filter(rating__review=review).count() == 0


def test_save_cuts_quotes_and_takes_unseen_signs_out():
    review = make_review()
    outcome, source = target_outcomes(review.line)[0], review.line.sources.get()
    citation = Citation(source.pk, "p. 1", "x" * 400)
    draft = OpinionDraft(
        ratings=(RatingDraft(outcome.pk, Rating.PARTIAL, "a\u202eb", (citation,)),)
    )

    reviews.save(review, draft, by=review.reviewer)

    rating = review.ratings.get()
    assert rating.note == "ab"
    assert rating.pointers.get().quote == "x" * 300


def test_nobody_writes_before_declaring_or_after_handing_in():
    new, given = make_review(ReviewState.ASSIGNED), make_review(ReviewState.SUBMITTED)

    for review in (new, given):
        with pytest.raises(Refused, match="not possible any more"):
            reviews.save(review, OpinionDraft(), by=review.reviewer, seen=review.saved_at)


def test_saving_costs_the_same_queries_for_more_outcomes(django_assert_num_queries):
    for count in (2, 20):
        review = make_review(**_module_with(count))
        draft = opinion_of(review.line)
        with django_assert_num_queries(18):
            reviews.save(review, draft, by=review.reviewer)


def _module_with(outcomes: int) -> dict:
    return _module_asking([f"Do thing {n}." for n in range(outcomes)])


def _module_asking(outcomes: list[str], **fields) -> dict:
    programme = make_programme_version(make_institution())
    version = make_course_version(programme.programme.institution, outcomes=outcomes, **fields)
    return {"modules": [make_module(programme, course_version=version, **fields)]}


# Handing in


@pytest.mark.parametrize(
    ("rating", "note", "cited", "sentence"),
    [
        ("", "", True, "Outcome 1 is not rated yet."),
        (Rating.FULL, "", False, "Cite the place in the evidence"),
        (Rating.SUBSTANTIAL, "", True, "One line: why it does not matter"),
        (Rating.PARTIAL, "", True, "Write what is missing"),
        (Rating.NOT_MET, "", False, "Write what differs"),
        (Rating.NOT_APPLICABLE, "", False, "One line: why it is not needed here"),
    ],
)
def test_handing_in_asks_for_what_a_rating_needs(rating, note, cited, sentence):
    review = make_review()
    draft = opinion_of(review.line)
    first = draft.ratings[0]
    citations = first.citations if cited else ()
    ratings = (RatingDraft(first.outcome, rating, note, citations), *draft.ratings[1:])
    reviews.save(review, OpinionDraft(ratings, draft.elements), by=review.reviewer)

    with pytest.raises(Refused, match=sentence.replace("(", r"\(")):
        reviews.submit(review, by=review.reviewer)

    assert [owed.anchor for owed in owed_by(review)] == ["rating-1"]


def test_handing_in_asks_for_every_element():
    review = make_review()
    draft = opinion_of(review.line)
    elements = tuple(row for row in draft.elements if row[0] != Element.CURRENCY)
    reviews.save(review, OpinionDraft(draft.ratings, elements), by=review.reviewer)

    with pytest.raises(Refused, match="Rate the element “Currency”"):
        reviews.submit(review, by=review.reviewer)


def test_a_substantial_difference_needs_words():
    review = make_review()
    draft = opinion_of(review.line)
    elements = (*draft.elements[1:], (Element.LEVEL, ElementRating.SUBSTANTIAL, ""))
    reviews.save(review, OpinionDraft(draft.ratings, elements), by=review.reviewer)

    with pytest.raises(Refused, match="Write what differs in “Level”"):
        reviews.submit(review, by=review.reviewer)


def test_line_goes_to_the_chair_with_the_last_opinion():
    line = make_line(LineState.UNDER_REVIEW)
    (last,) = give_all_but(line, 1)
    line.refresh_from_db()
    assert line.state == LineState.UNDER_REVIEW
    Mail.objects.all().delete()

    reviews.submit(last, by=last.reviewer)

    line.refresh_from_db()
    assert line.state == LineState.DELIBERATION
    assert [mail.recipient for mail in Mail.objects.all()] == [Way(line).chair.email]


def test_stepping_back_of_the_last_one_passes_the_line_on_if_enough_are_in():
    line = make_line(LineState.UNDER_REVIEW)
    (last,) = give_all_but(line, 1)

    reviews.step_back(last, "I know her.", by=last.reviewer)

    line.refresh_from_db()
    assert line.state == LineState.DELIBERATION


def test_line_waits_while_too_few_opinions_are_left():
    line = make_line(LineState.UNDER_REVIEW)
    left = give_all_but(line, 2)

    for review in left:
        reviews.step_back(review, "I know her.", by=review.reviewer)

    line.refresh_from_db()
    assert line.state == LineState.UNDER_REVIEW


def test_line_waits_for_somebody_who_reports():
    line = make_line(LineState.UNDER_REVIEW)
    rapporteur, *others = line.reviews.order_by("pk")
    for review in others:
        reviews.declare_no_conflict(review, by=review.reviewer)
        write_opinion(review)
        reviews.submit(review, by=review.reviewer)

    reviews.step_back(rapporteur, "I know her.", by=rapporteur.reviewer)
    line.refresh_from_db()
    assert line.state == LineState.UNDER_REVIEW
    reviews.assign(line, others[0].reviewer, rapporteur=True, by=Way(line).chair)

    line.refresh_from_db()
    assert line.state == LineState.DELIBERATION


def test_handing_in_twice_is_refused():
    review = make_review(ReviewState.SUBMITTED)

    with pytest.raises(Refused, match="not possible any more"):
        reviews.submit(review, by=review.reviewer)


def test_take_back_until_all_are_in():
    review = make_review(ReviewState.SUBMITTED)

    reviews.take_back(review, by=review.reviewer)

    review.refresh_from_db()
    assert (review.state, review.submitted_at) == (ReviewState.AT_WORK, None)


def test_take_back_when_all_are_in_is_refused():
    line = make_line(LineState.DELIBERATION)
    review = line.reviews.first()

    with pytest.raises(Refused, match="not possible any more"):
        reviews.take_back(review, by=review.reviewer)


# Independence


def test_nobody_sees_opinions_before_all_are_in(client):
    line = make_line(LineState.UNDER_REVIEW)
    give_all_but(line, 1)
    way = Way(line)
    answers = {}
    for role, user in {
        "chair": way.chair,
        "reviewer": way.members[0],
        "registrar": way.registrar,
        "applicant": line.case.applicant,
    }.items():
        client.force_login(user)
        answers[role] = client.get(reverse("line-opinions", args=[line.uuid])).status_code

    assert set(answers.values()) == {403}


def test_committee_sees_all_opinions_when_all_are_in(client):
    line = make_line(LineState.DELIBERATION)
    way = Way(line)
    for user in (way.chair, *way.members):
        client.force_login(user)
        page = client.get(reverse("line-opinions", args=[line.uuid]))
        assert page.status_code == 200
        assert page.content.decode().count("A careful course.") == 3


def test_applicant_and_registrar_never_see_who_said_what(client):
    line = make_line(LineState.NOTIFIED)
    for user in (line.case.applicant, Way(line).registrar):
        client.force_login(user)
        assert client.get(reverse("line-opinions", args=[line.uuid])).status_code == 403


# Pages


def test_conflict_page_shows_no_evidence(client):
    review = make_review(ReviewState.ASSIGNED)
    client.force_login(review.reviewer)

    detail = client.get(reverse("review-detail", args=[review.uuid]))
    page = client.get(reverse("review-conflict", args=[review.uuid])).content.decode()

    assert detail["Location"] == reverse("review-conflict", args=[review.uuid])
    assert review.line.case.learner.name in page
    assert "handbook.pdf" not in page
    assert "Import and clean data" not in page


def test_conflict_page_declares_and_steps_back(client):
    first, second = make_review(ReviewState.ASSIGNED), make_review(ReviewState.ASSIGNED)
    client.force_login(first.reviewer)
    client.post(reverse("review-conflict", args=[first.uuid]), {"do": "declare"})
    client.force_login(second.reviewer)
    client.post(
        reverse("review-conflict", args=[second.uuid]), {"do": "step-back", "reason": "A friend."}
    )
    after = client.get(reverse("review-detail", args=[second.uuid]), follow=True)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ReviewState.AT_WORK, ReviewState.RECUSED)
    assert "You stepped back" in after.content.decode()
    assert "Import and clean data" not in after.content.decode()


def post_of(review: Review, **changes) -> dict:
    """What a browser sends for a complete opinion that cites passages by their keys."""
    data = {"seen": review.saved_at.isoformat() if review.saved_at else "", "comment": "Good."}
    for outcome in target_outcomes(review.line):
        data[f"rate-{outcome.order}"] = Rating.FULL
        data[f"cite-{outcome.order}"] = ["s1-o1", "s1-d2"]
    data |= {f"el-{element}": ElementRating.NONE for element in Element}
    return {name: value for name, value in (data | changes).items() if value is not None}


def test_matrix_saves_citations_with_the_words_of_the_evidence(client):
    review = make_review()
    client.force_login(review.reviewer)

    client.post(reverse("review-detail", args=[review.uuid]), post_of(review))

    rating = review.ratings.get(outcome__order=1)
    assert sorted(rating.pointers.values_list("place", "quote")) == [
        ("description, sentence 2", "It ends with a project and an examination."),
        ("outcome 1", "Import and clean data from files, databases and web services."),
    ]


def proposals_on(page) -> dict:
    """What the page sends of the places that it proposes, though nobody touches them."""
    rows = page.context["rows"]
    return {f"proposal-{row.number}": row.proposal.key for row in rows if row.proposal}


def test_place_proposed_and_left_is_cited_as_accepted(client):
    review = make_review()
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])
    page = client.get(url)

    client.post(url, post_of(review, **{"cite-1": None}, **proposals_on(page)))

    assert "Cited unless you choose another: outcome 1" in page.content.decode()
    (accepted,) = review.ratings.get(outcome__order=1).pointers.all()
    assert (accepted.place, accepted.was_proposed) == ("outcome 1", True)
    assert accepted.quote == "Import and clean data from files, databases and web services."
    assert accepted.where == "outcome 1 (proposed by the portal, accepted)"
    own = review.ratings.get(outcome__order=2).pointers
    assert set(own.values_list("was_proposed", flat=True)) == {False}
    shown = client.get(url).context["rows"][0]
    assert (shown.proposal.key, shown.proposal.checked) == ("s1-o1", False)


@pytest.mark.parametrize(
    "outcomes",
    [
        [*EARNED, EARNED[0]],
        [f"{EARNED[0]} {normalize('NFD', 'Café.')}", *EARNED[1:]],
    ],
    ids=["the same sentence twice", "words that are kept in another form"],
)
def test_place_accepted_is_never_ticked_while_the_opinion_is_written(client, outcomes):
    holder = make_user()
    source = make_external_credential(holder, outcomes=outcomes)
    review = make_review(applicant=holder, sources=[source])
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])
    client.post(url, post_of(review, **{"cite-1": None}, **proposals_on(client.get(url))))

    page = client.get(url)
    review.refresh_from_db()
    client.post(url, post_of(review, **{"cite-1": None}, **proposals_on(page)))

    (accepted,) = review.ratings.get(outcome__order=1).pointers.all()
    assert accepted.was_proposed
    assert not [cite for cite in page.context["rows"][0].found if cite.checked]


def test_place_accepted_is_asked_for_again_when_an_assessment_says_something(client):
    review = make_review()
    other = review.line.reviews.exclude(pk=review.pk).first()
    reviews.declare_no_conflict(other, by=other.reviewer)
    write_opinion(review, ratings=[Rating.NOT_EVIDENCED])
    client.force_login(other.reviewer)
    url = reverse("review-detail", args=[other.uuid])
    client.post(url, post_of(other, **{"cite-1": None}, **proposals_on(client.get(url))))
    assessment = order_assessment(review.line, by=review.reviewer)
    found = {row.outcome_id: OutcomeResult(True, "Good.") for row in assessment.results.all()}
    assessments.enter_result(assessment, found, by=assessment.assessor)

    page = client.get(url)
    other.refresh_from_db()
    said = {"cite-1": None, "do": "submit"}
    answer = client.post(url, post_of(other, **said, **proposals_on(page)), follow=True)

    other.refresh_from_db()
    assert not [cite for cite in page.context["rows"][0].found if cite.checked]
    assert other.state == ReviewState.AT_WORK
    assert "Cite the place in the evidence" in answer.content.decode()


def test_place_accepted_is_ticked_once_the_opinion_is_in(client):
    review = make_review()
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])
    proposed = proposals_on(client.get(url))

    client.post(url, post_of(review, do="submit", **{"cite-1": None}, **proposed))

    page = client.get(url)
    assert page.context["rows"][0].proposal.checked
    assert "Cited unless you choose another" not in page.content.decode()


@pytest.mark.parametrize("rating", [Rating.NOT_MET, Rating.NOT_EVIDENCED, Rating.NOT_APPLICABLE])
def test_place_proposed_is_not_cited_for_a_rating_that_needs_none(client, rating):
    review = make_review()
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])
    proposed = proposals_on(client.get(url))
    said = {"rate-1": rating, "note-1": "There is nothing of it.", "cite-1": None}

    client.post(url, post_of(review, do="submit", **said, **proposed))

    review.refresh_from_db()
    assert review.state == ReviewState.SUBMITTED
    assert not review.ratings.get(outcome__order=1).pointers.exists()


@pytest.mark.parametrize("asks", ["Judge how good data are.", "Conduct an orchestra."])
def test_place_is_not_proposed_where_nothing_matches_well(client, asks):
    review = make_review(**_module_asking([asks]))
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])
    page = client.get(url)
    assert proposals_on(page) == {}

    answer = client.post(url, post_of(review, do="submit", **{"cite-1": None}), follow=True)

    review.refresh_from_db()
    assert review.state == ReviewState.AT_WORK
    assert "Cite the place in the evidence" in answer.content.decode()


@pytest.mark.parametrize("key", ["s1-d1", "s9-o1", None])
def test_place_that_the_page_did_not_propose_is_not_cited_as_proposed(client, key):
    review = make_review()
    client.force_login(review.reviewer)
    said = {"cite-1": None, "proposal-1": key, "do": "submit"}

    client.post(reverse("review-detail", args=[review.uuid]), post_of(review, **said))

    review.refresh_from_db()
    assert review.state == ReviewState.AT_WORK
    assert not review.ratings.get(outcome__order=1).pointers.exists()


def test_opinions_say_which_place_was_proposed(client):
    review = make_review()
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])
    proposed = proposals_on(client.get(url))
    client.post(url, post_of(review, do="submit", **{"cite-1": None}, **proposed))
    for other in review.line.reviews.exclude(pk=review.pk):
        reviews.declare_no_conflict(other, by=other.reviewer)
        write_opinion(other)
        reviews.submit(other, by=other.reviewer)

    page = client.get(reverse("line-opinions", args=[review.line.uuid])).content.decode()

    assert page.count("outcome 1 (proposed by the portal, accepted)") == 1


def test_signature_does_not_answer_what_the_page_asks(client):
    review = make_review(**_module_asking(["Import and clean data."], ects=Decimal("12")))
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])
    unrated = {f"el-{element}": None for element in Element}

    page = client.post(url, post_of(review, no_difference="1", **unrated), follow=True)

    review.refresh_from_db()
    assert review.state == ReviewState.AT_WORK
    assert page.context["todo_url"] == "#element-workload"
    assert "Rate the element “Workload”." in page.content.decode()


def test_signature_says_nothing_of_other_elements_while_something_is_owed(client):
    review = make_review()
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])
    unrated = {f"el-{element}": None for element in Element}
    said = unrated | {"rate-2": None, "el-level": ElementRating.MINOR, "el-note-quality": "Good."}

    client.post(url, post_of(review, no_difference="1", **said))
    kept = set(review.elements.values_list("element", "rating"))
    review.refresh_from_db()
    client.post(url, post_of(review, no_difference="1", **said | {"rate-2": Rating.FULL}))

    review.refresh_from_db()
    assert kept == {("level", ElementRating.MINOR), ("quality", "")}
    assert review.state == ReviewState.SUBMITTED
    assert set(review.elements.values_list("element", "rating")) == {
        (element, ElementRating.MINOR if element == Element.LEVEL else ElementRating.NONE)
        for element in elements_of(review.line.track)
    }


def test_one_answer_says_of_all_elements_left_that_they_do_not_differ(client):
    review = make_review()
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])
    left = {f"el-{element}": None for element in Element if element != Element.LEVEL}
    rated = {"el-level": ElementRating.MINOR, "no_difference": "1"}

    asked = client.get(url).content.decode()
    client.post(url, post_of(review, **left, **rated))

    found = dict(review.elements.values_list("element", "rating"))
    assert found.pop(Element.LEVEL) == ElementRating.MINOR
    assert set(found.values()) == {ElementRating.NONE}
    review.refresh_from_db()
    assert review.state == ReviewState.SUBMITTED
    assert "Submit, no other difference" in asked


def test_matrix_keeps_a_place_typed_in_and_shows_it_again(client):
    review = make_review()
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])
    typed = {"place-1": "handbook, page 14", "quote-1": "Students combine data."}
    client.post(url, post_of(review, **typed))

    page = client.get(url)
    review.refresh_from_db()
    own = [cite for cite in page.context["rows"][0].found if cite.place == "handbook, page 14"]
    client.post(url, post_of(review, **{"cite-1": [own[0].key]}))

    assert own[0].checked
    assert own[0].pieces == (("Students combine data.", False),)
    pointers = review.ratings.get(outcome__order=1).pointers
    assert list(pointers.values_list("place", "quote")) == [
        ("handbook, page 14", "Students combine data.")
    ]


def test_place_typed_in_without_words_is_named_once(client):
    review = make_review()
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])
    client.post(url, post_of(review, **{"place-1": "handbook, page 14"}))

    page = client.get(url).content.decode()

    assert page.count("handbook, page 14") == 1


def test_matrix_asks_where_typed_words_stand(client):
    review = make_review()
    client.force_login(review.reviewer)

    page = client.post(
        reverse("review-detail", args=[review.uuid]), post_of(review, **{"quote-1": "Somewhere."})
    )

    assert "Say where this stands" in page.content.decode()
    assert 'href="#id_place-1"' in page.content.decode()
    assert review.ratings.count() == 0


def test_matrix_hands_in_and_shows_the_opinion_closed(client):
    review = make_review()
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])

    client.post(url, post_of(review, do="submit"))

    review.refresh_from_db()
    page = client.get(url)
    assert review.state == ReviewState.SUBMITTED
    assert page.context["may_write"].allowed is False
    assert "<fieldset disabled>" in page.content.decode()


def test_matrix_keeps_what_is_not_complete_when_handing_in(client):
    review = make_review()
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])

    page = client.post(url, post_of(review, do="submit", **{"rate-2": None}), follow=True)

    review.refresh_from_db()
    assert review.state == ReviewState.AT_WORK
    assert review.ratings.get(outcome__order=1).rating == Rating.FULL
    assert page.context["todo_url"] == "#rating-2"
    assert "Outcome 2 is not rated yet." in page.content.decode()


def test_matrix_of_an_older_page_keeps_the_words_on_the_screen(client):
    review = make_review()
    stale = post_of(review, comment="My long comment.")
    write_opinion(review)
    client.force_login(review.reviewer)

    page = client.post(reverse("review-detail", args=[review.uuid]), stale)

    assert "You saved this in another window" in page.content.decode()
    assert "My long comment." in page.content.decode()
    review.refresh_from_db()
    assert review.comment == "A careful course."


def test_matrix_takes_no_key_of_another_case(client):
    review = make_review()
    client.force_login(review.reviewer)

    client.post(
        reverse("review-detail", args=[review.uuid]), post_of(review, **{"cite-1": ["s9-o1"]})
    )

    assert review.ratings.count() == 0


def test_matrix_fills_no_rating_in(client):
    review = make_review()
    client.force_login(review.reviewer)

    page = client.get(reverse("review-detail", args=[review.uuid]))

    assert {row.rating for row in page.context["rows"]} == {""}
    assert page.context["rows"][0].found[0].label == "Close match"
    assert not any(cite.checked for row in page.context["rows"] for cite in row.found)


def test_matrix_tally_counts_as_the_script_does(client):
    review = make_review()
    write_opinion(review, ratings=[Rating.FULL, Rating.PARTIAL, Rating.NOT_APPLICABLE])
    client.force_login(review.reviewer)

    page = client.get(reverse("review-detail", args=[review.uuid]))

    tally = page.context["tally"]
    assert (tally.met, tally.counted) == (2, 3)
    assert (tally.essential_met, tally.essential_total) == (1, 2)
    assert "2 of 3 outcomes, 4 ECTS" in page.content.decode()


@pytest.mark.parametrize("who", ["chair", "registrar", "applicant", "stranger"])
def test_matrix_is_not_found_by_others(client, who):
    review = make_review()
    way = Way(review.line)
    user = {
        "chair": way.chair,
        "registrar": way.registrar,
        "applicant": review.line.case.applicant,
        "stranger": make_user(),
    }[who]
    client.force_login(user)

    for name in ("review-detail", "review-conflict"):
        assert client.get(reverse(name, args=[review.uuid])).status_code == 404
    assert client.post(reverse("review-take-back", args=[review.uuid])).status_code == 404


def test_matrix_costs_the_same_queries_for_more_outcomes(client, django_assert_num_queries):
    for count in (2, 20):
        review = make_review(**_module_with(count))
        write_opinion(review)
        client.force_login(review.reviewer)
        with django_assert_num_queries(28):
            client.get(reverse("review-detail", args=[review.uuid]))


def test_matrix_of_a_free_elective_rates_the_other_elements_only(client):
    programme = make_programme_version(make_institution())
    review = make_review(programme_version=programme, modules=[])
    client.force_login(review.reviewer)
    url = reverse("review-detail", args=[review.uuid])

    page = client.get(url)
    client.post(url, post_of(review, do="submit"))

    review.refresh_from_db()
    assert page.context["rows"] == []
    assert review.state == ReviewState.SUBMITTED


def test_matrix_shows_two_sources_by_name(client):
    applicant = make_user()
    programme = make_programme_version(make_institution())
    sources = [
        make_external_credential(applicant, institution=programme.programme.institution)
        for _ in range(2)
    ]
    review = make_review(modules=[make_module(programme)], applicant=applicant, sources=sources)
    client.force_login(review.reviewer)

    page = client.get(reverse("review-detail", args=[review.uuid]))

    titles = {str(source) for source in sources}
    named = {cite.source for row in page.context["rows"] for cite in row.found}
    assert named <= titles
    assert named


def test_assign_page_names_somebody(client):
    line = make_line(LineState.UNDER_REVIEW)
    way = Way(line)
    deputy = seated(way.committee, SeatRole.DEPUTY)[0]
    client.force_login(way.chair)

    client.post(reverse("line-reviewers", args=[line.uuid]), {"user": deputy.pk})

    assert line.reviews.filter(reviewer=deputy).count() == 1


def test_registrar_does_not_see_who_reviews_their_own_application(client):
    programme = make_programme_version(make_institution())
    applicant = make_registrar(programme.programme.institution)
    line = make_line(LineState.UNDER_REVIEW, applicant=applicant, programme_version=programme)
    client.force_login(applicant)

    assert client.get(reverse("line-reviewers", args=[line.uuid])).status_code == 404


def test_assign_page_says_why_not_in_place(client):
    line = make_line(LineState.UNDER_REVIEW)
    way = Way(line)
    client.force_login(way.chair)

    page = client.post(reverse("line-reviewers", args=[line.uuid]), {"user": way.members[0].pk})

    assert "reviews this already" in page.content.decode()


def test_case_page_of_two_lines_links_the_reviewers_other_line(client):
    programme = make_programme_version(make_institution())
    case = make_case(modules=[make_module(programme), make_module(programme)])
    first, second = case.lines.all()
    for line in (first, second):
        Way(line).complete()
    review = first.reviews.get(is_rapporteur=True)
    reviews.declare_no_conflict(review, by=review.reviewer)
    client.force_login(review.reviewer)

    page = client.get(reverse("review-detail", args=[review.uuid]))

    other = second.reviews.get(reviewer=review.reviewer)
    assert [tab["url"] for tab in page.context["lines"]] == [
        reverse("review-detail", args=[review.uuid]),
        reverse("review-detail", args=[other.uuid]),
    ]


def test_opinion_given_in_time_is_dated():
    review = make_review(ReviewState.SUBMITTED)

    assert timezone.localdate(review.submitted_at) == timezone.localdate()


def end_seat_of(review: Review) -> None:
    place = review.line.committee.seats.get(user=review.reviewer)
    committees.end_term(place, by=Way(review.line).registrar)


def test_who_has_no_seat_any_more_neither_reads_nor_hands_in(client):
    review = make_review()
    write_opinion(review)
    end_seat_of(review)

    with pytest.raises(Refused, match="seat on the committee has ended"):
        reviews.submit(review, by=review.reviewer)

    client.force_login(review.reviewer)
    page = client.get(reverse("review-detail", args=[review.uuid]))
    assert page.status_code == 403
    assert not can_see_evidence(review.reviewer, review.line)
    assert not Line.objects.visible_to(review.reviewer).exists()
    assert not Review.objects.awaiting_review_by(review.reviewer).exists()


def test_who_has_no_seat_any_more_can_still_step_back():
    review = make_review()
    end_seat_of(review)

    reviews.step_back(review, "My term has ended.", by=review.reviewer)

    review.refresh_from_db()
    assert review.state == ReviewState.RECUSED


# Released


@pytest.mark.parametrize("role", ["registrar", "chair"])
def test_releasing_the_silent_reviewer_passes_the_line_on(role):
    line = make_line(LineState.UNDER_REVIEW)
    (silent,) = give_all_but(line, 1)

    reviews.release(silent, "On leave since May.", by=getattr(Way(line), role))

    silent.refresh_from_db()
    line.refresh_from_db()
    assert (silent.state, silent.conflict) == (ReviewState.RECUSED, "")
    assert line.state == LineState.DELIBERATION
    said = AuditEvent.objects.filter(text__text="On leave since May.")
    assert [event.thing for event in said] == [str(silent.uuid)]
    assert Mail.objects.filter(recipient=silent.reviewer.email).last().subject == (
        f"Your opinion on {line.case.reference} is not needed any more"
    )


def test_releasing_somebody_who_never_declared():
    review = make_review(ReviewState.ASSIGNED)

    reviews.release(review, "No answer.", by=Way(review.line).registrar)

    review.refresh_from_db()
    assert review.state == ReviewState.RECUSED
    assert not Line.objects.visible_to(review.reviewer).exists()


def test_releasing_needs_a_reason_and_is_for_those_who_name_reviewers():
    review = make_review()
    way = Way(review.line)
    other = way.members[1]

    with pytest.raises(Refused, match="in a few words"):
        reviews.release(review, " ", by=way.chair)
    for user in (other, review.line.case.applicant, make_registrar(make_institution())):
        with pytest.raises(Refused, match="Only registrars"):
            reviews.release(review, "No answer.", by=user)


def test_who_gave_an_opinion_is_not_released():
    review = make_review(ReviewState.SUBMITTED)

    with pytest.raises(Refused, match="not possible any more"):
        reviews.release(review, "No answer.", by=Way(review.line).chair)


def line_reviewed_by(user_of) -> tuple[Line, Review]:
    """A line under review that somebody reviews who has another role in it too."""
    line = make_line()
    way = Way(line)
    user = user_of(way)
    lines.declare_complete(
        line,
        by=way.registrar,
        track="recognition",
        committee=way.committee,
        rapporteur=way.members[0],
        reviewers=[way.members[1], user],
    )
    return Line.objects.get(pk=line.pk), line.reviews.get(reviewer=user)


def seated_registrar(way: Way):
    registrar = make_registrar(way.institution)
    committees.seat(way.committee, registrar, by=way.registrar)
    return registrar


def test_a_chair_releases_nobody_but_others_and_decides_when_released():
    line, review = line_reviewed_by(lambda way: way.chair)
    way = Way(line)

    with pytest.raises(Refused, match="your own task"):
        reviews.release(review, "No time.", by=way.chair)
    reviews.release(review, "On leave.", by=way.registrar)

    assert Line.objects.visible_to(way.chair).exists()
    assert not stepped_back(way.chair, line)


def test_a_registrar_who_stepped_back_as_reviewer_has_the_line_no_more(client):
    line, review = line_reviewed_by(seated_registrar)
    registrar = review.reviewer

    reviews.step_back(review, "She is my sister.", by=registrar)

    assert not Line.objects.visible_to(registrar).exists()
    assert not Line.objects.kept_by(registrar).exists()
    assert not can_see_evidence(registrar, line)
    with pytest.raises(Refused, match="Another registrar must work on it"):
        information.ask(line, ["Grade?"], by=registrar)
    with pytest.raises(Refused, match="Another registrar must work on it"):
        reviews.assign(line, Way(line).chair, by=registrar)
    client.force_login(registrar)
    for name in ("line-check", "line-reviewers", "line-detail"):
        assert client.get(reverse(name, args=[line.uuid])).status_code == 404


def test_a_chair_who_stepped_back_as_reviewer_names_nobody():
    line, review = line_reviewed_by(lambda way: way.chair)
    way = Way(line)
    reviews.step_back(review, "A friend.", by=way.chair)

    with pytest.raises(Refused, match="Only registrars"):
        reviews.assign(line, way.members[2], by=way.chair)


def test_release_page_asks_why_and_releases(client):
    review = make_review()
    line, way = review.line, Way(review.line)
    client.force_login(way.registrar)
    url = reverse("review-release", args=[review.uuid])

    assert url in client.get(reverse("line-reviewers", args=[line.uuid])).content.decode()
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 200
    client.post(url, {"reason": "On leave."})

    review.refresh_from_db()
    assert review.state == ReviewState.RECUSED
    page = client.get(reverse("line-reviewers", args=[line.uuid])).content.decode()
    assert (url in page, "Released" in page) == (False, True)


def test_release_page_is_not_found_by_others(client):
    review = make_review()
    way = Way(review.line)
    answers = set()
    for user in (review.reviewer, way.members[1], review.line.case.applicant, make_user()):
        client.force_login(user)
        answers.add(client.get(reverse("review-release", args=[review.uuid])).status_code)

    assert answers == {404}
