"""The only place that gathers a case from beginning to end, for its case file.

Everything is said in the language that is active. The applicant's version names nobody of the
committee and shows no single opinion.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.language import in_language
from credentials.models import AuditEvent, User
from credentials.services import audit
from credentials.services.verification import told
from recognition.documents.case_file import Part, Section, Table, entries, quantity, said
from recognition.documents.letter import LetterFacts
from recognition.log_words import words_of
from recognition.models import Case, Decision, Line, LineSource
from recognition.opinions import target_ects
from recognition.services import letter_facts, opinion_tables, proceedings
from recognition.services.archives import Filed
from recognition.sources import facts_of, known_body
from recognition.states import DecisionState
from recognition.vocabulary import (
    Authenticity,
    DecisionType,
    InadmissibleReason,
    Rating,
    TrackReason,
)


def sections_of(
    case: Case, lines: Sequence[Line], files: Sequence[Filed], *, reader: User
) -> Iterator[Section]:
    """Yield the sections of a case file; `lines` come from `archives.with_files`."""
    for_applicant = case.applicant_id == reader.pk
    yield Section(_("The application"), (_application(case),))
    for line in lines:
        title = _("Line %(number)s") % {"number": line.position}
        target = in_language(letter_facts.target_title(line))
        yield Section(f"{title}: {target}", tuple(_line(line, reader)))
    yield Section(_("What happened"), (_history(case, lines, for_applicant),))
    yield Section(_("Files"), (_files(files),))


def _application(case: Case) -> Part:
    learner = case.learner
    return Part(
        "",
        entries(
            (_("Learner"), learner.name),
            (_("Student number"), learner.student_number),
            (_("Programme"), in_language(case.programme_version.title)),
            (_("Regulations"), case.programme_version.regulations),
            (_("Purpose"), case.get_purpose_display()),
            (_("How it came"), case.get_intake_display()),
            (_("Received"), said(case.received_on or case.submitted_at)),
            (_("Entered by"), case.entered_by),
            (_("Recognition rules, version"), case.policy.version),
            (_("Issuers may be told"), _("Yes") if case.tells_issuer else _("No")),
        ),
    )


def _line(line: Line, reader: User) -> Iterator[Part]:
    for_applicant = line.case.applicant_id == reader.pk
    yield Part(
        _("What is asked for"),
        entries(
            (_("Target"), in_language(letter_facts.target_title(line))),
            (_("Credits"), quantity(target_ects(line), "ECTS")),
            (_("Note of the learner"), line.note),
            (_("State"), line.get_state_display()),
            (_("Procedure"), line.get_track_display() if line.track else ""),
            (_("Why"), line.track_override_reason or _reasons(line)),
            (_("Committee"), line.committee or ""),
        ),
    )
    for source in line.sources.all():
        yield _source(source)
    yield _clock(line)
    yield from proceedings.parts_of(line, for_applicant=for_applicant)
    if for_applicant:
        yield from opinion_tables.settled_parts(line)
    else:
        yield from opinion_tables.opinion_parts(line)
    yield from proceedings.votes_of(line, reader)
    for decision in line.decisions.all():
        is_known = decision.notified_at or not for_applicant
        if decision.state == DecisionState.SIGNED and is_known:
            yield _decision(line, decision, for_applicant)
    yield from _remedies(line, for_applicant)


def _reasons(line: Line) -> str:
    known = (code for code in line.track_reasons if code in TrackReason.values)
    return "\n".join(str(TrackReason(code).label) for code in known)


def _source(source: LineSource) -> Part:
    facts, body = facts_of(source), known_body(source)
    known = (body.name, body.status_label, body.quality_agency) if body.name else ()
    register = ", ".join(filter(None, known))
    return Part(
        _("Put forward: %(title)s") % {"title": in_language(facts.title)},
        entries(
            (_("Awarding body"), in_language(facts.awarding_body.name)),
            (_("In the register"), register or _("Not entered")),
            (_("Identifier"), facts.number or facts.id),
            (_("Date"), said(facts.awarded_on or facts.issued_on)),
            (_("Credits"), quantity(facts.ects, "ECTS")),
            (_("Hours"), quantity(facts.hours, "h")),
            (_("Level (EQF)"), facts.eqf_level or ""),
            (_("Grade"), facts.grade.value if facts.grade else ""),
            (
                _("Learning outcomes"),
                "\n".join(in_language(outcome.text) for outcome in facts.outcomes),
            ),
            (_("Where this comes from"), _provenance(source)),
            (_("Verification"), _verified(source)),
            (_("Authenticity"), source.get_authenticity_display()),
            (_("Links"), "\n".join(link["url"] for link in source.links)),
            (
                _("Files"),
                "\n".join(
                    f"{document.filename} (SHA-256 {document.sha256[:16]}…)"
                    for document in source.documents.all()
                ),
            ),
        ),
    )


def _verified(source: LineSource) -> str:
    """Return what a check of the signature found; what was awarded here needs none."""
    if source.verification:
        return told(source.verification).title
    if source.authenticity == Authenticity.VERIFIED:
        return _("Awarded in this portal")
    return _("No signature to check")


def _provenance(source: LineSource) -> str:
    words = {"signed": _("signed by the issuer"), "stated": _("stated by the learner")}
    kinds = sorted(set(source.provenance.values()))
    return "; ".join(
        f"{words.get(kind, kind)}: "
        + ", ".join(name for name, origin in source.provenance.items() if origin == kind)
        for kind in kinds
    )


def _clock(line: Line) -> Part:
    rows = [
        (_("Complete"), said(line.complete_at)),
        (_("Decision due"), said(line.due_on)),
        (_("Promised last"), said(line.promised_on)),
    ]
    for request in line.information_requests.all():
        until = said(request.answered_at or request.closed_at) or _("still waiting")
        rows.append((_("Stood still"), f"{said(request.asked_at)} – {until}"))
    for delay in line.delays.all():
        text = f"{said(delay.old_due_on)} → {said(delay.new_due_on)}: {in_language(delay.reason)}"
        rows.append((_("Delay"), text))
    return Part(_("The clock"), entries(*rows))


def _decision(line: Line, decision: Decision, for_applicant: bool) -> Part:
    code = decision.letter.code if decision.letter else ""
    letter = letter_facts.signed_facts(line, decision, letter_facts.imprint_of(decision, code))
    differences = "\n".join(
        f"{in_language(one.missing)} – {in_language(one.effect)}" for one in letter.differences
    )
    rows = tuple(
        (in_language(one.text), str(Rating(one.rating).label))
        for one in letter.outcomes
        if one.rating in Rating.values
    )
    return Part(
        _("Decision %(number)s, version %(version)s")
        % {"number": decision.number, "version": decision.version},
        entries(
            (_("Decision"), decision.get_type_display()),
            (_("Credits"), quantity(decision.ects, "ECTS")),
            (_("Effect"), in_language(decision.ects_explanation)),
            (_("Grade"), decision.grade),
            (_("Does the grade count?"), _grade_word(line, decision)),
            (_("How the grade came about"), in_language(decision.grade_explanation)),
            (_("Reasons"), in_language(_plain(letter.reasons or letter.ground))),
            (_("Substantial differences"), differences),
            (_("What else was considered"), _why_not(letter)),
            (_("Conditions"), _conditions(decision)),
            (_("Average"), in_language(_plain(letter.average))),
            (_("Semester placement"), in_language(_plain(letter.placement))),
            (_("What the learner can do"), in_language(letter.later)),
            (_("Legal basis"), in_language(letter.legal_basis)),
            (_("Decided by"), in_language(_plain(letter.authority))),
            (_("Signed"), said(decision.decided_at)),
            (_("Signed by"), "" if for_applicant else decision.written_by),
            (_("Sent"), said(decision.notified_at)),
            (_("Letter (SHA-256)"), decision.letter.sha256 if decision.letter else ""),
        ),
        tables=(Table((_("Learning outcome"), _("Rating")), rows),) if rows else (),
    )


def _grade_word(line: Line, decision: Decision) -> str:
    """Return what the learner said of the grade, or can say; "" when nothing hangs on it."""
    if decision.grade_word or decision.pk != line.decision_id:
        return decision.get_grade_word_display()
    if line.awaits_grade_word:
        until = {"day": said(decision.grade_until)}
        return _("The learner may say until %(day)s whether it counts.") % until
    return _("The learner did not answer: it does not count.") if line.missed_grade_word else ""


def _plain(text: object) -> object:
    """Return what a person wrote as it is, and what the portal says as a string."""
    return text if isinstance(text, Mapping) else str(text)


def _why_not(letter: LetterFacts) -> str:
    said = ((DecisionType(kind).label, in_language(text)) for kind, text in letter.why_not)
    return "\n".join(f"{label}: {text}" for label, text in said)


def _conditions(decision: Decision) -> str:
    rows = (
        (one.text, said(one.due_on), one.get_state_display(), one.answer, one.note)
        for one in decision.conditions.all()
    )
    return "\n".join("; ".join(filter(None, row)) for row in rows)


def _remedies(line: Line, for_applicant: bool) -> Iterator[Part]:
    if line.inadmissible_reason in InadmissibleReason.values:
        reason = str(InadmissibleReason(line.inadmissible_reason).label)
        yield Part(
            _("Ended without a decision"),
            entries((_("Reason"), reason), (_("Note"), line.closing_note)),
        )
    for objection in line.objections.all():
        yield Part(
            objection.get_kind_display(),
            entries(
                (_("Filed"), said(objection.filed_at)),
                (_("Grounds"), objection.grounds),
                (_("Decided by"), objection.body),
                (_("Result"), objection.get_result_display()),
                (_("Reasons"), objection.reasons),
                (_("Decided"), said(objection.decided_at)),
            ),
        )
    for reopening in line.reopenings.all():
        yield Part(
            _("Opened again"),
            entries(
                (_("Date"), said(reopening.opened_at)),
                (_("Reason"), reopening.get_reason_display()),
                (_("Why"), reopening.text),
            ),
        )
    for annulment in line.annulments.all():
        yield Part(
            _("Annulment"),
            entries(
                (_("State"), annulment.get_state_display()),
                (_("Ground"), annulment.get_ground_display()),
                (_("Reasons"), annulment.reasons),
                (_("What the learner said"), annulment.statement),
                (_("Signed by"), "" if for_applicant else annulment.signed_by or ""),
                (_("Countersigned by"), "" if for_applicant else annulment.countersigned_by or ""),
            ),
        )


def _history(case: Case, lines: Sequence[Line], for_applicant: bool) -> Part:
    decisions = [decision for line in lines for decision in line.decisions.all()]
    events = list(audit.history_of(case, *lines, *decisions))
    names = _actors(events, case, for_applicant)
    rows = tuple(
        (said(event.at), names.get(event.actor, _("The portal")), words_of(event))
        for event in events
    )
    note = ngettext("%(count)s entry of the log", "%(count)s entries of the log", len(rows))
    head = (_("When"), _("Who"), _("What"))
    return Part("", note=note % {"count": len(rows)}, tables=(Table(head, rows),))


def _actors(events: Iterable[AuditEvent], case: Case, for_applicant: bool) -> dict[str, str]:
    uuids = {event.actor for event in events if event.actor}
    known = {str(user.uuid): user.name for user in User.objects.filter(uuid__in=uuids)}
    own = str(case.applicant.uuid)
    if for_applicant:
        return {uuid: name if uuid == own else _("University") for uuid, name in known.items()}
    return known


def _files(files: Sequence[Filed]) -> Part:
    rows = tuple((filed.path, f"{filed.document.size}", filed.document.sha256) for filed in files)
    if not rows:
        return Part("", note=_("None."))
    return Part("", tables=(Table((_("Name"), _("Bytes"), "SHA-256"), rows),))
