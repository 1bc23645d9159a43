"""What a release says of itself: of which commit it is, and why it was made."""

from __future__ import annotations

from dataclasses import dataclass

DIRTY = "+dirty"
"""At the end of a commit, where what is deployed isn't what was committed."""


@dataclass(frozen=True)
class ReleaseNote:
    """`commit` is git's short name of it, maybe with DIRTY; both are empty where nobody knows."""

    commit: str = ""
    message: str = ""

    @property
    def dirty(self) -> bool:
        return self.commit.endswith(DIRTY)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.commit, self.message)))

    def as_json(self) -> dict[str, str | bool | None]:
        commit = self.commit.removesuffix(DIRTY)
        dirty = self.dirty if commit else None
        return {"commit": commit or None, "dirty": dirty, "message": self.message or None}
