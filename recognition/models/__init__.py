"""The data of the recognition room: policies, committees, cases, lines, reviews, decisions."""

from recognition.models.case import Case, Intake, Purpose
from recognition.models.clock import Delay, Reminder
from recognition.models.committee import Absence, Committee, CommitteeKind, Seat, SeatRole
from recognition.models.conflict import Recusal, RecusalOrigin
from recognition.models.decision import Decision, Difference, InformationRequest
from recognition.models.grade_table import GradeTable
from recognition.models.line import Line, LineSource, TargetKind
from recognition.models.policy import Policy
from recognition.models.remedy import (
    Annulment,
    AnnulmentGround,
    Objection,
    ObjectionKind,
    ObjectionResult,
    Reopening,
    ReopeningReason,
)
from recognition.models.review import ElementOpinion, EvidencePointer, OutcomeRating, Review

__all__ = [
    "Absence",
    "Annulment",
    "AnnulmentGround",
    "Case",
    "Committee",
    "CommitteeKind",
    "Decision",
    "Delay",
    "Difference",
    "ElementOpinion",
    "EvidencePointer",
    "GradeTable",
    "InformationRequest",
    "Intake",
    "Line",
    "LineSource",
    "Objection",
    "ObjectionKind",
    "ObjectionResult",
    "OutcomeRating",
    "Policy",
    "Purpose",
    "Recusal",
    "RecusalOrigin",
    "Reminder",
    "Reopening",
    "ReopeningReason",
    "Review",
    "Seat",
    "SeatRole",
    "TargetKind",
]
