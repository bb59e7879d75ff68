"""Suspending, revoking and correcting: what learners are told, and what whoever verifies sees."""

import json
from datetime import timedelta
from functools import partial
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from credentials.days import longdate
from credentials.models import (
    AuditEvent,
    Award,
    AwardHearing,
    HearingAbout,
    Job,
    JobKind,
    LearnerEmail,
    Mail,
    Membership,
    RevocationReason,
    Role,
    SuspensionReason,
)
from credentials.services import (
    awards,
    courses,
    documents,
    issuing,
    revocations,
    supplements,
    verification,
)
from credentials.states import AwardState
from credentials.verdict import Refused
from recognition.permissions import can_record
from recognition.states import LineState
from recognition.work import waiting_for
from tests.factories.awards import award_all, correct, make_award, make_student, make_taught_course
from tests.factories.catalogue import make_course_version
from tests.factories.people import (
    make_institution,
    make_learner,
    make_registrar,
    make_staff,
    root_of,
)
from tests.factories.recognition import Way, make_case

pytestmark = pytest.mark.django_db

FRAUD, ERROR = RevocationReason.FRAUD, RevocationReason.ERROR
EXAMINED = SuspensionReason.EXAMINED


@pytest.fixture
def award():
    return make_award()


@pytest.fixture
def registrar(award):
    return make_registrar(award.learner.institution)


def again(award):
    return Award.objects.get(pk=award.pk)


def verdict_on(award):
    found = verification.examine_award(award)
    return found.seen.verdict.value, found.seen.key


def until(days=14):
    return timezone.localdate() + timedelta(days=days)


def announce(award, registrar, *, reason=FRAUD, **more):
    said = {"reason": reason, "note": "The report is copied.", "due_on": until()}
    return revocations.announce(award, by=registrar, **said | more)


def told(award):
    return Mail.objects.filter(recipient=award.learner.user.email).last()


# Suspended ---------------------------------------------------------------------------------------


def test_suspended_credential_says_so_until_the_suspension_is_lifted(award, registrar):
    revocations.suspend(award, by=registrar, reason=EXAMINED, note="A report is alike.")

    assert verdict_on(award) == ("revoked", "suspended")
    assert verification.examine_award(award).title == "Suspended"
    assert "suspended" in told(award).subject
    assert "alike" not in told(award).body

    revocations.lift(again(award), by=registrar)

    assert verdict_on(award) == ("valid", "valid")
    assert (again(award).suspended_at, again(award).suspension_reason) == (None, "")
    assert "in force again" in told(award).subject


def test_suspension_does_not_touch_the_list_of_revocations(award, registrar):
    lists = award.learner.institution.status_lists
    bits = bytes(lists.get(purpose="revocation").bits)

    revocations.suspend(award, by=registrar, reason=EXAMINED)

    assert bytes(lists.get(purpose="revocation").bits) == bits
    assert any(bytes(lists.get(purpose="suspension").bits))


def test_credential_refers_to_both_lists_at_the_same_place(award):
    body = json.loads(award.credential.signed_forms.get().body)
    places = {e.status_list.purpose: e for e in award.credential.status_entries.all()}

    stated = body["credentialStatus"]

    assert stated["statusListIndex"] == str(places["revocation"].index)
    assert places["suspension"].index == places["revocation"].index
    assert stated["statusListCredential"].endswith(str(places["revocation"].status_list.uuid))
    assert stated["statusReference"].endswith(str(places["suspension"].status_list.uuid))


def test_nothing_is_shown_or_recorded_with_a_suspended_credential(client, award, registrar):
    revocations.suspend(award, by=registrar, reason=EXAMINED)
    client.force_login(award.learner.user)

    share = client.get(reverse("share-new", args=[award.credential.uuid])).content.decode()
    portfolio = client.get(reverse("portfolio")).content.decode()

    assert "suspended" in share
    assert "Suspended" in portfolio
    assert reverse("case-new") not in portfolio


