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
from e2e_project import Deployed, Project, new_project
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
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    base = tmp_path_factory.mktemp("deployed")
    with new_project(base / "shop", base / "home") as project:
        yield Deployed(project, project.json("deploy", "--local"))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project of one test's own, not deployed yet."""
    with new_project(tmp_path / "shop", tmp_path / "home") as project:
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
        done = subprocess.run([command, "--version"], capture_output=True, timeout=60, check=False)
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
                words, env=_FOR_PIP, capture_output=True, timeout=300, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return
        if done.returncode:
            return
