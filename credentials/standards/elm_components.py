"""The only place that writes the components of a degree in the European Learning Model.

A component is an achievement that is part of the degree's. The profile of the Diploma Supplement
asks for credits of each achievement: a component without any, such as a state examination, is an
assessment that is part of the final one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from credentials.standards import degree_statements, elm, values
from credentials.standards import elm_specification as specification
from credentials.standards.diploma_facts import ComponentFacts, DegreeFacts
from credentials.standards.elm_vocabulary import (
    COURSE_CODE,
    OPPORTUNITY,
    TYPE_URIS,
    Nodes,
    own,
    published,
    reference,
)
from credentials.standards.facts import BodyFacts
from credentials.vocabulary import CredentialType, eqf_uri

# Entries of the list of learning opportunities; other components are modules.
PUBLISHED_TYPES = {
    "thesis": OPPORTUNITY + "b2434ca358",
    "internship": OPPORTUNITY + "77b99de990",
}
RECOGNISED = _("Recognised")
PASSED = _("Passed")


@dataclass(slots=True)
class Awards:
    """The acts of awarding in one credential: of the degree, of components, of what they rest on.

    `degree` is the node of that of the degree, `issuer` who seals; `written` has the ids of those
    that stand in full somewhere.
    """

    degree: dict
    issuer: BodyFacts
    nodes: Nodes
    written: set[str] = field(default_factory=set)

    def on(self, day: date | None) -> dict:
        """Return the act by which a component was awarded on a day."""
        if not day or elm.midnight(day) == self.degree.get("awardingDate"):
            return reference(self.degree)
        bodies = [reference(body) for body in values.many(self.degree["awardingBody"])]
        return self._once(
            ("award", day),
            lambda: self.nodes.make(
                "AwardingProcess", awardingBody=bodies, awardingDate=elm.midnight(day)
            ),
        )

    def by(self, body: BodyFacts | None) -> dict:
        """Return the act by which another body awarded what is recognised."""
        if not body:
            return reference(self.degree)
        sealer = bool(self.issuer.id) and body.id == self.issuer.id
        node = elm.organisation(self.issuer if sealer else body, self.nodes)
        return self._once(
            ("award by", node["id"]),
            lambda: self.nodes.make("AwardingProcess", awardingBody=node),
        )

    def _once(self, key: object, make: Callable[[], dict]) -> dict:
        """Return the node in full the first time, then by its id: eighty components are many."""
        node = self.nodes.once(key, make)
        if node["id"] in self.written:
            return reference(node)
        self.written.add(node["id"])
        return node


def components(
    facts: DegreeFacts, assessment: dict, awards: Awards
) -> tuple[list[dict], list[dict]]:
    """Return the parts of the achievement and, of those without credits, of its assessment.

    `assessment` is that of the degree: its components are graded on the same scale.
    """
    achieved, assessed = [], []
    for component in facts.components:
        taken = _assessment(component, assessment, awards)
        if component.ects is None:
            assessed.append(taken | {"additionalNote": _notes(component, awards.nodes)})
        else:
            achieved.append(_achievement(component, taken, awards))
    return achieved, assessed


def _achievement(component: ComponentFacts, taken: dict, awards: Awards) -> dict:
    nodes = awards.nodes
    return nodes.make(
        "LearningAchievement",
        title=nodes.texts(component.title),
        identifier=_code(component, nodes),
        awardedBy=reference(taken["awardedBy"]),
        creditReceived=specification.credit_point(component.ects, nodes),
        provenBy=taken,
        specifiedBy=_specification(component, nodes),
        influencedBy=_source(component, awards),
        additionalNote=_notes(component, nodes),
    )


def _code(component: ComponentFacts, nodes: Nodes) -> dict:
    if not component.code:
        return {}
    return nodes.make("Identifier", notation=component.code, schemeName=COURSE_CODE)


def _assessment(component: ComponentFacts, whole: dict, awards: Awards) -> dict:
    nodes = awards.nodes
    without = RECOGNISED if component.origin != degree_statements.PASSED else PASSED
    specified = whole.get("specifiedBy")
    return nodes.make(
        "LearningAssessment",
        title=nodes.texts(component.title),
        awardedBy=awards.on(component.achieved_on),
        grade=nodes.note(nodes.line(component.grade) or nodes.labels(without)),
        specifiedBy=reference(specified) if specified and component.grade else {},
    )


def _specification(component: ComponentFacts, nodes: Nodes) -> dict:
    micro = component.is_micro_credential
    uri = TYPE_URIS[CredentialType.MICROCREDENTIAL if micro else CredentialType.MODULE]
    if not micro:
        uri = PUBLISHED_TYPES.get(component.component_type, uri)
    level = component.eqf_level
    return nodes.make(
        "LearningAchievementSpecification",
        title=nodes.texts(component.title),
        identifier=_code(component, nodes),
        dcType=published(uri),
        educationLevel=published(eqf_uri(level)) if level else {},
    )


def _source(component: ComponentFacts, awards: Awards) -> dict:
    """Return what was learned elsewhere and is recognised here, with the body that awarded it."""
    if component.origin == degree_statements.PASSED:
        return {}
    nodes = awards.nodes
    return nodes.make(
        "LearningActivity",
        title=nodes.texts(component.source_title or component.title),
        awardedBy=awards.by(component.source_body),
    )


def _notes(component: ComponentFacts, nodes: Nodes) -> list[dict]:
    """Return what the model has no property for, each about a concept of our own."""
    kind = degree_statements.COMPONENT_TYPES.get(component.component_type)
    origin = degree_statements.ORIGINS.get(component.origin)
    told = [
        (component.component_type, nodes.labels(kind) if kind else {}),
        (f"origin_{component.origin}", nodes.labels(origin) if origin else {}),
    ]
    notes = [nodes.note(said, own(name, said)) for name, said in told if said]
    lines = {
        "term": (component.term, degree_statements.TERM),
        "work_title": (component.work_title, _WORK),
    }
    for name, (text, label) in lines.items():
        notes.append(nodes.note(nodes.line(text), own(name, nodes.labels(label))))
    return [note for note in notes if note]


_WORK = _("Title of the thesis or project")
