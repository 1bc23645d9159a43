"""`ci` writes a pipeline's files, and nothing over what is there unasked."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from productsapi.cli import main

WORKFLOW = Path(".github/workflows/products-dev.yml")
GIVEN = ("--repository", "acme/shop", "--account", "123456789012")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "dev.yaml").write_text("schema: 1\nstack: products-dev\nregion: eu-west-2\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["ci", *words])


def test_files_are_written_and_the_next_steps_said(project: Path) -> None:
    result = run("github", *GIVEN)
    assert result.exit_code == 0, result.output
    folder = project / "ci" / "products-dev"
    written = {path.name for path in folder.iterdir()}
    kinds = ("trust", "policy")
    assert written == {f"{job}-{kind}.json" for job in ("plan", "deploy") for kind in kinds}
    assert (project / WORKFLOW).is_file()
    assert "aws iam create-open-id-connect-provider --url https://token.actions" in result.stderr
    assert "aws iam" not in result.stdout


def test_the_same_again_writes_nothing(project: Path) -> None:
    run("gitlab", *GIVEN)
    before = (project / ".gitlab-ci.yml").stat().st_mtime_ns
    result = run("gitlab", *GIVEN)
    assert result.exit_code == 0
    assert ".gitlab-ci.yml is as it should be" in result.stdout
    assert (project / ".gitlab-ci.yml").stat().st_mtime_ns == before


def test_what_is_there_is_not_written_over_unasked(project: Path) -> None:
    (project / ".gitlab-ci.yml").write_text("mine\n")
    result = run("gitlab", *GIVEN)
    assert result.exit_code == 5
    assert (project / ".gitlab-ci.yml").read_text() == "mine\n"
    assert not (project / "ci").exists()
    assert run("gitlab", *GIVEN, "--yes").exit_code == 0
    assert "productsapi deploy" in (project / ".gitlab-ci.yml").read_text()


@pytest.mark.parametrize(
    "url",
    ["https://github.com/acme/shop", "https://github.com/acme/shop.git",
     "git@github.com:acme/shop.git", "ssh://git@github.com:22/acme/shop.git",
     "https://user:token@github.com/acme/shop/"],
)  # fmt: skip
def test_the_repository_is_the_remote_s(project: Path, url: str) -> None:
    for words in (["init", "--quiet"], ["remote", "add", "origin", url]):
        subprocess.run(["/usr/bin/env", "git", *words], cwd=project, check=True)
    assert run("github", *GIVEN[2:]).exit_code == 0
    assert (
        '"repo:acme/shop:pull_request"' in (project / "ci/products-dev/plan-trust.json").read_text()
    )


def test_without_a_remote_it_is_to_be_named(project: Path) -> None:
    result = run("github", *GIVEN[2:])
    assert result.exit_code == 5
    assert "--repository OWNER/NAME" in result.stderr


@pytest.mark.parametrize(
    "words",
    [("--branch", "a b"), ("--branch", "*"), ("--repository", "acme"), ("--repository", "a/*"),
     ("--account", "1")],
)  # fmt: skip
def test_what_trust_hangs_on_is_checked(project: Path, words: tuple[str, str]) -> None:
    assert run("github", *GIVEN, *words).exit_code == 64
    assert not (project / WORKFLOW).exists()


def test_a_configuration_elsewhere_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = project / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    result = run("github", *GIVEN, "-c", str(project / "config" / "dev.yaml"))
    assert result.exit_code == 5
    assert "repository" in result.stderr


def test_a_checkout_of_productsapi_installs_itself(project: Path) -> None:
    (project / "setup.cfg").write_text("[metadata]\nname = productsapi\n")
    run("github", *GIVEN)
    assert 'run: "python -m pip install --quiet ."' in (project / WORKFLOW).read_text()
