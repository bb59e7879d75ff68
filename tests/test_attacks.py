"""Proves that what strangers send is refused or shown as mere text, everywhere at once."""

import re

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.core.cache import cache
from django.db import models, transaction
from django.http import HttpResponse
from django.urls import reverse

from credentials.models import Credential, Mail
from credentials.services import mails
from recognition.models import Line
from tests.factories.people import make_user
from tests.factories.world import taken_back
from tests.test_access import ADDRESSES, EVERYBODY

pytestmark = pytest.mark.django_db

SCRIPT = "<script>steal()</script>\"'><img src=x onerror=steal()>"
LINK = "javascript:steal()"


def visits(world, *, of=ADDRESSES):
    """Yield (address, role, response) for each address and a few of those who may open it."""
    for address in of:
        opens = (address.opens or "").split()
        for role in opens[:1] + opens[-1:] if address.opens == EVERYBODY else opens[:4]:
            cache.clear()
            with taken_back():
                yield address, role, world.client(role).get(address.url(world))


@pytest.fixture(scope="module")
def visited(world, django_db_blocker):
    """One tour of the portal, for tests that only look at status and headers."""
    with django_db_blocker.unblock(), transaction.atomic():
        return [(address, role, bare(response)) for address, role, response in visits(world)]


def bare(response) -> HttpResponse:
    """Without all that Django's client hangs on an answer: a thousand of these fill the memory."""
    content = b"" if response.streaming else response.content[:1]
    return HttpResponse(content, status=response.status_code, headers=dict(response.items()))


def is_page(response) -> bool:
    """Whether a browser shows it: what is only saved is in another test."""
    is_html = response["Content-Type"].startswith("text/html")
    if response.get("Content-Disposition", "").startswith("attachment"):
        return False
    return response.status_code == 200 and is_html and bool(response.content)


# What a browser is told ---------------------------------------------------------------------------


def test_every_page_forbids_foreign_and_inline_scripts(visited):
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }

    policy = {
        *("default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'"),
        *("form-action 'self'", "frame-ancestors 'none'"),
    }

    lax = {
        (str(address), response["Content-Security-Policy"], *map(response.get, wanted))
        for address, _role, response in visited
        if is_page(response)
        and (
            set(response["Content-Security-Policy"].split("; ")) != policy
            or (
                [response.get(name) for name in wanted] != list(wanted.values())
                and (address.name, response["Referrer-Policy"]) != ("inquiry-answer", "no-referrer")
            )
        )
    }

    assert lax == set()


def test_pages_of_people_signed_in_are_kept_by_nobody(visited):
    kept = {
        str(address)
        for address, role, response in visited
        if role != "anonymous" and "no-store" not in response.get("Cache-Control", "")
    }

    public = {"institution-did institution", "status-list status_list"}
    assert kept == public


def test_files_are_handed_out_to_be_saved_and_never_run(world):
    files = [
        a for a in ADDRESSES if a.name in ("document-download", "line-document", "verify-offline")
    ]

    for _address, _role, response in visits(world, of=files):
        assert response["Content-Disposition"].startswith("attachment; filename=")
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["X-Content-Type-Options"] == "nosniff"


def test_cookies_are_not_for_scripts_nor_for_other_sites(client, world):
    response = client.post(
        reverse("account_login"),
        {"login": world.people["learner"].email, "password": "a long test password"},
    )

    session = response.cookies["sessionid"]
    assert (session["httponly"], session["samesite"]) == (True, "Lax")


# Scripts in texts ---------------------------------------------------------------------------------

FIXED = re.compile(  # is compared, parsed or signed, and never typed by people
    r"sha256|media_type|identifier|issuer_key|did|email|password|key_id|public_multibase|path|body|links"
)
NOT_TYPED = {"SignedForm", "StatusList", "IssuerKey", "AuditEvent", "AuditHead", "NumberSeries"}


