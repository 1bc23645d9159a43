"""Zips that are byte for byte the same, whatever zlib, machine, umask and time.

What is ours is stored. What comes from a wheel keeps the wheel's own compression: those bytes are
the same everywhere, and compressing again would depend on this machine's zlib.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

UNIX = 3
READABLE_FILE = 0o100644 << 16
UTF8 = 0x800
VERSION = 20
DAY = (0 << 9) | (1 << 5) | 1
"""1980-01-01, the earliest date a zip can carry; Lambda compares bytes, so any fixed one does."""
LOCAL = struct.Struct("<4s2B4HL2L2H")
CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
END = struct.Struct("<4s4H2LH")


@dataclass(frozen=True)
class Entry:
    """A file in a zip: its compressed bytes, and what they are when extracted."""

    data: bytes
    size: int
    crc: int
    method: int = zipfile.ZIP_STORED


def stored(content: bytes) -> Entry:
    return Entry(content, len(content), zlib.crc32(content))


def entries(path: Path) -> Iterator[tuple[str, Entry]]:
    """The files of a zip, as stored in it. Raises BadZipFile, OSError."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
        for each in archive.infolist():
            if each.is_dir():
                continue
            if each.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raw.seek(each.header_offset)
                head = LOCAL.unpack(raw.read(LOCAL.size))
                raw.seek(head[-2] + head[-1], 1)
                data = raw.read(each.compress_size)
                yield each.filename, Entry(data, each.file_size, each.CRC, each.compress_type)
            else:
                yield each.filename, stored(archive.read(each))


def written(files: Mapping[str, Entry]) -> bytes:
    """The zip of these files, in the order of their names; just as Python's zipfile writes it."""
    body, listing = bytearray(), bytearray()
    for name in sorted(files):
        file, raw = files[name], name.encode()
        flags = 0 if name.isascii() else UTF8
        common = (flags, file.method, 0, DAY, file.crc, len(file.data), file.size, len(raw))
        listing += CENTRAL.pack(
            b"PK\1\2", VERSION, UNIX, VERSION, 0, *common, 0, 0, 0, 0, READABLE_FILE, len(body)
        )
        listing += raw
        body += LOCAL.pack(b"PK\3\4", VERSION, 0, *common, 0) + raw + file.data
    number = len(files)
    end = END.pack(b"PK\5\6", 0, 0, number, number, len(listing), len(body), 0)
    return bytes(body + listing + end)
