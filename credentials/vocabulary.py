"""The closed lists that European micro-credentials use, with their published URIs.

Labels are ours (gettext); codes are stored; URIs are those of the European Commission's
controlled vocabularies (data.europa.eu/snb), where one exists.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SNB = "http://data.europa.eu/snb/"
ISCED_F_URI = SNB + "isced-f/"
ISCED_F_CODE = r"^(0[0-9]|10)\d{0,2}$"
LANGUAGE_TAG = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


class CredentialType(TextChoices):
    MICROCREDENTIAL = "microcredential", _("Micro-credential")
    COURSE = "course", _("Course certificate")
    MODULE = "module", _("Module or transcript entry")
    BADGE = "badge", _("Badge")
    ATTENDANCE = "attendance", _("Certificate of attendance")
    LANGUAGE = "language", _("Language certificate")
    PROFESSIONAL = "professional", _("Professional or regulated certificate")
    DIPLOMA = "diploma", _("Diploma or degree")
    RECOGNITION = "recognition", _("Decision on recognition")
    OTHER = "other", _("Other")


class AssessmentType(TextChoices):
    """Annex I, element 9; URIs from the list europass-learning-assessment-types."""

    WRITTEN_EXAM = "written_exam", _("Written examination")
    ORAL_EXAM = "oral_exam", _("Oral examination")
    ASSIGNMENT = "assignment", _("Marked assignment")
    PROJECT = "project", _("Project work")
    PORTFOLIO = "portfolio", _("Portfolio")
    PRACTICAL = "practical", _("Practical assessment")
    ARTEFACT = "artefact", _("Assessment of a product")
    QUIZ = "quiz", _("Quiz")
    CONTINUOUS = "continuous", _("Continuous assessment")
    GROUP = "group", _("Group performance")
    PEER = "peer", _("Peer assessment")
    ATTENDANCE = "attendance", _("Attendance only")


ASSESSMENT_URIS = {
    AssessmentType.WRITTEN_EXAM: SNB + "assessment/6e6cb2cc78",
    AssessmentType.ORAL_EXAM: SNB + "assessment/d30284d7df",
    AssessmentType.ASSIGNMENT: SNB + "assessment/2939dae15f",
    AssessmentType.PROJECT: SNB + "assessment/795dac4096",
    AssessmentType.PORTFOLIO: SNB + "assessment/4f03b91c0e",
    AssessmentType.PRACTICAL: SNB + "assessment/6a4db9f11d",
    AssessmentType.ARTEFACT: SNB + "assessment/de4d165a6c",
    AssessmentType.QUIZ: SNB + "assessment/b1b68f6735",
    AssessmentType.CONTINUOUS: SNB + "assessment/3484bd7e51",
    AssessmentType.GROUP: SNB + "assessment/56539a6507",
    AssessmentType.PEER: SNB + "assessment/19a2e5e671",
    AssessmentType.ATTENDANCE: SNB + "assessment/7331eb4762",
}


class ParticipationForm(TextChoices):
    """Annex I, element 10; URIs from the list europass-modes."""

    ONLINE = "online", _("Online")
    ONSITE = "onsite", _("On site")
    BLENDED = "blended", _("Blended")
    WORK = "work", _("Work-based")
    PROJECT = "project", _("Project-based")
    VOLUNTEERING = "volunteering", _("Volunteering")


PARTICIPATION_URIS = {
    ParticipationForm.ONLINE: SNB + "learning-assessment/920fbb3cbe",
    ParticipationForm.ONSITE: SNB + "learning-assessment/9191af2ed9",
    ParticipationForm.BLENDED: SNB + "learning-assessment/e92d221e4d",
    ParticipationForm.WORK: SNB + "learning-assessment/729f3bed4b",
    ParticipationForm.PROJECT: SNB + "learning-assessment/7813801c77",
}


class QualityAssurance(TextChoices):
    """Annex I, element 11; URIs from the list europass-accreditation-types."""

    PROGRAMME = "programme", _("Programme accreditation")
    INSTITUTION = "institution", _("Institutional quality assurance (ESG)")
    LICENCE = "licence", _("State licence")
    INTERNAL = "internal", _("Internal quality assurance only")
    NONE = "none", _("No quality assurance")


QUALITY_URIS = {
    QualityAssurance.PROGRAMME: SNB + "accreditation/820101cba6",
    QualityAssurance.INSTITUTION: SNB + "accreditation/bb4618238e",
    QualityAssurance.LICENCE: SNB + "accreditation/003293d2ce",
}


class Supervision(TextChoices):
    """Supervision and identity verification during assessment (Annex I, optional element)."""

    UNSUPERVISED = "unsupervised", _("Unsupervised, identity not verified")
    SUPERVISED = "supervised", _("Supervised, identity not verified")
    SUPERVISED_ONLINE = "supervised_online", _("Supervised online, identity verified")
    SUPERVISED_ONSITE = "supervised_onsite", _("Supervised on site, identity verified")


SUPERVISION_URIS = {
    Supervision.UNSUPERVISED: SNB + "supervision-verification/c598449d64",
    Supervision.SUPERVISED_ONLINE: SNB + "supervision-verification/70be69aaf9",
    Supervision.SUPERVISED_ONSITE: SNB + "supervision-verification/70be69aaf9",
}


class BodyStatus(TextChoices):
    """What an awarding body is, as the register of awarding bodies knows it."""

    RECOGNISED = "recognised", _("Recognised higher education institution")
    NON_HE = "non_he", _("Provider outside higher education")
    UNKNOWN = "unknown", _("Not known yet")
    NOT_RECOGNISED = "not_recognised", _("Not recognised in its country")


class BodyKind(TextChoices):
    """What sort of organisation an entry of the register is; a platform awards nothing itself."""

    HEI = "hei", _("Higher education institution")
    VET = "vet", _("Provider of vocational education and training")
    COMPANY = "company", _("Company")
    PLATFORM = "platform", _("Platform that delivers courses of others")
    PUBLIC = "public", _("Public body")
    ASSOCIATION = "association", _("Association")


class Stackability(TextChoices):
    STANDALONE = "standalone", _("Stand-alone")
    STACKABLE = "stackable", _("Stackable towards another credential")


class Cycle(TextChoices):
    """Cycles of the Qualifications Framework of the European Higher Education Area."""

    SHORT = "short", _("Short cycle")
    FIRST = "first", _("First cycle (bachelor)")
    SECOND = "second", _("Second cycle (master)")
    THIRD = "third", _("Third cycle (doctorate)")


CYCLE_OF_EQF = {5: Cycle.SHORT, 6: Cycle.FIRST, 7: Cycle.SECOND, 8: Cycle.THIRD}
EQF_LEVELS = {
    "1": "1",
    "2": "2",
    "3": "3",
    "4": "4",
    "5": _("5, short cycle"),
    "6": _("6, bachelor"),
    "7": _("7, master"),
    "8": _("8, doctorate"),
}


class StudyMode(TextChoices):
    """How a programme is studied (Diploma Supplement, section 4.1)."""

    FULL_TIME = "full_time", _("Full-time")
    PART_TIME = "part_time", _("Part-time")
    DUAL = "dual", _("Dual, with work")
    DISTANCE = "distance", _("Distance learning")


class CourseElement(TextChoices):
    """What Annex I asks of a course; learner, date, country and awarding body come later."""

    TITLE = "title", _("Title")
    OUTCOMES = "outcomes", _("Learning outcomes")
    WORKLOAD = "workload", _("Credits or hours")
    LEVEL = "level", _("Level (EQF)")
    ASSESSMENT_TYPE = "assessment_type", _("Type of assessment")
    ASSESSMENT_CRITERIA = "assessment_criteria", _("Assessment criteria")
    PARTICIPATION_FORM = "participation_form", _("Form of participation")
    QUALITY_ASSURANCE = "quality_assurance", _("Quality assurance")


class BroadField(TextChoices):
    """The broad fields of ISCED-F 2013: the first two digits of every code."""

    GENERIC = "00", _("Generic programmes and qualifications")
    EDUCATION = "01", _("Education")
    ARTS = "02", _("Arts and humanities")
    SOCIAL = "03", _("Social sciences, journalism and information")
    BUSINESS = "04", _("Business, administration and law")
    SCIENCE = "05", _("Natural sciences, mathematics and statistics")
    ICT = "06", _("Information and communication technologies")
    ENGINEERING = "07", _("Engineering, manufacturing and construction")
    AGRICULTURE = "08", _("Agriculture, forestry, fisheries and veterinary")
    HEALTH = "09", _("Health and welfare")
    SERVICES = "10", _("Services")


def eqf_uri(level: int) -> str:
    """Return the URI of an EQF level, 1 to 8."""
    return f"{SNB}eqf/{level}"


# The mandatory elements of Annex I (2022/C 243/02), and the criteria that go with assessment.
ELEMENT_NAMES = {
    "holder": _("Learner"),
    "title": _("Title"),
    "country": _("Country of the issuer"),
    "awarding_body": _("Awarding body"),
    "issued_on": _("Date of issuing"),
    "outcomes": _("Learning outcomes"),
    "workload": _("Workload (ECTS or hours)"),
    "level": _("Level"),
    "assessment_type": _("Type of assessment"),
    "assessment_criteria": _("Assessment criteria"),
    "participation_form": _("Form of participation"),
    "quality_assurance": _("Quality assurance"),
}

# The closed list behind each coded fact of `CredentialFacts`.
LIST_OF_FACT = {
    "type": CredentialType,
    "assessment_type": AssessmentType,
    "participation_form": ParticipationForm,
    "quality_assurance": QualityAssurance,
    "supervision": Supervision,
    "stackability": Stackability,
    "cycle": Cycle,
}
