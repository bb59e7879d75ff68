"""Renders a draft from HTML on its input to PDF on its output, in a process without threads."""

import sys
from datetime import datetime

from django.core.management.base import BaseCommand
from django.utils import translation

from credentials.pdf import draft_pdf
from credentials.pdf_files import PdfProblem


class Command(BaseCommand):
    help = "Render HTML from standard input as a PDF; the portal calls it to preview documents."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("created", type=datetime.fromisoformat)
        parser.add_argument("language", help="in which to say what is wrong")

    def handle(self, *args, created, language, **options):
        try:
            data = draft_pdf(sys.stdin.buffer.read().decode(), created)
        except PdfProblem as problem:
            with translation.override(language):
                sys.exit(" ".join(str(problem).split()))
        sys.stdout.buffer.write(data)
