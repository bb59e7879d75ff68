"""The only place that signs anew what a stolen key had signed; what was signed is kept as proof."""

import json
from datetime import datetime
from functools import partial

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials import permissions
from credentials.models import (
    Credential,
    Format,
    IssuerKey,
    Job,
    JobKind,
    KeyType,
    SignedForm,
    User,
)
from credentials.services import issuing, jobs, keys, mails, seals, signed_forms
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from credentials.trust.keys import BadKey
from credentials.verdict import Refused


def affected_by(key: IssuerKey) -> QuerySet[SignedForm]:
    """Return what is handed out with a signature of a stolen key that does not count."""
    return signed_since(key, key.stolen_from)


def signed_since(key: IssuerKey, moment: datetime | None) -> QuerySet[SignedForm]:
    """Return what is handed out and was signed with a key at or after a moment."""
    if moment is None:
        return SignedForm.objects.none()
    return SignedForm.objects.current().filter(key=key, signed_at__gte=moment)


@change()
def start(key: IssuerKey, *, by: User) -> Job:
    """Have all that is affected signed anew in the background."""
    permissions.can_keep_records(by, key.institution).require()
    number = affected_by(key).count()
    if not number:
        raise Refused(_("Nothing has to be signed anew."))
    if key.is_seal:
        _certificate_after(key)
    return jobs.start(JobKind.SIGN_ANEW, key.uuid, institution=key.institution, by=by, total=number)


def run(job: Job) -> None:
    """Sign one after the other; a worker that is killed leaves the rest to the next one."""
    if not jobs.begin(job):
        return
    key = IssuerKey.objects.select_related("institution").get(uuid=job.subject)
    try:
        for done, form in enumerate(affected_by(key).order_by("pk").iterator(500), start=1):
            if key.is_seal:
                _sign_anew(form, _certificate_after(key))
            else:
                anew = partial(_sign_anew, form)
                keys.with_active(key.institution, anew, KeyType(key.type))
            jobs.advance(job, min(done, job.total))
    except (BadKey, Refused) as problem:
        jobs.fail(job, _("The credentials cannot be signed anew: %(why)s"), why=problem)
    else:
        jobs.finish(job)


def _sign_anew(form: SignedForm, active: IssuerKey) -> None:
    _replace(form, _signed(form, active), active)


def _certificate_after(key: IssuerKey) -> IssuerKey:
    """Return the certificate that seals in the place of a stolen one."""
    if active := seals.of(key.institution):
        return active
    raise Refused(_("Install another certificate first."))


def _signed(form: SignedForm, key: IssuerKey) -> str:
    if form.format == Format.SEALED:
        return seals.sealed(form.credential, key)
    if form.format == Format.JWT:
        return issuing.as_jwt(form.credential, key)
    document = {name: value for name, value in json.loads(form.body).items() if name != "proof"}
    return issuing.proven(document, key)


@change()
def _replace(form: SignedForm, body: str, key: IssuerKey) -> None:
    form = lock(form)
    if form.replaced_at:
        return
    form.replaced_at = timezone.now()
    form.save(update_fields=["replaced_at"])
    credential: Credential = form.credential
    signed_forms.keep(credential, body, key, Format(form.format))
    thing = getattr(credential, "award", None) or key
    record(thing, "sign-anew", by=None, after=str(credential.uuid))
    if credential.holder:
        url = address("credential-detail", credential.uuid)
        mails.write("credential_signed_anew", credential.holder, {"url": url}, about=thing)
