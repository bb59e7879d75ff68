"""The data of the recognition room: policies, committees, cases, lines, reviews, decisions."""

from recognition.models.assessment import (
    AssessedOutcome,
    AssessmentEnd,
    AssessmentForm,
    SupplementaryAssessment,
)
from recognition.models.ballot import Ballot, BallotKind, Declaration, Vote, VoteChoice
from recognition.models.case import Case, Intake, Purpose
from recognition.models.clock import Delay, Reminder
from recognition.models.committee import Committee, CommitteeKind, Seat, SeatRole
from recognition.models.condition import Condition
from recognition.models.conflict import Recusal, RecusalOrigin
from recognition.models.decision import Decision, Difference, GradeWord
from recognition.models.export import Export, ExportAction, ExportRow
from recognition.models.grade_table import GradeTable
from recognition.models.information import (
    Addressee,
    InformationItem,
    InformationRequest,
    IssuerInquiry,
    IssuerWord,
)
from recognition.models.line import Line, TargetKind
from recognition.models.meeting import AgendaItem, Attendance, Meeting, Presence
from recognition.models.message import Message
from recognition.models.policy import Policy
from recognition.models.precedent import (
    Demotion,
    Precedent,
    PrecedentSource,
    PrecedentTarget,
    PrecedentUse,
)
from recognition.models.remedy import (
    Annulment,
    AnnulmentGround,
    AppealVote,
    Objection,
    ObjectionKind,
    ObjectionResult,
    Reopening,
    ReopeningReason,
    Voice,
    first_deciders,
)
from recognition.models.review import ElementOpinion, EvidencePointer, OutcomeRating, Review
from recognition.models.source import LineSource

__all__ = [
    "Addressee",
    "AgendaItem",
    "Annulment",
    "AnnulmentGround",
    "AppealVote",
    "AssessedOutcome",
    "AssessmentEnd",
    "AssessmentForm",
    "Attendance",
    "Ballot",
    "BallotKind",
    "Case",
    "Committee",
    "CommitteeKind",
    "Condition",
    "Decision",
    "Declaration",
    "Delay",
    "Demotion",
    "Difference",
    "ElementOpinion",
    "EvidencePointer",
    "Export",
    "ExportAction",
    "ExportRow",
    "GradeTable",
    "GradeWord",
    "InformationItem",
    "InformationRequest",
    "Intake",
    "IssuerInquiry",
    "IssuerWord",
    "Line",
    "LineSource",
    "Meeting",
    "Message",
    "Objection",
    "ObjectionKind",
    "ObjectionResult",
    "OutcomeRating",
    "Policy",
    "Precedent",
    "PrecedentSource",
    "PrecedentTarget",
    "PrecedentUse",
    "Presence",
    "Purpose",
    "Recusal",
    "RecusalOrigin",
    "Reminder",
    "Reopening",
    "ReopeningReason",
    "Review",
    "Seat",
    "SeatRole",
    "SupplementaryAssessment",
    "TargetKind",
    "Voice",
    "Vote",
    "VoteChoice",
    "first_deciders",
]
