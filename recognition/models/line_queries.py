"""Which lines are whose: seen, worked on, signed, sent, late; and what is read with them."""

from datetime import timedelta

from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Value
from django.utils import timezone

from credentials.models import Role, Unit
from recognition import states
from recognition.models.ballot import Ballot, Declaration
from recognition.models.committee import DECIDING, Seat, SeatRole
from recognition.models.conflict import Recusal
from recognition.models.decision import Decision
from recognition.models.information import InformationItem
from recognition.models.remedy import Objection
from recognition.models.review import Review
from recognition.models.source import LineSource
from recognition.states import LineState

WITH_FILES_TO_SEE = (
    LineState.UNDER_REVIEW,
    LineState.ASSESSMENT,
    LineState.INFO_REQUESTED,
    LineState.DELIBERATION,
)


def _deciding_chairs():
    """Chairs of an outer line's committee who decide on it, so that no deputy does."""
    line = OuterRef(OuterRef("pk"))
    reports = Review.objects.counted().filter(
        line=line, reviewer=OuterRef("user"), is_rapporteur=True
    )
    recused = Recusal.objects.standing().filter(line=line, user=OuterRef("user"))
    known = LineSource.objects.filter(line=line).known_to(OuterRef("user"))
    return (
        Seat.objects.current()
        .there()
        .filter(committee=OuterRef("committee"), role=SeatRole.CHAIR)
        .exclude(Exists(reports))
        .exclude(Exists(recused))
        .exclude(Exists(known))
        .exclude(user=OuterRef("case__applicant"))
    )


def _what_is(reader) -> dict:
    """Return what somebody may be to a line, by column."""
    line, unit = OuterRef("pk"), OuterRef("case__programme_version__programme__unit")
    seats = Seat.objects.current().filter(user=reader, committee=OuterRef("committee"))
    roles = {
        "keeps": Unit.objects.staffed_by(reader, Role.REGISTRAR).filter(pk=unit),
        "directs": Unit.objects.staffed_by(reader, Role.COURSE_DIRECTOR).filter(pk=unit),
        "chairs": seats.filter(role__in=DECIDING),
        "has_seat": seats,
        "votes": Declaration.objects.seated(reader).filter(line=line),
        "judges": Objection.objects.before(reader).filter(line=line),
        "stepped_back": Recusal.objects.standing().filter(line=line, user=reader),
        "is_biased": LineSource.objects.filter(line=line).known_to(reader.pk),
    }
    return {"reader_id": Value(reader.pk)} | {
        f"reader_{name}": Exists(rows) for name, rows in roles.items()
    }


def _is_late():
    return Q(state__in=states.CLOCK_RUNS, due_on__lt=timezone.localdate())


def _is_due_soon():
    today = timezone.localdate()
    return Q(state__in=states.CLOCK_RUNS, due_on__range=(today, today + timedelta(days=7)))


