"""The alarms' topic: who may publish there, and whom it mails."""

from __future__ import annotations

import json
from typing import Any

import pytest
from options_monitoring import ADA, BOB, ON, TOPIC, actions, bring, plan_of, subscribers, with_mail
from steps_world import World, error

from productsapi.errors import AwsError


def test_only_the_stacks_own_alarms_may_publish(watched: World) -> None:
    reported = watched.client("sns").get_topic_attributes(TopicArn=TOPIC)["Attributes"]
    [statement] = json.loads(reported["Policy"])["Statement"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Resource"] == TOPIC
    source = "arn:aws:cloudwatch:eu-west-2:123456789012:alarm:productsapi-shop-*"
    assert statement["Condition"] == {"ArnLike": {"aws:SourceArn": source}}


def test_a_topic_open_to_others_is_open_and_closed(watched: World) -> None:
    everyone = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "sns:Subscribe", "Resource": TOPIC}
    ]}  # fmt: skip
    watched.client("sns").set_topic_attributes(
        TopicArn=TOPIC, AttributeName="Policy", AttributeValue=json.dumps(everyone)
    )
    stack = watched.stack(**ON)
    [change] = plan_of(watched, stack).to_do
    assert (change.key, change.exposes_access) == ("alarm topic productsapi-shop-alarms", True)
    bring(watched, stack)
    assert plan_of(watched, stack).to_do == ()


# -- mail ------------------------------------------------------------------------------------------


def pending(world: World, *addresses: str) -> None:
    """Not confirmed yet: AWS has no ARN for them."""

    def report(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        for each in reported["Subscriptions"]:
            if each["Endpoint"] in addresses:
                each["SubscriptionArn"] = "PendingConfirmation"

    world.alter("ListSubscriptionsByTopic", report)


def test_unconfirmed_it_is_noted_and_not_sent_again(watched: World) -> None:
    pending(watched, ADA)
    stack = watched.stack(**ON)
    planned = plan_of(watched, stack)
    assert planned.to_do == ()
    [note] = planned.notes
    assert ADA in note.text
    assert "confirmed" in note.text
    pending(watched)
    assert plan_of(watched, stack).notes == ()


def test_another_address_replaces_our_subscription(watched: World) -> None:
    theirs = "somebody@example.com"
    watched.client("sns").subscribe(TopicArn=TOPIC, Protocol="email", Endpoint=theirs)
    watched.forget_calls()
    stack = watched.stack(**with_mail(BOB))
    [change] = plan_of(watched, stack).to_do
    assert [(f.field, f.old, f.new) for f in change.fields] == [("email", ADA, BOB)]
    bring(watched, stack)
    assert watched.changing == ["Subscribe", "Unsubscribe", "TagResource"]
    assert set(subscribers(watched)) == {BOB, theirs}
    assert plan_of(watched, stack).to_do == ()


def test_an_unconfirmed_subscription_ends_by_itself(watched: World) -> None:
    pending(watched, ADA, BOB)
    stack = watched.stack(**with_mail(BOB))
    bring(watched, stack)
    assert watched.changing == ["Subscribe", "TagResource"]
    assert plan_of(watched, stack).to_do == ()


@pytest.mark.parametrize("last", ["Subscribe", "Unsubscribe"])
def test_killed_amid_another_address_the_next_finishes(watched: World, last: str) -> None:
    after = {"Subscribe": "Unsubscribe", "Unsubscribe": "TagResource"}[last]
    stack = watched.stack(**with_mail(BOB))
    watched.fake(after, error("InternalError", status=403))
    with pytest.raises(AwsError):
        bring(watched, stack)
    del watched.wire.fakes[after]
    watched.forget_calls()
    bring(watched, stack)
    assert "Subscribe" not in watched.changing  # it would be mailed once more
    assert list(subscribers(watched)) == [BOB]
    assert plan_of(watched, stack).to_do == ()


@pytest.mark.parametrize("ended", ["gone", "Deleted"])
def test_one_that_ended_is_subscribed_again(watched: World, ended: str) -> None:
    [subscription] = subscribers(watched).values()

    def report(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        for each in reported["Subscriptions"]:
            each["SubscriptionArn"] = "Deleted"

    if ended == "gone":
        watched.client("sns").unsubscribe(SubscriptionArn=subscription)
    else:
        watched.alter("ListSubscriptionsByTopic", report)
    watched.forget_calls()
    assert actions(plan_of(watched, watched.stack(**ON))) == {
        "alarm topic productsapi-shop-alarms": "update"
    }
    bring(watched, watched.stack(**ON))
    assert "Subscribe" in watched.changing


def test_the_address_is_in_no_tag(watched: World) -> None:
    assert ADA not in json.dumps(watched.client("sns").list_tags_for_resource(ResourceArn=TOPIC))
