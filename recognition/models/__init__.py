"""The data of the recognition room: policies, committees, cases, lines, reviews, decisions."""

from recognition.models.ballot import Ballot, BallotKind, Declaration, Vote, VoteChoice
from recognition.models.case import Case, Intake, Purpose
from recognition.models.clock import Delay, Reminder
from recognition.models.committee import Committee, CommitteeKind, Seat, SeatRole
from recognition.models.condition import Condition
from recognition.models.conflict import Recusal, RecusalOrigin
from recognition.models.decision import Decision, Difference, InformationRequest
from recognition.models.grade_table import GradeTable
from recognition.models.line import Line, LineSource, TargetKind
from recognition.models.meeting import AgendaItem, Attendance, Meeting, Presence
from recognition.models.policy import Policy
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

__all__ = [
    "AgendaItem",
    "Annulment",
    "AnnulmentGround",
    "AppealVote",
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
    "Difference",
    "ElementOpinion",
    "EvidencePointer",
    "GradeTable",
    "InformationRequest",
    "Intake",
    "Line",
    "LineSource",
    "Meeting",
    "Objection",
    "ObjectionKind",
    "ObjectionResult",
    "OutcomeRating",
    "Policy",
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
    "TargetKind",
    "Voice",
    "Vote",
    "VoteChoice",
    "first_deciders",
]
