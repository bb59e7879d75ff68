"""The closed lists of recognition: ratings, elements, tracks, decisions, reasons.

Sources: Lisbon Recognition Convention (LRC); EAR manual, chapters 10 and 11. Codes are stored,
labels are ours (gettext). Members stand in the order in which people read them.
"""

from enum import Enum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Need(Enum):
    """What a reviewer owes with a rating."""

    POINTER = "pointer"
    NOTE = "note"
    DIFFERENCE = "difference"


class Rating(TextChoices):
    """How far the evidence shows one target outcome: the six-step scale."""

    FULL = "FULL", _("Full")
    SUBSTANTIAL = "SUBSTANTIAL", _("Largely")
    PARTIAL = "PARTIAL", _("Partial")
    NOT_MET = "NOT_MET", _("Not met")
    NOT_EVIDENCED = "NOT_EVIDENCED", _("Not evidenced")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("Not applicable")

    @property
    def explanation(self) -> Promise:
        """Return one sentence that says what this rating means."""
        return _RATING_EXPLANATIONS[self]

    @property
    def counts_as_met(self) -> bool:
        """Tell whether an outcome with this rating is met."""
        return self in (Rating.FULL, Rating.SUBSTANTIAL)

    @property
    def needs(self) -> frozenset[Need]:
        """Return what must come with this rating."""
        return _RATING_NEEDS[self]

    @property
    def text_prompt(self) -> Promise | str:
        """Return what the reviewer is asked to write, "" when nothing must be written."""
        return _RATING_PROMPTS.get(self, "")


_RATING_EXPLANATIONS = {
    Rating.FULL: _("The evidence shows this outcome."),
    Rating.SUBSTANTIAL: _("It differs, but not in a way that hinders further study."),
    Rating.NOT_APPLICABLE: _("This outcome does not matter for this purpose."),
    Rating.PARTIAL: _("A real part of the outcome is missing."),
    Rating.NOT_EVIDENCED: _("Nothing in the evidence says anything about it: ask first."),
    Rating.NOT_MET: _("The evidence shows a substantial difference."),
}
_RATING_NEEDS = {
    Rating.FULL: frozenset({Need.POINTER}),
    Rating.SUBSTANTIAL: frozenset({Need.POINTER, Need.NOTE}),
    Rating.NOT_APPLICABLE: frozenset({Need.NOTE}),
    Rating.PARTIAL: frozenset({Need.POINTER, Need.DIFFERENCE}),
    Rating.NOT_EVIDENCED: frozenset(),
    Rating.NOT_MET: frozenset({Need.DIFFERENCE}),
}
_RATING_PROMPTS = {
    Rating.SUBSTANTIAL: _("One line: why it does not matter"),
    Rating.NOT_APPLICABLE: _("One line: why it is not needed here"),
    Rating.PARTIAL: _("Write what is missing"),
    Rating.NOT_MET: _("Write what differs"),
}
RATINGS_BEST_FIRST = (
    Rating.FULL,
    Rating.SUBSTANTIAL,
    Rating.NOT_APPLICABLE,
    Rating.PARTIAL,
    Rating.NOT_EVIDENCED,
    Rating.NOT_MET,
)
"""The scale from best to worst for the applicant; what is out of the count stands between."""


class MatchLabel(TextChoices):
    """How a suggestion for an outcome is called; the words promise no more than a resemblance."""

    CLOSE = "close", _("Close match")
    LIKELY = "likely", _("Likely match")
    WEAK = "weak", _("Weak match")


class Element(TextChoices):
    """What a reviewer rates once for a whole line, beside the outcomes."""

    LEVEL = "level", _("Level")
    WORKLOAD = "workload", _("Workload")
    QUALITY = "quality", _("Quality")
    PROFILE = "profile", _("Profile")
    AUTHENTICITY = "authenticity", _("Authenticity")
    IDENTITY = "identity", _("Identity at assessment")
    CURRENCY = "currency", _("Currency")

    @property
    def question(self) -> Promise:
        """Return the question that the reviewer answers for this element."""
        return _ELEMENT_QUESTIONS[self]


_ELEMENT_QUESTIONS = {
    Element.LEVEL: _("Is the learning on the level that the programme needs?"),
    Element.WORKLOAD: _("Is the workload close enough?"),
    Element.QUALITY: _("Is the quality of the course and its assessment assured?"),
    Element.PROFILE: _("Does its direction fit the purpose, for example academic or applied?"),
    Element.AUTHENTICITY: _("Is the credential genuine?"),
    Element.IDENTITY: _("Is it certain that the learner took the assessment?"),
    Element.CURRENCY: _("Is the learning recent enough?"),
}


class ElementRating(TextChoices):
    """How far an element differs, best for the applicant first."""

    NONE = "none", _("No difference")
    MINOR = "minor", _("Minor difference")
    SUBSTANTIAL = "substantial", _("Substantial difference")


