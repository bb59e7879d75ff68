"""Completeness check, questions, withdrawal: who may, what it changes, whom it tells."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from credentials.models import AwardingBody, Mail, Role
from credentials.verdict import Refused
from credentials.vocabulary import BodyStatus
from recognition.calendar import add_working_days
from recognition.models import InformationRequest, Line, LineSource, Review, SeatRole
from recognition.services import (
    cases,
    committees,
    decisions,
    information,
    letters,
    lines,
    reviews,
    sources,
)
from recognition.states import LineState, ReviewState
from recognition.vocabulary import DecisionType, InadmissibleReason, Track, TrackReason
from tests.factories.awards import make_award, make_taught_course
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import (
    make_awarding_body,
    make_institution,
    make_registrar,
    make_staff,
    make_user,
)
from tests.factories.recognition import (
    WALKED,
    Way,
    answers,
    make_case,
    make_external_credential,
    make_file,
    make_line,
    seated,
    write_decision,
    write_opinion,
)

pytestmark = pytest.mark.django_db


def registrar_of(line: Line):
    return cases.registrars_of(line.case)[0]


def completion(line: Line, **fields) -> dict:
    way = Way(line)
    rapporteur, *others = way.members
    return {
        "by": way.registrar,
        "track": Track.RECOGNITION,
        "committee": way.committee,
        "rapporteur": rapporteur,
        "reviewers": others,
    } | fields


@pytest.mark.parametrize("state", WALKED)
def test_factory_walks_to_every_state(state):
    assert make_line(state).state == state


# Complete


def test_declare_complete_starts_the_clock_and_names_the_reviewers():
    line = make_line()
    given = completion(line)

    lines.declare_complete(line, **given)

    line.refresh_from_db()
    today = timezone.localdate()
    assert line.state == LineState.UNDER_REVIEW
    assert line.due_on == add_working_days(today, line.case.policy.decision_days, "DE")
    assert line.track == Track.RECOGNITION
    assert line.track_reasons == [
        TrackReason.RECOGNISED_BODY,
        TrackReason.QUALITY_ASSURED,
        TrackReason.HIGHER_EDUCATION,
        TrackReason.WORKLOAD,
    ]
    assert line.complete_at == line.held_since
    named = list(line.reviews.values_list("reviewer", "is_rapporteur", "state"))
    assert named == [
        (given["rapporteur"].pk, True, ReviewState.ASSIGNED),
        *((user.pk, False, ReviewState.ASSIGNED) for user in given["reviewers"]),
    ]


def test_declare_complete_tells_applicant_and_reviewers():
    line = make_line()
    Mail.objects.all().delete()
    given = completion(line)

    lines.declare_complete(line, **given)

    told = sorted(Mail.objects.values_list("recipient", flat=True))
    people = [line.case.applicant, given["rapporteur"], *given["reviewers"]]
    assert told == sorted(user.email for user in people)


def test_declare_complete_twice_is_refused():
    line = make_line()
    lines.declare_complete(line, **completion(line))

    with pytest.raises(Refused, match="not possible any more"):
        lines.declare_complete(line, **completion(line))

    assert line.reviews.count() == 3


def test_another_track_than_proposed_needs_a_reason():
    line = make_line()

    with pytest.raises(Refused, match="Say why this line takes another track"):
        lines.declare_complete(line, **completion(line, track=Track.VALIDATION))
    lines.declare_complete(
        line, **completion(line, track=Track.VALIDATION, override_reason="Work experience.")
    )

    line.refresh_from_db()
    assert (line.track, line.track_override_reason) == (Track.VALIDATION, "Work experience.")


def test_one_source_outside_higher_education_takes_the_line_to_validation():
    applicant = make_user()
    case = make_case(applicant=applicant)
    second = make_external_credential(applicant, institution=case.institution)
    body = second.facts["awarding_body"]["name"]["en"]
    AwardingBody.objects.filter(name=body).update(status=BodyStatus.NON_HE)
    first = case.lines.get().sources.get().credential
    both = make_case(
        applicant=applicant,
        programme_version=case.programme_version,
        sources=[first, second],
    )
    line = both.lines.get()

    with pytest.raises(Refused, match="another track"):
        lines.declare_complete(line, **completion(line))
    lines.declare_complete(line, **completion(line, track=Track.VALIDATION))

    line.refresh_from_db()
    assert line.track_reasons == [TrackReason.NON_HE_BODY]


def test_declare_complete_needs_as_many_people_as_opinions():
    line = make_line()
    chosen = completion(line)

    with pytest.raises(Refused, match="Name at least 2 people"):
        lines.declare_complete(line, **chosen | {"reviewers": [chosen["rapporteur"]]})


def test_reviewers_must_hold_a_seat_today():
    line = make_line()
    chosen = completion(line)
    place = chosen["committee"].seats.get(user=chosen["reviewers"][0])
    committees.end_term(place, by=make_registrar(line.case.institution))

    with pytest.raises(Refused, match="has no seat"):
        lines.declare_complete(line, **chosen)
    with pytest.raises(Refused, match="has no seat"):
        lines.declare_complete(line, **chosen | {"reviewers": [make_user()]})


def test_who_taught_the_source_cannot_review_it():
    version = make_taught_course()
    award = make_award(version=version)
    line = make_case(applicant=award.learner.user, sources=[award.credential]).lines.get()
    chosen = completion(line)
    version.course.teachers.add(chosen["reviewers"][0])

    with pytest.raises(Refused, match="Taught or awarded"):
        lines.declare_complete(line, **chosen)


def test_the_applicant_cannot_review_their_own_line():
    line = make_line()
    chosen = completion(line)
    committees.seat(
        chosen["committee"], line.case.applicant, by=make_registrar(line.case.institution)
    )

    with pytest.raises(Refused, match="Is the applicant"):
        lines.declare_complete(line, **chosen | {"reviewers": [line.case.applicant]})


def test_only_registrars_of_the_programme_check():
    line = make_line()
    way = Way(line)
    strangers = [
        line.case.applicant,
        make_registrar(make_institution()),
        make_staff(line.case.institution, Role.TEACHER),
        make_staff(line.case.institution, Role.COURSE_DIRECTOR),
        way.chair,
        way.members[0],
    ]

    for user in strangers:
        with pytest.raises(Refused, match="Only registrars of"):
            lines.declare_complete(line, **completion(line, by=user))
        with pytest.raises(Refused, match="Only registrars of"):
            lines.declare_inadmissible(line, InadmissibleReason.EXCLUDED, "-", by=user)
        with pytest.raises(Refused, match="Only registrars of"):
            information.ask(line, ["Grade?"], by=user)

    line.refresh_from_db()
    assert line.state == LineState.SUBMITTED


def test_registrar_does_not_check_their_own_application():
    institution = make_institution()
    programme = make_programme_version(institution)
    registrar = make_registrar(institution)
    line = make_case(programme_version=programme, applicant=registrar).lines.get()

    with pytest.raises(Refused, match="your own application"):
        lines.declare_complete(line, **completion(line, by=registrar))


# Register


def test_enter_body_enters_links_and_changes_the_proposal():
    applicant = make_user()
    case = make_case(applicant=applicant, sources=[make_external_credential(applicant)])
    source = case.lines.get().sources.get()

    body = sources.enter_body(
        source,
        by=registrar_of(case.lines.get()),
        name="Unknown Academy",
        country="ES",
        status=BodyStatus.RECOGNISED,
        evidence="National register",
    )

    source.refresh_from_db()
    assert source.awarding_body == body
    assert body.institution == case.institution


def test_link_body_refuses_the_register_of_another_institution():
    line = make_line()
    foreign = make_awarding_body(make_institution())

    with pytest.raises(Refused, match="your own register"):
        sources.link_body(line.sources.get(), foreign, by=registrar_of(line))


# Not admissible, withdrawn


def test_inadmissible_keeps_reason_and_tells_the_applicant():
    line = make_line()
    Mail.objects.all().delete()

    lines.declare_inadmissible(
        line, InadmissibleReason.NOTHING_NEW, "Send new evidence.", by=registrar_of(line)
    )
    list(letters.make(Line.objects.get(pk=line.pk)))

    line.refresh_from_db()
    assert line.state == LineState.INADMISSIBLE
    assert line.inadmissible_reason == InadmissibleReason.NOTHING_NEW
    assert line.closing_note == "Send new evidence."
    assert [m.recipient for m in Mail.objects.all()] == [line.case.applicant.email]


def test_inadmissible_for_a_reason_of_ones_own_is_refused():
    line = make_line()

    with pytest.raises(Refused, match="Choose one of the reasons"):
        lines.declare_inadmissible(line, "too-short", "-", by=registrar_of(line))


@pytest.mark.parametrize(
    "state",
    [
        LineState.SUBMITTED,
        LineState.INFO_REQUESTED,
        LineState.UNDER_REVIEW,
        LineState.DELIBERATION,
    ],
)
def test_applicant_withdraws_until_the_decision(state):
    line = make_line(state)

    lines.withdraw(line, by=line.case.applicant)

    line.refresh_from_db()
    assert line.state == LineState.WITHDRAWN


@pytest.mark.parametrize("state", [LineState.DECIDED, LineState.INADMISSIBLE, LineState.WITHDRAWN])
def test_withdrawing_later_is_refused(state):
    line = make_line(state)

    with pytest.raises(Refused, match="not possible any more"):
        lines.withdraw(line, by=line.case.applicant)


def test_nobody_else_withdraws():
    line = make_line()

    with pytest.raises(Refused, match="Only the applicant"):
        lines.withdraw(line, by=registrar_of(line))


# Questions


def ask_and_answer(line: Line, by, *, days: int = 0) -> None:
    request = information.ask(line, ["How were you assessed?"], by=by)
    InformationRequest.objects.filter(pk=request.pk).update(
        asked_at=request.asked_at - timedelta(days=days)
    )
    Line.objects.filter(pk=line.pk).update(held_since=request.asked_at - timedelta(days=days))
    information.answer(request, answers("By an examination."), by=line.case.applicant)


def test_question_before_completeness_goes_back_to_the_registrar():
    line = make_line()

    ask_and_answer(line, registrar_of(line))

    line.refresh_from_db()
    assert line.state == LineState.FORMAL_CHECK
    request = line.information_requests.get()
    days = line.case.policy.information_days
    assert request.items.get().answer == "By an examination."
    assert request.due_on == timezone.localdate() + timedelta(days=days)


def test_answer_keeps_its_files():
    line = make_line(LineState.INFO_REQUESTED)
    file = make_file(line.case.applicant, "marks.pdf")
    request = line.information_requests.get()

    information.answer(request, answers("", file), by=line.case.applicant)

    assert list(request.items.get().documents.all()) == [file]


def test_empty_answer_is_refused():
    line = make_line(LineState.INFO_REQUESTED)

    with pytest.raises(Refused, match="Answer item 1 too"):
        information.answer(line.information_requests.get(), answers(" "), by=line.case.applicant)


def test_second_answer_is_refused():
    line = make_line(LineState.INFO_REQUESTED)
    request = line.information_requests.get()
    information.answer(request, answers("Yes."), by=line.case.applicant)

    with pytest.raises(Refused, match="answered already"):
        information.answer(request, answers("No."), by=line.case.applicant)


def test_nobody_else_answers():
    line = make_line(LineState.INFO_REQUESTED)

    with pytest.raises(Refused, match="Only the applicant"):
        information.answer(line.information_requests.get(), answers("Yes."), by=registrar_of(line))


def test_empty_question_is_refused():
    line = make_line()

    with pytest.raises(Refused, match="Write what is missing"):
        information.ask(line, ["  \n"], by=registrar_of(line))


@pytest.mark.parametrize("role", ["rapporteur", "chair", "registrar"])
def test_rapporteur_chair_and_registrar_ask_during_review(role):
    line = make_line(LineState.UNDER_REVIEW)
    way = Way(line)
    rapporteur = line.reviews.get(is_rapporteur=True)
    reviews.declare_no_conflict(rapporteur, by=rapporteur.reviewer)
    asker = {
        "rapporteur": rapporteur.reviewer,
        "chair": way.chair,
        "registrar": way.registrar,
    }[role]

    information.ask(line, ["Which data sets?"], by=asker)

    line.refresh_from_db()
    assert line.state == LineState.INFO_REQUESTED


def test_a_mere_reviewer_or_an_undeclared_rapporteur_does_not_ask():
    line = make_line(LineState.UNDER_REVIEW)
    rapporteur = line.reviews.get(is_rapporteur=True)
    other = line.reviews.filter(is_rapporteur=False).first()
    reviews.declare_no_conflict(other, by=other.reviewer)

    for user in (rapporteur.reviewer, other.reviewer):
        with pytest.raises(Refused, match="Only registrars"):
            information.ask(line, ["Which data sets?"], by=user)


def test_question_during_review_moves_the_deadline_by_the_working_days_it_took():
    line = make_line(LineState.UNDER_REVIEW)
    before = line.due_on

    ask_and_answer(line, registrar_of(line), days=14)

    line.refresh_from_db()
    assert line.state == LineState.UNDER_REVIEW
    assert line.due_on > before + timedelta(days=11)


def test_answer_during_deliberation_opens_the_opinions_again():
    line = make_line(LineState.DELIBERATION)
    chair = Way(line).chair

    ask_and_answer(line, chair)

    line.refresh_from_db()
    assert line.state == LineState.UNDER_REVIEW
    assert set(line.reviews.values_list("state", flat=True)) == {ReviewState.AT_WORK}
    with pytest.raises(Refused, match="not possible any more"):
        decisions.save(line, decisions.DecisionDraft(), by=chair)


def test_waiting_ends_only_after_the_time_for_the_answer():
    line = make_line(LineState.INFO_REQUESTED)

    with pytest.raises(Refused, match="still has time"):
        information.stop_waiting(line, by=registrar_of(line))
    line.information_requests.update(due_on=timezone.localdate() - timedelta(days=1))
    information.stop_waiting(line, by=registrar_of(line))

    line.refresh_from_db()
    assert line.state == LineState.FORMAL_CHECK


def ask_in_vain(line: Line, by) -> InformationRequest:
    """Ask a question, let the time for it pass and go on without an answer."""
    request = information.ask(line, ["Which data sets?"], by=by)
    line.information_requests.update(due_on=timezone.localdate() - timedelta(days=1))
    information.stop_waiting(line, by=registrar_of(line))
    line.refresh_from_db()
    return InformationRequest.objects.get(pk=request.pk)


def test_after_waiting_in_vain_another_question_can_be_asked():
    line = make_line()
    first = ask_in_vain(line, registrar_of(line))

    second = information.ask(line, ["Once more?"], by=registrar_of(line))

    assert (first.closed_at is not None, second.closed_at) == (True, None)
    with pytest.raises(Refused, match="open already"):
        information.ask(line, ["And this?"], by=registrar_of(line))


def test_one_question_is_open_at_a_time_for_the_database_too():
    line = make_line(LineState.INFO_REQUESTED)

    with pytest.raises(IntegrityError):
        InformationRequest.objects.create(
            line=line, asked_by=registrar_of(line), due_on=timezone.localdate()
        )


def test_a_late_answer_before_completeness_reaches_the_registrar():
    line = make_line()
    request = ask_in_vain(line, registrar_of(line))
    Mail.objects.all().delete()

    information.answer(request, answers("Here it is."), by=line.case.applicant)

    line.refresh_from_db()
    request.refresh_from_db()
    assert (line.state, request.items.get().answer) == (LineState.FORMAL_CHECK, "Here it is.")
    assert [mail.recipient for mail in Mail.objects.all()] == [registrar_of(line).email]


def test_a_late_answer_in_deliberation_opens_the_opinions_again_and_no_clock_stands_still():
    line = make_line(LineState.DELIBERATION)
    request = ask_in_vain(line, Way(line).chair)
    assert line.state == LineState.DELIBERATION
    due_on = line.due_on

    information.answer(request, answers("Sales of a market."), by=line.case.applicant)

    line.refresh_from_db()
    assert (line.state, line.due_on) == (LineState.UNDER_REVIEW, due_on)
    assert set(line.reviews.values_list("state", flat=True)) == {ReviewState.AT_WORK}


def test_after_the_decision_it_is_too_late_to_answer():
    line = make_line(LineState.DELIBERATION)
    request = ask_in_vain(line, Way(line).chair)
    decision = write_decision(line, DecisionType.PARTIAL, by=Way(line).chair)
    decisions.sign(decision, by=Way(line).chair)

    with pytest.raises(Refused, match="not possible any more"):
        information.answer(request, answers("Here it is."), by=line.case.applicant)


def test_applicant_finds_the_question_that_can_still_be_answered(client):
    line = make_line(LineState.DELIBERATION)
    request = ask_in_vain(line, Way(line).chair)
    client.force_login(line.case.applicant)
    url = reverse("information-answer", args=[request.uuid])

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()
    assert (url in page, "You can still answer until it is decided" in page) == (True, True)
    assert client.post(url, {"item-1-text": "Sales of a market."}).status_code == 302

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()
    assert (url in page, "We went on without an answer" in page) == (False, True)


def test_line_returns_to_the_chair_when_waiting_ends_in_deliberation():
    line = make_line(LineState.DELIBERATION)
    information.ask(line, ["Which data sets?"], by=Way(line).chair)
    line.information_requests.update(due_on=timezone.localdate() - timedelta(days=1))

    information.stop_waiting(line, by=registrar_of(line))

    line.refresh_from_db()
    assert line.state == LineState.DELIBERATION
    assert set(line.reviews.values_list("state", flat=True)) == {ReviewState.SUBMITTED}


def test_close_needs_recorded_credits():
    line = make_line(LineState.NOTIFIED)

    with pytest.raises(Refused, match="Record the credits first"):
        lines.close(line, by=registrar_of(line))


# Pages


def test_check_page_declares_complete(client):
    line = make_line()
    given = completion(line)
    client.force_login(given["by"])

    response = client.post(
        reverse("line-check", args=[line.uuid]),
        {
            "track": Track.RECOGNITION,
            "committee": given["committee"].pk,
            "rapporteur": given["rapporteur"].pk,
            "reviewers": [user.uuid for user in given["reviewers"]],
        },
    )

    line.refresh_from_db()
    assert response.status_code == 302
    assert line.state == LineState.UNDER_REVIEW


def test_check_page_says_in_place_why_not(client):
    line = make_line()
    given = completion(line)
    client.force_login(given["by"])

    response = client.post(
        reverse("line-check", args=[line.uuid]),
        {
            "track": Track.VALIDATION,
            "committee": given["committee"].pk,
            "rapporteur": given["rapporteur"].pk,
            "reviewers": [user.uuid for user in given["reviewers"]],
        },
    )

    assert response.status_code == 200
    assert "Say why this line takes another track" in response.content.decode()


def test_check_page_leaves_out_who_is_not_impartial(client):
    version = make_taught_course()
    award = make_award(version=version)
    line = make_case(applicant=award.learner.user, sources=[award.credential]).lines.get()
    way = Way(line)
    version.course.teachers.add(way.members[0])
    client.force_login(way.registrar)

    form = client.get(reverse("line-check", args=[line.uuid])).context["form"]

    assert way.members[0] not in form.fields["reviewers"].queryset
    assert way.members[1] in form.fields["reviewers"].queryset


def test_credential_that_names_another_person_is_told(client):
    line = make_line()
    source = line.sources.get()
    kept = {"kind": "ob3", "verdict": "valid", "key": "valid", "checks": []}
    LineSource.objects.filter(pk=source.pk).update(
        facts={**source.facts, "holder": {"name": "Zebu Quixada"}},
        verification={**kept, "checked_at": timezone.now().isoformat()},
    )
    client.force_login(cases.registrars_of(line.case)[0])

    page = client.get(reverse("line-check", args=[line.uuid])).content.decode()

    assert "It was issued to Zebu Quixada, and Nela Ardwen applies." in page
    assert "Issued to" in page


def test_check_page_costs_the_same_queries_for_more_outcomes(client, django_assert_num_queries):
    short, long = ["One thing."], [f"Thing {n}." for n in range(30)]
    for outcomes in (short, long):
        applicant = make_user()
        module = make_module(make_programme_version(make_institution()))
        credential = make_external_credential(applicant, outcomes=outcomes)
        line = make_case(applicant=applicant, modules=[module], sources=[credential]).lines.get()
        client.force_login(registrar_of(line))
        with django_assert_num_queries(33):
            client.get(reverse("line-check", args=[line.uuid]))


def test_body_page_links_and_enters(client):
    applicant = make_user()
    case = make_case(applicant=applicant, sources=[make_external_credential(applicant)])
    line = case.lines.get()
    source = line.sources.get()
    entry = make_awarding_body(case.institution)
    client.force_login(registrar_of(line))
    url = reverse("source-body", args=[line.uuid, source.uuid])

    linked = client.post(url, {"do": "link", "body": entry.pk})
    source.refresh_from_db()
    corrected = client.post(
        url,
        {"do": "enter", "name": "Marisol", "country": "ES", "status": BodyStatus.NON_HE},
    )

    entry.refresh_from_db()
    assert (linked.status_code, corrected.status_code) == (302, 302)
    assert source.awarding_body == entry
    assert (entry.name, entry.status) == ("Marisol", BodyStatus.NON_HE)


def test_body_page_does_not_prefill_the_did_of_a_file(client):
    applicant = make_user()
    credential = make_external_credential(applicant)
    credential.facts["awarding_body"]["id"] = "did:web:famous.example"
    credential.save()
    line = make_case(applicant=applicant, sources=[credential]).lines.get()
    client.force_login(registrar_of(line))

    page = client.get(reverse("source-body", args=[line.uuid, line.sources.get().uuid]))

    assert page.context["form"]["did"].value() in ("", None)


PAGES_OF_REGISTRARS = ["line-check", "line-inadmissible", "line-record"]


@pytest.mark.parametrize("name", PAGES_OF_REGISTRARS)
def test_registrars_pages_are_not_found_by_others(client, name):
    line = make_line()
    way = Way(line)
    url = reverse(name, args=[line.uuid])
    answers = {}
    for role, user in {
        "applicant": line.case.applicant,
        "stranger": make_user(),
        "other registrar": make_registrar(make_institution()),
        "chair": way.chair,
        "member": way.members[0],
        "teacher": make_staff(line.case.institution, Role.TEACHER),
    }.items():
        client.force_login(user)
        answers[role] = client.get(url).status_code

    assert set(answers.values()) == {404}
    client.logout()
    assert client.get(url).status_code == 302


@pytest.mark.parametrize("amount", [Decimal("3"), None])
def test_free_elective_line_is_checked_too(client, amount):
    programme = make_programme_version(make_institution())
    line = make_case(programme_version=programme, modules=[], ects=amount).lines.get()
    client.force_login(registrar_of(line))

    assert client.get(reverse("line-check", args=[line.uuid])).status_code == 200
    lines.declare_complete(line, **completion(line))
    assert line.reviews.count() == 3


def test_files_are_for_those_who_work_on_the_line(client):
    line = make_line(LineState.UNDER_REVIEW)
    way = Way(line)
    url = reverse("line-document", args=[line.uuid, line.sources.get().documents.get().uuid])
    review = Review.objects.filter(line=line, is_rapporteur=False).first()

    def status(user):
        client.force_login(user)
        return client.get(url).status_code

    assert status(line.case.applicant) == 200
    assert status(way.registrar) == 200
    assert status(way.chair) == 200
    assert status(make_user()) == 404
    assert status(make_registrar(make_institution())) == 404
    assert status(review.reviewer) == 403
    reviews.declare_no_conflict(review, by=review.reviewer)
    assert status(review.reviewer) == 200
    reviews.step_back(review, "A cousin.", by=review.reviewer)
    assert status(review.reviewer) == 404


def test_file_of_another_line_is_not_found(client):
    line, other = make_line(), make_line()
    client.force_login(line.case.applicant)

    url = reverse("line-document", args=[line.uuid, other.sources.get().documents.get().uuid])

    assert client.get(url).status_code == 404


def test_file_is_saved_never_shown(client):
    line = make_line()
    client.force_login(line.case.applicant)

    response = client.get(
        reverse("line-document", args=[line.uuid, line.sources.get().documents.get().uuid])
    )

    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_deputy_opens_what_the_chair_opens(client):
    line = make_line(LineState.UNDER_REVIEW)
    deputy = seated(line.committee, SeatRole.DEPUTY)[0]
    client.force_login(deputy)

    assert client.get(reverse("line-decide", args=[line.uuid])).status_code == 302
    assert client.get(reverse("line-reviewers", args=[line.uuid])).status_code == 200


def test_reviewers_page_never_says_what_they_think(client):
    line = make_line(LineState.UNDER_REVIEW)
    review = line.reviews.first()
    reviews.declare_no_conflict(review, by=review.reviewer)
    write_opinion(review)
    client.force_login(Way(line).registrar)

    page = client.get(reverse("line-reviewers", args=[line.uuid])).content.decode()

    assert "A careful course." not in page
