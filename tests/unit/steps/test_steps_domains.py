"""Custom domains that lead to our API (G7): seen before a teardown changes anything."""

from __future__ import annotations

from typing import Any

import pytest
from steps_world import World, error

from productsapi.errors import Refused
from productsapi.stack import custom_domains


def _mapped(world: World, *names: str, api_id: str) -> None:
    def mappings(params: dict[str, Any]) -> dict[str, Any]:
        other = {"basePath": "other", "restApiId": "theirs", "stage": "dev"}
        if params["domainName"] != names[-1]:
            return {"items": [other]}
        return {"items": [other, {"basePath": "v1", "restApiId": api_id, "stage": "dev"}]}

    world.fake("GetDomainNames", {"items": [{"domainName": name} for name in names]})
    world.fake("GetBasePathMappings", mappings)


def test_g7_a_mapped_api_is_refused_before_any_change(deployed: World) -> None:
    api_id = deployed.outputs()["api_id"]
    _mapped(deployed, "a.example.com", "shop.example.com", api_id=api_id)
    with pytest.raises(Refused, match=r"shop\.example\.com/v1") as refused:
        deployed.teardown(deployed.stack())
    assert "--domain-name shop.example.com --base-path 'v1'" in refused.value.hint
    assert "a.example.com" not in refused.value.message
    assert deployed.changing == []


def test_g7_domains_of_other_apis_are_none_of_ours(deployed: World) -> None:
    _mapped(deployed, "shop.example.com", api_id="theirs-too")
    deployed.teardown(deployed.stack())
    assert "DeleteRestApi" in deployed.operations


def test_g7_many_domains_cost_a_bounded_number(deployed: World) -> None:
    names = [f"d{number}.example.com" for number in range(200)]
    _mapped(deployed, *names, api_id="theirs")
    assert custom_domains.leading_to(deployed.stack(), deployed.aws, "abcdefghij") == []
    assert len(deployed.asked("GetBasePathMappings")) == custom_domains.MOST


def test_g7_who_may_not_look_is_not_stopped_by_that(deployed: World) -> None:
    deployed.fake("GetDomainNames", error("AccessDeniedException", status=403))
    deployed.teardown(deployed.stack())
    assert "DeleteRestApi" in deployed.operations


@pytest.mark.parametrize("operation", ["DeleteStage", "DeleteRestApi"])
def test_g7_awss_own_refusal_is_explained(deployed: World, operation: str) -> None:
    text = "Deleting API failed. Please remove all base path mappings related to the RestApi in "
    text += "your domains: shop.example.com"
    deployed.fake(operation, error("BadRequestException", text))
    with pytest.raises(Refused, match=r"shop\.example\.com") as refused:
        deployed.teardown(deployed.stack())
    assert "get-base-path-mappings" in refused.value.hint
