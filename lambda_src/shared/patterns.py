"""JSON Schema's patterns (ECMA-262's, with its `u` flag) as Python's regular expressions.

`productsapi plan` refuses what has no equal here, and what may take too long on a long text.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SPACES = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SIGNS = re.compile(r"\\u\{[0-9A-Fa-f]+\}|\\.|\(\?<(?=[A-Za-z_])|.", re.DOTALL)
_OUTSIDE = {
    "$": r"\Z",  # the very end; Python's own would let a line end stand behind it
    ".": r"[^\n\r\u2028\u2029]",
    r"\s": f"[{_SPACES}]",
    r"\S": f"[^{_SPACES}]",
    "(?<": "(?P<",
}
_INSIDE = {r"\s": _SPACES, **{each: "\\" + each for each in "[&~|"}}


@lru_cache(maxsize=None)
def compiled(pattern: str) -> re.Pattern[str]:
    r"""Where both read a sign in another way, ECMA's: \d, \w and \b know ASCII only, \s all."""
    return re.compile("".join(_translated(pattern)), re.ASCII)


def _translated(pattern: str) -> list[str]:
    inside = False  # a class
    parts = []
    for sign in _SIGNS.findall(pattern):
        if sign.startswith(r"\u{"):
            parts.append(f"\\U{int(sign[3:-1], 16):08x}")
            continue
        parts.append((_INSIDE if inside else _OUTSIDE).get(sign, sign))
        inside = sign != "]" and (inside or sign == "[")
    return parts
