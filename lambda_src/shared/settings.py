"""What the deployer tells the functions, through their environment; read once."""

from __future__ import annotations

from typing import Mapping, NamedTuple


class MisconfiguredError(Exception):
    """The deployer's mistake, not the caller's. Its text names a setting: it may be logged."""


class Settings(NamedTuple):
    table_name: str
    client_ids: frozenset[str]  # whose tokens are taken; none: any client of the user pool
    write_groups: frozenset[str]  # who may change products; none: every signed-in user
    owner_only: bool  # only its creator, or one of owner_groups, changes a product
    owner_groups: frozenset[str]
    sort_key: str  # "" or "category"
    decimals_as_text: bool  # in answers: productPrice, and what else is of the type number
    category_index: str  # "" or the name of the index (category, productId)

    @property
    def etag_form(self) -> str:
        """What an ETag holds beside the version: of which of two representations it is."""
        return "-string" if self.decimals_as_text else ""


def settings_of(environment: Mapping[str, str]) -> Settings:
    """Raises MisconfiguredError rather than guess: each of these settings guards something."""

    def text(name: str) -> str:
        return environment.get(name, "").strip()

    def names(name: str) -> frozenset[str]:
        return frozenset(part.strip() for part in text(name).split(",") if part.strip())

    if not text("TABLE_NAME"):
        raise MisconfiguredError("TABLE_NAME is not set")
    if text("OWNER_ONLY").lower() not in ("", "true", "false"):
        raise MisconfiguredError("OWNER_ONLY is neither true nor false")
    if text("DECIMALS") not in ("", "number", "string"):
        raise MisconfiguredError("DECIMALS is neither number nor string")
    if text("SORT_KEY") not in ("", "category"):
        raise MisconfiguredError("SORT_KEY is neither empty nor category")
    return Settings(
        table_name=text("TABLE_NAME"),
        client_ids=names("CLIENT_IDS"),
        write_groups=names("WRITE_GROUPS"),
        owner_only=text("OWNER_ONLY").lower() == "true",
        owner_groups=names("OWNER_GROUPS"),
        sort_key=text("SORT_KEY"),
        decimals_as_text=text("DECIMALS") == "string",
        category_index=text("CATEGORY_INDEX"),
    )
