"""A value in Parameter Store that changes by compare-and-swap, of which Parameter Store has none.

It counts versions, though: PutParameter is answered with the number that this very write got, while
reads may be late (S1). So each value says which version it `follows`. One that got another number
than the next is void, and whoever reads it uses the value before it. Of two writes that follow
the same version one gets the next number; a version's content never changes; and what came in
between is read by its number (`name:7`), which AWS may show late, but never otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.errors import AwsError, Interrupted, NotFound

LOOKS = (0.5, 1.0, 2.0, 4.0)
"""Seconds between looks for a version that was made but isn't shown yet."""
TRIES = 3
"""How often it is written where no answer comes: what is left behind would be waited for."""
NOTHING = ""
"""The text where no write counts."""
UNKNOWN = "a version that AWS doesn't show"
UNSHOWN = "ParameterVersionNotFound"


@dataclass(frozen=True)
class RegisterState:
    """What AWS showed: the last text that counts, and the newest version, be that void or not."""

    text: str
    top: int
    age: float | None
    """Seconds since the newest version was written, by AWS's own clock, where AWS returns it."""


@dataclass(frozen=True)
class Register:
    """One parameter. The tags go on it when it is made."""

    aws: Aws
    name: str
    description: str
    tags: Mapping[str, str]

    def look(self) -> RegisterState | None:
        """Its state; None where AWS shows nothing, which may be late."""
        try:
            answer = self.aws.call("ssm", "GetParameter", Name=self.name)
        except NotFound:
            return None
        text, number = answer["Parameter"]["Value"], answer["Parameter"]["Version"]
        if not _counts(text, number):
            text = self._before(number, 0)
        return RegisterState(text, number, _age(answer))

    def swap(
        self, described: Mapping[str, Any], after: int, *, make: bool = False
    ) -> tuple[int, str | None]:
        """Write, which counts where nothing has come since version `after`.

        Returns its number, and None or the text that was there instead, NOTHING included. With
        `make` there must be none yet: AlreadyExists is raised otherwise. After Interrupted it may
        have taken effect: called again as it was, its text is that one.
        """
        number = self._put({**described, "follows": after}, make=make)
        if number == after + 1:
            return number, None
        # a smaller one: somebody had removed it, and this has made it anew
        return number, self._before(number, after if number > after else 0)

    def insist(
        self, described: Mapping[str, Any], after: int, yields: Callable[[str], bool]
    ) -> tuple[int, str | None]:
        """Write until it counts, or until a text is there that doesn't yield to it.

        For one writer at a time, the holder: two of them could be in each other's way for ever.
        """
        while True:
            number, between = self.swap(described, after)
            if between is None or not (between == NOTHING or yields(between)):
                return number, between
            after = number

    def remove(self) -> None:
        """Raises NotFound where there is none."""
        self.aws.call("ssm", "DeleteParameter", Name=self.name)

    def _before(self, number: int, floor: int) -> str:
        """The last text that counts among those between two versions."""
        for each in range(number - 1, floor, -1):
            text = self._version(each)
            if text is None:
                return UNKNOWN
            if _counts(text, each):
                return text
        return NOTHING

    def _version(self, number: int) -> str | None:
        for pause in (*LOOKS, None):
            try:
                answer = self.aws.call("ssm", "GetParameter", Name=f"{self.name}:{number}")
            except AwsError as error:
                if not isinstance(error, NotFound) and error.code != UNSHOWN:
                    raise
            else:
                return str(answer["Parameter"]["Value"])
            if pause is not None:
                self.aws.wait(pause, f"AWS doesn't show version {number} of {self.name} yet")
        return None

    def _put(self, described: Mapping[str, Any], *, make: bool) -> int:
        answer = self.aws.call(
            "ssm",
            "PutParameter",
            Name=self.name,
            Description=self.description,
            Value=json.dumps(described),
            Type="String",
            Tier="Standard",
            Overwrite=not make,
            **({"Tags": [{"Key": k, "Value": v} for k, v in self.tags.items()]} if make else {}),
        )
        return int(answer["Version"])


def _counts(text: str, number: int) -> bool:
    """A text that names no version to follow isn't of this form, and counts."""
    try:
        follows = json.loads(text)["follows"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return True
    return bool(follows == number - 1)


def _age(answer: Mapping[str, Any]) -> float | None:
    written = answer["Parameter"].get("LastModifiedDate")
    try:
        dated = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    except (KeyError, ValueError, TypeError):
        return None
    if not isinstance(written, datetime) or not written.tzinfo:
        return None
    dated = dated if dated.tzinfo else dated.replace(tzinfo=timezone.utc)  # «-0000»
    return (dated - written).total_seconds()


def again(write: Callable[[], object]) -> None:
    """Write until an answer comes; Interrupted is raised where none does."""
    for left in reversed(range(TRIES)):
        try:
            write()
        except Interrupted:
            if not left:
                raise
        else:
            return