def test_line_of_a_suspended_credential_waits(award):
    learner = award.learner.user
    line = make_case(applicant=learner, sources=[award.credential]).lines.get()
    line = Way(line).to(LineState.NOTIFIED)
    by = {"by": make_registrar(award.learner.institution)}
    registrar = make_registrar(line.case.institution)
    assert can_record(registrar, line)

    revocations.suspend(again(award), reason=EXAMINED, **by)

    assert "is suspended" in can_record(registrar, line).reason
    assert Mail.objects.filter(subject__contains=f"{line.case.reference} was suspended").exists()
    revocations.lift(again(award), **by)
    assert can_record(registrar, line)


# Heard -------------------------------------------------------------------------------------------


def test_for_deception_the_learner_is_heard_first(award, registrar):
    with pytest.raises(Refused, match="heard first"):
        revocations.revoke(award, by=registrar, reason=FRAUD)
    hearing = announce(award, registrar)
    with pytest.raises(Refused, match="heard first"):
        revocations.revoke(award, by=registrar, reason=FRAUD)
    assert "is to be revoked" in told(award).subject

    revocations.answer(hearing, "I wrote it myself.", by=award.learner.user)
    revocations.revoke(award, by=registrar, reason=FRAUD, note="The drafts show otherwise.")

    assert verdict_on(award) == ("revoked", "revoked")
    assert AwardHearing.objects.get().closed_at is not None


def test_whom_nobody_can_write_to_is_told_by_letter(award, registrar):
    version = award.course_version
    learner, teacher = make_learner(award.learner.institution), version.course.teachers.get()
    issuing.issue(awards.award_directly(version, learner, by=teacher, grade="1.0"))
    unknown = Award.objects.get(learner=learner)

    with pytest.raises(Refused, match="Send them a letter"):
        announce(unknown, registrar)
    assert not AwardHearing.objects.exists()
    announce(unknown, registrar, served="By registered letter, 3 March.")

    entry = AuditEvent.objects.get(action="serve-hearing")
    assert (entry.thing, entry.text.text) == (
        str(unknown.uuid),
        "By registered letter, 3 March.",
    )


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("", "The report is copied."),
        ("The report is copied. The drafts too.", "The report is copied. The drafts too."),
        ("Something else.", "The report is copied.\n\nSomething else."),
    ],
)
def test_the_ground_is_what_the_learner_was_heard_on(award, registrar, note, kept):
    hearing = announce(award, registrar)
    revocations.answer(hearing, "I wrote it myself.", by=award.learner.user)

    revocations.revoke(award, by=registrar, reason=FRAUD, note=note)

    assert again(award).revocation_note == kept


def test_a_learner_who_does_not_answer_is_not_waited_for(award, registrar):
    announce(award, registrar)
    AwardHearing.objects.update(due_on=until(-1))

    labels = [item.label for group in waiting_for(registrar) for item in group.items]
    revocations.revoke(award, by=registrar, reason=FRAUD)

    assert f"Revoke {award.number}, or let it stand" in labels
    assert again(award).state == AwardState.REVOKED


def test_being_heard_on_one_reason_is_not_being_heard_on_another(award, registrar):
    hearing = announce(award, registrar, reason=RevocationReason.WITHDRAWN)
    revocations.answer(hearing, "Why?", by=award.learner.user)

    with pytest.raises(Refused, match="heard first"):
        revocations.revoke(award, by=registrar, reason=FRAUD)


def test_revoking_on_a_hearing_that_was_dropped_meanwhile_is_refused_in_words(award, registrar):
    hearing = announce(award, registrar)
    revocations.answer(hearing, "I wrote it myself.", by=award.learner.user)
    revocations.drop(hearing, by=registrar)

    with pytest.raises(Refused, match="Give the learner until a day from tomorrow on"):
        revocations.revoke_or_hear(award, by=registrar, reason=FRAUD, note="Copied.")


def test_credential_that_was_to_be_revoked_can_stand(award, registrar):
    hearing = announce(award, registrar)
    revocations.answer(hearing, "I wrote it myself.", by=award.learner.user)
    revocations.drop(hearing, by=registrar)

    assert "stands" in told(award).subject
    assert verdict_on(award) == ("valid", "valid")
    with pytest.raises(Refused, match="settled"):
        revocations.drop(hearing, by=registrar)
    assert announce(award, registrar).pk  # for another reason, later


