"""Who must be refused, is: on every route, without a token and with every wrong one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from productsapi.api_client import Answer
from productsapi.api_client.explain import SERVER_ERROR
from productsapi.api_client.token_store import Tokens
from productsapi.errors import RequestFailed
from productsapi.operations.finding import Finding, State, worst
from productsapi.operations.verify import forged_tokens
from productsapi.operations.verify.api import Api, Reply, by_function, log_of, path_of
from productsapi.routes import KEY_HEADER, ROUTES, Route

KEPT_OUT = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
NO_ACCESS = {HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS}
"""Statuses that let nobody in, unless a function says so: another host answers, or the limit."""
REDEPLOY_COMMAND = "productsapi deploy"
BODIES = {method: {"stock": 1} for method in ("PUT", "PATCH")}


class InvalidCredential(NamedTuple):
    """`by_function` is the code by which a function may refuse it, where the gateway doesn't."""

    name: str
    token: str | None
    by_function: str | None = None


NO_TOKEN = InvalidCredential("no token", None)


def invalid_credentials(tokens: Tokens, groups: tuple[str, ...]) -> tuple[InvalidCredential, ...]:
    """Made from a good sign-in; one who claims to be in `groups` too."""
    good = tokens.id_token
    return (
        InvalidCredential("another signature", forged_tokens.other_signature(good)),
        InvalidCredential("other claims", forged_tokens.other_claims(good, groups)),
        InvalidCredential("no signature (alg none)", forged_tokens.unsigned(good)),
        InvalidCredential("the access token", tokens.access_token, "id_token_required"),
    )


def refused(
    api: Api, credential: InvalidCredential, product: dict[str, object], again: str = ""
) -> Finding:
    """Each route. What is open counts at once; what only isn't known everywhere yet is repeated."""
    check = f"refuses {credential.name}{again}"
    found = [Finding(check, *_checked_route(api, route, credential, product)) for route in ROUTES]
    bad = [finding for finding in found if finding.state is not State.OK]
    if not bad:
        return Finding(check, State.OK, f"on all {len(found)} routes")
    text = "\n".join(finding.text for finding in bad)
    fixes = [finding.fix for finding in bad]
    fix = REDEPLOY_COMMAND if REDEPLOY_COMMAND in fixes else fixes[0]
    return Finding(check, worst(bad), text, fix)


def _checked_route(
    api: Api, route: Route, credential: InvalidCredential, product: dict[str, object]
) -> tuple[State, str, str]:
    """State, text, and what to do: a function's crash isn't fixed by deploying the same code."""
    body = product if route.method == "POST" else BODIES.get(route.method)
    try:
        path = path_of(route, str(product["productId"]))
        reply = api.patiently(route.method, path, credential.token, body=body)
    except RequestFailed as error:
        return State.FAILED, f"{route}: {error.message}", REDEPLOY_COMMAND
    state, reported = checked_answer(reply.answer, credential.by_function)
    return (
        state,
        f"{route}: {reported}{_crash_text(reply)}",
        _suggested_fix(reply, route.method, path),
    )


def checked_answer(answer: Answer, known_refusal: str | None) -> tuple[State, str]:
    """A refusal is the gateway's own 401. Whatever a function answers, it was let through to it."""
    code = by_function(answer)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        if code is None or code == known_refusal:
            return State.OK, "401"
        return (
            State.OPEN,
            f"401 by the function itself ({code}): the gateway lets everybody through",
        )
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return State.FAILED, f"{answer.status} instead of 401"
    if answer.status == HTTPStatus.FORBIDDEN and code is None:
        return State.FAILED, "403 by the gateway instead of 401: it serves no such route"
    if answer.status in NO_ACCESS and code is None:
        return State.FAILED, f"{answer.status} instead of 401, and not by a function"
    return State.OPEN, f"{answer.status} instead of 401"


def without_key(api: Api, token: str, product: dict[str, object]) -> Iterator[Finding]:
    """A signed-in user who sends no API key, or a wrong one: the gateway says 403 by itself."""
    tries = {"no API key": None, "a wrong API key": secrets.token_hex(32)}
    for name, key in tries.items():
        check = f"refuses {name}"
        bad = []
        for route in ROUTES:
            body = product if route.method == "POST" else BODIES.get(route.method)
            path = path_of(route, str(product["productId"]))
            headers = {KEY_HEADER: key} if key else {}
            answer = api.once(route.method, path, token, body=body, headers=headers, with_key=False)
            if answer.status != HTTPStatus.FORBIDDEN or by_function(answer) is not None:
                state = State.FAILED if answer.status >= SERVER_ERROR else State.OPEN
                bad.append(Finding(check, state, f"{route}: {answer.status} instead of 403"))
        if bad:
            text = "\n".join(finding.text for finding in bad)
            yield Finding(check, worst(bad), text, REDEPLOY_COMMAND)
        else:
            yield Finding(check, State.OK, f"on all {len(ROUTES)} routes")


def kept_out(
    api: Api,
    who: str,
    token: str,
    tries: Mapping[str, tuple[str, dict[str, Any] | None]],
    code: str,
) -> Iterator[Finding]:
    """A signed-in user who may read but not do this, by the code of the functions' refusal."""
    check = f"refuses {who}"
    bad = []
    for method, (path, body) in tries.items():
        reply = api.patiently(method, path, token, body=body)
        answer = reply.answer
        if answer.status == HTTPStatus.FORBIDDEN and by_function(answer) == code:
            continue
        kept = answer.status in KEPT_OUT or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        state = State.FAILED if kept else State.OPEN  # a 404 too: it was let look
        text = f"{method}: {answer.status} {by_function(answer) or ''}".rstrip()
        text = f"{text} instead of 403 {code}{_crash_text(reply)}"
        bad.append(Finding(check, state, text, _suggested_fix(reply, method, path)))
    if not bad:
        yield Finding(check, State.OK, f"{', '.join(tries)}: 403 {code}")
    yield from bad


def _crash_text(reply: Reply) -> str:
    return f": {reply.crash}" if reply.crash else ""


def _suggested_fix(reply: Reply, method: str, path: str) -> str:
    """The gateway says 502 of a function that crashes, and 504 of one that is slow."""
    own = {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
    return log_of(method, path) if reply.answer.status in own else REDEPLOY_COMMAND
