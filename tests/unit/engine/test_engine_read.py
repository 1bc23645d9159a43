"""Reading: everything in one look, and only what is ours counts."""

from __future__ import annotations

import threading

import pytest
from fake_cloud import Cloud, Made, Thing, failing

from productsapi.aws.caller import Aws, Stopped
from productsapi.engine.outputs import Outputs
from productsapi.engine.read import read
from productsapi.engine.resource import Observed
from productsapi.errors import AccessDenied


def test_what_locates_is_read_first(aws: Aws, cloud: Cloud) -> None:
    pool = Thing(cloud, "pool", outputs=("pool id",))
    client = Thing(cloud, "client", lookup_inputs=("pool id",))
    other = Thing(cloud, "other")
    cloud.things["pool"].append(Made({"size": 1}, {"pool id": "p1"}))
    cloud.things["client"].append(Made({"size": 1}, {}))
    reading = read([client, other, pool], aws)
    assert cloud.calls.index("read pool") < cloud.calls.index("read client")
    assert reading.get(client)
    assert reading.get(other) is None
    assert reading.outputs.as_dict() == {"pool id": "p1"}
    assert list(reading.observed) == [client.key, pool.key]  # whichever answered first


def test_what_is_not_ours_is_seen_but_gives_nothing(aws: Aws, cloud: Cloud) -> None:
    """Its id would lead into somebody else's pool."""
    pool = Thing(cloud, "pool", outputs=("pool id",))
    client = Thing(cloud, "client", lookup_inputs=("pool id",))
    cloud.things["pool"].append(Made({"size": 1}, {"pool id": "theirs"}, ours=False))
    cloud.things["client"].append(Made({"size": 1}, {}))
    reading = read([pool, client], aws)
    assert reading.get(pool)
    assert reading.get(client) is None
    assert reading.outputs.as_dict() == {}


def test_a_call_is_made_once_in_a_look_and_anew_next(aws: Aws, cloud: Cloud) -> None:
    """Unless whoever looks remembers already: what he asks later is then part of the same look."""
    memories = []

    class Looks(Thing):
        def read(self, aws: Aws, known: Outputs) -> Observed | None:
            memories.append(aws.memory)
            return None

    looking = aws.remembering()
    for caller in (aws, aws, looking):
        read([Looks(cloud, "table"), Looks(cloud, "pool")], caller)
    assert memories[0] is memories[1]
    assert memories[2] is memories[3] is not memories[0]
    assert memories[4] is memories[5] is looking.memory


def test_the_first_error_ends_it_not_given_up_waits(waiting_aws: Aws, cloud: Cloud) -> None:
    under_way = threading.Event()

    def waits() -> None:
        under_way.set()
        waiting_aws.wait(600, "a throttle")

    def denied() -> None:
        assert under_way.wait(600)
        raise AccessDenied("GetRole", "AccessDenied", "iam:GetRole isn't allowed")

    cloud.before["read slow"].append(waits)
    cloud.before["read denied"].append(denied)
    with pytest.raises(AccessDenied):
        read([Thing(cloud, "slow"), Thing(cloud, "denied")], waiting_aws)


def test_after_a_failed_reading_the_next_sees_all(aws: Aws, cloud: Cloud) -> None:
    thing = Thing(cloud, "web")
    cloud.things["web"].append(Made({"size": 1}, {}))
    cloud.before["read web"].append(failing(Stopped("given up")))
    with pytest.raises(Stopped):
        read([thing], aws)
    assert read([thing], aws).get(thing)


def test_reading_changes_nothing(aws: Aws, cloud: Cloud) -> None:
    read([Thing(cloud, str(n)) for n in range(5)], aws)
    assert cloud.changing == []
