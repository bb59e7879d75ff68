"""`manage.py add_registrar`: appoints an institution's first registrar, who appoints the others."""

from django.core.management.base import BaseCommand, CommandError

from credentials.models import Institution, Role, User
from credentials.services import staff


class Command(BaseCommand):
    help = "Make an account registrar of a whole institution. Sign up in the portal first."

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="EMAIL", help="e-mail address of the account")
        parser.add_argument("--institution", required=True, metavar="SLUG", help="its short name")

    def handle(self, *, email, institution, **options):
        owner = Institution.objects.filter(slug=institution).first()
        if owner is None:
            known = ", ".join(Institution.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no institution “{institution}”. Known: {known}.")
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody has an account with {email}. Sign up in the portal first.")
        staff.appoint(owner.units.get(parent=None), user, Role.REGISTRAR, by=None)
        self.stdout.write(f"{user} is registrar of {owner}.")
