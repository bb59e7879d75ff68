"""Addresses of those who check, compare and decide; and of the files of a line."""

from django.urls import path

from recognition.views import (
    authenticity,
    checks,
    conditions,
    decisions,
    files,
    notices,
    recusals,
    reviews,
    sources,
)

urlpatterns = [
    path("lines/<uuid:uuid>/check/", checks.check, name="line-check"),
    path("lines/<uuid:uuid>/ask/", checks.ask, name="line-ask"),
    path("lines/<uuid:uuid>/go-on/", checks.stop_waiting, name="line-go-on"),
    path("lines/<uuid:uuid>/delay/", checks.delay, name="line-delay"),
    path("lines/<uuid:uuid>/notices/settle/", notices.settle, name="notices-settle"),
    path("lines/<uuid:uuid>/inadmissible/", checks.inadmissible, name="line-inadmissible"),
    path("lines/<uuid:uuid>/sources/<uuid:source>/body/", sources.body, name="source-body"),
    path(
        "lines/<uuid:uuid>/sources/<uuid:source>/platform/",
        sources.platform,
        name="source-platform",
    ),
    path(
        "lines/<uuid:uuid>/sources/<uuid:source>/authenticity/",
        authenticity.of_source,
        name="source-authenticity",
    ),
    path("lines/<uuid:uuid>/conditions/", conditions.of_line, name="line-conditions"),
    path("conditions/<uuid:uuid>/", conditions.settle, name="condition-settle"),
    path("lines/<uuid:uuid>/reviewers/", reviews.reviewers, name="line-reviewers"),
    path("lines/<uuid:uuid>/opinions/", reviews.opinions, name="line-opinions"),
    path("lines/<uuid:uuid>/decide/", decisions.decide, name="line-decide"),
    path("lines/<uuid:uuid>/sign/", decisions.sign, name="line-sign"),
    path("lines/<uuid:uuid>/record/", decisions.record, name="line-record"),
    path("lines/<uuid:uuid>/files/<uuid:document>/", files.document, name="line-document"),
    path("lines/<uuid:uuid>/files/show/", recusals.show_files, name="line-show-files"),
    path("lines/<uuid:uuid>/committee/", recusals.committee, name="line-committee"),
    path("lines/<uuid:uuid>/step-back/", recusals.step_back, name="line-step-back"),
    path("lines/<uuid:uuid>/hand-over/", recusals.hand_over, name="line-hand-over"),
    path("challenges/<uuid:uuid>/", recusals.answer, name="challenge-answer"),
    path("reviews/<uuid:uuid>/pass-on/", recusals.pass_on, name="review-pass-on"),
    path("reviews/<uuid:uuid>/conflict/", reviews.conflict, name="review-conflict"),
    path("reviews/<uuid:uuid>/release/", reviews.release, name="review-release"),
    path("reviews/<uuid:uuid>/take-back/", reviews.take_back, name="review-take-back"),
    path("reviews/<uuid:uuid>/", reviews.detail, name="review-detail"),
]
