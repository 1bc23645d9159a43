"""A source that the runtime can't read is reported with file, line and a marker; no line is run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from productsapi import function_code, packaging, syntax
from productsapi.config import Config
from productsapi.config.model import Functions
from productsapi.errors import ConfigError
from productsapi.syntax import checking, compile_check

PATH = Path("lambda_src/get_product/lambda_function.py")
THIS = f"python{sys.version_info[0]}.{sys.version_info[1]}"
OTHER = (sys.version_info[0], sys.version_info[1] + 1)


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, with no Python in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def run_by_another(monkeypatch: pytest.MonkeyPatch, path: Path) -> Callable[[str], None]:
    """Makes a script the runtime's interpreter, as if productsapi ran on another Python."""

    def make(script: str, version: tuple[int, int] = OTHER) -> None:
        monkeypatch.setattr(checking, "THIS", version)
        (path / THIS).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        (path / THIS).chmod(0o755)

    return make


def reported(source: bytes, runtime: str = THIS) -> str:
    try:
        syntax.check({PATH: source, Path("notes.txt"): b"def ("}, runtime)
    except ConfigError as error:
        return error.message
    return ""


@pytest.mark.parametrize(
    "source",
    [b"", b"x = 1\n", b"\xef\xbb\xbfx = 1\n", b"# coding: latin-1\nx = '\xe9'\n", b"'\\d'\n"],
)
def test_what_can_be_read_is_taken(source: bytes) -> None:
    """A warning is no error, and a byte order mark is UTF-8's."""
    assert reported(source) == ""


@pytest.mark.parametrize(
    ("source", "where", "said", "marked"),
    [
        (b"x = 1\nif x\n", ":2", "expected ':'", "    if x\n        ^"),
        (b"x = 1\nreturn x\n", ":2", "'return' outside function", "    return x\n    ^"),
        (b"if 1:\n\tx = (1,\n", ":2", "'(' was never closed", "    \tx = (1,\n    \t    ^"),
        ("é = 'ä' +\n".encode(), ":1", "invalid syntax", "    é = 'ä' +\n             ^"),
        (b"await x\n", ":1", "'await' outside function", "    await x\n    ^"),
        (b"x = 1\n\0\n", ":2", "a null byte (is it UTF-16?)", ""),
        (b"# coding: nonsense\n", "", "unknown encoding", ""),
        (b"x = '\xe9'\n", "", "codec can't decode byte 0xe9", ""),
        (b"\xef\xbb\xbf# coding: latin-1\n", "", "encoding problem", ""),
        (b"-" * 100_000 + b"1", "", "too deeply nested", ""),
        (b"x = " + b"1 + " * 60 + b")\n", ":1", "unmatched ')'", "+ )\n" + " " * 122 + "^"),
    ],
)
def test_a_fault_has_file_line_and_marker(
    source: bytes, where: str, said: str, marked: str
) -> None:
    message = reported(source)
    assert message.startswith(f"{PATH}{where}")
    assert f": {THIS} can't read it: " in message
    assert said in message
    assert message.endswith(marked)


def test_an_older_runtimes_grammar_counts() -> None:
    """Where its own interpreter isn't there: what Python knows of older grammars."""
    source = b"match x:\n    case 1:\n        pass\n"
    assert reported(source) == ""
    assert "python3.9 can't read it: Pattern matching is only" in reported(source, "python3.9")


def test_no_line_of_a_source_is_run() -> None:
    assert reported(b"raise SystemExit(7)\n") == ""
    assert reported(b"import nowhere_to_be_found\n") == ""


def test_the_runtimes_own_interpreter_judges(run_by_another: Callable[..., None]) -> None:
    run_by_another(f'echo "[[3, {sys.version_info[1]}], \\"cpython\\", '
                   f'[[\\"{PATH}\\", 1, 1, \\"as it says\\"]]]"')  # fmt: skip
    assert f"{PATH}:1: {THIS} can't read it: as it says" in reported(b"x = 1\n")


def test_it_is_asked_with_the_very_sources(run_by_another: Callable[..., None]) -> None:
    run_by_another(f'exec "{sys.executable}" "$@"')
    assert reported(b"x = 1\n") == ""
    assert "'return' outside function" in reported(b"return\n")


