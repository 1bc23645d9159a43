"""The category index's key, in the section `table`."""

from __future__ import annotations

from productsapi.config_keys.declaration import key
from productsapi.config_keys.rules import Flag

CATEGORY_INDEX: bool = key(
    Flag(),
    "An index that serves `?category=`: a page costs a page, however large the table is. "
    "Without it the table is scanned, and all products passed on the way are paid for. It can "
    "be switched on and off later.",
    default=False,
    price="storage, and a write for each change",
)
