"""What happens to every request: who calls, the function's own rule, an answer, one line of log."""

from __future__ import annotations

import contextlib
import os
import time
from datetime import datetime, timezone
from http import HTTPStatus
from typing import Any, Callable, Mapping

from shared.answers import Answer, proxy_response, refused
from shared.claims import Caller, caller_of, must_be_writer
from shared.log import level_of, line, traceback_of
from shared.problems import Problem
from shared.products import Products
from shared.request import Request, read
from shared.service_errors import is_denied, is_passing
from shared.settings import Settings, settings_of

Rule = Callable[[Request, Products], Answer]
Within = Callable[[float], Any]
"""DynamoDB's calls, all of which end within so many seconds."""

ANSWERING_S = 0.5
"""Kept of a request's time, to tell the caller what went wrong."""
WITHOUT_LAMBDA_S = 9.5

SPREADING_S = 240
"""An environment that starts just after its role got a right may be refused it for minutes (177 s
were seen); a right that is still missing then is missing (K6)."""
DENIED_YET, DENIED = "table_access_denied_yet", "table_access_denied"
"""In the log; a caller only learns whether to repeat."""
ASKED = "productsapi:rights"
"""What an event of ours has. The gateway's never do: their outermost names are its own."""


def utc_now() -> str:
    """2026-11-22T18:00:00.000Z."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    return now.replace("+00:00", "Z")


def dynamodb() -> Within:
    """Loaded when one is really needed, never by a test of the rules."""
    from shared.dynamodb import connect

    return connect()


class Handler:
    """A rule as a Lambda handler. Whatever comes in, and whatever goes wrong, it answers."""

    def __init__(
        self,
        rule: Rule,
        *,
        changes: bool,
        environment: Mapping[str, str] = os.environ,
        connect: Callable[[], Within] = dynamodb,
        now: Callable[[], str] = utc_now,
    ) -> None:
        self.rule = rule
        self.changes = changes  # only writers may call it
        self.environment = environment
        self.origins = environment.get("CORS_ORIGIN", "").replace(",", " ").split() or ["*"]
        self.log_level = environment.get("LOG_LEVEL", "").strip().upper()
        self.connect = connect
        self.now = now
        self.began = time.monotonic()
        self.settings: Settings | None = None
        self.within: Within | None = None
        if "AWS_LAMBDA_FUNCTION_NAME" in environment:
            with contextlib.suppress(Exception):  # the first request meets it again, and logs it
                self._open()

    def using(
        self,
        environment: Mapping[str, str],
        connect: Callable[[], Within],
        now: Callable[[], str] = utc_now,
    ) -> Handler:
        """The same rule elsewhere: with another environment, table and clock."""
        return Handler(
            self.rule, changes=self.changes, environment=environment, connect=connect, now=now
        )

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        if isinstance(event, dict) and ASKED in event:
            return self._rights(event[ASKED], context)
        started = time.perf_counter()
        request = read(event, context)
        caller: Caller | None = None
        entry: dict[str, Any] = {}
        try:
            settings, within = self._open()
            caller = caller_of(request.claims, settings)
            if self.changes:
                must_be_writer(caller, settings)
            table = within(_seconds_left(context))
            answer = self.rule(request, Products(table, settings, caller, self.now()))
            response = proxy_response(answer, request, self.origins)
        except Exception as error:  # noqa: BLE001 - nothing is raised to the gateway: it says 502
            spreading = time.monotonic() - self.began < SPREADING_S
            problem = _problem_of(error, spreading)
            entry["code"] = problem.code
            if is_denied(error):  # somebody must look, also where a moment cures it
                entry.update(level="ERROR", code=DENIED_YET if spreading else DENIED)
            if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                entry["traceback"] = traceback_of(error)
            response = proxy_response(refused(problem, request), request, self.origins)
        self._log(request, caller, response, started, entry)
        return response

    def _rights(self, asked: Any, context: Any) -> dict[str, Any]:
        """Which of the operations asked for the role isn't allowed; for who may invoke it."""
        from shared.rights import denied

        settings, within = self._open()
        return denied(asked, within(_seconds_left(context)), settings)

    def _open(self) -> tuple[Settings, Within]:
        if self.settings is None:
            self.settings = settings_of(self.environment)
        if self.within is None:
            self.within = self.connect()
        return self.settings, self.within

    def _log(
        self,
        request: Request,
        caller: Caller | None,
        response: dict[str, Any],
        started: float,
        entry: dict[str, Any],
    ) -> None:
        status = response["statusCode"]
        with contextlib.suppress(Exception):  # a request that was served stays served
            line(
                self.log_level,
                {
                    "level": level_of(status),
                    "requestId": request.id,
                    "extendedRequestId": request.extended_id,
                    "route": request.route,
                    "status": status,
                    "durationMs": round((time.perf_counter() - started) * 1000, 3),
                    "sub": caller.sub if caller else None,
                    **_trace(self.environment),
                    **entry,
                },
            )


def _trace(environment: Mapping[str, str]) -> dict[str, str]:
    """The id of the request's trace, where X-Ray keeps one: Root=1-…;Parent=…;Sampled=1."""
    parts = environment.get("_X_AMZN_TRACE_ID", "").split(";")
    fields = dict(part.split("=", 1) for part in parts if "=" in part)
    return {"traceId": fields["Root"]} if "Root" in fields and fields.get("Sampled") == "1" else {}


def _seconds_left(context: Any) -> float:
    """Until the answer must be on its way, whatever DynamoDB does."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return remaining() / 1000 - ANSWERING_S if remaining else WITHOUT_LAMBDA_S


def _problem_of(error: Exception, spreading: bool) -> Problem:
    if isinstance(error, Problem):
        return error
    passes = is_passing(error) or (is_denied(error) and spreading)
    return Problem("busy" if passes else "internal_error")
