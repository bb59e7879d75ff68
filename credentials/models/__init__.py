"""The data of the left room: people, catalogue, awards, trust, audit."""

from credentials.models.audit import AuditEvent, AuditHead, AuditText
from credentials.models.award import (
    HEARD_FIRST,
    Award,
    AwardHearing,
    HearingAbout,
    IdentityAssurance,
    RevocationReason,
    SuspensionReason,
)
from credentials.models.claim import Claim
from credentials.models.course import Course, CourseVersion, LearningOutcome, Offering
from credentials.models.credential import SIGNED_HERE, Credential, Origin
from credentials.models.document import OF_RECORDS, Document, DocumentKind
from credentials.models.evidence import Evidence, EvidenceKind
from credentials.models.graduation import (
    DocumentDesign,
    EducationSystem,
    Graduate,
    GraduateKind,
    Graduation,
    ModuleResult,
    QualificationProfile,
)
from credentials.models.institution import AwardingBody, Institution, Unit
from credentials.models.job import Job, JobKind
from credentials.models.ledger import CreditEntry, RecognitionSummary
from credentials.models.mail import BounceReason, Mail
from credentials.models.number import NumberSeries
from credentials.models.people import Learner, LearnerEmail, MailRhythm, Membership, Role, User
from credentials.models.programme import (
    ComponentType,
    Enrolment,
    Module,
    ModulePart,
    Programme,
    ProgrammeVersion,
)
from credentials.models.trust import (
    Format,
    IssuerKey,
    KeyRequest,
    KeyRequestKind,
    KeyType,
    SignedForm,
    StatusEntry,
    StatusList,
    StatusPurpose,
)

__all__ = [
    "HEARD_FIRST",
    "OF_RECORDS",
    "SIGNED_HERE",
    "AuditEvent",
    "AuditHead",
    "AuditText",
    "Award",
    "AwardHearing",
    "AwardingBody",
    "BounceReason",
    "Claim",
    "ComponentType",
    "Course",
    "CourseVersion",
    "Credential",
    "CreditEntry",
    "Document",
    "DocumentDesign",
    "DocumentKind",
    "EducationSystem",
    "Enrolment",
    "Evidence",
    "EvidenceKind",
    "Format",
    "Graduate",
    "GraduateKind",
    "Graduation",
    "HearingAbout",
    "IdentityAssurance",
    "Institution",
    "IssuerKey",
    "Job",
    "JobKind",
    "KeyRequest",
    "KeyRequestKind",
    "KeyType",
    "Learner",
    "LearnerEmail",
    "LearningOutcome",
    "Mail",
    "MailRhythm",
    "Membership",
    "Module",
    "ModulePart",
    "ModuleResult",
    "NumberSeries",
    "Offering",
    "Origin",
    "Programme",
    "ProgrammeVersion",
    "QualificationProfile",
    "RecognitionSummary",
    "RevocationReason",
    "Role",
    "SignedForm",
    "StatusEntry",
    "StatusList",
    "StatusPurpose",
    "SuspensionReason",
    "Unit",
    "User",
]
