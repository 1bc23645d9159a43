"""Pipelines for a repository: plan on each change that is proposed, deploy on each that is merged.

No key is stored anywhere: AWS trusts the CI provider's own tokens (OpenID Connect), and a role for
each of the two jobs says whose, and what they may do then.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi import __version__
from productsapi.aws.location import Location
from productsapi.operator_policy import Job, Scope, policies
from productsapi.printable import json_text
from productsapi.stack import Stack

LONGEST_ROLE = 64
"""Characters that IAM allows a role's name."""


@dataclass(frozen=True)
class Settings:
    """`config` is the configuration's path in the repository, `install` what pip is to install.

    `environment` is one of GitHub's, which can ask people before a deploy; empty for none.
    """

    repository: str
    branch: str
    config: str
    install: str
    environment: str = ""


@dataclass(frozen=True)
class CiProvider:
    """Where a pipeline runs, and how AWS knows its jobs.

    `issuer` is the host that its tokens come from, `audience` whom they are for. `plan` and
    `deploy` are the subjects of the tokens: which jobs of the repository are meant.
    """

    name: str
    issuer: str
    audience: str
    path: str
    template: str
    plan: str
    deploy: str


def files(ci: CiProvider, settings: Settings, stack: Stack) -> dict[str, str]:
    """By path in the repository: the pipeline, and the two roles' trust and policies."""
    folder = f"ci/{stack.config.stack}"
    return {
        ci.path: pipeline(ci, settings, stack),
        f"{folder}/plan-trust.json": _json(trust(ci, stack.location, ci.plan)),
        f"{folder}/deploy-trust.json": _json(trust(ci, stack.location, ci.deploy)),
        **_policies(f"{folder}/plan-policy", Job.READ, stack),
        **_policies(f"{folder}/deploy-policy", Job.DEPLOY, stack),
    }


def pipeline(ci: CiProvider, settings: Settings, stack: Stack) -> str:
    """Values are marked `@{name}`, and go in quoted for YAML, or for the shell that reads them."""
    location, install = stack.location, shlex.quote(settings.install)
    values = {
        "about": f"Written by `productsapi ci {ci.name}`, productsapi {__version__}; now yours.",
        "stack": stack.config.stack,
        "config": json.dumps(settings.config),
        "region": json.dumps(location.region),
        "branch": json.dumps(settings.branch),
        "plan_role": json.dumps(location.role_arn("/", role(stack, "plan"))),
        "deploy_role": json.dumps(location.role_arn("/", role(stack, "deploy"))),
        "audience": json.dumps(ci.audience),
        "environment": _line("environment", settings.environment),
        "install": json.dumps(f"python -m pip install --quiet {install}"),
    }
    return re.sub(r"@\{(\w+)\}", lambda name: values[name[1]], ci.template)


def _line(key: str, value: str) -> str:
    return f"\n    {key}: {json.dumps(value)}" if value else ""


def trust(ci: CiProvider, location: Location, subject: str) -> dict[str, Any]:
    """Who may take on a role: this repository's jobs of one kind, and nobody else's."""
    provider = f"arn:{location.partition}:iam::{location.account}:oidc-provider/{ci.issuer}"
    matched = "StringLike" if "*" in subject else "StringEquals"
    conditions: dict[str, dict[str, str]] = {"StringEquals": {f"{ci.issuer}:aud": ci.audience}}
    conditions.setdefault(matched, {})[f"{ci.issuer}:sub"] = subject
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": conditions,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(stack: Stack, job: str) -> str:
    return f"productsapi-{stack.config.stack}"[: LONGEST_ROLE - len(job) - 1] + f"-{job}"


def next_steps(ci: CiProvider, stack: Stack, written: Mapping[str, str]) -> list[str]:
    """What an administrator does once, as commands: the provider, and the two roles."""
    location, folder = stack.location, f"ci/{stack.config.stack}"
    provider = f"create-open-id-connect-provider --url https://{ci.issuer}"
    steps = [f"aws iam {provider} --client-id-list {ci.audience}"]
    for job in ("plan", "deploy"):
        name = role(stack, job)
        steps.append(
            f"aws iam create-role --role-name {name} "
            f"--assume-role-policy-document file://{folder}/{job}-trust.json"
        )
        pattern = re.compile(rf"{re.escape(folder)}/{job}-policy(-\d+)?\.json")
        for path, number in ((p, m[1] or "") for p in written if (m := pattern.fullmatch(p))):
            arn = f"arn:{location.partition}:iam::{location.account}:policy/{name}{number}"
            steps += [
                f"aws iam create-policy --policy-name {name}{number} --policy-document file://{path}",
                f"aws iam attach-role-policy --role-name {name} --policy-arn {arn}",
            ]
    return steps


def _policies(path: str, job: Job, stack: Stack) -> dict[str, str]:
    documents = policies(job, Scope(stack))
    if len(documents) == 1:
        return {f"{path}.json": _json(documents[0])}
    return {f"{path}-{n}.json": _json(each) for n, each in enumerate(documents, 1)}


def _json(document: Any) -> str:
    return json_text(document) + "\n"
