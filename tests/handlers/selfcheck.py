"""Runs the sample events through all four handlers on this interpreter, with the stdlib only.

Prints one line and exits 0, or prints each failure and exits 1.
"""

from __future__ import annotations

import contextlib
import io
import sys
from typing import Any

import harness
import keyword_cases
from memory_table import MemoryTable

# in this order, on one table: sample event, handler, status, and a part of the answer
CASES: list[tuple[str, str, int, dict[str, Any]]] = [
    ("get_list", "get", 200, {"items": []}),
    ("get_item", "get", 404, {"code": "product_not_found"}),
    ("put", "update", 404, {"code": "product_not_found"}),
    ("delete", "delete", 404, {"code": "product_not_found"}),
    ("post_null_claims", "create", 401, {"code": "unauthorized"}),
    ("post_null_authorizer", "create", 401, {"code": "unauthorized"}),
    ("post_no_authorizer", "create", 401, {"code": "unauthorized"}),
    ("post_access_token", "create", 401, {"code": "id_token_required"}),
    ("post_other_client", "create", 401, {"code": "unknown_client"}),
    ("bare_integration", "create", 401, {"code": "unauthorized"}),
    ("post_form", "create", 415, {"code": "unsupported_media_type"}),
    ("post_null_body", "create", 400, {"code": "invalid_json"}),
    ("delete_null_path_parameters", "delete", 400, {"code": "invalid_parameter"}),
    ("get_list_repeated_limit", "get", 400, {"code": "invalid_parameter"}),
    ("post", "create", 201, {**harness.SMARTPHONE, "version": 1, "createdBy": harness.ALICE}),
    ("post", "create", 409, {"code": "product_exists"}),
    ("post_base64", "create", 409, {"code": "product_exists"}),
    ("post_lower_case_headers", "create", 409, {"code": "product_exists"}),
    ("post_upper_case_headers", "create", 409, {"code": "product_exists"}),
    ("post_null_headers", "create", 409, {"code": "product_exists"}),
    ("get_item", "get", 200, {**harness.SMARTPHONE, "version": 1}),
    ("get_item_guide_spelling", "get", 200, {"productId": "PROD001"}),
    ("put_if_match", "update", 200, {"version": 2, "productName": "Smartphone Model X"}),
    ("put_if_match", "update", 412, {"code": "version_mismatch"}),
    ("put_emulator", "update", 412, {"code": "version_mismatch"}),
    ("put", "update", 200, {"version": 3}),
    ("patch", "update", 200, {"version": 4, "size": {"heightMm": 150}}),
    ("patch", "update", 200, {"version": 4}),
    ("get_list_filtered", "get", 200, {}),
    ("delete", "delete", 204, {}),
    ("get_item", "get", 404, {"code": "product_not_found"}),
    ("post_base64", "create", 201, {"version": 1}),
    ("put_emulator", "update", 200, {"version": 2, "stock": 3}),
]

# bodies whose answer could differ between interpreters: numbers, depth, text
BODIES: list[tuple[str, int]] = [
    ("[" * 100_000, 400),
    ('{"a":' * 50_000, 400),
    ('{"productPrice": ' + "9" * 100_000 + "}", 400),
    ('{"productPrice": 1e999999999999999999999}', 400),
    ('{"productPrice": NaN}', 400),
    ('{"productPrice": 30.40}', 200),
    ('{"productPrice": 12345678901234567890.123456789012345678}', 200),
    ('{"note": "\\ud83d\\ude00 \U0001f600"}', 200),
    ('{"note": "\\ud83d"}', 400),
    ('{"note": 1, "note": 2}', 400),
    ('{"productName": "x\\n"}', 200),
    ("", 400),
]


def failures() -> list[str]:
    found = keyword_cases.failures()
    table = MemoryTable(harness.TABLE)
    api = harness.Api(table)
    for name, handler, status, part in CASES:
        reply = api.send(handler, harness.event(name))
        wrong = [key for key, value in part.items() if reply.json.get(key) != value]
        if reply.status != status or wrong:
            found.append(f"{name}: {reply.status} instead of {status}, {wrong}: {reply.text}")
    for body, status in BODIES:
        reply = api.put("PROD001", body)
        if reply.status != status:
            found.append(f"{body[:60]}: {reply.status} instead of {status}: {reply.text[:300]}")
    text = api.get("PROD001").text
    if '"productPrice":12345678901234567890.123456789012345678' not in text:
        found.append(f"the price isn't exact: {text}")
    for odd in (None, [], "text", 7, {"requestContext": 7}, {"headers": {"a": 1}, "body": b""}):
        statuses = {api.send(handler, odd).status for handler in harness.HANDLERS}
        if statuses != {401}:
            found.append(f"{odd!r}: {statuses}")
    loaded = {"boto3", "botocore"} & set(sys.modules)
    return [*found, *(f"{name} was loaded" for name in loaded)]


def main() -> int:
    with contextlib.redirect_stdout(io.StringIO()):  # the handlers' own log lines
        found = failures()
    version = ".".join(map(str, sys.version_info[:3]))
    reported = "\n".join(found) or f"python {version}: all sample events answered as they should be"
    sys.stdout.write(reported + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
