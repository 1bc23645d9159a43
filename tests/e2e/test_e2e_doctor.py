"""`doctor`: what it says before the first deploy, when something is off, and that it only looks."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from e2e_cloud import Clouds
from e2e_project import KEYS, Project, client, lent_cloud
from recording_proxy import RecordingProxy

from productsapi.local.emulator import ACCOUNT, free_port

REGION = "eu-west-2"
NOBODY_THERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
"""Nothing listens there: what would ask AWS asks nobody."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, clouds: Clouds) -> Iterator[Project]:
    """A project whose local cloud runs, with nothing deployed on it."""
    with lent_cloud(tmp_path_factory.mktemp("doctor"), clouds) as (project, _):
        yield project


@pytest.fixture(scope="module")
def endpoint(running: Project) -> str:
    return str(json.loads(running.run("local", "status", "--json").out)["endpoint_url"])


def doctor(
    project: Project, *words: str, code: int = 0, env: Mapping[str, str] | None = None
) -> dict[str, dict[str, Any]]:
    """Each check by its name; its exit code says whether one is broken."""
    run = project.run("doctor", *words, "--json", code=code, env=env or NOBODY_THERE)
    reported = json.loads(run.out)
    assert (reported["state"] == "broken") == (code == 1)
    assert all(each["fix"] for each in reported["checks"] if each["state"] == "broken")
    return {each["check"]: each for each in reported["checks"]}


def states(reported: Mapping[str, Mapping[str, Any]], *states: str) -> set[str]:
    return {check for check, each in reported.items() if each["state"] in states}


def as_user(endpoint: str, name: str, *actions: str) -> dict[str, str]:
    """The environment of a new IAM user who may do just this."""
    iam = client("iam", endpoint)
    iam.create_user(UserName=name)
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


LOOKING = (
    "apigateway:GET", "cognito-idp:List*", "dynamodb:List*", "lambda:Get*",
    "iam:GetAccountSummary", "iam:GetRole",
)  # fmt: skip
DEPLOYING = ("dynamodb:*", "lambda:*", "iam:*", "logs:*", "apigateway:*", "cognito-idp:*", "ssm:*")


# -- before the first deploy -----------------------------------------------------------------------


def test_a_fresh_project_is_well_nothing_is_started(cold_project: Project) -> None:
    project = cold_project
    before = sorted(project.folder.rglob("*"))
    run = project.run("doctor", "--local")
    assert {line.split()[0] for line in run.out.splitlines()} <= {"ok", "warning"}
    assert "local cloud: doesn't run" in run.out
    assert "not looked at: account, rights, quotas, account log role" in run.out
    assert sorted(project.folder.rglob("*")) == before


def test_on_a_running_local_cloud_all_is_looked_at(running: Project) -> None:
    reported = doctor(running, "--local")
    assert states(reported, "warning", "broken") <= {"python"}
    assert set(reported) >= {
        "python", "local extra", "configuration", "runtime", "sources", "local cloud", "account",
        "rights", "quota of REST APIs", "quota of user pools", "quota of tables",
        "quota of code storage", "quota of IAM roles", "account log role",
    }  # fmt: skip


def test_without_credentials_the_rest_is_looked_at(
    project: Project,
) -> None:
    reported = doctor(project, code=1)
    assert states(reported, "broken") == {"credentials"}
    assert "no AWS credentials" in reported["credentials"]["text"]
    assert "--local" in reported["credentials"]["fix"]
    assert reported["clock"]["state"] == "warning"
    assert reported["sources"]["state"] == "ok"
    assert "rights" in reported["not looked at"]["text"]


@pytest.mark.long
def test_a_bad_configuration_ends_no_other_check(project: Project) -> None:
    text = (project.folder / "config" / "dev.yaml").read_text("utf-8")
    wrong = text.replace("stack: products-dev", "stakc: products-dev")
    (project.folder / "config" / "wrong.yaml").write_text(wrong, "utf-8")
    env = {**NOBODY_THERE, **KEYS}
    reported = doctor(project, "-c", "config/wrong.yaml", code=1, env=env)
    assert states(reported, "broken") == {"configuration", "credentials"}
    assert "stakc" in reported["configuration"]["text"]
    assert "did you mean stack?" in reported["configuration"]["text"]
    run = project.run("doctor", "-c", "nothing.yaml", code=1, env=NOBODY_THERE)
    assert "nothing.yaml: no such file" in run.out
    assert "`productsapi init DIR`" in run.out
    assert "no AWS credentials" in run.out


def test_an_unknown_profile_is_reported(project: Project) -> None:
    reported = doctor(project, "--profile", "nobodys", code=1)
    assert "nobodys" in reported["credentials"]["text"]


# -- when something is off -------------------------------------------------------------------------


def test_rights_are_named_by_the_missing_actions(running: Project, endpoint: str) -> None:
    env = as_user(endpoint, "half", *LOOKING, "iam:SimulatePrincipalPolicy", "iam:CreateRole")
    reported = doctor(running, code=1, env=env)
    assert states(reported, "broken") == {"rights"}
    text = reported["rights"]["text"]
    assert f"arn:aws:iam::{ACCOUNT}:user/half isn't allowed" in text
    assert (
        f"dynamodb:CreateTable on arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ProductsTable" in text
    )
    assert "iam:PassRole" in text
    assert "iam:CreateRole" not in text
    assert "dynamodb:ListTagsOfResource" not in text


