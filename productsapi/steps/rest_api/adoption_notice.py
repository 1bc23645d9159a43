"""Notes for an adoption: what callers of a hand-made API will notice while it is adopted."""

from __future__ import annotations

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Note
from productsapi.routes import ROUTES
from productsapi.stack import ALIAS, Stack
from productsapi.stack.api_tree import method, stages

GAP = "some 5 to 20 seconds"
"""From the first UpdateFunctionCode to the moved stage: Lambda's preparing of the new code, a
version, an alias and a permission for each function, the deployment, and the stage's change to
spread. API Gateway's quota on deployments, one in 5 seconds, is the longest single part."""


def notes(stack: Stack, aws: Aws, api_id: str) -> tuple[Note, ...]:
    """The gap, where a stage hands calls in the guide's form to the very code that is replaced."""
    stage = stack.config.api.stage
    served = any(found["stageName"] == stage for found in stages(aws, api_id))
    if not served or not any(_old_form(aws, api_id, str(r.path), r.method) for r in ROUTES):
        return ()
    return (
        Note(
            f"rest api {stack.config.api.name}: for {GAP}, from the new code until the stage "
            f"{stage} is moved to it, calls of the old form are answered with an error inside a "
            "200, and change nothing; from then on each call needs a token, and an error has its "
            "own status",
            brief=f"for {GAP}, until the stage {stage} serves the new code, calls get an error "
            "inside a 200 and change nothing; from then on each needs a token",
        ),
    )


def _old_form(aws: Aws, api_id: str, path: str, http_method: str) -> bool:
    """Whether a method reaches the function's newest code, not through our alias."""
    found = method(aws, api_id, path, http_method)
    uri = (found or {}).get("methodIntegration", {}).get("uri") or ""
    return bool(uri) and f":{ALIAS}/" not in uri
