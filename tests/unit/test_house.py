"""The house's walls (who may know whom), and what every file of it keeps to."""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "productsapi"
MODULES = sorted(HOUSE.rglob("*.py"))
SOURCES = sorted((ROOT / "lambda_src").rglob("*.py"))

FLOORS = (
    ("cli", "__main__"),
    ("checks",),
    ("rights",),
    ("steps",),
    ("engine", "users", "local", "openapi", "client", "watch"),
    ("aws", "config"),
    (
        "errors",
        "policies",
        "routes",
        "packaging",
        "private",
        "printable",
        "tokens",
        "starter",
        "aws.place",
        "",
    ),
)
"""From top to bottom; arrows run down or along, never up. `aws.place` is plain data."""

SHARED_BY_STEPS = {
    "stack", "features", "log_group", "function_settings", "former", "api_tree", "namesakes",
    "cache_key", "contract", "domains", "refusals", "releases", "revisions",
}  # fmt: skip
"""Modules of steps/ that aren't steps."""

ONLY_IN = {
    "boto3": (),
    "botocore": ("aws",),
    "click": ("cli",),
    "rich": ("cli",),
    "yaml": ("config", "openapi"),
    "ministack": ("local",),  # gate.py, which is run in the emulator's own process
}
"""Packages of others, and the rooms that may import them."""

LONGEST_MODULE = 300


def _name(path: Path) -> str:
    """`steps.table.keys` for productsapi/steps/table/keys.py; "" for the package itself."""
    inside = path.relative_to(HOUSE).with_suffix("")
    return ".".join(part for part in inside.parts if part != "__init__")


NAMES = {_name(path) for path in MODULES}


def _imports(path: Path) -> Iterator[str]:
    """Everything that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _ours(path: Path) -> set[str]:
    """The modules of the house that a file imports, without «productsapi.»."""
    found = set()
    for name in _imports(path):
        if name.split(".")[0] == "productsapi":
            inside = name.removeprefix("productsapi").removeprefix(".")
            found.add(inside if inside in NAMES else inside.rpartition(".")[0])
    return found


def _room(module: str) -> str:
    return module if module == "aws.place" else module.split(".", maxsplit=1)[0]


def _floor(module: str) -> int:
    found = [number for number, rooms in enumerate(FLOORS) if _room(module) in rooms]
    assert found, f"productsapi.{module} stands on no floor: add its room to FLOORS"
    return found[0]


# -- walls -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_arrows_run_down_only(path: Path) -> None:
    module = _name(path)
    up = {other for other in _ours(path) if _floor(other) < _floor(module)}
    assert not up, f"{module} looks up to {up}"


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


@pytest.mark.parametrize("path", sorted((HOUSE / "engine").rglob("*.py")), ids=_name)
def test_the_engine_knows_no_step_and_no_aws_service_by_name(path: Path) -> None:
    assert not {module for module in _ours(path) if _room(module) == "steps"}
    services = {"apigateway", "cognito-idp", "dynamodb", "iam", "lambda", "logs", "ssm", "sts"}
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    named = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    assert not services & named


@pytest.mark.parametrize("path", [p for p in MODULES if _name(p).startswith("steps.")], ids=_name)
def test_steps_do_not_import_each_other(path: Path) -> None:
    own = _name(path).split(".")[1]
    others = {m.split(".")[1] for m in _ours(path) if m.startswith("steps.")}
    assert others <= SHARED_BY_STEPS | {own}


def test_the_seven_steps_are_the_rooms_of_the_steps_house() -> None:
    from productsapi.steps import STEPS

    rooms = {name.split(".")[1] for name in NAMES if name.startswith("steps.")}
    assert rooms - SHARED_BY_STEPS == {step.name for step in STEPS}
    assert [step.name for step in STEPS[7:]] == ["monitoring"]  # ours, beside the guide's seven


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_packages_of_others_stay_in_their_rooms(path: Path) -> None:
    room = _name(path).split(".")[0]
    for name in _imports(path):
        package = name.split(".")[0]
        assert room in ONLY_IN.get(package, (room,)), f"{room} imports {package}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "lambda_src")))
def test_the_functions_sources_import_nothing_of_productsapi(path: Path) -> None:
    """They run elsewhere, with Python's library and the SDK beside them."""
    theirs = {"shared", "boto3", "botocore", "__future__"} | set(sys.stdlib_module_names)
    assert {name.split(".")[0] for name in _imports(path)} <= theirs


# -- a command's start -----------------------------------------------------------------------------

RUN = """
import runpy, sys
sys.argv = ["productsapi", *sys.argv[1:]]
try:
    runpy.run_module("productsapi", run_name="__main__", alter_sys=True)
except SystemExit as end:
    print("exit", end.code or 0)
print("loaded", *sorted(sys.modules))
"""


def _started(*arguments: str, folder: Path) -> tuple[int, set[str]]:
    """How a command ends, and every module that it loaded."""
    ran = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=folder, capture_output=True, check=True, text=True, timeout=30,
    )  # fmt: skip
    *_, ended, loaded = ran.stdout.splitlines()
    return int(ended.removeprefix("exit ")), set(loaded.split())


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["deploy", "--help"], ["local", "--help"], ["user", "--help"]],
    ids=" ".join,
)
def test_help_loads_nothing_of_what_the_commands_work_with(
    tmp_path: Path, arguments: list[str]
) -> None:
    code, loaded = _started(*arguments, folder=tmp_path)
    assert code == 0
    assert not loaded & {"boto3", "botocore", "ministack", "rich", "yaml", "urllib3", "asyncio"}


@pytest.mark.parametrize(
    ("text", "code"), [(None, 3), ("schema: 1\nstack: [", 3), ("schema: 1\nstakc: x\n", 3)]
)
def test_a_configuration_error_loads_neither_the_sdk_nor_the_emulator(
    tmp_path: Path, text: str | None, code: int
) -> None:
    if text is not None:
        (tmp_path / "bad.yaml").write_text(text)
    ended, loaded = _started("plan", "--local", "-c", "bad.yaml", folder=tmp_path)
    assert ended == code
    assert not loaded & {"boto3", "botocore", "ministack", "rich"}


# -- what every file keeps to ----------------------------------------------------------------------


@pytest.mark.parametrize("path", [*MODULES, *SOURCES], ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_is_longer_than_can_be_read_at_one_go(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_MODULE


def test_every_package_goes_into_the_wheel() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    listed = set(setup["options"]["packages"].split())
    packages = {f"productsapi.{_name(p)}".rstrip(".") for p in MODULES if p.name == "__init__.py"}
    assert packages <= listed


def _files() -> Iterator[Path]:
    """All text that belongs to the project: what tools and runs leave behind isn't looked at."""
    left_behind = re.compile(r"\.(?!ci$|gitattributes$|gitignore$)|__pycache__$|build$|dist$")
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT).parts
        if path.is_file() and not any(
            left_behind.match(part) or part.endswith(".egg-info") for part in inside
        ):
            yield path


def test_no_file_names_a_place_on_somebodys_machine() -> None:
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
        [sys.executable, "-m", *tool],
        cwd=ROOT, capture_output=True, check=False, text=True, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
