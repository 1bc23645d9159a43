"""What differs in the document from one project to the next."""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.openapi.sources import Sources


@dataclass(frozen=True)
class Facts:
    """What differs from one project to the next."""

    sources: Sources
    keys: list[str]  # of the table
    origins: tuple[str, ...]
    category_index: bool
    api_key: bool = False

    @property
    def sort_key(self) -> bool:
        return "category" in self.keys

    @property
    def takes_further(self) -> bool:
        """Whether a product may have fields that its schema doesn't name."""
        return self.sources.product.get("additionalProperties", True) is True
