"""The data of the recognition room: policies, committees, cases, lines, reviews, decisions."""

from recognition.models.case import Case
from recognition.models.committee import Committee, Seat, SeatRole
from recognition.models.decision import Decision, Difference, InformationRequest
from recognition.models.grade_table import GradeTable
from recognition.models.line import Line, LineSource, TargetKind
from recognition.models.policy import Policy
from recognition.models.review import ElementOpinion, EvidencePointer, OutcomeRating, Review

__all__ = [
    "Case",
    "Committee",
    "Decision",
    "Difference",
    "ElementOpinion",
    "EvidencePointer",
    "GradeTable",
    "InformationRequest",
    "Line",
    "LineSource",
    "OutcomeRating",
    "Policy",
    "Review",
    "Seat",
    "SeatRole",
    "TargetKind",
]
