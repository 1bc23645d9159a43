"""docs/configuration.md: every key with its type, default, bounds, meaning and price."""

from __future__ import annotations

from collections.abc import Iterator

from productsapi.config import Config
from productsapi.config.yaml_values import written
from productsapi.config_keys import rules
from productsapi.config_keys.declaration import Entry, entries

HEAD = """\
# Every key of the configuration

Generated from the model (`productsapi/config/`) by `python docs/generate`: change it there.

One YAML file, [`config/dev.yaml`](../config/dev.yaml) unless `-c FILE` or `PRODUCTSAPI_CONFIG`
names another; `-c NAME` is `config/NAME.yaml`. What isn't in the current folder is looked for in
those above it. All keys but `schema`, `stack` and `region` may be left out: what is under
*Default* then counts. With `schema: 2` names that are left out follow from the stack's: STACK is
all of it, ENV what follows its last hyphen ([environments](environments.md)). An unknown key,
and a value that isn't allowed, is refused with its line before anything is called.
"""
WORDS: dict[type[rules.Rule], str] = {
    rules.OneOrSeveral: "text or list",  # before its base
    rules.Several: "list",
    rules.Tags: "mapping",
    rules.Whole: "whole number",
    rules.Figure: "number",
    rules.Flag: "true or false",
    rules.OneOf: "text",
    rules.Text: "text",
    rules.Origin: "text",
    rules.GroupName: "text",
}
TABLE = "| Key | Type | Default | Allowed | Meaning |\n|---|---|---|---|---|"


def page() -> str:
    return HEAD + "\n".join(_lines(list(entries(Config)))) + "\n"


def _lines(found: list[Entry]) -> Iterator[str]:
    """Sections of one level: a section in a section is in the same table."""
    yield from ("", "## The deployment", "", TABLE)
    yield from (_row(entry) for entry in found if entry.about.rule and "." not in entry.path)
    for section in found:
        if section.about.rule or "." in section.path:
            continue
        yield from ("", f"## `{section.path}`", "", section.about.doc, "", TABLE)
        yield from (_row(entry) for entry in found if entry.path.startswith(f"{section.path}."))


def _row(entry: Entry) -> str:
    about = entry.about
    if about.rule is None:
        return f"| `{entry.path}` | keys | | | {_cell(about.doc)} |"
    meaning = _cell(about.doc) + (f" **Price:** {_cell(about.price)}." if about.price else "")
    default = "required" if entry.required else f"`{_cell(written(entry.default))}`"
    if about.of_stack:
        default = f"`{entry.default}`; with `schema: 2` `{_of_stack(about.of_stack)}`"
    kind = type_of(about.rule)
    return f"| `{entry.path}` | {kind} | {default} | {_cell(about.rule.allowed)} | {meaning} |"


def _of_stack(template: str) -> str:
    return template.format(stack="STACK", env="ENV")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")


def type_of(rule: rules.Rule) -> str:
    """In a word or two. Raises TypeError for a kind of rule that has none yet."""
    if isinstance(rule, rules.Maybe):
        return f"{type_of(rule.rule)} or null"
    if isinstance(rule, rules.OneOf) and isinstance(rule.choices[0], int):
        return "whole number"
    for kind, word in WORDS.items():
        if isinstance(rule, kind):
            return word
    raise TypeError(rule)
