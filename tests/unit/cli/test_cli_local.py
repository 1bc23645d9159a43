"""`local env`: what other programs need to reach the local cloud, and what leads them elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from productsapi.cli import main
from productsapi.local import LocalCloud, Running


def env(folder: Path, **environment: str) -> Result:
    assert CliRunner().invoke(main, ["init", str(folder)]).exit_code == 0
    words = ["local", "env", "-c", str(folder / "config" / "dev.yaml")]
    return CliRunner().invoke(main, words, env=environment)


def test_local_env_is_what_a_shell_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalCloud, "find", lambda _self: Running(1, 24566))
    result = env(tmp_path, AWS_ENDPOINT_URL_DYNAMODB="http://localhost:8000")
    assert result.exit_code == 0
    first, *exports = result.stdout.splitlines()
    assert {"unset", "AWS_PROFILE", "AWS_ENDPOINT_URL_DYNAMODB"} <= set(first.split())
    assert exports == [
        "export AWS_ENDPOINT_URL=http://127.0.0.1:24566",
        "export AWS_ACCESS_KEY_ID=test",
        "export AWS_SECRET_ACCESS_KEY=test",
        "export AWS_REGION=eu-west-2",
        "export AWS_DEFAULT_REGION=eu-west-2",
    ]


def test_local_env_starts_nothing(tmp_path: Path) -> None:
    result = env(tmp_path)
    assert result.exit_code == 6
    assert result.stdout == ""
    config = tmp_path / "config" / "dev.yaml"
    assert f"`productsapi local up -c {config}`" in result.stderr
