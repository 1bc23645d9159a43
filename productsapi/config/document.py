"""A YAML file as plain nodes; the only module that knows YAML, and imported only to read a file.

Composed, never constructed: no tag is obeyed, and a value keeps the spelling it was written in.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from productsapi import streams
from productsapi.config.nodes import NOT_PLAIN, Mapping, Node, Scalar, Sequence
from productsapi.errors import ConfigError

LIMIT = 256 * 1024  # bytes; a configuration has a few thousand

_TAG = "tag:yaml.org,2002:"
_FILE_HINT = (
    "It is looked for here and in the folders above. Name it with -c/--config or "
    "PRODUCTSAPI_CONFIG; `productsapi init DIR` writes examples, `init --env NAME` another one."
)
_YAML_HINT = "Look at that line and the one above: indentation (spaces, no tabs), colons, quotes."


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        # A value in many places has no line of its own, and nine lines can mean gigabytes.
        if self.check_event(yaml.AliasEvent):
            event: Any = self.peek_event()  # type: ignore[no-untyped-call]
            what = f"*{event.anchor} is an alias, which isn't accepted here: write the value out"
            raise yaml.composer.ComposerError(problem=what, problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def read(path: Path) -> Mapping:
    """Return the file's one mapping, or raise a ConfigError that says why there is none."""
    text = _text(path)
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is None:
            raise ConfigError(f"{path}: nothing in it", _FILE_HINT)
        node = _node(loader, root, path)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigError(f"{path}:{line}: found an unprintable character", _YAML_HINT) from None
    except yaml.MarkedYAMLError as error:
        line = _line(error.problem_mark)
        raise ConfigError(f"{path}:{line}: {_describe(error)}", _YAML_HINT) from None
    except RecursionError:
        raise ConfigError(f"{path}: nested too deeply for a configuration", _FILE_HINT) from None
    if not isinstance(node, Mapping):
        raise ConfigError(f"{path}:{node.line}: found {node}, allowed: keys and values", _FILE_HINT)
    return node


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise ConfigError(f"{path}: a folder, not a configuration file", _FILE_HINT)
        with streams.opened(path) as file:
            data = file.read(LIMIT + 1)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file", _FILE_HINT) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path}: can't be read: {reason}", _FILE_HINT) from None
    if len(data) > LIMIT:
        raise ConfigError(f"{path}: over {LIMIT // 1024} KiB: not a configuration", _FILE_HINT)
    try:
        return data.decode("utf-8-sig")  # with or without the mark that Windows editors put first
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8 text", "Save the file as UTF-8.") from None


def _describe(error: yaml.MarkedYAMLError) -> str:
    if error.problem and r"'\t'" in error.problem:
        return "found a tab, allowed: spaces for indentation"
    context = error.context
    if context and error.context_mark and _line(error.context_mark) != _line(error.problem_mark):
        context += f" from line {_line(error.context_mark)}"
    return ", ".join(part for part in (context, error.problem) if part)


def _line(mark: yaml.Mark | None) -> int:
    return mark.line + 1 if mark else 1


def _node(loader: _Loader, node: yaml.Node, path: Path) -> Node:
    line = _line(node.start_mark)
    if isinstance(node, yaml.ScalarNode):
        plain = loader.resolve(yaml.ScalarNode, node.value, (True, False))  # type: ignore[no-untyped-call]
        return Scalar(line, node.value, _value(node.tag, node.value), _value(plain, node.value))
    if not isinstance(node, yaml.MappingNode):
        return Sequence(line, tuple(_node(loader, item, path) for item in node.value))
    entries = []
    for key_node, value_node in node.value:
        key = _node(loader, key_node, path)
        if not isinstance(key, Scalar):
            message = f"{path}:{key.line}: found {key} where a key is expected"
            raise ConfigError(message, _YAML_HINT)
        entries.append((key, _node(loader, value_node, path)))
    return Mapping(line, tuple(entries))


def _value(tag: str, raw: str) -> object:
    """Return what a scalar means; numbers only in the form in which everyone reads the same."""
    match tag.removeprefix(_TAG):
        case "str":
            return raw
        case "null":
            return None
        case "bool":
            return yaml.SafeLoader.bool_values.get(raw.lower(), NOT_PLAIN)
        case "int" if re.fullmatch(r"[-+]?(0|[1-9][0-9]{0,17})", raw):
            return int(raw)
    return NOT_PLAIN
