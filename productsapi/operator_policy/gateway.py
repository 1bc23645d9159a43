"""API Gateway, where a right is an HTTP verb on a path: the REST API, its parts and its tags.

No path but `/restapis`, the tags of what is under it, `/account`, and for a teardown's look the
custom domains; what an API key takes is api_key.py's.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from productsapi.stack.iam_right import (
    CHANGING,
    DEPLOY,
    FINDING,
    LOOKING,
    READ,
    SOURCE,
    TEARDOWN,
    Job,
    Resources,
    Right,
    Scope,
    always,
    nothing,
    path,
)
from productsapi.steps.deployment import account_throttle

TAGGED = "https://github.com/iann0036/iam-dataset/pull/39"
"""PATCH on what is tagged, beside PUT on its tags: tried on AWS there."""
API = "/restapis/{api}"
RESOURCES = f"{API}/resources"
"""What AWS's reference names for POST; the request goes to a path below, the parent's."""
METHOD = f"{RESOURCES}/*/methods/*"
STAGE = f"{API}/stages/*"


def tags(scope: Scope) -> tuple[str, ...]:
    """The tags of an API and its stages, by its ARN with all but letters and digits encoded.

    Also before the API has an id: what is refused then is `/tags/arn%3A...%2Frestapis%2F*`
    (github.com/mattclay/aws-terminator/pull/284).
    """
    prefix = _arn(scope, f"/restapis/{scope.api_id or ''}")
    return (_arn(scope, f"/tags/{quote(prefix, safe='')}*"),)


def unknown(scope: Scope) -> bool:
    """Where the API is known by its id, none is made."""
    return scope.api_id is None


def may_exceed_account_throttle(scope: Scope) -> bool:
    return account_throttle.may_exceed_account_throttle(scope.stack.config)


def _arn(scope: Scope, path: str) -> str:
    return scope.stack.location.api_gateway_arn(path)


def _calls(  # noqa: PLR0913 - a line of the table
    verb: str,
    on: str | Resources,
    operations: str,
    jobs: frozenset[Job],
    *,
    carrying: str = "",
    source: str = SOURCE,
    also: Resources = nothing,
    when: Callable[[Scope], bool] = always,
) -> tuple[Right, ...]:
    where = path(on) if isinstance(on, str) else on
    return tuple(
        Right(
            "apigateway", each, f"apigateway:{verb}", where, jobs, source, carrying, also, when=when
        )
        for each in operations.split()
    )


RIGHTS = (
    *_calls("GET", "/restapis", "GetRestApis", FINDING),
    *_calls("GET", API, "GetRestApi", FINDING),
    *_calls("GET", f"{API}/resources", "GetResources", FINDING),
    *_calls("GET", f"{API}/stages", "GetStages", FINDING),
    *_calls("GET", f"{API}/authorizers", "GetAuthorizers", LOOKING),
    *_calls("GET", f"{API}/gatewayresponses", "GetGatewayResponses", LOOKING),
    *_calls("GET", f"{API}/deployments", "GetDeployments", LOOKING),
    *_calls("GET", f"{API}/deployments/*", "GetDeployment", LOOKING),
    *_calls("GET", tags, "GetTags", FINDING),
    *_calls("GET", "/account", "GetAccount", READ),
    *_calls("GET", "/account", "GetAccount", CHANGING, when=may_exceed_account_throttle),
    *_calls("GET", "/domainnames", "GetDomainNames", TEARDOWN),
    *_calls("GET", "/domainnames/*/basepathmappings", "GetBasePathMappings", TEARDOWN),
    *_calls("POST", "/restapis", "CreateRestApi", DEPLOY, when=unknown),
    *_calls("POST", f"{API}/resources/*", "CreateResource", DEPLOY, also=path(RESOURCES)),
    *_calls("POST", f"{API}/authorizers", "CreateAuthorizer", DEPLOY),
    *_calls("POST", f"{API}/deployments", "CreateDeployment", DEPLOY),
    *_calls("POST", f"{API}/stages", "CreateStage", DEPLOY),
    *_calls("PUT", tags, "CreateRestApi", DEPLOY, carrying="tags", when=unknown),
    *_calls("PUT", tags, "CreateStage", DEPLOY, carrying="tags"),
    *_calls("PUT", tags, "TagResource", DEPLOY),
    *_calls("PUT", METHOD, "PutMethod", DEPLOY),
    *_calls("PUT", f"{METHOD}/integration", "PutIntegration", DEPLOY),
    *_calls("PUT", f"{METHOD}/responses/*", "PutMethodResponse", DEPLOY),
    *_calls("PUT", f"{METHOD}/integration/responses/*", "PutIntegrationResponse", DEPLOY),
    *_calls("PUT", f"{API}/gatewayresponses/*", "PutGatewayResponse", DEPLOY),
    *_calls("PATCH", API, "UpdateRestApi", DEPLOY),
    *_calls("PATCH", API, "TagResource", DEPLOY, carrying="resourceArn", source=TAGGED),
    *_calls("PATCH", STAGE, "TagResource", DEPLOY, carrying="resourceArn", source=TAGGED),
    *_calls("PATCH", f"{API}/resources/*", "UpdateResource", DEPLOY),
    *_calls("PATCH", METHOD, "UpdateMethod", DEPLOY),
    *_calls("PATCH", f"{API}/authorizers/*", "UpdateAuthorizer", DEPLOY),
    *_calls("PATCH", STAGE, "UpdateStage", DEPLOY),
    *_calls("DELETE", API, "DeleteRestApi", CHANGING),
    *_calls("DELETE", f"{API}/resources/*", "DeleteResource", DEPLOY),
    *_calls("DELETE", METHOD, "DeleteMethod", DEPLOY),
    *_calls("DELETE", f"{METHOD}/responses/*", "DeleteMethodResponse", DEPLOY),
    *_calls("DELETE", f"{METHOD}/integration/responses/*", "DeleteIntegrationResponse", DEPLOY),
    *_calls("DELETE", STAGE, "DeleteStage", CHANGING),
    *_calls("DELETE", f"{API}/deployments/*", "DeleteDeployment", DEPLOY),
    *_calls("DELETE", tags, "UntagResource", DEPLOY),
)
