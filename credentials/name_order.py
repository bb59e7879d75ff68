"""The only place that says in which order names stand: by their letters, whatever their accents."""

import unicodedata

# Letters that Unicode does not take apart into a plain one and its mark.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe"}
    | {"ð": "d", "þ": "th"}
)


def folded(text: str) -> str:
    """Return a text without capitals and accents: what it is sorted by."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(_PLAIN)


def name_key(family_name: str, given_name: str) -> tuple[str, ...]:
    """Return what people are sorted by: “Ødegaard” among O, “von Hohenfels” after “Tamsett”."""
    names = (family_name, given_name)
    return (*(folded(name) for name in names), *names)
