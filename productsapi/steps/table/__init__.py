"""Step 1: the DynamoDB table, its backups, and the pointers that its tags keep."""

from __future__ import annotations

from typing import Any

from productsapi.engine.resource import Resource
from productsapi.stack import Stack
from productsapi.stack.duplicates import Duplicates
from productsapi.steps.table.backups import Backups
from productsapi.steps.table.feature_marks import FeatureMarks, PreviousOptions
from productsapi.steps.table.pointers import Pointers
from productsapi.steps.table.table import Table

__all__ = ["FeatureMarks", "PreviousOptions", "resources"]


def resources(
    stack: Stack,
    duplicates: tuple[Duplicates, ...],
    parts: tuple[Resource, ...],
    indexes: tuple[dict[str, Any], ...],
) -> list[Resource]:
    """`duplicates` are those of what the pointers name; `parts` and `indexes` are the options'."""
    return [Table(stack, indexes), *parts, Backups(stack), Pointers(stack, duplicates)]
