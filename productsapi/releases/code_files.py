"""Which source files differ between the live code and the code to be deployed.

Shown beside a plan, and never a reason to fail: code that can't be fetched whole is left out. The
URL of the live zip lets anyone fetch it, so it is in no message, log or plan.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from productsapi.aws.caller import Aws
from productsapi.aws.network import Network
from productsapi.engine.plan import Action, Change, Plan
from productsapi.errors import ProductsApiError
from productsapi.packaging import SHARED, code_sha256
from productsapi.routes import FUNCTIONS
from productsapi.stack import ALIAS, Stack
from productsapi.stack.kinds import LIVE_CODE
from productsapi.wording import in_a_row, plural

MOST_NAMES = 3
LARGEST = 10_000_000
"""Bytes of a live zip that is looked into: ours are far smaller, somebody else's may not be."""
Files = Mapping[str, tuple[int, int]]
"""By name, a file's size and checksum; an installed package counts as one file."""
PACKAGE = "package "


def with_files(plan: Plan, stack: Stack, aws: Aws, network: Network) -> Plan:
    """The plan with the files in each change of live code.

    After a first zip that can't be fetched none is asked for: each may take its time to fail.
    """
    described: dict[str, str] = {}
    of_code = {change.key for change in plan.changes if _is_of_code(change)}
    with suppress(ProductsApiError, zipfile.BadZipFile):
        for function in FUNCTIONS if of_code else ():
            key = LIVE_CODE(stack.function_name(function))
            if key in of_code:
                live = _files(_live(aws, network, stack.function_name(function)))
                described[key] = in_words(live, _files(stack.code[function]), f"{function}_product")
    return replace(
        plan, changes=tuple(replace(c, about=described.get(c.key, c.about)) for c in plan.changes)
    )


def in_words(live: Files, wanted: Files, folder: str) -> str:
    """`a.py and b.py changed, c.py added, 2 more files`; names as they are in lambda_src."""
    changed = sorted(name for name in live.keys() & wanted.keys() if live[name] != wanted[name])
    found = {
        "changed": changed,
        "added": sorted(wanted.keys() - live.keys()),
        "removed": sorted(live.keys() - wanted.keys()),
    }
    each = [(name, what) for what, names in found.items() for name in names]
    parts = []
    for what in found:
        names = [_path(name, folder) for name, its in each[:MOST_NAMES] if its == what]
        if names:
            parts.append(f"{in_a_row(names)} {what}")
    left = len(each) - MOST_NAMES
    if left > 0:
        parts.append(plural(left, "more file"))
    return ", ".join(parts)


def _is_of_code(change: Change) -> bool:
    return change.action is Action.UPDATE and "code_sha256" in change.changed


def _live(aws: Aws, network: Network, name: str) -> bytes:
    """The zip behind the alias. Raises ProductsApiError where it isn't there, or isn't that one.

    What comes is believed only by its hash: an emulator may send another version's, a proxy a page.
    """
    answer = aws.call("lambda", "GetFunction", FunctionName=name, Qualifier=ALIAS)
    configuration = answer["Configuration"]
    url = (answer.get("Code") or {}).get("Location") or ""
    size = configuration.get("CodeSize")
    if not url.startswith(("https://", "http://")) or size is None or size > LARGEST:
        raise ProductsApiError(f"AWS returns no usable code location for {name}")
    status, _, body = network.send("GET", url, {}, None)
    if status != 200 or code_sha256(body) != configuration.get("CodeSha256"):  # noqa: PLR2004
        raise ProductsApiError(f"the code of {name} isn't returned completely")
    return body


def _files(package: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        packages = _packages(archive)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    found: dict[str, tuple[int, int]] = {}
    for entry in entries:
        name = packages.get(entry.filename, entry.filename)
        size, checksum = found.get(name, (0, 0))
        of_path = zlib.crc32(
            entry.filename.encode(), entry.CRC
        )  # a file that moves changes it, too
        found[name] = (size + entry.file_size, checksum ^ of_path)
    return found


def _packages(archive: zipfile.ZipFile) -> dict[str, str]:
    """Of each file that an installed package's RECORD lists (PEP 376), the package and version."""
    found = {}
    for record in archive.namelist():
        folder, _, last = record.rpartition("/")
        if last == "RECORD" and folder.endswith(".dist-info"):
            package = f"{PACKAGE}{folder.removesuffix('.dist-info').replace('-', ' ')}"
            listed = archive.read(record).decode("utf-8", "replace").splitlines()
            found.update({line.rsplit(",", 2)[0]: package for line in listed})
    return found


def _path(name: str, folder: str) -> str:
    return name if name.startswith((f"{SHARED}/", PACKAGE)) else f"{folder}/{name}"
