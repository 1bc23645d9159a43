"""What AWS answers where it doesn't know a thing yet: the NotFound of that operation.

The codes come from botocore's models; where AWS says it under another one, it stands here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
from fault_kinds import Answer, error_answer
from late_things import Thing

NOT_FOUND = re.compile(r".*(NotFound|NoSuch|DoesNotExist).*")

OTHERWISE: dict[tuple[str, str, str], tuple[str, int, str]] = {
    ("lambda", "CreateFunction", "role"): (
        "InvalidParameterValueException",
        400,
        "The role defined for the function cannot be assumed by Lambda.",
    ),
    ("apigateway", "PutMethod", "authorizer"): (
        "BadRequestException",
        400,
        "Invalid authorizer ID specified.",
    ),
    ("apigateway", "UpdateStage", "deployment"): (
        "BadRequestException",
        400,
        "Deployment id does not exist",
    ),
    ("apigateway", "UpdateAccount", "role"): (
        "BadRequestException",
        400,
        "The role ARN does not have required permissions configured.",
    ),
    ("apigateway", "CreateUsagePlan", "stage"): (
        "BadRequestException",
        400,
        "API Stage not found",
    ),
}
"""By service, operation and kind of the thing. The last is K9, the account's role K2."""

OTHERWISE |= {
    ("lambda", "UpdateFunctionConfiguration", "role"): OTHERWISE[
        "lambda", "CreateFunction", "role"
    ],
    ("apigateway", "UpdateMethod", "authorizer"): OTHERWISE[
        "apigateway", "PutMethod", "authorizer"
    ],
    ("apigateway", "CreateStage", "deployment"): OTHERWISE[
        "apigateway", "UpdateStage", "deployment"
    ],
}

WORDS = {
    "api": "Invalid API identifier specified",
    "resource": "Invalid Resource identifier specified",
    "method": "Invalid Method identifier specified",
    "integration": "Invalid Integration identifier specified",
    "method response": "Invalid Response status code specified",
    "stage": "Invalid stage identifier specified",
    "authorizer": "Invalid Authorizer identifier specified",
    "deployment": "Invalid Deployment identifier specified",
    "gateway response": "Invalid Gateway Response identifier specified",
    "usage plan": "Invalid Usage Plan ID specified",
    "key": "Invalid API Key identifier specified",
    "pool": "User pool {} does not exist.",
    "client": "User pool client {} does not exist.",
    "group": "Group not found.",
    "user": "User does not exist.",
    "log group": "The specified log group does not exist.",
    "table": "Requested resource not found: Table: {} not found",
    "role": "The role with name {} cannot be found.",
    "role policy": "The role policy with name {} cannot be found.",
}
"""AWS's texts by kind, where one is known; `{}` is the thing's name."""

PREFERRED = {"user": "UserNotFoundException"}


def made_twice(operation: str, given: Mapping[str, Any], thing: Thing) -> Answer | None:
    """What AWS refuses to make twice in one API, and the local cloud doesn't (G19)."""
    if operation != "CreateAuthorizer" or thing[:-1] != ("authorizer", given.get("restapi_id")):
        return None
    text = "Authorizer name must be unique. Authorizer CognitoUserAuth already exists"
    return error_answer("apigateway", 400, "BadRequestException", text)


def not_found(service: str, operation: str, thing: Thing) -> Answer | None:
    """The answer of an operation that doesn't know the thing; None where AWS has none for it."""
    if known := OTHERWISE.get((service, operation, thing[0])):
        code, status, text = known
        return error_answer(service, status, code, text)
    codes = _codes(service, operation)
    code = PREFERRED.get(thing[0], "")
    if code not in codes:
        code = next(iter(codes), "")
    if not code:
        return None
    text = WORDS.get(thing[0], "{} not found").format(thing[-1])
    return error_answer(service, codes[code], code, text)


@cache
def _codes(service: str, operation: str) -> dict[str, int]:
    """The codes by which an operation may say that there is no such thing, with their status."""
    model: Any = botocore.session.Session().get_service_model(service)
    found = {}
    for shape in model.operation_model(operation).error_shapes:
        error = shape.metadata.get("error", {})
        if NOT_FOUND.fullmatch(shape.name):
            status = 404 if service in {"apigateway", "lambda"} else 400
            found[str(error.get("code", shape.name))] = int(error.get("httpStatusCode", status))
    return found
