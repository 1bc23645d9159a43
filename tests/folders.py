"""A line for each folder of tests as it ends, in place of a dot for each test.

With workers as without; `-v` and `-q` show what pytest shows. What fails is named at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

KINDS = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
"""In this order in a line, where there is one of the kind."""


@dataclass
class Folder:
    """What is known of its tests so far."""

    expected: int = 0
    ended: int = 0
    seconds: float = 0
    """Of all workers together."""
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def said(self) -> str:
        counts = [f"{self.outcomes[kind]} {kind}" for kind in KINDS if self.outcomes[kind]]
        left = [f"{self.expected - self.ended} not run"] if self.ended < self.expected else []
        return ", ".join([*counts, *left, f"{self.seconds:.1f} s"])


class Plugin:
    """Counts on the run's own process, which hears of every worker's tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._folders: dict[str, Folder] = {}
        self._terminal: Any = None
        self._shown = False

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """The reporter is there, and xdist has had its say."""
        self._terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        self._terminal.showfspath = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._expect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Every worker collects everything."""
        if not self._folders:
            self._expect(ids)

    def _expect(self, ids: Iterable[str]) -> None:
        for folder, count in Counter(map(_folder, ids)).items():
            self._folders[folder] = Folder(count)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Iterator[None]:
        self._shown = True
        try:
            yield
        finally:
            self._shown = False
        name = _folder(report.nodeid)
        folder = self._folders.setdefault(name, Folder())
        folder.seconds += report.duration
        if report.when == "teardown":
            folder.ended += 1
            if folder.ended == folder.expected:
                self._terminal.write_line(f"{name}: {folder.said}")

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self, report: pytest.TestReport | pytest.CollectReport) -> Any:
        """Counted by pytest as ever, but no letter is shown; the summary asks again for words."""
        kind, letter, word = yield
        if not (self._shown and isinstance(report, pytest.TestReport) and (letter or word)):
            return kind, letter, word
        self._folders.setdefault(_folder(report.nodeid), Folder()).outcomes[kind] += 1
        if report.failed:
            self._terminal.write_line(f"{kind.upper()} {report.nodeid}", red=True)
        return kind, "", ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_terminal_summary(self) -> None:
        """What was cut short, by `-x` for one."""
        for name, folder in sorted(self._folders.items()):
            if folder.ended != folder.expected:
                self._terminal.write_line(f"{name}: {folder.said}")


def _folder(nodeid: str) -> str:
    return nodeid.partition("::")[0].rpartition("/")[0] or "."


def wanted(config: pytest.Config) -> bool:
    """On the run's own process, unless `-v` or `-q` asks for what pytest shows."""
    worker = hasattr(config, "workerinput")
    return not worker and config.get_verbosity() == 0 and not config.option.collectonly
