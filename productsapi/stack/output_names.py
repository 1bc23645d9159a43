"""What resources of several steps give each other. Giver and users name the same constant."""

from __future__ import annotations

from productsapi.engine.names import Output

API_ID = Output("api_id")
ROOT_ID = Output("root_id")
"""The id of the API's path `/`."""
AUTHORIZER_ID = Output("authorizer_id")
DEPLOYMENT_ID = Output("deployment_id")
"""The deployment that the stage is to serve."""
SERVED_ID = Output("served_id")
"""The deployment that the stage serves as it was read."""
USER_POOL_ID = Output("user_pool_id")
CLIENT_ID = Output("client_id")
DOMAIN_TARGET = Output("regional name of the domain")
DOMAIN_ZONE = Output("zone of the domain's regional name")
"""API Gateway's own name for the domain, which DNS leads to, and the zone that it is in."""
RECORD_ZONE = Output("zone of the domain's record")
"""As the domain's tags remember it."""
USAGE_PLAN_ID = Output("usage_plan_id")
NEWEST_RELEASE = Output("newest release")


def pointer_to(output: Output) -> Output:
    """The id that the table's tags hold, by which the next run finds what has it."""
    return Output(f"pointer to {output}")


def path_id(path: str) -> Output:
    """API Gateway's id of a path."""
    return Output(f"id of {path}")


def latest_code(function: str) -> Output:
    """The digest of a function's code as it was uploaded last."""
    return Output(f"latest code of {function}")


def live_version(function: str) -> Output:
    """The published version that callers reach."""
    return Output(f"version of {function}")
