"""Reading the table: defaults and absent keys are no difference, states are waited for.

moto's answers are its own; those here have the shapes that AWS documents.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from steps_answers import KNOWN, OURS, differences, resource
from steps_world import World, error

from productsapi.options.registry import OPTIONS, resources
from productsapi.steps.table.table import Table

TABLE = {
    "TableName": "ProductsTable",
    "TableStatus": "ACTIVE",
    "AttributeDefinitions": [{"AttributeName": "productId", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "productId", "KeyType": "HASH"}],
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
    "ItemCount": 0,
    "DeletionProtectionEnabled": False,
    "WarmThroughput": {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000},
}


def _table(world: World, **changes: Any) -> None:
    reported = {name: value for name, value in {**TABLE, **changes}.items() if value is not None}
    world.fake("DescribeTable", {"Table": reported})
    tags = [{"Key": k, "Value": v} for k, v in OURS.items()]
    world.fake("ListTagsOfResource", {"Tags": tags})


def test_table_as_aws_returns_it_is_as_it_should_be(world: World) -> None:
    _table(world)
    assert differences(world, "table ProductsTable") == {}


def test_a_table_that_reports_no_protection_has_none(world: World) -> None:
    _table(world, DeletionProtectionEnabled=None)
    assert differences(world, "table ProductsTable") == {}


def test_a_table_without_billing_is_provisioned(world: World) -> None:
    """DescribeTable leaves it out where the table was never on demand."""
    _table(world, BillingModeSummary=None)
    assert differences(world, "table ProductsTable") == {
        "billing": ("PROVISIONED", "PAY_PER_REQUEST")
    }


def test_keys_are_read_in_whatever_order_they_come(world: World) -> None:
    _table(
        world,
        AttributeDefinitions=[
            {"AttributeName": "category", "AttributeType": "S"},
            {"AttributeName": "productId", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "category", "KeyType": "RANGE"},
            {"AttributeName": "productId", "KeyType": "HASH"},
        ],
    )
    seen = resource(world, "table ProductsTable").read(world.aws, KNOWN)
    assert seen is not None
    assert seen.fields["partition_key"] == "productId (S)"
    assert seen.fields["sort_key"] == "category (S)"


def test_table_that_is_being_made_is_waited_for(world: World) -> None:
    """A run was killed in the middle of it: neither tags nor backups are reported yet."""
    statuses = iter(["CREATING", "CREATING", "ACTIVE"])
    _table(world)
    world.fake("DescribeTable", lambda _: {"Table": {**TABLE, "TableStatus": next(statuses)}})
    assert differences(world, "table ProductsTable") == {}
    assert next(statuses, None) is None


def test_table_that_is_being_changed_is_read_as_it_is(world: World) -> None:
    _table(world, TableStatus="UPDATING")
    assert differences(world, "table ProductsTable") == {}
    assert len(world.asked("DescribeTable")) == 1


def test_a_table_being_removed_is_waited_for(world: World) -> None:
    deleting = {"Table": {**TABLE, "TableStatus": "DELETING"}}
    answers = iter([deleting, deleting, error("ResourceNotFoundException")])
    world.fake("DescribeTable", lambda _: next(answers))
    remembering = world.aws.remembering()  # as in a whole look
    assert resource(world, "table ProductsTable").read(remembering, KNOWN) is None


@pytest.mark.parametrize(
    ("reported", "enabled"),
    [
        ({"ContinuousBackupsStatus": "ENABLED"}, False),
        (
            {
                "ContinuousBackupsStatus": "ENABLED",
                "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
            },
            False,
        ),
        (
            {
                "ContinuousBackupsStatus": "ENABLED",
                "PointInTimeRecoveryDescription": {
                    "PointInTimeRecoveryStatus": "ENABLED",
                    "RecoveryPeriodInDays": 35,
                },
            },
            True,
        ),
    ],
)
def test_backups_are_read_by_their_own_status(
    world: World, reported: dict[str, Any], *, enabled: bool
) -> None:
    """ContinuousBackupsStatus is ENABLED on every table."""
    world.fake("DescribeContinuousBackups", {"ContinuousBackupsDescription": reported})
    seen = resource(world, "backups ProductsTable").read(world.aws, KNOWN)
    assert seen is not None
    assert seen.fields == {"point_in_time_recovery": enabled}


NEW, OLD = timedelta(minutes=1), timedelta(hours=1)
NOT_SHOWN = {"none": {"Tags": []}, "not found": error("ResourceNotFoundException")}


@pytest.mark.parametrize("late", NOT_SHOWN.values(), ids=NOT_SHOWN)
def test_d2_d3_tags_of_a_new_table_are_looked_at_again(world: World, late: dict[str, Any]) -> None:
    """A run that was killed just now made it: for some seconds AWS may not show its tags."""
    stack = world.stack()
    _table(world, CreationDateTime=stack.began - NEW)
    reported = [late, late, {"Tags": [{"Key": k, "Value": v} for k, v in OURS.items()]}]
    world.fake("ListTagsOfResource", lambda _: reported.pop(0))
    seen = Table(stack).read(world.aws, KNOWN)
    assert seen is not None
    assert seen.ours
    assert reported == []


def test_d2_no_tags_on_an_old_table_are_what_there_is(world: World) -> None:
    stack = world.stack()
    _table(world, CreationDateTime=stack.began - OLD)
    world.fake("ListTagsOfResource", {"Tags": []})
    seen = Table(stack).read(world.aws, KNOWN)
    assert seen is not None
    assert not seen.ours
    assert len(world.asked("ListTagsOfResource")) == 1


def test_d1_tags_of_the_table_change_one_after_another(world: World) -> None:
    """A change goes on after its answer, and AWS refuses the next one until then."""
    tagging = {"id tags", "feature tags", "former feature tags"}
    serial_groups = {r.serial_group for r in resources(world.stack()) if r.kind in tagging}
    assert len(serial_groups) == 1
    assert None not in serial_groups


def test_features_keep_the_names_that_tables_record() -> None:
    """By another name nobody would remove what a former version of productsapi has made."""
    assert {option.name for option in OPTIONS if option.name} == {
        "access-log",
        "alarm-mail",
        "alarms",
        "api-key",
        "dashboard",
        "domain",
        "invoke-url-off",
    }
