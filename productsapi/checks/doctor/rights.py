"""Whether the caller may do what a deploy does, as IAM's simulator says: nothing is tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from productsapi.aws.caller import Aws
from productsapi.checks.finding import Finding, State
from productsapi.errors import AccessDenied, NotFound
from productsapi.routes import FUNCTIONS
from productsapi.steps.stack import Stack

NAME = "rights"
ALLOWED = "allowed"
NOT_SEEN = "whether a deploy is allowed can't be seen before it is tried"
CONTEXT = [
    {
        "ContextKeyName": "iam:PassedToService",
        "ContextKeyValues": ["lambda.amazonaws.com"],
        "ContextKeyType": "string",
    }
]
"""On what a policy may make iam:PassRole hang, as it is when a function is made."""


class Right(NamedTuple):
    """Actions that are all needed on each of some resources."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]


def deploy_rights(stack: Stack) -> tuple[Right, ...]:
    """What a deploy of this stack needs: the one place that says it to the simulator."""
    place, gateway = stack.place, f"arn:{stack.place.partition}:apigateway:{stack.place.region}::"
    groups = tuple(place.log_group_arn(stack.log_group(function)) for function in FUNCTIONS)
    boundary = "PutRolePermissionsBoundary" if stack.config.permissions.boundary else ""
    lease = place.arn("ssm", f"parameter/productsapi/{stack.config.stack}/lease")
    return (
        _right(
            "dynamodb",
            "CreateTable DescribeTable UpdateTable TagResource UntagResource ListTagsOfResource "
            "DescribeContinuousBackups UpdateContinuousBackups",
            place.table_arn(stack.config.table.name),
        ),
        _right(
            "iam",
            "CreateRole GetRole TagRole UntagRole UpdateAssumeRolePolicy PutRolePolicy "
            "GetRolePolicy DeleteRolePolicy ListRolePolicies ListAttachedRolePolicies "
            f"DetachRolePolicy PassRole {boundary}",
            *(stack.role_arn(function) for function in FUNCTIONS),
        ),
        _right("iam", "ListRoles", "*"),
        _right(
            "lambda",
            "CreateFunction GetFunction ListTags TagResource UntagResource UpdateFunctionCode "
            "UpdateFunctionConfiguration PublishVersion ListVersionsByFunction DeleteFunction "
            "CreateAlias UpdateAlias ListAliases GetPolicy AddPermission RemovePermission",
            *(stack.function_arn(function) for function in FUNCTIONS),
        ),
        _right("logs", "CreateLogGroup PutRetentionPolicy", *(f"{group}:*" for group in groups)),
        _right("logs", "TagResource UntagResource ListTagsForResource", *groups),
        _right("apigateway", "GET POST", f"{gateway}/restapis"),
        _right("apigateway", "GET POST PUT PATCH DELETE", f"{gateway}/restapis/*"),
        _right("cognito-idp", "CreateUserPool ListUserPools", "*"),
        _right(
            "cognito-idp",
            "DescribeUserPool UpdateUserPool ListUserPoolClients CreateUserPoolClient "
            "DescribeUserPoolClient UpdateUserPoolClient",
            place.user_pool_arn("*"),
        ),
        _right("ssm", "GetParameter PutParameter DeleteParameter", lease),
    )


def rights(aws: Aws, rights: Iterable[Right]) -> Iterator[Finding]:
    """One call for each kind of resource."""
    arn = aws.call("sts", "GetCallerIdentity")["Arn"]
    if arn.endswith(":root"):
        yield _root(aws)
        return
    try:
        principal = _principal(aws, arn)
        answers = [(right, _simulated(aws, principal, right)) for right in rights]
    except (AccessDenied, NotFound) as error:
        yield Finding(NAME, State.WARNING, f"{NOT_SEEN} ({error.message})", error.hint)
        return
    found = _Answers()
    for right, results in answers:
        found.take(right, results)
    yield from found.told(arn)


@dataclass
class _Answers:
    denied: dict[str, str] = field(default_factory=dict)
    """By action: one resource that it isn't allowed on."""
    hanging: dict[str, set[str]] = field(default_factory=dict)
    """By action: what of a request's circumstances the simulator would have to know."""

    def take(self, right: Right, results: Iterable[Mapping[str, Any]]) -> None:
        for result in results:
            action = result["EvalActionName"]
            each = result.get("ResourceSpecificResults") or [result]
            for one in each:
                if one.get("EvalResourceDecision", result["EvalDecision"]) == ALLOWED:
                    continue
                unknown = one.get("MissingContextValues") or result.get("MissingContextValues")
                if unknown:
                    self.hanging.setdefault(action, set()).update(unknown)
                else:
                    resource = one.get("EvalResourceName") or right.resources[0]
                    self.denied.setdefault(action, resource)

    def told(self, arn: str) -> Iterator[Finding]:
        if self.denied:
            listed = "; ".join(f"{action} on {on}" for action, on in sorted(self.denied.items()))
            fix = "ask for these permissions, or use another profile (--profile)"
            yield Finding(NAME, State.BROKEN, f"{arn} isn't allowed: {listed}", fix)
        if self.hanging:
            listed = "; ".join(
                f"{action} hangs on {', '.join(sorted(on))}"
                for action, on in sorted(self.hanging.items())
            )
            yield Finding(NAME, State.WARNING, f"can't be told before it is tried: {listed}")
        if not self.denied and not self.hanging:
            yield Finding(NAME, State.OK, f"{arn} may do what a deploy does")


def _root(aws: Aws) -> Finding:
    if aws.place.local:
        return Finding(NAME, State.OK, "the local cloud's root may do everything")
    fix = "use a user or role with just the rights that are needed"
    return Finding(NAME, State.WARNING, "these are the account's root credentials", fix)


def _principal(aws: Aws, arn: str) -> str:
    """The user or role that the simulator knows. A role's path only IAM tells."""
    kind, _, rest = arn.split(":", 5)[5].partition("/")
    if kind == "user":
        return arn
    if kind == "assumed-role":
        role = aws.call("iam", "GetRole", RoleName=rest.partition("/")[0])["Role"]
        return str(role["Arn"])
    raise NotFound("SimulatePrincipalPolicy", kind, f"{arn} is neither a user's nor a role's")


def _simulated(aws: Aws, principal: str, right: Right) -> list[dict[str, Any]]:
    pages = aws.pages(
        "iam",
        "SimulatePrincipalPolicy",
        PolicySourceArn=principal,
        ActionNames=list(right.actions),
        ResourceArns=list(right.resources),
        ContextEntries=CONTEXT,
    )
    return [result for page in pages for result in page["EvaluationResults"]]


def _right(service: str, names: str, *resources: str) -> Right:
    return Right(tuple(f"{service}:{name}" for name in names.split()), resources)
