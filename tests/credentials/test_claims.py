"""Claims: made once, brought to the teacher, answered with a reason, and nobody else's business."""

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from credentials.models import (
    AuditEvent,
    Claim,
    Document,
    IdentityAssurance,
    Job,
    JobKind,
    Learner,
    LearnerEmail,
    Mail,
    Role,
)
from credentials.services import accounts, awards, claims, issuing, issuing_batches
from credentials.states import ClaimState
from credentials.verdict import Refused
from tests.factories.awards import (
    award_all,
    make_award,
    make_claim,
    make_student,
    make_taught_course,
)
from tests.factories.people import (
    make_institution,
    make_learner,
    make_registrar,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def version():
    return make_taught_course()


@pytest.fixture
def student():
    return make_student("Nela Ardwen")


def claim_through_page(client, version, **data):
    said = {"given_name": "Nela", "family_name": "Ardwen", "statement": "I passed.", "links": ""}
    return client.post(reverse("claim-new", args=[version.uuid]), {**said, **data})


def mails_about():
    return sorted(Mail.objects.values_list("recipient", "subject"))


# Making a claim


def test_claim_page_makes_claim_with_evidence_and_tells_both_sides(client, version, student):
    client.force_login(student)

    answer = claim_through_page(
        client,
        version,
        uploads=[SimpleUploadedFile("Mein Projekt.png", PNG)],
        links="https://work.example/project\n",
    )

    claim = Claim.objects.get()
    assert answer.url == reverse("claim-detail", args=[claim.uuid])
    assert (claim.state, claim.statement) == (ClaimState.SUBMITTED, "I passed.")
    assert [(e.title, e.url) for e in claim.evidence.order_by("pk")] == [
        ("Mein Projekt.png", ""),
        ("work.example", "https://work.example/project"),
    ]
    teacher = version.course.teachers.get()
    assert mails_about() == sorted(
        [
            (student.email, "Your claim has arrived"),
            (teacher.email, "A claim waits for you"),
        ]
    )


def test_second_claim_of_an_open_one_lands_on_the_first(client, version, student):
    client.force_login(student)
    first = claim_through_page(client, version)

    second = claim_through_page(client, version, statement="Sent from another tab.")
    again = claims.submit(version, by=student, statement="And past the page.")

    claim = Claim.objects.get()
    assert first.url == second.url
    assert (again, claim.statement) == (claim, "I passed.")
    assert Mail.objects.count() == 2


def test_withdrawn_claim_can_be_made_again(client, version, student):
    claim = make_claim(version=version, student=student)
    client.force_login(student)

    client.post(reverse("claim-withdraw", args=[claim.uuid]))
    claim_through_page(client, version)

    assert list(Claim.objects.order_by("pk").values_list("state", flat=True)) == [
        ClaimState.WITHDRAWN,
        ClaimState.SUBMITTED,
    ]


def test_draft_course_cannot_be_claimed(student):
    from tests.factories.catalogue import make_course_version

    draft = make_course_version(make_institution(), published=False)

    with pytest.raises(Refused) as refusal:
        claims.submit(draft, by=student, statement="I was early.")

    assert str(refusal.value) == (
        "This course is not offered, so its credential cannot be claimed."
    )


def test_held_credential_cannot_be_claimed_again():
    award = make_award()

    with pytest.raises(Refused) as refusal:
        claims.submit(award.course_version, by=award.learner.user, statement="Once more.")

    assert str(refusal.value) == (
        "You have this credential already. You find it in your portfolio."
    )


def test_claim_says_something(client, version, student):
    client.force_login(student)

    answer = claim_through_page(client, version, statement="")

    assert answer.context["form"].errors["statement"] == [
        "Say in a sentence what you have done, or add a file or a link."
    ]
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        (
            "photo.png",
            b"<!doctype html><script>steal()</script>",
            "photo.png is a web page, whatever its name says. Give its address.",
        ),
        (
            "logo.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg" onload="steal()"/>',
            "logo.svg is a drawing that can hold scripts. Save it as PDF or PNG.",
        ),
        (
            "laughs.xml",
            b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>',
            "laughs.xml: The file holds a document type definition, which is not read here.",
        ),
        (
            "badge.json",
            b'{"@context": ["https://',
            "badge.json: The file is cut off: its end is missing.",
        ),
        ("cut.png", PNG[:40], "cut.png: The image is damaged or cut off."),
        (
            "program.bin",
            b"\x7fELF\x02\x01\x00\xff",
            "It is not clear what program.bin is. Use PDF, PNG, JPEG or text.",
        ),
        ("empty.pdf", b"", "The submitted file is empty."),
    ],
)
def test_unwanted_file_is_refused_by_name(client, version, student, name, data, problem):
    client.force_login(student)

    answer = claim_through_page(client, version, uploads=[SimpleUploadedFile(name, data)])

    assert answer.context["form"].errors["uploads"] == [problem]
    assert (Claim.objects.count(), Document.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("links", "name", "is_asked"),
    [("no address", "a.pdf", True), ("no address", None, False), ("", "a.svg", False)],
)
def test_file_is_asked_for_again_when_something_else_is_wrong(
    client, version, student, links, name, is_asked
):
    client.force_login(student)
    data = b"%PDF-1.7\n" if name == "a.pdf" else b"<svg/>"
    said = {"given_name": "Nela", "family_name": "Ardwen", "links": links}
    files = {"uploads": SimpleUploadedFile(name, data)} if name else {}

    page = client.post(reverse("claim-new", args=[version.uuid]), said | files)

    assert page.context["form"].errors
    assert ("Choose your file again" in page.content.decode()) is is_asked


