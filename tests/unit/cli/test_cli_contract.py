"""What holds for every command: exit codes, help with examples, no traceback, a light start."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import leaks
import pytest
import sources
from click.testing import CliRunner, Result

import productsapi
from productsapi import __main__, errors
from productsapi.cli import COMMANDS, SECTIONS, main

PACKAGE = Path(productsapi.__file__).parent


def commands(command: click.Command = main, *path: str) -> Iterator[tuple[str, ...]]:
    """Every command by its words, groups and the program itself too."""
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner
            yield from commands(inner, *path, name)


ALL = tuple(commands())
GROUPS = {(), ("user",), ("key",), ("local",), ("cache",), ("products",), ("config",), ("ci",)}
LEAVES = tuple(path for path in ALL if path not in GROUPS)
NAMED = {"create", "login", "logout", "delete", "groups", "password", "token", "get"}
OTHERS = {"init", "local", "doctor", "completion", "ci"}
TARGETED = tuple(path for path in LEAVES if path[0] not in OTHERS)
"""`doctor` finds the same mistakes and goes on: see test_e2e_doctor.py."""


def words(path: tuple[str, ...]) -> str:
    return " ".join(path) or "productsapi"


each = pytest.mark.parametrize("path", ALL, ids=words)
each_leaf = pytest.mark.parametrize("path", LEAVES, ids=words)
each_targeted = pytest.mark.parametrize("path", TARGETED, ids=words)


def found(path: tuple[str, ...]) -> click.Command:
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        inner = command.get_command(click.Context(command), name)
        assert inner
        command = inner
    return command


def arguments(path: tuple[str, ...]) -> list[str]:
    """What a command can't be called without."""
    if path == ("request",):
        return ["GET", "/products"]
    if path == ("policy",):
        return ["deploy"]
    if path == ("products", "import"):
        return [os.devnull]
    return ["somebody"] if path[-1] in NAMED else []


def run(*args: str, env: dict[str, str] | None = None, stdin: str | None = None) -> Result:
    """Run the program as its entry point does; it ends with a code, never with an exception."""
    result = CliRunner().invoke(main, args, env=env, input=stdin, prog_name="productsapi")
    leaks.saw(f"productsapi {' '.join(args)}", result.output)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert "Traceback" not in result.output
    return result


# -- help --------------------------------------------------------------------------------------


@each
def test_help_is_given_with_examples(path: tuple[str, ...]) -> None:
    for option in ("--help", "-h"):
        result = run(*path, option)
        assert result.exit_code == 0
        assert re.search(r"Examples?:|productsapi deploy --local", result.output)


def examples(path: tuple[str, ...]) -> list[str]:
    text = found(path).help or ""
    return re.findall(r"productsapi ([a-z][^|<>)\n]*)", text.partition("Example")[2])


@each_leaf
def test_examples_are_commands_and_options_that_exist(
    path: tuple[str, ...],
) -> None:
    assert examples(path)
    for example in examples(path):
        given = shlex.split(example)
        command = found((given[0],))
        given = given[1:]
        if isinstance(command, click.Group):
            command, given = found((shlex.split(example)[0], given[0])), given[1:]
        with click.Context(command) as context:
            command.make_parser(context).parse_args(given)


def test_commands_that_messages_name_exist() -> None:
    """Every `productsapi ...` in a text of the program, wherever it stands."""
    known = {words(path) for path in ALL}
    for source in PACKAGE.rglob("*.py"):
        for text in sources.texts(source):
            for first, second in re.findall(r"(?:^|`)productsapi ([a-z]+)(?: ([a-z]+))?", text):
                name = f"{first} {second}" if (first,) in GROUPS and second else first
                assert name in known, f"{source.name}: productsapi {name}"


def test_the_help_lists_each_command_with_its_summary() -> None:
    output = run("--help").output
    for name, summary in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(summary[:40])}", output, re.MULTILINE)


def test_the_error_trees_exit_codes_stand_in_the_help() -> None:
    output = " ".join(run("--help").output.split())
    codes = {
        error.exit_code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.ProductsApiError)
    }
    assert codes == {1, 3, 4, 5, 6, 7, 8, 9, 70}
    for code in codes | {0, 2, 64, 130}:
        assert re.search(rf"\b{code} ", output.partition("Exit codes:")[2]), code


def test_version_is_printed() -> None:
    assert run("--version").output == f"productsapi {productsapi.__version__}\n"


def test_python_m_is_the_same_program() -> None:
    (entry,) = (
        entry
        for entry in importlib.metadata.entry_points(group="console_scripts")
        if entry.name == "productsapi"
    )
    assert entry.value == "productsapi.__main__:main"
    assert entry.load() is __main__.main
    for args in (["--help"], ["plan", "--help"], ["nonsense"]):
        done = subprocess.run(
            [sys.executable, "-m", "productsapi", *args],
            capture_output=True,
            text=True,
            check=False,
        )
        result = run(*args)
        assert done.returncode == result.exit_code
        assert done.stdout.split() == result.stdout.split()  # lines break at another width
        assert "Usage: productsapi" in done.stdout + done.stderr


# -- usage: 64 ---------------------------------------------------------------------------------


@each
def test_an_unknown_option_is_a_usage_error(path: tuple[str, ...]) -> None:
    result = run(*path, *(arguments(path) if path in LEAVES else []), "--nonsense")
    assert result.exit_code == 64
    assert "--nonsense" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "path", [path for path in LEAVES if path != ("user", "groups")], ids=words
)  # `user groups` takes any number
def test_an_argument_too_many_is_a_usage_error(path: tuple[str, ...]) -> None:
    given = ["DIR"] if path == ("init",) else arguments(path)
    assert run(*path, *given, "one-more").exit_code == 64


