"""Who is kept away from a line gets none of its files, by whatever address."""

import pytest
from django.urls import reverse

from credentials.models import Document, DocumentKind
from credentials.services.lifecycle import change
from recognition.models import Line, Recusal, SeatRole
from recognition.services import case_files, reviews
from recognition.states import LineState
from tests.factories.people import make_registrar
from tests.factories.recognition import Way, make_line, seated

pytestmark = pytest.mark.django_db

LETTER = DocumentKind.LETTER
ROLES = ("registrar", "chair", "deputy", "reviewer", "other_registrar")


def person(way: Way, role: str):
    if role == "other_registrar":
        return make_registrar(way.institution)
    found = {
        "registrar": way.registrar,
        "chair": way.chair,
        "deputy": seated(way.committee, SeatRole.DEPUTY)[0],
        "reviewer": way.members[0],
    }
    return found[role]


def told_way() -> Way:
    return Way(make_line(LineState.NOTIFIED))


def keep_away(line: Line, user) -> None:
    with change():
        reviews.keep_away(line, user, "A relative applies.", by=user)


def statuses(client, user, line: Line, *documents: Document) -> set[int]:
    """How every address answers that hands out a file of a line."""
    client.force_login(user)
    places = [reverse("case-archive", args=[line.case.uuid])]
    for document in documents:
        places.append(reverse("document-download", args=[document.uuid]))
        places.append(reverse("line-document", args=[line.uuid, document.uuid]))
    return {client.get(place).status_code for place in places}


def letter_status(client, user, line: Line) -> list[int]:
    client.force_login(user)
    letter = line.decision.letter
    places = (
        reverse("document-download", args=[letter.uuid]),
        reverse("line-document", args=[line.uuid, letter.uuid]),
    )
    return [client.get(place).status_code for place in places]


@pytest.mark.parametrize("role", ROLES)
def test_letter_is_handed_out_by_the_line_alone(client, role):
    way = told_way()

    assert letter_status(client, person(way, role), way.line) == [404, 200]


@pytest.mark.parametrize("role", ROLES)
def test_who_stepped_back_gets_no_file_of_the_line(client, role):
    way = told_way()
    user = person(way, role)
    printed = Document.objects.filter(institution=way.institution)
    keep_away(way.line, user)

    found = statuses(client, user, way.line, *printed, *way.line.sources.get().documents.all())

    assert Recusal.objects.standing().filter(user=user).exists()
    assert LETTER in {document.kind for document in printed}
    assert found == {404}


@pytest.mark.parametrize("role", ["registrar", "chair"])
def test_case_file_that_was_made_before_is_closed_too(client, role):
    way = told_way()
    user = person(way, role)
    job = case_files.order(way.line.case, by=user)
    case_files.run(job)
    made = job.results.get()
    place = reverse("case-document", args=[way.line.case.uuid, made.uuid])
    client.force_login(user)
    before = [client.get(place).status_code]
    before.append(client.get(reverse("document-download", args=[made.uuid])).status_code)

    keep_away(way.line, user)

    assert before == [200, 404]
    assert client.get(place).status_code == 404


def test_case_file_is_for_who_had_it_made(client):
    way = told_way()
    job = case_files.order(way.line.case, by=way.registrar)
    case_files.run(job)
    client.force_login(make_registrar(way.institution))

    place = reverse("case-document", args=[way.line.case.uuid, job.results.get().uuid])

    assert client.get(place).status_code == 404


def test_case_file_with_a_line_that_closed_is_not_opened(client):
    way = told_way()
    case = way.line.case
    second = Line.objects.create(
        case=case, position=2, module=way.line.module, state=LineState.SUBMITTED
    )
    job = case_files.order(case, by=way.registrar)
    case_files.run(job)
    place = reverse("case-document", args=[case.uuid, job.results.get().uuid])
    client.force_login(way.registrar)

    keep_away(second, way.registrar)

    assert client.get(place).status_code == 403
    page = client.get(reverse("case-file", args=[case.uuid])).content.decode()
    assert (place in page, "Made so far" in page) == (False, False)
