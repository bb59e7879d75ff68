"""Where anyone verifies a credential or a printed document, without an account."""

import hashlib
from dataclasses import replace

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from credentials.forms.verification import CompareForm, VerifyForm
from credentials.models import Document, DocumentKind
from credentials.services import (
    bundles,
    document_verdicts,
    facts,
    fetching,
    keys,
    known_documents,
    offline_page,
    pdf_seals,
    verification,
)
from credentials.services.hand_outs import File
from credentials.services.results import Together
from credentials.verdict import Refused
from credentials.views.hand_outs import sent

# Attempts by one address; a code has 49 bits, so this is about load rather than guessing.
MOST_ATTEMPTS = 30
SECONDS = 60
# Documents in whose title nobody is named.
NAMELESS = (
    DocumentKind.SUPPLEMENT,
    DocumentKind.LETTER,
    DocumentKind.ISSUER_LETTER,
    DocumentKind.REMEDY,
    DocumentKind.MINUTES,
    DocumentKind.RECEIPT,
    DocumentKind.INFORMATION_LETTER,
    DocumentKind.PRECEDENT_LIST,
)


def refusal_if_too_often(request: HttpRequest) -> HttpResponse | None:
    """Count an attempt of this address; the page that refuses it when these are too many."""
    key = f"verify:{get_adapter().get_client_ip(request)}"
    cache.add(key, 0, SECONDS)
    try:
        attempts = cache.incr(key)
    except ValueError:  # it ran out in between
        return None
    if attempts <= MOST_ATTEMPTS:
        return None
    return render(request, "verification/too_often.html", {"seconds": SECONDS}, status=429)


@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    said = request.POST if request.method == "POST" else None
    form = VerifyForm(said, request.FILES or None, host=request.get_host())
    if request.method == "POST":
        if refused := refusal_if_too_often(request):
            return refused
        if form.is_valid() and (answer := _answered(request, form)):
            return answer
    return render(request, "verification/form.html", {"form": form})


def offline(request: HttpRequest) -> HttpResponse:
    """The page that verifies a bundle on the reader's own machine, as a file to be kept."""
    return sent(File(offline_page.page().encode(), "text/html; charset=utf-8", bundles.PAGE))


def _answered(request: HttpRequest, form: VerifyForm) -> HttpResponse | None:
    """Return the answer, None with an error in the form when an address leads to nothing."""
    if form.token:
        return redirect("share-open", form.token)
    if form.code:
        return redirect("verify-code", form.code)
    file = form.cleaned_data.get("file")
    data, name = form.content, file.name if file else ""
    if form.address:
        try:
            data, name = fetching.fetch_credential(form.address)
        except Refused as problem:
            form.add_error("text", str(problem))
            return None
    reader = request.user if request.user.is_authenticated else None
    answer = verification.look_at(data, name, reader=reader)
    if answer.document and not answer.result:
        context = {**_about(answer), **_of_file(data, name)}
        return render(request, "verification/document.html", context)
    page = "sealed" if answer.is_seal_alone else "result"
    context = {**_about(answer), **_of_file(data, name), "packed": answer.packed}
    return render(request, f"verification/{page}.html", context)


@never_cache
def code(request: HttpRequest, code: str) -> HttpResponse:
    """The stable address of an award or a printed document; a file can be compared with it."""
    if refused := refusal_if_too_often(request):
        return refused
    answer = verification.look_up(code)
    if answer is None:
        return render(request, "verification/unknown.html", {"code": code}, status=404)
    form = CompareForm(request.POST if request.method == "POST" else None, request.FILES or None)
    of_file: Document | None = None
    if request.method == "POST" and form.is_valid() and answer.document:
        match, of_file = known_documents.compare(answer.document, form.content)
        answer = replace(answer, match=match)
    page = "verification/result.html" if answer.result else "verification/document.html"
    context = {**_about(answer, of_file), "form": form, "is_lasting": of_file is None}
    if of_file:
        context |= _of_file(form.content, form.cleaned_data["file"].name)
    return render(request, page, context)


def _of_file(data: bytes, name: str) -> dict:
    """Return what is kept of a file that was handed in, with its result."""
    return {"file_name": name, "sha256": hashlib.sha256(data).hexdigest()}


def _of_document(document: Document | None) -> dict:
    """Return what a stranger who has the code or the file reads of a printed document."""
    if document is None:
        return {}
    return {
        "document_title": document.title if document.kind in NAMELESS else "",
        "document_holder": document.facts.get("holder", ""),
        "seal": pdf_seals.kept_with(document),
        "seal_expired": pdf_seals.unsealed_since(document),
    }


def _verdict(
    answer: verification.Answer, of_file: Document | None
) -> document_verdicts.DocumentVerdict | None:
    """Return what is said of a document; where a credential stands first, of the file alone."""
    if answer.is_seal_alone and answer.sealing:
        return document_verdicts.of_seal(answer.sealing, answer.document)
    if answer.document is None or answer.match is None:
        return None
    if answer.result is None:
        return document_verdicts.of(answer.document, answer.match, of_file)
    if answer.match == known_documents.Match.CODE:
        return None
    return document_verdicts.of_file_alone(answer.document, answer.match, of_file)


def _about(answer: verification.Answer, of_file: Document | None = None) -> dict:
    award = answer.result.award if answer.result else None
    is_not_it = answer.match is not None and answer.match not in document_verdicts.IS_IT
    code = award.code if award else answer.document.code if answer.document else ""
    return {
        "result": answer.result,
        "together": Together((answer.result, *answer.others)) if answer.others else None,
        "is_signed": any(one.is_signed for one in (answer.result, *answer.others) if one),
        "document": answer.document,
        "shown": known_documents.shown_of(answer.document) if answer.document else {},
        **_of_document(answer.document),
        "sealing": answer.sealing,
        "match": answer.match,
        "verdict": _verdict(answer, of_file),
        "checked_at": timezone.now(),
        "award": award,
        "code": code,
        "address": facts.address("verify-code", code) if code and not is_not_it else "",
        "is_not_it": is_not_it,
        "is_changed": answer.match == known_documents.Match.CHANGED_SIGNED,
        "portal": facts.address("home"),
        "fingerprints": keys.fingerprints(award.learner.institution) if award else [],
    }