@pytest.mark.parametrize("role", [Role.TEACHER, Role.COURSE_DIRECTOR])
def test_what_is_held_against_a_learner_is_read_by_those_who_decide(client, award, registrar, role):
    hearing = announce(award, registrar)
    revocations.answer(hearing, "I was ill.", by=award.learner.user)
    revocations.suspend(award, by=registrar, reason=EXAMINED, note="Also the drafts.")
    person = make_staff(award.learner.institution, role)
    award.course_version.course.teachers.add(person)
    client.force_login(person)
    reads = role == Role.COURSE_DIRECTOR

    for url in (
        reverse("award-detail", args=[award.uuid]),
        reverse("claim-detail", args=[award.claim.uuid]),
        reverse("hearing-answer", args=[hearing.uuid]),
    ):
        page = client.get(url).content.decode()
        assert ("The report is copied." in page, "Also the drafts." in page) in (
            [(True, True), (True, False)] if reads else [(False, False)]
        )
        assert reads or "I was ill." not in page
    own = client.get(reverse("award-detail", args=[award.uuid])).content.decode()
    assert ("I was ill." in own) is reads
    assert "It is being examined whether it was earned" in own


def test_revocation_settles_what_was_asked_before(award, registrar):
    revocations.suspend(award, by=registrar, reason=EXAMINED)
    revocations.revoke(again(award), by=registrar, reason=ERROR, note=" An\0other's. ")

    found = award.hearings.values_list("about", "note", "closed_at")
    assert [(about, note, bool(closed)) for about, note, closed in found] == [
        (HearingAbout.REVOKED, "Another's.", False),
        (HearingAbout.SUSPENDED, "", True),
    ]


def test_who_was_told_afterwards_may_answer_too(award, registrar):
    revocations.revoke(award, by=registrar, reason=ERROR, note="Another person's.")
    hearing = AwardHearing.objects.get(about=HearingAbout.REVOKED)

    revocations.answer(hearing, "It is mine.", by=award.learner.user)

    assert Mail.objects.filter(recipient=registrar.email).last().subject == "A learner has answered"


@pytest.mark.parametrize(
    ("attempt", "why"),
    [
        (partial(revocations.announce, reason=FRAUD, note=" ", due_on=until()), "held against"),
        (partial(revocations.announce, reason=FRAUD, note="!", due_on=None), "from tomorrow"),
        (partial(revocations.announce, reason=FRAUD, note="!", due_on=until(0)), "from tomorrow"),
        (partial(revocations.lift), "not suspended"),
        (partial(revocations.revoke, reason=RevocationReason.SUPERSEDED), "Correct the"),
    ],
)
def test_what_cannot_be_is_refused_in_words(award, registrar, attempt, why):
    with pytest.raises(Refused, match=why):
        attempt(award, by=registrar)
    assert again(award).state == AwardState.ISSUED


def test_only_the_learner_answers_and_only_once(award, registrar):
    hearing = announce(award, registrar)

    for person in (registrar, make_student("Tam Belisle")):
        with pytest.raises(Refused, match="Only the learner"):
            revocations.answer(hearing, "Yes.", by=person)
    revocations.answer(hearing, "No.", by=award.learner.user)
    with pytest.raises(Refused, match="answered this already"):
        revocations.answer(hearing, "No!", by=award.learner.user)


@pytest.mark.parametrize("act", ["suspend", "revoke", "correct"])
def test_nobody_judges_their_own_credential(act):
    version = make_taught_course()
    registrar = make_student("Orla Finnery")
    root = root_of(version.course.institution)
    Membership.objects.create(user=registrar, unit=root, role=Role.REGISTRAR)
    award = make_award(version=version, student=registrar)
    attempt = {
        "suspend": partial(revocations.suspend, reason=EXAMINED),
        "revoke": partial(revocations.revoke, reason=ERROR),
        "correct": lambda award, by: correct(award, by, holder_name="Another"),
    }[act]

    with pytest.raises(Refused, match="your own credential"):
        attempt(award, by=registrar)


def test_nobody_judges_their_own_credential_known_by_an_address(registrar, award):
    version = award.course_version
    learner = make_learner(award.learner.institution)
    LearnerEmail.objects.create(learner=learner, email=registrar.email.upper())
    own = awards.award_directly(version, learner, by=version.course.teachers.get(), grade="1.0")
    issuing.issue(own)

    for attempt in (revocations.suspend, revocations.revoke):
        with pytest.raises(Refused, match="your own credential"):
            attempt(again(own), by=registrar, reason=ERROR)
    assert list(Award.objects.judged_by(registrar)) == [award]


