"""Proves who may open each address: every role, other learners, other institutions, strangers."""

from typing import NamedTuple

import pytest
from django.core.cache import cache
from django.urls import URLPattern, get_resolver, reverse

from tests.factories.seals import NUMBER
from tests.factories.world import taken_back

pytestmark = pytest.mark.django_db

# `invited` was named as a reviewer and has not declared impartiality, `recused` stepped back.
HERE = (
    "learner other_learner teacher director registrar unit_registrar unit_director "
    "chair deputy reviewer invited recused appeal_chair appeal_member"
)
ELSEWHERE = (
    "foreign_learner foreign_teacher foreign_director foreign_registrar foreign_reviewer "
    "foreign_chair member"
)
SIGNED_IN = f"{HERE} {ELSEWHERE}"
EVERYBODY = f"anonymous {SIGNED_IN}"
NOBODY = ""
STAFF = "teacher director registrar"
KEEPERS = "director registrar"
ALL_KEEPERS = "director registrar unit_registrar unit_director foreign_director foreign_registrar"
REGISTRARS = "registrar foreign_registrar"
NUMBERS = f"{REGISTRARS} unit_registrar chair deputy foreign_chair"
COMMITTEE = "chair deputy reviewer invited recused"
SETTLERS = "registrar chair deputy reviewer"  # the reviewer reports
PROOF = {"answer": "I passed it."}
GENUINE = {"authenticity": "confirmed", "note": "By letter."}
SETTLED = {"do": "met", "note": "Passed."}
HEADS = "registrar chair deputy"
JUDGES = "appeal_chair appeal_member unit_director"

ANSWER = {"upheld": "no", "reason": "Nothing speaks for it."}
DESIGN = {"seen_version": "1", "colour": "#1c4f8f"}
OFFICIAL = {"number": NUMBER}
PREFERENCES = {"language": "en", "mail_rhythm": "at_once"}


class Address(NamedTuple):
    """`opens`: who gets a page by GET or is led to one; None: GET is not allowed at all.

    `acts`: who may send `data` to it and is led on; None: not tried with data. Who is in neither
    is refused both ways. `things` are names in the world, or stand for themselves.
    """

    name: str
    things: str = ""
    opens: str | None = NOBODY
    acts: str | None = None
    data: dict = {}

    def url(self, world) -> str:
        return reverse(self.name, args=[world.things.get(t, t) for t in self.things.split()])

    def __str__(self) -> str:
        return f"{self.name} {self.things}".strip()


