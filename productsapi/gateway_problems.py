"""API Gateway's own error responses as RFC 9457 problem details, distinguished by `code`.

The gateway's responses, the OpenAPI document and the request client are all derived from it. No
code is a function's too: who refused shows whether the gateway let the request through.
"""

from __future__ import annotations

from typing import NamedTuple

TYPE = "urn:productsapi:problem:"
"""What every problem's `type` begins with."""


class GatewayProblem(NamedTuple):
    code: str
    title: str
    status: int | None  # None where the gateway gives several to one type of response


GATEWAY_PROBLEMS = {
    "UNAUTHORIZED": GatewayProblem(
        "sign_in_required", "Sign in: there is no token, or it is not taken", 401
    ),
    "MISSING_AUTHENTICATION_TOKEN": GatewayProblem(
        "unknown_route", "There is no such path or method", 403
    ),
    "INVALID_API_KEY": GatewayProblem("api_key_required", "Send the API key", 403),
    "REQUEST_TOO_LARGE": GatewayProblem("request_too_large", "The request is too large", 413),
    "THROTTLED": GatewayProblem("throttled", "Too many requests, try again", 429),
    "QUOTA_EXCEEDED": GatewayProblem("quota_used_up", "The API key is used up", 429),
    "INTEGRATION_TIMEOUT": GatewayProblem("function_timeout", "It took too long", 504),
    "DEFAULT_4XX": GatewayProblem("refused_by_gateway", "API Gateway refuses the request", None),
    "DEFAULT_5XX": GatewayProblem("gateway_failed", "API Gateway could not get an answer", None),
}
"""By type of gateway response; a type that isn't here answers as DEFAULT_4XX or DEFAULT_5XX does.
Each has a code of its own (AWS guide, Gateway response types)."""

OF_KEYS = ("api_key_required", "quota_used_up")
"""Codes that come only where an API key is asked for."""

CODES = frozenset(problem.code for problem in GATEWAY_PROBLEMS.values())
