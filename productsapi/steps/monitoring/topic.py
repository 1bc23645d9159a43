"""Who is told of the alarms: a topic of SNS's, and the mail address that is subscribed to it.

The topic's own policy lets nobody but this account publish or subscribe, alarms included.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Note, Observed, Outputs
from productsapi.errors import NotFound
from productsapi.steps.features import FeaturePart
from productsapi.steps.stack import Stack, tag_list, tag_map

EMAIL_TAG = "productsapi:email"
"""Which of the topic's subscriptions is ours: they can't be tagged themselves."""
PENDING = "PendingConfirmation"
"""In the place of its ARN; SNS forgets one that isn't confirmed in two days."""


def topic_name(stack: Stack) -> str:
    return f"productsapi-{stack.config.stack}-alarms"


def topic_arn(stack: Stack) -> str:
    return stack.place.arn("sns", topic_name(stack))


def topic_key(stack: Stack) -> str:
    return f"alarm topic {topic_name(stack)}"


@dataclass(frozen=True)
class _TopicPart(FeaturePart):
    of = "alarms"
    step = "monitoring"

    @property
    def wanted(self) -> bool:
        return self.on and self.stack.config.monitoring.email is not None

    @property
    def arn(self) -> str:
        return topic_arn(self.stack)

    def tags(self, aws: Aws) -> dict[str, str] | None:
        """None where there is no topic."""
        try:
            return tag_map(aws.call("sns", "ListTagsForResource", ResourceArn=self.arn)["Tags"])
        except NotFound:
            return None


@dataclass(frozen=True)
class Topic(_TopicPart):
    kind = "alarm topic"

    @property
    def name(self) -> str:
        return topic_name(self.stack)

    @property
    def until(self) -> tuple[str, ...]:
        """It goes when no alarm speaks to it any more."""
        return () if self.wanted else self.speakers

    speakers: tuple[str, ...] = ()
    """The alarms' keys."""

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        tags = self.tags(aws)
        if tags is None:
            return None
        return Observed({"tags": self.stack.ours_among(tags)}, claim=self.stack.claim(tags))

    def want(self, known: Outputs) -> Fields:
        return {"tags": dict(self.stack.tags)}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        """Sent again, it gives the same topic."""
        aws.call("sns", "CreateTopic", Name=self.name, Tags=tag_list(self.stack.tags))
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        if former := self.stack.no_longer(observed.fields["tags"]):
            aws.call("sns", "UntagResource", ResourceArn=self.arn, TagKeys=former)
        tags = tag_list(self.stack.tags)
        aws.call("sns", "TagResource", ResourceArn=self.arn, Tags=tags)
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        """With its subscriptions; what is gone already is fine with SNS."""
        aws.call("sns", "DeleteTopic", TopicArn=self.arn)


@dataclass(frozen=True)
class AlarmMail(_TopicPart):
    """The address's subscription. Those that others have added to the topic stay."""

    kind = "alarm mail"

    @property
    def name(self) -> str:
        return topic_name(self.stack)

    @property
    def part_of(self) -> str:
        return topic_key(self.stack)

    @property
    def after(self) -> tuple[str, ...]:
        return (*super().after, self.part_of)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        tags = self.tags(aws)
        if tags is None or not self.stack.owns(tags):
            return None
        there = self._subscriptions(aws)
        email, former = self.stack.config.monitoring.email, tags.get(EMAIL_TAG)
        left = former if former != email and there.get(former or "", PENDING) != PENDING else None
        if email not in there and left is None:
            return None
        text = f"{email} hasn't confirmed to get the alarms: the link is in SNS's mail to it"
        notes = (Note(text),) if there.get(email or "") == PENDING else ()
        fields = {"email": email if email in there else None, "former": left}
        return Observed(fields, raw=there, notes=notes)

    def want(self, known: Outputs) -> Fields:
        return {"email": self.stack.config.monitoring.email, "former": None}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        """Whose it is is noted first; sent again, SNS knows the subscription."""
        email = self.stack.config.monitoring.email
        tags = [{"Key": EMAIL_TAG, "Value": email}]
        aws.call("sns", "TagResource", ResourceArn=self.arn, Tags=tags)
        aws.call("sns", "Subscribe", TopicArn=self.arn, Protocol="email", Endpoint=email)
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        """The former one goes first: the note that it was ours is overwritten then."""
        if former := observed.fields["former"]:
            self._unsubscribe(aws, observed.raw[former])
        return self.create(aws, known)

    def delete(self, aws: Aws, observed: Observed) -> None:
        """It goes with its topic."""

    def _unsubscribe(self, aws: Aws, arn: str) -> None:
        with suppress(NotFound):
            aws.call("sns", "Unsubscribe", SubscriptionArn=arn)

    def _subscriptions(self, aws: Aws) -> dict[str, Any]:
        pages = aws.pages("sns", "ListSubscriptionsByTopic", TopicArn=self.arn)
        return {
            each["Endpoint"]: each["SubscriptionArn"]
            for page in pages
            for each in page.get("Subscriptions", [])
            if each["Protocol"] == "email"
        }
