"""What CloudWatch measures of a stack without being asked, by AWS's names for it.

The names and dimensions are from AWS's pages «Amazon API Gateway dimensions and metrics», «Types of
metrics for Lambda functions» and «DynamoDB metrics and dimensions».
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi import function_role_policies
from productsapi.routes import FUNCTIONS
from productsapi.stack import CATEGORY_INDEX, Stack

PERIOD = 300
"""Seconds that one figure covers."""


@dataclass(frozen=True)
class Metric:
    """One statistic of one metric, and what to call it where it is drawn."""

    namespace: str
    name: str
    stat: str
    dimensions: Mapping[str, str]
    label: str = ""

    def query(self) -> dict[str, Any]:
        """In the form that alarms take."""
        listed = [{"Name": name, "Value": value} for name, value in self.dimensions.items()]
        metric = {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": listed}
        return {"Metric": metric, "Period": PERIOD, "Stat": self.stat}

    def drawn(self) -> list[Any]:
        """In the form that dashboards take."""
        pairs = [text for pair in self.dimensions.items() for text in pair]
        return [self.namespace, self.name, *pairs, {"stat": self.stat, "label": self.label}]


def of_api(stack: Stack, name: str, stat: str, label: str = "") -> Metric:
    """CloudWatch knows an API by its name."""
    api = stack.config.api
    return Metric("AWS/ApiGateway", name, stat, {"ApiName": api.name, "Stage": api.stage}, label)


def of_functions(stack: Stack, name: str, stat: str) -> dict[str, Metric]:
    """By function; all its versions together."""
    return {
        function: Metric(
            "AWS/Lambda",
            name,
            stat,
            {"FunctionName": stack.function_name(function)},
            f"{function}: {name.lower()}",
        )
        for function in FUNCTIONS
    }


def of_table(stack: Stack, name: str, label: str = "") -> Metric:
    return Metric("AWS/DynamoDB", name, "Sum", {"TableName": stack.config.table.name}, label)


def of_index(stack: Stack, name: str) -> Metric:
    """What is refused for an index counts there, not with its table."""
    of = {"TableName": stack.config.table.name, "GlobalSecondaryIndexName": CATEGORY_INDEX}
    return Metric("AWS/DynamoDB", name, "Sum", of)


def of_operations(stack: Stack, name: str) -> dict[str, Metric]:
    """By operation, of all that the functions may do with the table."""
    table = stack.config.table
    rights = {
        action for actions in function_role_policies.TABLE_ACTIONS.values() for action in actions
    }
    operations = sorted(action.removeprefix("dynamodb:") for action in rights)
    return {
        operation.lower(): Metric(
            "AWS/DynamoDB", name, "Sum", {"TableName": table.name, "Operation": operation}
        )
        for operation in operations
    }
