"""Pages of asking and answering: the applicant, and issuers, who need no account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from credentials.models import User
from credentials.verdict import Refused
from credentials.views.verification import refusal_if_too_often
from recognition import blind, evidence
from recognition.forms.information import (
    AskForm,
    ContactForm,
    IssuerWordForm,
    ItemFormSet,
    answer_forms,
    answers_of,
    typed_items,
)
from recognition.models import InformationRequest, IssuerInquiry, Line
from recognition.permissions import (
    can_answer_by_link,
    can_answer_information,
    can_ask_information,
    can_ask_issuer,
    can_ask_issuers,
    can_enter_answer,
    can_withdraw_inquiry,
)
from recognition.services import information, inquiries
from recognition.services.inquiries import IssuerAnswer
from recognition.services.inquiry_letters import awarded_on, holder_of
from recognition.sources import facts_of
from recognition.states import LineState
from recognition.views.header import case_facts, heading_of
from recognition.views.lines import line_for

# Asking


@login_required
def ask(request, uuid):
    """Ask the applicant: the registrar, and later who reports or decides; leads to issuers."""
    line = line_for(request, uuid=uuid)
    can_ask_issuers(request.user, line).require()
    verdict = can_ask_information(request.user, line)
    form, items = _ask_forms(request, line, AskForm)
    if verdict and _is_sent(request, form, items):
        try:
            due_on = form.cleaned_data["due_on"]
            information.ask(line, items.texts, by=request.user, due_on=due_on)
        except Refused as refusal:
            form.add_error("due_on", str(refusal))
        else:
            messages.success(request, _("The question was sent. The clock stands still."))
            return redirect("work")
    page = _page(request, line, form, items) | {"verdict": verdict}
    page["issuers"] = [
        (one, can_ask_issuer(request.user, one.source)) for one in _sources(line, request.user)
    ]
    return render(request, "lines/ask.html", page)


def _sources(line: Line, reader: User) -> list[evidence.SourceEvidence]:
    found = evidence.evidence_of(line, reader)
    for one in found:
        one.source.line = line
    return found


@login_required
def ask_issuer(request, uuid, source):
    """Ask who issued a credential: by mail with a link, by letter, or both."""
    line = line_for(request, uuid=uuid)
    found = get_object_or_404(line.sources.select_related("awarding_body"), uuid=source)
    found.line = line
    can_ask_issuer(request.user, found).require()
    form, items = _ask_forms(
        request,
        line,
        ContactForm,
        initial={"name": _name_of(found), "language": "en"},
        items=[{"text": _("Is it true what it says of the course and of the result?")}],
    )
    if _is_sent(request, form, items):
        try:
            due_on = form.cleaned_data["due_on"]
            inquiries.ask(found, items.texts, form.contact, by=request.user, due_on=due_on)
        except Refused as refusal:
            form.add_error("due_on", str(refusal))
        else:
            messages.success(request, _("The issuer was asked. The clock stands still."))
            return redirect("line-detail", line.uuid)
    title = blind.mask_for(request.user, line)(found.facts.get("title") or {})
    page = _page(request, line, form, items) | {"source": found, "title": title}
    return render(request, "lines/ask_issuer.html", page)


def _name_of(source) -> str:
    if source.awarding_body:
        return source.awarding_body.name
    said = facts_of(source).awarding_body.name
    return next(iter(said.values()), "") if said else ""


def _ask_forms(request, line, kind, initial=None, items=()):
    if request.POST.get("do") == "more":
        typed = request.POST.dict()
        return kind(line=line, initial=typed), ItemFormSet(
            prefix="items", initial=typed_items(request.POST)
        )
    data = request.POST or None
    return kind(data, line=line, initial=initial), ItemFormSet(data, prefix="items", initial=items)


def _is_sent(request, form, items) -> bool:
    if request.method != "POST" or request.POST.get("do") == "more":
        return False
    return form.is_valid() & items.is_valid()


def _page(request, line, form, items) -> dict:
    return {
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "form": form,
        "items": items,
        "problem_forms": [form, items],
    }


@login_required
@require_POST
def stop_waiting(request, uuid):
    line = line_for(request, Line.objects.kept_by(request.user), uuid=uuid)
    information.stop_waiting(line, by=request.user)
    messages.success(request, _("The line goes on without an answer."))
    return redirect("line-detail", line.uuid)


# The applicant answers


@login_required
def answer(request, uuid):
    """All items on one page; what is written can be saved, and sent when all are answered."""
    question = get_object_or_404(
        InformationRequest.objects.to_applicant()
        .filter(line__case__applicant=request.user)
        .select_related("line__case__programme_version__programme__institution"),
        uuid=uuid,
    )
    can_answer_information(request.user, question).require()
    forms = answer_forms(question, request.POST, request.FILES)
    problem = ""
    if request.method == "POST" and _are_valid(forms):
        said = answers_of(forms, owner=request.user)
        if request.POST.get("do") == "save":
            information.save(question, said, by=request.user)
            messages.success(request, _("Saved. It is not sent yet."))
            return redirect("information-answer", question.uuid)
        try:
            information.answer(question, said, by=request.user)
        except Refused as refusal:
            problem = str(refusal)
            information.save(question, said, by=request.user)
            forms = answer_forms(question, None, None)
        else:
            messages.success(request, _("Thank you. Your answer is with the university."))
            return redirect("case-detail", question.line.case.uuid)
    context = {"question": question, "forms": forms, "problem": problem, "problem_forms": forms}
    return render(request, "cases/answer.html", context)


def _are_valid(forms) -> bool:
    """Whether all are right; each is looked at, so that all problems are told at once."""
    return not [form for form in forms if not form.is_valid()]


# Issuers answer


@never_cache
def answer_inquiry(request: HttpRequest, token: str) -> HttpResponse:
    """What an issuer sees: who asks, which credential, and the items; nothing of the case."""
    if refused := refusal_if_too_often(request):
        return _unseen(refused)
    inquiry = inquiries.found(token)
    if inquiry is None or not can_answer_by_link(inquiry):
        return _unseen(render(request, "inquiries/closed.html", _why_closed(inquiry), status=404))
    if request.method == "POST":
        inquiries.count_attempt(inquiry)
    word, forms, said = _issuer_answer(request, inquiry, owner=None)
    problem = ""
    if said:
        try:
            inquiries.answer(inquiry, said)
        except Refused as refusal:
            problem = str(refusal)
        else:
            return _unseen(render(request, "inquiries/thanks.html", {"inquiry": inquiry}))
    context = _inquiry_page(inquiry, word, forms, problem)
    return _unseen(render(request, "inquiries/answer.html", context))


def _why_closed(inquiry: IssuerInquiry | None) -> dict:
    if inquiry is None:
        return {}
    is_over = inquiry.revoked_at or inquiry.request.line.state == LineState.WITHDRAWN
    return {"is_done": inquiry.request.answered_at is not None, "is_taken_back": bool(is_over)}


def _unseen(response: HttpResponse) -> HttpResponse:
    """Keep the secret in the address from search engines and other sites."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _issuer_answer(request, inquiry: IssuerInquiry, *, owner: User | None):
    word = IssuerWordForm(request.POST or None)
    forms = answer_forms(inquiry.request, request.POST, request.FILES)
    if request.method != "POST" or not _are_valid([word, *forms]):
        return word, forms, None
    items = answers_of(forms, owner=owner)
    return word, forms, IssuerAnswer(**word.cleaned_data, items=items)


