"""The only place that makes the page that verifies a JWT in a browser, from one file, offline.

Style and script are those of static/, written into it; its content security policy allows these
two and no connection at all, so nothing that the reader opens with it can leave the machine.
"""

import base64
import hashlib
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from credentials.services import results
from credentials.trust import bundle_words, verdict_words, words

SHEETS = ("tokens", "base", "layout", "forms", "components", "tables", "print")
CHECKS = (
    *("integrity", "signer", "key_current", "issuer_key", "valid_from", "not_expired"),
    *("not_revoked", "holder"),
)
SENTENCES = (
    *("intact", "broken", "refused", "contradicts", "key_unreachable", "signer", "signer_claimed"),
    *("key_carried", "key_withdrawn_since", "key_revoked", "key_not_asked", "issuer_carried"),
    *("issuer_compared", "issuer_not_tied", "issuer_unknown", "valid_from", "not_yet", "no_start"),
    *("not_expired", "no_end", "expired", "status_carried", "revoked", "suspended", "no_status"),
    *("status_unreachable", "status_unreadable", "status_skipped", "holder_unasked"),
    *("holder_unasked_unnamed", "other_fingerprint"),
)
VERDICTS = (
    *("changed", "refused", "contradicts", "revoked", "suspended", "expired", "not_yet"),
    *("intact_not_tied", "signature_unknown", "status_unknown", "intact_carried", "valid_then"),
    *("key_revoked", "key_withdrawn", "malformed"),
)


def page() -> str:
    """Return the page as HTML, in the language that is active."""
    style = "".join(_static(f"css/{name}.css") for name in SHEETS)
    script = _static("js/offline.js")
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    context = {
        "policy": policy,
        "style": mark_safe(style),  # noqa: S308 (our own files)
        "script": mark_safe(script),  # noqa: S308
        "words": _words(),
    }
    return render_to_string("verification/offline.html", context)


def _static(name: str) -> str:
    return Path(finders.find(name)).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _words() -> dict[str, str]:
    """Return what the page may have to say, in the words of `verify`, for the script to fill."""
    said = {f"check.{name}": words.CHECK_NAMES[name] for name in CHECKS}
    said |= {f"say.{name}": words.SENTENCES[name] for name in SENTENCES}
    said |= {f"word.{name}": results.WORDS[name] for name in SENTENCES if name in results.WORDS}
    said |= {f"verdict.{name}": words.VERDICTS[name] for name in VERDICTS}
    said |= {f"title.{name}": title for name, title in verdict_words.TITLES.items()}
    said |= {f"title.{name.value}": title for name, title in words.STANDING_NAMES.items()}
    said |= {f"refuse.{name}": text for name, text in bundle_words.REFUSALS.items()}
    said |= {f"page.{name}": text for name, text in bundle_words.PAGE.items()}
    return {name: str(text) for name, text in said.items()}
