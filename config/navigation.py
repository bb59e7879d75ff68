"""The main navigation, for each reader what they may use; given to every template."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from credentials.models import Role

# Pages that belong to a place although their address begins otherwise.
BELOW = {
    "/lines/": (
        *("/ballots/", "/committees/", "/letters/", "/meetings/", "/numbers/", "/reviews/"),
        *("/intakes/", "/sources/"),
    ),
    "/institution/": (
        *("/bodies/", "/memberships/", "/seats/", "/exports/", "/keys/", "/key-requests/"),
    ),
    "/learners/": ("/graduations/", "/graduates/", "/enrolments/", "/results/"),
    "/catalogue/": ("/awards/",),
    "/portfolio/": ("/evidence/", "/shares/"),
    "/courses/": ("/programmes/",),
    "/applications/": ("/questions/",),
}


def navigation(request: HttpRequest) -> dict:
    """Return `nav` (url, label, current); costs two queries for people signed in."""
    links = list(_public(request)) if not _reader(request) else list(_personal(request))
    path = request.path
    return {
        "nav": [
            {
                "url": url,
                "label": label,
                "current": path.startswith((url, *BELOW.get(url, ()))),
            }
            for url, label in links
        ],
    }


def _reader(request):
    return getattr(request, "user", None) is not None and request.user.is_authenticated


def _public(request):
    yield reverse("course-list"), _("Courses")
    yield reverse("verify"), _("Verify")
    yield reverse("page-how"), _("How it works")
    yield reverse("account_login"), _("Sign in")


def _personal(request):
    """At most six places; a member of staff finds their own portfolio in the account menu."""
    user = request.user
    held = set(user.memberships.values_list("role", "unit__parent"))
    roles = {role for role, _parent in held}
    keeps_all = (Role.REGISTRAR, None) in held
    is_seated = user.seats.current().exists()
    yield reverse("work"), _("Your work")
    yield reverse("course-list"), _("Courses")
    if not roles and not is_seated:
        yield reverse("portfolio"), _("Portfolio")
        yield reverse("case-list"), _("Applications")
        yield reverse("verify"), _("Verify")
    if is_seated or Role.REGISTRAR in roles:
        yield reverse("line-list"), _("Cases")
    if keeps_all:
        yield reverse("learner-list"), _("Learners")
    if roles & {Role.REGISTRAR, Role.COURSE_DIRECTOR}:
        yield reverse("catalogue"), _("Catalogue")
    if keeps_all:
        yield reverse("institution-affairs"), _("Institution")