def test_who_may_deploy_is_told_so(running: Project, endpoint: str) -> None:
    reported = doctor(running, env=as_user(endpoint, "deployer", *DEPLOYING))
    assert reported["rights"]["state"] == "ok"
    assert reported["credentials"]["text"] == "accepted, as user/deployer"
    assert reported["clock"]["state"] == "ok"
    assert "expected_account isn't set" in reported["account"]["text"]


def test_what_may_not_be_looked_at_is_a_warning_each(running: Project, endpoint: str) -> None:
    reported = doctor(running, env=as_user(endpoint, "nobody", "sts:GetCallerIdentity"))
    warned = states(reported, "warning")
    assert {"rights", "quota of REST APIs", "quota of IAM roles", "account log role"} <= warned
    assert "iam:SimulatePrincipalPolicy" in reported["rights"]["text"] + reported["rights"]["fix"]


def test_another_account_than_expected_is_broken(running: Project, endpoint: str) -> None:
    text = (running.folder / "config" / "dev.yaml").read_text("utf-8")
    strict = running.folder / "config" / "strict.yaml"
    strict.write_text(text.replace("#expected_account:", "expected_account:"), "utf-8")
    env = {**KEYS, "AWS_ENDPOINT_URL": endpoint}
    reported = doctor(running, "-c", "config/strict.yaml", code=1, env=env)
    assert states(reported, "broken") == {"account"}
    assert "123456789012" in reported["account"]["text"]
    assert doctor(running, "-c", "config/strict.yaml", "--local")["account"]["state"] == "ok"


def test_the_accounts_log_role_is_reported_as_gone(running: Project, endpoint: str) -> None:
    gateway, role = client("apigateway", endpoint), f"arn:aws:iam::{ACCOUNT}:role/gone"
    patch = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}
    gateway.update_account(patchOperations=[patch])
    try:
        reported = doctor(running, "--local")["account log role"]
    finally:
        gateway.update_account(patchOperations=[{**patch, "value": ""}])
    assert reported["state"] == "warning"
    assert role in reported["text"]


def test_an_old_runtime_and_missing_sources_are_named(project: Project) -> None:
    project.config("runtime: python3.13", "runtime: python3.9")
    (project.folder / "lambda_src" / "get_product" / "lambda_function.py").unlink()
    reported = doctor(project, "--local", code=1)
    assert reported["runtime"]["state"] in {"warning", "broken"}
    assert "python3.9" in reported["runtime"]["text"]
    assert reported["sources"]["state"] == "broken"
    assert "get_product" in reported["sources"]["text"]


# -- the local cloud -------------------------------------------------------------------------------


def test_a_local_cloud_that_hangs_is_broken(project: Project) -> None:
    project.run("local", "up")
    pid = project.emulator_pid
    os.kill(pid, signal.SIGSTOP)
    try:
        reported = doctor(project, "--local", code=1)["local cloud"]
    finally:
        os.kill(pid, signal.SIGCONT)
    assert f"process {pid}" in reported["text"]
    assert reported["fix"].startswith("productsapi local down")


def test_one_that_was_killed_is_reported_with_its_cost(cold_project: Project) -> None:
    project = cold_project
    project.run("local", "up")
    os.kill(project.emulator_pid, signal.SIGKILL)
    reported = doctor(project, "--local")["local cloud"]
    assert reported["state"] == "warning"
    assert "lost" in reported["text"]


@pytest.mark.long
def test_a_port_that_somebody_took_meanwhile_is_named(cold_project: Project) -> None:
    project = cold_project
    project.run("local", "up")
    project.run("local", "down")
    record = json.loads((project.folder / ".productsapi" / "local.json").read_text("utf-8"))
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", record["port"]))
        other.listen()
        reported = doctor(project, "--local")["local cloud"]
    assert reported["state"] == "warning"
    assert str(record["port"]) in reported["text"]
    assert free_port(record["port"]) == record["port"]


# -- it only looks ---------------------------------------------------------------------------------


def test_it_changes_nothing_and_asks_little(running: Project, endpoint: str) -> None:
    env = as_user(endpoint, "recorded", *DEPLOYING)
    proxy = RecordingProxy(endpoint)
    with proxy.serving():
        reported = doctor(running, env={**env, "AWS_ENDPOINT_URL": proxy.url})
    assert reported["rights"]["state"] == "ok"
    assert proxy.changes == []
    assert proxy.operations.count("SimulatePrincipalPolicy") <= 17
    assert len(proxy.operations) <= 36


def test_its_words_hold_no_key(running: Project, endpoint: str) -> None:
    env = as_user(endpoint, "secretive", *LOOKING)
    run = running.run("doctor", env=env)
    for secret in (env["AWS_SECRET_ACCESS_KEY"], env["AWS_ACCESS_KEY_ID"]):
        assert secret not in run.out + run.err
