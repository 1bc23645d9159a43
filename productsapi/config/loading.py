"""A configuration file → `Config`, or one ConfigError that lists everything wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, Field
from pathlib import Path
from typing import Any

from productsapi.config.conflicts import conflicts
from productsapi.config.model import NAMES_OF_STACK, Config
from productsapi.config.nodes import NOT_PLAIN, Mapping, Node, Scalar, Sequence, empty
from productsapi.config_keys import declaration
from productsapi.config_keys.allowed import REGION
from productsapi.config_keys.rules import Figure, Flag, Maybe, Rule, Several, Tags
from productsapi.errors import ConfigError


def load(path: Path, *, region: str | None = None) -> Config:
    """Read and check the file at `path`; `region`, if given, goes before the file's."""
    from productsapi.config import document  # loads yaml, which --help shouldn't pay for

    reading = _Reading(path)
    reading.section(Config, document.read(path), "")
    for where, text in conflicts(reading.values):
        reading.problem(where, text)
    if region is not None and not REGION.accepts(region):
        text = f'--region: found "{region}", allowed: {REGION.allowed}'
        reading.problems.append((0, text))
    if reading.problems:
        lines = [text for _, text in sorted(reading.problems, key=lambda problem: problem[0])]
        hint = f"Correct {path}; the examples of `productsapi init` explain each key."
        if all(line == 0 for line, _ in reading.problems):
            hint = "Correct the option, or leave it out: the configuration has a Region."
        raise ConfigError("\n".join(lines), hint)
    if region is not None:
        reading.values["region"] = region
    arguments = _arguments(Config, reading.values, "")
    return Config(**arguments, path=path, notices=tuple(reading.notices))


