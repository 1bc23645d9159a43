"""The two files that the functions and the document are both made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from productsapi import product_schema, streams
from productsapi.errors import ConfigError

PROBLEMS = "shared/problems.json"


@dataclass(frozen=True)
class Sources:
    product: Mapping[str, Any]  # the product's JSON Schema
    problems: Mapping[str, Any]  # {code: {"status": …, "title": …}}

    @property
    def system_fields(self) -> list[str]:
        """What the service sets; clients can't."""
        return [name for name, rules in self.fields.items() if rules.get("readOnly")]

    @property
    def always(self) -> list[str]:
        """What every product has that was stored through the API."""
        required = {*self.product["required"], *self.system_fields}
        return [name for name in self.fields if name in required]

    @property
    def fields(self) -> Mapping[str, Any]:
        fields: Mapping[str, Any] = self.product["properties"]
        return fields


def read(folder: Path) -> Sources:
    """Read what lies in a project's lambda_src. Raises ConfigError, for what isn't enforced too."""
    product_schema.read(folder)
    return Sources(_object(folder / product_schema.SCHEMA), _object(folder / PROBLEMS))


def _object(path: Path) -> dict[str, Any]:
    hint = "`productsapi init DIR` writes a configuration and the sources"
    try:
        with streams.opened(path) as file:
            found = json.loads(file.read().decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}", hint) from error
    except ValueError as error:
        raise ConfigError(f"{path} is no JSON: {error}", hint) from error
    if not isinstance(found, dict):
        raise ConfigError(f"{path} holds no JSON object", hint)
    return found
