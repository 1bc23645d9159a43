"""Everything that can be refused, each with a stable code, as RFC 9457 problem details."""

from __future__ import annotations

from typing import Any, NamedTuple, Sequence

CODES: dict[str, tuple[int, str]] = {
    "invalid_json": (400, "The body is not a JSON object this API can read"),
    "invalid_product": (400, "The product breaks the rules"),
    "invalid_parameter": (400, "A parameter of the request is not valid"),
    "nothing_to_change": (400, "The body changes nothing"),
    "unauthorized": (401, "Sign in first"),
    "id_token_required": (401, "Send the ID token, not the access token"),
    "unknown_client": (401, "The token was issued to another application"),
    "write_group_required": (403, "You may read products, not change them"),
    "not_owner": (403, "Only its creator may change this product"),
    "product_not_found": (404, "There is no such product"),
    "product_exists": (409, "A product with this id exists"),
    "category_required": (409, "Several products have this id"),
    "unusable_version": (409, "The stored product has a version that can't be counted on"),
    "version_mismatch": (412, "The product was changed in the meantime"),
    "body_too_large": (413, "The body is too large"),
    "product_too_large": (413, "The product is too large to be stored"),
    "unsupported_media_type": (415, "Send the body as application/json"),
    "internal_error": (500, "Something went wrong on our side"),
    "busy": (503, "The table is busy, try again"),
}

MAX_VIOLATIONS = 100
"""So that a body full of mistakes can't ask for an answer of any size."""


class Violation(NamedTuple):
    field: str  # where: stock, dimensions.width, tags[2]; or the parameter's or header's name
    code: str  # the rule's name in the schema, such as minLength
    message: str


class Problem(Exception):
    """A refusal. Its texts go to the caller: nothing of the inside may stand in them."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        violations: Sequence[Violation] = (),
        **members: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status, self.title = CODES[code]
        self.detail = detail
        self.violations = violations[:MAX_VIOLATIONS]
        self.members = members

    def body(self, request_id: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": f"urn:productsapi:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "requestId": request_id,
            **self.members,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.violations:
            body["errors"] = [violation._asdict() for violation in self.violations]
        return body


def invalid_parameter(name: str, message: str, code: str | None = None) -> Problem:
    violations: list[Violation] = [Violation(name, code or "invalid", message)]
    return Problem("invalid_parameter", f"{name} {message}.", violations)


def invalid_product(*found: Violation) -> Problem:
    return Problem("invalid_product", f"{len(found)} violation(s), each with its field.", found)
