"""What holds for every test: nothing of the user's machine is seen, nobody beyond it is called.

Unit and handler tests open no socket at all; the others reach the loopback interface only. What
tries more fails at once, whatever exceptions are caught on the way. What all of them printed and
left behind is looked through for secrets (leaks.py). In CI a skip that isn't on the
list fails the run. What a run shows is a line for each folder (folders.py).
"""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import folders
import leaks
import pytest
import urllib3  # noqa: F401 - its import tries IPv6 with a socket, so it comes before the guard

TESTS = Path(__file__).parent
UNITS = tuple(str(TESTS / folder) + os.sep for folder in ("unit", "handlers"))
"""Their tests open no socket, and are what `pytest -m quick` runs, but for the slowest."""

STACKS = tuple(str(TESTS / "unit" / folder) + os.sep for folder in ("steps", "options"))
"""Their tests deploy to moto."""
ONE_LIFE = ("test_steps_whole_stack.py", "test_steps_order.py")
"""Of these tests: a stack made, looked at and removed, and the order of its calls."""

ALLOWED_SKIPS = (
    "no curl on PATH",  # a minimal Debian has none
    "no working `aws` on PATH, and none could be installed (no package index)",
    "no wheel can be built: setuptools can't be had (no package index)",
    "needs a pseudo-terminal",
    "needs /dev/full, which only Linux has",
    "reads /proc",  # the local cloud's processes, elsewhere than on Linux
    "sessions of other processes are read on Linux",
)
"""The whole reasons for which a test may be skipped in CI too."""

A_REAL_ACCOUNT = os.environ.get("PRODUCTSAPI_AWS_PROFILE", "pretended") != "pretended"
"""Whether AWS itself is meant to be reached: for tests/aws, see there."""

THE_USERS = ("AWS_", "BOTO_", "PRODUCTSAPI_", "MINISTACK_")
PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
HOMES = ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")


# -- nothing of the user's -------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _clean_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """For fixtures that outlive a test; subprocesses inherit it."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        _forget_the_user(monkeypatch, tmp_path_factory.mktemp("session-home"))
        yield


@pytest.fixture(autouse=True)
def _clean_test(
    request: pytest.FixtureRequest, homes: Homes, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """An empty home for each test, and its rule for sockets."""
    _forget_the_user(monkeypatch, homes.empty())
    _guard.loopback = not str(request.path).startswith(UNITS)
    yield
    _guard.loopback = True


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    return Homes(tmp_path_factory)


class Homes:
    """A home is the next test's too, as long as nothing was written there."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory
        self._home: Path | None = None

    def empty(self) -> Path:
        if self._home is None or not self._home.is_dir() or any(self._home.iterdir()):
            self._home = self._factory.mktemp("home")
        return self._home


def _forget_the_user(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    for name in list(os.environ):
        if name.startswith(THE_USERS) or name.lower() in PROXIES:
            monkeypatch.delenv(name)
    for name in HOMES:
        monkeypatch.setenv(name, str(home))
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


# -- nobody beyond this machine --------------------------------------------------------------------


class _Guard:
    """Python's audit events tell of every socket, also of those that a library makes its own way.

    pytest.fail raises what `except Exception` doesn't catch: no SDK can take it for a bad network.
    """

    loopback = True

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if event == "socket.__new__":
            # a socketpair is how event loops wake themselves: nobody else is at its other end
            if not self.loopback and args[1] != getattr(socket, "AF_UNIX", None):
                pytest.fail("it opens a socket, which unit and handler tests don't")
        elif event in {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}:
            self._check(args[1])
        elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
            self._check((args[0],))

    def _check(self, address: object) -> None:
        if A_REAL_ACCOUNT and self.loopback:
            return
        unix = isinstance(address, (str, bytes))
        if not self.loopback or not (unix or _is_loopback(address)):
            pytest.fail(f"it talks to {address!r}, beyond what tests may reach")


def _is_loopback(address: object) -> bool:
    host = address[0] if isinstance(address, tuple) else address
    if host in {None, "localhost", b"localhost"}:  # None: sendmsg on what is connected already
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False


_guard = _Guard()
sys.addaudithook(_guard)


# -- nothing secret printed or written, and a line for each folder ---------------------------------


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(leaks.Plugin(config))
    if folders.wanted(config):
        config.pluginmanager.register(folders.Plugin(config))


# -- the longest first, and what is quick ----------------------------------------------------------

LONGEST = ("test_house.py", "test_faults.py", "test_late.py")
"""Files that one worker would end with while the others have nothing to do any more."""
NOT_QUICK = ("test_house.py", "test_interpreters.py", "test_guards.py")
"""Lint and types, what starts each interpreter that there is, and runs of pytest itself."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Each worker would load three times as many files to select from as `quick` has."""
    if config.option.markexpr == "quick" and collection_path.name.startswith("test_"):
        return None if _is_quick(collection_path) else True
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before -m selects."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
    for item in items:
        slow = item.get_closest_marker("long") or _is_on_moto(item)
        if _is_quick(item.path) and not slow:
            item.add_marker("quick")


def _is_quick(path: Path) -> bool:
    """Not what takes most of the units' time: moto beneath each step is one of them."""
    if not str(path).startswith(UNITS) or path.name in NOT_QUICK:
        return False
    return not str(path).startswith(STACKS) or path.name in ONE_LIFE


def _is_on_moto(item: pytest.Item) -> bool:
    """What the table in memory is asked, too: in `quick` that is enough."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    return given.get("make_api") == "moto"


# -- no search for garbage in what stays -----------------------------------------------------------


def pytest_collection_finish() -> None:
    """The modules, botocore's models and the tests themselves: half a million objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


# -- no skip unseen --------------------------------------------------------------------------------

_skipped: dict[str, str] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _note_skip(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _note_skip(report)


def _note_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and isinstance(report.longrepr, tuple):
        _skipped[report.nodeid] = report.longrepr[2].removeprefix("Skipped: ")


def _forbidden_skips() -> dict[str, str]:
    in_ci = os.environ.get("CI", "").lower() == "true"
    return {t: why for t, why in _skipped.items() if in_ci and why not in ALLOWED_SKIPS}


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _forbidden_skips() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for test, reason in _forbidden_skips().items():
        terminalreporter.write_line(f"FAILED {test}: skipped in CI: {reason}", red=True)
