"""What waits for registrars; and annulments, for all who sign them."""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Case, Count, DateField, Exists, F, Min, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import (
    Award,
    AwardHearing,
    CreditEntry,
    Institution,
    IssuerKey,
    Job,
    JobKind,
    KeyRequest,
    Mail,
    SignedForm,
    User,
)
from recognition.models import (
    Annulment,
    Condition,
    InformationRequest,
    Line,
    Message,
    Objection,
    Review,
)
from recognition.states import AnnulmentState, LineState, ReviewState
from recognition.transitions import UNCHECKED
from recognition.work.items import Duties, Item, More, due_first, target_of, unread, with_lines

RENEWED_WITHIN = timedelta(weeks=6)  # the time that a new seal certificate takes
SENT_NEXT = (LineState.AUTO_DECIDED, LineState.DECIDED, LineState.REOPENED)
NEXT_DAY = Case(
    When(state__in=UNCHECKED, then=Coalesce("due_on", "case__check_due_on")),
    When(state__in=SENT_NEXT, then="due_on"),
    default=None,
    output_field=DateField(),
)
"""Until when a registrar does the next step, as in `_next_step`."""


def annulments(user: User) -> Iterator[Item]:
    """Decisions that somebody proposed to take back and that wait for a signature."""
    today, lines = timezone.localdate(), Line.objects.visible_to(user)
    heard = Q(state=AnnulmentState.HEARING) & (Q(due_on__lt=today) | ~Q(heard_at=None))
    found = Annulment.objects.filter(heard | Q(state=AnnulmentState.SIGNED), line__in=lines)
    mine = Q(line__case__applicant=user) | Q(signed_by=user)
    mine |= Q(state=AnnulmentState.SIGNED, proposed_by=user)
    found = found.exclude(pk__in=Annulment.objects.filter(mine).values("pk"))
    for annulment in found.select_related("line__case", "line__module__course_version__course"):
        yield Item(
            _("Sign, or let the decision on %(reference)s stand")
            % {"reference": annulment.line.case},
            reverse("annulment-detail", args=[annulment.uuid]),
            target_of(annulment.line),
            reference=annulment.line.case.reference,
        )


def key_requests(user: User) -> Iterator[Item]:
    """What another registrar has asked for a signing key, and waits for a second one."""
    kept = Institution.objects.kept_by(user)
    asked = KeyRequest.objects.unanswered().filter(key__institution__in=kept)
    for request in asked.exclude(requested_by=user).select_related("key__institution"):
        yield Item(
            _("Approve or turn down: %(what)s") % {"what": request.get_kind_display()},
            reverse("key-request", args=[request.uuid]),
            str(request.key.institution),
        )


def unproven(user: User) -> Iterator[Item]:
    """Stolen keys whose signatures are still handed out, unless they are being signed anew."""
    kept, jobs = Institution.objects.kept_by(user), Job.objects.unfinished()
    forms = SignedForm.objects.unproven().filter(key__institution__in=kept)
    forms = forms.exclude(key__uuid__in=jobs.filter(kind=JobKind.SIGN_ANEW).values("subject"))
    keys = IssuerKey.objects.filter(pk__in=forms.values("key")).select_related("institution")
    for key in keys.annotate(count=Count("signedform", filter=Q(signedform__in=forms))):
        yield Item(
            _("Sign anew what the stolen key …%(key)s signed") % {"key": key.short_id},
            reverse("key-list", args=[key.institution.slug]),
            _("%(institution)s, not valid until then: %(count)s")
            % {"institution": key.institution, "count": key.count},
        )


def seals(user: User) -> Iterator[Item]:
    """Certificates that end within some weeks, after which nothing is sealed."""
    kept = Institution.objects.kept_by(user)
    ending = IssuerKey.objects.seals().active().filter(institution__in=kept)
    for key in ending.filter(valid_until__lt=timezone.now() + RENEWED_WITHIN).select_related(
        "institution"
    ):
        yield Item(
            _("Install the next seal certificate"),
            reverse("seal-new", args=[key.institution.slug]),
            str(key.institution),
            timezone.localdate(key.valid_until),
        )


