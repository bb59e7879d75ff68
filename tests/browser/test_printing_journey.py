"""A registrar's way to printed diplomas: one, a list, one again after a correction, verified."""

import zipfile

import pytest

from credentials.models import Document, DocumentKind, Graduate
from tests.browser.conftest import sign_in
from tests.browser.stories import Effort
from tests.factories.catalogue import make_programme_version
from tests.factories.graduates import make_complete_graduate, make_graduation, make_profile
from tests.factories.people import make_institution, make_registrar
from tests.real_input.pages import answer, documents, press, text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def make_list():
    institution = make_institution()
    institution.education_systems.create(country=institution.country, text={"en": "Text."})
    version = make_programme_version(institution, ects_total=60)
    make_profile(version)
    graduation = make_graduation(institution, name="Autumn")
    for _ in range(3):
        make_complete_graduate(graduation, version)
    return graduation


def printed_of(graduate):
    return Graduate.objects.get(pk=graduate.pk).supplement


def test_registrar_prints_one_then_a_list_then_one_again(page, run_tasks, axe, tmp_path):
    graduation = make_list()
    first, second, third = graduation.graduates.all()
    sign_in(page, make_registrar(graduation.institution))

    page.goto("/")
    one = Effort(page)
    one.follow("Learners")
    one.follow(f"{first.enrolment.learner.family_name}, Nela")
    with run_tasks():
        one.press("Print diploma supplement")
    (file,) = documents(page, tmp_path, 1)
    assert file.name == f"{printed_of(first).number}.pdf"

    # Of the list one lacks something.
    graduation.graduates.filter(pk=third.pk).update(final_grade="")
    page.goto("/")
    many = Effort(page)
    many.follow("Learners")
    many.follow("Autumn")
    many.follow("Print diploma supplements")
    assert "Final grade or overall classification" in text_of(page)
    assert axe(page) == []
    with run_tasks():
        many.press("Print 2")
    _print, singles = documents(page, tmp_path, 2)
    assert axe(page) == []
    with zipfile.ZipFile(singles) as archive:
        assert len(archive.namelist()) == 2

    before, again = printed_of(second), Effort(page)
    again.follow("Autumn")  # back to the list
    again.follow(f"{second.enrolment.learner.family_name}, Nela")
    again.answer(final_grade="1.3")
    again.press("Save graduate")
    again.follow("Print diploma supplements")
    again.answer(graduates=second.uuid)
    with run_tasks():
        again.press("Print anew those ticked")
    documents(page, tmp_path, 1)
    after = printed_of(second)
    assert after != before

    # What is on paper is checked by its code, without an account.
    sign_in(page, None)
    for document, words in ((after, after.number), (before, f"{after.number} took its place")):
        page.goto("/verify/")
        answer(page, text=document.code)
        press(page, "Verify credential")
        assert words in text_of(page)
    assert "Replaced on" in text_of(page)
    efforts = [(effort.fields, effort.clicks) for effort in (one, many, again)]
    assert efforts == [(0, 3), (0, 4), (2, 5)]
    assert Document.objects.filter(kind=DocumentKind.DIPLOMA_SUPPLEMENT).count() == 3
