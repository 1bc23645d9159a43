"""IAM documents as pure functions: who may assume the functions' roles, and what these may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from productsapi.aws.location import Location

Document = dict[str, Any]

VERSION = "2012-10-17"

TABLE_ACTIONS = {
    "create": ("dynamodb:PutItem",),
    "get": ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"),
    "update": ("dynamodb:GetItem", "dynamodb:UpdateItem"),
    "delete": ("dynamodb:DeleteItem",),
}
"""What each function does on the table: the guide's own list, and a PATCH's read."""

SORT_KEY_ACTIONS = {"update": ("dynamodb:Query",), "delete": ("dynamodb:Query",)}
"""With a sort key these two must look up the categories of an id."""

INDEX_READER = "get"
"""Whose filtered lists the category index serves."""
QUERY_ON_INDEX = "Query on the index"
"""Beside the operations' own names: a right of its own."""


TRACES: Document = {
    "Sid": "Traces",
    "Effect": "Allow",
    "Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    "Resource": "*",
}

PLAIN = {"Sid", "Effect", "Action", "Resource", "Condition"}
"""What a statement may say so that its reach can be compared; a condition only narrows it."""


def statements(document: Mapping[str, Any]) -> list[Document]:
    """A document's statements in one spelling: a sorted list wherever IAM takes one or a list."""
    listed = document.get("Statement", [])
    return [
        {key: value if key in {"Sid", "Effect"} else _several(value) for key, value in each.items()}
        for each in (listed if isinstance(listed, list) else [listed])
    ]


def allows_more(statement: Mapping[str, Any], than: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a statement lets through what none of the others does, all spelled in one way."""
    if statement["Effect"] != "Allow":
        return False
    return not statement.keys() <= PLAIN or not any(
        set(statement["Action"]) <= set(other["Action"])
        and set(statement["Resource"]) <= set(other["Resource"])
        for other in than
    )


def lambda_trust() -> Document:
    """Lambda, and nobody else, assumes the role."""
    return trust("lambda.amazonaws.com")


def trust(service: str) -> Document:
    """A service of AWS's, and nobody else, assumes the role."""
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": "sts:AssumeRole",
            }
        ],
    }


def function_rights(  # noqa: PLR0913 - what the rights depend on, each by name
    location: Location,
    function: str,
    *,
    table: str,
    log_group: str,
    sort_key: bool,
    index: str | None = None,
    secrets: Sequence[str] = (),
    traced: bool = False,
) -> Document:
    """What one function may do: its own actions on the table, and write to its own log group.

    And read the values of the secrets of these ARNs, where the configuration names any; and send
    traces, which X-Ray takes for no resource of its own.

    No logs:CreateLogGroup: a group that was removed isn't made again, without an end to its logs,
    by a late invocation.
    """
    extra = SORT_KEY_ACTIONS.get(function, ()) if sort_key else ()
    indexed = {
        "Sid": "Index",
        "Effect": "Allow",
        "Action": "dynamodb:Query",
        "Resource": location.table_arn(f"{table}/index/{index}"),
    }
    read = {
        "Sid": "Secrets",
        "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": [*secrets],
    }
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": "Table",
                "Effect": "Allow",
                "Action": sorted({*TABLE_ACTIONS[function], *extra}),
                "Resource": location.table_arn(table),
            },
            *([indexed] if index and function == INDEX_READER else []),
            {
                "Sid": "Logs",
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": location.log_group_arn(log_group) + ":*",
            },
            *([read] if secrets else []),
            *([TRACES] if traced else []),
        ],
    }


def table_operations(function: str, *, sort_key: bool, index: bool) -> list[str]:
    """What the same rights let it do, in the words in which a function is asked about them."""
    actions = {*TABLE_ACTIONS[function], *(SORT_KEY_ACTIONS.get(function, ()) if sort_key else ())}
    of_index = [QUERY_ON_INDEX] if index and function == INDEX_READER else []
    return [*sorted(action.partition(":")[2] for action in actions), *of_index]


def _several(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _several(inner) for key, inner in value.items()}
    return sorted(map(str, value)) if isinstance(value, list) else [str(value)]
