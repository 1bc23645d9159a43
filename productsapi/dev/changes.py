"""What is live, and what of the saved files differs from it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from productsapi import function_code
from productsapi.config import Config

Zips = Mapping[str, bytes]


@dataclass(frozen=True)
class Live:
    """The configuration and the functions' zips of the last deploy that went through."""

    config: Config
    code: Zips

    def functions(self, code: Zips) -> tuple[str, ...]:
        """Those whose code is another one now."""
        return tuple(name for name in code if code[name] != self.code.get(name))

    def is_another_stack(self, config: Config) -> bool:
        """Whether a configuration is about a stack of its own, beside this one."""
        return (config.stack, config.region) != (self.config.stack, self.config.region)


def files(config: Config, before: Zips, after: Zips) -> dict[Path, bytes]:
    """The sources that are new, or not as they were, with what is in them now."""
    had, has = _both(config, before, after)
    return {path: content for path, content in has.items() if had.get(path) != content}


def names(config: Config, before: Zips, after: Zips) -> list[str]:
    """The sources that differ, those that are gone too, as they are called in the project."""
    had, has = _both(config, before, after)
    differing = [path for path in {**had, **has} if had.get(path) != has.get(path)]
    return sorted(path.relative_to(config.root).as_posix() for path in differing)


def _both(config: Config, before: Zips, after: Zips) -> tuple[dict[Path, bytes], ...]:
    """What is in the zips that differ: a source that two functions share is in both, or neither."""
    functions = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return tuple(
        function_code.files(config.sources, {n: zips[n] for n in functions if n in zips})
        for zips in (before, after)
    )
