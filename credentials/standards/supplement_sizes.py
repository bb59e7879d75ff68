"""The only place that knows which supplement a size calls for: that of a credit or of a module."""

from decimal import Decimal

from django.utils.translation import gettext as _

from credentials.standards.documents import written

MODULE_FROM, MODULE_TO = Decimal(5), Decimal(30)
"""Sizes of the MicroHE supplements, in ECTS: below a credit, up to 30 a module."""


def size_of(ects: Decimal | None) -> str:
    """Return "credit" below 5 ECTS, "module" up to 30, "larger" above, "" when unknown."""
    if ects is None:
        return ""
    if ects < MODULE_FROM:
        return "credit"
    return "module" if ects <= MODULE_TO else "larger"


def title_of_size(ects: Decimal | None) -> str:
    """Return the name of the supplement; above 30 ECTS and without credits, of both."""
    titles = {"credit": _("Credit Supplement"), "module": _("Module Supplement")}
    return titles.get(size_of(ects), _("Credit and Module Supplement"))


def size_line(ects: Decimal | None) -> str:
    """Return the bounds of a size, "" when it is unknown."""
    sizes = {
        "credit": _("Size: credit (below 5 ECTS)"),
        "module": _("Size: module (5 to 30 ECTS)"),
        "larger": _("Size: larger than 30 ECTS"),
    }
    return sizes.get(size_of(ects), "")


def size_head(ects: Decimal | None, language: str) -> str:
    """Return what stands under the name of a supplement: its credits and the bounds."""
    if ects is None:
        return _("Size: not stated in ECTS credits")
    credits = _("%(number)s ECTS credits") % {"number": written(ects, language)}
    return f"{credits}. {size_line(ects)}"