def poison_everything() -> None:
    """Put a script into every text, and into every link that a stranger's signed file may hold.

    Links that people type are checked by their forms.
    """
    for model in apps.get_models():
        if model._meta.app_label not in ("credentials", "portfolios", "recognition"):
            continue
        fields = [f for f in model._meta.concrete_fields if is_typed(model, f)]
        for row in model._base_manager.all():
            changes = {field.name: poisoned(row, field) for field in fields}
            if changes:
                model._base_manager.filter(pk=row.pk).update(**changes)


def is_typed(model, field) -> bool:
    if model.__name__ in NOT_TYPED or FIXED.fullmatch(field.name) or field.choices:
        return False
    if isinstance(field, models.CharField):
        return not isinstance(field, models.URLField) and field.max_length >= 100
    return isinstance(field, models.TextField | models.JSONField)


def poisoned(row, field):
    value = getattr(row, field.name)
    is_text = value and isinstance(value, str)
    return f"{SCRIPT}{row.pk}" if is_text else poisoned_json(value)


def poisoned_json(value):
    """Language maps get scripts, links their address; all other values stay as they are."""
    if isinstance(value, dict):
        if value and all(re.fullmatch(r"[a-z]{2}|und", key) for key in value):
            return dict.fromkeys(value, SCRIPT)
        return {key: poisoned_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [poisoned_json(item) for item in value]
    return LINK if isinstance(value, str) and value.startswith("http") else value


def test_scripts_in_texts_are_shown_as_text_and_in_links_not_at_all(world):
    with taken_back():
        poison_everything()
        pages = [(a, r.content.decode()) for a, _role, r in visits(world) if is_page(r)]

    live = r"<script>steal|<img src=x|[\"'](?:javascript|data):"
    assert {
        str(address): found for address, page in pages if (found := re.findall(live, page))
    } == {}
    shown = {address.name for address, page in pages if "&lt;script&gt;steal()" in page}
    assert shown >= {
        *("course-list", "course-detail", "programme-detail", "claim-detail", "award-detail"),
        *(
            "portfolio",
            "credential-detail",
            "share-open",
            "verify-code",
            "case-detail",
            "case-check",
        ),
        *("line-check", "review-conflict", "review-detail", "line-opinions", "line-decide"),
        *("line-record", "learner-list", "learner-detail", "body-list", "recognition-rules"),
    }


def test_scripts_in_texts_are_mere_text_in_mails(world):
    with taken_back():
        poison_everything()
        reader = make_user("Eve\r\nBcc: all@victims.example")
        course = Credential.objects.filter(award__isnull=False).first().award
        written = mails.write(
            "award_issued", reader, {"award": course, "url": "https://a.example/"}
        )
        mails.send(written)

    (sent,) = mail.outbox
    assert sent.recipients() == [reader.email]
    assert sent.subject == "Your credential is ready"
    assert "<" not in sent.body
    assert "Bcc" not in sent.message()


def test_line_breaks_in_references_add_no_headers(world):
    with taken_back():
        line = Line.objects.exclude(state="draft").first()
        line.case.reference = "R1\nBcc: all@victims.example\rX-Evil: 1"
        reader = world.people["learner"]
        context = {"line": line, "url": "https://a.example/"}
        written = mails.write("credits_recorded", reader, context)
        mails.send(Mail.objects.get(pk=written.pk))

    (sent,) = mail.outbox
    assert (sent.recipients(), sent.message()["Bcc"]) == ([reader.email], None)
    assert sent.message()["X-Evil"] is None


# Addresses and requests ---------------------------------------------------------------------------

# Each key has several hostile values; a page is tried with the first of all keys, the second ...
HOSTILE_VALUES = {
    "page": ("-1", "0", "abc", "999999999999999999999", ""),
    "q": ("%25", "%27%22%3B--", "x" * 3000, "%F0%9F%92%A9%E2%80%AE", "a&q=b&page=1"),
    **dict.fromkeys(("institution", "meeting", "credential"), ("nobody", "1", "9" * 40)),
    "programme": ("1", "nothing"),
    "level": ("99", "x"),
    "group": ("no", "%F0%9F%92%A9"),
    "ects": ("NaN", "1e999", "-1"),
    **dict.fromkeys(("state", "sort", "field", "language"), ("none", "%27--", "")),
    "no-such-filter": ("1",),
}
QUERIES = [
    "&".join(f"{key}={values[turn % len(values)]}" for key, values in HOSTILE_VALUES.items())
    for turn in range(5)
] + ["q=%00"]


def test_no_query_breaks_a_page(world):
    """A page, or a plain refusal; whatever stands behind the question mark."""
    pages = [a for a in ADDRESSES if a.opens and not a.name.startswith(("account", "mfa", "set_"))]
    answers = set()
    for address in pages:
        client = world.client(
            (address.opens or "").split()[-1 if "registrar" in address.opens else 0]
        )
        if "registrar" in address.opens.split():
            client = world.client("registrar")
        for query in QUERIES:
            cache.clear()
            with taken_back():
                answers.add(client.get(f"{address.url(world)}?{query}").status_code)

    assert answers <= {200, 302, 404}


@pytest.mark.parametrize(
    "path",
    [
        "/courses/00000000-0000-0000-0000-00000000000g/",
        "/courses/%00/",
        "/v/%00/",
        "/v/" + "A" * 3000 + "/",
        "/v/%E2%80%AE%F0%9F%92%A9/",
        "/v/..%2f..%2fetc%2fpasswd/",
        "/s/%00/",
        "/s/" + "a" * 5000 + "/",
        "/s/%00/credential.json",
        "/status/00000000-0000-4000-8000-000000000000",
        "/institutions/%00/did.json",
        "/institutions/nobody/did.json",
        "/memberships/99999999999999999999999999/end/",
        "/seats/99999999999999999999999999/end/",
        "/institution/nobody/people/",
        "/demo/%00/",
        "/static/../config/settings.py",
        "/static/%2e%2e/%2e%2e/var/secret_key",
        "/account/confirm-email/%00/",
        "/account/password/reset/key/%00-%00/",
    ],
)
def test_malformed_addresses_find_nothing(world, path):
    with taken_back():
        response = world.client("registrar").get(path)

    assert response.status_code in (404, 405) or "invalid" in response.content.decode().lower()


def test_unknown_host_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"x-forwarded-host": "evil.example"}).status_code == 200


