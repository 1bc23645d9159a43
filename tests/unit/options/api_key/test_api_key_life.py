"""The API key made and removed: in the right order, from any point, with nothing left over."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from api_key_inside import ON, SECRET, assert_good, backend, keys, rotate, value
from steps_kept import Kept, KeptAfter
from steps_world import World, error

from productsapi.cli.plan_detail import changes_as_json
from productsapi.errors import AccessDenied, Interrupted, Refused, RequestFailed
from productsapi.options.api_key.key import STAYS
from productsapi.options.api_key.secret import value_for_a_caller

SCHEDULED = "You can't create this secret because a secret with this name is already scheduled"


@pytest.fixture(scope="module")
def with_key(kept_after: KeptAfter) -> Kept:
    return kept_after(lambda world: world.deploy(world.stack(**ON)))


@pytest.fixture
def keyed(with_key: Kept, world: World) -> World:
    """An account that has a stack with a key; no call is recorded yet."""
    with_key.put_back()
    world.fill_gaps()
    return world


def test_it_is_made_after_the_stage_its_value_last(world: World) -> None:
    """The plan needs the stage; the secret never holds a value that doesn't work."""
    stack = world.stack(**ON)
    world.deploy(stack)
    order = [
        "CreateStage", "CreateUsagePlan", "CreateApiKey", "CreateUsagePlanKey", "PutSecretValue",
    ]  # fmt: skip
    assert [name for name in world.changing if name in order] == order
    assert world.changing.index("CreateSecret") < world.changing.index("PutSecretValue")
    assert_good(world, stack)


def test_what_is_sent_is_what_is_configured(world: World) -> None:
    limits = {"key_rate": 7, "key_burst": 9, "key_quota": 1000}
    world.deploy(world.stack(**ON, limits=limits))
    [plan_asked], [key_asked] = world.asked("CreateUsagePlan"), world.asked("CreateApiKey")
    assert plan_asked["throttle"] == {"rateLimit": 7, "burstLimit": 9}
    assert plan_asked["quota"] == {"limit": 1000, "period": "MONTH"}
    assert key_asked["enabled"] is True
    assert len(key_asked["value"]) == 64
    assert "SecretString" not in world.asked("CreateSecret")[0]
    [put] = world.asked("PutSecretValue")
    assert key_asked["tags"]["productsapi:secret-version"] == put["ClientRequestToken"]


def test_browsers_may_send_its_header(world: World) -> None:
    world.deploy(world.stack(**ON))
    reported = [str(each["responseParameters"]) for each in world.asked("PutIntegrationResponse")]
    assert sum("X-Api-Key" in each for each in reported) == 2


def test_switched_on_later_it_is_marked_first(deployed: World) -> None:
    stack = deployed.stack(**ON)
    deployed.deploy(stack)
    assert deployed.changing[0] == "TagResource"
    assert_good(deployed, stack)


def test_off_it_costs_no_call(deployed: World) -> None:
    deployed.deploy(deployed.stack())
    names = {name for name in deployed.operations if "Secret" in name or "Usage" in name}
    assert not names
    assert "GetApiKeys" not in deployed.operations


@pytest.mark.parametrize("lost", ["CreateApiKey", "PutSecretValue"])
def test_killed_while_made_the_next_leaves_one_key(world: World, lost: str) -> None:
    """The call takes effect, and the run learns only that it failed."""
    world.fill_gaps()
    stack = world.stack(**ON)
    world.lose(lost, "AccessDenied")
    with pytest.raises(AccessDenied):
        world.deploy(stack)
    world.wire.lost.clear()
    world.deploy(stack)
    assert_good(world, stack)


def test_a_key_whose_answer_is_lost_is_not_left_over(world: World) -> None:
    world.fill_gaps()
    stack = world.stack(**ON)
    cut = iter([True])

    def cut_once(_asked: dict[str, Any], _reported: dict[str, Any]) -> None:
        if next(cut, None):
            raise Interrupted("CreateApiKey", "ConnectionLost", "cut")

    world.alter("CreateApiKey", cut_once)
    world.deploy(stack)
    assert len(world.asked("CreateApiKey")) == 2
    assert_good(world, stack)