ADDRESSES = [
    # First pages and pages of text
    Address("home", opens=EVERYBODY),
    Address("work", opens=SIGNED_IN),
    Address("switch", "student", opens=None, acts=NOBODY),  # only in the demonstration
    Address("styleguide"),  # only in the demonstration
    Address("page-how", opens=EVERYBODY),
    Address("page-glossary", opens=EVERYBODY),
    Address("guide-list", opens=EVERYBODY),
    *(Address("guide-show", role, opens=EVERYBODY) for role in ("student", "registrar")),
    Address("guide-show", "nobody"),
    Address("page-accessibility", opens=EVERYBODY),
    Address("page-privacy", opens=EVERYBODY),
    Address("page-imprint", opens=EVERYBODY),
    Address("recognition-rules", opens=EVERYBODY),
    Address("policy-detail", "institution policy", opens=EVERYBODY),
    Address("policy-detail", "institution 0"),
    Address("set_language", opens=EVERYBODY, acts=EVERYBODY, data={"language": "de"}),
    Address("preferences-edit", opens=SIGNED_IN, acts=SIGNED_IN, data=PREFERENCES),
    # Catalogue, public
    Address("course-list", opens=EVERYBODY),
    Address("course-detail", "course", opens=EVERYBODY),
    Address("course-detail", "old_course", opens=EVERYBODY),
    Address("course-detail", "draft_course", opens=KEEPERS),
    Address("programme-list", opens=EVERYBODY),
    Address("programme-detail", "programme", opens=EVERYBODY),
    Address("programme-detail", "draft_programme", opens=KEEPERS),
    # Catalogue, for those who keep it
    Address("catalogue", opens=ALL_KEEPERS),
    Address("course-new", opens=ALL_KEEPERS),
    Address("course-import", opens=REGISTRARS),
    Address("course-manage", "draft_course", opens=KEEPERS),
    Address("course-edit", "draft_course", opens=KEEPERS),
    Address("course-edit", "course"),
    Address("course-publish", "draft_course", opens=KEEPERS, acts=KEEPERS),
    Address("course-retire", "course", opens=KEEPERS, acts=KEEPERS),
    Address("course-renew", "course", opens=KEEPERS, acts=KEEPERS),
    Address("course-essential", "course", opens="director"),
    Address("course-teachers", "course", opens=KEEPERS),
    Address("course-offerings", "course", opens=KEEPERS),
    Address("programme-table", opens=ALL_KEEPERS),
    Address("programme-new", opens=ALL_KEEPERS),
    Address("programme-manage", "draft_programme", opens=KEEPERS),
    Address("programme-edit", "draft_programme", opens=KEEPERS),
    Address("programme-edit", "programme"),
    Address("programme-publish", "draft_programme", opens=KEEPERS, acts=KEEPERS),
    Address("programme-retire", "programme", opens=KEEPERS, acts=KEEPERS),
    Address("programme-renew", "programme"),  # there is a draft already
    Address("module-new", "draft_programme", opens=KEEPERS),
    Address("module-import", "draft_programme", opens=KEEPERS),
    Address("module-import", "programme"),
    Address("module-edit", "draft_module", opens=KEEPERS),
    Address("module-remove", "draft_module", opens=KEEPERS, acts=KEEPERS),
    # Claims and awards
    Address("claim-list", opens=SIGNED_IN),
    Address("claim-new", "course", opens=SIGNED_IN),
    Address("claim-new", "draft_course", opens=KEEPERS),  # which says why it cannot be claimed
    Address("claim-detail", "claim", opens=f"learner {STAFF}"),
    Address("claim-detail", "denied", opens=f"other_learner {STAFF}"),
    Address("claim-award", "claim", opens=f"learner {STAFF}", acts=STAFF, data={"grade": "1.0"}),
    Address(
        "claim-deny", "claim", opens=f"learner {STAFF}", acts=STAFF, data={"reason": "Not shown."}
    ),
    Address("claim-withdraw", "claim", opens=None, acts="learner"),
    Address("award-new", "course", opens=STAFF),
    Address("award-import", "course", opens=STAFF),
    Address("award-import", "draft_course"),
    Address("award-template", "course", opens=STAFF),
    Address("award-detail", "award", opens=f"learner {STAFF}"),
    Address("award-detail", "revoked", opens=f"other_learner {STAFF}"),
    Address("award-progress", "award signing_job", opens=f"learner {STAFF}"),
    Address("award-progress", "revoked signing_job"),  # a job of another award
    Address("award-accept", "waiting", opens=None, acts="learner"),
    Address(
        *("award-revoke", "award", f"learner {STAFF}", KEEPERS),
        data={"reason": "error", "note": "Another person."},
    ),
    Address("award-list", opens=f"teacher foreign_teacher {ALL_KEEPERS}"),
    Address("award-many", "suspend", opens=None, acts=ALL_KEEPERS),
    Address("award-many", "burn", opens=None, acts=NOBODY),
    Address(
        *("award-suspend", "award", f"learner {STAFF}", KEEPERS),
        data={"reason": "examined", "note": "Two are alike."},
    ),
    Address("award-lift", "suspended", opens=None, acts=KEEPERS),
    Address("award-correct", "award", opens=f"learner {STAFF}"),
    Address(
        *("hearing-answer", "award_hearing", f"learner {KEEPERS}", "learner"),
        data={"statement": "I wrote it myself."},
    ),
    Address("hearing-drop", "award_hearing", opens=None, acts=KEEPERS),
    Address("award-supplement", "award", opens=None, acts=f"learner {STAFF}"),
    Address("award-download", "award", opens=f"learner {STAFF}"),
    Address("credential-id", "award_credential", opens=f"learner {STAFF}"),
    *(
        Address("credential-form", f"award_credential {form}", opens=f"learner {STAFF}")
        for form in ("jwt", "png", "svg", "microhe.json")
    ),
    Address("credential-form", "award_credential exe"),
    Address("transcript", opens="learner other_learner"),
    # For machines, for verifiers
    Address("institution-did", "institution", opens=EVERYBODY),
    Address("status-list", "status_list", opens=EVERYBODY),
    Address("verify", opens=EVERYBODY),
    Address("verify-offline", opens=EVERYBODY),
    Address("verify-code", "award_code", opens=EVERYBODY),
    Address("verify-code", "letter_code", opens=EVERYBODY),
    Address("verify-code", "XX-0000-0000-00"),
    # Signing keys
    Address("key-list", "institution", opens="registrar"),
    Address("key-replace", "key", opens="registrar", acts="registrar"),
    Address("key-replace", "seal", opens="registrar", acts=NOBODY),  # the next one is installed
    Address("seal-new", "institution", opens="registrar"),
    Address("seal-check", "institution", opens="registrar"),  # led to the form before
    Address("seal-retire", "seal", opens="registrar", acts="registrar"),
    Address("seal-retire", "key"),
    Address("key-documents", "seal", opens="registrar"),
    Address("key-documents", "key"),
    Address("official-number", "institution", "registrar", "registrar", data=OFFICIAL),
    Address("key-ask", "key stolen", opens="registrar"),
    Address("key-ask", "old_key erase", "registrar", "registrar", data={"reason": "It is old."}),
    Address("key-ask", "key sold"),
    Address("key-sign-anew", "key", opens=None, acts=NOBODY),  # it was not stolen
    Address("key-request", "key_request", "registrar", "registrar", data={"do": "drop"}),
    # Background work and files
    Address("job-detail", "failed_job", opens="learner"),
    Address("job-detail", "pages_job", opens="registrar"),
    Address("job-progress", "pages_job", opens="registrar"),
    Address("job-detail", "print_job", opens="registrar"),
    Address("job-cancel", "print_job", opens="registrar", acts="registrar"),
    Address("job-cancel", "failed_job", opens="learner"),  # which says why it cannot be stopped
    Address("job-retry", "failed_job", opens=None, acts="learner"),
    Address("document-download", "own_file", opens="learner"),
    Address("document-download", "claim_file", opens=f"learner {STAFF}"),
    Address("document-download", "supplement", opens=f"learner {STAFF}"),
    Address("document-download", "diploma_page", opens="learner registrar"),
    Address("document-download", "review_file", opens="learner"),
    Address("document-download", "letter"),  # recognition hands it out: it knows who stepped back
    Address("document-download", "unsent_letter"),
    # Portfolio
    Address("portfolio", opens=SIGNED_IN),
    Address("credential-add", opens=SIGNED_IN),
    Address("credential-declare", opens=SIGNED_IN),
    Address("credential-detail", "stated", opens="learner"),
    Address("credential-detail", "award_credential", opens="learner"),
    Address("credential-state", "stated", opens="learner"),
    Address("credential-state", "award_credential"),
    Address("credential-check", "stated", opens=None, acts=NOBODY),  # nobody signed it
    Address("evidence-add", "stated", opens="learner"),
    Address("credential-remove", "stated", opens="learner", acts="learner"),
    Address("credential-remove", "award_credential", opens="learner", acts=NOBODY),
    Address("evidence-remove", "evidence", opens="learner", acts="learner"),
    Address("share-new", "award_credential", opens="learner"),
    Address("share-new", "stated", opens="learner", acts=NOBODY),  # which says why not
    Address("share-withdraw", "share", opens="learner", acts="learner"),
    *(Address(name, "token", opens=EVERYBODY) for name in ("share-open", "share-download")),
    *(Address(name, "closed_token") for name in ("share-open", "share-download")),
    *(Address(name, "guessed-token") for name in ("share-open", "share-download")),
    Address("portfolio-print", opens=SIGNED_IN),
    Address("portfolio-document-delete", "portfolio_print", opens="learner", acts="learner"),
    Address("portfolio-document-delete", "own_file"),
    Address("document-download", "portfolio_print", opens="learner"),
    # Applications, for the applicant
    Address("case-list", opens=SIGNED_IN),
    Address("case-new", opens=SIGNED_IN),
    Address("case-detail", "case", opens="learner"),
    Address("case-detail", "draft_case", opens="learner"),
    Address("line-new", "draft_case", opens="learner"),
    Address("line-new", "case"),
    Address("case-check", "draft_case", opens="learner"),
    Address("case-check", "case", opens="learner", acts="learner"),
    Address("case-sent", "case", opens="learner"),
    Address("case-sent", "draft_case"),
    Address("case-discard", "draft_case", opens="learner", acts="learner"),
    Address("case-discard", "case"),
    Address("line-edit", "draft_line", opens="learner"),
    Address("line-edit", "new_line"),
    Address("line-parts", "draft_line", opens="learner"),
    Address("line-remove", "draft_line", opens="learner", acts="learner"),
    Address("line-remove", "new_line"),
    Address("line-withdraw", "new_line", opens="learner", acts="learner"),
    Address("line-withdraw", "done_line", opens="learner", acts=NOBODY),
    Address("information-answer", "question", opens="learner"),
    Address("grade-answer", "graded_line", opens="learner", acts="learner", data={"word": "taken"}),
    Address("grade-answer", "done_line"),  # nobody was asked
    Address("condition-prove", "condition", opens="learner", acts="learner", data=PROOF),
    Address("case-apply", "advance_case", opens=None, acts="learner"),
    Address("case-apply", "case", opens=None, acts=NOBODY),
    Address("case-file", "case", opens="learner registrar", acts="learner registrar"),
    Address(
        *("case-file", "done_case"),
        opens="learner registrar chair deputy",
        acts="learner registrar chair deputy",
    ),
    Address("case-file", "draft_case"),
    Address("case-receipt", "received_case", opens="learner registrar"),
    Address("case-receipt", "case"),  # it is not made yet
    Address("case-receipt", "draft_case"),
    Address("case-archive", "done_case", opens="learner registrar"),
    Address("case-issuer-note", "done_case", opens="learner"),
    Address("credential-id", "decision_credential", opens="learner"),
    Address("credential-detail", "decision_credential", opens="learner"),
    Address("credential-state", "decision_credential"),
    Address("document-download", "case_file"),
    Address("case-document", "done_case case_file", opens="registrar"),
    Address("case-document", "case case_file"),
    # Applications that staff enter for a learner
    Address("intake-list", opens="registrar unit_registrar foreign_registrar"),
    Address("intake-new", "programme", opens="registrar"),
    Address("intake-detail", "entered_case", opens="registrar", acts="registrar"),
    Address("case-detail", "entered_case", opens="registrar"),  # led to the page of the intake
    Address("line-new", "entered_case", opens="registrar"),
    Address("line-edit", "entered_line", opens="registrar"),
    Address("case-discard", "entered_case", opens="registrar", acts="registrar"),
    Address("source-add", "entered_line", opens="registrar"),
    Address("source-remove", "entered_source", opens=None, acts="registrar"),
    Address("source-correct", "paper_source", opens="registrar"),
    Address("source-correct", "source"),  # the learner sent it
    # Lines, for those who check, compare and decide
    Address("line-list", opens=SIGNED_IN),  # lists what the reader works on
    Address("line-detail", "draft_line", opens="learner"),
    Address("line-detail", "new_line", opens="learner registrar"),
    Address("line-detail", "review_line", opens="learner registrar chair deputy reviewer invited"),
    Address("line-detail", "open_line", opens=f"learner registrar {COMMITTEE}"),
    Address("line-check", "draft_line"),
    Address("line-check", "new_line", opens="registrar"),
    Address("line-check", "review_line", opens="registrar"),
    Address("line-ask", "new_line", opens="registrar"),
    Address("line-ask", "review_line", opens="registrar chair deputy reviewer"),
    Address("line-ask", "open_line", opens="registrar chair deputy reviewer"),
    Address("line-ask", "done_line"),
    Address("issuer-ask", "new_line source", opens="registrar"),
    Address("issuer-ask", "issuer_line issuer_source"),  # it was asked already
    Address("inquiry-enter", "inquiry", opens="registrar"),
    Address("inquiry-withdraw", "inquiry", opens="registrar", acts="registrar"),
    Address("inquiry-answer", "inquiry_token", opens=EVERYBODY),
    Address("inquiry-answer", "guessed"),
    Address("assessment-order", "review_line", opens="reviewer"),
    Address("assessment-order", "open_line", opens="chair deputy reviewer"),
    Address("assessment-detail", "assessment", opens="teacher registrar chair deputy reviewer"),
    Address(
        *("assessment-absence", "assessment", "teacher", "teacher"), data={"note": "Nobody came."}
    ),
    Address(
        *("assessment-cancel", "assessment"),
        opens="teacher registrar chair deputy reviewer",
        acts="teacher registrar chair deputy reviewer",
        data={"note": "Not needed."},
    ),
    Address("message-list", "draft_line"),
    Address(
        *("message-list", "new_line", "learner registrar", "learner registrar"),
        data={"text": "When do I hear from you?"},
    ),
    Address("message-list", "review_line", opens="learner registrar chair deputy reviewer"),
    Address("line-award", "done_line"),  # it was recognised, not validated
    Address("decision-detail", "decision", opens=f"learner registrar {COMMITTEE}"),
    Address("notices-settle", "asked_line", opens=None, acts="registrar"),
    Address("notices-settle", "done_line", opens=None, acts=NOBODY),  # all mails have arrived
    Address("line-go-on", "asked_line", opens=None, acts=NOBODY),  # there is time left to answer
    Address("line-delay", "review_line", opens="registrar"),
    Address("line-delay", "new_line"),
    Address("line-inadmissible", "new_line", opens="registrar"),
    Address("line-inadmissible", "review_line"),
    Address("source-body", "new_line source", opens="registrar"),
    Address("source-body", "review_line source"),
    Address(
        "source-authenticity", "new_line source", opens="registrar", acts="registrar", data=GENUINE
    ),
    Address("source-authenticity", "review_line source"),
    Address("line-conditions", "pending_line", opens=SETTLERS),
    Address("line-conditions", "done_line"),
    Address("condition-settle", "condition", opens=SETTLERS, acts=SETTLERS, data=SETTLED),
    Address("source-platform", "new_line source", opens="registrar"),
    Address("source-platform", "review_line source"),
    Address("line-reviewers", "review_line", opens="registrar chair deputy"),
    Address("line-opinions", "review_line"),  # until all are in, they are nobody's
    Address("line-opinions", "open_line", opens=COMMITTEE),
    Address("line-decide", "review_line", opens="registrar chair deputy"),  # led to the reviewers
    Address("line-decide", "open_line", opens=f"registrar {COMMITTEE}"),  # most are led elsewhere
    Address("line-sign", "review_line"),
    Address("line-sign", "open_line", opens="chair deputy", acts="chair"),
    # Who takes part
    Address("line-committee", "review_line", opens="learner"),
    Address("line-committee", "draft_line"),
    Address("challenge-answer", "challenge", opens="chair", acts="chair", data=ANSWER),
    Address(
        *("line-step-back", "review_line", "registrar chair deputy reviewer invited"),
        acts="registrar chair deputy",
        data={"reason": "A relative applies."},
    ),
    Address("line-hand-over", "review_line", opens="registrar chair"),
    Address("line-hand-over", "done_line"),
    Address("line-show-files", "review_line", opens=None, acts=NOBODY),  # nobody is blind here
    Address("review-pass-on", "invitation", opens="registrar chair deputy invited", acts=NOBODY),
    Address("module-routing", "module", opens=SIGNED_IN),
    Address("programme-routing", "programme", opens=SIGNED_IN),
    Address("programme-routing", "draft_programme", opens=KEEPERS),
    Address("line-record", "open_line", opens="registrar", acts="registrar", data={"do": "send"}),
    Address("line-record", "signed_line", opens="registrar", acts="registrar", data={"do": "send"}),
    Address("line-record", "done_line", opens="registrar", acts="registrar", data={"do": "close"}),
    Address(
        *("line-document", "review_line review_file"),
        opens="learner registrar chair deputy reviewer",
    ),
    Address("line-document", "asked_line question_letter", opens="learner registrar"),
    Address("line-document", "review_line question_letter"),
    Address("line-document", "review_line own_file"),
    Address("line-document", "open_line review_file"),
    Address("line-document", "signed_line unsent_letter", opens=f"registrar {COMMITTEE}"),
    Address("line-document", "done_line letter", opens=f"learner registrar {COMMITTEE}"),
    Address("review-detail", "review", opens="reviewer"),
    Address("review-detail", "invitation", opens="invited"),  # led to the question of impartiality
    Address("review-detail", "handed_in", opens="reviewer"),
    Address(
        "review-conflict", "invitation", opens="invited", acts="invited", data={"do": "declare"}
    ),
    Address("review-conflict", "stepped_back", opens="recused"),
    Address("review-release", "invitation", opens="registrar chair deputy"),
    Address("review-take-back", "handed_in", opens=None, acts=NOBODY),  # all opinions are in
    # Votes, meetings, letters that are sent together
    Address("committee-detail", "committee", opens=COMMITTEE),
    Address("ballot-new", "open_line", opens="chair deputy"),
    Address("vote-call", "open_line", opens=COMMITTEE, acts=COMMITTEE, data={"why": "Please."}),
    Address("vote-call", "done_line", opens=COMMITTEE, acts=NOBODY, data={"why": "Please."}),
    Address("ballot-detail", "ballot", opens=COMMITTEE),
    Address(
        *("ballot-detail", "ballot", COMMITTEE),
        acts="reviewer invited recused",  # the chair has not declared, the deputy stands in only
        data={"do": "vote", "choice": "yes"},
    ),
    Address("meeting-demand", "ballot", opens=COMMITTEE),
    Address("meeting-new", "committee", opens="chair deputy"),
    Address("meeting-detail", "meeting", opens=f"registrar {COMMITTEE}"),
    Address(
        *("meeting-detail", "meeting", f"registrar {COMMITTEE}", f"registrar {COMMITTEE}"),
        data={"do": "cancel"},  # led on, and told that only the chair may
    ),
    Address("meeting-begin", "meeting", opens="chair deputy"),
    Address("meeting-item", "meeting item", opens="chair deputy"),
    Address("meeting-minutes", "held_meeting", opens=f"registrar {COMMITTEE}"),
    Address("meeting-minutes", "meeting"),
    Address("seat-away", "chair_seat", opens="chair deputy registrar"),
    Address("letter-release", opens=SIGNED_IN),  # lists what the reader keeps
    # Objections and appeals, lines opened again, decisions taken back
    Address(
        *("objection-new", "heard_line", "learner", "learner"),
        data={"kind": "objection", "grounds": "Page four."},
    ),
    Address("objection-new", "new_line"),  # nothing is decided yet
    Address("objection-new", "objected_line"),
    Address("objection-detail", "objection", opens=f"learner {HEADS}"),
    Address("objection-detail", "appeal", opens=f"learner {HEADS} {JUDGES}"),
    Address(
        *("objection-decide", "objection", "chair deputy", "chair deputy"),
        data={"result": "dismissed", "reasons": "It was read."},
    ),
    Address("objection-decide", "appeal", opens="appeal_chair"),
    Address("objection-hand-over", "appeal", opens=None, acts=NOBODY),  # enough may decide
    Address("line-detail", "appealed_line", opens=f"learner registrar {COMMITTEE} {JUDGES}"),
    Address("line-opinions", "appealed_line", opens=f"{COMMITTEE} {JUDGES}"),
    Address("line-decide", "appealed_line", opens=f"{COMMITTEE} {JUDGES}"),
    Address("line-sign", "appealed_line", opens="appeal_chair", acts="appeal_chair"),  # led on
    Address("line-reopen", "done_line", opens=f"learner {HEADS}"),
    Address("line-reopen", "review_line"),
    Address("line-resume", "reopened_line", opens=HEADS, acts=HEADS, data={"to": "under_review"}),
    Address("line-resume", "done_line"),
    Address(
        *("annulment-new", "done_line", HEADS, HEADS),
        data={"ground": "error", "reasons": "Two files were mixed up."},
    ),
    Address("annulment-new", "heard_line"),  # it is proposed already
    Address("annulment-detail", "annulment", opens=f"learner {HEADS}", acts=NOBODY, data={}),
    Address(*("annulment-answer", "annulment", "learner", "learner"), data={"statement": "I see."}),
    Address("annulment-drop", "annulment", opens=HEADS, acts=HEADS, data={"reasons": "Genuine."}),
    Address("line-document", "heard_line hearing", opens=f"learner registrar {COMMITTEE}"),
    # Precedents
    Address("precedent-public", opens=EVERYBODY),
    Address("precedent-list-download", "edition", opens=EVERYBODY),
    Address("precedent-list-download", "own_file"),
    Address("precedent-list-print", "institution", opens="registrar", acts="registrar"),
    Address("document-download", "edition", opens="registrar"),
    Address("agreement-new", "institution", opens="registrar"),
    Address("agreement-import", "institution", opens="registrar"),
    Address("precedent-list", opens=SIGNED_IN),  # lists what the reader keeps
    Address("precedent-uses", opens=SIGNED_IN),  # likewise
    Address("precedent-detail", "precedent", opens="registrar chair deputy"),
    Address("precedent-prolong", "precedent", opens="registrar chair deputy"),
    Address(
        *("precedent-revoke", "precedent"),
        opens="registrar chair deputy",
        acts="registrar chair deputy",
        data={"reason": "The course has changed."},
    ),
    Address(*("precedent-keep-as-example", "precedent"), opens=None, acts="registrar chair deputy"),
    Address(
        *("precedent-look-at", "automatic_decision"),
        opens="registrar chair deputy",
        acts="chair deputy",
    ),
    Address("line-let-stand", "first_line", opens=None, acts="chair deputy"),
    Address("line-let-stand", "automatic_line", opens=None, acts=NOBODY),  # it follows already
    Address(
        *("line-individual-review", "automatic_line"),
        opens="other_learner",
        acts="other_learner",
    ),
    Address("line-individual-review", "first_line", opens="learner", acts=NOBODY),
    # Records and the institution's own affairs
    Address("learner-list", opens=REGISTRARS),
    Address("learner-detail", "record", opens="registrar"),
    Address("transcript-print", "enrolment", opens=None, acts="registrar"),
    Address("transcript-preview", "enrolment", opens=None, acts="registrar"),  # led on: no date
    Address("graduate-print", "graduate", opens=None, acts="registrar"),
    Address("graduate-preview", "graduate", opens="registrar"),
    Address("document-download", "diploma_supplement", opens="registrar"),  # of one without account
    Address("document-file", "diploma_supplement data_file", opens="registrar"),
    Address("document-file", "diploma_supplement another.json"),
    Address("document-download", "transcript", opens="other_learner registrar"),
    Address("learner-edit", "record", opens="registrar"),
    Address("learner-enrol", "record", opens="registrar"),
    Address("enrolment-edit", "enrolment", "registrar", "registrar", {"started_on": "2023-10-01"}),
    # What transcripts and diploma supplements are printed from
    Address("profile-edit", "programme", opens=KEEPERS),
    Address("profile-edit", "draft_programme", opens=KEEPERS),
    Address("education-system-list", "institution", opens="registrar"),
    Address(
        *("education-system-edit", "institution DE", "registrar", "registrar"),
        data={"text_de": "Text."},
    ),
    Address("education-system-edit", "institution XX"),
    Address("result-new", "enrolment", opens="registrar"),
    Address("result-enter", "enrolment passed_module", opens="registrar"),
    Address("result-edit", "result", opens="registrar"),
    Address("result-remove", "result", opens="registrar", acts="registrar"),
    Address("result-import", "programme", opens="registrar"),
    Address("graduation-list", opens=REGISTRARS),
    Address("graduation-new", opens=REGISTRARS),
    Address("graduation-detail", "graduation", opens="registrar"),
    Address("graduation-print", "graduation", opens="registrar"),
    Address("graduation-print-anew", "graduation", "registrar", NOBODY, {"reason": "The logo."}),
    Address("graduate-print-anew", "graduate", "registrar", NOBODY, {"reason": "The logo."}),
    Address(
        "transcript-print-anew", "transcript", "registrar", "registrar", {"reason": "The logo."}
    ),
    Address("graduation-edit", "graduation", opens="registrar"),
    Address("graduate-choose", "graduation", opens="registrar"),
    Address("graduate-add", "graduation enrolment", opens="registrar"),
    Address("graduate-import", "graduation", opens="registrar"),
    Address("record-import", "graduation", opens="registrar"),
    Address("graduate-edit", "graduate", opens="registrar"),
    Address("graduate-take-out", "graduate", opens="registrar", acts="registrar"),
    Address("export-list", opens=REGISTRARS, acts=REGISTRARS),
    Address("export-download", "export csv", opens="registrar"),
    Address("export-download", "export xml"),
    Address("recognised-elsewhere", opens=REGISTRARS),
    Address("body-list", opens=REGISTRARS),
    Address("body-new", opens=REGISTRARS),
    Address("body-edit", "body", opens="registrar"),
    Address("numbers", opens=NUMBERS),
    Address("numbers-download", "month", opens=NUMBERS),
    Address("numbers-download", "nothing"),
    Address("numbers-public", opens=EVERYBODY),
    Address("numbers-public-download", "1999"),  # years that are over, and in which something was
    Address("body-confirm", "body", opens=None, acts="registrar"),
    Address("body-import", opens=REGISTRARS),
    Address("body-export", opens=REGISTRARS),
    Address("register-age", opens=None, acts=REGISTRARS, data={"register_months": "12"}),
    Address("institution-affairs", opens=REGISTRARS),
    Address("institution-people", "institution", opens="registrar"),
    Address("institution-units", "institution", opens="registrar"),
    Address("committee-list", "institution", opens="registrar"),
    Address("policy-edit", "institution", opens="registrar"),
    Address("grade-table-list", "institution", opens="registrar"),
    Address("grade-table-new", "institution", opens="registrar"),
    Address("grade-table-edit", "grade_table", opens="registrar"),
    Address("grade-table-edit", "old_grade_table"),  # there is a newer version
    Address("design-edit", "institution", "registrar", "registrar", data=DESIGN),
    Address("design-languages", "institution", None, "registrar", data={"first": "en"}),
    Address("design-preview", "institution", opens="registrar", acts=NOBODY),  # leads nowhere
    Address("design-use-again", "institution 1", opens=None, acts="registrar"),
    Address("document-download", "logo", opens="registrar"),
    Address("membership-end", "membership", opens="registrar", acts="registrar"),
    Address("seat-end", "seat", opens="registrar", acts="registrar"),
    # Accounts (allauth): led to the confirmation of the password counts as open
    Address("account_login", opens=EVERYBODY),
    Address("account_signup", opens=EVERYBODY),
    Address("account_logout", opens=EVERYBODY),
    Address("account_inactive", opens=EVERYBODY),
    Address("account_reset_password", opens=EVERYBODY),
    Address("account_reset_password_done", opens=EVERYBODY),
    Address("account_reset_password_from_key", "1 guessed", opens=EVERYBODY),  # says it is invalid
    Address("account_reset_password_from_key_done", opens=EVERYBODY),
    Address("account_email_verification_sent", opens=EVERYBODY),
    Address("account_confirm_email", "guessed", opens=EVERYBODY),  # says that it is invalid
    Address("account_confirm_login_code", opens=SIGNED_IN),  # led home: there is nothing to confirm
    Address("account_reauthenticate", opens=SIGNED_IN),
    Address("account_email", opens=SIGNED_IN),
    Address("account_change_password", opens=SIGNED_IN),
    Address("account_set_password", opens=SIGNED_IN),
    Address("mfa_authenticate", opens=SIGNED_IN),  # led home likewise
    Address("mfa_index", opens=SIGNED_IN),
    Address("mfa_reauthenticate", opens=SIGNED_IN),
    Address("mfa_activate_totp", opens=SIGNED_IN),
    Address("mfa_deactivate_totp"),  # nobody here has them
    Address("mfa_view_recovery_codes"),  # nobody here has them
    Address("mfa_generate_recovery_codes", opens=SIGNED_IN),
    Address("mfa_download_recovery_codes"),  # nobody here has them
]