@pytest.mark.parametrize(
    "args",
    [
        "", "nonsense", "user", "user nonsense", "local", "local nonsense", "init", "login",
        "user create", "user token", "request", "request GET", "request FETCH /products",
        "plan -c", "plan --region", "request GET /x -H nonsense", "request GET /x -d",
        "request GET /x -d @nothing-here", "plan --local --profile work",
    ],
)  # fmt: skip
def test_a_mistyped_command_is_a_usage_error(project: Path, args: str) -> None:
    result = run(*args.split())
    assert result.exit_code == 64
    assert result.stdout == ""
    assert result.stderr


@pytest.mark.parametrize("name", ["", "two words", "tab\there", "line\nend", "x" * 129])
@pytest.mark.parametrize("command", sorted(NAMED))
def test_no_name_for_cognito_is_a_usage_error(command: str, name: str) -> None:
    assert run("user", command, name).exit_code == 64


def test_no_option_takes_a_password_or_a_token() -> None:
    """Others on the machine see a process's arguments."""
    for path in LEAVES:
        for parameter in found(path).params:
            if isinstance(parameter, click.Option) and not parameter.is_flag:
                assert not re.search("pass|secret|token|key", parameter.name or ""), path
            if isinstance(parameter, click.Argument):
                assert not re.search("pass|secret|token|key", parameter.name or ""), path


# -- configuration: 3, credentials: 4, protection: 5, local cloud: 6 ------------------------------


@each_targeted
@pytest.mark.parametrize("local", [[], ["--local"]], ids=["aws", "local"])
def test_a_missing_configuration_is_named_with_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...], local: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*path, *arguments(path), *local)
    assert result.exit_code == 3
    assert "config/dev.yaml: no such file" in result.stderr
    assert "`productsapi init DIR`" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("path", [*TARGETED, ("local", "up"), ("local", "status")], ids=words)
def test_bad_yaml_is_reported_with_file_and_line(project: Path, path: tuple[str, ...]) -> None:
    bad = project / "bad.yaml"
    bad.write_text("schema: 1\nstack: [\n", "utf-8")
    result = run(*path, *arguments(path), "-c", "bad.yaml")
    assert result.exit_code == 3
    assert re.search(r"bad\.yaml:\d+: ", result.stderr)


def test_the_configuration_is_the_environments_too(project: Path) -> None:
    result = run("plan", env={"PRODUCTSAPI_CONFIG": "elsewhere.yaml"})
    assert (result.exit_code, "elsewhere.yaml" in result.stderr) == (3, True)


def test_a_wrong_region_is_found_before_any_call(project: Path) -> None:
    result = run("plan", "--region", "London")
    assert (result.exit_code, "London" in result.stderr) == (3, True)


@each_targeted
def test_without_credentials_it_says_how_to_get_them(project: Path, path: tuple[str, ...]) -> None:
    asking = {("openapi",): ["--deployed"], ("dev",): ["--aws"]}.get(path, [])
    result = run(*path, *arguments(path), *asking)
    assert result.exit_code == 4, result.output
    assert "no AWS credentials" in result.stderr
    assert "--local" in result.stderr
    assert result.stdout == ""


def test_an_unknown_profile_is_reported(project: Path) -> None:
    result = run("plan", "--profile", "nobodys")
    assert (result.exit_code, "nobodys" in result.stderr) == (4, True)


@pytest.mark.parametrize("endpoint", ["nonsense", "http://127.0.0.1:port"])
def test_an_endpoint_that_is_none_is_reported(project: Path, endpoint: str) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    result = run("plan", env={**keys, "AWS_ENDPOINT_URL": endpoint})
    assert result.exit_code == 3
    assert "AWS_ENDPOINT_URL" in result.stderr


@pytest.mark.parametrize("missing", ["ministack", "cryptography"])
@pytest.mark.parametrize("path", [*TARGETED, ("local", "up")], ids=words)
def test_without_the_extra_it_says_what_to_install(
    project: Path, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...], missing: str
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: name != missing and real(name, *rest)
    )
    local = [] if path[0] == "local" else ["--local"]
    asking = ["--deployed"] if path == ("policy",) else []
    result = run(*path, *arguments(path), *local, *asking)
    assert result.exit_code == 6
    assert missing in result.stderr
    assert "pip install -e '.[local]'" in result.stderr


def test_local_status_and_down_need_no_extra(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda *_: None)
    assert run("local", "status").exit_code == 0
    assert run("local", "down").exit_code == 0


def test_a_reset_needs_somebody_or_a_yes(project: Path) -> None:
    refused = run("local", "reset")
    assert (refused.exit_code, "--yes" in refused.stderr) == (5, True)
    assert run("local", "reset", "--yes").exit_code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which only Linux has")
def test_an_unwritable_result_is_reported_in_words() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "productsapi", "--help"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "Error: No space left on device\n")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["deplyo"], "No such command 'deplyo'. Did you mean 'deploy'?"),
        (["statu", "--local"], "Did you mean 'status'?"),
        (["xyzzy"], "No such command 'xyzzy'.\n"),
        (["--lcal"], "No such option"),
    ],
)
def test_a_mistyped_command_is_recognised(typed: list[str], says: str) -> None:
    result = run(*typed)
    assert result.exit_code == 64
    assert says in result.stderr


def test_the_help_has_each_command_once_in_80_columns() -> None:
    assert sorted(" ".join(SECTIONS.values()).split()) == sorted(COMMANDS)
    lines = run("--help").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    for name, summary in COMMANDS.items():
        assert sum(line.split() == [name, *summary.split()] for line in lines) == 1
