"""The functions' sources, checked by the runtime's Python, or by this one instead."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from productsapi.errors import ConfigError
from productsapi.syntax import compile_check
from productsapi.syntax.compile_check import Fault

PATIENCE_S = 20
MAX_REPORTED = 5
WIDEST = 120
"""Characters of a line that are shown."""
THIS = sys.version_info[:2]
_STAND_INS: set[str] = set()
"""What was found not to be the Python that it is called: asked once, as each time takes a while."""


def check(files: Mapping[Path, bytes], runtime: str) -> None:
    """Raise ConfigError with file, line and a marker where `runtime` can't read a source."""
    sources = {str(path): content for path, content in files.items() if path.suffix == ".py"}
    path = os.environ.get("PATH", "")
    by, faults = _checked(tuple(sorted(sources.items())), runtime, path)
    if not faults:
        return
    lines = [_describe(found, sources[found.name], by) for found in faults[:MAX_REPORTED]]
    if len(faults) > MAX_REPORTED:
        lines.append(f"… and {len(faults) - MAX_REPORTED} more files")
    hint = "fix it; the deployed code stays unchanged until then"
    if by != runtime and _version(by) < _version(runtime):
        hint = (
            f"fix it, or put {runtime} on the PATH so that it is used for the check instead of {by}"
        )
    raise ConfigError("\n".join(lines), hint)


@lru_cache(maxsize=4)
def _checked(
    sources: tuple[tuple[str, bytes], ...], runtime: str, path: str
) -> tuple[str, tuple[Fault, ...]]:
    """Which Python has checked them, and what is wrong. The same sources are checked often."""
    wanted = _version(runtime)
    if wanted != THIS:
        faults = _by_interpreter(sources, runtime, path)
        if faults is not None:
            return runtime, faults
    older = wanted if wanted < THIS else None
    found = (compile_check.fault(name, source, older) for name, source in sources)
    by = f"python{THIS[0]}.{THIS[1]}" if wanted > THIS else runtime
    return by, tuple(each for each in found if each)


def _by_interpreter(
    sources: tuple[tuple[str, bytes], ...], runtime: str, path: str
) -> tuple[Fault, ...] | None:
    """None where there is none, or it isn't what its name says, as a version manager's stand-in."""
    interpreter = _found(runtime, path)
    if not interpreter or interpreter in _STAND_INS:
        return None
    script = Path(compile_check.__file__).read_text("utf-8")
    asked = json.dumps({name: base64.b64encode(source).decode() for name, source in sources})
    try:
        ran = subprocess.run(  # noqa: S603 - the user's own Python, and our script
            [interpreter, "-I", "-S", "-B", "-c", script],
            input=asked, capture_output=True, check=True, text=True, timeout=PATIENCE_S,
        )  # fmt: skip
        version, implementation, faults = json.loads(ran.stdout)
        if (tuple(version), implementation) == (_version(runtime), "cpython"):
            return tuple(Fault(*each) for each in faults)
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        pass
    _STAND_INS.add(interpreter)
    return None


def _found(runtime: str, path: str) -> str | None:
    folders = [folder for folder in path.split(os.pathsep) if Path(folder).is_absolute()]
    return shutil.which(runtime, path=os.pathsep.join(folders))


def _version(runtime: str) -> tuple[int, int]:
    major, minor = runtime.removeprefix("python").split(".")
    return int(major), int(minor)


def _describe(found: Fault, source: bytes, by: str) -> str:
    line = f":{found.line}" if found.line else ""
    shown = _marked(found, source) if found.line else ""
    return f"{found.name}{line}: {by} can't read it: {found.says}{shown}"


def _marked(found: Fault, source: bytes) -> str:
    """The line, and under it where Python stopped."""
    text = source.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if found.line > len(lines):
        return ""
    line = lines[found.line - 1].rstrip().replace("\0", "\ufffd")
    column = min(found.column, len(line) + 1)
    start = max(0, column - WIDEST + 1)
    before = line[start : max(column - 1, 0)]
    marker = "".join("\t" if sign == "\t" else " " for sign in before) + "^" if column else ""
    return f"\n    {line[start : start + WIDEST]}" + (f"\n    {marker}" if marker else "")
