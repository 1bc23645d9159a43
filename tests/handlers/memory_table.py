"""A DynamoDB table in memory, behind the low-level client's own calls; nothing but the stdlib.

It is strict where DynamoDB is: placeholders that are unused or undefined, empty keys, keys in an
update, numbers of more than 38 digits and items of more than 400 KB are refused, Limit counts
before a filter does, pages end where their bytes do. `test_memory_table.py` holds it against moto.
"""

from __future__ import annotations

import copy
import hashlib
import re
import threading
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import harness  # noqa: F401 - puts the functions' sources on the path
from shared.service_errors import ServiceError

PAGE_BYTES = 1_000_000
ITEM_BYTES = 400 * 1024
DIGITS = 38

_TOKEN = re.compile(r"\s*(?:([#:]?[A-Za-z_][A-Za-z0-9_]*)|(<>|[=(),+\-]))")
_KINDS = {"S", "N", "BOOL", "NULL", "L", "M", "B", "SS", "NS", "BS"}


@cache
def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def refused(
    code: str, message: str = "", status: int = 400, item: dict[str, Any] | None = None
) -> ServiceError:
    return ServiceError("Operation", code, message, status=status, item=item)


def invalid(message: str) -> ServiceError:
    return refused("ValidationException", message)


class MemoryTable:
    """`keys` are the table's own; `indexes` maps a name to its keys."""

    def __init__(
        self,
        name: str,
        keys: tuple[str, ...] = ("productId",),
        indexes: dict[str, tuple[str, ...]] | None = None,
        page_bytes: int = PAGE_BYTES,
    ) -> None:
        self.name = name
        self.keys = keys
        self.indexes = indexes or {}
        self.page_bytes = page_bytes
        self.items: dict[tuple[str, ...], dict[str, Any]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.lock = threading.Lock()

    def put_item(self, **asked: Any) -> dict[str, Any]:
        with self._operation("put_item", asked):
            item = copy.deepcopy(asked["Item"])
            _check_item(item)
            key = self._key_of(item, self.keys)
            self._check_index_keys(item)
            self._hold_condition(asked, self.items.get(key))
            self.items[key] = item
            return {}

    def get_item(self, **asked: Any) -> dict[str, Any]:
        with self._operation("get_item", asked):
            item = self.items.get(self._exact_key(asked["Key"]))
            return {} if item is None else {"Item": copy.deepcopy(item)}

    def update_item(self, **asked: Any) -> dict[str, Any]:
        with self._operation("update_item", asked):
            key = self._exact_key(asked["Key"])
            old = self.items.get(key)
            scope = Scope(asked)
            condition = scope.condition("ConditionExpression")
            change = scope.update()
            scope.done()
            self._refuse_unless(condition, old, asked)
            new = copy.deepcopy(old) if old is not None else copy.deepcopy(asked["Key"])
            for name in change(new):
                if name in self.keys:
                    raise invalid(f"Cannot update attribute {name}. This is part of the key")
            _check_item(new, "Item size to update has exceeded the maximum allowed size")
            self._check_index_keys(new)
            self.items[key] = new
            return {"Attributes": copy.deepcopy(new)} if asked["ReturnValues"] == "ALL_NEW" else {}

    def delete_item(self, **asked: Any) -> dict[str, Any]:
        with self._operation("delete_item", asked):
            key = self._exact_key(asked["Key"])
            self._hold_condition(asked, self.items.get(key))
            self.items.pop(key, None)
            return {}

    def query(self, **asked: Any) -> dict[str, Any]:
        with self._operation("query", asked):
            keys = self._keys_asked(asked)
            scope = Scope(asked)
            name, wanted = scope.key_condition()
            only = scope.projection()
            scope.done()
            if name != keys[0]:
                raise invalid("Query condition missed key schema element: " + keys[0])
            if not wanted.get("S"):
                raise invalid("One or more parameter values are not valid")
            start = asked.get("ExclusiveStartKey")
            if start and start.get(name) != wanted:
                raise invalid("The provided starting key is outside query boundaries")
            found = [item for item in self._within(keys) if item[name] == wanted]
            found.sort(key=lambda item: tuple(item[key]["S"].encode() for key in keys[1:]))
            if start:
                rest = _place(start, keys[1:])
                found = [item for item in found if _place(item, keys[1:]) > rest]
            return self._page(found, keys, asked, lambda _: True, only)

    def scan(self, **asked: Any) -> dict[str, Any]:
        with self._operation("scan", asked):
            keys = self._keys_asked(asked)
            scope = Scope(asked)
            fits = scope.condition("FilterExpression")
            scope.done()
            found = sorted(self._within(keys), key=self._scan_place)
            start = asked.get("ExclusiveStartKey")
            if start:
                found = [item for item in found if self._scan_place(item) > self._scan_place(start)]
            return self._page(found, keys, asked, fits, None)

    def _operation(self, name: str, asked: dict[str, Any]) -> threading.Lock:
        if asked["TableName"] != self.name:
            raise refused("ResourceNotFoundException", "Requested resource not found")
        self.calls.append((name, asked))
        return self.lock

    def _hold_condition(self, asked: dict[str, Any], old: dict[str, Any] | None) -> None:
        scope = Scope(asked)
        condition = scope.condition("ConditionExpression")
        scope.done()
        self._refuse_unless(condition, old, asked)

    def _refuse_unless(
        self,
        condition: Callable[[dict[str, Any]], bool],
        old: dict[str, Any] | None,
        asked: dict[str, Any],
    ) -> None:
        if not condition(old or {}):
            reported = asked.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and old
            item = copy.deepcopy(old) if reported else None
            raise refused(
                "ConditionalCheckFailedException", "The conditional request failed", item=item
            )

    def _keys_asked(self, asked: dict[str, Any]) -> tuple[str, ...]:
        """Those of the index, then those of the table: a page's end is described by them."""
        if asked.get("IndexName") and asked.get("ConsistentRead"):
            raise invalid("Consistent reads are not supported on global secondary indexes")
        own = self.indexes[asked["IndexName"]] if "IndexName" in asked else ()
        keys = (*own, *(key for key in self.keys if key not in own))
        start = asked.get("ExclusiveStartKey")
        if start is not None:
            if set(start) != set(keys):
                raise invalid("The provided starting key is invalid")
            self._key_of(start, keys)
        return keys

    def _within(self, keys: tuple[str, ...]) -> list[dict[str, Any]]:
        """An index holds what has its keys, as text."""
        return [item for item in self.items.values() if all("S" in item.get(k, {}) for k in keys)]

    def _exact_key(self, key: dict[str, Any]) -> tuple[str, ...]:
        if set(key) != set(self.keys):
            raise invalid("The provided key element does not match the schema")
        return self._key_of(key, self.keys)

    def _key_of(self, item: dict[str, Any], keys: tuple[str, ...]) -> tuple[str, ...]:
        for name in keys:
            text = item.get(name, {}).get("S")
            most = 2048 if name == keys[0] else 1024
            if not text or len(text.encode()) > most:
                raise invalid(f"One or more parameter values were invalid: {name}")
        return tuple(item[name]["S"] for name in keys)

    def _check_index_keys(self, item: dict[str, Any]) -> None:
        for keys in self.indexes.values():
            for name in keys:
                if name in item and not item[name].get("S"):
                    raise invalid("One or more parameter values were invalid: Type mismatch")

    def _scan_place(self, item: dict[str, Any]) -> tuple[str, ...]:
        """A table is walked in the order of its partition keys' hashes."""
        return (_hashed(item[self.keys[0]]["S"]), *_place(item, self.keys[1:]))

    def _page(
        self,
        found: list[dict[str, Any]],
        keys: tuple[str, ...],
        asked: dict[str, Any],
        fits: Callable[[dict[str, Any]], bool],
        only: list[str] | None,
    ) -> dict[str, Any]:
        items: list[dict[str, Any]] = []
        size = 0
        limit = asked.get("Limit", len(found) + 1)
        for count, item in enumerate(found, 1):
            size += _size(item)
            if fits(item):
                wanted = item if only is None else {name: item[name] for name in only}
                items.append(copy.deepcopy(wanted))
            # like DynamoDB, a page that ends just where the table does still names its last key
            if count == limit or size >= self.page_bytes:
                return {"Items": items, "LastEvaluatedKey": {key: item[key] for key in keys}}
        return {"Items": items}


class Scope:
    """The expressions of one call: what they say, and whether every placeholder is used."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.asked = asked
        self.names = asked.get("ExpressionAttributeNames")
        self.values = asked.get("ExpressionAttributeValues")
        for placeholders in (self.names, self.values):
            if placeholders is not None and not placeholders:
                raise invalid("ExpressionAttributeNames or Values must not be empty")
        self.used: set[str] = set()
        self.tokens: list[str] = []

    def done(self) -> None:
        unused = {*(self.names or {}), *(self.values or {})} - self.used
        if unused:
            raise invalid(f"Value provided in expression unused: {sorted(unused)}")

    def condition(self, argument: str) -> Callable[[dict[str, Any]], bool]:
        if argument not in self.asked:
            return lambda _: True
        self._read(self.asked[argument])
        test = self._any()
        self._end()
        return test

    def key_condition(self) -> tuple[str, dict[str, Any]]:
        self._read(self.asked["KeyConditionExpression"])
        name = self._name(self._next())
        self._expect("=")
        value = self._value(self._next())
        self._end()
        return name, value

    def projection(self) -> list[str] | None:
        if "ProjectionExpression" not in self.asked:
            return None
        self._read(self.asked["ProjectionExpression"])
        names = [self._name(self._next())]
        while self._take(","):
            names.append(self._name(self._next()))
        self._end()
        return names

    def update(self) -> Callable[[dict[str, Any]], list[str]]:
        """What to do to an item; it tells the names it changed."""
        self._read(self.asked["UpdateExpression"])
        sets: list[tuple[str, Callable[[dict[str, Any]], Any]]] = []
        removes: list[str] = []
        while self.tokens:
            action = self._next()
            while True:
                name = self._name(self._next())
                if action == "SET":
                    self._expect("=")
                    sets.append((name, self._sum()))
                elif action == "REMOVE":
                    removes.append(name)
                else:
                    raise invalid(f"Syntax error; token: {action}")
                if not self._take(","):
                    break
        changed = [*(name for name, _ in sets), *removes]
        if len(set(changed)) != len(changed):
            raise invalid("Two document paths overlap with each other")

        def change(item: dict[str, Any]) -> list[str]:
            before = dict(item)
            for name, operand in sets:
                item[name] = copy.deepcopy(operand(before))
            for name in removes:
                item.pop(name, None)
            return changed

        return change

    def _sum(self) -> Callable[[dict[str, Any]], Any]:
        left = self._operand()
        if not self._take("+"):
            return left
        right = self._operand()

        def add(item: dict[str, Any]) -> dict[str, Any]:
            terms = (left(item), right(item))
            if any("N" not in term for term in terms):
                raise invalid("An operand in the update expression has an incorrect data type")
            return {"N": str(sum(Decimal(term["N"]) for term in terms))}

        return add

    def _operand(self) -> Callable[[dict[str, Any]], Any]:
        token = self._next()
        if token == "if_not_exists":
            self._expect("(")
            name = self._name(self._next())
            self._expect(",")
            default = self._operand()
            self._expect(")")
            return lambda item: item[name] if name in item else default(item)
        if token.startswith(":"):
            value = self._value(token)
            return lambda _: value
        return self._attribute(self._name(token))

    @staticmethod
    def _attribute(name: str) -> Callable[[dict[str, Any]], Any]:
        def read(item: dict[str, Any]) -> Any:
            if name not in item:
                raise invalid("The provided expression refers to an attribute that does not exist")
            return item[name]

        return read

    def _any(self) -> Callable[[dict[str, Any]], bool]:
        tests = [self._all()]
        while self._take("OR"):
            tests.append(self._all())
        return lambda item: any(test(item) for test in tests)

    def _all(self) -> Callable[[dict[str, Any]], bool]:
        tests = [self._test()]
        while self._take("AND"):
            tests.append(self._test())
        return lambda item: all(test(item) for test in tests)

    def _test(self) -> Callable[[dict[str, Any]], bool]:
        if self._take("NOT"):
            test = self._test()
            return lambda item: not test(item)
        if self._take("("):
            test = self._any()
            self._expect(")")
            return test
        token = self._next()
        if token in ("attribute_exists", "attribute_not_exists", "attribute_type"):
            return self._function(token)
        name = self._name(token)
        if self._take("="):
            value = self._value(self._next())
            return lambda item: name in item and _same(item[name], value)
        if self._take("IN"):
            self._expect("(")
            values = [self._value(self._next())]
            while self._take(","):
                values.append(self._value(self._next()))
            self._expect(")")
            return lambda item: name in item and any(_same(item[name], each) for each in values)
        raise invalid(f"Syntax error; token: {token}")

    def _function(self, function: str) -> Callable[[dict[str, Any]], bool]:
        self._expect("(")
        name = self._name(self._next())
        if function == "attribute_type":
            self._expect(",")
            kind = self._value(self._next())["S"]
            self._expect(")")
            return lambda item: kind in item.get(name, {})
        self._expect(")")
        return lambda item: (name in item) == (function == "attribute_exists")

    def _read(self, expression: str) -> None:
        if len(expression.encode()) > 4096:
            raise invalid("Expression size has exceeded the maximum allowed size")
        location = 0
        while location < len(expression):
            match = _TOKEN.match(expression, location)
            if not match:
                raise invalid(f"Syntax error in {expression}")
            self.tokens.append(match[1] or match[2])
            location = match.end()

    def _next(self) -> str:
        if not self.tokens:
            raise invalid("Syntax error; token: <EOF>")
        return self.tokens.pop(0)

    def _take(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise invalid(f"Syntax error; expected {token}, rest {self.tokens}")

    def _end(self) -> None:
        if self.tokens:
            raise invalid(f"Syntax error; rest {self.tokens}")

    def _name(self, token: str) -> str:
        if not token.startswith("#"):
            if token.startswith(":"):
                raise invalid(f"Syntax error; token: {token}")
            return token
        if token not in (self.names or {}):
            raise invalid(f"An expression attribute name used is not defined: {token}")
        self.used.add(token)
        return str(self.names[token])

    def _value(self, token: str) -> dict[str, Any]:
        if token not in (self.values or {}):
            raise invalid(f"An expression attribute value used is not defined: {token}")
        self.used.add(token)
        _check_value(self.values[token])
        value: dict[str, Any] = self.values[token]
        return value


def _same(left: dict[str, Any], right: dict[str, Any]) -> bool:
    if "N" in left and "N" in right:
        return Decimal(left["N"]) == Decimal(right["N"])
    return left == right


def _place(item: dict[str, Any], keys: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(item[key]["S"].encode() for key in keys)


def _check_item(
    item: dict[str, Any], message: str = "Item size has exceeded the maximum allowed size"
) -> None:
    for name, value in item.items():
        if not name:
            raise invalid("One or more parameter values were invalid: empty attribute name")
        _check_value(value)
    if _size(item) > ITEM_BYTES:
        raise invalid(message)


def _check_value(value: dict[str, Any]) -> None:
    ((kind, content),) = value.items()
    if kind not in _KINDS:
        raise invalid(f"Supplied AttributeValue has an unknown type: {kind}")
    if kind == "S":
        content.encode()
    elif kind == "N":
        number = Decimal(content)
        digits = "".join(map(str, number.as_tuple().digits)).strip("0")
        if len(digits) > DIGITS or (number and not -130 <= number.adjusted() <= 125):
            raise invalid("Attempting to store more than 38 significant digits in a Number")
    elif kind == "M":
        for name, each in content.items():
            if not name:
                raise invalid("empty attribute name")
            _check_value(each)
    elif kind == "L":
        for each in content:
            _check_value(each)


def _size(item: dict[str, Any]) -> int:
    """DynamoDB's count: names and texts in UTF-8, two digits a byte, a byte for each element."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return len(Decimal(content).normalize().as_tuple().digits) // 2 + 2
    if kind == "M":
        return 3 + len(content) + _size(content)
    if kind == "L":
        return 3 + sum(1 + _value_size(each) for each in content)
    return len(content) if isinstance(content, (bytes, list)) else 1
