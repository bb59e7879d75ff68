"""The only place that publishes the rules of an institution, version by version."""

from datetime import date

from credentials.models import Institution, User
from credentials.permissions import can_keep_records
from credentials.services.lifecycle import change, lock, record
from recognition.models import Policy


@change()
def publish(institution: Institution, *, valid_from: date, by: User, **rules: object) -> Policy:
    """Publish new rules; cases sent before keep those they began under.

    `rules` are columns of `Policy`. The latest rules once more change nothing.
    """
    institution = lock(institution)
    can_keep_records(by, institution).require()
    says = {"valid_from": valid_from, **rules}
    latest = Policy.objects.filter(institution=institution).order_by("-version").first()
    if latest and all(getattr(latest, name) == value for name, value in says.items()):
        return latest
    version = latest.version + 1 if latest else 1
    policy = Policy.objects.create(institution=institution, version=version, **says)
    record(institution, "publish-rules", by=by, text=str(policy.version))
    return policy
