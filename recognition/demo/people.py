"""The demonstration's universities, their people, committee and rules. All invented."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from credentials.models import (
    AwardingBody,
    Institution,
    Learner,
    LearnerEmail,
    Membership,
    Role,
    Unit,
    User,
)
from credentials.services import institutions
from credentials.vocabulary import BodyKind, BodyStatus, QualityAssurance
from recognition.demo import PERSONAS
from recognition.models import Committee, CommitteeKind, Policy, Seat, SeatRole

PASSWORD = "symbolon-demo"  # noqa: S105 (of invented accounts, refused outside the demonstration)

EDUCATION_SYSTEMS = {
    "lindenfeld": {
        "de": "Diese Einrichtung und ihr Hochschulsystem sind für die Vorführung erfunden.",
        "en": "This institution and its system of higher education are invented for the demo.",
    },
}

OTHERS = {
    "sela": "Sela Sallow",
    "ruan": "Ruan Meyrick",
    "ilvo": "Ilvo Castan",
    "mirel": "Mirel Oskarin",
    "tarja": "Tarja Vennola",
    "ines": "Ines Calderra",
    "bodil": "Bodil Kornelius",
    "brida": "Brida Holmsund",
    "osman": "Osman Tereli",
    "kaja": "Kaja Lindroos",
    "levin": "Levin Astor",
    "dorte": "Dorte Halvik",
    "wenke": "Wenke Tamsin",
}

UNIVERSITIES = (
    {
        "slug": "lindenfeld",
        "name": {"de": "Universität Lindenfeld", "en": "University of Lindenfeld"},
        "country": "DE",
        "number_prefix": "LND",
        "city": "Lindenfeld",
        "address": "Am Lindenplatz 1\n99999 Lindenfeld",
        "url": "https://lindenfeld.example",
        "email": "recognition@lindenfeld.example",
        "identifiers": {"schac": "lindenfeld.example", "eidas": "VATDE-000000000"},
        "quality_assurance": QualityAssurance.INSTITUTION,
        "quality_agency": "Agentur Musterrat (erfunden)",
        "languages": ["de", "en"],
    },
    {
        "slug": "marisol",
        "name": {"es": "Universidad Técnica Marisol", "en": "Marisol Technical University"},
        "country": "ES",
        "number_prefix": "MTU",
        "city": "Marisol",
        "url": "https://marisol.example",
        "email": "registro@marisol.example",
        "quality_assurance": QualityAssurance.INSTITUTION,
        "quality_agency": "Agencia Ejemplo (invented)",
        "languages": ["es", "en"],
    },
    {
        "slug": "nordhavn",
        "name": {"da": "Nordhavn Professionshøjskole", "en": "Nordhavn College"},
        "country": "DK",
        "number_prefix": "NHC",
        "city": "Nordhavn",
        "url": "https://nordhavn.example",
        "email": "post@nordhavn.example",
        "quality_assurance": QualityAssurance.PROGRAMME,
        "quality_agency": "Eksempelinstitut (invented)",
        "languages": ["en"],
    },
)

UNITS = {
    "lindenfeld": {
        "informatics": {"de": "Fakultät für Informatik", "en": "Faculty of Informatics"},
        "environment": {"de": "Fakultät für Umwelt", "en": "Faculty of Environment"},
    },
    "marisol": {"science": {"es": "Facultad de Ciencias", "en": "Faculty of Science"}},
    "nordhavn": {"college": {"da": "Efteruddannelse", "en": "Continuing Education"}},
}


@dataclass(slots=True)
class World:
    """Everything the rest of the loader refers to by a short name."""

    institutions: dict[str, Institution] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    learners: dict[str, Learner] = field(default_factory=dict)
    courses: dict[str, object] = field(default_factory=dict)
    programme: object = None
    committee: Committee | None = None

    def __getattr__(self, name: str) -> User:
        """`world.nela` is the account of Nela."""
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


def make_people() -> World:
    """Make institutions, units, accounts, roles, the committee and the rules."""
    world = World()
    for fields in UNIVERSITIES:
        institution = institutions.create(by=None, **fields)
        world.institutions[institution.slug] = institution
        if text := EDUCATION_SYSTEMS.get(institution.slug):
            institution.education_systems.create(country=institution.country, text=text)
        root = institution.units.get(parent=None)
        world.units[institution.slug] = root
        for key, name in UNITS[institution.slug].items():
            world.units[key] = Unit.objects.create(institution=institution, parent=root, name=name)
    for persona in PERSONAS:
        key = persona.email.split("@")[0]
        world.people[key] = _account(persona.name, persona.email)
    for key, name in OTHERS.items():
        world.people[key] = _account(name, f"{key}@symbolon.example")
    _give_roles(world)
    _enter_learners(world)
    _set_up_committee(world)
    _set_up_appeal_body(world)
    _keep_register(world.institutions["lindenfeld"])
    return world


@cache
def _hashed_password() -> str:
    """Hashed once for all: it takes a third of a second, on purpose."""
    return make_password(PASSWORD)


def _account(name: str, email: str) -> User:
    user = User.objects.create(email=email, name=name, is_demo=True, password=_hashed_password())
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _give_roles(world: World) -> None:
    roles = (
        ("orla", "lindenfeld", Role.REGISTRAR),
        ("wenke", "lindenfeld", Role.REGISTRAR),
        ("jorun", "environment", Role.TEACHER),
        ("jorun", "informatics", Role.TEACHER),
        ("hedda", "informatics", Role.COURSE_DIRECTOR),
        ("ines", "marisol", Role.REGISTRAR),
        ("ines", "marisol", Role.COURSE_DIRECTOR),
        ("bodil", "nordhavn", Role.REGISTRAR),
        ("bodil", "nordhavn", Role.COURSE_DIRECTOR),
    )
    for person, unit, role in roles:
        Membership.objects.create(user=world.people[person], unit=world.units[unit], role=role)


def _enter_learners(world: World) -> None:
    births = {
        "nela": date(2004, 5, 4),
        "ilvo": date(2003, 11, 19),
        "mirel": date(2005, 2, 27),
        "levin": date(2002, 8, 30),
        "dorte": date(2004, 12, 3),
    }
    for number, (key, born) in enumerate(births.items(), start=40218577):
        user = world.people[key]
        given, _space, family = user.name.partition(" ")
        learner = Learner.objects.create(
            institution=world.institutions["lindenfeld"],
            user=user,
            given_name=given,
            family_name=family,
            birth_date=born,
            student_number=str(number),
        )
        LearnerEmail.objects.create(learner=learner, email=user.email)
        world.learners[key] = learner


def _set_up_committee(world: World) -> None:
    world.committee = Committee.objects.create(
        unit=world.units["lindenfeld"],
        name={"de": "Anerkennungsausschuss", "en": "Recognition committee"},
    )
    seats = (
        ("hedda", SeatRole.CHAIR, "professors"),
        ("ruan", SeatRole.DEPUTY, "professors"),
        ("tomas", SeatRole.MEMBER, "staff"),
        ("sela", SeatRole.MEMBER, "professors"),
    )
    for person, role, group in seats:
        Seat.objects.create(
            committee=world.committee, user=world.people[person], role=role, group=group
        )
    Policy.objects.create(
        institution=world.institutions["lindenfeld"],
        version=1,
        valid_from=timezone.localdate() - timedelta(days=400),
        decision_days=20,
        appeal_body={"de": "Beschwerdeausschuss", "en": "Board of Appeal"},
        appeal_address={
            "de": "Am Lindenplatz 1, 99999 Lindenfeld",
            "en": "Am Lindenplatz 1, 99999 Lindenfeld",
        },
        legal_basis={
            "de": "Lissabon-Konvention, Artikel III bis VI; Anerkennungssatzung (erfunden), § 3",
            "en": "Lisbon Recognition Convention, articles III to VI; invented statute, section 3",
        },
        validation_cap=Decimal("0.50"),
        grade_methods=["same_scale", "grading_tables", "bavarian"],
    )


def _set_up_appeal_body(world: World) -> None:
    """Three who have no seat on the committee: nobody decides twice."""
    body = Committee.objects.create(
        unit=world.units["lindenfeld"],
        kind=CommitteeKind.APPEAL,
        name={"de": "Beschwerdeausschuss", "en": "Board of Appeal"},
    )
    for person in ("brida", "osman", "kaja"):
        role = SeatRole.CHAIR if person == "brida" else SeatRole.MEMBER
        Seat.objects.create(committee=body, user=world.people[person], role=role)


def _keep_register(institution: Institution) -> None:
    today = timezone.localdate()
    bodies = (
        ("Marisol Technical University", "ES", BodyKind.HEI, BodyStatus.RECOGNISED, 40),
        ("Nordhavn College", "DK", BodyKind.HEI, BodyStatus.RECOGNISED, 900),
        ("Kestrel Learning", "IE", BodyKind.COMPANY, BodyStatus.NON_HE, 200),
        ("Campus Online", "IE", BodyKind.PLATFORM, BodyStatus.NON_HE, 200),
        ("Academia Quickdegree", "XK", BodyKind.COMPANY, BodyStatus.NOT_RECOGNISED, 120),
    )
    agencies = {"ES": "Agencia Ejemplo (invented)", "DK": "Eksempelinstitut (invented)"}
    for name, country, kind, status, days in bodies:
        AwardingBody.objects.create(
            institution=institution,
            name=name,
            country=country,
            kind=kind,
            status=status,
            quality_agency=agencies.get(country, ""),
            evidence="Invented for the demonstration",
            checked_on=today - timedelta(days=days),
        )
