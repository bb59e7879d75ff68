"""The only place that says a course in words for readers of ELMO, who may see nothing else.

ELMO has no elements for learning outcomes, assessment, participation and quality assurance, so
the description of the course says them, language by language.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import override

from credentials import vocabulary
from credentials.language import DOCUMENT_LANGUAGES, in_language
from credentials.standards.facts import CredentialFacts
from credentials.vocabulary import ELEMENT_NAMES


def descriptions(facts: CredentialFacts) -> dict[str, str]:
    """Return what is to know of the course, in each language of its title that we speak."""
    found = {}
    for language in [tag for tag in facts.title if tag in DOCUMENT_LANGUAGES] or ["en"]:
        with override(language):
            said = "\n\n".join(_paragraphs(facts, language))
        if said:
            found[language] = said
    return found


def _paragraphs(facts: CredentialFacts, language: str) -> Iterator[str]:
    if facts.description:
        yield in_language(facts.description, language)
    outcomes = [in_language(outcome.text, language) for outcome in facts.outcomes]
    numbered = [f"{n}. {' '.join(text.split())}" for n, text in enumerate(outcomes, start=1)]
    sections = (
        (ELEMENT_NAMES["outcomes"], numbered),
        (
            ELEMENT_NAMES["assessment_type"],
            [
                _label(vocabulary.AssessmentType, facts.assessment_type),
                in_language(facts.assessment_criteria, language),
                _label(vocabulary.Supervision, facts.supervision),
            ],
        ),
        (
            ELEMENT_NAMES["participation_form"],
            [_label(vocabulary.ParticipationForm, facts.participation_form)],
        ),
        (
            ELEMENT_NAMES["quality_assurance"],
            [
                _label(vocabulary.QualityAssurance, facts.quality_assurance),
                facts.quality_agency,
                facts.quality_url,
            ],
        ),
        (ELEMENT_NAMES["level"], [_label(vocabulary.Cycle, facts.cycle)]),
        (_("Prerequisites"), [in_language(facts.prerequisites, language)]),
        (
            _("Stackability"),
            [
                _label(vocabulary.Stackability, facts.stackability),
                in_language(facts.stackable_towards, language),
            ],
        ),
        (
            _("Awarded jointly with"),
            [in_language(body.name, language) for body in facts.joint_bodies],
        ),
        (_("Further information"), [in_language(facts.further_information, language)]),
    )
    for name, lines in sections:
        said = "\n".join(line for line in lines if line)
        if said:
            yield f"{name}\n{said}"


def _label(closed_list: type, code: str) -> str:
    return str(closed_list(code).label) if code else ""  # type: ignore[attr-defined]
