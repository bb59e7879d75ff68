"""The only place that gives what was signed in one language with the translations that are kept."""

from dataclasses import replace

from credentials.language import LanguageMap
from credentials.standards.facts import CredentialFacts


def with_translations(signed: CredentialFacts, kept: CredentialFacts) -> CredentialFacts:
    """Return what was signed; each text that is among those kept of it stands in all languages.

    Nothing is added where what was signed is not what was kept, word for word.
    """
    outcomes = signed.outcomes
    if len(outcomes) == len(kept.outcomes):
        pairs = zip(outcomes, kept.outcomes, strict=True)
        outcomes = tuple(replace(one, text=_both(one.text, other.text)) for one, other in pairs)
    body, kept_body = signed.awarding_body, kept.awarding_body
    return replace(
        signed,
        title=_both(signed.title, kept.title),
        awarding_body=replace(body, name=_both(body.name, kept_body.name)),
        outcomes=outcomes,
    )


def _both(signed: LanguageMap, kept: LanguageMap) -> LanguageMap:
    return kept if signed and signed.items() <= kept.items() else signed
