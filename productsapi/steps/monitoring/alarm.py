"""An alarm of CloudWatch's, found by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs
from productsapi.steps.features import FeaturePart
from productsapi.steps.monitoring.definitions import (
    ALL_OF_THEM,
    PERIOD,
    Definition,
    Metric,
    condition,
    definitions,
)
from productsapi.steps.monitoring.topic import topic_arn, topic_key
from productsapi.steps.stack import tag_list, tag_map

AT_LEAST = "GreaterThanOrEqualToThreshold"
NO_DATA = "notBreaching"


@dataclass(frozen=True)
class Alarm(FeaturePart):
    definition: Definition | None = None
    of = "alarms"
    step = "monitoring"
    kind = "alarm"

    @property
    def defined(self) -> Definition:
        if self.definition is None:
            raise AssertionError("an alarm is made of its definition")
        return self.definition

    @property
    def name(self) -> str:
        return self.defined.name

    @property
    def monthly(self) -> float:
        return self.defined.monthly

    @property
    def after(self) -> tuple[str, ...]:
        """Before it can speak to the topic; one that is to be silent comes before that goes."""
        return (*super().after, *([topic_key(self.stack)] if self.on and self._actions else []))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        """All of ours are asked for in one call."""
        names = [each.name for each in definitions(self.stack)]
        pages = aws.pages(
            "cloudwatch", "DescribeAlarms", AlarmNames=names, AlarmTypes=["MetricAlarm"]
        )
        found = (each for page in pages for each in page.get("MetricAlarms", []))
        alarm = next((each for each in found if each["AlarmName"] == self.name), None)
        if alarm is None:
            return None
        arn = alarm["AlarmArn"]
        tags = tag_map(aws.call("cloudwatch", "ListTagsForResource", ResourceARN=arn)["Tags"])
        fields = {**_told(alarm, self.defined), "tags": self.stack.ours_among(tags)}
        return Observed(fields, claim=self.stack.claim(tags), raw={"arn": arn})

    def want(self, known: Outputs) -> Fields:
        return {
            "description": self.defined.description,
            "watches": self.defined.watches,
            "condition": self.defined.condition,
            "comparison": AT_LEAST,
            "without_data": NO_DATA,
            "enabled": True,
            "tells": self._actions[0] if self._actions else None,
            "tells_when_over": self._actions[0] if self._actions else None,
            "tags": dict(self.stack.tags),
        }

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        self._put(aws, Tags=tag_list(self.stack.tags))
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        """PutMetricAlarm heeds tags for a new alarm only (its own page)."""
        arn = observed.raw["arn"]
        if changed - {"tags"}:
            self._put(aws)
        if "tags" in changed:
            if former := self.stack.no_longer(observed.fields["tags"]):
                aws.call("cloudwatch", "UntagResource", ResourceARN=arn, TagKeys=former)
            tags = tag_list(self.stack.tags)
            aws.call("cloudwatch", "TagResource", ResourceARN=arn, Tags=tags)
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        """What is gone already is fine with CloudWatch."""
        aws.call("cloudwatch", "DeleteAlarms", AlarmNames=[self.name])

    @property
    def _actions(self) -> list[str]:
        return [topic_arn(self.stack)] if self.stack.config.monitoring.email else []

    def _put(self, aws: Aws, **more: Any) -> None:
        """The whole of it: what is left out is reset."""
        aws.call(
            "cloudwatch",
            "PutMetricAlarm",
            AlarmName=self.name,
            AlarmDescription=self.defined.description,
            ActionsEnabled=True,
            AlarmActions=self._actions,
            OKActions=self._actions,
            ComparisonOperator=AT_LEAST,
            Threshold=self.defined.threshold,
            EvaluationPeriods=self.defined.of,
            DatapointsToAlarm=self.defined.points,
            TreatMissingData=NO_DATA,
            **self.defined.parameters(),
            **more,
        )


def _told(alarm: Mapping[str, Any], ours: Definition) -> Fields:
    of = alarm.get("EvaluationPeriods", 0)
    points = alarm.get("DatapointsToAlarm", of)
    watches, period = _watched(alarm) or (ours.watches, PERIOD)
    return {
        "description": alarm.get("AlarmDescription"),
        "watches": watches,
        "condition": condition(alarm.get("Threshold", 0), points, of, period),
        "comparison": alarm.get("ComparisonOperator"),
        "without_data": alarm.get("TreatMissingData", "missing"),
        "enabled": alarm.get("ActionsEnabled", True),
        "tells": ", ".join(sorted(alarm.get("AlarmActions", []))) or None,
        "tells_when_over": ", ".join(sorted(alarm.get("OKActions", []))) or None,
    }


def _watched(alarm: Mapping[str, Any]) -> tuple[str, int] | None:
    """What an alarm watches, in the words of its definition, and over how many seconds.

    AWS tells either one metric or several; None where an endpoint tells neither.
    """
    queries = alarm.get("Metrics") or []
    if not queries and not alarm.get("MetricName"):
        return None
    if not queries:
        statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic", "")
        return str(_metric(alarm, statistic)), alarm.get("Period", 0)
    stats = [query["MetricStat"] for query in queries if "MetricStat" in query]
    told = " + ".join(sorted(str(_metric(each["Metric"], each["Stat"])) for each in stats))
    sums = [query["Expression"] for query in queries if query.get("Expression")]
    others = "" if sums == [ALL_OF_THEM] else f" by {'; '.join(sums)}"
    return told + others, max((each["Period"] for each in stats), default=0)


def _metric(told: Mapping[str, Any], statistic: str) -> Metric:
    dimensions = tuple((each["Name"], each["Value"]) for each in told.get("Dimensions", []))
    return Metric(told.get("Namespace", ""), told.get("MetricName", ""), dimensions, statistic)
