"""The keys that a file has had so far, on disk: a file may have more of them than memory holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


class Keys:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("BEGIN")  # never to be ended: nobody reads it afterwards
        database.execute("CREATE TABLE keys (key TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def first_line(self, key: tuple[str, ...], line: int) -> int:
        """The line on which the key was first: `line`, if it is new."""
        text = "\0".join(key)
        added = self._database.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (text, line))
        if added.rowcount:
            return line
        found = self._database.execute("SELECT line FROM keys WHERE key = ?", (text,)).fetchone()
        return int(found[0])


@contextmanager
def keys() -> Iterator[Keys]:
    """In a file of SQLite's own, which nobody else sees and which is gone afterwards."""
    database = sqlite3.connect("", isolation_level=None)  # "": a private temporary file
    try:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA journal_mode = OFF")
        yield Keys(database)
    finally:
        database.close()