def answer(world, address: Address, method: str, role: str) -> str:
    """Return "open", "led", "login", or the code with which the request is refused."""
    cache.clear()  # limits of attempts
    with taken_back():
        response = getattr(world.client(role), method)(address.url(world), address.data)
    if response.status_code == 302:
        return "login" if response.url.startswith(reverse("account_login")) else "led"
    return "open" if response.status_code == 200 else str(response.status_code)


def those(found: dict[str, str], *answers: str) -> set[str]:
    return {role for role, given in found.items() if given in answers}


def test_every_address_is_listed():
    listed = {address.name for address in ADDRESSES}

    assert set(names(get_resolver().url_patterns)) == listed


def names(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name
        else:
            yield from names(pattern.url_patterns)


@pytest.mark.parametrize("address", ADDRESSES, ids=str)
def test_address_opens_only_for(address, world):
    found = {role: answer(world, address, "get", role) for role in EVERYBODY.split()}

    opens = set((address.opens or "").split())
    assert those(found, "open", "led") == opens
    refusals = ["login", "405"] if address.opens is None else ["login", "403", "404"]
    assert those(found, *refusals) == set(found) - opens


@pytest.mark.parametrize(
    "address", [a for a in ADDRESSES if a.acts is not None or a.opens != EVERYBODY], ids=str
)
def test_address_takes_only_from(address, world):
    opens, acts = set((address.opens or "").split()), set((address.acts or "").split())
    tried = set(EVERYBODY.split()) - (opens if address.acts is None else set())

    found = {role: answer(world, address, "post", role) for role in tried}

    assert those(found, "led") == acts
    assert those(found, "login", "403", "404", "405", "open") == tried - acts
    assert those(found, "open") <= opens