def test_too_large_file_is_refused_by_name(client, version, student, settings):
    settings.UPLOAD_MAX_BYTES = 1024**2
    client.force_login(student)

    answer = claim_through_page(
        client, version, uploads=[SimpleUploadedFile("film.png", PNG + b"\0" * 1024**2)]
    )

    assert answer.context["form"].errors["uploads"] == [
        "film.png is larger than 1 MB. Make it smaller, or give a link instead."
    ]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://work.example/", "not a link"])
def test_link_that_is_no_web_address_is_refused(client, version, student, link):
    client.force_login(student)

    answer = claim_through_page(client, version, links=link)

    assert answer.context["form"].errors["links"] == [
        f"“{link}” is not a web address. It begins with https://."
    ]


# Who the claimant is at the institution


def test_claim_of_unknown_person_makes_a_learner(version, student):
    claim = make_claim(version=version, student=student, given_name="Nela Maria")

    learner = claim.learner
    assert (learner.name, learner.user, learner.institution) == (
        "Nela Maria Ardwen",
        student,
        version.course.institution,
    )
    assert [e.email for e in learner.emails.all()] == [student.email]


def test_claim_of_known_address_links_the_learner(client, version, student):
    known = make_learner(version.course.institution, given_name="Nela", family_name="Ardwén")
    LearnerEmail.objects.create(learner=known, email=student.email.upper())
    client.force_login(student)

    page = client.get(reverse("claim-new", args=[version.uuid]))
    answer = client.post(reverse("claim-new", args=[version.uuid]), {"statement": "I passed."})

    assert list(page.context["form"].fields) == ["statement", "uploads", "links"]
    assert answer.status_code == 302
    assert Claim.objects.get().learner == known
    assert Learner.objects.get().user == student


def test_unconfirmed_address_links_nothing(version):
    stranger = make_user("Nela Ardwen")
    EmailAddress.objects.create(user=stranger, email=stranger.email, verified=False)
    known = make_learner(version.course.institution)
    LearnerEmail.objects.create(learner=known, email=stranger.email)

    claim = make_claim(version=version, student=stranger)

    assert claim.learner != known
    assert Learner.objects.get(pk=known.pk).user is None


def test_shared_address_links_nobody(version, student):
    for _ in range(2):
        LearnerEmail.objects.create(
            learner=make_learner(version.course.institution), email=student.email
        )

    assert accounts.learner_of(student, version.course.institution) is None


def test_learner_of_another_institution_is_not_taken(version, student):
    make_learner(make_institution(), student)

    claim = make_claim(version=version, student=student)

    assert claim.learner.institution == version.course.institution
    assert student.learners.count() == 2


# Answering


def test_teacher_denies_with_a_reason_the_student_reads(client, version, student):
    claim = make_claim(version=version, student=student)
    client.force_login(version.course.teachers.get())
    client.post(reverse("claim-deny", args=[claim.uuid]), {"reason": "The second part is missing."})

    client.force_login(student)
    page = client.get(reverse("claim-detail", args=[claim.uuid]))

    assert page.context["claim"].reason == "The second part is missing."
    assert "The second part is missing." in page.content.decode()
    mail = Mail.objects.get(subject="Your claim has an answer")
    assert (mail.recipient, "second part" in mail.body) == (student.email, False)
    assert [(e["title"], e["by"], e["text"]) for e in page.context["events"]] == [
        ("Claimed", student.name, ""),
        ("Denied", "Ida Morvan", "The second part is missing."),
    ]


def test_denial_needs_a_reason(client, version):
    claim = make_claim(version=version)
    client.force_login(version.course.teachers.get())

    answer = client.post(reverse("claim-deny", args=[claim.uuid]), {"reason": " "})

    assert answer.context["form"].errors == {"reason": ["This field is required."]}
    assert Claim.objects.get().state == ClaimState.SUBMITTED


