"""`manage.py rewrap_keys`: encrypts all private keys with a new master key, or none."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from credentials.models import IssuerKey
from credentials.services import keys
from credentials.trust.keys import BadKey


class Command(BaseCommand):
    help = (
        "Encrypt the private halves of all signing keys, kept with SYMBOLON_OLD_MASTER_KEY, with "
        "SYMBOLON_MASTER_KEY. May be run again."
    )

    @transaction.atomic
    def handle(self, *args, **options):
        if not settings.OLD_MASTER_KEY:
            raise CommandError("Set SYMBOLON_OLD_MASTER_KEY to the master key of until now.")
        kept = IssuerKey.objects.exclude(wrapped_private=None).select_for_update().order_by("pk")
        try:
            changed = [keys.wrap_anew(key, settings.OLD_MASTER_KEY) for key in kept]
        except BadKey as problem:
            raise CommandError(f"{problem} Nothing was changed.") from problem
        self.stdout.write(f"{sum(changed)} of {len(changed)} keys were encrypted anew.")
