"""The whole document."""

from __future__ import annotations

from typing import Any

from productsapi.config import Config
from productsapi.config.model import Api
from productsapi.openapi import answers
from productsapi.openapi.decimal_texts import with_decimal_texts
from productsapi.openapi.facts import Facts
from productsapi.openapi.operations import TAG, path_item
from productsapi.openapi.schemas import schemas
from productsapi.openapi.sources import Sources
from productsapi.routes import KEY_HEADER, PATHS, ROUTES

Json = dict[str, Any]

DNS_SUFFIXES = {
    "cn-": "amazonaws.com.cn",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "us-isof-": "csp.hci.ic.gov",
    "eu-isoe-": "cloud.adc-e.uk",
}
"""By the beginning of a Region's name; all others are in amazonaws.com."""

SECURITY = "cognitoIdToken"

DESCRIPTION = """\
Products: created, listed, read, changed and removed by signed-in users.

Numbers are exact decimals: parse them as such where cents count. Each change of a product counts
its `version`, which its `ETag` holds too: send that as `If-Match`, and no change is lost. What
goes wrong is reported as `application/problem+json` with a stable `code`, by API Gateway too. What
is in front of it (a web application firewall, a proxy) answers in its own way.
"""

SIGN_IN = """\
The **ID token** of a user of the API's Cognito user pool, as `Bearer <token>` or by itself. The
access token is refused.
"""

KEY_SECURITY = "apiKey"
API_KEY: Json = {
    "type": "apiKey",
    "in": "header",
    "name": KEY_HEADER,
    "description": "The API key, beside the token. Whoever runs the API hands it out.",
}


def document(config: Config, sources: Sources, invoke_url: str = "") -> Json:
    """Describe the API of `config`; without an invoke URL, where it will be once it is deployed."""
    if config.api.decimals == "string":
        sources = with_decimal_texts(sources)
    keys = ["productId", *([config.table.sort_key] if config.table.sort_key else [])]
    origins = config.api.origins
    facts = Facts(sources, keys, origins, config.table.category_index, config.api.key)
    key: Json = {KEY_SECURITY: API_KEY} if config.api.key else {}
    return {
        "openapi": "3.1.0",
        "info": _info(config.api),
        "servers": [_deployed(invoke_url) if invoke_url else _template(config)],
        "tags": [{"name": TAG, "description": "What the shop sells."}],
        "security": [{name: [] for name in (SECURITY, *key)}],
        "paths": {
            path: path_item(path, [route for route in ROUTES if route.path == path], facts)
            for path in PATHS
        },
        "components": {
            "schemas": schemas(sources, keys),
            "responses": answers.common(facts),
            "headers": answers.headers(origins),
            "securitySchemes": {
                SECURITY: {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": SIGN_IN,
                },
                **key,
            },
        },
    }


def dns_suffix(region: str) -> str:
    """The domain of AWS in the Region's partition."""
    found = [suffix for start, suffix in DNS_SUFFIXES.items() if region.startswith(start)]
    return found[0] if found else "amazonaws.com"


def _deployed(invoke_url: str) -> Json:
    return {"url": invoke_url, "description": "As deployed."}


def _info(api: Api) -> Json:
    info: Json = {"title": api.name, "version": api.version, "description": DESCRIPTION}
    if api.contact:
        info["contact"] = {"email" if "@" in api.contact else "url": api.contact}
    if api.license:
        info["license"] = {"name": api.license, "identifier": api.license}
    return info


def _template(config: Config) -> Json:
    """Its variables have no description: some readers refuse a document where they have one."""
    region, stage = config.region, config.api.stage
    return {
        "url": f"https://{{apiId}}.execute-api.{{region}}.{dns_suffix(region)}/{{stage}}",
        "description": "Where it is on AWS; `productsapi status` shows the API's id.",
        "variables": {
            "apiId": {"default": "your-api-id"},
            "region": {"default": region},
            "stage": {"default": stage},
        },
    }
