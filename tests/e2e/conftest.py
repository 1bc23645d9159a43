"""One deployment for all tests that only use it; each test has its own product ids and users."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e_cloud import Clouds, Emulator
from e2e_commands import PATIENCE
from e2e_http import call
from e2e_project import Deployed, Project, Standing, lent_cloud, new_project, own_cloud
from e2e_shop import new_user

NO_AWS = "no working `aws` on PATH, and none could be installed (no package index)"
NO_CURL = "no curl on PATH"
AWS_CLI = "awscli>=1.40,<2"

_FOR_PIP = dict(os.environ)
"""As it was before any test cleaned it: pip may need its index and its proxy."""


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_as_on_a_terminal() -> Iterator[None]:
    """A shell's background jobs ignore Ctrl-C, and tests may run as one."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clouds]:
    """For whatever isn't about the local cloud itself."""
    clouds = Clouds(tmp_path_factory.mktemp("clouds"))
    yield clouds
    clouds.close()


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory, clouds: Clouds) -> Standing:
    """What a first deploy of the starter's configuration makes."""
    base = tmp_path_factory.mktemp("standing")
    with lent_cloud(base, clouds) as (project, cloud):
        reported = project.json("deploy", "--local")
        # makes the pool's keys, which are to be the same wherever it is put back
        call("GET", f"{cloud.url}/{reported['user_pool_id']}/.well-known/jwks.json")
        return Standing.save(cloud, reported, base / "snapshot")


@pytest.fixture(scope="session")
def deployed(
    tmp_path_factory: pytest.TempPathFactory, clouds: Clouds, standing: Standing
) -> Iterator[Deployed]:
    with lent_cloud(tmp_path_factory.mktemp("deployed"), clouds) as (project, cloud):
        yield standing.put_back(cloud, project)


@pytest.fixture(scope="module")
def deployed_alone(
    tmp_path_factory: pytest.TempPathFactory, clouds: Clouds, standing: Standing
) -> Iterator[Deployed]:
    """One that a file has for itself, to do with it what it wants."""
    with lent_cloud(tmp_path_factory.mktemp("alone"), clouds) as (project, cloud):
        yield standing.put_back(cloud, project)


@pytest.fixture
def cloud(clouds: Clouds) -> Iterator[Emulator]:
    """Lent to one test, and empty."""
    with clouds.lent() as cloud:
        yield cloud


@pytest.fixture
def project(tmp_path: Path, cloud: Emulator) -> Project:
    """A project of one test's own, not deployed yet; its local cloud runs."""
    project = new_project(tmp_path)
    cloud.lend(project.folder)
    return project


@pytest.fixture
def deployed_anew(project: Project, cloud: Emulator, standing: Standing) -> Deployed:
    """A project of one test's own, deployed as `init` wrote it."""
    return standing.put_back(cloud, project)


@pytest.fixture
def cold_project(tmp_path: Path) -> Iterator[Project]:
    """A project of one test's own, whose local cloud was never started."""
    with own_cloud(tmp_path) as project:
        yield project


@pytest.fixture
def product_id() -> str:
    return f"P-{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def tokens(deployed: Deployed) -> dict[str, str]:
    """The three tokens of one user: IdToken, AccessToken, RefreshToken."""
    new_user(deployed, "token-owner")
    return deployed.tokens("token-owner")


@pytest.fixture(scope="session")
def id_token(tokens: dict[str, str]) -> str:
    return tokens["IdToken"]


@pytest.fixture(scope="session")
def curl() -> str:
    found = shutil.which("curl")
    if not found:
        pytest.skip(NO_CURL)
    return found


@pytest.fixture(scope="session")
def aws(pytestconfig: pytest.Config) -> str:
    """A real AWS CLI: one that is here and works, else one in an environment of its own."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        candidate = shutil.which("aws", path=folder)
        if candidate and _works(candidate):
            return candidate
    cache = pytestconfig.cache
    assert cache is not None
    own = cache.mkdir("awscli")
    made = own / ("Scripts" if os.name == "nt" else "bin") / "aws"
    if not _works(str(made)):
        _install(own)
    if not _works(str(made)):
        pytest.skip(NO_AWS)
    return str(made)


def _works(command: str) -> bool:
    try:
        done = subprocess.run(
            [command, "--version"], capture_output=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _install(folder: Path) -> None:
    """Its botocore pin and the emulator's differ, so it can't be in our own environment."""
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    for words in (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--retries", "1", AWS_CLI],
    ):
        try:
            done = subprocess.run(
                words, env=_FOR_PIP, capture_output=True, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return
        if done.returncode:
            return
