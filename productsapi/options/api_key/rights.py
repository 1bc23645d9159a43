"""The API key: key and usage plan in API Gateway, and the secret that holds the value.

To look for the key takes `apigateway:GET` on `/apikeys`, to look again at a plan `/usageplans/*`,
under which its keys are listed too, and IAM knows no difference between that and
reading the values: so these are only in the policies of those who make and remove keys, and only
while the configuration has one. Who but looks does without; who calls reads the secret.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from productsapi.options.api_key.secret import secret_name
from productsapi.stack.iam_right import (
    CALLER,
    CHANGING,
    DEPLOY,
    LOOKING,
    SOURCE,
    Job,
    Resources,
    Right,
    Scope,
    calls,
    local_anything,
    path,
)

SECRETS = "list_awssecretsmanager.html"


def keyed(scope: Scope) -> bool:
    return scope.stack.config.api.key


def secret(scope: Scope) -> tuple[str, ...]:
    """AWS puts a hyphen and six characters behind a secret's name in its ARN."""
    name = f"secret:{secret_name(scope.stack)}-??????"
    return (scope.stack.location.arn("secretsmanager", name),)


def tags(scope: Scope) -> tuple[str, ...]:
    """Of any key and plan: their ids aren't known before they are made."""
    of = scope.stack.location.api_gateway_arn
    kinds = ("/apikeys/", "/usageplans/")
    return tuple(of(f"/tags/{quote(of(kind), safe='')}*") for kind in kinds)


def tags_of(kind: str) -> Resources:
    def arns(scope: Scope) -> tuple[str, ...]:
        return tuple(arn for arn in tags(scope) if quote(f"/{kind}/", safe="") in arn)

    return arns


_right = partial(Right, "apigateway", source=SOURCE, also=local_anything, when=keyed)
_secret = partial(calls, "secretsmanager", on=secret, page=SECRETS, also=local_anything, when=keyed)


def _call(verb: str, template: str, operation: str, jobs: frozenset[Job]) -> Right:
    return _right(operation, f"apigateway:{verb}", on=path(template), jobs=jobs)


def _tagging(
    verb: str, operation: str, kind: str, carrying: str = "", jobs: frozenset[Job] = DEPLOY
) -> Right:
    on = tags_of(kind)
    return _right(operation, f"apigateway:{verb}", on=on, jobs=jobs, carrying=carrying)


RIGHTS = (
    _call("GET", "/apikeys", "GetApiKeys", CHANGING),
    _call("POST", "/apikeys", "CreateApiKey", DEPLOY),
    _call("PATCH", "/apikeys/*", "UpdateApiKey", DEPLOY),
    _call("DELETE", "/apikeys/*", "DeleteApiKey", CHANGING),
    _call("GET", "/usageplans", "GetUsagePlans", LOOKING),
    _call("GET", "/usageplans/*", "GetUsagePlan", CHANGING),
    _call("POST", "/usageplans", "CreateUsagePlan", DEPLOY),
    _call("PATCH", "/usageplans/*", "UpdateUsagePlan", CHANGING),
    _call("DELETE", "/usageplans/*", "DeleteUsagePlan", CHANGING),
    _call("POST", "/usageplans/*/keys", "CreateUsagePlanKey", DEPLOY),
    _call("DELETE", "/usageplans/*/keys/*", "DeleteUsagePlanKey", CHANGING),
    _tagging("PUT", "CreateApiKey", "apikeys", carrying="tags"),
    _tagging("PUT", "CreateUsagePlan", "usageplans", carrying="tags"),
    _tagging("PUT", "TagResource", "apikeys"),
    _tagging("PUT", "TagResource", "usageplans"),
    _tagging("GET", "GetTags", "apikeys", jobs=LOOKING),
    _tagging("GET", "GetTags", "usageplans", jobs=LOOKING),
    _tagging("DELETE", "UntagResource", "apikeys"),
    _tagging("DELETE", "UntagResource", "usageplans"),
    *_secret("DescribeSecret", jobs=LOOKING),
    *_secret("CreateSecret PutSecretValue RestoreSecret TagResource UntagResource", jobs=DEPLOY),
    *_secret("CreateSecret", jobs=DEPLOY, action="secretsmanager:TagResource", carrying="Tags"),
    *_secret("DeleteSecret", jobs=CHANGING),
    *_secret("GetSecretValue", jobs=CALLER),
)
