"""Asks PyPI's advisories about every package that is installed here; never a part of the suite.

    .venv/bin/python tests/audit.py

Ends with 0 where all are known and none has an advisory, with 1 where one has, and with 2 where not
all could be asked about: an index that has no advisories, or no network, is no clean bill.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

AUDITOR = "pip-audit>=2.9,<3"
CLEAN, FOUND, UNKNOWN = 0, 1, 2


def verdict(report: Mapping[str, Any]) -> tuple[int, list[str]]:
    """The exit code for pip-audit's report, and what there is to say."""
    packages = report["dependencies"]
    unknown = [each["name"] for each in packages if "skip_reason" in each]
    found = [
        f"{each['name']} {each['version']}: {flaw['id']}, fixed in "
        + (", ".join(flaw.get("fix_versions", ())) or "no version yet")
        for each in packages
        for flaw in each.get("vulns", ())
    ]
    said = list(found)
    if unknown or not packages:
        said.append(
            f"NOT AUDITED: {len(unknown)} of {len(packages)} packages, of which the index that "
            f"answers here knows no advisories: {', '.join(unknown)}"
        )
    if found:
        return FOUND, said
    if said:
        return UNKNOWN, said
    return CLEAN, [f"{len(packages)} packages audited, no known vulnerabilities"]


def audit(folder: Path) -> tuple[int, list[str]]:
    """With pip-audit in an environment of its own: it isn't among what is audited."""
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    listed = _run(sys.executable, "-m", "pip", "freeze", "--exclude-editable").stdout
    (folder / "packages.txt").write_text(listed, "utf-8")
    installed = _run(python, "-m", "pip", "install", "--quiet", AUDITOR)
    if installed.returncode:
        return UNKNOWN, [f"NOT AUDITED: {AUDITOR} can't be installed: {_end(installed.stderr)}"]
    asked = _run(
        *(python, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner", "off"),
        *("--format", "json", "-r", str(folder / "packages.txt")),
    )
    try:
        return verdict(json.loads(asked.stdout))
    except (ValueError, KeyError):
        return UNKNOWN, [f"NOT AUDITED: {_end(asked.stderr)}"]


def _run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, check=False, text=True)


def _end(text: str) -> str:
    return (text.strip().splitlines() or ["no answer"])[-1]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        code, said = audit(Path(folder))
    sys.stdout.write("\n".join(said) + "\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
