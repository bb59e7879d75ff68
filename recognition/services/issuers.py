"""The only place that tells who awarded a credential what became of it, if the learner agreed.

No more than number, programme, type of decision, credits and date: neither who nor why.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from credentials.language import LanguageMap, in_language
from credentials.models import CreditEntry, Institution
from recognition.ledger import shares_of
from recognition.models import Case, Decision, Line
from recognition.sources import facts_of
from recognition.states import TOLD, LineState
from recognition.vocabulary import DecisionType


@dataclass(frozen=True, slots=True)
class Recognised:
    """Credits that another institution recorded from one of our awards."""

    number: str
    title: LanguageMap
    programme: str
    institution: str
    type: str
    ects: Decimal
    recorded_at: datetime


def recognised_elsewhere(institution: Institution) -> list[Recognised]:
    """Return what others recognised of an institution's awards, newest first; two queries."""
    entries = (
        CreditEntry.objects.filter(
            credential__award__learner__institution=institution, reversed_at=None
        )
        .exclude(enrolment__learner__institution=institution)
        .select_related("credential__award", "enrolment__programme_version__programme__institution")
        .order_by("-recorded_at", "-pk")
    )
    agreed = Decision.objects.filter(
        uuid__in=entries.values("decision"), line__case__tells_issuer=True
    )
    kinds = {decision.uuid: DecisionType(decision.type).label for decision in agreed}
    return [
        Recognised(
            number=entry.credential.award.number,
            title=entry.credential.title,
            programme=str(entry.enrolment.programme_version),
            institution=str(entry.enrolment.programme_version.programme.institution),
            type=str(kinds[entry.decision]),
            ects=entry.ects,
            recorded_at=entry.recorded_at,
        )
        for entry in entries
        if entry.decision in kinds
    ]


def note_for_issuer(case: Case) -> dict:
    """Return what the learner may pass on to those who awarded what was recognised, as JSON."""
    lines = (
        Line.objects.with_all()
        .select_related("decision")
        .filter(case=case, state__in=TOLD - {LineState.ANNULLED}, decision__isnull=False)
    )
    return {
        "institution": in_language(case.institution.name, "en"),
        "programme": in_language(case.programme_version.title, "en"),
        "results": [
            {
                "credential": share_facts.number or share_facts.id,
                "title": in_language(share_facts.title, "en"),
                "decision": line.decision.number,
                "type": line.decision.type,
                "ects": f"{share.ects:.1f}",
                "date": line.decision.decided_at.date().isoformat(),
            }
            for line in lines
            for share in shares_of(
                line, line.sources.with_files(), line.decision.ects or Decimal(0)
            )
            for share_facts in [facts_of(share.source)]
        ],
    }
