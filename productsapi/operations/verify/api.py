"""The deployed API, asked from outside: once where it must refuse, patiently where it must work."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol

from productsapi.api_client import Answer
from productsapi.aws.retries import Cadence
from productsapi.errors import RequestFailed
from productsapi.gateway_problems import CODES
from productsapi.routes import KEY_HEADER, Route, content_type, route_of

SPREADING = Cadence(first=0.5, longest=4, total=60)
"""How long new rights, permissions and deployments take to be known everywhere in AWS (K11); for
all requests of a run together."""
STARTING = Cadence(first=0.25, longest=1, total=8)
"""The same on this machine, where nothing has to spread, and a function may have to start."""
THROTTLED = Cadence(first=0.5, longest=2, total=10)


class Send(Protocol):
    """As productsapi.api_client.send, which raises RequestFailed where there is no answer."""

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None
    ) -> Answer: ...


class Reply(NamedTuple):
    answer: Answer
    repeated: bool
    """Whether the request was made more than once: an earlier one may have taken effect."""
    crash: str | None = None
    """What crashed the function, where that is known."""


@dataclass
class Api:
    """`wait` pauses for so many seconds, printing why. `key` goes with each request but OPTIONS.

    `crash` says what crashed a function, by its name in routes.py, if an answer is due to that.
    """

    url: str
    send: Send = field(repr=False)
    wait: Callable[[float, str], None] = field(repr=False)
    key: str | None = field(default=None, repr=False)
    crash: Callable[[str, Answer], str | None] = field(default=lambda *_: None, repr=False)
    spreading: Iterator[float] = field(default_factory=SPREADING.pauses, repr=False)

    def once(  # noqa: PLR0913 - a request's parts
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        with_key: bool = True,
    ) -> Answer:
        """The API's answer; only the stage's own rate limit, which is none, is waited for.

        What is read is never a cached answer: those are cached under another If-None-Match.
        """
        sent = dict(headers or {})
        if self.key and with_key and method != "OPTIONS":
            sent[KEY_HEADER] = self.key
        if method == "GET":
            sent.setdefault("If-None-Match", f'"{secrets.token_hex(6)}"')
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            sent["Content-Type"] = content_type(method)
        content = None if body is None else json.dumps(body).encode()
        for seconds in THROTTLED.pauses():
            answer = self.send(method, self.url + path, headers=sent, body=content)
            if answer.status != HTTPStatus.TOO_MANY_REQUESTS:
                return answer
            self.wait(seconds, "the stage's rate limit is reached")
        return answer

    def patiently(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """The same, but asked again while it answers as a deployment does that isn't known yet.

        Code that can't be loaded isn't waited for.

        Raises RequestFailed where there is still no answer at the end.
        """
        repeated = False
        while True:
            failure: RequestFailed | None = None
            try:
                answer = self.once(method, path, token, body=body, headers=headers)
            except RequestFailed as error:
                failure, said = error, "doesn't answer"
            else:
                said = f"answers {answer.status}"
                function = function_of(method, path)
                crash = self.crash(function, answer) if function else None
                if crash or not not_yet(answer):
                    return Reply(answer, repeated, crash)
            seconds = next(self.spreading, None)
            if seconds is None and failure:
                raise failure
            if seconds is None:
                return Reply(answer, repeated)
            self.wait(
                seconds, f"{method} {path} {said}; new rights take AWS some seconds to spread"
            )
            repeated = True


def by_function(answer: Answer) -> str | None:
    """The code of a refusal that a function made; None for what the gateway itself says."""
    reported = answer.json()
    code = reported.get("code") if isinstance(reported, dict) else None
    return code if isinstance(code, str) and code not in CODES else None


def not_yet(answer: Answer) -> bool:
    """Whether it is what the gateway says as long as permission, role or deployment is too new."""
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return True
    return answer.status == HTTPStatus.FORBIDDEN and by_function(answer) is None


def function_of(method: str, path: str) -> str | None:
    """The function behind a request; None for what the gateway answers itself."""
    route = route_of(method, path)
    return route.function if route else None


def log_of(method: str, path: str) -> str:
    """The command that shows more about what went wrong behind a request."""
    return f"productsapi logs {function_of(method, path) or ''}".rstrip()


def path_of(route: Route, product_id: str) -> str:
    return route.path.replace("{productId}", product_id)
