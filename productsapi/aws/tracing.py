"""Each request to AWS, reported as it happens to whoever traces a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from productsapi.aws.command_line import Command, command
from productsapi.aws.masking import masked


@dataclass(frozen=True)
class TracedCall:
    """One request with its answer; what it sent is masked. A repeated one is reported each time.

    `status`, `request_id`: None where no answer came. `error` is AWS's code, or what kept the
    answer from coming; empty where there is none.
    """

    began: datetime
    seconds: float
    service: str
    operation: str
    params: Mapping[str, Any]
    command: Command
    status: int | None
    error: str
    request_id: str | None


TRACED = "productsapi.traced"
"""The name, in a request's context, of what was noted as it was sent."""

Trace = Callable[[TracedCall], None]
"""Called from several threads; never raises, since what was sent may have taken effect."""


def traced(
    client: Any,
    service: str,
    trace: Trace,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Report the requests of a botocore client, by the events that it emits for each."""

    def given(params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        context[TRACED] = now(), clock(), model, dict(params)

    def answered(http_response: Any, parsed: Any, context: dict[str, Any], **_: Any) -> None:
        request_id = parsed.get("ResponseMetadata", {}).get("RequestId")
        error = parsed.get("Error", {}).get("Code", "")
        report(context, http_response.status_code, error, request_id)

    def unanswered(exception: Exception, context: dict[str, Any], **_: Any) -> None:
        report(context, None, type(exception).__name__, None)

    def report(context: Any, status: int | None, error: str, request_id: str | None) -> None:
        began, started, model, params = context[TRACED]
        shown = masked(model.name, model.input_shape, params)
        cli_command = command(service, model.name, model.input_shape, shown)
        seconds = clock() - started
        trace(
            TracedCall(
                began, seconds, service, model.name, shown, cli_command, status, error, request_id
            )
        )

    client.meta.events.register_last("before-parameter-build", given)
    client.meta.events.register_last("after-call", answered)
    client.meta.events.register_last("after-call-error", unanswered)