# Corrected ---------------------------------------------------------------------------------------


def test_corrected_credential_takes_the_place_of_the_old_one(client, award, registrar, run_tasks):
    page = printed_page(award)
    with run_tasks():
        new = correct(award, registrar, holder_name="Nela Árdwen")
        assert verdict_on(award) == ("valid", "valid")  # until the new one is signed

    new, old = again(new), again(award)
    assert verdict_on(new) == ("valid", "valid")
    assert (old.state, old.revocation_reason) == (AwardState.REVOKED, RevocationReason.SUPERSEDED)
    assert (new.supersedes, new.accepted_at is not None) == (old, True)
    assert told(award).subject == "A credential of yours was corrected"
    for answer in (
        client.get(reverse("verify-code", args=[old.code])),  # the old link
        client.post(reverse("verify"), {"text": body_of(old)}),  # the old file
        client.post(reverse("verify"), {"file": page}),  # the old printed page
    ):
        text = answer.content.decode()
        assert "Replaced on" in text
        assert reverse("verify-code", args=[new.code]) in text


def printed_page(award):
    supplements.run(supplements.start(award, by=None))
    file = BytesIO(documents.read(again(award).supplement))
    file.name = "page.pdf"
    return file


def body_of(award):
    return award.credential.signed_forms.get().body


def test_learner_reads_what_was_wrong_and_may_answer(client, award, registrar):
    new = correct(award, registrar, grade="2.0", reason="It was added up wrongly.")
    issuing.issue(new)
    assert "you can answer there" in told(award).body
    assert "added up" not in told(award).body
    client.force_login(award.learner.user)

    for one in (award, new):
        page = client.get(reverse("award-detail", args=[one.uuid])).content.decode()
        assert "It was added up wrongly." in page
        assert "Grade before: 1.0. Grade now: 2.0." in page
    answer = reverse("hearing-answer", args=[AwardHearing.objects.get().uuid])
    assert answer in page
    client.post(answer, {"statement": "My points are missing."})

    client.force_login(registrar)
    page = client.get(reverse("award-detail", args=[new.uuid])).content.decode()
    assert "My points are missing." in page
    assert Mail.objects.filter(recipient=registrar.email).last().subject == "A learner has answered"


def test_correction_names_the_first_credential_in_its_signed_facts(award, registrar):
    second = correct(award, registrar, grade="2.0")
    issuing.issue(second)
    third = correct(again(second), registrar, holder_name="N. Ardwen")
    issuing.issue(third)

    stated = [json.loads(body_of(one))["evidence"] for one in (second, third)]

    assert [[e["id"] for e in evidence] for evidence in stated] == [
        [award.credential.identifier]
    ] * 2
    facts = verification.examine_award(again(third)).facts
    assert facts.replaces == award.credential.identifier
    assert facts.evidence == ()
    assert again(third).with_corrected == [third, second, award]


def test_learning_that_was_corrected_counts_once(award):
    learner = award.learner.user
    line = make_case(applicant=learner, sources=[award.credential]).lines.get()
    Way(line).to(LineState.RECORDED)
    registrar = make_registrar(award.learner.institution)
    new = correct(again(award), registrar, grade="2.0")
    issuing.issue(new)
    assert not any("revoked" in i.label for g in waiting_for(registrar) for i in g.items)

    programme = line.case.programme_version
    other = make_case(
        applicant=learner, sources=[again(new).credential], programme_version=programme
    )

    with pytest.raises(Refused, match="already"):
        Way(other.lines.get()).to(LineState.RECORDED)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, "Nothing differs"),
        ({"holder_name": " "}, "name of the holder"),
        ({"holder_name": "Other", "reason": " "}, "what was wrong"),
        ({"grade": "5.0"}, "grade that passes"),
    ],
)
def test_correction_that_cannot_be_is_refused(award, registrar, changed, why):
    with pytest.raises(Refused, match=why):
        correct(award, registrar, **changed)
    assert Award.objects.count() == 1


def test_correction_stays_with_the_course(award, registrar):
    other = make_course_version(award.learner.institution)

    with pytest.raises(Refused, match="another course"):
        correct(award, registrar, version=other)


