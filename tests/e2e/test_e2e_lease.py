"""Two runs at once, killed runs, and Ctrl-C pressed twice: real processes on the local cloud."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from datetime import datetime, timezone

import pytest
from e2e_commands import PATIENCE
from e2e_project import KEYS, Deployed, Project, client, left_behind
from e2e_running import running
from recording_proxy import RecordingProxy, held

from productsapi.aws.lease_holder import Holder
from productsapi.aws.machine import Process, this_machine

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)  # and signals as on POSIX

NAME = "/productsapi/products-dev/lease"
LEASE = {"PutParameter", "GetParameter", "DeleteParameter"}


def _endpoint(project: Project) -> str:
    return project.run("local", "up").out.strip()


def _lease(project: Project) -> bool:
    """Whether somebody holds it."""
    ssm = client("ssm", _endpoint(project))
    found = ssm.get_parameters(Names=[NAME])["Parameters"]
    return bool(found and json.loads(found[0]["Value"])["nonce"])


def test_a_second_run_waits_and_finds_nothing_to_do(
    project: Project,
) -> None:
    project.run("local", "up")
    with running(project, "deploy", "--local") as first:
        first.wait_for("created in")
        first.process.send_signal(signal.SIGSTOP)  # in the middle, for as long as it takes
        with running(project, "deploy", "--local") as second:
            second.wait_for("has been deploying since")
            first.process.send_signal(signal.SIGCONT)
            first.ends_with(0)
            said = second.ends_with(0)
    assert "Another run has done it meanwhile." in said
    assert said.count("has been deploying since") == 1
    found = left_behind(_endpoint(project))
    assert {kind: len(found[kind]) for kind in ("APIs", "pools", "tables", "roles")} == {
        "APIs": 1, "pools": 1, "tables": 1, "roles": 4,
    }  # fmt: skip
    assert not _lease(project)
    assert project.json("plan", "--local") == []


@pytest.mark.long
def test_a_run_that_waited_does_what_the_other_left(project: Project) -> None:
    project.run("local", "up")
    with running(project, "deploy", "--local") as first:
        first.wait_for("created in")
        first.process.send_signal(signal.SIGSTOP)
        with running(project, "deploy", "--local") as second:
            second.wait_for("has been deploying since")
            first.process.send_signal(signal.SIGCONT)
            first.press_ctrl_c()
            first.ends_with(130)
            assert "created in" in second.ends_with(0)
    assert project.json("plan", "--local") == []
    assert not _lease(project)


def test_a_killed_runs_lease_is_taken_over_by_the_next(project: Project) -> None:
    project.run("local", "up")
    with running(project, "deploy", "--local") as killed:
        killed.wait_for("created in")
        killed.process.kill()
        killed.process.wait(PATIENCE)
    assert _lease(project)
    said = project.run("deploy", "--local").err
    assert "ended without releasing its lease: taking over the lease" in said
    assert "until that ends" not in said, "it isn't waited for"
    assert project.json("plan", "--local") == []
    assert not _lease(project)


def test_after_a_kill_it_is_in_doubt_what_there_is(project: Project) -> None:
    """The killed run had the lease, and may have made an API before the table was there."""
    endpoint = _endpoint(project)
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait(PATIENCE)
    process = Process(this_machine().process.machine, ended.pid, "")
    holder = Holder("killed", "user/alice", "host-7", process, "deploying")
    value = json.dumps(holder.begun(datetime.now(timezone.utc), 60).as_value() | {"follows": 0})
    client("ssm", endpoint).put_parameter(Name=NAME, Value=value, Type="String")
    project.run("deploy", "--local")
    table = client("dynamodb", endpoint).describe_table(TableName="ProductsTable")["Table"]
    tags = client("dynamodb", endpoint).list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    assert "productsapi:in-doubt" in {tag["Key"] for tag in tags}
    assert project.json("plan", "--local") == []


@pytest.mark.long
def test_a_killed_teardowns_lease_goes_with_the_next(project: Project) -> None:
    endpoint = _endpoint(project)
    with running(project, "deploy", "--local") as killed:
        killed.wait_for("created in")
        killed.process.kill()
        killed.process.wait(PATIENCE)
    ssm = client("ssm", endpoint)
    value = ssm.get_parameter(Name=NAME)["Parameter"]["Value"]
    project.run("teardown", "--local", "--yes", "--delete-data")
    ssm.put_parameter(Name=NAME, Value=value, Type="String")
    project.run("teardown", "--local", "--yes", "--delete-data")
    assert not any(left_behind(endpoint).values())


@pytest.mark.long
def test_the_lease_costs_few_calls_or_none(project: Project) -> None:
    with RecordingProxy(_endpoint(project)).serving() as proxy:
        env = {**KEYS, "AWS_ENDPOINT_URL": proxy.url}
        project.run("deploy", env=env)
        calls = [each for each in proxy.operations if each in LEASE]
        assert calls[:2] == ["GetParameter", "PutParameter"]
        assert calls[-1] == "PutParameter"
        assert set(calls[2:-1]) <= {"GetParameter"}
        assert len(calls) <= 3 + 5  # one look before each create that AWS would repeat

        for words in (["deploy"], ["plan"], ["status"]):
            proxy.operations.clear()
            project.run(*words, env=env)
            assert proxy.operations
            looks = ["GetParameter"] if words == ["deploy"] else []  # beside the others
            assert [each for each in proxy.operations if each in LEASE] == looks

        project.config("memory_mb: 256", "memory_mb: 512")
        proxy.operations.clear()
        project.run("deploy", env=env)
        calls = [each for each in proxy.operations if each in LEASE]
        assert calls == ["GetParameter", "PutParameter", "PutParameter"]

        proxy.operations.clear()
        project.run("teardown", "--yes", "--delete-data", env=env)
        calls = [each for each in proxy.operations if each in LEASE]
        assert calls == ["GetParameter", "PutParameter", "DeleteParameter"]


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.long)]
)
def test_k7_a_signal_ends_a_deploy_and_a_teardown(project: Project, number: signal.Signals) -> None:
    """The one at its work, the other while it waits for the lease."""
    endpoint = _endpoint(project)
    with running(project, "deploy", "--local") as ending:
        ending.wait_for("created in")
        ending.process.send_signal(number)
        said = ending.ends_with(128 + number)
    assert f"Interrupted by {number.name}." in said
    assert re.search(r"Done: \d+\. Left: \d+:", said)
    assert not _lease(project)

    ssm = client("ssm", endpoint)
    ssm.put_parameter(Name=NAME, Value="somebody's", Type="String", Overwrite=True)
    with running(project, "teardown", "--local", "--yes", "--delete-data") as ending:
        ending.wait_for("has been at work since")
        ending.process.send_signal(number)
        said = ending.ends_with(128 + number)
    assert f"Interrupted by {number.name}." in said
    assert ssm.get_parameter(Name=NAME)["Parameter"]["Value"] == "somebody's"
    ssm.delete_parameter(Name=NAME)
    project.run("teardown", "--local", "--yes", "--delete-data")
    assert not any(left_behind(endpoint).values())


def test_ctrl_c_twice_abandons_a_call_that_hangs(
    project: Project,
) -> None:
    creating = "POST /2015-03-31/functions"
    with (
        held(_endpoint(project), lambda operation: operation == creating) as (env, reached),
        running(project, "deploy", env=env) as hanging,
    ):
        reached()
        hanging.press_ctrl_c()
        hanging.wait_for("Ctrl-C once more abandons them")
        hanging.press_ctrl_c()
        said = hanging.ends_with(130)
    assert "Done: " in said
    assert "(was under way: it may have taken effect)" in said
    assert "checks what took effect" in said
    project.run("deploy", "--local")
    assert project.json("plan", "--local") == []
    reported = Deployed(project, project.json("status", "--local"))
    assert reported.reported["invoke_url"]
    assert not _lease(project)
