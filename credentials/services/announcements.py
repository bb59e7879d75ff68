"""The only place that tells learners by mail of what was printed of their records."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from credentials.models import Document, Learner
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change

SINCE = timedelta(days=14)
"""What has been theirs for longer is no news: they had no account, or no scheduler ran."""


def announce_documents() -> int:
    """Write one mail to each learner with an account whose documents came due; return how many.

    Documents of one printing are told of together, once their day has come. Of what was replaced
    before only the newer one is told.
    """
    now = timezone.now()
    is_new = Q(created_at__gt=now - SINCE) | Q(dated_on__gt=timezone.localdate() - SINCE)
    due = Document.objects.of_records_due().filter(
        is_new, announced_at=None, superseded_by=None, learner__user__isnull=False
    )
    of_learners = defaultdict(list)
    for learner, document in due.order_by("learner", "pk").values_list("learner", "pk"):
        of_learners[learner].append(document)
    return sum(_announce(learner, documents) for learner, documents in of_learners.items())


@change()
def _announce(learner: int, documents: list[int]) -> bool:
    """Tell a learner of documents, unless another worker has just done it."""
    news = Document.objects.filter(pk__in=documents, announced_at=None)
    count = news.update(announced_at=timezone.now())
    reader = Learner.objects.select_related("user", "institution").get(pk=learner)
    if not count or reader.user is None:
        return False
    context = {
        "learner": reader,
        "institution": reader.institution,
        "count": count,
        "url": address("portfolio"),
    }
    mails.write("documents_printed", reader.user, context)
    return True