def _inquiry_page(inquiry: IssuerInquiry, word, forms, problem: str) -> dict:
    source = inquiry.request.source
    return {
        "inquiry": inquiry,
        "institution": inquiry.request.line.case.institution,
        "title": facts_of(source).title,
        "number": facts_of(source).number,
        "holder": holder_of(source),
        "awarded_on": awarded_on(source),
        "form": word,
        "forms": forms,
        "problem": problem,
        "problem_forms": [word, *forms],
    }


# The registrar's side of what is asked


def letters_to_learner(line: Line) -> QuerySet[InformationRequest]:
    """Return what the learner was asked by letter; one query."""
    asked = line.information_requests.to_applicant().exclude(letter=None)
    return asked.select_related("letter")


def inquiries_of(line: Line, user: User) -> list[dict]:
    """Return all that issuers were asked about a line, each with what the reader may do."""
    found = IssuerInquiry.objects.filter(request__line=line).select_related(
        "letter", "request__source"
    )
    rows = []
    for inquiry in found.prefetch_related("request__items").order_by("request__asked_at"):
        inquiry.request.line = line
        rows.append(
            {
                "inquiry": inquiry,
                "can_withdraw": can_withdraw_inquiry(user, inquiry.request),
                "can_enter": can_enter_answer(user, inquiry.request),
            }
        )
    return rows


def _visible_inquiry(request, uuid) -> IssuerInquiry:
    question = get_object_or_404(InformationRequest.objects.to_issuer(), uuid=uuid)
    question.line = line_for(
        request, Line.objects.of_others_visible_to(request.user), pk=question.line_id
    )
    question.inquiry.request = question
    return question.inquiry


@login_required
def enter_answer(request, uuid):
    """What came by post or mail; the same form as the issuer's own."""
    inquiry = _visible_inquiry(request, uuid)
    can_enter_answer(request.user, inquiry.request).require()
    word, forms, said = _issuer_answer(request, inquiry, owner=request.user)
    problem = ""
    if said:
        try:
            inquiries.enter(inquiry, said, by=request.user)
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("The answer is kept with the line."))
            return redirect("line-detail", inquiry.request.line.uuid)
    context = _inquiry_page(inquiry, word, forms, problem) | {"line": inquiry.request.line}
    return render(request, "inquiries/enter.html", context)


@login_required
def withdraw_inquiry(request, uuid):
    inquiry = _visible_inquiry(request, uuid)
    verdict = can_withdraw_inquiry(request.user, inquiry.request)
    if request.method == "POST":
        inquiries.withdraw(inquiry, by=request.user)
        messages.success(request, _("The question is taken back, and its link is closed."))
        return redirect("line-detail", inquiry.request.line.uuid)
    context = {"inquiry": inquiry, "line": inquiry.request.line, "verdict": verdict}
    return render(request, "inquiries/withdraw.html", context)