class LineQuerySet(models.QuerySet):
    def not_stepped_back_from(self, user):
        """Lines from which the user did not step back: they get none back in another role."""
        recused = Recusal.objects.standing().filter(line=OuterRef("pk"), user=user)
        return self.exclude(Exists(recused))

    def kept_from(self, user):
        """Lines that a reader of papers about several must not follow: their own, those they are
        kept away from, and those they know too well unless they keep the records.
        """
        recused = Recusal.objects.standing().filter(line=OuterRef("pk"), user=user)
        known = LineSource.objects.filter(line=OuterRef("pk")).known_to(user.pk)
        units = Unit.objects.staffed_by(user, Role.REGISTRAR)
        keeps = Q(case__programme_version__programme__unit__in=units)
        return self.filter(Exists(recused) | Q(case__applicant=user) | Exists(known) & ~keeps)

    def worked_on_by(self, user):
        """Lines the user reviews or votes on and has a seat for today, whose committee they chair,
        or for which they may sign as course director.
        """
        mine = Review.objects.counted().filter(line=OuterRef("pk"), reviewer=user)
        seats = Seat.objects.current().filter(user=user, committee=OuterRef("committee"))
        directed = self.model.objects.delegated_to_director(user)
        return self.filter(
            Exists(mine) & Exists(seats)
            | Exists(Declaration.objects.seated(user).filter(line=OuterRef("pk")))
            | Exists(seats.filter(role__in=DECIDING))
            | Q(pk__in=directed.values("pk"))
        ).not_stepped_back_from(user)

    def delegated_to_director(self, user):
        """Lines with all opinions in, of programmes whose course director the user is, under
        rules that let a course director decide something without a vote.
        """
        units = Unit.objects.staffed_by(user, Role.COURSE_DIRECTOR)
        return self.filter(
            case__programme_version__programme__unit__in=units,
            case__policy__delegation__course_director__0__isnull=False,
            deliberated_at__isnull=False,
        ).exclude(state__in=[LineState.UNDER_REVIEW, LineState.WITHDRAWN])

    def visible_to(self, user):
        """Own lines, those of programmes one keeps records for, those one works on or judges."""
        if not user.is_authenticated:
            return self.none()
        units = Unit.objects.staffed_by(user, Role.REGISTRAR)
        submitted = Q(case__submitted_at__isnull=False)
        found = self.filter(
            Q(case__applicant=user)
            | submitted & Q(case__programme_version__programme__unit__in=units)
            | submitted & Q(pk__in=self.model.objects.worked_on_by(user).values("pk"))
            | Q(pk__in=Objection.objects.before(user).values("line"))
        )
        return found.not_stepped_back_from(user)

    def kept_by(self, user):
        """Submitted lines of programmes for which the user is registrar."""
        if not user.is_authenticated:
            return self.none()
        units = Unit.objects.staffed_by(user, Role.REGISTRAR)
        return self.filter(
            case__submitted_at__isnull=False, case__programme_version__programme__unit__in=units
        ).not_stepped_back_from(user)

    def counted_for(self, user):
        """Lines whose numbers the user sees: of programmes they keep, of committees they chair."""
        if not user.is_authenticated:
            return self.none()
        chaired = Seat.objects.current().filter(
            user=user, role__in=DECIDING, committee=OuterRef("committee")
        )
        units = Unit.objects.staffed_by(user, Role.REGISTRAR)
        found = self.filter(
            Exists(chaired) | Q(case__programme_version__programme__unit__in=units),
            case__submitted_at__isnull=False,
        )
        return found.exclude(case__applicant=user).not_stepped_back_from(user)

    def awaiting_decision_by(self, user):
        """Lines in deliberation whose committee the user chairs, and did not step back from;
        not those on which the committee votes now.
        """
        if not user.is_authenticated:
            return self.none()
        voted_on = Ballot.objects.open().filter(line=OuterRef("pk"))
        seats = Seat.objects.current().there().filter(committee=OuterRef("committee"))
        mine = seats.filter(user=user)
        is_chair = Exists(mine.filter(role=SeatRole.CHAIR))
        is_deputy = Exists(mine.filter(role=SeatRole.DEPUTY))
        known = LineSource.objects.filter(line=OuterRef("pk")).known_to(user.pk)
        return (
            self.filter(~Exists(voted_on), state=LineState.DELIBERATION)
            .filter(
                Q(acting_chair=user) & is_deputy
                | Q(acting_chair=None) & (is_chair | is_deputy & ~Exists(_deciding_chairs()))
            )
            .exclude(Exists(known))
            .exclude(case__applicant=user)
            .not_stepped_back_from(user)
        )

    def applicant_known_to(self, user):
        """Lines whose reader may know who applied: the rule of `permissions.may_know_applicant`.

        The applicant and registrars always; committees not before a decision was sent, where the
        rules of the case ask for blind review.
        """
        if not user.is_authenticated:
            return self.none()
        units = Unit.objects.staffed_by(user, Role.REGISTRAR)
        return self.filter(
            Q(case__applicant=user)
            | Q(case__programme_version__programme__unit__in=units)
            | Q(case__policy=None)
            | Q(case__policy__is_blind=False)
            | Q(pk__in=self.model.objects.filter(decisions__notified_at__isnull=False).values("pk"))
        )

    def with_unseen_files(self):
        """Lines with the committee whose registrar has not said of each file whether it may be
        opened by reviewers who must not know the applicant: files of sources, and of answers.
        """
        line = OuterRef(OuterRef("pk"))
        seen = self.model.seen_files.through.objects.filter(
            line=line, document=OuterRef("document")
        )
        put, sent = LineSource.documents.through, InformationItem.documents.through
        of_sources = put.objects.filter(linesource__line=OuterRef("pk"))
        of_answers = sent.objects.filter(
            informationitem__request__line=OuterRef("pk"),
            informationitem__request__answered_at__isnull=False,
        )
        return self.filter(
            Exists(of_sources.exclude(Exists(seen))) | Exists(of_answers.exclude(Exists(seen))),
            case__policy__is_blind=True,
            complete_at__isnull=False,
            state__in=WITH_FILES_TO_SEE,
        ).exclude(decisions__notified_at__isnull=False)

    def awaiting_grade_word(self):
        """Those whose applicant may still say that the grade counts."""
        asked = Decision.objects.awaiting_grade_word(timezone.localdate())
        return self.filter(state__in=states.GRADE_ASKED_IN, decision__in=asked)

    def of_others_visible_to(self, user):
        """Those that somebody sees, but not as the applicant."""
        return self.visible_to(user).exclude(case__applicant=user)

    def before_committees_of(self, user):
        """Sent lines of committees the user sits on: that they exist and what they are about."""
        if not user.is_authenticated:
            return self.none()
        seats = Seat.objects.current().filter(user=user, committee=OuterRef("committee"))
        found = self.filter(Exists(seats), complete_at__isnull=False).exclude(case__applicant=user)
        return (
            found.not_stepped_back_from(user)
            .select_related("case", "module__course_version__course", "committee", "decision")
            .prefetch_related("ballots")
            .order_by("due_on", "pk")
        )

    def late(self):
        """Lines whose decision should have been sent before today."""
        return self.filter(_is_late())

    def due_soon(self):
        """Lines in time whose decision is due within a week: what will be late before it is."""
        return self.filter(_is_due_soon())

    def deadlines(self):
        """Count what is late and what will be within a week."""
        return self.filter(_is_late() | _is_due_soon()).aggregate(
            late=Count("pk", filter=_is_late()), soon=Count("pk", filter=_is_due_soon())
        )

    def with_all(self, reader=None):
        """With what nearly every page of a line shows; and what its reader is to each line.

        A page asks many permissions of the same two, so `permissions.shared` takes the answers
        from here. A service asks anew, of the line it has locked.
        """
        found = self.select_related(
            "case__applicant",
            "case__learner",
            "case__policy",
            "case__entered_by",
            "case__programme_version__programme__institution",
            "case__programme_version__programme__unit",
            "module__course_version__course",
            "committee__unit",
        ).prefetch_related("sources", "parts")
        if reader is None:
            return found
        reviews = Prefetch("reviews", Review.objects.filter(reviewer=reader), "reviews_of_reader")
        return found.annotate(**_what_is(reader)).prefetch_related(reviews)
