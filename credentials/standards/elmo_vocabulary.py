"""The only place that knows the closed lists of ELMO 1.7 beside those of `credentials.vocabulary`.

Source: emrex-eu/elmo-schemas at commit db1a231, and the list of countries that it imports.
"""

from credentials.standards import codes
from credentials.vocabulary import CredentialType, Cycle

NAMESPACE = "https://github.com/emrex-eu/elmo-schemas/tree/v1"
LOS_TYPES: dict[str, str] = {
    CredentialType.DIPLOMA: "Degree Programme",
    CredentialType.MODULE: "Module",
    CredentialType.MICROCREDENTIAL: "Course",
    CredentialType.COURSE: "Course",
    CredentialType.LANGUAGE: "Course",
    CredentialType.PROFESSIONAL: "Course",
    CredentialType.ATTENDANCE: "Course",
}
READ_TYPES: dict[str, str] = {
    "Degree Programme": CredentialType.DIPLOMA,
    "Module": CredentialType.MODULE,
    "Course": CredentialType.COURSE,
}
CREDIT_LEVELS: dict[str, str] = {
    Cycle.FIRST: "Bachelor",
    Cycle.SECOND: "Master",
    Cycle.THIRD: "PhD",
}
# What the scheme of an identifier is where no register gives it: a URI, or just the name.
OWN_ID, NAMELESS = "uri", "name"
# Countries that the schema's list does not have; their code is in the extension. XK is no code of
# ISO 3166-1 but the one that is in use for Kosovo.
COUNTRIES_LEFT_OUT = (
    "AI AQ AS AW AX BL BM BQ BV CC CK CW CX EH FK FO GF GG GI GP GS GU HK HM IM IO JE KY MF MO "
    "MP MQ MS NC NF PF PM PN RE SH SJ SS SX TC TK TW UM VG VI WF XK YT"
)


def knows_country(code: str) -> bool:
    """Return whether the schema's list of countries has this code."""
    return bool(codes.country_alpha3(code)) and code not in COUNTRIES_LEFT_OUT.split()
