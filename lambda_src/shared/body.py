"""The body of a POST, a PUT or a PATCH → a product, or the changes to one, held to the rules."""

from __future__ import annotations

import base64
import binascii
from typing import Any, NamedTuple

from shared.jsontext import MalformedError, parse
from shared.problems import Problem, Violation, invalid_product
from shared.request import Request
from shared.rules import CHANGES, MAX_BYTES, MAX_DEPTH, PRODUCT, Schema, accepted
from shared.validation import value_violations, violations

VERSION = {"type": "integer"}
JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"


class Changes(NamedTuple):
    fields: dict[str, Any]  # to set, or to merge; those that are None are to be removed
    version: int | None  # that was read, where the body tells it


def new_product(request: Request) -> dict[str, Any]:
    """Raises Problem: 400 with every violation, 413, 415."""
    return _valid(_json(request), PRODUCT)


def changes_to(product_id: str, request: Request) -> Changes:
    """Raises Problem like new_product."""
    body = _json(request)
    version, wrong = _version(body)
    fields = _valid(body, CHANGES, *wrong)
    if fields.pop("productId", product_id) != product_id:
        raise invalid_product(Violation("productId", "const", "must be the one in the path"))
    if not fields:
        raise Problem("nothing_to_change", "Give a field that can be changed.")
    return Changes(fields, version)


def merge_patch(request: Request) -> Changes:
    """What is to be merged: whether it keeps the rules is seen then. Raises Problem."""
    body = _json(request, MERGE_PATCH)
    version, wrong = _version(body)
    if not isinstance(body, dict):
        wrong = [Violation("", "type", "must be a JSON object")]
    if wrong:
        raise invalid_product(*wrong)
    return Changes(accepted(body, CHANGES), version)


def _version(body: Any) -> tuple[int | None, list[Violation]]:
    """The `version` that a body tells it was made of; null tells none."""
    given = body.get("version") if isinstance(body, dict) else None
    wrong = [] if given is None else list(value_violations("version", given, VERSION))
    return None if given is None or wrong else int(given), wrong


def _valid(body: Any, schema: Schema, *wrong: Violation) -> dict[str, Any]:
    """The fields that a client may give; `wrong` is what was found already."""
    given = accepted(body, schema)
    found = [*violations(given, schema), *wrong]
    if found:
        raise invalid_product(*found)
    product: dict[str, Any] = given
    return product


def _json(request: Request, wanted: str = JSON) -> Any:
    _refuse_encodings(request.headers.get("content-encoding", ""))
    _refuse_other_types(request.headers.get("content-type"), wanted)
    try:
        return parse(_text(request), MAX_DEPTH)
    except MalformedError as error:
        raise Problem("invalid_json", f"The body is {error}.") from None


def _refuse_encodings(content_encoding: str) -> None:
    """What is compressed would be read as a broken text."""
    codings = {coding.strip().lower() for coding in content_encoding.split(",")}
    if codings - {"", "identity"}:
        raise Problem("unsupported_content_encoding", "Send the body as it is, not compressed.")


def _refuse_other_types(content_type: Any, wanted: str) -> None:
    """No type at all is taken for JSON; anything else that is said must be true."""
    if content_type is None:
        return
    media_type, _, parameters = content_type.lower().partition(";")
    _, named, charset = parameters.partition("charset=")
    charset = charset.partition(";")[0].strip(' "')
    if media_type.strip() != wanted or (named and charset not in ("utf-8", "utf8")):
        raise Problem("unsupported_media_type", f"Content-Type must be {wanted}, in UTF-8.")


def _text(request: Request) -> str:
    """The body as it was sent, never more of it than can be a product."""
    body = request.body
    if not isinstance(body, str) or not body:
        raise Problem("invalid_json", "The body is empty.")
    if len(body) > 2 * MAX_BYTES:  # before any work; base64 needs a third more
        raise _too_large()
    try:
        raw = base64.b64decode(body, validate=True) if request.is_base64 else body.encode()
        text = raw.decode()
    except (binascii.Error, UnicodeError, ValueError):
        raise Problem("invalid_json", "The body is not UTF-8 text.") from None
    if len(raw) > MAX_BYTES:
        raise _too_large()
    return text


def _too_large() -> Problem:
    return Problem("body_too_large", f"A body has at most {MAX_BYTES} bytes.")
