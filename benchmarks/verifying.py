"""Measure verifying our own credentials, beside a peer and beside Ed25519 alone.

    python -m benchmarks.verifying [--credentials N] [--rounds N]

The credentials are a batch that the services have awarded and signed, in a database of its own that
is dropped. Ours is the whole check from the bytes of a file (`trust.verify.check`): what it is, its
structure, proof, issuer, dates, Annex I, and both status lists. They are handed over as bytes, as
in the portal, and read each time: whose they are, whether their keys and dates count, the bit. That
their proofs fit is found out once and then remembered (`trust.signed_lists`), as in the portal.
The peer, @digitalbazaar/vc, gets parsed documents and is told that the status is good. Keys,
contexts and lists are in memory for both; the limit is Ed25519 alone. Figures are medians of the
rounds.

Prints a table, then one line of JSON; `proof_alone` is ours without all that is not the proof.
"""

import argparse
import json
import os
import statistics
import time
from datetime import timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from benchmarks import peer
from benchmarks.issuing import issue, make_learners
from credentials.models import CourseVersion, SignedForm, StatusList
from credentials.services import keys, status
from credentials.standards.contexts import MULTIKEY
from credentials.trust import did, proofs
from credentials.trust.verify import Standing, check
from tests.factories.awards import make_taught_course

ROUNDS_APART = 200  # credentials of ours in a round


class Issued:
    """A batch of credentials, with what there is to know of their issuer."""

    def __init__(self, count: int) -> None:
        version = CourseVersion.objects.get(pk=make_taught_course().pk)
        institution = version.course.institution
        issue(version, list(make_learners(version, count)))
        self.files = [form.body.encode() for form in SignedForm.objects.all()]
        self.lists = {
            status.url_of(kept): status.published(kept).encode()
            for kept in StatusList.objects.all()
        }
        self.issuer = keys.document_of(institution)
        self.now = timezone.now() + timedelta(minutes=1)

    def resolve(self, method: str) -> proofs.PublicKey:
        return did.key_of(self.issuer, method)

    def whole(self, file: bytes) -> bool:
        found = check(file, resolve=self.resolve, status_of=self.lists.__getitem__, now=self.now)
        return found.verdict == Standing.VALID

    def proof_alone(self, file: bytes) -> bool:
        return proofs.verify_proof(json.loads(file), self.resolve).verified

    def known(self) -> dict[str, dict]:
        """Return what the peer finds in memory: the key, and its controller."""
        found = {self.issuer["id"]: self.issuer}
        for method in self.issuer["verificationMethod"]:
            found[method["id"]] = {"@context": MULTIKEY, **method}
        return found


def per_second(verified, files: list[bytes]) -> float:
    start = time.perf_counter()
    if not all(verified(file) for file in files):
        raise SystemExit("Refused what was signed here.")
    return len(files) / (time.perf_counter() - start)


def measure(count: int, rounds: int) -> dict:
    issued = Issued(count)
    documents = [json.loads(file) for file in issued.files[:200]]
    for file in issued.files[:5]:
        issued.whole(file)
    found = []
    with peer.peer("verify", documents, issued.known()) as peer_verifies:
        for number in range(rounds):
            start = number * ROUNDS_APART % count
            files = issued.files[start : start + ROUNDS_APART]
            found.append(
                {
                    "ours": per_second(issued.whole, files),
                    "alone": per_second(issued.proof_alone, files),
                    "peer": peer_verifies(),
                    "limit": peer.raw_verifying(),
                }
            )
            print(
                "round     {ours:9.0f} {alone:12.0f} {peer:9.0f} {limit:9.0f}".format(**found[-1])
            )
    alone = round(statistics.median(one["alone"] for one in found), 1)
    return {**peer.result(found), "proof_alone": alone, "credentials": count}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--credentials", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        print("a second       ours  proof alone      peer     limit")
        found = measure(asked.credentials, asked.rounds)
    finally:
        teardown_databases(made, verbosity=0)
    print("median    {ours:9.0f} {proof_alone:12.0f} {peer:9.0f} {limit:9.0f}".format(**found))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
