"""Why the API answered so, in plain words, for someone who didn't build it.

No advice harms others than the caller: none is to rotate the key, to let more people write, or to
name all of a user's groups again, which would take those away that aren't named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from shlex import quote

from productsapi.api_client import Answer
from productsapi.api_client.token_store import claims_of, groups_in
from productsapi.config.access import Auth
from productsapi.gateway_problems import OF_KEYS, TYPE
from productsapi.routes import ROUTES, route_of
from productsapi.status_meanings import STATUS_MEANINGS

SERVER_ERROR = 500


class Key(Enum):
    """Where the API key that was sent came from."""

    UNKNOWN = "unknown"
    NOT_ASKED = "the configuration asks for none"
    LEFT_AWAY = "--no-key"
    OWN = "the caller's"
    KEPT = "Secrets Manager"


@dataclass(frozen=True)
class Caller:
    """The caller's side: its token, who of those signed in here that is, its key.

    `auth` is what the configuration says, which may be another one than what is deployed.
    """

    token: str | None = None
    user: str | None = None
    key: Key = Key.UNKNOWN
    auth: Auth = field(default_factory=Auth)


def explain(answer: Answer, method: str, path: str, caller: Caller, now: float) -> str:
    """Empty for a success. What is in backticks are commands.

    By `code`, for the functions and API Gateway both answer problem details. What has none of ours
    was said by something else: a deployment of before, a firewall, a proxy, another host.
    """
    if not answer.refused:
        return ""
    reported = answer.json()
    problem = reported if isinstance(reported, dict) else {}
    ours = str(problem.get("type", "")).startswith(TYPE)
    code = str(problem.get("code", "")) if ours else ""
    words = str(problem.get("detail" if ours else "message", ""))
    if _is_no_route(answer, method, code, words):
        return _unknown_route(method, path)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return _unauthorized(caller.token, now)
    if _is_of_the_key(answer, code, words, caller):
        return OF_THE_KEY[caller.key] if answer.status == HTTPStatus.FORBIDDEN else USED_UP
    if code in OF_CODES:
        return OF_CODES[code].format(words=words)
    if ours and answer.status == HTTPStatus.FORBIDDEN:
        return _forbidden(code, caller)
    if not ours and answer.status in NOT_OURS and method != "HEAD":
        return NOT_OURS[answer.status]
    return _meaning(answer.status)


def _meaning(status: int) -> str:
    if status in STATUS_MEANINGS:
        return f"{STATUS_MEANINGS[status]} {NEXT.get(status, '')}".rstrip()
    return "The API failed: this is not the caller's fault." if status >= SERVER_ERROR else ""


def _is_no_route(answer: Answer, method: str, code: str, words: str) -> bool:
    """The answer to a HEAD has no body to distinguish them by."""
    if answer.status != HTTPStatus.FORBIDDEN:
        return False
    said = any(each in words for each in OF_NO_ROUTE)
    return method == "HEAD" or code == "unknown_route" or said


def _is_of_the_key(answer: Answer, code: str, words: str, caller: Caller) -> bool:
    """A deployment of before says «Forbidden» of a firewall too: of the key only if it has one."""
    has_one = caller.key not in {Key.UNKNOWN, Key.NOT_ASKED}
    return code in OF_KEYS or (has_one and not code and (answer.status, words) in BEFORE)


OF_NO_ROUTE = ("Missing Authentication Token", "Invalid key=value pair (missing equal-sign)")
"""What API Gateway says of a route that it doesn't know: without a token, and with one (G9)."""

BEFORE = ((403, "Forbidden"), (429, "Limit Exceeded"))
"""API Gateway's words on the key in a deployment of before its answers were problem details."""

USED_UP = "The API key is used up for this month (limits.key_quota)."
OF_THE_KEY = {
    Key.UNKNOWN: "No API key was sent, or not the right one.",
    Key.NOT_ASKED: "API Gateway asks for an API key, which this configuration doesn't (api.key): "
    "`productsapi plan` shows how they differ.",
    Key.LEFT_AWAY: "No API key was sent (--no-key), and the API asks for one.",
    Key.OWN: "The API key that was sent isn't the right one, or it was replaced: omit it "
    "(PRODUCTSAPI_API_KEY, or the header x-api-key), and the one in Secrets Manager is sent.",
    Key.KEPT: "The API key was sent as Secrets Manager keeps it, and isn't accepted: a new one "
    "takes AWS some seconds to know, at times minutes. Repeat; if it stays, `productsapi status` "
    "shows what differs.",
}
"""What a refused key means, by which one was sent (G10)."""

