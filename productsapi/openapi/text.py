"""A document as text."""

from __future__ import annotations

import json
from typing import Any

FORMATS = ("yaml", "json")


def text(document: dict[str, Any], form: str) -> str:
    if form == "json":
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    import yaml

    class Plain(yaml.SafeDumper):
        """Writes out what stands in several places, rather than an alias; lines stay lines."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def represent(dumper: yaml.SafeDumper, string: str) -> yaml.ScalarNode:
        style = "|" if "\n" in string else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", string, style=style)

    Plain.add_representer(str, represent)
    written: str = yaml.dump(document, Dumper=Plain, sort_keys=False, allow_unicode=True, width=100)
    return written
