"""Another environment's file: what a configuration says, under names that follow from its stack."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from productsapi.config.model import NAMES_OF_STACK, Config
from productsapi.config.yaml_values import in_mapping, written
from productsapi.config_keys import declaration

WIDTH = 100


def stack_of(source: Config, name: str) -> str:
    """`source`'s stack with this environment's name for its own: products-dev, products-staging."""
    for own in (source.path.stem, source.api.stage):
        if source.stack.endswith(f"-{own}"):
            return source.stack.removesuffix(own) + name
    return f"{source.stack}-{name}"


def text(source: Config, name: str) -> str:
    """The file of the environment `name`: it holds what differs from the defaults."""
    stack = stack_of(source, name)
    explanation = (
        f"The environment {name}: what {source.path.name} says, under names of its own. Those that "
        f"are left out follow from `stack`, such as {stack}-table; what else is left out has its "
        "default."
    )
    head = [
        *_comment(explanation),
        "",
        f"schema: {NAMES_OF_STACK}",
        f"stack: {stack}",
        f"region: {source.region}",
        "",
        *_comment("Whether customers depend on it: then each change asks for the stack's name."),
        "#production: true",
    ]
    return "\n".join([*head, *_section(Config, source)]) + "\n"


def _section(kind: type, source: object, prefix: str = "") -> Iterator[str]:
    """The lines of a section's keys that aren't names and have another value than the default."""
    depth = prefix.count(".")
    indent, between = "  " * depth, [] if depth else [""]
    for name, item in declaration.keys(kind).items():
        path, about, value = prefix + name, declaration.explanation(item), getattr(source, name)
        if about.own:
            continue
        if inner := declaration.inner(item):
            if lines := list(_section(inner, value, f"{path}.")):
                yield from (*between, f"{indent}{name}:", *lines)
        elif not about.of_stack and value != declaration.default(item):
            yield from (*between, *_comment(declaration.in_short(about), indent))
            yield from _value(f"{indent}{name}:", value, indent)


def _value(key: str, value: object, indent: str) -> list[str]:
    if not isinstance(value, Mapping):
        return [f"{key} {written(value)}"]
    return [key, *(f"{indent}  {name}: {in_mapping(inner)}" for name, inner in value.items())]


def _comment(explanation: str, indent: str = "") -> list[str]:
    lead = f"{indent}# "
    return textwrap.wrap(
        explanation,
        WIDTH,
        initial_indent=lead,
        subsequent_indent=lead,
        break_long_words=False,
        break_on_hyphens=False,
    )
