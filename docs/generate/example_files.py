"""config/dev.yaml and config/prod.yaml: their own values, with the model's explanations.

A key that a file doesn't have yet gets the model's default; a section's keys are in the model's
order.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from productsapi.config import Config, load
from productsapi.config.yaml_values import written
from productsapi.config_keys.declaration import About, Entry, entries, in_short
from productsapi.config_keys.rules import Flag

WIDTH = 100
HEADS = {
    "dev.yaml": """\
# The manual guide's deployment, as one file:  productsapi deploy -c config/dev.yaml
#
# Each key is explained here. All but schema, stack and region may be left out; what is set here
# is then the default. Lines that begin with # and no space (#boundary: ...) are
# optional keys, switched off.
""",
    "prod.yaml": """\
# The same system as dev.yaml under other names, hardened; both can be in one account.
#
# dev.yaml says more about each key. Where something else than the default is set here, the default
# follows it. Worth setting before the first deploy: expected_account, api.cors_origin,
# monitoring.email and, once there are such groups, auth.write_groups.
""",
}


def text(path: Path) -> str:
    """The file at `path`, regenerated. Raises ConfigError where its values aren't good ones."""
    config, brief = load(path), path.name != "dev.yaml"
    lines = [line for entry in entries(Config) for line in _key(config, entry, brief=brief)]
    return HEADS[path.name] + "\n".join(lines) + "\n"


def _key(config: Config, entry: Entry, *, brief: bool) -> Iterator[str]:
    depth = entry.path.count(".")
    indent, name = "  " * depth, entry.path.rpartition(".")[2]
    if not depth:
        yield ""
    for comment in _comments(entry.about, brief=brief):
        yield from textwrap.wrap(
            comment,
            WIDTH,
            initial_indent=f"{indent}# ",
            subsequent_indent=f"{indent}# ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    if entry.about.rule is None:
        yield f"{indent}{name}:"
        return
    value = _value(config, entry.path)
    if value is None and entry.about.example:
        yield f"{indent}#{name}: {entry.about.example}"
        return
    differs = not entry.required and value != entry.default
    default = f" # default: {written(entry.default)}" if differs else ""
    if isinstance(value, Mapping) and value:
        yield f"{indent}{name}:{default}"
        yield from (f"{indent}  {key}: {written(inner)}" for key, inner in value.items())
    else:
        yield f"{indent}{name}: {written(value)}{default}"


def _comments(about: About, *, brief: bool) -> Iterator[str]:
    yield in_short(about) if brief else about.doc
    if about.rule and not brief and not isinstance(about.rule, Flag):
        yield f"Allowed: {about.rule.allowed}"
    if about.price:
        yield f"Price: {about.price}"


def _value(config: object, path: str) -> object:
    for name in path.split("."):
        config = getattr(config, name)
    return config
