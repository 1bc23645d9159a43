"""What each kind of log line says."""

from __future__ import annotations

import json

import pytest
from watch_world import access, end, ours, reported, start

from productsapi.operations.telemetry.log_lines import holds, in_words, is_at_least, read

ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
OWN = "18fab177-944f-44f1-992f-30e47aa869a9"

TIMED_OUT = f"2026-11-22T21:28:03.711Z {OWN} Task timed out after 10.01 seconds\n\n"
KILLED = f"RequestId: {OWN} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n"
LOGGED = f"[WARNING]\t2026-11-22T21:28:03.711Z\t{OWN}\tsomething is odd\n"
RAISED = "[ERROR] KeyError: 'x'\rTraceback (most recent call last):\r  File \"/var/task/x.py\"\n"
UNREADABLE = "[ERROR] Runtime.UserCodeSyntaxError: Syntax error in module 'lambda_function'\rTrace"
UNLOADABLE = "[ERROR] Runtime.ImportModuleError: Unable to import module 'lambda_function'\rTrace"
INIT_BROKEN = "INIT_REPORT Init Duration: 9 ms\tPhase: init\tStatus: error\tError Type: Runtime.X\n"
INIT = "INIT_START Runtime Version: python:3.13.v64\tRuntime Version ARN: arn:aws:lambda\n"
INIT_FAILED = "INIT_REPORT Init Duration: 9999.99 ms\tPhase: init\tStatus: timeout\n"


@pytest.mark.parametrize(
    ("message", "level"),
    [
        (ours(ID), "INFO"),
        (ours(ID, level="ERROR"), "ERROR"),
        (access(ID, status="200"), "INFO"),
        (access(ID, status="404"), "INFO"),
        (access(ID, status="503"), "WARNING"),
        (access(ID, status="502"), "ERROR"),
        (access(ID, status="-"), None),
        ('{"level": "warn"}', "WARNING"),
        ('{"level": "fatal"}', "ERROR"),
        ('{"level": "loud"}', None),
        ('{"level": 3}', None),
        (LOGGED, "WARNING"),
        (RAISED, "ERROR"),
        ("[CRITICAL] no more", "ERROR"),
        ("[create] is no level", None),
        (TIMED_OUT, "ERROR"),
        (KILLED, "ERROR"),
        ("LAMBDA_WARNING: Unhandled exception.", "WARNING"),
        (reported(OWN, status="timeout"), "ERROR"),
        (reported(OWN, status="error"), "ERROR"),
        (INIT_FAILED, "ERROR"),
        (INIT_BROKEN, "ERROR"),
        (UNREADABLE, "ERROR"),
        (UNLOADABLE, "ERROR"),
        (reported(OWN), None),
        (start(OWN), None),
        (end(OWN), None),
        (INIT, None),
        ("printed by somebody", None),
        ("", None),
        ("{broken", None),
        ("[1, 2]", None),
    ],
)
def test_the_level_of_a_line(message: str, level: str | None) -> None:
    assert read(message).level == level


def test_lambdas_own_lines_are_told_apart() -> None:
    own = [
        start(OWN),
        end(OWN),
        reported(OWN),
        INIT,
        INIT_FAILED,
        "EXTENSION\tName: x\tState: Ready",
    ]
    others = [ours(ID), access(ID), LOGGED, RAISED, TIMED_OUT, KILLED, "START here", "REPORT"]
    assert all(read(message).of_lambda for message in own)
    assert not any(read(message).of_lambda for message in others)


@pytest.mark.parametrize(
    "message", [start(OWN), end(OWN), reported(OWN), TIMED_OUT, KILLED, LOGGED]
)
def test_lambdas_id_is_found_wherever_it_stands(message: str) -> None:
    assert read(message).invocation == OWN
    assert read(message).request_id == OWN
    assert read(message).ids == {OWN}


def test_our_own_line_has_the_gateways_id() -> None:
    line = read(ours(ID))
    assert (line.request_id, line.ids, line.invocation) == (ID, {ID}, None)


def test_an_access_log_has_every_id_that_there_is() -> None:
    assert read(access(ID, OWN)).ids == {ID, f"ext-{ID}=", OWN}
    assert read(access(ID, "-")).ids == {ID, f"ext-{ID}="}, "a refused request met no function"
    assert read(access(ID, OWN)).request_id == ID


@pytest.mark.parametrize("message", [RAISED, "", "x", '{"requestId": 7}', '{"requestId": ""}'])
def test_who_reports_no_id_has_none(message: str) -> None:
    assert read(message).request_id is None
    assert read(message).ids == set()


def test_a_level_and_above() -> None:
    assert is_at_least("ERROR", "WARNING")
    assert is_at_least("WARNING", "WARNING")
    assert not is_at_least("INFO", "WARNING")
    assert not is_at_least(None, "DEBUG"), "what has no level has none above it"


# -- for reading -------------------------------------------------------------------------------


def test_our_line_is_read_from_what_matters_most() -> None:
    message = ours(ID, status=404, code="product_not_found", sub=None)
    (text,) = in_words(message)
    assert text == f"404 GET /products requestId={ID} durationMs=3.5 code=product_not_found"


def test_a_traceback_stands_below() -> None:
    message = ours(
        ID, status=500, level="ERROR", traceback=["ClientError: X on Y", "  a.py:7 in b"]
    )
    first, *below = in_words(message)
    assert first.startswith("500 GET /products")
    assert "traceback" not in first
    assert below == ["ClientError: X on Y", "  a.py:7 in b"]


def test_what_python_says_has_its_own_lines_again() -> None:
    """Lambda joins them with carriage returns, which would write them over each other."""
    assert in_words(RAISED) == [
        "[ERROR] KeyError: 'x'", "Traceback (most recent call last):", '  File "/var/task/x.py"',
    ]  # fmt: skip


@pytest.mark.parametrize("bad", ["\x1b[2J", "\x07", "\x9b1m", "\u202e", "\u2028", "\x00"])
def test_no_line_steers_the_terminal(bad: str) -> None:
    """A caller chooses the user agent that an access log records."""
    for message in (f"raw {bad} text", json.dumps({"userAgent": bad}), json.dumps({bad: 1})):
        text = "\n".join(in_words(message))
        assert bad not in text
        assert bad.encode("unicode_escape").decode() in text


def test_a_text_is_found_as_logged_and_as_read() -> None:
    message = json.dumps({"code": "Größe", "note": 'a"b[c].*'})
    assert holds(message, "Größe")
    assert holds(message, '"note": "a')
    assert holds(message, 'a"b[c].*')
    assert not holds(message, "größe"), "the case counts"
    assert not holds(message, "a.b")


def test_any_line_can_be_read() -> None:
    for message in ("", "\n", "{}", "{" * 100_000, '{"a":' * 5_000 + "1" + "}" * 5_000, "null"):
        read(message)
        in_words(message)
