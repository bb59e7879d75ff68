"""Credentials of every kind, taken from the running portal in every form, judged by outsiders."""

import base64
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pikepdf
import pytest
from django.core.management import call_command
from django.urls import reverse
from lxml import etree
from PIL import Image
from playwright.sync_api import Page

from credentials.language import in_language
from credentials.models import Award, Institution
from credentials.services import facts, verification
from credentials.services.hand_outs import Form
from credentials.standards import elm, elmo, microhe, open_badges
from credentials.standards.facts import CredentialFacts, OutcomeFacts
from credentials.states import AwardState
from tests.factories.awards import make_award, make_student, make_taught_course
from tests.factories.people import make_awarding_body, make_institution, make_learner
from tests.factories.seals import NUMBER, make_seal
from tests.real_input.pages import documents

pytestmark = pytest.mark.checkers
SKILL = ["http://data.europa.eu/esco/skill/97965983-0da4-4902-9daf-d5cd2693ef73", "explain models"]
UNGRADED = {"grade_scale": [], "passed_from": ""}
BARE = UNGRADED | {  # what a course must state, and no more
    **{name: {} for name in ("summary", "description")},
    **dict.fromkeys(("language", "cycle", "isced_f", "quality_agency", "supervision"), ""),
    "title": {"en": "First Aid"},
    "eqf_level": 4,
    "hours": None,
    "outcomes": ("Help somebody who has lost consciousness.",),
}
STACKED = {
    "stackability": "stackable",
    "stackable_towards": {"en": "Bachelor of Data Science", "de": "Bachelor Datenwissenschaft"},
}
EVERYTHING = STACKED | {
    "prerequisites": {"en": "Mathematics as taught at school."},
    "further_information": {"en": "Taught in small groups.\nBring a laptop."},
    "quality_url": "https://agency.example/reports?year=2026&part=2",
}
MULTILINGUAL = UNGRADED | {
    "language": "de",
    "title": {
        "de": "Datenethik",
        "en": "Data Ethics",
        "fr": "Éthique des données",
        "el": "Ηθική των δεδομένων",
        "bg": "Етика на данните",
    },
    "description": {"de": "Über Daten.", "en": "About data.", "el": "Για τα δεδομένα."},
    "assessment_criteria": {"de": "Ein Fall, schriftlich.", "en": "A written case."},
    "prerequisites": {"de": "Keine.", "fr": "Aucun."},
    "further_information": {"bg": "Малки групи.", "de": "Kleine Gruppen."},
}
LETTERS = {"grade_scale": ["F", "FX", "E", "D", "C", "B", "A"], "passed_from": "E"}
KINDS = {  # what the course says, and the grade of the learner
    "minimal": (BARE, ""),
    "complete": (EVERYTHING, "1.0"),
    "multilingual": (MULTILINGUAL, ""),
    "with grade scale": (LETTERS, "B"),
    "joint award": (UNGRADED, ""),
    "part of a stack": (STACKED | UNGRADED, ""),
}
IN_ALL_LANGUAGES = ("edc.json", "edc.jsonld", "elmo.xml")  # the others know one
CARRIED = {field.name for field in fields(CredentialFacts)} - {
    *("holder", "language", "awarding_body", "joint_bodies", "issued_on", "outcomes"),  # `elements`
    *("verify_url", "status_url", "status_index", "suspension_url"),  # where to ask, not what it is
}


def make_university() -> Institution:
    """A university that says all of itself, and has a certificate to seal with."""
    made = make_institution(
        identifiers={"eidas": NUMBER, "erasmus": "D TESTHEI01", "schac": "testheim.example"},
        url="https://testheim.example/",
        region="Saxony",
    )
    make_seal(made)
    return made


def make_school() -> Institution:
    """An institution that says no more of itself than it must, and seals nothing."""
    return make_institution(
        name={"en": "Rescue School"},
        languages=["en"],
        country="IE",
        identifiers={"eidas": "VATIE-1234567"},
        quality_agency="",
    )


