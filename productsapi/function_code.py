"""Whether the functions' code, as it would be uploaded, can do its work on Lambda."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from productsapi import packaging, product_schema, syntax
from productsapi.config import Config
from productsapi.errors import ConfigError

RULES = f"{packaging.SHARED}/rules.py"
"""What reads the schema; sources of one's own may do without both."""


def check(
    config: Config, zips: Mapping[str, bytes], changed: Collection[Path] | None = None
) -> None:
    """Raise ConfigError where a source can't be read, or the product's rules not be enforced.

    Of the sources only those `changed` are read, where it is known that the others were before.
    """
    found = files(config.sources, zips)
    checked = found if changed is None else {path: found[path] for path in changed}
    syntax.check(checked, config.functions.runtime)
    _check_schema(config, found)


@contextmanager
def checking(
    config: Config, zips: Mapping[str, bytes], changed: Collection[Path] | None = None
) -> Iterator[None]:
    """Check beside the block's work: another Python may have to be asked, which takes its time.

    Raises ConfigError at the block's end, also where the block itself failed by then.
    """
    found: list[Exception] = []

    def look() -> None:
        try:
            check(config, zips, changed)
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            found.append(error)

    checked = Thread(target=look, name="sources", daemon=True)
    checked.start()
    try:
        yield
    except Exception:
        checked.join()
        if found:
            raise found[0] from None
        raise
    checked.join()
    if found:
        raise found[0]


def source(sources: Path, function: str, name: str) -> Path:
    """Where what is called `name` in a function's zip was read."""
    shared = name.startswith(f"{packaging.SHARED}/")
    return (sources if shared else sources / f"{function}_product") / name


def files(sources: Path, zips: Mapping[str, bytes]) -> dict[Path, bytes]:
    """The very bytes that would be uploaded, by where they were read; without others' packages."""
    found: dict[Path, bytes] = {}
    for function, content in zips.items():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                path = source(sources, function, name)
                if path.exists():  # else it comes from a package of requirements.txt
                    found[path] = archive.read(name)
    return found


def _check_schema(config: Config, files: Mapping[Path, bytes]) -> None:
    schema = config.sources / product_schema.SCHEMA
    if schema in files:
        table = config.table
        category = ("category",) if table.sort_key or table.category_index else ()
        product_schema.check(schema, files[schema], ("productId", *category))
    elif config.sources / RULES in files:
        raise ConfigError(
            f"{schema} is missing: {RULES} reads it",
            "`productsapi init DIR` writes a configuration and the sources",
        )
