"""`manage.py add_institution`: adds an institution with its root unit."""

import re

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug

from credentials.language import DOCUMENT_LANGUAGES
from credentials.services import institutions
from credentials.verdict import Refused
from credentials.vocabulary import QualityAssurance


def name_in_language(text: str) -> tuple[str, str]:
    """Return ("de", "Universität ...") from "de=Universität ..."; English when no tag is given."""
    tag, sign, name = text.partition("=")
    return (tag, name) if sign and re.fullmatch(r"[a-z]{2,3}", tag) else ("en", text)


class Command(BaseCommand):
    help = "Add an institution. Its signing key is made when it first signs."

    def add_arguments(self, parser):
        parser.add_argument(
            "--name",
            action="append",
            required=True,
            type=name_in_language,
            help="“University of X” or “de=Universität X”; once per language",
        )
        parser.add_argument("--country", required=True, help="two letters, such as GB")
        parser.add_argument("--slug", required=True, help="short name in addresses")
        parser.add_argument("--prefix", required=True, help="begins numbers and codes: 2-6 signs")
        parser.add_argument(
            "--languages",
            nargs="+",
            help="one or two in which documents are printed, such as es en; "
            "those of the name unless given",
        )
        parser.add_argument("--city", default="")
        parser.add_argument("--url", default="", help="home page")
        parser.add_argument("--hours-per-ects", type=int, default=25, help="25 to 30")
        parser.add_argument(
            "--quality-assurance", default="", choices=["", *QualityAssurance.values]
        )
        parser.add_argument("--quality-agency", default="")

    def handle(self, *, name, country, slug, prefix, languages, **options):
        try:
            validate_slug(slug)
        except ValidationError as problem:
            raise CommandError(f"--slug: {problem.messages[0]}") from problem
        if not re.fullmatch(r"[A-Za-z]{2}", country):
            raise CommandError("--country: use two letters (ISO 3166-1), such as GB.")
        if not re.fullmatch(r"[A-Z][A-Z0-9]{1,5}", prefix):
            raise CommandError("--prefix: use 2 to 6 capitals or digits, such as GLA.")
        named = [tag for tag in dict(name) if tag in DOCUMENT_LANGUAGES][:2]
        columns = ("city", "url", "hours_per_ects", "quality_assurance", "quality_agency")
        try:
            institution = institutions.create(
                slug=slug,
                name=dict(name),
                country=country.upper(),
                number_prefix=prefix,
                by=None,
                languages=languages or named or ["en"],
                **{column: options[column] for column in columns},
            )
        except Refused as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"Added {institution}: /institutions/{institution.slug}/")
