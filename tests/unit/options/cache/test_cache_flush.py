"""The cache emptied, where there is one."""

from __future__ import annotations

import pytest
from steps_world import World, error

from productsapi.aws.location import Location
from productsapi.options.cache.flush import Flush, flush


def test_flush_empties_or_says_there_is_no_cache(caching: World) -> None:
    api_id = caching.outputs()["api_id"]
    assert flush(caching.aws, api_id, "dev") == Flush("0.5")
    assert caching.asked("FlushStageCache") == [{"restApiId": api_id, "stageName": "dev"}]
    assert flush(caching.aws, api_id, "other") is None
    caching.alter(
        "GetStages",
        lambda _, reported: reported["item"][0].update(cacheClusterStatus="CREATE_IN_PROGRESS"),
    )
    making = flush(caching.aws, api_id, "dev")
    assert making
    assert (making.flushed, "still being made" in making.why_not) == (False, True)
    caching.wire.alterations.pop("GetStages")
    caching.deploy(caching.stack())
    off = flush(caching.aws, api_id, "dev")
    assert off == Flush(None, "the stage dev has no cache")
    assert len(caching.asked("FlushStageCache")) == 1


@pytest.mark.parametrize(("endpoint", "flushed"), [(None, None), ("http://127.0.0.1:1", False)])
def test_flush_where_the_endpoint_knows_no_such_call(
    caching: World, endpoint: str | None, flushed: bool | None
) -> None:
    """On AWS that is a stage that has just gone."""
    caching.fake("FlushStageCache", error("NotFoundException", status=404))
    api_id = caching.outputs()["api_id"]
    aws = type(caching.aws)(
        caching.wire.clients, Location("eu-west-2", "123456789012", endpoint_url=endpoint)
    )
    found = flush(aws, api_id, "dev")
    assert (found.flushed if found else None) is flushed
