"""The mail: a topic that the alarms are sent to, and who has subscribed to it.

Whom we subscribed is remembered in a tag, in short, since anybody may read tags: another address in
the configuration takes that one's place, and others that were added by hand stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi import function_role_policies
from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Kind
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Note, Observed, Resource
from productsapi.errors import NotFound
from productsapi.options.alarms.definitions import definitions
from productsapi.stack import Stack, kinds, tag_list, tag_map
from productsapi.stack.features import FeaturePart
from productsapi.stack.tag_sync import Tagged, add_tags, set_tags

TAG = "productsapi:subscriber"
PENDING, DELETED = "PendingConfirmation", "Deleted"
"""The text in place of a subscription's ARN before it is confirmed, and when it is over."""


def mail(stack: Stack, *, on: bool = True) -> list[Resource]:
    return [AlarmTopic(stack, on)]


def prefix(stack: Stack) -> str:
    """What the names of alarms and topic begin with."""
    return f"productsapi-{stack.config.stack}-"


def arn(stack: Stack) -> str:
    return stack.location.arn("sns", f"{prefix(stack)}alarms")


def key(stack: Stack) -> Key:
    return AlarmTopic(stack).key


def policy(stack: Stack) -> function_role_policies.Document:
    """The stack's alarms may publish, nobody else, and nobody from outside may subscribe.

    As in AWS's «Why didn't I receive an SNS notification for my CloudWatch alarm trigger?»; who is
    of the account needs no mention.
    """
    alarms = stack.location.arn("cloudwatch", f"alarm:{prefix(stack)}*")
    statement = {
        "Sid": "Alarms",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": arn(stack),
        "Condition": {"ArnLike": {"aws:SourceArn": alarms}},
    }
    return {"Version": function_role_policies.VERSION, "Statement": [statement]}


@dataclass(frozen=True)
class AlarmTopic(FeaturePart, Managed):
    off_by = "monitoring.email to null"
    step = "monitoring"
    kind = Kind("alarm topic")

    @property
    def name(self) -> str:
        return f"{prefix(self.stack)}alarms"

    @property
    def email(self) -> str:
        return self.stack.config.monitoring.email or ""

    @property
    def delete_after(self) -> tuple[Key, ...]:
        """It goes when no alarm is sent to it any more."""
        names = [f"{prefix(self.stack)}{each.name}" for each in definitions(self.stack)]
        return () if self.on else tuple(kinds.ALARM(name).if_there for name in names)

    @property
    def exposure_fields(self) -> frozenset[str]:
        return frozenset({"policy"})

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            attributes = aws.call("sns", "GetTopicAttributes", TopicArn=arn(self.stack))
            response = aws.call("sns", "ListTagsForResource", ResourceArn=arn(self.stack))
            subscribed = self._subscribed(aws)
        except NotFound:
            return None
        tags = tag_map(response["Tags"])
        former = [e for e in subscribed if _short(e) == tags.get(TAG) and not self._ours(e)]
        there = next(filter(self._ours, subscribed), "")
        settled = there and not former and tags.get(TAG) == _short(self.email)
        fields = {
            "email": self.email if settled else "".join(former) or None,
            "policy": _spelled(json.loads(attributes["Attributes"].get("Policy") or "{}")),
            "tags": self.stack.ours_among(tags),
        }
        raw = {"subscribed": bool(there), "former": {e: subscribed[e] for e in former}}
        ownership, owner = self.stack.ownership(tags), self.stack.owner(tags)
        return Observed(
            fields, ownership=ownership, raw=raw, notes=self._notes(subscribed), owner=owner
        )

    def want(self, known: Outputs) -> Fields:
        return {
            "email": self.email,
            "policy": _spelled(policy(self.stack)),
            "tags": dict(self.stack.tags),
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        """CreateTopic gives the topic that there is, made by a former sending of it."""
        aws.call(
            "sns",
            "CreateTopic",
            Name=self.name,
            Attributes={"Policy": json.dumps(policy(self.stack))},
            Tags=tag_list({**self.stack.tags, TAG: _short(self.email)}),
        )
        self._subscribe(aws)
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        if "policy" in changed:
            aws.call(
                "sns",
                "SetTopicAttributes",
                TopicArn=arn(self.stack),
                AttributeName="Policy",
                AttributeValue=json.dumps(policy(self.stack)),
            )
        if "tags" in changed:
            set_tags(self.stack, aws, Tagged("sns", arn(self.stack)), observed.fields["tags"])
        if "email" in changed:
            self._replace(aws, observed)
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        """Its subscriptions go with it; one that is never confirmed ends by itself."""
        with suppress(NotFound):
            aws.call("sns", "DeleteTopic", TopicArn=arn(self.stack))

    def _replace(self, aws: Aws, observed: Observed) -> None:
        """The new one first, the mark last: until then the old one is known to be ours."""
        if not observed.raw["subscribed"]:
            self._subscribe(aws)
        for subscription in observed.raw["former"].values():
            if subscription != PENDING:  # which can't be ended, and ends by itself
                aws.call("sns", "Unsubscribe", SubscriptionArn=subscription)
        add_tags(aws, Tagged("sns", arn(self.stack)), {TAG: _short(self.email)})

    def _subscribe(self, aws: Aws) -> None:
        """AWS writes to the address and asks; until it is confirmed no alarm is mailed."""
        topic = arn(self.stack)
        aws.call("sns", "Subscribe", TopicArn=topic, Protocol="email", Endpoint=self.email)

    def _subscribed(self, aws: Aws) -> dict[str, str]:
        """The subscriptions of mail addresses, by address."""
        pages = aws.pages("sns", "ListSubscriptionsByTopic", TopicArn=arn(self.stack))
        return {
            each["Endpoint"]: each["SubscriptionArn"]
            for page in pages
            for each in page["Subscriptions"]
            if each["Protocol"] == "email" and each["SubscriptionArn"] != DELETED
        }

    def _ours(self, address: str) -> bool:
        return self.on and address.casefold() == self.email.casefold()

    def _notes(self, subscribed: Mapping[str, str]) -> tuple[Note, ...]:
        return tuple(
            Note(
                f"{address} hasn't confirmed AWS's mail yet, so no alarm is mailed there: the link "
                "in it is good for two days; a deploy after that sends another one"
            )
            for address, subscription in subscribed.items()
            if subscription == PENDING and self._ours(address)
        )


def _short(address: str) -> str:
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:16]


def _spelled(document: Mapping[str, Any]) -> list[Any]:
    """A policy's statements in one spelling, whichever AWS gives them back in."""
    return [
        {**each, "Action": sorted(action.lower() for action in each.get("Action", []))}
        for each in function_role_policies.statements(document)
    ]