def hearings(user: User) -> Iterator[Item]:
    """Credentials that were to be revoked, of which the learner has been heard."""
    judged = Award.objects.judged_by(user)
    found = AwardHearing.objects.over(timezone.localdate()).filter(award__in=judged)
    for hearing in found.select_related("award__course_version"):
        yield Item(
            _("Revoke %(number)s, or let it stand") % {"number": hearing.award.number},
            reverse("award-detail", args=[hearing.award.uuid]),
            str(hearing.award.course_version),
            reference=hearing.award.number,
        )


def _revoked(kept: QuerySet[Line]) -> Iterator[Item]:
    """Decisions whose credits still count although their credential was revoked here."""
    counting = CreditEntry.objects.filter(
        reversed_at=None, credential__award__in=Award.objects.taken_back()
    )
    open_ones = Annulment.objects.unfinished().values("line")
    lines = kept.filter(uuid__in=counting.values("line")).exclude(pk__in=open_ones)
    for line in lines.select_related("case", "module__course_version__course"):
        yield Item(
            _("Take back the decision on %(reference)s? A credential was revoked")
            % {"reference": line.case},
            reverse("annulment-new", args=[line.uuid]),
            target_of(line),
            reference=line.case.reference,
        )


def _without_reviewers(kept: QuerySet[Line]) -> Iterator[Item]:
    """Lines from which somebody stepped back, so that too few are left, or nobody reports."""
    reporting = Review.objects.counted().filter(line=OuterRef("pk"), is_rapporteur=True)
    counted = Count("reviews", filter=~Q(reviews__state=ReviewState.RECUSED))
    lines = kept.filter(state=LineState.UNDER_REVIEW).annotate(opinions=counted)
    lines = lines.filter(~Exists(reporting) | Q(opinions__lt=F("case__policy__quorum")))
    for line in lines.select_related("case", "module__course_version__course"):
        yield Item(
            _("Name a reviewer for %(reference)s") % {"reference": line.case},
            reverse("line-reviewers", args=[line.uuid]),
            target_of(line),
            line.due_on,
            line.case.reference,
        )


def _without_body(kept: QuerySet[Line]) -> Iterator[Item]:
    """Appeals that come before nobody yet, because no appeal body is set up."""
    for appeal in with_lines(Objection.objects.undecided().filter(body=None, line__in=kept)):
        yield Item(
            _("Find an appeal body for %(reference)s") % {"reference": appeal.line.case},
            reverse("objection-detail", args=[appeal.uuid]),
            target_of(appeal.line),
            appeal.due_on,
            appeal.line.case.reference,
        )


def as_registrar(user: User, does: Duties) -> Iterator[Item | More]:
    """What waits for registrars; who heads a committee signs annulments with them."""
    yield from annulments(user)
    if not does.keep:
        return
    yield from hearings(user)
    yield from key_requests(user)
    yield from unproven(user)
    yield from seals(user)
    kept = Line.objects.kept_by(user).exclude(case__applicant=user)
    yield from _undelivered(user, kept)
    waiting = Q(
        state__in=[
            LineState.SUBMITTED,
            LineState.FORMAL_CHECK,
            LineState.AUTO_DECIDED,
            LineState.DECIDED,
            LineState.NOTIFIED,
            LineState.REOPENED,
        ]
    )
    asked = InformationRequest.objects.open().filter(line=OuterRef("pk"))
    unanswered = Q(state=LineState.INFO_REQUESTED) & ~Exists(
        asked.filter(due_on__gte=timezone.localdate())
    )
    yield from _revoked(kept)
    yield from _without_body(kept)
    yield from _unseen(kept)
    yield from _without_reviewers(kept)
    now = timezone.localdate()
    to_settle = Condition.objects.awaited().filter(
        Q(answered_at__isnull=False) | Q(due_on__lt=now, reminded_at__isnull=False)
    )
    proved = Q(state=LineState.CONDITION_PENDING, decision__in=to_settle.values("decision"))
    learner = Q(pk__in=Line.objects.awaiting_grade_word().values("pk"))
    lines = kept.filter(waiting & ~learner | unanswered | proved).select_related(
        "case__applicant", "module__course_version__course", "decision"
    )
    ready = kept.filter(state=LineState.DECIDED, decision__letter__isnull=False)
    letters = ready.aggregate(count=Count("pk"), due_on=Min("due_on"))
    if letters["count"] > 1:
        yield Item(
            _("Inspect and send %(count)s letters") % letters,
            reverse("letter-release"),
            _("All of them on one page"),
            letters["due_on"],
        )
    found, more = due_first(lines, NEXT_DAY)
    yield more
    for line in found:
        label, address, due = _next_step(line)
        yield Item(
            label % {"reference": line.case},
            reverse(address, args=[line.uuid]),
            f"{line.case.applicant}, {target_of(line)}",
            due,
            line.case.reference,
        )


