"""What lies in a portfolio: signed badges of an invented academy, kept files, own statements."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from django.utils import timezone

from credentials.models import Credential, User
from credentials.services.evidence import Upload
from credentials.standards import open_badges
from credentials.standards.facts import (
    BodyFacts,
    CredentialFacts,
    GradeFacts,
    HolderFacts,
    OutcomeFacts,
)
from credentials.trust import did, keys, proofs
from credentials.trust.sniff import Kind
from portfolios.services import credentials
from tests.factories.people import number

KEY = keys.PrivateKey(hashlib.sha256(b"an invented academy").digest())
ISSUER = did.did_key(KEY.public)
METHOD = f"{ISSUER}#{KEY.public.multibase}"
ON_THE_WEB = "did:web:academy.example"
DID_DOCUMENT = did.did_document(ON_THE_WEB, [("key-1", KEY.public.multibase, None)])
EARNED = CredentialFacts(
    id="",
    title={"en": "Sensors in the Field", "de": "Sensoren im Feld"},
    type="microcredential",
    awarding_body=BodyFacts(name={"en": "Arden Academy"}, country="NL", id=ISSUER),
    holder=HolderFacts(name="Nela Ardwen"),
    issued_on=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    description={"en": "Twelve evenings by the river."},
    outcomes=(
        OutcomeFacts({"en": "Set up a sensor."}),
        OutcomeFacts({"en": "Calibrate it against a reference."}),
    ),
    ects=Decimal("3"),
    eqf_level=5,
    language="en",
    assessment_type="practical",
    participation_form="onsite",
    quality_assurance="internal",
    grade=GradeFacts("8"),
)
STATEMENT = {
    "title": "Project Management Basics",
    "type": "course",
    "awarding_body": "Kestrel Learning",
    "country": "IE",
    "platform": "",
    "issued_on": "2026-02-01",
    "eqf_level": "",
    "ects": "",
    "hours": "30",
    "outcomes": "Plan a small project.\nKeep a risk list.",
    "description": "Six weeks online.",
    "assessment_type": "assignment",
    "participation_form": "online",
    "supervision": "",
    "grade": "passed",
    "quality_assurance": "none",
    "language": "en",
    "course_url": "https://kestrel.example/pm",
}
DECLARED = {
    "title": "Volunteer at the river watch",
    "awarding_body": "River Watch",
    "country": "DE",
    "description": "Every second Saturday.",
    "outcomes": "Take water samples.\nExplain what we measure.",
    "hours": "120",
}


def make_badge(*, issuer: str = ISSUER, **facts) -> bytes:
    """An Open Badge 3.0, signed with the academy's own key (did:key).

    `issuer` ON_THE_WEB: the key stands in DID_DOCUMENT, for which a web server is asked.
    """
    said = replace(EARNED, **{"id": f"https://academy.example/badges/{next(number)}", **facts})
    said = replace(said, awarding_body=replace(said.awarding_body, id=issuer))
    document = open_badges.write(said, salt="grain")
    method = f"{ON_THE_WEB}#key-1" if issuer == ON_THE_WEB else METHOD
    signed = proofs.sign(
        document, private_key=KEY, verification_method=method, created=timezone.now()
    )
    return json.dumps(signed).encode()


def make_imported(holder: User, **facts) -> Credential:
    """A signed badge in a portfolio."""
    upload = Upload("badge.json", make_badge(**facts), Kind.OB3)
    return credentials.add_file(upload, by=holder)[0]


def make_kept(holder: User, filename: str = "certificate.pdf") -> Credential:
    """A PDF in a portfolio, kept as it is; nothing is stated yet."""
    data = b"%PDF-1.4\n% " + str(next(number)).encode()
    return credentials.add_file(Upload(filename, data, Kind.PDF), by=holder)[0]


def make_declared(holder: User, **fields) -> Credential:
    """Learning without a certificate."""
    said = {**DECLARED, "outcomes": DECLARED["outcomes"].splitlines(), "hours": Decimal(120)}
    return credentials.declare({**said, **fields}, by=holder)
