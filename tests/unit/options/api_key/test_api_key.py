"""The API key as it is: what drifts is repaired, it is rotated, and its value never printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from api_key_inside import ON, SECRET, assert_good, backend, keys, rotate, value
from steps_world import World, error

from productsapi.errors import AccessDenied
from productsapi.options.api_key.secret import value_for_a_caller
from productsapi.routes import ROUTES


@pytest.fixture
def keyed(standing: World) -> World:
    """An account that has a stack with a key; no call is recorded yet."""
    standing.deploy(standing.stack(**ON))
    standing.forget_calls()
    return standing


# -- made ------------------------------------------------------------------------------------------


def test_every_method_but_options_asks_for_it(keyed: World) -> None:
    keyed.deploy(keyed.stack(**ON))
    [api] = backend().apis.values()
    asking = {
        f"{method} {each.get_path()}"
        for each in api.resources.values()
        for method, found in each.resource_methods.items()
        if found.api_key_required
    }
    assert asking == {str(route) for route in ROUTES}


# -- repaired --------------------------------------------------------------------------------------


def _first_plan() -> Any:
    return next(iter(backend().usage_plans.values()))


def _first_key() -> Any:
    return next(iter(backend().keys.values()))


def _out_of_the_plan(_world: World) -> None:
    backend().usage_plan_keys[_first_plan().id].clear()


def _another_value(world: World) -> None:
    world.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString="by hand")


def _second_key(world: World) -> None:
    world.client("apigateway").create_api_key(name="productsapi-shop", tags=_first_key().tags)


def _second_plan(world: World) -> None:
    world.client("apigateway").create_usage_plan(name="x", tags={"productsapi:stack": "shop"})


def _gone(_world: World) -> None:
    backend().keys.clear()
    for inside in backend().usage_plan_keys.values():
        inside.clear()


def _no_stage(_world: World) -> None:
    _first_plan().api_stages.clear()


DRIFTS: dict[str, tuple[Callable[[World], None], set[str], set[str]]] = {
    "another rate": (
        lambda _: _first_plan().throttle.update(rateLimit=99.0),
        {"usage plan productsapi-shop: throttle"},
        {"UpdateUsagePlan"},
    ),
    "a quota": (
        lambda _: _first_plan().quota.update(limit=5, period="DAY"),
        {"usage plan productsapi-shop: quota"},
        {"UpdateUsagePlan"},
    ),
    "disabled": (
        lambda _: setattr(_first_key(), "enabled", False),
        {"api key shop: enabled"},
        {"UpdateApiKey"},
    ),
    "out of the plan": (
        _out_of_the_plan,
        {"api key shop: usage_plan"},
        {"CreateUsagePlanKey"},
    ),
    "another value in the secret": (
        _another_value,
        {"api key shop: value"},
        {"CreateApiKey", "CreateUsagePlanKey", "PutSecretValue", "DeleteUsagePlanKey",
         "DeleteApiKey"},
    ),
    "a second plan": (
        _second_plan,
        {"other usage plans shop: plans"},
        {"DeleteUsagePlan"},
    ),
    "the key is gone": (
        _gone,
        {"api key shop: value", "api key shop: enabled", "api key shop: usage_plan",
         "api key shop: former", "api key shop: tags"},
        {"CreateApiKey", "CreateUsagePlanKey", "PutSecretValue"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", DRIFTS)
def test_drift_is_reported_and_repaired_by_just_that(keyed: World, what: str) -> None:
    spoil, reported, sent = DRIFTS[what]
    stack = keyed.stack(**ON)
    spoil(keyed)
    keyed.forget_calls()
    shown = keyed.plan(stack).to_do
    assert {f"{c.key}: {f.field.split('.')[0]}" for c in shown for f in c.fields} == reported
    keyed.deploy(stack)
    assert set(keyed.changing) == sent
    assert_good(keyed, stack)


def test_a_usage_plan_of_a_gone_api_is_replaced(keyed: World) -> None:
    """Its stages first, or AWS refuses; and gone before the key gets into the new one."""
    stack = keyed.stack(**ON)
    _no_stage(keyed)
    _first_plan().api_stages.append({"apiId": "gone", "stage": "dev"})
    keyed.deploy(stack)
    calls = [name for name in keyed.changing if "Usage" in name]
    assert sorted(calls[:3]) == ["CreateUsagePlan", "DeleteUsagePlan", "UpdateUsagePlan"]
    assert calls[3:] == ["CreateUsagePlanKey"]
    assert_good(keyed, stack)


def test_changed_limits_are_sent_in_one_call(keyed: World) -> None:
    """AWS takes one UpdateUsagePlan in 20 seconds."""
    stack = keyed.stack(**ON, limits={"key_rate": 5, "key_burst": 6, "key_quota": 70})
    keyed.deploy(stack)
    [asked] = keyed.asked("UpdateUsagePlan")
    assert [(p["op"], p["path"], p["value"]) for p in asked["patchOperations"]] == [
        ("replace", "/throttle/rateLimit", "5"),
        ("replace", "/throttle/burstLimit", "6"),
        ("add", "/quota/limit", "70"),
        ("add", "/quota/period", "MONTH"),
    ]
    keyed.deploy(keyed.stack(**ON))
    assert {"op": "remove", "path": "/quota"} in keyed.asked("UpdateUsagePlan")[1][
        "patchOperations"
    ]


def test_tags_follow_the_configuration(keyed: World) -> None:
    keyed.deploy(keyed.stack(**ON, tags={"team": "shop"}))
    assert _first_key().tags["team"] == _first_plan().tags["team"] == "shop"
    assert keyed.plan(keyed.stack(**ON, tags={"team": "shop"})).to_do == ()
    keyed.deploy(keyed.stack(**ON))
    assert "team" not in _first_key().tags
    assert_good(keyed, keyed.stack(**ON))


def test_tags_that_listings_dont_return_are_asked_for(keyed: World) -> None:
    """That AWS returns tags in both listings is in its model and on no page."""

    def without_tags(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        for each in reported["items"]:
            each.pop("tags", None)

    kept = {"apikeys": _first_key().tags, "usageplans": _first_plan().tags}
    keyed.alter("GetApiKeys", without_tags)
    keyed.alter("GetUsagePlans", without_tags)
    keyed.fake("GetTags", lambda asked: {"tags": kept[asked["resourceArn"].rsplit("/", 2)[1]]})
    assert keyed.plan(keyed.stack(**ON)).to_do == ()


def test_who_may_not_look_at_keys_gets_a_note(keyed: World) -> None:
    """apigateway:GET on /apikeys would show the value too, so a reader's policy may lack it."""
    keyed.fake("GetApiKeys", error("AccessDeniedException", "no", 403))
    reading = keyed.look(keyed.stack(**ON))
    assert ["can't be seen" in note.text for note in reading.notes] == [True]
    assert keyed.plan(keyed.stack(**ON)).to_do == ()


