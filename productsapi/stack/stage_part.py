"""What an option has of the stage: fields that are read, compared and set with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.engine.resource import Fields, Note
from productsapi.stack import Stack

Settings = Mapping[str, Mapping[str, str]]
"""By method, `GET /products`: what is set, under UpdateStage's names."""


class StagePart(Protocol):
    """A module that has these; the stage has all options' parts, also of those that are off."""

    FIELDS: frozenset[str]
    """Those that are set by methods."""
    EXPOSURE_FIELDS: frozenset[str]

    def wanted(self, config: Config) -> Fields: ...

    def from_aws(
        self, stack: Stack, aws: Aws, api_id: str, stage: Mapping[str, Any], had: Settings
    ) -> Fields: ...

    def settings(self, config: Config, limits: Settings) -> Settings:
        """`limits`, which are what is set otherwise, and what the option adds to them."""

    def before_deployment(self, config: Config, had: Settings) -> list[dict[str, str]]:
        """What UpdateStage must take away before the stage serves another deployment."""

    def notes(self, stage: Mapping[str, Any]) -> tuple[Note, ...]: ...
