"""The only place that opens signed status lists, and remembers what their proofs showed.

One list is asked for by every credential in it. What a proof shows follows from the bytes of the
list and from the keys that it names. So it is remembered under the SHA-256 of those bytes, and
counts again for the very same keys only, which are asked for each time. Whose list it is, whether
it counts now and what it says, the caller judges each time.
"""

import hashlib
import threading

from credentials.standards.values import LONGEST_URL
from credentials.trust import jws
from credentials.trust.proofs import ProofResult, Unresolvable, verify_proof, why_no_key
from credentials.trust.sniff import parse_received

MOST_REMEMBERED = 200  # of about 1 kB each, and 20,000 characters at most


class SignedLists:
    """Opens status lists; `remembered` is what the proofs of the latest showed, by SHA-256."""

    def __init__(self) -> None:
        self.remembered: dict[bytes, ProofResult] = {}
        self._lock = threading.Lock()

    def open(self, data: bytes, resolve: jws.Resolve) -> jws.Opened:
        """Return a status list (untrusted), in JSON or in JWT form, and what its proof shows.

        `resolve(verification_method)` returns the key or raises Unresolvable. In JWT form nothing
        has to be made canonical, so such a list is checked each time. Raises Malformed.
        """
        listed = parse_received(data)
        if isinstance(listed, str):
            return jws.verify_jwt(listed, resolve)
        document = listed if isinstance(listed, dict) else {}
        name = hashlib.sha256(data).digest()
        proof = self.remembered.get(name)
        proof = _of_now(proof, resolve) if proof else None
        if proof is None:
            proof = verify_proof(document, resolve)
            self._remember(name, proof)
        return jws.Opened(document, proof)

    def _remember(self, name: bytes, proof: ProofResult) -> None:
        # An owner is named in the document of a key, by a text of any length.
        if proof.verified and all(len(key.controller) <= LONGEST_URL for key in proof.keys):
            with self._lock:
                self.remembered[name] = proof
                while len(self.remembered) > MOST_REMEMBERED:
                    del self.remembered[next(iter(self.remembered))]


def _of_now(proof: ProofResult, resolve: jws.Resolve) -> ProofResult | None:
    """Return what a proof shows that verified before; None when one of its keys is another now."""
    try:
        keys = tuple(map(resolve, proof.methods))
    except Unresolvable as error:
        status, detail = why_no_key(error)
        return ProofResult(status, proof.methods, detail=detail)
    return proof if keys == proof.keys else None


lists = SignedLists()
