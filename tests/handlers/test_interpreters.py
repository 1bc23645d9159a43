"""The handlers run on every Lambda runtime: tried on each interpreter here, from 3.9 up."""

from __future__ import annotations

import ast
import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from harness import HERE, SOURCES

from productsapi.syntax import compile_check

OLDEST = (3, 9)
NAME = re.compile(r"python3\.(\d+)$")
RUN = """import runpy, sys
sys.path.insert(0, sys.argv[1])
runpy.run_path(sys.argv[1] + "/selfcheck.py", run_name="__main__")"""
VERSION = "import sys; print('%d.%d' % sys.version_info[:2], sys.implementation.name)"


def folders() -> list[Path]:
    """Where interpreters stand: on the path, under pyenv, and beside the one that runs this."""
    base = Path(sys.base_prefix)
    roots = [base.parent]
    if pyenv := os.environ.get("PYENV_ROOT"):
        roots.append(Path(pyenv) / "versions")
    beside = [folder / "bin" for root in roots for folder in sorted(root.glob("*"))]
    return [Path(part) for part in os.environ.get("PATH", "").split(os.pathsep) if part] + beside


def interpreters() -> dict[str, Path]:
    """One of each version that really starts; pyenv's shims stand there and may not."""
    found = {f"3.{sys.version_info[1]}": Path(sys.executable)}
    for folder in folders():
        for path in sorted(folder.glob("python3.*")) if folder.is_dir() else []:
            match = NAME.fullmatch(path.name)
            if match and (3, int(match[1])) >= OLDEST and f"3.{match[1]}" not in found:
                reported = subprocess.run(
                    [path, "-I", "-c", VERSION], capture_output=True, text=True, check=False
                ).stdout.split()
                if reported == [f"3.{match[1]}", "cpython"]:
                    found[reported[0]] = path
    return found


def test_each_interpreter_answers_the_sample_events() -> None:
    """`-I` keeps this environment's packages out; `-W error` makes warnings failures."""
    for version, path in interpreters().items():
        check = subprocess.run(
            [path, "-I", "-B", "-W", "error", "-c", RUN, HERE],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert check.returncode == 0, check.stdout + check.stderr
        print(check.stdout.strip())  # noqa: T201 - which interpreters were tried, under -rP
        assert f"python {version}." in check.stdout


def test_each_interpreter_judges_the_sources_syntax() -> None:
    """As `plan` asks it to, with what this project deploys and with what it must not."""
    sources = {str(path): path.read_bytes() for path in SOURCES.rglob("*.py")}
    asked = {"broken.py": b"x = 1\nreturn x\n", **sources}
    sent = json.dumps({name: base64.b64encode(each).decode() for name, each in asked.items()})
    for version, path in interpreters().items():
        judged = subprocess.run(
            [path, "-I", "-S", "-B", "-W", "error", compile_check.__file__],
            input=sent, capture_output=True, text=True, check=True,
        )  # fmt: skip
        python, _, faults = json.loads(judged.stdout)
        assert ".".join(map(str, python)) == version
        assert [fault[:2] for fault in faults] == [["broken.py", 2]]


def test_sources_are_python_3_9() -> None:
    for source in SOURCES.rglob("*.py"):
        tree = ast.parse(source.read_text(encoding="utf-8"), feature_version=OLDEST)
        imported = {
            (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        }
        for top in {name.split(".")[0] for name in imported}:
            assert top == "shared" or top in sys.stdlib_module_names, source
