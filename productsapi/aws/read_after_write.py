"""What this run has made, for AWS may say for some seconds that it isn't there.

A create is acknowledged before everybody who is asked knows of it. So one rule holds for all calls:
what names a thing that this very run made less than a minute ago and is answered «not found» is
asked again. (D3, C7, G10, K9; and any other service that shows its writes late.)
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from productsapi.errors import AwsError, NotFound

SECONDS = 60.0
"""For as long a new thing may not be there for everyone."""

MAKES = re.compile(r"(?:Admin)?(?:Create|Put|Publish|Add|Attach|Restore)([A-Z]\w*)")
REMOVES = re.compile(r"(?:Admin)?(?:Delete|Remove|Detach)([A-Z]\w*)")
LOOKS = re.compile(r"(?:Admin)?(?:Get|Describe|List|Scan)([A-Z]\w*)?")
NAMING = re.compile(r"(?:name|id|arn|version)$", re.IGNORECASE)
"""Parameters and members that name something: TableName, restApiId, FunctionVersion, Arn."""

NOT_THERE = re.compile(
    r"not found|(?:does ?n[o']t|not) exist|can ?not be found|can't find|"
    r"invalid [\w -]*(?:identifier|id|stage|arn|name)\b",
    re.IGNORECASE,
)
"""«Not found» in the texts of those who have no code for it: K9's BadRequestException is one."""
NO_CODE_FOR_IT = {"BadRequestException", "ValidationException", "InvalidParameterException"}

OF_A_USER = "UserNotFoundException"
ELSEWHERE = {"ssm"}
"""Of the lease «not found» is what the next run waits for: it has rules of its own."""
TRULY_NONE = {"GetPolicy", "DeleteMethod"}
"""A function that nobody may call has no policy, however long it has been there; and of a method
that isn't there the name is new all the same where another path has just got a GET."""


@dataclass(frozen=True)
class OwnWrites:
    """The names and ids of what a run made; shared by all its threads."""

    clock: Callable[[], float] = time.monotonic
    _made: dict[str, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def note(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        answer: Mapping[str, Any],
    ) -> None:
        """Remember what a call that took effect has made, or forget what it has removed."""
        if service in ELSEWHERE:
            return
        if removed := REMOVES.fullmatch(operation):
            self._forget(_naming(removed[1], params))
        elif made := MAKES.fullmatch(operation):
            levels = [answer, *(part for part in answer.values() if isinstance(part, Mapping))]
            names = [*_naming(made[1], params)]
            names += [name for part in levels for name in _naming(made[1], part)]
            with self._lock:
                self._made.update(dict.fromkeys(names, self.clock()))

    def not_shown_yet(
        self, service: str, operation: str, params: Mapping[str, Any], error: AwsError
    ) -> str | None:
        """The name of what this run just made, where an error says that it isn't there."""
        if service in ELSEWHERE or operation in TRULY_NONE or not _says_missing(error):
            return None
        return next(filter(self._is_new, _asked_for(operation, params, error)), None)

    def _is_new(self, name: str) -> bool:
        now = self.clock()
        with self._lock:
            new = [made for made, when in self._made.items() if now - when < SECONDS]
        return any(_names(name, made) for made in new)

    def _forget(self, names: Iterator[str]) -> None:
        with self._lock:
            for name in names:
                self._made.pop(name, None)


def _says_missing(error: AwsError) -> bool:
    if isinstance(error, NotFound) or error.code == OF_A_USER:
        return True
    return error.code in NO_CODE_FOR_IT and bool(NOT_THERE.search(error.text))


def _asked_for(operation: str, params: Mapping[str, Any], error: AwsError) -> list[str]:
    """What may be the thing that isn't there.

    For a look, and for a removal, it is what they are about. What else is built upon several
    things: the error names which, «Group not found» for one, or else it may be any of them.
    """
    if error.code == OF_A_USER:
        return [str(params.get("Username", ""))]
    if about := LOOKS.fullmatch(operation) or REMOVES.fullmatch(operation):
        named = _naming(about[1] or "", params)
    else:
        text = re.sub(r"[^a-z]", "", error.text.lower())
        named = (
            value
            for member, value in params.items()
            if isinstance(value, str) and (kind := _kind(member)) and kind in text
        )
    qualified = [params["Qualifier"]] if "Qualifier" in params else []
    return (qualified if about else []) or [*named, *qualified] or list(_leaves(params))


def _kind(member: str) -> str | None:
    """What a member names, `table` for TableName, "" for a mere Name; None if it names nothing."""
    return NAMING.sub("", member).lower() if NAMING.search(member) else None


def _naming(noun: str, described: Mapping[str, Any]) -> Iterator[str]:
    """The values that name a thing of that kind.

    Of a «RolePolicy» the PolicyName and not the RoleName, of a «UserPoolClient» the ClientId and
    not the UserPoolId; of a «Method» its httpMethod.
    """
    for member, value in described.items():
        kind = _kind(member)
        itself = kind is not None and noun.lower().endswith(kind)
        if isinstance(value, str) and value and (itself or member.lower().endswith(noun.lower())):
            yield value


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _leaves(each)


def _names(text: str, made: str) -> bool:
    """Whether a parameter names what was made: by itself, or as a part of its ARN."""
    if text == made:
        return True
    return text.startswith("arn:") and bool(re.search(rf"[:/]{re.escape(made)}(?:[:/]|$)", text))
