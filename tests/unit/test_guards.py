"""The guards of conftest.py and leaks.py guard: each is shown a test that breaks its rule."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS = Path(__file__).parents[1]
HOSTILE = {
    "AWS_PROFILE": "production",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_ENDPOINT_URL": "https://aws.example.com",
    "PRODUCTSAPI_CONFIG": "prod.yaml",
    "HTTPS_PROXY": "http://proxy:3128",
    "http_proxy": "http://proxy:3128",
}


SETTINGS = """
[pytest]
addopts = -p no:cacheprovider -p xdist -ra
markers =
    quick
    long
"""


class Ran(NamedTuple):
    code: int
    shown: str

    def lines(self, start: str) -> list[str]:
        return [line for line in self.shown.splitlines() if line.startswith(start)]


def outcome(suite: Path, files: dict[str, str], *options: str, **environment: str) -> Ran:
    """How tests end in a folder under the same guards."""
    for guard in ("conftest.py", "folders.py", "leaks.py"):
        shutil.copy(TESTS / guard, suite / guard)
    (suite / "pytest.ini").write_text(SETTINGS)
    for name, text in files.items():
        (suite / name).parent.mkdir(parents=True, exist_ok=True)
        (suite / name).write_text(textwrap.dedent(text))
    kept = {name: value for name, value in os.environ.items() if name != "CI"}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # loading what isn't used takes seconds
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(suite)],
        cwd=suite, env={**kept, **environment}, capture_output=True, check=False, text=True,
    )  # fmt: skip
    return Ran(ran.returncode, ran.stdout)


ENVIRONMENT = """
import os, subprocess, sys, pytest
SEEN = "import os; print(*sorted(os.environ), os.environ['HOME'])"

def test_it(tmp_path_factory):
    seen = subprocess.check_output([sys.executable, "-c", SEEN], text=True).split()
    base = str(tmp_path_factory.getbasetemp())
    assert all(os.environ[n].startswith(base) for n in ("HOME", "XDG_STATE_HOME"))
    assert seen[-1].startswith(base)
    names = {n for n in (*seen, *os.environ) if n.startswith(("AWS_", "PRODUCTSAPI_"))}
    assert names == {
        "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED",
    }
    assert not [n for n in seen if n.lower().endswith("_proxy")]

@pytest.mark.parametrize("number", range(3))
def test_home(number):
    assert os.listdir(os.environ["HOME"]) == []
    if number == 1:
        open(os.environ["HOME"] + "/written", "w").close()
"""

NO_SOCKETS = """
import asyncio, socket, urllib.request, pytest

def test_socket():
    socket.socket()

def test_name():
    socket.getaddrinfo("localhost", 80)

def test_caught():
    try:
        urllib.request.urlopen("http://127.0.0.1:9/")
    except Exception:
        pass

def test_event_loops_may():
    asyncio.run(asyncio.sleep(0))
"""

LOOPBACK_ONLY = """
import socket

def test_loopback_may():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()[:2]).close()
        socket.getaddrinfo("localhost", 80)

def test_beyond():
    socket.create_connection(("192.0.2.1", 80), timeout=60)

def test_beyond_by_name():
    socket.create_connection(("aws.example.com", 80), timeout=60)

def test_all_interfaces():
    socket.create_server(("", 0))
"""

LEAKING = {
    "test_leaks.py": """
        import leaks

        def test_shown():
            leaks.saw("a command", "Error: wrong password correct-horse-battery")
            leaks.secret("correct-horse-battery")

        def test_printed():
            print("correct-horse-battery")
    """,
    "test_more_leaks.py": """
        def test_written(tmp_path):
            (tmp_path / "plan.json").write_text("eyJhbGciOiJSUzI1NiJ9".join(("Bearer ", "")))

        def test_quiet(): pass
    """,
}
GUARDED = {
    "test_env.py": ENVIRONMENT,
    "unit/test_u.py": NO_SOCKETS,
    "handlers/test_h.py": NO_SOCKETS,
    "e2e/test_e.py": LOOPBACK_ONLY,
    **LEAKING,
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One run of all that breaks a rule, and of what keeps to it."""
    return outcome(tmp_path_factory.mktemp("guarded"), GUARDED, **HOSTILE)


