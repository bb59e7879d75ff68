"""The only place that offers the standard phrases of the rules and puts one into a text."""

from django.utils.translation import gettext_lazy as _

from credentials.language import in_language
from recognition.forms.decisions import DecisionForm
from recognition.models import Policy

FIELDS = {"reason": "reasons", "later": "later_measures", "considered": ""}
"""The field that a kind of phrase belongs to; of what was considered, the page asks which."""
INTO = "phrase-into"


def of(policy: Policy) -> dict[str, dict | None]:
    """Return the phrases on offer by kind, as `decisions/_phrases.html` shows them."""
    found: dict[str, dict | None] = dict.fromkeys(FIELDS)
    for index, block in enumerate(policy.text_blocks):
        if block.get("kind") in FIELDS:
            group = found[block["kind"]] or {"kind": block["kind"], "blocks": []}
            found[block["kind"]] = group
            title = in_language(block.get("title")) or in_language(block.get("text"))[:60]
            group["blocks"].append({"index": index, "title": title})
    return found


def chosen(policy: Policy, form: DecisionForm) -> tuple[str, str] | None:
    """Return the field and the text to put into it; None when no phrase was asked for.

    An unknown phrase or field is told on the page, and nothing is put anywhere.
    """
    do = form.data.get("do", "")
    kind = do.removeprefix("insert-")
    if not do.startswith("insert-") or kind not in FIELDS:
        return None
    field = FIELDS[kind] or form.data.get(INTO, "")
    index = form.data.get(f"phrase-{kind}", "")
    numbers = {
        str(n): block for n, block in enumerate(policy.text_blocks) if block.get("kind") == kind
    }
    is_asked = bool(FIELDS[kind]) or field in form.considered
    if not is_asked or index not in numbers:
        form.full_clean()
        form.add_error(None, _("Choose a phrase from the list."))
        return field if is_asked else "reasons", ""
    return field, in_language(numbers[index].get("text"))
