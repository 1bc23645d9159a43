"""A call to AWS as the `aws` command that makes it, by the AWS CLI's own rules.

Operations and parameters are spelled as the CLI spells botocore's; what has parts is JSON.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from botocore import xform_name

from productsapi.printable import printable

RENAMED = {
    ("apigateway", "create-rest-api", "version"): "api-version",
    ("sns", "subscribe", "endpoint"): "notification-endpoint",
}
"""Options whose usual names the CLI needs for itself (its customizations/argrename.py)."""
PAGED_BY = "MaxItems"
"""By which the CLI limits how much it returns in all, unless a later page is asked for."""
TOKENS = {"Marker", "NextToken"}
OUTFILES = {("lambda", "invoke"): "/dev/stdout"}
"""What takes the name of a file for its answer, without an option."""
IN_PARTS = ("list", "map", "structure")
PLAIN_WORD = re.compile(r"[A-Za-z0-9_./:@*+][A-Za-z0-9_./:@*+-]*")
"""What is one argument of a list, and neither an option nor the CLI's shorthand."""
ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


@dataclass(frozen=True)
class Command:
    """`options` are arguments that belong together: an option and its values. Nothing is quoted.

    `operation` is as the CLI calls it, `wait table-exists` too.
    """

    service: str
    operation: str
    options: tuple[tuple[str, ...], ...]

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        return (("aws", self.service, *self.operation.split()), *self.options)

    def __str__(self) -> str:
        """One line for bash, to be pasted."""
        return " ".join(quoted(word) for part in self.parts for word in part)


def command(
    service: str, operation: str, shape: Any, params: Mapping[str, Any], *more: tuple[str, ...]
) -> Command:
    """The command for an operation, by the `shape` of its input in botocore's model.

    A blob is a file, named after the option or the function that it is of; `more` are the CLI's
    own options, such as `--query`.
    """
    name = xform_name(operation, "-")
    members = shape.members if shape else {}
    blobs = partial(_file, params.get("FunctionName"))
    given = (
        words
        for member, value in params.items()
        for words in _option((service, name), member, members.get(member), value, blobs)
    )
    if PAGED_BY in params and not TOKENS & params.keys():
        given = ((w[0].replace("--max-items", "--page-size"), *w[1:]) for w in given)
    outfile = OUTFILES.get((service, name))
    last = ((outfile,),) if outfile else ()
    return Command(service, name, (*given, *more, *last))


def quoted(word: str) -> str:
    """For bash; what would end or garble a line in its ANSI-C form."""
    if printable(word, keep="") == word:
        return shlex.quote(word)
    return "$'" + re.sub(r"[^ -&(-\[\]-~]", _escape, word) + "'"


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if printable(character, keep="") == character:
        return f"\\{character}" if character in "\\'" else character
    return ESCAPES.get(character) or f"\\U{ord(character):08x}"


def _option(
    of: tuple[str, str], member: str, shape: Any, value: Any, file: Callable[[str], str]
) -> Iterator[tuple[str, ...]]:
    """The arguments for one parameter of a service's operation."""
    name = xform_name(member, "-")
    name = RENAMED.get((*of, name), name)
    if (*of, member) == ("lambda", "create-function", "Code"):
        # the CLI takes the zip by an option of its own, as update-function-code does
        code = dict(value)
        if code.pop("ZipFile", None) is not None:
            yield "--zip-file", file("zip-file")
        value = code
        if not code:
            return
    kind = shape.type_name if shape else ""  # what the model doesn't know was sent unchecked
    if kind == "boolean" and isinstance(value, bool):
        yield (f"--{name}" if value else f"--no-{name}",)
    elif kind == "blob":
        yield f"--{name}", file(name)
    elif kind == "list" and _are_words(value):
        yield f"--{name}", *value
    elif not isinstance(value, str) and (kind in IN_PARTS or isinstance(value, (list, dict))):
        yield f"--{name}", json.dumps(value, ensure_ascii=False, default=_in_json)
    else:
        text = _in_json(value) if isinstance(value, date) else str(value)
        yield (f"--{name}={text}",) if text.startswith("-") else (f"--{name}", text)


def _file(function: str | None, name: str) -> str:
    return f"fileb://{function}.zip" if function and name == "zip-file" else f"fileb://{name}"


def _are_words(values: Any) -> bool:
    return bool(values) and all(
        isinstance(value, str) and PLAIN_WORD.fullmatch(value) for value in values
    )


def _in_json(value: Any) -> str:
    """What JSON doesn't know, in the form in which the CLI takes it."""
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else str(value)
