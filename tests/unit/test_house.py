"""The import rules between packages, and what every file keeps to."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sources import PACKAGE as HOUSE
from sources import nodes, texts

from productsapi.options.registry import FOLDERS, OPTIONS
from productsapi.stack.option import Option

ROOT = Path(__file__).parents[2]
MODULES = sorted(HOUSE.rglob("*.py"))
SOURCES = sorted((ROOT / "lambda_src").rglob("*.py"))

FLOORS = (
    ("cli", "__main__"),
    ("dev", "page"),
    ("operations",),
    ("operator_policy",),
    ("options",),
    ("steps",),
    ("releases",),
    ("stack",),
    ("data", "engine", "api_client", "local", "openapi"),
    ("function_code",),
    ("aws", "config"),
    ("options.configuration",),
    ("config_keys",),
    (
        "archive",
        "dependencies",
        "errors",
        "gateway_problems",
        "function_role_policies",
        "function_variables",
        "routes",
        "packaging",
        "product_schema",
        "private",
        "printable",
        "signals",
        "status_meanings",
        "streams",
        "syntax",
        "starter",
        "wording",
        "aws.location",
        "operations.finding",
        "",
    ),
)
"""The layers, top to bottom: a package imports from its own layer or lower ones, never from higher
ones. Single modules are plain data."""
OPTIONS_KEYS = re.compile(r"options\.\w+\.configuration")
"""An option's keys, in a layer below the configuration that has them, far below its resources."""

ONLY_IN = {
    "boto3": (),
    "botocore": ("aws",),
    "click": ("cli",),
    "rich": ("cli",),
    "packaging": ("dependencies",),  # PyPI's, not our own module
    "watchfiles": ("dev",),
    "yaml": ("config", "openapi"),
    "ministack": ("local",),  # gate.py, which is run in the emulator's own process
}
"""Third-party packages, and our packages that may import them."""

LONGEST_MODULE = 250
LONGEST_TEST_NAME = 50
HELPED = ("deploy", "local", "user", "user create")


def _name(path: Path) -> str:
    """`steps.table.keys` for productsapi/steps/table/keys.py; "" for the package itself."""
    inside = path.relative_to(HOUSE).with_suffix("")
    return ".".join(part for part in inside.parts if part != "__init__")


NAMES = {_name(path) for path in MODULES}


@cache
def _imports(path: Path) -> frozenset[str]:
    """Everything that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


@cache
def _ours(path: Path) -> frozenset[str]:
    """Our own modules that a file imports, without «productsapi.»."""
    inside = {
        name.removeprefix("productsapi").removeprefix(".")
        for name in _imports(path)
        if name.split(".")[0] == "productsapi"
    }
    return frozenset(name if name in NAMES else name.rpartition(".")[0] for name in inside)


def _room(module: str) -> str:
    if OPTIONS_KEYS.fullmatch(module):
        return "options.configuration"
    return module if module in FLOORS[-1] else module.split(".", maxsplit=1)[0]


def _floor(module: str) -> int:
    found = [number for number, rooms in enumerate(FLOORS) if _room(module) in rooms]
    assert found, f"productsapi.{module} is in no layer: add its package to FLOORS"
    return found[0]


# -- import rules ----------------------------------------------------------------------------------


def test_arrows_run_down_only() -> None:
    up = {
        f"{_name(path)} imports {other} from a higher layer"
        for path in MODULES
        for other in _ours(path)
        if _floor(other) < _floor(_name(path))
    }
    assert not up


def test_no_two_rooms_know_each_other() -> None:
    knows: dict[str, set[str]] = {}
    for path in MODULES:
        module = _name(path)
        knows.setdefault(_room(module), set()).update(map(_room, _ours(path)))
    left = {room: others - {room} for room, others in knows.items()}
    while free := {room for room, others in left.items() if not others}:
        left = {room: others - free for room, others in left.items() if room not in free}
    assert not left, f"circle among {left}"


def test_nobody_imports_the_command_line() -> None:
    knowing = {_name(p) for p in MODULES if any(_room(m) == "cli" for m in _ours(p))}
    assert {_room(module) for module in knowing} == {"cli", "__main__"}


def test_the_engine_names_no_step_and_no_aws_service() -> None:
    services = {"apigateway", "cognito-idp", "dynamodb", "iam", "lambda", "logs", "ssm", "sts"}
    for path in (HOUSE / "engine").rglob("*.py"):
        assert "steps" not in {_room(module) for module in _ours(path)}, path
        assert not services & set(texts(path)), path


def test_steps_do_not_import_each_other() -> None:
    for path in MODULES:
        if _room(module := _name(path)) == "steps" and module != "steps":
            others = {m.split(".")[1] for m in _ours(path) if m.startswith("steps.")}
            assert others <= {module.split(".")[1]}, module


def test_each_step_has_a_room_of_its_own() -> None:
    from productsapi.steps import STEPS

    rooms = {name.split(".")[1] for name in NAMES if name.startswith("steps.")}
    assert rooms == {step.name for step in STEPS[:7]}
    assert [step.name for step in STEPS[7:]] == ["monitoring"]  # ours, made of options alone


def _options_of(path: Path) -> set[str]:
    """The options that a file knows."""
    listed = {m.split(".")[1] for m in _ours(path) if m.startswith("options.")}
    return listed - {"metrics", "registry"}


def test_each_option_has_a_room_and_knows_no_other() -> None:
    rooms = {p.name for p in (HOUSE / "options").iterdir() if (p / "__init__.py").exists()}
    for room in rooms:
        for path in (HOUSE / "options" / room).rglob("*.py"):
            assert _options_of(path) <= {room}, path
        assert not _imports(HOUSE / "options" / room / "__init__.py")
    assert not _imports(HOUSE / "options" / "__init__.py")
    assert set(FOLDERS) == rooms
    assert all(isinstance(option, Option) for option in OPTIONS)


def test_only_the_options_list_knows_one_by_name() -> None:
    """Beside the commands of just that one, and the configuration, which has all their keys."""
    known = {
        (_room(_name(path)), other)
        for path in MODULES
        for other in _ours(path)
        if other.startswith("options.")
        and other != "options.registry"
        and _room(_name(path)) not in {"options", "options.configuration", "cli"}
    }
    keys = {name for name in NAMES if _room(name) == "options.configuration"}
    assert known == {("config", name) for name in keys}
    assert {name.split(".")[1] for name in keys} == set(FOLDERS)


def test_packages_of_others_stay_in_their_rooms() -> None:
    for path in MODULES:
        room = _name(path).split(".")[0]
        for name in _imports(path):
            package = name.split(".")[0]
            assert room in ONLY_IN.get(package, (room,)), f"{path} imports {package}"


def test_function_sources_import_nothing_of_ours() -> None:
    """They run elsewhere, with Python's library and the SDK beside them."""
    theirs = {"shared", "boto3", "botocore", "__future__"} | set(sys.stdlib_module_names)
    for path in SOURCES:
        assert {name.split(".")[0] for name in _imports(path)} <= theirs, path


