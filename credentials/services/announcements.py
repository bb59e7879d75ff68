"""The only place that tells learners by mail of what was printed of their records."""

import logging
from collections import defaultdict
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from credentials.models import Document, Learner
from credentials.models.document import DocumentQuerySet
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change

logger = logging.getLogger(__name__)

SINCE = timedelta(days=14)
"""What has been theirs for longer is no news: they had no account, or no scheduler ran."""


def announce_documents() -> int:
    """Write one mail to each learner with an account whose documents came due; return how many.

    Documents of one printing are told of together, once their day has come. Of what was replaced
    before only the newer one is told.
    """
    now = timezone.now()
    is_new = Q(created_at__gt=now - SINCE) | Q(dated_on__gt=timezone.localdate() - SINCE)
    found = _unannounced().filter(is_new, learner__user__is_active=True)
    of_learners = defaultdict(list)
    for learner, document in found.order_by("learner", "pk").values_list("learner", "pk"):
        of_learners[learner].append(document)
    told = 0
    for learner, documents in of_learners.items():
        try:
            told += _announce(learner, documents)
        except Exception:  # the next ones are told all the same
            logger.exception("Learner %s was not told of documents", learner)
    return told


def _unannounced() -> DocumentQuerySet:
    return Document.objects.of_records_due().holding().filter(announced_at=None)


@change()
def _announce(learner: int, documents: list[int]) -> bool:
    """Tell a learner of those of some documents that are still news."""
    reader = Learner.objects.select_related("user", "institution").get(pk=learner)
    if reader.user is None or not reader.user.is_active:
        return False
    news = _unannounced().filter(pk__in=documents).select_for_update(of=("self",), no_key=True)
    pks = [one.pk for one in news.order_by("-dated_on", "-pk")]  # as transcripts are replaced
    if not pks:
        return False
    Document.objects.filter(pk__in=pks).update(announced_at=timezone.now())
    known = Document.objects.filter(superseded_by__in=pks, announced_at__isnull=False)
    context = {
        "learner": reader,
        "institution": reader.institution,
        "count": len(pks),
        "is_replacing": known.exists(),
        "url": address("portfolio"),
    }
    mails.write("documents_printed", reader.user, context)
    return True
