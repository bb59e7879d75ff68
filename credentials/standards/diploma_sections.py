"""The only place that names the sections and items of the Diploma Supplement (revised 2018)."""

from django.utils.translation import gettext_lazy as _

TITLES = {
    "1": _("Information identifying the holder of the qualification"),
    "1.1": _("Last name(s)"),
    "1.2": _("First name(s)"),
    "1.3": _("Date of birth"),
    "1.4": _("Student identification number or code"),
    "2": _("Information identifying the qualification"),
    "2.1": _("Name of qualification and title conferred (in original language)"),
    "2.2": _("Main field(s) of study"),
    "2.3": _("Name and status of awarding institution (in original language)"),
    "2.4": _("Name and status of institution administering studies (in original language)"),
    "2.5": _("Language(s) of instruction and examination"),
    "3": _("Information on the level and duration of the qualification"),
    "3.1": _("Level of the qualification"),
    "3.2": _("Official duration of the programme in credits and years"),
    "3.3": _("Access requirement(s)"),
    "4": _("Information on the programme completed and the results obtained"),
    "4.1": _("Mode of study"),
    "4.2": _("Programme learning outcomes"),
    "4.3": _("Programme details, individual credits gained and grades obtained"),
    "4.4": _("Grading system and grade distribution table"),
    "4.5": _("Overall classification of the qualification (in original language)"),
    "5": _("Information on the function of the qualification"),
    "5.1": _("Access to further study"),
    "5.2": _("Access to a regulated profession (if applicable)"),
    "6": _("Additional information"),
    "6.1": _("Additional information"),
    "6.2": _("Further information sources"),
    "7": _("Certification of the supplement"),
    "7.1": _("Date"),
    "7.2": _("Signature"),
    "7.3": _("Capacity"),
    "7.4": _("Official stamp or seal"),
    "8": _("Information on the national higher education system"),
}


def heading(number: str) -> str:
    """Return the title of a section or an item, in the language that gettext is switched to."""
    return str(TITLES[number])
