"""Sixty invented documents of every kind that is printed, from one page to eleven.

In German and English, either first or alone, and with Spanish; with all data and with the least;
with names of other scripts and of great length; with the design of an institution and without.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from credentials.pdf_files import Attachment
from credentials.standards.diploma_facts import DegreeFacts
from credentials.standards.diploma_supplement import diploma_supplement_context
from credentials.standards.documents import Imprint
from credentials.standards.facts import BodyFacts, CredentialFacts, HolderFacts, OutcomeFacts
from credentials.standards.supplement import supplement_context
from credentials.standards.supplement_rows import RecognitionNote
from credentials.standards.transcript import transcript_context
from portfolios.documents.portfolio import look, portfolio_context
from recognition.documents.case_file import CaseFile, Part, Section, Table, case_file_context
from recognition.documents.delay import DelayFacts, delay_context
from recognition.documents.information import information_context
from recognition.documents.inquiry import inquiry_context
from recognition.documents.letter import (
    GROUNDS,
    LetterFacts,
    LetterLine,
    LetterMember,
    LetterSource,
    Remedy,
    letter_document_context,
)
from recognition.documents.minutes import (
    MinutesFacts,
    MinutesItem,
    MinutesMember,
    MinutesVote,
    minutes_context,
)
from recognition.documents.precedent_list import precedent_list_context
from recognition.documents.receipt import receipt_context
from recognition.documents.record import RecordFacts, RecordRow, annex_context, record_context
from recognition.documents.remedy import About, RemedyFacts, remedy_context
from recognition.vocabulary import DecisionType
from tests.credentials.standards import diplomas, sample
from tests.portfolios.test_portfolio_words import ALL
from tests.portfolios.test_portfolio_words import make_facts as portfolio_facts
from tests.real_input.samples import (
    ENGLISH,
    GERMAN,
    NAMES,
    NO_HEADER,
    OTHER_PAIR,
    PAIR,
    WHOLE,
    Sample,
    various,
)
from tests.recognition.test_application_papers import INFORMATION, MANY, RECEIPT
from tests.recognition.test_documents import IMPRINT, INQUIRY, LETTER, RECORD
from tests.recognition.test_precedent_lists import REFUSED, STANDING
from tests.recognition.test_precedent_lists import make_facts as list_facts
from tests.recognition.test_remedy_letters import FACTS as REMEDY

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LONG_NAME = f"Maximiliane {LONG_WORD} von und zu Hohenlohe-Waldenburg-Schillingsfürst"
LONG_TITLE = {
    "de": f"Grundlagen der Umweltmesstechnik und der {LONG_WORD}, mit einer Einführung in die "
    "statistische Auswertung von Messreihen",
    "en": "Foundations of environmental measurement, with an introduction to the statistics of "
    "series of measurements and to their presentation before a city council",
    "es": "Fundamentos de la medición ambiental, con una introducción al tratamiento estadístico "
    "de series de mediciones y a su presentación ante un ayuntamiento",
}
LATIN = "Þórdís Ağaoğlu-Wiśniewská Ștefănescu Nguyễn Thị Hằng"
GREEK, CYRILLIC, ARABIC = "Ελένη Παπαδοπούλου", "Олександра Ґонта-Їжакевич", "ليلى بن يوسف"
PARAGRAPH = {
    "de": "Die Ergebnisse sind mit den Unterlagen verglichen worden, die vorgelegt wurden. "
    "Was darin beschrieben ist, zählt; was fehlt, ist unten benannt.",
    "en": "The outcomes were compared with the documents that were put forward. What they "
    "describe counts; what is missing is named below.",
    "es": "Los resultados se compararon con la documentación presentada. Cuenta lo que en ella se "
    "describe; lo que falta se indica más abajo.",
}


def sixty() -> dict[str, Sample]:
    """Return them by their names."""
    groups = {
        "supplement": supplements(),
        "diploma": diploma_supplements(),
        "transcript": transcripts(),
        "record": records(),
        "decision": decisions(),
        "remedy": remedies(),
        "application": papers_of_applications(),
        "list": lists(),
        "other": others(),
    }
    found = {}
    for group, samples in groups.items():
        for number, one in enumerate(samples, start=1):
            found[f"{group}-{number:02}-{'-'.join(one.languages)}"] = one
    return found


# Supplements of credentials ----------------------------------------------------------------------

OF_AWARDS = replace(IMPRINT, number="LND-CS-2026-0871", sha256="9f41" * 16)
BADGE = Attachment("credential.json", b'{"id": "urn:uuid:1"}', "application/vc+ld+json", "A badge")
CREDENTIAL = replace(
    sample.MULTILINGUAL, awarding_body=diplomas.LINDENFELD, outcomes=sample.COMPLETE.outcomes
)
CREDENTIALS = (
    CREDENTIAL,
    replace(CREDENTIAL, ects=Decimal(12), holder=HolderFacts(LATIN, "Þórdís", LATIN[7:])),
    replace(CREDENTIAL, ects=Decimal(60)),
    replace(
        CREDENTIAL,
        holder=HolderFacts(GREEK),
        title={"el": "Μέτρηση αέρα", "uk": "Вимірювання повітря"},
    ),
    replace(
        CREDENTIAL,
        holder=HolderFacts(ARABIC, "ليلى", "بن يوسف"),
        title={"ar": "قياس الهواء والماء"},
        outcomes=(OutcomeFacts({"ar": "يختار أماكن القياس (ISO 9001)."}),) * 40,
    ),
    replace(
        sample.JOINT,
        holder=HolderFacts(LONG_NAME),
        title=LONG_TITLE,
        number="X" * 60,
        outcomes=tuple(OutcomeFacts(PARAGRAPH, code=f"LO{n}") for n in range(1, 31)),
    ),
    sample.STACKED,
)
NOTHING = CredentialFacts(id="urn:uuid:1", title={"en": "Drones"}, awarding_body=BodyFacts({}))
SIGNED = {"title": "signed", "awarding_body": "signed", "awarding_body.status": "register"}


def supplements() -> Iterator[Sample]:
    def of(facts: CredentialFacts, role: str = "award", **more) -> Callable[..., dict]:
        named = {"role": role, "imprint": OF_AWARDS, **more}
        return lambda languages: supplement_context(facts, languages=languages, **named)

    awarded = [of(one, embedded=[BADGE.name]) for one in CREDENTIALS]
    for one in various("supplement", awarded):
        yield replace(one, attachments=(BADGE,))
    note = RecognitionNote("LND-DEC-2026-0417", date(2026, 11, 26), diplomas.LINDENFELD)
    external = [
        of(replace(CREDENTIAL, holder=HolderFacts(CYRILLIC)), "external", provenance=SIGNED),
        of(NOTHING, "external", recognition_note=note),
    ]
    yield from various("supplement", external, start=7)


# Degrees -----------------------------------------------------------------------------------------

LONG_SYSTEM = {
    language: "\n\n".join(f"{n}. {(text + ' ') * 4}" for n in range(1, 9))
    for language, text in PARAGRAPH.items()
}
NAMED = {
    language: HolderFacts(name, name.partition(" ")[0], name.partition(" ")[2], date(2003, 1, 9))
    for language, name in (("lat", LATIN), ("uk", CYRILLIC), ("long", LONG_NAME))
}
EIGHTY = replace(diplomas.EIGHTY, education_system=diplomas.DEGREE.education_system)


def degree_imprint(facts: DegreeFacts) -> Imprint:
    signed = {"signatory": facts.signatory, "capacity": facts.capacity}
    return replace(diplomas.IMPRINT, institution=facts.awarding_body, **signed)


def diploma_supplements() -> Iterator[Sample]:
    def of(facts: DegreeFacts, annex: RecordFacts | None = None) -> Callable[..., dict]:
        def context(languages):
            said = diploma_supplement_context(
                facts, languages=languages, imprint=degree_imprint(facts), annex=bool(annex)
            )
            return {**said, "annex": annex and annex_context(annex, languages=languages)}

        return context

    degree, interim = diplomas.DEGREE, diplomas.INTERIM
    degrees = [
        of(degree, annex=RECORD),
        of(replace(degree, holder=NAMED["lat"])),
        of(degree),
        of(diplomas.MINIMAL),
        of(replace(EIGHTY, education_system=LONG_SYSTEM), annex=RECORD),
        of(replace(diplomas.ARABIC, components=EIGHTY.components)),
        of(diplomas.GREEK),
        of(replace(diplomas.LONG_NAMES, holder=NAMED["long"])),
        of(interim),
        of(replace(interim, components=(), distribution=None)),
    ]
    return various("diploma_supplement", degrees)


def transcripts() -> Iterator[Sample]:
    def of(facts: DegreeFacts) -> Callable[..., dict]:
        imprint = degree_imprint(facts)
        return lambda languages: transcript_context(facts, languages=languages, imprint=imprint)

    facts = [
        diplomas.TRANSCRIPT,
        EIGHTY,
        replace(EIGHTY, kind="transcript", holder=NAMED["uk"]),
        diplomas.ARABIC,
        replace(diplomas.MINIMAL, certified_on=date(2026, 11, 26)),
    ]
    return various("transcript", [of(one) for one in facts])


FORTY = replace(
    RECORD,
    holder=replace(RECORD.holder, name=ARABIC),
    programme=LONG_TITLE,
    rows=(*RECORD.rows, replace(RECORD.rows[0], title=LONG_TITLE, body=LONG_WORD)) * 10,
)
ROW = RecordRow({"el": "Ανάλυση δεδομένων"}, {"el": "Δοκιμή"})
ONE_ROW = RecordFacts(RECORD.imprint, HolderFacts(GREEK), "", (ROW,))


def records() -> Iterator[Sample]:
    def of(facts: RecordFacts) -> Callable[..., dict]:
        return lambda languages: record_context(facts, languages=languages)

    return various("microcredentials_page", [of(x) for x in (ONE_ROW, FORTY, RECORD)])


# Letters -----------------------------------------------------------------------------------------

LEAST_REMEDY = Remedy(body="Board", form="In writing", period="30 days")
LEAST = LetterFacts(
    imprint=replace(IMPRINT, signatory="", capacity=""),
    addressee=CYRILLIC,
    case_reference="R-1",
    lines=(LetterLine((LetterSource("Курс", ""),), "Free electives"),),
    remedy=LEAST_REMEDY,
)
LONG_LETTER = replace(
    LETTER,
    addressee=LONG_NAME,
    lines=tuple(
        replace(LETTER.lines[0], target_title=LONG_TITLE, sources=LETTER.lines[0].sources * 3)
        for _ in range(6)
    ),
    outcomes=LETTER.outcomes * 12,
    evidence=LETTER.evidence * 6,
    differences=LETTER.differences * 4,
    reasons={language: "\n".join([text] * 18) for language, text in PARAGRAPH.items()},
    members=tuple(LetterMember(name, {"en": "Member"}) for name in (GREEK, ARABIC, LATIN) * 4),
)


def decided(decision: DecisionType, number: int) -> LetterFacts:
    """Return a letter on a decision, with all there is to say or only what must be said."""
    line = replace(LETTER.lines[0], decision=decision)
    if not decision.gives_credits:
        line = replace(line, granted_ects=None, grade="")
    if decision == DecisionType.ALTERNATIVE:
        line = replace(line, instead={"de": "INF-9 Statistik", "en": "INF-9 Statistics"})
    if decision == DecisionType.ADVANCED_ENTRY:
        line = replace(line, semester=3)
    whole = replace(LETTER, lines=(line,), ground=GROUNDS.get(decision, ""))
    if decision != DecisionType.CONDITIONAL:
        whole = replace(whole, conditions=(), effect=LETTER.effect if line.granted_ects else "")
    if number % 3 == 1:
        return replace(LEAST, lines=(replace(LEAST.lines[0], decision=decision),))
    return replace(whole, addressee=(GREEK, LATIN, ARABIC)[number % 3])


def decisions() -> Iterator[Sample]:
    letters = [decided(decision, number) for number, decision in enumerate(DecisionType)]
    letters += [LONG_LETTER]

    def of(facts: LetterFacts) -> Callable[..., dict]:
        return lambda languages: letter_document_context(facts, languages=languages)

    return various("decision_letter", [of(one) for one in letters])


def remedies() -> Iterator[Sample]:
    def of(facts: RemedyFacts) -> Callable[..., dict]:
        return lambda languages: remedy_context(facts, languages=languages)

    letters = []
    for number, about in enumerate(About):
        facts = replace(REMEDY, about=about, imprint=IMPRINT)
        if number % 2:
            text = "\n".join([" ".join([PARAGRAPH["en"]] * 4)] * (1 + number))
            members = LONG_LETTER.members
            facts = replace(facts, reasons=text, members=members, votes=(2, 1, 0), remedy=None)
        letters.append(of(facts))
    return various("remedy_letter", letters, start=1)


DELAY = DelayFacts(
    imprint=IMPRINT,
    addressee=ARABIC,
    case_reference="REC-2026-0417",
    programme={"en": "BSc Environmental Informatics"},
    target=LONG_TITLE,
    complete_on=date(2026, 9, 1),
    promised_on=date(2026, 11, 1),
    new_due_on=date(2026, 12, 1),
    reason=PARAGRAPH,
    remedy=LETTER.remedy,
)
LONG_ITEMS = (PARAGRAPH["de"] * 3, *[PARAGRAPH["en"]] * 12)
MOMENT = datetime(2026, 11, 26, 9, 30)
VOTE = MinutesVote(4, 3, 1, {"en": "Accepted", "de": "Angenommen"}["en"])
ITEM = MinutesItem("REC-2026-0417", LONG_TITLE, DecisionType.PARTIAL, "LND-DEC-1", votes=(VOTE,))
MINUTES = MinutesFacts(
    imprint=replace(IMPRINT, number="LND-MIN-2026-0003", signatory="Milo Ivanek"),
    committee={"en": "Recognition committee", "de": "Anerkennungsausschuss"},
    begins_at=MOMENT,
    closed_at=MOMENT + timedelta(hours=2),
    place="Room 4",
    members=tuple(MinutesMember(name, "Teaching", "Present") for name in (GREEK, LATIN, ARABIC)),
    items=(replace(ITEM, votes=()),),
    quorum=3,
)
LONG_MINUTES = replace(
    MINUTES,
    members=tuple(MinutesMember(LONG_NAME, "Teaching", "Left", MOMENT) for _ in range(9)),
    items=tuple(
        replace(ITEM, votes=(VOTE, replace(VOTE, is_secret=True)), reasons=PARAGRAPH, recused=NAMES)
        for _ in range(19)
    ),
    remarks=" ".join([PARAGRAPH["de"]] * 8),
)


def case_file(rows: int) -> CaseFile:
    table = Table(
        ("Outcome", "Rating", *(f"Reviewer {n}" for n in range(1, 5))),
        (("Build a linear model and say what it does not tell.", *["Largely"] * 5),) * rows,
    )
    entries = (("Learner", LONG_NAME), ("Programme", LONG_TITLE["en"]), ("Received", "2 May 2026"))
    parts = tuple(
        Part(f"Step {n}", entries, (table,), note="\n".join([PARAGRAPH["de"]] * n))
        for n in range(1, rows)
    )
    sections = (Section("The application", (Part("", entries),)), Section("Line 1", parts))
    return CaseFile(IMPRINT, "REC-2026-0417", GREEK, "BSc", rows % 2 == 0, sections)


def of(make: Callable[..., dict], facts: object) -> Callable[..., dict]:
    return lambda languages: make(facts, languages=languages)


def papers_of_applications() -> Iterator[Sample]:
    asked = replace(INFORMATION, addressee=LONG_NAME, target=LONG_TITLE, items=LONG_ITEMS)
    yield Sample("receipt", of(receipt_context, RECEIPT), ENGLISH)
    yield Sample("receipt", of(receipt_context, MANY), PAIR, WHOLE)
    yield Sample("information_letter", of(information_context, asked), GERMAN, WHOLE)


def lists() -> Iterator[Sample]:
    decisions = [replace(STANDING, year=2000 + n) for n in range(20)]
    listed, held = list_facts(*decisions, REFUSED), portfolio_facts(*ALL, holder=ARABIC)
    yield Sample("precedent_list", of(precedent_list_context, listed), PAIR, WHOLE)
    yield Sample("portfolio", of(portfolio_context, held), OTHER_PAIR, look(OTHER_PAIR))


def others() -> Iterator[Sample]:
    def file_of(rows: int) -> Callable[..., dict]:
        return lambda languages: case_file_context(case_file(rows), language=languages[0])

    least_inquiry = replace(INQUIRY, address="", awarded_on=None, number="", reply_to="")
    long_inquiry = replace(INQUIRY, addressee=LONG_NAME, title=LONG_TITLE, holder=ARABIC)
    yield from various("delay_letter", [of(delay_context, DELAY)])
    yield Sample("issuer_letter", of(inquiry_context, long_inquiry), OTHER_PAIR, WHOLE)
    yield Sample("issuer_letter", of(inquiry_context, least_inquiry), ENGLISH)
    yield Sample("minutes", of(minutes_context, MINUTES), ENGLISH)
    yield Sample("minutes", of(minutes_context, LONG_MINUTES), PAIR, WHOLE)
    yield Sample("case_file", file_of(9), GERMAN)
    yield Sample("case_file", file_of(2), ENGLISH, NO_HEADER)
