"""Creates whose answer was lost, or that meet something: never two, never somebody else's."""

from __future__ import annotations

import pytest
from fake_cloud import Cloud, Made, Recorder, Thing, failing

from productsapi.aws.caller import Aws
from productsapi.engine import outputs
from productsapi.engine.apply import LOOKS, Applied, apply
from productsapi.engine.plan import plan
from productsapi.engine.read import read
from productsapi.errors import AlreadyExists, AwsError, Interrupted, Refused

LOST = Interrupted("Create", "ConnectionLost", "the connection broke")


def deploy(thing: Thing, aws: Aws, report: Recorder) -> Applied:
    reading = read([thing], aws)
    return apply(plan([thing], reading), [thing], reading, aws, report)


@pytest.fixture(params=[True, False], ids=["unique", "makes a second one"])
def thing(request: pytest.FixtureRequest, cloud: Cloud) -> Thing:
    return Thing(cloud, "pool", unique=request.param, outputs=("id",))


def test_an_answer_lost_after_its_effect_leaves_one(
    thing: Thing, aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    cloud.after["create pool"].append(failing(LOST))
    applied = deploy(thing, aws, report)
    applied.raise_failure()
    assert len(cloud.things["pool"]) == 1
    assert applied.outputs.get("id") == "id-1"


def test_an_answer_lost_before_its_effect_leaves_one(
    thing: Thing, aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    cloud.before["create pool"].append(failing(LOST))
    deploy(thing, aws, report).raise_failure()
    assert len(cloud.things["pool"]) == 1
    assert cloud.changing == ["create pool", "create pool"]


def test_a_lagging_listing_is_looked_at_several_times(
    aws: Aws, cloud: Cloud, report: Recorder, pauses: list[float]
) -> None:
    thing = Thing(cloud, "pool", unique=False, outputs=("id",))
    cloud.after["create pool"].append(failing(LOST))
    cloud.hidden = len(LOOKS) - 1
    applied = deploy(thing, aws, report)
    applied.raise_failure()
    assert cloud.changing == ["create pool"]
    assert tuple(pauses) == LOOKS
    assert sum(LOOKS) >= 30
    assert applied.outputs.get(outputs.LOST) is None
    assert len(report.keys("waiting")) == len(LOOKS)


def test_an_unsafe_create_is_looked_for_before_again(
    aws: Aws, cloud: Cloud, report: Recorder, pauses: list[float]
) -> None:
    thing = Thing(cloud, "pool", unique=False)
    cloud.before["create pool"].append(failing(LOST))
    deploy(thing, aws, report).raise_failure()
    first, second = (i for i, call in enumerate(cloud.calls) if call == "create pool")
    assert cloud.calls[first + 1 : second] == ["read pool"] * len(LOOKS)


def test_an_answer_lost_for_good_reaches_those_next(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    """What the first create has made may show up yet, beside the second one."""
    thing = Thing(cloud, "pool", unique=False)
    cloud.before["create pool"].append(failing(LOST))
    assert deploy(thing, aws, report).outputs.get(outputs.LOST) == thing.key


def test_what_aws_refuses_twice_is_sent_again_at_once(
    aws: Aws, cloud: Cloud, report: Recorder, pauses: list[float]
) -> None:
    cloud.after["create role"].append(failing(LOST))
    applied = deploy(Thing(cloud, "role"), aws, report)
    applied.raise_failure()
    assert pauses == []
    assert len(cloud.things["role"]) == 1
    assert applied.outputs.get(outputs.LOST) is None


def test_an_answer_lost_twice_ends_the_run(
    thing: Thing, aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    cloud.before["create pool"] += [failing(LOST), failing(LOST)]
    with pytest.raises(Interrupted):
        deploy(thing, aws, report).raise_failure()
    assert cloud.changing == ["create pool"] * 2


def test_what_was_made_meanwhile_is_taken_up(aws: Aws, cloud: Cloud, report: Recorder) -> None:
    thing = Thing(cloud, "pool", outputs=("id",))
    theirs = Made({"size": 1}, {"id": "from another run"})
    cloud.before["create pool"].append(lambda: cloud.things["pool"].append(theirs))
    applied = deploy(thing, aws, report)
    applied.raise_failure()
    assert cloud.changing == ["create pool"]
    assert applied.outputs.get("id") == "from another run"


def test_what_was_made_meanwhile_by_half_is_completed(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    half = Made({"size": None}, {})
    cloud.before["create group"].append(lambda: cloud.things["group"].append(half))
    deploy(Thing(cloud, "group"), aws, report).raise_failure()
    assert cloud.changing == ["create group", "update group"]
    assert half.fields == {"size": 1}


def test_what_others_made_meanwhile_is_refused(
    thing: Thing, aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    foreign = Made({"size": 7}, {"id": "theirs"}, ours=False)

    def somebody_else() -> None:
        cloud.things["pool"].append(foreign)
        if not thing.unique:
            raise LOST

    cloud.before["create pool"].append(somebody_else)
    applied = deploy(thing, aws, report)
    with pytest.raises(Refused, match="doesn't belong to this stack"):
        applied.raise_failure()
    assert cloud.things["pool"] == [foreign]
    assert applied.outputs.get("id") is None
    assert foreign.fields == {"size": 7}


def test_what_exists_unseen_is_looked_for(
    aws: Aws, cloud: Cloud, report: Recorder, pauses: list[float]
) -> None:
    """IAM says EntityAlreadyExists some seconds before GetRole finds the role."""
    cloud.before["create role"].append(lambda: cloud.things["role"].append(Made({"size": 1}, {})))
    cloud.hidden = 2
    deploy(Thing(cloud, "role"), aws, report).raise_failure()
    assert pauses == [1, 2]


def test_what_can_never_be_seen_ends_in_awss_words(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    exists = AlreadyExists("CreateRole", "EntityAlreadyExists", "there is a role")
    cloud.before["create role"].append(failing(exists))
    with pytest.raises(AlreadyExists):
        deploy(Thing(cloud, "role"), aws, report).raise_failure()


def test_another_error_is_not_repeated(
    thing: Thing, aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    cloud.before["create pool"].append(failing(AwsError("Create", "Invalid", "no")))
    with pytest.raises(AwsError):
        deploy(thing, aws, report).raise_failure()
    assert cloud.changing == ["create pool"]


def test_a_change_that_makes_another_is_repeated_once(
    aws: Aws, cloud: Cloud, report: Recorder, pauses: list[float]
) -> None:
    """A deployment is sent once only: its own create looks first for the one it may have made."""
    cloud.things["deployment"].append(Made({"size": 2}, {}))
    cloud.before["update deployment"].append(failing(LOST))
    deploy(Thing(cloud, "deployment", unique=False), aws, report).raise_failure()
    assert cloud.changing == ["update deployment"] * 2
    assert pauses == [1]


def test_any_other_change_is_the_sdks_to_repeat(aws: Aws, cloud: Cloud, report: Recorder) -> None:
    cloud.things["role"].append(Made({"size": 2}, {}))
    cloud.before["update role"].append(failing(LOST))
    with pytest.raises(Interrupted):
        deploy(Thing(cloud, "role"), aws, report).raise_failure()
    assert cloud.changing == ["update role"]
