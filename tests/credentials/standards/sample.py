"""Invented facts for tests of the standards: one complete credential, and a strategy of many."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from credentials import vocabulary
from credentials.language import clean_text
from credentials.standards.facts import (
    BodyFacts,
    CredentialFacts,
    EvidenceFacts,
    GradeFacts,
    HolderFacts,
    Identifier,
    OutcomeFacts,
)

SITE = "https://portal.lindenfeld.example"
COMPLETE = CredentialFacts(
    id=f"{SITE}/credentials/7b1d",
    number="LIN-2026-0042",
    type="microcredential",
    title={"en": "Data ethics in practice", "de": "Datenethik in der Praxis"},
    description={"en": "How to decide well about data of people."},
    awarding_body=BodyFacts(
        name={"en": "University of Lindenfeld"},
        country="DE",
        region="Bavaria",
        id="did:web:portal.lindenfeld.example:institutions:lindenfeld",
        url="https://lindenfeld.example",
        identifiers=(
            Identifier("schac", "lindenfeld.example"),
            Identifier("erasmus", "D LINDENF01"),
            Identifier("deqar", "DEQARINST9999"),
        ),
    ),
    holder=HolderFacts(
        name="Ana Berg",
        given_name="Ana",
        family_name="Berg",
        birth_date=date(1999, 3, 4),
        student_number="4711",
        email="Ana@example.org",
        id="did:key:z6MkqRYqQiSgvZQdnBytw86Qbs2ZWUkGv22od935YF4s8M7V",
    ),
    platform=BodyFacts(name={"en": "Campus Online"}, url="https://campus.example"),
    issued_on=datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
    awarded_on=date(2026, 10, 30),
    valid_until=datetime(2031, 10, 31, 23, 59, 59, tzinfo=UTC),
    activity_from=date(2026, 9, 1),
    activity_to=date(2026, 10, 20),
    outcomes=(
        OutcomeFacts(
            {"en": "Weigh the interests of people whose data are used"},
            code="LO1",
            skills=(("http://data.europa.eu/esco/skill/0a1b", "respect data protection"),),
        ),
        OutcomeFacts(
            {"en": 'Explain "consent" to others\nand its limits'},
            url="https://skills.example/consent",
        ),
    ),
    ects=Decimal("2.5"),
    hours=Decimal("62.5"),
    hours_per_ects=Decimal("25"),
    eqf_level=6,
    nqf_level="DQR 6",
    cycle="first",
    isced_f="0223",
    language="en",
    assessment_type="written_exam",
    assessment_criteria={"en": "At least half of the points."},
    participation_form="volunteering",
    quality_assurance="institution",
    quality_agency="Agency for Good Teaching",
    quality_url="https://agency.example/reports/12",
    prerequisites={"en": "None."},
    supervision="supervised_onsite",
    grade=GradeFacts("B", "Letters", ("F", "E", "D", "C", "B", "A"), "E"),
    stackability="stackable",
    stackable_towards={"en": "Bachelor of Philosophy"},
    further_information={"en": "Taught in small groups."},
    course_url=f"{SITE}/courses/eth-101/2026",
    course_code="ETH-101",
    course_version="2026.1",
    status_url=f"{SITE}/status/1",
    status_index=77,
)

MINIMAL = CredentialFacts(
    id="urn:uuid:7f3b6a53-9d7e-4a5b-8d38-0a3a0d1f2c11",
    title={"en": "First aid"},
    awarding_body=BodyFacts(
        name={"en": "Rescue School"}, country="IE", id="https://rescue.example/issuer"
    ),
    holder=HolderFacts(name="Ana Berg"),
    issued_on=datetime(2026, 11, 1, tzinfo=UTC),
)
MULTILINGUAL = replace(
    COMPLETE,
    title={"en": "Data ethics", "de": "Datenethik", "fr": "Éthique des données", "el": "Ηθική"},
    description={"en": "About data.", "de": "Über Daten.", "fr": "À propos des données."},
    awarding_body=replace(
        COMPLETE.awarding_body,
        name={"en": "University of Lindenfeld", "de": "Universität Lindenfeld"},
    ),
    outcomes=(OutcomeFacts({"en": "Weigh interests", "de": "Interessen abwägen"}, code="LO1"),),
    prerequisites={"en": "None.", "de": "Keine."},
    assessment_criteria={"en": "A written case.", "de": "Ein schriftlicher Fall."},
    further_information={"en": "Small groups.", "de": "Kleine Gruppen."},
    stackable_towards={"en": "Bachelor of Philosophy", "de": "Bachelor in Philosophie"},
    language="de",
)
JOINT = replace(
    COMPLETE,
    joint_bodies=(
        BodyFacts(
            name={"en": "Shore Polytechnic"},
            country="NL",
            id="did:web:shore.example",
            url="https://shore.example",
            identifiers=(Identifier("schac", "shore.example"),),
        ),
        BodyFacts(name={"en": "Hill College"}, country="FR", id="https://hill.example/about"),
    ),
)
STACKED = replace(
    COMPLETE, type="module", grade=None, stackability="stackable", supervision="supervised_online"
)
DECISION = replace(
    COMPLETE,
    type="recognition",
    evidence=(
        EvidenceFacts(
            name={"en": "Certificate of the Rescue School"},
            narrative={"en": "Recognised as 2.5 ECTS."},
            id="https://rescue.example/credentials/9",
            genre="credential",
        ),
        EvidenceFacts(name={"en": "Interview of 3 May 2026"}),
    ),
)
KINDS = {
    "minimal": MINIMAL,
    "complete": COMPLETE,
    "multilingual": MULTILINGUAL,
    "joint award": JOINT,
    "part of a stack": STACKED,
    "decision": DECISION,
}


def expressible(facts: CredentialFacts) -> CredentialFacts:
    """Return what of `facts` an Open Badge can say, in the language of the course."""

    def one(texts):
        return {facts.language: texts[facts.language]} if facts.language in texts else {}

    return replace(
        facts,
        title=one(facts.title),
        holder=HolderFacts(facts.holder.name, id=facts.holder.id),
        verify_url="",
    )


lines = (
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=30)
    .map(clean_text)
    .filter(bool)
)
paragraphs = st.lists(lines, min_size=1, max_size=3).map("\n".join)
paths = st.text("abcdefgh0123456789-", min_size=1, max_size=12)
urls = paths.map(lambda path: f"https://example.org/{path}")
optional = st.just("")
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


def in_english(texts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.just({}) | texts.map(lambda text: {"en": text})


def codes(closed_list: type) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *closed_list.values])


bodies = st.builds(
    BodyFacts,
    name=lines.map(lambda text: {"en": text}),
    country=st.sampled_from(["", "DE", "FR", "EE"]),
    region=optional | lines,
    id=paths.map(lambda path: f"did:web:{path}.example"),
    url=optional | urls,
    identifiers=st.lists(
        st.builds(Identifier, st.sampled_from(["schac", "erasmus", "pic", "isni"]), lines),
        max_size=2,
    ).map(tuple),
)
outcomes = st.builds(
    OutcomeFacts,
    text=paragraphs.map(lambda text: {"en": text}),
    code=optional | lines,
    url=optional | urls,
    skills=st.lists(
        st.tuples(paths.map(lambda path: f"http://data.europa.eu/esco/skill/{path}"), lines),
        max_size=2,
    ).map(tuple),
)
credentials = st.builds(
    CredentialFacts,
    id=st.uuids().map(lambda uuid: f"urn:uuid:{uuid}") | urls,
    title=lines.map(lambda text: {"en": text}),
    description=in_english(paragraphs.map(lambda text: f"About: {text}")),
    awarding_body=bodies,
    holder=st.builds(HolderFacts, name=lines),
    platform=st.none() | bodies,
    joint_bodies=st.lists(bodies, max_size=2).map(tuple),
    number=optional | lines,
    type=codes(vocabulary.CredentialType),
    issued_on=st.none() | moments,
    awarded_on=st.none() | days,
    valid_until=st.none() | moments,
    activity_from=st.none() | days,
    activity_to=st.none() | days,
    outcomes=st.lists(outcomes, max_size=3).map(tuple),
    ects=st.none() | st.integers(0, 120).map(lambda halves: Decimal(halves) / 2),
    hours=st.none() | st.integers(0, 9000).map(lambda tenths: Decimal(tenths) / 10),
    hours_per_ects=st.none() | st.integers(20, 40).map(Decimal),
    eqf_level=st.none() | st.integers(1, 8),
    nqf_level=optional | lines,
    cycle=codes(vocabulary.Cycle),
    isced_f=st.sampled_from(["", "06", "061", "0612"]),
    language=st.just("en"),
    assessment_type=codes(vocabulary.AssessmentType),
    assessment_criteria=in_english(paragraphs),
    participation_form=codes(vocabulary.ParticipationForm),
    quality_assurance=codes(vocabulary.QualityAssurance),
    quality_agency=optional | lines,
    quality_url=optional | urls,
    prerequisites=in_english(paragraphs),
    supervision=codes(vocabulary.Supervision),
    grade=st.none()
    | st.builds(
        GradeFacts,
        value=lines,
        scale_name=optional | lines,
        scale=st.lists(lines, max_size=3).map(tuple),
        passed_from=optional | lines,
    ),
    stackability=codes(vocabulary.Stackability),
    stackable_towards=in_english(paragraphs),
    further_information=in_english(paragraphs),
    evidence=st.lists(
        st.builds(
            EvidenceFacts,
            name=lines.map(lambda text: {"en": text}),
            narrative=in_english(paragraphs),
            id=optional | urls,
            genre=optional | lines,
        ),
        max_size=2,
    ).map(tuple),
    course_url=optional | urls,
    course_code=optional | lines,
    course_version=optional | lines,
)
