"""Whether IAM lets the caller make an option, asked before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Action, Plan
from productsapi.errors import Refused
from productsapi.operations.doctor.iam_simulation import denied
from productsapi.operator_policy.document import statements
from productsapi.options.registry import OPTIONS
from productsapi.stack import Stack
from productsapi.stack.iam_right import Job, Right, Scope
from productsapi.stack.option import Option
from productsapi.stack.output_names import API_ID, USER_POOL_ID

LATER = ("Delete", "Untag", "Unsubscribe", "Restore")
"""What operations begin with that the making of an option doesn't need."""


def not_allowed(stack: Stack, aws: Aws, plan: Plan, outputs: Outputs) -> Refused | None:
    """Why a plan can't be carried out: options to be made that mustn't be, with the keys to set.

    None also where IAM's simulator can't be asked: then nothing is known before it is tried.
    """
    if aws.location.endpoint_url is not None:  # an emulator's IAM isn't AWS's
        return None
    scope = Scope(stack, outputs.get(API_ID), outputs.get(USER_POOL_ID))
    created = {change.key for change in plan.to_do if change.action is Action.CREATE}
    refused: dict[str, str] = {}
    keys: list[str] = []
    for option in OPTIONS:
        made = [part for part in option.parts(stack) if part.key in created]
        if not made or not option.rights:
            continue
        if found := denied(aws, statements(_needed(option, scope), scope)):
            refused |= found
            keys.append(f"set {made[0].opt_out}")
    if not refused:
        return None
    text = "; ".join(f"{action} on {on}" for action, on in sorted(refused.items()))
    return Refused(
        f"IAM doesn't allow {text}",
        "ask for these permissions, as `productsapi policy deploy` prints them, or "
        f"{' and '.join(keys)}",
    )


def _needed(option: Option, scope: Scope) -> Iterator[Right]:
    for right in option.rights:
        if Job.DEPLOY in right.jobs and right.when(scope) and not right.operation.startswith(LATER):
            yield right