def test_correction_makes_no_second_credential_of_one_version(award, registrar):
    learner, course = award.learner.user, award.course_version.course
    director = make_staff(award.learner.institution, Role.COURSE_DIRECTOR)
    newer = courses.publish(courses.renew(award.course_version, by=director), by=director)
    make_award(version=newer, student=learner)

    with pytest.raises(Refused, match="holds this credential already"):
        correct(award, registrar, version=newer)
    assert Award.objects.filter(course_version__course=course).count() == 2


def test_nothing_else_is_done_while_the_corrected_one_is_signed(award, registrar):
    correct(award, registrar, grade="2.0")

    for attempt in (
        lambda: correct(award, registrar, grade="3.0"),
        lambda: revocations.revoke(award, by=registrar, reason=ERROR),
        lambda: revocations.suspend(award, by=registrar, reason=EXAMINED),
    ):
        with pytest.raises(Refused, match="being signed already"):
            attempt()


# Pages -------------------------------------------------------------------------------------------


def test_pages_lead_from_the_announcement_to_the_revocation(client, award, registrar):
    client.force_login(registrar)
    url = reverse("award-revoke", args=[award.uuid])
    sent = {"reason": FRAUD, "note": "The report is copied.", "due_on": until().isoformat()}
    page = client.post(url, sent, follow=True).content.decode()
    assert "The learner is told, and may answer. Then you decide." in page
    client.force_login(award.learner.user)
    own = client.get(reverse("award-detail", args=[award.uuid])).content.decode()
    answer = reverse("hearing-answer", args=[AwardHearing.objects.get().uuid])
    assert answer in own
    client.post(answer, {"statement": "I wrote it myself."})
    client.force_login(registrar)
    page = client.get(reverse("award-detail", args=[award.uuid])).content.decode()
    assert "I wrote it myself." in page
    assert "Let it stand" in page

    client.post(url, {"reason": FRAUD, "note": "The report is copied."})

    assert again(award).state == AwardState.REVOKED


def test_many_are_changed_together_and_each_refusal_is_named(client, award, registrar):
    second = make_award(version=award.course_version)
    gone = make_award(AwardState.REVOKED, version=award.course_version)
    elsewhere = make_award()
    client.force_login(registrar)
    chosen = [str(one.uuid) for one in (award, second, gone, elsewhere)]
    listed = client.get(reverse("award-list"), {"q": award.course_version.course.code})
    assert listed.content.decode().count('name="chosen"') == 3
    asked = client.post(reverse("award-many", args=["suspend"]), {"chosen": chosen})
    assert "Suspend 2 credentials?" in asked.content.decode()
    assert "1 is left out" in asked.content.decode()
    assert f"{gone.number}, {gone.holder_name}: This credential is revoked already." in (
        asked.content.decode()
    )
    said = {"chosen": chosen, "confirm": "1", "reason": EXAMINED, "note": ""}

    page = client.post(reverse("award-many", args=["suspend"]), said, follow=True).content.decode()

    assert "2 suspended." in page
    assert f"{gone.number}: This credential is revoked already." in page
    assert [again(one).state for one in (award, second, gone, elsewhere)] == [
        *(AwardState.SUSPENDED, AwardState.SUSPENDED, AwardState.REVOKED, AwardState.ISSUED)
    ]
    client.post(reverse("award-many", args=["lift"]), {"chosen": chosen, "confirm": "1"})
    assert again(award).state == again(second).state == AwardState.ISSUED


def test_of_many_those_revoked_and_those_asked_first_are_counted_apart(client, award, registrar):
    others = [make_award(version=award.course_version) for _ in range(2)]
    hearing = announce(award, registrar)
    revocations.answer(hearing, "I wrote it myself.", by=award.learner.user)
    client.force_login(registrar)
    said = {
        "chosen": [str(one.uuid) for one in (award, *others)],
        "confirm": "1",
        "reason": FRAUD,
        "note": "The report is copied.",
        "due_on": until().isoformat(),
    }

    page = client.post(reverse("award-many", args=["revoke"]), said, follow=True).content.decode()

    assert "1 revoked." in page
    assert "2 learners are asked to answer first; nothing else has happened yet." in page
    assert [again(one).state for one in (award, *others)] == [
        *(AwardState.REVOKED, AwardState.ISSUED, AwardState.ISSUED)
    ]


