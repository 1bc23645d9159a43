"""Tracebacks tell the project's own files, with the lines that stand in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from productsapi.config import Config
from productsapi.dev.tracebacks import Tracebacks

Packed = Callable[[], Mapping[str, bytes]]
UNPACKED = "/p/.productsapi/tmp/ministack-lambda-x/code"


def test_a_logged_frame_has_its_source_line(config: Config, packed: Packed) -> None:
    lines = ["ZeroDivisionError", f"  {UNPACKED}/shared/rules.py:2 in rule"]
    assert Tracebacks(config, packed()).logged("get", lines) == [
        "ZeroDivisionError",
        "  lambda_src/shared/rules.py:2 in rule",
        "      return 1 / 0",
    ]


def test_the_line_is_that_of_the_live_code(config: Config, packed: Packed) -> None:
    """Not of the file, which may have been edited since."""
    tracebacks = Tracebacks(config, packed())
    (config.sources / "shared" / "rules.py").write_text("\n\n\n", "utf-8")
    reported = tracebacks.logged("get", ["  /var/task/shared/rules.py:2 in rule"])
    assert reported[-1].strip() == "return 1 / 0"


def test_frames_of_others_stay_as_they_are(config: Config, packed: Packed) -> None:
    lines = ["  /usr/lib/python3/json/decoder.py:3 in decode", "  /p/code/shared/none.py:1 in x"]
    assert Tracebacks(config, packed()).logged("get", lines) == lines


def test_a_line_past_the_end_has_no_source(config: Config, packed: Packed) -> None:
    reported = Tracebacks(config, packed()).logged("get", ["  /x/code/shared/rules.py:99 in rule"])
    assert reported == ["  lambda_src/shared/rules.py:99 in rule"]


def test_the_emulators_own_frame_is_left_out(config: Config, packed: Packed) -> None:
    tracebacks = Tracebacks(config, packed())
    lines = [
        "hello",
        "Traceback (most recent call last):",
        '  File "/p/tmp/x/_worker.py", line 128, in run',
        "    result = handler_fn(event, context)",
        "             ^^^^^^^^^^",
        f'  File "{UNPACKED}/lambda_function.py", line 4, in lambda_handler',
        "    return rule()",
        "ValueError: odd",
    ]
    reported = [each for line in lines if (each := tracebacks.printed("get", line)) is not None]
    assert reported == [
        "hello",
        "Traceback (most recent call last):",
        "  lambda_src/get_product/lambda_function.py:4 in lambda_handler",
        "    return rule()",
        "ValueError: odd",
    ]


def test_a_module_that_can_not_be_imported_says_why(config: Config, packed: Packed) -> None:
    (config.sources / "shared" / "rules.py").write_text("import nosuch_module\n", "utf-8")
    tracebacks = Tracebacks(config, packed())
    assert tracebacks.of_the_import("get") == [
        "  lambda_src/get_product/lambda_function.py:1 in <module>",
        "    from shared.rules import rule",
        "  lambda_src/shared/rules.py:1 in <module>",
        "    import nosuch_module",
        "ModuleNotFoundError: No module named 'nosuch_module'",
    ]


def test_one_that_can_be_imported_says_nothing(config: Config, packed: Packed) -> None:
    assert Tracebacks(config, packed()).of_the_import("get") == []
