"""What core code needs to know of the cache."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.options.cache import key
from productsapi.options.cache import stage as stage_part
from productsapi.options.cache.cluster import CacheCluster
from productsapi.options.cache.rights import RIGHTS
from productsapi.options.cache.verify import cached
from productsapi.stack import Stack
from productsapi.stack.option import Option


def parts(stack: Stack, *, on: bool = True) -> list[Resource]:  # noqa: ARG001 - seen with the stage
    return [CacheCluster(stack)]


OPTION = Option(
    title="cache",
    step="deployment",
    on=lambda config: config.api.cache.on,
    parts=parts,
    stage=stage_part,
    key_parameters=key.parameters,
    recorded=key.recorded,
    required=key.required,
    rights=RIGHTS,
    verify={"cache": cached},
)
OPTIONS = (OPTION,)