def test_tests_and_subprocesses_see_no_user(guarded: Ran) -> None:
    """Each test's home is empty, too."""
    assert "FAILED test_env.py" not in guarded.shown
    assert guarded.lines(".: 8 passed, ")


def test_no_socket_in_units_and_loopback_elsewhere(guarded: Ran) -> None:
    assert guarded.code == 1
    failed = [line for line in guarded.lines("FAILED ") if " - " in line]
    assert len(failed) == 9
    assert all("Failed: it opens a socket" in f or "Failed: it talks to" in f for f in failed)
    assert guarded.lines("unit: 1 passed, 3 failed, ")
    assert guarded.lines("handlers: 1 passed, 3 failed, ")
    assert guarded.lines("e2e: 1 passed, 3 failed, ")


@pytest.mark.parametrize("workers", [False, True], ids=["alone", "workers"])
def test_a_leak_fails_the_run_and_is_not_repeated(
    guarded: Ran, tmp_path: Path, workers: bool
) -> None:
    """Whether it was shown, printed or written. A worker looks through what it saw itself."""
    ran = outcome(tmp_path, LEAKING, "-n", "2", "--dist", "loadfile") if workers else guarded
    assert ran.code == 1
    assert not workers or ran.lines(".: 4 passed, ")
    found = ran.lines("LEAK ")
    assert len(found) == 3
    assert "LEAK a command: a secret of a test" in found
    assert any("test_printed (Captured stdout call): a secret of a test" in each for each in found)
    assert any("plan.json: a header with a token" in each for each in found)
    assert "correct-horse" not in ran.shown
    assert "eyJ" not in ran.shown


SKIPS = {
    "test_skips.py": """
        import pytest

        @pytest.mark.skip(reason="reads /proc")
        def test_listed(): pass

        def test_unlisted():
            pytest.skip("no time today")

        @pytest.mark.xfail(reason="known")
        def test_expected_to_fail():
            assert False
    """,
    "test_whole_module.py": "import pytest; pytest.importorskip('nosuchmodule')",
}


def test_in_ci_an_unlisted_skip_fails_the_run(tmp_path: Path) -> None:
    ran = outcome(tmp_path, SKIPS, "-q", CI="true")
    assert ran.code == 1
    assert not ran.lines(".: ")
    assert "test_unlisted: skipped in CI: no time today" in ran.shown
    assert "test_whole_module.py: skipped in CI: could not import 'nosuchmodule'" in ran.shown
    assert "test_listed: skipped in CI" not in ran.shown
    assert "test_expected_to_fail: skipped" not in ran.shown


SLOW_AND_QUICK = """
import pytest

def test_quick(): pass

@pytest.mark.long
def test_long(): pass

@pytest.mark.parametrize("make_api", ["memory", "moto"])
def test_on(make_api): pass
"""


def test_quick_is_what_units_do_in_short(tmp_path: Path) -> None:
    """And with -v, pytest shows what it always does."""
    quick = ("unit/test_u.py", "handlers/test_h.py", "unit/steps/test_steps_order.py")
    stacks = ("unit/steps/test_steps_s.py", "unit/options/cache/test_c.py")
    others = ("unit/test_house.py", *stacks, "e2e/test_e.py")
    files = dict.fromkeys((*quick, *others), SLOW_AND_QUICK)
    ran = outcome(tmp_path, files, "-m", "quick", "-v")
    assert "6 passed, 6 deselected" in ran.shown  # other files are not even loaded
    assert ran.lines("unit/test_u.py::test_quick PASSED")
    assert ran.lines("unit/test_u.py::test_on[memory] PASSED")
    assert not ran.lines("unit: ")


def test_elsewhere_skips_are_shown_and_that_is_all(tmp_path: Path) -> None:
    ran = outcome(tmp_path, SKIPS)
    assert ran.code == 0
    assert "SKIPPED" in ran.shown
    assert "no time today" in ran.shown
    assert ran.lines(".: 2 skipped, 1 xfailed, ")
