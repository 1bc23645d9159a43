"""What a snapshot lets in, by AWS's own summary of it."""

from __future__ import annotations

from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Outputs
from productsapi.stack.api_tree import served_deployment, summary_in
from productsapi.stack.output_names import API_ID, SERVED_ID

UNSPECIFIED = "not told"
"""The authorization of a deployed method where the endpoint, unlike AWS, leaves it out.

Printed by `status`, and read by programs in its JSON: it stays as it is.
"""


def served(aws: Aws, outputs: Outputs) -> dict[str, Any] | None:
    """What the stage's deployment really lets in: each method with its kind of authorization."""
    api_id, served_id = outputs.get(API_ID), outputs.get(SERVED_ID)
    if not api_id or not served_id:
        return None
    deployment = served_deployment(aws, api_id, served_id) or {}
    methods = {
        f"{http_method} {path}": method.get("authorizationType", UNSPECIFIED)
        for path, by_method in summary_in(deployment).items()
        for http_method, method in by_method.items()
    }
    return {"deployment": served_id, "methods": dict(sorted(methods.items()))}
