"""Ten ways of an application, from both sides of the desk: what docs/journeys.md shows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from credentials.models import Role
from recognition.models import EvidencePointer, SeatRole
from recognition.services import committees
from recognition.states import LineState
from recognition.vocabulary import DecisionType, Rating
from tests.browser.casts import cast_of, make_cast, make_judges, make_other_target, walked
from tests.browser.conftest import sign_in
from tests.browser.pictures import picture
from tests.browser.stories import Effort, at_work, opens, send_draft, vote, write_refusal
from tests.factories.papers import print_papers, print_remedy_letter
from tests.factories.people import make_user
from tests.factories.recognition import PDF, Way, make_case
from tests.real_input.pages import answer, follow, press, text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTHING_OF_IT = [Rating.NOT_MET] * 4
HALF_OF_IT = [Rating.FULL, Rating.FULL, Rating.NOT_MET, Rating.NOT_MET]
REPORT = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": PDF}
BY_VOTE = {"chair": [], "course_director": []}


def yesterday():
    return timezone.localdate() - timedelta(days=1)


def test_routine_line_is_recognised_in_full_with_little_effort(page):
    cast = make_cast(LineState.DRAFT, signed=True, members=2)

    sign_in(page, cast.learner)
    page.goto("/applications/")
    follow(page, "Environmental Informatics")
    send_draft(page)
    cast = cast_of(cast.now())

    at_work(page, cast.registrar, f"Check whether {cast.reference} is complete")
    check = Effort(page)
    check.answer(rapporteur=cast.members[0].pk)
    check.press("Declare complete")
    assert "The line is complete." in text_of(page)

    compared = []
    for member in cast.members:
        at_work(page, member, "Say whether you are impartial")
        compare = Effort(page)
        compare.press("Declare impartiality")
        for number in range(1, 5):
            compare.answer(**{f"rate-{number}": "FULL"})
        picture(page, "routine-compare", at=".matrix")
        compare.press("Submit, no other difference")
        assert "Your opinion is in." in page.locator("body").inner_text()
        compared.append(compare)

    at_work(page, cast.chair, f"Decide on {cast.reference}")
    sign = Effort(page)
    sign.answer(type="full")
    sign.press("Sign decision")
    sign.press("Sign decision")
    print_papers(cast.line)

    at_work(page, cast.registrar, f"Send the decision on {cast.reference}")
    send = Effort(page)
    for step in ("Send decision", "Record credits", "Close line"):
        send.press(step)

    opens(page, cast)
    assert "You need do nothing more for it." in text_of(page)
    picture(page, "routine-decided", phone=True)
    assert cast.now().state == LineState.CLOSED
    # A member declares, rates, and signs: the places proposed, and no other difference.
    assert check == Effort(page, fields=1, clicks=1)
    assert compared == [Effort(page, fields=4, clicks=2)] * 2
    cited = EvidencePointer.objects.filter(rating__review__line=cast.line)
    assert set(cited.values_list("rating__outcome__order", "place", "was_proposed")) == {
        (number, f"outcome {number}", True) for number in range(1, 5)
    }
    assert sign == Effort(page, fields=1, clicks=2)
    assert send == Effort(page, fields=0, clicks=3)


def test_part_of_a_module_is_recognised_and_the_rest_is_named(page):
    cast = make_cast(LineState.DRAFT, parts=[("2", [1, 2]), ("4", [3, 4])])
    sign_in(page, cast.learner)
    page.goto("/applications/")
    follow(page, "Environmental Informatics")
    follow(page, "INF-210 Data Analysis")
    press(page, "Save line")
    press(page, "Save parts")
    send_draft(page)
    cast = cast_of(walked(cast.now(), LineState.DELIBERATION, ratings=HALF_OF_IT))

    at_work(page, cast.chair, f"Decide on {cast.reference}")
    answer(page, type="partial", reasons="Models are missing.", later_measures="Take part 2.")
    press(page, "Sign decision")
    press(page, "Sign decision")
    print_papers(cast.line)
    at_work(page, cast.registrar, f"Send the decision on {cast.reference}")
    for step in ("Send decision", "Record credits"):
        press(page, step)

    opens(page, cast)
    assert "Parts of the module that are met: 2 ECTS." in text_of(page)
    assert "Recognised: Part 1" in text_of(page)
    assert "Take part 2." in text_of(page)
    picture(page, "parts-recognised", at="main .holder")


def test_refusal_is_blocked_while_all_is_met_and_else_needs_its_reasons(page):
    cast = make_cast(LineState.DELIBERATION, ratings=[])
    at_work(page, cast.chair, f"Decide on {cast.reference}")
    assert page.locator('[name="type"][value="refusal"]').is_disabled()
    options = page.get_by_role("group", name="Type of decision").inner_text()
    assert "No essential outcome is missing and no other element differs" in options
    picture(page, "refusal-blocked", at=".with-letter")

    other = make_case(
        modules=[make_other_target(cast)],
        applicant=cast.learner,
        sources=[source.credential for source in cast.line.sources.all()],
    )
    cast = cast_of(walked(other.lines.get(), LineState.DELIBERATION, ratings=NOTHING_OF_IT))
    at_work(page, cast.chair, f"Decide on {cast.reference}")
    answer(page, type="refusal")
    press(page, "Sign decision")
    assert page.locator(".error-summary li").count() > 1
    write_refusal(page)
    press(page, "Sign decision")
    press(page, "Sign decision")
    print_papers(cast.line)
    at_work(page, cast.registrar, f"Send the decision on {cast.reference}")
    press(page, "Send decision")

    opens(page, cast)
    assert "It does not count for this purpose." in text_of(page)
    assert "You can object until" in text_of(page)
    picture(page, "refusal-read", phone=True)


def test_member_with_a_conflict_steps_back_and_the_substitute_takes_over(page):
    cast = make_cast(LineState.UNDER_REVIEW)
    rapporteur, committee = cast.members[0], cast.line.committee
    substitute = make_user("Bodil Kornelius")
    committees.seat(
        committee,
        substitute,
        role=SeatRole.MEMBER,
        by=cast.registrar,
        substitute_for=committee.seats.get(user=rapporteur),
    )

    at_work(page, rapporteur, "Say whether you are impartial")
    answer(page, reason="She wrote her thesis with me.")
    picture(page, "conflict-declared", at="[aria-labelledby=h-about]")
    press(page, "Step back")
    assert "Thank you. Somebody else is named." in page.locator("body").inner_text()

    at_work(page, cast.registrar, f"Name a reviewer for {cast.reference}")
    answer(page, user=substitute.pk)
    page.get_by_label("Reports to the chair").check()
    press(page, "Name reviewer")

    opens(page, cast)
    follow(page, "See who decides")
    assert "Bodil Kornelius" in text_of(page)
    at_work(page, substitute, "Say whether you are impartial")
    press(page, "Declare impartiality")
    assert page.locator(".matrix").is_visible()


def test_tie_in_a_vote_is_decided_by_the_chair(page):
    cast = make_cast(LineState.DELIBERATION, delegation=BY_VOTE)
    at_work(page, cast.chair, f"Decide on {cast.reference}")
    answer(page, type="partial", reasons="The models are missing.", later_measures="Take part 2.")
    press(page, "Sign decision")
    follow(page, "Put to the vote of the committee")
    press(page, "Open vote")
    press(page, "Declare impartiality")
    vote(page, "yes")
    for member, choice in zip(cast.members, ("yes", "no", "no"), strict=True):
        at_work(page, member, f"Vote on {cast.reference}")
        vote(page, choice)
    opens(page, cast)

    at_work(page, cast.chair, f"Decide the tie on {cast.reference}")
    picture(page, "tie-open", at="[aria-labelledby=h-state]")
    press(page, "Decide the tie: yes")
    assert "The tie was decided by Hedda Brandvold" in text_of(page)
    follow(page, "Sign decision")
    press(page, "Sign decision")

    opens(page, cast)
    assert "The committee has decided" in text_of(page)


def test_question_that_is_never_answered_does_not_stop_the_line(page):
    cast = make_cast(LineState.FORMAL_CHECK)
    at_work(page, cast.registrar, f"Check whether {cast.reference} is complete")
    follow(page, "Ask for information")
    answer(page, **{"items-0-text": "Who read your project?"})
    press(page, "Send question")
    opens(page, cast)
    assert "The clock stands still until then." in text_of(page)
    picture(page, "question-asked", phone=True)

    cast.line.information_requests.update(due_on=yesterday())
    at_work(page, cast.registrar, f"Go on with {cast.reference}: no answer came")
    press(page, "Go on without an answer")
    answer(page, rapporteur=cast.members[0].pk)
    press(page, "Declare complete")
    assert "The line is complete." in text_of(page)

    opens(page, cast)
    assert "The time for this has passed, and your file goes on." in text_of(page)
    picture(page, "question-passed")


def test_missed_deadline_is_told_and_appealed(page, run_tasks):
    cast = make_cast(LineState.DELIBERATION)
    judges = make_judges(cast.line)
    type(cast.line).objects.update(due_on=timezone.localdate() - timedelta(days=60))
    opens(page, cast)
    assert "We are late." in text_of(page)
    picture(page, "deadline-missed")
    follow(page, "Appeal")
    press(page, "File appeal")

    at_work(page, judges[0], f"Look at the appeal on {cast.reference}")
    follow(page, "Decide on the appeal")
    until = timezone.localdate() + timedelta(days=14)
    votes = {f"vote-{judge.uuid}": "for" for judge in judges}
    answer(page, result="remitted", reasons="Nothing explains it.", due_on=until, **votes)
    with run_tasks():
        press(page, "Sign decision on the appeal")

    opens(page, cast)
    assert cast.now().due_on == until
    assert "We are late." not in text_of(page)


def test_appeal_changes_the_decision(page, run_tasks):
    cast = make_cast(LineState.NOTIFIED, signed=True, ratings=[Rating.FULL, Rating.PARTIAL])
    judges = make_judges(cast.line)
    way = Way(cast.now())
    way.object()
    way.dismiss()
    opens(page, cast)
    follow(page, "Appeal")
    answer(page, grounds="Page four of my report shows outcome 2.", files=REPORT)
    press(page, "File appeal")

    at_work(page, judges[0], f"Look at the appeal on {cast.reference}")
    follow(page, "Decide on the appeal")
    follow(page, "Write decision")
    for number in range(1, 5):
        page.locator('.opinions [name^="settle-"]').nth(number - 1).select_option("FULL")
    press(page, "Save draft")  # now the rules allow more
    answer(page, type="full", reasons="Page four of the report shows outcome 2.")
    picture(page, "appeal-anew", at=".opinions")
    press(page, "Save draft")
    at_work(page, judges[0], f"Look at the appeal on {cast.reference}")
    follow(page, "Decide on the appeal")
    votes = {f"vote-{judge.uuid}": "for" for judge in judges}
    answer(page, result="amended", reasons="Page four shows it.", **votes)
    with run_tasks():
        press(page, "Sign decision on the appeal")
    print_papers(cast.now())
    at_work(page, cast.registrar, f"Send the decision on {cast.reference}")
    press(page, "Send decision")

    opens(page, cast)
    assert "Recognised in full" in text_of(page)
    picture(page, "appeal-amended", at="main .holder")


def test_condition_is_proved_and_met(page):
    cast = make_cast(LineState.CONDITION_PENDING)
    opens(page, cast)
    picture(page, "condition-open", phone=True)
    follow(page, "Send proof")
    answer(page, answer="I passed on Monday.", file=REPORT)
    press(page, "Send proof")

    at_work(page, cast.registrar, f"Settle a condition of {cast.reference}")
    follow(page, "Settle condition")
    answer(page, do="met", note="Passed.")
    press(page, "Save")
    at_work(page, cast.registrar, f"Record the credits of {cast.reference}")
    press(page, "Record credits")

    opens(page, cast)
    assert "Your credits are recorded." in text_of(page)


def test_decision_is_taken_back_after_its_credential_was_revoked(page):
    full = DecisionType.FULL_SUBSTITUTION
    cast = make_cast(LineState.RECORDED, signed=True, ratings=[], decision=full)
    award = cast.line.sources.get().credential.award
    issuer = award.learner.institution.units.get().memberships.get(role=Role.REGISTRAR).user

    sign_in(page, issuer)
    page.goto(f"/awards/{award.uuid}/")
    follow(page, "Revoke credential")
    answer(page, reason="error", note="It was another learner’s project.")
    press(page, "Revoke credential")
    at_work(page, cast.registrar, f"Take back the decision on {cast.reference}?")
    answer(page, ground="revoked", reasons="What it rests on was revoked by its issuer.")
    press(page, "Hear the learner")
    print_remedy_letter(cast.line.annulments.get())

    opens(page, cast)
    follow(page, "Read and answer")
    follow(page, "Answer")
    answer(page, statement="I wrote it myself.")
    press(page, "Send answer")

    at_work(page, cast.registrar, f"Sign, or let the decision on {cast.reference} stand")
    press(page, "Sign annulment")
    at_work(page, cast.chair, f"Sign, or let the decision on {cast.reference} stand")
    picture(page, "annulment-second", at="[aria-labelledby=h-why]")
    press(page, "Sign second, take the decision back")

    opens(page, cast)
    assert cast.now().state == LineState.ANNULLED
    assert not cast.learner.credentials.filter(credit_entries__reversed_at=None).exists()
    picture(page, "annulment-done", phone=True)
