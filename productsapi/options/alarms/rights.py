"""IAM actions for the stack's own alarms and their SNS topic, by name."""

from __future__ import annotations

from functools import partial

from productsapi.options.alarms import topic as mail
from productsapi.stack.iam_right import (
    CHANGING,
    CLOUDWATCH,
    DEPLOY,
    LOOKING,
    Scope,
    anything,
    calls,
    local_anything,
)

SNS = "list_amazonsns.html"


def alarms(scope: Scope) -> tuple[str, ...]:
    return (scope.stack.location.arn("cloudwatch", f"alarm:{mail.prefix(scope.stack)}*"),)


def every_alarm(scope: Scope) -> tuple[str, ...]:
    """IAM checks DescribeAlarms against all alarms, whichever are asked for (W1)."""
    return (scope.stack.location.arn("cloudwatch", "alarm:*"),)


def topic(scope: Scope) -> tuple[str, ...]:
    return (mail.arn(scope.stack),)


def alarmed(scope: Scope) -> bool:
    return scope.stack.config.monitoring.alarms


def mailed(scope: Scope) -> bool:
    return alarmed(scope) and scope.stack.config.monitoring.email is not None


_alarms = partial(calls, "cloudwatch", page=CLOUDWATCH, also=local_anything, when=alarmed)
_topic = partial(calls, "sns", page=SNS, also=local_anything, when=mailed)

ALARMS = (
    *_alarms("DescribeAlarms", every_alarm, LOOKING),
    *_alarms("ListTagsForResource", alarms, LOOKING),
    *_alarms("PutMetricAlarm TagResource UntagResource", alarms, DEPLOY),
    *_alarms("PutMetricAlarm", alarms, DEPLOY, action="cloudwatch:TagResource", carrying="Tags"),
    *_alarms("DeleteAlarms", alarms, CHANGING),
)

TOPIC = (
    *_topic("GetTopicAttributes ListTagsForResource ListSubscriptionsByTopic", topic, LOOKING),
    *_topic("CreateTopic SetTopicAttributes TagResource UntagResource Subscribe", topic, DEPLOY),
    *_topic("CreateTopic", topic, DEPLOY, action="sns:TagResource", carrying="Tags"),
    *calls("sns", "Unsubscribe", anything, DEPLOY, SNS, when=mailed),
    *_topic("DeleteTopic", topic, CHANGING),
)
