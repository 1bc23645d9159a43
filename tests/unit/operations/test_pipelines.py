"""What a pipeline's files say: whom AWS believes, what is run, and that it runs one at a time."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from productsapi.aws.location import Location
from productsapi.config import Config
from productsapi.operations.pipelines import CiProvider, Settings, files, next_steps, role
from productsapi.operations.pipelines.github import github
from productsapi.operations.pipelines.gitlab import gitlab
from productsapi.operator_policy import Job, Scope, policies
from productsapi.stack import Stack

STACK = Stack(
    Config(schema=1, stack="shop-dev", region="eu-west-2", path=Path("config/dev.yaml")),
    Location("eu-west-2", "123456789012"),
)
SETTINGS = Settings("acme/shop", "main", "config/dev.yaml", "productsapi==0.1.0")
GITHUB, GITLAB = github(SETTINGS, "shop-dev"), gitlab(SETTINGS, "gitlab.com")
FOLDER = "ci/shop-dev"


def pipeline(ci: CiProvider, settings: Settings = SETTINGS) -> Any:
    return yaml.safe_load(files(ci, settings, STACK)[ci.path])


def conditions(ci: CiProvider, job: str) -> Any:
    document = json.loads(files(ci, SETTINGS, STACK)[f"{FOLDER}/{job}-trust.json"])
    (statement,) = document["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    provider = f"arn:aws:iam::123456789012:oidc-provider/{ci.issuer}"
    assert statement["Principal"] == {"Federated": provider}
    return statement["Condition"]


@pytest.mark.parametrize(
    ("ci", "job", "matched", "subject"),
    [
        (GITHUB, "plan", "StringEquals", "repo:acme/shop:pull_request"),
        (GITHUB, "deploy", "StringEquals", "repo:acme/shop:ref:refs/heads/main"),
        (github(replace(SETTINGS, environment="live"), "shop-dev"), "deploy", "StringEquals",
         "repo:acme/shop:environment:live"),
        (GITLAB, "plan", "StringLike", "project_path:acme/shop:ref_type:branch:ref:*"),
        (GITLAB, "deploy", "StringEquals", "project_path:acme/shop:ref_type:branch:ref:main"),
    ],
)  # fmt: skip
def test_a_role_is_for_one_job_of_one_repository(
    ci: CiProvider, job: str, matched: str, subject: str
) -> None:
    found = conditions(ci, job)
    assert found[matched][f"{ci.issuer}:sub"] == subject
    assert found["StringEquals"][f"{ci.issuer}:aud"] == ci.audience


@pytest.mark.parametrize("ci", [GITHUB, GITLAB])
def test_roles_get_the_least_policy_of_their_job(ci: CiProvider) -> None:
    written = files(ci, SETTINGS, STACK)
    for name, job in (("plan", Job.READ), ("deploy", Job.DEPLOY)):
        wanted = policies(job, Scope(STACK))
        found = [
            json.loads(t) for p, t in written.items() if p.startswith(f"{FOLDER}/{name}-policy")
        ]
        assert tuple(found) == wanted


def test_a_policy_in_parts_is_numbered_from_one(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [{"Part": 1}, {"Part": 2}]
    monkeypatch.setattr("productsapi.operations.pipelines.policies", lambda *_: parts)
    written = files(GITHUB, SETTINGS, STACK)
    found = {path: text for path, text in written.items() if "deploy-policy" in path}
    assert list(found) == [f"{FOLDER}/deploy-policy-{n}.json" for n in (1, 2)]
    assert [json.loads(text) for text in found.values()] == parts


def test_a_workflow_says_what_each_job_may() -> None:
    workflow = pipeline(GITHUB)
    assert workflow["permissions"] == {}
    plan, deploy = workflow["jobs"]["plan"], workflow["jobs"]["deploy"]
    assert plan["permissions"] == {
        "contents": "read", "id-token": "write", "pull-requests": "write",
    }  # fmt: skip
    assert deploy["permissions"] == {"contents": "read", "id-token": "write"}
    assert workflow[True] == {
        "pull_request": {"branches": ["main"]},
        "push": {"branches": ["main"]},
    }
    assert "head.repo.full_name == github.repository" in plan["if"]


def test_deploys_go_one_at_a_time_none_is_cancelled() -> None:
    deploy = pipeline(GITHUB)["jobs"]["deploy"]
    assert deploy["concurrency"] == {"group": "shop-dev-deploy", "cancel-in-progress": False}
    assert deploy["steps"][-1]["run"] == "exec productsapi deploy --yes"
    deploy = pipeline(GITLAB)["deploy"]
    assert (deploy["resource_group"], deploy["interruptible"]) == ("shop-dev", False)
    assert deploy["script"] == ["exec productsapi deploy --yes"]


def test_actions_of_others_are_named_by_commit() -> None:
    used = re.findall(r"uses: (\S+)", files(GITHUB, SETTINGS, STACK)[GITHUB.path])
    assert len(used) == 2 * 3
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", each) for each in used)


@pytest.mark.parametrize("ci", [GITHUB, GITLAB])
def test_no_pipeline_knows_a_key(ci: CiProvider) -> None:
    text = files(ci, SETTINGS, STACK)[ci.path]
    assert not re.search(r"secrets\.|AWS_SECRET|AWS_ACCESS_KEY|@\{|\$\{\{ *secrets", text)


def test_a_gitlab_token_is_for_aws_and_kept_in_a_file() -> None:
    common = pipeline(GITLAB)[".productsapi"]
    assert common["id_tokens"] == {"AWS_TOKEN": {"aud": "https://gitlab.com"}}
    assert 'printf %s "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"' in common["before_script"]


HOSTILE = replace(
    SETTINGS, config="con fig/d\"e'v: #x.yaml", install="git+https://e.com/x; rm -rf '~' #"
)


@pytest.mark.parametrize("ci", [GITHUB, GITLAB])
def test_what_is_given_stays_one_value(ci: CiProvider) -> None:
    found = pipeline(ci, HOSTILE)
    if ci is GITHUB:
        (run,) = [
            s["run"] for s in found["jobs"]["plan"]["steps"] if s.get("name", "")[:7] == "Install"
        ]
        config = found["env"]["PRODUCTSAPI_CONFIG"]
    else:
        run = found[".productsapi"]["before_script"][-1]
        config = found[".productsapi"]["variables"]["PRODUCTSAPI_CONFIG"]
    assert config == HOSTILE.config
    assert shlex.split(run) == ["python", "-m", "pip", "install", "--quiet", HOSTILE.install]


def test_a_role_s_name_is_one_for_iam() -> None:
    long = replace(STACK.config, stack="s" * 80)
    names = [role(replace(STACK, config=long), job) for job in ("plan", "deploy")]
    assert [len(name) for name in names] == [64, 64]
    assert len(set(names)) == len(names)


def test_the_next_steps_use_each_file() -> None:
    written = files(GITHUB, SETTINGS, STACK)
    steps = "\n".join(next_steps(GITHUB, STACK, written))
    assert all(f"file://{path}" in steps for path in written if path.endswith(".json"))
    assert "--role-name productsapi-shop-dev-deploy" in steps
