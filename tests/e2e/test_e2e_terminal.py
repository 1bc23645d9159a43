"""At a real terminal: the live progress, prompts, and Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import leaks
import pytest
from e2e_commands import PATIENCE
from e2e_project import PASSWORD, Deployed, Project

from productsapi.steps import STEPS

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

import fcntl
import pty
import struct
import termios

STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def at_a_terminal(
    project: Project, *words: str, when: Callable[[str, int, int], None] = lambda *_: None
) -> tuple[int, str]:
    """Run a command whose streams are a terminal; `when` sees text so far, terminal, process."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 120, 0, 0))
    with subprocess.Popen(
        project.command(*words),
        cwd=project.folder, env=project.environment({"TERM": "xterm-256color"}),
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    ) as running:  # fmt: skip
        os.close(theirs)
        text = ""
        give_up = time.monotonic() + PATIENCE
        try:
            while time.monotonic() < give_up:
                try:
                    chunk = os.read(ours, 4096)
                except OSError:  # the last one to hold the other end is gone
                    break
                if not chunk:
                    break
                text += chunk.decode("utf-8", "replace")
                when(text, ours, running.pid)
        finally:
            os.close(ours)
            if running.poll() is None and time.monotonic() >= give_up:
                running.kill()
    leaks.saw(f"productsapi {' '.join(words)} at a terminal", text)
    return running.returncode, STYLE.sub("", text)


def test_a_deploy_ticks_all_seven_steps(project: Project) -> None:
    code, text = at_a_terminal(project, "deploy", "--local")
    assert code == 0, text
    *_, end = text.rpartition("✓ 1 ")
    ticked = re.findall(r"✓ (\d) (.+?)  ", "✓ 1 " + end)
    assert ticked == [(str(n), step.title) for n, step in enumerate(STEPS[:7], 1)]
    assert "Deployed in " in end
    assert "Invoke URL:    http://127.0.0.1:" in end
    assert "waiting" not in end
    assert "preparing" in text, "waits are shown with their reason"
    assert "Traceback" not in text


def test_ctrl_c_says_what_is_left_and_the_next_does_it(project: Project) -> None:
    sent = []

    def press(text: str, _terminal: int, pid: int) -> None:
        if "preparing" in text and not sent:
            sent.append(pid)
            os.kill(pid, signal.SIGINT)

    code, text = at_a_terminal(project, "deploy", "--local", when=press)
    assert code == 130, text
    assert re.search(r"Done: \d+\. Left: \d+:", text)
    assert "Continue with: productsapi deploy --local" in text
    assert "Interrupted." in text
    assert "Traceback" not in text

    left = project.json("plan", "--local")
    assert left
    assert {each["resource"] for each in left} <= set(re.findall(r"create (.+?)\r?\n", text))
    project.run("deploy", "--local")
    assert project.json("plan", "--local") == []


def test_a_password_is_asked_for_twice_and_never_shown(deployed_anew: Deployed) -> None:
    project = deployed_anew.project
    typed: list[str] = []

    def answer(text: str, terminal: int, _pid: int) -> None:
        asked = len(re.findall(r"(?:Password|confirmation): ?$", text))
        if asked and text.count(": ") > len(typed) and len(typed) < 2:
            typed.append(PASSWORD)
            os.write(terminal, f"{PASSWORD}\n".encode())

    code, text = at_a_terminal(project, "user", "create", "ann", "--local", when=answer)
    assert code == 0, text
    assert len(typed) == 2
    assert PASSWORD not in text
    project.sign_in("ann")


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (["--delete-data"], "products-dev", 0),
        pytest.param(["--delete-data"], "products-prod", 5, marks=pytest.mark.long),
        pytest.param(["--delete-data"], "", 130, marks=pytest.mark.long),
        pytest.param([], "y", 0, marks=pytest.mark.long),
        pytest.param([], "n", 130, marks=pytest.mark.long),
    ],
)
def test_only_a_loss_of_data_needs_the_name_typed(
    deployed_anew: Deployed, words: list[str], typed: str, code: int
) -> None:
    project = deployed_anew.project
    sent: list[str] = []

    def answer(text: str, terminal: int, _pid: int) -> None:
        if re.search(r"(Type products-dev|Remove this\?.*):", text) and not sent:
            sent.append(typed)
            os.write(terminal, f"{typed}\n".encode())

    ended, text = at_a_terminal(project, "teardown", "--local", *words, when=answer)
    assert ended == code, text
    assert "functions createproductfunction," in text, "it says first what would go"
    assert ("Nothing was changed." in text) is (code == 130)
    assert ("Nothing is left." in text) is (code == 0)
    if words:
        assert "This deletes 0 products and 0 users for good, and the invoke URL." in text
    gone = [each["action"] for each in json.loads(project.run("plan", "--local", "--json").out)]
    assert ("create" in gone) is (code == 0)
