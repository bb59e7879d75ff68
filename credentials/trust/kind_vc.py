"""The only place that answers for verifiable credentials (Open Badges 3.0 and others).

With an embedded proof or in JWT form; what it rests on is the same: a key, and an issuer whose
own identifier leads to that key.
"""

from django.utils.translation import gettext as _

from credentials.standards import contexts, open_badges, open_badges_identity, values
from credentials.standards import verifiable_credentials as envelope
from credentials.trust import answers, did, issuers, jws, status_list
from credentials.trust.answers import Carried, Check, Findings, Outside
from credentials.trust.canonical import NotCanonical, check_limits
from credentials.trust.fetch import FetchFailed, FetchRefused
from credentials.trust.proofs import ProofResult, ProofStatus, Unresolvable, verify_proof
from credentials.trust.signed_lists import lists
from credentials.trust.sniff import Kind, Malformed
from credentials.trust.words import Outcome

MOST_STATUS_ENTRIES = 4
# The second is its name before the standard, for credentials of Data Model 1.1.
ENTRIES = {"BitstringStatusListEntry", "StatusList2021Entry"}
NO_KEY = (
    ProofStatus.KEY_UNREACHABLE,
    ProofStatus.KEY_UNPUBLISHED,
    ProofStatus.PLACE_REFUSED,
)
SUPERSEDED = ("superseded", "refresh")  # section 2.2 of Bitstring Status List knows `refresh`


def examine(source: dict | str, kind: Kind, outside: Outside) -> Findings:
    """Answer for a credential (untrusted): a document, or a text in JWT form."""
    opened = open_credential(source, outside)
    document, proof = opened.document, opened.proof
    issuer = envelope.issuer_id(document)
    carried, intact = _carried(proof, outside), answers.integrity(proof)
    named = _issuer_key(issuer, proof, carried)
    not_revoked, not_superseded = statuses(document, intact, outside)
    standard = open_badges if kind == Kind.OB3 else envelope
    checks = (
        answers.structure(standard.problems(document)),
        _vocabulary(document, is_hashed=proof.verified and not isinstance(source, str)),
        intact,
        answers.signer(proof),
        answers.key_current(proof, carried),
        named,
        answers.valid_from(
            [envelope.valid_from(document), proof.starts], outside.now, proof.created
        ),
        answers.not_expired([envelope.valid_until(document), proof.expires], outside.now),
        not_revoked,
        not_superseded,
    )
    is_shown = named.outcome == Outcome.PASS or named.key == "issuer_own_key"
    proven = issuers.proven_by(issuer) if is_shown else ()
    if carried:  # nobody has looked whether it lies at the web address
        proven = tuple(one for one in proven if one.scheme == "did")
    return Findings(
        kind,
        checks,
        document,
        open_badges.read(document),
        proven,
        lambda email: open_badges_identity.names_email(document, email),
    )


def open_credential(source: dict | str, outside: Outside) -> jws.Opened:
    """Return a credential and what its signature shows, in whichever form it was signed."""
    if isinstance(source, str):
        return jws.verify_jwt(source, outside.resolve)
    return jws.Opened(source, verify_proof(source, outside.resolve))


def _vocabulary(document: dict, *, is_hashed: bool) -> Check:
    """Are all its JSON-LD contexts pinned? One that is not may give its entries another meaning.

    `is_hashed`: all but the proofs was read with its contexts when a proof of it verified.
    """
    if is_hashed:
        document = {"id": document.get("id"), "proof": document["proof"]}
    try:
        check_limits(document)
    except contexts.ContextNotPinned as error:
        detail = {"detail": error.url[:300]}
        return Check("vocabulary", Outcome.FAIL, "vocabulary_unknown", detail)
    except NotCanonical as error:
        return Check("vocabulary", Outcome.UNKNOWN, "vocabulary_unread", {"detail": str(error)})
    return Check("vocabulary", Outcome.PASS, "vocabulary")


