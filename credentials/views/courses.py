"""The public catalogue: find a course, read what it teaches and whether it would count."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from credentials.filters.courses import CourseFilter
from credentials.language import LanguageMap, in_language, language_of
from credentials.models import CourseVersion, Enrolment, Module, ProgrammeVersion, User
from credentials.permissions import can_award_course, can_claim
from credentials.states import AwardState, ClaimState, PublishingState
from credentials.templatetags.symbolon import ects, language_name, number
from credentials.vocabulary import CYCLE_OF_EQF, BroadField, CourseElement, Cycle, Stackability

PER_PAGE = 20
SHOWN_SUMMARIES = 5


@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    courses = CourseFilter(request.GET, user=request.user)
    paginator = Paginator(courses.courses(), PER_PAGE)
    paginator.count = courses.total  # the facets have counted already
    page = paginator.get_page(request.GET.get("page"))
    return render(request, "courses/list.html", {"courses": courses, "page": page})


@require_safe
def course_detail(request: HttpRequest, uuid: str) -> HttpResponse:
    versions = CourseVersion.objects.visible_to(request.user).with_course().with_next_start()
    version = get_object_or_404(versions.prefetch_related("outcomes", "offerings"), uuid=uuid)
    others = version.course.versions.visible_to(request.user).exclude(pk=version.pk)
    missing = version.missing_elements() if version.state == PublishingState.DRAFT else []
    context = {
        "version": version,
        "field": BroadField(version.isced_f[:2]) if version.isced_f else None,
        "facts": list(_facts(version)),
        "taking_part": list(_taking_part(version)),
        "assessment": list(_assessment(version)),
        "others": others,
        "in_force": next((v for v in others if v.state == PublishingState.PUBLISHED), None),
        "missing": [CourseElement(name).label for name in missing],
        "keeps": CourseVersion.objects.editable_by(request.user).filter(pk=version.pk).exists(),
        "counting": _counting(version, request.user, request.GET.get("programme", "")),
        "claiming": _claiming(version, request.user),
        "modules": _modules(version),
        "stackable": version.stackability == Stackability.STACKABLE,
    }
    return render(request, "courses/detail.html", context)


def _facts(version: CourseVersion) -> Iterator[dict]:
    if version.ects is not None:
        anchor = "workload" if version.hours is None else ""
        yield {"label": _("Credits"), "value": ects(version.ects), "anchor": anchor}
    if version.hours is not None:
        hours = _("%(hours)s hours") % {"hours": number(version.hours)}
        yield {"label": _("Workload"), "value": hours, "anchor": "workload"}
    if version.eqf_level is not None:
        cycle = CYCLE_OF_EQF.get(version.eqf_level)
        note = Cycle(cycle).label if cycle else ""
        level = _("EQF %(level)s") % {"level": version.eqf_level}
        yield {"label": _("Level"), "value": level, "note": note, "anchor": "level"}
    if version.language:
        language = language_name(version.language)
        yield {"label": _("Language"), "value": language, "anchor": "language"}
    if version.participation_form:
        form = version.get_participation_form_display()
        yield {"label": _("How you take part"), "value": form, "anchor": "participation"}
    if version.assessment_type:
        yield {"label": _("Assessment"), "value": version.get_assessment_type_display()}
    if version.quality_assurance:
        yield {
            "label": _("Quality assurance"),
            "value": version.get_quality_assurance_display(),
            "note": version.quality_agency,
        }


def _text_row(label: str, texts: LanguageMap, anchor: str = "") -> Iterator[dict]:
    if any(texts.values()):
        row = {"label": label, "value": in_language(texts), "lang": language_of(texts)}
        yield {**row, "anchor": anchor}


def _taking_part(version: CourseVersion) -> Iterator[dict]:
    yield from _text_row(_("Before you start"), version.prerequisites, "prerequisites")
    if version.term:
        yield {"label": _("Term"), "value": version.term, "lang": version.language}


def _assessment(version: CourseVersion) -> Iterator[dict]:
    if version.assessment_type:
        yield {"label": _("Type"), "value": version.get_assessment_type_display()}
    yield from _text_row(_("What is assessed"), version.assessment_criteria)
    if version.supervision:
        checks = version.get_supervision_display()
        yield {"label": _("Who checks identity"), "value": checks, "anchor": "supervision"}
    if version.grade_scale:
        scale = ", ".join(version.grade_scale)
        note = version.passed_from and _("Passed from %(grade)s") % {"grade": version.passed_from}
        label = _("Grades, lowest first")
        yield {"label": label, "value": scale, "note": note, "anchor": "grade"}


def _counting(version: CourseVersion, user: User, wanted: str) -> dict:
    """Return what decisions so far say: for the chosen programme, else for those asked most."""
    programmes: dict[int, ProgrammeVersion] = {}
    published = ProgrammeVersion.objects.published().select_related("programme__institution")
    for programme_version in published:
        programmes.setdefault(programme_version.programme_id, programme_version)
    chosen = next((p for p in programmes.values() if str(p.programme.uuid) == wanted), None)
    if chosen is None and user.is_authenticated and "-" not in wanted:
        mine = Enrolment.objects.filter(learner__user=user, ended_on=None)
        ids = set(mine.values_list("programme_version__programme", flat=True))
        chosen = next((p for key, p in programmes.items() if key in ids), None)
    summaries = [
        {
            "asked": summary.asked,
            "recognised": summary.recognised,
            "target": summary.target,
            "programme": programmes.get(summary.programme_id),
        }
        for summary in version.course.recognition_summaries.all()
        if chosen is None or summary.programme_id == chosen.programme_id
    ]
    return {
        "programmes": list(programmes.values()),
        "chosen": chosen,
        "summaries": summaries[:SHOWN_SUMMARIES],
        "asked": sum(summary["asked"] for summary in summaries),
        "recognised": sum(summary["recognised"] for summary in summaries),
    }


def _claiming(version: CourseVersion, user: User) -> dict:
    """Return whether the reader may claim the credential, has claimed or holds it, or awards it."""
    claiming = {"verdict": can_claim(user, version), "claim": None, "award": None}
    if user.is_authenticated:
        open_claims = version.claims.filter(claimant=user, state=ClaimState.SUBMITTED)
        held = version.awards.filter(learner__user=user).exclude(state=AwardState.REVOKED)
        claiming |= {"claim": open_claims.first(), "award": held.first()}
        claiming["awards"] = can_award_course(user, version).allowed
    return claiming


def _modules(version: CourseVersion) -> QuerySet:
    """The places that this course has in published programmes, whatever its version there."""
    return Module.objects.filter(
        course_version__course=version.course,
        programme_version__state=PublishingState.PUBLISHED,
    ).select_related("programme_version__programme__institution")
