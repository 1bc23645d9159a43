"""A scan of everything that the suite printed or wrote: no token, password or key stands in it.

Tests say what is secret (`secret`) and what they were shown (`saw`). At the end each worker looks
through that, through what tests printed, and through every file that they left: logs of the local
cloud, what it kept, plans, JSON. Tokens and keys are also known by their looks, wherever they come
from. What may hold secrets is named here, and must be closed to others.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

LOOKS = {
    "a token": re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
    "a header with a token": re.compile(r"Bearer eyJ[\w-]{8,}"),
    "a secret key": re.compile(
        r"(?i)secret_?access_?key['\"\\]*\s*[=:]\s*['\"\\]*([\w/+]{40}|[0-9a-f]{64})\b"
    ),
    "a private key": re.compile(r"-----BEGIN (?:\w+ )?PRIVATE KEY-----"),
}
MAY_HOLD_SECRETS = (
    "*/productsapi/tokens.json",  # the sign-ins
    *(
        f"*/{folder}/{name}"  # the local cloud's state, and the fault bench's copy of it
        for folder in ("state", "snapshot")
        for name in ("cognito*", "iam.json", "sts.json", "secretsmanager.json", "apigateway*.json")
    ),
)
NOT_WRITTEN_BY_US = {"site-packages", "node_modules"}
LONGEST_FILE = 20_000_000
SHORTEST = 8
"""Characters of a secret: less would be found everywhere."""


class Scan:
    """What is secret, what was seen, and where the one stands in the other."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._seen: dict[str, str] = {}

    def secret(self, *values: str) -> None:
        for value in values:
            if len(value) < SHORTEST:
                raise ValueError("so short a secret would be found everywhere")
            # of a token, the signature: the rest is known by its looks
            self._secrets.add(value.rpartition(".")[2] if value.startswith("eyJ") else value)

    def saw(self, where: str, *texts: str) -> None:
        """Each text is kept once, with where it was seen first."""
        for text in texts:
            if text:
                self._seen.setdefault(text, where)

    def leaks(self, folders: Iterable[Path] = ()) -> list[str]:
        """Every place that holds what it mustn't. The secrets themselves are not repeated."""
        found = [
            f"{where}: {kind}" for text, where in self._seen.items() for kind in self._in(text)
        ]
        for folder in folders:
            found += self._in_files(folder)
        return sorted(set(found))

    def _in(self, text: str) -> Iterator[str]:
        yield from (kind for kind, looks in LOOKS.items() if looks.search(text))
        if any(secret in text for secret in self._secrets):
            yield "a secret of a test"

    def _in_files(self, folder: Path) -> Iterator[str]:
        for path in _files(folder):
            if any(fnmatch(path.as_posix(), pattern) for pattern in MAY_HOLD_SECRETS):
                if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
                    yield f"{path}: may hold secrets, and is open to others"
                continue
            if path.stat().st_size <= LONGEST_FILE:
                text = path.read_bytes().decode("utf-8", "replace")
                yield from (f"{path}: {kind}" for kind in self._in(text))


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in NOT_WRITTEN_BY_US]
        yield from (path for name in names if (path := Path(parent, name)).is_file())


_scan = Scan()
secret, saw = _scan.secret, _scan.saw


class Plugin:
    """The scan at the end of a run; of a worker's, whose findings the run's own process tells."""

    def __init__(self, config: pytest.Config, scan: Scan = _scan) -> None:
        self._config = config
        self._scan = scan
        self._found: list[str] = []

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, text in report.sections:
            self._scan.saw(f"{report.nodeid} ({name})", text)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not self._config.getoption("numprocesses", None) or self._output is not None:
            factory = self._config._tmp_path_factory  # the fixture tmp_path_factory is this
            self._found += self._scan.leaks([factory.getbasetemp()])
        if self._output is not None:
            self._output["leaks"] = self._found
        elif self._found and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """xdist: a worker has ended."""
        self._found += getattr(node, "workeroutput", {}).get("leaks", [])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for each in self._found:
            terminalreporter.write_line(f"LEAK {each}", red=True)

    @property
    def _output(self) -> dict[str, list[str]] | None:
        """What a worker hands over; None outside of one."""
        output: dict[str, list[str]] | None = getattr(self._config, "workeroutput", None)
        return output
