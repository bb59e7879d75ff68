"""Blind review: no page, file, search or mail tells a committee who applied."""

import io
import re
from dataclasses import replace
from datetime import date
from importlib import import_module

import pikepdf
import pytest
from django.apps import apps
from django.urls import reverse
from PIL import Image

from credentials import pictures
from credentials.models import DocumentKind, Learner, Mail, User
from credentials.pdf_files import without_metadata
from credentials.services import documents
from credentials.standards import facts_json
from credentials.standards.facts import HolderFacts
from recognition import blind
from recognition.models import Decision, Line, LineSource, Policy, Review
from recognition.permissions import may_know_applicant
from recognition.services import applications, cases, decisions, information, letters, lines
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from recognition.work import waiting_for
from tests.factories.people import make_user
from tests.factories.recognition import (
    Way,
    answers,
    make_case,
    make_external_credential,
    make_file,
    make_line,
    seated,
    write_decision,
)
from tests.factories.world import taken_back
from tests.test_access import ADDRESSES, COMMITTEE, EVERYBODY

pytestmark = pytest.mark.django_db

NAME, EMAIL, NUMBER = "Zdenka Maria Qvistgaard", "z.qvistgaard@post.example", "40777123"
BORN = date(2001, 2, 9)
NEEDLES = ("zdenka", "qvistgaard", NUMBER, "2001-02-09", "9 february 2001", "09.02.2001")
STORY = (
    "Ms Zdenka Qvistgaard (born 9 February 2001, 09.02.2001) led the group. "
    f"QVISTGAARD, Zdenka wrote the report; write to {EMAIL} or ask for {NUMBER}."
)


def pdf_with_author() -> bytes:
    made, kept = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.docinfo["/Author"] = NAME
    made.docinfo["/Title"] = f"Report of {NAME}"
    with made.open_metadata() as metadata:
        metadata["dc:creator"] = [NAME]
    made.attachments["note.txt"] = pikepdf.AttachedFileSpec(made, NAME.encode())
    made.save(kept)
    return kept.getvalue()


def holds_nothing(text: str) -> bool:
    return not any(needle in text.casefold() for needle in NEEDLES)


def blind_line(state=LineState.DELIBERATION) -> Line:
    """A line whose texts and files are full of the applicant, under rules of blind review."""
    nela = make_user(NAME, email=EMAIL)
    case = make_case(submitted=False, applicant=nela)
    institution = case.institution
    Policy.objects.filter(institution=institution).update(is_blind=True)
    Learner.objects.filter(user=nela).update(
        given_name="Zdenka Maria",
        family_name="Qvistgaard",
        birth_date=BORN,
        student_number=NUMBER,
    )
    line = case.lines.get()
    Line.objects.filter(pk=line.pk).update(note=STORY)
    holder = HolderFacts(name=NAME, birth_date=BORN, student_number=NUMBER, email=EMAIL)
    credential = make_external_credential(
        nela,
        institution=institution,
        title={"en": f"Certificate of {NAME}"},
        description={"en": STORY},
        further_information={"en": STORY},
    )
    file = documents.store(
        pdf_with_author(),
        kind=DocumentKind.UPLOAD,
        title=f"Report of {NAME}",
        filename="zdenka_qvistgaard_report.pdf",
        media_type="application/pdf",
        owner=nela,
    )
    facts = replace(facts_json.from_json(credential.facts), holder=holder)
    credential.document, credential.facts = file, facts_json.to_json(facts)
    credential.save()
    line.sources.update(credential=credential)
    applications.declare(case, by=nela)
    cases.submit(case, by=nela)
    return Way(Line.objects.get(pk=line.pk)).to(state)


def test_words_lose_names_numbers_and_dates_in_every_form():
    line = blind_line(LineState.UNDER_REVIEW)
    mask = blind.mask_for(seated(line.committee)[0], line)

    assert mask(STORY) == (
        "[applicant] (born [applicant]) led the group. "
        "[applicant] wrote the report; write to [applicant] or ask for [applicant]."
    )
    assert mask("Maria, zdenka and the rest") == "[applicant] and the rest"
    assert mask({"de": "Frau Qvistgaard war da."}) == {"de": "[applicant] war da."}
    assert mask("Nothing about anybody.") == "Nothing about anybody."


