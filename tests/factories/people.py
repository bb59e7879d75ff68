"""Institutions, people and roles."""

from datetime import date
from itertools import count

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
from credentials.vocabulary import BodyKind, BodyStatus, QualityAssurance

number = count(1)


def make_institution(**fields) -> Institution:
    n = next(number)
    defaults = {
        "slug": f"testheim-{n}",
        "name": {"de": f"Universität Testheim {n}", "en": f"University of Testheim {n}"},
        "country": "DE",
        "city": "Testheim",
        "number_prefix": f"T{n}",
        "languages": ["de", "en"],
        "quality_assurance": QualityAssurance.INSTITUTION,
        "quality_agency": "Test Agency",
    }
    institution = Institution.objects.create(**{**defaults, **fields})
    Unit.objects.create(institution=institution, name=institution.name)
    return institution


def root_of(institution: Institution) -> Unit:
    return institution.units.get(parent=None)


def make_user(name: str = "", **fields) -> User:
    n = next(number)
    name = name or f"Person {n}"
    email = fields.pop("email", f"person{n}@test.example")
    return User.objects.create_user(email, "a long test password", name=name, **fields)


def make_staff(institution: Institution, role: Role, unit: Unit | None = None, **fields) -> User:
    user = make_user(**fields)
    Membership.objects.create(user=user, unit=unit or root_of(institution), role=role)
    return user


def make_registrar(institution: Institution) -> User:
    return make_staff(institution, Role.REGISTRAR)


def make_learner(institution: Institution, user: User | None = None, **fields) -> Learner:
    n = next(number)
    defaults = {
        "given_name": "Nela",
        "family_name": f"Ardwen {n}",
        "birth_date": date(2004, 5, 4),
        "student_number": f"{40_000_000 + n}",
    }
    learner = Learner.objects.create(institution=institution, user=user, **{**defaults, **fields})
    if user:
        LearnerEmail.objects.create(learner=learner, email=user.email)
    return learner


def make_awarding_body(institution: Institution, **fields) -> AwardingBody:
    defaults = {
        "name": f"Marisol Technical University {next(number)}",
        "country": "ES",
        "kind": BodyKind.HEI,
        "status": BodyStatus.RECOGNISED,
        "quality_agency": "Test Agency",
        "evidence": "National list",
        "checked_on": timezone.localdate(),
    }
    return AwardingBody.objects.create(institution=institution, **{**defaults, **fields})
