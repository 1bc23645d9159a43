"""The guards of conftest.py and leaks.py guard: each is shown a test that breaks its rule."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

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


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A folder of tests under the same guards."""
    for guard in ("conftest.py", "leaks.py"):
        shutil.copy(TESTS / guard, tmp_path / guard)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider -p xdist -ra\n")
    return tmp_path


def outcome(
    suite: Path, files: dict[str, str], *options: str, **environment: str
) -> tuple[int, str]:
    for name, text in files.items():
        (suite / name).parent.mkdir(exist_ok=True)
        (suite / name).write_text(textwrap.dedent(text))
    kept = {name: value for name, value in os.environ.items() if name != "CI"}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # loading what isn't used takes seconds
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options, str(suite)],
        cwd=suite, env={**kept, **environment}, capture_output=True, check=False, text=True,
    )  # fmt: skip
    return ran.returncode, ran.stdout


def test_no_test_sees_the_user_and_subprocesses_inherit_that(suite: Path) -> None:
    text = """
        import os, subprocess, sys
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
    """
    code, shown = outcome(suite, {"test_env.py": text}, **HOSTILE)
    assert code == 0, shown


def test_unit_and_handler_tests_open_no_socket_and_others_reach_loopback_only(
    suite: Path,
) -> None:
    unit = """
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
    e2e = """
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
    files = {"unit/test_u.py": unit, "handlers/test_h.py": unit, "e2e/test_e.py": e2e}
    code, shown = outcome(suite, files)
    assert code == 1
    assert "9 failed, 3 passed" in shown
    failed = [line for line in shown.splitlines() if line.startswith("FAILED")]
    assert all("Failed: it opens a socket" in f or "Failed: it talks to" in f for f in failed)


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


def test_in_ci_a_skip_that_is_not_listed_fails_the_run_and_is_named(suite: Path) -> None:
    code, shown = outcome(suite, SKIPS, CI="true")
    assert code == 1
    assert "test_unlisted: skipped in CI: no time today" in shown
    assert "test_whole_module.py: skipped in CI: could not import 'nosuchmodule'" in shown
    assert "test_listed: skipped in CI" not in shown
    assert "test_expected_to_fail: skipped" not in shown


def test_elsewhere_skips_are_shown_and_that_is_all(suite: Path) -> None:
    code, shown = outcome(suite, SKIPS)
    assert code == 0
    assert "SKIPPED" in shown
    assert "no time today" in shown


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
            (tmp_path / "plan.json").write_text("Bearer " + "eyJhbGciOiJSUzI1NiJ9")

        def test_quiet(): pass
    """,
}


@pytest.mark.parametrize("options", [(), ("-n", "2", "--dist", "loadfile")], ids=["alone", "many"])
def test_a_secret_that_was_shown_printed_or_written_fails_the_run_and_is_not_repeated(
    suite: Path, options: tuple[str, ...]
) -> None:
    """Also with workers, each of which looks through what it saw itself."""
    code, shown = outcome(suite, LEAKING, *options)
    assert code == 1
    assert "4 passed" in shown
    found = [line for line in shown.splitlines() if line.startswith("LEAK ")]
    assert len(found) == 3
    assert "LEAK a command: a secret of a test" in found
    assert any("test_printed (Captured stdout call): a secret of a test" in each for each in found)
    assert any("plan.json: a header with a token" in each for each in found)
    assert "correct-horse" not in shown
    assert "eyJ" not in shown
