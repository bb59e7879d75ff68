"""Decisions: what the ratings allow, what a refusal owes, signed once, printed once, sent."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import (
    Award,
    Credential,
    CreditEntry,
    Document,
    DocumentKind,
    Job,
    Mail,
    RecognitionSummary,
    RevocationReason,
)
from credentials.services import documents, jobs, revocations
from credentials.standards import facts_json
from credentials.states import JobState
from credentials.verdict import Refused, Stale
from recognition import guards, permissions
from recognition.guards import problems_of
from recognition.models import Decision, Line, SeatRole
from recognition.opinions import ground_of, target_outcomes
from recognition.permissions import can_ask_information
from recognition.services import (
    cases,
    committees,
    credits,
    decisions,
    information,
    letter_facts,
    letters,
    lines,
    reviews,
)
from recognition.services.decisions import DecisionDraft, DifferenceDraft
from recognition.states import DecisionState, LineState
from recognition.vocabulary import (
    BEFORE_REFUSAL,
    DecisionType,
    Element,
    ElementRating,
    InadmissibleReason,
    Rating,
    Track,
)
from tests.factories.awards import make_award, make_taught_course
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_institution, make_registrar, make_user
from tests.factories.recognition import (
    WALKED,
    Way,
    answers,
    make_case,
    make_external_credential,
    make_line,
    make_policy,
    seated,
    write_decision,
    write_opinion,
)

pytestmark = pytest.mark.django_db


WHY_NOT = dict.fromkeys(BEFORE_REFUSAL, "Too little of the module is shown for it.")


def chair_of(line: Line):
    return seated(line.committee, SeatRole.CHAIR)[0]


def registrar_of(line: Line):
    return cases.registrars_of(line.case)[0]


def make_signed(decision=DecisionType.PARTIAL, **fields) -> Line:
    return make_line(LineState.DECIDED, decision=decision, **fields)


# What can be decided


def test_all_essential_outcomes_met_allow_full_and_never_a_refusal():
    line = make_line(LineState.DELIBERATION, decision=DecisionType.FULL_SUBSTITUTION)

    verdicts = ground_of(line).verdicts

    assert verdicts[DecisionType.FULL_SUBSTITUTION].allowed
    assert not verdicts[DecisionType.REFUSAL].allowed
    assert "No essential outcome is missing" in verdicts[DecisionType.REFUSAL].reason


def test_full_is_blocked_by_the_outcome_that_is_missing():
    line = make_line(LineState.DELIBERATION)
    decision = write_decision(line, DecisionType.FULL_SUBSTITUTION, by=chair_of(line))

    with pytest.raises(Refused, match="Outcome 2, which is essential, is rated “Partial”"):
        decisions.sign(decision, by=chair_of(line))


def test_silence_is_no_ground_before_the_applicant_was_asked():
    line = make_line(LineState.DELIBERATION, ratings=[Rating.NOT_EVIDENCED])
    decision = write_decision(line, DecisionType.REFUSAL, by=chair_of(line))

    with pytest.raises(Refused, match="Ask the applicant first"):
        decisions.sign(decision, by=chair_of(line))


def test_silence_is_a_ground_when_the_question_was_never_answered():
    line = make_line(LineState.DELIBERATION, ratings=[Rating.NOT_EVIDENCED])
    information.ask(line, ["Which data sets?"], by=chair_of(line))
    line.information_requests.update(due_on=timezone.localdate() - timezone.timedelta(days=1))
    information.stop_waiting(line, by=registrar_of(line))
    decision = write_decision(line, DecisionType.REFUSAL, by=chair_of(line))

    decisions.sign(decision, by=chair_of(line))

    line.refresh_from_db()
    assert line.state == LineState.DECIDED


def test_a_question_before_completeness_is_no_ground_later():
    line = make_line()
    information.ask(line, ["Please send your passport."], by=registrar_of(line))
    line.information_requests.update(due_on=timezone.localdate() - timezone.timedelta(days=1))
    information.stop_waiting(line, by=registrar_of(line))
    line.refresh_from_db()
    line = Way(line, ratings=[Rating.NOT_EVIDENCED]).to(LineState.DELIBERATION)

    refusal = ground_of(line).verdicts[DecisionType.REFUSAL]

    assert refusal.reason.endswith("Ask the applicant first.")
    assert can_ask_information(chair_of(line), line)


def test_silence_is_no_ground_when_the_last_question_was_answered():
    line = make_line(LineState.DELIBERATION, ratings=[Rating.NOT_EVIDENCED])
    information.ask(line, ["Which data sets?"], by=chair_of(line))
    line.information_requests.update(due_on=timezone.localdate() - timezone.timedelta(days=1))
    information.stop_waiting(line, by=registrar_of(line))
    line.refresh_from_db()
    assert ground_of(line).verdicts[DecisionType.REFUSAL].allowed

    second = information.ask(line, ["Which methods?"], by=chair_of(line))
    information.answer(second, answers("Regression."), by=line.case.applicant)

    line.refresh_from_db()
    assert not ground_of(line).verdicts[DecisionType.REFUSAL].allowed


def test_full_gives_the_credits_of_the_module():
    line = make_signed(DecisionType.FULL_SUBSTITUTION)

    assert line.decision.ects == Decimal("6.0")
    assert line.decision.ects_explanation == {
        "en": "Recognised in full: 6\xa0ECTS, the credits of the module.",
        "de": line.decision.ects_explanation["de"],
        "es": line.decision.ects_explanation["es"],
    }


def test_part_gives_a_share_of_the_outcomes():
    line = make_signed(DecisionType.PARTIAL)

    assert line.decision.ects == Decimal("4.5")  # 3 of 4 outcomes of 6 ECTS


def test_part_gives_the_module_parts_that_are_met():
    programme = make_programme_version(make_institution())
    module = make_module(programme, parts=[(Decimal("2"), [1]), (Decimal("4"), [2, 3])])
    line = make_signed(DecisionType.PARTIAL, modules=[module])

    assert line.decision.ects == Decimal("2.0")
    assert [part.order for part in line.decision.parts.all()] == [1]


def test_inclusion_gives_what_was_earned():
    line = make_signed(DecisionType.INCLUSION)

    assert line.decision.ects == Decimal("5.0")


def test_inclusion_stops_at_what_is_free():
    programme = make_programme_version(make_institution(), free_elective_ects=Decimal("2"))
    line = make_signed(DecisionType.INCLUSION, programme_version=programme)

    assert line.decision.ects == Decimal("2.0")


def test_unknown_workload_gives_no_credits():
    applicant = make_user()
    programme = make_programme_version(make_institution())
    source = make_external_credential(
        applicant, institution=programme.programme.institution, ects=None
    )
    line = make_line(
        LineState.DELIBERATION,
        modules=[make_module(programme)],
        applicant=applicant,
        sources=[source],
    )
    decision = write_decision(line, DecisionType.INCLUSION, by=chair_of(line))

    with pytest.raises(Refused, match="Ask for the workload first"):
        decisions.sign(decision, by=chair_of(line))


@pytest.mark.parametrize("missing", ["reasons", "later_measures"])
def test_a_part_needs_reasons_and_what_can_be_done(missing):
    line = make_line(LineState.DELIBERATION)
    decision = write_decision(line, DecisionType.PARTIAL, by=chair_of(line), **{missing: " "})

    with pytest.raises(Refused, match="Write"):
        decisions.sign(decision, by=chair_of(line))
    assert [problem.field for problem in problems_of(decision)] == [missing]


def test_nothing_chosen_cannot_be_signed():
    line = make_line(LineState.DELIBERATION)
    decision = decisions.save(line, DecisionDraft(), by=chair_of(line))

    with pytest.raises(Refused, match="Choose the decision"):
        decisions.sign(decision, by=chair_of(line))


def test_chair_settles_only_among_the_ratings_that_were_given():
    line = make_line(LineState.UNDER_REVIEW)
    first, *others = line.reviews.order_by("pk")
    for review in (first, *others):
        reviews.declare_no_conflict(review, by=review.reviewer)
        ratings = [Rating.SUBSTANTIAL] if review == first else [Rating.PARTIAL]
        write_opinion(review, ratings=ratings)
        reviews.submit(review, by=review.reviewer)
    line.refresh_from_db()
    outcome = str(target_outcomes(line)[0].uuid)

    def settled(choice):
        return ground_of(line, {outcome: choice} if choice else {}).opinion.ratings[outcome]

    assert settled("") == Rating.PARTIAL
    assert settled(Rating.SUBSTANTIAL) == Rating.SUBSTANTIAL
    assert settled(Rating.FULL) == Rating.PARTIAL


# Refusals


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"differences": ()}, "differences"),
        ({"why_not": {**WHY_NOT, "full": ""}}, "why_not_full"),
        ({"why_not": {**WHY_NOT, "conditional": "-"}}, "why_not_conditional"),
        ({"later_measures": "none"}, "later_measures"),
    ],
)
def test_a_refusal_says_what_it_lacks(changes, field):
    line = make_line(LineState.DELIBERATION, decision=DecisionType.REFUSAL)
    decision = write_decision(line, DecisionType.REFUSAL, by=chair_of(line), **changes)

    assert [problem.field for problem in problems_of(decision)] == [field]
    with pytest.raises(Refused):
        decisions.sign(decision, by=chair_of(line))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"element": "title"}, "differences-0-element"),
        ({"element": "level"}, "differences-0-element"),
        ({"outcome": None}, "differences-0-outcome"),
        ({"what_differs": ""}, "differences-0-what_differs"),
        ({"examined": ""}, "differences-0-examined"),
        ({"why_it_matters": "n/a"}, "differences-0-why_it_matters"),
    ],
)
def test_a_difference_must_be_whole_and_rated(change, field):
    line = make_line(LineState.DELIBERATION, decision=DecisionType.REFUSAL)
    whole = {
        "element": "outcomes",
        "outcome": str(target_outcomes(line)[0].uuid),
        "what_differs": "Combining data sets is missing.",
        "examined": "Handbook, page 14.",
        "why_it_matters": "The project builds on it.",
    }
    drafts = (DifferenceDraft(**whole | change),)

    decision = write_decision(line, DecisionType.REFUSAL, by=chair_of(line), differences=drafts)

    assert [problem.field for problem in problems_of(decision)] == [field]


def test_a_complete_refusal_is_signed():
    line = make_signed(DecisionType.REFUSAL)

    assert line.decision.type == DecisionType.REFUSAL
    assert line.decision.ects == Decimal("0.0")
    assert line.decision.differences.count() == 1


def test_a_substantial_difference_of_level_carries_a_refusal():
    line = make_line(LineState.UNDER_REVIEW)
    for review in line.reviews.order_by("pk"):
        reviews.declare_no_conflict(review, by=review.reviewer)
        write_opinion(review, elements={Element.LEVEL: ElementRating.SUBSTANTIAL})
        reviews.submit(review, by=review.reviewer)
    line.refresh_from_db()
    difference = DifferenceDraft("level", None, "Two levels lower.", "The register.", "Too low.")
    decision = write_decision(
        line, DecisionType.REFUSAL, by=chair_of(line), differences=(difference,)
    )

    decisions.sign(decision, by=chair_of(line))

    line.refresh_from_db()
    assert line.state == LineState.DECIDED


def line_reported_by_its_chair(ratings) -> Line:
    line = make_line()
    way = Way(line)
    lines.declare_complete(
        line,
        by=way.registrar,
        track="recognition",
        committee=way.committee,
        rapporteur=way.chair,
        reviewers=way.members[:2],
    )
    for review in line.reviews.order_by("pk"):
        reviews.declare_no_conflict(review, by=review.reviewer)
        write_opinion(review, ratings=ratings)
        reviews.submit(review, by=review.reviewer)
    return Line.objects.get(pk=line.pk)


def test_who_reports_does_not_refuse_alone_but_the_deputy_can():
    line = line_reported_by_its_chair([Rating.NOT_MET])
    decision = write_decision(line, DecisionType.REFUSAL, by=chair_of(line))

    with pytest.raises(Refused, match="Who reports does not refuse alone"):
        decisions.sign(decision, by=chair_of(line))
    decisions.sign(decision, by=seated(line.committee, SeatRole.DEPUTY)[0])

    line.refresh_from_db()
    assert line.state == LineState.DECIDED


def test_who_reported_does_not_hand_the_report_on_to_refuse_alone():
    line = line_reported_by_its_chair([Rating.NOT_MET])
    other = line.reviews.filter(is_rapporteur=False).first().reviewer

    with pytest.raises(Refused, match="has reported already"):
        reviews.assign(line, other, rapporteur=True, by=chair_of(line))

    member = make_user()
    committees.seat(line.committee, member, by=registrar_of(line))
    reviews.assign(line, member, by=chair_of(line))
    with pytest.raises(Refused, match="has reported already"):
        reviews.assign(line, other, rapporteur=True, by=chair_of(line))
    assert line.reviews.get(is_rapporteur=True).reviewer == chair_of(line)


def test_who_reports_may_recognise_alone():
    line = line_reported_by_its_chair([])
    decision = write_decision(line, DecisionType.FULL_SUBSTITUTION, by=chair_of(line))

    decisions.sign(decision, by=chair_of(line))

    decision.refresh_from_db()
    assert decision.written_by == chair_of(line)


# Who and when


def test_only_chair_and_deputy_write_and_sign():
    line = make_line(LineState.DELIBERATION)
    decision = write_decision(line, DecisionType.PARTIAL, by=chair_of(line))
    way = Way(line)

    for user in (*way.members, way.registrar, line.case.applicant, make_user()):
        with pytest.raises(Refused, match="Only the chair"):
            decisions.save(line, DecisionDraft(), by=user, seen=decision.updated_at)
        with pytest.raises(Refused, match="Only the chair"):
            decisions.sign(decision, by=user)


def test_a_chair_of_another_committee_does_not_decide():
    line, other = make_line(LineState.DELIBERATION), make_line(LineState.DELIBERATION)

    with pytest.raises(Refused, match="Only the chair"):
        decisions.save(line, DecisionDraft(), by=chair_of(other))


def test_a_chair_whose_term_ended_does_not_decide():
    line = make_line(LineState.DELIBERATION)
    chair = chair_of(line)
    place = line.committee.seats.get(user=chair)
    committees.end_term(place, by=make_registrar(line.case.institution))

    with pytest.raises(Refused, match="Only the chair"):
        decisions.save(line, DecisionDraft(), by=chair)


def test_a_chair_who_taught_the_source_does_not_decide():
    version = make_taught_course()
    award = make_award(version=version)
    case = make_case(applicant=award.learner.user, sources=[award.credential])
    line = make_line(LineState.DELIBERATION, case=case)
    version.course.teachers.add(chair_of(line))

    with pytest.raises(Refused, match="Taught or awarded"):
        decisions.save(line, DecisionDraft(), by=chair_of(line))


@pytest.mark.parametrize(
    "state", [s for s in WALKED if s not in (LineState.DRAFT, LineState.DELIBERATION)]
)
def test_deciding_is_possible_in_deliberation_only(state):
    line = make_line(state)
    committee = Way(line).committee

    with pytest.raises(Refused):
        decisions.save(line, DecisionDraft(), by=seated(committee, SeatRole.CHAIR)[0])


# Stale, immutable


def test_save_in_two_windows_is_stale():
    line = make_line(LineState.DELIBERATION)
    chair, deputy = chair_of(line), seated(line.committee, SeatRole.DEPUTY)[0]
    decisions.save(line, DecisionDraft(reasons="One."), by=chair, seen=None)

    with pytest.raises(Stale, match="another window"):
        decisions.save(line, DecisionDraft(reasons="Two."), by=deputy, seen=None)

    assert Decision.objects.get().reasons == "One."


def test_sign_of_an_older_page_is_stale():
    line = make_line(LineState.DELIBERATION)
    first = write_decision(line, DecisionType.PARTIAL, by=chair_of(line))
    seen = first.updated_at
    decisions.save(line, DecisionDraft(reasons="Another."), by=chair_of(line), seen=seen)

    with pytest.raises(Stale, match="another window"):
        decisions.sign(first, by=chair_of(line), seen=seen)


def test_sign_twice_is_refused_and_numbers_once():
    line = make_signed()
    number = line.decision.number

    with pytest.raises(Refused):
        decisions.sign(line.decision, by=chair_of(line))

    assert Decision.objects.get().number == number
    assert Job.objects.filter(subject=line.uuid).count() == 1


def test_a_signed_decision_never_changes():
    line = make_signed()

    with pytest.raises(Refused, match="not possible any more"):
        decisions.save(
            line, DecisionDraft(reasons="Else."), by=chair_of(line), seen=line.decision.updated_at
        )


def test_signing_freezes_ratings_number_and_time():
    line = make_signed()
    decision = line.decision
    year = timezone.localdate().year

    assert decision.state == DecisionState.SIGNED
    assert decision.number == f"{line.case.institution.number_prefix}-DEC-{year}-0001"
    assert decision.decided_at is not None
    assert sorted(decision.outcome_ratings.values()) == ["FULL", "FULL", "FULL", "PARTIAL"]


# Documents


def test_worker_makes_letter_and_supplement_once_however_often_it_runs(run_tasks):
    line = make_line(LineState.DELIBERATION)
    decision = write_decision(line, DecisionType.PARTIAL, by=chair_of(line))
    with run_tasks():
        decisions.sign(decision, by=chair_of(line))
    job = Job.objects.get(subject=line.uuid)
    made = {document.kind: document.sha256 for document in job.results.all()}

    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    letters.run(Job.objects.get(pk=job.pk))

    again = {document.kind: document.sha256 for document in Document.objects.exclude(number="")}
    assert (job.state, job.done, job.total) == (JobState.DONE, 2, 2)
    assert set(made) == {DocumentKind.LETTER, DocumentKind.SUPPLEMENT}
    assert again == made
    assert Document.objects.exclude(number="").count() == 2


def test_worker_killed_between_two_documents_goes_on_where_it_was():
    line = make_signed()
    job = Job.objects.get(subject=line.uuid)
    jobs.begin(job)
    letter = next(letters.make(Line.objects.get(pk=line.pk)))  # then the worker dies

    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    letters.run(Job.objects.get(pk=job.pk))

    kept = Decision.objects.get().letter
    assert kept == letter
    assert Document.objects.filter(kind=DocumentKind.LETTER).count() == 1
    assert Document.objects.filter(kind=DocumentKind.SUPPLEMENT).count() == 1


def test_letter_and_supplement_are_separate_numbered_pdf_files_with_codes():
    line = make_line(LineState.DECIDED)

    list(letters.make(line))

    line = Line.objects.get(pk=line.pk)
    letter, source = line.decision.letter, line.sources.get()
    assert letter.number == line.decision.number
    assert source.supplement.number == f"{line.decision.number}-S1"
    assert letter.code != source.supplement.code != ""
    for document in (letter, source.supplement):
        assert documents.read(document).startswith(b"%PDF-1.7")


def test_a_refusal_has_no_supplement():
    line = make_line(LineState.NOTIFIED, decision=DecisionType.REFUSAL)

    assert line.sources.get().supplement is None
    assert Document.objects.filter(kind=DocumentKind.SUPPLEMENT).count() == 0


def test_an_award_of_this_portal_gets_no_second_supplement():
    award = make_award()
    case = make_case(applicant=award.learner.user, sources=[award.credential])

    line = make_line(LineState.NOTIFIED, case=case)

    assert line.sources.get().supplement is None


def test_letter_says_the_same_when_the_draft_becomes_a_decision():
    line = make_line(LineState.DELIBERATION)
    decision = write_decision(line, DecisionType.PARTIAL, by=chair_of(line))
    decision.line = line
    draft = letter_facts.draft_facts(line, decision, ground_of(line), chair_of(line))
    decisions.sign(decision, by=chair_of(line))
    decision = Decision.objects.get()

    signed = letter_facts.signed_facts(line, decision, letter_facts.imprint_of(decision, "X"))

    assert signed.lines == draft.lines
    assert signed.outcomes == draft.outcomes
    assert signed.reasons == draft.reasons == {"en": decision.reasons}
    assert signed.members == draft.members
    assert signed.effect["en"] == str(draft.effect)
    assert (signed.missing, signed.average) == (draft.missing, draft.average)
    assert (signed.placement, signed.authority) == (draft.placement, draft.authority)


def test_letter_names_remedy_rules_and_every_difference():
    line = make_signed(DecisionType.REFUSAL)
    decision = line.decision

    said = letter_facts.signed_facts(line, decision, letter_facts.imprint_of(decision, "X"))

    assert said.remedy.body == line.case.policy.appeal_body
    assert said.remedy.period["en"] == "Within 30 days of receiving this letter."
    assert said.policy_version == str(line.case.policy.version)
    assert [difference.element for difference in said.differences] == ["outcomes"]
    assert said.why_not == tuple((kind, {"en": WHY_NOT[kind]}) for kind in BEFORE_REFUSAL)
    assert said.later == {"en": decision.later_measures}


def test_letter_tells_who_stepped_back():
    line = make_line(LineState.UNDER_REVIEW)
    review = line.reviews.filter(is_rapporteur=False).first()
    reviews.step_back(review, "A friend.", by=review.reviewer)
    for other in line.reviews.counted():
        reviews.declare_no_conflict(other, by=other.reviewer)
        write_opinion(other)
        reviews.submit(other, by=other.reviewer)
    line.refresh_from_db()
    decision = write_decision(line, DecisionType.FULL_SUBSTITUTION, by=chair_of(line))

    decisions.sign(decision, by=chair_of(line))
    decision.refresh_from_db()

    said = letter_facts.signed_facts(line, decision, letter_facts.imprint_of(decision, "X"))
    assert {m.name for m in said.members if m.recused} == {review.reviewer.name}


# Sending


def test_notify_waits_for_the_documents():
    line = make_signed()

    with pytest.raises(Refused, match="still being made"):
        decisions.notify(line, by=registrar_of(line))


def test_notify_waits_for_every_supplement():
    line = make_signed()
    next(letters.make(line))

    with pytest.raises(Refused, match="still being made"):
        decisions.notify(line, by=registrar_of(line))


def test_notify_dates_the_decision_and_tells_the_applicant_nothing_confidential():
    line = make_signed()
    list(letters.make(line))
    Mail.objects.all().delete()

    decisions.notify(line, by=registrar_of(line))

    line.refresh_from_db()
    mail = Mail.objects.get()
    assert line.state == LineState.NOTIFIED
    assert Decision.objects.get().notified_at is not None
    assert mail.recipient == line.case.applicant.email
    assert "Time series" not in mail.body
    assert "4.5" not in mail.body


def test_only_the_registrar_notifies_and_only_once():
    line = make_line(LineState.NOTIFIED)

    for user in (chair_of(line), line.case.applicant):
        with pytest.raises(Refused, match="Only registrars"):
            decisions.notify(line, by=user)
    with pytest.raises(Refused, match="not possible any more"):
        decisions.notify(line, by=registrar_of(line))


def test_catalogue_counts_awards_of_this_portal():
    version = make_taught_course()
    programme = make_programme_version(make_institution())
    module = make_module(programme)
    for decision in (DecisionType.PARTIAL, DecisionType.REFUSAL):
        award = make_award(version=version)
        case = make_case(applicant=award.learner.user, modules=[module], sources=[award.credential])
        make_line(LineState.NOTIFIED, case=case, decision=decision)

    summary = RecognitionSummary.objects.get()

    assert (summary.course, summary.programme) == (version.course, programme.programme)
    assert (summary.asked, summary.recognised) == (2, 1)
    assert summary.target == module.title


def test_catalogue_does_not_believe_a_stated_course_address(settings):
    version = make_taught_course()
    applicant = make_user()
    source = make_external_credential(
        applicant, course_url=f"{settings.ADDRESS}/courses/{version.uuid}/"
    )

    make_line(LineState.NOTIFIED, applicant=applicant, sources=[source])

    assert RecognitionSummary.objects.count() == 0


def test_applicant_opens_the_letter_only_when_it_was_sent(client):
    line = make_signed()
    list(letters.make(line))
    url = reverse("line-document", args=[line.uuid, Decision.objects.get().letter.uuid])
    client.force_login(line.case.applicant)

    before = client.get(url).status_code
    decisions.notify(line, by=registrar_of(line))

    assert (before, client.get(url).status_code) == (403, 200)


# Pages


def page_of(line: Line, **changes) -> dict:
    decision = Decision.objects.filter(line=line).first()
    data = {
        "seen": decision.updated_at.isoformat() if decision else "",
        "type": DecisionType.PARTIAL,
        "reasons": "Time series are missing.",
        "later_measures": "Take session block C.",
        "do": "save",
    }
    return data | changes


def test_decide_page_saves_and_previews(client):
    line = make_line(LineState.DELIBERATION)
    client.force_login(chair_of(line))
    url = reverse("line-decide", args=[line.uuid])

    page = client.post(url, page_of(line), follow=True)

    text = page.content.decode()
    assert "We recognise your learning in part" in text
    assert "Time series are missing." in text
    assert Decision.objects.get().state == DecisionState.DRAFT


def test_decide_page_begins_with_the_reviewers_own_words(client):
    line = make_line(LineState.DELIBERATION)
    client.force_login(chair_of(line))

    form = client.get(reverse("line-decide", args=[line.uuid])).context["form"]

    outcome = target_outcomes(line)[1]
    assert form["reasons"].value() == f"2. {outcome}\nOne session is not enough for it."


def test_decide_page_shows_why_a_decision_is_not_possible(client):
    line = make_line(LineState.DELIBERATION, decision=DecisionType.FULL_SUBSTITUTION)
    client.force_login(chair_of(line))

    page = client.get(reverse("line-decide", args=[line.uuid])).content.decode()

    assert 'value="refusal" disabled' in page
    assert "No essential outcome is missing and no other element differs" in page


def test_refusal_form_first_blocks_with_the_reasons_then_lets_pass(client):
    line = make_line(LineState.DELIBERATION, decision=DecisionType.REFUSAL)
    client.force_login(chair_of(line))
    url = reverse("line-decide", args=[line.uuid])

    blocked = client.post(url, page_of(line, type=DecisionType.REFUSAL, do="sign"))
    text = blocked.content.decode()
    saved = Decision.objects.get()
    assert blocked.status_code == 200
    assert "Name at least one substantial difference." in text
    assert "Write why “Recognise on a condition” is not possible." in text
    assert 'name="differences-0-element"' in text
    assert f'value="{saved.updated_at.isoformat()}"' in text

    row = {
        "differences-TOTAL_FORMS": "1",
        "differences-INITIAL_FORMS": "0",
        "differences-0-element": "outcomes",
        "differences-0-outcome": str(target_outcomes(line)[0].uuid),
        "differences-0-what_differs": "Combining data sets is missing.",
        "differences-0-examined": "Handbook, page 14.",
        **{f"why_not_{kind}": "Too little of it is shown." for kind in BEFORE_REFUSAL},
    }
    half = row | {"differences-0-why_it_matters": ""}
    page = client.post(url, page_of(line, type=DecisionType.REFUSAL, do="sign", **half))
    assert 'href="#id_differences-0-why_it_matters"' in page.content.decode()

    whole = row | {"differences-0-why_it_matters": "The project builds on it."}
    passed = client.post(url, page_of(line, type=DecisionType.REFUSAL, do="sign", **whole))
    assert passed["Location"] == reverse("line-sign", args=[line.uuid])


def test_sign_page_signs_what_it_shows(client):
    line = make_line(LineState.DELIBERATION)
    decision = write_decision(line, DecisionType.PARTIAL, by=chair_of(line))
    client.force_login(chair_of(line))
    url = reverse("line-sign", args=[line.uuid])

    page = client.get(url)
    stale = client.post(url, {"seen": "2026-01-01T00:00:00+00:00"})
    broken = client.post(url, {"seen": "yesterday"})
    done = client.post(url, {"seen": page.context["seen"]})

    decision.refresh_from_db()
    assert [stale.status_code, broken.status_code, done.status_code] == [409, 409, 302]
    assert decision.state == DecisionState.SIGNED


def test_sign_page_of_a_refusal_says_why_the_rapporteur_may_not(client):
    line = line_reported_by_its_chair([Rating.NOT_MET])
    write_decision(line, DecisionType.REFUSAL, by=chair_of(line))
    client.force_login(chair_of(line))

    page = client.get(reverse("line-sign", args=[line.uuid])).content.decode()

    assert reverse("ballot-new", args=[line.uuid]) in page
    assert "Who reports does not refuse alone" in page


def test_decide_page_settles_a_difference(client):
    line = make_line(LineState.UNDER_REVIEW)
    for number, review in enumerate(line.reviews.order_by("pk")):
        reviews.declare_no_conflict(review, by=review.reviewer)
        write_opinion(review, ratings=[Rating.FULL if number else Rating.PARTIAL])
        reviews.submit(review, by=review.reviewer)
    line.refresh_from_db()
    outcome = target_outcomes(line)[0]
    client.force_login(chair_of(line))
    settle = {f"settle-{outcome.uuid}": Rating.PARTIAL}

    client.post(reverse("line-decide", args=[line.uuid]), page_of(line, **settle))

    assert Decision.objects.get().outcome_ratings == {str(outcome.uuid): Rating.PARTIAL}


def test_decide_page_of_an_older_page_keeps_the_words_on_the_screen(client):
    line = make_line(LineState.DELIBERATION)
    stale = page_of(line, reasons="My long reasons.")
    write_decision(line, DecisionType.PARTIAL, by=chair_of(line))
    client.force_login(chair_of(line))

    page = client.post(reverse("line-decide", args=[line.uuid]), stale).content.decode()

    assert "was saved in another window" in page
    assert "My long reasons." in page


@pytest.mark.parametrize("name", ["line-decide", "line-sign"])
def test_deciding_pages_are_closed_to_others(client, name):
    line = make_line(LineState.DELIBERATION)
    write_decision(line, DecisionType.PARTIAL, by=chair_of(line))
    way = Way(line)
    answers = {}
    for role, user in {
        "applicant": line.case.applicant,
        "registrar": way.registrar,
        "stranger": make_user(),
        "other registrar": make_registrar(make_institution()),
    }.items():
        client.force_login(user)
        answers[role] = client.get(reverse(name, args=[line.uuid])).status_code

    assert answers["stranger"] == answers["other registrar"] == 404
    assert answers["applicant"] == 403
    assert answers["registrar"] in (302, 403)  # a registrar may be led to who reviews


def test_decide_page_costs_the_same_queries_for_more_reviewers(client, django_assert_num_queries):
    few = make_line(LineState.DELIBERATION)
    many = make_line()
    way = Way(many)
    for _ in range(4):
        committees.seat(way.committee, make_user(), by=make_registrar(many.case.institution))
    many = Way(many).to(LineState.DELIBERATION)

    for line in (few, many):
        client.force_login(chair_of(line))
        with django_assert_num_queries(43):
            client.get(reverse("line-decide", args=[line.uuid]))


def test_record_page_walks_to_the_end(client, run_tasks):
    line = make_line(LineState.DELIBERATION)
    write_decision(line, DecisionType.PARTIAL, by=chair_of(line))
    client.force_login(registrar_of(line))
    url = reverse("line-record", args=[line.uuid])
    with run_tasks():
        decisions.sign(Decision.objects.get(), by=chair_of(line))

    states = []
    for step in ("send", "record", "close"):
        client.post(url, {"do": step})
        line.refresh_from_db()
        states.append(line.state)

    assert states == [LineState.NOTIFIED, LineState.RECORDED, LineState.CLOSED]
    assert client.get(url).status_code == 200


def test_record_page_says_in_place_why_not(client):
    line = make_signed()
    client.force_login(registrar_of(line))

    page = client.post(reverse("line-record", args=[line.uuid]), {"do": "send"})

    assert "The letter and the supplements are still being made." in page.content.decode()


def test_record_page_has_documents_made_again_after_a_failure(client):
    line = make_signed()
    jobs.fail(Job.objects.get(subject=line.uuid), "No installed font can print this.")
    client.force_login(registrar_of(line))
    url = reverse("line-record", args=[line.uuid])

    page = client.get(url).content.decode()
    client.post(url, {"do": "documents"})

    assert "No installed font can print this." in page
    assert Job.objects.filter(subject=line.uuid, state=JobState.QUEUED).count() == 1


# Revoked, and no decision left


def line_on_an_award(state=LineState.DELIBERATION, **fields) -> tuple[Line, Award]:
    """A line on an award of another institution of this portal, walked to `state`."""
    award = make_award()
    line = make_line(
        state,
        applicant=award.learner.user,
        sources=[award.credential],
        decision=DecisionType.FULL_SUBSTITUTION,
        **fields,
    )
    return line, award


def revoke(award: Award) -> None:
    revocations.revoke(
        award, by=make_registrar(award.learner.institution), reason=RevocationReason.ERROR
    )


def test_a_revoked_source_is_not_decided_in_favour():
    line, award = line_on_an_award()
    decision = write_decision(line, DecisionType.FULL_SUBSTITUTION, by=chair_of(line))

    revoke(award)

    with pytest.raises(Refused, match="was revoked, so nothing can be recognised"):
        decisions.sign(decision, by=chair_of(line))


def test_a_copy_of_a_revoked_award_added_as_a_file_is_not_decided_in_favour_either():
    award = make_award()
    stated = facts_json.from_json(award.credential.facts)
    applicant = award.learner.user
    copy = make_external_credential(applicant, id=stated.id)
    Credential.objects.filter(pk=copy.pk).update(identifier=stated.id)
    line = make_line(LineState.DELIBERATION, applicant=applicant, sources=[copy])
    Mail.objects.all().delete()

    revoke(award)

    assert permissions.revocation_of(line) != ""
    told = Mail.objects.filter(recipient=registrar_of(line).email)
    assert [mail.subject for mail in told] == [f"A credential in {line.case.reference} was revoked"]


@pytest.mark.parametrize(
    ("state", "is_told"),
    [
        (LineState.DRAFT, False),
        (LineState.SUBMITTED, True),
        (LineState.DELIBERATION, True),
        (LineState.NOTIFIED, True),
        (LineState.WITHDRAWN, False),
    ],
)
def test_registrars_of_unfinished_lines_are_told_of_a_revoked_source(state, is_told):
    line, award = line_on_an_award(state)
    make_registrar(line.case.institution)
    Mail.objects.all().delete()

    revoke(award)

    told = set(Mail.objects.exclude(recipient=line.case.applicant.email).values_list("recipient"))
    assert told == ({(one.email,) for one in cases.registrars_of(line.case)} if is_told else set())


def test_a_source_revoked_after_sending_is_not_recorded_and_the_line_can_be_closed():
    line, award = line_on_an_award(LineState.NOTIFIED)
    revoke(award)

    with pytest.raises(Refused, match="was revoked, so nothing can be recognised"):
        credits.record(line, by=registrar_of(line))
    lines.close(line, by=registrar_of(line))

    line.refresh_from_db()
    assert line.state == LineState.CLOSED
    assert CreditEntry.objects.count() == 0


@pytest.mark.parametrize("role", ["chair", "registrar"])
def test_a_line_on_a_revoked_source_ends_in_deliberation(role):
    line, award = line_on_an_award()
    revoke(award)
    Mail.objects.all().delete()

    lines.declare_inadmissible(
        line, InadmissibleReason.REVOKED, "Ask the issuer.", by=getattr(Way(line), role)
    )
    list(letters.make(Line.objects.get(pk=line.pk)))

    line.refresh_from_db()
    assert (line.state, line.inadmissible_reason) == (LineState.INADMISSIBLE, "revoked")
    mail = Mail.objects.get()
    assert mail.recipient == line.case.applicant.email
    assert mail.subject == f"Your application {line.case.reference} ended without a decision"


def line_without_credits_left() -> Line:
    """Free electives are asked for, and the programme has none."""
    programme = make_programme_version(make_institution(), free_elective_ects=Decimal("0"))
    return make_line(LineState.DELIBERATION, programme_version=programme, modules=[])


def test_a_line_ends_when_no_decision_is_left():
    line = line_without_credits_left()

    lines.declare_inadmissible(
        line, InadmissibleReason.NO_CREDITS_LEFT, "Ask for a module.", by=chair_of(line)
    )

    line.refresh_from_db()
    assert line.state == LineState.INADMISSIBLE
    assert line.closing_note == "Ask for a module."


def test_a_line_ends_when_the_cap_of_validation_leaves_nothing():
    programme = make_programme_version(
        make_institution(), ects_total=Decimal("8"), free_elective_ects=Decimal("0")
    )
    applicant = make_user()
    source = make_external_credential(applicant, ects=Decimal("6"))
    case = make_case(applicant=applicant, modules=[make_module(programme)], sources=[source])
    way = Way(case.lines.get(), decision=DecisionType.FULL_SUBSTITUTION)
    lines.declare_complete(
        way.line,
        by=way.registrar,
        track=Track.VALIDATION,
        committee=way.committee,
        rapporteur=way.members[0],
        reviewers=way.members,
    )
    way.line.refresh_from_db()
    way.review()

    lines.declare_inadmissible(
        way.line, InadmissibleReason.NO_CREDITS_LEFT, "Take the module.", by=way.chair
    )

    way.line.refresh_from_db()
    assert way.line.state == LineState.INADMISSIBLE


def test_a_line_does_not_end_while_a_decision_is_possible():
    line = make_line(LineState.DELIBERATION)

    with pytest.raises(Refused, match="A decision is possible, so it must be taken"):
        lines.declare_inadmissible(
            line, InadmissibleReason.NO_CREDITS_LEFT, "Nothing.", by=chair_of(line)
        )


def test_silence_is_no_way_out_of_a_decision():
    programme = make_programme_version(make_institution(), free_elective_ects=Decimal("0"))
    policy = make_policy(programme.programme.institution, allows_proportional=False)
    line = make_line(
        LineState.DELIBERATION, modules=[make_module(programme)], ratings=[Rating.NOT_EVIDENCED]
    )
    assert line.case.policy == policy
    possible = guards.possible(ground_of(line))
    assert [kind for kind in guards.OWED if possible[kind]] == []

    with pytest.raises(Refused, match="Ask the applicant first"):
        lines.declare_inadmissible(
            line, InadmissibleReason.NO_CREDITS_LEFT, "Nothing.", by=chair_of(line)
        )


def test_ending_without_a_decision_needs_a_reason_of_the_list_and_words():
    line = line_without_credits_left()

    with pytest.raises(Refused, match="Choose one of the reasons"):
        lines.declare_inadmissible(
            line, InadmissibleReason.NOT_ELIGIBLE, "Enrol.", by=chair_of(line)
        )
    with pytest.raises(Refused, match="Write what the learner can do"):
        lines.declare_inadmissible(line, InadmissibleReason.NO_CREDITS_LEFT, " ", by=chair_of(line))


def test_reviewers_and_strangers_end_nothing():
    line = line_without_credits_left()

    for user in (Way(line).members[0], line.case.applicant, make_user()):
        with pytest.raises(Refused, match="Only registrars"):
            lines.declare_inadmissible(
                line, InadmissibleReason.NO_CREDITS_LEFT, "Nothing.", by=user
            )


@pytest.mark.parametrize(("role", "page"), [("chair", "line-decide"), ("registrar", "line-check")])
def test_pages_offer_the_end_only_when_no_decision_is_left(client, role, page):
    stuck, open_line = line_without_credits_left(), make_line(LineState.DELIBERATION)
    offered = []
    for line in (stuck, open_line):
        client.force_login(getattr(Way(line), role))
        html = client.get(reverse(page, args=[line.uuid])).content.decode()
        offered.append(reverse("line-inadmissible", args=[line.uuid]) in html)

    assert offered == [True, False]
    client.force_login(getattr(Way(stuck), role))
    client.post(
        reverse("line-inadmissible", args=[stuck.uuid]),
        {"reason": "no_credits_left", "note": "Ask for a module."},
    )
    stuck.refresh_from_db()
    assert stuck.state == LineState.INADMISSIBLE


def test_applicant_reads_why_it_ended(client):
    line = line_without_credits_left()
    lines.declare_inadmissible(
        line, InadmissibleReason.NO_CREDITS_LEFT, "Ask for a module.", by=chair_of(line)
    )
    client.force_login(line.case.applicant)

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()

    assert "This ended without a decision." in page
    assert "No credits are left that could be recognised" in page
