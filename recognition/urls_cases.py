"""Addresses of applications, for the applicant; and of the staff's list of lines."""

from django.urls import path

from recognition.views import (
    applications,
    case_files,
    cases,
    conditions,
    grade_words,
    information,
    intakes,
    policies,
    queue,
    routing,
    thread,
)

urlpatterns = [
    path("applications/", cases.case_list, name="case-list"),
    path("applications/new/", applications.new, name="case-new"),
    path("applications/<uuid:uuid>/", cases.detail, name="case-detail"),
    path("applications/<uuid:uuid>/lines/new/", applications.add_line, name="line-new"),
    path("applications/<uuid:uuid>/check/", applications.check, name="case-check"),
    path("applications/<uuid:uuid>/sent/", cases.sent, name="case-sent"),
    path("applications/<uuid:uuid>/file/", case_files.file, name="case-file"),
    path(
        "applications/<uuid:uuid>/file/<uuid:document>/", case_files.document, name="case-document"
    ),
    path("applications/<uuid:uuid>/receipt/", case_files.receipt, name="case-receipt"),
    path("applications/<uuid:uuid>/all.zip", case_files.archive, name="case-archive"),
    path("applications/<uuid:uuid>/issuers.json", case_files.issuer_note, name="case-issuer-note"),
    path("applications/<uuid:uuid>/discard/", applications.discard, name="case-discard"),
    path("intakes/", intakes.index, name="intake-list"),
    path("intakes/new/<uuid:uuid>/", intakes.new, name="intake-new"),
    path("intakes/<uuid:uuid>/", intakes.detail, name="intake-detail"),
    path("lines/<uuid:uuid>/sources/new/", intakes.add_source, name="source-add"),
    path("sources/<uuid:uuid>/remove/", intakes.remove_source, name="source-remove"),
    path("sources/<uuid:uuid>/correct/", intakes.correct, name="source-correct"),
    path("applications/<uuid:uuid>/apply/", applications.apply_after, name="case-apply"),
    path("conditions/<uuid:uuid>/proof/", conditions.prove, name="condition-prove"),
    path("lines/", queue.line_list, name="line-list"),
    path("lines/<uuid:uuid>/edit/", applications.edit_line, name="line-edit"),
    path("lines/<uuid:uuid>/parts/", applications.parts, name="line-parts"),
    path("lines/<uuid:uuid>/remove/", applications.remove_line, name="line-remove"),
    path("lines/<uuid:uuid>/withdraw/", cases.withdraw, name="line-withdraw"),
    path("lines/<uuid:uuid>/grade/", grade_words.answer, name="grade-answer"),
    path("lines/<uuid:uuid>/messages/", thread.message_list, name="message-list"),
    path("lines/<uuid:uuid>/", cases.line_detail, name="line-detail"),
    path("questions/<uuid:uuid>/answer/", information.answer, name="information-answer"),
    path("inquiries/<str:token>/", information.answer_inquiry, name="inquiry-answer"),
    path("modules/<uuid:uuid>/who-decides/", routing.module, name="module-routing"),
    path("programmes/<uuid:uuid>/who-decides/", routing.programme, name="programme-routing"),
    path("recognition-rules/", policies.index, name="recognition-rules"),
    path("recognition-rules/<slug:slug>/<int:version>/", policies.show, name="policy-detail"),
]