def test_history_tells_each_step_once(client, award, registrar):
    revocations.suspend(award, by=registrar, reason=EXAMINED)
    revocations.lift(again(award), by=registrar)
    correct(again(award), registrar, grade="2.0")
    client.force_login(award.learner.user)

    events = client.get(reverse("award-detail", args=[award.uuid])).context["events"]

    assert [str(event["title"]) for event in events][-3:] == [
        *("Suspended", "In force again", "Corrected")
    ]
    assert events[-1]["text"] == "The name was misspelt."


def test_list_narrows_and_takes_the_same_queries_for_any_number(
    client, award, registrar, django_assert_max_num_queries
):
    for _ in range(3):
        make_award(version=award.course_version)
    client.force_login(registrar)

    with django_assert_max_num_queries(14):
        page = client.get(reverse("award-list"))
    narrowed = client.get(reverse("award-list"), {"q": award.number, "state": "issued"})

    assert len(page.context["page"]) == 4
    assert list(narrowed.context["page"]) == [award]
    assert client.get(reverse("award-list"), {"q": "a\0b"}).status_code == 404


def test_list_finds_the_course_by_words_of_its_title(client):
    title = {"en": "Life in Rivers", "de": "Flussökologie"}
    version = make_taught_course(title=title, description={"en": "A quixotic tour."}, code="B7")
    award = make_award(version=version, student=make_student("Zoi Anta"))
    client.force_login(make_registrar(version.course.institution))

    def finds(words):
        return list(client.get(reverse("award-list"), {"q": words}).context["page"]) == [award]

    assert all(finds(words) for words in ("Ökologie", "okologie FLUSS", "Rivers b7"))
    # The name of a language and a word of the description stand in no title.
    assert not any(finds(words) for words in ("de", "ökologie de", "quixotic", "…"))


def test_list_is_for_those_who_teach_and_those_who_judge(client, award, registrar):
    make_award()
    seen = []
    for person in (award.course_version.course.teachers.get(), registrar):
        client.force_login(person)
        page = client.get(reverse("award-list"))
        seen.append((list(page.context["page"]), 'name="chosen"' in page.content.decode()))
    assert seen == [([award], False), ([award], True)]
    client.force_login(make_registrar(make_institution()))
    assert len(client.get(reverse("award-list")).context["page"]) == 0
    client.force_login(award.learner.user)
    assert client.get(reverse("award-list")).status_code == 404


def test_teacher_does_not_read_on_the_page_to_revoke_that_somebody_is_heard(
    client, award, registrar
):
    announce(award, registrar)
    teacher = award.course_version.course.teachers.get()

    def page(user):
        client.force_login(user)
        return client.get(reverse("award-revoke", args=[award.uuid])).content.decode()

    assert "The learner is being heard" in page(registrar)
    assert "being heard" not in page(teacher)


def test_batch_is_exactly_its_numbers(client, award, registrar):
    job = Job.objects.create(
        kind=JobKind.SIGN_BATCH,
        subject=uuid4(),
        institution=award.learner.institution,
        owner=registrar,
        parameters={"runs": [["X-MC-2026-9999", "X-MC-2026-10001"]]},
    )
    several = [award, *(make_award(version=award.course_version) for _ in range(3))]
    numbers = ("X-MC-2026-10000", "X-MC-2027-0001", "X-MC-2025-10001", "X-MC-2026-9998")
    for one, number in zip(several, numbers, strict=True):
        Award.objects.filter(pk=one.pk).update(number=number)
    client.force_login(registrar)

    page = client.get(reverse("award-list"), {"batch": job.uuid})

    assert [one.pk for one in page.context["page"]] == [award.pk]
    assert "Only those of one list." in page.content.decode()
    assert f'<input type="hidden" name="batch" value="{job.uuid}"' in page.content.decode()