def test_teacher_awards_with_a_passing_grade(client, version, student):
    claim = make_claim(version=version, student=student)
    client.force_login(version.course.teachers.get())

    page = client.get(reverse("claim-award", args=[claim.uuid]))
    answer = client.post(reverse("claim-award", args=[claim.uuid]), {"grade": "2.0"})

    claim = Claim.objects.get()
    assert [grade for grade, _ in page.context["form"].fields["grade"].choices] == [
        "", "1.0", "2.0", "3.0", "4.0"
    ]  # fmt: skip
    assert answer.url == reverse("award-detail", args=[claim.award.uuid])
    assert (claim.state, claim.award.grade) == (ClaimState.AWARDED, "2.0")
    assert claim.award.identity_assurance == IdentityAssurance.ACCOUNT


@pytest.mark.parametrize("grade", ["5.0", "1.7", ""])
def test_grade_that_does_not_pass_is_refused(client, version, grade):
    claim = make_claim(version=version)
    teacher = version.course.teachers.get()
    client.force_login(teacher)

    answer = client.post(reverse("claim-award", args=[claim.uuid]), {"grade": grade})
    with pytest.raises(Refused) as refusal:
        awards.award_claim(claim, by=teacher, grade=grade)

    assert list(answer.context["form"].errors) == ["grade"]
    assert str(refusal.value) == "Choose a grade that passes: 4.0, 3.0, 2.0, 1.0."
    assert Claim.objects.get().state == ClaimState.SUBMITTED


def test_course_without_grades_asks_for_none(client):
    version = make_taught_course(grade_scale=[], passed_from="")
    claim = make_claim(version=version)
    client.force_login(version.course.teachers.get())

    client.post(reverse("claim-award", args=[claim.uuid]))

    assert Claim.objects.get().award.grade == ""


def test_answered_claim_is_not_answered_again(version):
    claim = make_claim(ClaimState.DENIED, version=version)
    teacher = version.course.teachers.get()

    for answer in (
        lambda: awards.award_claim(claim, by=teacher, grade="1.0"),
        lambda: claims.deny(claim, by=teacher, reason="Once more."),
        lambda: claims.withdraw(claim, by=claim.claimant),
    ):
        with pytest.raises(Refused) as refusal:
            answer()
        assert str(refusal.value) == "This claim has been answered already."


def test_nobody_awards_to_themselves(client, version):
    teacher = version.course.teachers.get()
    claim = claims.submit(version, by=teacher, statement="I know it all.", family_name="Morvan")
    client.force_login(teacher)

    page = client.get(reverse("claim-detail", args=[claim.uuid]))
    answer = client.post(reverse("claim-award", args=[claim.uuid]), {"grade": "1.0"})

    assert page.context["can_award"].reason == "Nobody can award a credential to themselves."
    assert answer.status_code == 403
    assert list(Claim.objects.awaiting_award_by(teacher)) == []


# Who may do what


def test_own_claim_cannot_be_answered_and_others_see_nothing(client, version, student):
    claim = make_claim(version=version, student=student)
    pages = ["claim-detail", "claim-award", "claim-deny"]
    elsewhere = make_institution()
    strangers = [make_student("Tam Belisle"), make_registrar(elsewhere)]

    client.force_login(student)
    own = [client.post(reverse("claim-award", args=[claim.uuid]), {"grade": "1.0"}).status_code]
    own += [
        client.post(
            reverse("claim-deny", args=[claim.uuid]), {"reason": "No good reason."}
        ).status_code
    ]
    seen = []
    for stranger in strangers:
        client.force_login(stranger)
        seen += [client.get(reverse(page, args=[claim.uuid])).status_code for page in pages]
        seen += [client.post(reverse("claim-withdraw", args=[claim.uuid])).status_code]
    client.logout()
    anonymous = [client.get(reverse(page, args=[claim.uuid])).status_code for page in pages]

    assert own == [403, 403]
    assert seen == [404] * 8
    assert anonymous == [302] * 3
    assert Claim.objects.get().state == ClaimState.SUBMITTED


def test_only_the_claimant_withdraws(client, version):
    claim = make_claim(version=version)
    client.force_login(version.course.teachers.get())

    answer = client.post(reverse("claim-withdraw", args=[claim.uuid]))

    assert answer.status_code == 403
    assert Claim.objects.get().state == ClaimState.SUBMITTED


def test_withdrawing_needs_post(client, version, student):
    claim = make_claim(version=version, student=student)
    client.force_login(student)

    assert client.get(reverse("claim-withdraw", args=[claim.uuid])).status_code == 405


