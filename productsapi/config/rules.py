"""Validation rules for values: each accepts or refuses, and says in words what is allowed.

Nothing here knows where a value comes from. The limits are AWS's; where they are read from stands
beside each (botocore 1.44 service models unless it says otherwise).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

from productsapi.routes import ROUTES


class Rule(ABC):
    """`accepts` is strict about types: a rule for text takes no number, one for numbers no text."""

    @property
    @abstractmethod
    def allowed(self) -> str: ...

    @abstractmethod
    def accepts(self, value: object) -> bool: ...


@dataclass(frozen=True)
class Text(Rule):
    pattern: str
    words: str

    @property
    def allowed(self) -> str:
        return self.words

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
    """`deprecated`: a word that earlier files have for true; it is taken, and a notice given."""

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
            and 1 <= len(value) <= 128  # noqa: PLR2004 - told in `allowed`
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
    """One value, or a list of two and more; what stands for any of them stands alone."""

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


# Ours: it becomes part of an IAM path, of tags and of a parameter's name.
STACK = Text(
    r"[a-z][a-z0-9-]{1,30}[a-z0-9]",
    "3 to 32 lower-case letters, digits and hyphens, beginning with a letter",
)
# The shape of every region in botocore's partitions.json, today's and tomorrow's.
REGION = Text(
    r"([a-z]{2}(-gov|-iso[a-z]?)?|eusc-[a-z]{2})-((north|south)?(east|west)|north|south|central)-[1-9]",
    "a region such as eu-west-2, us-gov-west-1 or cn-north-1",
)
ACCOUNT = Text(r"[0-9]{12}", "the 12 digits of an AWS account")
# iam: arnType; a policy in the account's own or in AWS's name, in any partition.
POLICY_ARN = Text(
    r"arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/([!-~]{1,500}/)?[A-Za-z0-9_+=,.@-]{1,128}",
    "the ARN of an IAM policy such as arn:aws:iam::123456789012:policy/NAME",
)
# apigateway: CreateStageRequest.tags, the narrowest set of the services that we tag.
_TAG_CHARACTERS = "letters, digits and + - = . _ : /"
TAGS = Tags(
    Text(
        r"(?!(?i:aws|productsapi):)[A-Za-z0-9+=._:/-]{1,128}",
        f"1 to 128 {_TAG_CHARACTERS}, not beginning with aws: or productsapi:",
    ),
    Text(
        r"(?!(?i:aws):)[A-Za-z0-9+=._:/-]{0,256}",
        f"up to 256 {_TAG_CHARACTERS}, not beginning with aws:",
    ),
    most=40,  # AWS allows 50 on a resource; the rest is for our own
)
# dynamodb: TableName.
TABLE_NAME = Text(r"[a-zA-Z0-9_.-]{3,255}", "3 to 255 letters, digits and _ . -")
# lambda: FunctionName, without the forms that carry an ARN; the 64 are told in its documentation.
FUNCTION_NAME = Text(r"[a-zA-Z0-9_-]{1,64}", "1 to 64 letters, digits and _ -")
DECIMALS = OneOf(("number", "string"))
# logs: PutRetentionPolicy, documentation of retentionInDays.
RETENTION_DAYS = OneOf((
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
    1096, 1827, 2192, 2557, 2922, 3288, 3653,
))  # fmt: skip
# apigateway sets no pattern; the name is also a CloudWatch dimension, which is ASCII, at most 1024.
API_NAME = Text(
    spaced("[!-~]", 1024), "1 to 1024 printable ASCII characters, no space at either end"
)
# apigateway: CreateStageRequest.stageName.
STAGE_NAME = Text(r"[a-zA-Z0-9_-]{1,128}", "1 to 128 letters, digits and _ -")
# What follows only stands in the OpenAPI document. A version is any text there.
API_VERSION = Text(r"[A-Za-z0-9._+-]{1,64}", "1 to 64 letters, digits and . _ + -")
# spdx.github.io: license list and LicenseRef-; expressions with AND, OR and blanks are left out.
LICENSE = Text(r"[A-Za-z0-9.+-]{1,64}", "an SPDX identifier such as Apache-2.0, or LicenseRef-NAME")
# apigateway sets no pattern for authorizers; the same as for a stage.
AUTHORIZER_NAME = STAGE_NAME
# cognito-idp: UserPoolNameType and ClientNameType; of \s only the space.
POOL_NAME = Text(
    spaced("[a-zA-Z0-9_+=,.@-]", 128), "1 to 128 letters, digits, spaces and _ + = , . @ -"
)
# cognito-idp: ClientIdType. The 50 are ours; conflicts.py looks after the length of all together.
CLIENT_IDS = Several(Text(r"[a-zA-Z0-9_+]{1,128}", "1 to 128 letters, digits and _ +"), most=50)
GROUPS = Several(GroupName(), most=50)
ORIGINS = OneOrSeveral(Origin(), most=20)
# RFC 9110, token, less what API Gateway's text values could trip over.
HEADERS = Several(
    Text(r"[A-Za-z0-9_.~-]{1,64}", "a header's name of up to 64 letters, digits and - _ . ~"), 20
)
# apigateway: CacheClusterSize.
CACHE_SIZE = Figure(("0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"))
SWITCH = Flag(deprecated="if_allowed")
_ROUTES = tuple(str(route) for route in ROUTES)
METHOD_LIMITS = MethodLimits(
    OneOf(_ROUTES),
    Text(
        r"([1-9][0-9]{0,3}|10000)/([1-9][0-9]{0,2}|[1-4][0-9]{3}|5000)",
        "RATE/BURST: 1 to 10000, 1 to 5000",
    ),
    most=len(_ROUTES),
)
# sns sets no pattern for an e-mail endpoint; a mailbox as people write it, and as tags take it.
EMAIL = Text(
    r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+", "an e-mail address"
)
CONTACT = Text(
    rf"{EMAIL.pattern}|https://[A-Za-z0-9.-]{{1,253}}(:[0-9]{{1,5}})?(/[!#-;=?-~]{{0,500}})?",
    "an e-mail address, or a page's URL that begins with https://",
)
