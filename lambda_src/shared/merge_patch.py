"""A JSON merge patch (RFC 7396): read, merged, held to the rules and written on what was read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shared.attributes import Attribute, Item, attribute_of, value_of, values_of
from shared.etags import Versions
from shared.problems import Problem, Violation, counted, invalid_product
from shared.products import ConditionError, Key, Product, Products
from shared.rules import CHANGES, PRODUCT, accepted
from shared.validation import violations

TRIES = 5
"""So often is it written on what stands there by then, where others change it all the while."""


def patched(products: Products, key: Key, patch: Product, versions: Versions) -> Product:
    """The product as it is now. What changes nothing isn't written, and counts no version.

    Raises Problem: 400, 404, and 403, 409, 412 as an update does.
    """
    item = products.item(key)
    for _ in range(TRIES):
        stored = values_of(item)
        if refusal := products.refusal(stored, versions):
            raise refusal
        _hold_to_the_rules(stored, patch, str(key["productId"]))
        changes = _changes(item, patch)
        if not changes:
            return products.answer(item)
        read = Versions(frozenset({stored.get("version", Decimal(0))}), frozenset())
        try:
            return products.write(key, changes, read)
        except ConditionError as failed:
            item = failed.item
            if not item:
                raise Problem("product_not_found") from None
    raise Problem("write_conflict", "Others change it all the while: repeat your change.")


def merged(target: Any, patch: Any) -> Any:
    """Objects are merged, null removes, all else replaces what there is."""
    if not isinstance(patch, dict):
        return patch
    made = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = merged(made.get(name), value)
    return made


def _merged(target: Attribute, patch: Any) -> Attribute:
    """The same on what is stored: a set in an object, which JSON doesn't know, stays one."""
    if not isinstance(patch, dict):
        return attribute_of(patch)
    made = dict(target.get("M", {}))
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = _merged(made.get(name, {}), value)
    return {"M": made}


def _changes(item: Item, patch: Product) -> dict[str, Attribute | None]:
    """The fields that differ afterwards; None: it is to be removed."""
    changes: dict[str, Attribute | None] = {}
    for name, value in patch.items():
        before = item.get(name)
        after = None if value is None else _merged(before or {}, value)
        if _plain(before) != _plain(after):
            changes[name] = after
    return changes


def _plain(attribute: Attribute | None) -> Attribute | None:
    """One spelling of each number, and true is not 1."""
    return None if attribute is None else attribute_of(value_of(attribute))


def _hold_to_the_rules(stored: Product, patch: Product, product_id: str) -> None:
    """The fields that the patch names, as they would be: those of before are not looked at."""
    fields = {
        name: None if value is None else merged(stored.get(name), value)
        for name, value in patch.items()
    }
    found = violations(fields, CHANGES)
    if not found and fields.get("productId", product_id) != product_id:
        found.append(Violation("productId", "const", "must be the one in the path"))
    before, after = (len(accepted(each, PRODUCT)) for each in (stored, merged(stored, patch)))
    most = PRODUCT.get("maxProperties", after)
    if after > max(before, most):
        message = f"must have at most {counted(int(most), 'field')}"
        found.append(Violation("", "maxProperties", message))
    if found:
        raise invalid_product(*found)