OF_CODES = {
    "refused_by_gateway": "API Gateway refused it before any function saw it ({words}): a "
    "firewall (WAF), a resource policy or a malformed request. It has nothing to do with the "
    "user's rights.",
    "gateway_failed": "API Gateway couldn't ask the authorizer or invoke the function (is its "
    "permission there? `productsapi status` shows it; just after a deploy it may be missing for "
    "some seconds), or the function crashed: see its log.",
    "function_timeout": STATUS_MEANINGS[HTTPStatus.GATEWAY_TIMEOUT],
    "request_too_large": "The request is larger than the 10 MB that API Gateway takes.",
}
"""What API Gateway's own answers mean. {words}: its own."""

NOT_OURS = {
    403: "Neither a function nor this deployment's gateway says so: a firewall (WAF), a resource "
    "policy, a disabled endpoint or a proxy on the way refused it. It has nothing to do with the "
    "user's rights.",
    404: "No function said so: there is no such API or stage at this address, or not yet, which in "
    "the first minute after a deploy is so now and then. Repeat; if it stays, `productsapi status` "
    "shows the address and what is missing; a custom domain needs its base path.",
}
"""Where the answer is no problem of ours."""

NEXT = {
    500: "See the function's log. If nothing is in it: is the gateway's permission there? "
    "`productsapi status` shows it; just after a deploy it may be missing for some seconds.",
    502: "See its log.",
}
"""What to look at next, beyond what the status means."""


def _forbidden(code: str, caller: Caller) -> str:
    if code == "write_group_required":
        asked, setting = caller.auth.write_groups, "auth.write_groups"
        may = "may create, change and remove products"
    elif code == "not_owner":
        asked, setting = caller.auth.owner_groups, "auth.owner_groups"
        may = "may change what others have made"
        if not asked:
            return "Only who made a product may change it (auth.owner_only)."
    else:
        return "The user is known, but may not do this."
    return _outside(asked, setting, may, caller)


def _outside(asked: tuple[str, ...], setting: str, may: str, caller: Caller) -> str:
    """The token lists the groups as of the sign-in that it comes from."""
    differs = "`productsapi plan` shows how what is deployed differs from the configuration."
    if not asked:
        return f"What is deployed asks for a group, {setting} here for none: {differs}"
    held = groups_in(claims_of(caller.token or "") or {})
    if within := sorted(set(asked) & held):
        return f"The token is of the group {_listed(within)}, as {setting} asks: {differs}"
    groups = f"the group {asked[0]}" if len(asked) == 1 else f"one of the groups {_listed(asked)}"
    of = f"only of {_listed(sorted(held))}" if held else "of no group"
    text = f"Only members of {groups} {may} ({setting}), and the token that was sent is {of}."
    if caller.user is None:
        return (
            f"{text} The token lists the user's groups as of sign-in: a user who was added to a "
            "group later must sign in again."
        )
    who = quote(caller.user)
    return (
        f"{text} The token lists the user's groups as of sign-in: if {caller.user} was added to "
        f"one since (`productsapi user groups {who}` lists them), a new sign-in is needed: "
        f"`productsapi user login {who}`."
    )


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(names)


def _unknown_route(method: str, path: str) -> str:
    """The edge knows a new deployment after seconds, at times after a minute (K11)."""
    there = route_of(method, path)
    if there:
        return (
            f"API Gateway doesn't know {there} here yet: in the first minute after a deploy that "
            "is so now and then. Repeat; if it stays, `productsapi status` shows what is missing."
        )
    known = ", ".join(str(route) for route in ROUTES)
    return f"API Gateway says so when it knows no {method} {path}. What there is: {known}"


def _unauthorized(token: str | None, now: float) -> str:
    """API Gateway gives no reason for a 401; the token itself often shows it."""
    if token is None:
        return "No token was sent, and every route but OPTIONS needs one."
    claims = claims_of(token)
    if claims is None:
        return "What was sent isn't a token."
    if claims.get("token_use") == "access":
        return "This is an access token; the API takes the ID token."
    if not isinstance(end := claims.get("exp", 0), (int, float)):
        return "What was sent isn't a token."
    if end <= now:
        return "The token has expired: sign in again."
    return "The token isn't accepted: it is of another user pool, or was changed."
