"""Facts of degrees to print: complete, minimal, long, of other scripts, interim, in progress."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from credentials.standards.diploma_facts import (
    ComponentFacts,
    DegreeFacts,
    GradeDistribution,
    GradeShare,
    MicroCredentialFacts,
)
from credentials.standards.documents import Imprint
from credentials.standards.facts import BodyFacts, HolderFacts

LINDENFELD = BodyFacts(
    name={"de": "Universität Lindenfeld", "en": "University of Lindenfeld"},
    country="DE",
    url="https://www.lindenfeld.example",
    status="recognised",
    quality_agency="Test Agency",
)
MARISOL = BodyFacts(name={"es": "Universidad Marisol", "en": "Marisol University"}, country="ES")
IMPRINT = Imprint(
    institution=LINDENFELD,
    number="LND-DS-2026-0042",
    created=datetime(2026, 11, 26, 11, 0, tzinfo=UTC),
    code="LND-7F4K-22QX-M3",
    verify_url="https://symbolon.lindenfeld.example/v/LND-7F4K-22QX-M3",
)
DRAFT = replace(IMPRINT, number="", code="", verify_url="")
PASSED = ComponentFacts(
    title={"de": "Grundlagen der Programmierung", "en": "Introduction to Programming"},
    code="INF-101",
    component_type="core",
    term="WS 2023/24",
    achieved_on=date(2024, 2, 12),
    ects=Decimal(6),
    grade="1.7",
)
FROM_OTHER = ComponentFacts(
    title={"de": "Angewandte Datenanalyse", "en": "Applied Data Analysis"},
    code="INF-204",
    achieved_on=date(2025, 7, 1),
    ects=Decimal("4.5"),
    grade="1.3",
    origin="other",
    source_title={"es": "Análisis de datos con Python"},
    source_body=MARISOL,
    is_micro_credential=True,
)
THESIS = ComponentFacts(
    title={"de": "Bachelorarbeit", "en": "Bachelor thesis"},
    code="INF-300",
    component_type="thesis",
    term="SS 2026",
    ects=Decimal(12),
    grade="1.0",
    work_title="Messnetze für Feinstaub in mittelgroßen Städten",
)
DISTRIBUTION = GradeDistribution(
    isced_f="061",
    first_day=date(2024, 11, 26),
    last_day=date(2026, 11, 25),
    shares=(
        GradeShare("1.0", 12),
        GradeShare("2.0", 31),
        GradeShare("3.0", 17),
        GradeShare("4.0", 4),
    ),
)
DEGREE = DegreeFacts(
    id="urn:uuid:6a0e8c1e-5b7a-4f43-9f0e-5c2f2a4f8a11",
    kind="degree",
    number=IMPRINT.number,
    holder=HolderFacts("Nela Ardwen", "Nela", "Ardwen", date(2004, 5, 4), "40218577"),
    title={"de": "Umweltinformatik", "en": "Environmental Informatics"},
    awarding_body=LINDENFELD,
    programme_code="UI-B",
    regulations="2024",
    title_conferred="Bachelor of Science",
    isced_f="0613",
    languages=("de", "en"),
    eqf_level=6,
    nqf_level="DQR 6",
    cycle="first",
    ects_total=Decimal(180),
    semesters=6,
    access={"de": "Allgemeine Hochschulreife", "en": "General higher education entrance"},
    mode="full_time",
    outcomes={
        "de": "Messdaten erheben und auswerten.\nSoftware für die Umwelt bauen.",
        "en": "Collect and analyse measurements.\nBuild software for the environment.",
    },
    started_on=date(2023, 10, 1),
    graduated_on=date(2026, 9, 30),
    components=(PASSED, FROM_OTHER, THESIS),
    grade_scale=("5.0", "4.0", "3.0", "2.0", "1.0"),
    passed_from="4.0",
    distribution=DISTRIBUTION,
    final_grade="1.4",
    classification="sehr gut",
    classification_rule={"en": "Mean of all grades, weighted by credits."},
    further_study={"de": "Zugang zu Masterstudiengängen.", "en": "Access to master programmes."},
    regulated_profession={"en": "None."},
    additional={"en": "A semester was spent in Spain."},
    micro_credentials=(
        MicroCredentialFacts(
            title={"en": "Data Ethics in Practice"},
            body=LINDENFELD,
            awarded_on=date(2026, 3, 2),
            ects=Decimal("2.5"),
            eqf_level=6,
            grade="2.0",
            code="LND-AAAA-BBBB-CC",
        ),
    ),
    sources={"en": "The examination office answers questions."},
    certified_on=date(2026, 11, 26),
    signatory="Prof. Hedda Brandvold",
    capacity={"de": "Dekanin", "en": "Dean"},
    education_system={
        "de": "Hochschulen in Deutschland sind Universitäten und Fachhochschulen.",
        "en": "Higher education in Germany takes place at universities of several types.",
    },
    verify_url=IMPRINT.verify_url,
)
MINIMAL = DegreeFacts(
    id="urn:uuid:1",
    kind="degree",
    number=IMPRINT.number,
    holder=HolderFacts("Nela"),
    title={"en": "Drones"},
    awarding_body=BodyFacts({"en": "Drone College"}, country="IE"),
)
INTERIM = replace(
    DEGREE, kind="interim", title_conferred="Certificate of Higher Education", final_grade=""
)
TRANSCRIPT = replace(DEGREE, kind="transcript", title_conferred="", graduated_on=None)
_SEVERAL = (
    PASSED,
    FROM_OTHER,
    replace(FROM_OTHER, origin="own", source_body=LINDENFELD, source_title={"de": "Luft messen"}),
    replace(
        FROM_OTHER,
        origin="prior",
        source_title={"en": "Five years of work in a weather station"},
        source_body=BodyFacts({"en": "Weather Service"}),
        is_micro_credential=False,
    ),
)
EIGHTY = replace(
    DEGREE,
    components=tuple(
        replace(_SEVERAL[n % 4], code=f"INF-{100 + n}", ects=Decimal("2.5")) for n in range(80)
    ),
    education_system={
        language: "\n\n".join([f"{n}. " + text * 12 for n in range(1, 9)])
        for language, text in DEGREE.education_system.items()
    },
)
ARABIC = replace(
    DEGREE,
    holder=HolderFacts("ليلى بن يوسف", "ليلى", "بن يوسف", date(2003, 1, 9), "40218578"),
    title={"ar": "المعلوماتية البيئية", "en": "Environmental Informatics"},
    languages=("ar",),
    awarding_body=BodyFacts({"ar": "جامعة التجربة", "en": "University of Trial"}, country="MA"),
)
GREEK = replace(
    DEGREE,
    holder=HolderFacts("Ελένη Παπαδοπούλου", "Ελένη", "Παπαδοπούλου", date(2002, 2, 3), "77"),
    title={"el": "Περιβαλλοντική Πληροφορική", "en": "Environmental Informatics"},
    languages=("el",),
    awarding_body=BodyFacts({"el": "Πανεπιστήμιο Δοκιμής", "en": "University"}, country="GR"),
    components=(replace(PASSED, title={"el": "Ανάλυση δεδομένων", "en": "Data Analysis"}), THESIS),
)
_LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LONG_NAMES = replace(
    DEGREE,
    holder=HolderFacts(
        f"Maximiliane {_LONG} von und zu Hohenlohe-Waldenburg-Schillingsfürst",
        "Maximiliane Friederike Charlotte Amalie Luise Wilhelmine",
        f"{_LONG} von und zu Hohenlohe-Waldenburg-Schillingsfürst",
        date(2001, 12, 24),
        "4" * 40,
    ),
    title={"de": f"Theorie der {_LONG} " * 2, "en": "A long theory " * 12},
    title_conferred="Bachelor of Science in " + "Applied " * 11,
    classification="mit " + "sehr " * 20 + "gut",
    components=(replace(PASSED, code="X" * 40, title={"de": f"Einführung: {_LONG} " * 3}), THESIS),
)
