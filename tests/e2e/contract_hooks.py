"""What schemathesis finds that is no fault of the API, each with its reason. Loaded by its process.

Everything else that it finds fails test_e2e_contract.py.
"""

from __future__ import annotations

import json
import re
from typing import Any

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import RejectedPositiveData, UseAfterFree

from productsapi.openapi.parameters import ETAGS

DEEPEST = 8

BEYOND_JSON_SCHEMA = {
    ("invalid_product", "number"): "38 significant digits; a number below 1E-130",
    ("invalid_product", "const"): "a body that names another product than its path",
    ("nothing_to_change", ""): "a body with nothing but the product's id",
    ("invalid_parameter", "nextToken"): "a token that no list gave",
}
"""Why a request that keeps the document's schemas may be refused all the same."""

OF_FURTHER_FIELDS = {
    "minLength": "an empty name within one",
    "exclusiveMaximum": "a number of 1E126 or more",
    "exclusiveMinimum": "one of -1E126 or less",
}
"""The document gives them no types, so that generated ones take any value."""
KNOWN = {"productId", "category", "productName", "description", "productPrice", "stock"}
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
READ_ONLY = {"createdAt", "createdBy", "updatedAt", "updatedBy", "version"}
"""Ignored, so that what was read may be sent back: not to be sent, as schemathesis has it."""


_asked: dict[str, Any] = {}
"""The query of each request so far, by its case."""


@schemathesis.hook
def after_call(
    context: schemathesis.HookContext, case: schemathesis.Case, response: schemathesis.Response
) -> None:
    _asked[case.id] = dict(case.query or {})


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext,
    failure: Failure,
    case: schemathesis.Case,
    response: schemathesis.Response,
) -> bool:
    """Whether to report it."""
    if isinstance(failure, RejectedPositiveData):
        return not (_beyond_json_schema(response) or _too_deep(case) or _no_etags(case))
    if isinstance(failure, AcceptedNegativeData):
        return not (isinstance(case.body, dict) and _taken_beyond(case.body))
    if isinstance(failure, UseAfterFree):
        return _same_product(_asked.get(str(failure.deleted_case_id)), case)
    return True


def _same_product(deleted: dict[str, Any] | None, case: schemathesis.Case) -> bool:
    """With a sort key a product is its id and its category, which schemathesis doesn't look at.

    Where the deletion's query isn't known, it counts as the same.
    """
    return deleted is None or deleted.get("category") == (case.query or {}).get("category")


def _taken_beyond(body: dict[str, Any]) -> bool:
    """A decimal text is a price, too; the document has one type, for generators."""
    price = body.get("productPrice")
    spelled = isinstance(price, str) and DECIMAL.fullmatch(price)
    return bool(READ_ONLY & body.keys() or spelled)


def _beyond_json_schema(response: schemathesis.Response) -> bool:
    """Every reason that the answer gives must be such a one."""
    problem = _problem(response)
    code, errors = problem.get("code"), problem.get("errors", [])
    if code == "invalid_product":
        errors = [each for each in errors if not _of_further_field(each)]
        if not errors:
            return True
    reported = [each["field" if code == "invalid_parameter" else "code"] for each in errors] or [""]
    return all((code, why) in BEYOND_JSON_SCHEMA for why in reported)


def _of_further_field(error: dict[str, str]) -> bool:
    outermost = re.split(r"[.\[]", error["field"])[0]
    return error["code"] in OF_FURTHER_FIELDS and outermost not in KNOWN


def _too_deep(case: schemathesis.Case) -> bool:
    """JSON Schema can't bound the depth of a value that holds any JSON."""
    return isinstance(case.body, dict) and _depth(case.body) > DEEPEST


def _depth(value: Any) -> int:
    inner = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    )
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def _no_etags(case: schemathesis.Case) -> bool:
    """Schemathesis makes some headers up that break the document's own pattern, such as `0`."""
    sent = [(case.headers or {}).get(name) for name in ("If-Match", "If-None-Match")]
    return any(each is not None and re.search(ETAGS, each) is None for each in sent)


def _problem(response: schemathesis.Response) -> dict[str, Any]:
    try:
        found = json.loads(response.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
