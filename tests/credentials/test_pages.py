"""Pages that only show text: everybody can open them, and they survive when something broke."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from credentials.views.glossary import TERMS
from credentials.views.pages import GUIDES

PAGES = [
    "page-how",
    "page-glossary",
    "page-accessibility",
    "page-privacy",
    "page-imprint",
    "guide-list",
]


def heading(response) -> list[str]:
    return re.findall(r"<h1[^>]*>(.+?)</h1>", response.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_page_opens_for_everybody_with_one_heading(client, name):
    response = client.get(reverse(name))

    assert response.status_code == 200
    assert len(heading(response)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("role", GUIDES)
def test_each_role_has_a_guide_that_links_the_others(client, role):
    response = client.get(reverse("guide-show", args=[role]))

    linked = set(re.findall(r'href="/guides/(\w+)/"', response.content.decode()))
    assert linked == set(GUIDES) - {role}


@pytest.mark.django_db
def test_guide_of_an_unknown_role_is_not_found(client):
    assert client.get(reverse("guide-show", args=["emperor"])).status_code == 404


@pytest.mark.django_db
def test_glossary_explains_at_least_twenty_terms_each_with_an_anchor(client):
    html = client.get(reverse("page-glossary")).content.decode()

    anchors = re.findall(r'<div id="([\w-]+)"><dt>', html)
    assert anchors == [anchor for anchor, _, _ in TERMS]
    assert len(set(anchors)) >= 20


@pytest.mark.django_db
def test_styleguide_is_hidden_outside_demonstrations(client, settings):
    settings.DEMO = False
    assert client.get(reverse("styleguide")).status_code == 404

    settings.DEMO = True
    assert client.get(reverse("styleguide")).status_code == 200
    refused = client.get(reverse("styleguide"), {"errors": 1}).content.decode()
    assert "<title>Error: Style guide – Symbolon</title>" in refused


@pytest.mark.parametrize("template", ["400.html", "403_csrf.html", "500.html"])
def test_error_page_needs_neither_request_nor_database(template):
    html = render_to_string(template)

    assert len(re.findall("<h1>", html)) == 1


@pytest.mark.django_db
def test_form_without_its_token_is_refused_in_plain_words():
    client = Client(enforce_csrf_checks=True)

    response = client.post(reverse("set_language"), {"language": "de"})

    assert response.status_code == 403
    assert heading(response) == ["Please send it again"]


@pytest.mark.django_db
def test_footer_switches_the_language_and_stays_on_the_page(client):
    page = reverse("page-how")

    response = client.post(reverse("set_language"), {"language": "de", "next": page}, follow=True)

    assert response.redirect_chain == [(page, 302)]
    assert '<html lang="de" dir="ltr">' in response.content.decode()
