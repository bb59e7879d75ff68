"""What happens to an institution: it joins the portal, with the unit that stands for all of it,
and chooses the languages of its documents.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from credentials.language import LanguageMap, clean_texts, unprintable
from credentials.models import Institution, Unit, User
from credentials.permissions import can_keep_records
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused


@change()
def create(
    *,
    slug: str,
    name: LanguageMap,
    country: str,
    number_prefix: str,
    by: User | None,
    languages: Sequence[str] = ("en",),
    **fields: object,
) -> Institution:
    """Add an institution and its root unit; refuses a slug or number prefix that is taken.

    `country` is ISO 3166-1 alpha-2; `number_prefix` begins its numbers (LND-MC-2026-0001);
    `languages` are those of its documents, refused when they cannot be printed in them; `fields`
    are further columns of `Institution`. Its signing key is made when it first signs.
    """
    if Institution.objects.filter(slug=slug).exists():
        raise Refused(
            _("There is an institution with the short name %(slug)s already.") % {"slug": slug}
        )
    if Institution.objects.filter(number_prefix=number_prefix).exists():
        raise Refused(_("The prefix %(prefix)s is taken already.") % {"prefix": number_prefix})
    if problem := unprintable(languages):
        raise Refused(problem)
    institution = Institution.objects.create(
        slug=slug,
        name=clean_texts(name),
        country=country,
        number_prefix=number_prefix,
        languages=list(languages),
        **{key: clean_texts(value) for key, value in fields.items()},
    )
    Unit.objects.create(institution=institution, name=institution.name)
    record(institution, "create", by=by)
    return institution


@change()
def choose_languages(institution: Institution, languages: Sequence[str], *, by: User) -> None:
    """Print documents in these languages from now on, side by side if there are two.

    Raises `Refused` when there are none, more than two, or one without the words of documents.
    """
    institution = lock(institution)
    can_keep_records(by, institution).require()
    if problem := unprintable(languages):
        raise Refused(problem)
    before = institution.languages
    if before == list(languages):
        return
    institution.languages = list(languages)
    institution.save(update_fields=["languages"])
    said = {"before": ", ".join(before), "after": ", ".join(languages)}
    record(institution, "choose-languages", by=by, **said)
