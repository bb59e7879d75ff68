"""The only place that words a grading scale for people and finds it again in the words.

ELM and ELMO describe a scale by text alone. Ours names the scale on the first line, then the
grades from the lowest to the highest, one numbered line each, then the lowest grade that passes.
"""

from django.utils.translation import gettext as _
from django.utils.translation import override

from credentials.language import LanguageMap, on_paper
from credentials.standards.facts import GradeFacts

LONGEST = 100
MOST = 200


def worded(grade: GradeFacts, language: str, *, named: bool) -> str:
    """Return the scale of a grade in words; `named`: with its name, which may be unknown."""
    lines = [grade.scale_name] if named and grade.scale_name else []
    with override(on_paper(language)):
        if grade.scale:
            lines.append(_("Grades from lowest to highest:"))
            lines += [f"{place}. {name}" for place, name in enumerate(grade.scale, start=1)]
        if grade.passed_from:
            lines.append(f"{_('Passed from')}: {grade.passed_from}")
    return "\n".join(lines)


def read(texts: LanguageMap) -> tuple[str, tuple[str, ...], str]:
    """Return name, grades and lowest pass in an untrusted description, worded as above.

    In any other wording, the first line is the name and the rest is not understood.
    """
    for language, text in texts.items():
        # English too: what was written before a language was translated has English words.
        for tag in dict.fromkeys((on_paper(language), "en")):
            with override(tag):
                found = _read(text.split("\n")[: MOST + 3])
            if found[1] or found[2]:
                return found
    return next((text.split("\n")[0].strip() for text in texts.values() if text), ""), (), ""


def _read(lines: list[str]) -> tuple[str, tuple[str, ...], str]:
    scale: list[str] = []
    head, _colon, passed_from = lines[-1].partition(": ")
    if _colon and head == _("Passed from"):
        lines = lines[:-1]
    else:
        passed_from = ""
    heading = _("Grades from lowest to highest:")
    if heading in lines[:2]:
        start = lines.index(heading)
        for place, line in enumerate(lines[start + 1 :], start=1):
            if not line.startswith(f"{place}. "):
                return "", (), ""
            scale.append(line.removeprefix(f"{place}. ")[:LONGEST])
        lines = lines[:start]
    name = lines[0] if len(lines) == 1 else ""
    return (name, tuple(scale), passed_from[:LONGEST]) if len(lines) < 2 else ("", (), "")