def test_short_names_are_no_common_words():
    an = make_user("An Li")
    case = make_case(applicant=an)
    Policy.objects.filter(institution=case.institution).update(is_blind=True)
    Learner.objects.filter(user=an).update(given_name="An", family_name="Li")
    line = Way(case.lines.get()).to(LineState.UNDER_REVIEW)
    mask = blind.mask_for(seated(line.committee)[0], line)

    assert mask("An wrote an essay on lists.") == "[applicant] wrote an essay on lists."


def test_who_may_know_the_applicant():
    line = blind_line()
    way = Way(line)

    known = {
        name: may_know_applicant(user, line)
        for name, user in {
            "applicant": line.case.applicant,
            "registrar": way.registrar,
            "chair": way.chair,
            "member": way.members[0],
        }.items()
    }

    assert known == {"applicant": True, "registrar": True, "chair": False, "member": False}
    way.sign()
    assert may_know_applicant(way.chair, Line.objects.get(pk=line.pk)) is False
    way.line = Line.objects.get(pk=line.pk)
    way.notify()
    assert may_know_applicant(way.chair, Line.objects.get(pk=line.pk)) is True
    assert may_know_applicant(Way(make_line(LineState.UNDER_REVIEW)).chair, make_line()) is True


@pytest.mark.parametrize("state", [LineState.UNDER_REVIEW, LineState.DELIBERATION])
def test_no_page_of_a_line_tells_its_committee_who_applied(client, state):
    line = blind_line(state)
    way = Way(line)
    people = [way.chair, *way.members]
    file = line.sources.get().documents.first()
    if state == LineState.DELIBERATION:
        write_decision(line, DecisionType.PARTIAL, by=way.chair)
    reviews = Review.objects.filter(line=line)
    pages = [reverse("line-list"), reverse("work"), reverse("line-list") + "?group="]
    for name in ("detail", "opinions", "decide", "sign", "ask", "reviewers", "committee"):
        pages.append(reverse(f"line-{name}", args=[line.uuid]))
    for name in ("check", "record", "step-back", "hand-over", "inadmissible", "delay"):
        pages.append(reverse(f"line-{name}", args=[line.uuid]))
    for review in reviews:
        pages += [reverse(f"review-{name}", args=[review.uuid]) for name in ("conflict", "detail")]
        pages += [reverse(f"review-{name}", args=[review.uuid]) for name in ("pass-on", "release")]
    pages.append(reverse("line-document", args=[line.uuid, file.uuid]))

    told = []
    for user in people:
        client.force_login(user)
        for page in pages:
            response = client.get(page, follow=True)
            seen = response.content.decode(errors="replace") + str(response.headers)
            told += [] if holds_nothing(seen) else [(user.email, page)]
    mails = Mail.objects.filter(user__in=people)

    assert told == []
    assert [mail.subject for mail in mails if not holds_nothing(mail.subject + mail.body)] == []


def test_reviewer_reads_the_text_while_the_file_is_closed(client):
    line = blind_line(LineState.UNDER_REVIEW)
    way = Way(line)
    review = line.reviews.get(reviewer=way.members[0])
    file = line.sources.get().documents.first()
    address = reverse("line-document", args=[line.uuid, file.uuid])
    client.force_login(review.reviewer)
    client.post(reverse("review-conflict", args=[review.uuid]), {"do": "declare"})

    page = client.get(reverse("review-detail", args=[review.uuid])).text
    closed = client.get(address)
    lines.show_files(line, [file], [], by=way.registrar)
    opened = client.get(address)

    assert "[applicant] wrote the report" in page
    assert "Document 1.pdf" in page
    assert closed.status_code == 403
    assert opened.headers["Content-Disposition"] == 'attachment; filename="Document 1.pdf"'
    with pikepdf.open(io.BytesIO(b"".join(opened))) as pdf:
        assert (len(pdf.pages), pdf.trailer.get("/Info"), pdf.Root.get("/Metadata")) == (
            1,
            None,
            None,
        )
        assert list(pdf.attachments) == []


