"""Addresses of claims, awards, verification, and of what machines read of issuers."""

from django.urls import path

from credentials.views import (
    award_imports,
    awards,
    claims,
    documents,
    hand_outs,
    issuers,
    jobs,
    keys,
    revocations,
    verification,
)

urlpatterns = [
    path("courses/<uuid:uuid>/claim/", claims.create, name="claim-new"),
    path("courses/<uuid:uuid>/award/", awards.create, name="award-new"),
    path("courses/<uuid:uuid>/award/list/", award_imports.create, name="award-import"),
    path("courses/<uuid:uuid>/award/list.csv", award_imports.template, name="award-template"),
    path("claims/", claims.index, name="claim-list"),
    path("claims/<uuid:uuid>/", claims.detail, name="claim-detail"),
    path("claims/<uuid:uuid>/award/", claims.award, name="claim-award"),
    path("claims/<uuid:uuid>/deny/", claims.deny, name="claim-deny"),
    path("claims/<uuid:uuid>/withdraw/", claims.withdraw, name="claim-withdraw"),
    path("awards/<uuid:uuid>/", awards.detail, name="award-detail"),
    path("awards/<uuid:uuid>/jobs/<uuid:job>/", awards.progress, name="award-progress"),
    path("awards/<uuid:uuid>/accept/", awards.accept, name="award-accept"),
    path("awards/", revocations.index, name="award-list"),
    path("awards/many/<slug:act>/", revocations.many, name="award-many"),
    path("awards/<uuid:uuid>/suspend/", revocations.suspend, name="award-suspend"),
    path("awards/<uuid:uuid>/lift/", revocations.lift, name="award-lift"),
    path("awards/<uuid:uuid>/revoke/", revocations.revoke, name="award-revoke"),
    path("awards/<uuid:uuid>/correct/", revocations.correct, name="award-correct"),
    path("hearings/<uuid:uuid>/answer/", revocations.answer, name="hearing-answer"),
    path("hearings/<uuid:uuid>/drop/", revocations.drop, name="hearing-drop"),
    path("awards/<uuid:uuid>/supplement/", awards.make_supplement, name="award-supplement"),
    path("awards/<uuid:uuid>/credential.json", awards.download, name="award-download"),
    path("credentials/<uuid:uuid>", awards.credential, name="credential-id"),
    path("credentials/transcript.elmo.xml", hand_outs.transcript, name="transcript"),
    path(
        "credentials/<uuid:uuid>/credential.<str:form>", hand_outs.download, name="credential-form"
    ),
    path("institutions/<slug:slug>/did.json", issuers.did_document, name="institution-did"),
    path("status/<uuid:uuid>", issuers.status_list, name="status-list"),
    path("institution/<slug:slug>/keys/", keys.index, name="key-list"),
    path("keys/<uuid:uuid>/replace/", keys.replace, name="key-replace"),
    path("keys/<uuid:uuid>/sign-anew/", keys.sign_anew, name="key-sign-anew"),
    path("keys/<uuid:uuid>/<slug:kind>/", keys.ask, name="key-ask"),
    path("key-requests/<uuid:uuid>/", keys.request_detail, name="key-request"),
    path("jobs/<uuid:uuid>/", jobs.detail, name="job-detail"),
    path("jobs/<uuid:uuid>/progress/", jobs.progress, name="job-progress"),
    path("jobs/<uuid:uuid>/retry/", jobs.retry, name="job-retry"),
    path("documents/<uuid:uuid>/", documents.download, name="document-download"),
    path("verify/", verification.verify, name="verify"),
    path("v/<str:code>/", verification.code, name="verify-code"),
]
