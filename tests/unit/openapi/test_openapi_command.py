"""`productsapi openapi`: where the document goes, and what stands in its way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import leaks
import pytest
from click.testing import CliRunner, Result
from openapi_yaml import loaded

from productsapi.cli import main


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["openapi", *words])
    leaks.saw(f"productsapi openapi {' '.join(words)}", result.output)
    assert result.exit_code == code, result.output
    return result


def test_it_is_yaml_on_stdout_unless_asked_otherwise(project: Path) -> None:
    document = loaded(run().stdout)
    assert document["openapi"] == "3.1.0"
    assert json.loads(run("--format", "json").stdout) == document


def test_configuration_and_sources_are_what_makes_it(project: Path) -> None:
    document = json.loads(run("--format", "json", "-c", "config/prod.yaml").stdout)
    assert document["info"]["title"] == "ProductsAPI-prod"
    assert document["servers"][0]["variables"]["stage"]["default"] == "prod"
    schema = project / "lambda_src" / "shared" / "product.schema.json"
    schema.write_text(schema.read_text("utf-8").replace("4096", "77"), "utf-8")
    new = json.loads(run("--format", "json").stdout)["components"]["schemas"]["NewProduct"]
    assert new["properties"]["description"]["maxLength"] == 77
    other = json.loads(run("--format", "json", "--region", "cn-north-1").stdout)["servers"][0]
    assert other["url"].endswith(".amazonaws.com.cn/{stage}")


def test_older_readers_get_openapi_30(project: Path) -> None:
    new, old = (
        json.loads(run("--format", "json", *more).stdout) for more in ((), ("--spec", "3.0"))
    )
    assert (new["openapi"], old["openapi"]) == ("3.1.0", "3.0.3")
    assert new["paths"].keys() == old["paths"].keys()


@pytest.mark.parametrize(
    ("name", "words", "start"),
    [
        ("api.json", [], "{"),
        ("api.yaml", [], "openapi:"),
        ("api", [], "openapi:"),
        ("api.yaml", ["--format", "json"], "{"),
    ],
)
def test_a_file_gets_it_as_its_name_says(
    project: Path, name: str, words: list[str], start: str
) -> None:
    result = run("-o", name, *words)
    assert (result.stdout, result.stderr) == ("", f"Wrote {name}\n")
    assert (project / name).read_text("utf-8").startswith(start)


def test_a_file_is_replaced_whole_and_a_link_stays(project: Path) -> None:
    target, link = project / "docs" / "real.json", project / "link.json"
    target.parent.mkdir()
    target.write_text("old", "utf-8")
    link.symlink_to(target)
    with target.open(encoding="utf-8") as reader:
        run("-o", "link.json")
        assert reader.read() == "old"
    assert link.is_symlink()
    assert json.loads(target.read_text("utf-8"))["openapi"] == "3.1.0"
    assert [path.name for path in target.parent.iterdir()] == ["real.json"]


def test_a_new_file_is_as_open_as_any_other(project: Path) -> None:
    before = os.umask(0o027)
    try:
        run("-o", "api.json")
    finally:
        os.umask(before)
    assert (project / "api.json").stat().st_mode & 0o777 == 0o640


def test_a_dash_is_stdout_and_no_file(project: Path) -> None:
    assert run("-o", "-").stdout == run().stdout
    assert not (project / "-").exists()
    run("-o", "./-")
    assert (project / "-").is_file()


def test_a_directory_is_refused_at_once(project: Path) -> None:
    result = run("-o", "config", "-c", "missing.yaml", code=64)
    assert "config is a directory" in result.stderr


def test_what_can_not_be_written_is_reported(project: Path) -> None:
    result = run("-o", "nowhere/api.yaml", code=5)
    assert "nowhere/api.yaml can't be written: No such file or directory" in result.stderr
    assert not (project / "nowhere").exists()


@pytest.mark.parametrize("name", ["product.schema.json", "problems.json"])
@pytest.mark.parametrize(
    ("content", "reported"),
    [(None, "can't be read"), ("{", "is no JSON"), ("[]", "holds no JSON object")],
)
def test_missing_or_wrong_sources_are_reported(
    project: Path, name: str, content: str | None, reported: str
) -> None:
    path = project / "lambda_src" / "shared" / name
    path.unlink()
    if content is not None:
        path.write_text(content, "utf-8")
    result = run(code=3)
    assert reported in result.stderr
    assert name in result.stderr
    assert "productsapi init" in result.stderr


def test_what_is_not_enforced_is_not_documented(project: Path) -> None:
    schema = project / "lambda_src" / "shared" / "product.schema.json"
    schema.write_text(schema.read_text("utf-8").replace('"minimum": 0', '"oneOf": []', 1), "utf-8")
    assert "/properties/productPrice/oneOf: oneOf is no keyword" in run(code=3).stderr


def test_it_starts_without_an_sdk(project: Path) -> None:
    code = (
        "import sys; from click.testing import CliRunner; from productsapi.cli import main;"
        "assert CliRunner().invoke(main, ['openapi', '--format', 'json']).exit_code == 0;"
        "sys.exit(any(name in sys.modules for name in ('boto3', 'botocore', 'ministack')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
