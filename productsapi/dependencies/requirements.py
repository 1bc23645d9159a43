"""requirements.txt as pinned lines: one version each, with the hashes of its files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from productsapi.dependencies.target import Target
from productsapi.errors import ConfigError

HINT = (
    "write what the code imports into lambda_src/requirements.in, a name a line, and let it be "
    "pinned: `pip-compile --generate-hashes lambda_src/requirements.in` (of pip-tools; or "
    "`uv pip compile --generate-hashes -o lambda_src/requirements.txt lambda_src/requirements.in`)"
)
HASH = re.compile(r"\s+--hash[= ](\S+)")
SHA256 = re.compile(r"sha256:([0-9a-f]{64})")
INDEXES = ("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--trusted-host")
"""Options that say where packages are; the hashes say which, wherever they come from."""
HARMLESS = ("--require-hashes", "--only-binary", "--prefer-binary", "--no-index")
"""Options that hold anyway, or are allowed: `--no-index` is passed on."""


@dataclass(frozen=True)
class Pinned:
    """One package that the target needs."""

    requirement: Requirement
    hashes: frozenset[str]

    @property
    def name(self) -> NormalizedName:
        return canonicalize_name(self.requirement.name)

    @property
    def line(self) -> str:
        """For pip, without the marker, which it would evaluate for the Python that it runs on."""
        named = f"{self.requirement.name}{self.requirement.specifier}"
        return " ".join((named, *(f"--hash=sha256:{each}" for each in sorted(self.hashes))))


@dataclass(frozen=True)
class Wanted:
    """What the target needs of the file, and the options that say where to fetch it."""

    pinned: tuple[Pinned, ...]
    options: tuple[str, ...] = ()


def parse(path: Path, target: Target) -> Wanted:
    """Raises ConfigError, with every line that isn't pinned."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read: {error}") from error
    options: list[str] = []
    pinned: dict[NormalizedName, Pinned] = {}
    problems: list[str] = []
    for number, line in _lines(text):
        try:
            found = _option(line, path.parent) if line.startswith("-") else _pinned(line)
            if isinstance(found, Pinned):
                marker = found.requirement.marker
                if marker is not None and not marker.evaluate(dict(target.markers)):
                    continue
                if found.name in pinned:
                    problems.append(f"{path}:{number}: {found.name} is named twice")
                pinned[found.name] = found
            elif found:
                options.append(found)
        except ValueError as error:
            problems.append(f"{path}:{number}: {error}")
    if problems:
        raise ConfigError("\n".join(problems), HINT)
    return Wanted(tuple(pinned[name] for name in sorted(pinned)), tuple(options))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line with its number, those that a backslash goes on with as one, without comments."""
    begun, whole = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        begun = begun or number
        if line.endswith("\\"):
            whole += f"{line[:-1]} "
            continue
        if said := re.sub(r"(^|\s)#.*$", "", whole + line).strip():
            yield begun, said
        begun, whole = 0, ""
    if said := whole.strip():
        yield begun, said


def _pinned(line: str) -> Pinned:
    """Raises ValueError where it isn't."""
    hashes = HASH.findall(line)
    said = HASH.sub("", line)
    try:
        requirement = Requirement(said)
    except InvalidRequirement:
        raise ValueError(f"{_short(said)} is no pinned package: NAME==VERSION --hash=…") from None
    if requirement.url:
        raise ValueError(f"{requirement.name} comes from an address, not from an index")
    versions = [(each.operator, each.version) for each in requirement.specifier]
    if len(versions) != 1 or versions[0][0] not in {"==", "==="} or versions[0][1].endswith("*"):
        raise ValueError(f"{_short(said)} isn't pinned: NAME==VERSION")
    if not hashes:
        raise ValueError(f"{requirement.name} has no --hash")
    digests = [SHA256.fullmatch(each) for each in hashes]
    if not all(digests):
        raise ValueError(f"{requirement.name} has a --hash that isn't sha256:… in full")
    return Pinned(requirement, frozenset(each[1] for each in digests if each))


def _option(line: str, folder: Path) -> str:
    """An option to be handed to pip; nothing where it holds anyway. Raises ValueError."""
    name, _, value = line.replace("=", " ", 1).partition(" ")
    value = value.strip()
    if name in INDEXES:
        there = folder / value
        if name in {"-f", "--find-links"} and there.exists():
            value = str(there.resolve())
        return f"{name} {value}"
    if name in HARMLESS:
        return name if name == "--no-index" else ""
    raise ValueError(f"{name} isn't taken here: the file holds pinned packages")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - for a line of a message
