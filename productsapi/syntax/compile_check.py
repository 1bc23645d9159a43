"""What a Python has to say about sources; runs on each one from 3.9 up, with nothing beside it.

As a script it reads {"names": "sources in Base64"} from stdin, and writes which Python it is with
the faults that it found: [[major, minor], implementation, [fault, …]].
"""

from __future__ import annotations

import ast
import base64
import json
import sys
import warnings
from typing import NamedTuple


class Fault(NamedTuple):
    """Line and column count from 1; 0 where Python doesn't report it."""

    name: str
    line: int
    column: int
    says: str


def fault(name: str, source: bytes, version: tuple[int, int] | None = None) -> Fault | None:
    """What can't be parsed; `version` is the grammar to hold it to, if it isn't this one's."""
    if b"\0" in source:
        line = source.count(b"\n", 0, source.index(b"\0")) + 1
        return Fault(name, line, 0, "a null byte (is it UTF-16?)")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if version:
                ast.parse(source, name, feature_version=version)
            compile(source, name, "exec", dont_inherit=True)
    except SyntaxError as error:
        if error.filename == name:
            return Fault(name, error.lineno or 0, error.offset or 0, error.msg)
        return Fault(name, 0, 0, f"{error.msg}: {(error.text or '').strip()}".rstrip(": "))
    except (RecursionError, MemoryError):
        return Fault(name, 0, 0, "too deeply nested")
    except (ValueError, OverflowError) as error:
        return Fault(name, 0, 0, str(error))
    return None


def main() -> None:
    sources = json.load(sys.stdin)
    checked = [fault(name, base64.b64decode(sources[name])) for name in sources]
    python = [list(sys.version_info[:2]), sys.implementation.name]
    json.dump([*python, [found for found in checked if found]], sys.stdout)


if __name__ == "__main__":
    main()