def awarded(kind: str, institution: Institution) -> Award:
    """Award a credential of a kind to somebody who claimed it; a worker signs it."""
    course, grade = KINDS[kind]
    version = make_taught_course(institution, **course)
    student = make_student("Nela Ardwen")
    if kind == "complete":
        make_learner(institution, student, family_name="Ardwen")
        version.outcomes.filter(order=1).update(skills=[SKILL])
    if kind == "multilingual":
        make_learner(institution, student, given_name="Ελένη", family_name="Παπαδοπούλου")
        text = {"de": "Interessen abwägen.", "en": "Weigh interests.", "fr": "Peser des intérêts."}
        version.outcomes.filter(order=1).update(text=text)
    if kind == "joint award":
        said = {"url": "https://marisol.example/", "erasmus_code": "E MARISOL01"}
        version.joint_bodies.add(
            make_awarding_body(institution, legal_id="VATES-A00000000", **said),
            make_awarding_body(institution, name="Hill College", country="FR", legal_id="HC 12"),
        )
    return make_award(AwardState.SIGNING, version=version, student=student, grade=grade)


def taken(page: Page, award: Award, folder: Path) -> dict[str, Path]:
    """Take home all that the portal offers the holder of an award, by how the names end."""
    page.goto(reverse("award-detail", args=[award.uuid]))
    found = {"pdf": documents(page, folder, 1)[0]}  # waits until the worker has made it
    links = page.locator("section[aria-labelledby=h-files] a:not([href*='/documents/'])")
    offered = links.evaluate_all("links => links.map(link => link.href)")
    # The page offers a sealed credential instead of the unsealed one, which has an address still.
    offered.append(reverse("credential-form", args=[award.credential.uuid, Form.EDC.value]))
    page.goto("/portfolio/")
    offered.append(page.locator("a[href$='.elmo.xml']").get_attribute("href"))
    for address in offered:
        answer = page.request.get(address)
        assert answer.ok, (address, answer.status)
        name = answer.headers["content-disposition"].partition('filename="')[2].rstrip('"')
        ending = name.removeprefix("credentials").removeprefix(award.number)[1:]
        found[ending] = folder / name
        found[ending].write_bytes(answer.body())
    return found


def inside(files: dict[str, Path]) -> dict[str, bytes]:
    """Return the badge that each file with something around it holds, found without our readers."""
    svg = etree.parse(files["svg"]).find("{https://purl.imsglobal.org/ob/v3p0}credential")
    elmo = etree.parse(files["elmo.xml"]).findtext(".//{*}attachment/{*}content")
    with pikepdf.open(files["pdf"]) as pdf, ZipFile(files["zip"]) as bundle:
        name = next(name for name in pdf.attachments if name.count(".") == 1)  # NUMBER.json
        attached = pdf.attachments[name]
        return {
            "png": Image.open(files["png"]).text["openbadgecredential"].encode(),
            "svg": svg.text.encode(),
            "elmo.xml": base64.b64decode(elmo.partition(",")[2]),
            "pdf": attached.get_file().read_bytes(),
            "zip": bundle.read("credential.json"),
        }


def read_back(files: dict[str, Path]) -> dict[str, CredentialFacts]:
    """Return what each way of writing says, once somebody reads the file."""
    seal = json.loads(files["edc.jsonld"].read_bytes()) if "edc.jsonld" in files else {}
    (told,) = elmo.read(etree.parse(files["elmo.xml"]).getroot())
    said = {
        "json": open_badges.read(json.loads(files["json"].read_bytes())),
        "jwt": verification.examine(files["jwt"].read_bytes(), "x.jwt").facts,
        "edc.json": elm.read(json.loads(files["edc.json"].read_bytes())),
        "microhe.json": microhe.read(json.loads(files["microhe.json"].read_bytes())),
        "elmo.xml": told,
    }
    return said | ({"edc.jsonld": elm.read(json.loads(seal["payload"]))} if seal else {})


