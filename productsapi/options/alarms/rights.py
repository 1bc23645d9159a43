"""CloudWatch's alarms, and the topic that tells of them. A stack's own, by name."""

from __future__ import annotations

from productsapi.options.alarms import topic as mail
from productsapi.steps.iam_right import (
    CHANGING,
    CLOUDWATCH,
    DEPLOY,
    LOOKING,
    REFERENCE,
    Right,
    Scope,
    anything,
    calls,
    local_anything,
)

SNS = "list_amazonsns.html"


def alarms(scope: Scope) -> tuple[str, ...]:
    return (scope.stack.place.arn("cloudwatch", f"alarm:{mail.prefix(scope.stack)}*"),)


def every_alarm(scope: Scope) -> tuple[str, ...]:
    """DescribeAlarms is told to be judged on all alarms, whichever are asked for (W1)."""
    return (scope.stack.place.arn("cloudwatch", "alarm:*"),)


def topic(scope: Scope) -> tuple[str, ...]:
    return (mail.arn(scope.stack),)


def alarmed(scope: Scope) -> bool:
    return bool(scope.stack.config.monitoring.alarms)


def mailed(scope: Scope) -> bool:
    return alarmed(scope) and scope.stack.config.monitoring.email is not None


ALARMS = (
    *calls(
        "cloudwatch",
        "DescribeAlarms",
        every_alarm,
        LOOKING,
        CLOUDWATCH,
        also=local_anything,
        when=alarmed,
    ),
    *calls(
        "cloudwatch",
        "ListTagsForResource",
        alarms,
        LOOKING,
        CLOUDWATCH,
        also=local_anything,
        when=alarmed,
    ),
    *calls(
        "cloudwatch",
        "PutMetricAlarm TagResource UntagResource",
        alarms,
        DEPLOY,
        CLOUDWATCH,
        also=local_anything,
        when=alarmed,
    ),
    Right(
        "cloudwatch",
        "PutMetricAlarm",
        "cloudwatch:TagResource",
        alarms,
        DEPLOY,
        f"{REFERENCE}{CLOUDWATCH}",
        carrying="Tags",
        also=local_anything,
        when=alarmed,
    ),
    *calls(
        "cloudwatch",
        "DeleteAlarms",
        alarms,
        CHANGING,
        CLOUDWATCH,
        also=local_anything,
        when=alarmed,
    ),
)

TOPIC = (
    *calls(
        "sns",
        "GetTopicAttributes ListTagsForResource ListSubscriptionsByTopic",
        topic,
        LOOKING,
        SNS,
        also=local_anything,
        when=mailed,
    ),
    *calls(
        "sns",
        "CreateTopic SetTopicAttributes TagResource UntagResource Subscribe",
        topic,
        DEPLOY,
        SNS,
        also=local_anything,
        when=mailed,
    ),
    Right(
        "sns",
        "CreateTopic",
        "sns:TagResource",
        topic,
        DEPLOY,
        f"{REFERENCE}{SNS}",
        carrying="Tags",
        also=local_anything,
        when=mailed,
    ),
    *calls("sns", "Unsubscribe", anything, DEPLOY, SNS, when=mailed),
    *calls("sns", "DeleteTopic", topic, CHANGING, SNS, also=local_anything, when=mailed),
)
