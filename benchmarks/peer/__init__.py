"""The only place that runs what our signing is measured against: a peer, and the limit.

The peer is @digitalbazaar/vc in Node.js, from where `checkers/check setup` installed it; the limit
is Ed25519 of the package cryptography, alone, over 64 bytes.
"""

import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.standards import contexts
from tests import services

SCRIPT = Path(__file__).with_name("digitalbazaar.mjs")
AT_ONCE = 40  # documents that the peer does in a round
MESSAGE = b"x" * 64


@contextmanager
def peer(mode: str, documents: list[dict], known: dict[str, dict]) -> Iterator[Callable[[], float]]:
    """Start the peer, warm; yield what measures how many documents it does in a second.

    `mode` is sign or verify, `known` what it finds in memory besides our pinned contexts.
    """
    packages = services.CHECKERS_HOME / "node_modules"
    if not (packages / "@digitalbazaar").exists():
        raise SystemExit(f"needs the independent checkers: {services.CHECK} setup")
    with tempfile.TemporaryDirectory(prefix="symbolon-peer-") as folder:
        job = Path(folder, "job.json")
        pinned = {url: contexts.load(url) for url in contexts.index()}
        job.write_text(
            json.dumps({"mode": mode, "documents": documents, "known": {**pinned, **known}})
        )
        # Node.js looks for packages beside the script.
        shutil.copy(SCRIPT, folder)
        Path(folder, "node_modules").symlink_to(packages)
        node = subprocess.Popen(
            ["node", "--preserve-symlinks", Path(folder, SCRIPT.name), job],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            if node.stdout is None or node.stdin is None or node.stdout.readline() != "ready\n":
                raise SystemExit("The peer did not start.")

            def measured() -> float:
                node.stdin.write(f"{AT_ONCE}\n")
                node.stdin.flush()
                return float(node.stdout.readline())

            yield measured
        finally:
            node.kill()
            node.wait()


def raw_signing(seconds: float = 0.3) -> float:
    """Return how many messages of 64 bytes are signed in a second."""
    key = Ed25519PrivateKey.generate()
    return per_second(lambda: key.sign(MESSAGE), seconds)


def raw_verifying(seconds: float = 0.3) -> float:
    """Return how many signatures of messages of 64 bytes are verified in a second."""
    key = Ed25519PrivateKey.generate()
    signature, public = key.sign(MESSAGE), key.public_key()
    return per_second(lambda: public.verify(signature, MESSAGE), seconds)


def per_second(step: Callable[[], object], seconds: float) -> float:
    """Return how often a step is done in a second."""
    done, start = 0, time.perf_counter()
    while (took := time.perf_counter() - start) < seconds:
        for _ in range(20):
            step()
        done += 20
    return done / took


def result(rounds: list[dict[str, float]]) -> dict[str, float]:
    """Return the medians of `ours`, `peer` and `limit`, and ours to the other two."""
    medians = {
        name: statistics.median(one[name] for one in rounds) for name in ("ours", "peer", "limit")
    }
    return {
        **{name: round(value, 1) for name, value in medians.items()},
        "ratio": round(medians["ours"] / medians["peer"], 2),
        "of_limit": round(medians["ours"] / medians["limit"], 4),
    }
