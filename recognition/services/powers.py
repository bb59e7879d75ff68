"""The only place that says who answers for a letter: in which capacity, and by whose power."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.language import DOCUMENT_LANGUAGES, in_language
from credentials.models import User
from credentials.standards.documents import in_each
from recognition.documents import letter as papers
from recognition.models import Committee, CommitteeKind, Decision, Line, SeatRole
from recognition.permissions import authority_of, directs
from recognition.states import LineState
from recognition.vocabulary import Authority

CAPACITIES = {
    (CommitteeKind.RECOGNITION, SeatRole.CHAIR): gettext_lazy("Chair of the recognition committee"),
    (CommitteeKind.RECOGNITION, SeatRole.DEPUTY): gettext_lazy(
        "Deputy chair of the recognition committee"
    ),
    (CommitteeKind.APPEAL, SeatRole.CHAIR): gettext_lazy("Chair of the appeal body"),
    (CommitteeKind.APPEAL, SeatRole.DEPUTY): gettext_lazy("Deputy chair of the appeal body"),
}


def capacity_of(user: User, line: Line, body: Committee | None) -> dict[str, str]:
    """Return in which capacity somebody signs: as head of a body, course director, registrar."""
    seat = body.seats.filter(user=user).first() if body else None
    if seat and (body.kind, seat.role) in CAPACITIES:
        return in_each(DOCUMENT_LANGUAGES, lambda _l: CAPACITIES[body.kind, seat.role])
    is_director = directs(user, line)
    return in_each(
        DOCUMENT_LANGUAGES, lambda _l: _("Course director") if is_director else _("Registrar")
    )


def signer_of(decision: Decision) -> dict[str, str]:
    """Return in which capacity a signed decision is signed; nobody signed an automatic one."""
    if decision.authority != Authority.PRECEDENT:
        body = decision.body or decision.line.committee
        return capacity_of(decision.written_by, decision.line, body)
    number = {"number": decision.precedent_use.precedent.number}
    return in_each(
        DOCUMENT_LANGUAGES,
        lambda _l: _("For standing decision %(number)s, applied automatically") % number,
    )


def power_of(decision: Decision, line: Line, by: User, is_voted_on: bool = False) -> Authority:
    """Return by whose power a draft would be signed by `by`: what its letter is going to say.

    The committee's, by a vote, where it voted, is going to (`is_voted_on`), or must.
    """
    if line.state == LineState.APPEAL:
        return Authority.APPEAL_BODY
    if is_voted_on or line.vote_called_at:
        return Authority.VOTE
    who = authority_of(by, decision)
    is_delegated = decision.type in line.case.policy.delegation.get(who, [])
    return who if is_delegated or not decision.type else Authority.VOTE


def authority_behind(decision: Decision, line: Line) -> dict[str, str]:
    sentence, body = papers.POWERS[Authority(decision.authority)], decision.body or line.committee

    def worded(language: str) -> str:
        name = in_language(body.name, language) if body else ""
        return _(sentence) % {"body": name, "version": line.case.policy.version}

    return in_each(DOCUMENT_LANGUAGES, worded)


def precedent_behind(decision: Decision) -> dict[str, str]:
    """Return that nobody looked at this case, and how to have somebody look (GDPR article 22)."""
    if decision.authority != Authority.PRECEDENT:
        return {}
    precedent = decision.precedent_use.precedent
    names = {"number": precedent.number, "first": precedent.decision or ""}

    def said(_language: str) -> str:
        told = _("Automatic application of standing decision no. %(number)s.")
        if precedent.decision:
            told += " " + _("It rests on decision no. %(first)s, which people took.")
        told += " " + _("You may ask for individual review: open your application in Symbolon.")
        return told % names

    return in_each(DOCUMENT_LANGUAGES, said)
