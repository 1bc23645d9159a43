"""The history: read off the marks of versions and deployments, and of nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from steps_releases import (
    ORIGIN,
    deployments,
    going_back,
    releases,
    report_summaries,
    sources_with,
    stage,
    versions,
)
from steps_world import World

from productsapi.errors import Refused


def test_one_deploy_is_one_release_of_everything(deployed: World) -> None:
    history = releases(deployed, deployed.stack())
    [only] = history.entries
    assert (only.number, only.release) == (1, history.in_force)
    assert {f: v.number for f, v in only.versions.items()} == dict.fromkeys(only.versions, 1)
    assert only.deployment is not None
    assert only.deployment.id == deployments(deployed)[0]


def test_each_publishing_run_is_a_release_newest_first(deployed: World, tmp_path: Path) -> None:
    """What a release didn't make it has from those before."""
    anew = sources_with(tmp_path, get=" anew")
    deployed.deploy(deployed.stack(path=anew))
    deployed.deploy(deployed.stack(path=anew))  # nothing to do
    deployed.deploy(deployed.stack(path=anew, table={"point_in_time_recovery": True}))
    deployed.deploy(deployed.stack(path=anew, user_pool={"authorizer": "Another"}))
    history = releases(deployed, deployed.stack())
    third, second, first = history.entries
    assert third.release > second.release > first.release
    assert history.in_force == third.release
    assert (dict(third.versions), bool(third.deployment)) == ({}, True)
    assert ({f: v.number for f, v in second.versions.items()}, second.deployment) == (
        {"get": 2},
        None,
    )
    assert {f: v.number for f, v in third.state.versions.items()} == {
        "create": 1, "get": 2, "update": 1, "delete": 1,
    }  # fmt: skip
    assert second.state.deployment == first.state.deployment == first.deployment


def test_reading_it_changes_nothing(deployed: World) -> None:
    releases(deployed, deployed.stack())
    assert deployed.changing == []


def test_nothing_deployed_is_named_with_what_is_next(world: World) -> None:
    with pytest.raises(Refused, match="nothing is deployed") as refused:
        releases(world, world.stack())
    assert "productsapi deploy" in refused.value.hint


def test_functions_without_an_api_are_nothing_deployed(deployed: World) -> None:
    gateway = deployed.client("apigateway")
    [api] = gateway.get_rest_apis()["items"]
    gateway.delete_rest_api(restApiId=api["id"])
    with pytest.raises(Refused, match="nothing is deployed"):
        releases(deployed, deployed.stack())


def test_release_of_which_a_part_is_gone_isnt_listed(deployed: World) -> None:
    """With version 1 gone nobody knows what callers of that release met."""
    deployed.deploy(deployed.stack(functions={"memory_mb": 512}))
    deployed.client("lambda").delete_function(FunctionName="getproductfunction", Qualifier="1")
    assert len(releases(deployed, deployed.stack()).entries) == 1


def test_a_gone_version_isnt_reported_by_an_older_one(deployed: World) -> None:
    for memory in (512, 1024):
        deployed.deploy(deployed.stack(functions={"memory_mb": memory}))
    deployed.client("lambda").delete_function(FunctionName="getproductfunction", Qualifier="2")
    numbers = [e.state.versions["get"].number for e in releases(deployed, deployed.stack()).entries]
    assert numbers == [3]


def test_no_more_are_listed_than_are_kept(deployed: World) -> None:
    for memory in (512, 1024, 2048):
        deployed.deploy(deployed.stack(functions={"memory_mb": memory}))
    assert len(releases(deployed, deployed.stack(releases={"keep": 2})).entries) == 2


def test_deployments_without_a_release_come_first(deployed: World) -> None:
    """The first ones recorded no more than their definition; they are read all the same."""
    _forget_releases(deployed)
    assert deployed.plan(deployed.stack()).to_do == ()
    deployed.deploy(deployed.stack(api={"cors_origin": ORIGIN}))
    assert deployed.plan(deployed.stack(api={"cors_origin": ORIGIN})).to_do == ()
    newest, first = releases(deployed, deployed.stack()).entries
    assert newest.state.deployment.metadata.release == newest.release
    assert (first.state.deployment.metadata.release, first.deployment) == (None, None)


def test_what_others_published_is_no_release(deployed: World) -> None:
    deployed.client("lambda").publish_version(FunctionName="getproductfunction")
    deployed.client("apigateway").create_deployment(
        restApiId=deployed.outputs()["api_id"], description="quick fix"
    )
    assert len(releases(deployed, deployed.stack()).entries) == 1


def test_a_release_is_found_by_number_or_time(deployed: World) -> None:
    deployed.deploy(deployed.stack(functions={"memory_mb": 512}))
    history = releases(deployed, deployed.stack())
    newest, first = history.entries
    assert history.find("1") is newest
    assert history.find(first.release.time) is first
    assert history.find(None) is first
    for asked in ("0", "3", "-1", "2020-01-01T00:00:00Z", "first"):
        with pytest.raises(Refused, match=f"no release {asked}") as refused:
            history.find(asked)
        assert "productsapi history" in refused.value.hint


def test_without_an_earlier_one_it_says_so(deployed: World) -> None:
    with pytest.raises(Refused, match="no earlier release"):
        releases(deployed, deployed.stack()).find(None)


def test_the_one_in_force_is_the_one_that_is_served(deployed: World) -> None:
    report_summaries(deployed)
    for memory in (512, 1024):
        deployed.deploy(deployed.stack(functions={"memory_mb": memory}))
    stack = deployed.stack()
    going_back(deployed, stack, "2")
    history = releases(deployed, stack)
    assert history.in_force == history.entries[1].release
    assert history.rollback is not None
    assert history.rollback.to == history.in_force
    assert history.unfinished is None
    assert history.find(None) is history.entries[2], "back from there is further back"
    assert str(history.rollback.made) in stage(deployed)["description"]


def _forget_releases(world: World) -> None:
    """As the first deployments were marked."""
    from steps_moto import rest_api

    for deployment in rest_api(world.outputs()["api_id"]).deployments.values():
        deployment.description = " ".join(deployment.description.split()[:3])


def test_a_clock_behind_doesnt_change_the_order(deployed: World) -> None:
    """The next deploy comes from a machine whose clock is a year behind."""
    stack = deployed.stack(functions={"memory_mb": 512})
    stack = replace(stack, began=stack.began.replace(year=stack.began.year - 1))
    deployed.deploy(stack)
    newest, first = releases(deployed, stack).entries
    assert newest.versions["get"].number == 2
    assert first.versions["get"].number == 1
    assert versions(deployed) == ["1", "2"]
