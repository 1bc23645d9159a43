"""DynamoDB's expressions: their placeholders, and the conditions on a product's version."""

from __future__ import annotations

from typing import Any

from shared.attributes import Attribute, Item, attribute_of
from shared.etags import Number


class Expression:
    """Names and values behind placeholders: DynamoDB reserves half of English."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: Item = {}

    def name(self, name: str) -> str:
        return self.names.setdefault(name, f"#n{len(self.names)}")

    def value(self, value: Any) -> str:
        return self.attribute(attribute_of(value))

    def attribute(self, attribute: Attribute) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = attribute
        return placeholder

    def parts(self) -> dict[str, Any]:
        """The arguments; DynamoDB refuses empty ones."""
        parts: dict[str, Any] = {}
        if self.names:
            parts["ExpressionAttributeNames"] = {
                placeholder: name for name, placeholder in self.names.items()
            }
        if self.values:
            parts["ExpressionAttributeValues"] = self.values
        return parts


def one_of(expression: Expression, versions: frozenset[Number]) -> str:
    if not versions:
        return "attribute_not_exists(productId)"  # together with attribute_exists: never
    name = expression.name("version")
    condition = f"{name} IN ({', '.join(expression.value(each) for each in sorted(versions))})"
    return f"({condition} OR attribute_not_exists({name}))" if 0 in versions else condition


def countable(expression: Expression) -> str:
    """A product made elsewhere may have a version such as "2.0", to which 1 can't be added."""
    name, number = expression.name("version"), expression.value("N")
    return f"(attribute_not_exists({name}) OR attribute_type({name}, {number}))"
