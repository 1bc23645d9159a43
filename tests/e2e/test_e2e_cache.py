"""The cache of GET answers, with the commands that a person types; the local cloud caches nothing.

What is set for it is looked at as the local cloud keeps it; that it is right is tested elsewhere.
"""

from __future__ import annotations

import pytest
from e2e_project import Deployed, client

ON = ("size_gb: null", "size_gb: 0.5")


@pytest.mark.long
def test_a_cache_is_priced_set_flushed_and_taken_away(
    deployed_anew: Deployed,
) -> None:
    project = deployed_anew.project
    off = project.json("cache", "flush", "--local")
    assert off == {"stage": "dev", "cache": None, "flushed": False}
    project.config(*ON)
    planned = project.run("plan", "--local").out
    assert "+ 1 stage cache dev\n" in planned
    assert "Adds about $14.60 a month (" in planned
    reported = project.json("deploy", "--local")
    assert project.json("plan", "--local") == []
    gateway = client("apigateway", reported["endpoint_url"])
    [stage] = gateway.get_stages(restApiId=reported["api_id"])["item"]
    assert (stage["cacheClusterEnabled"], stage["cacheClusterSize"]) == (True, "0.5")
    cached = {k for k, each in stage["methodSettings"].items() if each["cachingEnabled"]}
    assert {key.rpartition("/")[2] for key in cached} == {"GET"}
    assert len(cached) == 2
    said = project.run("cache", "flush", "--local")
    assert "Nothing to flush: this endpoint" in said.out
    refused = project.run("rollback", "--local", "--yes", code=5)
    assert "lacks the cache's key" in refused.err
    assert project.json("verify", "--local")["state"] == "ok"
    project.config(*reversed(ON))
    project.run("deploy", "--local")
    assert project.json("plan", "--local") == []
    [stage] = gateway.get_stages(restApiId=reported["api_id"])["item"]
    assert not stage["cacheClusterEnabled"]
    assert stage["methodSettings"].keys() == {"*/*"}
