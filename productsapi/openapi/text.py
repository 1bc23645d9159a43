"""A document as text."""

from __future__ import annotations

import json
import re
from typing import Any

FORMATS = ("yaml", "json")
NUMBER_OF_YAML_1_2 = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
)
"""Some, as 08 and 1e3, are text for PyYAML (YAML 1.1), which leaves them bare; most readers of an
OpenAPI document follow YAML 1.2 (its core schema, section 10.3.2)."""


def text(document: dict[str, Any], form: str) -> str:
    if form == "json":
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    import yaml

    class Plain(yaml.SafeDumper):
        """Writes out what occurs several times, rather than an alias; lines stay lines."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def represent(dumper: yaml.SafeDumper, string: str) -> yaml.ScalarNode:
        quoted = "'" if NUMBER_OF_YAML_1_2.fullmatch(string) else None
        style = "|" if "\n" in string else quoted
        return dumper.represent_scalar("tag:yaml.org,2002:str", string, style=style)

    Plain.add_representer(str, represent)
    written: str = yaml.dump(document, Dumper=Plain, sort_keys=False, allow_unicode=True, width=100)
    return written