def test_search_by_name_neither_finds_nor_tells(client):
    line = blind_line()
    other = make_line(LineState.DELIBERATION)
    way = Way(line)
    client.force_login(way.chair)
    address = reverse("line-list") + "?group=open&q="

    found = {
        word: line.case.reference in client.get(address + word).text
        for word in ("Qvistgaard", "Nobody", line.case.reference)
    }

    assert found == {"Qvistgaard": False, "Nobody": False, line.case.reference: True}
    client.force_login(way.registrar)
    assert line.case.reference in client.get(address + "Qvistgaard").text
    client.force_login(Way(other).chair)
    assert other.case.reference in client.get(address + other.case.applicant.name).text


def test_registrar_opens_files_and_links_on_the_check_page(client):
    line = blind_line(LineState.SUBMITTED)
    registrar = Way(line).registrar
    file = line.sources.get().documents.first()
    client.force_login(registrar)
    page = reverse("line-check", args=[line.uuid])
    assert "The committee does not see who applied" in client.get(page).text

    client.post(
        reverse("line-show-files", args=[line.uuid]),
        {"files": [str(file.uuid)], "links": ["https://course.example/"]},
    )

    assert list(line.shown_files.all()) == [file]
    assert [link["is_shown"] for link in LineSource.objects.get(line=line).links] == [True]
    client.post(reverse("line-show-files", args=[line.uuid]), {})
    assert list(line.shown_files.all()) == []


def test_letter_is_closed_to_the_committee_until_it_is_sent(client):
    line = blind_line()
    way = Way(line)
    way.sign()
    list(letters.make(Line.objects.get(pk=line.pk)))
    line = Line.objects.get(pk=line.pk)
    address = reverse("line-document", args=[line.uuid, line.decision.letter.uuid])
    client.force_login(way.chair)

    before = client.get(address).status_code
    way.line = line
    decisions.notify(line, by=way.registrar)

    assert (before, client.get(address).status_code) == (403, 200)


def test_pdf_loses_comments_and_signers():
    made, kept = pikepdf.new(), io.BytesIO()
    page = made.add_blank_page()
    note = {"/Type": "/Annot", "/Subtype": pikepdf.Name.Text, "/Rect": [0, 0, 9, 9], "/T": NAME}
    note = pikepdf.Dictionary({k: pikepdf.Name(v) if v == "/Annot" else v for k, v in note.items()})
    page.obj.Annots = pikepdf.Array([made.make_indirect(note)])
    made.Root.Signed = made.make_indirect(
        pikepdf.Dictionary({"/ByteRange": [0, 1, 2, 3], "/Name": NAME, "/Location": "Aarhus"})
    )
    made.save(kept)

    assert NAME.encode() not in without_metadata(kept.getvalue())


def test_picture_loses_what_the_camera_wrote():
    picture, kept = Image.new("RGB", (4, 2), "red"), io.BytesIO()
    exif = picture.getexif()
    exif[0x013B] = NAME
    picture.save(kept, format="JPEG", exif=exif)
    assert NAME.encode() in kept.getvalue()

    clean = pictures.without_metadata(kept.getvalue())

    assert NAME.encode() not in clean
    assert Image.open(io.BytesIO(clean)).size == (4, 2)


# Their decisions were sent, so that their committees know who applied; in lists they stay masked.
TOLD = {
    *("done_line", "letter", "letter_code", "pending_line", "decision", "annulment"),
    *("objection", "appeal", "appealed_line", "reopened_line"),
}
SEEN = [
    address
    for address in ADDRESSES
    if address.opens not in (None, EVERYBODY)
    and set(address.opens.split()) & set(COMMITTEE.split())
    and not set(address.things.split()) & TOLD
]