def _carried(proof: ProofResult, outside: Outside) -> Carried | None:
    """Return the word of whom we have for the keys of a proof; None when their owner was asked."""
    return next((came for name in proof.methods if (came := outside.carried(name))), None)


def _issuer_key(issuer: str, proof: ProofResult, carried: Carried | None) -> Check:
    if proof.status == ProofStatus.KEY_UNPUBLISHED:
        return Check("issuer_key", Outcome.FAIL, "issuer_unpublished", {"issuer": issuer})
    if proof.status == ProofStatus.PLACE_REFUSED:
        return Check("issuer_key", Outcome.FAIL, "issuer_place_refused", {"issuer": issuer})
    if not proof.verified:
        return Check("issuer_key", Outcome.UNKNOWN, "issuer_unknown")
    if not is_tied(issuer, proof):
        place = issuers.place_of(issuer)
        if place and issuer.startswith("https://") and _lies_at(place, proof):
            return Check("issuer_key", Outcome.UNKNOWN, "issuer_same_host", {"place": place})
        return Check("issuer_key", Outcome.FAIL, "issuer_not_tied", {"issuer": issuer})
    if did.names_itself(issuer):
        return Check("issuer_key", Outcome.UNKNOWN, "issuer_own_key")
    where = {"place": issuers.named_by(issuer)}
    if carried and not carried.is_compared:
        return Check("issuer_key", Outcome.UNKNOWN, "issuer_carried", where)
    return Check(
        "issuer_key", Outcome.PASS, "issuer_compared" if carried else "issuer_domain", where
    )


def is_tied(issuer: str, proof: ProofResult) -> bool:
    """Return whether a key that verified is one that the issuer's own identifier leads to."""
    return bool(issuer) and any(
        method.partition("#")[0] == issuer and key.controller in ("", issuer)
        for method, key in zip(proof.methods, proof.keys, strict=True)
    )


def _lies_at(place: str, proof: ProofResult) -> bool:
    return all(
        method.startswith("https://") and issuers.place_of(method) == place
        for method in proof.methods
    )


def statuses(document: dict, intact: Check, outside: Outside) -> tuple[Check, Check]:
    """Return whether it was revoked or suspended, and whether it was replaced.

    `intact` is the answer whether it is as it was signed: of what was changed, nobody is asked.
    """
    if intact.outcome == Outcome.FAIL:
        skipped = (Outcome.NOT_APPLICABLE, "status_skipped")
        return Check("not_revoked", *skipped), Check("not_superseded", *skipped)
    found = [
        Check("not_revoked", Outcome.NOT_APPLICABLE, "no_status"),
        Check("not_superseded", Outcome.NOT_APPLICABLE, "no_superseded"),
    ]
    entries = values.many(document.get("credentialStatus"))
    entries += [beside for entry in entries if (beside := status_list.referred(entry))]
    for entry in entries[:MOST_STATUS_ENTRIES]:
        name = _asked_by(entry)
        try:
            found.append(_ask_status(document, entry, name, outside))
        except (Unresolvable, FetchFailed, FetchRefused) as error:
            detail = {"detail": str(error)[:300]}
            found.append(Check(name, Outcome.UNKNOWN, "status_unreachable", detail))
        except (status_list.StatusUnreadable, Malformed) as error:
            detail = {"detail": str(error)}
            found.append(Check(name, Outcome.UNKNOWN, "status_unreadable", detail))
    if len(entries) > MOST_STATUS_ENTRIES:
        detail = {"detail": _("The credential names too many of them.")}
        found.append(Check("not_revoked", Outcome.UNKNOWN, "status_unreadable", detail))
    revoked, superseded = (
        answers.worst([answer for answer in found if answer.name == name])
        for name in ("not_revoked", "not_superseded")
    )
    return revoked, superseded


def _asked_by(entry: object) -> str:
    purpose = entry.get("statusPurpose") if isinstance(entry, dict) else None
    return "not_superseded" if purpose in (*SUPERSEDED, "message") else "not_revoked"


