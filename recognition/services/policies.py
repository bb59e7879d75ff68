"""The only place that publishes the rules of an institution, version by version."""

from datetime import date

from django.db.models import Max

from credentials.models import Institution, User
from credentials.permissions import can_keep_records
from credentials.services.lifecycle import change, lock, record
from recognition.models import Policy


@change()
def publish(institution: Institution, *, valid_from: date, by: User, **rules: object) -> Policy:
    """Publish new rules; cases sent before keep those they began under."""
    can_keep_records(by, institution).require()
    institution = lock(institution)
    last = Policy.objects.filter(institution=institution).aggregate(last=Max("version"))["last"]
    policy = Policy.objects.create(
        institution=institution, version=(last or 0) + 1, valid_from=valid_from, **rules
    )
    record(institution, "publish-rules", by=by, text=str(policy.version))
    return policy
