"""Whether the caller may do what a deploy does, as IAM's simulator says: nothing is tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.errors import AccessDenied, AwsError, NotFound
from productsapi.operations.finding import Finding, State
from productsapi.operator_policy import Statement

NAME = "rights"
ALLOWED = "allowed"
NOT_SEEN = "whether a deploy is allowed can't be seen before it is tried"


def rights(aws: Aws, needed: Iterable[Statement]) -> Iterator[Finding]:
    """What a deploy needs, by one call for each kind of resource."""
    arn = aws.call("sts", "GetCallerIdentity")["Arn"]
    if arn.endswith(":root"):
        yield _root(aws)
        return
    try:
        principal = _principal(aws, arn)
        answers = [(each, _simulated(aws, principal, each)) for each in needed]
    except (AccessDenied, NotFound) as error:
        yield Finding(NAME, State.WARNING, f"{NOT_SEEN} ({error.message})", error.hint)
        return
    found = _Answers()
    for each, results in answers:
        found.take(each, results)
    yield from found.findings(arn)


def denied(aws: Aws, needed: Iterable[Statement]) -> dict[str, str]:
    """By action one resource that the caller isn't allowed it on; none where that isn't seen."""
    found = _Answers()
    with suppress(AwsError):
        arn = aws.call("sts", "GetCallerIdentity")["Arn"]
        principal = "" if arn.endswith(":root") else _principal(aws, arn)
        for each in needed if principal else ():
            found.take(each, _simulated(aws, principal, each))
    return found.denied


@dataclass
class _Answers:
    denied: dict[str, str] = field(default_factory=dict)
    """By action: one resource that it isn't allowed on."""
    missing_context: dict[str, set[str]] = field(default_factory=dict)
    """By action: the condition keys of which the simulator would have to know the values."""

    def take(self, asked: Statement, results: Iterable[Mapping[str, Any]]) -> None:
        for result in results:
            action = result["EvalActionName"]
            each = result.get("ResourceSpecificResults") or [result]
            for one in each:
                if one.get("EvalResourceDecision", result["EvalDecision"]) == ALLOWED:
                    continue
                unknown = one.get("MissingContextValues") or result.get("MissingContextValues")
                if unknown:
                    self.missing_context.setdefault(action, set()).update(unknown)
                else:
                    resource = one.get("EvalResourceName") or asked.resources[0]
                    self.denied.setdefault(action, resource)

    def findings(self, arn: str) -> Iterator[Finding]:
        if self.denied:
            listed = "; ".join(f"{action} on {on}" for action, on in sorted(self.denied.items()))
            fix = "ask for these permissions, or use another profile (--profile)"
            yield Finding(NAME, State.BROKEN, f"{arn} isn't allowed: {listed}", fix)
        if self.missing_context:
            listed = "; ".join(
                f"{action} depends on the condition keys {', '.join(sorted(on))}, "
                "which the simulation lacks"
                for action, on in sorted(self.missing_context.items())
            )
            yield Finding(NAME, State.WARNING, f"can't be known before it is tried: {listed}")
        if not self.denied and not self.missing_context:
            yield Finding(NAME, State.OK, f"{arn} may do what a deploy does")


def _root(aws: Aws) -> Finding:
    if aws.location.local:
        return Finding(NAME, State.OK, "the local cloud's root may do everything")
    fix = "use a user or role with just the rights that are needed"
    return Finding(NAME, State.WARNING, "these are the account's root credentials", fix)


def _principal(aws: Aws, arn: str) -> str:
    """The user or role that the simulator knows. Only IAM reports a role's path."""
    kind, _, rest = arn.split(":", 5)[5].partition("/")
    if kind == "user":
        return arn
    if kind == "assumed-role":
        role = aws.call("iam", "GetRole", RoleName=rest.partition("/")[0])["Role"]
        return str(role["Arn"])
    raise NotFound("SimulatePrincipalPolicy", kind, f"{arn} is neither a user's nor a role's")


def _simulated(aws: Aws, principal: str, asked: Statement) -> list[dict[str, Any]]:
    pages = aws.pages(
        "iam",
        "SimulatePrincipalPolicy",
        PolicySourceArn=principal,
        ActionNames=list(asked.actions),
        ResourceArns=list(asked.resources),
        ContextEntries=_circumstances(asked),
    )
    return [result for page in pages for result in page["EvaluationResults"]]


def _circumstances(asked: Statement) -> list[dict[str, Any]]:
    """The condition keys that a policy may test, with the values of the real call."""
    return [
        {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"}
        for keys in asked.condition.values()
        for key, value in keys.items()
    ]