# -- rotated ---------------------------------------------------------------------------------------


def test_rotated_the_new_key_works_before_the_old_goes(keyed: World) -> None:
    stack, before = keyed.stack(**ON), value(keyed)
    rotate(keyed, stack)
    assert keyed.changing == [
        "CreateApiKey", "CreateUsagePlanKey", "PutSecretValue", "DeleteUsagePlanKey",
        "DeleteApiKey",
    ]  # fmt: skip
    assert value(keyed) != before
    assert_good(keyed, stack)


def test_a_kept_former_key_is_reported_and_removed(keyed: World) -> None:
    stack, [before] = keyed.stack(**ON), keys()
    rotate(keyed, stack, keep=True)
    assert len(keys()) == 2
    [change] = keyed.plan(stack).to_do
    assert [(f.field, f.old, f.new) for f in change.fields] == [("former", before, None)]
    keyed.deploy(stack)
    assert_good(keyed, stack)


@pytest.mark.parametrize("lost", ["CreateUsagePlanKey", "PutSecretValue"])
def test_a_killed_rotation_is_finished_by_the_next(keyed: World, lost: str) -> None:
    stack = keyed.stack(**ON)
    keyed.lose(lost, "AccessDenied")
    with pytest.raises(AccessDenied):
        rotate(keyed, stack)
    keyed.wire.lost.clear()
    keyed.deploy(stack)
    assert_good(keyed, stack)


# -- reported --------------------------------------------------------------------------------------


def test_a_caller_gets_it_from_secrets_manager(keyed: World) -> None:
    assert value_for_a_caller(keyed.stack(**ON), keyed.aws) == value(keyed)


def test_a_caller_who_may_not_learns_the_permission(keyed: World) -> None:
    keyed.fake("GetSecretValue", error("AccessDeniedException", "no"))
    with pytest.raises(AccessDenied) as denied:
        value_for_a_caller(keyed.stack(**ON), keyed.aws)
    assert f"secretsmanager:GetSecretValue on the secret {SECRET}" in denied.value.hint
