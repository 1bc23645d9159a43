"""All cached answers forgotten."""

from __future__ import annotations

from typing import NamedTuple

from productsapi.aws.caller import Aws
from productsapi.errors import NotFound
from productsapi.options.cache.stage import size_of, status
from productsapi.stack.api_tree import stage_called


class Flush(NamedTuple):
    """`cache_size_gb` is None where there is no cache."""

    cache_size_gb: str | None
    why_not: str = ""

    @property
    def flushed(self) -> bool:
        return not self.why_not


def flush(aws: Aws, api_id: str, stage_name: str) -> Flush | None:
    """Forget all that is cached; None where there is no such stage."""
    stage = stage_called(aws, api_id, stage_name)
    if stage is None:
        return None
    size = size_of(stage)
    if size is None:
        return Flush(None, f"the stage {stage_name} has no cache")
    if status(stage) == "CREATE_IN_PROGRESS":
        return Flush(size, f"the cache of the stage {stage_name} is still being made")
    try:
        aws.call("apigateway", "FlushStageCache", restApiId=api_id, stageName=stage_name)
    except NotFound:
        if aws.location.endpoint_url is None:
            return None
        return Flush(size, "this endpoint keeps a cache's settings, but caches nothing")
    return Flush(size)
