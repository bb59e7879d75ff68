"""The only place that fetches a credential from an address that a person gives."""

from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.services import outside
from credentials.trust import fetch, sniff
from credentials.trust.sniff import Kind
from credentials.verdict import Refused

MOST_BYTES = 5_000_000
ACCEPT = "application/vc+jwt, application/ld+json, application/json, image/png, image/svg+xml, */*"
SUFFIXES = {
    **dict.fromkeys((Kind.OB3, Kind.VC, Kind.OB2, Kind.EDC, Kind.MICROHE), ".json"),
    Kind.JWT: ".jwt",
    Kind.ELMO: ".xml",
    Kind.PNG_BADGE: ".png",
    Kind.SVG_BADGE: ".svg",
    Kind.PDF: ".pdf",
}


def fetch_credential(url: str) -> tuple[bytes, str]:
    """Return the credential that lies at an address given by a person, and a name for its file.

    Raises `Refused` with a reason for people: the address is not one to visit, does not answer,
    or shows something else.
    """
    try:
        found = outside.get(url, max_bytes=MOST_BYTES, accept=ACCEPT)
        kind = sniff.sniff(found.data)
    except (fetch.FetchRefused, fetch.FetchFailed, sniff.Malformed) as problem:
        advice = _("Save the credential’s file yourself, and hand that in.")
        raise Refused(f"{problem.reason} {advice}") from problem
    if kind == Kind.HTML:
        raise Refused(
            _(
                "This is the address of a web page about the credential. Look there for a button "
                "such as “Download” or “JSON”, and give the address behind it or the file."
            )
        )
    if kind not in SUFFIXES:
        raise Refused(
            _(
                "No credential that can be read lies at this address. Look there for a button such "
                "as “Download” or “JSON”, and give the address behind it or the file."
            )
        )
    name = clean_text(unquote(urlsplit(found.final_url).path.rpartition("/")[2])).strip()[:100]
    suffix = SUFFIXES[kind]
    return found.data, name if name.lower().endswith(suffix) else f"{name or 'credential'}{suffix}"