def test_values_are_never_asked_for(keyed: World) -> None:
    keyed.deploy(keyed.stack(**ON))
    rotate(keyed, keyed.stack(**ON))
    keyed.teardown(keyed.stack(**ON))
    asked = json.dumps([call.params for call in keyed.wire.calls], default=str)
    assert "includeValue" not in asked
    assert not {"GetSecretValue", "GetUsagePlanKeys", "GetApiKey"} & set(keyed.operations)


def test_switched_off_it_goes_after_its_methods(keyed: World) -> None:
    off = keyed.stack()
    assert {c.key for c in keyed.plan(off).to_do if c.action.value == "delete"} == {
        "api key shop", f"api key secret {SECRET}", "other usage plans shop",
    }  # fmt: skip
    keyed.deploy(off)
    calls = keyed.changing
    served = calls.index("UpdateStage")
    assert served < calls.index("DeleteApiKey") < calls.index("DeleteUsagePlan")
    assert served < calls.index("DeleteSecret")
    assert (keys(), dict(backend().usage_plans)) == ({}, {})
    assert keyed.plan(off).to_do == ()


def test_teardown_leaves_nothing_to_find(keyed: World) -> None:
    stack = keyed.stack(**ON)
    keyed.teardown(stack)
    assert (keys(), dict(backend().usage_plans)) == ({}, {})
    found = keyed.client("secretsmanager").describe_secret(SecretId=SECRET)
    assert found["DeletedDate"]
    planned, _ = keyed.teardown(stack)
    assert planned.to_do == ()


@pytest.mark.parametrize("code", ["InvalidRequestException", "ResourceExistsException"])
def test_a_secret_scheduled_for_deletion_is_restored(keyed: World, code: str) -> None:
    """AWS says the one, local clouds the other. Value and tags are new."""
    stack, before = keyed.stack(**ON, tags={"team": "shop"}), value(keyed)
    keyed.teardown(keyed.stack(**ON))
    keyed.forget_calls()
    keyed.fake("CreateSecret", error(code, SCHEDULED))
    keyed.deploy(stack)
    assert "RestoreSecret" in keyed.changing
    assert value(keyed) != before
    assert_good(keyed, stack)


def test_another_refusal_of_the_secret_is_reported(world: World) -> None:
    world.fake("CreateSecret", error("LimitExceededException", "too many"))
    with pytest.raises(Exception, match="too many"):
        world.deploy(world.stack(**ON))


@pytest.mark.parametrize("gone", [False, True])
def test_a_strangers_secret_of_the_name_is_left_alone(world: World, *, gone: bool) -> None:
    client = world.client("secretsmanager")
    client.create_secret(Name=SECRET, SecretString="theirs")
    if gone:
        client.delete_secret(SecretId=SECRET)
    with pytest.raises(Refused, match="doesn't belong to this stack"):
        world.deploy(world.stack(**ON))


def test_without_a_key_there_is_nothing_to_rotate(deployed: World) -> None:
    with pytest.raises(Refused, match="no API key"):
        rotate(deployed, deployed.stack())
    with pytest.raises(Refused, match="no API key to be replaced"):
        rotate(deployed, deployed.stack(**ON))


def test_the_plan_shows_the_price_never_the_value(world: World) -> None:
    stack = world.stack(**ON)
    planned = world.plan(stack)
    assert planned[f"api key secret {SECRET}"].price == "about $0.40 a month"
    applied = world.deploy(stack)
    reading = world.look(stack)
    reported = (
        repr(planned) + json.dumps(changes_as_json(planned.to_do), default=str)
        + repr(applied) + repr(applied.outputs.as_dict()) + repr(reading)
        + repr(reading.outputs.as_dict()) + repr(reading.asked)
    )  # fmt: skip
    assert value(world) not in reported


def test_a_key_that_is_not_there_yet_is_reported(keyed: World) -> None:
    keyed.teardown(keyed.stack(**ON))
    with pytest.raises(RequestFailed, match="no API key yet"):
        value_for_a_caller(keyed.stack(**ON), keyed.aws)
    keyed.client("secretsmanager").delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)
    with pytest.raises(RequestFailed, match="no API key yet"):
        value_for_a_caller(keyed.stack(**ON), keyed.aws)


