"""Tracebacks of functions, with the project's own file names and source lines.

Where a function runs it is unpacked in a folder of the emulator's, or in /var/task on AWS.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from productsapi import function_code
from productsapi.config import Config

LOGGED = re.compile(r"  (?P<file>\S.*):(?P<line>\d+) in (?P<name>.+)")
"""A frame as shared/log.py writes it."""
PRINTED = re.compile(r'  File "(?P<file>.+)", line (?P<line>\d+)(?:, in (?P<name>.+))?')
"""A frame as Python prints it; its source line follows by itself."""
UNPACKED = re.compile(r".*/(?:code|var/task)/(?P<inside>.+)")
OF_A_FRAME = "    "
OF_THE_EMULATOR = "/_worker.py"
IMPORT = "import sys; sys.path.insert(0, sys.argv[1]); import lambda_function"
PATIENCE_S = 10
HEADING = "Traceback (most recent call last):"


class Tracebacks:
    """Of one stack's functions, as the code is that was deployed last."""

    def __init__(self, config: Config, code: Mapping[str, bytes]) -> None:
        self._config = config
        self._code = code
        self._files = function_code.files(config.sources, code)
        self._within: set[str] = set()
        """The functions of whose log the last frame was the emulator's own."""

    def logged(self, function: str, lines: list[str]) -> list[str]:
        """The frames that a function of ours has logged, each with its source line below it."""
        return [each for line in lines for each in self._with_source(function, line)]

    def printed(self, function: str, line: str) -> str | None:
        """A line of a log; a frame's names the project's file.

        None for the emulator's own frame, and the lines of source and markers that come after it.
        """
        found = PRINTED.match(line)
        if not found and function in self._within and line.startswith(OF_A_FRAME):
            return None
        self._within.discard(function)
        if not found:
            return line
        if found["file"].endswith(OF_THE_EMULATOR):
            self._within.add(function)
            return None
        path = self._path(function, found["file"])
        return f"  {self._shown(path)}:{found['line']}{_inside(found['name'])}" if path else line

    def of_the_import(self, function: str) -> list[str]:
        """Why a function's module can't be imported: the emulator reports no more than the error.

        Tried in a process of its own, with nothing of this one's environment. Empty where it can.
        """
        with tempfile.TemporaryDirectory() as folder:
            unpacked = Path(folder) / "code"
            with zipfile.ZipFile(io.BytesIO(self._code[function])) as archive:
                archive.extractall(unpacked)
            try:
                ran = subprocess.run(  # noqa: S603 - this very Python, on what the emulator runs too
                    [sys.executable, "-I", "-B", "-c", IMPORT, str(unpacked)],
                    cwd=folder, env={}, stdin=subprocess.DEVNULL, capture_output=True,
                    check=False, text=True, timeout=PATIENCE_S,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                return [f"importing it took more than {PATIENCE_S} s"]
        if not ran.returncode:
            return []
        lines = [line for line in ran.stderr.splitlines() if line != HEADING]
        ours = [line for line in lines if '"<' not in line]  # our own import, and importlib's
        shown = (self.printed(function, line) for line in ours)
        return [line for line in shown if line is not None]

    def _with_source(self, function: str, line: str) -> list[str]:
        found = LOGGED.fullmatch(line)
        path = self._path(function, found["file"]) if found else None
        if not found or path is None:
            return [line]
        source = self._files[path].decode("utf-8", "replace").split("\n")
        number = int(found["line"])
        text = source[number - 1].strip() if number <= len(source) else ""
        frame = f"  {self._shown(path)}:{number}{_inside(found['name'])}"
        return [frame, f"      {text}"] if text else [frame]

    def _path(self, function: str, file: str) -> Path | None:
        """The source that it was unpacked from; None for a file that isn't one of the project's."""
        found = UNPACKED.fullmatch(file)
        if not found:
            return None
        path = function_code.source(self._config.sources, function, found["inside"])
        return path if path in self._files else None

    def _shown(self, path: Path) -> str:
        return path.relative_to(self._config.root).as_posix()


def _inside(name: str | None) -> str:
    return f" in {name}" if name else ""