def elements(told: CredentialFacts, language: str = "") -> dict:
    """What must not be lost: Annex I with all optional elements, in `language` or in all."""

    def texts(value):
        if not language or not isinstance(value, dict):
            return value
        return {language: in_language(value, language)} if value else {}

    bodies = (told.awarding_body, *told.joint_bodies)
    return {
        **{name: texts(getattr(told, name)) for name in CARRIED},
        "holder": told.holder.name,
        "language": told.main_language(),  # a badge has to name one where the course states none
        "bodies": [(texts(body.name), body.country, body.region) for body in bodies],
        "issued_on": told.issued_on.date(),
        "outcomes": [texts(one.text) for one in told.outcomes if not is_skill(one)],
        "skills": {skill for one in told.outcomes for skill in one.skills},
    }


def is_skill(outcome: OutcomeFacts) -> bool:
    """MicroHE says which skills there are, but not of which outcome."""
    return [label for _uri, label in outcome.skills] == list(outcome.text.values())


def public_keys(page: Page, institutions: Sequence[Institution], to: Path) -> Path:
    """Write the keys for JWTs that the portal publishes for these institutions."""
    found = []
    for one in institutions:
        document = page.request.get(reverse("institution-did", args=[one.slug])).json()
        methods = (one for one in document["verificationMethod"] if "publicKeyJwk" in one)
        found += [{**method["publicKeyJwk"], "kid": method["id"]} for method in methods]
    to.write_text(json.dumps({"keys": found}))
    return to


def test_every_kind_is_accepted_in_every_form(visit, live_server, checker, tmp_path):
    university, school = make_university(), make_school()
    awards = {kind: awarded(kind, school if kind == "minimal" else university) for kind in KINDS}
    files = {}
    for kind, award in awards.items():
        (tmp_path / kind).mkdir()
        files[kind] = taken(visit(award.learner.user), award, tmp_path / kind)
        not_sealed = {"edc.jsonld"} if kind == "minimal" else set()
        assert set(files[kind]) == {*Form.values, "pdf", "elmo.xml"} - not_sealed

    def all_in(*forms: str) -> list[Path]:
        return [held[form] for form in forms for held in files.values() if form in held]

    keys = public_keys(visit(), [university, school], tmp_path / "jwks.json")
    calls = (
        ("pdf", "3a", *all_in("pdf")),
        ("pdf", "ua1", *all_in("pdf")),
        ("badge", "--site", live_server.url, *all_in("json")),
        ("jwt", "--jwks", keys, *all_in("jwt")),
        ("elm", "--profile", "full", *all_in("edc.json", "edc.jsonld")),
        ("elmo", *all_in("elmo.xml")),
    )
    with ThreadPoolExecutor(2) as two_at_once:
        for done in two_at_once.map(lambda call: checker(*call), calls):
            assert done.returncode == 0, done.stdout + done.stderr
    for held in files.values():
        badge, packed = held["json"].read_bytes(), inside(held)
        assert packed == dict.fromkeys(packed, badge)
        with ZipFile(held["zip"]) as bundle:
            assert bundle.read("credential.jwt") == held["jwt"].read_bytes()
            assert bundle.read("supplement.pdf") == held["pdf"].read_bytes()
    signed = all_in("json", "jwt", "png", "svg", "edc.jsonld", "pdf", "elmo.xml", "zip")
    call_command("verify", *signed, stdout=StringIO())  # complains unless all are valid

    for kind, award in awards.items():
        stated = facts.of_credential(award.credential)
        for form, told in read_back(files[kind]).items():
            language = "" if form in IN_ALL_LANGUAGES else stated.main_language()
            assert told.missing_elements() == (), (kind, form)
            assert elements(told, language) == elements(stated, language), (kind, form)
