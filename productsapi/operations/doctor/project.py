"""The project: its sources, and the Python that its functions are to run on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from productsapi import function_code, packaging
from productsapi.config import Config, runtimes
from productsapi.operations.finding import Finding, State
from productsapi.stack import target_of


def sources(config: Config, *, local: bool = False) -> Iterator[Finding]:
    """Raises ConfigError where one is missing, or can't run."""
    zips = packaging.packages(config.sources, target_of(config, local=local))
    function_code.check(config, zips)
    largest = max(map(len, zips.values()))
    text = f"{config.sources}: {len(zips)} functions, up to {largest // 1024} KiB each"
    yield Finding("sources", State.OK, text)


def runtime(config: Config, today: date) -> Finding:
    """How long AWS takes the functions' Python: patches, new functions, changes."""
    name = config.functions.runtime
    blocked = runtimes.blocked(name, today, "create") or runtimes.blocked(name, today, "update")
    newer = "set functions.runtime to a newer one"
    if blocked:
        return Finding("runtime", State.BROKEN, blocked, newer)
    warnings = runtimes.warnings(name, today)
    if warnings:
        return Finding("runtime", State.WARNING, warnings[0].removesuffix(f"; {newer}"), newer)
    return Finding("runtime", State.OK, f"{name}, until {runtimes.table()[name].deprecated}")
