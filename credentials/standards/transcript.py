"""The only place that writes the transcript of records (ECTS Users' Guide 2015).

Of a degree that was conferred as of studies that go on: what was passed and recognised until a day.
"""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials import vocabulary as v
from credentials.standards import documents
from credentials.standards.diploma_facts import DegreeFacts
from credentials.standards.documents import Imprint, Text, in_each
from credentials.standards.study_results import original_languages, results_context


def transcript_context(facts: DegreeFacts, *, languages: Sequence[str], imprint: Imprint) -> dict:
    """Return the context of `pdf/transcript.html`; `title` is the name of the document.

    An imprint without an address to verify is that of a draft.
    """
    heads = in_each(languages, lambda _l: _("Transcript of Records"))
    names = " / ".join(dict.fromkeys(heads.values()))
    return {
        **documents.document_context(imprint, languages),
        **results_context(facts, languages),
        "title": f"{names}: {facts.holder.name}",
        "heading": heads,
        "facts": facts,
        "programme": documents.original(facts.title, original_languages(facts)),
        "programme_translations": _translations(facts, languages),
        "known": [(label, value) for label, value in _known(facts, languages) if value],
        "scale": in_each(languages, lambda _l: _scale(facts)),
    }


def _translations(facts: DegreeFacts, languages: Sequence[str]) -> list[documents.Phrase]:
    own = documents.original(facts.title, original_languages(facts))
    others = {tag: facts.title.get(tag, "") for tag in languages}
    return [
        documents.Phrase(tag, text) for tag, text in others.items() if text not in ("", own.text)
    ]


def _known(facts: DegreeFacts, languages: Sequence[str]) -> list[tuple[Promise, Text | object]]:
    """Return label and value of what is known of the programme and the studies."""
    codes = ", ".join(filter(None, (facts.programme_code, facts.regulations)))
    level = in_each(languages, lambda _l: _level(facts))
    return [
        (gettext_lazy("Code, regulations"), codes),
        (gettext_lazy("Level"), level if any(level.values()) else ""),
        (gettext_lazy("Credits of the whole programme"), _credits(facts, languages)),
        (gettext_lazy("Studies began on"), facts.started_on),
        (gettext_lazy("Studies ended on"), facts.graduated_on),
    ]


def _level(facts: DegreeFacts) -> str:
    eqf = _("EQF level %(level)s") % {"level": facts.eqf_level} if facts.eqf_level else ""
    cycle = str(v.Cycle(facts.cycle).label) if facts.cycle in v.Cycle.values else facts.cycle
    return ", ".join(filter(None, (eqf, facts.nqf_level, cycle)))


def _credits(facts: DegreeFacts, languages: Sequence[str]) -> dict[str, str]:
    total = facts.ects_total
    if total is None:
        return {}
    return in_each(languages, lambda tag: f"{documents.written(total, tag)} ECTS")


def _scale(facts: DegreeFacts) -> str:
    if not facts.grade_scale:
        return _("The institution has not stated the grades of this programme.")
    scale = _("Scale from the worst to the best: %(grades)s") % {
        "grades": ", ".join(facts.grade_scale)
    }
    passed = _("Passed from: %(grade)s") % {"grade": facts.passed_from}
    return f"{scale}. {passed}." if facts.passed_from else f"{scale}."
