"""How browser tests sign in: one browser that passes from hand to hand."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from credentials.models import User


def sign_in(page: Page, user: User | None) -> None:
    """Let somebody else use the browser; None is anybody without an account."""
    page.context.clear_cookies(name="sessionid")
    if user:
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        cookie = {"name": "sessionid", "value": session, "url": settings.ADDRESS}
        page.context.add_cookies([cookie])
