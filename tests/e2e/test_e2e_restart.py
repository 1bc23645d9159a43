"""The local cloud stopped, started again, and killed, under a deployed API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from typing import IO

import pytest
from e2e_http import bearer, call, product
from e2e_project import Project


def test_a_restart_keeps_all_at_the_same_address(cold_project: Project) -> None:
    """Same ids, same URL, the old token still opens, the item is there."""
    project = cold_project
    reported = project.json("deploy", "--local")
    project.make_user("ann")
    project.sign_in("ann")
    token = project.run("user", "token", "ann", "--local").out.strip()
    url = f"{reported['invoke_url']}/products"
    made = call("POST", url, bearer(token), json.dumps(product("KEPT")))
    assert made.status == 201

    project.run("local", "down")
    assert project.json("local", "status") == {"running": False, "endpoint_url": None}
    status = project.json("status", "--local")
    for key in ("invoke_url", "endpoint_url", "api_id", "user_pool_id", "client_id"):
        assert status[key] == reported[key]
    assert {each["state"] for each in status["resources"]} == {"there"}
    kept = call("GET", f"{url}/KEPT", bearer(token))
    assert (kept.status, kept.text) == (200, made.text)
    assert project.run("user", "token", "ann", "--local").out.strip() == token
    assert call("GET", url).status == 401


def test_killed_the_next_command_says_so_and_works(cold_project: Project) -> None:
    project = cold_project
    reported = project.json("deploy", "--local")
    project.run("local", "down")  # what is there is saved
    project.run("local", "up")
    os.kill(project.emulator_pid, signal.SIGKILL)
    status = project.run("status", "--local", "--json")
    assert "not stopped cleanly" in status.err
    assert json.loads(status.out)["api_id"] == reported["api_id"]
    assert project.json("plan", "--local") == []


@pytest.mark.long
def test_killed_unsaved_a_deploy_starts_anew(cold_project: Project) -> None:
    project = cold_project
    project.run("deploy", "--local")
    os.kill(project.emulator_pid, signal.SIGKILL)
    project.run("user", "list", "--local", code=7)
    reported = project.json("deploy", "--local")
    assert call("GET", f"{reported['invoke_url']}/products").status == 401


def read_until(stream: IO[str], words: str) -> None:
    for line in stream:
        if words in line:
            return
    raise AssertionError(f"{words!r} never came")


@pytest.mark.long
def test_killed_under_a_deploy_the_next_one_finishes(
    cold_project: Project,
) -> None:
    project = cold_project
    with subprocess.Popen(
        project.command("deploy", "--local"),
        cwd=project.folder, env=project.environment(),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stderr
        read_until(running.stderr, "waiting: ")
        os.kill(project.emulator_pid, signal.SIGKILL)
        rest = running.stderr.read()
    assert running.returncode == 1, rest
    assert "Traceback" not in rest
    assert "the local cloud" in rest
    assert "Left: " in rest
    project.run("deploy", "--local")
    assert project.json("plan", "--local") == []
