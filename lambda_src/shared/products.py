"""The table, as one caller may use it.

Each change is one conditional call: two writers at once can't lose each other's work, and why a
condition failed is read from the product that this same call returned.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Callable, NamedTuple

from shared.attributes import Attribute, Item, attribute_of, item_of, values_of
from shared.claims import Caller, must_own
from shared.etags import Versions
from shared.expressions import Expression, countable, one_of
from shared.problems import Problem, Violation, invalid_product
from shared.rules import ANSWERED, FIELDS, spelled
from shared.service_errors import CONDITION_FAILED, ServiceError
from shared.settings import Settings

Product = dict[str, Any]
Key = dict[str, str]

MOST_CATEGORIES = 100
"""So many categories of one id are looked at and listed."""


class ConditionError(Exception):
    """What stands in the table is not what a change needs."""

    def __init__(self, error: ServiceError) -> None:
        super().__init__()
        self.item = error.item
        self.current: Product = values_of(error.item)
        # the change was sent twice: the first may have been done, and only its answer got lost
        self.retried = error.was_retried


class Products(NamedTuple):
    client: Any  # shared.dynamodb.Table, or a test's
    settings: Settings
    caller: Caller
    now: str

    def create(self, product: Product) -> Product:
        """Stores it, unless there is one of this key."""
        by, at = self.caller.sub, self.now
        stored = {**product, "createdAt": at, "createdBy": by, "updatedAt": at, "updatedBy": by}
        item = item_of({**stored, "version": 1})
        try:
            self._change(
                self.client.put_item,
                Item=item,
                ConditionExpression="attribute_not_exists(productId)",
            )
        except ConditionError as failed:
            if not (failed.retried and failed.current == values_of(item)):
                raise Problem("product_exists") from None
        return self.answer(item)

    def get(self, key: Key) -> Product:
        return self.answer(self.item(key))

    def answer(self, item: Item) -> Product:
        """A stored product as callers get it."""
        product = in_order(values_of(item))
        return spelled(product, ANSWERED) if self.settings.decimals_as_text else product

    def item(self, key: Key) -> Item:
        """As it is stored. Raises Problem: 404."""
        reply = self.client.get_item(
            TableName=self.settings.table_name,
            Key=item_of(key),
            ConsistentRead=True,  # who has just written reads what they wrote
        )
        if "Item" not in reply:
            raise Problem("product_not_found")
        item: Item = reply["Item"]
        return item

    def update(self, key: Key, changes: Product, versions: Versions) -> Product:
        """Sets what is given, removes what is None, counts the version."""
        attributes = {
            name: None if value is None else attribute_of(value) for name, value in changes.items()
        }
        try:
            return self.write(key, attributes, versions)
        except ConditionError as failed:
            raise self._refusal(failed.current) from None

    def write(self, key: Key, changes: dict[str, Attribute | None], versions: Versions) -> Product:
        """The same of attribute values. Raises ConditionError with what stands there instead."""
        changes = dict(changes)
        if self.settings.sort_key:
            there = attribute_of(key["category"])
            if changes.pop("category", there) != there:
                reason = "can't be changed: it is part of the table's key"
                raise invalid_product(Violation("category", "const", reason))
        expression = Expression()
        conditions = self._conditions(expression, versions)
        if versions.required is None:
            conditions.append(countable(expression))
        removed = [name for name, value in changes.items() if value is None]
        given = {name: value for name, value in changes.items() if value is not None}
        given |= item_of({"updatedAt": self.now, "updatedBy": self.caller.sub})
        version, zero, one = expression.name("version"), expression.value(0), expression.value(1)
        sets = [f"{version} = if_not_exists({version}, {zero}) + {one}"]
        sets += [f"{expression.name(name)} = {expression.attribute(given[name])}" for name in given]
        removes = [expression.name(name) for name in removed]
        try:
            reply = self._change(
                self.client.update_item,
                Key=item_of(key),
                UpdateExpression=f"SET {', '.join(sets)}"
                + (f" REMOVE {', '.join(removes)}" if removes else ""),
                ConditionExpression=" AND ".join(conditions),
                ReturnValues="ALL_NEW",
                **expression.parts(),
            )
        except ConditionError as failed:
            if not (failed.retried and values_of(given).items() <= failed.current.items()):
                raise
            return self.answer(failed.item)
        return self.answer(reply["Attributes"])

    def delete(self, key: Key, versions: Versions) -> None:
        expression = Expression()
        conditions = self._conditions(expression, versions)
        try:
            self._change(
                self.client.delete_item,
                Key=item_of(key),
                ConditionExpression=" AND ".join(conditions),
                **expression.parts(),
            )
        except ConditionError as failed:
            raise self._refusal(failed.current) from None

    def key(self, product_id: str, category: str | None) -> Key:
        """Where a product stands. With a sort key, one id may stand under several categories."""
        if not self.settings.sort_key:
            return {"productId": product_id}
        if category is None:
            category = self._only_category(product_id)
        return {"productId": product_id, "category": category}

    def _only_category(self, product_id: str) -> str:
        expression = Expression()
        reply = self.client.query(
            TableName=self.settings.table_name,
            KeyConditionExpression=f"productId = {expression.value(product_id)}",
            ProjectionExpression=expression.name("category"),
            ConsistentRead=True,
            Limit=MOST_CATEGORIES,
            **expression.parts(),
        )
        categories = [values_of(item)["category"] for item in reply["Items"]]
        if not categories:
            raise Problem("product_not_found")
        if len(categories) > 1:
            raise Problem("category_required", "Pick one with ?category=.", categories=categories)
        only: str = categories[0]
        return only

    def _change(self, call: Callable[..., Any], **arguments: Any) -> Any:
        """One conditional call. Raises ConditionError, and Problem for what is too large."""
        try:
            return call(
                TableName=self.settings.table_name,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **arguments,
            )
        except ServiceError as error:
            if error.code == CONDITION_FAILED:
                raise ConditionError(error) from None
            if error.code == "ValidationException" and "Item size" in error.message:
                raise Problem("product_too_large", "A stored product has at most 400 KB.") from None
            raise

    def _conditions(self, expression: Expression, versions: Versions) -> list[str]:
        conditions = ["attribute_exists(productId)"]
        if must_own(self.caller, self.settings):
            owner = expression.value(self.caller.sub)
            conditions.append(f"{expression.name('createdBy')} = {owner}")
        if versions.required is not None:
            conditions.append(one_of(expression, versions.required))
        if versions.refused:
            # without parentheses of its own: DynamoDB refuses redundant ones
            conditions.append(f"NOT {one_of(expression, versions.refused)}")
        return conditions

    def refusal(self, current: Product, versions: Versions) -> Problem | None:
        """Why a change of a product that was read isn't made."""
        version, mine = current.get("version", Decimal(0)), current.get("createdBy")
        allowed = not must_own(self.caller, self.settings) or mine == self.caller.sub
        fits = isinstance(version, Decimal) and version not in versions.refused
        if allowed and fits and (versions.required is None or version in versions.required):
            return None
        return self._refusal(current)

    def _refusal(self, current: Product) -> Problem:
        """Why a condition failed."""
        if not current:
            return Problem("product_not_found")
        if must_own(self.caller, self.settings) and current.get("createdBy") != self.caller.sub:
            return Problem("not_owner")
        if not isinstance(current.get("version", Decimal(0)), Decimal):
            return Problem(
                "unusable_version", "Its version is not a number; it was made elsewhere."
            )
        return Problem("version_mismatch", "Read it again, then repeat your change.")


def in_order(product: Product) -> Product:
    """Known fields first, in the schema's order; DynamoDB keeps none."""
    last = len(FIELDS)
    return dict(sorted(product.items(), key=lambda field: (FIELDS.get(field[0], last), field[0])))
