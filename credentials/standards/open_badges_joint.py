"""The only place that says in an Open Badge 3.0 which bodies award it together with the issuer.

The standard knows one issuer, so each other body is an alignment with the target type
`ext:JointAward`: its name, its identifier as address, its country as code, and what else is
known of it in lines of the form "schac: shore.example".
"""

from credentials.language import in_language
from credentials.standards import values
from credentials.standards.facts import BodyFacts, Identifier

TARGET = "ext:JointAward"
MOST = 20


def write(bodies: tuple[BodyFacts, ...], *, course: str, language: str) -> list[dict]:
    """Return an alignment for each body; `course` is the id of the achievement."""
    return [
        {
            "type": ["Alignment"],
            "targetType": TARGET,
            "targetName": in_language(body.name, language),
            "targetUrl": body.id or body.url or _place(course, number),
            "targetCode": body.country,
            "targetDescription": "\n".join(f"{name}: {value}" for name, value in _lines(body)),
        }
        for number, body in enumerate(bodies, start=1)
    ]


def _place(course: str, number: int) -> str:
    return f"{course.partition('#')[0]}#joint-award-{number}"


def _lines(body: BodyFacts) -> list[tuple[str, str]]:
    known = [("url", body.url), ("region", body.region)]
    known += [(identifier.scheme, identifier.value) for identifier in body.identifiers]
    return [(name, value) for name, value in known if value]


def read(alignments: list[dict], *, course: str, language: str) -> tuple[BodyFacts, ...]:
    """Return the bodies that untrusted alignments name as awarding jointly, at most twenty."""
    stated = [one for one in alignments if values.line(one.get("targetType")) == TARGET][:MOST]
    bodies = (_body(one, _place(course, n), language) for n, one in enumerate(stated, start=1))
    return tuple(body for body in bodies if body.name)


def _body(alignment: dict, made_up: str, language: str) -> BodyFacts:
    country = values.line(alignment.get("targetCode"), 2).upper()
    lines = values.text(alignment.get("targetDescription")).split("\n")[:MOST]
    known = [
        (name, value) for name, colon, value in (one.partition(": ") for one in lines) if colon
    ]
    first = dict(reversed(known))
    name, url = values.line(alignment.get("targetName")), values.url(first.get("url"))
    named = values.identifier(alignment.get("targetUrl"))
    return BodyFacts(
        name={language: name} if name else {},
        country=country if len(country) == 2 and country.isalpha() else "",
        region=values.line(first.get("region"), 200),
        id=named if named not in (url, made_up) else "",
        url=url,
        identifiers=tuple(
            Identifier(values.line(scheme, 60), values.line(value, 200))
            for scheme, value in known
            if scheme not in ("url", "region")
        ),
    )