def test_every_address_of_a_committee_keeps_the_applicant(world):
    with taken_back():
        learner = world.people["learner"]
        Policy.objects.filter(case__applicant=learner).update(is_blind=True)
        User.objects.filter(pk=learner.pk).update(name=NAME, email=EMAIL)
        Learner.objects.filter(user=learner).update(
            given_name="Zdenka", family_name="Qvistgaard", birth_date=BORN, student_number=NUMBER
        )
        Decision.objects.filter(line__case__applicant=learner).update(notified_at=None)
        told = []
        for address in SEEN:
            for role in COMMITTEE.split():
                response = world.client(role).get(address.url(world), follow=True)
                seen = response.content.decode(errors="replace") + str(response.headers)
                told += [] if holds_nothing(seen) else [(str(address), role)]

        assert told == []


# Files that come later


def look_at(line: Line, client, *files) -> None:
    """Say as the registrar, on the page, which of all files may be opened."""
    client.force_login(Way(line).registrar)
    form = client.get(reverse("line-check", args=[line.uuid])).context["files_form"]
    send(line, client, form.initial["seen"], *files)


def send(line: Line, client, seen, *files) -> None:
    data = {"files": [str(file.uuid) for file in files], "seen": seen}
    client.post(reverse("line-show-files", args=[line.uuid]), data)


def registrars_work(line: Line) -> list[str]:
    found = [item for group in waiting_for(Way(line).registrar) for item in group.items]
    return [item.label for item in found if item.label.startswith("Look at files")]


def test_registrar_is_asked_to_look_at_files_until_that_is_done(client):
    line = blind_line(LineState.UNDER_REVIEW)
    before = registrars_work(line)

    look_at(line, client)

    label = f"Look at files of {line.case} before reviewers see them"
    assert (before, registrars_work(line)) == ([label], [])


def test_file_of_an_answer_is_asked_about_once_more(client):
    line = blind_line(LineState.UNDER_REVIEW)
    registrar, learner = Way(line).registrar, line.case.applicant
    look_at(line, client)
    request = information.ask(line, ["Who wrote part two?"], by=registrar)
    late = make_file(learner, "part-two.pdf")
    information.save(request, answers("See here.", late), by=learner)
    drafted = registrars_work(line)

    information.answer(request, answers("See here."), by=learner)

    mails = Mail.objects.filter(subject__contains="New files on")
    page = client.get(reverse("line-check", args=[line.uuid])).text
    assert (drafted, len(registrars_work(line))) == ([], 1)
    assert registrar.email in [mail.recipient for mail in mails]
    assert "Nobody has looked at these yet: part-two.pdf" in page
    assert not blind.mask_for(Way(line).members[0], line).shows(late)
    look_at(line, client, late)
    assert registrars_work(line) == []


def test_file_that_came_while_the_page_was_open_is_still_asked_about(client):
    line = blind_line(LineState.UNDER_REVIEW)
    registrar, learner = Way(line).registrar, line.case.applicant
    request = information.ask(line, ["Who wrote part two?"], by=registrar)
    client.force_login(registrar)
    page = client.get(reverse("line-check", args=[line.uuid]))
    seen = re.findall(r'name="seen" value="([^"]+)"', page.text)
    late = make_file(learner, "part-two.pdf")
    information.answer(request, answers("See here.", late), by=learner)

    send(line, client, seen)

    file = line.sources.get().documents.get()
    assert (seen, list(line.seen_files.all())) == ([str(file.uuid)], [file])
    assert len(registrars_work(line)) == 1


def test_answer_in_words_alone_asks_nobody_to_look_at_files():
    line = blind_line(LineState.UNDER_REVIEW)
    request = information.ask(line, ["Who wrote part two?"], by=Way(line).registrar)

    information.answer(request, answers("I did."), by=line.case.applicant)

    assert Mail.objects.filter(subject__contains="New files on").count() == 0
    assert len(registrars_work(line)) == 1


def test_files_that_were_shown_before_it_was_kept_were_seen():
    line = blind_line(LineState.UNDER_REVIEW)
    first, second = make_file(line.case.applicant, "1.pdf"), make_file(line.case.applicant, "2.pdf")
    line.shown_files.add(first, second)
    line.seen_files.add(first)

    import_module("recognition.migrations.0007_files_seen_before").seen_as_shown(apps, None)

    assert set(line.seen_files.all()) == {first, second}


def test_nobody_looks_at_files_where_names_are_known():
    line = make_line(LineState.UNDER_REVIEW)

    assert registrars_work(line) == []
