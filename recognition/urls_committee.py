"""Addresses of those who check, compare and decide; and of the files of a line."""

from django.urls import path

from recognition.views import (
    assessments,
    authenticity,
    checks,
    conditions,
    decisions,
    files,
    information,
    notices,
    reviews,
    sources,
)

urlpatterns = [
    path("lines/<uuid:uuid>/check/", checks.check, name="line-check"),
    path("lines/<uuid:uuid>/ask/", information.ask, name="line-ask"),
    path("lines/<uuid:uuid>/sources/<uuid:source>/ask/", information.ask_issuer, name="issuer-ask"),
    path("questions/<uuid:uuid>/enter/", information.enter_answer, name="inquiry-enter"),
    path("questions/<uuid:uuid>/withdraw/", information.withdraw_inquiry, name="inquiry-withdraw"),
    path("lines/<uuid:uuid>/go-on/", information.stop_waiting, name="line-go-on"),
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
    path("lines/<uuid:uuid>/award/", decisions.award, name="line-award"),
    path("lines/<uuid:uuid>/files/<uuid:document>/", files.document, name="line-document"),
    path("lines/<uuid:uuid>/assess/", assessments.order, name="assessment-order"),
    path("assessments/<uuid:uuid>/", assessments.detail, name="assessment-detail"),
    path("assessments/<uuid:uuid>/absence/", assessments.absence, name="assessment-absence"),
    path("assessments/<uuid:uuid>/cancel/", assessments.cancel, name="assessment-cancel"),
    path("decisions/<uuid:uuid>/", decisions.detail, name="decision-detail"),
    path("reviews/<uuid:uuid>/conflict/", reviews.conflict, name="review-conflict"),
    path("reviews/<uuid:uuid>/release/", reviews.release, name="review-release"),
    path("reviews/<uuid:uuid>/take-back/", reviews.take_back, name="review-take-back"),
    path("reviews/<uuid:uuid>/", reviews.detail, name="review-detail"),
]
