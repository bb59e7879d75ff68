"""Load the demonstration: invented people, universities and cases in every state."""

from time import perf_counter

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from credentials.models import Institution
from recognition import demo
from recognition.demo import cases, courses, grades, graduates, people, portfolio


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--accounts", action="store_true", help="only say who can sign in")

    def handle(self, *, accounts: bool, **_options):
        if accounts:
            for persona in demo.PERSONAS:
                self.stdout.write(f"  {persona.email:28} {people.PASSWORD:16} {persona.title}")
            return
        if Institution.objects.exists():
            raise CommandError("There are institutions already; the demonstration needs none.")
        started = perf_counter()
        with translation.override("en"):
            world = people.make_people()
            grades.make_grade_tables(world)
            courses.make_courses(world)
            held = portfolio.make_awards(world)
            external = portfolio.make_portfolio(world, held)
            cases.make_cases(world, held, external)
            graduates.make_graduates(world)
        self.stdout.write(f"Demonstration loaded in {perf_counter() - started:.1f} s.")