def test_staff_of_the_unit_hear_of_a_claim_when_nobody_teaches_the_course():
    from tests.factories.catalogue import make_course_version

    institution = make_institution()
    director = make_staff(institution, Role.COURSE_DIRECTOR)
    make_registrar(institution)
    version = make_course_version(institution)

    claims.submit(version, by=make_student(), statement="I passed.", family_name="Ardwen")

    about = Mail.objects.filter(subject="A claim waits for you")
    assert [mail.recipient for mail in about] == [director.email]


def test_evidence_is_read_by_claimant_and_teacher_only(client, version, student):
    client.force_login(student)
    claim_through_page(client, version, uploads=[SimpleUploadedFile("proof.png", PNG)])
    address = reverse("document-download", args=[Document.objects.get().uuid])
    stranger = make_student("Tam Belisle")
    other_teacher = make_taught_course().course.teachers.get()

    seen = {}
    for name, user in {
        "claimant": student,
        "teacher": version.course.teachers.get(),
        "registrar": make_registrar(version.course.institution),
        "stranger": stranger,
        "other teacher": other_teacher,
    }.items():
        client.force_login(user)
        seen[name] = client.get(address).status_code

    assert seen == {
        "claimant": 200,
        "teacher": 200,
        "registrar": 200,
        "stranger": 404,
        "other teacher": 404,
    }


# Lists


@pytest.mark.parametrize("rows", [1, 3])
def test_teacher_queue_takes_the_same_queries_for_any_length(
    client, version, django_assert_num_queries, rows
):
    for _ in range(rows):
        make_claim(version=version)
    client.force_login(version.course.teachers.get())

    with django_assert_num_queries(8):
        page = client.get(reverse("claim-list"))

    assert len(page.context["page"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_own_claims_take_the_same_queries_for_any_length(
    client, student, django_assert_num_queries, rows
):
    for _ in range(rows):
        make_claim(student=student)
    client.force_login(student)

    with django_assert_num_queries(8):
        page = client.get(reverse("claim-list"))

    assert len(page.context["own"]) == rows


def test_empty_queue_says_so(client, version):
    client.force_login(version.course.teachers.get())

    page = client.get(reverse("claim-list"))

    assert "Nothing waits for you" in page.content.decode()


# Answered by an award -----------------------------------------------------------------------------


def test_direct_award_answers_the_open_claim(client, version, student):
    claim = make_claim(version=version, student=student)
    teacher = version.course.teachers.get()

    award = awards.award_directly(version, claim.learner, by=teacher, grade="1.0")

    claim.refresh_from_db()
    assert (claim.state, claim.award, claim.closed_by) == (ClaimState.AWARDED, award, teacher)
    assert AuditEvent.objects.filter(thing=claim.uuid).last().after == "awarded"
    assert not Claim.objects.awaiting_award_by(teacher).exists()
    issuing.issue(award)
    assert [m.subject for m in Mail.objects.filter(recipient=student.email)][1:] == [
        "Your credential is ready"
    ]


def test_batch_answers_the_open_claims_of_its_learners(version, student):
    claim = make_claim(version=version, student=student)
    other = make_claim(version=version)
    Learner.objects.filter(pk=claim.learner.pk).update(student_number="4711")
    claim.learner.refresh_from_db()

    award_all(version, [claim.learner])
    claim.refresh_from_db()
    other.refresh_from_db()
    assert (claim.state, other.state) == (ClaimState.AWARDED, ClaimState.SUBMITTED)

    issuing_batches.run(Job.objects.get(kind=JobKind.SIGN_BATCH))

    assert claim.award.learner == claim.learner
    assert claim.award.accepted_at == claim.award.issued_at
    told = Mail.objects.filter(recipient=student.email).last()
    assert told.subject == "Your credential is ready"


def test_claim_to_what_the_learner_holds_says_so_on_its_pages(client, version, student):
    claim = make_claim(version=version, student=student)
    now, one = timezone.now(), Claim.objects.filter(pk=claim.pk)
    one.update(state=ClaimState.WITHDRAWN, closed_at=now, closed_by=student)
    awards.award_directly(version, claim.learner, by=version.course.teachers.get(), grade="1.0")
    one.update(state=ClaimState.SUBMITTED, closed_at=None, closed_by=None)
    client.force_login(version.course.teachers.get())
    why = f"{claim.learner} holds this credential already."

    names = ("claim-detail", "claim-award")
    pages = [client.get(reverse(name, args=[claim.uuid])) for name in names]
    sent = client.post(reverse("claim-award", args=[claim.uuid]), {"grade": "1.0"})

    assert [why in page.content.decode() for page in (*pages, sent)] == [True] * 3
    assert sent.status_code == 200
