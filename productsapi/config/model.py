"""Every key of the configuration: its rule, its default, its meaning, each once.

Those of the functions are in functions.py, those of who gets in in access.py, those of running it
in operating.py; what can be switched on and off has its own in `options/NAME/configuration.py`, and
here their places. `python docs/generate` writes docs/configuration.md and the comments of
config/*.yaml from them.

There is no YAML in here: `Config(schema=1, stack="shop", region="eu-west-2")` is a good one.
`entries(Config)` of config_keys/declaration.py lists all that is here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from productsapi.config.access import Auth, UserPool
from productsapi.config.functions import Functions
from productsapi.config.operating import Limits, Monitoring, Releases
from productsapi.config_keys import allowed
from productsapi.config_keys.declaration import key, mapping, named, section
from productsapi.config_keys.rules import Flag, Maybe, OneOf
from productsapi.options.access_log.configuration import ACCESS_LOG, AccessLog
from productsapi.options.api_key.configuration import API_KEY
from productsapi.options.cache.configuration import CACHE, Cache
from productsapi.options.category_index.configuration import CATEGORY_INDEX
from productsapi.options.domain.configuration import DOMAIN, Domain

SCHEMA = 1
NAMES_OF_STACK = 2
"""The schema with which names that are left out follow from `stack`: with 1 they are fixed."""


@dataclass(frozen=True, kw_only=True)
class Table:
    name: str = named(
        allowed.TABLE_NAME,
        "The DynamoDB table. Fixed for good: another name is another, empty table.",
        "ProductsTable",
        "{stack}-table",
    )
    sort_key: str | None = key(
        Maybe(OneOf(("category",))),
        "`category` for a table made with the guide's optional sort key. Can't change later.",
        None,
    )
    category_index: bool = CATEGORY_INDEX
    deletion_protection: bool = key(
        Flag(),
        "AWS itself refuses to delete the table while this is on. Switch it off and deploy before "
        "a `teardown --delete-data`.",
        default=False,
    )
    point_in_time_recovery: bool = key(
        Flag(),
        "Continuous backups, restorable to any second of the last 35 days.",
        default=False,
        price="by the table's size",
    )


@dataclass(frozen=True, kw_only=True)
class Permissions:
    boundary: str | None = key(
        Maybe(allowed.POLICY_ARN),
        "The permissions boundary put on the functions' roles, where a company demands one.",
        None,
        example="arn:aws:iam::123456789012:policy/developers-boundary",
    )


@dataclass(frozen=True, kw_only=True)
class Api:
    name: str = named(
        allowed.API_NAME, "The REST API's name; not part of its URL.", "ProductsAPI", "{stack}-api"
    )
    stage: str = named(
        allowed.STAGE_NAME,
        "The stage, and the first part of every path of the URL.",
        "dev",
        "{env}",
    )
    cors_origin: str | tuple[str, ...] = key(
        allowed.ORIGINS,
        'The web site whose pages may call the API from a browser, or a list of them; "*" is any. '
        "A call needs a signed-in user's token either way.",
        "*",
    )
    cors_headers: tuple[str, ...] = key(
        allowed.HEADERS,
        "Headers that such pages may send beside those that the API reads: what tracing "
        "(OpenTelemetry, Sentry) adds. Without them a browser sends nothing at all.",
        ("traceparent", "X-Request-Id", "X-Amzn-Trace-Id", "baggage"),
    )
    decimals: str = key(
        allowed.DECIMALS,
        "How responses return productPrice, and all other fields of the type number: as JSON "
        'numbers, or as strings such as "799.99" for clients whose numbers are floats. '
        "Requests may use both.",
        "number",
    )
    version: str = key(
        allowed.API_VERSION,
        "The API's version in the OpenAPI document; maintained by you.",
        "1.0.0",
    )
    contact: str | None = key(
        Maybe(allowed.CONTACT),
        "Who runs the API, as the OpenAPI document states it: an e-mail address or a web page.",
        None,
        example="api@shop.example.com",
    )
    license: str | None = key(
        Maybe(allowed.LICENSE),
        "Under which license others may use the API, as the OpenAPI document states it.",
        None,
        example="Apache-2.0",
    )
    key: bool = API_KEY
    cache: Cache = CACHE
    domain: Domain = DOMAIN

    @property
    def origins(self) -> tuple[str, ...]:
        """The web sites, be it one or a list."""
        return (self.cors_origin,) if isinstance(self.cors_origin, str) else self.cors_origin

    @property
    def reported_origin(self) -> str:
        """For a response that can't depend on the caller: `*` for several, since it has no data."""
        return self.origins[0] if len(self.origins) == 1 else "*"


@dataclass(frozen=True, kw_only=True)
class Config:
    schema: int = key(
        OneOf((SCHEMA, NAMES_OF_STACK), " (a higher one needs a newer productsapi)"),
        "The version of this file's form. With 1, names that are left out are the manual guide's; "
        "with 2 they follow from `stack`, so that another environment needs no list of names.",
        example="1",
        own=True,
    )
    stack: str = key(
        allowed.STACK,
        "What this deployment is called: all that belongs to it is tagged with it and found by it. "
        "Another name is another deployment.",
        example="products-dev",
        own=True,
    )
    region: str = key(
        allowed.REGION,
        "The AWS region; `--region` takes precedence.",
        example="eu-west-2",
        own=True,
    )
    expected_account: str | None = key(
        Maybe(allowed.ACCOUNT),
        "The AWS account that this belongs to: nothing is done in any other. In quotes, since YAML "
        "reads bare digits as a number, and those that begin with 0 as another one.",
        None,
        example='"123456789012"',
    )
    production: bool = key(
        Flag(),
        "Whether customers depend on this environment. In a terminal, what changes it asks for the "
        "stack's name, `--yes` or not; a pipeline's `--yes` goes through.",
        default=False,
        own=True,
    )
    tags: Mapping[str, str] = mapping(
        allowed.TAGS,
        'Your own tags, put on everything that can carry them. Such as: `cost-centre: "4711"`. '
        "Keys are 1 to 128, values up to 256 letters, digits and + - = . _ : / (the set that "
        "all services take); keys don't begin with aws: or productsapi:.",
    )
    table: Table = section(Table, "Step 1: where the products are kept.")
    functions: Functions = section(Functions, "Steps 2 and 7: the four functions.")
    permissions: Permissions = section(
        Permissions,
        "Step 3: what the functions may do. Each has a role with just the rights it needs.",
    )
    api: Api = section(Api, "Steps 4 and 5: the REST API and its stage.")
    user_pool: UserPool = section(UserPool, "Step 6: the users, and how they sign in.")
    limits: Limits = section(
        Limits,
        "What callers may use up, and so cost. Beyond it they are answered with 429, beyond "
        "the table's units with 503.",
    )
    access_log: AccessLog = ACCESS_LOG
    monitoring: Monitoring = section(Monitoring, "Alerts when it fails.")
    auth: Auth = section(
        Auth,
        "Step 7: who may change products; every signed-in user may read them. Its three lists "
        "together have room for 3000 bytes.",
    )
    releases: Releases = section(Releases, "What `productsapi rollback` can go back to.")
    path: Path = Path("config/dev.yaml")  # not a key: the file this was read from
    notices: tuple[str, ...] = ()  # not a key: what was deprecated in that file

    @property
    def root(self) -> Path:
        """The project's folder: the one that holds `config/`, or else the file's own."""
        folder = Path(os.path.abspath(self.path)).parent  # noqa: PTH100 - resolve() follows links away
        return folder.parent if folder.name == "config" else folder

    @property
    def sources(self) -> Path:
        return self.root / "lambda_src"
