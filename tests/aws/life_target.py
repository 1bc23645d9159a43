"""Where a life is played: credentials, account, Region, and the way there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import leaks
from botocore.config import Config
from e2e_project import KEYS
from life_authority import Authority
from life_calls import Recorder
from life_emulator import emulator_of
from life_pretended import ACCOUNT, Pretended
from life_tunnel import Answering, Tunnel
from life_upstream import aws_itself, emulated, mended

PROFILE = "PRODUCTSAPI_AWS_PROFILE"
REGION = "PRODUCTSAPI_AWS_REGION"
PRETENDED = "pretended"
"""The profile of no account: an emulator that pretends to be AWS, for a rehearsal."""

ASK = """
import json, sys, botocore.session
session = botocore.session.Session(profile=sys.argv[1])
found = session.get_credentials().get_frozen_credentials()
json.dump({"AWS_ACCESS_KEY_ID": found.access_key, "AWS_SECRET_ACCESS_KEY": found.secret_key,
           "AWS_SESSION_TOKEN": found.token or "", "region": session.get_config_variable("region")},
          sys.stdout)
"""


@dataclass(frozen=True)
class Target:
    """One side of the comparison, as commands and clients reach it."""

    name: str
    region: str
    tunnel: Tunnel
    recorder: Recorder
    keys: Mapping[str, str]
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {**self.keys, **self.tunnel.environment, "AWS_REGION": self.region}

    def client(self, service: str) -> Any:
        """boto3's client, through the same tunnel: what it asks is recorded too."""
        if service not in self._clients:
            names = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
            self._clients[service] = boto3.client(
                service,
                region_name=self.region,
                verify=str(self.tunnel.authority.bundle),
                config=Config(proxies={"https": self.tunnel.url}),
                **{name.lower(): value for name, value in self.keys.items() if name in names},
            )
        return self._clients[service]

    @property
    def account(self) -> str:
        return str(self.client("sts").get_caller_identity()["Account"])


@contextmanager
def targets(
    folder: Path, profile: str, environment: Mapping[str, str]
) -> Iterator[tuple[Target, Target]]:
    """The local cloud and AWS, or what pretends to be it; `environment` is the user's own."""
    if profile == PRETENDED:
        region = environment.get(REGION, "eu-west-2")
        with (
            _local(folder, region) as local,
            emulator_of(folder / "pretended", ACCOUNT, region) as url,
            _target("AWS, pretended", folder, region, Pretended(upstream(url)), KEYS) as aws,
        ):
            yield local, aws
        return
    keys = credentials(profile, environment)
    region = environment.get(REGION) or keys.pop("region", "") or "eu-west-2"
    with _local(folder, region) as local, _target("AWS", folder, region, aws_itself(), keys) as aws:
        yield local, aws


def upstream(url: str) -> Answering:
    return mended(url, emulated(url))


@contextmanager
def _local(folder: Path, region: str) -> Iterator[Target]:
    with (
        emulator_of(folder / "local", "000000000000", region) as url,
        _target("the local cloud", folder, region, upstream(url), KEYS) as local,
    ):
        yield local


@contextmanager
def _target(
    name: str, folder: Path, region: str, upstream: Answering, keys: Mapping[str, str]
) -> Iterator[Target]:
    recorder = Recorder(upstream)
    authority = Authority(folder / f"authority of {name}")
    with Tunnel(authority, recorder).serving() as tunnel:
        yield Target(name, region, tunnel, recorder, keys)


def credentials(profile: str, environment: Mapping[str, str]) -> dict[str, str]:
    """A profile's, as its own process finds them: they go from there to the commands by name."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, profile],
        env=dict(environment),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    found = {name: value for name, value in json.loads(done.stdout).items() if value}
    leaks.secret(*(value for name, value in found.items() if name != "region" and len(value) > 19))
    return found
