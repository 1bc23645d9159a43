"""The alarms in CloudWatch. Missing data is no alarm: an API that nobody asks is well."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed, Resource
from productsapi.errors import NotFound
from productsapi.options.alarms import topic
from productsapi.options.alarms.definitions import Definition, definitions
from productsapi.stack import Stack, kinds, tag_list, tag_map
from productsapi.stack.features import FeaturePart
from productsapi.stack.tag_sync import Tagged, set_tags

KEPT = frozenset({"ActionConfiguration"})
AT_OR_ABOVE = "GreaterThanOrEqualToThreshold"


def alarms(stack: Stack, *, on: bool = True) -> list[Resource]:
    return [Alarm(stack, on, definition=each) for each in definitions(stack)]


def alarm_name(stack: Stack, definition: Definition) -> str:
    return f"{topic.prefix(stack)}{definition.name}"


@dataclass(frozen=True)
class Alarm(FeaturePart, Managed):
    definition: Definition = field(kw_only=True)

    off_by = "monitoring.alarms to false"
    step = "monitoring"
    kind = kinds.ALARM
    serial_group = "alarms"  # three PutMetricAlarm a second is all that an account may, by default

    @property
    def name(self) -> str:
        return alarm_name(self.stack, self.definition)

    @property
    def arn(self) -> str:
        return self.stack.location.arn("cloudwatch", f"alarm:{self.name}")

    @property
    def depends_on(self) -> tuple[Key, ...]:
        mailed = self.on and bool(self.stack.config.monitoring.email)
        return (*super().depends_on, *([topic.key(self.stack)] if mailed else []))

    @property
    def monthly(self) -> float:
        return self.definition.monthly

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        """All alarms by one call, which only returns those of these very names."""
        names = [alarm_name(self.stack, each) for each in definitions(self.stack)]
        pages = aws.pages("cloudwatch", "DescribeAlarms", AlarmNames=names)
        found = [alarm for page in pages for alarm in page["MetricAlarms"]]
        alarm = next((each for each in found if each["AlarmName"] == self.name), None)
        if alarm is None:
            return None
        tags = tag_map(aws.call("cloudwatch", "ListTagsForResource", ResourceARN=self.arn)["Tags"])
        fields = {**self._seen(alarm), "tags": self.stack.ours_among(tags)}
        ownership, owner = self.stack.ownership(tags), self.stack.owner(tags)
        return Observed(fields, ownership=ownership, raw=alarm, owner=owner)

    def want(self, known: Outputs) -> Fields:
        mails = self._mails
        definition = self.definition
        return {
            "watches": _lines(definition.queries()),
            "comparison": AT_OR_ABOVE,
            "threshold": definition.threshold,
            "points": f"{definition.points} of {definition.periods}",
            "missing_data": "notBreaching",
            "few_samples": "evaluate",
            "enabled": True,
            "when_alarm": mails,
            "when_ok": mails,
            "when_unknown": [],
            "description": definition.meaning,
            "tags": dict(self.stack.tags),
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        return self._put(aws, Tags=tag_list(self.stack.tags))

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """Tags have calls of their own: PutMetricAlarm ignores them on an alarm that is there."""
        if changed - {"tags"}:
            self._put(aws, **_kept(aws, observed.raw))
        if "tags" in changed:
            set_tags(self.stack, aws, Tagged("cloudwatch", self.arn), observed.fields["tags"])
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            aws.call("cloudwatch", "DeleteAlarms", AlarmNames=[self.name])

    def _put(self, aws: Aws, **more: Any) -> Given:
        mails, definition = self._mails, self.definition
        aws.call(
            "cloudwatch",
            "PutMetricAlarm",
            AlarmName=self.name,
            AlarmDescription=definition.meaning,
            Metrics=definition.queries(),
            ComparisonOperator=AT_OR_ABOVE,
            Threshold=definition.threshold,
            DatapointsToAlarm=definition.points,
            EvaluationPeriods=definition.periods,
            TreatMissingData="notBreaching",
            ActionsEnabled=True,
            AlarmActions=mails,
            OKActions=mails,
            InsufficientDataActions=[],
            **more,
        )
        return {}

    @property
    def _mails(self) -> list[str]:
        return [topic.arn(self.stack)] if self.stack.config.monitoring.email else []

    def _seen(self, alarm: Mapping[str, Any]) -> Fields:
        periods = alarm["EvaluationPeriods"]
        return {
            "watches": self._watched(alarm),
            "comparison": alarm["ComparisonOperator"],
            "threshold": alarm.get("Threshold"),
            "points": f"{alarm.get('DatapointsToAlarm') or periods} of {periods}",
            "missing_data": alarm.get("TreatMissingData"),
            "few_samples": alarm.get("EvaluateLowSampleCountPercentile") or "evaluate",
            "enabled": alarm.get("ActionsEnabled"),
            "when_alarm": alarm.get("AlarmActions", []),
            "when_ok": alarm.get("OKActions", []),
            "when_unknown": alarm.get("InsufficientDataActions", []),
            "description": alarm.get("AlarmDescription"),
        }

    def _watched(self, alarm: Mapping[str, Any]) -> dict[str, str]:
        """What it watches, by id. AWS always returns it; the local cloud keeps no `Metrics`."""
        if alarm.get("MetricName"):
            return {"metric": f"{alarm.get('Namespace')} {alarm['MetricName']}"}
        return _lines(alarm.get("Metrics") or self.definition.queries())


def _kept(aws: Aws, alarm: Mapping[str, Any]) -> dict[str, Any]:
    """What PutMetricAlarm replaces though it isn't ours (W3); botocore knows it from 1.44 on."""
    names = KEPT & alarm.keys() & aws.accepts("cloudwatch", "PutMetricAlarm")
    return {name: alarm[name] for name in names}


def _lines(queries: list[dict[str, Any]]) -> dict[str, str]:
    """Each query in a line that says all of it, the same however AWS orders what it returns."""
    return {query["Id"]: _line(query) for query in queries}


def _line(query: Mapping[str, Any]) -> str:
    if "MetricStat" not in query:
        return f"{query.get('Expression')}{_rest(query, 'Expression')}"
    stat = query["MetricStat"]
    metric = stat["Metric"]
    named = sorted(f"{d['Name']}={d['Value']}" for d in metric.get("Dimensions", []))
    what = f"{stat['Stat']} of {metric['Namespace']} {metric['MetricName']}"
    unit = f" {stat['Unit']}" if stat.get("Unit") else ""
    return f"{what} {', '.join(named)}, {stat['Period']} s{unit}{_rest(query, 'MetricStat')}"


def _rest(query: Mapping[str, Any], known: str) -> str:
    """That it isn't what the alarm looks at, and whatever else somebody set."""
    hidden = "" if query.get("ReturnData", True) else " (input)"
    others = sorted(n for n, v in query.items() if v and n not in {"Id", "ReturnData", known})
    return hidden + "".join(f", {name}={query[name]}" for name in others)
