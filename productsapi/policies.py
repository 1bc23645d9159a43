"""IAM documents as pure functions: who may take on the functions' roles, and what these may do."""

from __future__ import annotations

from typing import Any

from productsapi.aws.place import Place

Document = dict[str, Any]

VERSION = "2012-10-17"

TABLE_ACTIONS = {
    "create": ("dynamodb:PutItem",),
    "get": ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"),
    "update": ("dynamodb:UpdateItem",),
    "delete": ("dynamodb:DeleteItem",),
}
"""What each function does on the table: the guide's own list."""

SORT_KEY_ACTIONS = {"update": ("dynamodb:Query",), "delete": ("dynamodb:Query",)}
"""With a sort key these two must look under which categories an id stands."""

INDEX_READER = "get"
"""Whose filtered lists the category index serves."""


def lambda_trust() -> Document:
    """Lambda, and nobody else, takes the role on."""
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }


def function_rights(  # noqa: PLR0913 - what the rights hang on, each by name
    place: Place,
    function: str,
    *,
    table: str,
    log_group: str,
    sort_key: bool,
    index: str | None = None,
) -> Document:
    """What one function may do: its own actions on the table, and write to its own log group.

    No logs:CreateLogGroup: a group that was removed isn't made again, without an end to its logs,
    by a late invocation.
    """
    extra = SORT_KEY_ACTIONS.get(function, ()) if sort_key else ()
    indexed = {
        "Sid": "Index",
        "Effect": "Allow",
        "Action": "dynamodb:Query",
        "Resource": place.table_arn(f"{table}/index/{index}"),
    }
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": "Table",
                "Effect": "Allow",
                "Action": sorted({*TABLE_ACTIONS[function], *extra}),
                "Resource": place.table_arn(table),
            },
            *([indexed] if index and function == INDEX_READER else []),
            {
                "Sid": "Logs",
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": place.log_group_arn(log_group) + ":*",
            },
        ],
    }
