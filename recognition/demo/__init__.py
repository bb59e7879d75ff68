"""The demonstration: invented people, universities, courses and cases in every state."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Persona:
    """One of the five people a visitor can enter as."""

    slug: str
    name: str
    email: str
    title: object
    blurb: object
    button: object


PERSONAS = (
    Persona(
        "student",
        "Nela Ardwen",
        "nela@lindenfeld.example",
        _("Nela, a student"),
        _("Keeps her credentials, claims one, and waits for decisions on others."),
        _("Enter as student"),
    ),
    Persona(
        "teacher",
        "Jorun Hallvard",
        "jorun@lindenfeld.example",
        _("Jorun, a teacher"),
        _("Awards a credential, or says why not, and keeps her course in the catalogue."),
        _("Enter as teacher"),
    ),
    Persona(
        "reviewer",
        "Tomas Ivanek",
        "tomas@lindenfeld.example",
        _("Tomas, a reviewer"),
        _("Compares what was learned elsewhere with what a module asks for."),
        _("Enter as reviewer"),
    ),
    Persona(
        "chair",
        "Hedda Brandvold",
        "hedda@lindenfeld.example",
        _("Hedda, who chairs the committee"),
        _("Reads the opinions side by side and writes one decision with its reasons."),
        _("Enter as chair"),
    ),
    Persona(
        "registrar",
        "Orla Finnery",
        "orla@lindenfeld.example",
        _("Orla, the registrar"),
        _("Checks applications, sends decisions, keeps records and prints diploma supplements."),
        _("Enter as registrar"),
    ),
)
