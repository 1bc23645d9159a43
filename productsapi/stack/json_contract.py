"""Stack outputs for other programs: the keys that `--json` promises."""

from __future__ import annotations

from typing import Any

from productsapi.engine.outputs import Outputs
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack
from productsapi.stack.output_names import API_ID, CLIENT_ID, DOMAIN_TARGET, USER_POOL_ID


def contract(stack: Stack, outputs: Outputs) -> dict[str, Any]:
    """The stack's names and ids; None for what isn't there."""
    api_id, stage = outputs.get(API_ID), stack.config.api.stage
    return {
        "stack": stack.config.stack,
        "account": stack.location.account,
        "region": stack.location.region,
        "endpoint_url": stack.location.endpoint_url,
        "invoke_url": stack.location.invoke_url(api_id, stage) if api_id else None,
        "domain": _domain(stack, outputs),
        "api_id": api_id,
        "stage": stage,
        "user_pool_id": outputs.get(USER_POOL_ID),
        "client_id": outputs.get(CLIENT_ID),
        "table": stack.config.table.name,
        "functions": {function: stack.function_name(function) for function in FUNCTIONS},
    }


def _domain(stack: Stack, outputs: Outputs) -> dict[str, Any] | None:
    """The domain's URL, and the name that its DNS record is to lead to; None without a domain."""
    domain = stack.config.api.domain
    return {"url": domain.url, "target": outputs.get(DOMAIN_TARGET)} if domain.on else None