class Track(TextChoices):
    """Who must show what: the committee a difference, or the applicant the learning."""

    RECOGNITION = "recognition", _("Recognition")
    VALIDATION = "validation", _("Validation of prior learning")

    @property
    def explanation(self) -> Promise:
        """Return one sentence on what the track means for the applicant."""
        return _TRACK_EXPLANATIONS[self]

    @property
    def for_applicant(self) -> Promise:
        """Return what the applicant has to do on this track, said to them."""
        return _TRACK_FOR_APPLICANT[self]

    @property
    def for_committee(self) -> Promise:
        """Return what the committee has to do on this track."""
        return _TRACK_FOR_COMMITTEE[self]


_TRACK_EXPLANATIONS = {
    Track.RECOGNITION: _(
        "It is recognised unless the university shows a substantial difference "
        "(Lisbon Recognition Convention)."
    ),
    Track.VALIDATION: _("The applicant shows learning that is equal in content and level."),
}
_TRACK_FOR_APPLICANT = {
    Track.RECOGNITION: _(
        "You hand in what documents your learning. You need not prove that it is equal."
    ),
    Track.VALIDATION: _(
        "You show that what you learned is equal in content and level. Everything that proves it "
        "helps: work samples, descriptions, statements of others."
    ),
}
_TRACK_FOR_COMMITTEE = {
    Track.RECOGNITION: _(
        "It recognises the learning unless it shows a substantial difference itself. The law sets "
        "no limit to the credits."
    ),
    Track.VALIDATION: _(
        "It weighs what the applicant shows, and may refuse what is not shown; only a share of the "
        "programme’s credits can come from it."
    ),
}


class TrackReason(TextChoices):
    """Why a line is on its track; the code is stored, the sentence is shown."""

    RECOGNISED_BODY = (
        "recognised_body",
        _("The awarding body is a recognised higher education institution."),
    )
    QUALITY_ASSURED = "quality_assured", _("Its quality is assured.")
    QUALITY_UNKNOWN = "quality_unknown", _("How its quality is assured is not stated.")
    HIGHER_EDUCATION = (
        "higher_education",
        _("Its level is that of higher education (EQF 5 or above)."),
    )
    LEVEL_UNKNOWN = "level_unknown", _("Its level is not stated.")
    WORKLOAD = "workload", _("Its workload is stated.")
    WORKLOAD_UNKNOWN = "workload_unknown", _("Its workload is not stated.")
    PLATFORM = (
        "platform",
        _("Only the platform that delivers it is known, not who awards it."),
    )
    NON_HE_BODY = "non_he_body", _("The awarding body is outside higher education.")
    UNKNOWN_BODY = (
        "unknown_body",
        _("The awarding body is not known to be a recognised institution."),
    )
    NOT_RECOGNISED_BODY = (
        "not_recognised_body",
        _("The awarding body is not recognised in its country."),
    )
    NO_QUALITY_ASSURANCE = "no_quality_assurance", _("Nobody assures the quality of the course.")
    BELOW_HIGHER_EDUCATION = (
        "below_higher_education",
        _("Its level is below higher education (EQF 5)."),
    )

    @property
    def advice(self) -> Promise | str:
        """Return what the registrar can do about it, "" when there is nothing to do."""
        return _REASON_ADVICE.get(self, "")


_REASON_ADVICE = {
    TrackReason.QUALITY_UNKNOWN: _("Ask, or look it up."),
    TrackReason.LEVEL_UNKNOWN: _("Ask, or look it up."),
    TrackReason.WORKLOAD_UNKNOWN: _("Ask for it."),
    TrackReason.UNKNOWN_BODY: _("Look it up and enter it in the register."),
    TrackReason.PLATFORM: _("Ask who awards it, and enter that body."),
}


class DecisionType(TextChoices):
    """What a committee can decide, most favourable first; a refusal is the last resort."""

    FULL_SUBSTITUTION = "full", _("Recognise in full")
    INCLUSION = "inclusion", _("Count as free electives")
    ALTERNATIVE = "alternative", _("Recognise for another module")
    PARTIAL = "partial", _("Recognise in part")
    CONDITIONAL = "conditional", _("Recognise on a condition")
    EXEMPTION = "exemption", _("Exempt without credits")
    ADVANCED_ENTRY = "advanced_entry", _("Enter a later semester")
    ADVANCE_INFO = "advance_info", _("Say in advance, without binding anybody")
    REFUSAL = "refusal", _("Refuse")
    INADMISSIBLE = "inadmissible", _("Not admissible")

    @property
    def gives_credits(self) -> bool:
        """Tell whether the ledger gets credits from it."""
        return self in GIVES_CREDITS

    @property
    def is_recorded(self) -> bool:
        """Tell whether something of it stands in the learner's record."""
        return self in IS_RECORDED