def test_a_secret_seen_late_makes_no_other_value(keyed: World) -> None:
    """What Secrets Manager returns is a write behind; a plan may say so, a deploy looks again."""
    stack, before = keyed.stack(**ON), value(keyed)
    asks = iter(range(3))

    def late(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        if next(asks, None) is not None:
            reported["VersionIdsToStages"] = {}

    keyed.alter("DescribeSecret", late)
    keyed.deploy(stack)
    assert "CreateApiKey" not in keyed.operations
    assert value(keyed) == before
    assert_good(keyed, stack)


def test_a_key_listed_late_makes_no_other_value(keyed: World) -> None:
    stack, before = keyed.stack(**ON), value(keyed)
    asks = iter(range(3))

    def late(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        if next(asks, None) is not None:
            reported["items"] = []

    keyed.alter("GetApiKeys", late)
    keyed.deploy(stack)
    assert "CreateApiKey" not in keyed.operations
    assert value(keyed) == before
    assert_good(keyed, stack)


def test_a_secret_that_shows_late_makes_no_other_value(keyed: World) -> None:
    """Nothing of the key is noted at first: its secret is made again, and turns out to be there."""
    stack, before = keyed.stack(**ON), value(keyed)
    listed, described = iter(range(2)), iter(range(1))
    gone = error("ResourceNotFoundException", "none")

    def late(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        if next(listed, None) is not None:
            reported["items"] = []

    keyed.alter("GetApiKeys", late)
    keyed.fake("DescribeSecret", lambda _: None if next(described, None) is None else gone)
    keyed.deploy(stack)
    assert "CreateSecret" in keyed.operations
    assert "CreateApiKey" not in keyed.operations
    assert value(keyed) == before
    assert_good(keyed, stack)


def test_an_old_key_that_doesnt_fit_goes_at_once(keyed: World) -> None:
    """Somebody has put another value into the secret: no look is old by a quarter of an hour."""
    keyed.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString="theirs" * 5)
    later = datetime.now(timezone.utc) + timedelta(minutes=16)
    stack = replace(keyed.stack(**ON), began=later)
    waits: list[str] = []
    aws = keyed.aws.reporting_waits(waits.append)
    keyed.aws = aws
    keyed.deploy(stack)
    assert "CreateApiKey" in keyed.operations
    assert not [each for each in waits if "fit each other" in each]


class Edge:
    """The data plane, which knows a new key after some asks; without a token it says 401."""

    def __init__(self, after: int, *, signed_in: bool = True) -> None:
        self.left, self.signed_in = after, signed_in

    def __call__(self, key: str) -> int:
        if not self.signed_in:
            return 401
        if key not in keys().values():
            return 403
        self.left -= 1
        return 403 if self.left >= 0 else 200


@pytest.mark.parametrize("after", [0, 5])
def test_g10_the_former_key_goes_when_the_new_answers(keyed: World, after: int) -> None:
    """G10: its place in the plan, or the key itself, takes seconds to be known."""
    [former] = keys()
    reported = rotate(keyed, keyed.stack(**ON), ask=Edge(after))
    assert former not in keys()
    assert STAYS not in reported
    assert_good(keyed, keyed.stack(**ON))


@pytest.mark.parametrize("edge", [Edge(10_000), Edge(0, signed_in=False)])
def test_g10_it_stays_while_the_new_one_isnt_known(keyed: World, edge: Edge) -> None:
    """G10: at times it takes far longer. The next deploy's plan reports the former one."""
    stack = keyed.stack(**ON)
    [former] = keys()
    reported = rotate(keyed, stack, ask=edge)
    assert "isn't known" in reported[STAYS]
    assert former in keys()
    [new] = keys().keys() - {former}
    assert keys()[new] == value(keyed)
    [field] = keyed.plan(stack)["api key shop"].fields
    assert (field.field, field.old) == ("former", former)
    keyed.deploy(stack)
    assert_good(keyed, stack)
