"""What this environment's role may do on the table: asked by who deploys, never by a caller.

An environment that starts just after its role got a right may be refused it for minutes (K6). Each
call here is one that changes nothing whatever is stored: the writes' condition is never met, and
IAM is asked before it.
"""

from __future__ import annotations

from typing import Any, Callable

from shared.service_errors import CONDITION_FAILED, ServiceError, is_denied
from shared.settings import Settings

NEVER = "attribute_exists(productId) AND attribute_not_exists(productId)"
NOBODYS: dict[str, Any] = {"S": "-"}
"""An id and a category that no product has to have: what is found is of no interest."""
INDEX = "Query on the index"


def denied(asked: Any, table: Any, settings: Settings) -> dict[str, list[str]]:
    """Those of the `asked` operations that are refused, and those of which nothing is known."""
    found: dict[str, list[str]] = {"denied": [], "unknown": []}
    calls = _calls(table, settings)
    for operation in asked if isinstance(asked, list) else []:
        call = calls.get(operation)
        try:
            if call is None:
                found["unknown"].append(str(operation))
            else:
                call()
        except ServiceError as error:
            if is_denied(error):
                found["denied"].append(operation)
            elif error.code != CONDITION_FAILED:
                found["unknown"].append(operation)
    return found


def _calls(table: Any, settings: Settings) -> dict[str, Callable[[], Any]]:
    name = {"TableName": settings.table_name}
    key = {field: NOBODYS for field in ("productId", settings.sort_key) if field}
    never = {**name, "ConditionExpression": NEVER}
    looking = {**name, "Limit": 1, "ProjectionExpression": "productId"}

    def query(field: str, **of: Any) -> Any:
        return table.query(
            **looking,
            **of,
            KeyConditionExpression=f"{field} = :nobodys",
            ExpressionAttributeValues={":nobodys": NOBODYS},
        )

    calls: dict[str, Callable[[], Any]] = {
        "PutItem": lambda: table.put_item(**never, Item=key),
        "GetItem": lambda: table.get_item(**name, Key=key),
        "UpdateItem": lambda: table.update_item(
            **never, Key=key, UpdateExpression="REMOVE createdBy"
        ),
        "DeleteItem": lambda: table.delete_item(**never, Key=key),
        "Query": lambda: query("productId"),
        "Scan": lambda: table.scan(**looking),
    }
    if settings.category_index:
        calls[INDEX] = lambda: query("category", IndexName=settings.category_index)
    return calls
