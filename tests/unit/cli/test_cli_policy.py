"""`policy`: JSON on stdout and nothing else, without credentials where the account is known."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import leaks
import pytest
from click.testing import CliRunner, Result

from productsapi.cli import main
from productsapi.cli.policy import JOBS
from productsapi.operator_policy import Job

ACCOUNT = "123456789012"

pytestmark = pytest.mark.usefixtures("project")


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, ["policy", *words], prog_name="productsapi")
    leaks.saw(f"productsapi policy {' '.join(words)}", result.output)
    return result


def printed(*words: str) -> Any:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def edit(project: Path, old: str, new: str) -> None:
    path = project / "config" / "dev.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_the_commands_jobs_are_those_of_the_table() -> None:
    """The command's are written out, so that --help loads nothing."""
    assert {job.value for job in Job} == set(JOBS)


def test_callers_have_a_policy_where_they_need_a_key(project: Path) -> None:
    refused = run("caller", "--account", ACCOUNT)
    assert isinstance(refused.exception, SystemExit)
    assert refused.exit_code == 5
    edit(project, "  key: false", "  key: true")
    [only] = printed("caller", "--account", ACCOUNT)["Statement"]
    assert only["Action"] == "secretsmanager:GetSecretValue"


@pytest.mark.parametrize("job", [job for job in JOBS if job != "caller"])
def test_with_an_account_stdout_is_one_policy_unasked(job: str) -> None:
    document = printed(job, "--account", ACCOUNT)
    assert document["Version"] == "2012-10-17"
    assert {each["Effect"] for each in document["Statement"]} == {"Allow"}
    assert ACCOUNT in json.dumps(document)


def test_that_ids_are_unknown_is_noted_beside_it() -> None:
    assert "productsapi policy deploy --deployed" in run("deploy", "--account", ACCOUNT).stderr


def test_the_expected_account_will_do(project: Path) -> None:
    edit(project, "schema: 1", f'expected_account: "{ACCOUNT}"\nschema: 1')
    assert printed("read") == printed("read", "--account", ACCOUNT)


def test_another_account_than_expected_is_a_mistake(project: Path) -> None:
    edit(project, "schema: 1", f'expected_account: "{ACCOUNT}"\nschema: 1')
    result = run("read", "--account", "210987654321")
    assert (result.exit_code, result.stdout) == (64, "")
    assert "expected_account" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("deploy", "--account", "12"),
        ("deploy", "--account", ACCOUNT, "--local"),
        ("deploy", "--account", ACCOUNT, "--deployed"),
        ("deploy", "--account", ACCOUNT, "--part", "2"),
        ("deploy", "--account", ACCOUNT, "--part", "0"),
        ("drive",),
        (),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_a_usage_error(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (64, "")


def test_a_part_that_is_not_there_is_reported() -> None:
    reported = run("deploy", "--account", ACCOUNT, "--part", "2").stderr
    assert "There is 1 part." in reported


def test_a_policy_too_long_for_one_comes_in_parts(project: Path) -> None:
    for name in ("create", "get", "update", "delete"):
        edit(project, f"{name}: {name}productfunction", f"{name}: {name}{'x' * 58}")
    edit(project, "stack: products-dev", f"stack: {'s' * 30}")
    refused = run("deploy", "--account", ACCOUNT)
    assert (refused.exit_code, refused.stdout) == (5, "")
    assert "--part 1 to --part 2" in refused.stderr
    first, second = (printed("deploy", "--account", ACCOUNT, "--part", n) for n in ("1", "2"))
    assert not [each for each in first["Statement"] if each in second["Statement"]]


def test_the_local_cloud_is_not_started_for_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "ministack", raising=False)  # another test may have it
    document = printed("deploy", "--local")
    assert "000000000000" in json.dumps(document)
    assert not (project / ".productsapi").exists()
    assert "ministack" not in sys.modules


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_the_partition_is_the_regions(region: str, partition: str) -> None:
    document = printed("teardown", "--account", ACCOUNT, "--region", region)
    assert f'"arn:{partition}:' in json.dumps(document)
    assert '"arn:aws:' not in json.dumps(document)
