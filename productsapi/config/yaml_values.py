"""A configuration's value as people write it in YAML, on one line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from productsapi.function_variables import SecretName

# What YAML reads as text in any place, or, as 0.5 and 1.0.0, what the configuration does.
_PLAIN = re.compile(r"[A-Za-z0-9/][A-Za-z0-9 _./@:+-]*(?<! )")
_OTHER = re.compile(r"true|false|yes|no|on|off|null|y|n|[0-9]+|.*: .*|.*:", re.IGNORECASE)

_NUMBER = re.compile(r"[-+.0-9][-+.:_0-9a-fxoA-FXO]*")
"""What YAML may take for a number or a date."""


def in_mapping(value: object) -> str:
    """A value beside its name, `LIMIT: "1.5"`: also what looks like a number is text."""
    number = isinstance(value, str) and _NUMBER.fullmatch(value)
    return json.dumps(value) if number else written(value)


def written(value: object) -> str:
    """Raises TypeError for what no key is."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            plain = _PLAIN.fullmatch(value) and not _OTHER.fullmatch(value)
            return value if plain else json.dumps(value, ensure_ascii=False)
        case tuple():
            return f"[{', '.join(map(written, value))}]"
        case SecretName(name):
            return f"{{secret: {written(name)}}}"
        case Mapping() if not value:
            return "{}"
    raise TypeError(value)