def test_list_narrows_by_what_has_become_of_it_by_day_and_by_batch(client, award, registrar):
    version, teacher = award.course_version, award.course_version.course.teachers.get()
    old = make_award(version=version)
    issuing.issue(correct(old, registrar, grade="2.0"))
    new = Award.objects.get(supersedes=old)
    waiting = make_award(version=version, claimed=False, accepted=False)
    announce(waiting, registrar)
    numbered = [make_learner(award.learner.institution, student_number=f"S{n}") for n in "12"]
    award_all(version, numbered, by=registrar)
    batch = Job.objects.get(kind=JobKind.SIGN_BATCH)
    Award.objects.filter(pk=waiting.pk).update(awarded_on=until(-3))
    client.force_login(registrar)

    def found(**asked):
        page = client.get(reverse("award-list"), asked).context["page"]
        return {one.pk for one in page}

    signing = set(Award.objects.filter(state=AwardState.SIGNING).values_list("pk", flat=True))
    assert found(state="accepted") == {award.pk, new.pk}
    assert found(state="waiting") == found(state="heard") == {waiting.pk}
    assert found(state="replaced") == {old.pk}
    assert found(state="revoked") == found(state="unproven") == set()
    assert found(day=until(-3).isoformat()) == {waiting.pk}
    assert found(batch=batch.uuid) == signing
    assert len(signing) == 2
    assert found(q=version.course.code, state="signing") == signing
    client.force_login(teacher)
    assert found(batch=batch.uuid) == found(state="heard") == set()
    text = client.get(reverse("award-list")).content.decode().split("<tbody")[1]
    assert "Being heard" not in text


def test_all_of_a_page_are_chosen_without_a_script(client, award, registrar):
    make_award(version=award.course_version)
    client.force_login(registrar)

    pages = [client.get(reverse("award-list"), asked) for asked in ({}, {"all": "1"})]

    assert [page.content.decode().count(" checked>") for page in pages] == [0, 2]


def test_correction_page_begins_with_what_stands(client, award, registrar):
    client.force_login(registrar)
    url = reverse("award-correct", args=[award.uuid])
    form = client.get(url).context["form"]
    said = {name: form[name].value() for name in form.fields}
    wrong = client.post(url, said | {"reason": "A typing error."})
    assert "Nothing differs" in wrong.content.decode()

    done = client.post(url, said | {"reason": "A typing error.", "grade": "2.0"})

    new = Award.objects.get(supersedes=award)
    assert done.url == reverse("award-detail", args=[new.uuid])
    assert (new.grade, new.holder_name, new.awarded_on) == (
        *("2.0", award.holder_name, award.awarded_on),
    )


# What learners read of it ------------------------------------------------------------------------


def own_work(user):
    items = [item for group in waiting_for(user) for item in group.items]
    return [(item.label, item.due) for item in items]


def test_learner_is_shown_until_when_to_answer_before_a_revocation(client, award, registrar):
    learner, title = award.learner.user, str(award.course_version)
    assert own_work(learner) == []
    hearing = announce(award, registrar)

    client.force_login(learner)
    portfolio = client.get(reverse("portfolio")).content.decode()
    page = client.get(reverse("award-detail", args=[award.uuid])).content.decode()

    assert own_work(learner) == [(f"Answer before “{title}” is revoked", until())]
    assert "To be revoked" in portfolio
    assert f"Answer until {longdate(until())}." in portfolio
    assert portfolio.count(f'href="{reverse("hearing-answer", args=[hearing.uuid])}"') == 1
    assert "Being heard" in page
    assert f"You may answer until {longdate(until())}." in page
    assert "The learner may answer" not in page
    assert [part in told(award).body for part in (award.number, longdate(until()))] == [True] * 2

    revocations.answer(hearing, "I wrote it myself.", by=learner)

    assert own_work(learner) == []
    assert "You have answered." in client.get(reverse("portfolio")).content.decode()


def test_learner_reads_after_a_revocation_what_was_decided_and_whom_to_turn_to(
    client, award, registrar
):
    learner, institution = award.learner.user, award.learner.institution
    institution.email = "records@testheim.example"
    institution.save()
    revocations.answer(announce(award, registrar), "I wrote it myself.", by=learner)
    revocations.revoke(award, by=registrar, reason=FRAUD)

    client.force_login(learner)
    page = client.get(reverse("award-detail", args=[award.uuid])).content.decode()

    assert own_work(learner) == [(f"Read why “{award.course_version}” was revoked", None)]
    assert "you can answer" not in told(award).body
    assert "Heard before it was decided" in page
    assert "The credential is to be revoked" not in page
    assert f"Decided on {longdate(timezone.localdate())}." in page
    assert "mailto:records@testheim.example" in page
    Award.objects.update(revoked_at=timezone.now() - timedelta(days=31))
    assert own_work(learner) == []