def _ask_status(document: dict, entry: object, name: str, outside: Outside) -> Check:
    if not isinstance(entry, dict) or not ENTRIES & values.types(entry.get("type")):
        raise status_list.StatusUnreadable(_("It is of a kind that is not known here."))
    purpose, url = entry.get("statusPurpose"), values.url(entry.get("statusListCredential"))
    known = (status_list.REVOCATION, status_list.SUSPENSION, "message", *SUPERSEDED)
    if purpose not in known:
        raise status_list.StatusUnreadable(_("It is kept for a purpose that is not known here."))
    opened = _checked_list(url, document, outside)
    value, carried = status_list.value_of(opened.document, entry), outside.carried(url)
    words = {status_list.REVOCATION: "revoked", status_list.SUSPENSION: "suspended"}
    found = Check(name, Outcome.PASS, name)
    if purpose == "message":
        found = _message(entry, value)
    elif value:
        found = Check(name, Outcome.FAIL, words.get(str(purpose), "superseded"))
    if carried and found.outcome == Outcome.PASS:
        # Its issuer has signed when the list was true; when it was packed, only the bundle says.
        moment = {"moment": (opened.proof.created or carried.at).isoformat()}
        return Check(name, Outcome.UNKNOWN, "status_carried", moment)
    return found


def _checked_list(url: str, document: dict, outside: Outside) -> jws.Opened:
    """Return a status list that is signed by the issuer of `document` and still counts."""
    data = outside.status_of(url) if url else None
    if data is None:
        raise status_list.StatusUnreadable(_("It is not where the credential says."))
    opened = lists.open(data, outside.resolve)
    proof, issuer = opened.proof, envelope.issuer_id(opened.document)
    if opened.document.get("id") != url:
        raise status_list.StatusUnreadable(_("It is not where the credential says."))
    if proof.status in NO_KEY:
        raise Unresolvable(proof.detail)
    # One by a key that was withdrawn since may be the thief's, and the issuer makes a new one.
    signed = answers.key_current(proof).outcome == Outcome.PASS and is_tied(issuer, proof)
    if not signed or issuer != envelope.issuer_id(document) or not _counts_now(opened, outside):
        raise status_list.StatusUnreadable(_("It is not signed by the issuer, or out of date."))
    return opened


def _counts_now(listed: jws.Opened, outside: Outside) -> bool:
    """Return whether a list is of now: one of tomorrow is no more to be believed than an old one.

    Its dates are those that were signed; an unreadable one is as bad as a wrong one.
    """
    document, proof = listed.document, listed.proof
    dated = (*envelope.VALID_FROM, *envelope.VALID_UNTIL)
    start = [envelope.valid_from(document), proof.starts]
    end = [envelope.valid_until(document), proof.expires]
    asked = (
        answers.valid_from(start, outside.now + answers.CLOCKS_DIFFER, proof.created),
        answers.not_expired(end, outside.now),
    )
    unread = envelope.not_moments(document, dated)
    return not unread and all(answer.outcome != Outcome.FAIL for answer in asked)


def _message(entry: dict, value: int) -> Check:
    """Return what a message of the issuer says (section 2.2, `statusMessages`)."""
    messages = {
        values.line(message.get("status"), 10).lower(): values.line(message.get("message"), 200)
        for message in values.items(entry.get("statusMessages") or entry.get("statusMessage"))
    }
    told = messages.get(hex(value), "")
    if value and "superseded" in told.lower():
        return Check("not_superseded", Outcome.FAIL, "superseded")
    if any("superseded" in message.lower() for message in messages.values()):
        return Check("not_superseded", Outcome.PASS, "not_superseded")
    if told and value:
        return Check("not_superseded", Outcome.NOT_APPLICABLE, "status_message", {"detail": told})
    return Check("not_superseded", Outcome.NOT_APPLICABLE, "no_superseded")
