"""`manage.py replace_lost_keys`: new signing keys where the master key is lost."""

from django.core.management.base import BaseCommand

from credentials.services import custody


class Command(BaseCommand):
    help = (
        "Retire signing keys that the master key does not open, and make new ones. What the old "
        "ones signed stays valid: their public halves stay published. Seals have to be installed "
        "again from their files."
    )

    def add_arguments(self, parser):
        parser.add_argument("--run", action="store_true", help="do it; without, only say so")

    def handle(self, *args, **options):
        if not options["run"]:
            lost = custody.unreadable()
            for key in lost:
                self.stdout.write(f"{key.institution.slug}: {key.key_id}")
            self.stdout.write(f"{len(lost)} keys would be replaced. Add --run to do it.")
            return
        for key in custody.replace_unreadable():
            does = "seals no more; install the certificate" if key.is_seal else "signs with"
            self.stdout.write(f"{key.institution.slug}: {does} {key.key_id} now")