def _arguments(kind: type, values: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Turn flat values ("table.name") into keyword arguments, sections made on the way."""
    arguments = {}
    for name, item in declaration.keys(kind).items():
        path, inner = prefix + name, declaration.inner(item)
        arguments[name] = inner(**_arguments(inner, values, f"{path}.")) if inner else values[path]
    return arguments


class _Reading:
    """What was found: good values by path, the line of each path, problems, and notices."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[str, Any] = {}
        self.lines: dict[str, int] = {}
        self.problems: list[tuple[int, str]] = []
        self.notices: list[str] = []

    def problem(self, where: str, text: str, line: int | None = None) -> None:
        line = line or self._line(where)
        shown = where if where.isprintable() else ascii(where)
        self.problems.append((line, f"{self.path}:{line}: {shown}: {text}"))

    def _line(self, where: str) -> int:
        """Find the line of a path, or else of the section that it would be in."""
        while where and where not in self.lines:
            where = where.rpartition(".")[0]
        return self.lines.get(where, 1)

    def section(self, kind: type, node: Mapping | None, prefix: str) -> None:
        """Take every key of `kind` from `node`, or else its default."""
        found, known = self._entries(node, prefix), declaration.keys(kind)
        for name in found:
            if name not in known:
                self.problem(prefix + name, f"unknown key, {_suggestion(name, prefix, known)}")
        for name, item in known.items():
            path = prefix + name
            if inner := declaration.inner(item):
                self._inner(inner, found.get(name), path)
            elif name in found:
                self._value(declaration.rule(item), found[name], path)
            elif (value := self._left_out(item)) is not MISSING:
                self.values[path] = value
            else:
                self.problem(path, f"missing, but required: {declaration.rule(item).allowed}")

    def _left_out(self, item: Field[Any]) -> Any:
        """What a key is that isn't given; MISSING if it must be. `stack` comes before any name."""
        template, stack = declaration.explanation(item).of_stack, self.values.get("stack")
        if template and stack and self.values.get("schema") == NAMES_OF_STACK:
            return template.format(stack=stack, env=stack.rpartition("-")[2])
        return declaration.default(item)

    def _inner(self, kind: type, node: Node | None, path: str) -> None:
        if node is None or empty(node):
            self.section(kind, None, f"{path}.")
        elif isinstance(node, Mapping):
            self.section(kind, node, f"{path}.")
        else:
            self.problem(
                path, f"found {node}, allowed: the keys {', '.join(declaration.keys(kind))}"
            )

    def _entries(self, node: Mapping | None, prefix: str) -> dict[str, Node]:
        """A mapping's entries by name; a duplicate is a problem."""
        found: dict[str, Node] = {}
        for key, value in node.entries if node else ():
            path = prefix + key.raw
            if key.raw in found:
                self.problem(path, f"given twice, first on line {self.lines[path]}", key.line)
            else:
                found[key.raw] = value
                self.lines[path] = key.line
        return found

    def _value(self, rule: Rule, node: Node, path: str) -> None:
        if isinstance(rule, Tags) and (isinstance(node, Mapping) or empty(node)):
            self._tags(rule, node if isinstance(node, Mapping) else None, path)
        elif isinstance(rule, Several) and isinstance(node, Sequence):
            self._list(rule, node, path)
        elif isinstance(node, Scalar) and _is_figure(rule, node):
            self.values[path] = node.raw
        elif isinstance(node, Scalar) and rule.accepts(node.value):
            self.values[path] = node.value
        elif isinstance(rule, Flag) and isinstance(node, Scalar) and _is_deprecated(rule, node):
            message = f"{self.path}:{node.line}: {path}: {rule.deprecated} is deprecated"
            self.notices.append(f"{message}, and taken for true: write true, or false")
            self.values[path] = True
        else:
            self.problem(path, _refusal(rule, node))

    def _tags(self, rule: Tags, node: Mapping | None, path: str) -> None:
        before = len(self.problems)
        tags: dict[str, object] = {}
        for key, value in self._entries(node, f"{path}.").items():
            if not rule.key.accepts(key):
                self.problem(f"{path}.{key}", f"not a good key, allowed: {rule.key.allowed}")
            elif rule.value.accepts(plain := _plain(rule.value, value)):
                tags[key] = plain
            else:
                self.problem(f"{path}.{key}", _refusal(rule.value, value))
        if len(self.problems) > before:
            return
        if rule.accepts(tags):
            self.values[path] = tags
        else:
            self.problem(path, f"found {', '.join(tags)}, allowed: {rule.allowed}")

    def _list(self, rule: Several, node: Sequence, path: str) -> None:
        before = len(self.problems)
        lines: dict[object, int] = {}
        for item in node.items:
            if not isinstance(item, Scalar) or not rule.each.accepts(item.value):
                self.problem(path, _refusal(rule.each, item), item.line)
            elif item.value in lines:
                text = f"{item} given twice, first on line {lines[item.value]}"
                self.problem(path, text, item.line)
            else:
                lines[item.value] = item.line
        if len(self.problems) > before:
            return
        if rule.accepts(tuple(lines)):
            self.values[path] = tuple(lines)
        else:
            self.problem(path, f"found a list of {len(lines)}, allowed: {rule.allowed}")


def _plain(rule: Rule, node: Node) -> object:
    """What an entry's value means: a scalar, or `{key: value}` where the rule has such values."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Mapping) and len(node.entries) == 1:
        [(key, value)] = node.entries
        found = rule.of_pair(key.raw, value.value) if isinstance(value, Scalar) else None
        return NOT_PLAIN if found is None else found
    return NOT_PLAIN


def _is_figure(rule: Rule, node: Scalar) -> bool:
    """YAML's own reading of a number with a point may be another one than the one written."""
    inner = rule.rule if isinstance(rule, Maybe) else rule
    return isinstance(inner, Figure) and inner.accepts(node.raw)


def _is_deprecated(rule: Flag, node: Scalar) -> bool:
    return bool(rule.deprecated) and node.value == rule.deprecated


def _refusal(rule: Rule, node: Node) -> str:
    """Say what was found, what is allowed, and whether quotes make the difference."""
    advice = ""
    if isinstance(rule, Several):
        advice = _as_list(rule, node)
    elif isinstance(node, Scalar) and node.value is not None:
        if not isinstance(node.value, str) and rule.accepts(node.raw):
            advice = "; put it in quotes"
        elif rule.accepts(node.unquoted):
            advice = "; remove the quotes"
    return f"found {node}, allowed: {rule.allowed}{advice}"


def _as_list(rule: Several, node: Node) -> str:
    """Say how to write what should be a list, if that is clear."""
    import json

    if empty(node):  # not taken for [], which can open what a list would close
        return "; write [] for none" if rule.accepts(()) else ""
    items = node.raw.replace(",", " ").split() if isinstance(node, Scalar) else []
    if items and rule.accepts(tuple(items)):
        return f"; write it as {json.dumps(items, ensure_ascii=False)}"
    return ""


def _suggestion(name: str, prefix: str, known: Iterable[str]) -> str:
    """Name the nearest key here, or where a key of this name belongs, or all that are known."""
    import difflib

    if near := difflib.get_close_matches(name.lower(), list(known), n=1):
        return f"did you mean {prefix}{near[0]}?"
    paths = [entry.path for entry in declaration.entries(Config)]
    if elsewhere := [path for path in paths if path.endswith(f".{name}")]:
        return f"did you mean {' or '.join(elsewhere)}?"
    return f"known here: {', '.join(known)}"
