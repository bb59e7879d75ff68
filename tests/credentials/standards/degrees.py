"""Invented degrees for tests of their twins as data: complete, minimal, long, in other scripts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from credentials.standards.diploma_facts import (
    AccreditationFacts,
    ComponentFacts,
    DegreeFacts,
    GradeDistribution,
    GradeShare,
    MicroCredentialFacts,
)
from credentials.standards.facts import BodyFacts, HolderFacts, Identifier

LINDENFELD = BodyFacts(
    name={"de": "Universität Lindenfeld", "en": "University of Lindenfeld"},
    country="DE",
    region="Bavaria",
    id="did:web:portal.lindenfeld.example:institutions:lindenfeld",
    url="https://lindenfeld.example",
    identifiers=(Identifier("schac", "lindenfeld.example"),),
    status="recognised",
    quality_agency="Agency for Good Teaching",
)
AGENCY = BodyFacts({"en": "Agency for Good Teaching"}, country="DE", id="https://agency.example")
ACCREDITATION = AccreditationFacts(AGENCY, "programme", "https://agency.example/reports/7")
SHORE = BodyFacts({"en": "Shore Polytechnic"}, country="NL", id="https://shore.example/about")

PASSED_HERE = ComponentFacts(
    title={"en": "Statistics", "de": "Statistik"},
    code="STA-1",
    component_type="core",
    term="WS 2024/25",
    achieved_on=date(2025, 2, 14),
    ects=Decimal("6"),
    grade="1.7",
    eqf_level=6,
)
FROM_OWN = ComponentFacts(
    title={"en": "Writing"},
    code="WRI-1",
    component_type="elective",
    ects=Decimal("2.5"),
    origin="own",
    source_title={"en": "Academic writing, short course"},
    source_body=LINDENFELD,
    is_micro_credential=True,
)
FROM_OTHER = ComponentFacts(
    title={"en": "Data ethics"},
    code="ETH-1",
    ects=Decimal("5"),
    grade="2.0",
    origin="other",
    source_title={"en": "Ethics of data at sea"},
    source_body=SHORE,
)
FROM_PRIOR = ComponentFacts(
    title={"en": "Practice"},
    component_type="internship",
    ects=Decimal("10"),
    origin="prior",
    source_title={"en": "Four years in a hospital ward"},
)
THESIS = ComponentFacts(
    title={"en": "Bachelor thesis", "de": "Bachelorarbeit"},
    component_type="thesis",
    achieved_on=date(2026, 7, 1),
    ects=Decimal("12"),
    grade="1.3",
    work_title="Über das Gleichgewicht der Flüsse",
)
EXAMINATION = ComponentFacts(title={"en": "State examination"}, code="EX", grade="1.0")

COMPLETE = DegreeFacts(
    id="urn:uuid:0b8f5c7a-5a8b-4ef0-9a1a-6f1b1c5f9e01",
    kind="degree",
    number="DS-2026-0007",
    holder=HolderFacts(
        name="Ana Berg",
        given_name="Ana",
        family_name="Berg",
        birth_date=date(2001, 3, 4),
        student_number="4711",
        email="ana@example.org",
    ),
    title={"de": "Angewandte Statistik", "en": "Applied Statistics"},
    awarding_body=LINDENFELD,
    programme_code="B-STAT",
    regulations="Examination regulations 2022",
    title_conferred="Bachelor of Science (B.Sc.)",
    isced_f="0542",
    administering_body=SHORE,
    accreditation=ACCREDITATION,
    languages=("de", "en"),
    eqf_level=6,
    nqf_level="DQR 6",
    cycle="first",
    ects_total=Decimal("180"),
    semesters=6,
    access={"en": "Upper secondary school leaving certificate", "de": "Hochschulreife"},
    mode="full_time",
    outcomes={"en": "Plan and judge studies.\nSay what data do not say.", "de": "Studien planen."},
    started_on=date(2023, 10, 1),
    graduated_on=date(2026, 9, 30),
    components=(PASSED_HERE, FROM_OWN, FROM_OTHER, FROM_PRIOR, THESIS, EXAMINATION),
    grade_scale=("5.0", "4.0", "3.0", "2.0", "1.0"),
    passed_from="4.0",
    distribution=GradeDistribution(
        isced_f="0542",
        first_day=date(2024, 10, 1),
        last_day=date(2026, 9, 30),
        shares=(GradeShare("1.0", 12), GradeShare("2.0", 40), GradeShare("3.0", 0)),
    ),
    final_grade="1.6",
    classification="gut",
    classification_rule={"en": "Mean of all grades, weighted by credits."},
    further_study={"en": "May apply for master's programmes.", "de": "Zugang zum Master."},
    regulated_profession={"en": "May bear the title of engineer."},
    additional={"en": "Member of the student parliament."},
    micro_credentials=(
        MicroCredentialFacts(
            title={"en": "First aid at work"},
            body=BodyFacts({"en": "Rescue School"}, country="IE"),
            awarded_on=date(2025, 5, 2),
            ects=Decimal("1"),
            hours=Decimal("30"),
            eqf_level=4,
            grade="with honours",
            code="FA-9",
        ),
    ),
    sources={"en": "https://lindenfeld.example/stat"},
    certified_on=date(2026, 10, 15),
    signatory="Prof. Kim Lind",
    capacity={"en": "Dean of studies", "de": "Studiendekanin"},
    education_system={"en": "Degrees have three cycles.", "de": "Drei Zyklen."},
    verify_url="https://portal.lindenfeld.example/c/ABCD-1234/",
)
# The least that the profile of the Diploma Supplement takes.
MINIMAL = DegreeFacts(
    id="urn:uuid:0b8f5c7a-5a8b-4ef0-9a1a-6f1b1c5f9e02",
    kind="degree",
    number="",
    holder=HolderFacts(name="Mononym", birth_date=date(2000, 1, 1)),
    title={"en": "Law"},
    awarding_body=BodyFacts({"en": "Hill College"}, country="DE"),
    accreditation=ACCREDITATION,
    isced_f="0421",
    languages=("en",),
    nqf_level="DQR 6",
    ects_total=Decimal("180"),
    semesters=6,
    mode="distance",
    outcomes={"en": "Read the law."},
    certified_on=date(2026, 10, 15),
)
BARE = DegreeFacts(
    id="urn:uuid:0b8f5c7a-5a8b-4ef0-9a1a-6f1b1c5f9e03",
    kind="degree",
    number="",
    holder=HolderFacts(name="Mononym"),
    title={"en": "Law"},
    awarding_body=BodyFacts({"en": "Hill College"}, country="DE"),
    certified_on=date(2026, 10, 15),
)
LONG = replace(
    COMPLETE,
    components=tuple(
        replace(
            PASSED_HERE,
            title={"en": f"Module {n}: {'with a long title ' * 8}of eighty", "de": f"Modul {n}"},
            code=f"M-{n:02}",
            term=f"{'WS' if n % 2 else 'SS'} {2023 + n // 27}",
            achieved_on=date(2024, 1 + n % 12, 1 + n % 28),
        )
        for n in range(80)
    ),
)
INTERIM = replace(
    COMPLETE, kind="interim", title={"en": "Certificate of Statistics"}, ects_total=Decimal("60")
)
GREEK = replace(
    COMPLETE,
    holder=HolderFacts("Ελένη Παπαδοπούλου", "Ελένη", "Παπαδοπούλου", birth_date=date(2001, 3, 4)),
    title={"el": "Εφαρμοσμένη Στατιστική", "en": "Applied Statistics"},
    languages=("el",),
    signatory="Νίκος Ιωάννου",
)
ARABIC = replace(
    COMPLETE,
    holder=HolderFacts("ليلى الخطيب", "ليلى", "الخطيب", birth_date=date(2001, 3, 4)),
    title={"ar": "الإحصاء التطبيقي"},
    title_conferred="بكالوريوس العلوم",
    languages=("ar",),
    components=(replace(PASSED_HERE, title={"ar": "إحصاء"}), *COMPLETE.components[1:]),
)
HOSTILE_TEXT = "</title><script>alert('1')</script> & ]]> \x00\x1b\u202e\"<!--"
HOSTILE = replace(
    COMPLETE,
    holder=replace(COMPLETE.holder, name=HOSTILE_TEXT, given_name="<b>", family_name="&amp;"),
    title={"en": HOSTILE_TEXT},
    final_grade=HOSTILE_TEXT,
    outcomes={"en": HOSTILE_TEXT * 200},
    components=(replace(PASSED_HERE, title={"en": HOSTILE_TEXT}, term="<i>", code="]]>"),),
    signatory=HOSTILE_TEXT,
    education_system={"en": HOSTILE_TEXT},
)
SPANISH = replace(
    COMPLETE,
    title={"es": "Estadística Aplicada", "en": "Applied Statistics"},
    languages=("es", "en"),
    outcomes={"es": "Planificar estudios.\nDecir lo que los datos no dicen."},
)
KINDS = {
    "complete": COMPLETE,
    "minimal": MINIMAL,
    "eighty components": LONG,
    "recognised": replace(COMPLETE, components=(FROM_OWN, FROM_OTHER, FROM_PRIOR)),
    "interim": INTERIM,
    "greek": GREEK,
    "arabic": ARABIC,
    "spanish": SPANISH,
}
TRANSCRIPT = replace(
    COMPLETE, kind="transcript", graduated_on=None, final_grade="", classification=""
)
