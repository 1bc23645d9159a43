"""Validation rules for values: each accepts or refuses, and describes what is allowed.

Nothing here knows where a value comes from.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass


class Rule(ABC):
    """`accepts` is strict about types: a rule for text takes no number, one for numbers no text."""

    @property
    @abstractmethod
    def allowed(self) -> str: ...

    @abstractmethod
    def accepts(self, value: object) -> bool: ...

    def of_pair(self, key: str, value: object) -> object | None:
        """What `{key: value}` means to a rule whose values are written so; else None."""
        return None


@dataclass(frozen=True)
class Text(Rule):
    pattern: str
    description: str

    @property
    def allowed(self) -> str:
        return self.description

    def accepts(self, value: object) -> bool:
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True)
class Whole(Rule):
    low: int
    high: int

    @property
    def allowed(self) -> str:
        return f"a whole number from {self.low} to {self.high}"

    def accepts(self, value: object) -> bool:
        # type(), since True is an int to isinstance
        return type(value) is int and self.low <= value <= self.high


@dataclass(frozen=True)
class OneOf(Rule):
    choices: tuple[str | int, ...]
    note: str = ""

    @property
    def allowed(self) -> str:
        return ", ".join(map(str, self.choices)) + self.note

    def accepts(self, value: object) -> bool:
        return any(type(value) is type(choice) and value == choice for choice in self.choices)


@dataclass(frozen=True)
class Figure(Rule):
    """One of some numbers with a decimal point, as text: just as it is written."""

    choices: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return ", ".join(self.choices)

    def accepts(self, value: object) -> bool:
        return isinstance(value, str) and value in self.choices


@dataclass(frozen=True)
class Flag(Rule):
    """`deprecated`: a value that earlier files have for true; it is accepted, with a notice."""

    deprecated: str = ""
    allowed = "true or false"

    def accepts(self, value: object) -> bool:
        return isinstance(value, bool)


@dataclass(frozen=True)
class Maybe(Rule):
    """A rule, or null where the key means nothing."""

    rule: Rule

    @property
    def allowed(self) -> str:
        return f"{self.rule.allowed}, or null"

    def accepts(self, value: object) -> bool:
        return value is None or self.rule.accepts(value)


class Origin(Rule):
    """A browser's Origin is compared letter by letter: lower case, no default port, no path."""

    allowed = (
        '"*" or one origin such as https://shop.example.com: '
        "lower case, no path, no slash at the end, no default port"
    )

    _label = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    _port = r"[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
    _origin = re.compile(
        rf"(?!http:.*:80$|https:.*:443$)https?://(?=[^:]{{1,253}}(:|$)){_label}(\.{_label})*(:({_port}))?"
    )

    def accepts(self, value: object) -> bool:
        return value == "*" or (
            isinstance(value, str) and self._origin.fullmatch(value) is not None
        )


@dataclass(frozen=True)
class Tags(Rule):
    """A mapping of text to text. IAM takes two keys that differ in case only for one key."""

    key: Rule
    value: Rule
    most: int

    @property
    def allowed(self) -> str:
        return f"up to {self.most} tags, `key: value`, whose keys differ in more than case"

    def accepts(self, value: object) -> bool:
        return (
            isinstance(value, dict)
            and len(value) <= self.most
            and all(
                self.key.accepts(key) and self.value.accepts(text) for key, text in value.items()
            )
            and len({key.lower() for key in value}) == len(value)
        )


class MethodLimits(Tags):
    """Rate and burst by method, `POST /products: 5/10`."""

    @property
    def allowed(self) -> str:
        return "`METHOD /path: RATE/BURST`, each method once"


class GroupName(Rule):
    """A Cognito group, as narrow as its way to the functions needs it.

    They get the configured groups as "a,b", and a user's as "a,b", "[a b]" or "[a, b]".
    """

    # cognito-idp: GroupNameType, [\p{L}\p{M}\p{S}\p{N}\p{P}], which is all that is printable but
    # the space; less what separates.
    allowed = "1 to 128 letters, digits, symbols or punctuation: no blanks, commas or [ ]"

    def accepts(self, value: object) -> bool:
        return (
            isinstance(value, str)
            and 1 <= len(value) <= 128  # noqa: PLR2004 - stated in `allowed`
            and value.isprintable()
            and not set(value) & set(" ,[]")
        )


@dataclass(frozen=True)
class Several(Rule):
    """A list whose order means nothing, as a tuple."""

    each: Rule
    most: int

    @property
    def allowed(self) -> str:
        return f"a list of up to {self.most}, all different, each {self.each.allowed}"

    def accepts(self, value: object) -> bool:
        return (
            isinstance(value, tuple)
            and len(value) <= self.most
            and all(self.each.accepts(item) for item in value)
            and len(set(value)) == len(value)
        )


class OneOrSeveral(Several):
    """One value, or a list of two and more; a value that means any of them is the only one."""

    @property
    def allowed(self) -> str:
        return f'{self.each.allowed}; or a list of 2 to {self.most} of them, without "*"'

    def accepts(self, value: object) -> bool:
        if isinstance(value, tuple):
            return super().accepts(value) and len(value) > 1 and "*" not in value
        return self.each.accepts(value)


def spaced(pattern: str, most: int) -> str:
    """Match 1 to `most` of these characters or spaces, with no space at either end."""
    return rf"(?=.{{1,{most}}}$){pattern}+( +{pattern}+)*"
