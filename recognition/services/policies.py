"""The only place that publishes the rules of an institution, version by version."""

from datetime import date

from django.utils.translation import gettext as _

from credentials.language import in_language
from credentials.models import Institution, Programme, User
from credentials.permissions import can_keep_records
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused
from recognition.models import Policy

RULES = tuple(
    field.name
    for field in Policy._meta.fields
    if field.name not in ("id", "institution", "programme", "version", "valid_from")
)


@change()
def publish(
    institution: Institution,
    *,
    valid_from: date,
    programme: Programme | None = None,
    by: User,
    **rules: object,
) -> Policy:
    """Publish new rules, for one programme or for all that have none of their own.

    Cases sent before keep those they began under. `rules` are columns of `Policy`; what is not
    given stays as in the latest version. The latest rules once more change nothing.
    """
    institution = lock(institution)
    can_keep_records(by, institution).require()
    if programme and programme.institution_id != institution.pk:
        raise Refused(_("This programme belongs to another institution."))
    versions = Policy.objects.filter(institution=institution)
    latest = versions.filter(programme=programme).order_by("-version").first()
    model = latest or versions.filter(programme=None).order_by("-version").first()
    says = {name: getattr(model, name) for name in RULES} if model else {}
    says |= {"valid_from": valid_from, **rules}
    if latest and all(getattr(latest, name) == value for name, value in says.items()):
        return latest
    newest = versions.order_by("-version").first()
    policy = Policy.objects.create(
        institution=institution,
        programme=programme,
        version=newest.version + 1 if newest else 1,
        **says,
    )
    record(institution, "publish-rules", by=by, text=str(policy.version))
    return policy


def version_before(policy: Policy) -> Policy | None:
    """Return the version that these rules follow: of the same programme, else of all."""
    earlier = Policy.objects.filter(institution=policy.institution_id, version__lt=policy.version)
    same = earlier.filter(programme=policy.programme_id).order_by("-version").first()
    return same or earlier.filter(programme=None).order_by("-version").first()


def changes_between(before: Policy, after: Policy) -> list[tuple[str, object, object]]:
    """Return label, old and new value of every rule that differs."""
    return [
        (str(Policy._meta.get_field(name).verbose_name), was, now)
        for name in RULES
        if (was := shown(before, name)) != (now := shown(after, name))
    ]


def shown(policy: Policy, name: str) -> object:
    """Return a rule as people read it."""
    value = getattr(policy, name)
    if name == "delegation":
        return "; ".join(f"{who}: {types}" for who, types in policy.delegated)
    if name == "grade_methods":
        return ", ".join(str(label) for label in policy.grade_method_labels)
    if name == "text_blocks":
        return ", ".join(in_language(block["title"]) for block in value)
    if isinstance(value, dict):
        return in_language(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return value
