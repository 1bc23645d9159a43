"""Step 1: the DynamoDB table, its index and backups, and the pointers that its tags keep."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.steps.namesakes import Twins
from productsapi.steps.stack import Stack
from productsapi.steps.table.backups import Backups
from productsapi.steps.table.category_index import CategoryIndex
from productsapi.steps.table.feature_marks import FeatureMarks, FormerFeatures
from productsapi.steps.table.pointers import Pointers
from productsapi.steps.table.table import Table

__all__ = ["FeatureMarks", "FormerFeatures", "resources"]


def resources(stack: Stack, twins: tuple[Twins, ...]) -> list[Resource]:
    """`twins` are those of what the pointers name."""
    return [Table(stack), CategoryIndex(stack), Backups(stack), Pointers(stack, twins)]