# -- a command's start -----------------------------------------------------------------------------

RUN = """
import json, runpy, sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
for command in sys.argv[1:]:
    sys.argv = ["productsapi", *command.split()]
    code = 0
    with redirect_stdout(StringIO()) as said, redirect_stderr(said):
        try:
            runpy.run_module("productsapi", run_name="__main__", alter_sys=True)
        except SystemExit as end:
            code = end.code or 0
    print(json.dumps([command, code, sorted(sys.modules)]))
"""
HEAVY = {"boto3", "botocore", "ministack", "moto", "rich", "urllib3", "cryptography"}


def _starts(*commands: str, folder: Path) -> Iterator[tuple[str, int, set[str]]]:
    """How commands end, one after the other, and every module that is loaded by then.

    All in one process, so what one loads is held against all that follow: none may.
    """
    ran = subprocess.run(
        [sys.executable, "-c", RUN, *commands],
        cwd=folder, capture_output=True, check=True, text=True,
    )  # fmt: skip
    for line in ran.stdout.splitlines():
        command, code, loaded = json.loads(line)
        yield command, code, set(loaded)


def test_help_and_mistypings_load_no_more_than_click(tmp_path: Path) -> None:
    helps = ["--help", "--version", *(f"{name} --help" for name in HELPED)]
    ends = list(_starts(*helps, "deploy --nonsense", folder=tmp_path))
    assert [code for _, code, _ in ends] == [0] * len(helps) + [64]
    for command, _, loaded in ends:
        assert not loaded & (HEAVY | {"yaml", "asyncio"}), command


def test_a_configuration_error_loads_no_sdk(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("schema: 1\nstack: [")
    (tmp_path / "mistyped.yaml").write_text("schema: 1\nstakc: x\n")
    configs = ("missing.yaml", "broken.yaml", "mistyped.yaml")
    plans = [f"plan {where} -c {config}" for where in ("", "--local") for config in configs]
    for command, code, loaded in _starts(*plans, folder=tmp_path):
        assert code == 3, command
        assert not loaded & HEAVY, command


# -- what every file keeps to ----------------------------------------------------------------------


def test_each_module_can_be_read_at_one_go() -> None:
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in (*MODULES, *SOURCES)}
    assert not {path: count for path, count in lines.items() if count > LONGEST_MODULE}


def test_each_test_says_in_short_what_it_proves() -> None:
    """A function's name, without its parameters."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        names = re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
        assert not [name for name in names if len(name) > LONGEST_TEST_NAME], path


def test_no_text_leaves_a_plural_to_the_reader() -> None:
    """One thing is one, and several are several."""
    for path in (*MODULES, *SOURCES):
        assert not [t for t in texts(path) if re.search(r"[a-z]\((s|es|ies)\)", t)], path


def test_every_folder_of_modules_is_a_package() -> None:
    """setup.py finds packages only, and a module elsewhere would be missing in the wheel."""
    assert not [path for path in MODULES if not path.with_name("__init__.py").exists()]


def _files() -> Iterator[Path]:
    """All text that belongs to the project: what tools and runs leave behind isn't looked at."""
    left_behind = re.compile(
        r"\.(?!ci$|gitattributes$|gitignore$)|__pycache__$|build$|dist$|.*\.egg-info$"
    )
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not left_behind.match(name)]
        yield from (Path(folder, name) for name in names if not left_behind.match(name))


def test_no_file_names_a_place_on_a_machine() -> None:
    """/home/user is nobody's: examples may say it."""
    somewhere = re.compile(r"(?<![\w.~$}-])/(?:work|root|home)/(?!user\b)")
    found = {
        str(path.relative_to(ROOT)): match[0]
        for path in _files()
        if (match := somewhere.search(path.read_text("utf-8", errors="replace")))
    }
    assert not found


@pytest.mark.parametrize(
    "tool", [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]], ids=" ".join
)
def test_the_tools_have_nothing_to_say(tool: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, check=False, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
