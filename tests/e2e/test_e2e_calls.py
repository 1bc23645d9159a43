"""What the commands really send, as a proxy before the local cloud sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from e2e_cloud import Emulator
from e2e_http import call
from e2e_project import KEYS, Project, Standing
from recording_proxy import RecordingProxy, is_read


@pytest.fixture
def proxy(project: Project) -> Iterator[RecordingProxy]:
    """In front of a cloud of its own, reached as any AWS-compatible endpoint is."""
    upstream = project.run("local", "up").out.strip()
    with RecordingProxy(upstream).serving() as proxy:
        yield proxy


@pytest.fixture
def env(proxy: RecordingProxy) -> dict[str, str]:
    return {**KEYS, "AWS_ENDPOINT_URL": proxy.url}


def test_plan_only_looks_and_deploy_does_what_it_says(
    project: Project, proxy: RecordingProxy, env: dict[str, str]
) -> None:
    planned = project.json("plan", env=env)
    assert planned
    assert {each["action"] for each in planned} == {"create"}
    assert proxy.operations, "the plan looked at nothing"
    assert proxy.changes == []
    assert "(known after deploy)" in json.dumps(planned)
    assert project.run("plan", "--exit-code", env=env, code=2)

    reported = project.json("deploy", env=env)  # on this machine, so it doesn't ask
    assert reported["changes"] == planned
    assert "CreateTable" in proxy.changes
    assert "POST /restapis" in proxy.changes

    proxy.operations.clear()
    again = project.json("deploy", env=env)
    assert again["changes"] == []
    assert project.json("plan", env=env) == []
    project.run("status", env=env)
    project.run("plan", "--exit-code", env=env)
    assert proxy.changes == []


def test_edits_are_planned_by_field_and_only_they_done(
    project: Project, standing: Standing, cloud: Emulator, proxy: RecordingProxy,
    env: dict[str, str],
) -> None:  # fmt: skip
    standing.put_back(cloud, project)
    project.config("memory_mb: 256", "memory_mb: 512")
    project.config("log_retention_days: 14", "log_retention_days: 30")
    project.config('cors_origin: "*"', 'cors_origin: "https://shop.example.com"')
    proxy.operations.clear()
    planned = project.json("plan", env=env)
    assert proxy.changes == []
    assert {each["action"] for each in planned} == {"update"}
    fields = {
        (each["resource"], field["field"]): (field["old"], field["new"])
        for each in planned
        for field in each["fields"]
    }
    assert fields["function getproductfunction", "memory_mb"] == (256, 512)
    assert {kind.partition(" ")[0] for kind, _ in fields} >= {"log", "function", "deployment"}

    assert project.json("deploy", env=env)["changes"] == planned
    assert not [each for each in proxy.changes if "Create" in each or "Table" in each]
    assert project.json("plan", env=env) == []
    invoke_url = project.json("status", env=env)["invoke_url"]
    preflight = call("OPTIONS", f"{invoke_url}/products")
    assert preflight.headers["access-control-allow-origin"] == "https://shop.example.com"


@pytest.mark.long
def test_an_endpoint_of_ones_own_is_honoured(
    project: Project, proxy: RecordingProxy, env: dict[str, str]
) -> None:
    """All ids and URLs are that endpoint's, and so are the calls to the API."""
    reported = project.json("deploy", env=env)
    assert reported["endpoint_url"] == proxy.url
    assert reported["invoke_url"].startswith(f"{proxy.url}/restapis/{reported['api_id']}/")
    assert call("GET", f"{reported['invoke_url']}/products").status == 401
    words = ("user", "create", "ann", "--password-stdin")
    made = project.run(*words, stdin="MySecurePass1!\n", env=env)
    assert "productsapi login ann\n" in made.err, "the hint goes to the same target"
    project.run("login", "ann", "--password-stdin", stdin="MySecurePass1!\n", env=env)
    proxy.operations.clear()
    assert project.json("request", "GET", "/products", env=env)["status"] == 200
    assert any(each.endswith("/_user_request_/products") for each in proxy.operations)
    other = project.run("user", "token", "ann", "--local", code=7)
    assert "not signed in" in other.err, "tokens are kept by endpoint"
    project.run("teardown", "--yes", "--delete-data", env=env)


def test_local_talks_to_nothing_but_the_local_cloud(cold_project: Project) -> None:
    """Whatever the user's environment and AWS files point to, which here all is a trap."""
    project = cold_project
    with RecordingProxy(None).serving() as trap:
        aws = project.home / ".aws"
        aws.mkdir()
        (aws / "config").write_text(f"[default]\nendpoint_url = {trap.url}\n", "utf-8")
        (aws / "credentials").write_text("[default]\naws_access_key_id = AKIAREAL\n", "utf-8")
        variables = "AWS_ENDPOINT_URL HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy"
        hostile = dict.fromkeys(variables.split(), trap.url) | {
            "AWS_ACCESS_KEY_ID": "AKIAREAL",
            "AWS_SECRET_ACCESS_KEY": "real",
            "AWS_SESSION_TOKEN": "real",
            "AWS_PROFILE": "production",
            "AWS_REGION": "us-east-1",
            "AWS_CA_BUNDLE": "/nonexistent",
        }
        project.json("deploy", "--local", env=hostile)
        words = ("user", "create", "ann", "--local", "--password-stdin")
        project.run(*words, stdin="MySecurePass1!\n", env=hostile)
        words = ("login", "ann", "--local", "--password-stdin")
        project.run(*words, stdin="MySecurePass1!\n", env=hostile)
        answer = project.json("request", "GET", "/products", "--local", env=hostile)
        assert answer["status"] == 200
        project.json("teardown", "--local", "--yes", "--delete-data", env=hostile)
        assert trap.operations == []


def test_the_recorder_separates_reads_from_changes() -> None:
    reads = ["GET /restapis", "HEAD /x", "DescribeTable", "ListUsers", "GetRole", "AdminGetUser"]
    changes = ["POST /restapis", "PUT /x", "DELETE /x", "PATCH /x", "CreateTable", "PutRolePolicy"]
    changes += ["UpdateItem", "TagRole", "AdminCreateUser", "InitiateAuth", "GetAndForget "]
    assert [each for each in reads + changes if is_read(each)] == reads