def test_learner_is_not_sent_to_read_why_what_they_asked_for_was_done(award, registrar):
    revocations.revoke(award, by=registrar, reason=RevocationReason.REQUESTED)

    assert own_work(award.learner.user) == []


def test_revoking_waits_on_the_page_until_the_learner_was_heard(client, award, registrar):
    hearing = announce(award, registrar)
    client.force_login(registrar)
    address = reverse("award-detail", args=[award.uuid])
    link = f'<a class="button" href="{reverse("award-revoke", args=[award.uuid])}">'

    before = client.get(address).content.decode()
    revocations.answer(hearing, "I wrote it myself.", by=award.learner.user)
    after = client.get(address).content.decode()

    assert [text.count("Revoke credential") for text in (before, after)] == [1, 1]
    assert [link in text for text in (before, after)] == [False, True]
    assert f"or after {longdate(until())}." in before


def test_of_many_only_those_that_can_be_are_asked_about(client, award, registrar):
    old = make_award(version=award.course_version)
    issuing.issue(correct(old, registrar, grade="2.0"))
    suspended = make_award(AwardState.SUSPENDED, version=award.course_version)
    client.force_login(registrar)
    url = reverse("award-many", args=["lift"])

    some = client.post(url, {"chosen": [one.uuid for one in (award, old, suspended)]})
    none = client.post(url, {"chosen": [old.uuid]}).content.decode()
    forced = client.post(url, {"chosen": [old.uuid], "confirm": "1"}, follow=True).content.decode()

    assert "Lift 1 suspension?" in some.content.decode()
    assert [(one.number, why) for one, why in some.context["left_out"]] == [
        (old.number, "A corrected credential has replaced this one."),
        (award.number, "This credential is not suspended."),
    ]
    assert "None of these is suspended" in none
    assert 'name="chosen"' not in none
    assert "in force again." not in forced


def test_asking_about_many_takes_the_same_queries_for_any_number(client, award, registrar):
    institution, by = award.learner.institution, award.course_version.course.teachers.get()
    more = [
        awards.award_directly(award.course_version, make_learner(institution), by=by, grade="1.0")
        for _ in range(3)
    ]
    issuing.issue(more[0])
    client.force_login(registrar)

    def asked(act, chosen):
        with CaptureQueriesContext(connection) as queries:
            client.post(reverse("award-many", args=[act]), {"chosen": [one.uuid for one in chosen]})
        return len(queries)

    for act in ("suspend", "lift", "revoke"):
        asked(act, more[:1])
        assert asked(act, [award, *more]) == asked(act, more[:1]), act


def test_form_asks_what_belongs_to_the_reason(client, award, registrar):
    client.force_login(registrar)
    url = reverse("award-revoke", args=[award.uuid])
    page = client.get(url).context
    fields = [list(page[name].fields) for name in ("at_once", "ask")]
    reasons = [
        [one for one, _ in page[name].fields["reason"].choices] for name in ("at_once", "ask")
    ]
    assert fields == [["reason", "note"], ["reason", "note", "due_on"]]
    assert reasons == [["error", "requested"], ["fraud", "withdrawn"]]

    wrong = client.post(url, {"reason": FRAUD, "note": "", "due_on": until(0).isoformat()})

    assert wrong.context["form"].errors == {
        "note": ["This field is required."],
        "due_on": ["Give the learner until a day from tomorrow on."],
    }
    assert not AwardHearing.objects.exists()
    announce(award, registrar)
    heard = client.get(url)
    assert heard.context["ask"] is None
    assert f"or after {longdate(until())}." in heard.content.decode()


def test_form_asks_for_the_letter_where_nobody_can_be_written_to(client, award, registrar):
    learner = make_learner(award.learner.institution)
    unknown = awards.award_directly(award.course_version, learner, by=registrar, grade="1.0")
    issuing.issue(unknown)
    client.force_login(registrar)

    page = client.get(reverse("award-revoke", args=[unknown.uuid]))

    assert "served" in page.context["ask"].fields
