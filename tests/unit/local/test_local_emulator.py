"""One emulator process: what it is given, and what sets it apart. Nothing is started."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from productsapi.errors import LocalCloudError
from productsapi.local import emulator

PARENT = {
    "PATH": "/bin",
    "LANG": "C.UTF-8",
    "HOME": "/home/user",
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "real",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_ENDPOINT_URL": "http://elsewhere",
    "HTTPS_PROXY": "http://user:password@proxy",
    "CANARY": "secret",
    "PYTHONPATH": "/home/user",
}


def test_the_emulator_gets_only_path_and_language(tmp_path: Path) -> None:
    """Its functions inherit what it gets, so nothing else may be in there."""
    env = emulator.environment(tmp_path, 4566, "eu-west-2", "mark", PARENT)
    assert set(env) - {"PYTHONUSERBASE"} == {
        "PATH", "LANG", "HOME", "TMPDIR", "STATE_DIR", "PERSIST_STATE", "BIND_HOST",
        "MINISTACK_HOST", "GATEWAY_PORT", "MINISTACK_REGION", "MINISTACK_ACCOUNT_ID",
        "MINISTACK_EDITION", "SERVICES", "AUTH", "IOT_MTLS_ENABLED", "SFTP_ENABLED",
        "DOCKER_HOST", "LOG_LEVEL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
    }  # fmt: skip
    assert env["AWS_ACCESS_KEY_ID"] == env["AWS_SECRET_ACCESS_KEY"] == "test"
    for name in ("HOME", "TMPDIR", "STATE_DIR"):
        assert Path(env[name]).is_relative_to(tmp_path)


def test_packages_by_pythonpath_are_found_by_it_too(tmp_path: Path) -> None:
    """Of PYTHONPATH, the folders that hold what it is made of, and no other."""
    spec = importlib.util.find_spec("ministack")
    assert spec
    home = Path(str(spec.origin)).parents[1]
    parent = {**PARENT, "PYTHONPATH": f"relative:{home}::{tmp_path}"}
    env = emulator.environment(tmp_path, 4566, "eu-west-2", "mark", parent)
    assert env["PYTHONPATH"] == str(home)


def test_the_emulator_is_on_loopback_and_enforces_iam(tmp_path: Path) -> None:
    env = emulator.environment(tmp_path, 4566, "eu-west-2", "mark", PARENT)
    assert (env["BIND_HOST"], env["IOT_MTLS_ENABLED"], env["SFTP_ENABLED"]) == (
        "127.0.0.1", "0", "0",
    )  # fmt: skip
    assert (env["AUTH"], env["PERSIST_STATE"]) == ("true", "1")
    assert (env["GATEWAY_PORT"], env["MINISTACK_REGION"]) == ("4566", "eu-west-2")


@pytest.mark.parametrize("missing", ["ministack", "cryptography"])
def test_a_missing_extra_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == missing else find_spec(name)
    )
    with pytest.raises(LocalCloudError, match=f"isn't installed: {missing} missing") as caught:
        emulator.installed_version()
    assert caught.value.hint.endswith("pip install -e '.[local]'")


def test_looking_for_the_emulator_imports_nothing() -> None:
    code = (
        "import sys; from productsapi.local import emulator; emulator.installed_version();"
        "sys.exit(bool({'ministack', 'boto3', 'botocore'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_process_is_known_by_its_mark_not_by_its_id() -> None:
    """The id of a stopped emulator may be another program's by now."""
    code = "import sys, time; print(flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-X", "productsapi=ours", "-c", code], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        assert emulator.is_alive(process.pid, "ours")
        assert not emulator.is_alive(process.pid, "another")
        assert not emulator.is_alive(process.pid, ""), "an empty mark, of a record, is nobody's"
        assert not emulator.is_alive(os.getpid(), "ours")
        process.kill()
        process.wait()
        assert not emulator.is_alive(process.pid, "ours")


def test_one_that_does_not_stop_is_killed_and_said_so() -> None:
    code = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print(flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-X", "productsapi=ours", "-c", code],
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        moments = iter(range(100))
        assert not emulator.end(
            process.pid, "ours", patience=5, clock=lambda: next(moments), sleep=lambda _: None
        )
        assert process.wait() == -9


def test_one_that_stops_when_asked_is_not_killed() -> None:
    code = "import time; print(flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-X", "productsapi=ours", "-c", code],
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        assert emulator.end(process.pid, "ours", clock=time.monotonic, sleep=time.sleep)
        assert process.wait() == -15


def test_ending_one_that_is_gone_already_is_fine() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], start_new_session=True) as process:
        process.wait()
    assert emulator.end(process.pid, "ours")
