"""The only place that proves what is kept: log, files, signed forms, keys and ledger are unharmed.

Each function yields a sentence for each thing that is wrong, and nothing when all is well.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from credentials.models import (
    AuditEvent,
    CreditEntry,
    Document,
    Enrolment,
    IssuerKey,
    Origin,
    SignedForm,
)
from credentials.services import audit, facts, keys, seals
from credentials.standards.facts_json import BadFacts


def of_log() -> Iterator[str]:
    """The hash chain of every institution."""
    return audit.broken_links()


def of_documents() -> Iterator[str]:
    """Every kept file is there and has the hash and size it was stored with."""
    for document in Document.objects.order_by("pk").iterator(500):
        digest, size = hashlib.sha256(), 0
        try:
            with document.file.open("rb") as file:
                for chunk in file.chunks():
                    digest.update(chunk)
                    size += len(chunk)
        except (OSError, ValueError):
            yield f"document {document.uuid}: the file is missing"
            continue
        if (digest.hexdigest(), size) != (document.sha256, document.size):
            yield f"document {document.uuid}: the file is not what was stored"


def of_signed_forms() -> Iterator[str]:
    """Every signed credential has the hash it was stored with, and says what was frozen."""
    forms = SignedForm.objects.select_related("credential__award").order_by("pk")
    for form in forms.iterator(500):
        award = getattr(form.credential, "award", None)
        where = f"award {award.number}" if award else f"credential {form.credential.uuid}"
        if hashlib.sha256(form.body.encode()).hexdigest() != form.sha256:
            yield f"{where}: the signed credential was changed"
        try:
            facts.of_credential(form.credential)
        except BadFacts as problem:
            yield f"{where}: its facts were changed ({problem})"


def of_keys() -> Iterator[str]:
    """The master key opens the private half of every key that signs, or could; seals fit too."""
    kept = IssuerKey.objects.exclude(wrapped_private=None).select_related("institution")
    for key in kept.order_by("pk"):
        if not keys.opens(key):
            yield f"key {key.short_id} of {key.institution.slug}: the master key does not open it"
        elif key.is_seal and not seals.fits(key):
            yield f"key {key.short_id} of {key.institution.slug}: its certificate is another one's"


def of_ledger() -> Iterator[str]:
    """Entries are those of the log; no learning counts twice, no module or degree too often."""
    entries = CreditEntry.objects.select_related(
        "credential", "module", "enrolment__learner"
    ).order_by("pk")
    written = Counter(
        AuditEvent.objects.filter(noun=CreditEntry._meta.model_name).values_list("thing", flat=True)
    )
    used: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for entry in entries.iterator(500):
        where = f"ledger entry {entry.uuid}"
        if written[str(entry.uuid)] < (2 if entry.reversed_at else 1):
            yield f"{where}: the log does not know how it came to be as it is"
        if entry.reversed_at:
            continue
        holder = entry.credential.holder_id
        if holder and holder != entry.enrolment.learner.user_id:
            yield f"{where}: the credential is not one of this learner"
        programme = entry.module and entry.module.programme_version_id
        if programme and programme != entry.enrolment.programme_version_id:
            yield f"{where}: the module is not one of this programme"
        yield from _over_credential(entry, used, where)
    yield from _over_modules()
    yield from _over_programmes()


def _over_credential(entry: CreditEntry, used: dict, where: str) -> Iterator[str]:
    """A credential of 5 ECTS that replaces a module of 6 is used up by it, not overdrawn.

    Only ECTS that somebody signed are a limit; what a learner states may change later.
    """
    credential = entry.credential
    if credential.origin != Origin.AWARD and credential.provenance.get("ects") != "signed":
        return
    try:
        earned = facts.of_credential(credential).ects
    except BadFacts as problem:
        yield f"{where}: the facts of its credential were changed ({problem})"
        return
    if earned is None:
        return
    key = (entry.enrolment_id, entry.source_key)
    used[key] += min(entry.ects, earned)
    if used[key] > earned:
        yield f"{where}: {used[key]:.1f} ECTS count from a credential that has {earned:.1f}"


def _over_modules() -> Iterator[str]:
    """A module is credited with no more than it has, and replaced as a whole at most once."""
    modules = (
        CreditEntry.objects.filter(reversed_at=None, module__isnull=False)
        .values("enrolment__uuid", "module__uuid", "module__ects")
        .order_by("enrolment__uuid", "module__uuid")
        .annotate(total=Sum("ects"), filled=Count("pk", filter=Q(fills_module=True)))
    )
    for row in modules:
        where = f"enrolment {row['enrolment__uuid']}: module {row['module__uuid']}"
        if row["total"] > row["module__ects"]:
            yield (
                f"{where} has {row['module__ects']:.1f} ECTS and is credited with "
                f"{row['total']:.1f}"
            )
        if row["filled"] > 1:
            yield f"{where} is replaced {row['filled']} times"


def _over_programmes() -> Iterator[str]:
    limit = F("programme_version__ects_total")
    counting = Sum("credit_entries__ects", filter=Q(credit_entries__reversed_at=None))
    for enrolment in Enrolment.objects.annotate(total=counting).filter(total__gt=limit):
        total = f"{enrolment.total:.1f}"
        yield f"enrolment {enrolment.uuid}: {total} ECTS are more than the programme has"
