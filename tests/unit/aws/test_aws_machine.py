"""Whether another process of this machine is surely gone; what can't be known is never «gone»."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from productsapi.aws.machine import Process, gone, this_machine

LINUX = "reads /proc"
HERE = this_machine()


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    """A process that goes on until it's ended."""
    script = "import time; print('ready', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline()
        yield process
        process.kill()


def as_told_by(process: subprocess.Popen[bytes]) -> Process:
    """The other process, as it would name itself."""
    started = _start_of(process.pid)
    return Process(HERE.process.machine, process.pid, started)


def _start_of(pid: int) -> str:
    if sys.platform != "linux":
        pytest.skip(LINUX)
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[19]


def test_this_process_lives() -> None:
    assert HERE.process.pid == os.getpid()
    assert not HERE.gone(HERE.process)
    assert HERE.process == this_machine().process, "it names itself the same each time"


def test_one_that_was_killed_is_gone(other: subprocess.Popen[bytes]) -> None:
    process = as_told_by(other)
    assert not HERE.gone(process)
    other.kill()
    other.wait(600)
    assert HERE.gone(process)


def test_a_killed_process_not_waited_for_is_gone_too(
    other: subprocess.Popen[bytes],
) -> None:
    """A zombie still has its id: in a container nobody may ever wait for it."""
    process = as_told_by(other)
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert HERE.gone(process)


def test_a_later_process_of_the_same_id_is_another(
    other: subprocess.Popen[bytes],
) -> None:
    assert HERE.gone(replace(as_told_by(other), started="1"))


def test_one_whose_start_is_unknown_counts_as_living(other: subprocess.Popen[bytes]) -> None:
    assert not HERE.gone(Process(HERE.process.machine, other.pid, ""))


def test_one_that_proc_hides_counts_as_living(
    other: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another user's, where /proc is mounted with hidepid."""
    process = as_told_by(other)
    monkeypatch.setattr("productsapi.aws.machine.PROC", tmp_path)
    assert not gone(process, process.machine)


def test_of_another_machine_or_none_nothing_is_known(other: subprocess.Popen[bytes]) -> None:
    process = replace(as_told_by(other), machine="elsewhere")
    other.kill()
    other.wait(600)
    assert not HERE.gone(process)
    assert not gone(replace(process, machine=""), "")


def test_a_process_id_beyond_bounds_is_unknown() -> None:
    assert not HERE.gone(Process(HERE.process.machine, 2**80, "1"))


def test_its_clock_goes_on_and_its_nonces_differ() -> None:
    assert HERE.clock() <= HERE.clock()
    assert HERE.nonce() != HERE.nonce()
    assert HERE.now().tzinfo
    assert HERE.user
    assert HERE.host
