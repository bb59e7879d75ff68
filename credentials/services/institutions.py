"""What happens to an institution: it joins the portal, with the unit that stands for all of it."""

from django.utils.translation import gettext as _

from credentials.language import LanguageMap, clean_texts
from credentials.models import Institution, Unit, User
from credentials.services.lifecycle import change, record
from credentials.verdict import Refused


@change()
def create(
    *,
    slug: str,
    name: LanguageMap,
    country: str,
    number_prefix: str,
    by: User | None,
    **fields: object,
) -> Institution:
    """Add an institution and its root unit; refuses a slug or number prefix that is taken.

    `country` is ISO 3166-1 alpha-2; `number_prefix` begins its numbers (LND-MC-2026-0001);
    `fields` are further columns of `Institution`. Its signing key is made when it first signs.
    """
    if Institution.objects.filter(slug=slug).exists():
        raise Refused(
            _("There is an institution with the short name %(slug)s already.") % {"slug": slug}
        )
    if Institution.objects.filter(number_prefix=number_prefix).exists():
        raise Refused(_("The prefix %(prefix)s is taken already.") % {"prefix": number_prefix})
    institution = Institution.objects.create(
        slug=slug,
        name=clean_texts(name),
        country=country,
        number_prefix=number_prefix,
        **{key: clean_texts(value) for key, value in fields.items()},
    )
    Unit.objects.create(institution=institution, name=institution.name)
    record(institution, "create", by=by)
    return institution
