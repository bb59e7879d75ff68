"""Two portals on one machine: what the one issues, corrects and takes back, the other says."""

import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from recognition.demo.people import PASSWORD
from tests import services
from tests.real_input.pages import answer, download, follow, press, text_of
from tests.test_serve import Portal, environment

pytestmark = pytest.mark.browser
UNIVERSITY, REGISTRAR, SECOND = "nordhavn", "bodil@symbolon.example", "hedda@lindenfeld.example"


class Issuer(Portal):
    """The demo portal of a university, and one page on it for each of its people."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, SYMBOLON_DEMO="on")
        self.address = f"http://localhost:{self.port}"

    def enter(self, browser, person: str) -> Page:
        page = browser.new_context(base_url=self.address, locale="en-GB").new_page()
        page.set_default_timeout(60_000)
        page.goto("/account/login/")
        page.fill("[name=login]", person)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "login" not in url)
        return page


class Verifier(Portal):
    """Another portal, that may ask the first one although it has no public address."""

    def __init__(self, folder: Path, issuer: Issuer) -> None:
        self.variables = {"SYMBOLON_PRIVATE_ISSUERS": issuer.address}
        super().__init__(folder, **self.variables)

    def says(self, file: Path) -> tuple[str, str]:
        """What its command line says of a file: the verdict, and all that was checked."""
        done = subprocess.run(
            [sys.executable, "manage.py", "verify", str(file)],
            cwd=services.ROOT,
            env=environment(self.folder, self.port) | self.variables,
            capture_output=True,
            text=True,
        )
        verdict, *checks = done.stdout.removeprefix(f"{file}: ").splitlines()
        assert (done.returncode == 0) == verdict.startswith("Valid."), done.stdout + done.stderr
        return verdict.partition(".")[0], "\n".join(checks)

    def shows(self, browser, file: Path) -> str:
        """What its page says of a file, to somebody without an account."""
        page = browser.new_page(base_url=f"http://localhost:{self.port}", locale="en-GB")
        page.goto("/verify/")
        answer(page, file=file)
        press(page, "Verify credential")
        return text_of(page)


@pytest.fixture(scope="module")
def portals(tmp_path_factory):
    folders = [tmp_path_factory.mktemp(name) for name in ("issuer", "verifier")]
    issuer = Issuer(folders[0])
    verifier = Verifier(folders[1], issuer)
    for one in (issuer, verifier):
        one.wait_for("Symbolon runs at")
    appoint = ["add_registrar", SECOND, "--institution", UNIVERSITY]
    variables = environment(issuer.folder, issuer.port)
    command = [sys.executable, "manage.py", *appoint]
    subprocess.run(command, cwd=services.ROOT, env=variables, check=True)
    yield issuer, verifier
    for one in (issuer, verifier):
        one.stop(signal.SIGTERM)


def awarded(registrar: Page, number: int, folder: Path) -> tuple[str, Path]:
    """Take the file of the n-th award in force; return its page and the file."""
    registrar.goto("/awards/?state=issued")
    registrar.locator("main tbody th a").nth(number).click()
    registrar.wait_for_load_state()
    return registrar.url, download(registrar, "Signed credential", folder / f"{number}.json")


def changed(file: Path) -> Path:
    credential = json.loads(file.read_text())
    credential["validFrom"] = credential["validFrom"].replace("20", "19", 1)
    altered = file.with_name("altered.json")
    altered.write_text(json.dumps(credential))
    return altered


def test_other_portal_says_what_has_become_of_a_credential(portals, browser, tmp_path):
    issuer, verifier = portals
    bodil, hedda = (issuer.enter(browser, person) for person in (REGISTRAR, SECOND))
    (first, kept), (second, other) = (awarded(bodil, number, tmp_path) for number in (0, 1))

    verdict, checks = verifier.says(kept)
    assert verdict == "Valid", checks
    assert f"localhost:{issuer.port}" in verifier.shows(browser, kept)
    verdict, checks = verifier.says(changed(kept))
    assert verdict == "Not valid"
    assert "changed after it was signed" in checks

    bodil.goto(f"{first}suspend/")
    answer(bodil, reason="examined", note="We look into it.")
    press(bodil, "Suspend credential")
    assert verifier.says(kept)[0] == "Suspended"
    bodil.goto(first)
    press(bodil, "Lift the suspension")
    assert verifier.says(kept)[0] == "Valid"

    bodil.goto(f"{second}revoke/")
    answer(bodil, reason="error", note="It was the wrong course.")
    press(bodil, "Revoke credential")
    assert verifier.says(other)[0] == "Revoked"

    bodil.goto(f"{first}correct/")
    answer(bodil, reason="The name was misspelt.", holder_name="Nela Árdwen")
    press(bodil, "Replace by this")
    bodil.get_by_role("link", name="Signed credential").wait_for()
    renewed = download(bodil, "Signed credential", tmp_path / "renewed.json")
    assert [verifier.says(file)[0] for file in (kept, renewed)] == ["Revoked", "Valid"]

    bodil.goto(f"/institution/{UNIVERSITY}/keys/")
    follow(bodil, "Replace")
    press(bodil, "Replace key")
    assert verifier.says(renewed)[0] == "Valid"

    bodil.goto(f"/institution/{UNIVERSITY}/keys/")
    bodil.get_by_role("link", name="Report as stolen").last.click()
    since = timezone.localtime() - timedelta(minutes=30)
    answer(bodil, stolen_from=f"{since:%Y-%m-%dT%H:%M}", reason="A laptop is gone.")
    press(bodil, "Ask for approval")
    hedda.goto(bodil.url)
    press(hedda, "Approve")
    verdict, checks = verifier.says(renewed)
    assert verdict == "Not valid"
    assert "signed with a key after that key was withdrawn" in checks

    hedda.goto(f"/institution/{UNIVERSITY}/keys/")
    press(hedda, "Sign anew")
    hedda.get_by_text("Done").wait_for()
    bodil.goto(first)
    bodil.locator("main .note.warn a").click()
    anew = download(bodil, "Signed credential", tmp_path / "anew.json")
    assert verifier.says(anew)[0] == "Valid"

    assert issuer.stop(signal.SIGTERM) in (0, 143)
    verdict, checks = verifier.says(anew)
    assert verdict == "Not verifiable", checks
