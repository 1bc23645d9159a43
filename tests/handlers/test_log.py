"""One JSON line for each request, and nothing in it that a caller sent in confidence."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest
from harness import ALICE, HANDLERS, SMARTPHONE, Api, event
from made_apis import memory_api
from shared.log import traceback_of


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_g15_a_line_says_what_happened(capsys: pytest.CaptureFixture[str]) -> None:
    """And by which id: a caller may choose the first one, and nobody the extended one."""
    memory_api().send("get", event("get_item"))
    (entry,) = lines(capsys)
    assert isinstance(entry.pop("durationMs"), float)
    assert entry == {
        "level": "INFO",
        "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        "extendedRequestId": "JKJaXmPLvHcESHA=",
        "route": "GET /products/{productId}",
        "status": 404,
        "sub": ALICE,
        "code": "product_not_found",
    }


def test_success_has_no_code(capsys: pytest.CaptureFixture[str]) -> None:
    memory_api().send("create", event("post"))
    (entry,) = lines(capsys)
    assert (entry["status"], entry["route"], "code" in entry) == (201, "POST /products", False)


def test_who_may_not_write_is_named_unknown_ones_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    memory_api(WRITE_GROUPS="admins").send("create", event("post"))
    memory_api().send("create", event("post_null_claims"))
    known, unknown = lines(capsys)
    assert (known["status"], known["sub"]) == (403, ALICE)
    assert (unknown["status"], unknown["sub"]) == (401, None)


@pytest.mark.parametrize("name", ["post", "post_access_token", "post_form", "put_emulator"])
@pytest.mark.parametrize("handler", HANDLERS)
def test_no_token_body_or_header_is_ever_logged(
    handler: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = event(name)
    for table in (memory_api().client, None):  # None: every use of it fails, with a traceback
        for body in (made["body"], '{"confidential": "confidential', '{"stock": "confidential"}'):
            Api(table).send(handler, {**made, "body": body})
    Api(None).send("get", event("get_item"))
    out = capsys.readouterr()
    assert "traceback" in out.out
    for secret in ("SECRET", "Smartphone", "confidential", "alice@example.com", "curl", "192.0.2"):
        assert secret not in out.out + out.err


@pytest.mark.parametrize(
    ("level", "statuses"),
    [
        ("INFO", [201, 409, 500]),
        ("ERROR", [500]),
        ("debug", [201, 409, 500]),
        ("?", [201, 409, 500]),
    ],
)
def test_the_level_says_how_much(
    level: str, statuses: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    api = memory_api(LOG_LEVEL=level)
    api.post(SMARTPHONE)
    api.post(SMARTPHONE)
    Api(None, LOG_LEVEL=level).post(SMARTPHONE)
    assert [entry["status"] for entry in lines(capsys)] == statuses


def test_a_line_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    made = event("get_item")
    made["resource"] = 'a\nb{"\u2028\ud800' + "x" * 1000
    made["requestContext"]["requestId"] = "a\nb"
    memory_api().send("get", made)
    (entry,) = lines(capsys)
    assert len(entry["route"]) < 300


def test_a_log_that_cannot_be_written_spoils_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = io.StringIO()
    broken.close()
    api = memory_api()
    monkeypatch.setattr(sys, "stdout", broken)
    reply = api.post(SMARTPHONE)
    monkeypatch.undo()
    assert reply.status == 201


@pytest.mark.parametrize(
    ("header", "reported"),
    [
        ("Root=1-5759e988-bd862e3f;Parent=53995c3f42cd8ad8;Sampled=1", "1-5759e988-bd862e3f"),
        ("Root=1-5759e988-bd862e3f;Parent=53995c3f42cd8ad8;Sampled=0", None),
        ("Sampled=1", None),
        ("", None),
    ],
)
def test_a_traced_request_names_its_trace(
    capsys: pytest.CaptureFixture[str], header: str, reported: str | None
) -> None:
    """One that X-Ray doesn't keep has none to be looked for."""
    memory_api(_X_AMZN_TRACE_ID=header).list()
    [entry] = lines(capsys)
    assert entry.get("traceId") == reported


def test_a_traceback_names_what_led_to_the_error() -> None:
    """What was being handled meanwhile too, unless `from None` says that it doesn't matter."""

    def names(*, of_its_own: bool) -> list[str]:
        try:
            try:
                int("secret")
            except ValueError:
                if of_its_own:
                    raise LookupError("secret") from None
                raise LookupError("secret")  # noqa: B904
        except LookupError as error:
            return [line for line in traceback_of(error) if not line.startswith(" ")]

    assert names(of_its_own=False) == ["LookupError", "ValueError"]
    assert names(of_its_own=True) == ["LookupError"]