def _unseen(kept: QuerySet[Line]) -> Iterator[Item]:
    """Lines whose files stay closed to reviewers until a registrar has looked at them."""
    for line in kept.with_unseen_files().select_related("case", "module__course_version__course"):
        yield Item(
            _("Look at files of %(reference)s before reviewers see them")
            % {"reference": line.case},
            f"{reverse('line-check', args=[line.uuid])}#blind",
            target_of(line),
            line.due_on,
            line.case.reference,
        )


def _undelivered(user: User, kept: QuerySet[Line]) -> Iterator[Item]:
    """One item for each application and reader whose mails came back; see `notices.settle`."""
    about = Q(thing__in=kept.values("uuid")) | Q(thing__in=kept.values("case__uuid"))
    mails = list(Mail.objects.unsettled().filter(about).exclude(user=user).select_related("user"))
    things = [mail.thing for mail in mails]
    lines: dict[uuid.UUID, Line] = {}
    found = kept.filter(Q(uuid__in=things) | Q(case__uuid__in=things))
    for line in found.select_related("case"):
        lines |= {line.uuid: line, line.case.uuid: line}
    missed = {(lines[one.thing].case, one.reader): one for one in mails if one.thing in lines}
    for (case, reader), mail in missed.items():
        yield Item(
            _("Reach %(name)s about %(reference)s") % {"name": reader, "reference": case},
            reverse("line-detail", args=[lines[mail.thing].uuid]),
            _("A mail did not arrive: %(why)s") % {"why": mail.get_bounce_reason_display()},
            reference=case.reference,
        )
    yield from unread(_handled_by(user))


def _handled_by(user: User) -> QuerySet[Line]:
    """Lines on which a learner's message waits: those one handles, and those nobody does."""
    unread = Message.objects.unread_by_staff().values("line")
    mine = Q(handler=user) | Q(handler=None)
    return Line.objects.kept_by(user).filter(mine, pk__in=unread).exclude(case__applicant=user)


def _next_step(line: Line) -> tuple[str, str, date | None]:
    """Return what a registrar does next with a line, where, and until when."""
    if line.state in UNCHECKED:
        label = _("Check whether %(reference)s is complete")
        return label, "line-check", line.due_on or line.case.check_due_on
    if line.state == LineState.REOPENED:
        return _("Pass %(reference)s on: it is open again"), "line-resume", line.due_on
    if line.state == LineState.INFO_REQUESTED:
        return _("Go on with %(reference)s: no answer came"), "line-check", None
    if line.state in (LineState.AUTO_DECIDED, LineState.DECIDED):
        return _("Send the decision on %(reference)s"), "line-record", line.due_on
    if line.state == LineState.CONDITION_PENDING:
        return _("Settle a condition of %(reference)s"), "line-conditions", None
    if not line.decision.is_recorded:
        return _("Close %(reference)s"), "line-record", None
    if not line.decision.gives_credits:
        return _("Write the decision on %(reference)s into the record"), "line-record", None
    return _("Record the credits of %(reference)s"), "line-record", None