def test_forms_without_their_token_are_refused(world):
    """Every address that changes something: nobody can make a signed-in person do it."""
    acting = [a for a in ADDRESSES if a.acts and a.name != "set_language"]

    answers = {
        str(address): world.client(address.acts.split()[0], enforce_csrf_checks=True)
        .post(address.url(world), address.data)
        .status_code
        for address in acting
    }

    assert answers == dict.fromkeys(answers, 403)


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(client, world, goal):
    person = {"login": world.people["learner"].email, "password": "a long test password"}
    with taken_back():
        answers = [
            client.post(reverse("set_language"), {"language": "de", "next": goal}),
            client.get(reverse("set_language"), {"next": goal}),
            client.post(f"{reverse('account_login')}?next={goal}", {**person, "next": goal}),
            client.get(reverse("account_login"), {"next": goal}),
            client.post(reverse("account_logout"), {"next": goal}),
        ]

    assert [response.status_code for response in answers] == [302] * 5
    assert [response.url for response in answers if "evil" in response.url] == []
    assert {response.url.partition("?")[0] for response in answers} <= {"/", "/work/"}


def test_signing_in_and_switching_give_a_new_session(client, world, settings):
    settings.DEMO = True
    person = world.people["learner"]
    with taken_back():
        make_user("Nela", email="nela@lindenfeld.example", is_demo=True)
        client.post(reverse("set_language"), {"language": "de"})
        session = client.session
        session["planted"] = "by somebody else"
        session.save()
        client.cookies["sessionid"] = planted = session.session_key
        client.post(
            reverse("account_login"), {"login": person.email, "password": "a long test password"}
        )
        first = client.session.session_key
        client.post(reverse("switch", args=["student"]))
        second = client.session.session_key
        user = client.session[SESSION_KEY]

    assert len({planted, first, second}) == 3
    assert user != str(person.pk)
    assert "planted" not in client.session