@pytest.mark.parametrize(
    "script",
    [
        "exit 127",
        "echo nonsense",
        "echo '[[2, 7], \"cpython\", []]'",
        f"echo '[[3, {sys.version_info[1]}], \"pypy\", []]'",
        "echo '[[3, 9]]'",
    ],
)
def test_a_stand_in_of_another_python_is_no_judge(
    run_by_another: Callable[..., None], script: str
) -> None:
    """A version manager's, whose version isn't installed: this Python judges instead."""
    run_by_another(script)
    assert "'return' outside function" in reported(b"return\n")


def test_a_relative_folder_of_the_path_is_left_out(
    run_by_another: Callable[..., None], monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    """It would be whatever lies in the project."""
    run_by_another("exit 1")
    (path / THIS).write_text("#!/bin/sh\ntouch run\n", "utf-8")
    monkeypatch.chdir(path)
    monkeypatch.setenv("PATH", ".:")
    reported(b"return\n")
    assert not (path / "run").exists()


def test_by_an_older_python_it_says_what_else_would_do() -> None:
    newer = f"python3.{sys.version_info[1] + 1}"
    with pytest.raises(ConfigError) as refused:
        syntax.check({PATH: b"if x\n"}, newer)
    assert f"{THIS} can't read it" in refused.value.message
    assert f"put {newer} on the PATH" in refused.value.hint


def test_each_file_is_reported_up_to_five() -> None:
    with pytest.raises(ConfigError) as refused:
        syntax.check({Path(f"{number}.py"): b"(" for number in range(7)}, THIS)
    assert refused.value.message.count("can't read it") == 5
    assert refused.value.message.endswith("… and 2 more files")


def test_an_error_inside_an_f_string_has_no_false_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(*_: object, **__: object) -> None:
        raise SyntaxError("invalid syntax", ("<fstring>", 1, 2, "(a b)\n"))

    monkeypatch.setattr("builtins.compile", compiled)
    assert compile_check.fault("a.py", b"x") == compile_check.Fault(
        "a.py", 0, 0, "invalid syntax: (a b)"
    )


def checked(config: Config) -> None:
    function_code.check(config, packaging.packages(config.sources))


def test_code_that_can_not_be_read_is_refused_once(tmp_path: Path) -> None:
    config = Config(
        schema=1, stack="shop", region="eu-west-2", path=tmp_path / "c.yaml",
        functions=Functions(runtime=THIS),
    )  # fmt: skip
    for function in ("create", "get", "update", "delete"):
        entry = config.sources / f"{function}_product" / "lambda_function.py"
        entry.parent.mkdir(parents=True)
        entry.write_text("from shared import x\n", "utf-8")
    shared = config.sources / "shared" / "x.py"
    shared.parent.mkdir()
    shared.write_text("x = 1\n", "utf-8")
    checked(config)
    shared.write_text("x = (\n", "utf-8")
    with pytest.raises(ConfigError, match=r"lambda_src/shared/x\.py:1: ") as refused:
        checked(config)
    assert refused.value.message.count("can't read it") == 1  # though it is in four zips


ANY = Config(schema=1, stack="shop", region="eu-west-2")


def failing(says: str) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise ConfigError(says)

    return fail


def test_sources_are_judged_beside_the_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judging ends only by what the block does meanwhile."""
    begun = Event()

    def check(*_: object) -> None:
        if not begun.wait(600):
            raise ConfigError("the look waits for the judging")

    monkeypatch.setattr(function_code, "check", check)
    with function_code.checking(ANY, {}):
        begun.set()


@pytest.mark.parametrize(
    ("check", "look", "reported"),
    [
        (failing("sources"), lambda: None, "sources"),
        (failing("sources"), failing("look"), "sources"),
        (lambda *_: None, failing("look"), "look"),
    ],
)
def test_a_source_at_fault_is_reported_before_a_look(
    check: Callable[..., None],
    look: Callable[[], None],
    reported: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(function_code, "check", check)
    with pytest.raises(ConfigError, match=reported), function_code.checking(ANY, {}):
        look()


def test_an_interrupt_waits_for_no_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    held, judged = Event(), Event()

    def check(*_: object) -> None:
        held.wait(60)
        judged.set()

    monkeypatch.setattr(function_code, "check", check)
    with pytest.raises(KeyboardInterrupt), function_code.checking(ANY, {}):
        raise KeyboardInterrupt
    assert not judged.is_set()
    held.set()
