"""A project as a user has it: its folder, its commands as processes, its local cloud."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import leaks
from e2e_cloud import Clouds, Emulator
from e2e_commands import PATIENCE, Command, Ended, inherited

PASSWORD = "MySecurePass1!"
leaks.secret(PASSWORD)
PRINTS_A_TOKEN = ("user", "token")
"""The one command whose output is a secret."""
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass(frozen=True)
class Project:
    folder: Path
    home: Path
    extra: Mapping[str, str] = field(default_factory=dict)

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Nothing of the developer's but PATH and language: no AWS variables, another home."""
        homes = {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / ".config")}
        return {**inherited(), **homes, **self.extra, **(extra or {})}

    def command(self, *words: str) -> list[str]:
        """For a process that isn't forked, but started as a user does."""
        return [sys.executable, "-m", "productsapi", *words]

    def begin(self, *words: str, stdin: str = "", env: Mapping[str, str] | None = None) -> Command:
        return Command(words, self.folder, self.environment(env), stdin)

    def run(
        self,
        *words: str,
        code: int | None = 0,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
    ) -> Ended:
        """Run a command that is to end with `code`, if it is noted; and never with a traceback."""
        command = self.begin(*words, stdin=stdin, env=env)
        try:
            run = command.end(PATIENCE)
        except TimeoutError:
            command.kill()
            raise
        shown = run.err if words[:2] == PRINTS_A_TOKEN else run.out + run.err
        leaks.saw(f"productsapi {' '.join(words)}", shown)
        assert "Traceback" not in run.err, run.err
        assert "Exception ignored" not in run.err, run.err
        assert code in {None, run.code}, f"{words} ended with {run.code}:\n{run.out}\n{run.err}"
        return run

    def json(self, *words: str, env: Mapping[str, str] | None = None) -> Any:
        """Run a command with --json; its stdout is that one value and nothing else."""
        return json.loads(self.run(*words, "--json", env=env).out)

    def config(self, old: str, new: str, name: str = "dev.yaml") -> None:
        """Edit the configuration, in one place."""
        path = self.folder / "config" / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")

    def make_user(self, name: str) -> None:
        words = ("user", "create", name, "--local", "--password-stdin")
        self.run(*words, stdin=f"{PASSWORD}\n")

    def sign_in(self, name: str) -> None:
        self.run("login", name, "--local", "--password-stdin", stdin=f"{PASSWORD}\n")
        kept = json.loads((self.home / ".config/productsapi/tokens.json").read_text("utf-8"))
        for pools in kept.values():
            for users in pools.values():
                leaks.secret(*(token for tokens in users.values() for token in tokens.values()))

    @property
    def emulator_pid(self) -> int:
        record = json.loads((self.folder / ".productsapi" / "local.json").read_text("utf-8"))
        return int(record["pid"])


def new_project(base: Path, extra: Mapping[str, str] | None = None) -> Project:
    """`productsapi init`."""
    home = base / "home"
    home.mkdir(parents=True, exist_ok=True)
    Project(home, home, extra or {}).run("init", str(base / "shop"))
    return Project(base / "shop", home, extra or {})


@contextmanager
def own_cloud(base: Path, extra: Mapping[str, str] | None = None) -> Iterator[Project]:
    """A project whose commands start a local cloud; whatever happens, none is left running."""
    project = new_project(base, extra)
    try:
        yield project
    finally:
        project.run("local", "down")


@contextmanager
def lent_cloud(base: Path, clouds: Clouds) -> Iterator[tuple[Project, Emulator]]:
    """A project whose commands find an empty local cloud running."""
    project = new_project(base)
    with clouds.lent() as cloud:
        cloud.lend(project.folder)
        yield project, cloud


@cache
def client(service: str, endpoint_url: str, region: str = "eu-west-2", **keys: str) -> Any:
    """A boto3 client for the local cloud, as its root unless told otherwise.

    One for each, as it is made: making them costs more than the calls.
    """
    leaks.secret(*(key for name, key in keys.items() if name.startswith("aws_se")))
    credentials = keys or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=endpoint_url, region_name=region, **credentials)


@dataclass(frozen=True)
class Deployed:
    """A project that was deployed, and what `deploy --json` printed about it."""

    project: Project
    reported: Mapping[str, Any]

    def client(self, service: str, **keys: str) -> Any:
        return client(service, self.reported["endpoint_url"], self.reported["region"], **keys)

    def tokens(self, name: str, client_id: str | None = None) -> dict[str, str]:
        """Sign in by Cognito's own API: all three tokens."""
        answer = self.client("cognito-idp").initiate_auth(
            ClientId=client_id or self.reported["client_id"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )
        result: dict[str, str] = answer["AuthenticationResult"]
        leaks.secret(result["IdToken"], result["AccessToken"], result["RefreshToken"])
        return result


@dataclass(frozen=True)
class Standing:
    """A deployment that was made once, to be put back into any cloud."""

    snapshot: Path
    reported: str
    """What `deploy --json` printed about it, with its endpoint's URL replaced by HERE."""

    @classmethod
    def save(cls, cloud: Emulator, reported: Mapping[str, Any], snapshot: Path) -> Standing:
        cloud.save(snapshot)
        return cls(snapshot, json.dumps(reported).replace(cloud.url, HERE))

    def put_back(self, cloud: Emulator, project: Project) -> Deployed:
        cloud.stand(self.snapshot)
        return Deployed(project, json.loads(self.reported.replace(HERE, cloud.url)))


HERE = "http://here"


def left_behind(endpoint_url: str, region: str = "eu-west-2") -> dict[str, list[str]]:
    """Everything that is there, by kind, as AWS's own listings report it."""

    def listed(service: str, listing: str, key: str, name: str, **params: Any) -> list[str]:
        pages = client(service, endpoint_url, region).get_paginator(listing).paginate(**params)
        return [item[name] if name else item for page in pages for item in page[key]]

    return {
        "tables": listed("dynamodb", "list_tables", "TableNames", ""),
        "functions": listed("lambda", "list_functions", "Functions", "FunctionName"),
        "log groups": listed("logs", "describe_log_groups", "logGroups", "logGroupName"),
        "roles": listed("iam", "list_roles", "Roles", "RoleName"),
        "policies": listed("iam", "list_policies", "Policies", "Arn", Scope="Local"),
        "APIs": listed("apigateway", "get_rest_apis", "items", "id"),
        "pools": listed("cognito-idp", "list_user_pools", "UserPools", "Id", MaxResults=60),
        "parameters": listed("ssm", "describe_parameters", "Parameters", "Name"),
        "secrets": listed("secretsmanager", "list_secrets", "SecretList", "Name"),
        "alarms": listed("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
        "dashboards": listed("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
        "topics": listed("sns", "list_topics", "Topics", "TopicArn"),
    }