GIVES_CREDITS = frozenset(
    {
        DecisionType.FULL_SUBSTITUTION,
        DecisionType.INCLUSION,
        DecisionType.ALTERNATIVE,
        DecisionType.PARTIAL,
        DecisionType.CONDITIONAL,
    }
)
IS_RECORDED = GIVES_CREDITS | {DecisionType.EXEMPTION, DecisionType.ADVANCED_ENTRY}
NOT_RECORDED = frozenset(DecisionType) - IS_RECORDED
BEFORE_REFUSAL = (
    DecisionType.FULL_SUBSTITUTION,
    DecisionType.ALTERNATIVE,
    DecisionType.PARTIAL,
    DecisionType.CONDITIONAL,
)
"""What a refusal must say of each why it is not possible (EAR manual, chapter 11)."""
BEFORE_REFUSAL_OF_ELECTIVES = (DecisionType.INCLUSION, DecisionType.ALTERNATIVE)


class TextBlock(TextChoices):
    """Where a standard phrase of the rules belongs in a decision (EAR manual, chapter 2)."""

    REASON = "reason", _("Reasons")
    CONSIDERED = "considered", _("What else was considered")
    LATER = "later", _("What the learner can do")


class Authority(TextChoices):
    """By whose power a decision was taken."""

    CHAIR = "chair", _("The chair, by delegation")
    COURSE_DIRECTOR = "course_director", _("The course director, by delegation")
    VOTE = "vote", _("A vote of the committee")
    PRECEDENT = "precedent", _("A standing decision")
    REGISTRAR = "registrar", _("The registrar, for a formal reason")
    APPEAL_BODY = "appeal_body", _("The appeal body")


class GradeMethod(TextChoices):
    """How the grade of a decision came about; an institution's rules order the first three."""

    SAME_SCALE = "same_scale", _("Taken over, same scale")
    GRADING_TABLES = "grading_tables", _("By grading tables")
    BAVARIAN = "bavarian", _("Modified Bavarian formula")
    COMMITTEE = "committee", _("Set by the committee")
    UNGRADED = "ungraded", _("Without grade")


class Authenticity(TextChoices):
    """How it is known that a proof is genuine; the first is found by the portal itself."""

    VERIFIED = "verified", _("Signed, and the signature is valid")
    CONFIRMED = "confirmed", _("Confirmed by the issuer")
    ORIGINAL_SEEN = "original_seen", _("The original was seen")
    UNCONFIRMED = "unconfirmed", _("Not confirmed")


class EssentialElement(TextChoices):
    """The five elements in which a substantial difference can lie (EAR manual, chapter 10)."""

    LEVEL = "level", _("Level")
    WORKLOAD = "workload", _("Workload")
    QUALITY = "quality", _("Quality")
    PROFILE = "profile", _("Profile")
    OUTCOMES = "outcomes", _("Learning outcomes")


NEVER_A_DIFFERENCE = (
    (_("Title"), _("Courses with other names can lead to the same outcomes.")),
    (_("Contact hours"), _("What counts is what the learner can do and the whole workload.")),
    (_("Teaching mode"), _("Online or on site says nothing about the outcomes.")),
    (_("Language"), _("Outcomes can be reached in any language of instruction.")),
    (_("Duration"), _("The same workload can be spread over more or less time.")),
    (_("Name of the institution"), _("Reputation is not a criterion; quality assurance is.")),
)
"""What can never be chosen as a substantial difference, each with the reason why."""


class InadmissibleReason(TextChoices):
    """Why a line ends without a decision: a closed list, found at the check or in deliberation."""

    NOT_ELIGIBLE = "not_eligible", _("You are not a student or applicant of this programme.")
    ALREADY_PASSED = (
        "already_passed",
        _("You have already passed, registered for or been credited with what you asked for."),
    )
    NOTHING_NEW = "nothing_new", _("The same application was decided and nothing new is in it.")
    EXCLUDED = "excluded", _("This part of the programme cannot be replaced by other learning.")
    REVOKED = "revoked", _("What you put forward was revoked by its issuer.")
    NO_CREDITS_LEFT = (
        "no_credits_left",
        _("No credits are left that could be recognised for what you asked for."),
    )
    NO_WORKLOAD = (
        "no_workload",
        _("What you put forward does not state its workload, so no credits follow from it."),
    )


AT_CHECK = (
    InadmissibleReason.NOT_ELIGIBLE,
    InadmissibleReason.ALREADY_PASSED,
    InadmissibleReason.NOTHING_NEW,
    InadmissibleReason.EXCLUDED,
    InadmissibleReason.REVOKED,
)
IN_DELIBERATION = (
    InadmissibleReason.NO_CREDITS_LEFT,
    InadmissibleReason.ALREADY_PASSED,
    InadmissibleReason.NO_WORKLOAD,
    InadmissibleReason.EXCLUDED,
    InadmissibleReason.REVOKED,
)
